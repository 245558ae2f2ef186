import pytest
import torch
from torch import nn

from losses.network.directions import filter_normalised, leading
from losses.network.edge import sharpness
from losses.network.hessian import spectrum
from losses.network.lines import interpolate
from losses.network.planes import path, plane, refinements
from losses.network.untouched import untouched
from losses.network.weights import flat
from tests.losses.network.models import MODELS, cross_entropy, fingerprint, points

DATA = points()


def with_gradients(model):
    model.train()
    cross_entropy(model, DATA).backward()
    list(model.modules())[-1].eval()
    return model


def spoil(model):
    model.train(not model.training)
    for parameter in model.parameters():
        if parameter.is_floating_point():
            parameter.data = torch.zeros_like(parameter)
            parameter.requires_grad_(not parameter.requires_grad)
            parameter.grad = torch.ones_like(parameter)
    for module in model.modules():
        for name, buffer in module.named_buffers(recurse=False):
            buffer.zero_()
            module._buffers[name] = None
    torch.rand(3)


@pytest.mark.parametrize("name", MODELS)
def test_all_is_put_back_also_after_an_error(name):
    model = with_gradients(MODELS[name]())
    before = fingerprint(model)
    with untouched(model):
        spoil(model)
    assert fingerprint(model) == before
    with pytest.raises(KeyError), untouched(model):
        for parameter in model.parameters():
            parameter.data.zero_()
        spoil(model)
        raise KeyError
    assert fingerprint(model) == before


def test_a_zero_with_a_sign_and_a_grad_written_in_place_are_put_back():
    model = nn.Linear(1, 1)
    with torch.no_grad():
        model.weight.copy_(torch.tensor([[-0.0]]))
    model.weight.grad = torch.tensor([[2.0]])
    with untouched(model):
        with torch.no_grad():
            model.weight.zero_()
        model.weight.grad.zero_()
    assert torch.signbit(model.weight).item()
    assert model.weight.grad.item() == 2


def test_a_graph_through_the_model_can_still_be_followed_afterwards():
    model = nn.Linear(2, 2, dtype=torch.float64)
    loss = cross_entropy(model, DATA)
    with untouched(model):
        model.eval()
    loss.backward()
    assert model.weight.grad is not None


USES = {
    "plane": lambda model, loss: plane(model, loss, DATA, size=4, norms="batch"),
    "random with running statistics": lambda model, loss: plane(model, loss, DATA, size=4),
    "leading": lambda model, loss: leading(model, loss, DATA),
    "interpolate": lambda model, loss: interpolate(model, flat(model), flat(model) + 1, loss, DATA, norms="batch"),
    "spectrum": lambda model, loss: spectrum(model, loss, DATA, probes=2, steps=3),
    "sharpness": lambda model, loss: sharpness(model, loss, DATA),
    "path": lambda model, loss: path(model, [flat(model) + step for step in range(4)], plane(model, loss, DATA, size=2, norms="batch"), loss, DATA, norms="batch"),
}  # fmt: skip


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("name", [name for name in MODELS if "large" not in name])
def test_no_use_changes_the_model(name, use):
    model = with_gradients(MODELS[name]())
    before = fingerprint(model)
    USES[use](model, cross_entropy)
    assert fingerprint(model) == before


@pytest.mark.parametrize("use", USES)
def test_no_use_changes_the_model_when_the_loss_fails_and_spoils_it(use):
    model = with_gradients(MODELS["batch norm"]())
    before, calls = fingerprint(model), []
    patience = 0 if use in ("leading", "spectrum", "sharpness") else 2  # these look once and keep the graph

    def failing(other, batch):
        calls.append(1)
        if len(calls) > patience:
            spoil(model)
            raise KeyError("no such thing")
        torch.rand(1)
        return cross_entropy(other, batch)

    with pytest.raises(KeyError, match="no such thing"):
        USES[use](model, failing)
    assert fingerprint(model) == before


def test_a_picture_that_is_left_half_way_changes_nothing():
    model = with_gradients(MODELS["batch norm"]())
    before = fingerprint(model)
    for _ in refinements(model, cross_entropy, DATA, filter_normalised(model), size=9):
        assert fingerprint(model) == before
        break
    assert fingerprint(model) == before
