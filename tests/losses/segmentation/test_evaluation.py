"""Every loss against one written out plainly, every gradient against differences, at the edges too."""

import os
from dataclasses import replace
from functools import partial

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import pytest
import torch
from sklearn.metrics import accuracy_score, f1_score, jaccard_score

from losses.segmentation.compared import OVERLAP
from losses.segmentation.conventions import SMOOTHINGS, Conventions
from losses.segmentation.distance import hausdorff
from losses.segmentation.editing import blurred, confident, shifted
from losses.segmentation.evaluation import SLOPES, evaluate
from losses.segmentation.shapes import SHAPES, drawn
from tests.losses.segmentation.references import KNOWN, reference

N = 16
LOSSES_COMPARED = [key for key, one in OVERLAP.items() if not one.measure]
CONVENTIONS = [
    Conventions(smooth, smoothing, squared, pooled, background, keras_weights)
    for smooth, smoothing in [(0.0, "both"), *((0.7, each) for each in SMOOTHINGS)]
    for squared, pooled, background, keras_weights in [
        (False, False, False, False),
        (True, False, False, True),
        (False, True, False, False),
        (False, False, True, True),
        (True, True, True, False),
    ]
]
OTHER = {  # settings that are not the default
    "weighted_bce": {"positive_weight": 3.0},
    "focal": {"gamma": 1.5, "alpha": 0.6},
    "tversky": {"alpha": 0.2, "beta": 0.9},
    "focal_tversky": {"gamma": 2.0, "alpha": 0.4, "beta": 0.8},
    "bce_dice": {"dice_weight": 2.5},
}


def images(seed=0, count=3):
    """A batch of soft predictions away from 0 and 1, and masks of a shape each."""
    rng = np.random.default_rng(seed)
    t = np.stack([drawn(shape, N, rng.uniform(4, 8)) for shape in [*SHAPES][:count]]).astype(float)
    return rng.uniform(0.05, 0.95, (count, N, N)), t


@pytest.mark.parametrize("key", LOSSES_COMPARED)
@pytest.mark.parametrize("settings", [{}, OTHER], ids=["default", "other"])
def test_each_loss_is_the_one_written_out(key, settings):
    p, t = images()
    t[2] = 0
    parameters = OVERLAP[key].settings(**settings.get(key, {}))
    for conventions in CONVENTIONS:
        found = evaluate(p, t, [key], conventions, settings)[key].value
        assert found == pytest.approx(reference(key, p, t, conventions, parameters), rel=1e-11), conventions


@pytest.mark.parametrize("key", LOSSES_COMPARED)
@pytest.mark.parametrize("slope_in", SLOPES)
def test_each_gradient_is_that_of_differences(key, slope_in):
    """In a few pixels of the object and of the background, by central differences of the loss written out."""
    p, t = images(1)
    rng = np.random.default_rng(2)
    places = [*rng.permutation(np.argwhere(t == 1))[:4], *rng.permutation(np.argwhere(t == 0))[:4]]
    parameters = OVERLAP[key].settings(**OTHER.get(key, {}))
    step = 1e-5
    for conventions in CONVENTIONS[1::3]:
        gradient = evaluate(p, t, [key], conventions, OTHER, slope_in)[key].gradient
        assert gradient.shape == p.shape
        for place in map(tuple, places):
            ends = []
            for sign in (-1, 1):
                there = p.copy()
                if slope_in == "logit":
                    there[place] = 1 / (1 + (1 / p[place] - 1) * np.exp(-sign * step))
                else:
                    there[place] += sign * step
                ends.append(reference(key, there, t, conventions, parameters))
            assert gradient[place] == pytest.approx((ends[1] - ends[0]) / (2 * step), rel=2e-5, abs=1e-10)


def test_all_losses_have_a_reference():
    assert KNOWN.keys() == {*LOSSES_COMPARED}


@pytest.mark.parametrize("key", LOSSES_COMPARED)
def test_a_switch_that_is_declared_changes_the_value_and_another_does_not(key):
    p, t = images()
    base = Conventions(smooth=0.5)
    settings = {key: {"alpha": 0.2, "beta": 0.7}} if "keras_weights" in OVERLAP[key].conventions else {}
    others = {
        "smooth": replace(base, smooth=2.0),
        "smoothing": replace(base, smoothing="denominator"),
        "squared": replace(base, squared=True),
        "pooled": replace(base, pooled=True),
        "background": replace(base, background=True),
        "keras_weights": replace(base, keras_weights=True),
    }
    value = evaluate(p, t, [key], base, settings)[key].value
    changed = {
        name for name, told in others.items() if abs(evaluate(p, t, [key], told, settings)[key].value - value) > 1e-12
    }
    assert changed == {*OVERLAP[key].conventions}


