"""Residuals and parameters of every order of magnitude: value and slope are right wherever the value is a float."""

import math
import sys

import mpmath
import pytest
import torch
from mpmath import exp, expm1, log1p, mpf

from losses import LOSSES
from losses.calculus import differentiate

POWERS = (-300, -240, -161, -155, -100, -40, -10, -1, 0, 1, 10, 40, 100, 155, 161, 240, 300)
RESIDUALS = [sign * 10.0**power for power in POWERS for sign in (1, -1)] + [3.7, 13.0, 20.0]
SCALES = [2.385, 4.685, *(10.0**power for power in POWERS)]
LEAST = 1e-290  # below it floats lose digits
LARGEST = sys.float_info.max


def huber(r, delta):
    return r * r / 2 if abs(r) <= delta else delta * (abs(r) - delta / 2), max(-delta, min(r, delta))


def smooth_l1(r, beta):
    value, slope = huber(r, beta)
    return value / beta, slope / beta


def low_side(r, delta, weight):
    """Asymmetric Huber with the deltas ``delta`` and 1, the weights ``weight`` and 1."""
    value, slope = huber(r, delta if r < 0 else mpf(1))
    return (weight * value, weight * slope) if r < 0 else (value, slope)


def tukey(r, c):
    s = (r / c) ** 2
    return (c * c / 6, mpf(0)) if s >= 1 else (r * r / 6 * (3 - 3 * s + s * s), r * (1 - s) ** 2)


def cauchy(r, c):
    s = (r / c) ** 2
    return c * c / 2 * log1p(s), r / (1 + s)


def welsch(r, c):
    s = (r / c) ** 2
    return -c * c / 2 * expm1(-s), r * exp(-s)


def geman_mcclure(r, c):
    s = 1 + (r / c) ** 2
    return r * r / 2 / s, r / s**2


def general_robust(alpha):
    def formula(r, c):
        s, unit = (r / c) ** 2, r / c / c
        if alpha == 2:
            return s / 2, unit
        if alpha == 0:
            return log1p(s / 2), unit / (1 + s / 2)
        if alpha == -math.inf:
            return -expm1(-s / 2), unit * exp(-s / 2)
        a, d = mpf(alpha), abs(mpf(alpha) - 2)
        return d / a * expm1(a / 2 * log1p(s / d)), unit * exp((a / 2 - 1) * log1p(s / d))

    return formula


ALPHAS = (2, 2 - 1e-12, 1.5, 1, 0.5, 1e-300, 5e-324, 0, -1e-20, -2, -10, -1e12, -1e30, -math.inf)
SCALED = [  # the loss, the parameter that is its scale, others, and value and slope as mpmath has them
    ("huber", "delta", {}, huber),
    ("smooth_l1", "beta", {}, smooth_l1),
    ("asymmetric_huber", "delta_low", {}, lambda r, delta: low_side(r, delta, mpf(3))),
    ("asymmetric_huber", "weight_low", {}, lambda r, weight: low_side(r, mpf(1), weight)),
    ("tukey", "c", {}, tukey),
    ("cauchy", "c", {}, cauchy),
    ("welsch", "c", {}, welsch),
    ("geman_mcclure", "c", {}, geman_mcclure),
    *(("general_robust", "c", {"alpha": alpha}, general_robust(alpha)) for alpha in ALPHAS),
]


def _right(found, true, tolerance):
    """Whether a number is the true one: infinite where that is no float, and something tiny where that is."""
    if abs(true) > LARGEST:
        return abs(found) == math.inf
    return math.isfinite(found) and abs(mpf(found) - true) <= tolerance * abs(true) + LEAST


@pytest.mark.parametrize(("key", "scale", "others", "formula"), SCALED)
def test_value_and_slope_over_all_magnitudes(key, scale, others, formula):
    """Slopes are checked where neither the value nor the slope, as one in units of the scale, is close to vanishing."""
    loss = LOSSES[key]
    with mpmath.workdps(40):
        for size in SCALES:
            if not loss.parameters[scale].least <= size <= loss.parameters[scale].high:
                continue
            at = differentiate(loss, RESIDUALS, 0.0, order=1, **{scale: size}, **others)
            for r, value, slope in zip(RESIDUALS, at.value.tolist(), at.slope.tolist(), strict=True):
                true_value, true_slope = formula(mpf(r), mpf(size))
                assert _right(value, true_value, 1e-12), (r, size, value, true_value)
                if 1e-200 < true_value < LARGEST and abs(true_slope * size) > LEAST:
                    assert _right(slope, true_slope, 1e-11), (r, size, slope, true_slope)


@pytest.mark.parametrize(
    ("key", "inputs", "parameters", "value", "slope"),
    [
        ("cauchy", (1e155, 0), {}, 2.385**2 / 2 * 2 * math.log(1e155 / 2.385), 2.385**2 / 1e155),
        ("tukey", (1, 0), {"c": 1e160}, 0.5, 1),
        ("general_robust", (1e160, 0), {"alpha": 1, "c": 1}, 1e160, 1),
        ("welsch", (70, 0), {"c": 10}, 50, 70 * math.exp(-49)),
        ("welsch", (200, 0), {"c": 10}, 50, 200 * math.exp(-400)),
        ("mse", (1.8e154, 0), {"half": True}, 1.62e308, 1.8e154),
        ("expectile", (1e155, 0), {"tau": 0.99}, (1 - 0.99) * 1e155 * 1e155, 2 * (1 - 0.99) * 1e155),
        ("triplet", ([1e200, 0], [0, 0], [0, 1e200]), {}, 0, [0, 0]),
        ("triplet", ([3e-200, 4e-200], [0, 0], [3e-200, 4e-200]), {"margin": 1}, 1, [0.6, 0.8]),
        ("contrastive", ([3e200, 4e200], [0, 0], 0), {}, 0, [0, 0]),
        ("cosine_embedding", ([3e200, 4e200], [1, 0], 1), {}, 0.4, [0, 0]),
        ("cosine_embedding", ([3e-200, 4e-200], [1e-200, 0], 1), {}, 0.4, None),
        ("l2", ([1.8e154],), {"half": True}, 1.62e308, [1.8e154]),
        ("elastic_net", ([1e200, -2.0],), {"l1_ratio": 1}, 1e200, [1, -1]),
    ],
)
def test_what_overflows_or_vanishes_on_the_way_does_not_in_the_end(key, inputs, parameters, value, slope):
    at = differentiate(LOSSES[key], *inputs, order=1, **parameters)
    assert at.value.item() == pytest.approx(value, rel=1e-12, abs=1e-12)
    if slope is not None:
        assert at.slope.tolist() == pytest.approx(slope, rel=1e-12, abs=1e-300 if key == "welsch" else 1e-15)


@pytest.mark.parametrize("key", ["tukey", "cauchy", "welsch", "geman_mcclure"])
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_the_curvature_at_the_target_is_1_whatever_the_scale(key, dtype):
    for c in (1e-15, 1.0, 1e15):
        at = differentiate(LOSSES[key], torch.tensor([0.0, c / 1e10, -c / 1e10], dtype=dtype), 0.0, c=c)
        assert at.curvature.tolist() == pytest.approx([1, 1, 1], rel=1e-6)


def test_a_parameter_beyond_the_dtype_is_refused():
    with pytest.raises(ValueError, match=r"cauchy: c = 1e\+160 is beyond the range of torch.float32: give .* float64"):
        LOSSES["cauchy"](torch.ones(2), torch.zeros(2), c=1e160)
    assert LOSSES["cauchy"](torch.ones(2).double(), 0.0, c=1e160).tolist() == [0.5, 0.5]
