"""Every preset of overlap shows what it says: its numbers are computed from the losses, and compared."""

import numpy as np
import pytest

from losses.segmentation.evaluation import evaluate
from pages.overlap.grow_view import arrivals
from pages.overlap.model import Overlap
from pages.overlap.predictions import PREDICTED
from pages.overlap.settings import COMPARED, PRESETS, PRESETS_OF, VIEWS
from tests.presets import Claims, assert_names, assert_readable, at_preset

CLAIMS = Claims()


class Shown:
    """The page at a preset, and what the losses make of its settings."""

    def __init__(self, view):
        self.view, self.page = view, Overlap(view)
        self.picture = self.page.picture()

    @property
    def seen(self):
        return self.page.seen()

    def value(self, key):
        return self.seen.found[key].value

    @property
    def here(self):
        return self.page.sizes().here


@pytest.fixture
def shown():
    return lambda preset, **changes: Shown(at_preset("overlap", preset, **changes))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_shows_what_it_says(preset, shown):
    seen = shown(preset)
    assert_readable(preset, seen.picture)
    assert_names(preset.look, CLAIMS[preset.title](seen, lambda **changes: shown(preset, **changes)))


def test_every_preset_is_of_the_view_it_opens(shown):
    assert [*PRESETS_OF] == [*VIEWS]
    for key, presets in PRESETS_OF.items():
        assert {shown(preset).view["view"] for preset in presets} == {key}
    assert sum(map(len, PRESETS_OF.values())) == len(PRESETS) >= 9


def test_the_answer_to_who_is_first_is_the_one_on_screen(shown):
    asked = PREDICTED["grow"]
    page = shown(asked).page
    while (growth := page.growth(lambda: False)).unfinished:
        pass
    assert {COMPARED[key].name for key in growth.after} == {*asked.prediction.options}, "no others"
    found = arrivals(growth)
    assert COMPARED[min(found, key=found.get)].name == asked.prediction.right()
    told = asked.prediction.because()
    assert f"Dice takes {found['dice']} turns" in told and f"BCE {found['bce']}." in told
    assert "boundary" not in found and f"not found it after {growth.at}" in told


@CLAIMS.of("Found nothing")
def found_nothing(shown, changed):
    hits, misses, alarms = shown.seen.counts()
    assert hits == alarms == 0
    assert "nothing is found" in shown.picture.sentence and "99.0 %" in shown.picture.sentence
    return 100 * misses / 64**2, 100 * shown.value("accuracy"), shown.value("dice"), 1


@CLAIMS.of("Who pulls where")
def who_pulls_where(shown, changed):
    assert np.ptp(shown.seen.prediction) == 0
    bce, dice = (shown.seen.on_object(key) for key in ("bce", "dice"))
    pull = shown.seen.pulls
    assert np.allclose(np.abs(pull["bce"]), np.abs(pull["bce"]).max()), "the same everywhere"
    assert np.abs(pull["dice"])[shown.seen.target].min() > 50 * np.abs(pull["dice"])[~shown.seen.target].max()
    return 100 * (1 - bce), 100 * dice


@CLAIMS.of("Half of it missed")
def half_missed(shown, changed):
    _, misses, alarms = shown.seen.counts()
    assert alarms == 0 and misses / shown.seen.target.sum() == pytest.approx(0.5, abs=0.05)
    assert changed(grown=-2.0).value("tversky") < shown.value("tversky")
    return misses, shown.page.parameters(("tversky",))["tversky"]["beta"], shown.value("tversky"), shown.value("dice")


@CLAIMS.of("Nearly as many too many")
def too_many(shown, changed):
    _, misses, alarms = shown.seen.counts()
    assert misses == 0
    swapped = changed(**{"tversky.alpha": 0.7, "tversky.beta": 0.3})
    assert swapped.value("tversky") > swapped.value("dice")
    return alarms, shown.page.parameters(("tversky",))["tversky"]["alpha"], shown.value("tversky"), shown.value("dice")


