"""What is shown of a training: densities, what D says, pushes and modes, against sums and autograd."""

import numpy as np
import pytest
import torch

from components.plot.spans import around, with_zero
from losses.game.games import GAMES
from losses.game.samples import DRAWN, PLACES
from losses.game.training import Plan
from pages.gan.held import Held, described
from pages.gan.turns import MOST, Turns, gone_to


@pytest.mark.parametrize("game", GAMES)
def test_the_push_is_minus_the_slope_of_the_generators_loss_in_a_sample(game):
    held = Held(Plan(game))
    look = held.to("bbbd").samples
    training = held.replay.training
    places = torch.from_numpy(look.places)[:, None].requires_grad_()
    raw = training.discriminator(places)[:, 0]
    (slopes,) = torch.autograd.grad(GAMES[game].generator(raw).sum(), places)
    np.testing.assert_allclose(look.push, -slopes[:, 0].numpy(), rtol=1e-12, atol=1e-14)
    expected = torch.sigmoid(raw) if GAMES[game].probable else raw
    np.testing.assert_allclose(look.output, expected.detach().numpy(), rtol=1e-12)


def test_densities_are_those_of_the_samples():
    held = Held(Plan(modes=2, width=0.3))
    look = held.to("b" * 60).samples
    step = look.places[1] - look.places[0]
    assert look.real.sum() * step == pytest.approx(1, abs=1e-3)
    inside = float((np.abs(held.samples.made()) <= 3.4).mean())
    assert look.generated.sum() * step == pytest.approx(inside, abs=0.05)
    made = held.samples.made()
    mean = made[np.abs(made) <= 3.6].sum() / len(made)
    assert (look.places * look.generated).sum() * step == pytest.approx(mean, abs=0.05)
    assert len(look.places) == PLACES


@pytest.mark.parametrize("game", ["non_saturating", "least_squares", "wasserstein"])
def test_in_the_plane_the_lead_is_the_output_above_the_undecided_one(game):
    held = Held(Plan(game, arrangement="ring", modes=8, width=0.1, latent=2))
    shown = held.to("bb")
    look = shown.samples
    raw = held.replay.training.discriminator(torch.from_numpy(look.places))[:, 0].numpy()
    middle = np.median(raw) if game == "wasserstein" else GAMES[game].undecided
    np.testing.assert_allclose(look.lead, raw - middle, rtol=1e-12)
    assert look.real.shape == look.generated.shape == (DRAWN, 2)
    assert look.push.shape == look.pushed.shape
    assert held.replay.training.modes.covered(look.real) == len(shown.shares) == 8


def test_turns_are_written_short_and_read_back():
    field = Turns(label="Turns")
    for turns in ("", "b", "bbbddgb" + "b" * 1000, "g" * MOST):
        assert field.read(field.write(turns)) == turns
    assert field.write("bbbddgb") == "b3d2g1b1"
    for wrong in ("b", "3b", "x1", "b１", "b5001", "b4000d1001", "b-1", "b1 "):
        with pytest.raises(ValueError, match="turns"):
            field.read(wrong)
    for wrong in (None, 3, "xyz", "b" * (MOST + 1)):
        with pytest.raises(ValueError, match="turns"):
            field.check(wrong)


def test_going_to_a_turn_adds_or_takes_back():
    assert gone_to("bb", "d", 4) == "bbdd"
    assert gone_to("bbdd", "g", 1) == "b"
    for nowhere in (-1, MOST + 1, float("nan")):
        assert gone_to("bb", "d", nowhere) == "bb"
    assert described("bbdg") == "both 2, D alone 1, G alone 1"


def test_spans_hold_what_is_finite_and_grow_by_doubling():
    values = np.array([0.3, -0.9, np.nan, np.inf])
    assert around(values, 0.25) == pytest.approx((-1.05, 1.05))
    assert with_zero(values, 2.0) == pytest.approx((-1.05, 2.1))
    assert with_zero(np.array([2.5]), 2.0) == pytest.approx((0, 4.2))
    assert around(np.array([]), 0.5) == pytest.approx((-0.525, 0.525))
    low, high = with_zero(np.array([-1e308, 1.7e308]), 2.0)
    assert np.isfinite([low, high]).all()
