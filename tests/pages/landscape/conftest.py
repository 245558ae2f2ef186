"""The page's settings worked out, without Streamlit."""

import pytest

from components.page import patience
from components.settings.view import View
from pages.landscape.model import Landscape
from tests.components.conftest import Browser
from tests.conftest import FIELDS


@pytest.fixture(autouse=True)
def no_time_passes(monkeypatch):
    """A busy machine changes no picture."""
    monkeypatch.setattr(patience, "clock", lambda: 0.0)


@pytest.fixture
def landscape():
    """Makes the settings of the page ``landscape``, worked out, from those that differ from its defaults."""

    def make(upload=None, /, **settings):
        view = View("landscape", FIELDS["landscape"], {}, {"surface": "line"})
        view.set(**settings)
        assert view.notes == []
        return Landscape(view, upload)

    return make


@pytest.fixture
def browser(monkeypatch):
    return Browser(monkeypatch)
