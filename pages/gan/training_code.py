"""The training of the page ``gan`` as a PyTorch program that prints the same losses."""

from itertools import groupby

from components.cards.program import Program, assembled, codes, labelled, single
from losses.descent.optimisers import OPTIMISERS
from losses.game.games import GAMES
from losses.game.modes import Modes
from losses.game.training import HIDDEN, PAID, Plan

LAYERS = f"""\
def perceptron(inputs, outputs):
    sizes = [inputs, {", ".join(map(str, HIDDEN))}, outputs]
    layers = []
    for fan_in, fan_out in zip(sizes, sizes[1:]):
        layer = torch.nn.Linear(fan_in, fan_out)
        with torch.no_grad():  # as PyTorch draws them, but from one generator
            for weights in (layer.weight, layer.bias):
                weights.copy_((2 * torch.rand(weights.numel(), generator=random) - 1).view_as(weights) / fan_in**0.5)
        layers += [layer, torch.nn.Tanh()]
    return torch.nn.Sequential(*layers[:-1])"""


def training_program(plan: Plan, turns: str) -> Program:
    """A training after these turns as a program, with nothing of this project in it."""
    game, optimiser = GAMES[plan.game], OPTIMISERS[plan.optimiser]
    found = codes({loss.key: {} for loss in (game.generator, game.discriminator)}, "torch")
    of_generator, of_discriminator = (
        single(found.found[loss.key], "torch") for loss in (game.generator, game.discriminator)
    )
    modes = Modes(plan.arrangement, plan.modes, plan.width)
    size = modes.dimensions
    functions = {"perceptron": LAYERS, "teach_discriminator": _discriminator(plan, of_discriminator), "teach_generator": _generator(plan, of_generator)}  # fmt: skip
    if optimiser.definition:
        functions = {"optimiser": optimiser.definition.strip()} | functions
    built = {
        who: optimiser.code(**plan.settings, learning_rate=rate).replace("[weights]", f"{who}.parameters()")
        for who, rate in zip(("generator", "discriminator"), plan.rates, strict=True)
    }
    body = [
        f"random = torch.Generator().manual_seed({plan.seed})",
        f"centers = torch.tensor({modes.centers.tolist()!r})",
        f"generator, discriminator = perceptron({plan.latent}, {size}), perceptron({size}, 1)",
        f"generator_optimizer = {built['generator']}",
        f"discriminator_optimizer = {built['discriminator']}",
        *_loop(plan, turns),
    ]
    return assembled(found, body, functions)


def _size(plan: Plan) -> str:
    return "1" if plan.arrangement == "line" else "2"


def _noise(plan: Plan, outputs: str) -> str:
    return f"torch.randn({plan.batch}, {outputs}, generator=random)"


def _discriminator(plan: Plan, loss: str) -> str:
    blur = f" + {plan.strength!r} * {_noise(plan, _size(plan))}" if plan.penalty == "noise" else ""
    lines = [
        "def teach_discriminator():",
        f"    which = torch.randint(len(centers), ({plan.batch},), generator=random)",
        f"    real = centers[which] + {plan.width!r} * {_noise(plan, _size(plan))}",
        f"    fake = generator({_noise(plan, str(plan.latent))}).detach()",
        *([f"    real = real{blur}", f"    fake = fake{blur}"] if blur else []),
        "    fake_logits, real_logits = discriminator(fake)[:, 0], discriminator(real)[:, 0]",
        f"    loss = ({loss}).mean()",
    ]
    if plan.penalty in PAID:
        if plan.penalty == "gradient_penalty":
            lines += [
                f"    share = torch.rand({plan.batch}, 1, generator=random)",
                "    places = share * real + (1 - share) * fake",
            ]
        else:
            lines.append(f"    places = {'fake' if plan.penalty == 'r2' else 'real'}.clone()")
        size = "(slopes.norm(dim=1) - 1) ** 2" if plan.penalty == "gradient_penalty" else "slopes.square().sum(1)"
        lines += [
            "    places = places.requires_grad_()",
            "    (slopes,) = torch.autograd.grad(discriminator(places).sum(), places, create_graph=True)",
            f"    loss = loss + {plan.strength!r} / 2 * ({size}).mean()",
        ]
    lines += ["    discriminator_optimizer.zero_grad()", "    loss.backward()", "    discriminator_optimizer.step()"]
    if plan.penalty == "clipping":
        lines += [
            "    with torch.no_grad():",
            "        for weights in discriminator.parameters():",
            f"            weights.clamp_({-plan.strength!r}, {plan.strength!r})",
        ]
    return "\n".join([*lines, "    return loss.item()"])


def _generator(plan: Plan, loss: str) -> str:
    blur = f" + {plan.strength!r} * {_noise(plan, _size(plan))}" if plan.penalty == "noise" else ""
    lines = [
        "def teach_generator():",
        f"    fake = generator({_noise(plan, str(plan.latent))}){blur}",
        "    fake_logits = discriminator(fake)[:, 0]",
        f"    loss = ({loss}).mean()",
        "    generator_optimizer.zero_grad()",
        "    loss.backward()",
        "    generator_optimizer.step()",
        "    return loss.item()",
    ]
    return "\n".join(lines)


def _loop(plan: Plan, turns: str) -> list[str]:
    """Runs of turns of one kind, one after the other."""
    lines = []
    for who, same in groupby(turns):
        lines.append(f"for turn in range({len([*same])}):")
        if who == "b" and plan.critic_steps > 1:
            lines += [
                f"    for _ in range({plan.critic_steps}):",
                "        loss_of_discriminator = teach_discriminator()",
            ]
        elif who in "bd":
            lines.append("    loss_of_discriminator = teach_discriminator()")
        if who in "bg":
            lines.append("    loss_of_generator = teach_generator()")
    if {"b", "d"} & {*turns}:
        lines.append(labelled("D", {"last loss": "loss_of_discriminator"}))
    if {"b", "g"} & {*turns}:
        lines.append(labelled("G", {"last loss": "loss_of_generator"}))
    return lines or ['print("nothing is learned yet")']
