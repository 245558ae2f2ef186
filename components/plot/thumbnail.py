"""A picture in small: the main panel of a Plotly figure as SVG, for a card that leads to it."""

import base64
import struct
import zlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import numpy as np

WIDTH, HEIGHT = 240, 130  # px
MOST = 120  # points of a line
SHADES = np.array([[0, 34, 78], [69, 83, 109], [124, 123, 120], [178, 164, 109], [255, 234, 70]], dtype=float)
"""Of a surface, from low to high: five stops of Cividis (Nuñez, Anderton and Renslow 2018, PLOS ONE 13)."""


def thumbnail(figure: Mapping[str, Any]) -> str:
    """The first panel of a figure as SVG text: lines, markers, bars and surfaces; all else is left out.

    Parameters
    ----------
    figure
        Traces and layout as plain dictionaries.
    """
    traces = [trace for trace in figure["data"] if _panel(trace) == ("x", "y") and trace.get("type") in _DRAWN]
    spans = [_span(figure["layout"].get(f"{axis}axis", {}), traces, axis) for axis in "xy"]
    parts = [part for trace in traces for part in _DRAWN[trace["type"]](trace, *spans)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-hidden="true" '
        f'preserveAspectRatio="none">{"".join(parts)}</svg>'
    )


def _panel(trace: Mapping[str, Any]) -> tuple[str, str]:
    return trace.get("xaxis", "x"), trace.get("yaxis", "y")


def _numbers(values: Any) -> np.ndarray:
    """Places as numbers; what is none is not drawn."""
    try:
        return np.asarray([np.nan if value is None else value for value in values], dtype=float)
    except (TypeError, ValueError):
        return np.arange(len(values), dtype=float)


def _span(axis: Mapping[str, Any], traces: Sequence[Mapping[str, Any]], name: str) -> tuple[float, float]:
    if axis.get("range"):
        low, high = (float(end) for end in axis["range"])
        return low, high
    values = np.concatenate([_numbers(trace[name]) for trace in traces if trace.get(name) is not None] or [np.zeros(1)])
    values = values[np.isfinite(values)]
    low, high = (float(values.min()), float(values.max())) if values.size else (0.0, 1.0)
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin


def _placed(values: np.ndarray, span: tuple[float, float], size: int, flipped: bool = False) -> np.ndarray:
    share = (values - span[0]) / (span[1] - span[0] or 1.0)
    return np.clip((1 - share if flipped else share) * size, -size, 2 * size)


def _line_or_markers(trace: Mapping[str, Any], across: tuple[float, float], up: tuple[float, float]) -> list[str]:
    if trace.get("x") is None or trace.get("y") is None:
        return []
    x, y = _placed(_numbers(trace["x"]), across, WIDTH), _placed(_numbers(trace["y"]), up, HEIGHT, flipped=True)
    found = []
    if "lines" in trace.get("mode", "lines"):
        found.append(_line(trace, x, y))
    if "markers" in trace.get("mode", ""):
        marker = trace.get("marker", {})
        colors = marker.get("color", "#767676")
        ok = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        of_color: dict[str, list[str]] = {}
        for index in ok[:: max(1, len(ok) // MOST)]:
            color = colors if isinstance(colors, str) else colors[index]
            of_color.setdefault(str(color), []).append(f"M{x[index]:.1f} {y[index]:.1f}h0")
        found += [_dots(color, "".join(places)) for color, places in of_color.items()]
    return found


def _dots(color: str, path: str) -> str:
    """Lines of no length with round ends, which stay round however the picture is stretched."""
    return (
        f'<path d="{path}" fill="none" stroke="{escape(color)}" stroke-width="6" stroke-linecap="round" '
        f'vector-effect="non-scaling-stroke"/>'
    )


def _line(trace: Mapping[str, Any], x: np.ndarray, y: np.ndarray) -> str:
    line = trace.get("line", {})
    step = max(1, len(x) // MOST)
    keep = np.unique(np.concatenate([np.arange(0, len(x), step), np.flatnonzero(~np.isfinite(x + y)), [len(x) - 1]]))
    path, pen = [], "M"
    for index in keep.tolist():
        if not np.isfinite(x[index] + y[index]):
            pen = "M"
            continue
        path.append(f"{pen}{x[index]:.1f} {y[index]:.1f}")
        pen = "L"
    fill = trace.get("fillcolor", "none") if trace.get("fill") else "none"
    return (
        f'<path d="{"".join(path)}" fill="{escape(str(fill))}" stroke="{escape(str(line.get("color", "#767676")))}" '
        f'stroke-width="2" vector-effect="non-scaling-stroke"/>'
    )


def _bars(trace: Mapping[str, Any], across: tuple[float, float], up: tuple[float, float]) -> list[str]:
    places, heights = _numbers(trace["x"]), _numbers(trace["y"])
    width = trace.get("width") or 0.6
    x, y = _placed(places, across, WIDTH), _placed(heights, up, HEIGHT, flipped=True)
    floor = float(_placed(np.zeros(1), up, HEIGHT, flipped=True)[0])
    wide = max(2.0, WIDTH * float(np.atleast_1d(width)[0]) / (across[1] - across[0] or 1.0))
    color = trace.get("marker", {}).get("color", "#767676")
    return [
        f'<rect x="{left - wide / 2:.1f}" y="{min(top, floor):.1f}" width="{wide:.1f}" height="{abs(top - floor):.1f}" '
        f'fill="{escape(str(color if isinstance(color, str) else color[index]))}"/>'
        for index, (left, top) in enumerate(zip(x, y, strict=True))
        if np.isfinite(left + top)
    ]


def _surface(trace: Mapping[str, Any], across: tuple[float, float], up: tuple[float, float]) -> list[str]:
    """Heights as an image, the more the brighter."""
    heights = np.asarray(trace["z"], dtype=float)
    if heights.ndim != 2 or not np.isfinite(heights).any():
        return []
    low, high = float(np.nanmin(heights)), float(np.nanmax(heights))
    share = np.nan_to_num((heights - low) / (high - low or 1.0)) * (len(SHADES) - 1)
    below = np.clip(share.astype(int), 0, len(SHADES) - 2)
    pixels = SHADES[below] + (share - below)[..., None] * (SHADES[below + 1] - SHADES[below])
    step = max(1, max(heights.shape) // 40)
    image = _png(pixels[::-step, ::step].astype(np.uint8))
    return [
        f'<image width="{WIDTH}" height="{HEIGHT}" preserveAspectRatio="none" href="data:image/png;base64,{image}"/>'
    ]


def _png(pixels: np.ndarray) -> str:
    """Pixels ``[rows, columns, 3]`` as a PNG, in Base64 (PNG specification, third edition, sections 5 and 11)."""
    rows, columns, _ = pixels.shape
    raw = b"".join(b"\0" + row.tobytes() for row in pixels)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    whole = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b"")
    return base64.b64encode(whole).decode()


_DRAWN = {"scatter": _line_or_markers, "bar": _bars, "contour": _surface, "heatmap": _surface}
