"""Fine grids over many examples against the mean at every place, for every loss and all sorts of data."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import losses.descent.surface
from losses import LOSSES
from losses.descent.cells import Line, Weights, _means, _mixed
from losses.descent.linear_model import data_surface, zoomed
from losses.descent.surface import Surface, evaluate, fine_grid, grid, linear_surface
from losses.descent.textbook import TEXTBOOK
from pages.landscape.settings import FITTED
from tests.losses.sampling import FURTHER

pytestmark = pytest.mark.filterwarnings("error")

COUNT, SIDE = 1000, 17
BOUND = 1e-10  # of the value
ABOVE_0 = ("poisson", "msle")


def normal(random):
    x = random.normal(size=COUNT)
    return x, 1 + 2 * x + random.standard_t(3, COUNT)


def heavy_tails(random):
    return random.standard_cauchy(COUNT), random.standard_cauchy(COUNT)


def far_outlier(random):
    x, y = normal(random)
    x[0], y[1] = 1e6, -1e7
    return x, y


def far_from_0(random):
    x, y = normal(random)
    return x + 1000, y + 1e5


def few_values(random):
    return random.integers(0, 10, COUNT) / 10, random.integers(0, 6, COUNT) * 1.0


def nearly_exact(random):
    x, y = normal(random)
    return x, 1 + 2 * x + 1e-9 * y


DATA = (heavy_tails, far_outlier, far_from_0, few_values, nearly_exact)


@pytest.fixture
def any_size(monkeypatch):
    """Small grids are made as large ones are."""
    monkeypatch.setattr(losses.descent.surface, "LARGE", 0)
    monkeypatch.setattr(losses.descent.surface, "FINE", 2)


def surface_of(key, data, **settings):
    """The surface of a loss on these data, as the page has it."""
    x, y = data(np.random.default_rng(7))
    loss = FITTED[key]
    if loss.labels:
        y = np.where(y > np.median(y), 1.0, 0.0)
    elif key in ABOVE_0:
        y = np.abs(y)
    logits = {"from_logits": True} if "from_logits" in loss.parameters else {}
    return data_surface(x, y, loss, loss.settings(**logits, **settings), (x, y), known=False)


def direct(surface, side=SIDE, bounds=None):
    """The mean at every place."""
    first, second = (np.linspace(*ends, side) for ends in (bounds or surface.bounds))
    return evaluate(surface, np.stack(np.meshgrid(first, second), -1))


def same(values, expected):
    return np.isclose(values, expected, rtol=BOUND, atol=0, equal_nan=True).all()


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("key", FITTED)
def test_it_is_the_mean_at_every_place(key, data, any_size):
    surface = surface_of(key, data)
    found = fine_grid(surface, SIDE)
    if (key, data) == ("exponential", far_from_0):  # beyond the numbers nearly everywhere
        assert found is None
        found = grid(surface, SIDE)
    assert same(found[2], direct(surface))


@pytest.mark.parametrize("data", [normal, *DATA])
@pytest.mark.parametrize("key", ["mse", "log_cosh", "welsch", "msle", "logistic"])
def test_it_is_no_further_off_than_the_coefficients_tell(key, data):
    surface = surface_of(key, data)
    first, second = (np.linspace(*ends, SIDE) for ends in surface.bounds)
    expected = direct(surface)
    values, errors = _means(surface.line, Weights(first, second, ~np.isnan(expected)), lambda share: None)
    assert np.nanmax(np.abs(values - expected) - errors) <= 1e-15 * np.nanmax(np.abs(expected))
    assert np.nanmedian(errors / np.abs(expected)) < BOUND


@pytest.mark.parametrize("zoom", [0.01, 30.0, 1000.0])
@pytest.mark.parametrize("key", ["mse", "log_cosh", "tukey", "msle", "poisson", "exponential", "focal", "zero_one"])
def test_it_is_so_from_near_and_from_far(key, zoom, any_size):
    surface = surface_of(key, normal)
    bounds = zoomed(surface, zoom)
    assert same(grid(surface, SIDE, bounds)[2], direct(surface, bounds=bounds))


@pytest.mark.parametrize("unit", [1e-7, 1e-4, 1e-2, 1e3])
@pytest.mark.parametrize(
    ("key", "name"),
    [("welsch", "c"), ("tukey", "c"), ("geman_mcclure", "c"), ("huber", "delta"), ("epsilon_insensitive", "epsilon")],
)
def test_a_dip_of_any_width_is_seen(key, name, unit, any_size):
    surface = surface_of(key, normal, **{name: unit})
    found = fine_grid(surface, SIDE)
    assert found is not None
    assert same(found[2], direct(surface))


@pytest.mark.parametrize("settings", [{"gamma": 10.0}, {"gamma": 0.3, "alpha": 0.9}, *FURTHER["focal"]], ids=str)
def test_focal_of_any_strength(settings, any_size):
    surface = surface_of("focal", heavy_tails, **settings)
    found = fine_grid(surface, SIDE)
    assert found is not None
    assert same(found[2], direct(surface))


def test_mse_in_closed_form(any_size):
    x, y = normal(np.random.default_rng(7))
    w, b, heights = fine_grid(surface_of("mse", normal), SIDE)
    expected = (
        np.mean(y**2)
        + w**2 * np.mean(x**2)
        + b[:, None] ** 2
        + 2 * (w * b[:, None] * np.mean(x) - w * np.mean(x * y) - b[:, None] * np.mean(y))
    )
    assert heights == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("key", ABOVE_0)
def test_where_a_prediction_is_not_allowed_there_is_no_number(key, any_size):
    surface = surface_of(key, normal)
    heights = fine_grid(surface, SIDE)[2]
    assert 0.1 < np.isnan(heights).mean() < 0.9
    x = surface.data[0].numpy()
    w, b = np.meshgrid(*(np.linspace(*ends, SIDE) for ends in surface.bounds))
    lowest = np.minimum(w * x.min(), w * x.max()) + b
    assert np.array_equal(np.isnan(heights), lowest <= (0 if key == "poisson" else -1))
    nowhere = (surface.bounds[0], (-1e3, -9e2))
    assert np.isnan(fine_grid(surface, SIDE, nowhere)[2]).all()


@pytest.mark.parametrize(("key", "targets"), [("poisson", 2), ("msle", 3), ("binary_cross_entropy", 2), ("hinge", 2)])
def test_a_few_targets_stand_for_all(key, targets):
    loss, random = LOSSES[key], np.random.default_rng(1)
    target = random.uniform(0, 1, 300) if key != "hinge" else random.choice([-1.0, 1.0], 300)
    settings = loss.settings(**({"from_logits": True} if "from_logits" in loss.parameters else {}))
    x = random.uniform(1, 2, 300)
    line = Line(x, target, lambda *given: loss.function(*given, **settings), of_residual=False)
    weights = np.linspace(1, 5, 9)
    few, shares, _ = _mixed(line, Weights(weights, weights, np.ones((9, 9), bool)))
    assert len(few) == targets
    for prediction in random.uniform(2, 15, 20):
        expected = loss([prediction] * 300, target, **settings).numpy()
        assert loss([prediction] * targets, few, **settings).numpy() @ shares == pytest.approx(expected, rel=1e-9)


def test_soft_labels(any_size):
    x, random = np.linspace(-3, 3, COUNT), np.random.default_rng(0)
    loss = LOSSES["binary_cross_entropy"]
    surface = linear_surface(x, random.uniform(0, 1, COUNT), loss, loss.settings(from_logits=True), title="", bounds=((-3, 3), (-2, 2)), start=(0, 0))  # fmt: skip
    found = fine_grid(surface, SIDE)
    assert found is not None
    assert same(found[2], direct(surface))


def count_losses(surface):
    """The surface, and a list to which the number of losses is added that are taken."""
    taken = []

    def counted(prediction, target):
        taken.append(prediction.numel())
        return surface.line.loss(prediction, target)

    return replace(surface, line=replace(surface.line, loss=counted)), taken


@pytest.mark.parametrize("data", [normal, far_outlier])
@pytest.mark.parametrize("key", ["log_cosh", "asymmetric_huber", "tukey", "focal", "poisson"])
def test_few_losses_are_taken(key, data, any_size):
    """For ten times as many examples on a fine grid it would be a hundredth."""
    surface, taken = count_losses(surface_of(key, data))
    assert fine_grid(surface, 101) is not None
    assert sum(taken) < 0.25 * COUNT * 101**2


def test_what_is_small_or_coarse_is_evaluated(monkeypatch):
    def refused(*_):
        raise AssertionError

    monkeypatch.setattr(losses.descent.surface, "means", refused)
    few, many = linear_of(100), linear_of(2000)
    assert np.array_equal(grid(few, 151)[2], direct(few, 151))
    assert np.array_equal(grid(many, 61)[2], direct(many, 61))
    assert fine_grid(few, 151) is None
    assert fine_grid(TEXTBOOK["rosenbrock"](), 5000) is None
    with pytest.raises(AssertionError):
        fine_grid(many, 151)


def linear_of(count):
    x = np.linspace(-1, 1, count)
    return linear_surface(x, np.sin(9 * x), LOSSES["log_cosh"], {}, title="", bounds=((-1, 1), (-1, 1)), start=(0, 0))


@pytest.mark.parametrize(
    ("loss", "of_residual"),
    [
        (lambda prediction, target: 2 + torch.cos(target * prediction), False),  # no sum of few products
        (lambda prediction, target: torch.cosh(prediction) + target**2, True),  # not one of the residual
        (lambda prediction, target: 2 + torch.sin(1e6 * (prediction - target)), True),  # no polynomial
        (lambda prediction, target: (prediction - target) ** 2 + 1e-3 * torch.sin(1e9 * prediction), True),
    ],
)
def test_what_cannot_be_shared_is_evaluated(loss, of_residual, any_size):
    random = np.random.default_rng(0)
    x, target = random.normal(size=(2, COUNT))
    data = torch.from_numpy(x), torch.from_numpy(target)

    def function(points, x, target):
        w, b = points.split(1, -1)
        return loss(torch.addcmul(b, w, x), target).mean(-1)

    line = Line(x, target, loss, of_residual)
    surface = Surface("", ("w", "b"), function, data, ((-1, 1), (-1, 1)), (0, 0), line=line)
    assert fine_grid(surface, SIDE) is None
    assert np.array_equal(grid(surface, SIDE)[2], direct(surface))


def test_a_scaled_surface_is_as_many_times_as_high(any_size):
    surface = surface_of("logistic", normal)
    found = fine_grid(surface.scaled(100.0), SIDE)
    assert found is not None
    assert found[2] == pytest.approx(100 * direct(surface), rel=BOUND)


def test_one_x_and_one_target(any_size):
    for x, y in ((np.full(COUNT, 2.0), np.arange(COUNT) % 7.0), (np.arange(COUNT) % 7.0, np.full(COUNT, 2.0))):
        surface = linear_surface(x, y, LOSSES["log_cosh"], {}, title="", bounds=((-1, 1), (-5, 5)), start=(0, 0))
        assert fine_grid(surface, SIDE) is not None
        assert same(fine_grid(surface, SIDE)[2], direct(surface))


def test_progress_rises_from_0_to_1():
    surface, shares = linear_of(3000), []
    assert fine_grid(surface, 151, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[0] == 0
    assert 0.9 <= shares[-1] <= 1
    assert max(np.diff(shares)) < 0.1
