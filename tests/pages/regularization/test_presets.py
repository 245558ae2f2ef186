"""Every preset of regularization shows what it says: its numbers are computed from the fits, and compared."""

import numpy as np
import pytest

from components.text import number
from losses.data.many_features import ERROR
from losses.shrinkage.conventions import Strengths, as_lasso
from losses.shrinkage.smooth_bowl import ROWS, examples
from pages.regularization.model import Regularization
from pages.regularization.settings import PRESETS, PRESETS_OF, VIEWS
from tests.presets import AtPreset, Claims, assert_of_views, showing
from tests.traces import carrying

CLAIMS = Claims()


class Shown(AtPreset):
    """The page at a preset, and what the fits make of its settings."""

    model = staticmethod(lambda view: Regularization(view, None))

    def pair(self, key):
        """The two weights under a penalty."""
        return self.page.bowl.pairs([self.page.prices()[key]])[0]

    def errors(self):
        """Of the polynomial on new points: held back, and by nothing."""
        drawn = self.page.drawn()
        both = np.stack([drawn.fit.weights(np.array([drawn.strength]))[0], drawn.fit.free()])
        return drawn.fit.errors(both)[1]

    def reading(self):
        return self.page.study().at(self.view["lambda"])


shown, test_a_preset_shows_what_it_says = showing("regularization", PRESETS, Shown, CLAIMS)


def test_every_preset_is_of_the_view_it_opens():
    assert_of_views("regularization", VIEWS, PRESETS_OF, PRESETS, 4)


@CLAIMS.of("A corner and a circle")
def a_corner_and_a_circle(seen, changed):
    center = np.array(seen.page.bowl.center)
    off = center - seen.pair("l1")
    assert off[0] == pytest.approx(off[1])
    assert seen.pair("l2") == pytest.approx(center * 2 / 3)
    assert changed(strength=1.0).pair("l1")[1] == 0
    return *center, seen.view["strength"], off[0], 1


@CLAIMS.of("The λ that zeroes w₂")
def the_strength_that_zeroes(seen, changed):
    assert seen.pair("l1")[1] == 0
    assert changed(strength=0.999).pair("l1")[1] > 0
    assert "L1 has w₂ at exactly 0, since λ = 1." in seen.picture.sentence
    ball = next(
        trace for trace in seen.picture.figure["data"] if trace.get("fill") == "toself" and trace["name"] == "L1"
    )
    assert np.abs(ball["x"]).max() == pytest.approx(seen.pair("l1")[0]), "the solution is a corner"
    return seen.view["strength"], 0, seen.pair("l2")[1]


@CLAIMS.of("Nothing left")
def nothing_left(seen, changed):
    assert not seen.pair("l1").any()
    assert changed(strength=3.999).pair("l1").any()
    return seen.view["strength"], seen.page.bowl.cost(np.zeros(2)), *seen.pair("l2")


@CLAIMS.of("Two alike")
def two_alike(seen, changed):
    return seen.view["correlation"], seen.view["strength"], *seen.pair("l1"), *seen.pair("l2")


@CLAIMS.of("Four rows lie")
def four_rows_lie(seen, changed):
    bowl, price = seen.page.bowl, seen.page.prices()["l1"]
    features, errors = examples(bowl.correlation, bowl.outliers)
    most = seen.page.of_data_loss()["delta"]
    pull = most * features[errors > 0, 1].sum() / ROWS
    assert seen.pair("l1")[1] == 0 and changed(strength=pull - 0.001).pair("l1")[1] > 0
    assert bowl.vanishing(price)[1] == pytest.approx(pull), "the other rows fit exactly where w₂ is 0"
    return most, pull, seen.view["strength"], 0, changed(data_loss="mse").pair("l1")[1]


@CLAIMS.of("Degree 12, ten points")
def degree_12(seen, changed):
    here, free = seen.errors()
    assert changed(curve_strength=0.01).errors()[0] < here
    return seen.view["degree"], seen.view["rows"], free, here, 0.01


