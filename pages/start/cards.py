"""What stands below the figure of the page ``start``: the loop in formulas, its code, and a card for every page."""

from base64 import b64encode
from functools import lru_cache

import streamlit as st

from components.cards.program import Program
from components.page.links import link
from components.plot.thumbnail import thumbnail
from components.text import plain
from losses import LOSSES
from losses.descent.optimisers import OPTIMISERS
from pages import PAGES
from pages.start.model import Start
from pages.start.settings import X, Y

ACROSS = 3
WHAT = (
    "**Losscope** lets you see and feel what a loss function does: its value, its slope, its pull on each point, the "
    "surface it makes over a model’s weights, and the way that optimisers take down it. Every picture answers your hand."
)


@lru_cache(maxsize=32)
def small(name: str) -> str:
    """The picture of a page as it opens, in small, as SVG in Base64."""
    return b64encode(thumbnail(PAGES[name].study().picture().figure).encode()).decode()


def all_pages() -> None:
    """What Losscope is, and a card for every page: its question, its picture in small, and the way to it."""
    st.markdown(WHAT)
    columns = st.columns(ACROSS)
    for index, page in enumerate(page for page in PAGES.values() if page.name != "start"):
        with columns[index % ACROSS].container(border=True, key=f"card-{page.name}"):
            link(page.title, page, {}, icon=":material/arrow_forward:")
            st.markdown(f"**{plain(page.question)}**")
            st.html(f'<img alt="" width="100%" height="130" src="data:image/svg+xml;base64,{small(page.name)}">')


def formulas(page: Start) -> None:
    """The four stages, as formulas."""
    loss, optimiser = LOSSES[page.key], OPTIMISERS[page.view["optimiser"]]
    rule = optimiser.formula(**optimiser.settings(learning_rate=page.view["rate"]))
    st.markdown(
        "1. **Predict:** $\\hat y_i = w x_i + b$\n"
        f"2. **Loss:** $L = \\frac1n\\sum_i \\ell(r_i)$, $r_i = \\hat y_i - y_i$, with {plain(loss.name)}: ${loss.formula()}$\n"
        "3. **Gradient:** $\\partial L/\\partial w = \\frac1n\\sum_i \\ell'(r_i)\\,x_i$ and "
        "$\\partial L/\\partial b = \\frac1n\\sum_i \\ell'(r_i)$. In a network backpropagation finds them, by the chain rule.\n"
        f"4. **Update:** {plain(optimiser.name)}: $${rule}$$"
    )
    st.markdown(
        "**Four words.** *Loss*: of one example. *Cost*: the mean of the losses. *Objective*: cost and penalty, which is "
        "minimised. *Metric*: what is reported, and need not have a slope."
    )


def said() -> None:
    """What is often said of the training loop, and what is so."""
    st.markdown(
        "**Often said:** “Backpropagation updates the weights.” **Right:** it computes gradients; the optimiser updates, "
        "against the gradient.\n\n**Often said:** “A loss is never negative.” **Right:** a critic’s is, and so is that of a "
        "Gaussian likelihood. **Often said:** “A falling loss means a better model.” **Right:** on the training data alone "
        "it says nothing of new ones."
    )


def program(page: Start, library: str) -> Program:
    """The loop written out, which prints slope, intercept and cost after as many rounds as are on screen.

    Raises
    ------
    ValueError
        For a library that has no such loop.
    """
    if library not in ("torch", "numpy"):
        raise ValueError(
            "A training loop by hand is written in PyTorch or in NumPy; Keras and scikit-learn have their own inside fit."
        )
    steps, (w, b) = page.step, page.start
    if library == "numpy" and (page.view["optimiser"] != "sgd" or page.key != "mse"):
        raise ValueError("In NumPy the loop is written out for MSE and SGD: choose those.")
    data = f"x = {list(X)}\ny = {list(Y)}\n"
    if library == "numpy":
        return Program(
            f"import numpy as np\n\n{data.replace('[', 'np.array([').replace(']', '])')}w, b = {w!r}, {b!r}\n\n"
            f"for step in range({steps}):\n"
            "    prediction = w * x + b  # predict\n"
            "    residual = prediction - y\n"
            "    loss = np.mean(residual**2)  # loss\n"
            "    slope_w, slope_b = np.mean(2 * residual * x), np.mean(2 * residual)  # gradient\n"
            f"    w, b = w - {page.view['rate']!r} * slope_w, b - {page.view['rate']!r} * slope_b  # update\n\n"
            'print(f"w {w:.6g}, b {b:.6g}, cost {np.mean((w * x + b - y) ** 2):.6g}")\n'
        )
    optimiser = OPTIMISERS[page.view["optimiser"]].code(learning_rate=page.view["rate"])
    loss = LOSSES[page.key].code("torch") or ""
    loss = loss.replace("reduction='none'", "reduction='mean'").replace('reduction="none"', 'reduction="mean"')
    tensors = data.replace("[", "torch.tensor([").replace("]", "], dtype=torch.float64)")
    return Program(
        f"import torch\n\n{tensors}target = y\nweights = torch.tensor([{w!r}, {b!r}], dtype=torch.float64, requires_grad=True)\n"
        f"optimiser = {optimiser}\n\n"
        f"for step in range({steps}):\n"
        "    optimiser.zero_grad()\n"
        "    prediction = weights[0] * x + weights[1]  # predict\n"
        f"    loss = ({loss}).mean()  # loss\n"
        "    loss.backward()  # gradient, by backpropagation\n"
        "    optimiser.step()  # update\n\n"
        "prediction = weights[0] * x + weights[1]\n"
        f'print(f"w {{weights[0].item():.6g}}, b {{weights[1].item():.6g}}, cost {{({loss}).mean().item():.6g}}")\n'
    )


def printed(page: Start) -> str:
    """What the program prints."""
    place = page.path(page.view["optimiser"], page.start, page.step + 1).positions[page.step]
    line = float(place[0]), float(place[1])
    return f"w {line[0]:.6g}, b {line[1]:.6g}, cost {page.cost(line):.6g}"
