"""The views of the page ``gan`` as programs that print the same numbers."""

from collections.abc import Sequence

from components.cards.program import Codes, Program, assembled, codes, labelled, single
from losses.game.dirac import PENALTIES
from losses.game.rules import Rules
from losses.spec.expression import renamed
from pages.gan.model import Gan
from pages.gan.saturation_view import of_side, title
from pages.gan.training_code import training_program

SLOPES = {  # in NumPy: of the generator's loss, and of the discriminator's for a generated and for a real sample
    "minimax": ("-sigmoid(z)", "sigmoid(z)", "-sigmoid(-z)"),
    "non_saturating": ("-sigmoid(-z)", "sigmoid(z)", "-sigmoid(-z)"),
    "least_squares": ("z - 1", "z", "z - 1"),
    "hinge": ("-np.ones_like(z)", "(z > -1) * 1.0", "(z < 1) * -1.0"),
    "wasserstein": ("-np.ones_like(z)", "np.ones_like(z)", "-np.ones_like(z)"),
}
SIGMOID = {"sigmoid": "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))"}


def program(page: Gan, library: str) -> Program:
    """The view on screen as a program of a library.

    Raises
    ------
    ValueError
        Says why there is none.
    """
    if library == "sklearn":
        raise ValueError("scikit-learn has no adversarial losses, and trains nothing against anything.")
    if page.kind == "saturation":
        return _curves(page, library)
    if page.kind == "training" and library == "numpy":
        raise ValueError("NumPy finds no slopes of networks: see PyTorch.")
    if library == "keras":
        raise ValueError("Keras trains one model on one loss. A game of two is a loop of its own: see PyTorch.")
    return training_program(page.plan, page.view["turns"]) if page.kind == "training" else _played(page, library)


def _curves(page: Gan, library: str) -> Program:
    """Every loss of a side at the probe, by the library's own expression; in PyTorch with its slope."""
    side, games = page.view["side"], of_side(page.view["side"])
    of = {key: game.generator if side == "generator" else game.discriminator for key, game in games.items()}
    found = codes({loss.key: {} for loss in of.values()}, library)
    given = {
        "torch": "torch.tensor({0!r}{1})",
        "keras": 'keras.ops.array({0!r}, dtype="float64")',
        "numpy": "np.array({0!r})",
    }
    body = [f"z = {given[library].format(page.view['at'], ', requires_grad=True')}"]
    for key, loss in of.items():
        if loss.key not in found.found:
            continue
        named = {"fake_logits": "z"}
        if side != "generator":
            other = "free"
            body.append(
                f"{other} = {given[library].format(_finite(games[key].free[side == 'fake']), '')}  # costs nothing"
            )
            named = (
                {"fake_logits": "z", "real_logits": other}
                if side == "fake"
                else {"fake_logits": other, "real_logits": "z"}
            )
        body.append(f"loss = {_of_one(found, loss.key, library, named)}")
        values = {"loss": "loss.item()" if library == "torch" else "float(loss)"}
        if library == "torch":
            body.append("(slope,) = torch.autograd.grad(loss, z)")
            values |= {"slope": "slope.item()"}
        body.append(labelled(title(key, side), values))
    return assembled(found, body)


def _of_one(found: Codes, key: str, library: str, named: dict[str, str]) -> str:
    code = found.found[key].code
    return single(found.found[key], library, **named) if library != "keras" else renamed(code, **named)


def _finite(output: float) -> float:
    """An output that costs nothing to the last digit, where the one that does so exactly is infinite."""
    return max(-800.0, min(800.0, output))


def _played(page: Gan, library: str) -> Program:
    rules = page.rules
    if library == "numpy" and rules.stabiliser == "consensus":
        raise ValueError("Consensus needs the slopes of slopes, which NumPy does not find: see PyTorch.")
    noisy = rules.stabiliser == "noise"
    found, functions = (_in_torch if library == "torch" else _in_numpy)(rules)
    module = "torch" if library == "torch" else "np"
    kind = ", dtype=torch.float64" if library == "torch" else ""
    number = "{0}.tensor({1!r})" if library == "torch" else "{0}.array({1!r})"
    theta, psi = page.start
    body = [
        *([f"noise = {module}.linspace(-8.0, 8.0, 161{kind})", f"weights = {module}.exp(-noise**2 / 2)", "weights = weights / weights.sum()", f"noise = {rules.strength!r} * noise"] if noisy else []),
        f"theta, psi = {number.format(module, theta)}, {number.format(module, psi)}",
        *_loop(rules, page.view["steps"], module),
        labelled("the end", {"theta": "float(theta)", "psi": "float(psi)"}),
        *(["generator, discriminator = losses(theta, psi)", labelled("losses", {"G": "float(generator)", "D": "float(discriminator)"})] if library == "torch" else []),
    ]  # fmt: skip
    return assembled(found, body, functions)


