"""Every declared fact, checked numerically in both directions: where it holds, and where it does not."""

import functools
import itertools

import numpy as np
import pytest
import scipy.stats
import torch

from losses import LOSSES
from losses.calculus import derivatives, differentiate
from losses.spec.domain import BINARY, CLASS_INDEX, DISTRIBUTION, PIXELS, PROBABILITY, SIGN
from losses.spec.kinks import are_convex
from tests.losses.lines import breaks, edge_points, lines_of
from tests.losses.sampling import CLASSES, domains_of, draw, each, spread

EVERY = list(LOSSES.values())
MANY = 64  # classes: with few, strong label smoothing can make a loss convex that is not in general
NEARER = (1e-3, 1e-6, 1e-9, 1e-12)
FARTHER = (1e25, 1e50, 1e100)


def _bounded_on_both_sides(domain):
    return domain.sums_to_one or np.isfinite(domain.high)


@each(EVERY)
def test_convex(loss, settings):
    """On random chords the loss stays below the chord exactly where it is declared convex."""
    rng = np.random.default_rng(0)
    first, *rest = domains_of(loss, settings).values()
    batch = (10_000,) if first.sums_to_one else (40_000,)
    length = MANY if first.sums_to_one else CLASSES
    start, end = spread(first, batch, rng, length), spread(first, batch, rng, length)
    others = [spread(domain, batch, rng, length) for domain in rest]
    if first.sums_to_one:  # half of the chords are short and take weight from the likeliest class for the next few
        start[::2] = start[::2].sort(-1, descending=True).values
        moved = start[::2, :1] * torch.as_tensor(rng.normal(0, 0.1, (len(start[::2]), 1))).abs().clamp(max=1)
        heirs = torch.arange(1, length) <= torch.as_tensor(rng.integers(1, 8, (len(moved), 1)))
        end[::2, :1] = start[::2, :1] - moved
        end[::2, 1:] = start[::2, 1:] + moved * heirs / heirs.sum(-1, keepdim=True)
    if first == PIXELS:  # half of the chords lead straight towards the empty image
        end[::2] = start[::2] * torch.as_tensor(rng.uniform(0.5, 1, (len(start[::2]), 1)))
    # half of the chords lie close to another input of the same domain, where losses bend most
    for domain, other in zip(rest, others, strict=True):
        if domain == first and not _bounded_on_both_sides(domain) and not np.isfinite(domain.low):
            start[::2], end[::2] = start[::2] + other[::2], end[::2] + other[::2]
    share = torch.as_tensor(rng.uniform(size=batch))
    weight = share.unsqueeze(-1) if first.event_dims else share
    at_start, at_end, between = (
        loss.function(x, *others, **settings) for x in (start, end, weight * start + (1 - weight) * end)
    )
    chord = share * at_start + (1 - share) * at_end
    above = between - chord > 1e-11 * (1 + at_start.abs() + at_end.abs())
    assert loss.fact("convex", **settings) == (not above.any())


def _near_special_points(loss, settings, order):
    return _near(loss.key, tuple(settings.items()), order)


@functools.cache
def _near(key, settings, order):
    """Values (0) or largest slopes (1) ever nearer to the edges of a bounded domain, or to 0; and right there."""
    loss, settings = LOSSES[key], dict(settings)
    rng = np.random.default_rng(1)
    first, *rest = domains_of(loss, settings).values()
    edge, inward = edge_points(first, 2000, rng)
    others = [spread(domain, (2000,), rng) for domain in rest]
    for row, (domain, other) in enumerate(zip(rest, others, strict=True)):
        same_shape = other.shape == edge.shape
        if same_shape and _bounded_on_both_sides(first) and _bounded_on_both_sides(domain):
            others[row] = torch.where(
                torch.as_tensor(rng.uniform(size=(2000,) + (1,) * first.event_dims)) < 0.3, edge, other
            )
    points = [edge + nearer * inward for nearer in NEARER] + ([] if first.open_low else [edge])
    return [_measure(loss, settings, x, others, order) for x in points]


