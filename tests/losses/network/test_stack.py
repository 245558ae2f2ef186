import numpy as np
import pytest
import torch
from torch import nn

from losses.network.evaluation import Evaluator
from losses.network.planes import plane
from losses.network.task import Options
from tests.losses.network.models import DTYPE, MODELS, cross_entropy, perceptron, plain_loss, points, seeded
from tests.losses.network.test_planes import plain_plane

WIDE = points(600)
REFERENCE = lambda model, batch: nn.functional.cross_entropy(model(batch[0]), batch[1])  # noqa: E731
STACKED = {
    "relu": lambda: perceptron(40, nn.ReLU),
    "tanh": lambda: perceptron(40, nn.Tanh),
    "no bias": lambda: seeded(lambda: nn.Sequential(nn.Linear(2, 40, bias=False), nn.GELU(), nn.Linear(40, 2, bias=False))).to(DTYPE),
    "nested, with dropout": lambda: seeded(lambda: nn.Sequential(nn.Sequential(nn.Linear(2, 40), nn.SiLU()), nn.Dropout(0.5), nn.Linear(40, 2))).to(DTYPE),
    "one layer": lambda: seeded(lambda: nn.Linear(2, 40)).to(DTYPE),
}  # fmt: skip


def shared(layer):
    return nn.Sequential(nn.Linear(2, 40), layer, nn.ReLU(), layer, nn.Linear(40, 2)).to(DTYPE)


NOT_STACKED = {
    "norm": lambda: nn.Sequential(nn.Linear(2, 40), nn.LayerNorm(40), nn.Linear(40, 2)).to(DTYPE),
    "shared": lambda: shared(nn.Linear(40, 40)),
    "a module of one's own": lambda: nn.Sequential(MODELS["shared"](), nn.Linear(2, 40), nn.Linear(40, 2)).to(DTYPE),
}  # fmt: skip


@pytest.mark.parametrize("loss", [REFERENCE, nn.CrossEntropyLoss(), nn.CrossEntropyLoss(label_smoothing=0.1)])
@pytest.mark.parametrize("name", STACKED)
def test_stacked_perceptrons_give_what_a_plain_loop_gives(name, loss):
    model = seeded(STACKED[name])
    assert Evaluator(model, loss, WIDE, Options()).stacking > 1
    found = plane(model, loss, WIDE, size=4)
    plain = loss if loss is REFERENCE else lambda model, batch: loss(model(batch[0]), batch[1])
    assert np.allclose(found.loss, plain_plane(model, found.axes, found.x, found.y, plain, WIDE), rtol=1e-11)


@pytest.mark.parametrize("name", NOT_STACKED)
def test_other_networks_are_not_stacked(name):
    model = seeded(NOT_STACKED[name])
    assert Evaluator(model, REFERENCE, WIDE, Options()).stacking == 0
    found = plane(model, REFERENCE, WIDE, size=3)
    assert np.allclose(found.loss, plain_plane(model, found.axes, found.x, found.y, REFERENCE, WIDE), rtol=1e-11)


def penalised(model, batch):
    return REFERENCE(model, batch) + sum(each.square().sum() for each in model.parameters())


def doubled(model, batch):
    return cross_entropy(model, (2 * batch[0], batch[1]))


def looking(model, batch):
    """Looks at the weights only where the loss is high."""
    value = REFERENCE(model, batch)
    return value if value < 0.8 else value + next(iter(model.parameters())).square().sum()


@pytest.mark.parametrize("loss", [penalised, doubled, looking])
def test_a_loss_that_asks_more_of_its_model_than_to_answer_gets_the_model(loss):
    model = perceptron(40, nn.ReLU)
    found = plane(model, loss, WIDE, size=5, extent=4.0)
    assert np.allclose(found.loss, plain_plane(model, found.axes, found.x, found.y, loss, WIDE), rtol=1e-11)


def test_a_hook_is_not_passed_over():
    model = perceptron(40, nn.ReLU)
    model[1].register_forward_hook(lambda module, inputs, output: output + 1)
    found = plane(model, REFERENCE, WIDE, size=3)
    assert found.loss[1, 1] == pytest.approx(plain_loss(model, found.axes.origin, REFERENCE, WIDE))
    assert Evaluator(model, REFERENCE, WIDE, Options()).stacking == 0


def test_targets_that_are_left_out_stay_out():
    features, target = WIDE
    target = target.clone()
    target[:100] = -100
    model = perceptron(40, nn.ReLU)
    found = plane(model, nn.CrossEntropyLoss(), (features, target), size=3)
    plain = lambda model, batch: nn.functional.cross_entropy(model(batch[0][100:]), batch[1][100:])  # noqa: E731
    assert np.allclose(found.loss, plain_plane(model, found.axes, found.x, found.y, plain, (features, target)))


def test_a_label_out_of_range_is_an_error_not_a_number():
    features, target = WIDE
    with pytest.raises((IndexError, RuntimeError)):
        plane(perceptron(40, nn.ReLU), nn.CrossEntropyLoss(), (features, target + 5), size=3)


def test_threads_give_the_same(monkeypatch):
    model, before = perceptron(40, nn.ReLU), torch.get_num_threads()
    one = plane(model, REFERENCE, WIDE, size=9).loss
    try:
        torch.set_num_threads(3)
        assert np.array_equal(plane(model, REFERENCE, WIDE, size=9).loss, one)
    finally:
        torch.set_num_threads(before)
