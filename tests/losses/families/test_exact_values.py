"""Values and slopes worked out by hand: a formula that is wrong everywhere alike would pass every other test."""

from math import e, exp, inf, log, pi, sqrt

import numpy as np
import pytest
import torch

from losses import LOSSES
from losses.calculus import differentiate

EMPTY, HALF_FOUND, MASK = [0, 0, 0, 0], [1, 1, 0, 0], [1, 0, 1, 0]  # of HALF_FOUND one hit, one of each error

VALUES = {
    "mse": [((5, 2), {}, 9), ((-1, 1), {}, 4), ((5, 2), {"half": True}, 4.5), ((3, 3), {}, 0)],
    "mae": [((2, 5), {}, 3), ((5, 5), {}, 0), ((-2, 1), {}, 3)],
    "huber": [
        ((5, 0), {"delta": 1}, 4.5),
        ((0.5, 0), {"delta": 1}, 0.125),
        ((-3, 0), {"delta": 2}, 4),
        ((2, 0), {"delta": 2}, 2),
        ((1, 4), {"delta": 10}, 4.5),
    ],
    "smooth_l1": [
        ((5, 0), {"beta": 1}, 4.5),
        ((5, 0), {"beta": 2}, 4),
        ((2, 1), {"beta": 2}, 0.25),
        ((-0.25, 0), {"beta": 0.5}, 0.0625),
    ],
    "asymmetric_huber": [
        ((0, 4), {"delta_low": 2, "weight_low": 3}, 18),
        ((0, 4), {"delta_low": 8, "weight_low": 3}, 24),
        ((4, 0), {"delta_high": 0.5, "weight_high": 2}, 3.75),
        ((4, 0), {"delta_low": 8, "delta_high": 8, "weight_high": 2}, 16),
        ((1, 1), {}, 0),
        ((0, 0.5), {}, 0.375),
    ],
    "log_cosh": [
        ((0, 0), {}, 0),
        ((log(2), 0), {}, log(5 / 4)),
        ((0, log(3)), {}, log(5 / 3)),
        ((1e9, 0), {}, 1e9 - log(2)),
    ],
    "quantile": [
        ((1, 3), {"tau": 0.9}, 1.8),
        ((3, 1), {"tau": 0.9}, 0.2),
        ((3, 0), {"tau": 0.5}, 1.5),
        ((1, 1), {"tau": 0.3}, 0),
    ],
    "expectile": [
        ((1, 3), {"tau": 0.9}, 3.6),
        ((3, 1), {"tau": 0.9}, 0.4),
        ((3, 0), {"tau": 0.5}, 4.5),
        ((2, 2), {}, 0),
    ],
    "epsilon_insensitive": [
        ((0.5, 0), {"epsilon": 0.5}, 0),
        ((2, 0), {"epsilon": 0.5}, 1.5),
        ((1, 4), {"epsilon": 1}, 2),
        ((1, 4), {"epsilon": 0}, 3),
    ],
    "tukey": [((1, 0), {"c": 2}, 37 / 96), ((0, 2), {"c": 2}, 2 / 3), ((1e9, 0), {"c": 2}, 2 / 3), ((4, 4), {}, 0)],
    "cauchy": [((1, 0), {"c": 1}, log(2) / 2), ((0, 2), {"c": 2}, 2 * log(2)), ((4, 0), {"c": 2}, 2 * log(5))],
    "welsch": [
        ((1, 0), {"c": 1}, (1 - 1 / e) / 2),
        ((0, 2), {"c": 2}, 2 - 2 / e),
        ((1000, 0), {"c": 2}, 2),
        ((0, 0), {}, 0),
    ],
    "geman_mcclure": [((1, 0), {"c": 1}, 0.25), ((0, 3), {"c": 3}, 2.25), ((1e9, 0), {"c": 2}, 2)],
    "general_robust": [
        ((3, 0), {"alpha": 2}, 4.5),
        ((0.75, 0), {"alpha": 1}, 0.25),
        ((0, sqrt(3)), {"alpha": 1}, 1),
        ((1.5, 0), {"alpha": 1, "c": 2}, 0.25),
        ((2, 0), {"alpha": 0}, log(3)),
        ((2, 0), {"alpha": -2}, 1),
        ((1, 0), {"alpha": -2}, 0.4),
        ((sqrt(6), 0), {"alpha": -4}, 1.125),
        ((2, 0), {"alpha": -inf}, 1 - exp(-2)),
    ],
    "poisson": [((1, 3), {}, 1), ((e, 2), {}, e - 2), ((2, 0), {}, 2), ((4, 0.5), {}, 4 - log(2))],
    "msle": [((e - 1, 0), {}, 1), ((0, e**2 - 1), {}, 4), ((3, 1), {}, log(2) ** 2)],
    "zero_one": [((2, 1), {}, 0), ((-2, 1), {}, 1), ((0, 1), {}, 1), ((-1, -1), {}, 0)],
    "hinge": [
        ((0.5, 1), {}, 0.5),
        ((2, 1), {}, 0),
        ((-3, 1), {}, 4),
        ((1, -1), {}, 2),
        ((0, 1), {"margin": 0.5}, 0.5),
    ],
    "squared_hinge": [
        ((0.5, 1), {}, 0.25),
        ((3, 1), {}, 0),
        ((1, -1), {}, 4),
        ((1, 1), {"margin": 2}, 1),
    ],
    "logistic": [((0, 1), {}, log(2)), ((log(3), 1), {}, log(4 / 3)), ((log(3), -1), {}, log(4)), ((-1e9, 1), {}, 1e9)],
    "modified_huber": [((0.5, 1), {}, 0.25), ((-1, 1), {}, 4), ((-3, 1), {}, 12), ((2, 1), {}, 0), ((2, -1), {}, 8)],
    "exponential": [((0, 1), {}, 1), ((log(2), 1), {}, 0.5), ((log(2), -1), {}, 2)],
    "perceptron": [((2, 1), {}, 0), ((-2, 1), {}, 2), ((1.5, -1), {}, 1.5)],
    "ramp": [((2, 1), {}, 0), ((0.25, 1), {}, 0.75), ((-10, 1), {}, 1), ((-1, -1), {}, 0)],
    "binary_cross_entropy": [
        ((0.25, 1), {}, log(4)),
        ((0.25, 0), {}, log(4 / 3)),
        ((0.5, 0.5), {}, log(2)),
        ((0, 1), {}, inf),
        ((1, 1), {}, 0),
        ((log(3), 0), {"from_logits": True}, log(4)),
        ((1e9, 0), {"from_logits": True}, 1e9),
        ((0.75, 1), {"label_smoothing": 0.5}, 0.75 * log(4 / 3) + 0.25 * log(4)),
        ((0.25, 1), {"positive_weight": 3}, 3 * log(4)),
        ((0.25, 0), {"positive_weight": 3}, log(4 / 3)),
    ],
    "focal": [
        ((0.5, 1), {}, log(2) / 16),
        ((0.5, 0), {}, 3 * log(2) / 16),
        ((0.25, 1), {}, 9 / 64 * log(4)),
        ((1, 1), {}, 0),
        ((0.25, 1), {"gamma": 0, "alpha": 0.5}, log(2)),
        ((log(3), 0), {"from_logits": True}, 27 / 64 * log(4)),
    ],
    "categorical_cross_entropy": [
        (([0.25, 0.75], [1, 0]), {}, log(4)),
        (([0.25, 0.25, 0.5], [0, 0, 1]), {}, log(2)),
        (([0.25, 0.75], [0.5, 0.5]), {}, log(4 / sqrt(3))),
        (([0, 1], [1, 0]), {}, inf),
        (([0, 0, 0, 0], [0, 1, 0, 0]), {"from_logits": True}, log(4)),
        (([log(3), 0], [0, 1]), {"from_logits": True}, log(4)),
        (([0.25, 0.75], [1, 0]), {"label_smoothing": 0.5}, 0.75 * log(4) + 0.25 * log(4 / 3)),
        (([2 * log(3), 0], [0, 1]), {"from_logits": True, "temperature": 2}, log(4)),
        (([0.25, 0.75], [1, 0]), {"temperature": 0.5}, log(10)),
    ],
    "sparse_categorical_cross_entropy": [
        (([0.25, 0.75], 0), {}, log(4)),
        (([0.25, 0.75], 1), {}, log(4 / 3)),
        (([0, 0, 0], 2), {"from_logits": True}, log(3)),
        (([0.25, 0.75], 0), {"label_smoothing": 0.5}, 0.75 * log(4) + 0.25 * log(4 / 3)),
        (([2 * log(3), 0], 1), {"from_logits": True, "temperature": 2}, log(4)),
    ],
    "categorical_focal": [
        (([0.5, 0.5], [1, 0]), {}, log(2) / 16),
        (([0.25, 0.75], [1, 0]), {}, 9 / 64 * log(4)),
        (([0.25, 0.75], [1, 0]), {"gamma": 0, "alpha": 1}, log(4)),
        (([0, 0], [1, 0]), {"from_logits": True}, log(2) / 16),
    ],
    "categorical_hinge": [
        (([2, 0, 0], [1, 0, 0]), {}, 0),
        (([0.5, 0.25, 0.25], [1, 0, 0]), {}, 0.75),
        (([0, 3], [1, 0]), {}, 4),
    ],
    "kl_divergence": [
        (([0.5, 0.5], [1, 0]), {}, log(2)),
        (([0.25, 0.75], [0.5, 0.5]), {}, log(4 / 3) / 2),
        (([1, 0], [0.5, 0.5]), {}, inf),
        (([0.25, 0.75], [0.25, 0.75]), {}, 0),
    ],
    "reverse_kl": [
        (([1, 0], [0.5, 0.5]), {}, log(2)),
        (([0.5, 0.5], [0.25, 0.75]), {}, log(4 / 3) / 2),
        (([0.5, 0.5], [1, 0]), {}, inf),
    ],
    "jensen_shannon": [
        (([1, 0], [0, 1]), {}, log(2)),
        (([1, 0], [0.5, 0.5]), {}, 0.75 * log(4 / 3)),
        (([0.25, 0.75], [0.25, 0.75]), {}, 0),
    ],
    "gan_discriminator": [
        ((0, 0), {}, 2 * log(2)),
        ((-log(3), log(3)), {}, 2 * log(4 / 3)),
        ((log(3), 0), {}, log(8)),
        ((1e9, -1e9), {}, 2e9),
        ((-1e9, 1e9), {}, 0),
    ],
    "gan_generator_minimax": [
        ((0,), {}, -log(2)),
        ((log(3),), {}, -log(4)),
        ((-log(3),), {}, -log(4 / 3)),
        ((1e9,), {}, -1e9),
    ],
    "gan_generator_non_saturating": [
        ((0,), {}, log(2)),
        ((log(3),), {}, log(4 / 3)),
        ((-log(3),), {}, log(4)),
        ((-1e9,), {}, 1e9),
    ],
    "least_squares_gan_discriminator": [((0, 1), {}, 0), ((1, 0), {}, 1), ((2, 3), {}, 4), ((0.5, 0.5), {}, 0.25)],
    "least_squares_gan_generator": [((1,), {}, 0), ((0,), {}, 0.5), ((3,), {}, 2), ((-1,), {}, 2)],
    "wasserstein_critic": [((2, 5), {}, -3), ((5, 2), {}, 3), ((1, 1), {}, 0)],
    "wasserstein_generator": [((2,), {}, -2), ((-3,), {}, 3), ((0,), {}, 0)],
    "hinge_gan_discriminator": [((-1, 1), {}, 0), ((0, 0), {}, 2), ((2, -3), {}, 7), ((-5, 0.5), {}, 0.5)],
    "hinge_gan_generator": [((2,), {}, -2), ((-3,), {}, 3), ((0,), {}, 0)],
    "dice": [
        ((HALF_FOUND, MASK), {}, 0.5),
        ((HALF_FOUND, MASK), {"smooth": 1}, 0.4),
        (([0.5, 0.25], [1, 0]), {}, 3 / 7),
        ((EMPTY, MASK), {}, 1),
        ((MASK, MASK), {}, 0),
        ((EMPTY, EMPTY), {}, 0),
        (([0.5, 0], [0, 0]), {}, 1),
        (([0.5, 0], [0, 0]), {"smooth": 1}, 1 / 3),
    ],
    "dice_squared": [
        ((HALF_FOUND, MASK), {}, 0.5),
        ((HALF_FOUND, MASK), {"smooth": 1}, 0.4),
        (([0.5, 0.25], [1, 0]), {}, 5 / 21),
        (([0.5, 0.25], [1, 0]), {"smooth": 1}, 5 / 37),
        ((EMPTY, MASK), {}, 1),
        ((MASK, MASK), {}, 0),
        ((EMPTY, EMPTY), {}, 0),
        (([0.5, 0], [0, 0]), {}, 1),
    ],
    "jaccard": [
        ((HALF_FOUND, MASK), {}, 2 / 3),
        ((HALF_FOUND, MASK), {"smooth": 1}, 0.5),
        (([0.5, 0.25], [1, 0]), {}, 0.6),
        ((EMPTY, MASK), {}, 1),
        ((MASK, MASK), {}, 0),
        ((EMPTY, EMPTY), {}, 0),
    ],
    "tversky": [
        (([1, 1], [1, 0]), {"alpha": 0.3, "beta": 0.7}, 3 / 13),
        (([1, 0], [1, 1]), {"alpha": 0.3, "beta": 0.7}, 7 / 17),
        (([1, 1, 1, 0], [1, 0, 0, 1]), {"alpha": 0.25, "beta": 0.75}, 5 / 9),
        (([1, 1, 1, 0], [1, 0, 0, 1]), {"alpha": 0.25, "beta": 0.75, "smooth": 1}, 5 / 13),
        (([0.5, 0.25], [1, 0]), {"alpha": 1, "beta": 1}, 0.6),
        ((EMPTY, EMPTY), {}, 0),
    ],
    "focal_tversky": [
        ((HALF_FOUND, MASK), {"gamma": 4 / 3}, 0.5**0.75),
        ((HALF_FOUND, MASK), {"gamma": 2}, sqrt(0.5)),
        ((HALF_FOUND, MASK), {"gamma": 0.5}, 0.25),
        (([1, 1], [1, 0]), {"gamma": 1, "alpha": 0.3, "beta": 0.7}, 3 / 13),
        (([1, 1, 1, 0], [1, 0, 0, 1]), {"gamma": 2, "alpha": 0.25, "beta": 0.75, "smooth": 1}, sqrt(5 / 13)),
        ((MASK, MASK), {}, 0),
        ((EMPTY, EMPTY), {}, 0),
    ],
    "contrastive": [
        (([3, 4], [0, 0], 1), {}, 25),
        (([3, 4], [0, 0], 0), {}, 0),
        (([3, 4], [0, 0], 0), {"margin": 6}, 1),
        (([1, 1], [1, 1], 0), {"margin": 2}, 4),
        (([1, 1], [1, 1], 1), {}, 0),
    ],
    "triplet": [
        (([0, 0], [3, 4], [0, 1]), {"margin": 1}, 5),
        (([0, 0], [0, 1], [3, 4]), {"margin": 1}, 0),
        (([0, 0], [1, 0], [0, 1.5]), {"margin": 1}, 0.5),
        (([2, 2], [2, 2], [2, 2]), {"margin": 2}, 2),
    ],
    "margin_ranking": [
        ((2, 1, 1), {}, 0),
        ((1, 2, 1), {}, 2),
        ((1, 2, -1), {}, 0),
        ((0.5, 0.25, 1), {}, 0.75),
        ((1, 1, 1), {"margin": 0}, 0),
    ],
    "cosine_embedding": [
        (([1, 0], [2, 0], 1), {}, 0),
        (([1, 0], [0, 5], 1), {}, 1),
        (([1, 0], [-3, 0], 1), {}, 2),
        (([1, 0], [2, 0], -1), {}, 1),
        (([1, 0], [4, 3], -1), {"margin": 0.5}, 0.3),
        (([1, 0], [0, 5], -1), {"margin": -1}, 1),
        (([0, 0], [0, 5], 1), {}, 1),
    ],
    "squared_triplet": [
        (([0, 0], [3, 4], [0, 1]), {"margin": 1}, 25),
        (([0, 0], [0, 1], [3, 4]), {"margin": 1}, 0),
        (([0, 0], [1, 0], [0, 1.5]), {"margin": 2}, 0.75),
        (([2, 2], [2, 2], [2, 2]), {"margin": 2}, 2),
    ],
    "info_nce": [
        (([1, 0], [1, 0], [[1, 0], [2, 0], [5, 0]]), {"temperature": 0.1}, log(4)),
        (([1, 0], [3, 0], [[0, 2]]), {"temperature": 1}, log(1 + exp(-1))),
        (([1, 0], [0, 2], [[3, 0]]), {"temperature": 0.5}, log(1 + exp(2))),
        (([0, 0], [0, 2], [[3, 0], [1, 1]]), {}, log(3)),
    ],
    "n_pair": [
        (([1, 2], [3, 0], [[1, 1]]), {}, log(2)),
        (([2, 0], [1, 5], [[0, 9], [-1, 3]]), {}, log(1 + exp(-2) + exp(-4))),
        (([0, 0], [1, 5], [[0, 9], [-1, 3]]), {}, log(3)),
    ],
    "arcface": [
        (([1, 0], [2, 0], [[0, 3]]), {"margin": 0, "scale": 1}, log(1 + exp(-1))),
        (([1, 0], [2, 0], [[0, 3]]), {"margin": pi / 3, "scale": 2}, log(1 + exp(-1))),
        (([0, 1], [2, 0], [[0, 3], [0, 1]]), {"margin": pi / 2, "scale": 1}, log(1 + 2 * exp(2))),
        (([0, 0], [2, 0], [[0, 3]]), {"margin": pi / 6, "scale": 2}, log(1 + exp(1))),
    ],
    "l1": [(([3, -4, 0],), {}, 7), (([0, 0],), {}, 0), (([-0.5],), {}, 0.5)],
    "l2": [(([3, -4, 0],), {}, 25), (([3, -4, 0],), {"half": True}, 12.5), (([-0.5],), {}, 0.25)],
    "elastic_net": [
        (([3, -4],), {"l1_ratio": 0.25}, 20.5),
        (([3, -4],), {"l1_ratio": 0.25, "half": True}, 11.125),
        (([3, -4],), {"l1_ratio": 1}, 7),
        (([3, -4],), {"l1_ratio": 0}, 25),
    ],
}