@CLAIMS.of("A thin vessel")
def thin_vessel(shown, changed):
    return shown.view["dx"], shown.value("dice"), changed(shape="organ").value("dice")


@CLAIMS.of("One of six missed")
def one_missed(shown, changed):
    _, misses, alarms = shown.seen.counts()
    assert alarms == 0 and misses == shown.seen.target.sum() / 6
    return shown.value("dice"), misses, shown.value("hausdorff")


@CLAIMS.of("Blurred")
def blurred(shown, changed):
    assert changed(blur=1.0).value("dice") < shown.value("dice")
    return 100 * shown.value("accuracy"), shown.value("dice"), shown.value("dice_squared")


@CLAIMS.of("Nothing to find")
def nothing_to_find(shown, changed):
    assert "Nothing is there and nothing is found" in shown.picture.sentence
    assert {shown.value(key) for key in ("dice", "jaccard", "tversky")} == {0}
    assert np.isnan(shown.value("hausdorff"))
    assert any(row.cells[:2] == ("Hausdorff", "undefined") for row in shown.picture.readouts[0].rows)
    assert any("undefined" in note for note in shown.picture.notes)
    below = changed(smoothing="denominator")
    return shown.value("dice"), shown.view["smooth"], below.value("dice")


@CLAIMS.of("A false alarm")
def false_alarm(shown, changed):
    hits, misses, alarms = shown.seen.counts()
    assert hits == misses == 0
    assert np.isfinite(shown.value("bce")) and np.isinf(changed(confidence=1.0).value("bce"))
    return alarms, shown.value("dice"), 1


@CLAIMS.of("Hidden in the batch")
def hidden_in_the_batch(shown, changed):
    assert shown.seen.counts()[0] == 0 and "Both images: " in shown.picture.sentence
    return changed(batch="image").value("dice"), shown.value("dice")


@CLAIMS.of("5 pixels off a small one")
def small_one(shown, changed):
    assert shown.here["dice"] > changed(size=40.0).here["dice"] > changed(size=80.0).here["dice"]
    return shown.view["size"], shown.view["dx"], shown.here["dice"]


@CLAIMS.of("5 pixels off a large one")
def large_one(shown, changed):
    assert changed(size=20.0).here["bce"] < shown.here["bce"]
    return shown.view["size"], shown.view["dx"], shown.here["dice"], shown.here["bce"]


@CLAIMS.of("A vessel in motion")
def vessel_in_motion(shown, changed):
    assert changed(dx=0).here["dice"] < 0.05
    return shown.view["size"], shown.view["dx"], shown.here["dice"], changed(shape="disc").here["dice"], 0


@CLAIMS.of("From 10 % everywhere")
def from_ten_percent(shown, changed):
    assert shown.seen.prediction == pytest.approx(0.1)
    found = arrivals(changed(turns=20).page.growth(lambda: False))
    pulls = evaluate(shown.seen.prediction, shown.seen.target, ["dice", "bce"], slope_in="logit")
    on_object = {key: np.abs(each.gradient[shown.seen.target]).mean() for key, each in pulls.items()}
    assert on_object["dice"] > on_object["bce"]
    return found["dice"], found["bce"]


@CLAIMS.of("From too much")
def from_too_much(shown, changed):
    growth = shown.page.growth(lambda: False)
    assert shown.seen.prediction == pytest.approx(0.9)
    assert "dice" not in arrivals(growth)
    return 90, arrivals(growth)["bce"], growth.after["dice"].dices[-1], growth.at


@CLAIMS.of("Adam evens it out")
def adam(shown, changed):
    found = arrivals(shown.page.growth(lambda: False))
    by_sgd = arrivals(changed(optimiser="sgd", rate=1000.0).page.growth(lambda: False))
    return by_sgd["bce"] - by_sgd["dice"], found["bce"], found["dice"]
