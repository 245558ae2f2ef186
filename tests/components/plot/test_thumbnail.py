"""Pictures in small: what is drawn of a figure, and that nothing in it can be markup."""

from xml.etree import ElementTree

import numpy as np
import pytest

from components.plot.thumbnail import HEIGHT, WIDTH, thumbnail
from pages import PAGES

SVG = "{http://www.w3.org/2000/svg}"


def parts(*traces, **layout):
    return [(part.tag.removeprefix(SVG), part.attrib) for part in ElementTree.fromstring(thumbnail({"data": traces, "layout": layout}))]  # fmt: skip


def test_a_line_goes_where_its_numbers_are():
    line = {
        "type": "scatter",
        "mode": "lines",
        "x": np.array([0.0, 10.0]),
        "y": [0.0, 5.0],
        "line": {"color": "#0072B2"},
    }
    ((tag, given),) = parts(line, xaxis={"range": [0, 10]}, yaxis={"range": [0, 5]})
    assert tag == "path"
    assert given["d"] == f"M0.0 {HEIGHT:.1f}L{WIDTH:.1f} 0.0"
    assert given["stroke"] == "#0072B2"


def test_a_gap_lifts_the_pen():
    line = {"type": "scatter", "mode": "lines", "x": [0, 1, None, 2, 3], "y": [0, 1, None, 1, 0]}
    assert parts(line)[0][1]["d"].count("M") == 2


def test_markers_bars_and_surfaces():
    marks = {
        "type": "scatter",
        "mode": "markers",
        "x": [1, 2],
        "y": [1, 2],
        "marker": {"color": ["#111111", "#222222"]},
    }
    assert [(given["stroke"], given["d"].count("M")) for _, given in parts(marks)] == [("#111111", 1), ("#222222", 1)]
    of_one = {**marks, "marker": {"color": "#111111"}}
    assert [(given["stroke"], given["d"].count("M")) for _, given in parts(of_one)] == [("#111111", 2)]
    bars = {"type": "bar", "x": ["a", "b"], "y": [1.0, -1.0], "marker": {"color": "#333333"}}
    assert [tag for tag, _ in parts(bars)] == ["rect", "rect"]
    surface = {"type": "contour", "x": [0, 1], "y": [0, 1], "z": np.array([[0.0, np.nan], [2.0, 3.0]])}
    ((tag, given),) = parts(surface)
    assert tag == "image"
    assert given["href"].startswith("data:image/png;base64,")


@pytest.mark.parametrize(
    "trace", [{"type": "pie"}, {"type": "scatter", "xaxis": "x2"}, {"type": "heatmap", "z": [[np.nan]]}]
)
def test_all_else_is_left_out(trace):
    assert parts({"x": [1], "y": [1], **trace}) == []


def test_nothing_in_it_is_markup():
    hostile = '"/><script>alert(1)</script>'
    drawn = parts(
        {"type": "scatter", "mode": "lines", "x": [0, 1], "y": [0, 1], "name": hostile, "line": {"color": hostile}},
        {"type": "bar", "x": [hostile], "y": [1], "marker": {"color": hostile}},
    )
    assert [tag for tag, _ in drawn] == ["path", "rect"]


@pytest.mark.parametrize("name", PAGES)
def test_every_page_has_one_that_is_small(name):
    drawn = thumbnail(PAGES[name].study().picture().figure)
    assert 200 < len(drawn) < 14_000
    assert ElementTree.fromstring(drawn)[0] is not None
