"""What is known of the losses on screen: formula, use, facts."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from components.text import plain
from losses import LOSSES
from losses.spec.loss import Loss

Chosen = Mapping[str, Mapping[str, Any]]
ACROSS = 3  # formulas in a row: more would run into each other
FACT_NAMES = {
    "convex": "convex",
    "differentiable": "differentiable",
    "bounded_slope": "bounded pull",
    "bounded_value": "bounded value",
    "proper": "proper",
}
PROBABILISTIC = ("binary", "multiclass", "divergence")  # the families that are asked whether they are proper


def formulas(settings: Chosen) -> None:
    """Each loss's formula with its current values in it, what it is for, when to use it, and its declared facts."""
    entries = list(settings.items())
    for first in range(0, len(entries), ACROSS):
        row = entries[first : first + ACROSS]
        for column, (key, parameters) in zip(st.columns(max(len(row), min(len(entries), ACROSS))), row, strict=False):
            loss = LOSSES[key]
            facts = " · ".join(report(loss, parameters))
            # One element a loss: every element costs the browser time when the page opens.
            column.markdown(
                f"**{loss.name}**\n\n$${loss.formula(**parameters)}$$\n\n{plain(loss.summary)} "
                f"{prose(loss.description)}\n\n:small[{plain(facts)}]"
            )


def prose(text: str) -> str:
    r"""Text as Markdown, its names of parameters in double backticks as code.

    >>> prose("With ``half`` 2 * r")
    'With `half` 2 \\* r'
    """
    return "".join(f"`{part}`" if index % 2 else plain(part) for index, part in enumerate(text.split("``")))


def report(loss: Loss, parameters: Mapping[str, Any]) -> list[str]:
    """The report card of a loss: which facts hold with these parameters, and what it estimates."""
    asked = [fact for fact in FACT_NAMES if fact != "proper" or loss.family in PROBABILISTIC]
    facts = [f"{FACT_NAMES[fact]} {'✓' if loss.fact(fact, **parameters) else '✗'}" for fact in asked]
    return [*facts, *([f"estimates: {loss.estimates}"] if loss.estimates else [])]
