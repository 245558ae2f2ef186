"""Arrays on their way to the browser: what it holds already is not sent again."""

import json
from dataclasses import dataclass

import numpy as np
import pytest

from components.live import arrays
from components.live.arrays import LARGE, Encoder

LONG = np.arange(LARGE, dtype=float)


def encoded(value, held=()):
    return json.loads(Encoder(held).json(value))


@dataclass(frozen=True)
class Pair:
    first: np.ndarray
    second: tuple


def test_rows_come_back_as_rows(decoded):
    array = np.arange(6.0).reshape(2, 3)
    assert decoded(encoded(array)).tolist() == array.tolist()


@pytest.mark.parametrize("shape", [(), (2, 3, 4)])
def test_an_array_that_could_not_be_put_together_again_is_refused(shape):
    with pytest.raises(ValueError, match=rf"shape \({', '.join(map(str, shape))}\)"):
        encoded({"z": np.zeros(shape)})


def test_a_dataclass_becomes_what_it_holds(decoded):
    sent = decoded(encoded(Pair(np.array([1.0]), (np.array([2.0]), "x"))))
    assert (sent["first"].tolist(), sent["second"][0].tolist(), sent["second"][1]) == ([1.0], [2.0], "x")


def test_small_whole_numbers_take_a_byte_each(decoded):
    array = np.array([[-128, 0, 127], [1, 2, 3]], np.int8)
    sent = encoded(array)
    assert sent["dtype"] == "i1"
    assert decoded(sent).tolist() == array.tolist()
    assert encoded(array.astype(int))["dtype"] == "f4"


def test_a_small_array_has_no_reference():
    assert "ref" not in encoded(np.zeros(3))


def test_the_same_large_array_is_sent_once_in_a_message(decoded):
    sent = encoded({"a": LONG, "b": [LONG.copy()]})
    assert sent["b"][0] == {"ref": sent["a"]["ref"]}
    assert decoded(sent)["b"][0].tolist() == LONG.tolist()


def test_an_array_that_cannot_change_is_written_once_and_forgotten_with_it(monkeypatch):
    fixed = LONG.copy()
    expected = encoded(fixed)
    fixed.setflags(write=False)
    assert encoded(fixed) == expected
    monkeypatch.setattr(arrays, "_short", None)
    assert encoded(fixed) == expected
    assert encoded(fixed, [expected["ref"]]) == {"ref": expected["ref"]}
    with pytest.raises(TypeError):
        encoded(fixed[:-1])  # a part of another may change with it
    known = len(arrays._seen)
    del fixed
    assert len(arrays._seen) == known - 1


def test_what_the_browser_holds_is_not_sent():
    reference = encoded(LONG)["ref"]
    assert encoded(LONG, [reference, "other"]) == {"ref": reference}
    assert "bdata" in encoded(LONG, ["other"])


@pytest.mark.parametrize(
    "other",
    [LONG + 1, LONG[:-1], LONG.reshape(2, -1), LONG.reshape(4, -1), np.concatenate([LONG[:-1], [np.nan]])],
    ids=["values", "length", "two rows", "four rows", "a gap"],
)
def test_other_content_or_shape_has_another_reference(other):
    assert encoded(other)["ref"] != encoded(LONG)["ref"]


def test_it_is_json_whatever_is_in_it():
    wild = np.full(LARGE, np.nan)
    wild[:3] = np.inf, -np.inf, 1e300
    json.loads(Encoder().json({"a": wild, "b": (None, True, 1.5)}), parse_constant=pytest.fail)
