"""What stands below the figure of the page ``lessons``: the steps, and how to write a lesson of one's own."""

import inspect

import streamlit as st

from components.lessons.reading import FOLDER
from components.page.below import Files
from components.page.share import origin
from components.text import plain
from losses.calculator import ATTRIBUTES, NAMES
from pages.lessons.model import Lessons
from pages.lessons.sheet import printed, worksheet_link


def steps(page: Lessons) -> None:
    """Every step: what it says or asks, its options with what is behind them, and its note for whoever teaches."""
    for index, step in enumerate(page.lesson.steps):
        lines = [f"**{index + 1}. {step.title}** `{worksheet_link(page.lesson, index)}`", step.filled(step.say)]
        if step.options:
            right = step.right()
            told = (
                f"- {'**' if option == right else ''}{option.text}{'**' if option == right else ''}"
                + (f": {step.filled(option.misconception)}" if option.misconception else "")
                for option in step.options
            )
            lines += ["\n".join(told), step.filled(step.because)]
        if step.note:
            lines.append(f":small[*{step.filled(step.note)}*]")
        st.markdown("\n\n".join(lines))


def own(page: Lessons) -> None:
    """How a lesson is written: this one's file, and what an expression in it may call."""
    st.markdown(
        "A lesson is a text file in `pages/lessons/`: copy one, change it, and it is in the list. `open` and `reveal` are "
        "what **Share** shows on a page, from the page’s name on. Numbers are expressions, computed each time; texts have "
        "them in braces, `{slope}` with three digits, `{slope:2}` with two. Of a question exactly one option’s value lies "
        "within the tolerance of the answer. What it opens must not show the answer, what it reveals does; until then nothing "
        "can be changed, or nothing that `lock` names. A file that is broken is named here with the line, and hurts no other."
    )
    if page.lessons:
        st.code((FOLDER / f"{page.lesson.key}.yaml").read_text("utf-8"), language="yaml", height=320)
    told = (
        f"- `{name}{_signature(made)}` {plain((inspect.getdoc(made) or '').splitlines()[0]) if inspect.isfunction(made) and made.__doc__ else ''}"
        for name, made in NAMES.items()
    )
    st.markdown(
        "\n".join(["An expression may call:", "", *told, "", f"and ask a result for {', '.join(sorted(ATTRIBUTES))}."])
    )


def _signature(made: object) -> str:
    if not inspect.isfunction(made):
        return "(…)"
    named = (
        name if made.kind != made.VAR_KEYWORD else "…" for name, made in inspect.signature(made).parameters.items()
    )
    return f"({', '.join(named)})"


def files(page: Lessons) -> Files:
    """The lesson on paper."""
    key, here = page.lesson.key, origin()
    return {
        "Worksheet (HTML)": (f"losscope-{key}.html", lambda: printed(page.lesson, False, here)),
        "With answers (HTML)": (f"losscope-{key}-answers.html", lambda: printed(page.lesson, True, here)),
    }
