"""What stands around a figure: presets, a prediction to make first, formulas, code, the data, files to take along."""

import mimetypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from components.cards.files import as_csv
from components.settings.state import View
from components.text import listed, plain
from losses import LOSSES
from losses.spec.loss import Loss

Settings = Mapping[str, Mapping[str, Any]]
LIBRARIES = {
    "PyTorch": "torch",
    "Keras": "keras",
    "scikit-learn": "sklearn",
}
IMPORTS = {
    "torch.": "import torch",
    "keras.": "import keras",
    "np.": "import numpy as np",
    "scipy.special.": "import scipy.special",
    "sklearn.metrics.": "import sklearn.metrics",
}
ACROSS = 3  # formulas in a row: more would run into each other
FACT_NAMES = {
    "convex": "convex",
    "differentiable": "differentiable",
    "bounded_slope": "bounded pull",
    "bounded_value": "bounded value",
    "proper": "proper",
}
PROBABILISTIC = ("binary", "multiclass", "divergence")  # the families that are asked whether they are proper


@dataclass(frozen=True)
class Preset:
    """A state worth seeing: a short title, what to look for, and the settings that differ from the defaults."""

    title: str
    look: str
    values: Mapping[str, Any] = field(default_factory=dict)


def try_this(view: View, presets: Sequence[Preset], free: str) -> None:
    """A row of buttons, one for each preset. The one on screen says what to look for; else ``free`` is said."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="presets"):
        st.markdown("**Try this**", width="content")
        for preset in presets:
            active = view.stands_at(preset.values)
            st.button(
                preset.title,
                type="primary" if active else "secondary",
                key=f"{view.page}:try:{preset.title}",
                on_click=view.start_from,
                kwargs=preset.values,
            )
    # Always one caption: an element that came and went would move the figure below it, and remount it.
    st.caption(next((preset.look for preset in presets if view.stands_at(preset.values)), free))


@contextmanager
def on_demand(label: str, key: str) -> Iterator[bool]:
    """An expander whose content costs nothing until it is opened: yields whether it is."""
    expander = st.expander(label, on_change="rerun", key=key)
    with expander:
        yield expander.open


def predict_first(
    key: str, question: str, options: Sequence[str], right: Callable[[], str], because: Callable[[], str]
) -> None:
    """Ask, take an answer, then reveal what the engine computes.

    ``right`` gives the right option and ``because`` the explanation with its
    numbers; both are computed only when an answer has been given.
    """
    with st.container(border=True):
        st.markdown(f"**Predict first.** {question}")
        answer = st.radio("Your answer", options, index=None, key=key, label_visibility="collapsed", horizontal=True)
        if answer is None:
            st.caption("Choose an answer to see what happens.")
            return
        correct = right()
        reply = "Right." if answer == correct else f"Not quite: {correct}."
        (st.success if answer == correct else st.info)(f"{reply} {because()}")


def formulas(settings: Settings) -> None:
    """Each loss's formula with its current values plugged in, and its declared facts."""
    entries = list(settings.items())
    for first in range(0, len(entries), ACROSS):
        row = entries[first : first + ACROSS]
        for column, (key, parameters) in zip(st.columns(max(len(row), min(len(entries), ACROSS))), row, strict=False):
            loss = LOSSES[key]
            facts = " · ".join(report(loss, parameters))
            # One element a loss: every element costs the browser time when the page opens.
            column.markdown(
                f"**{loss.name}**\n\n$${loss.formula(**parameters)}$$\n\n{plain(loss.summary)}\n\n:small[{plain(facts)}]"
            )


def report(loss: Loss, parameters: Mapping[str, Any]) -> list[str]:
    """The report card of a loss: which facts hold with these parameters, and what it estimates."""
    asked = [fact for fact in FACT_NAMES if fact != "proper" or loss.family in PROBABILISTIC]
    facts = [f"{FACT_NAMES[fact]} {'✓' if loss.fact(fact, **parameters) else '✗'}" for fact in asked]
    return [*facts, *([f"estimates: {loss.estimates}"] if loss.estimates else [])]


def code_card(settings: Settings, key: str) -> None:
    """The same losses in PyTorch, Keras and scikit-learn, with the current values, ready to copy."""
    with on_demand("Copy as code", key) as is_open:
        if not is_open:
            return
        for tab, library in zip(st.tabs(list(LIBRARIES)), LIBRARIES.values(), strict=True):
            calls = {name: LOSSES[name].code(library, **parameters) for name, parameters in settings.items()}
            lines = [f"{name} = {call}" for name, call in calls.items() if call]
            missing = [LOSSES[name].name for name, call in calls.items() if not call]
            with tab:
                if lines:
                    st.code("\n".join([*imports(lines), "", *lines]), language="python")
                if missing:
                    st.caption(f"No exact equivalent there: {listed(missing)}.")


def imports(lines: Sequence[str]) -> list[str]:
    """What lines of code need to have imported."""
    return [
        statement
        for name, statement in IMPORTS.items()
        if any(re.search(rf"(?<![\w.]){re.escape(name)}", line) for line in lines)
    ]


def data_card(compute: Callable[[], Mapping[str, np.ndarray]], file_name: str, key: str) -> None:
    """The numbers behind the chart, as a table and as a CSV file."""
    with on_demand("Data behind the chart", key) as is_open:
        if not is_open:
            return
        columns = compute()
        st.dataframe(dict(columns), height=280)
        st.download_button("Download as CSV", as_csv(columns).encode(), file_name, "text/csv", on_click="ignore")


def export_card(files: Mapping[str, tuple[str, Callable[[], str]]], key: str) -> None:
    """Downloads by their labels: a file's name, and what writes it, at the click and outside any script run."""
    with on_demand("Export", key) as is_open:
        if not is_open:
            return
        with st.container(horizontal=True):
            for label, (file_name, write) in files.items():
                st.download_button(label, write, file_name, mimetypes.guess_type(file_name)[0], on_click="ignore")
        st.caption("The camera above the chart saves the view as a PNG.")
