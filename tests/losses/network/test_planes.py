import copy
import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from losses.network import evaluation
from losses.network.directions import between, filter_normalised, leading, named, principal, unnormalised
from losses.network.evaluation import Evaluator
from losses.network.lines import interpolate
from losses.network.planes import grids, path, plane, refinements, seconds_for
from losses.network.task import Options
from losses.network.weights import flat
from tests.losses.network.models import DTYPE, MODELS, batch_norm, cross_entropy, perceptron, plain_loss, points

DATA = points()


def plain_plane(model, axes, x, y, loss=cross_entropy, data=DATA):
    first, second = axes.vectors
    return np.array([[plain_loss(model, axes.origin + a * first + b * second, loss, data) for a in x] for b in y])


@pytest.mark.parametrize("name", MODELS)
def test_a_plane_is_what_a_plain_loop_finds(name):
    model = MODELS[name]()
    axes = filter_normalised(model, seed=2)
    found = plane(model, cross_entropy, DATA, axes, size=5)
    assert np.allclose(found.loss, plain_plane(model, axes, found.x, found.y), rtol=1e-12, atol=1e-12)
    assert math.isclose(found.centre, plain_loss(model, flat(model), cross_entropy, DATA), rel_tol=1e-12)
    assert math.isclose(found.loss[2, 2], found.centre, rel_tol=1e-12)


def test_small_models_are_evaluated_together_and_large_ones_and_what_vmap_refuses_alone():
    together = {name: Evaluator(MODELS[name](), cross_entropy, DATA, Options()).together for name in MODELS}
    alone = {name for name, count in together.items() if count == 1}
    assert alone == {"asking", "one thread, large", "hidden", "lstm"}
    together = {name: count for name, count in together.items() if name not in alone}
    assert set(together.values()) == {64}


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("name", ["perceptron", "asking", "batch norm"])
def test_threads_change_nothing(name, threads, monkeypatch):
    model = MODELS[name]()
    monkeypatch.setattr(evaluation, "MOST", 8)
    before = torch.get_num_threads()
    try:
        torch.set_num_threads(threads)
        found = plane(model, cross_entropy, DATA, size=7)
        assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert np.array_equal(found.loss, plane(model, cross_entropy, DATA, size=7).loss)


def test_the_statistics_of_batch_norm_are_a_choice():
    model = batch_norm()
    axes = filter_normalised(model)
    trained, batch = (plane(model, cross_entropy, DATA, axes, size=3, norms=norms) for norms in ("trained", "batch"))
    assert np.allclose(trained.loss, plain_plane(model, axes, trained.x, trained.y))

    def with_batch_statistics(other, data):
        other.train()
        return cross_entropy(other, data)

    assert np.allclose(batch.loss, plain_plane(model, axes, batch.x, batch.y, with_batch_statistics))
    assert not np.allclose(batch.loss, trained.loss)


def test_batches_count_by_their_examples():
    features, target = DATA
    parts = [(features[:3], target[:3]), (features[3:], target[3:])]
    model = perceptron()
    whole, split = (plane(model, cross_entropy, data, size=3).loss for data in (DATA, parts))
    assert np.allclose(whole, split, rtol=1e-12)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*DATA), batch_size=6)
    assert np.allclose(whole, plane(model, cross_entropy, loader, size=3).loss, rtol=1e-12)


def test_precision_and_place_are_taken():
    model = perceptron()
    found = plane(model, cross_entropy, DATA, size=3, dtype=torch.float32, device="cpu")
    axes = filter_normalised(model)
    assert np.abs(found.loss - plain_plane(model, axes, found.x, found.y)).max() < 1e-6
    assert model[0].weight.dtype == DTYPE


