"""Small inputs on which loss functions elsewhere were reported wrong, with the right values."""

from math import exp, inf, log

import pytest

from losses import LOSSES
from losses.calculus import differentiate

LOGITS = {"from_logits": True}
EMPTY, FULL, MASK = [0, 0, 0], [1, 1, 1, 1, 1, 1], [0, 1, 0, 1, 1, 1]
RARE = exp(-700)

REPORTED = [  # key, inputs, parameters, value, and the slope in the first input where there was something about it
    ("log_cosh", (100, 0), {}, 99.306852819440055, 1),
    ("log_cosh", (-100, 0), {}, 99.306852819440055, -1),
    ("log_cosh", (712, 0), {}, 711.306852819440055, 1),
    ("log_cosh", (-712, 0), {}, 711.306852819440055, -1),
    *(("focal", (100, 1), LOGITS | {"gamma": gamma}, 0, 0) for gamma in (0, 0.5, 1)),
    *(("focal", (-100, 0), LOGITS | {"gamma": gamma}, 0, 0) for gamma in (0, 0.5, 1)),
    *(("focal", (-100, 1), LOGITS | {"gamma": gamma}, 25, -0.25) for gamma in (0, 0.5, 1)),
    *(("focal", (100, 0), LOGITS | {"gamma": gamma}, 75, 0.75) for gamma in (0, 0.5, 1)),
    ("binary_cross_entropy", (0, 0), LOGITS | {"positive_weight": 2}, log(2), 0.5),
    ("binary_cross_entropy", (-120, 1), LOGITS | {"positive_weight": 2}, 240, -2),
    ("binary_cross_entropy", (0, 1), {}, inf, -inf),
    ("binary_cross_entropy", (-inf, 0), LOGITS, 0, 0),
    ("binary_cross_entropy", (inf, 1), LOGITS, 0, 0),
    ("kl_divergence", ([1 - RARE, RARE], [1, 0]), {}, 0, [-1, 0]),
    ("categorical_cross_entropy", ([14.4, 50.1, 3.5], [1, 0, 0]), LOGITS, 35.7, [-1, 1, 0]),
    ("sparse_categorical_cross_entropy", ([14.4, 50.1, 3.5], 0), LOGITS, 35.7, [-1, 1, 0]),
    (
        "categorical_cross_entropy",
        ([0.8, 0.1, 0.1], [1, 0, 0]),
        {"label_smoothing": 0.1},
        -(0.9 + 0.1 / 3) * log(0.8) - 0.2 / 3 * log(0.1),
        None,
    ),
    ("cosine_embedding", ([0, 0], [1, 2], 1), {}, 1, [0, 0]),
    ("cosine_embedding", ([0, 0], [0, 0], -1), {}, 0, [0, 0]),
    ("triplet", ([1, 2], [1, 2], [1, 2]), {"margin": 0.3}, 0.3, [0, 0]),
    ("contrastive", ([1, 2], [1, 2], 0), {"margin": 2}, 4, [0, 0]),
    ("dice", (EMPTY, EMPTY), {}, 0, EMPTY),
    ("tversky", (FULL, MASK), {"alpha": 0.3, "beta": 0.7}, 0.130434783, None),
    ("quantile", (1, 2), {"tau": 0.9}, 0.9, -0.9),
    ("jensen_shannon", ([0.3, 0.3, 0.4], [0.5, 0.5, 0]), {}, 0.163897, None),
    ("focal_tversky", ([1, 0, 1], [1, 0, 1]), {"gamma": 1}, 0, [-0.35, 0.15, -0.35]),
]


@pytest.mark.parametrize(("key", "inputs", "parameters", "value", "slope"), REPORTED)
def test_value_and_slope(key, inputs, parameters, value, slope):
    at = differentiate(LOSSES[key], *inputs, order=1, **parameters)
    assert at.value.item() == pytest.approx(value, rel=3e-6, abs=1e-15)
    if slope is not None:
        assert at.slope.tolist() == pytest.approx(slope, rel=1e-12, abs=1e-15)


def test_a_threshold_of_0_is_refused():
    with pytest.raises(ValueError, match="beta must be a finite number above 0, got 0"):
        LOSSES["smooth_l1"](1.0, 0.0, beta=0)


def test_at_gamma_1_focal_tversky_is_tversky():
    perfect = [1.0, 0.0, 1.0]
    for smooth in (0.0, 1.0):
        focal = differentiate(LOSSES["focal_tversky"], perfect, perfect, order=1, gamma=1.0, smooth=smooth)
        plain = differentiate(LOSSES["tversky"], perfect, perfect, order=1, smooth=smooth)
        assert focal.slope.tolist() == plain.slope.tolist()
        assert any(plain.slope.tolist())
