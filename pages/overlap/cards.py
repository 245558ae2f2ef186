"""What stands below the figure of the page ``overlap``: formulas, what is often said wrongly, sources, files."""

from dataclasses import asdict, replace
from typing import Any

import numpy as np
import streamlit as st

from components.cards.files import as_json
from components.page.below import Files
from components.text import plain
from losses.descent.optimisers import OPTIMISERS
from losses.segmentation.compared import OVERLAP
from losses.segmentation.shapes import SHAPES
from pages.overlap.model import Overlap

ACROSS = 3  # formulas in a row: more would run into each other
CORRECTIONS = {
    "masks": (
        (
            "99 % accuracy is a good segmentation.",
            "It is what an empty prediction scores on an object of 1 % of the pixels. Accuracy counts the background, of which "
            "there is plenty; the Dice and Jaccard indices do not.",
        ),
        (
            "MinMax is a segmentation loss.",
            "Minimax is the game of the GAN. Losses of overlap are Dice, Jaccard, Tversky and their kin.",
        ),
        (
            "Cross-entropy cannot learn a small object.",
            "It can: its pull on every wrong pixel is the same everywhere. But of a network whose pixels share weights the "
            "background, that is far more pixels, has the greater say until it is right.",
        ),
    ),
    "size": (
        (
            "A Dice index of 0.9 is better than one of 0.7.",
            "Of the same object, yes. The same shift costs a small object more than a large one: compare objects of one size, "
            "or a distance in pixels beside it.",
        ),
    ),
    "grow": (
        (
            "The loss with the largest gradient learns fastest.",
            "The learning rate is there to undo that, and Adam does it by itself. What differs is how the pull is shared "
            "between the object and the background.",
        ),
    ),
}


def correction(page: Overlap) -> None:
    """What is often said of what the view on screen is about, and what is so."""
    said = CORRECTIONS[page.kind]
    st.markdown("\n\n".join(f"**Often said:** “{wrong}” **Right:** {right}" for wrong, right in said))


def rules(page: Overlap) -> None:
    """What is in sight by its formula under the conventions, with what it looks at."""
    keys, conventions = page.chosen(), page.conventions
    st.caption(
        "p: probability of a pixel, z: its logit, t: 1 where there is an object, else 0; n: pixels. All but the overlap losses "
        "are means over pixels."
    )
    parameters = page.parameters(keys)
    for first in range(0, len(keys), ACROSS):
        row = keys[first : first + ACROSS]
        for column, key in zip(st.columns(min(len(keys), ACROSS)), row, strict=False):
            one = OVERLAP[key]
            formula = one.formula(conventions if one.conventions else None, **parameters[key])
            column.markdown(f"**{one.name}**\n\n$${formula}$$\n\n{plain(one.summary)}")
    if page.kind == "grow":
        optimiser = OPTIMISERS[page.view["optimiser"]]
        rule = optimiser.formula(**optimiser.settings(learning_rate=page.view["rate"]))
        st.markdown(f"**{optimiser.name}**, of the logit of every pixel: $${rule}$$")
    told = [*conventions_in_words(page)]
    if told:
        st.markdown("**Conventions:** " + plain("; ".join(told)) + ".")


def conventions_in_words(page: Overlap) -> list[str]:
    """What is set of them, in words."""
    conventions, view = page.conventions, page.view
    told = []
    if conventions.added:
        told.append(
            f"smoothing {conventions.added:g}, {'above and below the line' if view['smoothing'] == 'both' else 'below the line'}"
        )
    if conventions.squared:
        told.append("squares below the line of Dice and Jaccard, as in V-Net")
    if conventions.background:
        told.append("the background counts as an object: the mean of both")
    if conventions.keras_weights:
        told.append(
            "Tversky’s α weighs misses and β false alarms, as in Keras up to 3.15.1, whose documentation says the opposite"
        )
    if view["batch"] != "image":
        told.append(
            "two images "
            + ("are summed up before they are divided" if conventions.pooled else "have the mean of their losses")
        )
    return told


def sources(page: Overlap) -> None:
    """Where what is in sight comes from."""
    lines = [f"- **{OVERLAP[key].name}:** {plain(OVERLAP[key].source)}" for key in page.chosen()]
    shape = SHAPES[page.view["shape"]]
    lines.append(f"- **{shape.name}:** drawn by a formula of this project. {plain(shape.summary)}")
    st.markdown("\n".join(lines))


def files(page: Overlap) -> Files:
    """What was computed, to be written at the click."""
    return {"Settings (JSON)": ("losscope-overlap.json", lambda: as_json(record(page)))}


def record(page: Overlap) -> dict[str, Any]:
    """What was computed in the view on screen: enough to do so again with ``losses.segmentation`` alone."""
    view, kind = page.view, page.kind
    conventions = page.conventions if kind == "masks" else replace(page.conventions, pooled=False)
    keys = page.grown_keys() if kind == "grow" else page.chosen()
    told: dict[str, Any] = {"page": view.page, "link": view.address(), "view": kind}
    told |= {"losses": page.parameters(keys), "conventions": asdict(conventions), "confidence": view["confidence"]}
    if kind == "size":
        sizes = page.sizes()
        return told | {
            "pixels": sizes.what.n,
            "shape": sizes.what.shape,
            "place": sizes.what.place,
            "radius in pixels": sizes.radius,
            "shift to the right": sizes.shift,
            "curve over sizes, in % of the width": sizes.over_size.x.tolist(),
            "curve over shifts": sizes.over_shift.x.tolist(),
        }
    told |= {"pixels": page.n, "blur": view["blur"], **_image(page.target(), page.hard())}
    if kind == "grow":
        growth = page.growth()
        return told | {"optimiser": view["optimiser"], "learning rate": view["rate"], "turns": growth.at}
    told |= {"threshold": view["threshold"], "slope in": view["slope_in"]}
    return told | ({"other image": _image(page.other_target(), page.other_hard())} if view["batch"] != "image" else {})


def _image(target: np.ndarray, found: np.ndarray) -> dict[str, str]:
    """Masks as the bits of their rows, in hexadecimal digits."""
    return {
        "target": np.packbits(target).tobytes().hex(),
        "prediction before blur": np.packbits(found).tobytes().hex(),
    }
