"""Every preset of choose shows what it says: its advice is made and compared with its numbers."""

import numpy as np
import pytest

from components.text import number
from losses import LOSSES
from pages.choose.model import Choose
from pages.choose.predictions import PREDICTED
from pages.choose.settings import PRESETS, PRESETS_OF, VIEWS
from tests.presets import AtPreset, Claims, assert_of_views, showing
from tests.traces import carrying

CLAIMS = Claims()


class Shown(AtPreset):
    model = Choose

    @property
    def advice(self):
        return self.page.advice

    def held_out(self, name, measure):
        found = self.advice.evidence
        place = [each.name for each in found.candidates].index(name)
        return float(found.mean[place, found.measures.index(measure)])


def assert_drawn(seen):
    assert seen.page.check() == []
    assert LOSSES[seen.advice.loss].name in seen.picture.sentence
    if seen.view["view"] == "questions":
        return
    found, measure = seen.advice.evidence, seen.view["score" if seen.page.labelled else "measure"]
    bars = next(trace for trace in seen.picture.figure["data"] if trace["name"] == "held out")
    place = found.measures.index(measure)
    assert bars["y"].tolist() == found.mean[:, place].tolist()
    assert bars["error_y"]["array"].tolist() == found.error[:, place].tolist()
    for row, means in zip(seen.picture.readouts[0].rows, found.mean, strict=True):
        assert [cell.partition(" ±")[0] for cell in row.cells[1:]] == [number(mean) for mean in means]
    if seen.page.points is not None:
        assert carrying(seen.picture.figure, "points")["y"].tolist() == seen.page.points.y.tolist()


shown, test_a_preset_shows_what_it_says = showing("choose", PRESETS, Shown, CLAIMS, assert_drawn)
_, test_a_prediction_shows_what_it_says = showing("choose", tuple(PREDICTED.values()), Shown, CLAIMS, assert_drawn)


def test_presets_open_their_view():
    assert_of_views("choose", VIEWS, PRESETS_OF, PRESETS, 4)


def far(seen):
    noise = seen.advice.noise
    said = f"{noise.far.sum()} of {len(noise.far)} residuals lie beyond 5 σ"
    assert said in seen.picture.sentence
    return int(noise.far.sum()), len(noise.far)


@CLAIMS.of("A third is corrupt")
def a_third(seen, changed):
    assert seen.advice.loss == "tukey"
    assert (seen.advice.noise.standard[seen.advice.noise.far] < 0).all()
    x, y = seen.page.points.x, seen.page.points.y
    level = np.interp(x, x[[12, 21]], y[[12, 21]])
    rows = {row: (float(x[row]), float(level[row])) for row in range(13, 21)}
    assert changed(moves=rows).advice.loss == "mse"
    return *far(seen), 5


@CLAIMS.of("Four giants")
def giants(seen, changed):
    assert seen.advice.loss == "tukey"
    assert seen.advice.noise.leverage.sum() == 4
    assert seen.held_out("Tukey biweight", "Median error") < seen.held_out("Huber", "Median error")
    return *far(seen), 5


@CLAIMS.of("The spread grows")
def spread(seen, changed):
    assert seen.advice.loss == "quantile"
    return (seen.advice.noise.ratio,)


@CLAIMS.of("One vertical liar")
def liar(seen, changed):
    assert seen.advice.loss == "huber"
    assert changed(moves={2: (13.0, 8.5)}).advice.loss == "mse"
    return far(seen)


@CLAIMS.of("Honest noise")
def honest(seen, changed):
    assert seen.advice.loss == "mse"
    assert changed(moves={20: (4.0, 60.0)}).advice.loss == "huber"
    return *far(seen), 5


@CLAIMS.of("Heavy but honest")
def heavy(seen, changed):
    assert seen.advice.loss == "huber"
    return 2, seen.advice.noise.gain


@CLAIMS.of("Eight measures")
def measures(seen, changed):
    assert (seen.advice.loss, seen.advice.penalty) == ("mse", "l2")
    return seen.advice.features.shape


@CLAIMS.of("Rare positives")
def rare(seen, changed):
    plain, weighted = (each.name for each in seen.advice.evidence.candidates[:2])
    weight = seen.advice.evidence.candidates[1].settings["positive_weight"]
    share = 100 * seen.advice.seen["Share of yes"]
    recalls, losses = (
        [seen.held_out(name, measure) for name in (plain, weighted)] for measure in ("Recall", "Log loss")
    )
    assert changed(recall=True).advice.settings["positive_weight"] == weight
    return share, weight, *recalls, *losses[::-1]


@CLAIMS.of("A few liars")
def few(seen, changed):
    assert seen.advice.loss == "huber"
    slope = next(trace for trace in seen.picture.figure["data"] if trace["name"] == "Huber" and "yaxis" in trace)
    assert slope["y"].max() == pytest.approx(seen.advice.settings["delta"])
    return ()


@CLAIMS.of("Too low hurts more")
def low(seen, changed):
    assert changed(ratio=1.0).advice.settings["tau"] == 0.5
    assert [control.name for control in seen.picture.controls] == ["ratio"]
    return seen.view["ratio"], seen.advice.settings["tau"]


@CLAIMS.of("A rare yes")
def rare_yes(seen, changed):
    assert LOSSES[seen.advice.loss].fact("proper", **seen.advice.settings)
    assert changed(recall=True).advice.settings["positive_weight"] > 1
    return ()


@CLAIMS.of("A generator")
def generator(seen, changed):
    assert seen.advice.loss == "gan_generator_non_saturating"
    return ()


@CLAIMS.of("Predict: phones held out")
def phones(seen, changed):
    errors = {each.name: seen.held_out(each.name, "Median error") for each in seen.advice.evidence.candidates}
    least, *others = sorted(errors.values())
    assert errors[PREDICTED["data"].prediction.right()] == least < min(others) / 2, "no tie"
    return ()


@CLAIMS.of("Predict: a rare yes")
def rare_yes_asked(seen, changed):
    return ()