def _far_out(loss, settings, order):
    rng = np.random.default_rng(2)
    first, *rest = domains_of(loss, settings).values()
    if _bounded_on_both_sides(first):
        return []
    direction = draw(first, (2000,), rng)
    direction = direction.abs() if np.isfinite(first.low) else direction
    others = [draw(domain, (2000,), rng) for domain in rest]
    return [_measure(loss, settings, farther * direction, others, order) for farther in FARTHER]


def _measure(loss, settings, x, others, order):
    value, slope, _ = derivatives(lambda x: loss.function(x, *others, **settings), x, order=1)
    size = slope if order else value
    return size.abs().flatten(1).amax(-1) if size.ndim > 1 else size.abs()


def _settles(sizes):
    """Whether the largest of some sizes stops growing from one order of magnitude to the next."""
    if not sizes or not len(sizes[0]):
        return True
    largest = [size.max().item() for size in sizes]
    return np.isfinite(largest[-1]) and largest[-1] <= 1.02 * largest[-2] + 1e-9


def _jumps(loss, settings):
    near = _near_special_points(loss, settings, 0)
    first = next(iter(domains_of(loss, settings).values()))
    at_edge = (
        not first.open_low
        and ((near[-1] - near[-2]).abs() > 1e-2 * (1 + near[-1])).logical_and(near[-1].isfinite()).any()
    )
    return at_edge or len(breaks(lines_of(loss, settings), of=0)[0]) > 0


@each(EVERY)
def test_bounded_value(loss, settings):
    first = next(iter(domains_of(loss, settings).values()))
    near = _near_special_points(loss, settings, 0)
    bounded = _settles(_far_out(loss, settings, 0)) and _settles(near[: len(NEARER)])
    bounded = bounded and (first.open_low or near[-1].isfinite().all())
    assert loss.fact("bounded_value", **settings) == bounded


@each(EVERY)
def test_bounded_slope(loss, settings):
    """Far out, close to every edge and across every jump, where the slope is that of a wall."""
    near = _near_special_points(loss, settings, 1)[: len(NEARER)]
    bounded = _settles(_far_out(loss, settings, 1)) and _settles(near) and not _jumps(loss, settings)
    assert loss.fact("bounded_slope", **settings) == bounded


@each(EVERY)
def test_differentiable(loss, settings):
    """No jump of value or slope on lines through the domain, and none of infinite slope where the value is finite."""
    kinks = len(breaks(lines_of(loss, settings), of=1)[0])
    first = next(iter(domains_of(loss, settings).values()))
    vertical = False
    if not first.open_low:
        finite = _near_special_points(loss, settings, 0)[-1].isfinite()
        slopes = [slope[finite] for slope in _near_special_points(loss, settings, 1)[: len(NEARER)]]
        vertical = not _settles(slopes)
    assert loss.fact("differentiable", **settings) == (not kinks and not vertical and not _jumps(loss, settings))


@each(loss for loss in EVERY if loss.kinks is not None)
def test_declared_kinks_are_where_the_slope_jumps_and_nowhere_else(loss, settings):
    """Along the residual for the target 0, or the margin for the label +1: the slope is a staircase, as declared."""
    kinks = loss.kinks_for(**settings)
    at = np.array([kink.at for kink in kinks])
    lines = lines_of(loss, settings, count=8)
    rows, left, right = breaks(lines, of=1)
    places = (lines.start[rows] + (left + right) / 2 * lines.direction[rows]).numpy()
    target = lines.others[0][rows].numpy()
    found = places * target if loss.labels else places - target
    assert np.abs(found[:, None] - at).min(1) == pytest.approx(0, abs=1e-6)
    assert np.abs(found[:, None] - at).min(0) == pytest.approx(0, abs=1e-6)

    knots = np.concatenate([[at[0] - 1e3], at, [at[-1] + 1e3]])
    inside = torch.as_tensor(knots[:-1, None] + np.diff(knots)[:, None] * np.linspace(1e-9, 1 - 1e-9, 50))
    value, slope, curvature = differentiate(loss, inside, 1.0 if loss.labels else 0.0, **settings)
    declared = np.array([kinks[0].before, *(kink.after for kink in kinks)])
    assert slope.numpy() == pytest.approx(np.repeat(declared[:, None], 50, axis=1), abs=1e-12)
    assert not curvature.any()
    ends = loss(torch.as_tensor(at), 1.0 if loss.labels else 0.0, **settings)
    assert value[1:, 0].numpy() == pytest.approx(ends.numpy(), abs=1e-5)
    assert value[:-1, -1].numpy() == pytest.approx(ends.numpy(), abs=1e-5)


