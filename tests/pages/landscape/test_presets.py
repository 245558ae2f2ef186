"""Every preset of the landscape shows what it says: its paths are worked out and compared with its numbers."""

import numpy as np
import pytest

from components.text import number
from losses.data.datasets import DATASETS
from losses.descent.surface import evaluate, sharpness
from losses.fitting.fit import fit_line
from pages.landscape.model import Landscape
from pages.landscape.settings import PRESETS
from tests.presets import Claims, showing

LINE = DATASETS["line"]
HALFWAY, NEAR = 0.5, 0.05  # where a path has left the ridge, and how near a minimum it is home
CLAIMS = Claims()


class Shown:
    """The page at a preset: ``land``, its ``picture``, and its paths by optimiser."""

    def __init__(self, view):
        self.land = Landscape(view)
        self.land.prepare()
        self.picture = self.land.picture()
        self.paths = {path.optimiser: path for path in self.land.paths()}

    def place(self, key="sgd"):
        return self.paths[key].positions

    def loss(self, key="sgd"):
        return self.paths[key].losses

    @property
    def rate(self):
        return self.paths["sgd"].settings["learning_rate"]

    @property
    def stable(self):
        return 2 / sharpness(self.land.surface, self.land.surface.minima).max()

    @property
    def tracks(self):
        """The paths over the surface, as they are drawn."""
        return [np.stack([track.x, track.y], 1) for track in self.picture.player.tracks[: len(self.paths)]]


def assert_drawn(seen):
    """What is so at every preset."""
    for track, path in zip(seen.tracks, seen.paths.values(), strict=True):
        assert np.array_equal(track, path.positions, equal_nan=True)


shown, test_a_preset_shows_what_it_says = showing("landscape", PRESETS, Shown, CLAIMS, assert_drawn)


@CLAIMS.of("Zigzag")
def zigzag(seen, changed):
    assert seen.picture.player.at == 0, "ready to play"
    assert seen.picture.player.length == 50
    shares = seen.place()[1:] / seen.place()[:-1]
    assert shares == pytest.approx(np.tile([9 / 11, -9 / 11], (50, 1)))
    for rate in (0.99 * seen.rate, 1.01 * seen.rate):
        slower = changed(**{"sgd.learning_rate": rate}).place()
        assert np.abs(slower[1] / slower[0]).max() > np.abs(shares[0]).max(), "the best fixed one"
    return seen.rate, abs(shares[0, 0])


@CLAIMS.of("Straight down")
def straight_down(seen, changed):
    x, y = seen.place().T
    assert np.abs(y[1:]).max() < 1e-12
    assert x[1:] / x[:-1] == pytest.approx(0.9)
    swinging = changed(**{"sgd.learning_rate": 0.15}).place()[:, 1]
    assert np.all(swinging[1:10] * swinging[:9] < 0)
    return seen.rate, np.argmax(np.abs(y) < 1e-12), x[1] / x[0]


@CLAIMS.of("To and fro")
def to_and_fro(seen, changed):
    x, y = seen.place().T
    assert y == pytest.approx((-1.0) ** np.arange(51))
    assert abs(x[-1]) < 1e-3 * abs(x[0])
    assert seen.rate == pytest.approx(seen.stable)
    return seen.rate, y.max(), y.min()


@CLAIMS.of("Explosion")
def explosion(seen, changed):
    y = seen.place()[:, 1]
    assert "SGD explodes" in seen.picture.sentence
    return seen.rate, seen.stable, np.abs(y[1:] / y[:-1]).mean()


@CLAIMS.of("Light ball")
def light_ball(seen, changed):
    y = seen.place("momentum")[:, 1]
    assert 2 <= np.sum(np.diff(np.sign(y[1:20])) != 0) < 15
    assert np.abs(y[20:]).max() < 1e-2
    return seen.paths["momentum"].settings["momentum"], seen.place("momentum")[-1, 0], seen.place()[-1, 0]


