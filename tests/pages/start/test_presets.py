"""Every preset of the page ``start`` shows what it says."""

import numpy as np
import pytest

from losses.backprop import Network
from pages.start.model import Start
from pages.start.settings import PRESETS, PRESETS_OF, VIEWS, X, Y
from tests.presets import AtPreset, Claims, assert_of_views, showing

CLAIMS = Claims()
POINTS = np.array(X), np.array(Y)


class Shown(AtPreset):
    """The page at a preset."""

    model = Start

    def residual(self, w, b):
        return w * POINTS[0] + b - POINTS[1]


shown, test_a_preset_shows_what_it_says = showing("start", PRESETS, Shown, CLAIMS)


def test_every_preset_is_of_the_view_it_opens():
    assert_of_views("start", VIEWS, PRESETS_OF, PRESETS, 1)


@CLAIMS.of("The training loop")
def the_training_loop(seen, changed):
    assert seen.picture.figure["data"][0]["fill"] == "toself", "squares"
    return (np.mean(seen.residual(1.9, 0.0) ** 2),)


@CLAIMS.of("Bars, not squares")
def bars(seen, changed):
    assert "fill" not in seen.picture.figure["data"][0]
    assert np.abs(seen.page.pulls((1.9, 0.0))) == pytest.approx(np.ones(10))
    assert seen.page.stage == "Loss"
    return np.mean(np.abs(seen.residual(1.9, 0.0))), 1


@CLAIMS.of("Too long a step")
def too_long(seen, changed):
    x, _ = POINTS
    r = seen.residual(1.9, 0.0)
    w, b = 1.9 - 0.8 * np.mean(2 * r * x), -0.8 * np.mean(2 * r)
    after = np.mean(seen.residual(w, b) ** 2)
    later = seen.page.path("sgd", (1.9, 0.0), 5).losses
    assert (np.diff(later) > 0).all(), "each step is worse"
    return 0.8, 1.9, w, after


@CLAIMS.of("Forwards")
def forwards(seen, changed):
    network = Network.drawn(2, 0)
    output = network.output_weights @ np.tanh(network.hidden_weights @ [1.0, -0.5])
    return output, 1, (output - 1) ** 2


@CLAIMS.of("Blame for every weight")
def blame(seen, changed):
    assert sum(label.text.startswith("∂") for label in seen.picture.labels) == 9, "six weights and three biases"
    return ()


@CLAIMS.of("The update")
def the_update(seen, changed):
    before, after = (changed(**{"pass": at}).picture.sentence for at in (3, 8 + 3))
    assert before.endswith("is 0.309.")
    assert after.endswith("is 0.0427.")
    return 0.309, 0.0427


@CLAIMS.of("Your turn")
def your_turn(seen, changed):
    best = seen.page.least
    moved = changed(taken={0: best})
    assert "you 100 %" in moved.picture.sentence
    assert "You are ahead. Nobody can do better." in moved.picture.sentence
    return ()


@CLAIMS.of("One of each")
def one_of_each(seen, changed):
    losses = seen.residual(1.9, 0.0) ** 2
    before, after = (changed(strength=strength).picture.sentence for strength in (0.3, 1.0))
    assert [a == b for a, b in zip(before.split(", "), after.split(", "), strict=True)] == [True, True, False, True]
    return losses[9], losses.mean(), 0.3 * 1.9**2


@CLAIMS.of("A better objective")
def a_better_objective(seen, changed):
    x, y = POINTS
    spread = x - x.mean()
    slope = spread @ y / (spread @ spread + 3.0)
    r = seen.residual(slope, y.mean())
    assert np.mean(seen.residual(*seen.page.least) ** 2) < np.mean(r**2), "the cost alone would be less"
    return 0.3, np.mean(r**2), np.mean(np.abs(r))
