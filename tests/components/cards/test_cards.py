"""Cards around a figure: the report card is the declaration, code and data are what is on screen."""

import csv
import io

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from components.cards.data import data_card
from components.cards.export import export_card
from components.cards.formulas import FACT_NAMES, report
from components.cards.sources import sources
from losses import LOSSES


@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.key)
def test_the_report_card_is_the_declaration(loss):
    lines = report(loss, {})
    for fact, name in FACT_NAMES.items():
        asked = fact != "proper" or loss.family in ("binary", "multiclass", "divergence")
        assert (f"{name} {'✓' if loss.fact(fact) else '✗'}" in lines) == asked
    assert (f"estimates: {loss.estimates}" in lines) == bool(loss.estimates)


def test_the_report_card_follows_the_parameters():
    general = LOSSES["general_robust"]
    assert "convex ✓" in report(general, {"alpha": 1.0})
    assert "convex ✗" in report(general, {"alpha": 0.0})


def card(show, *arguments):
    """A script that shows one card, run."""

    def script(show, arguments):
        show(*arguments)

    at = AppTest.from_function(script, default_timeout=30, kwargs={"show": show, "arguments": arguments}).run()
    assert not at.exception
    return at


def test_the_data_can_be_downloaded_as_they_are(monkeypatch):
    columns = {'a "quoted", one': np.array([1.0, np.nan]), "b": np.array([True, False])}
    texts = []
    monkeypatch.setattr(
        "components.cards.data.st.download_button", lambda label, data, *rest, **more: texts.append(data)
    )
    card(data_card, lambda: columns, "file.csv")
    header, *rows = csv.reader(io.StringIO(texts[0].decode()))
    assert header == list(columns)
    assert rows == [["1.0", "True"], ["", "False"]]


def test_files_are_written_only_at_the_click(monkeypatch):
    offered = []
    monkeypatch.setattr(
        "components.cards.export.st.download_button", lambda *given, **more: offered.append((*given, more))
    )
    write = "written".upper
    at = card(export_card, {"Settings": ("a.json", write), "View": ("b.html", write)})
    ignore = {"on_click": "ignore"}
    assert offered == [
        ("Settings", write, "a.json", "application/json", ignore),
        ("View", write, "b.html", "text/html", ignore),
    ]
    assert "PNG" in at.caption[0].value


def test_the_sources_of_a_loss_are_its_references():
    text = card(sources, ("huber", "mse")).markdown[0].value
    assert [line.split(":**")[0] for line in text.splitlines()] == ["- **Huber", "- **MSE"]
    assert "Huber" in text.splitlines()[0].split(":**")[1]
