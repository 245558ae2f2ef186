"""One Gaussian fitted to a mixture of two: accuracy of the integrals, optima, local minima."""

import itertools
import math

import numpy as np
import pytest
import torch
from scipy import integrate, optimize

from losses import LOSSES
from losses.probability.gaussian_fit import (
    DIVERGENCES,
    Mixture,
    along,
    density,
    fit_forward,
    fits,
    gaussian_density,
    jensen_shannon,
    kl_divergence,
    reverse_kl,
)

ONE = Mixture((0.5, 0.5), (0.8, 0.8), 0.3)  # a single Gaussian, written as two
APART = Mixture((-3.0, 3.0), (0.7, 1.0), 0.4)
TOUCHING = Mixture((-2.0, 2.0), (0.6, 0.9), 0.5)
CLOSE = Mixture((-1.0, 1.0), (1.0, 1.0), 0.5)
EXTREME = Mixture((-6.0, 6.0), (0.2, 3.0), 0.3)


def row(mean, width):
    return torch.tensor([mean, math.log(width)], dtype=torch.float64)


@pytest.mark.parametrize(("mean", "width"), [(0.5, 0.8), (0.0, 1.0), (-4.0, 0.3), (3.0, 3.0)])
def test_kl_of_two_gaussians_has_its_closed_form(mean, width):
    def closed(m1, s1, m2, s2):
        return math.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5

    assert kl_divergence(ONE, row(mean, width)).item() == pytest.approx(
        closed(0.5, 0.8, mean, width), rel=1e-12, abs=1e-14
    )
    assert reverse_kl(ONE, row(mean, width)).item() == pytest.approx(
        closed(mean, width, 0.5, 0.8), rel=1e-12, abs=1e-14
    )


@pytest.mark.parametrize(("mixture", "tolerance"), [(APART, 1e-9), (TOUCHING, 1e-9), (CLOSE, 1e-9), (EXTREME, 2e-5)])
@pytest.mark.parametrize(("mean", "width"), [(0.0, 2.0), (2.5, 0.8), (-1.0, 4.0)])
def test_integrals_agree_with_adaptive_quadrature(mixture, tolerance, mean, width):
    def p(x):
        return float(density(mixture, np.array([x]))[0])

    def log_p(x):
        return mixture.log_density(torch.tensor([x], dtype=torch.float64)).item()

    def log_q(x):
        return -0.5 * ((x - mean) / width) ** 2 - math.log(width * math.sqrt(2 * math.pi))

    def log_m(x):
        return np.logaddexp(log_p(x), log_q(x)) - math.log(2)

    def integral(function):
        cuts = [-30, -6.5, -5.5, *np.arange(-5, 6), 30]
        return sum(
            integrate.quad(function, a, b, epsabs=1e-12, epsrel=1e-11, limit=300)[0]
            for a, b in itertools.pairwise(cuts)
        )

    expected = {
        kl_divergence: integral(lambda x: p(x) * (log_p(x) - log_q(x))),
        reverse_kl: integral(lambda x: math.exp(log_q(x)) * (log_q(x) - log_p(x))),
        jensen_shannon: integral(
            lambda x: (p(x) * (log_p(x) - log_m(x)) + math.exp(log_q(x)) * (log_q(x) - log_m(x))) / 2
        ),
    }
    for divergence, value in expected.items():
        assert divergence(mixture, row(mean, width)).item() == pytest.approx(value, rel=tolerance, abs=tolerance)


@pytest.mark.parametrize("mixture", [APART, TOUCHING, CLOSE, EXTREME])
def test_forward_matches_moments_and_nothing_is_lower(mixture):
    fit = fit_forward(mixture)
    x = np.linspace(-40, 40, 80_001)
    weights = density(mixture, x) * (x[1] - x[0])
    assert weights.sum() == pytest.approx(1, abs=1e-9)
    assert fit.mean == pytest.approx(weights @ x, abs=1e-9)
    assert fit.width == pytest.approx(math.sqrt(weights @ (x - fit.mean) ** 2), abs=1e-9)
    found = optimize.minimize(lambda v: kl_divergence(mixture, torch.tensor(v)).item(), [0.1, 0.1], tol=1e-14)
    assert fit.kl_divergence <= found.fun + 1e-10