@each(loss for loss in EVERY if loss.kinks is not None)
def test_facts_go_with_the_kinks(loss, settings):
    kinks = loss.kinks_for(**settings)
    assert loss.fact("convex", **settings) == are_convex(kinks)
    assert loss.fact("bounded_value", **settings) == (kinks[0].before == kinks[-1].after == 0)
    assert not loss.fact("differentiable", **settings)
    assert loss.fact("bounded_slope", **settings)


@each(loss for loss in EVERY if loss.kinks is not None)
def test_a_loss_with_kinks_depends_on_residual_or_margin_alone(loss, settings):
    rng = np.random.default_rng(6)
    x, target = (draw(domain, (200,), rng) for domain in domains_of(loss, settings).values())
    along = loss(x * target, 1.0, **settings) if loss.labels else loss(x - target, 0.0, **settings)
    torch.testing.assert_close(loss(x, target, **settings), along)


def test_every_loss_of_one_number_that_has_kinks_declares_them_or_jumps():
    kinked = {key for key, loss in LOSSES.items() if loss.family in ("regression", "margin", "binary")}
    kinked -= {key for key in kinked if LOSSES[key].fact("differentiable")}
    assert {key for key in kinked if LOSSES[key].kinks is None} == {"zero_one"}
    assert _jumps(LOSSES["zero_one"], {})


@each(EVERY)
def test_symmetric(loss, settings):
    """Flipping the signs of the first input and the target together changes nothing."""
    rng = np.random.default_rng(3)
    domains = domains_of(loss, settings)
    inputs = [draw(domain, (200,), rng) for domain in domains.values()]
    first = next(iter(domains))
    flipped = [-tensor if name in (first, "target") else tensor for name, tensor in zip(domains, inputs, strict=True)]
    symmetric = all(domain.violation(tensor) is None for domain, tensor in zip(domains.values(), flipped, strict=True))
    if symmetric:
        here, there = loss(*inputs, **settings), loss(*flipped, **settings)
        symmetric = torch.allclose(here, there, rtol=1e-12, atol=1e-12)
    assert loss.fact("symmetric", **settings) == symmetric


def _outcomes(domain):
    """Every target that can happen, and the probabilities of all of them under a given truth."""
    if domain in (SIGN, BINARY, PROBABILITY):
        low = -1.0 if domain is SIGN else 0.0
        return [low, 1.0], lambda truth: torch.stack([1 - truth, truth])
    if domain in (CLASS_INDEX, DISTRIBUTION):
        classes = range(CLASSES) if domain is CLASS_INDEX else torch.eye(CLASSES, dtype=torch.float64).tolist()
        return list(classes), lambda truth: truth.movedim(-1, 0)
    masks = list(itertools.product((0.0, 1.0), repeat=CLASSES))
    return masks, lambda truth: torch.stack(
        [torch.where(torch.tensor(mask) == 1, truth, 1 - truth).prod(-1) for mask in masks]
    )


def _expected(loss, settings, prediction, truth, domain):
    targets, probabilities = _outcomes(domain)
    losses = torch.stack([loss(prediction, target, **settings) for target in targets])
    weights = probabilities(truth)
    return (weights.unsqueeze(-1) * losses).sum(0) if losses.ndim > weights.ndim else (weights * losses).sum(0)


