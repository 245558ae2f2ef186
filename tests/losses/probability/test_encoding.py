"""One case in several encodings: the same number, floors, and what the libraries do with 0 and 1."""

import math
import os

import numpy as np
import pytest
import torch
from torch.nn import functional

from losses.probability.encoding import (
    KERAS_EPSILON,
    best_lead,
    both_ways,
    case,
    clamped,
    curve,
    probabilities,
    smoothing_floor,
    target,
    twice_floor,
)

os.environ.setdefault("KERAS_BACKEND", "torch")
import keras

LEADS = np.linspace(-10, 20, 61)
CLASSES = (2, 3, 10, 1000)


@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("temperature", [1.0, 2.5])
@pytest.mark.parametrize("lead", [-10.0, 0.0, 3.7])
def test_one_hot_and_sparse_logits_and_probabilities_are_one_number(classes, smoothing, temperature, lead):
    settings = (smoothing, temperature)
    with_logits = both_ways(lead, classes, False, True, *settings)
    with_probabilities = both_ways(lead, classes, True, False, *settings)
    expected = functional.cross_entropy(
        case(torch.tensor(lead, dtype=torch.float64), classes)[None] / temperature,
        torch.tensor([0]),
        label_smoothing=smoothing,
    ).item()
    assert (*with_logits, *with_probabilities) == pytest.approx((expected,) * 4, rel=1e-9)
    assert with_logits[0] == with_logits[1]


@pytest.mark.parametrize("from_logits", [True, False])
@pytest.mark.parametrize("lead", [-3.0, 2.0])
def test_keras_has_the_same_numbers(from_logits, lead):
    output = case(torch.tensor(lead, dtype=torch.float64), 4)
    output = output if from_logits else torch.softmax(output, -1)
    one_hot, sparse = both_ways(lead, 4, not from_logits, from_logits, 0.0, 1.0)
    theirs = keras.losses.categorical_crossentropy(target(4)[None], output.numpy()[None], from_logits=from_logits)
    sparse_theirs = keras.losses.sparse_categorical_crossentropy(
        np.array([0]), output.numpy()[None], from_logits=from_logits
    )
    assert one_hot == pytest.approx(float(theirs[0]), rel=1e-5)
    assert sparse == pytest.approx(float(sparse_theirs[0]), rel=1e-5)


def test_logits_for_probabilities_are_refused():
    with pytest.raises(ValueError, match="sum to 1"):
        both_ways(2.0, 3, False, False, 0.0, 1.0)


def test_huge_logits_do_not_overflow():
    assert both_ways(-1e9, 3, False, True, 0.0, 1.0) == (1e9 + math.log(2),) * 2
    assert both_ways(1e9, 3, False, True, 0.0, 1.0) == (0, 0)
    value, slope = curve(np.array([-1e9, 1e9]), 3)
    assert value.tolist() == [1e9 + math.log(2), 0] and slope.tolist() == [-1, 0]
    assert both_ways(-1e9, 3, True, False, 0.0, 1.0) == (math.inf, math.inf)  # the softmax has lost it


@pytest.mark.parametrize("classes", CLASSES)
def test_softmax_twice_has_a_floor_that_it_reaches_and_never_passes(classes):
    value, _ = curve(np.append(LEADS, 1e9), classes, 2)
    assert value[-1] == pytest.approx(twice_floor(classes), rel=1e-12)
    assert (value >= twice_floor(classes) - 1e-12).all()
    outputs = torch.softmax(5 * torch.randn(2000, classes, dtype=torch.float64, generator=torch.manual_seed(0)), -1)
    losses = functional.cross_entropy(outputs, torch.zeros(2000, dtype=torch.long), reduction="none")
    assert losses.min() >= twice_floor(classes)


@pytest.mark.parametrize("classes", CLASSES)
@pytest.mark.parametrize("smoothing", [0.01, 0.1, 0.5])
@pytest.mark.parametrize("temperature", [1.0, 3.0])
def test_the_smoothed_loss_is_least_at_its_floor(classes, smoothing, temperature):
    label = target(classes, smoothing)
    floor = smoothing_floor(classes, smoothing)
    assert floor == pytest.approx(-(label * np.log(label)).sum(), rel=1e-12)
    best = best_lead(classes, smoothing, temperature)
    value, slope = curve(np.array([best - 0.1, best, best + 0.1]), classes, 1, smoothing, temperature)
    assert value[1] == pytest.approx(floor, rel=1e-12)
    assert slope[1] == pytest.approx(0, abs=1e-12)
    assert value[0] > value[1] < value[2]


def test_without_smoothing_there_is_no_floor():
    assert smoothing_floor(5, 0.0) == 0
    assert best_lead(5, 0.0, 1.0) == math.inf


def test_curves_and_bars_are_softmaxes():
    once = probabilities(2.0, 3)
    assert once == pytest.approx(np.array([math.e**2, 1, 1]) / (math.e**2 + 2))
    assert probabilities(2.0, 3, 2) == pytest.approx(np.exp(once) / np.exp(once).sum())
    assert probabilities(2.0, 3, 1, 2.0) == pytest.approx(probabilities(1.0, 3))
    value, slope = curve(np.array([2.0]), 3)
    assert (value[0], slope[0]) == pytest.approx((-math.log(once[0]), once[0] - 1))


@pytest.mark.parametrize(("probability", "which"), [(0.0, 0), (1.0, 1)])
def test_probabilities_of_exactly_0_and_1_are_handled_as_is_said(probability, which):
    told = {library: values[which] for library, values in clamped().items()}
    assert told["Losscope"] == (math.inf, 0)[which]
    assert keras.config.epsilon() == KERAS_EPSILON
    prediction = np.array([[probability, 1 - probability]])
    for loss, label in (
        (keras.losses.categorical_crossentropy, np.array([[1.0, 0.0]])),
        (keras.losses.sparse_categorical_crossentropy, np.array([0])),
    ):
        assert float(loss(label, prediction)[0]) == pytest.approx(told["Keras"], rel=1e-5, abs=1e-7)
    one = torch.tensor(probability, dtype=torch.float64)
    assert functional.binary_cross_entropy(one, torch.ones_like(one)).item() == told["PyTorch BCE"]


def test_the_best_lead_with_next_to_no_smoothing_is_a_number():
    with np.errstate(all="raise", under="ignore"):
        assert best_lead(2, 1e-308, 1.0) == pytest.approx(308 * math.log(10) + math.log(2))
        assert best_lead(1000, 5e-324, 1.0) == math.inf
