"""Figure builders: plain data in, a Plotly figure as plain dicts out. Nothing here knows Streamlit."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from components.theme import NEUTRAL, STYLES

INK = "#1F2430"
GRID = "#DDE1E8"
MOST_BARS = 40  # points up to which bars stay wide enough to read


def layout(height: int, **entries: Any) -> dict[str, Any]:
    """The layout that all figures share; ``entries`` add to it."""
    return {
        "height": height,
        "margin": {"l": 56, "r": 74, "t": 12, "b": 44},
        "font": {"color": INK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "hovermode": "closest",
        "uirevision": "keep",
        **entries,
    }


def axis(title: str, span: Sequence[float] | None = None, **entries: Any) -> dict[str, Any]:
    """One axis with its title and, where it must not jump, its range."""
    return {
        "title": {"text": escaped(title), "standoff": 8},
        "gridcolor": GRID,
        "zerolinecolor": NEUTRAL,
        **({"range": [float(end) for end in span]} if span is not None else {"autorange": True}),
        **entries,
    }


def escaped(text: str) -> str:
    """``text`` for a Plotly label, which reads HTML: shown as it is, never as markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def padded(values: np.ndarray, share: float = 0.06) -> tuple[float, float]:
    """The span of the finite values with a margin around it; never empty."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    margin = share * (high - low) or max(1.0, abs(high)) * share
    return low - margin, high + margin


def stroke(key: str, x: np.ndarray, y: np.ndarray, name: str, **entries: Any) -> dict[str, Any]:
    """A line in the style of a loss."""
    style = STYLES[key]
    line = {"color": style.color, "dash": style.dash, "width": 2.5}
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "line": line, **entries}


def per_point(key: str, x: np.ndarray, y: np.ndarray, name: str, slot: tuple[int, int], **entries: Any) -> dict[str, Any]:
    """One value a point: bars while they can be told apart, else markers. ``slot`` is (which, of how many)."""
    style = STYLES[key]
    spacing = np.diff(np.unique(x))
    if len(x) <= MOST_BARS and spacing.size and spacing.min() > 0.25 * spacing.max():
        which, count = slot
        width = 0.8 * float(spacing.min()) / count
        bar = {"width": width, "offset": (which - count / 2) * width, "marker": {"color": style.color}}
        return {"type": "bar", "x": x, "y": y, "name": name, **bar, **entries}
    marker = {"color": style.color, "symbol": style.symbol, "size": 5}
    return {"type": "scatter", "mode": "markers", "x": x, "y": y, "name": name, "marker": marker, **entries}


def fits_figure(
    x: np.ndarray,
    y: np.ndarray,
    bad: np.ndarray,
    fits: Mapping[str, Any],
    names: Mapping[str, str],
    labels: tuple[str, str],
    span: tuple[tuple[float, float], tuple[float, float]],
) -> dict[str, Any]:
    """Points with the fit of every loss; below, each point's pull on every fit and its share of the loss.

    Parameters
    ----------
    x, y
        The points, shape [n]; trace 0, so that they can be handles.
    bad
        Which of them are outliers put in on purpose, shape [n], bool.
    fits
        ``losses.fit.Fit`` by key of the loss, over these points.
    names
        What to call each loss on screen.
    labels
        Titles of the x and y axes.
    span
        Ranges of the two axes of the data panel.
    """
    ends = np.array(span[0])
    style = {"size": 9, "color": NEUTRAL, "symbol": np.where(bad, "x", "circle").tolist()}
    traces = [{"type": "scatter", "mode": "markers", "x": x, "y": y, "name": "data", "marker": style}]
    traces += [stroke(key, ends, fit.predict(ends), names[key], hoverinfo="skip") for key, fit in fits.items()]
    for slot, (key, fit) in enumerate(fits.items()):
        total = fit.losses.sum()
        share = 100 * fit.losses / total if total > 0 else np.zeros_like(x)
        place = (slot, len(fits))
        traces.append(per_point(key, x, fit.pull, names[key], place, yaxis="y2", hovertemplate="%{y:.4g}"))
        traces.append(per_point(key, x, share, names[key], place, yaxis="y3", hovertemplate="%{y:.1f} %"))
    return {
        "data": traces,
        "layout": layout(
            560,
            xaxis=axis(labels[0], span[0], anchor="y3", showspikes=True, spikemode="across", spikethickness=1),
            yaxis=axis(labels[1], span[1], domain=[0.47, 1]),
            yaxis2=axis("pull", domain=[0.215, 0.405], autorange="reversed", nticks=5),
            yaxis3=axis("% of loss", (0, 100), domain=[0, 0.155], nticks=3),
            barmode="overlay",
        ),
        "narrow": {"height": 520, "margin": {"l": 44, "r": 56, "t": 8, "b": 40}},
    }
