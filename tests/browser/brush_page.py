"""A page with a mask to paint, eight pictures that follow it and nothing else, for ``test_brush``; ``?erase`` wipes."""

from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.live import channel
from components.live.brush import Brush
from components.live.figure import live_figure
from components.live.picture import Picture, Readout, Row
from components.plot.base import layout

SIZE = 64
SCALE = [[0.0, "#0072B2"], [0.5, "#f7f7f7"], [1.0, "#D55E00"]]
ACROSS, DOWN = np.meshgrid(np.arange(SIZE), np.arange(SIZE))


def heatmap(z, number):
    axes = {"xaxis": f"x{number}", "yaxis": f"y{number}"} if number > 1 else {}
    return {"type": "heatmap", "z": z, "zmin": -100, "zmax": 100, "colorscale": SCALE, "showscale": False, **axes}


def axes(number):
    """The first panel is the left half, the others fill the right one."""
    column, row = divmod(number - 2, 4)
    where = (
        ([0, 0.48], [0, 1])
        if number == 1
        else ([0.52 + 0.25 * column, 0.74 + 0.25 * column], [0.75 - row / 4, 0.98 - row / 4])
    )
    name = "" if number == 1 else number
    return {
        f"xaxis{name}": {"domain": where[0], "range": [-0.5, SIZE - 0.5], "anchor": f"y{name}"},
        f"yaxis{name}": {"domain": where[1], "range": [SIZE - 0.5, -0.5], "anchor": f"x{name}"},
    }  # fmt: skip


def picture(mask, erases):
    z = np.where(mask, 100, -100).astype(np.int8)
    traces = [heatmap(z, 1), *(heatmap((z // number).astype(np.int8), number) for number in range(2, 10))]
    panels = {name: axis for number in range(1, 10) for name, axis in axes(number).items()}
    return Picture(
        {"data": traces, "layout": layout(500, "brush", {}, **panels)},
        alt="A mask",
        brush=Brush("mask", 3.0, "#D55E00", "Paint the mask", erases),
        readouts=(Readout("mask", ("", "pixels"), (Row(("painted", str(int(mask.sum())))),)),),
    )


def keep(mask, hand):
    for stroke in hand.strokes:
        for x, y in stroke.path:
            mask[np.hypot(ACROSS - x, DOWN - y) <= 3] = not stroke.erase


if get_script_run_ctx(suppress_warning=True):
    st.set_page_config(layout="wide")
    mask = st.session_state.setdefault("mask", np.zeros((SIZE, SIZE), bool))
    live_figure(
        "brush",
        SimpleNamespace(address=dict, guide=None, still=nullcontext, locked=frozenset()),
        lambda: picture(mask, "erase" in st.query_params),
        partial(keep, mask),
    )
else:
    app = st.App(__file__, routes=channel.routes())
