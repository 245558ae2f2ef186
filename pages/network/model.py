"""The settings of the page ``network``, worked out: which network learns what, and how far it has come."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from streamlit.delta_generator import DeltaGenerator

from components.live.input import Input
from components.live.picture import Control, Picture
from components.page.parameters import parameter_controls, setting_controls, settings
from components.page.patience import LONGEST, QUICK, bar, within
from components.page.turns import Enough, Turns, nothing_more
from components.settings.fields import Field
from components.settings.view import View
from components.upload.teaching import as_problem
from components.upload.uploader import Upload, needed
from losses.network.architecture import DEPTHS, WIDTHS, Architecture
from losses.network.fitting import fitting_losses
from losses.network.plan import Plan, pairs
from losses.network.problems import PROBLEMS, Problem
from pages.network.held import Held, Shown
from pages.network.landscape_model import FEWEST_STEPS, Around
from pages.network.landscape_model import LIVE as NEXT
from pages.network.landscape_settings import AXES
from pages.network.landscape_settings import SLIDERS as AXIS_SLIDERS
from pages.network.landscape_view import landscape_picture
from pages.network.landscape_view import table as plane_table
from pages.network.own_landscape import OwnLandscape
from pages.network.settings import DESCENDED, FIELDS, MOST_STEPS, SLIDERS, TAUGHT
from pages.network.sight import Sight
from pages.network.training_view import BUTTONS, training_picture
from pages.network.training_view import table as steps_table

STEP = BUTTONS[0].name
LIVE = 0.7 * QUICK  # seconds that a live picture's steps may take: the rest is for drawing it


class Network:
    """The settings of a view of the page, worked out."""

    def __init__(self, view: View, upload: Upload | None = None, landscape: OwnLandscape | None = None) -> None:
        self.view, self.upload, self.landscape = view, upload, landscape

    @property
    def kind(self) -> str:
        """Which view is on screen."""
        return self.view["view"]

    @property
    def problem(self) -> Problem:
        """What is to be learned."""
        if self.view["data"] != "csv":
            return PROBLEMS[self.view["data"]]
        upload = needed(self.upload)
        return self.view.cached("csv", upload.identity, lambda: as_problem(upload))

    @property
    def plan(self) -> Plan:
        """How the network is trained; ``ValueError`` for what does not go together."""
        view, optimiser = self.view, self.view["optimiser"]
        loss, further = settings(view, TAUGHT[view["loss"]]), settings(view, DESCENDED[optimiser])
        return Plan(
            architecture=Architecture(
                view["kind"], len(self.problem.names), depth=view["depth"], width=view["width"], activation=view["activation"],
                skip=view["skip"], normalisation=view["normalisation"], initialisation=view["initialisation"],
            ),
            problem=self.problem, examples=view["examples"], label_noise=view["noise"], loss=view["loss"],
            loss_settings=pairs(loss), optimiser=optimiser, rate=view["rate"], optimiser_settings=pairs(further),
            batch=view["batch"], weight_decay=view["decay"], schedule=view["schedule"], horizon=view["horizon"], seed=view["seed"],
        )  # fmt: skip

    @property
    def held(self) -> Held:
        """The training, as far as it has come."""
        plan = self.plan
        return self.view.cached("training", plan, lambda: Held(plan))

    def trained(self, enough: Enough = nothing_more) -> Shown:
        """The training after the steps that are wanted, or those until ``enough`` says so: as far as it has come."""
        return self.held.to(self.view["steps"], enough)

    def prepare(self, place: DeltaGenerator, notes: Iterable[str] = ()) -> None:
        """Train up to the step that is wanted, for a picture at rest, with a bar in ``place`` where that takes a while.

        Where there is no time for all of it, the page runs again, and says so beside these ``notes``.
        """
        if self.trainings:
            Turns(self.view, self._foremost, self._keep, "Training", "step").reach(place, notes)

    def _foremost(self, enough: Enough) -> Shown:
        """Of all trainings on screen the first that is not done, or the last."""
        made = [held.to(self.view["steps"], enough) for held in self.trainings]
        return next((shown for shown in made if shown.unfinished), made[-1])

    def _keep(self, shown: Shown) -> None:
        self.view.set(steps=shown.step)

    @property
    def trainings(self) -> tuple[Held, ...]:
        """All that are on screen, as far as they have come."""
        if self.kind != "landscape":
            return (self.held,)
        return () if self.view["axes"] == "file" else self.around.trainings

    def refine(self, place: DeltaGenerator) -> bool:
        """Compute the landscape as fine as it gets, with a bar in ``place``; whether there was something to compute."""
        if self.kind != "landscape" or self.view["axes"] == "file" or self.around.refined:
            return False
        with bar(place, "Computing the landscape", self.around.stop) as progress:
            self.around.refine(progress)
        place.empty()
        return True

    def restart(self) -> None:
        """Go back to the first weights."""
        self.view.set(steps=0)

    def losses(self) -> tuple[str, ...]:
        """The losses that fit what is to be learned."""
        return fitting_losses(len(self.problem.classes))

    def new_data(self) -> None:
        """Other data are learned from the start, under a loss and by layers that fit them."""
        changes: dict[str, Any] = {"steps": 0}
        if self.view["loss"] not in self.losses():
            changes["loss"] = "categorical_cross_entropy" if self.problem.classes else "mse"
        if self.view["data"] != "digits":
            changes["kind"] = "mlp"
        self.view.set(**changes)
        self.view.guide = (None, None)

    def check(self) -> list[str]:
        """Return to what goes together whatever does not, and say so."""
        view, notes = self.view, []
        if view["data"] == "csv" and not self.upload:
            notes.append(
                "The link shows an uploaded file, and files stay with whoever uploads them: Two half moons are shown."
            )
            view.set(data=FIELDS["data"].default, steps=0)
        if view["kind"] == "conv" and view["data"] != "digits":
            view.set(kind="mlp")
            notes.append("Convolutions take images: without the digits the layers are those of a perceptron.")
        kind = view["kind"]
        limits = {"depth": DEPTHS[kind], "width": WIDTHS[kind]}
        notes += view.restrict(**_up_to(limits))
        if view["loss"] not in self.losses():
            fitting = "categorical_cross_entropy" if self.problem.classes else "mse"
            notes.append(f"{TAUGHT[view['loss']].name} does not fit these data: {TAUGHT[fitting].name} is taken.")
            view.set(loss=fitting)
        if view["normalisation"] == "batch" and view["batch"] == 1:
            view.set(batch=2)
            notes.append("BatchNorm has no spread to divide by in a batch of 1: it is 2.")
        notes += self._check_landscape() if self.kind == "landscape" else []
        if view["axes"] == "named":
            limits |= dict.fromkeys(("first", "second"), self.plan.network.parameters - 1)
            notes += view.restrict(**_up_to(limits))
        return notes

    def _check_landscape(self) -> list[str]:
        """Choose axes that there are, and say so."""
        view = self.view
        if view["axes"] == "file" and self.landscape is None:
            view.set(axes="random")
            return [
                "The link shows a file of a landscape, and files stay with whoever uploads them: random axes are shown."
            ]
        if view["axes"] == "principal" and view["steps"] < FEWEST_STEPS:
            view.set(axes="random")
            return [f"There is no path before {FEWEST_STEPS} steps: random axes are shown."]
        if view["axes"] == "leading" and not self.around.curves:
            view.set(axes="random")
            return ["The network is too large for its sharpest directions to be found here: random axes are shown."]
        if "scale" not in self.sliders and view["scale"] != 1:
            view.set(scale=1.0)
            if view["axes"] == "random":
                return ["Only layers with nothing but ReLU between them can share a factor: c is 1."]
        return []

    def picture(self) -> Picture:
        """The settings as they stand, drawn, with the sliders of the view on screen."""
        if self.kind == "landscape":
            return replace(landscape_picture(self.sight()), controls=setting_controls(self.view, *self.sliders))
        return replace(training_picture(self.trained(within(LIVE)), repr(self.subject)), controls=self.controls())

    @property
    def around(self) -> Around:
        """What is seen around the network."""
        return Around(self.view, self.plan, self.held)

    def sight(self, seconds: float = NEXT) -> Sight:
        """All that the view of the landscape shows, as fine as ``seconds`` allow for the next grid; of 0, as it is."""
        if self.view["axes"] == "file":
            own, three_d = self.own, self.view["three_d"]
            return self.view.cached("own sight", (own, three_d), lambda: Sight.of(own.kept, three_d, own.name))
        return self.around.sight(seconds, enough=within((LIVE if seconds < LONGEST else LONGEST) if seconds else 0.0))

    @property
    def own(self) -> OwnLandscape:
        """The landscape of a visitor's file.

        Raises
        ------
        ValueError
            Where there is none.
        """
        if self.landscape is None:
            raise ValueError("there is no file of a landscape")
        return self.landscape

    @property
    def sliders(self) -> tuple[str, ...]:
        """The settings of the landscape that have an effect."""
        named = AXIS_SLIDERS[self.view["axes"]]
        shape = self.plan.architecture
        scales = shape.activation == "relu" and shape.normalisation == "none" and (shape.depth == 1 or not shape.skip)
        return tuple(name for name in named if name != "scale" or (scales and shape.kind == "mlp"))

    @property
    def subject(self) -> tuple:
        """What is drawn: another starts without the zoom."""
        return self.view["data"], self.view["seed"], self.view["examples"], self.view.beginnings

    def controls(self) -> tuple[Control, ...]:
        """The sliders of the view on screen: those of every training, then those of its optimiser and its loss."""
        tuned = DESCENDED[self.view["optimiser"]], TAUGHT[self.view["loss"]]
        return *setting_controls(self.view, *SLIDERS), *parameter_controls(self.view, tuned)

    def kinds_of_axes(self) -> tuple[str, ...]:
        """The axes there are to choose from."""
        return tuple(key for key in AXES if key != "file" or self.landscape)

    def titles(self) -> dict[str, str]:
        """The data there are, by key."""
        own = {"csv": self.upload.name} if self.upload else {}
        return {key: problem.title for key, problem in PROBLEMS.items()} | own

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        if self.kind == "landscape":
            return plane_table(self.sight(0.0))
        return steps_table(self.trained())

    def take(self, moved: Input) -> None:
        """Put what was moved into the settings."""
        changes: dict[str, Any] = {name: value for name, value in moved.sliders.items() if name != STEP}
        to = moved.sliders.get(STEP)
        if to is not None and 0 <= to <= MOST_STEPS:
            changes["steps"] = int(to)
        self.view.set(**changes)


def _up_to(limits: Mapping[str, int]) -> dict[str, Field]:
    """These settings with other upper ends, below which their defaults lie too."""
    narrowed: dict[str, Field] = {}
    for name, most in limits.items():
        narrowed[name] = replace(FIELDS[name], high=most, default=min(FIELDS[name].default, most))
    return narrowed
