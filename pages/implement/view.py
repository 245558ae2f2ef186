"""What the page ``implement`` shows: a loss and its forms in NumPy as a picture, a sentence and tables."""

import math
from functools import lru_cache

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import MARKED, STYLES
from components.text import number, short
from losses.by_hand.catalogue import BY_HAND, ByHand
from pages.implement.figure import forms_figure

FINE, COARSE = 241, 41  # inputs of the curve, and of the points on it


def told(value: float) -> str:
    """A loss in words, also one that is none."""
    return "no number" if math.isnan(value) else number(value)


def forms_picture(one: ByHand, at: float) -> Picture:
    """The live picture of a loss that is written by hand, looked at in one place.

    Parameters
    ----------
    one
        The loss.
    at
        The place, between its ``low`` and ``high``.
    """
    curve, points = _drawn(one.key)
    here = np.array([at])
    naive, by_hand, exact = (float(form(here)[0]) for form in (one.naive, one.by_hand, one.exact))
    broken = ~np.isfinite(points[2])
    color = STYLES[one.key].color
    rows = (
        Row(("NumPy, as defined", told(naive)), "inherit" if math.isfinite(naive) else MARKED),
        *([Row(("NumPy, as computed", told(by_hand)))] if one.stable else []),
        Row((one.loss.name, told(exact)), color),
    )
    where = f"At {one.symbol} = {short(at)}"
    if not one.stable:
        sentence = f"{where} the definition gives {told(naive)}, and so does every library."
    elif math.isfinite(naive):
        sentence = f"{where} the definition gives {told(naive)}, the form that is computed {told(by_hand)}."
    else:
        sentence = (
            f"{where} the definition gives {told(naive)}; the loss is {told(by_hand)}, as the other form computes it."
        )
    return Picture(
        figure=forms_figure(one, at, curve, points),
        alt=f"A curve of {one.loss.name}; circles on it from NumPy; crosses at {broken.sum()} of {len(broken)} inputs, "
        f"where the definition gives no number. {sentence}",
        sentence=sentence,
        handles=(Handle("at", "Probe", moves="x"),),
        labels=tuple(
            Label("definition breaks", float(x), float(y), MARKED)
            for x, y in zip(points[0][broken][:1], points[1][broken][:1], strict=True)
        ),
        readouts=(Readout(where, ("", "loss"), rows),),
    )


def columns(one: ByHand) -> dict[str, np.ndarray]:
    """The numbers behind the picture: the inputs, the loss, and its forms in NumPy."""
    (x, exact), _ = _drawn(one.key)
    return {
        one.symbol: x,
        one.loss.name: exact,
        "as defined": one.naive(x),
        **({"as computed": one.by_hand(x)} if one.stable else {}),
    }


@lru_cache(maxsize=len(BY_HAND))
def _drawn(key: str) -> tuple[tuple[np.ndarray, ...], tuple[np.ndarray, ...]]:
    """What is drawn of a loss wherever its probe is: nobody may change it."""
    one = BY_HAND[key]
    x, places = np.linspace(one.low, one.high, FINE), np.linspace(one.low, one.high, COARSE)
    curve, points = (x, one.exact(x)), (places, one.by_hand(places), one.naive(places))
    for array in (*curve, *points):
        array.setflags(write=False)
    return curve, points
