"""What a visitor of the page ``landscape`` is asked before it is shown."""

from components.cards.presets import Prediction, Preset
from components.text import number
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectory
from pages.landscape.settings import BOWL

OPTIONS = SOONER, LATER, NEVER = "It arrives sooner", "It arrives later", "Never: every step is wider than the last"


def _end(learning_rate: float, steps: int = 100) -> float:
    """The loss of SGD on the bowl after some steps."""
    bowl = TEXTBOOK["bowl"]()
    return float(trajectory(bowl, "sgd", bowl.start, steps, learning_rate=learning_rate).losses[-1])


PREDICTED = (
    Preset(
        "Predict: a bit too fast",
        "Slide the learning rate back below 0.2: it comes to rest again.",
        BOWL | {"sgd.learning_rate": 0.21},
        Prediction(
            "On the bowl ½(x² + 10y²) SGD comes to rest with learning rate 0.19. What if it is 0.21?",
            OPTIONS,
            right=lambda: NEVER if _end(0.21) > _end(0.21, 0) else LATER if _end(0.21) > _end(0.19) else SOONER,
            because=lambda: (
                f"The largest stable rate is 2/λ = 0.2. After 100 steps the loss is {number(_end(0.19))} with 0.19 and "
                f"{number(_end(0.21))} with 0.21."
            ),
            before=BOWL | {"sgd.learning_rate": 0.19},
        ),
    ),
)
