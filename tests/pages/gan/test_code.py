"""Programs to copy: run as they stand, they print the numbers of the view on screen."""

import pytest

from losses.game.games import GAMES, SIDES
from losses.game.rules import METHODS, STABILISERS
from losses.game.training import PENALTIES
from pages.gan.code import program
from pages.gan.model import Gan
from pages.gan.saturation_view import probed, title
from pages.gan.settings import TRAINED
from tests.programs import agree, printed, programs


@pytest.fixture
def page(view_of):
    return lambda **settings: Gan(view_of("gan", **settings))


CASES = [{"game": game, "stabiliser": stabiliser} for game in GAMES for stabiliser in STABILISERS]
CASES += [{"method": method, "stabiliser": way} for method in METHODS for way in ("none", "clipping", "consensus")]
CASES += [{"method": method, "momentum": -0.3, "stabiliser": "r1"} for method in ("simultaneous", "alternating")]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_two_players(page, case):
    shown = page(**case, theta=1.5, psi=-0.7, steps=20)
    if case["stabiliser"] not in shown.stabilisers():
        with pytest.raises(ValueError, match="not exact"):
            program(shown, "torch")
        return
    texts, refused = programs(lambda library: program(shown, library))
    assert texts.keys() == ({"torch"} if case["stabiliser"] == "consensus" else {"torch", "numpy"})
    assert refused.keys() == {"torch", "numpy", "keras", "sklearn"} - texts.keys()
    found = shown.play()
    for library, written in texts.items():
        lines = printed(written.text)
        theta, psi = found.positions[0, -1]
        assert agree(library, list(lines["the end"].values()), [theta, psi]), library
        if library == "torch":
            assert agree(library, list(lines["losses"].values()), found.losses[0, -1])


TRAININGS = [{"game": game} for game in GAMES]
TRAININGS += [{"penalty": penalty} for penalty in PENALTIES]
TRAININGS += [{"optimiser": optimiser} for optimiser in TRAINED]
TRAININGS += [
    {"arrangement": way, "modes": 8, "penalty": penalty} for way in ("ring", "grid") for penalty in ("noise", "r1")
]
TRAININGS += [{"critic_steps": 3, "seed": 5, "modes": 1, "width": 0.4}]


@pytest.mark.parametrize("case", TRAININGS, ids=str)
def test_training(page, case):
    shown = page(view="training", **case, turns="bbbddgb")
    texts, refused = programs(lambda library: program(shown, library))
    assert texts.keys() == {"torch"} and refused.keys() == {"numpy", "keras", "sklearn"}
    lines = printed(texts["torch"].text)
    last = shown.trained(lambda: False).losses[-1]
    assert agree("torch", [lines["G"]["last loss"], lines["D"]["last loss"]], last)


def test_a_training_that_has_not_begun_prints_so(page):
    assert "nothing is learned yet" in program(page(view="training"), "torch").text


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("at", [-4.59512, 0.4, 15.0])
def test_saturation(page, side, at):
    texts, refused = programs(lambda library: program(page(view="saturation", side=side, at=at), library))
    assert {"torch", "numpy", "keras"} >= texts.keys() >= {"torch", "numpy"}, refused
    for library, written in texts.items():
        lines = printed(written.text)
        for key, (loss, slope) in probed(side, at).items():
            if library != "keras" or title(key, side) in lines:
                numbers = lines[title(key, side)]
                assert agree(library, numbers["loss"], loss), (library, key)
                assert library != "torch" or agree(library, numbers["slope"], slope)


def test_a_program_reads_as_one_writes_it(page):
    assert program(page(steps=5), "torch").text.splitlines()[5:] == [
        "def losses(theta, psi):",
        "    fake = psi * theta",
        "    real = psi * 0.0",
        "    generator = torch.nn.functional.logsigmoid(-fake)",
        "    discriminator = torch.nn.functional.binary_cross_entropy_with_logits(fake, torch.zeros_like(fake), reduction='none') + torch.nn.functional.binary_cross_entropy_with_logits(real, torch.ones_like(real), reduction='none')",
        "    return generator, discriminator",
        "",
        "",
        "def field(theta, psi):",
        "    theta, psi = theta.detach().requires_grad_(), psi.detach().requires_grad_()",
        "    generator, discriminator = losses(theta, psi)",
        "    (of_theta,) = torch.autograd.grad(generator, theta, create_graph=True)",
        "    (of_psi,) = torch.autograd.grad(discriminator, psi, create_graph=True)",
        "    return -of_theta.detach(), -of_psi.detach()",
        "",
        "",
        "theta, psi = torch.tensor(1.0), torch.tensor(0.0)",
        "for step in range(5):",
        "    towards = field(theta, psi)",
        "    theta, psi = theta + 0.2 * towards[0], psi + 0.2 * towards[1]",
        'print(f"the end: theta {float(theta)}, psi {float(psi)}")',
        "generator, discriminator = losses(theta, psi)",
        'print(f"losses: G {float(generator)}, D {float(discriminator)}")',
    ]
