"""Boundaries against scikit-learn, closed forms and every other line; what is degenerate is explained."""

from dataclasses import replace
from typing import Annotated

import numpy as np
import pytest
import torch
from scipy.optimize import linprog
from sklearn.linear_model import LinearRegression, LogisticRegression, SGDClassifier
from sklearn.svm import SVC, LinearSVC

from losses.boundary.fit import FITTED, fit_boundary
from losses.boundary.search import BoundaryProblem, solve
from losses.boundary.separation import beyond_the_line
from losses.data.two_features import TWO_FEATURES
from losses.registry import LOSSES
from losses.spec.domain import REAL, SIGN
from losses.spec.kinks import Kink
from losses.spec.loss import loss as declare

ANY = ["outlier", "overlap", "moons"]
L2 = 0.01
CONVEX = [
    key
    for key, loss in FITTED.items()
    if loss.fact("convex", **{"from_logits": True} if "from_logits" in loss.parameters else {})
]
Score, Label = Annotated[torch.Tensor, REAL], Annotated[torch.Tensor, SIGN]
PARTED = np.array([[-2.0, 0.0], [-1.0, 1.0], [1.0, 0.0], [2.0, -1.0]]), np.array([-1.0, -1.0, 1.0, 1.0])


@declare(
    name="Two-step hinge",
    latex="",
    references=(),
    facts="convex bounded_slope",
    kinks=(Kink(-1.0, -2.5, -1.0), Kink(2.0, -1.0, 0.5)),
)
def two_step(prediction: Score, target: Label) -> torch.Tensor:
    """A loss that no list of keys knows: steeper for what is far wrong, rising for what is far right."""
    margin = target * prediction
    return 0.5 * margin + 1.5 * torch.relu(2 - margin) + 1.5 * torch.relu(-1 - margin)


@declare(
    name="Stairs",
    latex="",
    references=(),
    facts="bounded_slope bounded_value",
    kinks=(Kink(-2.0, 0.0, -1.0), Kink(-1.0, -1.0, 0.0), Kink(0.0, 0.0, -2.0), Kink(1.0, -2.0, 0.0)),
)
def stairs(prediction: Score, target: Label) -> torch.Tensor:
    """Two ramps, one on the other."""
    margin = target * prediction
    return (-1 - margin).clamp(0, 1) + 2 * (1 - margin).clamp(0, 1)


def points(key, **settings):
    drawn = TWO_FEATURES[key](**{"n": 200, **settings})
    return drawn.features, drawn.label


def objective(loss, features, label, weights, bias, l2=L2, class_weight=1.0, **parameters):
    """The objective in the data's own units, written out."""
    score = features @ np.ravel(weights) + bias
    loss = FITTED[loss] if isinstance(loss, str) else loss
    extra = {"from_logits": True} if "from_logits" in loss.parameters else {}
    target = (label + 1) / 2 if loss.family == "binary" else label
    values = loss(score, target, **extra, **parameters).numpy()
    return np.mean(np.where(label > 0, class_weight, 1.0) * values) + l2 * np.sum(np.square(weights))


@pytest.mark.parametrize("key", ANY)
@pytest.mark.parametrize("weight", [1.0, 7.0])
@pytest.mark.parametrize("loss", ["logistic", "binary_cross_entropy"])
def test_logistic_is_scikit_learns(key, weight, loss):
    x, y = points(key)
    other = LogisticRegression(C=1 / (2 * len(y) * L2), tol=1e-12, max_iter=10_000, class_weight={-1: 1, 1: weight})
    other.fit(x, y)
    mine = fit_boundary(x, y, loss, L2, weight)
    assert mine.weights == pytest.approx(other.coef_[0], rel=1e-4)
    assert mine.bias == pytest.approx(other.intercept_[0], rel=1e-4, abs=1e-5)


