"""The probability losses at their edges: probabilities of exactly 0 and 1, huge logits, wrong class indices."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

from math import exp, inf, log, log1p

import keras
import mpmath
import numpy as np
import pytest
import torch

from losses import LOSSES
from losses.calculus import differentiate
from tests.losses.sampling import CLASSES, inputs_of, settings_of

GAMMAS = (0.0, 0.5, 1.0, 2.0)


def test_binary_cross_entropy_at_certain_probabilities():
    at = differentiate(LOSSES["binary_cross_entropy"], [0.0, 0.0, 1.0, 1.0, 0.0], [1.0, 0.0, 0.0, 1.0, 0.5])
    assert at.value.tolist() == [inf, 0, inf, 0, inf]
    assert at.slope.tolist() == [-inf, 1, inf, -1, -inf]


@pytest.mark.parametrize("gamma", GAMMAS)
def test_focal_at_certain_probabilities(gamma):
    at = differentiate(LOSSES["focal"], [0.0, 0.0, 1.0, 1.0], [1.0, 0.0, 0.0, 1.0], gamma=gamma, alpha=0.5)
    flat = 0.5 if gamma == 0 else 0
    assert at.value.tolist() == [inf, 0, inf, 0]
    assert at.slope.tolist() == [-inf, flat, inf, -flat]


@pytest.mark.parametrize(("key", "scale"), [("binary_cross_entropy", 1.0), ("focal", 0.5)])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_huge_logits_give_the_linear_tail_and_its_slope(key, scale, dtype):
    logits = torch.tensor([1e9, -1e9, 1e9, -1e9], dtype=dtype)
    labels = torch.tensor([1, 1, 0, 0], dtype=dtype)
    settings = {"from_logits": True} | ({"alpha": 0.5} if key == "focal" else {})
    at = differentiate(LOSSES[key], logits, labels, **settings)
    assert at.value.tolist() == [0, 1e9 * scale, 1e9 * scale, 0]
    assert at.slope.tolist() == [0, -scale, scale, 0]
    assert at.curvature.tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(("logit", "label"), [(50.0, 1.0), (-50.0, 0.0)])
def test_a_confident_right_answer_keeps_its_digits(logit, label):
    small = log1p(exp(-50))
    assert LOSSES["binary_cross_entropy"](logit, label, from_logits=True).item() == pytest.approx(small, rel=1e-12)


def test_tiny_probabilities_keep_their_digits():
    assert LOSSES["binary_cross_entropy"](1e-20, 0.0).item() == pytest.approx(1e-20, rel=1e-12)


@pytest.mark.parametrize("gamma", GAMMAS)
def test_a_softmax_that_is_certain_leaves_no_nan(gamma):
    logits = torch.tensor([1e9, -1e9, 0.0], dtype=torch.float64).repeat(3, 1)
    at = differentiate(
        LOSSES["categorical_focal"], logits, torch.eye(3, dtype=torch.float64), order=1, from_logits=True, gamma=gamma
    )
    assert at.value.tolist() == [0, 0.25 * 2e9, 0.25 * 1e9]
    assert at.slope.tolist() == [[0, 0, 0], [0.25, -0.25, 0], [0.25, 0, -0.25]]


@pytest.mark.parametrize("temperature", [0.01, 0.5, 1.0, 2.0])
def test_cross_entropy_of_a_class_ruled_out_is_infinite_and_pulls_on_it(temperature):
    loss = LOSSES["categorical_cross_entropy"]
    at = differentiate(loss, [0.0, 1.0], [1.0, 0.0], order=1, temperature=temperature)
    assert at.value == inf
    assert at.slope[0] == -inf
    assert not at.slope.isnan().any()
    right = differentiate(loss, [1.0, 0.0], [1.0, 0.0], order=1, temperature=temperature)
    assert right.value == 0
    assert not right.slope.isnan().any()


def test_a_small_temperature_does_not_underflow_with_many_classes():
    classes = 5000
    uniform = torch.full((classes,), 1 / classes, dtype=torch.float64)
    value = LOSSES["sparse_categorical_cross_entropy"](uniform, 0, temperature=0.01)
    assert value.item() == pytest.approx(log(classes), rel=1e-12)


@pytest.mark.parametrize(
    ("key", "values", "slopes"),
    [
        ("kl_divergence", [0, inf], [[-1, 0, 0], [-inf, 0, 0]]),
        ("reverse_kl", [0, inf], [[1, 0, 0], [-inf, inf, 0]]),
        ("jensen_shannon", [0, log(2)], [[0, log(2) / 2, log(2) / 2], [-inf, log(2) / 2, log(2) / 2]]),
    ],
)
def test_divergences_leave_out_what_is_impossible_under_both(key, values, slopes):
    at = differentiate(LOSSES[key], [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [1.0, 0.0, 0.0], order=1)
    assert at.value.tolist() == pytest.approx(values)
    for slope, expected in zip(at.slope.tolist(), slopes, strict=True):
        assert slope == pytest.approx(expected)


def test_a_divergence_from_itself_is_exactly_zero():
    for key in ("kl_divergence", "reverse_kl", "jensen_shannon"):
        distribution, _ = inputs_of(LOSSES[key], {}, (500,))
        assert LOSSES[key](distribution, distribution).eq(0).all()


def test_jensen_shannon_of_nearly_equal_distributions_keeps_its_digits():
    """It is never negative; the difference that is left beside the rounding of the inputs is what mpmath finds."""
    rng = np.random.default_rng(0)
    p = rng.dirichlet(np.ones(4), 40)
    q = p * (1 + 10 ** rng.uniform(-15, -1, (40, 1)) * rng.standard_normal((40, 4)))
    q /= q.sum(-1, keepdims=True)
    value, slope, _ = differentiate(LOSSES["jensen_shannon"], q, p, order=1)
    assert (value >= 0).all()
    for row, exact in enumerate(zip(p.tolist(), q.tolist(), strict=True)):
        pairs = [(mpmath.mpf(each), mpmath.mpf(other)) for each, other in zip(*exact, strict=True)]
        with mpmath.workdps(50):
            logs = [(a * mpmath.log(2 * a / (a + b)), b * mpmath.log(2 * b / (a + b))) for a, b in pairs]
            expected = float(sum(a + b for a, b in logs) / 2)
            slopes = [float(mpmath.log(2 * b / (a + b)) / 2) for a, b in pairs]
        # P and Q themselves sum to 1 only up to rounding, which the logarithms take for a difference
        assert value[row].item() == pytest.approx(expected, rel=1e-9, abs=2e-16)
        assert slope[row].tolist() == pytest.approx(slopes, rel=1e-9, abs=1e-15)


def test_masked_classes_cost_nothing():
    """A logit of minus infinity rules a class out: as if it were not there, value and slope, as in PyTorch."""
    logits, kept = [0.0, -inf, 1.0], [0.0, 1.0]
    one_hot, there = [1.0, 0.0, 0.0], [1.0, 0.0]
    for key in ("categorical_cross_entropy", "categorical_focal", "categorical_hinge"):
        settings = {} if key == "categorical_hinge" else {"from_logits": True}
        at = differentiate(LOSSES[key], logits, one_hot, order=1, **settings)
        without = differentiate(LOSSES[key], kept, there, order=1, **settings)
        assert at.value.item() == pytest.approx(without.value.item(), rel=1e-15), key
        assert at.slope.tolist() == pytest.approx([without.slope[0].item(), 0, without.slope[1].item()]), key
    at = differentiate(LOSSES["sparse_categorical_cross_entropy"], logits, 0, order=1, from_logits=True)
    assert at.value.item() == pytest.approx(1.3132616875182228, rel=1e-15)
    theirs = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
    torch.nn.functional.cross_entropy(theirs, torch.tensor(0)).backward()
    assert at.slope.tolist() == pytest.approx(theirs.grad.tolist(), rel=1e-15)


def test_a_masked_class_that_is_the_true_one_costs_infinity():
    for key, slope in (("categorical_cross_entropy", [-1, 0.5, 0.5]), ("categorical_focal", [-0.25, 0.125, 0.125])):
        at = differentiate(LOSSES[key], [-inf, 0.0, 0.0], [1.0, 0.0, 0.0], order=1, from_logits=True)
        assert at.value == inf
        assert at.slope.tolist() == pytest.approx(slope)
    smoothed = {"from_logits": True, "label_smoothing": 0.1}
    assert LOSSES["sparse_categorical_cross_entropy"]([0.0, -inf], 0, **smoothed) == inf
    with pytest.raises(ValueError, match=r"one logit below infinity per class.*found inf at 1"):
        LOSSES["sparse_categorical_cross_entropy"]([0.0, inf], 0, from_logits=True)


@pytest.mark.parametrize(("key", "scale"), [("binary_cross_entropy", 1.0), ("focal", 0.5)])
@pytest.mark.parametrize("gamma", GAMMAS)
def test_infinite_logits_are_certain(key, scale, gamma):
    settings = {"from_logits": True} | ({"alpha": 0.5, "gamma": gamma} if key == "focal" else {})
    at = differentiate(LOSSES[key], [inf, -inf, inf, -inf], [1.0, 1.0, 0.0, 0.0], **settings)
    assert at.value.tolist() == [0, inf, inf, 0]
    assert at.slope.tolist() == [0, -scale, scale, 0]
    assert at.curvature.tolist() == [0, 0, 0, 0]


LOGISTIC = {  # the curvature of each is that of log(1 + e^-z), p (1 - p)
    "logistic": lambda z: (z, 1.0),
    "binary_cross_entropy": lambda z: (z, 1.0),
    "gan_discriminator": lambda z: (z, 0.0),
    "gan_generator_non_saturating": lambda z: (z,),
    "gan_generator_minimax": lambda z: (z,),
    "focal": lambda z: (z, 0.0),
}


@pytest.mark.parametrize("key", LOGISTIC)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_the_curvature_of_a_sigmoid_keeps_its_digits_in_both_tails(key, dtype):
    loss = LOSSES[key]
    settings = {"from_logits": True} if "from_logits" in loss.parameters else {}
    settings |= {"gamma": 0.0, "balanced": False} if key == "focal" else {}
    reach = [0.0, 0.5, 17.0, 37.0, 80.0] + ([300.0, 700.0] if dtype == torch.float64 else [])
    z = torch.tensor([sign * each for each in reach for sign in (1, -1)], dtype=dtype)
    curvature = differentiate(loss, *LOGISTIC[key](z), **settings).curvature.abs()
    expected = [exp(-abs(each)) / (1 + exp(-abs(each))) ** 2 for each in z.tolist()]
    assert curvature.tolist() == pytest.approx(expected, rel=1e-13 if dtype == torch.float64 else 1e-5, abs=0)


def test_a_temperature_overflows_no_logit():
    loss = LOSSES["sparse_categorical_cross_entropy"]
    at = differentiate(loss, [[1e307, 1e307], [1e307, 0.0]], 0, order=1, from_logits=True, temperature=0.01)
    assert at.value.tolist() == pytest.approx([log(2), 0])
    assert at.slope.tolist() == [[-50, 50], [0, 0]]


def test_focal_without_weights_of_the_labels_is_that_of_keras_by_default():
    prediction, target = [0.9, 0.2, 0.6], [1.0, 1.0, 0.0]
    plain = LOSSES["focal"](prediction, target, balanced=False)
    theirs = [keras.losses.binary_focal_crossentropy([t], [p]).item() for t, p in zip(target, prediction, strict=True)]
    assert plain.tolist() == pytest.approx(theirs, rel=1e-5)
    assert plain.tolist() == pytest.approx((2 * LOSSES["focal"](prediction, target, alpha=0.5)).tolist())


def test_one_hot_and_sparse_targets_give_the_same_numbers():
    sparse, one_hot = LOSSES["sparse_categorical_cross_entropy"], LOSSES["categorical_cross_entropy"]
    for settings in settings_of(sparse):
        prediction, index = inputs_of(sparse, settings)
        vector = torch.eye(CLASSES, dtype=torch.float64)[index.long()]
        by_index = differentiate(sparse, prediction, index, order=1, **settings)
        by_vector = differentiate(one_hot, prediction, vector, order=1, **settings)
        assert torch.equal(by_index.value, by_vector.value)
        assert torch.equal(by_index.slope, by_vector.slope)


@pytest.mark.parametrize("index", [3, 17, float("nan")])
def test_a_class_index_beyond_the_classes_is_refused(index):
    with pytest.raises(ValueError, match=rf"class index {index:g} with 3 classes"):
        LOSSES["sparse_categorical_cross_entropy"]([[0.2, 0.3, 0.5]] * 2, [0, index])


def test_a_class_index_is_whole():
    with pytest.raises(ValueError, match=r"must be a class index.*found 1\.5"):
        LOSSES["sparse_categorical_cross_entropy"]([0.2, 0.3, 0.5], 1.5)
