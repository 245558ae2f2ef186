"""Another page's picture on this one, under the hand, beside what this page says of it."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from components.live.input import Input
from components.live.picture import Control, Picture
from components.settings.view import View


class Shown(Protocol):
    """What can be shown: a page's settings, worked out."""

    view: View

    def picture(self) -> Picture: ...  # noqa: D102
    def take(self, moved: Input) -> None: ...  # noqa: D102


class Exhibit(ABC):
    """The settings of a view that shows what another page makes of some settings.

    What is shown stays as the hand leaves it until something else is to be shown, and is no part of the address.
    """

    def __init__(self, view: View) -> None:
        self.view = view

    @abstractmethod
    def _shows(self) -> tuple[object, Callable[[], Shown]]:
        """What tells this exhibit from any other, and what makes it."""

    def controls(self) -> tuple[Control, ...]:
        """Those of this page itself, above the others."""
        return ()

    @property
    def study(self) -> Shown:
        """What is shown."""
        what, make = self._shows()
        return self.view.cached("study", (what, self.view.beginnings), make)

    def picture(self) -> Picture:
        """What is shown, drawn, with the controls of both."""
        made = self.study.picture()
        return replace(made, controls=(*self.controls(), *made.controls))

    def take(self, moved: Input) -> None:
        """Put what is this page's into its settings; all else is for what is shown."""
        own = {name: value for name, value in moved.sliders.items() if name in self.view.fields}
        self.view.set(**own)
        # What was shown a moment ago may have had others than what is shown now.
        others = {name: value for name, value in moved.sliders.items() if name in self.study.view.fields}
        self.study.take(replace(moved, sliders={name: others[name] for name in others.keys() - own.keys()}))
