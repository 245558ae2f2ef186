"""Backpropagation by hand equals autograd's, and its steps those of a plain loop of PyTorch."""

import numpy as np
import pytest
import torch

from losses import LOSSES
from losses.backprop import ACTIVATIONS, LONGEST, Network, Practice, practised, propagate

TORCH = {"tanh": torch.tanh, "relu": torch.relu, "sigmoid": torch.sigmoid}


def predicted(flat, inputs, activation):
    hidden = (len(flat) - 1) // 4
    first, biases = flat[: 2 * hidden].reshape(hidden, 2), flat[2 * hidden : 3 * hidden]
    return TORCH[activation](first @ inputs + biases) @ flat[3 * hidden : 4 * hidden] + flat[-1]


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
@pytest.mark.parametrize("seed", range(5))
def test_every_slope_is_that_of_autograd(activation, loss, seed):
    random = np.random.default_rng(seed)
    network = Network.of(random.standard_normal(4 * 3 + 1))
    inputs, target = random.standard_normal(2), float(random.standard_normal())
    found = propagate(network, inputs, target, loss, activation)
    flat = torch.tensor(network.flat, requires_grad=True)
    value = LOSSES[loss](predicted(flat, torch.tensor(inputs), activation), target)
    (gradient,) = torch.autograd.grad(value, flat)
    assert found.loss == pytest.approx(value.item(), rel=1e-12)
    assert found.gradients.flat == pytest.approx(gradient.numpy(), rel=1e-12, abs=1e-14)


def test_the_factors_multiply_to_the_gradient():
    network, inputs = Network.drawn(3, seed=4), np.array([0.7, -1.2])
    found = propagate(network, inputs, 0.5)
    assert found.output_slope == pytest.approx(2 * (found.output - 0.5))
    assert found.hidden_slopes == pytest.approx(found.output_slope * network.output_weights)
    assert found.activation_slopes == pytest.approx(1 - np.tanh(found.sums) ** 2)
    assert found.gradients.hidden_weights == pytest.approx(
        np.outer(found.hidden_slopes * found.activation_slopes, inputs)
    )


@pytest.mark.parametrize(("optimiser", "built"), [("sgd", torch.optim.SGD), ("adam", torch.optim.Adam)])
def test_steps_are_those_of_a_plain_loop(optimiser, built):
    network = Network.drawn(2, seed=1)
    practice = Practice((1.0, -0.5), 0.8, optimiser=optimiser, learning_rate=0.05)
    found = practised(network, practice, 20)
    weights = torch.tensor(network.flat, requires_grad=True)
    plain = built([weights], lr=0.05)
    for _ in range(20):
        plain.zero_grad()
        (predicted(weights, torch.tensor([1.0, -0.5], dtype=torch.float64), "tanh") - 0.8).square().backward()
        plain.step()
    assert len(found) == 21
    assert found[-1].flat == pytest.approx(weights.detach().numpy(), rel=1e-12)


def test_practice_that_leaves_the_numbers_ends_there():
    found = practised(Network.drawn(2), Practice((3.0, 3.0), 1.0, learning_rate=1e200), LONGEST)
    assert len(found) < LONGEST
    assert all(np.isfinite(network.flat).all() for network in found)


@pytest.mark.parametrize("steps", [-1, LONGEST + 1])
def test_steps_are_bounded(steps):
    with pytest.raises(ValueError, match="steps must be"):
        practised(Network.drawn(), Practice((1.0, 1.0), 1.0), steps)


def test_a_row_of_weights_is_the_network_again():
    network = Network.drawn(3, seed=2)
    assert np.array_equal(Network.of(network.flat).flat, network.flat)
    assert np.abs(network.hidden_weights).min() >= 0.2, "no edge is without effect"
