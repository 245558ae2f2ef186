"""The figure of a network's landscape: a plane of it, flat or in three dimensions, a section of it, and its spectrum."""

from typing import Any

import numpy as np

from components.plot.base import axis_layout, escaped, layout
from components.plot.contours import contours, heights, shades_scale
from components.plot.theme import MARKED, PALETTE
from losses.network.meaning import loss_at
from losses.network.planes import Plane
from pages.network.sight import Sight

LEFT, RIGHT = [0.0, 0.52], [0.7, 1.0]
UPPER, LOWER = [0.6, 1.0], [0.0, 0.36]
ACROSS, UP, TRUE, ACCURACY, DENSITY = PALETTE[0], PALETTE[1], PALETTE[3], PALETTE[2], PALETTE[6]
HOLE = "#B8BDC7"
CUT = 0.9  # share of the plane that three dimensions show: its walls would hide what matters
MOST_DENSE = 400  # places of the density
WIDTH = 0.02  # of a node of the density, of the whole span
_LINES = {"type": "scatter", "mode": "lines"}
_MARKS = {"type": "scatter", "mode": "markers"}


def landscape_figure(sight: Sight) -> dict[str, Any]:
    """The plane on the left; on the right the section of it that its axes are about, and the spectrum."""
    traces, axes = [], {}
    for made, own in (_plane(sight), _section(sight), _spectrum(sight)):
        traces += made
        axes |= own
    rows = {"yaxis": [0.5, 1.0], "yaxis2": [0.25, 0.41], "yaxis3": [0.0, 0.15]}
    narrow = {name: {**axes[name], "domain": row} for name, row in rows.items() if name in axes}
    narrow |= {name: {**axes[name], "domain": [0.0, 1.0]} for name in axes if name.startswith("x")}
    if "scene" in axes:
        narrow["scene"] = {**axes["scene"], "domain": {"x": [0, 1], "y": rows["yaxis"]}, "camera": _camera(1.5, 0.03)}
    if "coloraxis" in axes:
        narrow["coloraxis"] = {**axes["coloraxis"], "showscale": False}
    return {
        "data": traces,
        "layout": layout(540, sight.subject, {"r": 70, "l": 60}, **axes),
        "narrow": {"height": 940, "margin": {"l": 50, "r": 60, "t": 8, "b": 44}, **narrow},
    }


def _plane(sight: Sight) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    plane = sight.plane
    if plane is None:
        return [], {}
    return _solid(sight, plane) if sight.three_d else _flat(sight, plane)


def _flat(sight: Sight, plane: Plane) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    drawn, scale = contours(plane.x, plane.y, plane.loss, _shown_names(plane), LEFT[1] + 0.01)
    traces = [drawn]
    if plane.holes:  # Plotly's contours go on into them
        holes = np.where(np.isfinite(plane.loss), np.nan, 1.0)
        traces.append(
            {
                "type": "heatmap", "name": "no finite loss", "x": plane.x, "y": plane.y, "z": holes, "showscale": False,
                "colorscale": [[0, HOLE], [1, HOLE]], "hovertemplate": "no finite loss<extra></extra>",
            }
        )  # fmt: skip
    if sight.path:
        traces += _way(sight, plane)
    if not plane.marks:
        traces.append(_dots("network", [plane.at[0]], [plane.at[1]], {"size": 13, "color": "#FFFFFF", "line": {"width": 2, "color": MARKED}}))  # fmt: skip
    if plane.marks:
        names, x, y = zip(*plane.marks, strict=True)
        marker = {"size": 11, "color": "#FFFFFF", "symbol": "diamond", "line": {"width": 2, "color": "#1F2430"}}
        traces.append({**_dots("mark", list(x), list(y), marker), "text": [escaped(name) for name in names], "hovertemplate": "%{text}<extra></extra>"})  # fmt: skip
    return traces, {
        "coloraxis": scale,
        "xaxis": axis_layout(axis_title(plane, 0), (plane.x[0], plane.x[-1]), domain=LEFT, zeroline=False, constrain="domain"),
        "yaxis": axis_layout(axis_title(plane, 1), (plane.y[0], plane.y[-1]), zeroline=False),
    }  # fmt: skip


