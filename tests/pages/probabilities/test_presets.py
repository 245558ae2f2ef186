"""Every preset of probabilities shows what it says: its numbers are computed from the losses, and compared."""

import math

import numpy as np
import pytest

from components.text import number
from losses.probability import encoding
from losses.probability.outcomes import terms
from losses.probability.pairing import PAIRS
from losses.probability.simplex import SIMPLEX_LOSSES, probabilities, probe
from pages.probabilities.divergence_view import answers
from pages.probabilities.model import Probabilities
from pages.probabilities.outcomes_view import values
from pages.probabilities.pairing_view import arrived, run
from pages.probabilities.settings import PRESETS, PRESETS_OF, VIEWS
from tests.presets import AtPreset, Claims, assert_of_views, showing
from tests.traces import carrying

CLAIMS = Claims()


class Shown(AtPreset):
    """The page at a preset, and what the losses make of its settings."""

    model = Probabilities

    @property
    def shares(self):
        return probabilities(self.page.logits)

    def slopes(self, logits=None):
        loss = self.page.loss
        return probe(loss, logits or self.page.logits, self.view["target"], loss.settings())

    def trained(self):
        return run(*self.page.training)

    def arrivals(self):
        return arrived(self.trained(), self.view["tolerance"])

    def cell(self, caption, row, column):
        """What a table says."""
        table = next(readout for readout in self.picture.readouts if readout.caption.startswith(caption))
        cells = next(made.cells for made in table.rows if made.cells[0] == row)
        return cells[table.columns.index(column)]


shown, test_a_preset_shows_what_it_says = showing("probabilities", PRESETS, Shown, CLAIMS)


def test_every_preset_is_of_the_view_it_opens():
    assert_of_views("probabilities", VIEWS, PRESETS_OF, PRESETS, 2)


@CLAIMS.of("Prediction minus target")
def prediction_minus_target(seen, changed):
    _, slopes = seen.slopes()
    assert slopes == pytest.approx(seen.shares - seen.view["target"])
    moved = changed(z1=-2.0, target=(0.2, 0.3, 0.5))
    assert moved.slopes()[1] == pytest.approx(moved.shares - moved.view["target"])
    return np.abs(slopes[0]), *slopes[1:]


@CLAIMS.of("Confident and wrong")
def confident_and_wrong(seen, changed):
    value, slopes = seen.slopes()
    assert seen.view["target"] == (0, 1, 0)
    assert slopes[:2] == pytest.approx([1, -1], abs=0.005)
    assert f"loss {number(value)}" in seen.picture.sentence
    return 100 * seen.shares[0], value, slopes[0]


@CLAIMS.of("Honest doubt")
def honest_doubt(seen, changed):
    value, slopes = seen.slopes()
    assert seen.shares == pytest.approx(seen.view["target"])
    for nudge in np.eye(3) * 0.3:
        assert seen.slopes([*np.array(seen.page.logits) + nudge])[0] > value
    places = [carrying(seen.picture.figure, name) for name in ("target", "prediction")]
    assert places[0]["x"] == pytest.approx(places[1]["x"])
    assert places[0]["marker"]["size"] > 1.5 * places[1]["marker"]["size"], "the target is seen around the prediction"
    order = [trace.get("handle") for trace in seen.picture.figure["data"]]
    assert order.index("target") < order.index("prediction")
    return *(100 * part for part in seen.view["target"]), value, np.abs(slopes).max()


@CLAIMS.of("MSE gives up")
def mse_gives_up(seen, changed):
    value, slopes = seen.slopes()
    assert "hardly pulled at all" in seen.picture.sentence
    most = seen.slopes([1e3, 0.0, 0.0])[0]
    return value, most, np.abs(slopes).max()


@CLAIMS.of("Softmax twice")
def softmax_twice(seen, changed):
    case = seen.page.case
    floor = encoding.twice_floor(case.classes)
    assert f"never fall below {number(floor)}" in seen.picture.sentence
    (line,) = [trace for trace in seen.picture.figure["data"] if "never below" in trace.get("hovertemplate", "")]
    assert (line["y"], line["line"]["dash"]) == ([floor] * 2, "dot")
    assert floor < case.one_hot
    return case.lead, case.one_hot, floor