@pytest.mark.parametrize("key", ANY)
@pytest.mark.parametrize("weight", [1.0, 7.0])
def test_hinge_is_the_support_vector_machine(key, weight):
    x, y = points(key)
    other = SVC(kernel="linear", C=1 / (2 * len(y) * L2), tol=1e-9, class_weight={-1: 1, 1: weight}).fit(x, y)
    mine = fit_boundary(x, y, "hinge", L2, weight)
    assert mine.weights == pytest.approx(other.coef_[0], rel=1e-5, abs=1e-6)
    assert mine.objective <= objective("hinge", x, y, other.coef_, other.intercept_, class_weight=weight) + 1e-10
    assert mine.objective == pytest.approx(objective("hinge", x, y, mine.weights, mine.bias, class_weight=weight))


@pytest.mark.parametrize("key", ANY)
def test_squared_hinge_is_linear_svc(key):
    x, y = points(key)
    settings = {"C": 1 / (2 * len(y) * L2), "tol": 1e-10, "max_iter": 500_000, "intercept_scaling": 100.0}
    other = LinearSVC(loss="squared_hinge", dual=False, **settings).fit(x, y)
    mine = fit_boundary(x, y, "squared_hinge", L2)
    assert mine.weights == pytest.approx(other.coef_[0], rel=1e-3)
    assert mine.objective <= objective("squared_hinge", x, y, other.coef_, other.intercept_) + 1e-12


@pytest.mark.parametrize("key", ANY)
@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ("hinge", "hinge"),
        ("logistic", "log_loss"),
        ("modified_huber", "modified_huber"),
        ("squared_hinge", "squared_hinge"),
        ("perceptron", "perceptron"),
    ],
)
def test_stochastic_descent_never_gets_lower(key, mine, theirs):
    x, y = points(key)
    other = SGDClassifier(loss=theirs, alpha=2 * L2, max_iter=300, tol=1e-5, random_state=0).fit(x, y)
    assert fit_boundary(x, y, mine, L2).objective <= objective(mine, x, y, other.coef_, other.intercept_) + 1e-12


def test_squared_loss_is_least_squares():
    x, y = points("overlap")
    other = LinearRegression().fit(x, y)
    mine = fit_boundary(x, y, "mse")
    assert [*mine.weights, mine.bias] == pytest.approx([*other.coef_, other.intercept_])


@pytest.mark.parametrize("key", [*ANY, "blobs"])
@pytest.mark.parametrize("loss", FITTED)
@pytest.mark.parametrize("l2", [1e-4, 0.1])
@pytest.mark.parametrize("weight", [0.2, 5.0])
def test_no_neighbour_is_lower(key, loss, l2, weight):
    x, y = points(key, n=60, ratio=3)
    mine = fit_boundary(x, y, loss, l2, weight)
    random = np.random.default_rng(0)
    own = objective(loss, x, y, mine.weights, mine.bias, l2, weight)
    assert own == pytest.approx(mine.objective, rel=1e-9, abs=1e-12)
    for size in (1e-4, 1e-2, 1.0) if loss in CONVEX else (1e-4,):
        for move in size * random.standard_normal((60, 3)):
            near = objective(loss, x, y, mine.weights + move[:2], mine.bias + move[2], l2, weight)
            assert near >= own - 2e-8 * max(1, own)


def random_search(features, label, loss, l2):
    """The lowest objective that many random lines and their ever closer neighbours reach."""
    loss = FITTED[loss] if isinstance(loss, str) else loss
    random = np.random.default_rng(0)
    lines, size, basis = random.normal(0, 2, (4000, 3)), 0.5, np.column_stack([features, np.ones(len(label))])
    target = (label + 1) / 2 if loss.family == "binary" else label
    extra = {"from_logits": True} if "from_logits" in loss.parameters else {}

    def costs(lines):
        return loss(lines @ basis.T, target, **extra).numpy().mean(-1) + l2 * (lines[..., :2] ** 2).sum(-1)

    lines = lines[costs(lines).argsort()[:20]]
    for _ in range(150):
        near = np.concatenate([lines[:, None], lines[:, None] + size * random.standard_normal((20, 40, 3))], 1)
        lines = near[np.arange(20), costs(near).argmin(1)]
        size = max(0.96 * size, 1e-4)
    return costs(lines).min()


@pytest.mark.parametrize("key", ["outlier", "overlap", "moons"])
@pytest.mark.parametrize("loss", ["ramp", "focal", stairs])
def test_what_is_not_convex_is_not_worse_than_a_long_random_search(key, loss):
    x, y = points(key, n=60)
    assert fit_boundary(x, y, loss, L2).objective <= random_search(x, y, loss, L2) + 1e-5