@CLAIMS.of("L1 takes few")
def l1_takes_few(seen, changed):
    weights = seen.page.polynomial().weights(np.array([seen.view["curve_strength"]]))[0]
    return seen.view["curve_strength"], np.count_nonzero(weights), seen.view["degree"], seen.errors()[0]


@CLAIMS.of("Jitter instead")
def jitter_instead(seen, changed):
    alone = changed(copies=0).errors()[0]
    assert f"Without copies: 0 and {number(alone)}." in seen.picture.sentence
    return seen.view["copies"], seen.view["jitter"], seen.errors()[0], alone


@CLAIMS.of("Mirrors that help")
def mirrors_that_help(seen, changed):
    assert f"{number(changed(mirrored=False).errors()[0])}." in seen.picture.sentence
    return changed(mirrored=False).errors()[0], seen.errors()[0]


@CLAIMS.of("Mirrors that harm")
def mirrors_that_harm(seen, changed):
    assert f"{number(changed(mirrored=False).errors()[0])}." in seen.picture.sentence
    return changed(mirrored=False).errors()[0], seen.errors()[0]


@CLAIMS.of("Stop in time")
def stop_in_time(seen, changed):
    drawn = seen.page.drawn()
    assert np.abs(np.log(drawn.held[1] / drawn.beside[1])).max() < 0.6, "the ridge does much the same"
    return seen.view["steps"], seen.errors()[0], 100_000, changed(steps=100_000).errors()[0]


@CLAIMS.of("Dropout is a ridge")
def dropout_is_a_ridge(seen, changed):
    return 100 * seen.view["dropped"], seen.page.held()[0], seen.errors()[0]


@CLAIMS.of("Fewer, and better")
def fewer_and_better(seen, changed):
    here, free = seen.reading(), changed(**{"lambda": 0.0}).reading()
    assert f"test error {number(here.test)}" in seen.picture.sentence
    return here.strength, len(here.optimum.active), len(here.optimum.weights), here.test, free.test


@CLAIMS.of("The one-SE rule")
def the_one_se_rule(seen, changed):
    chosen = seen.page.study().chosen
    least, rule = chosen["least error"], chosen["one SE"]
    assert seen.view["lambda"] == pytest.approx(rule.strength, rel=2e-3)
    assert carrying(seen.picture.figure, "lambda")["x"][0] == pytest.approx(-np.log10(rule.strength), abs=1e-3)
    return len(least.optimum.active), len(rule.optimum.active), rule.test, least.test


@CLAIMS.of("L2 keeps all")
def l2_keeps_all(seen, changed):
    here = seen.reading()
    assert seen.page.study().chosen["one SE"].strength == pytest.approx(here.strength, rel=5e-3)
    return here.strength, len(here.optimum.active), here.freedom, here.test


@CLAIMS.of("A sum, not a mean")
def a_sum_not_a_mean(seen, changed):
    here, mean = seen.reading().optimum, changed(mean=True).reading().optimum
    alphas = [as_lasso(Strengths(found.l1, found.l2)) for found in (here, mean)]
    return seen.page.study().parts.problem.rows, seen.view["lambda"], len(here.active), *alphas


@CLAIMS.of("Three targets lie")
def three_targets_lie(seen, changed):
    names = seen.page.table_of_features.names
    clean = changed(wrong=0, data_loss="mse").page.study().order
    huber, squared = seen.page.study().order, changed(data_loss="mse").page.study().order
    assert [names[order[0]] for order in (clean, huber, squared)] == ["lcavol", "lcavol", "svi"]
    assert {names[place] for place in seen.reading().active} == {"lcavol", "lweight", "svi"}
    assert {names[place] for place in changed(data_loss="mse").reading().active} == {"lweight", "svi"}
    return seen.view["wrong"], ERROR, squared.index(names.index("lcavol")) + 1
