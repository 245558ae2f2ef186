import pytest
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector

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
