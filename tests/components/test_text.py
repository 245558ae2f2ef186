"""Numbers, symbols and foreign text as they stand on screen."""

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.text import JOINER, factor, listed, number, parameter_name, plain, short, with_minus
from losses import LOSSES
from losses.curves.catalogue import AXES
from losses.spec.parameter import Parameter

PARAMETERS = [p for tunable in (*LOSSES.values(), *AXES.values()) for p in tunable.parameters.values()]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (-0.0, "0"),
        (2, "2.00"),
        (-1.43212, "−1.43"),
        (123.456, "123"),
        (99999.4, "99999"),
        (0.0012345, "0.00123"),
        (-1e-7, "−1e−07"),
        (1234567, "1.23e+06"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "–"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_a_factor_behind_a_sign():
    assert [factor(value) for value in (-0.597, 0.0, 2.0)] == ["(−0.597)", "0", "2.00"]


def test_more_digits_on_request():
    assert number(math.pi, 4) == "3.142"
    assert number(31.4159, 4) == "31.42"


@given(st.floats(-1e308, 1e308))
def test_a_number_on_screen_is_the_number_to_its_digits(value):
    text = number(value)
    assert "-" not in text
    assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.0051, abs=0)


@given(st.floats(-1e9, 1e9))
def test_a_chosen_number_is_shown_without_idle_zeros(value):
    text = short(value)
    assert "-" not in text
    assert not re.search(r"\.\d*0$", text)
    assert float(text.replace("−", "-")) == pytest.approx(value, rel=0.00051, abs=0)


def test_lists():
    assert listed(["a"]) == "a"
    assert listed(["a", "b"]) == "a and b"
    assert listed(letter for letter in "abc") == "a, b and c"


@pytest.mark.parametrize("parameter", PARAMETERS, ids=lambda parameter: parameter.name)
def test_every_parameter_has_a_plain_name(parameter):
    name = parameter_name(parameter)
    assert name
    assert not set(name) & set("\\{}$_")


def test_a_parameter_goes_by_label_then_symbol_then_name():
    assert parameter_name(Parameter("delta", 1.0, symbol=r"\delta")) == "δ"
    assert parameter_name(Parameter("delta", 1.0, symbol=r"\delta", label="Threshold")) == "Threshold"
    assert parameter_name(Parameter("positive_weight", 1.0, symbol="w_+")) == "positive weight w₊"
    assert parameter_name(Parameter("label_smoothing", 0.0)) == "label smoothing"


# What Streamlit 1.67 turns into links, icons, emoji and arrows in text that has been parsed, escapes and all.
AFTER_PARSING = (
    r"(https?://|www(?=\.))[-.\w]+",
    r"[-.\w+]+@[-\w]+(\.[-\w]+)+",
    r":material/|:streamlit:|:[\w+-]+:",
    r"(^|\s)(<->|->|<-|--|>=|<=|~=)(\s|$)",
)
FOREIGN = (
    "http://evil.example/x?a=1",
    "HTTPS://EVIL.EXAMPLE",
    "see www.evil.example",
    "Www.evil.example",
    "x@y.com",
    "a_b+c@d-e.org",
    "mailto:a@b.com",
    "[a](http://e.com)",
    "![](http://e.com/i.png)",
    "<http://e.com>",
    ":material/home:",
    ":streamlit:",
    ":smile: :+1: :a::b:",
    "a -> b",
    "->",
    "<- b",
    "a <-> b",
    "a -- b",
    "a >= b <= c ~= d",
    "a--b->c<-d:material/home:e",
    "$x^2$ and $$y$$",
    "`a` ``b``",
    ":red[hot] :small[x] {x}",
    "x\n===",
    "<script>alert(1)</script> &copy;",
)


def parsed(markdown):
    """What a parser of Markdown leaves of text in which all markup is escaped."""
    return re.sub(r"\\(.)", r"\1", markdown, flags=re.DOTALL)


@pytest.mark.parametrize("text", FOREIGN)
def test_foreign_text_is_shown_as_it_is(text):
    shown = parsed(plain(text))
    assert shown.replace(JOINER, "") == text
    for pattern in AFTER_PARSING:
        assert not re.search(pattern, shown, re.IGNORECASE)
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>$:&#|~=-]", plain(text))


@pytest.mark.parametrize("text", ["12:30", "a, b and c", "y = 2x − 1", "mine.csv, 3 rows", "Huber's δ ≤ 1; a-b"])
def test_text_without_second_sense_gets_no_joiners(text):
    assert JOINER not in plain(text)


@given(st.text())
def test_escaping_loses_nothing_and_leaves_no_markup(text):
    escaped = plain(text)
    assert parsed(escaped).replace(JOINER, "") == text.replace(JOINER, "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>$:&#|~]", escaped)


def test_a_hyphen_before_a_number_becomes_a_minus_sign():
    assert with_minus("row 11 is -20, or -1e-05, or -inf") == "row 11 is −20, or −1e-05, or −inf"
    assert with_minus("1950-73, smooth-l1, --3") == "1950-73, smooth-l1, --3"
