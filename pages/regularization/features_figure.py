"""The figure of many features: every weight over λ, and below it what the fits are worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from components.plot.base import axis_layout, faint, layout, padded, room_for
from components.plot.theme import MORE, NEUTRAL, PALETTE, Style

# No weight has these colours with these dashes: those of an odd number in the palette are never solid.
TRAIN, VALIDATION, TEST = NEUTRAL, PALETTE[1], MORE[1]
BEST = PALETTE[3]
LINE, POINT = {"type": "scatter", "mode": "lines"}, {"type": "scatter", "mode": "markers"}
BELOW = {"yaxis": "y2"}
POWERS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LIFT = 0.06  # of a panel, by which a grip stands above the numbers of its axis


@dataclass(frozen=True, eq=False)
class Lines:
    """Weights over λ: names ``[p]`` and styles of those that are drawn, strengths ``[k]`` and the weights ``[k, p]``, NaN if not shown."""

    names: Sequence[str]
    styles: Sequence[Style]
    strengths: np.ndarray
    weights: np.ndarray


@dataclass(frozen=True, eq=False)
class Errors:
    """Mean losses over λ, ``[m]`` each; those that there are none of are None.

    ``spread`` is the standard error of the validated one, ``chosen`` names strengths that stand for a choice, and
    ``title`` says what they are means of.
    """

    train: np.ndarray
    validation: np.ndarray | None
    spread: np.ndarray | None
    test: np.ndarray | None
    chosen: Sequence[tuple[str, float]]
    title: str = "mean squared error"


def place(strengths: np.ndarray | float) -> np.ndarray:
    """Where strengths stand on the axis, whose numbers fall: features enter from left to right."""
    return -np.log10(strengths)


def features_figure(
    strengths: np.ndarray, lines: Lines, errors: Errors, at: float, here: np.ndarray, subject: str
) -> dict[str, Any]:
    """Two panels over λ.

    Parameters
    ----------
    strengths
        Falling, ``[m]``.
    lines
        The weights.
    errors
        What the fits are worth.
    at
        λ as it is, within the strengths; its grip carries the handle "lambda".
    here
        The weights at it of the features that are drawn, ``[p]``.
    subject
        What is drawn: another starts without the zoom.
    """
    x, spot = place(strengths), float(place(at))
    followed = lines.weights[np.isfinite(lines.weights)]
    heights = padded(np.append(followed if followed.size else here, 0.0), 0.08)
    worth = _span(errors)
    grip = {"size": 15, "color": NEUTRAL, "symbol": "diamond"}
    traces = [
        *_weights(lines, here, spot),
        *_errors(strengths, errors),
        *_marks(errors, spot, (heights, worth)),
        {
            **POINT,
            **BELOW,
            "handle": "lambda",
            "x": [spot],
            "y": [worth[0] + LIFT * (worth[1] - worth[0])],
            "marker": grip,
            "hoverinfo": "skip",
        },
    ]
    span = (float(x[0]) - 0.06, float(x[-1]) + 0.06)
    values, words = ticks(strengths)
    shared = {"tickvals": values, "ticktext": words, "zeroline": False}
    axes = {
        "xaxis": axis_layout("λ: strong on the left, weak on the right", span, anchor="y2", **shared),
        "yaxis": axis_layout("weight", heights, domain=[0.44, 1.0], nticks=7),
        "yaxis2": axis_layout(errors.title, worth, domain=[0.0, 0.37], nticks=5),
    }
    right = room_for([*lines.names, "cross-validated"])
    return {
        "data": traces,
        "layout": layout(560, subject, {"r": right}, **axes),
        "narrow": {"height": 560, "margin": {"l": 48, "r": min(right, 100), "t": 8, "b": 44}},
    }


def _span(errors: Errors) -> tuple[float, float]:
    known = [part for part in (errors.train, errors.validation, errors.test) if part is not None]
    top = max(float(np.max(part)) for part in known)
    return max(0.0, min(float(np.min(part)) for part in known) - 0.12 * top), 1.08 * top


def _weights(lines: Lines, here: np.ndarray, spot: float) -> list[dict[str, Any]]:
    """The path of every weight, and where each stands."""
    told = {
        "customdata": lines.strengths,
        "hovertemplate": "%{fullData.name}: %{y:.4g} at λ = %{customdata:.4g}<extra></extra>",
    }
    traces = []
    for name, style, weights in zip(lines.names, lines.styles, lines.weights.T, strict=True):
        line = {"color": style.color, "dash": style.dash, "width": 2.2}
        traces.append({**LINE, "x": place(lines.strengths), "y": weights, "name": name, "line": line, **told})
    marker = {"size": 8, "color": [style.color for style in lines.styles]}
    return [*traces, {**POINT, "x": np.full(len(here), spot), "y": here, "marker": marker, "hoverinfo": "skip"}]


def _errors(strengths: np.ndarray, errors: Errors) -> list[dict[str, Any]]:
    """The errors, that of cross-validation with a band of one standard error to either side."""
    x, traces = place(strengths), []
    if errors.validation is not None and errors.spread is not None:
        around = np.concatenate([errors.validation + errors.spread, (errors.validation - errors.spread)[::-1]])
        band = {"line": {"color": VALIDATION, "width": 0}, "fill": "toself", "fillcolor": faint(VALIDATION, 0.15)}
        traces.append({**LINE, **BELOW, "x": np.concatenate([x, x[::-1]]), "y": around, **band, "name": "cross-validated", "hoverinfo": "skip"})  # fmt: skip
    for name, values, color, dash in (
        ("train", errors.train, TRAIN, "dash"),
        ("cross-validated", errors.validation, VALIDATION, "solid"),
        ("test", errors.test, TEST, "longdash"),
    ):
        if values is not None:
            line = {"color": color, "dash": dash, "width": 2.2}
            told = {
                "customdata": strengths,
                "hovertemplate": f"{name} %{{y:.4g}} at λ = %{{customdata:.4g}}<extra></extra>",
            }
            traces.append({**LINE, **BELOW, "x": x, "y": values, "name": name, "line": line, **told})
    return traces


def _marks(errors: Errors, spot: float, spans: tuple[tuple[float, float], tuple[float, float]]) -> list[dict[str, Any]]:
    """Upright lines through both panels: the strengths that are chosen, and the one here."""
    traces = []
    for panel, span in zip(({}, BELOW), spans, strict=True):
        for name, strength in errors.chosen:
            told = {"name": "chosen", "hovertemplate": f"{name}: λ = {strength:.4g}<extra></extra>"}
            line = {"color": BEST, "width": 1.6, "dash": "solid"}
            traces.append({**LINE, **panel, "x": [float(place(strength))] * 2, "y": list(span), "line": line, **told})
        line = {"color": NEUTRAL, "dash": "dot", "width": 1.6}
        traces.append(
            {**LINE, **panel, "x": [spot] * 2, "y": list(span), "name": "λ", "line": line, "hoverinfo": "skip"}
        )
    return traces


def ticks(strengths: np.ndarray) -> tuple[list[float], list[str]]:
    """Places and words of powers of ten: with 3 between them where there are few, every second where there are many."""
    low, high = float(np.log10(strengths[-1])), float(np.log10(strengths[0]))
    powers = np.arange(np.floor(low), np.ceil(high) + 1)
    numbers = np.sort(np.concatenate([10.0**powers, 3 * 10.0**powers])) if high - low < 4 else 10.0 ** powers[::2]
    shown = numbers[(numbers >= strengths[-1] * 0.999) & (numbers <= strengths[0] * 1.001)]
    return place(shown).tolist(), [_word(value) for value in shown.tolist()]


def _word(value: float) -> str:
    if 1e-3 <= value < 1e6:
        return f"{value:g}"
    power = int(np.floor(np.log10(value) + 1e-9))
    digit = round(value / 10.0**power)
    return f"{'' if digit == 1 else f'{digit}·'}10{str(power).translate(POWERS)}"
