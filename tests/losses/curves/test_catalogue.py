"""Every loss is on an axis, and a curve along an axis is the loss itself."""

import math

import pytest
import torch

from losses import LOSSES
from losses.curves.axis import curve
from losses.curves.catalogue import AXES

CURVES = [(axis.key, key) for axis in AXES.values() for key in axis.losses]
SCENARIOS = {
    "prediction": [{"target": 0.5}, {"target": 40.0}],
    "probability": [{"label": False}],
    "logit": [{"label": False}],
    "class_probability": [{"classes": 2}, {"classes": 10}],
    "class_logit": [{"classes": 2}, {"classes": 10}],
    "divergence": [{"p": 0.0}, {"p": 0.5}, {"p": 1.0}],
    "discriminator": [{"real_logit": -3.0}],
    "object_found": [
        {"object_share": 1, "false_positive_share": 0.2},
        {"object_share": 0, "false_positive_share": 0.0},
        {"object_share": 100},
    ],
    "distance": [{"matching": False, "positive_distance": 0.0}],
    "angle": [{"matching": False}],
    "angle_among_negatives": [{"negative_angle": 35.0}],
    "score_lead": [{"first_higher": False}],
}
SITUATIONS = [(axis, loss, scenario) for axis, loss in CURVES for scenario in ({}, *SCENARIOS.get(axis, ()))]


def points(axis, count=1001):
    return torch.linspace(axis.low, axis.high, count, dtype=torch.float64)


def at(loss, axis, x, scenario=None, **parameters):
    found = curve(LOSSES[loss], AXES[axis], torch.tensor([x], dtype=torch.float64), scenario, **parameters)
    return tuple(part.item() for part in found)


def test_every_loss_is_on_an_axis():
    assert {loss for _, loss in CURVES} == LOSSES.keys()


def test_no_loss_is_twice_on_an_axis():
    assert len(CURVES) == len(set(CURVES))


def test_the_scenarios_above_are_those_of_the_axes():
    assert SCENARIOS.keys() == {axis.key for axis in AXES.values() if axis.parameters}


def test_axes_can_not_be_changed():
    with pytest.raises(TypeError):
        AXES["residual"] = AXES["margin"]


@pytest.mark.parametrize("axis", AXES.values(), ids=AXES)
def test_declaration(axis):
    assert AXES[axis.key] is axis
    assert axis.title and axis.label and axis.inputs.__doc__
    assert axis.domain[0] <= axis.low < axis.high <= axis.domain[1]
    for parameter in axis.parameters.values():
        assert parameter.check(parameter.default) == parameter.default
        assert parameter.label


@pytest.mark.parametrize(("axis", "loss", "scenario"), SITUATIONS)
def test_shapes_and_no_nan(axis, loss, scenario):
    x = points(AXES[axis])
    for part in curve(LOSSES[loss], AXES[axis], x, scenario):
        assert part.shape == x.shape
        assert part.dtype == torch.float64
        assert not part.requires_grad
        assert not part.isnan().any()


@pytest.mark.parametrize(("axis", "loss", "scenario"), SITUATIONS)
def test_inputs_are_what_a_call_of_the_loss_accepts(axis, loss, scenario):
    axis, loss = AXES[axis], LOSSES[loss]
    settings = axis.settings(loss)
    domains = {name: domain.resolve(settings) for name, domain in loss.inputs.items()}
    x = points(axis)[1:-1]
    inputs = axis.inputs(x, domains, **axis.situation(scenario))
    torch.testing.assert_close(loss(*inputs, **settings), curve(loss, axis, x, scenario).value, rtol=0, atol=0)


