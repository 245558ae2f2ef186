"""Numbers of a text, as the tests of presets find them."""

import pytest

from tests.presets import assert_names, numbers


def test_numbers_are_found_and_digits_of_names_are_not():
    assert numbers("From −20 at rate 2/11, L2 and x₁: 10,000 points cost 99.9 %, least 0.") == [
        "−20",
        "2/11",
        "10,000",
        "99.9",
        "0",
    ]


def test_a_number_is_compared_to_the_digits_it_is_written_with():
    assert_names("from 2.00 to −0.14, 10,000 times", (2.004, -0.1351, 10_000))
    assert_names("2/11", (2 / 11,))


@pytest.mark.parametrize(("text", "values"), [("0.14", (0.146,)), ("2/11", (0.1818,)), ("3", ()), ("−1", (1.0,))])
def test_a_wrong_number_is_seen(text, values):
    with pytest.raises(AssertionError):
        assert_names(text, values)
