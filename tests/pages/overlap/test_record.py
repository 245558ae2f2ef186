"""The file of settings is enough: from it alone ``losses.segmentation`` gives the numbers on screen again."""

import json

import numpy as np
import pytest

from losses.segmentation.conventions import Conventions
from losses.segmentation.curves import Object, over_shifts, over_sizes
from losses.segmentation.editing import blurred, confident, thresholded
from losses.segmentation.evaluation import evaluate
from losses.segmentation.growing import Growing, Plan
from pages.overlap.cards import record
from pages.overlap.model import Overlap
from pages.overlap.settings import COMPARED

CHANGED = {
    "starts": "object",
    "size": 33.0,
    "dx": 2,
    "grown": 1.0,
    "smooth": 1.0,
    "tversky.alpha": 0.4,
    "batch": "pooled",
}


@pytest.fixture
def told_of(view_of):
    """The page with these settings, and what its file holds."""

    def told(**settings):
        page = Overlap(view_of("overlap", **CHANGED | settings))
        if page.kind == "grow":
            page.growth(lambda: False)
        return page, json.loads(json.dumps(record(page)))

    return told


def image(told, of):
    """Target and probabilities of an image."""
    n = told["pixels"]
    target, found = (
        np.unpackbits(np.frombuffer(bytes.fromhex(of[name]), np.uint8)).reshape(n, n) == 1
        for name in ("target", "prediction before blur")
    )
    return target, confident(blurred(found, told["blur"]), told["confidence"])


@pytest.mark.parametrize("settings", [{"batch": "image"}, {}, {"batch": "mean", "starts": "nothing"}, {"objects": 3, "missed": 1}], ids=str)  # fmt: skip
def test_of_masks(told_of, settings):
    page, told = told_of(blur=1.5, threshold=0.4, slope_in="probability", pixels="32", **settings)
    images = [image(told, of) for of in (told, *([told["other image"]] if "other image" in told else []))]
    targets, predictions = (np.stack(each) for each in zip(*images, strict=True))
    losses, conventions = told["losses"], Conventions(**told["conventions"])
    soft = evaluate(predictions, targets, losses, conventions, losses, told["slope in"])
    hard = evaluate(thresholded(predictions, told["threshold"]), targets, losses, conventions)
    for key, found in page.seen().found.items():
        again = (hard if COMPARED[key].measure else soft)[key]
        assert again.value == found.value
        assert found.gradient is None or np.array_equal(again.gradient[0], found.gradient)


@pytest.mark.parametrize("settings", [{"shape": "vessel", "pixels": "128"}, {"dx": 40, "pixels": "32"}], ids=str)
def test_of_sizes(told_of, settings):
    page, told = told_of(view="size", **settings)
    what = Object(told["shape"], tuple(told["place"]), told["pixels"], told["confidence"])
    rest = (what, told["losses"], Conventions(**told["conventions"]), told["losses"])
    radius, shift = told["radius in pixels"], told["shift to the right"]
    here = over_sizes(np.array([radius]), (shift, 0), *rest).values
    sizes = np.array(told["curve over sizes, in % of the width"])
    curves = (
        over_sizes(sizes / 200 * what.n, (shift, 0), *rest),
        over_shifts(np.array(told["curve over shifts"]), radius, *rest),
    )
    shown = page.sizes()
    assert {key: values[0] for key, values in here.items()} == shown.here
    for again, curve in zip(curves, (shown.over_size, shown.over_shift), strict=True):
        for key, values in curve.values.items():
            assert np.array_equal(again.values[key], values, equal_nan=True)


def test_of_growing(told_of):
    page, told = told_of(view="grow", turns=3, losses=("accuracy", "bce", "tversky"), batch="mean")
    target, start = image(told, told)
    after = page.growth(lambda: False).after
    assert told["losses"].keys() == after.keys() and told["turns"] == 3
    for key, parameters in told["losses"].items():
        conventions = Conventions(**told["conventions"])
        growing = Growing(Plan(key, parameters, conventions, told["optimiser"], told["learning rate"]), start, target)
        growing.go(told["turns"])
        assert np.array_equal(growing.prediction, after[key].prediction)
