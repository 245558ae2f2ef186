import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector

from losses.network.directions import filter_normalised, principal
from losses.network.weights import as_dict, as_vector, flat, has_running_statistics, layout
from tests.losses.network.models import MODELS, perceptron


@pytest.mark.parametrize("name", [name for name in MODELS if name != "whole numbers"])
def test_the_vector_is_the_one_of_torch_and_its_parts_are_the_parameters(name):
    model = MODELS[name]()
    assert torch.equal(flat(model), parameters_to_vector(model.parameters()).detach())
    parts = as_dict(layout(model), flat(model))
    assert all(torch.equal(parts[name], parameter) for name, parameter in model.named_parameters())


def test_what_each_weight_is():
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.GroupNorm(1, 2), nn.Linear(2, 1), nn.PReLU())
    model[3].weight.requires_grad_(False)
    kinds = [(weight.name, weight.kind) for weight in layout(model)]
    assert kinds == [
        ("0.weight", "filter"), ("0.bias", "bias"), ("1.weight", "norm"), ("1.bias", "norm"), ("2.weight", "norm"),
        ("2.bias", "norm"), ("3.weight", "filter"), ("3.bias", "bias"), ("4.weight", "bias"),
    ]  # fmt: skip
    assert [weight.trained for weight in layout(model)] == [True] * 6 + [False] + [True] * 2


def test_shared_weights_count_once_and_whole_numbers_not_at_all():
    assert len(flat(MODELS["shared"]())) == 2 * 4 + 4 + 4 * 4 + 4 + 4 * 2 + 2
    assert [weight.name for weight in layout(MODELS["whole numbers"]())] == ["linear.weight", "linear.bias"]


def test_mixed_precisions_meet_in_the_widest():
    model = nn.Sequential(nn.Linear(1, 1).half(), nn.Linear(1, 1).double())
    assert flat(model).dtype == torch.float64


def test_running_statistics_are_seen():
    assert has_running_statistics(nn.BatchNorm1d(2))
    assert not has_running_statistics(nn.BatchNorm1d(2, track_running_stats=False))
    assert not has_running_statistics(perceptron())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: layout(nn.ReLU()), "no weights"),
        (lambda: layout(nn.LazyLinear(2)), "'weight' are not made yet"),
        (lambda: layout(nn.Linear(1, 1, dtype=torch.complex64)), "complex"),
        (lambda: as_vector(torch.zeros(3), nn.Linear(2, 2), "checkpoint 4"), r"checkpoint 4 .* 6 weights, got shape \(3,\)"),
        (lambda: as_vector(nn.Linear(3, 2), nn.Linear(2, 2), "b"), "b is no network like the model"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("groups", [1, 2])
def test_filters_of_a_transposed_convolution_are_its_outputs(groups):
    layer = nn.ConvTranspose2d(4, 6, 3, groups=groups, bias=False, dtype=torch.float64)
    features = torch.randn(1, 4, 5, 5, dtype=torch.float64)
    before = layer(features)
    (weight,) = layout(layer)
    vector = flat(layer)
    weight.by_filter(vector)[groups - 1, :, 1] *= 2  # the second output of the last group
    with torch.no_grad():
        layer.weight.copy_(vector.view_as(layer.weight))
    changed = (layer(features) != before).flatten(2).any(-1)[0]
    assert changed.nonzero().flatten().tolist() == [(groups - 1) * 6 // groups + 1]


@pytest.mark.parametrize("groups", [1, 2])
def test_a_random_direction_is_as_long_as_each_output_of_a_transposed_convolution(groups):
    layer = nn.ConvTranspose1d(4, 6, 3, groups=groups)
    direction = filter_normalised(layer).vectors[0]
    (weight,) = [each for each in layout(layer) if each.kind == "filter"]
    lengths, own = (weight.by_filter(each).norm(dim=(1, 3)) for each in (direction, flat(layer)))
    assert lengths.shape == (groups, 6 // groups)
    assert torch.allclose(lengths, own)


def test_whole_numbers_are_weights_in_the_dtype_of_the_model():
    model = nn.Linear(2, 1, dtype=torch.float64)
    assert as_vector([1, 2, 3], model, "a").dtype == torch.float64
    axes = principal(np.array([[0, 0, 0], [1, 0, 0], [1, 2, 3]]), model)
    assert torch.allclose(axes.vectors @ axes.vectors.T, torch.eye(2, dtype=torch.float64))
    with pytest.raises(ValueError, match="a is complex"):
        as_vector(torch.zeros(3, dtype=torch.cfloat), model, "a")


def test_a_saved_state_is_a_network_too():
    model = perceptron()
    assert torch.equal(as_vector(model.state_dict(), model, "a"), flat(model))
    assert len(principal([model.state_dict(), flat(model) + 1, flat(model).flip(0)], model).vectors) == 2
    for state, named in ((nn.Linear(2, 2).state_dict(), "0.weight"), ({}, "0.weight")):
        with pytest.raises(ValueError, match=f"checkpoint 3 is no state of the model: it has no '{named}'"):
            as_vector(state, model, "checkpoint 3")