def test_a_loss_that_takes_slopes_in_its_inputs_is_evaluated():
    model = perceptron()

    def steep(other, batch):
        with torch.enable_grad():
            features = batch[0].clone().requires_grad_()
            (slope,) = torch.autograd.grad(other(features).sum(), features, create_graph=True)
        return slope.square().mean()

    def careless(other, batch):
        features = batch[0].clone().requires_grad_()
        (slope,) = torch.autograd.grad(other(features).sum(), features, create_graph=True)
        return slope.square().mean()

    assert np.allclose(plane(model, careless, DATA, size=3).loss, plane(model, steep, DATA, size=3).loss)


def test_a_loss_that_draws_gives_the_same_picture_twice_and_another_with_another_seed():
    model = perceptron()

    def noisy(other, batch):
        return cross_entropy(other, (batch[0] + torch.randn_like(batch[0]), batch[1]))

    axes = filter_normalised(model)
    first, again, other = (plane(model, noisy, DATA, axes, size=3, seed=seed).loss for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.allclose(first, other)


def test_a_key_of_losses_is_taken():
    model = nn.Linear(2, 1, dtype=DTYPE)
    features = DATA[0]
    target = features.sum(1)
    mean_square = lambda other, batch: (other(batch[0])[:, 0] - batch[1]).square().mean()  # noqa: E731
    by_key, by_hand = (plane(model, loss, (features, target), size=3).loss for loss in ("mse", mean_square))
    assert np.allclose(by_key, by_hand, rtol=1e-12)


def test_refinements_have_the_places_of_those_before_and_compute_nothing_twice():
    model, calls = perceptron(), []

    def counting(other, batch):
        calls.append(1)
        if batch[0].sum().item() == 0:  # so that vmap is not used, and every evaluation is a call
            return cross_entropy(other, batch)
        return cross_entropy(other, batch)

    model = MODELS["asking"]()
    steps = list(refinements(model, counting, DATA, size=13))
    evaluations = len(calls)
    assert [len(step.x) for step in steps] == [7, 13]
    assert np.array_equal(steps[1].loss[::2, ::2], steps[0].loss)
    assert evaluations <= 13 * 13 + 8
    assert np.array_equal(plane(model, cross_entropy, DATA, size=13).loss, steps[1].loss)
    assert steps[0].left > 0 == steps[1].left
    assert steps[1].seconds > steps[0].seconds > 0


@pytest.mark.parametrize("size", [2, 3, *range(8, 121), 401, 2001])
def test_every_side_begins_with_few_places_each_of_which_the_next_has_too(size):
    found = grids(size)
    assert np.array_equal(found[-1], np.arange(size))
    assert all(np.isin(before, after).all() and len(before) < len(after) for before, after in pairwise(found))
    assert all(grid[0] == 0 and grid[-1] == size - 1 for grid in found)
    assert len(found[0]) <= 11


def test_a_grid_that_is_not_even_has_the_losses_of_the_last_one():
    coarse, *_, fine = refinements(perceptron(), cross_entropy, DATA, size=24)
    assert len(coarse.x) < len(fine.x) == 24
    columns, rows = np.searchsorted(fine.x, coarse.x), np.searchsorted(fine.y, coarse.y)
    assert np.array_equal(fine.loss[np.ix_(rows, columns)], coarse.loss)


@pytest.mark.parametrize("extent", [0.23, 0.7, 1e-9, 3e5])
def test_the_middle_of_a_side_is_exactly_there(extent):
    assert plane(nn.Linear(2, 1), "mse", (torch.ones(3, 2), torch.ones(3, 1)), size=49, extent=extent).x[24] == 0


def test_a_grid_that_is_interrupted_is_begun_anew():
    ending = False

    def tell(share):
        if ending:
            raise InterruptedError

    steps = refinements(perceptron(), cross_entropy, DATA, size=13, progress=tell)
    first = next(steps)
    ending = True
    with pytest.raises(InterruptedError):
        next(steps)
    ending = False
    second = next(steps)
    assert np.array_equal(second.loss, plane(perceptron(), cross_entropy, DATA, size=13).loss)
    assert np.array_equal(second.loss[::2, ::2], first.loss)
    assert list(steps) == []


def test_progress_rises_to_one_and_can_end_the_work():
    shares = []
    plane(MODELS["asking"](), cross_entropy, DATA, size=13, progress=shares.append)
    assert shares == sorted(shares)
    assert math.isclose(shares[-1], 1)

    def enough(share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        plane(perceptron(), cross_entropy, DATA, size=13, progress=enough)


def test_time_is_estimated():
    assert 0 < seconds_for(perceptron(), cross_entropy, DATA, size=5) < 60


def test_holes_stay_holes_and_are_counted():
    model = nn.Linear(1, 1, bias=False, dtype=DTYPE)
    nn.init.constant_(model.weight, 1.0)
    root = lambda other, batch: other(batch).log().mean()  # noqa: E731
    axes = named(nn.Sequential(model, nn.Linear(1, 1)), ("0.weight", (0, 0)), ("1.bias", 0))
    both = nn.Sequential(model, nn.Linear(1, 1, dtype=DTYPE))
    found = plane(both, lambda other, batch: root(other[0], batch), torch.ones(1, 1, dtype=DTYPE), axes, size=5)
    assert found.x.tolist() == [-1, 0, 1, 2, 3]
    assert np.isnan(found.loss[:, 0]).all()
    assert np.isneginf(found.loss[:, 1]).all()
    assert found.holes == 10


def test_filters_of_random_directions_are_as_long_as_the_models_and_the_rest_is_zero():
    model = nn.Sequential(nn.Conv2d(1, 3, 2), nn.BatchNorm2d(3), nn.Flatten(), nn.Linear(3, 2), nn.LayerNorm(2))
    axes = filter_normalised(model, seed=4)
    for vector in axes.vectors:
        parts = dict(zip([name for name, _ in model.named_parameters()], vector.split([p.numel() for p in model.parameters()]), strict=True))  # fmt: skip
        for name, own in model.named_parameters():
            if name in ("0.weight", "3.weight"):
                lengths = parts[name].view(len(own), -1).norm(dim=1)
                assert torch.allclose(lengths, own.detach().view(len(own), -1).norm(dim=1))
            else:
                assert not parts[name].any()
    assert torch.equal(axes.vectors, filter_normalised(model, seed=4).vectors)
    assert not torch.equal(axes.vectors, filter_normalised(model, seed=5).vectors)


def test_frozen_weights_stay_still():
    axes = filter_normalised(MODELS["frozen"]())
    assert not axes.vectors[:, :15].any()
    assert axes.vectors[:, 15:40].any()


def test_principal_axes_are_those_of_a_singular_value_decomposition():
    model = perceptron()
    random = torch.Generator().manual_seed(0)
    points = flat(model) + torch.randn(9, len(flat(model)), generator=random, dtype=DTYPE).cumsum(0)
    axes = principal(points, model)
    _, values, vectors = torch.linalg.svd(points - points.mean(0), full_matrices=False)
    assert torch.allclose((axes.vectors @ vectors[:2].T).abs(), torch.eye(2, dtype=DTYPE), atol=1e-8)
    assert np.allclose(axes.shares, (values[:2] ** 2 / (values**2).sum()).tolist())
    assert torch.equal(axes.origin, points[-1])
    (_, x, y), _ = axes.marks
    assert x < 0
    (left, right), (low, high) = axes.bounds
    assert left < x < right
    assert low < y < high


def test_a_path_has_the_loss_of_its_checkpoints_and_their_distance_off_the_plane():
    model = perceptron()
    random = torch.Generator().manual_seed(0)
    points = flat(model) + 0.3 * torch.randn(6, len(flat(model)), generator=random, dtype=DTYPE).cumsum(0).flip(0)
    seen = plane(model, cross_entropy, DATA, principal(points, model), size=3)
    found = path(model, points, seen, cross_entropy, DATA)
    assert np.allclose(found.loss, [plain_loss(model, point, cross_entropy, DATA) for point in points], rtol=1e-12)
    beside = seen.axes.weights(torch.from_numpy(found.x), torch.from_numpy(found.y))
    assert np.allclose(found.off, (points - beside).norm(dim=1))
    assert np.allclose(found.away, (points - points[-1]).norm(dim=1))
    assert found.off.max() > 0.1
    flat_path = path(model, beside, seen, cross_entropy, DATA)
    assert flat_path.off.max() < 1e-9


def test_leading_axes_are_eigenvectors():
    model = perceptron(hidden=3)
    axes = leading(model, cross_entropy, DATA)
    full = hessian(model, DATA)
    for vector, value in zip(axes.vectors, axes.curvatures, strict=True):
        assert torch.allclose(full @ vector, value * vector, atol=1e-6)


def hessian(model, data):
    names = dict(model.named_parameters())
    sizes = [each.numel() for each in names.values()]

    def value(vector):
        parts = {name: part.view_as(own) for (name, own), part in zip(names.items(), vector.split(sizes), strict=True)}
        return nn.functional.cross_entropy(torch.func.functional_call(model, parts, (data[0],)), data[1])

    return torch.func.hessian(value)(flat(model))


def test_the_plane_through_three_networks_has_them_at_its_marks():
    a, b, c = (perceptron() for _ in range(3))
    for number, network in enumerate((b, c)):
        with torch.no_grad():
            for parameter in network.parameters():
                parameter.add_(
                    torch.randn(parameter.shape, generator=torch.Generator().manual_seed(number), dtype=DTYPE)
                )
    axes = between(a, a, b, c)
    for (_, x, y), network in zip(axes.marks, (a, b, c), strict=True):
        place = axes.weights(torch.tensor([x], dtype=DTYPE), torch.tensor([y], dtype=DTYPE))[0]
        assert torch.allclose(place, flat(network))
    first, second = axes.vectors
    assert abs(first @ second) < 1e-9
    assert torch.isclose(first.norm(), second.norm())
    two = between(a, a, b)
    assert abs(two.vectors[0] @ two.vectors[1]) < 1e-9


def test_two_named_weights_have_their_own_values_as_coordinates():
    model = perceptron()
    axes = named(model, ("2.weight", (1, 3)), ("4.bias", 1))
    found = plane(model, cross_entropy, DATA, axes, size=5)
    assert math.isclose(found.at[0], model[2].weight[1, 3].item())
    other = copy.deepcopy(model)
    with torch.no_grad():
        other[2].weight[1, 3], other[4].bias[1] = found.x[1], found.y[3]
        assert math.isclose(found.loss[3, 1], cross_entropy(other, DATA).item(), rel_tol=1e-12)


def test_the_barrier_is_the_rise_above_the_mean_of_both_ends():
    a = perceptron()
    adam = torch.optim.Adam(a.parameters(), 0.05)
    for _ in range(60):
        adam.zero_grad()
        cross_entropy(a, DATA).backward()
        adam.step()
    b = copy.deepcopy(a)
    with torch.no_grad():  # a tangent is odd: the same function, but half way between all is lost
        for tensor in (b[0].weight, b[0].bias, b[2].weight):
            tensor.neg_()

    def accuracy(other, batch):
        return (other(batch[0]).argmax(1) == batch[1]).double().mean()

    found = interpolate(a, a, b, cross_entropy, DATA, 21, extent=(-0.5, 1.5), accuracy=accuracy)
    inside = (found.t >= 0) & (found.t <= 1)
    ends = [plain_loss(a, flat(each), cross_entropy, DATA) for each in (a, b)]
    assert math.isclose(found.barrier, max(found.loss[inside].max() - sum(ends) / 2, 0), rel_tol=1e-9)
    assert found.barrier > 0.3
    errors = 1 - found.accuracy
    assert math.isclose(
        found.error_barrier, max(errors[inside].max() - (errors[inside][0] + errors[inside][-1]) / 2, 0)
    )
    halfway = plain_loss(a, (flat(a) + flat(b)) / 2, cross_entropy, DATA)
    assert math.isclose(found.loss[np.isclose(found.t, 0.5)][0], halfway, rel_tol=1e-9)


@pytest.mark.parametrize("axes", [between, principal])
def test_the_centre_is_the_loss_where_the_plane_says_it_is(axes):
    model, *others = (perceptron() for _ in range(4))
    for seed, network in enumerate(others):
        moved = 0.5 * torch.randn(len(flat(network)), generator=torch.Generator().manual_seed(seed), dtype=DTYPE)
        torch.nn.utils.vector_to_parameters(flat(network) + moved, network.parameters())
    chosen = between(model, *others) if axes is between else principal(others, model)
    found = plane(model, cross_entropy, DATA, chosen, size=3, extent=1.0)
    place = chosen.weights(*torch.tensor(found.at, dtype=DTYPE)[:, None])[0]
    assert found.centre == pytest.approx(plain_loss(model, place, cross_entropy, DATA), rel=1e-12)
    assert found.centre == pytest.approx(found.loss[1, 1], rel=1e-12)


class Vector(nn.Module):
    """All of whose weights are one row, as a bias is."""

    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([1.0, 2.0], dtype=DTYPE))

    def forward(self, x):
        return torch.stack([x @ self.weight, x.sum(1)], 1)


def zeroed():
    model = perceptron()
    for each in model.parameters():
        nn.init.zeros_(each)
    return model


STILL = {
    "frozen": (lambda: perceptron().requires_grad_(False), filter_normalised),
    "frozen, raw": (lambda: perceptron().requires_grad_(False), unnormalised),
    "zeros": (zeroed, filter_normalised),
    "a row": (Vector, filter_normalised),
    "between rows": (Vector, lambda model: between(model, flat(model), flat(model) + 1)),
}


@pytest.mark.parametrize("name", STILL)
def test_axes_along_which_nothing_moves_are_refused(name):
    build, axes = STILL[name]
    with pytest.raises(ValueError, match="nothing moves along the axis 'random"):
        plane(build(), cross_entropy, DATA, axes(build()), size=3)


@pytest.mark.parametrize("call", [plane, lambda m, *rest, size: interpolate(m, m, flat(m) + 1, *rest, size)])
def test_a_loss_of_another_model_is_refused(call):
    model, mine = perceptron(), perceptron()
    with pytest.raises(ValueError, match="must call the model that it is given"):
        call(model, lambda other, batch: cross_entropy(mine, batch), DATA, size=3)


def test_a_plane_that_is_flat_by_itself_is_drawn():
    dead = nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 2)).to(DTYPE)
    nn.init.constant_(dead[0].bias, -1e3)
    nn.init.zeros_(dead[2].weight)
    seen = plane(dead, cross_entropy, DATA, named(dead, ("0.weight", (0, 0)), ("0.weight", (1, 0))), size=3)
    assert np.ptp(seen.loss) == 0
    errors = lambda other, batch: (other(batch[0]).argmax(1) != batch[1]).double().mean()  # noqa: E731
    assert plane(dead, errors, DATA, named(dead, ("0.weight", (0, 0)), ("0.weight", (1, 0))), size=3).centre > 0


