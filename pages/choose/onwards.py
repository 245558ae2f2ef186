"""The page that shows the advice at work: on the same data where it can have them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from components.page.links import link
from components.text import complaint
from components.upload.labelled import LABELLED
from components.upload.many import MANY
from components.upload.pairs import PAIRS
from components.upload.uploader import Upload, Uploader, needed
from losses.advice.advise import Advice
from losses.advice.examples import ONE
from pages import PAGES
from pages.choose.model import Choose

OTHERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "classes": ("probabilities", {"view": "encoding"}),
    "mask": ("overlap", {}),
    "embedding": ("embeddings", {}),
    "samples": ("gan", {"view": "saturation"}),
}


@dataclass(frozen=True)
class Onwards:
    """A page and its settings; where it shows the visitor's file, who asks for that there, and its columns."""

    page: str
    settings: Mapping[str, Any]
    uploader: Uploader | None = None
    columns: tuple[str, ...] = ()


def show_onwards(page: Choose) -> None:
    """A link, or a button that takes the visitor's file along."""
    to = onwards(page)
    label, there = f"See it on {PAGES[to.page].title}", PAGES[to.page]
    if to.uploader is None:
        link(label, there, to.settings)
    elif st.button(label, type="tertiary", icon=":material/arrow_forward:"):
        to.uploader.adopt(needed(page.upload), to.columns)
        st.switch_page(there.script, query_params=there.query(**to.settings))


def onwards(page: Choose) -> Onwards:
    """Where the advice on screen is seen at work."""
    advice, view = page.advice, page.view
    kind = advice.case.predicted
    if view["view"] == "data":
        found = _with_file(advice, page.upload) if view["data"] == "csv" else _with_data(advice, page)
        if found and not complaint(lambda: PAGES[found.page].query(**found.settings)):
            return found
    if kind in ("yes_no", "several"):
        share = advice.seen.get("Share of yes", 0.05)
        settings = {"data": "overlap", "n": 1000, "ratio": float(np.clip(round(1 / share - 1), 1, 999))}
        return Onwards(
            "classification", {"losses": (advice.loss, "focal"), **settings, **_own("classification", advice)}
        )
    if kind in OTHERS:
        return Onwards(*OTHERS[kind])
    axis = "divergence" if kind == "distribution" else "prediction" if kind in ("count", "amount") else "residual"
    return Onwards("curves", {"axis": axis, "losses": (advice.loss, advice.runner), **_own("curves", advice)})


def _own(page: str, advice: Advice) -> dict[str, Any]:
    """The parameters advised, as far as a page has them."""
    found = {f"{advice.loss}.{name}": value for name, value in advice.settings.items() if not isinstance(value, bool)}
    return {name: value for name, value in found.items() if name in PAGES[page].fields}


def _lines(advice: Advice) -> dict[str, Any]:
    """The losses advised beside MSE, on the page that fits lines."""
    return {"losses": tuple(dict.fromkeys(["mse", advice.runner, advice.loss])), **_own("outliers", advice)}


def _with_data(advice: Advice, page: Choose) -> Onwards | None:
    view = page.view
    if view["data"] == "prostate":
        return Onwards("regularization", {"view": "features", "penalty": "l2"})
    if view["data"] not in ONE:
        return None
    moves = {"moves": view["moves"]} if view["moves"] else {}
    return Onwards("outliers", {"data": view["data"], **_lines(advice), **moves})


def _with_file(advice: Advice, upload: Upload | None) -> Onwards | None:
    """The page that takes such a file: with all its features, or those that go most with the target."""
    table, (goal,) = needed(upload).table, needed(upload).columns
    names = [name for name in table.numeric if name != goal]
    if advice.case.predicted == "yes_no" and len(names) > 1:
        settings = {"data": "csv", "losses": (advice.loss, "focal"), **_own("classification", advice)}
        return Onwards("classification", settings, LABELLED, (*_most_telling(advice, names, 2), goal))
    if goal not in table.numeric:
        return None
    if advice.penalty:
        return Onwards("regularization", {"view": "features", "data": "csv", "penalty": "l2"}, MANY, (goal,))
    return Onwards("outliers", {"data": "csv", **_lines(advice)}, PAIRS, (*_most_telling(advice, names, 1), goal))


def _most_telling(advice: Advice, names: list[str], count: int) -> tuple[str, ...]:
    """The features that are most correlated with the target."""
    if advice.features is None or advice.target is None:
        return tuple(names[:count])
    moved = advice.features - advice.features.mean(0)
    spread = np.sqrt(np.square(moved).sum(0))
    told = np.abs(moved.T @ (advice.target.values - advice.target.values.mean())) / np.where(spread > 0, spread, np.inf)
    return tuple(names[place] for place in np.sort(np.argsort(-told, kind="stable")[:count]))