SLOPES = [
    ("mse", (5, 2), {}, 6),
    ("mse", (5, 2), {"half": True}, 3),
    ("mae", (2, 2), {}, 0),
    ("huber", (-5, 0), {"delta": 2}, -2),
    ("quantile", (1, 3), {"tau": 0.9}, -0.9),
    ("expectile", (1, 3), {"tau": 0.75}, -3),
    ("expectile", (3, 1), {"tau": 0.75}, 1),
    ("asymmetric_huber", (-5, 0), {"delta_low": 2, "weight_low": 3}, -6),
    ("asymmetric_huber", (0.5, 0), {"delta_high": 2, "weight_high": 3}, 1.5),
    ("general_robust", (0.75, 0), {"alpha": 1}, 0.6),
    ("general_robust", (1, 0), {"alpha": -inf}, exp(-0.5)),
    ("poisson", (2, 3), {}, -0.5),
    ("hinge", (1, 1), {}, 0),
    ("binary_cross_entropy", (log(3), 1), {"from_logits": True}, -0.25),
    ("categorical_cross_entropy", ([log(3), 0], [0, 1]), {"from_logits": True}, [0.75, -0.75]),
    ("kl_divergence", ([0.25, 0.75], [0.5, 0.5]), {}, [-2, -2 / 3]),
    ("gan_discriminator", (0, 5), {}, 0.5),
    ("gan_discriminator", (1e9, 0), {}, 1),
    ("gan_discriminator", (-1e9, 0), {}, 0),
    ("gan_generator_minimax", (-log(99),), {}, -0.01),
    ("gan_generator_minimax", (1e9,), {}, -1),
    ("gan_generator_non_saturating", (-log(99),), {}, -0.99),
    ("gan_generator_non_saturating", (-1e9,), {}, -1),
    ("least_squares_gan_discriminator", (3, 0), {}, 3),
    ("least_squares_gan_generator", (3,), {}, 2),
    ("wasserstein_critic", (1e9, 0), {}, 1),
    ("wasserstein_generator", (1e9,), {}, -1),
    ("hinge_gan_discriminator", (-2, 0), {}, 0),
    ("hinge_gan_discriminator", (0.5, 0), {}, 1),
    ("hinge_gan_generator", (1e9,), {}, -1),
    ("dice", (HALF_FOUND, MASK), {}, [-0.375, 0.125, -0.375, 0.125]),
    ("dice_squared", (HALF_FOUND, MASK), {}, [-0.25, 0.25, -0.5, 0]),
    ("jaccard", (HALF_FOUND, MASK), {}, [-1 / 3, 1 / 9, -1 / 3, 1 / 9]),
    ("tversky", (HALF_FOUND, MASK), {}, [-0.425, 0.075, -0.425, 0.075]),
    ("focal_tversky", ([1, 0], [1, 1]), {"gamma": 2, "alpha": 1, "beta": 1}, [-0.25 * sqrt(2), -0.25 * sqrt(2)]),
    *((key, (EMPTY, EMPTY), {}, EMPTY) for key in ("dice", "dice_squared", "jaccard", "tversky", "focal_tversky")),
    ("focal_tversky", (MASK, MASK), {"gamma": 2}, EMPTY),
    ("contrastive", ([3, 4], [0, 0], 1), {}, [6, 8]),
    ("contrastive", ([3, 4], [0, 0], 0), {"margin": 6}, [-1.2, -1.6]),
    ("contrastive", ([1, 1], [1, 1], 0), {}, [0, 0]),
    ("triplet", ([0, 0], [3, 4], [0, 1]), {}, [-0.6, 0.2]),
    ("triplet", ([0, 0], [0, 0], [0, 0]), {}, [0, 0]),
    ("margin_ranking", (1, 2, 1), {}, -1),
    ("cosine_embedding", ([2, 0], [0, 1], 1), {}, [0, -0.5]),
    ("cosine_embedding", ([0, 0], [0, 1], 1), {}, [0, 0]),
    ("squared_triplet", ([0, 0], [3, 4], [0, 1]), {}, [-6, -6]),
    ("squared_triplet", ([0, 0], [0, 1], [3, 4]), {}, [0, 0]),
    ("info_nce", ([1, 0], [1, 0], [[0, 1]]), {"temperature": 1}, [0, 1 / (1 + exp(1))]),
    ("info_nce", ([0, 0], [1, 0], [[0, 1]]), {}, [0, 0]),
    ("n_pair", ([1, 1], [2, 0], [[0, 2]]), {}, [-1, 1]),
    ("arcface", ([1, 0], [1, 0], [[-1, 0]]), {}, [0, 0]),
    ("arcface", ([0, 1], [1, 0], [[0, -1]]), {"margin": 0, "scale": 1}, [-1 / (1 + exp(1)), 0]),
    ("l1", ([3, -4, 0],), {}, [1, -1, 0]),
    ("l2", ([3, -4, 0],), {}, [6, -8, 0]),
    ("l2", ([3, -4, 0],), {"half": True}, [3, -4, 0]),
    ("elastic_net", ([3, -4, 0],), {"l1_ratio": 0.5}, [3.5, -4.5, 0]),
]