def test_cross_entropies_are_those_of_torch():
    p, t = images()
    prediction, target = torch.tensor(p, requires_grad=True), torch.tensor(t)
    expected = torch.nn.functional.binary_cross_entropy(prediction, target)
    (slope,) = torch.autograd.grad(expected, prediction)
    found = evaluate(p, t, ["bce", "weighted_bce"], settings={"weighted_bce": {"positive_weight": 3}})
    assert found["bce"].value == pytest.approx(expected.item(), rel=1e-13)
    assert found["bce"].gradient == pytest.approx(slope.numpy(), rel=1e-12)
    weighted = torch.nn.functional.binary_cross_entropy_with_logits(
        torch.tensor(p).logit(), target, pos_weight=torch.tensor(3.0, dtype=torch.float64)
    )
    assert found["weighted_bce"].value == pytest.approx(weighted.item(), rel=1e-12)


KERAS = Conventions(smooth=1e-7, smoothing="denominator", pooled=True, keras_weights=True)


def test_dice_and_tversky_are_those_of_keras():
    p, t = images()
    found = evaluate(p, t, ["dice", "tversky"], KERAS, {"tversky": {"alpha": 0.2, "beta": 0.9}})
    as_documented = tuple(map(int, keras.__version__.split(".")[:3])) > (3, 15, 1)
    alpha, beta = (0.9, 0.2) if as_documented else (0.2, 0.9)
    tensors = torch.tensor(t), torch.tensor(p)
    assert found["dice"].value == pytest.approx(keras.losses.dice(*tensors).item(), rel=1e-9)
    assert found["tversky"].value == pytest.approx(
        keras.losses.tversky(*tensors, alpha=alpha, beta=beta).item(), rel=1e-9
    )
    by_image = evaluate(p, t, ["dice"], replace(KERAS, pooled=False))["dice"].value
    assert by_image == pytest.approx(keras.losses.dice(*tensors, axis=(1, 2)).mean().item(), rel=1e-9)


def test_for_sure_answers_losses_are_measures_of_scikit_learn():
    t = drawn("organ", 64, 20.0)
    p = shifted(t, 4, 2)
    found = evaluate(p, t, ["accuracy", "dice", "dice_squared", "jaccard"])
    assert found["accuracy"].value == pytest.approx(accuracy_score(t.ravel(), p.ravel()), rel=1e-14)
    assert found["dice"].value == pytest.approx(1 - f1_score(t.ravel(), p.ravel()), rel=1e-12)
    assert found["dice_squared"].value == pytest.approx(found["dice"].value, rel=1e-12)
    assert found["jaccard"].value == pytest.approx(1 - jaccard_score(t.ravel(), p.ravel()), rel=1e-12)


def test_measures_are_of_the_mask_at_a_half():
    p, t = images()
    p[0, 0, :4] = 0.5
    measures = [key for key, one in OVERLAP.items() if one.measure]
    soft, sure = evaluate(p, t, measures), evaluate(p > 0.5, t, measures)
    assert soft == sure
    flat = torch.tensor(p).reshape(3, -1), torch.tensor(t).reshape(3, -1)
    for key in measures:
        of_logits = OVERLAP[key].function(flat[0].logit(), flat[1], Conventions(), logits=True)
        assert of_logits.mean().item() == soft[key].value


def test_a_sum_is_that_of_its_parts_also_in_its_own_function():
    p, t = images()
    for conventions in CONVENTIONS:
        own = OVERLAP["bce_dice"].function(
            torch.tensor(p).reshape(3, -1), torch.tensor(t).reshape(3, -1), conventions, logits=False, dice_weight=2.5
        )
        assert own.mean().item() == pytest.approx(evaluate(p, t, ["bce_dice"], conventions, OTHER)["bce_dice"].value)