def _in_torch(rules: Rules) -> tuple[Codes, dict[str, str]]:
    game = rules.played
    found = codes({game.generator.key: {}, game.discriminator.key: {}}, "torch")
    noisy, offset = rules.stabiliser == "noise", f"{game.undecided!r} + " if game.undecided else ""
    names = {"fake_logits": "fake", "real_logits": "real"}
    end = ".mul(weights).sum()" if noisy else ""
    written = {
        name: single(found.found[loss.key], "torch", **{key: names[key] for key in loss.inputs})
        for name, loss in (("generator", game.generator), ("discriminator", game.discriminator))
    }
    lines = [
        "def losses(theta, psi):",
        f"    fake = {offset}psi * {'(theta + noise)' if noisy else 'theta'}",
        f"    real = {offset}psi * {'noise' if noisy else '0.0'}",
        f"    generator = ({written['generator']}){end}" if noisy else f"    generator = {written['generator']}",
        f"    discriminator = ({written['discriminator']}){end}" if noisy else f"    discriminator = {written['discriminator']}",
    ]  # fmt: skip
    if rules.stabiliser in PENALTIES:
        lines.append(f"    discriminator = discriminator + {rules.strength!r} / 2 * psi**2  # the squared slope of D")
    if rules.stabiliser == "gradient_penalty":
        lines.append(f"    discriminator = discriminator + {rules.strength!r} / 2 * (psi.abs() - 1) ** 2")
    lines.append("    return generator, discriminator")
    field = [
        "def field(theta, psi):",
        "    theta, psi = theta.detach().requires_grad_(), psi.detach().requires_grad_()",
        "    generator, discriminator = losses(theta, psi)",
        "    (of_theta,) = torch.autograd.grad(generator, theta, create_graph=True)",
        "    (of_psi,) = torch.autograd.grad(discriminator, psi, create_graph=True)",
    ]
    if rules.stabiliser == "consensus":
        field += [
            "    size = (of_theta**2 + of_psi**2) / 2",
            "    more = torch.autograd.grad(size, (theta, psi))",
            f"    of_theta, of_psi = of_theta + {rules.strength!r} * more[0], of_psi + {rules.strength!r} * more[1]",
        ]
    field.append("    return -of_theta.detach(), -of_psi.detach()")
    return found, {"losses": "\n".join(lines), "field": "\n".join(field)}


def _in_numpy(rules: Rules) -> tuple[Codes, dict[str, str]]:
    game, noisy = rules.played, rules.stabiliser == "noise"
    pull, fake, real = SLOPES[game.key]
    offset = f"{game.undecided!r} + " if game.undecided else ""
    mean = ("(", ") @ weights") if noisy else ("", "")
    field = [
        "def field(theta, psi):  # minus the slope of each one's loss",
        f"    sample = theta{' + noise' if noisy else ''}",
        f"    z = {offset}psi * sample",
        f"    of_theta = psi * ({mean[0]}{pull}{mean[1]})",
        f"    of_psi = {mean[0]}sample * ({fake}){mean[1]}",
    ]
    if noisy:
        field += [f"    z = {offset}psi * noise", f"    of_psi = of_psi + (noise * ({real})) @ weights"]
    if rules.stabiliser in PENALTIES:
        field.append(f"    of_psi = of_psi + {rules.strength!r} * psi  # the slope of D's penalty")
    if rules.stabiliser == "gradient_penalty":
        field.append(f"    of_psi = of_psi + {rules.strength!r} * (np.abs(psi) - 1) * np.sign(psi)")
    field.append("    return -of_theta, -of_psi")
    own = SIGMOID if "sigmoid" in pull + fake else {}
    return Codes("numpy", {}, (), False), own | {"field": "\n".join(field)}


def _loop(rules: Rules, steps: int, module: str) -> Sequence[str]:
    h, beta = f"{rules.learning_rate!r}", rules.momentum
    clip = f"{module}.clip(psi, {-rules.strength!r}, {rules.strength!r})" if rules.stabiliser == "clipping" else ""
    clipped = [f"    psi = {clip}"] if clip else []
    over = f"for step in range({steps}):"
    match rules.method:
        case "simultaneous":
            return [
                *(["velocity = 0.0, 0.0"] if beta else []),
                over,
                "    towards = field(theta, psi)",
                *([f"    velocity = towards = tuple({beta!r} * old + new for old, new in zip(velocity, towards))"] if beta else []),
                f"    theta, psi = theta + {h} * towards[0], psi + {h} * towards[1]",
                *clipped,
            ]  # fmt: skip
        case "alternating":
            return [
                *(["of_psi, of_theta = 0.0, 0.0"] if beta else []),
                over,
                f"    of_psi = {f'{beta!r} * of_psi + ' if beta else ''}field(theta, psi)[1]",
                f"    psi = psi + {h} * of_psi",
                *clipped,
                f"    of_theta = {f'{beta!r} * of_theta + ' if beta else ''}field(theta, psi)[0]  # to where D is now",
                f"    theta = theta + {h} * of_theta",
            ]
        case "extragradient":
            ahead = f"psi + {h} * towards[1]"
            return [
                over,
                "    towards = field(theta, psi)",
                f"    towards = field(theta + {h} * towards[0], {clip.replace('psi', ahead, 1) if clip else ahead})",
                f"    theta, psi = theta + {h} * towards[0], psi + {h} * towards[1]",
                *clipped,
            ]
    return [
        "before = field(theta, psi)",
        over,
        "    now = field(theta, psi)",
        f"    theta = theta + {h} * (2 * now[0] - before[0])",
        f"    psi = psi + {h} * (2 * now[1] - before[1])",
        *clipped,
        "    before = now",
    ]
