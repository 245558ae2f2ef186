"""A page with a player, a pick mode and nothing else, for ``test_player``."""

from types import SimpleNamespace

import numpy as np
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from components import channel
from components.figures import axis, layout
from components.live_figure import Pick, Picture, Player, Readout, Row, Track, live_figure

STEPS = 500


def picture(heard):
    turns = np.linspace(0, 6, STEPS + 1)
    tracks = tuple(
        Track(np.exp(-turns / 3) * np.cos(turns + shift), np.exp(-turns / 3) * np.sin(turns + shift), color)
        for shift, color in enumerate(("#0072B2", "#D55E00", "#009E73", "#A8467F", "#8A6D00", "#00838F"))
    )
    figure = {"data": [], "layout": layout(400, "player", {}, xaxis=axis("w", (-1, 1)), yaxis=axis("b", (-1, 1)))}
    row = Row((str(heard.get("playhead", "")), str(heard.get("start", ""))))
    return Picture(
        figure,
        alt="Six spirals",
        pick=Pick("start"),
        player=Player(tracks, STEPS, heard.get("playhead", 0)),
        readouts=(Readout("heard", ("playhead", "start"), (row,)),),
    )


if get_script_run_ctx(suppress_warning=True):
    st.set_page_config(layout="wide")
    heard = st.session_state.setdefault("heard", {})
    live_figure("player", SimpleNamespace(address=dict), lambda: picture(heard), heard.update)
else:
    app = st.App(__file__, routes=channel.routes())