def test_lovasz_hinge_at_the_corners_is_the_jaccard_loss():
    """With errors of 0 and 1, the extension is the set function that it extends: Berman et al. (2018), section 2."""
    t = drawn("cells", 32, 12.0)
    wrong = np.random.default_rng(0).uniform(size=t.shape) < 0.1
    logits = np.where(wrong, 0.0, 1.0) * np.where(t, 1, -1)  # hinge errors of 1 and of 0
    p = 1 / (1 + np.exp(-logits))
    expected = 1 - jaccard_score(t.ravel(), (t ^ wrong).ravel())
    assert evaluate(p, t, ["lovasz_hinge"])["lovasz_hinge"].value == pytest.approx(expected, rel=1e-12)


def test_lovasz_hinge_is_convex_in_the_logits():
    t, rng = drawn("disc", N, 5.0), np.random.default_rng(0)
    for _ in range(50):
        ends = 2 * rng.standard_normal((2, N, N))
        at = np.stack([ends[0], ends.mean(0), ends[1]])
        value = [evaluate(1 / (1 + np.exp(-z)), t, ["lovasz_hinge"])["lovasz_hinge"].value for z in at]
        assert value[1] <= (value[0] + value[2]) / 2 + 1e-12


EMPTY, FULL, OBJECT = np.zeros((N, N)), np.ones((N, N)), drawn("disc", N, 3.0).astype(float)
ONE = np.zeros((N, N))
ONE[5, 9] = 1
EDGES = {
    "nothing for an object": (EMPTY, OBJECT),
    "an object for nothing": (OBJECT, EMPTY),
    "nothing for nothing": (EMPTY, EMPTY),
    "all for all": (FULL, FULL),
    "all for nothing": (FULL, EMPTY),
    "nothing for all": (EMPTY, FULL),
    "a pixel for itself": (ONE, ONE),
    "nothing for a pixel": (EMPTY, ONE),
    "an object for itself": (OBJECT, OBJECT),
}


@pytest.mark.parametrize("edge", EDGES)
@pytest.mark.parametrize("conventions", [Conventions(), Conventions(smooth=1.0), Conventions(1.0, background=True)])
def test_at_the_edges_all_is_finite_or_said_not_to_be(edge, conventions):
    p, t = EDGES[edge]
    for slope_in in SLOPES:
        for key, (value, gradient, note) in evaluate(p, t, conventions=conventions, slope_in=slope_in).items():
            assert np.isfinite(value) == (note == "")
            undefined = key.startswith("hausdorff") and not (p.any() and t.any())
            infinite = key in ("bce", "weighted_bce", "focal", "bce_dice", "lovasz_hinge") and (p != t).any()
            assert np.isnan(value) == undefined
            assert np.isposinf(value) == infinite
            assert note.partition(":")[0] == ("undefined" if undefined else "infinite" if infinite else "")
            if gradient is not None:
                assert not np.isnan(gradient).any()
                assert np.isfinite(gradient).all() or (infinite and slope_in == "probability")
        confidently = evaluate(confident(p, 0.99), t, LOSSES_COMPARED, conventions, slope_in=slope_in)
        for key, (value, gradient, _) in confidently.items():
            assert np.isfinite(value), key
            assert np.isfinite(gradient).all(), key


@pytest.mark.parametrize(
    "key", ["dice", "dice_squared", "generalised_dice", "jaccard", "tversky", "focal_tversky", "boundary"]
)
def test_a_sure_prediction_is_pulled_as_one_that_is_nearly_so(key):
    """At the edge of the probabilities the gradient is that towards the inside, not the mean of two sides."""
    t = drawn("organ", 32, 10.0)
    p = shifted(t, 3, 1)
    for conventions in (Conventions(), Conventions(smooth=1.0, smoothing="denominator", background=True)):
        sure, nearly = (evaluate(each, t, [key], conventions)[key].gradient for each in (p, confident(p, 1 - 1e-9)))
        assert sure == pytest.approx(nearly, rel=1e-4, abs=1e-10)


def test_what_nothing_costs_for_nothing_is_a_convention():
    def costs(keys, **told):
        return [evaluate(EMPTY, EMPTY, [key], Conventions(**told))[key].value for key in keys]

    keys = ["dice", "dice_squared", "jaccard", "tversky", "focal_tversky"]
    assert costs(keys) == costs(keys, smooth=1.0) == costs(keys, smooth=1.0, smoothing="none") == [0.0] * 5
    assert costs(keys, smooth=1e-7, smoothing="denominator") == [1.0] * 5
    assert costs(["generalised_dice", "lovasz_hinge", "boundary"]) == [0.0] * 3


