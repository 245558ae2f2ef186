"""The real GAN against plain PyTorch loops, and its replay: the same numbers whichever way one comes there."""

import math
from itertools import pairwise

import numpy as np
import pytest
import torch
from torch import nn

from losses.descent.optimisers import OPTIMISERS
from losses.game.games import GAMES
from losses.game.modes import ARRANGEMENTS, Modes, offered
from losses.game.replay import SNAPSHOTS, Replay
from losses.game.training import HIDDEN, PENALTIES, Plan, Training

RATES = (0.003, 0.005)


def drawn(shape, inputs, generator):
    return (2 * torch.rand(shape, generator=generator, dtype=torch.float64) - 1) / math.sqrt(inputs)


def network(*sizes, generator):
    """A plain perceptron of PyTorch's own layers, with weights drawn in their order."""
    layers = []
    for index, (inputs, outputs) in enumerate(pairwise(sizes)):
        layer = nn.Linear(inputs, outputs, dtype=torch.float64)
        with torch.no_grad():
            layer.weight.copy_(drawn((outputs * inputs,), inputs, generator).view(outputs, inputs))
            layer.bias.copy_(drawn((outputs,), inputs, generator))
        layers += [nn.Tanh(), layer] if index else [layer]
    return nn.Sequential(*layers)


def plain_losses(plan, turns):
    """Both losses of every turn, by a training loop as one writes it."""
    random = torch.Generator().manual_seed(plan.seed)
    modes = Modes(plan.arrangement, plan.modes, plan.width)
    game, size, strength = GAMES[plan.game], modes.dimensions, plan.strength
    generator = network(plan.latent, *HIDDEN, size, generator=random)
    discriminator = network(size, *HIDDEN, 1, generator=random)
    optimisers = [
        torch.optim.Adam(model.parameters(), lr=rate, betas=(0.5, 0.999))
        for model, rate in zip((generator, discriminator), plan.rates, strict=True)
    ]
    noise = lambda *shape: torch.randn(*shape, generator=random, dtype=torch.float64)  # noqa: E731
    blurred = lambda x: x + strength * noise(*x.shape) if plan.penalty == "noise" else x  # noqa: E731

    def teach_discriminator():
        which = torch.randint(len(modes.centers), (plan.batch,), generator=random)
        real = torch.from_numpy(modes.centers)[which] + plan.width * noise(plan.batch, size)
        fake = generator(noise(plan.batch, plan.latent)).detach()
        real, fake = blurred(real), blurred(fake)
        loss = game.discriminator(discriminator(fake)[:, 0], discriminator(real)[:, 0]).mean()
        if plan.penalty in ("r1", "r2", "gradient_penalty"):
            places = {"r1": real, "r2": fake}.get(plan.penalty)
            if places is None:
                share = torch.rand(plan.batch, 1, generator=random, dtype=torch.float64)
                places = share * real + (1 - share) * fake
            places = places.clone().requires_grad_()
            (slopes,) = torch.autograd.grad(discriminator(places).sum(), places, create_graph=True)
            norms = slopes.norm(dim=1)
            paid = (norms - 1) ** 2 if plan.penalty == "gradient_penalty" else norms**2
            loss = loss + strength / 2 * paid.mean()
        optimisers[1].zero_grad()
        loss.backward()
        optimisers[1].step()
        if plan.penalty == "clipping":
            with torch.no_grad():
                for weights in discriminator.parameters():
                    weights.clamp_(-strength, strength)
        return loss.item()

    def teach_generator():
        loss = game.generator(discriminator(blurred(generator(noise(plan.batch, plan.latent))))[:, 0]).mean()
        optimisers[0].zero_grad()
        loss.backward()
        optimisers[0].step()
        return loss.item()

    found = []
    for who in turns:
        of_generator = of_discriminator = math.nan
        for _ in range(plan.critic_steps if who == "b" else who == "d"):
            of_discriminator = teach_discriminator()
        if who in "bg":
            of_generator = teach_generator()
        found.append((of_generator, of_discriminator))
    return found


def assert_like_plain(plan, turns):
    training = Training(plan)
    for who in turns:
        training.turn(who)
    np.testing.assert_allclose(training.losses, plain_losses(plan, turns), rtol=1e-12, atol=1e-12)
    return training


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("penalty", PENALTIES)
def test_losses_equal_a_plain_loop(game, penalty):
    plan = Plan(game, penalty=penalty, strength=0.3, rates=RATES, batch=16, seed=7)
    assert_like_plain(plan, "b" * 12 + "dddggb")


