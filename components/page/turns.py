"""Something that goes on by turns, brought to the turn that is wanted: in parts, as long as there is time and a visitor."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.page.patience import LONGEST, QUICK, bar, within
from components.settings.view import View

Enough = Callable[[], bool]


class Reached(Protocol):
    """How far it has come: ``at`` a turn, of so many ``asked`` for."""

    @property
    def at(self) -> int: ...  # noqa: D102
    @property
    def asked(self) -> int: ...  # noqa: D102
    @property
    def unfinished(self) -> bool: ...  # noqa: D102


R = TypeVar("R", bound=Reached)


def nothing_more() -> bool:
    """Is enough before the first turn: what there is is taken as it is."""
    return True


@dataclass(frozen=True)
class Turns(Generic[R]):
    """What goes on by turns under the settings of a view.

    Attributes
    ----------
    view
        The settings.
    to
        Goes on to the turn that they want, or until this says before one that it is enough.
    keep
        Lets the settings want no more than what has been reached.
    doing, unit
        What goes on, and what a turn of it is called.
    """

    view: View
    to: Callable[[Enough], R]
    keep: Callable[[R], None]
    doing: str
    unit: str

    def reach(self, place: DeltaGenerator, notes: Iterable[str] = ()) -> None:
        """Go to the turn that is wanted, with a bar in ``place``, and a way to stop, where that takes a while.

        Where there is no time for all of it, the page runs again and says so, and these ``notes`` of this run.
        """
        over = within(LONGEST)
        asked = self.to(nothing_more).asked
        with bar(place, f"{self.doing} to {self.unit} {asked}", self.stop) as progress:
            while (made := self.to(within(QUICK / 2))).unfinished and not over():
                if progress:
                    progress(made.at / made.asked)
        place.empty()
        if made.unfinished:
            self.keep(made)
            self.view.say_again(
                [
                    *notes,
                    f"{made.asked} {self.unit}s were asked for; in {LONGEST:g} seconds of computing there were {made.at}.",
                ]
            )
            st.rerun()

    def stop(self) -> None:
        """Leave it where it has come."""
        made = self.to(nothing_more)
        self.keep(made)
        self.view.say(f"Stopped at {self.unit} {made.at} of {made.asked}.")
