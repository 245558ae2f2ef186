"""Every preset of network shows what it says: its numbers are computed from the training, and compared."""

import math

import numpy as np
import pytest

from components.plot.theme import MARKED
from components.text import number
from losses.network.architecture import Architecture
from losses.network.meaning import loss_at, shape
from losses.network.plan import Plan
from losses.network.training import Training
from pages.network.model import Network
from pages.network.predictions import HOVERS, PREDICTED, WORSE
from pages.network.settings import EDGE, PRESETS, PRESETS_OF, VIEWS
from tests.presets import Claims, assert_names, assert_of_views, assert_readable, at_preset

CLAIMS = Claims()


class Shown:
    """The page at a preset, trained to the end."""

    def __init__(self, view):
        self.view, self.page = view, Network(view)
        self.trained = self.page.trained(lambda: False)
        if self.page.kind == "landscape":
            self.page.around.refine(None)
            self.sight = self.page.sight()
        self.picture = self.page.picture()

    @property
    def now(self):
        return self.trained.now

    @property
    def sharpness(self):
        return self.trained.columns["sharpness"]

    @property
    def optimum(self):
        return self.now.threshold * self.view["rate"]


@pytest.fixture
def shown():
    return lambda preset, **changes: Shown(at_preset("network", preset, **changes))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_shows_what_it_says(preset, shown):
    seen = shown(preset)
    assert_readable(preset, seen.picture)
    assert_names(preset.look, CLAIMS[preset.title](seen, lambda **changes: shown(preset, **changes)))


def test_every_preset_is_of_the_view_it_opens():
    assert_of_views("network", VIEWS, PRESETS_OF, PRESETS, 2)


@CLAIMS.of("Two moons")
def two_moons(seen, changed):
    early, late = changed(steps=200).now, changed(steps=800).now
    assert seen.now.step == 20
    assert early.new_accuracy > 0.98 > seen.now.new_accuracy > 0.8
    assert late.new_loss > 1.5 * early.new_loss
    assert late.loss < early.loss
    return 20, 200, 98


@CLAIMS.of("The edge of stability")
def edge(seen, changed):
    late = seen.sharpness[40:]
    assert np.median(late) == pytest.approx(seen.now.threshold, rel=0.1)
    assert seen.sharpness[:8].max() < seen.now.threshold < late.max()
    losses = seen.trained.losses
    assert losses[-100:].mean() < losses[300:400].mean()
    assert (np.diff(losses[400:]) > 0).any(), "though not in every step"
    return seen.sharpness[0], seen.optimum, seen.now.threshold


@CLAIMS.of("Too fast")
def too_fast(seen, changed):
    assert seen.trained.diverged and seen.trained.step < 50
    assert "Diverged" in seen.picture.sentence and seen.picture.runner.length == seen.trained.step
    first = seen.trained.columns
    return first["threshold"][0] * seen.view["rate"], first["threshold"][0], first["sharpness"][0], 50


@CLAIMS.of("MSE stays sharp")
def stays_sharp(seen, changed):
    assert abs(seen.now.sharpness / seen.now.threshold - 1) < 0.05
    assert changed(loss="categorical_cross_entropy").now.sharpness < 0.1 * seen.now.sharpness
    return 600, 5, seen.optimum


@CLAIMS.of("Small batches")
def small_batches(seen, changed):
    every = changed(batch=0)
    assert seen.now.sharpness < 0.5 * seen.now.threshold
    assert every.now.sharpness > 0.8 * every.now.threshold
    return seen.view["batch"], 300, seen.optimum, 0, seen.now.threshold


@CLAIMS.of("Thirty layers")
def thirty_layers(seen, changed):
    assert changed(skip=True).now.new_accuracy > 0.95
    assert seen.now.loss == pytest.approx(math.log(2), abs=1e-3)
    return seen.view["depth"], 300, 100 * seen.now.new_accuracy, 2, seen.now.loss, 95


@CLAIMS.of("All weights zero")
def all_zero(seen, changed):
    weights = dict(seen.page.held.training.model.named_parameters())
    assert not any(each.any() for name, each in weights.items() if name.endswith("weight"))
    assert changed(initialisation="default").now.new_accuracy > 0.95
    return 0, 300, 100 * seen.now.new_accuracy


@CLAIMS.of("Weights too large")
def too_large(seen, changed):
    assert changed(steps=10).now.loss < seen.now.loss
    return seen.now.loss, changed(initialisation="default").now.loss


@CLAIMS.of("Wrong labels")
def wrong_labels(seen, changed):
    late = changed(steps=600).now
    assert seen.now.new_accuracy > 0.85 and late.new_accuracy < 0.7 and late.accuracy > 0.9
    assert any("targets are wrong" in note for note in seen.picture.notes)
    return 100 * seen.view["noise"], 100, 85, 600, 70


