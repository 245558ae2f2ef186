"""What stands below the figure of the page ``choose``: the advice with its reasons, and the rules."""

import streamlit as st

from components.text import plain
from losses import LOSSES
from losses.advice.advise import TUNING
from losses.advice.rules import RULES
from losses.advice.scores import LEAST_RIDGE
from pages.choose.model import Choose
from pages.choose.words import named


def reasons(page: Choose) -> None:
    """The advice, why, and what speaks against it."""
    advice = page.advice
    rows = {
        "Loss": named(advice.loss, advice.settings),
        "Output": advice.output,
        "Add": LOSSES[advice.penalty].name if advice.penalty else "",
        "Rule": advice.rule.when,
        "Why": advice.reason,
        "Against": advice.against,
        "Runner-up": f"{named(advice.runner, advice.runner_settings)}, if {advice.better}",
    }
    st.markdown("\n".join(f"- **{name}:** {plain(text)}" for name, text in rows.items() if text))


def rules() -> None:
    """How advice is made: the rules as they are run, in order."""
    lines = [
        f"| {plain(rule.when)} | {LOSSES[rule.wanted.first].name} | {plain(rule.output)} | {plain(rule.because)} | "
        f"{LOSSES[rule.instead.first].name} |"
        for rule in RULES
    ]
    st.markdown("\n".join(["| Where | Loss | Output | Because | Runner-up |", "|---|---|---|---|---|", *lines]))
    tuned = [f"{name} = {factor:g} robust σ ({source})" for name, (factor, source) in TUNING.items()]
    st.caption(
        plain(
            "The first rule that holds is taken, and of the losses the first that declares what the rule wants. To begin "
            f"with {'; '.join(tuned)}. Every candidate is a linear model fitted to the same folds; that of labels holds its "
            f"weights by a ridge of {LEAST_RIDGE:g}, or of 1 where rows are few. The robust σ, and where a loss that is not "
            "convex begins, are those of all rows, the ones held out too."
        )
    )
