"""What the settings of the page ``curves`` stand for: an axis, the losses on it, the probe."""

from dataclasses import replace
from typing import Any

from components.live.input import Input
from components.live.picture import Picture
from components.page.legend import legend, reveal, shown
from components.page.parameters import parameter_controls, settings
from components.plot.theme import STYLES
from components.settings.view import View
from losses import LOSSES
from losses.curves.axis import Axis
from losses.curves.catalogue import AXES
from pages.curves.settings import FIELDS
from pages.curves.view import curves_picture


class Curves:
    """The settings of a view, worked out."""

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    def axis(self) -> Axis:
        """The axis chosen."""
        return AXES[self.view["axis"]]

    @property
    def at(self) -> float:
        """The probe's place: as set, else where the losses on the axis differ."""
        return self.axis.at if self.view["at"] is None else self.view["at"]

    def chosen(self) -> dict[str, dict[str, Any]]:
        """The losses chosen, with their parameters as this axis has them."""
        return {
            key: self.axis.settings(LOSSES[key], **settings(self.view, LOSSES[key]))
            for key in shown(self.view, self.view["losses"])
        }

    def take(self, moved: Input) -> None:
        """Put the sliders, and the probe by its x, into the settings."""
        probe = moved.point("at")
        self.view.set(**moved.sliders, **({"at": probe[0]} if probe else {}))

    def picture(self) -> Picture:
        """The settings as they stand, drawn."""
        view, axis = self.view, self.axis
        controls = (
            *legend(view, LOSSES, view["losses"], STYLES),
            *parameter_controls(view, [axis, *(LOSSES[key] for key in self.chosen())], hidden=axis.fixed),
        )
        return curves_picture(axis, self.chosen(), self.scenario, self.at, view["curvature"], controls)

    @property
    def scenario(self) -> dict[str, Any]:
        """The settings of the axis itself."""
        return settings(self.view, self.axis)

    def new_axis(self) -> None:
        """Another axis has other losses: begin with its first three."""
        view = self.view
        view.start_from(axis=view["axis"], losses=self.axis.losses[:3], curvature=view["curvature"])

    def check(self) -> list[str]:
        """Return to the default whatever the axis does not have, and say so."""
        said, axis = [], self.axis
        if not set(self.view["losses"]) <= set(axis.losses):
            if self.view["losses"] != FIELDS["losses"].default:
                said.append(
                    f"Not all of the losses asked for are on the axis “{axis.title}”: its first ones are shown."
                )
            self.view.set(losses=axis.losses[:3])
        reveal(self.view, self.view["losses"])
        return said + self.view.restrict(at=replace(FIELDS["at"], low=axis.low, high=axis.high))
