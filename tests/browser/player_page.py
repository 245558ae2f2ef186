"""A page with a player, a pick mode and nothing else, for ``test_player``."""

import numpy as np
import streamlit as st

from components.figures import axis, layout
from components.live_figure import Pick, Picture, Player, Readout, Row, Track, live_figure

STEPS = 500
st.set_page_config(layout="wide")


def on_input(values):
    st.session_state.update({name: value for name, value in values.items() if name in ("playhead", "start")})


@st.fragment
def live():
    turns = np.linspace(0, 6, STEPS + 1)
    tracks = tuple(
        Track(np.exp(-turns / 3) * np.cos(turns + shift), np.exp(-turns / 3) * np.sin(turns + shift), color)
        for shift, color in enumerate(("#0072B2", "#D55E00", "#009E73", "#A8467F", "#8A6D00", "#0072B2"))
    )
    heard = Row((str(st.session_state.get("playhead", "")), str(st.session_state.get("start", ""))))
    figure = {"data": [], "layout": layout(400, "player", {}, xaxis=axis("w", (-1, 1)), yaxis=axis("b", (-1, 1)))}
    picture = Picture(
        figure,
        alt="Six spirals",
        pick=Pick("start"),
        player=Player(tracks, STEPS),
        readouts=(Readout("heard", ("playhead", "start"), (heard,)),),
    )
    live_figure("player", picture, {}, on_input)


live()
