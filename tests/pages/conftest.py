"""Pages as a session sees them, without a browser: what is on screen and what the live figure was sent."""

import json
from types import SimpleNamespace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from components import live_figure


class Session:
    """One visitor. Messages of the live figure are handed over as the browser would send them."""

    def __init__(self, root, decoded):
        self.at = AppTest.from_file(str(root / "app.py"), default_timeout=60)
        self.decoded = decoded
        self.message = None

    def open(self, page="outliers", /, **query):
        self.at.query_params.clear()
        self.at.query_params.update(query)
        self.at.switch_page(f"pages/{page}.py")
        return self.run()

    def run(self):
        self.at.run()
        assert not self.at.exception, [error.message for error in self.at.exception]
        return self

    def press(self, label):
        next(button for button in self.at.button if button.label == label).click()
        return self.run()

    def send(self, settled=True, **values):
        """An input of the live figure, and the rerun that it brings."""
        self.message = json.loads(json.dumps({"seq": 1, "values": values, "settled": settled}))
        self.run()
        return self.run()

    def mount(self, key, data, on_input_change):
        self.text = json.dumps(data, allow_nan=False)
        self.data = self.decoded(json.loads(self.text))
        if self.message:
            st.session_state[key], self.message = {"input": self.message}, None
            on_input_change()

    @property
    def sentence(self):
        return self.data["sentence"]

    @property
    def warnings(self):
        return [warning.value for warning in self.at.warning]

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
    """The number in a cell."""
    return float(cell.replace("−", "-").replace("∞", "inf").replace("–", "nan"))


@pytest.fixture
def session(monkeypatch, request, decoded):
    visitor = Session(request.config.rootpath, decoded)
    monkeypatch.setattr(live_figure, "_component", lambda: visitor.mount)
    return visitor
