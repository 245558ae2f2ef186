"""The probability losses at their edges: probabilities of exactly 0 and 1, huge logits, wrong class indices."""

from math import exp, inf, log, log1p

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
        ("jensen_shannon", [0, log(2)], [[0, 0, 0], [-inf, log(2) / 2, 0]]),
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
