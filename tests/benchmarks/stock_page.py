"""The outliers page's work with Streamlit's own slider and chart: the baseline of ``bench_live``."""

import numpy as np
import streamlit as st
from plotly.subplots import make_subplots

from losses.fitting.fit import fit_line

x = np.arange(11.0)
y = 1 + 2 * x
y[10] = -20
delta = st.slider("delta", 0.05, 10.0, 1.0, step=0.05)
fits = {"mse": fit_line(x, y, "mse"), "mae": fit_line(x, y, "mae"), "huber": fit_line(x, y, "huber", delta=delta)}
figure = make_subplots(rows=3, shared_xaxes=True)
figure.add_scatter(x=x, y=y, mode="markers", row=1, col=1)
for key, fit in fits.items():
    figure.add_scatter(x=x, y=fit.predict(x), name=key, row=1, col=1)
    figure.add_bar(x=x, y=fit.pull, row=2, col=1)
    figure.add_bar(x=x, y=100 * fit.values / fit.values.sum(), row=3, col=1)
st.plotly_chart(figure, key="chart")
st.table({key: [fit.intercept, fit.slope] for key, fit in fits.items()})
