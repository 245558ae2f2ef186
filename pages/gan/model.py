"""The views of the page ``gan``, each from its settings: picture, table, and what its handles mean."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from components.live.input import Input
from components.live.picture import Control, Picture
from components.page.parameters import setting_controls
from components.page.patience import QUICK, within
from components.page.turns import Enough, Turns, nothing_more
from components.settings.view import View
from components.text import GREEK
from losses.descent.optimisers import OPTIMISERS
from losses.game.dirac import DiracGan
from losses.game.games import GAMES
from losses.game.modes import offered
from losses.game.nullclines import nullclines
from losses.game.play import Play, play
from losses.game.rules import METHODS, STABILISERS, Rules
from losses.game.stability import stability
from losses.game.training import Plan
from pages.gan.held import Held, Shown
from pages.gan.players_view import Match, players_picture
from pages.gan.players_view import table as steps_table
from pages.gan.saturation_view import saturation_picture
from pages.gan.saturation_view import table as curves_table
from pages.gan.settings import PLAN_SLIDERS, SLIDERS
from pages.gan.training_view import table as turns_table
from pages.gan.training_view import training_picture
from pages.gan.turns import gone_to

TRAIN = "train."  # what the names of buttons begin with that ask for turns, before the key of who learns
ARROWS, LINES = 15, 40  # arrows, and places at which nullclines are sought, along a side of the plane


class Gan:
    """The settings of a view of the page, worked out."""

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    def kind(self) -> str:
        """Which view is on screen."""
        return self.view["view"]

    @property
    def rules(self) -> Rules:
        """What is played, and how; ``ValueError`` where that does not go together."""
        view = self.view
        strength = view["strength"] if view["stabiliser"] != "none" else 0.0
        momentum = view["momentum"] if METHODS[view["method"]].momentum else 0.0
        return Rules(view["game"], view["method"], view["rate"], view["stabiliser"], strength, momentum)

    @property
    def start(self) -> tuple[float, float]:
        """θ and ψ to begin with."""
        return self.view["theta"], self.view["psi"]

    def stabilisers(self) -> list[str]:
        """What the game can be steadied by."""
        return [key for key in STABILISERS if key != "noise" or GAMES[self.view["game"]].smooth]

    def check(self) -> list[str]:
        """Return to the default whatever does not go together, and say so."""
        if self.view["stabiliser"] in self.stabilisers():
            return []
        self.view.set(stabiliser="none")
        return [
            f"{GAMES[self.view['game']].name} has kinks, over which the mean of noise is not exact: it is left out."
        ]

    def play(self) -> Play:
        """The game from the start on screen."""
        rules, steps = self.rules, self.view["steps"]
        return self.view.cached("play", (rules, self.start, steps), lambda: play(rules, np.array([self.start]), steps))

    def match(self) -> Match:
        """All that the view of two players shows."""
        rules, view, reach = self.rules, self.view, self.view["reach"]
        plain = Rules(rules.game, stabiliser=rules.stabiliser, strength=rules.strength)  # all that the field depends on
        places, field, still = view.cached("plane", (plain, reach), lambda: _plane(DiracGan(plain), reach))
        return Match(
            rules, self.play(), stability(rules), reach, places, field, still, view["playhead"],
            repr(["players", reach, view.beginnings]), tuple(self._notes()),
        )  # fmt: skip

    def _notes(self) -> Iterator[str]:
        way = STABILISERS[self.view["stabiliser"]]
        if self.view["stabiliser"] != "none":
            yield f"{way.name}: {way.summary}"
        if GAMES[self.view["game"]].undecided:
            yield "Here D’s output is ½ + ψx: its targets are 0 and 1, and ½ is the output of a D that cannot decide."
        if max(map(abs, self.start)) > self.view["reach"]:
            yield "The start is out of view: click to start elsewhere, or show more of the plane under More."

    def at_rest(self) -> float:
        """What the discriminator pays at the equilibrium."""
        return float(DiracGan(self.rules).losses(np.zeros((1, 2)))[0, 1])

    @property
    def _asked(self) -> bool:
        """Whether a question is open, whose answer is not to be shown."""
        return self.view.guide[1] == ""

    def picture(self) -> Picture:
        """The settings as they stand, drawn, with the sliders of the view on screen."""
        if self.kind == "saturation":
            return saturation_picture(self.view["side"], self.view["at"], self._asked)
        if self.kind == "training":
            made = training_picture(self.trained(within(QUICK)), GAMES[self.view["game"]].probable, repr(self.plan))
            return replace(made, controls=self.plan_controls())
        return replace(players_picture(self.match(), self._asked), controls=self.controls())

    @property
    def plan(self) -> Plan:
        """How the real GAN is trained."""
        view = self.view
        settings = {"beta1": 0.5} if "beta1" in OPTIMISERS[view["optimiser"]].parameters else {}
        return Plan(
            view["game"], view["arrangement"], self._modes, view["width"], view["optimiser"],
            (view["rate_g"], view["rate_d"]), settings, view["penalty"],
            view["weight"] if view["penalty"] != "none" else 0.0, view["critic_steps"], latent=1 if view["arrangement"] == "line" else 2, seed=view["seed"],
        )  # fmt: skip

    @property
    def _modes(self) -> int:
        return offered(self.view["arrangement"], self.view["modes"])

    def trained(self, enough: Enough = nothing_more) -> Shown:
        """The training after the turns that are wanted, or after those there was time for."""
        plan = self.plan
        held: Held = self.view.cached("training", plan, lambda: Held(plan))
        return held.to(self.view["turns"], enough)

    def prepare(self, place: DeltaGenerator, notes: Iterable[str] = ()) -> None:
        """Train up to the turn that is wanted, for a picture at rest, with a bar in ``place`` where that takes a while.

        Of a training that leaves the numbers no more turns are wanted than there are. Where there is no time for all of
        it, the page runs again, and says so beside these ``notes``.
        """
        Turns(self.view, self.trained, self._keep, "Training", "turn").reach(place, notes)
        if (shown := self.trained()).diverged:
            self._keep(shown)

    def _keep(self, shown: Shown) -> None:
        self.view.set(turns=shown.turns)

    def plan_controls(self) -> tuple[Control, ...]:
        """The sliders of the training that have an effect."""
        shown = setting_controls(self.view, *(name for name in PLAN_SLIDERS if name != "weight" or self.view["penalty"] != "none"))  # fmt: skip
        grid = self.view["arrangement"] == "grid"
        return tuple(
            replace(each, label=f"{each.label}: a grid has {self._modes}") if grid and each.name == "modes" else each
            for each in shown
        )

    def controls(self) -> tuple[Control, ...]:
        """The sliders that have an effect under the rules."""
        way = STABILISERS[self.view["stabiliser"]]
        hidden = {
            "strength": not way.symbol,
            "momentum": not METHODS[self.view["method"]].momentum,
        }
        shown = setting_controls(self.view, *(name for name in SLIDERS if not hidden.get(name)))
        symbol = GREEK.get(way.symbol.removeprefix("\\"), way.symbol)
        return tuple(
            replace(each, label=f"{way.name.partition(',')[0]} {symbol}") if each.name == "strength" else each
            for each in shown
        )

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        match self.kind:
            case "saturation":
                return curves_table(self.view["side"])
            case "training":
                return turns_table(self.trained())
        return steps_table(self.play())

    def take(self, moved: Input) -> None:
        """Put what was moved into the settings."""
        changes: dict[str, Any] = {name: value for name, value in moved.sliders.items() if not name.startswith(TRAIN)}
        for name, to in moved.sliders.items():
            if name.startswith(TRAIN):
                changes["turns"] = gone_to(changes.get("turns", self.view["turns"]), name.removeprefix(TRAIN), to)
        if start := moved.point("start"):
            changes |= dict(zip(("theta", "psi"), start, strict=True))
        if probe := moved.point("at"):
            changes["at"] = probe[0]
        if moved.playhead is not None:
            changes["playhead"] = None if moved.playhead == self.view["steps"] else moved.playhead
        self.view.set(**changes)


def _plane(gan: DiracGan, reach: float) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, np.ndarray]]:
    """Where arrows begin, the field there, and the nullclines."""
    along = (np.arange(ARROWS) + 0.5) / ARROWS * 2 * reach - reach
    places = np.stack(np.meshgrid(along, along), -1).reshape(-1, 2)
    return places, gan.field(places), nullclines(gan, np.linspace(-reach, reach, LINES))