@pytest.mark.parametrize(("axis", "loss", "scenario"), SITUATIONS)
def test_slope_and_curvature_are_central_differences(axis, loss, scenario):
    axis, loss = AXES[axis], LOSSES[loss]
    # An irregular start keeps every point off the kinks, which lie at round numbers.
    step = 1e-4 * (axis.high - axis.low)
    x = torch.linspace(axis.low + 173.3 * step, axis.high - 181.7 * step, 47, dtype=torch.float64)
    found = curve(loss, axis, x, scenario)
    after, before = (curve(loss, axis, x + sign * step, scenario) for sign in (1, -1))
    finite = found.value.isfinite()
    smooth = finite & ((after.slope - before.slope).abs() < 0.1 * (1 + found.slope.abs()))
    assert smooth.sum() >= finite.sum() - 7
    for rate, lower, upper in ((found.slope, before.value, after.value), (found.curvature, before.slope, after.slope)):
        difference = (upper - lower) / (2 * step)
        torch.testing.assert_close(rate[smooth], difference[smooth], rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("axis", "loss", "x", "scenario", "expected"),
    [
        ("residual", "mse", 3.0, {}, (9.0, 6.0)),
        ("residual", "huber", -5.0, {}, (4.5, -1.0)),
        ("prediction", "mae", 1.0, {"target": 4.0}, (3.0, -1.0)),
        ("prediction", "poisson", 1.0, {"target": 3.0}, (1.0, -2.0)),
        ("prediction", "poisson", 0.0, {"target": 3.0}, (math.inf, -math.inf)),
        ("margin", "hinge", 0.5, {}, (0.5, -1.0)),
        ("margin", "zero_one", -2.0, {}, (1.0, 0.0)),
        ("probability", "binary_cross_entropy", 0.25, {}, (math.log(4), -4.0)),
        ("probability", "binary_cross_entropy", 0.25, {"label": False}, (math.log(4), -4.0)),
        ("probability", "binary_cross_entropy", 0.0, {}, (math.inf, -math.inf)),
        ("probability", "binary_cross_entropy", 1.0, {}, (0.0, -1.0)),
        ("logit", "binary_cross_entropy", 0.0, {}, (math.log(2), -0.5)),
        ("logit", "binary_cross_entropy", 0.0, {"label": False}, (math.log(2), 0.5)),
        ("class_probability", "categorical_cross_entropy", 0.5, {"classes": 5}, (math.log(2), -2.0)),
        ("class_probability", "categorical_cross_entropy", 0.0, {}, (math.inf, -math.inf)),
        ("class_probability", "sparse_categorical_cross_entropy", 1.0, {}, (0.0, -1.0)),
        ("class_probability", "categorical_hinge", 0.5, {"classes": 3}, (0.75, -1.5)),
        ("class_logit", "categorical_cross_entropy", 0.0, {"classes": 4}, (math.log(4), -0.75)),
        ("class_logit", "sparse_categorical_cross_entropy", 0.0, {"classes": 4}, (math.log(4), -0.75)),
        ("class_logit", "categorical_hinge", 0.25, {}, (0.75, -1.0)),
        ("divergence", "kl_divergence", 0.3, {"p": 0.3}, (0.0, 0.0)),
        ("divergence", "kl_divergence", 0.25, {"p": 0.5}, (math.log(4 / 3) / 2, -4 / 3)),
        ("divergence", "kl_divergence", 0.0, {"p": 0.5}, (math.inf, -math.inf)),
        ("divergence", "jensen_shannon", 0.0, {"p": 1.0}, (math.log(2), -math.inf)),
        ("divergence", "reverse_kl", 0.5, {"p": 1.0}, (math.inf, -math.inf)),
        ("discriminator", "gan_discriminator", 0.0, {"real_logit": 0.0}, (2 * math.log(2), 0.5)),
        ("discriminator", "gan_generator_minimax", 0.0, {}, (-math.log(2), -0.5)),
        ("discriminator", "wasserstein_critic", 2.0, {"real_logit": 5.0}, (-3.0, 1.0)),
        ("object_found", "dice", 0.0, {}, (1.0, -2.0)),
        ("object_found", "dice", 1.0, {"object_share": 10, "false_positive_share": 1 / 9}, (1 / 3, -4 / 9)),
        ("object_found", "jaccard", 0.25, {}, (0.75, -1.0)),
        ("object_found", "tversky", 0.5, {"object_share": 0}, (0.0, 0.0)),
        ("distance", "contrastive", 2.0, {"matching": True}, (4.0, 4.0)),
        ("distance", "contrastive", 0.25, {"matching": False}, (0.5625, -1.5)),
        ("distance", "contrastive", 0.0, {"matching": False}, (1.0, 0.0)),
        ("distance", "triplet", 1.0, {"positive_distance": 2.0}, (2.0, -1.0)),
        ("angle", "cosine_embedding", 60.0, {"matching": True}, (0.5, math.sqrt(3) / 2 * math.pi / 180)),
        ("angle", "cosine_embedding", 60.0, {"matching": False}, (0.5, -math.sqrt(3) / 2 * math.pi / 180)),
        ("score_lead", "margin_ranking", 0.25, {"first_higher": True}, (0.75, -1.0)),
        ("score_lead", "margin_ranking", 0.25, {"first_higher": False}, (1.25, 1.0)),
        ("weight", "l1", -2.0, {}, (2.0, -1.0)),
        ("weight", "l2", -2.0, {}, (4.0, -4.0)),
        ("weight", "elastic_net", -2.0, {}, (3.0, -2.5)),
    ],
)
def test_known_points(axis, loss, x, scenario, expected):
    assert at(loss, axis, x, scenario)[:2] == pytest.approx(expected, rel=1e-12, abs=1e-15)


