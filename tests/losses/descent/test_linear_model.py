"""A linear model under a loss as a surface: what it takes, where one looks, where its minimum is, how long steps are."""

import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from losses import LOSSES
from losses.data.datasets import DATASETS
from losses.data.one_feature import LABELLED
from losses.descent.linear_model import data_surface, learning_rate_unit, suitable, takes_labels, targets, zoomed
from losses.descent.optimisers import OPTIMISERS
from losses.descent.surface import evaluate, grid
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectory
from losses.fitting.fit import fit_line

LINE = DATASETS["line"]
GROUPS = LABELLED["overlapping"]
DATA = [DATASETS[key] for key in DATASETS if key != "location"]
CONVEX = ["mse", "huber", "log_cosh", "quantile", "mae"]
SMOOTH_MARGINS = ["squared_hinge", "logistic", "modified_huber", "exponential"]


def posed(key, data=LINE, x=None, y=None, known=True, **parameters):
    """The problem of a loss on a data set, x and y replaced if given; the view is the data set's."""
    loss = LOSSES[key]
    settings = loss.settings(**({"from_logits": True} if "from_logits" in loss.parameters else {}), **parameters)
    x, y = data.x if x is None else x, data.y if y is None else y
    return data_surface(x, y, loss, settings, (data.x, data.y), data.title, known)


def slope_at(surface, place):
    return surface.gradient(torch.tensor(place, dtype=torch.float64)).numpy()


def inside(place, bounds):
    return all(low < value < high for value, (low, high) in zip(place, bounds, strict=True))


def test_numbers_stay_and_labels_become_those_of_the_loss():
    assert targets(LINE.y, LOSSES["mse"]) is LINE.y
    y = np.array([3.0, 7.0, 7.0, 3.0])
    assert targets(y, LOSSES["hinge"]).tolist() == [-1, 1, 1, -1]
    assert targets(y, LOSSES["binary_cross_entropy"]).tolist() == [0, 1, 1, 0]


@pytest.mark.parametrize(("y", "count"), [(LINE.y, 11), (np.ones(4), 1)])
def test_labels_of_another_number_are_refused(y, count):
    with pytest.raises(ValueError, match=f"Hinge needs a y of two different values.*{count}"):
        targets(y, LOSSES["hinge"])


def test_a_loss_takes_labels_by_its_family():
    assert {loss.family for loss in LOSSES.values() if takes_labels(loss)} == {"margin", "binary"}


@pytest.mark.parametrize(
    ("y", "families", "refused"),
    [
        (np.array([0.0, 1.0]), {"regression", "margin", "binary"}, set()),
        (np.array([-1.0, 1.0]), {"regression", "margin", "binary"}, {"poisson", "msle"}),
        (np.array([0.5, 1.0, 3.0]), {"regression"}, set()),
        (np.array([-0.5, 1.0, 3.0]), {"regression"}, {"poisson"}),
        (np.ones(3), {"regression"}, set()),
    ],
)
def test_suitable_losses_are_those_that_can_take_the_targets(y, families, refused):
    found = suitable(y)
    assert {LOSSES[key].family for key in found} == families
    assert {key for key, loss in LOSSES.items() if loss.family in families} - {*found} == refused
    x = np.arange(float(len(y)))
    for key in found:
        data_surface(x, y, LOSSES[key], LOSSES[key].settings(), (x, y), known=False)
    for key in refused:
        with pytest.raises(ValueError, match=r"needs (every target|a y)"):
            data_surface(x, y, LOSSES[key], LOSSES[key].settings(), (x, y), known=False)


@pytest.mark.parametrize("data", DATA, ids=lambda data: data.key)
@pytest.mark.parametrize("key", CONVEX)
def test_the_minimum_is_the_fitted_line(key, data):
    surface, fit = posed(key, data), fit_line(data.x, data.y, key)
    if fit.unique is False:
        assert surface.minima == ()
        return
    assert surface.minima == ((fit.slope, fit.intercept),)
    assert float(evaluate(surface, surface.minima[0])) == pytest.approx(fit.objective, rel=1e-9)


def test_the_minimum_of_mse_is_numpys():
    assert posed("mse").minima[0] == pytest.approx(np.polyfit(LINE.x, LINE.y, 1), abs=1e-9)


