"""What can be set on the page ``gan``, and the states worth seeing."""

from components.cards.presets import Preset
from components.settings.fields import Choice, Number
from losses.descent.optimisers import OPTIMISERS
from losses.game.games import GAMES, SIDES
from losses.game.modes import ARRANGEMENTS
from losses.game.rules import METHODS, STABILISERS
from losses.game.training import PENALTIES
from pages.gan.turns import Turns

VIEWS = {
    "players": ("Two players", "Drag the start, or click where to begin; play the game, and change its rules."),
    "saturation": ("Saturation", "Drag the probe: how hard does each loss push a generated sample?"),
    "training": ("A real GAN", "Press ▶ and pause when you like, or let D or G alone learn a turn."),
}
TRAINED = {key: optimiser for key, optimiser in OPTIMISERS.items() if not optimiser.searches}
FIELDS = {
    "view": Choice(
        "players", tuple(VIEWS), label="View", titles={key: title for key, (title, _) in VIEWS.items()}, buttons=True
    ),
    "game": Choice("minimax", tuple(GAMES), label="Losses", titles={key: game.name for key, game in GAMES.items()}),
    "method": Choice(
        "simultaneous", tuple(METHODS), label="Steps", titles={key: way.name for key, way in METHODS.items()}
    ),
    "stabiliser": Choice(
        "none", tuple(STABILISERS), label="Steadied by", titles={key: way.name for key, way in STABILISERS.items()}
    ),
    "rate": Number(0.2, 1e-4, 100.0, label="Learning rate h", live=True, slider=(0.01, 5.0), log=True),
    "strength": Number(0.5, 0.0, 100.0, label="Strength", live=True, slider=(0.0, 3.0)),
    "momentum": Number(0.0, -0.99, 0.99, label="Momentum β", live=True, slider=(-0.9, 0.9)),
    "steps": Number(200, 0, 2000, whole=True, label="Steps", live=True, slider=(0, 500)),
    "theta": Number(1.0, -100.0, 100.0, label="Start θ"),
    "psi": Number(0.0, -100.0, 100.0, label="Start ψ"),
    "reach": Number(2.5, 0.1, 200.0, label="θ and ψ in view, ±"),
    "playhead": Number(None, 0, 2000, whole=True, label="Playhead"),
    "side": Choice(
        "generator",
        tuple(SIDES),
        label="Whose loss",
        titles={"generator": "G’s", "fake": "D’s, of a fake", "real": "D’s, of a real one"},
        buttons=True,
    ),
    "at": Number(-4.59512, -20.0, 20.0, label="Probe"),
    "turns": Turns(label="Turns"),
    "arrangement": Choice("line", tuple(ARRANGEMENTS), label="Modes lie", titles=dict(ARRANGEMENTS)),
    "modes": Number(3, 1, 9, whole=True, label="Modes", live=True),
    "width": Number(0.2, 0.05, 1.0, label="Their width", live=True),
    "optimiser": Choice(
        "adam", tuple(TRAINED), label="Optimiser", titles={key: each.name for key, each in TRAINED.items()}
    ),
    "rate_g": Number(0.003, 1e-6, 10.0, label="Learning rate of G", live=True, slider=(0.0001, 0.1), log=True),
    "rate_d": Number(0.003, 1e-6, 10.0, label="Learning rate of D", live=True, slider=(0.0001, 0.1), log=True),
    "penalty": Choice("none", tuple(PENALTIES), label="Steadied by", titles=dict(PENALTIES)),
    "weight": Number(0.1, 0.0, 100.0, label="Its strength", live=True, slider=(0.0, 2.0)),
    "critic_steps": Number(1, 1, 10, whole=True, label="Steps of D for one of G"),
    "seed": Number(0, 0, 9999, whole=True, label="Seed", help="Of weights, samples and noise."),
}
SLIDERS = ("rate", "strength", "momentum", "steps")
PLAN_SLIDERS = ("rate_g", "rate_d", "weight", "modes", "width")
PENALTY = {"stabiliser": "r1", "strength": 0.5}
PRESETS = (
    Preset(
        "Simultaneous spirals out",
        "Both step at once, each from where the other was: in 200 steps they get from 1 to 2.26 away. Press play.",
    ),
    Preset(
        "Alternating circles",
        "D first, G answers: the distance stays between 0.99 and 1.04, for ever. Neither gains, neither gives in.",
        {"method": "alternating", "steps": 500},
    ),
    Preset(
        "A penalty pulls it in",
        "R1 makes D pay for its slope: after 200 steps they are 0.00009 away. Take γ below 0.05: they go out again.",
        PENALTY,
    ),
    Preset(
        "The critical penalty",
        "At γ = 1 both eigenvalues meet at −0.5: no more turning, and nothing settles faster. Raise γ to 3: θ creeps.",
        {"stabiliser": "r1", "strength": 1.0},
    ),
    Preset(
        "Look ahead",
        "Extragradient looks a step ahead: each step keeps 0.995 of the distance, and 0.38 are left after 200 steps.",
        {"method": "extragradient"},
    ),
    Preset(
        "Too fast for turns",
        "Alternating steps go round up to h = 2 here. At 2.05 an eigenvalue is −1.56: each step lands on the other side, farther out.",
        {"game": "wasserstein", "method": "alternating", "rate": 2.05, "theta": 0.1, "steps": 7},
    ),
    Preset(
        "The slow ring",
        "Non-saturating comes in from 2.83 away, but not home: near 0, where each step multiplies by 1.005, it ends on a ring.",
        {"game": "non_saturating", "theta": 2.0, "psi": 2.0, "steps": 2000},
    ),
    Preset(
        "Never at rest",
        "WGAN’s penalty wants slope 1 or −1, the equilibrium 0: from any start they end up going round, 1.25 to 1.29 away. Choose R1.",
        {"game": "wasserstein", "method": "alternating", "stabiliser": "gradient_penalty", "theta": 0.3, "steps": 500},
    ),
    Preset(
        "Three modes to find",
        "Press ▶: D learns to tell, G to fool it. Within 1,000 turns G covers all 3 modes, with over 90 % of its samples near one.",
        {"view": "training", "game": "non_saturating"},
    ),
    Preset(
        "G runs ahead",
        "G learns 30 times as fast as D: after 200 turns all its samples crowd on 1 of 3 modes; when D has learned of that, on another.",
        {"view": "training", "game": "non_saturating", "rate_g": 0.03, "rate_d": 0.001, "turns": "b" * 200},
    ),
    Preset(
        "D runs ahead",
        "D learned alone for 600 turns. Minimax leaves G a gradient of 3.6; choose non-saturating: 10.9. Step G, and watch.",
        {"view": "training", "game": "minimax", "turns": "d" * 600 + "g"},
    ),
    Preset(
        "Around a ring",
        "Eight modes around a ring. Press ▶: G bends its samples into it, and leaves modes out for long. More has grids.",
        {"view": "training", "game": "non_saturating", "arrangement": "ring", "modes": 8, "width": 0.15},
    ),
    Preset(
        "A caught fake",
        "D gives a fake 1 %. Minimax pushes it with 0.01, all but nothing; non-saturating with 0.99. Drag the probe right: they swap.",
        {"view": "saturation"},
    ),
    Preset(
        "A fake that passes",
        "D gives a fake 99 %: non-saturating lets go, with 0.01, hinge pushes on with 1. Least squares pulls it back to 1, with 3.60.",
        {"view": "saturation", "at": 4.59512},
    ),
)
PRESETS_OF = {
    key: tuple(preset for preset in PRESETS if preset.values.get("view", FIELDS["view"].default) == key)
    for key in VIEWS
}
"""The presets of each view: its row shows no others."""