def test_unnormalised_axes_are_called_raw():
    assert unnormalised(perceptron()).kind == "raw"


@pytest.mark.parametrize("size", [3, 5, 11, 41, 100])
@pytest.mark.parametrize("extent", [(0.0, 1.0), (-0.1, 1.1), (-0.5, 1.5)])
def test_a_line_has_as_many_places_as_are_asked_for_and_both_networks_among_them(size, extent):
    model = perceptron()
    t = interpolate(model, flat(model), flat(model) + 1, cross_entropy, DATA, size, extent=extent).t
    assert len(t) == size and 0 in t and 1 in t
    assert np.diff(t).min() > 0.4 / size


LOST = torch.full((57,), torch.nan, dtype=DTYPE)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: plane(m, cross_entropy, DATA, size=1), "size must be"),
        (lambda m: plane(m, cross_entropy, DATA, size=10**6), "2 to 2001"),
        (lambda m: plane(m, cross_entropy, DATA, "sideways"), "axes must be"),
        (lambda m: plane(m, cross_entropy, DATA, size=3, extent=-1), "extent must be a positive number"),
        (lambda m: plane(m, cross_entropy, DATA, size=3, extent=((1, 0), (0, 1))), "finite and rising"),
        (lambda m: plane(m, cross_entropy, DATA, size=3, norms="none"), "norms must be"),
        (lambda m: plane(m, cross_entropy, DATA, size=3, memory=5), "memory .bytes. must be a whole number"),
        (lambda m: plane(m, cross_entropy, DATA, size=3, dtype=torch.int32), "floating point"),
        (lambda m: plane(m, cross_entropy, [], size=3), "data has no examples"),
        (lambda m: plane(m, "mse_of_all", DATA, size=3), "no loss 'mse_of_all'"),
        (lambda m: plane(m, lambda o, batch: o(batch[0]).square(), DATA, size=3), r"one number.*\(20, 2\)"),
        (lambda m: principal([flat(m), LOST[: len(flat(m))], flat(m), LOST[: len(flat(m))]], m), "checkpoint 1, checkpoint 3: the training diverged"),
        (lambda m: principal([flat(m), flat(m)], m), "at least three checkpoints"),
        (lambda m: principal([flat(m) + step for step in range(4)], m), "lie on a line"),
        (lambda m: between(m, m, m), "same network"),
        (lambda m: between(m, flat(m), flat(m) + 1, flat(m) + 2), "lie on a line"),
        (lambda m: between(m, m, LOST[: len(flat(m))]), "not all weights are finite in b"),
        (lambda m: interpolate(m, m, LOST[: len(flat(m))], cross_entropy, DATA), "not all weights are finite in b"),
        (lambda m: interpolate(m, m, m, cross_entropy, DATA, 2), "whole number from 3"),
        (lambda m: interpolate(m, m, m, cross_entropy, DATA, 3, extent=(-5, 6)), "tell 0 from 1 no more"),
        (lambda m: interpolate(m, m, m, cross_entropy, DATA, extent=(0.2, 1)), "must hold 0 and 1"),
        (lambda m: named(m, ("9.weight", 0), ("0.bias", 0)), "no weights '9.weight'; it has: 0.weight"),
        (lambda m: named(m, ("0.weight", (0, 7)), ("0.bias", 0)), r"no weight at \(0, 7\)"),
        (lambda m: named(m, ("0.bias", 0), ("0.bias", 0)), "choose two"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(perceptron())


def test_a_diverged_model_is_named():
    model = perceptron()
    nn.init.constant_(model[2].weight, torch.inf)
    with pytest.raises(ValueError, match="diverged"):
        plane(model, cross_entropy, DATA, size=3)


def test_statistics_of_one_network_are_not_used_for_others():
    model = batch_norm()
    with pytest.raises(ValueError, match="norms='batch'"):
        interpolate(model, model, flat(model) + 1, cross_entropy, DATA)
    seen = plane(model, cross_entropy, DATA, size=2, norms="batch")
    with pytest.raises(ValueError, match="norms='batch'"):
        path(model, [flat(model)] * 3, seen, cross_entropy, DATA)


def test_a_model_that_cannot_be_copied_is_refused_with_the_reason():
    model = perceptron()
    model.kept = model[0](DATA[0])
    with pytest.raises(ValueError, match="cannot be copied"):
        plane(model, cross_entropy, DATA, size=3)


def test_memory_is_bounded_by_fewer_models_at_a_time():
    few, many = (Evaluator(perceptron(hidden=60), cross_entropy, DATA, Options(memory=memory)).together for memory in (1 << 20, 1 << 28))  # fmt: skip
    assert 1 < few < many