@CLAIMS.of("A noisy sine")
def noisy_sine(seen, changed):
    assert seen.now.new_loss == pytest.approx(0.04, rel=0.1)
    assert seen.sharpness[20:].max() == pytest.approx(seen.now.threshold, rel=0.15)
    return 0.2, 0.2**2, 400


@CLAIMS.of("Another seed")
def another_seed(seen, changed):
    other = changed(seed=1)
    assert min(seen.now.new_accuracy, other.now.new_accuracy) > 0.98
    assert (np.sign(seen.trained.seen.answer) != np.sign(other.trained.seen.answer)).mean() > 0.05
    return 500, 98


@CLAIMS.of("Around a trained network")
def around(seen, changed):
    others = [changed(drawn=drawn).sight.plane for drawn in (1, 2)]
    for plane in (seen.sight.plane, *others):
        assert plane.loss.min() == pytest.approx(plane.centre, rel=0.05) and plane.loss.max() > 100 * plane.centre
    return (seen.sight.plane.centre,)


@CLAIMS.of("Before training")
def before_training(seen, changed):
    plane = seen.sight.plane
    assert plane.loss.min() < 0.9 * plane.centre and changed(steps=300).sight.plane.centre < 0.01 * plane.centre
    return (plane.centre,)


@CLAIMS.of("The path of training")
def path_of_training(seen, changed):
    return 100 * sum(seen.sight.plane.shares), seen.sight.path.off.max()


@CLAIMS.of("The path in three dimensions")
def path_in_three_dimensions(seen, changed):
    line = next(trace for trace in seen.picture.figure["data"] if trace["type"] == "scatter3d")
    below = loss_at(seen.sight.plane, seen.sight.path.x, seen.sight.path.y)
    assert line["line"]["color"] == MARKED
    return seen.sight.path.loss[0], below[0], seen.sight.path.off[0]


@CLAIMS.of("The sharpest directions")
def sharpest(seen, changed):
    sharp, threshold = seen.sight.spectrum.largest[0], seen.now.threshold
    assert sharp == pytest.approx(threshold, rel=0.15)
    assert sharp == pytest.approx(seen.sight.plane.curvatures[0], rel=1e-3)
    return sharp, threshold * seen.view["rate"], threshold


@CLAIMS.of("Two seeds and the barrier")
def barrier(seen, changed):
    line = seen.sight.line
    assert line.accuracy[[0, -1]].min() > 0.99
    return 99, 100 * line.accuracy[len(line.t) // 2], line.barrier


@CLAIMS.of("Ten times the weights, raw")
def raw(seen, changed):
    plain = changed(scale=1.0)
    assert seen.sight.plane.centre == pytest.approx(plain.sight.plane.centre, rel=1e-4)
    return 1, seen.view["scale"], 2, seen.view["scale"], seen.sight.plane.loss.max(), plain.sight.plane.loss.max(), 1


@CLAIMS.of("Ten times the weights, normalised")
def normalised(seen, changed):
    plain = changed(scale=1.0).sight.plane
    assert np.allclose(seen.sight.plane.loss, plain.loss, rtol=1e-3, atol=1e-5)
    return shape(seen.sight.plane).sharpest, 1


@CLAIMS.of("Thirty layers without skips")
def without_skips(seen, changed):
    loss = seen.sight.plane.loss
    assert np.ptp(loss) < 0.003 and abs(loss - math.log(2)).max() < 0.003
    return 0.003, 2, math.log(2), changed(skip=True).sight.plane.centre


@CLAIMS.of("Batches of eight")
def batches_of_eight(seen, changed):
    return seen.sight.spectrum.largest[0], seen.view["batch"], 0, changed(batch=0).sight.spectrum.largest[0]


@CLAIMS.of("Two single weights")
def single_weights(seen, changed):
    curved = shape(seen.sight.plane)
    assert abs(curved.flattest) < 0.05 * curved.sharpest
    return (seen.sight.spectrum.weights,)


@CLAIMS.of("Digits by convolutions")
def convolutions(seen, changed):
    assert changed(steps=200).now.new_accuracy > 0.9
    return 3, 3, seen.view["width"], 200, 90


def test_the_question_says_what_it_begins_with_and_the_answer_holds():
    asked = next(each for each in PREDICTED if each.title == "Predict: the sharpness").prediction
    plan = Plan(Architecture(activation="tanh"), optimiser="sgd", rate=EDGE["rate"])
    assert Training(plan).measured[0].threshold == pytest.approx(20)
    assert_names(asked.question, (0.1, 7.85, 2, 20))
    assert asked.right() == HOVERS
    assert asked.because().startswith("It climbs from 7.85 to about 2")


def test_half_way_between_two_seeds_the_question_and_the_page_say_the_same(shown):
    asked = next(each for each in PREDICTED if each.title == "Predict: half way between")
    line = shown(asked).sight.line
    assert asked.prediction.right() == WORSE
    for place in (0, len(line.t) // 2, -1):
        assert number(float(line.loss[place])) in asked.prediction.because()
    assert_names(asked.prediction.question, (99,))
