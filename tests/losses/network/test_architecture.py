"""Networks as declared: shapes, weights as PyTorch draws them, skips, norms, and nobody else's random numbers."""

import math

import pytest
import torch
from torch import nn

from losses.network.architecture import ACTIVATIONS, INITIALISATIONS, Architecture


def test_a_perceptron_is_that_of_pytorch_with_the_same_weights():
    model = Architecture(depth=2, width=5, activation="gelu", outputs=3).build(4)
    plain = nn.Sequential(nn.Linear(2, 5), nn.GELU(), nn.Linear(5, 5), nn.GELU(), nn.Linear(5, 3))
    nn.utils.vector_to_parameters(nn.utils.parameters_to_vector(model.parameters()), plain.parameters())
    features = torch.randn(7, 2)
    assert torch.equal(model(features), plain(features))


@pytest.mark.parametrize("kind", ["mlp", "conv"])
@pytest.mark.parametrize("normalisation", ["none", "batch", "layer"])
@pytest.mark.parametrize("skip", [False, True])
def test_every_kind_gives_outputs_and_slopes_and_counts_its_weights(kind, normalisation, skip):
    shape = Architecture(kind, 64, 10, 3, 4, normalisation=normalisation, skip=skip)
    model = shape.build()
    outputs = model(torch.randn(6, 64))
    assert outputs.shape == (6, 10)
    outputs.square().sum().backward()
    assert all(each.grad is not None and each.grad.isfinite().all() for each in model.parameters())
    assert shape.parameters == sum(each.numel() for each in model.parameters())


def test_products_are_those_of_matrices_and_windows():
    assert Architecture(depth=2, width=64).products == 2 * 64 + 64 * 64 + 64 * 2
    assert Architecture("conv", 64, 10, 2, 4).products == 64 * 9 * 4 + 16 * 9 * 4 * 4 + 16 * 4 * 10


def test_a_skip_adds_what_goes_in():
    with_skips = Architecture(depth=3, width=4, skip=True).build(1)
    without = Architecture(depth=3, width=4).build(1)
    features = torch.randn(5, 2)
    first = without.layer1(features)
    assert torch.equal(with_skips.layer1(features), first)
    assert torch.equal(with_skips.layer2(first), first + without.layer2(first))


def test_zeros_learn_nothing_beyond_a_skip():
    features = torch.randn(5, 2)
    assert not Architecture(initialisation="zeros").build()(features).any()


@pytest.mark.parametrize("initialisation", INITIALISATIONS)
def test_weights_are_even_within_pytorchs_bound(initialisation):
    factor = INITIALISATIONS[initialisation][1]
    weights = Architecture(width=128, initialisation=initialisation).build().layer2.linear.weight
    theirs = nn.Linear(128, 128).weight
    bound = factor / math.sqrt(128)
    assert weights.abs().max() <= bound
    assert weights.std().item() == pytest.approx(factor * theirs.std().item(), rel=0.03, abs=1e-12)


def test_a_seed_decides_and_the_global_generator_is_left_alone():
    before = torch.get_rng_state()
    one, same, other = (list(Architecture(normalisation="batch").build(seed).parameters()) for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert all(map(torch.equal, one, same))
    assert not torch.equal(one[0], other[0])


def test_the_deepest_and_widest_is_made():
    assert Architecture(depth=56, width=128, skip=True, activation="tanh").build()(torch.zeros(1, 2)).shape == (
        1,
        2,
    )
    assert Architecture(depth=56, width=128).parameters == 2 * 128 + 128 + 55 * (128 * 128 + 128) + 2 * 128 + 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": "rnn"}, "no kind 'rnn'"),
        ({"depth": 57}, "depth of mlp is 1 to 56, got 57"),
        ({"kind": "conv", "inputs": 64, "depth": 9}, "depth of conv is 1 to 8"),
        ({"width": 1}, "width of mlp is 2 to 128"),
        ({"kind": "conv", "width": 4}, "images of 8 × 8"),
        ({"activation": "sine"}, f"there are: {', '.join(ACTIVATIONS)}"),
        ({"normalisation": "x"}, "no normalisation"),
        ({"initialisation": "x"}, "no initialisation"),
        ({"inputs": 0}, "inputs of mlp"),
    ],
)
def test_what_is_none_is_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        Architecture(**wrong)
