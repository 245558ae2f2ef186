"""A field says how it is shown: its widget, its slider under the hand, its label."""

import pytest
from streamlit.testing.v1 import AppTest

from components.page.parameters import setting_controls
from components.settings.fields import Choice, Flag, Moves, Number, Several
from components.settings.shares import Shares
from components.settings.view import View
from components.settings.widgets import widget

SHOWN = {
    "flag": Flag(True, label="A flag", help="Why"),
    "few": Choice("a", ("a", "b"), label="A few", titles={"a": "Ay"}, buttons=True),
    "one": Choice("b", ("a", "b", "c"), label="One", titles={"b": "Bee"}),
    "some": Several(("a",), ("a", "b", "c"), most=2, label="Some"),
    "slid": Number(3, 0, 10, label="Slid", slider=(0, 10)),
    "count": Number(4, 1, 9, whole=True, label="Count"),
    "typed": Number(0.5, 0, 1, label="Typed", step=0.25),
    "open": Number(None, -1, 1, label="Open"),
}


def shown(fields, **given):
    """A script that shows the widget of every field."""

    def script(fields, given, view, widget):
        here = view("here", fields)
        for name in fields:
            widget(here, name, **given.get(name, {}))

    return AppTest.from_function(
        script, default_timeout=30, kwargs={"fields": fields, "given": given, "view": View, "widget": widget}
    ).run()


def test_every_kind_of_field_has_its_widget_with_label_range_and_value():
    at = shown(SHOWN, one={"options": ["b", "c"]})
    assert not at.exception
    (flag,), (few,), (one,), (some,) = at.toggle, at.segmented_control, at.selectbox, at.multiselect
    assert (flag.label, flag.value, flag.help) == ("A flag", True, "Why")
    assert (few.label, few.value) == ("A few", "a")
    assert (one.label, one.value, one.options) == ("One", "b", ["Bee", "c"])
    assert (some.label, some.value, some.max_selections) == ("Some", ["a"], 2)
    (slid,), (count, typed, unset) = at.slider, at.number_input
    assert (slid.label, slid.value, slid.min, slid.max) == ("Slid", 3, 0, 10)
    assert (count.label, count.value, count.min, count.max) == ("Count", 4, 1, 9)
    assert (typed.label, typed.value, typed.step) == ("Typed", 0.5, 0.25)
    assert (unset.label, unset.value) == ("Open", None)


def test_a_widget_changes_its_setting_within_what_the_page_allows():
    at = shown(SHOWN)
    at.number_input[0].set_value(7)
    at.run()
    assert at.session_state["here"]["values"]["count"] == 7


@pytest.mark.parametrize("field", [Moves(), Shares((0.5, 0.5))])
def test_what_is_moved_in_the_figure_has_no_widget(field):
    assert shown({"moved": field}).exception


def test_a_live_field_declares_its_slider(monkeypatch):
    monkeypatch.setattr("components.settings.view.st.session_state", {}, raising=False)
    fields = {
        "far": Number(2, 0, 1e6, label="How far", live=True, slider=(0.1, 10), log=True),
        "many": Number(3, 0, 9, whole=True, label="How many", live=True),
        "on": Flag(label="On", live=True),
    }
    far, many, on = setting_controls(View("there", fields), *fields)
    assert (far.label, far.value, far.low, far.high, far.log, far.limits) == ("How far", 2, 0.1, 10, True, (0, 1e6))
    assert (many.low, many.high, many.whole, many.limits) == (0, 9, True, (0, 9))
    assert (on.label, on.value) == ("On", False)


def test_every_setting_of_every_page_has_a_name_on_screen(page, fields):
    nameless = [
        name
        for name, field in fields.items()
        if "." not in name and not field.label and not isinstance(field, Moves | Shares)
    ]
    assert nameless == [], page
