"""Every preset of outliers shows what it says: its fits are made and compared with its numbers."""

import numpy as np
import pytest

from components.text import number
from losses import LOSSES
from losses.data.datasets import DATASETS
from pages.outliers.model import Outliers
from pages.outliers.settings import PRESETS
from tests.presets import Claims, showing
from tests.traces import carrying

CLAIMS = Claims()


class Shown:
    """The page at a preset: its points, its fits with and without the bad points, its picture."""

    def __init__(self, view):
        page = Outliers(view)
        assert page.check() == []
        self.points, self.unspoiled = page.points, page.unspoiled()
        self.fits, self.picture = page.compared().fits, page.picture()

    @property
    def bad(self):
        return int(self.points.bad.sum())


def assert_drawn(seen):
    """What is so at every preset."""
    for row in seen.picture.readouts[0].rows:
        fit = next(fit for key, fit in seen.fits.items() if LOSSES[key].name == row.cells[0])
        assert row.cells[1:3] == (number(fit.intercept), number(fit.slope))
    drawn = carrying(seen.picture.figure, "points")
    assert np.array_equal(drawn["y"], seen.points.y)
    assert drawn["marker"]["symbol"] == np.where(seen.points.bad, "x", "circle").tolist()


shown, test_a_preset_shows_what_it_says = showing("outliers", PRESETS, Shown, CLAIMS, assert_drawn)


def change(seen, key, part):
    """In the sentence, what became of a slope or an intercept."""
    before, after = (getattr(fits[key], part) for fits in (seen.unspoiled, seen.fits))
    return f"{LOSSES[key].name} {number(before)} → {number(after)}"


@CLAIMS.of("One liar")
def one_liar(seen, changed):
    before, after = seen.unspoiled["mse"].slope, seen.fits["mse"].slope
    assert f"slope without it → with it: {change(seen, 'mse', 'slope')}" in seen.picture.sentence
    for key in ("mae", "huber"):
        assert abs(seen.fits[key].slope - seen.unspoiled[key].slope) < 0.1
    return seen.points.original[1][10], seen.points.y[10], before, after


@CLAIMS.of("In the middle")
def in_the_middle(seen, changed):
    before, after = seen.unspoiled["mse"], seen.fits["mse"]
    assert f"intercept without it → with it: {change(seen, 'mse', 'intercept')}" in seen.picture.sentence
    assert after.slope == pytest.approx(before.slope)
    assert np.flatnonzero(seen.points.bad).tolist() == [5]
    return seen.points.y[5], before.intercept, after.intercept, after.slope


@CLAIMS.of("Leverage")
def leverage(seen, changed):
    further = changed(moves={10: (29.05, 0.0)})
    assert further.fits["mae"].slope < 0 < seen.fits["mae"].slope
    assert changed(moves={10: (28.9, 0.0)}).fits["mae"].slope > 0
    assert further.points.x[10] <= seen.picture.figure["layout"]["xaxis"]["range"][1], "there is room to drag it there"
    return seen.points.x[10], seen.fits["mse"].slope, seen.fits["mae"].slope, 29


@CLAIMS.of("How many break MAE?")
def how_many_break_mae(seen, changed):
    assert change(seen, "mse", "intercept") in seen.picture.sentence
    lies = np.abs(seen.points.y - seen.points.original[1])[seen.points.bad]
    intercepts = {count: changed(count=count).fits["mae"].intercept for count in (20, 21, 22)}
    assert intercepts[21] < 5 < intercepts[22]
    found = seen.fits
    return seen.bad, len(seen.points.x), lies.mean(), found["mse"].intercept, found["mae"].intercept, 22, intercepts[22]


@CLAIMS.of("Belgian phones")
def belgian_phones(seen, changed):
    corners = seen.fits["mae"].corners
    (note,) = [note for note in seen.picture.notes if note.startswith("MAE")]
    assert note.endswith("slopes from 1.157 to 1.622. They are the faint band.")
    (pale,) = [trace for trace in seen.picture.figure["data"] if trace.get("line", {}).get("width") == 1]
    lines = pale["y"].reshape(-1, 3)
    low, high = seen.picture.figure["layout"]["xaxis"]["range"]
    slopes = (lines[:, 1] - lines[:, 0]) / (high - low)
    assert (slopes.min(), slopes.max()) == pytest.approx((corners[:, 1].min(), corners[:, 1].max()))
    return seen.bad, seen.fits["mse"].slope, corners[:, 1].min(), corners[:, 1].max()


@CLAIMS.of("Stars fool Huber")
def stars_fool_huber(seen, changed):
    x = seen.points.x
    assert seen.points.bad[np.argsort(x)[:4]].all(), "they are the leftmost"
    assert change(seen, "mae", "slope") in seen.picture.sentence
    slopes = [seen.fits[key].slope for key in ("mae", "huber", "tukey")]
    return seen.bad, slopes[0], slopes[1], seen.fits["tukey"].settings["c"], slopes[2]


@CLAIMS.of("Five numbers")
def five_numbers(seen, changed):
    assert "value without it → with it: MSE" in seen.picture.sentence
    y = DATASETS["location"].y
    return *y, np.mean(y), np.median(y), y.max()
