"""What the view of words shows: the loss of one example, the cost, the objective and a metric, as bars side by side."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from components.live.picture import Handle, Picture, Readout, Row
from components.plot.base import axis_layout, faint, layout
from components.plot.spans import with_zero
from components.plot.theme import MARKED, NEUTRAL, PALETTE
from components.text import number
from losses.fitting.fit import scores
from losses.shrinkage.line import ridge_line
from pages.start.line import Line
from pages.start.line_figure import ENDS, HEIGHTS, LEFT, LINE

LOSS, COST, PENALTY, METRIC = MARKED, PALETTE[0], PALETTE[3], PALETTE[2]
NAMES = ("Loss of one", "Cost", "Objective", "Metric: MAE")
_LINES = {"type": "scatter", "mode": "lines", "hoverinfo": "skip"}
_MARKS = {"type": "scatter", "mode": "markers", "hoverinfo": "skip"}


@dataclass(frozen=True, eq=False)
class Words:
    """Points, a line, and what each of the four words comes to; ``losses`` ``[n]`` are those of all examples."""

    x: np.ndarray
    y: np.ndarray
    line: tuple[float, float]
    row: int
    losses: np.ndarray
    penalty: float
    metric: float
    fitted: bool
    subject: str

    @property
    def loss(self) -> float:
        """That of the one example."""
        return float(self.losses[self.row])

    @property
    def cost(self) -> float:
        """The mean."""
        return float(self.losses.mean())


def words(page: Line) -> Words:
    """The four words, of the line as it is dragged or as it is best."""
    view, (x, y) = page.view, page.points
    line = ridge_line(x, y, view["strength"]) if view["fitted"] else page.start
    residual = line[0] * x + line[1] - y
    return Words(
        x, y, line, view["row"], page.losses(line), view["strength"] * line[0] ** 2, scores(residual, y)["MAE"],
        view["fitted"], repr(["words", view.beginnings]),
    )  # fmt: skip


def words_picture(page: Line) -> Picture:
    """The live picture of the four words."""
    told = words(page)
    x, y = told.x[told.row], told.y[told.row]
    sentence = (
        f"Loss of one example {number(told.loss)}, cost {number(told.cost)}, objective {number(told.cost + told.penalty)}, "
        f"metric {number(told.metric)}."
    )
    return Picture(
        figure=_figure(told),
        alt=f"Ten points with a line; beside them four bars. {sentence}",
        sentence=sentence,
        handles=(
            Handle("points", "Point", first=told.row),
            *((Handle("ends", "End of the line", "y"),) if not told.fitted else ()),
        ),
        readouts=(_meanings(told),),
        notes=(
            f"The example is the point at x = {number(float(x))}, y = {number(float(y))}, drawn in red.",
            "A loss may be below zero, as a critic’s; a falling one need not mean a better model: see Myths.",
        ),
    )


def _figure(told: Words) -> dict[str, Any]:
    ends = told.line[0] * ENDS + told.line[1]
    predicted = told.line[0] * told.x + told.line[1]
    colors = np.where(np.arange(len(told.x)) == told.row, LOSS, NEUTRAL).tolist()
    gap = np.full(len(told.x), np.nan)
    bars = np.stack([told.x, told.x, gap], 1).ravel(), np.stack([told.y, predicted, gap], 1).ravel()
    grips = {"size": 15, "color": LINE, "line": {"color": "#FFFFFF", "width": 2}}
    one = {"x": told.x[[told.row] * 2], "y": np.array([told.y[told.row], predicted[told.row]])}
    data = [
        {**_LINES, "name": "residuals", "x": bars[0], "y": bars[1], "line": {"color": faint(NEUTRAL, 0.6), "width": 2}},
        {**_LINES, "name": "residual of the example", **one, "line": {"color": LOSS, "width": 4}},
        {**_LINES, "name": "the line", "x": ENDS, "y": ends, "line": {"color": LINE, "width": 3}},
        {**_MARKS, "handle": "points", "x": told.x, "y": told.y, "marker": {"size": 11, "color": colors}},
        *([] if told.fitted else [{**_MARKS, "handle": "ends", "x": ENDS, "y": ends, "marker": grips}]),
        *_bars(told),
    ]
    heights = np.array([told.loss, told.cost + told.penalty, told.metric])
    axes = {
        "xaxis": axis_layout("x", (-3.6, 3.6), domain=LEFT, nticks=7),
        "yaxis": axis_layout("y", HEIGHTS, nticks=7),
        "xaxis2": axis_layout(
            "", (-0.5, 3.5), domain=[0.56, 1.0], anchor="y2", tickvals=[0, 1, 2, 3], ticktext=list(NAMES)
        ),
        "yaxis2": axis_layout("value", with_zero(heights, 3.0), anchor="x2", nticks=6),
    }
    below = {
        "yaxis": {**axes["yaxis"], "domain": [0.5, 1.0]},
        "yaxis2": {**axes["yaxis2"], "domain": [0.0, 0.38]},
        "xaxis": {**axes["xaxis"], "domain": [0.0, 1.0]},
        "xaxis2": {**axes["xaxis2"], "domain": [0.0, 1.0]},
    }
    return {
        "data": data,
        "layout": layout(540, told.subject, {"r": 20, "l": 52}, barmode="stack", **axes),
        "narrow": {"height": 740, "margin": {"l": 50, "r": 14, "t": 8, "b": 44}, **below},
    }


def _bars(told: Words) -> list[dict[str, Any]]:
    over = {"type": "bar", "xaxis": "x2", "yaxis": "y2", "width": 0.7, "hovertemplate": "%{y:.4g}<extra></extra>"}
    shares = told.losses / len(told.losses)  # the cost is their sum, a stripe each
    stripes = [
        {
            **over, "name": f"example {index + 1}", "x": [1, 2], "y": np.full(2, share),
            "marker": {"color": LOSS if index == told.row else COST, "opacity": 1.0 if index == told.row else 0.75, "line": {"color": "#FFFFFF", "width": 1}},
        }
        for index, share in enumerate(shares)
    ]  # fmt: skip
    return [
        {**over, "name": "loss of the example", "x": [0], "y": np.array([told.loss]), "marker": {"color": LOSS}},
        *stripes,
        {**over, "name": "penalty", "x": [2], "y": np.array([told.penalty]), "marker": {"color": PENALTY}},
        {**over, "name": "metric", "x": [3], "y": np.array([told.metric]), "marker": {"color": METRIC}},
    ]


def _meanings(told: Words) -> Readout:
    rows = (
        Row(("Loss", "of one example, r²", number(told.loss)), LOSS),
        Row(("Cost", f"mean of {len(told.x)} losses", number(told.cost)), COST),
        Row(("Penalty", "λ w²", number(told.penalty)), PENALTY),
        Row(("Objective", "cost + penalty: what is minimised", number(told.cost + told.penalty)), "inherit"),
        Row(("Metric", "mean of |r|: what is reported", number(told.metric)), METRIC),
    )
    return Readout("Four words", ("", "is", ""), rows)


def table(page: Line) -> dict[str, Any]:
    """Each example with its residual and its loss, by column."""
    told = words(page)
    return {"x": told.x, "y": told.y, "residual": told.line[0] * told.x + told.line[1] - told.y, "loss": told.losses}
