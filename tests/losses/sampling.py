"""Seeded inputs and settings for any loss, drawn from the domains and ranges that it declares."""

import functools
import inspect
import itertools

import numpy as np
import pytest
import scipy.special
import torch

CLASSES = 4
TURNING_POINTS = (-np.inf, 0.0, 0.5, 1.0)  # where facts tend to change
FURTHER = {  # where a fact turns between those points, beyond a slider, or with two parameters together
    "asymmetric_huber": ({"delta_low": 2.0, "weight_low": 1.0},),
    "general_robust": ({"alpha": 0.75}, {"alpha": 1.5}),
    "focal": ({"gamma": 0.0, "alpha": 0.5},),
    "tversky": ({"alpha": 0.0, "beta": 1.5},),
    "focal_tversky": (
        {"gamma": 1.0, "alpha": 0.0},
        {"gamma": 1.0, "alpha": 0.0, "beta": 1.5},
        {"gamma": 0.5, "alpha": 0.0, "beta": 1.4},
        {"gamma": 0.5, "alpha": 0.0, "beta": 2.0},
        {"gamma": 2.0, "alpha": 0.0, "beta": 0.0},
    ),
}


def settings_of(loss, seed=0):
    """Settings to try: every switch both ways, with the defaults, slider ends, turning points, draws and further ones."""
    rng = np.random.default_rng(seed)
    numbers = [p for p in loss.parameters.values() if not p.is_switch]
    switches = [p.name for p in loss.parameters.values() if p.is_switch]
    draws = [{}, *({p.name: value} for p in numbers for value in _notable(p))]
    if numbers:
        draws += [{p.name: _random_value(p, rng) for p in numbers} for _ in range(2)]
    draws += FURTHER.get(loss.key, ())
    positions = itertools.product((False, True), repeat=len(switches))
    return [
        loss.settings(**draw, **dict(zip(switches, position, strict=True))) for position in positions for draw in draws
    ]


def _notable(parameter):
    within = {value for value in TURNING_POINTS if parameter.least <= value <= parameter.high}
    return sorted({*parameter.slider, *within} - {parameter.default})


def _random_value(parameter, rng):
    low, high = np.log(parameter.slider) if parameter.log else parameter.slider
    value = rng.uniform(low, high)
    return float(np.exp(value) if parameter.log else value)


def each(losses):
    """Runs a test of ``loss`` and ``settings`` once for each of these losses, under all of ``settings_of`` it.

    What fails is raised for the first such settings, with a note that names all of them.
    """

    def over_settings(test):
        @functools.wraps(test)
        def of_loss(loss, **others):
            failures = []
            for settings in settings_of(loss):
                try:
                    test(loss=loss, settings=settings, **others)
                except (Exception, pytest.fail.Exception) as failure:
                    failures.append((settings, failure))
            if failures:
                first = failures[0][1]
                first.add_note("".join(f"\n{loss.key} fails with {settings}" for settings, _ in failures))
                raise first

        signature = inspect.signature(test)
        kept = [parameter for name, parameter in signature.parameters.items() if name != "settings"]
        of_loss.__signature__ = signature.replace(parameters=kept)
        return pytest.mark.parametrize("loss", losses, ids=lambda loss: loss.key)(of_loss)

    losses = list(losses)
    return over_settings


def domains_of(loss, settings):
    """The domain of every input under these settings, by name."""
    return {name: domain.resolve(settings) for name, domain in loss.inputs.items()}


def draw(domain, batch, rng, dtype=torch.float64, length=CLASSES):
    """Points well inside a domain: away from the edges, where slopes and logarithms run off.

    ``length`` is the number of classes, pixels or components of one example.
    """
    shape = (*batch, *[length] * domain.event_dims)
    if domain.values is not None:
        points = rng.choice(domain.values, shape)
    elif domain.sums_to_one:
        points = 0.96 * rng.dirichlet(np.ones(length), batch) + 0.04 / length
    elif domain.integer:
        points = rng.integers(0, length, shape)
    elif np.isfinite(domain.low) and np.isfinite(domain.high):
        points = domain.low + (domain.high - domain.low) * rng.uniform(0.02, 0.98, shape)
    elif np.isfinite(domain.low):
        points = domain.low + 0.1 + rng.exponential(3, shape)
    else:
        points = 3 * rng.standard_normal(shape)
    return torch.as_tensor(points, dtype=dtype)


def spread(domain, batch, rng, length=CLASSES):
    """Points all over a domain: every order of magnitude, close to its edges, corners included."""
    shape = (*batch, *[length] * domain.event_dims)
    if domain.values is not None or domain.integer:
        return draw(domain, batch, rng, length=length)
    if domain.sums_to_one:
        scale = 10 ** rng.uniform(-1, 1, (*batch, 1))
        points = scipy.special.softmax(scale * rng.standard_normal(shape), axis=-1)
        corner = np.eye(length)[rng.integers(0, length, batch)]
        points = np.where(rng.uniform(size=(*batch, 1)) < 0.3, corner, points)
    elif np.isfinite(domain.low) and np.isfinite(domain.high):
        share = 1 / (1 + np.exp(-4 * rng.standard_normal(shape)))
        share = np.where(rng.uniform(size=shape) < 0.1, share.round(), share)
        points = domain.low + (domain.high - domain.low) * share
    elif np.isfinite(domain.low):
        points = domain.low + 10 ** rng.uniform(-3, 2.5, shape)
    else:
        points = rng.standard_normal(shape) * 10 ** rng.uniform(-2, 2.5, shape)
    return torch.as_tensor(points, dtype=torch.float64)


def inputs_of(loss, settings, batch=(64,), seed=0, dtype=torch.float64):
    """Valid inputs of a loss, well inside their domains, all of one batch shape."""
    rng = np.random.default_rng(seed)
    return [draw(domain, batch, rng, dtype) for domain in domains_of(loss, settings).values()]
