"""A page with a player, a pick mode and nothing else, for ``test_player``; ``?wild`` has paths that go astray."""

from contextlib import nullcontext
from functools import partial
from types import SimpleNamespace

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components.live import channel
from components.live.figure import live_figure
from components.live.picture import Pick, Picture, Readout, Row
from components.live.player import Player, StepColumn, StepTable, Track, TurningLine
from components.plot.base import axis_layout, layout

STEPS = 500


def spirals(at):
    turns = np.linspace(0, 6, STEPS + 1)
    tracks = tuple(
        Track(np.exp(-turns / 3) * np.cos(turns + shift), np.exp(-turns / 3) * np.sin(turns + shift), color)
        for shift, color in enumerate(("#0072B2", "#D55E00", "#009E73", "#A8467F", "#8A6D00", "#00838F"))
    )
    return Player(tracks, STEPS, at)


def wild(at):
    """Paths: one ends where its numbers do, one leaves to 1e300, one is nowhere, one comes; a line turns until step 400."""
    step = np.arange(STEPS + 1.0)
    ends = np.where(step <= 250, -0.9 + 0.9 * step / 250, np.nan)
    leaves = np.where(step <= 100, -0.6 + 0.005 * step, np.geomspace(1, 1e300, STEPS + 1))
    tracks = (
        Track(ends, np.full_like(step, 0.5), "#0072B2"),
        Track(np.full_like(step, 0.5), leaves, "#D55E00"),
        Track(np.full_like(step, np.nan), step, "#009E73"),
        Track(np.full_like(step, -0.5), np.where(step == 0, 1e300, 0.9 - step / 1000), "#8A6D00"),
    )
    turning = TurningLine(np.where(step <= 400, step / 200 - 1, np.nan), np.zeros_like(step), "#A8467F")
    cells = ((step**2, -step / 3), (np.array([np.nan, 1e-7, np.inf, -np.inf, 2e9]),), (np.zeros(0),), ())
    table = StepTable("At step", ("square, third", "odd", "none", "nothing"), (StepColumn("first", "#0072B2", cells),))
    return Player(tracks, STEPS, at, (turning,), table)


def picture(heard, paths):
    figure = {
        "data": [],
        "layout": layout(400, "player", {}, xaxis=axis_layout("w", (-1, 1)), yaxis=axis_layout("b", (-1, 1))),
    }
    row = Row((str(heard.get("playhead", "")), str(list(heard.get("start", "")))))
    return Picture(
        figure,
        alt="Paths",
        pick=Pick("start"),
        player=paths(heard.get("playhead", 0)),
        readouts=(Readout("heard", ("playhead", "start"), (row,)),),
    )


def keep(heard, hand):
    if hand.playhead is not None:
        heard["playhead"] = int(hand.playhead)
    if start := hand.point("start"):
        heard["start"] = start


if get_script_run_ctx(suppress_warning=True):
    st.set_page_config(layout="wide")
    heard = st.session_state.setdefault("heard", {})
    paths = wild if "wild" in st.query_params else spirals
    live_figure(
        "player",
        SimpleNamespace(address=dict, guide=None, still=nullcontext, locked=frozenset()),
        lambda: picture(heard, paths),
        partial(keep, heard),
    )
else:
    app = st.App(__file__, routes=channel.routes())
