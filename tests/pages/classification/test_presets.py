"""Every preset of classification shows what it says: its boundaries are fitted and compared with its numbers."""

import numpy as np
import pytest

from components.plot.theme import MARKED
from losses import LOSSES
from losses.boundary.evaluation import calibrate, decide, probabilities
from pages.classification.model import Classification
from pages.classification.settings import BCE, PRESETS
from tests.presets import Claims, showing

CLAIMS = Claims()


class Shown:
    """The page at a preset: its points, its boundaries, its picture."""

    def __init__(self, view):
        page = Classification(view)
        assert page.check() == []
        self.view, self.points, self.fits = view, page.points, page.fits()
        self.picture = page.picture()

    def cost(self, key, margin=None):
        settings = self.fits[key].settings if key in self.fits else {}
        label = LOSSES[key].labels[1] if LOSSES[key].labels else 1.0
        return float(LOSSES[key](self.view["at"] if margin is None else margin, label, **settings))

    def decided(self, key):
        return decide(self.fits[key].score, self.points.label)

    def line(self, key):
        """The boundary as it is drawn, or None."""
        name = LOSSES[key].name
        trace = next(
            trace for trace in self.picture.figure["data"] if trace.get("name") == name and "yaxis" not in trace
        )
        return None if trace["x"][0] is None else np.column_stack([trace["x"], trace["y"]])

    def given(self, key):
        fit = self.fits[key]
        return probabilities(fit.loss, fit.score, fit.settings)

    def sure(self, key):
        return 100 * np.maximum(self.given(key), 1 - self.given(key)).mean()

    def table(self, start):
        readout = next(readout for readout in self.picture.readouts if readout.caption.startswith(start))
        return {row.cells[0]: row.cells[1:] for row in readout.rows}


def assert_drawn(seen):
    """What is so at every preset."""
    assert f"{LOSSES[next(iter(seen.fits))].name} gets" in seen.picture.sentence or "All get" in seen.picture.sentence


shown, test_a_preset_shows_what_it_says = showing("classification", PRESETS, Shown, CLAIMS, assert_drawn)


@CLAIMS.of("One outlier")
def one_outlier(seen, changed):
    outlier = np.flatnonzero(seen.points.bad)
    assert len(outlier) == 1
    share = seen.fits["hinge"].share
    assert share.argmax() == outlier[0]
    home = changed(moves={1: (2.0, 0.0)})
    for key in ("hinge", "logistic"):
        turned, straight = (at.fits[key].weights / np.linalg.norm(at.fits[key].weights) for at in (seen, home))
        assert turned @ straight < 0.97, "it turns towards the outlier"
    return len(seen.points.label), share.max()


@CLAIMS.of("Right is not enough")
def right_is_not_enough(seen, changed):
    assert seen.cost("zero_one") == 0
    hinge = seen.fits["hinge"]
    dotted = [trace for trace in seen.picture.figure["data"] if trace.get("line", {}).get("width") == 1.2]
    levels = [hinge.weights @ [trace["x"], trace["y"]] + hinge.bias for trace in dotted]
    assert levels == [pytest.approx([-1, -1]), pytest.approx([1, 1])]
    assert np.all((hinge.values > 1e-9) == (hinge.margin < 1 - 1e-9))
    return seen.view["at"], seen.cost("hinge"), seen.cost("perceptron")


@CLAIMS.of("Too right")
def too_right(seen, changed):
    assert seen.cost("squared_hinge") == 0
    mse = seen.cost("mse")
    assert mse == seen.cost("mse", -1.0)
    return seen.view["at"], 1, seen.view["at"], mse, -1, seen.cost("hinge")


@CLAIMS.of("Far wrong")
def far_wrong(seen, changed):
    assert seen.cost("ramp", -100.0) == seen.cost("ramp")
    return seen.view["at"], seen.cost("hinge"), -100, seen.cost("hinge", -100.0), seen.cost("ramp")


@CLAIMS.of("Hinge collapses")
def hinge_collapses(seen, changed):
    outlier = seen.points.features[seen.points.identity == 1][0, 0]
    back = changed(moves={1: (-20.0, 0.0)})
    assert abs(seen.fits["hinge"].weights[0]) < 0.1 * abs(seen.fits["hinge"].weights[1]), "it gives up x₁"
    count = len(seen.points.label)
    assert seen.decided("ramp").right == count - 1
    return outlier, seen.decided("hinge").right, count, -20, back.decided("hinge").right


@CLAIMS.of("Easy against hard")
def easy_against_hard(seen, changed):
    caption = seen.picture.readouts[0].caption
    assert caption.startswith("Share of the loss, %: 10,000 easy")
    assert "and 100 hard" in caption
    shares = {name: [float(cell) for cell in cells] for name, cells in seen.table("Share of the loss").items()}
    alike = changed(**{"focal.gamma": 0.0}).table("Share of the loss")
    assert alike["Focal"] == alike["Binary cross-entropy"]
    return 10_000, shares["Binary cross-entropy"][0], 100, shares["Focal"][1], 0


@CLAIMS.of("1 % positive")
def one_per_cent_positive(seen, changed):
    assert (seen.points.label > 0).mean() == 0.01
    assert seen.line(BCE) is None
    assert "Its boundary lies beyond the picture." in seen.picture.sentence
    assert "finds 0 of the 10 labelled +1" in seen.picture.sentence
    assert any("on one side of its boundary" in note for note in seen.picture.notes)
    assert seen.given(BCE).max() < 0.5
    weighted = changed(weight=99.0)
    assert weighted.line(BCE) is not None
    assert "beyond" not in weighted.picture.sentence
    errors = [calibrate(at.given(BCE), at.points.label).error for at in (seen, weighted)]
    assert errors[0] < 0.1 * errors[1]
    decided = seen.decided(BCE)
    return 100 * decided.accuracy, 100 * decided.recall, 99, 100 * weighted.decided(BCE).recall


@CLAIMS.of("30 % flipped")
def thirty_per_cent_flipped(seen, changed):
    flipped = seen.points.features[seen.points.flipped]
    (rings,) = [trace for trace in seen.picture.figure["data"] if trace.get("marker", {}).get("color") == MARKED]
    places = np.column_stack([rings["x"], rings["y"]])
    assert sorted(map(tuple, places)) == sorted(map(tuple, flipped))
    assert [label.text for label in seen.picture.labels if label.color == MARKED] == ["◯ flipped label"]
    honest = changed(flipped=0.0).picture
    assert not any(trace.get("marker", {}).get("color") == MARKED for trace in honest.figure["data"])
    assert not any(label.color == MARKED for label in honest.labels)
    assert seen.picture.readouts[0].columns[2] == "mean confidence", "in sight"
    return len(flipped), len(seen.points.label), seen.sure(BCE), seen.sure("focal")


@CLAIMS.of("Without L2")
def without_l2(seen, changed):
    assert any("no optimum" in note for note in seen.picture.notes)
    assert seen.fits["logistic"].cost < 1e-6
    assert not any("no optimum" in note for note in changed(l2=0.01).picture.notes)
    return (seen.fits["hinge"].cost,)


@CLAIMS.of("No margin")
def no_margin(seen, changed):
    perceptron = seen.fits["perceptron"]
    assert seen.line("perceptron") is None
    count = len(seen.points.label)
    right = seen.decided("perceptron").right, count, seen.decided("hinge").right
    return np.abs(perceptron.weights).max(), perceptron.cost, *right