def _way(sight: Sight, plane: Plane) -> list[dict[str, Any]]:
    """The path of the training, each checkpoint in the shade of its own loss."""
    path = sight.path
    if path is None:
        return []
    seen, lowest, unit = heights(plane.loss)
    top = float(np.nanmax(seen)) if np.isfinite(seen).any() else 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        shades = np.log1p((path.loss - lowest) / unit)
    line = {**_LINES, "name": "path", "x": path.x, "y": path.y, "line": {"color": "#FFFFFF", "width": 2}, "hoverinfo": "skip"}  # fmt: skip
    # Plotly lets contours and dots share no scale.
    scale = {"colorscale": "Cividis", "cmin": 0.0, "cmax": top or 1.0, "showscale": False}
    marker = {
        "size": 8,
        "color": np.where(np.isfinite(shades), shades, top).tolist(),
        **scale,
        "line": {"width": 1.2, "color": "#FFFFFF"},
    }
    told = np.stack([path.loss, path.off], 1)
    hover = "loss of the checkpoint %{customdata[0]:.4g}, %{customdata[1]:.3g} off the plane<extra></extra>"
    return [
        line,
        {**_MARKS, "name": "checkpoints", "x": path.x, "y": path.y, "marker": marker, "customdata": told, "hovertemplate": hover},
    ]  # fmt: skip


def _solid(sight: Sight, plane: Plane) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    shades, lowest, unit = heights(plane.loss)
    low, top = _standing(plane.loss)
    across, up = _shown_names(plane)
    surface = {
        "type": "surface", "x": plane.x, "y": plane.y, "z": _drawn_heights(plane.loss, low, top), "surfacecolor": shades,
        "customdata": plane.loss.T,  # Plotly asks for a surface's by x, then y
        "coloraxis": "coloraxis", "lighting": {"ambient": 0.8, "diffuse": 0.5, "specular": 0.05},
        "hovertemplate": f"{across} %{{x:.4g}}, {up} %{{y:.4g}}: loss %{{customdata:.4g}}<extra></extra>",
    }  # fmt: skip
    traces: list[dict[str, Any]] = [surface]
    if sight.path:
        traces.append(
            {
                "type": "scatter3d", "mode": "lines+markers", "name": "path", "x": sight.path.x, "y": sight.path.y,
                "z": _drawn_heights(sight.path.loss, low, top), "line": {"color": MARKED, "width": 5},
                "customdata": sight.path.loss, "marker": {"size": 3, "color": MARKED},
                "hovertemplate": "loss of the checkpoint %{customdata:.4g}<extra></extra>",
            }
        )  # fmt: skip
    spots = [("network", *plane.at, plane.centre)] if np.isfinite(plane.centre) else []
    traces += [
        {
            "type": "scatter3d", "mode": "markers", "name": name, "x": [x], "y": [y], "z": [z], "hoverinfo": "name",
            "marker": {"size": 6, "color": MARKED},
        }
        for name, x, y, z in spots
    ]  # fmt: skip
    highest = float(np.log1p((top - lowest) / unit))
    return traces, {
        "coloraxis": shades_scale(max(highest, 0.0), lowest, unit, LEFT[1] + 0.01),
        "scene": _scene(plane),
    }


def _drawn_heights(loss: np.ndarray, low: float, top: float) -> np.ndarray:
    """Losses as heights that WebGL can draw: what is far above ``top``, out of sight, is a little above; holes stay holes."""
    return np.where(np.isfinite(loss), np.minimum(loss, low + 1.1 * (top - low)), np.nan)