@pytest.mark.parametrize("mixture", [APART, TOUCHING, CLOSE, EXTREME])
@pytest.mark.parametrize("name", ["reverse_kl", "jensen_shannon"])
def test_minima_are_minima_and_the_lowest_is_found(mixture, name):
    divergence = DIVERGENCES[name]
    found, _ = fits(mixture, divergence)
    values = [getattr(fit, name) for fit in found]
    assert values == sorted(values)
    around = torch.tensor([[math.cos(a), math.sin(a)] for a in np.linspace(0, 2 * math.pi, 12)], dtype=torch.float64)
    for fit, value in zip(found, values, strict=True):
        assert (divergence(mixture, row(fit.mean, fit.width) + 1e-3 * fit.width * around) > value).all()
    means, widths = np.meshgrid(np.linspace(-7, 7, 57), np.geomspace(0.15, 7, 41))
    scanned = divergence(mixture, torch.tensor(np.stack([means, np.log(widths)], -1)), 401)
    assert values[0] <= scanned.min().item() + 1e-9


def test_humps_far_apart_give_reverse_kl_a_minimum_on_each():
    found, _ = fits(APART, reverse_kl)
    assert sorted(round(fit.mean) for fit in found) == [-3, 3]
    # on a hump that it hides in, what is missing is the hump's share of P
    assert [fit.reverse_kl for fit in found] == pytest.approx([-math.log(0.6), -math.log(0.4)], abs=2e-3)


def test_reverse_kl_ends_in_the_valley_where_it_starts():
    for start in (-4.0, -3.0, 3.0, 4.0):
        _, ended = fits(APART, reverse_kl, start)
        assert round(ended.mean) == math.copysign(3, start)
        assert ended.kl_divergence > 6 > ended.reverse_kl


def test_close_humps_leave_one_minimum_that_covers_both():
    found, ended = fits(CLOSE, reverse_kl, 2.0)
    assert len(found) == 1
    assert ended.mean == pytest.approx(0, abs=1e-6)


def test_far_equal_humps_also_leave_a_wide_minimum_between_them():
    found, ended = fits(Mixture((-4.0, 4.0), (0.5, 0.5), 0.5), reverse_kl, 0.0)
    assert [abs(round(fit.mean)) for fit in found] == [4, 4, 0]
    assert found[2].reverse_kl > 10 * found[0].reverse_kl
    assert ended == pytest.approx(found[2], abs=1e-6)


def test_a_mixture_that_is_a_gaussian_is_found_by_all():
    for divergence in DIVERGENCES.values():
        (fit, *others), _ = fits(ONE, divergence)
        assert not others
        assert (fit.mean, fit.width) == pytest.approx((0.5, 0.8), abs=1e-6)
        assert fit[2:] == pytest.approx((0, 0, 0), abs=1e-12)


def test_jensen_shannon_is_bounded_and_kl_is_not():
    far = row(60.0, 0.2)
    assert jensen_shannon(APART, far).item() == pytest.approx(math.log(2), abs=1e-12)
    assert kl_divergence(APART, far).item() > 1e4


def test_each_is_the_loss_of_its_name():
    """On a fine grid the loss itself, of probabilities, is what its integral is."""
    x = np.linspace(-20, 20, 8001)
    p, q = density(TOUCHING, x) * (x[1] - x[0]), gaussian_density(x, 0.4, 2.0) * (x[1] - x[0])
    assert DIVERGENCES.keys() == {key for key, loss in LOSSES.items() if loss.family == "divergence"}
    for key, divergence in DIVERGENCES.items():
        by_loss = LOSSES[key].function(torch.tensor(q), torch.tensor(p)).item()
        assert divergence(TOUCHING, row(0.4, 2.0)).item() == pytest.approx(by_loss, rel=1e-6)
        assert getattr(fit_forward(TOUCHING), key) >= 0


def test_a_profile_is_the_divergence_of_its_gaussians():
    means = np.array([-2.0, 0.3])
    for divergence in DIVERGENCES.values():
        expected = [divergence(APART, row(mean, 0.9)).item() for mean in means]
        assert along(APART, divergence, means, 0.9) == pytest.approx(expected, rel=1e-6)


def test_densities_have_mass_one():
    x = np.linspace(-20, 20, 4001)
    assert density(APART, x).sum() * 0.01 == pytest.approx(1, abs=1e-12)
    assert gaussian_density(x, 1.0, 0.5).sum() * 0.01 == pytest.approx(1, abs=1e-12)
