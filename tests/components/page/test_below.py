"""What is below the first screen: tabs, of which only the open one is computed, and files named after the page."""

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.page.below import NOTHING
from components.text import plain


@pytest.fixture
def at(capsys, monkeypatch):
    monkeypatch.setattr("components.page.below.st.page_link", lambda *given, **more: None)  # there are no pages here

    def script():
        from types import SimpleNamespace  # noqa: PLC0415  AppTest runs the function's source alone

        import numpy as np  # noqa: PLC0415
        import streamlit as st  # noqa: PLC0415

        from components.page.below import below  # noqa: PLC0415

        def table():
            print("table")
            return {"x": np.arange(2.0)}

        below(SimpleNamespace(name="doubling"), {"Formulas": lambda: st.text("2 x")}, table, lambda: "<html>")

    return AppTest.from_function(script, default_timeout=30)


def opened(at, tab):
    at.session_state["doubling:below"] = tab
    assert not at.run().exception
    return at


def test_only_the_open_tab_is_computed(at, capsys):
    at.run()
    assert [tab.label for tab in at.tabs] == ["Formulas", "Data", "Export"]
    assert at.text[0].value == "2 x"
    assert not capsys.readouterr().out
    opened(at, "Data")
    assert not at.text
    assert capsys.readouterr().out == "table\n"
    np.testing.assert_array_equal(at.dataframe[0].value["x"], [0, 1])


def test_every_page_gives_its_figure_as_a_file_with_its_name(at, monkeypatch):
    offered = []
    monkeypatch.setattr("components.cards.export.st.download_button", lambda *given, **more: offered.append(given))
    opened(at, "Export")
    assert [(label, write(), name, kind) for label, write, name, kind in offered] == [
        ("Figure (HTML)", "<html>", "losscope-doubling.html", "text/html"),
        ("Data (CSV)", "x\r\n0.0\r\n1.0\r\n", "losscope-doubling.csv", "text/csv"),
    ]


def test_what_cannot_be_computed_is_said_in_its_tab(at, monkeypatch):
    def fail(compute, name):
        raise ValueError("the numbers are too large")

    monkeypatch.setattr("components.page.below.data_card", fail)
    assert opened(at, "Data").caption[0].value == plain(f"{NOTHING}: the numbers are too large.")