def _standing(values: np.ndarray) -> tuple[float, float]:
    """The lowest loss, and the one up to which three dimensions show the plane."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(np.quantile(finite, CUT))) if finite.size else (0.0, 1.0)
    return low, high if high > low else low + 1.0


def _scene(plane: Plane) -> dict[str, Any]:
    plain = {"showbackground": False, "gridcolor": "rgba(128,128,128,0.4)", "zerolinecolor": "rgba(128,128,128,0.4)"}
    return {
        "domain": {"x": LEFT, "y": [0, 1]},
        "xaxis": {
            **plain,
            "title": {"text": escaped(short_name(plane, 0))},
            "range": [float(plane.x[0]), float(plane.x[-1])],
            "nticks": 6,
        },
        "yaxis": {
            **plain,
            "title": {"text": escaped(short_name(plane, 1))},
            "range": [float(plane.y[0]), float(plane.y[-1])],
            "nticks": 6,
        },
        "zaxis": {**plain, "title": {"text": ""}, "range": list(_standing(plane.loss)), "nticks": 5},
        "aspectmode": "manual",
        "aspectratio": {"x": 1.1, "y": 1.1, "z": 1.0},
        "camera": _camera(),
    }


def _camera(away: float = 1.0, aside: float = 0.06) -> dict[str, Any]:
    """From where the surface fills its panel, with room for the numbers on its left; a narrow panel takes a step back."""
    eye = {"x": 1.75 * away, "y": -1.95 * away, "z": 1.3 * away}
    return {"eye": eye, "center": {"x": -aside, "y": -aside, "z": -0.13}}


def _section(sight: Sight) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """What the axes are about, along one number."""
    if sight.line:
        return _between(sight)
    if sight.path:
        return _along_path(sight)
    return _through(sight.plane) if sight.plane else ([], {})


def _between(sight: Sight) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    line = sight.line
    if line is None:
        return [], {}
    traces = [_curve("loss", line.t, line.loss, ACROSS, "solid")]
    if line.accuracy is not None:
        traces.append(_curve("accuracy", line.t, line.accuracy, ACCURACY, "dash"))
    both = line.loss if line.accuracy is None else np.concatenate([line.loss, line.accuracy])
    return traces, _panel("share of the way from a to b", "loss, accuracy" if line.accuracy is not None else "loss", (line.t[0], line.t[-1]), both)  # fmt: skip


def _along_path(sight: Sight) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    path, plane = sight.path, sight.plane
    if path is None:
        return [], {}
    steps = np.arange(len(path.loss)) if sight.steps is None else sight.steps
    traces = [_curve("loss of the checkpoint", steps, path.loss, TRUE, "solid")]
    values = path.loss
    if plane is not None:
        below = loss_at(plane, path.x, path.y)
        traces.append(_curve("loss of the plane below it", steps, below, ACROSS, "dot"))
        values = np.concatenate([values, below])
    title = "checkpoint" if sight.steps is None else "step"
    axes = _panel(title, "loss", (float(steps[0]), float(max(steps[-1], 1))), values)
    above = values[np.isfinite(values) & (values > 0)]
    if above.size and (values[np.isfinite(values)] > 0).all() and above.max() > 10 * above.min():
        span = [float(np.log10(above.min()) - 0.2), float(np.log10(above.max()) + 0.2)]
        axes["yaxis2"] |= {"type": "log", "range": span, "exponentformat": "power", "dtick": 1}
    return traces, axes


def _through(plane: Plane) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The loss along both axes through the network, each over its own half-width, so that they can be compared."""
    row, column = (int(abs(axis - at).argmin()) for axis, at in ((plane.y, plane.at[1]), (plane.x, plane.at[0])))
    across, up = plane.loss[row], plane.loss[:, column]
    x, y = plane.x - plane.at[0], plane.y - plane.at[1]
    first, second = _shown_names(plane)
    traces = [_curve(first, x, across, ACROSS, "solid"), _curve(second, y, up, UP, "dash")]
    span = float(min(x[0], y[0])), float(max(x[-1], y[-1]))
    return traces, _panel("away from the network", "loss", span, np.concatenate([across, up]))