def test_of_many_equal_minima_none_is_marked():
    x, y = np.array([0.0, 1.0]), np.array([0.0, 2.0])
    assert len(posed("mae", x=x, y=y).minima) == 1, "one line goes through two points"
    assert posed("mae", x=np.array([0.0, 0, 1, 1]), y=np.array([0.0, 1, 0, 1])).minima == ()


@pytest.mark.parametrize("key", ["mse", "mae", "logistic"])
def test_one_x_throughout_makes_a_valley_without_a_lowest_point(key):
    x, y = np.full(40, 2.0), GROUPS.y
    surface = posed(key, GROUPS, x=x, y=y)
    assert surface.minima == ()
    assert math.isfinite(learning_rate_unit(surface, OPTIMISERS["sgd"]))


@pytest.mark.parametrize("key", ["logistic", "binary_cross_entropy"])
def test_the_minimum_of_cross_entropy_is_scikit_learns(key):
    theirs = LogisticRegression(C=np.inf, tol=1e-14, max_iter=10_000).fit(GROUPS.x[:, None], GROUPS.y)
    (minimum,) = posed(key, GROUPS).minima
    assert minimum == pytest.approx((theirs.coef_[0, 0], theirs.intercept_[0]), rel=1e-6)


@pytest.mark.parametrize("key", [*SMOOTH_MARGINS, "binary_cross_entropy"])
def test_at_the_minimum_of_a_smooth_loss_of_labels_nothing_slopes(key):
    surface = posed(key, GROUPS)
    (minimum,) = surface.minima
    assert np.abs(slope_at(surface, minimum)).max() < 1e-12
    assert float(evaluate(surface, minimum)) <= grid(surface, 101)[2].min()


@pytest.mark.parametrize("key", ["logistic", "binary_cross_entropy", "exponential", "squared_hinge", "modified_huber"])
def test_labels_that_a_threshold_parts_have_no_minimum(key):
    data = LABELLED["separable"]
    surface = posed(key, data)
    assert surface.minima == ()
    values = evaluate(surface, np.outer([1.0, 2.0, 4.0, 8.0], [2.0, 0.0]))
    assert np.all(np.diff(values) <= 0), "further along the same direction it only falls"


@pytest.mark.parametrize("key", ["zero_one", "hinge", "perceptron", "ramp", "focal"])
def test_no_minimum_is_claimed_where_descent_cannot_be_trusted(key):
    assert posed(key, GROUPS).minima == ()


def test_the_minimum_is_not_looked_for_unasked():
    assert posed("mse", known=False).minima == ()


@pytest.mark.parametrize("data", [*DATA, *LABELLED.values()], ids=lambda data: data.key)
def test_the_view_holds_start_and_minimum_of_every_loss(data):
    for key in suitable(data.y):
        surface = posed(key, data)
        assert inside(surface.start, surface.bounds) or key in ("poisson", "msle"), key
        assert np.isfinite(evaluate(surface, surface.start)), key
        if LOSSES[key].fact("convex", **LOSSES[key].settings()) and surface.minima and key not in ("poisson", "msle"):
            assert inside(surface.minima[0], surface.bounds), key


def test_the_start_is_off_the_valley():
    """From the start along the flat direction and straight down are different ways: there is a zigzag to see."""
    surface = posed("mse")
    away = np.subtract(surface.start, surface.minima[0])
    slope = slope_at(surface, surface.start)
    assert slope @ away / np.linalg.norm(slope) / np.linalg.norm(away) < 0.9


def test_the_view_stays_while_a_point_moves():
    y = LINE.y.copy()
    y[10] = -20
    still, moved = posed("mse"), posed("mse", y=y)
    assert (moved.bounds, moved.start) == (still.bounds, still.start)
    assert moved.minima != still.minima


def test_the_start_is_level_where_the_loss_has_none_at_its_own():
    x, y = np.arange(6.0), np.array([5.0, 4, 3, 2, 1, 0.5])
    assert posed("poisson", DATASETS["belgian_phones"]).start == (
        0.0,
        pytest.approx(DATASETS["belgian_phones"].y.mean()),
    )
    surface = data_surface(x, y, LOSSES["mse"], LOSSES["mse"].settings(), (x, y))
    assert surface.start[0] != 0


