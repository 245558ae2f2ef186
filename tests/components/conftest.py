"""The live figure without Streamlit: a session's state, and what its browser is told and answers."""

import json
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from components.live import figure as live_figure
from components.live import files

ADDRESS = {"a": "1"}


class Browser:
    """The other side: what it was sent, and what it sends back."""

    def __init__(self, monkeypatch):
        self.state = {}
        self.inputs = []  # what the page was told of sliders
        self.view = SimpleNamespace(
            address=lambda: ADDRESS, guide=(None, None), still=nullcontext, locked=frozenset(), keeps_still=False
        )
        streamlit = SimpleNamespace(session_state=self.state, get_option=lambda name: "base/")
        monkeypatch.setattr(live_figure, "_component", lambda: self.mount)
        monkeypatch.setattr(live_figure, "st", streamlit)
        monkeypatch.setattr(files, "st", streamlit)

    def mount(self, key, data, on_input_change):
        self.data = json.loads(data)
        self.change = on_input_change

    def show(self, picture):
        """A script run."""
        live_figure.live_figure("f", self.view, lambda: picture, lambda hand: self.inputs.append(hand.sliders))
        return self.data

    def rest(self, message):
        """The component's message once the hand rests; a script run follows."""
        self.state["f"] = {"input": message}
        self.change()

    def move(self, message):
        """A message while the hand moves, and its answer."""
        return json.loads(self.state["f.channel"].reply(json.loads(json.dumps(message))))


@pytest.fixture
def browser(monkeypatch):
    return Browser(monkeypatch)
