"""The live figure: a Plotly chart with sliders, draggable points and a player, updated in place.

The browser half is in ``browser/``. It says what the hand has done, one message at a time; Python checks
that (``input``), computes the picture anew and answers: by the short way of ``channel`` while the hand
moves, by a script run when it rests. ``MESSAGES.md`` has every field of what the two say to each other.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import streamlit as st

from components.live.arrays import Encoder
from components.live.channel import Channel
from components.live.files import BROWSER_FILES, address, plotly_address
from components.live.input import Input, Offer, read_guide, read_input, read_parameters
from components.live.picture import Picture, sendable, still, without
from components.settings.view import View

# What settings that are allowed one by one may come to together: numbers too large, too small, or too far apart.
UNDRAWABLE = (ValueError, ArithmeticError, np.linalg.LinAlgError)


def live_figure(key: str, view: View, compute: Callable[[], Picture], on_input: Callable[[Input], None]) -> None:
    """Show a picture and keep it under the hand.

    Parameters
    ----------
    key
        Identifies the figure in its session.
    view
        The page's settings; the browser's address bar follows them.
    compute
        Gives the picture of the settings as they stand. It is called for every input and outside
        any script run, so it may not call Streamlit.
    on_input
        Puts what the hand has done into the settings. Likewise. It is told of what the last picture
        had to take hold of, and of nothing else.
    """
    channel = st.session_state.setdefault(f"{key}.channel", Channel())
    offer = Offer()

    def take(values: Mapping[str, Any]) -> None:
        if isinstance(visited := values.get("address"), Mapping):
            view.return_to(read_parameters(visited.get("parameters")), read_guide(visited.get("guide")))
        else:
            channel.runs = channel.shown is not None and channel.shown.goes_on(values)
            try:
                on_input(read_input(values, offer))
            except UNDRAWABLE as error:  # as where the settings before it could not be drawn either
                view.say(f"That cannot be done: {error}.")

    def picture(held: Collection[str] = (), **run: Any) -> bytes:
        def written(shown: Picture) -> str:
            state = {"answers": channel.seq, "moving": not run, "address": view.address(), "guide": view.guide}
            return Encoder(held).json({**state, **run, **sendable(shown)})

        nonlocal offer
        shown, text = _drawn(view, channel, compute, written)
        offer = shown.offer
        return text.encode()

    with channel.lock, channel.timed():
        first = picture(channel=channel.url, plotly=plotly_address())
        channel.take, channel.picture = take, picture
    _component()(
        key=key,
        data=first,  # as bytes, which Streamlit passes on as they are
        on_input_change=lambda: channel.receive(st.session_state[key].get("input")),
    )


def _drawn(
    view: View, channel: Channel, compute: Callable[[], Picture], write: Callable[[Picture], str]
) -> tuple[Picture, str]:
    """The picture of the settings as they stand, also written; where there is none, the last one, and why."""
    try:
        with view.still():
            shown = _offered(view, compute())
        text = write(shown)
    except UNDRAWABLE as error:
        reason = f"These settings cannot be drawn: {error}."
        if channel.shown is None:  # a link opens here
            view.start_from()
        last = channel.shown or _offered(view, compute())
        shown = replace(last, notes=(*last.notes, reason))
        return shown, write(shown)
    channel.shown = shown
    return shown, text


def _offered(view: View, picture: Picture) -> Picture:
    """A picture of which the hand can take hold of what the lesson, if there is one, does not keep as it is."""
    return still(picture) if view.keeps_still else without(picture, view.locked)


def _component() -> Callable:
    """Streamlit's handle on the browser half, whose code is served as files: an update carries data alone."""
    return st.components.v2.component(
        "live_figure",
        js=f"""
const code = new URL("{address(f"{BROWSER_FILES}/live_figure.js")}", window.location.origin);
const styles = new URL("{address(f"{BROWSER_FILES}/live_figure.css")}", window.location.origin);
const sheet = document.getElementById("live-styles") ?? document.createElement("link");
const styled = new Promise((resolve) => {{
  if (sheet.sheet) return resolve();
  sheet.addEventListener("load", resolve);
  sheet.addEventListener("error", () => resolve(sheet.remove()));
  if (!sheet.isConnected) document.head.append(Object.assign(sheet, {{ id: "live-styles", rel: "stylesheet", href: styles }}));
}});
export default async function (component) {{
  const [{{ show }}] = await Promise.all([import(code.href), styled]);
  return show(component);
}}
""",
        isolate_styles=False,
    )