@each(EVERY)
def test_proper(loss, settings):
    """The true probability, or its logit, expects a smaller loss than any other prediction."""
    domains = domains_of(loss, settings)
    target = domains.get("target")
    labelled = target in (SIGN, BINARY, PROBABILITY, CLASS_INDEX, DISTRIBUTION) or (target and target.values)
    if list(domains) != ["prediction", "target"] or not labelled:
        assert not loss.fact("proper", **settings)
        return
    rng = np.random.default_rng(4)
    domain = domains["prediction"]
    classes = target in (CLASS_INDEX, DISTRIBUTION)
    proper = True
    for _ in range(4):
        if classes:
            logits = torch.as_tensor(np.log(0.9 * rng.dirichlet(np.ones(CLASSES)) + 0.1 / CLASSES))
        else:
            logits = torch.logit(torch.as_tensor(rng.uniform(0.05, 0.95, CLASSES if domain.event_dims else ())))
        noise = torch.as_tensor(rng.standard_normal((300, *logits.shape)))
        moved = logits + noise * torch.as_tensor(10 ** rng.uniform(-2, 0.5, (300, *[1] * logits.ndim)))
        truth, other = (x.softmax(-1) if classes else x.sigmoid() for x in (logits, moved))
        if not _bounded_on_both_sides(domain):
            at_truth, elsewhere = (_expected(loss, settings, x, truth, target) for x in (logits, moved))
        else:
            at_truth, elsewhere = (_expected(loss, settings, x, truth, target) for x in (truth, other))
        proper = proper and bool((elsewhere > at_truth).all())
    assert loss.fact("proper", **settings) == proper


@each(loss for loss in EVERY if loss.link)
def test_a_link_gives_probabilities_that_rise_with_the_prediction(loss, settings):
    domain = next(iter(domains_of(loss, settings).values()))
    numbers = torch.arange(-90, 91, dtype=torch.float64) / 10
    numbers = (numbers + 9) / 18 if np.isfinite(domain.high) else numbers
    given = loss.probability(numbers, **settings)
    if settings.get("margin") == 0:
        assert given.isnan().all(), "a loss that asks for no margin has a best score for every probability: 0"
        return
    assert given.min() >= 0
    assert given.max() <= 1
    assert (given.diff() >= 0).all()
    assert given[90] == 0.5
    if loss.fact("proper", **settings):
        torch.testing.assert_close(given, numbers if np.isfinite(domain.high) else numbers.sigmoid())


def test_predictions_of_other_losses_are_no_probability():
    assert LOSSES["hinge"].probability([1.0]) is None
    assert LOSSES["kl_divergence"].short == "forward"
    assert LOSSES["kl_divergence"].symbol == "KL(P‖Q)"
    assert LOSSES["jensen_shannon"].symbol == LOSSES["jensen_shannon"].short == "JS"
    assert LOSSES["huber"].symbol == LOSSES["huber"].short == "Huber"


def _quantile(sample, tau):
    return sample.sort().values[int(np.ceil(tau * len(sample))) - 1]


def _expectile(sample, tau):
    return torch.as_tensor(scipy.stats.expectile(sample.numpy(), tau))


ESTIMATES = {
    "mean": lambda sample, **_: sample.mean(),
    "median": lambda sample, **_: sample.median(),
    "quantile": _quantile,
    "expectile": _expectile,
    "mean of log(1 + y)": lambda sample, **_: sample.log1p().mean().expm1(),
}


def test_each_kind_of_estimate_is_claimed_by_some_loss():
    assert {loss.estimates for loss in EVERY} >= ESTIMATES.keys()


@each(loss for loss in EVERY if loss.family == "regression" and loss.estimates in ESTIMATES)
def test_the_best_constant_is_what_the_loss_estimates(loss, settings):
    sample = torch.as_tensor(np.random.default_rng(5).exponential(2, 37))
    grid = torch.linspace(0.001, sample.max().item(), 40_001, dtype=torch.float64)
    cost = loss(grid[:, None], sample, **settings).mean(-1)
    best = grid[cost.argmin()]
    assert abs(best - ESTIMATES[loss.estimates](sample, **settings)) <= 2 * (grid[1] - grid[0])


SMOOTH = [loss for loss in LOSSES.values() if loss.family == "regression" and loss.fact("differentiable")]


@pytest.mark.parametrize("loss", SMOOTH, ids=lambda loss: loss.key)
def test_the_curvature_at_residual_0_is_that_beside_it(loss):
    """Autograd gives abs() none there, whatever the loss has."""
    at = 2.0  # in every domain of targets
    here = differentiate(loss, at, at).curvature.item()
    beside = [differentiate(loss, at + step, at).curvature.item() for step in (-1e-6, 1e-6)]
    assert min(beside) - 1e-4 <= here <= max(beside) + 1e-4
