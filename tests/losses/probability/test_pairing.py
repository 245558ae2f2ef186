"""Outputs paired with losses: slopes at the logit, and training by gradient descent."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from losses.probability.pairing import PAIRS, arrival, descend, probe, sigmoid

Z = np.linspace(-30, 30, 241)
P = 1 / (1 + np.exp(-Z))


@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize(
    ("key", "slope"),
    [
        ("identity_mse", lambda z, p, y: 2 * (z - y)),
        ("sigmoid_bce", lambda z, p, y: p - y),
        ("sigmoid_mse", lambda z, p, y: p * (1 - p) * 2 * (p - y)),
        ("softmax_ce", lambda z, p, y: p - y),
    ],
)
def test_slopes_are_what_the_textbook_has(key, slope, label):
    assert probe(PAIRS[key], Z, label)[1] == pytest.approx(slope(Z, P, label), abs=1e-12)


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_losses_are_those_of_torch(label):
    z, y = torch.tensor(Z), torch.full((len(Z),), label, dtype=torch.float64)
    two = torch.stack([-z / 2, z / 2], -1)
    torchs = {
        "identity_mse": functional.mse_loss(z, y, reduction="none"),
        "sigmoid_bce": functional.binary_cross_entropy_with_logits(z, y, reduction="none"),
        "sigmoid_mse": functional.mse_loss(z.sigmoid(), y, reduction="none"),
        "softmax_ce": functional.cross_entropy(two, y.long(), reduction="none"),
    }
    for key, expected in torchs.items():
        assert probe(PAIRS[key], Z, label)[0] == pytest.approx(expected.numpy(), abs=1e-12)


@pytest.mark.parametrize("key", PAIRS)
@pytest.mark.parametrize("z", [-1e9, 1e9])
def test_huge_logits_do_not_overflow(key, z):
    value, slope = probe(PAIRS[key], np.array([z]), 1.0)
    assert np.isfinite(value).all() and np.isfinite(slope).all()


def test_at_minus_six_squared_error_hardly_pulls():
    squared, entropy = (probe(PAIRS[key], np.array([-6.0]), 1.0)[1][0] for key in ("sigmoid_mse", "sigmoid_bce"))
    p = 1 / (1 + np.exp(6))
    assert squared == pytest.approx(2 * (p - 1) * p * (1 - p), rel=1e-12)
    assert entropy == pytest.approx(p - 1, rel=1e-12)
    assert entropy / squared == pytest.approx(202.7, abs=0.1)


TORCH = {
    "identity_mse": functional.mse_loss,
    "sigmoid_bce": functional.binary_cross_entropy_with_logits,
    "sigmoid_mse": lambda z, y: functional.mse_loss(z.sigmoid(), y),
    "softmax_ce": lambda logits, y: functional.cross_entropy(logits[None], y.long()),
}


@pytest.mark.parametrize("key", PAIRS)
@pytest.mark.parametrize("label", [0.0, 1.0])
@pytest.mark.parametrize(("start", "rate"), [(-6.0, 0.3), (4.0, 0.9)])
def test_training_is_a_plain_loop_of_each_pair(key, start, rate, label):
    two, row = key == "softmax_ce", list(PAIRS).index(key)
    weights = torch.tensor([-start / 2, start / 2] if two else [start], dtype=torch.float64, requires_grad=True)
    optimiser, y = torch.optim.SGD([weights], lr=rate), torch.tensor([label], dtype=torch.float64)
    steps = descend(start, label, rate, 40)
    for step in range(41):
        loss = TORCH[key](weights, y)
        z = (weights[1] - weights[0] if two else weights[0]).item()
        assert steps.logits[row, step] == pytest.approx(z, rel=1e-9, abs=1e-12)
        assert steps.losses[row, step] == pytest.approx(loss.item(), rel=1e-9, abs=1e-12)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def test_two_logits_move_as_one_at_twice_the_rate():
    slow, fast = descend(-6.0, 1.0, 0.3, 50), descend(-6.0, 1.0, 0.6, 50)
    keys = list(PAIRS)
    assert slow.logits[keys.index("softmax_ce")] == pytest.approx(fast.logits[keys.index("sigmoid_bce")], rel=1e-12)


def test_the_identity_oscillates_at_rate_1_and_explodes_beyond():
    assert np.allclose(descend(-6.0, 1.0, 1.0, 20).distances[0], 7)
    exploded = descend(-6.0, 1.0, 100.0, 300)
    assert not np.isfinite(exploded.losses[0]).all()
    assert arrival(exploded.distances[0], 0.05) is None


def test_arrival_is_where_it_comes_to_stay():
    assert arrival(np.array([1.0, 0.01, 0.5, 0.04, 0.05, 0.0]), 0.05) == 3
    assert arrival(np.array([0.0, 0.0]), 0.05) == 0
    assert arrival(np.array([0.0, 1.0]), 0.05) is None
    assert arrival(np.array([0.0, np.nan]), 0.05) is None


def test_saturation_costs_hundreds_of_steps():
    needed = {key: arrival(row, 0.05) for key, row in zip(PAIRS, descend(-6.0, 1.0, 0.5, 1000).distances, strict=True)}
    assert needed["identity_mse"] == 1
    assert needed["softmax_ce"] < needed["sigmoid_bce"] < 60
    assert needed["sigmoid_mse"] > 600


def test_the_sigmoid_of_any_logit():
    assert [sigmoid(0.0), sigmoid(np.log(3.0)), sigmoid(-1e6), sigmoid(1e6)] == pytest.approx([0.5, 0.75, 0.0, 1.0])