def test_one_point_and_level_points_have_a_view():
    for x, y in ((np.array([3.0]), np.array([2.0])), (np.arange(4.0), np.full(4, 5.0))):
        surface = data_surface(x, y, LOSSES["mse"], LOSSES["mse"].settings(), (x, y))
        assert all(low < high for low, high in surface.bounds)
        assert np.isfinite(grid(surface, 5)[2]).all()


def test_targets_that_the_loss_cannot_take_are_refused():
    y = LINE.y.copy()
    y[4] = -1
    with pytest.raises(ValueError, match=r"Poisson.*-1"):
        posed("poisson", y=y)
    with pytest.raises(ValueError, match="two different values"):
        posed("hinge")


@pytest.mark.parametrize("zoom", [0.5, 1, 4])
def test_zooming_is_around_the_minimum(zoom):
    surface = TEXTBOOK["rosenbrock"]()
    for (low, high), (wide, far), at in zip(zoomed(surface, zoom), surface.bounds, surface.minima[0], strict=True):
        assert high - low == pytest.approx((far - wide) / zoom)
        if zoom != 1:
            assert (low + high) / 2 == pytest.approx(at)
    assert np.allclose(zoomed(surface, 1), surface.bounds, rtol=1e-15)


def test_zooming_without_a_minimum_is_around_the_middle():
    surface = posed("mse", known=False)
    for (low, high), (wide, far) in zip(zoomed(surface, 10), surface.bounds, strict=True):
        assert (low + high) / 2 == pytest.approx((wide + far) / 2)


@pytest.mark.parametrize("data", DATA, ids=lambda data: data.key)
def test_a_learning_rate_counts_in_one_over_the_sharpness(data):
    surface = posed("mse", data)
    design = np.stack([data.x, np.ones_like(data.x)], 1)
    steepest = np.linalg.eigvalsh(2 * design.T @ design / len(data.x))[-1]
    unit = learning_rate_unit(surface, OPTIMISERS["sgd"])
    assert unit == pytest.approx(1 / steepest, rel=0.06)
    assert unit == float(f"{unit:.1e}")
    fine, wild = (trajectory(surface, "sgd", surface.start, 60, learning_rate=share * unit) for share in (1.8, 2.3))
    assert fine.losses[-1] < fine.losses[0] < wild.losses[-1]


@pytest.mark.parametrize("key", [key for key, optimiser in OPTIMISERS.items() if optimiser.scale_free])
def test_a_learning_rate_that_is_a_length_counts_in_half_the_view(key):
    surface = posed("mse")
    (low, high), (wide, far) = surface.bounds
    assert learning_rate_unit(surface, OPTIMISERS[key]) == pytest.approx(
        math.sqrt((high - low) * (far - wide)) / 2, rel=0.06
    )


@pytest.mark.parametrize("key", ["mae", "quantile", "epsilon_insensitive"])
def test_where_nothing_curves_the_first_step_crosses_a_fiftieth_of_half_the_view(key):
    surface = posed(key)
    (low, high), (wide, far) = surface.bounds
    step = learning_rate_unit(surface, OPTIMISERS["sgd"]) * np.linalg.norm(slope_at(surface, surface.start))
    assert step == pytest.approx(0.02 * math.sqrt((high - low) * (far - wide)) / 2, rel=0.06)


def test_where_nothing_slopes_either_the_unit_is_1():
    for surface in (posed("zero_one", GROUPS), posed("mae", GROUPS, x=np.full(40, 2.0), known=False)):
        assert np.all(slope_at(surface, surface.start) == 0)
        assert learning_rate_unit(surface, OPTIMISERS["sgd"]) == 1


@pytest.mark.parametrize("textbook", TEXTBOOK.values(), ids=list(TEXTBOOK))
def test_every_surface_has_a_unit_with_which_sgd_goes_down(textbook):
    surface = textbook()
    for optimiser in OPTIMISERS.values():
        unit = learning_rate_unit(surface, optimiser)
        assert 0 < unit < math.inf
    path = trajectory(
        surface, "sgd", surface.start, 50, learning_rate=0.5 * learning_rate_unit(surface, OPTIMISERS["sgd"])
    )
    assert path.losses.min() < path.losses[0]
