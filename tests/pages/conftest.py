"""Pages as a session sees them, without a browser: what is on screen and what the live figure was sent."""

import contextlib
import json
import logging
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from components.live import figure as live_figure
from components.settings.view import View
from tests.conftest import FIELDS


class Session:
    """One visitor. Messages of the live figure are handed over as the browser would send them."""

    def __init__(self, root, decoded):
        self.at = AppTest.from_file(str(root / "app.py"), default_timeout=60)
        self.decoded = decoded
        self.message = None
        self.seq = 4

    def open(self, page="outliers", /, **query):
        self.at.query_params.clear()
        self.at.query_params.update(query)
        # switch_page() knows a page by its file's name until the app has run once, and here all are called alike.
        self.at._page_hash = calc_hash(page)
        return self.run()

    def run(self):
        self.at.run()
        assert not self.at.exception, [error.message for error in self.at.exception]
        return self

    def press(self, label):
        """A button, or one of the examples worth seeing."""
        button = next((button for button in self.at.button if button.label == label), None)
        if button:
            button.click()
        else:
            next(box for box in self.at.selectbox if box.label == "Example").set_value(label)
        return self.run()

    def send(self, **values):
        """What the live figure sends when the hand rests, and the run that it brings."""
        self.message = self.numbered(values)
        self.run()
        return self.run()

    def move(self, **values):
        """What the live figure posts while the hand moves, answered in a thread of the server's."""
        with ThreadPoolExecutor(1) as threads:
            self.see(threads.submit(self.channel.reply, self.numbered(values)).result().decode())
        return self

    def numbered(self, values):
        self.seq += 1
        return json.loads(json.dumps({"seq": self.seq, "values": values}))

    @property
    def channel(self):
        return self.at.session_state[f"{self.at.session_state['page']}.figure.channel"]

    def mount(self, key, data, on_input_change):
        self.see(data.decode())
        if self.message:
            st.session_state[key], self.message = {"input": self.message}, None
            on_input_change()

    def see(self, text):
        self.text = text
        self.data = self.decoded(json.loads(text))

    @property
    def picture(self):
        """What is shown, without what belongs to one message or to the session."""
        told = json.loads(self.text)
        return {name: told[name] for name in told.keys() - {"answers", "moving", "channel", "plotly"}}

    @property
    def sentence(self):
        return self.data["sentence"]

    @property
    def warnings(self):
        """What is said of settings that could not be: in boxes, and beside the control that it was meant for."""
        refused = [control["refusal"] for control in self.data["controls"] if control["refusal"]]
        return [warning.value for warning in self.at.warning] + refused

    @property
    def example(self):
        """The example worth seeing that was last gone to."""
        return next(box.value for box in self.at.selectbox if box.label == "Example")

    @property
    def texts(self):
        return " ".join(text.value for text in self.at.markdown)

    @property
    def captions(self):
        return " ".join(caption.value for caption in self.at.caption)

    def table(self, which=0):
        """A readout as {first cell: {column: number}}."""
        shown = self.data["readouts"][which]
        return {
            row["cells"][0]: dict(zip(shown["columns"][1:], map(parsed, row["cells"][1:]), strict=True))
            for row in shown["rows"]
        }

    def control(self, name):
        return SimpleNamespace(**next(control for control in self.data["controls"] if control["name"] == name))


def parsed(cell):
    """The number in a cell, whichever way an arrow before it shows."""
    return float(
        cell.lstrip("←→\N{NO-BREAK SPACE}").replace("−", "-").replace("∞", "inf").replace("–", "nan").removesuffix(" %")
    )


@pytest.fixture
def session(monkeypatch, request, decoded):
    visitor = Session(request.config.rootpath, decoded)
    monkeypatch.setattr(live_figure, "_component", lambda: visitor.mount)
    return visitor


@pytest.fixture
def view_of():
    """Makes the settings of a page, nobody's, from those that differ from its defaults."""

    def make(page, **settings):
        view = View(page, FIELDS[page], {})
        view.set(**settings)
        assert view.notes == []
        return view

    return make


@pytest.fixture
def without_streamlit(caplog):
    """A stretch in which no Streamlit function may be called that belongs in a script run: it would warn."""

    @contextlib.contextmanager
    def stretch():
        logger = logging.getLogger(get_script_run_ctx.__module__)
        logger.addHandler(caplog.handler)
        level = logger.level
        logger.setLevel(logging.WARNING)
        caplog.clear()
        try:
            yield
        finally:
            logger.removeHandler(caplog.handler)
            logger.setLevel(level)
        assert "missing ScriptRunContext" not in caplog.text

    return stretch