@CLAIMS.of("Heavy ball")
def heavy_ball(seen, changed):
    x, y = seen.place("momentum").T
    arrival = {key: np.argmax(seen.loss(key) < 0.5) for key in ("sgd", "momentum")}
    assert 0 < arrival["momentum"] < arrival["sgd"]
    assert np.sum(np.diff(np.sign(y[1:100])) != 0) > 20
    assert seen.picture.sentence.startswith("After 200 steps Momentum is at")
    return seen.paths["momentum"].settings["momentum"], np.abs(y[1:]).max(), x.max()


@CLAIMS.of("Loss × 100")
def times_100(seen, changed):
    once = changed(factor=1.0)
    assert seen.place("adam") == pytest.approx(once.place("adam"), rel=1e-6, abs=1e-6)
    assert f"SGD diverges at step {seen.paths['sgd'].diverged.step}" in seen.picture.sentence
    assert once.paths["sgd"].diverged is None
    return seen.loss("adam")[0] / once.loss("adam")[0], 1


@CLAIMS.of("On the ridge")
def on_the_ridge(seen, changed):
    for key in seen.paths:
        assert np.all(seen.place(key)[:, 1] == 0)
        assert seen.place(key)[-1] == pytest.approx([0, 0], abs=1e-4)
    assert changed(b=0.1).place()[-1] == pytest.approx([0, 1], abs=1e-3)
    return (seen.land.start[1],)


@CLAIMS.of("Off the ridge")
def off_the_ridge(seen, changed):
    passes = {key: np.argmax(np.abs(seen.place(key)[:, 1]) > HALFWAY) for key in seen.paths}
    away = {key: np.linalg.norm(np.abs(seen.place(key)) - [0, 1], axis=1) for key in seen.paths}
    home = {key: np.flatnonzero(distance > NEAR)[-1] + 1 for key, distance in away.items()}
    assert all(distance[-1] < NEAR for distance in away.values())
    return seen.land.start[1], HALFWAY, passes["sgd"], home["sgd"], passes["adam"], home["adam"]


@CLAIMS.of("MAE’s kink")
def maes_kink(seen, changed):
    late = seen.loss()[-50:]
    least = evaluate(seen.land.surface, seen.land.surface.minima).min()
    assert late.min() > 1.5 * least
    assert np.sum(np.diff(late) > 0) > 10
    assert f"SGD hops between {number(late.min())} and {number(late.max())}" in seen.picture.sentence
    assert "SGD hops" not in changed(loss="mse").picture.sentence
    glide = changed(loss="mse").loss()
    assert np.all(np.diff(glide[-50:]) < 0)
    return late.min(), late.max(), least


@CLAIMS.of("One liar")
def one_liar(seen, changed):
    (minimum,) = seen.land.surface.minima
    clean = changed(moves={}).land.surface.minima[0]
    assert seen.land.points().bad.tolist() == [False] * 10 + [True]
    huber = changed(loss="huber").land.surface.minima[0]
    assert abs(huber[0] - fit_line(LINE.x, LINE.y, "huber").slope) < 0.1
    return seen.land.points().y[10], clean[0], minimum[0]


@CLAIMS.of("Batches")
def batches(seen, changed):
    def wobble(at):
        return np.abs(np.diff(at.place()[-50:], n=2, axis=0)).max()

    whole = changed(batch=0)
    assert "hops" in seen.picture.sentence
    assert "hops" not in whole.picture.sentence
    assert wobble(whole) < 0.02 * wobble(seen)
    return seen.land.batch, len(seen.land.points().x), whole.land.view["batch"]


@CLAIMS.of("Plateau")
def plateau(seen, changed):
    gone = np.linalg.norm(seen.place()[-1] - seen.place()[0])
    return seen.picture.player.length, gone, 0.01, np.argmax(seen.loss("adam") < 0.01)


@CLAIMS.of("Valleys")
def valleys(seen, changed):
    minima = np.array(seen.land.surface.minima)
    away = [np.linalg.norm(minima - seen.place(key)[-1], axis=1) for key in seen.paths]
    assert max(distance.min() for distance in away) < 0.1
    (marked,) = [trace for trace in seen.picture.figure["data"] if trace.get("marker", {}).get("symbol") == "x"]
    assert np.column_stack([marked["x"], marked["y"]]) == pytest.approx(minima)
    return len(minima), len(seen.paths), len({int(distance.argmin()) for distance in away})
