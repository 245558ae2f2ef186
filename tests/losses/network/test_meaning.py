import copy
import math

import numpy as np
import pytest
import torch
from torch import nn

from losses.network.architecture import Architecture
from losses.network.directions import filter_normalised, unnormalised
from losses.network.meaning import basins, loss_at, rescaled, shape
from losses.network.planes import Plane, plane
from tests.losses.network.models import cross_entropy, perceptron, points

DATA = points()


def drawn(function, size=41, at=(0.0, 0.0), reach=2.0):
    axis = np.linspace(-reach, reach, size)
    x, y = np.meshgrid(axis, axis)
    return Plane(axis, axis, function(x, y), ("a", "b"), "random", at, 0.0)


def by_flooding(loss):
    """Bottoms and depths, place by place from the lowest on."""
    rows, columns = loss.shape
    parent, bottom, depths = {}, {}, {}

    def root(at):
        while parent[at] != at:
            at = parent[at]
        return at

    for at in sorted((at for at in range(loss.size) if np.isfinite(loss.flat[at])), key=lambda at: loss.flat[at]):
        row, column = divmod(at, columns)
        parent[at], bottom[at] = at, at
        near = [(row + d) * columns + column + r for d in (-1, 0, 1) for r in (-1, 0, 1) if 0 <= row + d < rows and 0 <= column + r < columns]  # fmt: skip
        for other in near:
            if other in parent and root(other) != root(at):
                low, high = sorted((root(other), root(at)), key=lambda each: loss.flat[bottom[each]])
                if bottom[high] != at:
                    depths[bottom[high]] = loss.flat[at] - loss.flat[bottom[high]]
                parent[high] = low
    for at, above in parent.items():
        if above == at:
            depths[bottom[at]] = loss[np.isfinite(loss)].max() - loss.flat[bottom[at]]
    return depths


@pytest.mark.parametrize("seed", range(5))
def test_basins_are_those_of_a_rising_flood(seed):
    random = np.random.default_rng(seed)
    seen = drawn(lambda x, y: random.normal(size=x.shape), size=15)
    if seed % 2:
        seen.loss[random.random(seen.loss.shape) < 0.2] = np.nan
    expected = by_flooding(seen.loss)
    found = {
        int(np.argmin(abs(seen.y - each.y)) * 15 + np.argmin(abs(seen.x - each.x))): each.depth for each in basins(seen)
    }
    assert found.keys() == expected.keys()
    assert all(math.isclose(found[at], expected[at]) for at in found)


def test_between_its_places_a_plane_has_the_loss_that_lies_between():
    random = np.random.default_rng(0)
    x, y = np.sort(random.random(6)), np.sort(random.random(9))
    seen = Plane(x, y, np.add.outer(3 * y, 2 * x), ("a", "b"), "raw", (0.0, 0.0), 0.0)
    at_x, at_y = random.uniform(x[0], x[-1], 20), random.uniform(y[0], y[-1], 20)
    assert np.allclose(loss_at(seen, at_x, at_y), 2 * at_x + 3 * at_y)
    assert np.allclose(loss_at(seen, x[[0, -1]], y[[-1, 0]]), seen.loss[[-1, 0], [0, -1]])
    assert np.isnan(loss_at(seen, np.array([x[0] - 0.1, x[0]]), np.array([y[0], y[-1] + 0.1]))).all()
    seen.loss[0, 0] = np.inf
    assert np.isnan(loss_at(seen, (x[:1] + x[1:2]) / 2, y[:1]))


def test_a_double_well_has_two_basins():
    seen = drawn(lambda x, y: (x**2 - 1) ** 2 + 0.1 * x + y**2)
    low, high = basins(seen)
    assert (round(low.x, 6), round(high.x, 6)) == (-1, 1)
    assert math.isclose(high.depth, 1 - 0.1, abs_tol=0.01)
    assert low.depth > high.depth
    assert len(basins(seen, least=1.5)) == 1


def test_a_level_and_a_plane_of_holes_have_nothing_to_tell():
    assert basins(drawn(lambda x, y: 0 * x)) == []
    assert basins(drawn(lambda x, y: x * np.nan)) == []
    assert len(basins(drawn(lambda x, y: np.where(abs(x) < 1, 0.0, 1.0)))) == 1


@pytest.mark.parametrize("turn", [0.0, 30.0, 80.0, -45.0])
def test_the_shape_of_a_parabola_is_exact(turn):
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    seen = drawn(lambda x, y: 5 * (c * x + s * y) ** 2 + 0.5 * (-s * x + c * y) ** 2)
    found = shape(seen)
    assert math.isclose(found.sharpest, 10, rel_tol=1e-9)
    assert math.isclose(found.flattest, 1, rel_tol=1e-9)
    assert math.isclose(found.angle, turn, abs_tol=1e-6)


def test_there_is_no_shape_beside_holes_or_off_the_plane():
    hole = drawn(lambda x, y: np.where((x == 0) & (y == 0), np.nan, x))
    assert shape(hole) is None
    assert shape(drawn(lambda x, y: x, at=(9.0, 0.0))) is None
    assert shape(drawn(lambda x, y: x**2, size=2)) is None


def relu_net():
    return nn.Sequential(perceptron()[0], nn.ReLU(), *perceptron(activation=nn.ReLU)[2:])


def test_rescaling_changes_the_raw_picture_and_not_the_filter_normalised_one():
    model = relu_net()
    other = rescaled(model)
    assert torch.allclose(other(DATA[0]), model(DATA[0]), rtol=1e-12)
    normalised = [
        plane(each, cross_entropy, DATA, filter_normalised(each, seed=3), size=7).loss for each in (model, other)
    ]
    assert np.allclose(*normalised, rtol=1e-9)
    first, second = (
        plane(each, cross_entropy, DATA, unnormalised(each, 3, 5.0), size=7).loss for each in (model, other)
    )
    assert abs(first - second).max() > 0.1


def test_rescaling_finds_layers_in_a_sequential_of_sequentials():
    model = Architecture(depth=2, width=4).build()
    other = rescaled(model)
    features = torch.randn(5, 2)
    assert torch.allclose(other(features), model(features), atol=1e-6)
    assert torch.allclose(other.layer1.linear.weight, 10 * model.layer1.linear.weight)
    with pytest.raises(ValueError, match="no two layers"):
        rescaled(Architecture(depth=3, width=4, skip=True).build())


def test_rescaling_goes_through_what_lets_a_factor_through_and_changes_a_copy():
    model = nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(18, 2)), nn.Tanh()
    )
    before = copy.deepcopy(model.state_dict())
    other = rescaled(model, 4.0)
    images = torch.randn(3, 1, 8, 8)
    assert torch.allclose(other(images), model(images), atol=1e-6)
    assert torch.allclose(other[0][0].bias, 4 * model[0][0].bias)
    assert all(torch.equal(before[name], tensor) for name, tensor in model.state_dict().items())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: rescaled(perceptron()), "no two layers"),
        (lambda: rescaled(nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2), nn.Linear(2, 2))), "no two layers"),
        (lambda: rescaled(relu_net(), 0), "positive"),
    ],
)
def test_what_cannot_be_rescaled_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
