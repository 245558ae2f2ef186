"""Every preset of the page ``implement`` shows what it says."""

import math

import numpy as np

from pages.implement.model import Implement
from pages.implement.settings import PRESETS
from tests.presets import AtPreset, Claims, showing

CLAIMS = Claims()


class Shown(AtPreset):
    """The page at a preset."""

    model = Implement

    def naive(self, at=None):
        return float(self.page.loss.naive(np.array([self.page.at if at is None else at]))[0])

    def right(self):
        return float(self.page.loss.by_hand(np.array([self.page.at]))[0])


shown, test_a_preset_shows_what_it_says = showing("implement", PRESETS, Shown, CLAIMS)


@CLAIMS.of("A logit of 40")
def logit(seen, changed):
    assert seen.page.at == 40
    assert seen.naive() == math.inf
    assert math.isfinite(seen.naive(36))
    assert seen.naive(37) == math.inf
    assert "gives ∞; the loss is 40.0" in seen.picture.sentence
    assert math.isfinite(changed(at=30).naive())
    return 36, 0, seen.right(), 30


@CLAIMS.of("Softmax overflows")
def softmax(seen, changed):
    assert math.isnan(seen.naive())
    assert "no number" in seen.picture.sentence
    return seen.page.at, seen.right()


@CLAIMS.of("What never happens")
def never(seen, changed):
    assert math.isnan(seen.naive())
    return 0, 0, seen.right()


@CLAIMS.of("Two empty masks")
def empty(seen, changed):
    assert math.isnan(seen.naive())
    assert changed(at=0.5).naive() == 1
    return (seen.right(),)
