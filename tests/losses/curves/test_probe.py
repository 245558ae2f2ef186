"""A loss at one place: the curve there, and its two sides, told apart at kinks and jumps and nowhere else."""

import pytest
import torch

from losses import LOSSES
from losses.curves.axis import curve
from losses.curves.catalogue import AXES
from losses.curves.probe import NEAR, probe

CURVES = [(axis.key, key) for axis in AXES.values() for key in axis.losses]
KINKED = [
    (axis, key, parameters)
    for axis in ("residual", "margin")
    for key in AXES[axis].losses
    if LOSSES[key].kinks
    for parameters in [{}, *({name: 0.3} for name in ("tau", "epsilon", "margin") if name in LOSSES[key].parameters)]
]


def at(axis, key, x, **parameters):
    return probe(AXES[axis], LOSSES[key], x, {}, parameters)


@pytest.mark.parametrize(("axis", "key", "parameters"), KINKED)
def test_kinks_are_those_that_a_loss_declares(axis, key, parameters):
    kinks = LOSSES[key].kinks_for(**parameters)
    for kink in kinks:
        found = at(axis, key, kink.at, **parameters)
        assert found.kink == pytest.approx((kink.before, kink.after))
        assert found.jump is None
        assert min(found.kink) <= found.slope <= max(found.kink), "a subgradient"
    for place in (kinks[0].at - 0.1, kinks[-1].at + 0.1):
        assert at(axis, key, place, **parameters).kink is None


@pytest.mark.parametrize(("axis", "key"), CURVES)
def test_elsewhere_there_is_one_slope_and_it_is_the_curves(axis, key):
    span = AXES[axis].high - AXES[axis].low
    for share in (0.0137, 0.1713, 0.3391, 0.4717, 0.6173, 0.8311, 0.9871):  # kinks lie at round numbers
        x = AXES[axis].low + share * span
        found = at(axis, key, x)
        assert found.kink is None
        assert found.jump is None
        x = torch.tensor([x], dtype=torch.float64)
        assert (found.value, found.slope, found.curvature) == tuple(
            part.item() for part in curve(LOSSES[key], AXES[axis], x)
        )
        for side in (found.before, found.after):
            assert side.slope == pytest.approx(found.slope, rel=1e-3, abs=1e-4)
        rise = found.after.value - found.before.value
        assert rise / (2 * NEAR * span) == pytest.approx(found.slope, rel=1e-3, abs=1e-6)


def test_a_jump_has_two_values():
    assert at("margin", "zero_one", 0.0).jump == (1.0, 0.0)
    assert at("margin", "zero_one", 0.5).jump is None


def test_at_the_end_of_the_domain_there_is_one_side():
    first, last = (at("probability", "focal", x) for x in (0.0, 1.0))
    assert (first.before, last.after) == (None, None)
    assert first.after and last.before
    assert first.kink is last.kink is first.jump is None


@pytest.mark.parametrize(
    ("axis", "key", "x", "parameters"),
    [("margin", "mae", 0.0, {}), ("probability", "focal", -0.1, {}), ("residual", "huber", 0.0, {"delta": -1.0})],
)
def test_what_cannot_be_probed_is_refused(axis, key, x, parameters):
    with pytest.raises(ValueError, match=key if axis == "margin" else "delta|runs from"):
        at(axis, key, x, **parameters)