def _panel(title: str, unit: str, span: tuple[float, float], values: np.ndarray) -> dict[str, Any]:
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    room = 0.08 * (high - low) or 0.1 * abs(high) or 0.1
    return {
        "xaxis2": axis_layout(title, span, domain=RIGHT, anchor="y2", nticks=5),
        "yaxis2": axis_layout(unit, (low - room, high + room), domain=UPPER, anchor="x2", nticks=5),
    }


def _spectrum(sight: Sight) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """The density of the Hessian's eigenvalues on a logarithmic scale, and the largest of them as strokes."""
    found = sight.spectrum
    axes = {
        "xaxis3": axis_layout("eigenvalue of the Hessian", domain=RIGHT, anchor="y3", nticks=5),
        "yaxis3": axis_layout("density", domain=LOWER, anchor="x3", type="log", exponentformat="power", nticks=4),
    }
    if found is None:
        empty = {**_LINES, "name": "density", "x": [0], "y": [None], "xaxis": "x3", "yaxis": "y3", "line": {"color": DENSITY}}  # fmt: skip
        return [empty], axes
    low, high = float(min(found.nodes.min(), found.largest.min())), float(max(found.nodes.max(), found.largest.max()))
    span = (high - low) or 1.0
    places = np.linspace(low - 0.08 * span, high + 0.08 * span, MOST_DENSE)
    dense = found.density(places, WIDTH * span)
    floor = dense.max() * 1e-6
    axes["xaxis3"]["range"], axes["xaxis3"]["autorange"] = [float(places[0]), float(places[-1])], False
    axes["yaxis3"] |= {"range": [float(np.log10(floor)), float(np.log10(dense.max()) + 0.3)], "autorange": False}
    curve = {
        **_LINES, "name": "density", "x": places, "y": np.maximum(dense, floor), "xaxis": "x3", "yaxis": "y3",
        "line": {"color": DENSITY, "width": 2}, "hovertemplate": "density %{y:.3g} at %{x:.4g}<extra></extra>",
    }  # fmt: skip
    top = {
        **_MARKS, "name": "largest", "x": found.largest, "y": np.full(len(found.largest), 2 * floor), "xaxis": "x3", "yaxis": "y3",
        "marker": {"size": 13, "symbol": "line-ns-open", "color": MARKED, "line": {"width": 2, "color": MARKED}},
        "hovertemplate": "eigenvalue %{x:.5g}<extra></extra>",
    }  # fmt: skip
    return [curve, top], axes


def short_name(plane: Plane, axis: int) -> str:
    """An axis's name where there is little room: of a single weight without its layer."""
    name = plane.names[axis]
    return name.rpartition(".")[2] if plane.kind == "named" else name.partition(",")[0]


def _shown_names(plane: Plane) -> tuple[str, str]:
    """The names of both axes for Plotly, which would read markup in them."""
    first, second = plane.names
    return escaped(first), escaped(second)


def axis_title(plane: Plane, axis: int) -> str:
    """An axis's name, with what is known of it."""
    name = plane.names[axis]
    if plane.shares:
        return f"{name}: {100 * plane.shares[axis]:.0f} % of variance"
    if plane.curvatures:
        return f"{name}: λ = {plane.curvatures[axis]:.3g}"
    return name


def _curve(name: str, x: np.ndarray, y: np.ndarray, color: str, dash: str) -> dict[str, Any]:
    return {
        **_LINES, "name": name, "x": x, "y": np.where(np.isfinite(y), y, np.nan), "xaxis": "x2", "yaxis": "y2",
        "line": {"color": color, "dash": dash, "width": 2}, "hovertemplate": f"{name} %{{y:.4g}}<extra></extra>",
    }  # fmt: skip


def _dots(name: str, x: list[float], y: list[float], marker: dict[str, Any]) -> dict[str, Any]:
    return {**_MARKS, "name": name, "x": x, "y": y, "marker": marker, "hovertemplate": f"{name}<extra></extra>"}