def test_every_loss_has_values():
    assert VALUES.keys() == LOSSES.keys()
    assert min(len(rows) for rows in VALUES.values()) >= 3


@pytest.mark.parametrize(
    ("key", "inputs", "parameters", "expected"), [(key, *row) for key, rows in VALUES.items() for row in rows]
)
def test_value(key, inputs, parameters, expected):
    assert LOSSES[key](*inputs, **parameters).item() == pytest.approx(expected, rel=1e-14, abs=1e-15)


@pytest.mark.parametrize(("key", "inputs", "parameters", "expected"), SLOPES)
def test_slope(key, inputs, parameters, expected):
    slope = differentiate(LOSSES[key], *inputs, order=1, **parameters).slope
    assert slope.tolist() == pytest.approx(expected, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize(
    ("special", "near"), [(2, 2 - 1e-12), (0, 1e-12), (0, -1e-12), (-inf, -1e12), (1, 1 - 1e-12), (-2, -2 + 1e-12)]
)
def test_the_general_robust_loss_passes_its_special_cases_without_a_step(special, near):
    residuals = torch.linspace(-10, 10, 41, dtype=torch.float64)
    at, beside = (differentiate(LOSSES["general_robust"], residuals, 0.0, alpha=alpha) for alpha in (special, near))
    for found, expected in zip(beside, at, strict=True):
        torch.testing.assert_close(found, expected, rtol=1e-8, atol=1e-10)


def test_dice_and_jaccard_order_predictions_alike():
    prediction = torch.rand(50, 9, dtype=torch.float64, generator=torch.Generator().manual_seed(3))
    mask = (torch.arange(9) < 4).double()
    dice, jaccard = (LOSSES[key](prediction, mask) for key in ("dice", "jaccard"))
    torch.testing.assert_close(jaccard, 2 * dice / (1 + dice))


@pytest.mark.parametrize("residual", [0.0, 1e-300, 1e-12, 1e-8, 1e-4, 0.3, 0.999999, 1.0, 1.000001, 2.0, 15.0, 300.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_log_cosh_keeps_its_digits(residual, sign):
    value, slope, curvature = differentiate(LOSSES["log_cosh"], sign * residual, 0.0)
    assert value.item() == pytest.approx(np.log1p(2 * np.sinh(residual / 2) ** 2), rel=1e-15, abs=1e-320)
    assert slope.item() == pytest.approx(sign * np.tanh(residual), rel=1e-15, abs=1e-320)
    assert curvature.item() == pytest.approx(np.cosh(residual) ** -2.0, rel=1e-14, abs=1e-320)


def test_log_cosh_far_out_is_the_absolute_error():
    value, slope, curvature = differentiate(LOSSES["log_cosh"], [1e9, -1e9, 1e300, -1e300], 0.0)
    assert value.tolist() == [1e9 - log(2)] * 2 + [1e300] * 2
    assert slope.tolist() == [1, -1, 1, -1]
    assert curvature.tolist() == [0] * 4
