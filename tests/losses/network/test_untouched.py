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


ODD = {
    "sparse": lambda: torch.eye(3).to_sparse(),
    "compressed": lambda: torch.eye(3).to_sparse_csr(),
    "conjugate": lambda: torch.full((2,), 1 + 2j).conj(),
    "expanded": lambda: torch.ones(1).expand(4),
    "empty": lambda: torch.zeros(0),
    "bfloat16": lambda: torch.ones(2, dtype=torch.bfloat16),
}


@pytest.mark.filterwarnings("ignore:Sparse CSR")
@pytest.mark.parametrize("kind", ODD)
def test_odd_buffers_stay_and_all_else_is_put_back(kind):
    model = nn.Linear(2, 2)
    model.register_buffer("odd", ODD[kind]())
    model.register_buffer("after", torch.ones(2))
    kept, before = model.odd, torch.get_rng_state()
    with pytest.raises(KeyError), untouched(model):
        model.after.zero_()
        model.eval()
        model._buffers["odd"] = None
        torch.rand(1)
        raise KeyError
    assert model.odd is kept
    assert torch.equal(model.odd.to_dense(), ODD[kind]().to_dense())
    assert model.after.tolist() == [1, 1]
    assert model.training
    assert torch.equal(torch.get_rng_state(), before)
    if kind != "compressed":  # which cannot be copied
        plane(model, nn.CrossEntropyLoss(), points(dtype=torch.float32), size=2)


def test_a_sparse_buffer_and_a_sparse_slope_that_are_written_to_are_put_back():
    model = nn.Embedding(4, 2, sparse=True)
    model(torch.tensor([1, 3])).sum().backward()
    model.register_buffer("odd", torch.eye(3).to_sparse())
    slope = model.weight.grad.to_dense()
    with untouched(model):
        model.odd.zero_()
        model.weight.grad.zero_()
    assert torch.equal(model.odd.to_dense(), torch.eye(3))
    assert torch.equal(model.weight.grad.to_dense(), slope)


def test_what_cannot_be_put_back_is_named_and_the_rest_is_put_back():
    base, model = torch.ones(1), nn.Linear(2, 2)
    model.register_buffer("odd", base.expand(4))
    model.register_buffer("after", torch.ones(2))
    with pytest.raises(RuntimeError, match="could not be put back in odd"), untouched(model):
        base.zero_()
        model.after.zero_()
    assert model.after.tolist() == [1, 1]


def scripted():
    return torch.jit.trace(nn.Linear(2, 2), torch.zeros(1, 2))


def with_buffer_nowhere():
    model = nn.Linear(2, 2)
    model.register_buffer("nowhere", torch.empty(2, device="meta"))
    return model


class Sparse(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.eye(2).to_sparse())


UNUSABLE = {
    "no weights": (nn.ReLU, "no weights"),
    "meta": (lambda: nn.Linear(2, 2, device="meta"), "'weight' is on the device 'meta'"),
    "meta buffer": (with_buffer_nowhere, "'nowhere' is on the device 'meta'"),
    "lazy": (lambda: nn.LazyLinear(2), "not made yet"),
    "complex": (lambda: nn.Linear(2, 2, dtype=torch.cfloat), "are complex"),
    "scripted": (scripted, "TorchScript"),
    "sparse": (Sparse, "are sparse"),
}


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", UNUSABLE)
def test_a_model_that_cannot_be_used_is_refused_with_the_reason(name):
    made, message = UNUSABLE[name]
    for use in (plane, spectrum):
        with pytest.raises(ValueError, match=message):
            use(made(), cross_entropy, DATA)


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