@pytest.mark.parametrize("axis", ["logit", "class_logit", "discriminator", "distance", "weight"])
def test_far_out_nothing_overflows(axis):
    axis = AXES[axis]
    x = torch.tensor([max(axis.domain[0], -1e9), 1e9], dtype=torch.float64)
    for key in axis.losses:
        assert all(part.isfinite().all() for part in curve(LOSSES[key], axis, x))


def test_parameters_reach_the_loss_and_the_axis_decides_what_it_fixes():
    assert at("huber", "residual", 5.0, delta=2.0)[:2] == (8.0, 2.0)
    assert at("binary_cross_entropy", "logit", 0.0, from_logits=False) == at("binary_cross_entropy", "logit", 0.0)
    assert AXES["probability"].settings(LOSSES["focal"], from_logits=True, gamma=1.0)["from_logits"] is False
    assert "from_logits" not in AXES["class_logit"].settings(LOSSES["categorical_hinge"])


def test_order_one_leaves_the_curvature_out():
    x = torch.tensor([1.0], dtype=torch.float64)
    found = curve(LOSSES["mse"], AXES["residual"], x, order=1)
    assert found.slope.item() == 2.0
    assert found.curvature is None
    assert at("mse", "residual", 1.0) == (1.0, 2.0, 2.0)


@pytest.mark.parametrize(
    ("axis", "loss", "x", "settings", "message"),
    [
        ("margin", "mse", 0.0, {}, "mse is not on the axis margin"),
        ("probability", "focal", 1.5, {}, "axis probability runs from 0 to 1, got 1.5"),
        ("prediction", "poisson", -0.1, {}, "axis prediction runs from 0 to inf, got -0.1"),
        ("prediction", "poisson", 1.0, {"scenario": {"target": 0.0}}, "target must be a number in"),
        ("prediction", "poisson", 1.0, {"scenario": {"goal": 1.0}}, "no parameter 'goal'; it has: target"),
        ("class_logit", "categorical_hinge", 1.0, {"scenario": {"classes": 2.5}}, "classes must be a whole number in"),
        ("angle", "cosine_embedding", 1.0, {"scenario": {"matching": 1}}, "matching must be True or False"),
        ("residual", "huber", 1.0, {"delta": -1.0}, "delta must be a finite number above 0"),
        ("residual", "huber", 1.0, {"gamma": 1.0}, "huber has no parameter 'gamma'"),
    ],
)
def test_errors_name_what_is_wrong(axis, loss, x, settings, message):
    with pytest.raises(ValueError, match=message):
        at(loss, axis, x, **settings)
