"""What the settings of the page ``implement`` stand for: a loss, its forms in NumPy, and an input."""

from dataclasses import replace

import numpy as np

from components.live.input import Input
from components.live.picture import Picture
from components.settings.view import View
from losses.by_hand.catalogue import BY_HAND, ByHand
from pages.implement.settings import FIELDS
from pages.implement.traps import TRAPS, Trap
from pages.implement.view import columns, forms_picture


class Implement:
    """The settings of a view, worked out."""

    def __init__(self, view: View) -> None:
        self.view = view

    @property
    def loss(self) -> ByHand:
        """The loss chosen."""
        return BY_HAND[self.view["loss"]]

    @property
    def at(self) -> float:
        """The input looked at: as set, else the one that is telling."""
        return float(self.loss.at if self.view["at"] is None else self.view["at"])

    def new_loss(self) -> None:
        """Another loss has other inputs."""
        self.view.start_from(loss=self.view["loss"])

    def check(self) -> list[str]:
        """Return to the default an input that the loss has not, and say so."""
        return self.view.restrict(at=replace(FIELDS["at"], low=self.loss.low, high=self.loss.high))

    def picture(self) -> Picture:
        """The settings as they stand, drawn."""
        return forms_picture(self.loss, self.at)

    def take(self, moved: Input) -> None:
        """Put the probe, by its x, into the settings, no farther than the loss is looked at."""
        if probe := moved.point("at"):
            self.view.set(at=probe[0])

    def traps(self) -> list[Trap]:
        """Those of the loss."""
        return [trap for trap in TRAPS if self.loss.key in trap.losses]

    def table(self) -> dict[str, np.ndarray]:
        """The numbers behind the picture, by column."""
        return columns(self.loss)
