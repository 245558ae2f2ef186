"""Two distributions over some outcomes as a picture, a sentence and a table: what zeros do to a divergence."""

import math
from collections.abc import Sequence

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import STYLES
from components.settings.shares import moved
from components.text import listed, number
from losses import LOSSES
from losses.probability.outcomes import OUTCOME_DIVERGENCES, terms
from pages.probabilities.divergence_figure import P_COLOR, Q_COLOR, TOP, WIDTH, outcomes_figure, span_of

SNAP = 0.02  # a height this near to 0 or 1 is meant to be that


def outcomes_picture(p: Sequence[float], q: Sequence[float]) -> Picture:
    """The live picture of two distributions ``[k]``."""
    added = terms(p, q)
    named = [(LOSSES[key].name, STYLES[key].color, parts) for key, parts in added.items()]
    sentence = said(p, q)
    return Picture(
        figure=outcomes_figure(np.array(p), np.array(q), named, "outcomes"),
        alt=f"Two distributions over {len(p)} outcomes as bars. {sentence}",
        sentence=sentence,
        handles=(Handle("p", "P of outcome", moves="y"), Handle("q", "Q of outcome", moves="y")),
        labels=(
            Label("P", 1 - WIDTH / 2, p[0] + 0.05, P_COLOR),
            Label("Q", 1 + WIDTH / 2, q[0] + 0.05, Q_COLOR),
            *_endless(added),
        ),
        readouts=(_values(p, q), _terms(p, q)),
        notes=(
            "Drag the top of a bar: the others give way in proportion. Near 0 it becomes 0.",
            "An arrow head and ∞ mark what is infinite. Below: KL(P‖Q) blue, KL(Q‖P) orange, Jensen-Shannon green.",
            f"Jensen-Shannon is never above log 2 = {number(math.log(2))}.",
        ),
    )


def said(p: Sequence[float], q: Sequence[float]) -> str:
    """The numbers in words."""
    value, added = values(p, q), terms(p, q)
    bounded = [key for key in value if LOSSES[key].fact("bounded_value")]
    reasons = [_reason(key, value[key], added[key], q) for key in value if key not in bounded]
    between = [f"{LOSSES[key].name} is {number(value[key])}" for key in bounded]
    return f"{'; '.join(reasons)}. {'; '.join(between)}."


def _reason(key: str, value: float, added: np.ndarray, q: Sequence[float]) -> str:
    """What a divergence is, and if it is infinite, why."""
    endless = np.flatnonzero(np.isinf(added)).tolist()
    if not endless:
        return f"{LOSSES[key].symbol} is {number(value)}"
    cause = "Q gives 0 to what happens" if q[endless[0]] == 0 else "Q expects what never happens"
    return f"{LOSSES[key].symbol} is infinite: {cause}, outcome {listed(str(place + 1) for place in endless)}"


def values(p: Sequence[float], q: Sequence[float]) -> dict[str, float]:
    """Every divergence of Q from P, without what rounding has left of nothing."""
    return {key: round(loss(q, p).item(), 12) for key, loss in OUTCOME_DIVERGENCES.items()}


def reshaped(shares: Sequence[float], which: int, height: float) -> list[float]:
    """The distribution once the bar ``which`` (counted from 0) has been dragged to a height; NaN for nonsense.

    Parameters
    ----------
    shares
        The distribution before, shape [k].
    which
        The bar under the hand.
    height
        Where the hand is; the axis goes on a little beyond 1, which means 1.
    """
    if not (0 <= which < len(shares) and 0 <= height <= TOP):
        return [math.nan] * len(shares)
    return moved(shares, which, round(min(1.0, height), 4), SNAP)


def table(p: Sequence[float], q: Sequence[float]) -> dict[str, np.ndarray]:
    """The bars by column: an outcome a row."""
    columns = {"outcome": np.arange(1, len(p) + 1), "P": np.array(p), "Q": np.array(q)}
    return columns | {f"{LOSSES[key].name} adds": parts for key, parts in terms(p, q).items()}


def _values(p: Sequence[float], q: Sequence[float]) -> Readout:
    rows = tuple(Row((LOSSES[key].name, number(value, 4)), STYLES[key].color) for key, value in values(p, q).items())
    return Readout("Of Q from P", ("", "value"), rows)


def _endless(added: dict[str, np.ndarray]) -> list[Label]:
    """The sign ∞ above every infinite bar."""
    low, high = span_of(list(added.values()))
    width = 0.84 / len(added)
    return [
        Label(
            "∞", place + 1 - 0.42 + slot * width + width / 2, high - 0.06 * (high - low), STYLES[key].color, ("x", "y2")
        )
        for slot, (key, parts) in enumerate(added.items())
        for place in np.flatnonzero(np.isinf(parts)).tolist()
    ]


def _terms(p: Sequence[float], q: Sequence[float]) -> Readout:
    added = terms(p, q)
    rows = tuple(
        Row((str(at + 1), number(p[at]), number(q[at]), *(number(float(parts[at])) for parts in added.values())))
        for at in range(len(p))
    )
    return Readout("What each outcome adds", ("", "P", "Q", *(LOSSES[key].symbol for key in added)), rows)