def test_a_slope_of_exactly_0_is_penalised_as_by_a_plain_loop():
    """Where every hyperbolic tangent of D is saturated its slope is 0, at which a square root has none."""
    plan = Plan("wasserstein", penalty="gradient_penalty", strength=0.1, rates=(0.3, 0.3))
    training = Training(plan)
    network = training.discriminator
    network.weights *= 1e4
    real, fake = torch.tensor([[0.5], [1.5]]).double(), torch.tensor([[-0.7], [2.0]]).double()
    weights = network.weights.clone().requires_grad_()
    places = real.clone().requires_grad_()
    (slopes,) = torch.autograd.grad(network(places, weights).sum(), places, create_graph=True)
    assert (slopes == 0).any()
    loss = (network(fake, weights) - network(real, weights)).mean() + 0.05 * ((slopes.norm(dim=1) - 1) ** 2).mean()
    (expected,) = torch.autograd.grad(loss, weights)
    found = training._slope_of_discriminator(network.weights, real, fake, real, training._strength)
    np.testing.assert_allclose(found[0], loss.detach(), rtol=1e-12)
    np.testing.assert_allclose(found[1], expected, rtol=1e-12, atol=1e-12)


def test_a_saturated_critic_goes_on_learning():
    plan = Plan("wasserstein", penalty="gradient_penalty", strength=0.1, rates=(0.3, 0.3))
    turns = "b" * 100
    training = Replay(plan).to(turns)
    assert len(training.turns) == 100 and np.isfinite(training.losses).all()
    assert np.isfinite(plain_losses(plan, turns)).all()


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_compiled_slopes_give_the_same_numbers(arrangement):
    plan = Plan(arrangement=arrangement, modes=4, latent=2, critic_steps=2, penalty="r1", strength=0.1, rates=RATES)
    training = assert_like_plain(plan, "b" * 230)
    assert training._slope_of_generator.program.program is not None


@pytest.mark.parametrize("key", [key for key, optimiser in OPTIMISERS.items() if not optimiser.searches])
def test_every_optimiser_trains(key):
    training = Replay(Plan(optimiser=key, settings={}, rates=(0.01, 0.01))).to("b" * 5)
    assert len(training.losses) == 5 and not training.diverged
    assert training.gradients[-1] > 0


def test_the_same_turn_is_the_same_whichever_way_one_came_there():
    turns = "b" * 130 + "d" * 5 + "b" * 30
    straight = Replay(Plan()).to(turns)
    back = Replay(Plan())
    back.to("b" * 170)
    back.to("b" * 90 + "g" * 20)
    back.to(turns[:60])
    np.testing.assert_array_equal(back.to(turns).losses, straight.losses)
    assert torch.equal(back.training.generator.weights, straight.generator.weights)
    assert back.training.turns == straight.turns == turns
    assert len(back._snapshots) == 1 + len(turns) // SNAPSHOTS


def test_it_stops_where_it_is_enough():
    replay = Replay(Plan())
    answers = iter([False, False, True])
    assert len(replay.to("b" * 50, lambda: next(answers)).turns) == 2
    assert len(replay.to("b" * 50).turns) == 50


def test_a_training_that_leaves_the_numbers_stops_there():
    replay = Replay(Plan("wasserstein", optimiser="sgd", settings={}, rates=(1e308, 1e308)))
    training = replay.to("b" * 50)
    assert training.diverged and len(training.turns) < 50
    assert not replay.to("").diverged


def test_it_learns_three_modes():
    training = Replay(Plan(rates=(0.003, 0.003), penalty="r1", strength=0.1)).to("b" * 1500)
    samples = training.generator(torch.linspace(-2.5, 2.5, 400, dtype=torch.float64)[:, None]).numpy()
    assert training.modes.covered(samples) >= 2


@pytest.mark.parametrize("arrangement", ARRANGEMENTS)
def test_samples_are_of_their_modes(arrangement):
    modes = Modes(arrangement, 9, 0.1)
    samples = modes.sample(4000, torch.Generator().manual_seed(1)).numpy()
    assert samples.shape == (4000, modes.dimensions)
    assert modes.shares(samples).sum() > 0.9
    assert modes.covered(samples) == len(modes.centers) == 9
    assert modes.covered(np.full((100, modes.dimensions), np.nan)) == 0
    assert modes.covered(modes.centers[:1].repeat(100, 0)) == 1
    along = np.linspace(-4, 4, 400 if modes.dimensions > 1 else 4000)
    grid = np.stack(np.meshgrid(*[along] * modes.dimensions), -1).reshape(-1, modes.dimensions)
    assert modes.density(grid).sum() * (along[1] - along[0]) ** modes.dimensions == pytest.approx(1, abs=1e-6)


def test_a_grid_has_a_square_number_of_modes_in_its_middle():
    assert [offered("grid", count) for count in range(1, 10)] == [1, 1, 4, 4, 4, 4, 9, 9, 9]
    assert [offered("ring", count) for count in range(1, 10)] == [*range(1, 10)]
    for count in (1, 4, 9):
        centers = Modes("grid", count, 0.1).centers
        assert len(centers) == count and centers.mean(0) == pytest.approx([0, 0])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Plan(game="chess"),
        lambda: Plan(optimiser="lbfgs"),
        lambda: Plan(optimiser="none"),
        lambda: Plan(penalty="none at all"),
        lambda: Plan(batch=0),
        lambda: Modes("spiral", 3, 0.1),
        lambda: Modes("line", 0, 0.1),
        lambda: Modes("grid", 3, 0.1),
        lambda: Modes("line", 3, 0.0),
    ],
)
def test_what_cannot_be_trained_is_refused(make):
    with pytest.raises(ValueError):
        make()
