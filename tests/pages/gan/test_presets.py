"""Every preset of gan shows what it says: its numbers are computed from the losses, and compared."""

import numpy as np
import pytest

from losses.game.games import GAMES, sigmoid
from losses.game.rules import MOMENTUM
from losses.game.stability import critical_penalty, settling_penalties, stability
from pages.gan.model import Gan
from pages.gan.saturation_view import probed
from pages.gan.settings import PRESETS, PRESETS_OF, VIEWS
from tests.presets import AtPreset, Claims, assert_of_views, showing

CLAIMS = Claims()


class Shown(AtPreset):
    """The page at a preset, and what the losses make of its settings."""

    model = Gan

    @property
    def distances(self):
        return self.page.play().distances[0]

    @property
    def near(self):
        return stability(self.page.rules)


shown, test_a_preset_shows_what_it_says = showing("gan", PRESETS, Shown, CLAIMS)


def test_every_preset_is_of_the_view_it_opens():
    assert_of_views("gan", VIEWS, PRESETS_OF, PRESETS, 1)
    assert MOMENTUM.low <= -0.99


@CLAIMS.of("Simultaneous spirals out")
def spirals_out(seen, changed):
    assert (np.diff(seen.distances) > 0).all()
    assert "spirals out" in seen.picture.sentence
    assert seen.near.verdict == "outside"
    return seen.view["steps"], seen.distances[0], seen.distances[-1]


@CLAIMS.of("Alternating circles")
def circles(seen, changed):
    assert "goes round" in seen.picture.sentence
    assert seen.near.verdict == "on"
    longer = changed(steps=2000).distances
    assert (longer.min(), longer.max()) == pytest.approx((seen.distances.min(), seen.distances.max()), abs=0.001)
    return seen.distances.min(), seen.distances.max()


@CLAIMS.of("A penalty pulls it in")
def pulled_in(seen, changed):
    assert "comes in" in seen.picture.sentence
    least, _ = settling_penalties(seen.page.rules)
    assert "spirals out" in changed(strength=0.6 * least, theta=0.1).picture.sentence
    return seen.view["steps"], seen.distances[-1], least


@CLAIMS.of("The critical penalty")
def critical(seen, changed):
    assert critical_penalty(seen.page.rules) == seen.view["strength"] == 1
    settling = seen.near.flow.real.max()
    assert all(changed(strength=other).near.flow.real.max() > settling for other in (0.5, 0.9, 1.1, 3.0))
    slack = changed(strength=3.0)
    assert slack.distances[-1] > 100 * seen.distances[-1]
    return 1.0, seen.near.flow[0].real, 3.0


@CLAIMS.of("Look ahead")
def look_ahead(seen, changed):
    assert "comes in" in seen.picture.sentence
    return seen.near.growth, seen.distances[-1], seen.view["steps"]


@CLAIMS.of("Too fast for turns")
def too_fast(seen, changed):
    theta, psi = seen.page.play().positions[0, 1:].T
    assert (theta[1:] * theta[:-1] < 0).all() and (psi[1:] * psi[:-1] < 0).all()
    assert "goes round" in changed(rate=1.9, steps=200).picture.sentence
    return seen.near.largest_step, seen.view["rate"], seen.near.steps[np.abs(seen.near.steps).argmax()].real


@CLAIMS.of("The slow ring")
def slow_ring(seen, changed):
    last = seen.distances[-60:]
    assert last.mean() == pytest.approx(changed(theta=0.1, psi=0.0).distances[-60:].mean(), rel=0.2)
    assert seen.near.verdict == "outside"
    return seen.distances[0], 0, seen.near.growth


@CLAIMS.of("Never at rest")
def never_at_rest(seen, changed):
    late = seen.distances[-100:]
    for start in (1.0, 2.5):
        other = changed(theta=start, steps=2000).distances[-100:]
        assert (other.min(), other.max()) == pytest.approx((late.min(), late.max()), abs=0.01)
    assert changed(stabiliser="r1").distances[-1] < 1e-9
    return 1.0, -1.0, 0.0, late.min(), late.max()


@CLAIMS.of("Three modes to find")
def three_modes(seen, changed):
    assert "Nothing is learned yet" in seen.picture.sentence
    trained = changed(turns="b" * 1000).page.trained(lambda: False)
    assert trained.shares.sum() > 0.9
    return 1000, trained.covered, 90


@CLAIMS.of("G runs ahead")
def g_runs_ahead(seen, changed):
    trained = seen.page.trained(lambda: False)
    assert trained.shares.max() > 0.99
    later = [changed(turns="b" * turns).page.trained(lambda: False).shares for turns in range(500, 900, 100)]
    assert any(shares.max() > 0.7 and shares.argmax() != trained.shares.argmax() for shares in later)
    return (
        seen.view["rate_g"] / seen.view["rate_d"], len(seen.view["turns"]), trained.covered, len(trained.shares)
    )  # fmt: skip


@CLAIMS.of("D runs ahead")
def d_runs_ahead(seen, changed):
    last, other = (found.page.trained(lambda: False).gradients[-1] for found in (seen, changed(game="non_saturating")))
    return seen.view["turns"].count("d"), last, other


@CLAIMS.of("A caught fake")
def saturated(seen, changed):
    at = seen.view["at"]
    assert sigmoid(np.array(at)) == pytest.approx(0.01, abs=1e-7)
    here, there = (probed("generator", place) for place in (at, -at))
    assert abs(here["minimax"][1]) == pytest.approx(abs(there["non_saturating"][1]))
    assert set(here) == set(GAMES)
    return 100 * sigmoid(np.array(at)), -here["minimax"][1], -here["non_saturating"][1]


@CLAIMS.of("A fake that passes")
def passes(seen, changed):
    at = seen.view["at"]
    here = probed("generator", at)
    pulls = [-here["non_saturating"][1], -here["hinge"][1]]
    assert here["least_squares"][1] > 0, "back"
    return 100 * sigmoid(np.array(at)), *pulls, GAMES["least_squares"].free[1], here["least_squares"][1]


@CLAIMS.of("Around a ring")
def around_a_ring(seen, changed):
    shown = changed(turns="b" * 300).page.trained(lambda: False)
    assert shown.covered < len(shown.shares) == 8
    radii = np.hypot(*shown.samples.generated.T)
    assert np.median(radii) == pytest.approx(2, abs=0.7), "bent towards the ring"
    return ()
