"""The parts of the search: walks from piece to piece, tables of smooth losses, lines between kinks, fits that are shared."""

import numpy as np
import pytest
from scipy.optimize import linprog

from losses.boundary.active_set import Pieces, walk
from losses.boundary.bent import values_and_slopes
from losses.boundary.fit import FITTED, fit_boundary
from losses.boundary.interior_point import minimise_hinges
from losses.boundary.separation import quantiles
from losses.boundary.sharing import FEW, shared_boundary
from losses.boundary.tabulated import REACH, tabulated
from losses.data.two_features import TWO_FEATURES
from losses.fitting.newton import Cost

L2 = 0.01
SMOOTH = [key for key, loss in FITTED.items() if loss.kinks is None]
KINKED = [key for key, loss in FITTED.items() if loss.kinks is not None]


def settings(key):
    loss = FITTED[key]
    return loss.settings(**{"from_logits": True} if "from_logits" in loss.parameters else {})


def hinges(seed, count=40, quadratic=0.5):
    """Random hinges of weight 1 or 7, with a small parabola."""
    random = np.random.default_rng(seed)
    label = random.choice([-1.0, 1.0], count)
    rows = label[:, None] * np.column_stack([random.normal(size=(count, 2)) + 0.5 * label[:, None], np.ones(count)])
    return Pieces(rows, np.ones(count), random.choice([1.0, 7.0], count), np.full(3, quadratic), random.normal(size=3))


@pytest.mark.parametrize("quadratic", [1e-7, 0.5, 40.0])
def test_walks_over_convex_pieces_end_at_the_optimum(quadratic):
    for seed in range(20):
        pieces = hinges(seed, quadratic=quadratic)._replace(linear=np.zeros(3))
        ended = walk(pieces, np.random.default_rng(seed).normal(size=(4, 3)))
        best = minimise_hinges(pieces.rows, pieces.jump, pieces.at, pieces.quadratic, pieces.linear)
        assert ended.settled.all()
        assert pieces.objective(ended.theta) == pytest.approx(np.full(4, pieces.objective(best)), rel=1e-10)


def test_the_interior_point_is_a_linear_programs_where_the_parabola_is_next_to_nothing():
    for seed in range(5):
        pieces = hinges(seed, quadratic=1e-9)._replace(linear=np.zeros(3))
        best = minimise_hinges(pieces.rows, pieces.jump, pieces.at, pieces.quadratic, pieces.linear)
        least = np.hstack([-pieces.rows, -np.eye(40)])
        bounds = [(None, None)] * 3 + [(0, None)] * 40
        program = linprog(np.append(np.zeros(3), pieces.jump), least, -pieces.at, bounds=bounds)
        assert pieces.objective(best) == pytest.approx(program.fun, rel=1e-6)


def test_walks_over_hollows_never_rise_and_rest_where_no_neighbour_is_lower():
    random = np.random.default_rng(0)
    for seed in range(10):
        convex = hinges(seed)
        pieces = convex._replace(
            rows=np.tile(convex.rows, (2, 1)),
            at=np.repeat([1.0, 0.0], 40),
            jump=np.concatenate([convex.jump, -convex.jump]),
            linear=np.zeros(3),
        )
        starts = random.normal(size=(8, 3))
        ended = walk(pieces, starts)
        objective = pieces.objective(ended.theta)
        assert ended.settled.all()
        assert (objective <= pieces.objective(starts) + 1e-9).all()
        again = walk(pieces, ended.theta)
        assert (pieces.objective(again.theta) <= objective + 1e-9).all(), "also from where all points are on kinks"
        for size in (1e-6, 1e-4):
            near = ended.theta[:, None] + size * random.standard_normal((8, 50, 3))
            assert (pieces.objective(near) >= objective[:, None] - 1e-9).all()


def ramp_problems():
    """Some of drawn data, with and without flipped labels and L2."""
    random = np.random.default_rng(5)
    for each in range(24):
        key, count, ratio = (
            [*TWO_FEATURES][each % len(TWO_FEATURES)],
            int(random.integers(20, 80)),
            1 if each % 3 else 3,
        )
        drawn = TWO_FEATURES[key](count, ratio, flipped=(0, 0.1, 0.25)[each % 3], seed=int(random.integers(1000)))
        yield drawn.features, drawn.label, float(random.choice([1e-3, 1e-2, 0.1]))


def lowest_of_many(features, label, l2):
    """The lowest ramp objective that walks from 240 random lines and around the best of them end at."""
    random, count = np.random.default_rng(0), len(label)
    middle, spread = features.mean(0), features.std(0)
    rows = label[:, None] * np.column_stack([(features - middle) / spread, np.ones(count)])
    jump = np.repeat([1.0, -1.0], count)
    quadratic = count * np.append(2 * l2 / spread**2, 1e-9)
    pieces = Pieces(np.tile(rows, (2, 1)), np.repeat([1.0, 0.0], count), jump, quadratic, np.zeros(3))
    best, around = np.inf, np.zeros(3)
    for turn in range(4):
        ends = walk(
            pieces, around * (turn % 2) + random.normal(0, 2, (60, 3)) * np.exp(random.normal(size=(60, 1)))
        ).theta
        objective = pieces.objective(ends) / count
        if objective.min() < best:
            best, around = objective.min(), ends[objective.argmin()]
    return best


