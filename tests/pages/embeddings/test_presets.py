"""Every preset of embeddings shows what it says: its numbers are computed from the losses, and compared."""

import numpy as np
import pytest

from pages.embeddings.model import Embeddings
from pages.embeddings.settings import PRESETS, PRESETS_OF, VIEWS
from tests.presets import Claims, assert_names, assert_readable, at_preset

CLAIMS = Claims()


class Shown:
    """The page at a preset, and what the losses make of its settings."""

    def __init__(self, view):
        self.view, self.page = view, Embeddings(view)
        self.picture = self.page.picture()

    @property
    def scene(self):
        return self.page.scene()

    @property
    def found(self):
        return self.scene.found[self.view["loss"]]

    @property
    def trained(self):
        return self.page.trained(lambda: False)

    @property
    def apart(self):
        return float(self.trained.between.mean())


@pytest.fixture
def shown():
    return lambda preset, **changes: Shown(at_preset("embeddings", preset, **changes))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_a_preset_shows_what_it_says(preset, shown, monkeypatch):
    monkeypatch.setattr("pages.embeddings.model.QUICK", 60.0)
    seen = shown(preset)
    assert_readable(preset, seen.picture)
    assert_names(preset.look, CLAIMS[preset.title](seen, lambda **changes: shown(preset, **changes)))


def test_every_preset_is_of_the_view_it_opens(shown):
    assert [*PRESETS_OF] == [*VIEWS]
    for key, presets in PRESETS_OF.items():
        assert {preset.values.get("view", "pull") for preset in presets} == {key}
    assert sum(map(len, PRESETS_OF.values())) == len(PRESETS)


@CLAIMS.of("A semi-hard negative")
def semi_hard(seen, changed):
    scene = seen.scene
    assert scene.zones == ("semi-hard",) and "semi-hard" in seen.picture.sentence
    return scene.distances[1], scene.distances[0], seen.found.value, 0, scene.ends["semi-hard"]


@CLAIMS.of("Easy: nothing pulls")
def easy(seen, changed):
    scene = seen.scene
    assert scene.zones == ("easy",) and "pulls on nothing" in seen.picture.sentence
    assert not seen.found.pulls.any()
    return scene.distances[1], scene.distances[0], scene.ends["semi-hard"] - scene.ends["hard"], seen.found.value


@CLAIMS.of("The harder, the weaker")
def weaker(seen, changed):
    push = [np.hypot(*seen.scene.found[key].pulls[2]) for key in ("squared_triplet", "triplet")]
    farther = changed(points={2: (-0.6, 1.8)}).scene
    assert np.hypot(*farther.found["squared_triplet"].pulls[2]) > push[0]
    return seen.scene.distances[1], *push


@CLAIMS.of("Pairs, not triplets")
def pairs(seen, changed):
    scene = seen.scene
    assert np.hypot(*seen.found.pulls[1]) == pytest.approx(2 * scene.distances[0])
    assert not seen.found.pulls[2].any()
    assert changed(points={2: (-0.5, 0.9)}).found.pulls[2].any()
    assert scene.zones == ("free",) and "is free" in seen.picture.sentence
    return np.hypot(*seen.found.pulls[1]), scene.ends["pushed"]


@CLAIMS.of("Only angles count")
def angles(seen, changed):
    assert changed(points={1: (1.6, 3.2), 2: (-1.2, -0.5)}).found.value == pytest.approx(seen.found.value, rel=1e-12)
    assert seen.found.pulls[1] @ seen.scene.points[1] == pytest.approx(0, abs=1e-12)
    assert np.hypot(*seen.found.pulls[1]) > 0.1
    return seen.scene.cosines[0], seen.found.value


@CLAIMS.of("Five negatives, one pushed")
def one_pushed(seen, changed):
    def largest(shown):
        pushes = np.hypot(*shown.found.pulls[2:].T)
        assert pushes.argmax() == shown.scene.distances[1:].argmin() or shown is not seen
        return 100 * pushes.max() / pushes.sum()

    assert largest(changed(**{"info_nce.temperature": 1.0})) < 45
    return 0.1, len(seen.scene.zones), largest(seen), 1


@CLAIMS.of("Longer is surer")
def longer(seen, changed):
    halved = {row: tuple((place / 2).tolist()) for row, place in enumerate(seen.scene.points)}
    return seen.found.value, changed(points=halved).found.value


@CLAIMS.of("Right, and still pays")
def still_pays(seen, changed):
    own, other = np.degrees(np.arccos(seen.scene.cosines))
    assert own < other
    margin = seen.page.view.fields["arcface.margin"].default or 0.5
    return own, other, own, own + np.degrees(margin), margin, seen.found.value


@CLAIMS.of("Past half a turn")
def past_half_a_turn(seen, changed):
    own = np.degrees(np.arccos(seen.scene.cosines[0]))
    assert seen.scene.points[1][0] > 0 > seen.found.pulls[1][0], "below, farther from the anchor is to the left"
    assert changed(points={1: (0.5, -0.866), 2: (0.5, 0.866)}).found.pulls[1][0] > 0
    return own, 180, 180 - np.degrees(0.5)


@CLAIMS.of("Four classes to part")
def four_classes(seen, changed):
    assert "Nothing is learned yet" in seen.picture.sentence
    early, late = (changed(turns=turns).trained for turns in (100, 300))
    return 100, 100 * early.first, 100 * early.recalls[1], 300, 100 * late.recalls[1], 100 * late.recalls[0]


@CLAIMS.of("Collapse")
def collapse(seen, changed):
    assert seen.trained.collapsed and "Collapsed" in seen.picture.sentence
    other = changed(mining="semi_hard").trained
    assert not other.collapsed and other.recalls[1] > 0.8
    return seen.trained.turns, seen.trained.losses[-1]


@CLAIMS.of("Nearly collapsed")
def nearly_collapsed(seen, changed):
    assert seen.apart < 0.1  # by how much is rounding, which the hardest triplets make larger
    assert not seen.trained.collapsed
    first = changed(turns=0).apart
    return seen.trained.turns, seen.trained.losses[-1], seen.trained.within.mean(), 0.1, first, changed(mining="all").apart  # fmt: skip


@CLAIMS.of("Too few to mine")
def too_few(seen, changed):
    assert not np.isnan(changed(batch=32).trained.losses).any()
    return seen.view["batch"], np.isnan(seen.trained.losses).sum(), seen.trained.turns


@CLAIMS.of("A margin is a unit")
def unit(seen, changed):
    return 10, seen.apart, seen.trained.turns, 1, changed(**{"triplet.margin": 1.0}).apart


@CLAIMS.of("Far too fast")
def too_fast(seen, changed):
    assert seen.apart > 100  # by how much is rounding, which such steps make larger
    return 1, seen.trained.turns, 100, seen.trained.plan.margin, 0.01, changed(rate=0.01).apart
