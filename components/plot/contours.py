"""A surface over two weights, flat: contours on a scale that tells near the minimum and far up."""

from typing import Any

import numpy as np

from components.text import number

TINY = 1e-290  # what lies below has too few digits to measure by


def heights(values: np.ndarray) -> tuple[np.ndarray, float, float]:
    """Losses on a scale where contours tell near the minimum and far up: log(1 + (loss - lowest) / unit).

    Returns the heights, the lowest loss and the unit, a small quantile of what lies above the lowest.
    """
    finite = values[np.isfinite(values)]
    lowest = float(finite.min()) if finite.size else 0.0
    span = float(np.ptp(finite)) if finite.size else 1.0
    unit = float(np.quantile(finite - lowest, 0.02)) if finite.size else 1.0
    unit = max(unit, 1e-12 * span) if unit else span / 100  # an all but flat floor is no measure
    unit = unit if unit > TINY else 1.0
    with np.errstate(invalid="ignore"):
        return np.log1p(np.where(np.isfinite(values), values - lowest, np.nan) / unit), lowest, unit


def contours(
    first: np.ndarray, second: np.ndarray, values: np.ndarray, symbols: tuple[str, str], beside: float
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The contours of a surface, and the scale of their shades.

    Parameters
    ----------
    first, second
        Values of the first weight ``[n]`` and of the second ``[m]``.
    values
        The surface, ``[m, n]``.
    symbols
        Of the weights.
    beside
        Where the scale stands, as a share of the figure's width.
    """
    shades, lowest, unit = heights(values)
    top = float(np.nanmax(shades)) if np.isfinite(shades).any() else 1.0
    hover = f"{symbols[0]} %{{x:.4g}}, {symbols[1]} %{{y:.4g}}: loss %{{customdata:.4g}}<extra></extra>"
    made = {
        "type": "contour",
        "x": first,
        "y": second,
        "z": shades,
        "customdata": values,
        "hovertemplate": hover,
        "coloraxis": "coloraxis",
        "autocontour": False,
        "contours": {"start": top / 16, "end": top, "size": top / 16 or 1.0},
        "line": {"width": 0.7, "color": "rgba(255,255,255,0.45)"},
    }
    return made, shades_scale(top, lowest, unit, beside)


def shades_scale(top: float, lowest: float, unit: float, beside: float) -> dict[str, Any]:
    """Which shades stand for which heights up to ``top``, and the losses written beside them, as ``heights`` measures."""
    ticks = np.linspace(0, top, 6)
    bar = {
        "x": beside,
        "thickness": 10,
        "tickfont": {"size": 11},
        "title": {"text": "loss", "font": {"size": 11}},
        "outlinewidth": 0,
        "tickvals": ticks.tolist(),
        "ticktext": [number(float(lowest + unit * np.expm1(tick)), 2) for tick in ticks],
    }
    return {"colorscale": "Cividis", "cmin": 0.0, "cmax": top or 1.0, "colorbar": bar}
