"""A painted mask as a setting: there and back, and nonsense refused."""

import random
import re

import numpy as np
import pytest

from components.settings.address import LONGEST
from pages.overlap.painted import SIDES, Painted, mask_of, written

FIELD = Painted()


@pytest.mark.parametrize("side", [*map(int, SIDES)])
def test_a_mask_goes_into_an_address_and_comes_back(side):
    mask = np.hypot(*(np.indices((side, side)) - side / 3)) < side / 5
    text = FIELD.check(written(mask))
    assert np.array_equal(mask_of(FIELD.read(FIELD.write(text))), mask)
    assert re.fullmatch(r"[\w.-]+", text), "nothing in it has to be escaped"
    assert FIELD.check("") == ""


def test_a_mask_without_any_order_fits_up_to_128_pixels_a_side_and_is_refused_beyond():
    noise = np.random.default_rng(0).random((256, 256)) < 0.5
    assert len(FIELD.check(written(noise[:128, :128]))) <= LONGEST
    with pytest.raises(ValueError, match="fewer pixels"):
        FIELD.check(written(noise))


@pytest.mark.parametrize(
    "value",
    [None, 3, True, ["64."], "64", "64.", ".", "65.Y2AYBSMZAAA", "32.Y2AYBSMZAAA", "64.Y2AYBSMZAA",
     "064.Y2AYBSMZAAA", "64.é", "-64.Y2AYBSMZAAA", "64." + "A" * 5000, "256.7cEBDQAAAMKg909tDwcUAAAA"],
    ids=repr,
)  # fmt: skip
def test_what_is_no_painted_mask_is_refused(value):
    with pytest.raises(ValueError, match=r"painted mask|fewer pixels"):
        FIELD.check(value)


def test_no_text_that_is_nearly_one_does_harm():
    chance = random.Random(0)
    sound = written(np.eye(64) > 0)
    for _ in range(500):
        at = chance.randrange(len(sound))
        text = sound[:at] + chance.choice("AZaz09-_.,%é\0") + sound[at + chance.randrange(3) :]
        try:
            assert FIELD.check(text) == text or mask_of(FIELD.check(text)).shape[0] in map(int, SIDES)
        except ValueError as error:
            assert "painted mask" in str(error)