@pytest.mark.parametrize("key", [*ANY, "blobs"])
@pytest.mark.parametrize("loss", [two_step, LOSSES["hinge"]])
def test_a_piecewise_linear_loss_declared_anywhere_is_fitted_exactly(key, loss):
    """Without L2 by the linear program of its pieces; with it no neighbour is lower, which for a convex loss is enough."""
    x, y = points(key, n=60, ratio=2)
    kinks = loss.kinks_for()
    at, slopes = [kinks[0].at, *(kink.at for kink in kinks)], [kinks[0].before, *(kink.after for kink in kinks)]
    heights = loss(np.array(at), 1.0).numpy()
    margins = y[:, None] * np.column_stack([x, np.ones(60)])
    rows = np.concatenate([np.column_stack([slope * margins, -np.eye(60)]) for slope in slopes])
    right = np.repeat(np.array(slopes) * at - heights, 60)
    price = np.concatenate([np.zeros(3), np.full(60, 1 / 60)])
    least = linprog(price, A_ub=rows, b_ub=right, bounds=[(None, None)] * 63).fun
    assert fit_boundary(x, y, loss).objective == pytest.approx(least, abs=1e-7)

    mine, random = fit_boundary(x, y, loss, L2, 3.0), np.random.default_rng(0)
    own = objective(loss, x, y, mine.weights, mine.bias, L2, 3.0)
    assert own == pytest.approx(mine.objective, rel=1e-9)
    for size in (1e-4, 1e-2, 1.0):
        for move in size * random.standard_normal((60, 3)):
            assert objective(loss, x, y, mine.weights + move[:2], mine.bias + move[2], L2, 3.0) >= own - 1e-8
    on_kink = np.isin(mine.margin, at)
    assert on_kink.any(), "an optimum puts points on the kinks, exactly"
    assert mine.starts == 1


@pytest.mark.parametrize(
    ("kinks", "said"),
    [
        (None, "Broken has kinks, and where they lie is not declared"),
        ((Kink(0.0, 1.0, 2.0),), "Broken falls without end"),
        ((Kink(0.0, -1.0, -2.0),), "Broken falls without end"),
    ],
)
def test_a_loss_with_kinks_that_has_no_boundary_says_why(kinks, said):
    @declare(name="Broken", latex="", references=(), kinks=kinks)
    def broken(prediction: Score, target: Label) -> torch.Tensor:
        return torch.relu(-target * prediction)

    with pytest.raises(ValueError, match=said):
        fit_boundary(*PARTED, broken)


@pytest.mark.parametrize("loss", ["nonsense", "mae", LOSSES["mae"], LOSSES["zero_one"]])
def test_a_loss_that_makes_no_boundary_is_refused(loss):
    with pytest.raises(ValueError, match=r"no boundary is fitted by|is not a loss for a boundary|has kinks"):
        fit_boundary(*PARTED, loss)


def test_all_losses_of_labels_but_the_error_rate_itself_can_be_fitted():
    assert set(FITTED) == {key for key, loss in LOSSES.items() if loss.labels} - {"zero_one"} | {"mse"}


def test_the_ramp_does_not_care_how_far_the_outlier_lies():
    weights = []
    for far in (-15.0, -60.0, -1e6):
        moved = TWO_FEATURES["outlier"](30).edited({1: (far, 0.0)}, 4000)
        weights.append(fit_boundary(moved.features, moved.label, "ramp", L2).weights)
    assert weights[1] == pytest.approx(weights[0], rel=1e-4)
    assert weights[2] == pytest.approx(weights[0], rel=1e-4)


def test_hinge_gives_up_the_feature_in_which_an_outlier_is_far_enough():
    standing, collapsed = (
        fit_boundary(moved.features, moved.label, "hinge", L2)
        for moved in (TWO_FEATURES["outlier"](20).edited({1: (far, 0.0)}, 4000) for far in (-20.0, -30.0))
    )
    assert (standing.margin > 0).mean() == 0.95
    assert (collapsed.margin > 0).mean() <= 0.65
    assert abs(collapsed.weights[0]) < 0.1 < abs(standing.weights[0])