def test_the_ramps_lowest_hollow_is_hardly_ever_missed():
    excess = []
    for features, label, l2 in ramp_problems():
        lowest = lowest_of_many(features, label, l2)
        excess.append(fit_boundary(features, label, "ramp", l2).objective / lowest - 1)
    assert np.sum(np.array(excess) > 1e-6) <= 2
    assert max(excess) < 0.05


@pytest.mark.parametrize("loss", SMOOTH)
def test_a_table_is_the_loss_all_but_exactly(loss):
    score = np.random.default_rng(0).normal(0, 2, 400)
    positive = np.arange(400) % 2 == 0
    no, yes = FITTED[loss].labels or (-1.0, 1.0)
    mine = tabulated(FITTED[loss], settings(loss), (no, yes), positive)
    exact = Cost(FITTED[loss], settings(loss), np.where(positive, yes, no)).derivatives(score)
    jumps = loss in ("squared_hinge", "modified_huber")  # of the curvature, between two nodes
    for own, other in zip(mine.derivatives(score)[:2], exact[:2], strict=True):
        assert own == pytest.approx(other, rel=1e-6, abs=0.2 if jumps else 1e-7)


def test_a_table_goes_on_beyond_its_last_node():
    far = np.array([2 * REACH, -3 * REACH])
    mine = tabulated(FITTED["mse"], {}, (-1.0, 1.0), np.array([True, False]))
    assert mine.values(far) == pytest.approx((far - [1, -1]) ** 2)
    assert mine.derivatives(far).curvature == pytest.approx([2, 2])


@pytest.mark.parametrize("loss", SMOOTH)
def test_a_smooth_fit_asks_the_loss_itself_for_its_curvature_a_few_times_only(loss, monkeypatch):
    asked, derivatives = [], Cost.derivatives
    monkeypatch.setattr(Cost, "derivatives", lambda self, score: asked.append(score) or derivatives(self, score))
    drawn = TWO_FEATURES["outlier"](40)
    fit_boundary(drawn.features, drawn.label, loss, L2)
    assert 1 <= len(asked) <= (4 if loss in ("squared_hinge", "modified_huber") else 2)
    assert {len(score) for score in asked} == {1}, "from one start, whichever the table found best"


@pytest.mark.parametrize("loss", KINKED)
def test_between_kinks_and_on_them_a_loss_is_what_autograd_says(loss):
    random = np.random.default_rng(0)
    for margin in (0.0, 1.0, 2.5):
        given = {"margin": margin} if "margin" in FITTED[loss].parameters else {}
        kinks = FITTED[loss].kinks_for(**given)
        label = random.choice([-1.0, 1.0], 300)
        on = label * random.choice([kink.at for kink in kinks], 300)
        score = np.where(random.random(300) < 0.3, on, random.normal(0, 3, 300))
        value, slope = Cost(FITTED[loss], given, label).slopes(score)
        mine = values_and_slopes(FITTED[loss], given, kinks, score, label)
        assert mine[0] == pytest.approx(value, rel=1e-15, abs=1e-15)
        assert mine[1].tolist() == slope.tolist()


@pytest.mark.parametrize("count", [1, 2, 7, 40])
def test_quantiles_are_numpys(count):
    values = np.random.default_rng(count).standard_cauchy((count, 3))
    shares = [0.0, 0.1, 0.25, 0.5, 0.75, 1.0]
    assert quantiles(values, *shares) == pytest.approx(np.quantile(values, shares, 0), rel=1e-12)


def test_a_boundary_that_others_asked_for_is_there_already_and_nobody_can_change_it():
    drawn = TWO_FEATURES["overlap"](40)
    given = (drawn.features, drawn.label, "hinge", (L2, 2.0), {"margin": 1.5})
    first, again = shared_boundary(*given), shared_boundary(drawn.features.copy(), *given[1:])
    assert again is first
    alone = fit_boundary(drawn.features, drawn.label, "hinge", L2, 2.0, margin=1.5)
    assert first.weights.tolist() == alone.weights.tolist()
    with pytest.raises(ValueError, match="read-only"):
        first.values[0] = 1.0
    others = [shared_boundary(*given[:3], (L2, 1.0), {"margin": 1.5}), shared_boundary(*given[:4], {"margin": 1.0})]
    assert all(other.objective != first.objective for other in others)
    many = TWO_FEATURES["overlap"](2 * FEW)
    asked = (many.features, many.label, "hinge", (L2, 1.0), {})
    assert shared_boundary(*asked) is not shared_boundary(*asked), "a large one is kept by who asked for it"
