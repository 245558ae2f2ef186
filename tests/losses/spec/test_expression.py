"""The expression that a function returns, written out."""

import math

import pytest

from losses.spec.expression import return_expression


def chained(x, *, a, b=2.0):
    """Assignments that build on one another, and a name used twice."""
    first = a * x
    second = first + b
    first = second * second
    return first - math.pi * a


def plain(x):
    return x


def nothing(x):
    """Assigns, and does not return."""
    y = x  # noqa: F841


@pytest.mark.parametrize("a", [3.0, -0.1, 1e-300, 1e22, 1 / 3])
@pytest.mark.parametrize("x", [0.0, -2.5, 7.0])
def test_what_is_written_computes_what_the_function_returns(a, x):
    assert eval(return_expression(chained, a=a, b=-4.0), {"x": x, "math": math}) == chained(x, a=a, b=-4.0)


def test_names_that_are_not_given_stay_and_those_given_go():
    text = return_expression(chained, a=3.0, b=0.25)
    assert "x" in text
    assert "first" not in text
    assert "second" not in text
    assert text.count("0.25") == 2


def test_a_value_given_as_text_is_source():
    assert return_expression(plain, x="[weights]") == "[weights]"
    assert return_expression(plain, x=True) == "True"
    assert eval(
        return_expression(chained, x="(u + v)", a="c", b=1.0), {"u": 1, "v": 2, "c": 5, "math": math}
    ) == chained(3, a=5, b=1.0)


def test_a_sum_stays_a_unit_inside_a_product():
    assert eval(return_expression(chained, x="u + v", a=2.0), {"u": 1, "v": 2, "b": 3, "math": math}) == chained(
        3, a=2.0, b=3
    )


def test_one_function_written_twice_is_the_same():
    assert return_expression(chained, a=1.0) == return_expression(chained, a=1.0)


def test_a_function_that_returns_nothing_is_refused():
    with pytest.raises(ValueError, match="nothing returns nothing"):
        return_expression(nothing)
