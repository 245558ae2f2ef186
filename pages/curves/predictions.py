"""What a visitor of the page ``curves`` is asked before it is shown."""

from components.cards.presets import Prediction, Preset
from components.text import number
from pages.curves.view import pull

GROWTH = {1: "It stays the same", 2: "It doubles", 4: "It grows fourfold"}

PREDICTED = (
    Preset(
        "Predict: twice the residual",
        "Drag the probe: MSE’s pull is always in proportion to it, MAE’s never.",
        {"losses": ("mse", "mae"), "at": 4.0},
        Prediction(
            "The residual doubles from 2 to 4. By how much does the squared error’s pull on the fit grow?",
            tuple(GROWTH.values()),
            right=lambda: GROWTH[round(pull("mse", 4) / pull("mse", 2))],
            because=lambda: (
                f"MSE’s pull goes from {number(pull('mse', 2))} to {number(pull('mse', 4))}, "
                f"MAE’s stays {number(pull('mae', 4))}."
            ),
            before={"losses": ("mse", "mae"), "at": 2.0},
        ),
    ),
)
