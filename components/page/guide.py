"""The row under a page's question: one state worth seeing after the other, and what to do there."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.cards.presets import Prediction, Preset
from components.settings.view import View


def guide(view: View, presets: Sequence[Preset], free: str) -> None:
    """Go from preset to preset. The one last gone to says what to do until another one is chosen or the page is reset.

    Parameters
    ----------
    view
        The page's settings, which a preset changes.
    presets
        In their order; where there is none there is nowhere to go.
    free
        What is said where none of them was chosen.
    """
    if not presets:
        with st.container(key="guide"), st.container(key="instruction", width="stretch"):
            st.markdown(free)
        return
    titles = [preset.title for preset in presets]
    if view.guide[0] not in titles:
        unasking = (preset for preset in presets if preset.prediction is None)
        view.guide = (next((preset.title for preset in unasking if view.stands_at(preset.values)), None), None)
    title = view.guide[0]
    at = titles.index(title) if title else None
    key = f"{view.page}:preset"

    def go(by: int) -> Callable[[], None]:
        to = at + by if at is not None else 0 if by > 0 else -1
        return lambda: _go(view, presets[to % len(presets)])

    def choose() -> None:
        if (chosen := st.session_state[key]) in titles:  # Streamlit takes any text that it is sent
            _go(view, presets[titles.index(chosen)])

    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="guide"):
        st.button("‹ Previous", key="previous", on_click=go(-1))
        st.session_state[key] = title
        st.selectbox(
            "Example",
            titles,
            key=key,
            format_func=lambda title: f"{titles.index(title) + 1}/{len(titles)} {title}",
            placeholder="Try this",
            on_change=choose,
            label_visibility="collapsed",
            width=210,
        )
        st.button("Next ›", key="next", on_click=go(1))  # a hint above it would hide the answer
        with st.container(key="instruction", width="stretch"):
            _instruct(view, None if at is None else presets[at], free)
        st.button(
            "Reset",
            key="reset",
            on_click=_reset,
            args=(view,),
            help=f"Back to how this {'view' if 'view' in view.fields else 'page'} opens{' (R)' * view.present}",
        )


def _go(view: View, preset: Preset) -> None:
    view.start_from(**preset.opening)
    view.guide = (preset.title, "" if preset.prediction else None)


def _reset(view: View) -> None:
    view.start_from()
    view.guide = (None, None)


def _instruct(view: View, preset: Preset | None, free: str) -> None:
    """What to do here; of a preset that asks first, the question until it is answered."""
    _, answer = view.guide
    if preset is None:
        st.markdown(free)
    elif preset.prediction is None or answer is None:
        st.markdown(preset.look)
    elif answer not in preset.prediction.options:
        _ask(view, preset, preset.prediction)
    else:
        right = preset.prediction.right()
        reply = "Right." if answer == right else f"Not quite: {right}."
        st.markdown(f"**{reply}** {preset.prediction.because()} {preset.look}")


def _ask(view: View, preset: Preset, prediction: Prediction) -> None:
    key = f"{view.page}:predict"

    def reveal() -> None:
        view.start_from(**preset.values)
        view.guide = (preset.title, st.session_state[key])

    st.markdown(f"**Predict first.** {prediction.question}")
    st.pills("Your answer", prediction.options, key=key, on_change=reveal, label_visibility="collapsed")
