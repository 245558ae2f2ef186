"""The landscape's six paths with Streamlit's own chart and Plotly's frames: the baseline of ``bench_landscape``."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from losses.descent.surface import grid
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run, trajectories

SIX = ("sgd", "momentum", "nesterov", "adagrad", "rmsprop", "adam")
STEPS = 500

st.set_page_config(layout="wide")
surface = TEXTBOOK["rosenbrock"]()
paths = trajectories(surface, [Run(key, surface.start, {"learning_rate": 1e-3}) for key in SIX], STEPS)
x, y, values = grid(surface, 151)
figure = go.Figure(go.Contour(x=x, y=y, z=np.log1p(values)))
for path in paths:
    figure.add_scatter(x=path.positions[:1, 0], y=path.positions[:1, 1], mode="lines+markers")
figure.frames = [
    go.Frame(
        data=[go.Scatter(x=path.positions[: step + 1, 0], y=path.positions[: step + 1, 1]) for path in paths],
        traces=list(range(1, 1 + len(paths))),
        name=str(step),
    )
    for step in range(STEPS + 1)
]
how = {"frame": {"duration": 1000 / 60, "redraw": False}, "transition": {"duration": 0}, "fromcurrent": True}
buttons = [{"label": "Play", "method": "animate", "args": [None, how]}]
figure.update_layout(updatemenus=[{"type": "buttons", "buttons": buttons}], xaxis_range=[-2, 2], yaxis_range=[-1, 3])
st.plotly_chart(figure, key="chart")
st.caption(f"Figure: {len(figure.to_json())} bytes")