def test_a_sure_answer_keeps_its_gradient_in_the_logits_under_cross_entropy():
    found = evaluate(EMPTY, OBJECT, ["bce", "dice", "lovasz_hinge"], slope_in="logit")
    assert found["bce"].gradient == pytest.approx(-OBJECT / N**2)
    assert not found["dice"].gradient.any()
    assert found["lovasz_hinge"].gradient[OBJECT == 1] == pytest.approx(-1 / OBJECT.sum())


def test_one_image_is_a_batch_of_one():
    p, t = images(count=1)
    for told in CONVENTIONS:
        alone, batch = evaluate(p[0], t[0], conventions=told), evaluate(p, t, conventions=replace(told, pooled=True))
        for key, (value, gradient, _) in alone.items():
            assert value == pytest.approx(batch[key].value, rel=1e-13)
            assert gradient is None or gradient == pytest.approx(batch[key].gradient[0], rel=1e-12, abs=1e-18)


def test_the_issue_in_numbers():
    """An object of 1 % that is not found: accuracy 99 %, and Dice knows."""
    t = drawn("disc", 64, 3.6)
    found = evaluate(np.zeros((64, 64)), t, ["accuracy", "dice", "jaccard"])
    assert found["accuracy"].value > 0.989
    assert found["dice"].value == found["jaccard"].value == 1.0


def test_formulas_follow_the_conventions():
    for one in OVERLAP.values():
        for told in CONVENTIONS:
            formula = one.formula(told)
            assert "@" not in formula
            assert formula.count("{") == formula.count("}")
            assert ("0.7" in formula) == (told.added == 0.7 and "smooth" in one.conventions), one.key
        assert one.summary.endswith(".")
        assert not one.description or one.description.endswith(".")
        assert one.source
    assert OVERLAP["dice"].formula(Conventions(squared=True)) == OVERLAP["dice_squared"].formula()
    assert r"{0.2}\sum p\,(1-t)+{0.9}\sum(1-p)" in OVERLAP["tversky"].formula(alpha=0.2, beta=0.9)
    assert r"{0.9}\sum p\,(1-t)+{0.2}\sum(1-p)" in OVERLAP["tversky"].formula(KERAS, alpha=0.2, beta=0.9)


PREDICTION = np.full((N, N), 0.5)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: evaluate(PREDICTION, OBJECT, ["nonsense"]), "there is no 'nonsense'"),
        (lambda: evaluate(PREDICTION, OBJECT, ["dice"], settings={"x": {}}), "there is no 'x'"),
        (lambda: evaluate(PREDICTION, OBJECT, ["dice"], settings={"dice": {"alpha": 1}}), "dice has no parameter"),
        (lambda: evaluate(PREDICTION, OBJECT, settings={"focal": {"gamma": -1}}), "gamma must be"),
        (lambda: evaluate(PREDICTION, OBJECT, slope_in="x"), "probability, logit"),
        (lambda: evaluate(PREDICTION * np.nan, OBJECT), "found nan"),
        (lambda: evaluate(PREDICTION * 3, OBJECT), "found 1.5"),
        (lambda: evaluate(PREDICTION, OBJECT / 2), "target is of 0 and 1"),
        (lambda: evaluate(PREDICTION, OBJECT[:8]), "as wide as high"),
        (lambda: evaluate(PREDICTION, np.stack([OBJECT] * 2)), "both"),
        (lambda: evaluate(np.zeros((0, N, N)), np.zeros((0, N, N))), "both"),
        (partial(Conventions, smooth=-1.0), "smooth"),
        (partial(Conventions, smooth=np.nan), "smooth"),
        (partial(Conventions, smoothing="x"), "there is no smoothing 'x'"),
        (partial(Conventions, pooled=1), "pooled must be True or False"),
    ],
)
def test_what_cannot_be_compared_is_refused(call, named):
    with pytest.raises(ValueError, match=named):
        call()


def test_a_blurred_prediction_is_compared_as_any_other():
    t = drawn("vessel", 64, 28.0)
    found = evaluate(blurred(t, 2.0), t)
    assert found["dice_squared"].value < found["dice"].value < found["jaccard"].value
    distances = [hausdorff(blurred(t, 2.0) > 0.5, t, percent) for percent in (100.0, 95.0)]
    assert [found["hausdorff"].value, found["hausdorff_95"].value] == distances
    assert distances[1] < distances[0]