@pytest.mark.parametrize("loss", FITTED)
def test_units_of_the_features_do_not_matter_without_l2(loss):
    x, y = points("overlap", n=60)
    plain = fit_boundary(x, y, loss)
    for units in ([1000, 0.01], [1, 1e-8], [1e8, 1], [1e-160, 1e160]):
        scaled = fit_boundary(x * units + np.multiply(units, [5, -3]), y, loss)
        assert scaled.objective == pytest.approx(plain.objective, rel=1e-6, abs=1e-9)
        assert scaled.weights * units == pytest.approx(plain.weights, rel=1e-3, abs=1e-6)


@pytest.mark.parametrize("loss", FITTED)
def test_a_features_unit_does_not_matter_where_its_penalty_follows(loss):
    x, y = points("overlap", n=60)
    loss = FITTED[loss]
    settings = loss.settings(**{"from_logits": True} if "from_logits" in loss.parameters else {})
    tie, found = np.full(3, 1e-9), []
    for unit in 10.0 ** np.array([0, -8, -7, -3, 3, 8]):
        units, penalty = np.array([1, unit, 1]), np.array([L2, L2, 0])
        basis = np.column_stack([x, np.ones(60)]) * units
        problem = BoundaryProblem(loss, settings, basis, y, np.ones(60), penalty * units**2, tie * units**2)
        theta, _ = solve(problem)
        found.append([problem.penalised().objective(theta), *(theta * units)])
    assert np.array(found) == pytest.approx(np.tile(found[0], (6, 1)), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("loss", FITTED)
def test_a_feature_too_small_to_pay_its_penalty_is_left_out(loss):
    x, y = points("overlap", n=60)
    alone = fit_boundary(x * [1, 0], y, loss, L2)
    for unit in (1e-8, 1e-7, 1e-6, 1e-160):
        small = fit_boundary(x * [1, unit], y, loss, L2)
        assert small.objective == pytest.approx(alone.objective, rel=1e-6)
        assert "no optimum" not in small.note
    free, large = fit_boundary(x * [1, 1e5], y, loss, L2), fit_boundary(x * [1, 1e8], y, loss, L2)
    assert large.objective == pytest.approx(free.objective, rel=1e-6)


@pytest.mark.parametrize("loss", sorted(set(FITTED) - {"mse"}))
@pytest.mark.parametrize("l2", [0.0, L2])
def test_a_point_far_on_its_own_side_changes_nothing(loss, l2):
    """It costs nothing and pulls at nothing: what is left is the fit of the others, with a mean over one more."""
    x, y = points("overlap", n=60)
    near = fit_boundary(x, y, loss, l2 * 61 / 60)
    for away in ([1.0, 0.0], [1.0, 1.0]):
        far = fit_boundary(np.vstack([x, 1e8 * np.copysign(away, near.weights)]), np.append(y, 1.0), loss, l2)
        assert far.objective == pytest.approx(near.objective * 60 / 61, rel=1e-6)
        assert far.weights == pytest.approx(near.weights, rel=1e-3)
        assert far.note == near.note


def test_a_point_on_the_hinges_margin_costs_nothing_and_rounding_neither():
    mine = fit_boundary(*PARTED, "hinge", 1e-6)
    assert mine.values.tolist() == [0, 0, 0, 0]
    assert np.isnan(mine.share).all()
    assert mine.margin.min() == 1


@pytest.mark.parametrize("loss", ["logistic", "exponential", "binary_cross_entropy", "focal"])
def test_parted_classes_without_l2_have_no_optimum(loss):
    mine = fit_boundary(*PARTED, loss)
    assert mine.cost < 1e-10
    assert "no optimum" in mine.note
    assert "no optimum" not in fit_boundary(*PARTED, loss, 1e-3).note


TOUCHING = {
    "on a line": ([[-1, 0], [0, 0], [0, 0], [1, 0]], [-1, -1, 1, 1], 0.5),
    "one pair": ([[-1, 0], [0, 2], [0, 2], [1, 0], [3, -1]], [-1, -1, 1, 1, 1], 0.4),
    "mixed along the line": ([[0, 0], [1, 1], [2, 2], [3, 3], [0, 1]], [-1, 1, -1, 1, 1], None),
    "units apart": ([[-1e-8, 3], [0, 3], [0, 3], [1e-8, 3]], [-1, -1, 1, 1], 0.5),
    "one far away": ([[-1, 0], [0, 0], [0, 0], [1e8, 1]], [-1, -1, 1, 1], 0.5),
}


@pytest.mark.parametrize("loss", FITTED)
@pytest.mark.parametrize("case", TOUCHING)
def test_classes_that_only_touch_have_no_optimum_but_where_a_margin_is_enough(loss, case):
    x, y, undecided = TOUCHING[case]
    mine, endless = fit_boundary(x, y, loss), loss in ("logistic", "exponential", "binary_cross_entropy", "focal")
    assert ("no optimum: a line parts the classes but for points that lie on it" in mine.note) == endless
    assert "no optimum" not in fit_boundary(x, y, loss, L2).note
    if undecided and loss in ("logistic", "binary_cross_entropy"):
        assert mine.cost == pytest.approx(undecided * np.log(2), rel=1e-9), "the infimum"


def test_lines_that_part_are_those_of_a_linear_program():
    random = np.random.default_rng(0)
    answers = []
    for _ in range(120):
        size = random.integers(4, 13)
        x = random.integers(-2, 3, (size, 2)).astype(float)
        side = np.sign(x @ random.integers(-2, 3, 2))
        y = np.where(side == 0, random.choice([-1.0, 1.0], size), side)
        y *= np.where(random.random(size) < 0.2, -1, 1)
        rows = y[:, None] * np.column_stack([x, np.ones(size)])
        # The line, and what of each margin counts: at most 1.
        price = np.concatenate([np.zeros(3), -np.ones(size)])
        least = np.hstack([-rows, np.eye(size)])
        program = linprog(price, least, np.zeros(size), bounds=[(None, None)] * 3 + [(0, 1)] * size)
        beyond = beyond_the_line(np.column_stack([x, np.ones(size)]), y)
        assert (beyond is not None) == (program.fun < -1e-7)
        answers.append(beyond is None)
    assert 20 < sum(answers) < 100


@pytest.mark.parametrize("loss", ["hinge", "squared_hinge", "modified_huber", "mse"])
def test_parted_classes_have_an_optimum_where_a_margin_is_enough(loss):
    mine = fit_boundary(*PARTED, loss)
    assert "no optimum" not in mine.note
    assert (mine.margin > 0).all()


def test_the_perceptrons_optimum_is_nothing_at_all():
    overlapping, l2 = fit_boundary(*points("overlap"), "perceptron"), fit_boundary(*PARTED, "perceptron", L2)
    assert [*overlapping.weights, overlapping.bias, *l2.weights] == [0] * 5
    assert "weights 0" in overlapping.note
    parted = fit_boundary(*PARTED, "perceptron")
    assert (parted.margin > 0).all()
    assert "Any line that parts" in parted.note


@pytest.mark.parametrize("loss", FITTED)
@pytest.mark.parametrize("l2", [0.0, L2])
def test_one_class_and_features_on_a_line_are_explained(loss, l2):
    x, _ = points("overlap", n=20)
    single = fit_boundary(x, np.ones(20), loss, l2)
    assert "one class only" in single.note
    assert np.abs(single.weights).max() < 1e-5
    along = np.column_stack([x[:, 0], 2 * x[:, 0]])
    line = fit_boundary(along, points("overlap", n=20)[1], loss, l2)
    assert np.isfinite(line.objective)
    if not l2:
        assert "one line" in line.note


@pytest.mark.parametrize("loss", FITTED)
def test_all_labels_flipped_turn_the_boundary_round(loss):
    x, y = points("overlap", n=60)
    settings = {"alpha": 0.5} if loss == "focal" else {}
    plain, turned = fit_boundary(x, y, loss, L2, **settings), fit_boundary(x, -y, loss, L2, **settings)
    assert turned.weights == pytest.approx(-plain.weights, abs=1e-5)
    assert turned.bias == pytest.approx(-plain.bias, abs=1e-5)


def test_hinge_collapses_to_one_score_where_positives_are_rare():
    x, y = points("overlap", n=1000, ratio=99)
    mine = fit_boundary(x, y, "hinge", L2)
    assert mine.score == pytest.approx(-np.ones(1000), abs=1e-5)
    assert "collapsed" in mine.note


@pytest.mark.parametrize("loss", FITTED)
def test_huge_and_constant_features_give_numbers(loss):
    x, y = points("outlier", n=20)
    for features in (x * 1e150, np.column_stack([x[:, 0], np.full(20, 7.0)]), np.full((20, 2), 3.0)):
        mine = fit_boundary(features, y, loss, L2)
        assert np.isfinite([*mine.weights, mine.bias, mine.objective]).all()


@pytest.mark.parametrize(
    ("features", "label", "settings", "said"),
    [
        ([[1, 2, 3]], [1], {}, "shapes"),
        ([[1, 2]], [1, -1], {}, "shapes"),
        ([[1, 2], [3, 4]], [0, 1], {}, r"label must be -1 or \+1, but row 1 is 0"),
        ([[1, np.nan], [3, 4]], [-1, 1], {}, "features must be finite, but row 1 is 1, nan"),
        ([[1, 2], [3, 4]], [-1, 1], {"l2": -1}, "l2"),
        ([[1, 2], [3, 4]], [-1, 1], {"class_weight": 0}, "class_weight"),
        ([[1, 2], [3, 4]], [-1, 1], {"margin": -1}, "margin"),
    ],
)
def test_what_cannot_be_fitted_is_named(features, label, settings, said):
    with pytest.raises(ValueError, match=said):
        fit_boundary(features, label, "hinge", **settings)


@pytest.mark.parametrize("level", [-1.0, 0.0, 1.0])
def test_a_line_ends_at_the_edges_of_its_rectangle(level):
    mine = fit_boundary(*points("overlap"), "hinge", L2)
    ends = mine.line(level, (-2.0, -3.0), (4.0, 6.0))
    assert ends @ mine.weights + mine.bias == pytest.approx([level, level])
    inside = np.abs(ends / [2.0, 3.0])
    assert inside.max(1) == pytest.approx([1, 1])
    assert mine.line(1e6, (-2.0, -3.0), (4.0, 6.0)) is None


def test_the_dearest_half_by_hand():
    boundary = replace(fit_boundary([[0.0, 1.0], [1.0, 0.0]], [-1, 1], "hinge", 0.1), values=np.array([1.0, 0.0, 3.0]))
    examples, share = boundary.concentration()
    assert examples == pytest.approx([0, 100 / 3, 200 / 3, 100])
    assert share == pytest.approx([0, 75, 100, 100])


@pytest.mark.parametrize("loss", ["focal", "logistic"])
def test_features_that_are_all_but_one_for_most_warn_of_nothing(loss):
    features = np.column_stack([[-1.0, 0, 1e-310, 2e-310, 3e-310, 1], [0.0, 1, 2, 3, 4, 5]])
    with np.errstate(all="raise", under="ignore"):
        assert np.isfinite(fit_boundary(features, [-1, -1, 1, 1, -1, 1], loss, 0.0).score).all()


def test_features_too_close_together_for_any_weights_are_refused():
    with pytest.raises(ValueError, match="so close together"):
        fit_boundary([[0, 0], [5e-324, 1], [0, 2], [1e-323, 3]], [-1, 1, -1, 1], "logistic", 0.0)


def test_a_line_beyond_all_numbers_is_none():
    mine = replace(fit_boundary([[-1, 0], [1, 0]], [-1, 1], "hinge", L2), weights=np.array([5e-324, 1e-310]))
    with np.errstate(all="raise", under="ignore"):
        assert mine.line(1.0, (-2.0, -3.0), (4.0, 6.0)) is None
        slanted = replace(mine, weights=np.array([1.0, 1e-310]), bias=0.0)
        assert slanted.line(0.0, (-2.0, -3.0), (4.0, 6.0))[:, 0].tolist() == [0.0, 0.0]