@CLAIMS.of("Smoothing’s floor")
def smoothings_floor(seen, changed):
    case = seen.page.case
    best = encoding.best_lead(case.classes, case.smoothing, 1.0)
    least = encoding.smoothing_floor(case.classes, case.smoothing)
    assert changed(lead=best).page.case.one_hot == pytest.approx(least)
    (spot,) = [trace for trace in seen.picture.figure["data"] if trace.get("hovertemplate", "").startswith("lowest")]
    assert (spot["x"], spot["y"]) == ([best], [pytest.approx(least)])
    return case.smoothing, least, best, case.one_hot, case.lead


@CLAIMS.of("Not probabilities")
def not_probabilities(seen, changed):
    case = seen.page.case
    assert seen.picture.sentence.startswith("Refused")
    assert not changed(from_logits=True).picture.sentence.startswith("Refused")
    return np.sum([case.lead, *[0.0] * (case.classes - 1)]), encoding.probabilities(case.lead, case.classes).sum()


@CLAIMS.of("Sigmoid at −6")
def sigmoid_at_minus_6(seen, changed):
    assert seen.view["start"] == -6
    arrivals = seen.arrivals()
    for key in ("sigmoid_bce", "sigmoid_mse"):
        assert f"{PAIRS[key].name} {arrivals[key]}" in seen.picture.sentence
        assert seen.cell("Steps to within", PAIRS[key].name, "steps") == str(arrivals[key])
    return seen.view["tolerance"], arrivals["sigmoid_bce"], arrivals["sigmoid_mse"]


@CLAIMS.of("Too fast for MSE")
def too_fast_for_mse(seen, changed):
    losses = seen.trained().losses[list(PAIRS).index("identity_mse")]
    assert np.all(np.diff(losses) > 0), "no flat line"
    assert losses[-1] > 1e6 * losses[0]
    assert seen.picture.sentence.endswith("; Identity + MSE and Sigmoid + MSE not in 120.")
    return seen.view["rate"], losses[0], 1000, np.argmax(losses > 1000), seen.arrivals()["sigmoid_bce"]


@CLAIMS.of("Cover or seek")
def cover_or_seek(seen, changed):
    found = answers(seen.page.mixture, None)
    assert (found.forward.mean, found.forward.width) == pytest.approx(seen.page.mixture.moments)
    assert "sits on hump 2" in seen.picture.sentence
    return found.forward.mean, found.forward.width, found.reverse.mean, found.reverse.width


@CLAIMS.of("The other hump")
def the_other_hump(seen, changed):
    found = answers(seen.page.mixture, seen.view["begin"])
    assert "sits on hump 1" in seen.picture.sentence
    assert found.reverse.mean < 0 < found.minima[0].mean
    return seen.view["begin"], found.reverse.reverse_kl, found.minima[0].reverse_kl


@CLAIMS.of("A zero in Q")
def a_zero_in_q(seen, changed):
    p, q = seen.view["p"], seen.view["q"]
    assert math.isinf(values(p, q)["kl_divergence"])
    assert np.isinf(terms(p, q)["kl_divergence"]).tolist() == [False, False, False, True]
    assert "KL(P‖Q) is infinite" in seen.picture.sentence
    assert any(label.text == "∞" for label in seen.picture.labels)
    return q[3], 4, 100 * p[3], values(p, q)["reverse_kl"]


@CLAIMS.of("Nothing in common")
def nothing_in_common(seen, changed):
    p, q = seen.view["p"], seen.view["q"]
    assert not np.any(np.array(p) * np.array(q))
    found = values(p, q)
    assert math.isinf(found["kl_divergence"]) and math.isinf(found["reverse_kl"])
    return 2, found["jensen_shannon"]


@pytest.mark.parametrize("key", SIMPLEX_LOSSES)
def test_contours_darken_as_the_loss_rises_and_say_their_values(key, shown):
    picture = shown(PRESETS[0], loss=key).picture
    lines = [trace for trace in picture.figure["data"] if trace.get("hovertemplate", "").startswith("loss ")]
    levels = [float(trace["hovertemplate"].removeprefix("loss ").removesuffix("<extra></extra>")) for trace in lines]
    assert levels == sorted(levels)
    brightness = [sum(int(trace["line"]["color"][at : at + 2], 16) for at in (1, 3, 5)) for trace in lines]
    assert np.all(np.diff(brightness) < 0)
    labelled = {label.text: label for label in picture.labels}
    for trace, level in list(zip(lines, levels, strict=True))[::2]:
        label = labelled[f"{level:.4g}"]
        assert label.color == trace["line"]["color"]
        assert np.nanmin(np.hypot(trace["x"] - label.x, trace["y"] - label.y)) == 0
