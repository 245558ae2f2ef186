"""A lesson on the page that its step opens: the step in place of the page's examples, its question, the way on."""

from collections.abc import Callable

import streamlit as st

from components.lessons.lesson import Lesson, Option, Step
from components.lessons.reading import Problem, lesson
from components.settings.view import View
from components.text import plain

TO = "lesson.to"  # in the session: the step to go to, where that is on another page


def attend(view: View) -> None:
    """Bring the page to the step of the lesson that its address names; without one, or with none that there is, do nothing."""
    if goes_to := st.session_state.pop(TO, None):
        page, query = goes_to
        st.switch_page(f"pages/{page}/page.py", query_params=query)
    if not view.lesson:
        return
    found = attended(view)
    if isinstance(found, str):
        view.leave_lesson()
        view.say(found)
        return
    step, _ = found
    if view.bare:
        _open(view, step)
    _heed(view, step)


def attended(view: View) -> tuple[Step, Lesson] | str:
    """The step that is on screen, with its lesson; or why there is none."""
    key, number = view.lesson or ("", "")
    told = lesson(key)
    if isinstance(told, Problem):
        return f"This lesson cannot be given. {told}."
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= len(told.steps)):
        return f"The lesson “{told.title}” has steps 1 to {len(told.steps)}."
    step = told.steps[int(number) - 1]
    if step.opens.page != view.page:
        return f"Step {number} of the lesson “{told.title}” is on the page {step.opens.page}."
    return step, told


def strip(view: View, step: Step, given: Lesson) -> None:
    """The row under the page's question: the step, what it says or asks, and the way to the others."""
    at = given.steps.index(step)

    def go(to: int) -> Callable[[], None]:
        return lambda: _go(view, given, to)

    def choose() -> None:
        _go(view, given, st.session_state[key])

    key = f"{view.page}:lesson"
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="guide"):
        st.button("‹ Previous", key="previous", on_click=go(at - 1), disabled=at == 0)
        st.session_state[key] = at
        st.selectbox(
            "Step",
            range(len(given.steps)),
            key=key,
            format_func=lambda step: f"{step + 1}/{len(given.steps)} {given.steps[step].title}",
            on_change=choose,
            label_visibility="collapsed",
            width=210,
        )
        st.button("Next ›", key="next", on_click=go(at + 1), disabled=at + 1 == len(given.steps))
        with st.container(key="instruction", width="stretch"):
            _instruct(view, step)
        st.button("Reset", key="reset", on_click=go(at), help="Back to how this step opens")
        st.button("Leave", key="leave", on_click=view.leave_lesson, help=f"Leave the lesson “{plain(given.title)}”")


def _go(view: View, given: Lesson, to: int) -> None:
    if not 0 <= to < len(given.steps):  # Streamlit takes any click that it is sent
        return
    step = given.steps[to]
    query = {"lesson": given.key, "step": str(to + 1)} | ({"present": "1"} if view.present else {})
    if step.opens.page == view.page:
        view.visit(query)
    else:
        st.session_state[TO] = (step.opens.page, query)


def _open(view: View, step: Step) -> None:
    """Show what the step opens, or what it reveals if it is answered."""
    shown = step.reveals if _answer(view, step) and step.reveals else step.opens
    view.take_over(shown.query)


def _heed(view: View, step: Step) -> None:
    """Keep still what the step keeps still, all of it where a question names nothing; an answer sets it free."""
    answered = _answer(view, step)
    if step.options:
        view.guide = (step.title, answered.text if answered else "")
    view.lock(() if answered else step.lock or (view.fields if step.options else ()))


def _answer(view: View, step: Step) -> Option | None:
    """What was answered; the address has the numbers of options, from 1."""
    return next((option for index, option in enumerate(step.options) if str(index + 1) == view.answer), None)


def _instruct(view: View, step: Step) -> None:
    answered = _answer(view, step)
    if not step.options:
        st.markdown(step.filled(step.say))
    elif answered is None:
        _ask(view, step)
    elif answered == (right := step.right()):
        st.markdown(f"**Right.** {step.filled(step.because)}")
    else:
        st.markdown(f"**Not quite: {right.text}.** {step.filled(answered.misconception)} {step.filled(step.because)}")


def _ask(view: View, step: Step) -> None:
    key, texts = f"{view.page}:answer", [option.text for option in step.options]

    def reveal() -> None:
        if (chosen := st.session_state[key]) in texts:
            view.answer = str(texts.index(chosen) + 1)
            _open(view, step)
            _heed(view, step)

    st.markdown(f"**Predict first.** {step.filled(step.say)}")
    st.pills("Your answer", texts, key=key, on_change=reveal, label_visibility="collapsed")
