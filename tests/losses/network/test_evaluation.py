import numpy as np
import pytest
import torch
from torch import nn

from losses.network.evaluation import Evaluator
from losses.network.lines import interpolate
from losses.network.planes import path, plane
from losses.network.task import Options
from losses.network.weights import flat
from tests.losses.network.models import DTYPE, MODELS, cross_entropy, perceptron, points, seeded
from tests.losses.network.test_planes import plain_plane

DATA = points()


@pytest.fixture
def threads():
    before = torch.get_num_threads()
    yield torch.set_num_threads
    torch.set_num_threads(before)


def test_weights_that_are_reached_by_another_way_count():
    model = MODELS["hidden"]()
    for loss in (cross_entropy, lambda model, batch: 1e-9 * cross_entropy(model, batch)):
        assert Evaluator(model, loss, DATA, Options()).together == 1
        found = plane(model, loss, DATA, size=5)
        assert np.allclose(found.loss, plain_plane(model, found.axes, found.x, found.y, loss), rtol=1e-12, atol=0)


def test_a_loss_that_needs_its_model_at_some_places_gives_the_same_in_many_threads(threads):
    model, wide = perceptron(40, nn.ReLU), points(600)

    def sometimes(model, batch):
        value = nn.functional.cross_entropy(model(batch[0]), batch[1])
        return value if value < 0.8 else value + next(iter(model.parameters())).square().sum()

    threads(1)
    one = plane(model, sometimes, wide, size=9, extent=3.0)
    threads(4)
    evaluator = Evaluator(model, sometimes, wide, Options())
    assert evaluator.stacking > 1
    stacking = evaluator.stacking
    for _ in range(3):
        assert np.array_equal(plane(model, sometimes, wide, size=9, extent=3.0).loss, one.loss)
    evaluator(9, lambda part: flat(model).expand(part.stop - part.start, -1) * 3)
    assert evaluator.stacking == stacking
    assert np.allclose(one.loss, plain_plane(model, one.axes, one.x, one.y, sometimes, wide), rtol=1e-11)


def test_memory_is_shared_by_the_threads(threads):
    model = seeded(lambda: nn.Linear(400, 400)).to(DTYPE)
    data = torch.zeros(4, 400, dtype=DTYPE)
    loss = lambda model, batch: model(batch).square().mean()  # noqa: E731
    threads(8)
    tight, wide = (Evaluator(model, loss, data, Options(memory=memory)) for memory in (8 << 20, 1 << 30))
    assert tight.threads == 1 < wide.threads
    for evaluator in (tight, wide):
        own = evaluator.first.buffer.nbytes
        assert evaluator.threads * (2 + 2 * evaluator.turn) * own <= evaluator.options.memory


@pytest.mark.parametrize("hidden", [5, 40])
def test_a_place_where_the_loss_fails_is_named(hidden, threads):
    model, wide = perceptron(hidden, nn.ReLU), points(600)
    start = flat(model)

    def failing(model, batch):
        value = cross_entropy(model, batch)
        if next(iter(model.parameters()))[0, 0] > start[0] + 0.5:
            raise KeyError("no such thing")
        return value

    axes_end = start.clone()
    axes_end[0] += 1
    with pytest.raises(KeyError, match="no such thing") as line:
        interpolate(model, start, axes_end, failing, wide, 5)
    assert line.value.__notes__ == ["at the place t = 0.75"]
    with pytest.raises(KeyError) as along:
        path(model, [start, axes_end, start + 0.1, start], plane(model, cross_entropy, wide, size=2), failing, wide)
    assert along.value.__notes__ == ["at the place of checkpoint 1"]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_evaluated(dtype):
    model = perceptron().to(dtype)
    data = points(dtype=dtype)
    found = plane(model, cross_entropy, data, size=5)
    exact = plane(model, cross_entropy, data, found.axes, size=5, dtype=torch.float32)
    assert np.abs(found.loss - exact.loss).max() < 0.05
    assert found.loss.std() > 0
