"""The pages: the only list of them, in the order and the groups of the navigation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlencode

from components.live.input import Input
from components.live.picture import Picture
from components.settings.address import read
from components.settings.fields import Field
from components.settings.view import View


class Study(Protocol):
    """A page's settings, worked out: what they make to see, and what the hand does to them."""

    view: View

    def check(self) -> list[str]:
        """Return to the default whatever does not go together, and say so."""
        ...

    def picture(self) -> Picture:
        """The settings as they stand, drawn."""
        ...

    def take(self, moved: Input) -> None:
        """Put what was moved into the settings."""
        ...


@dataclass(frozen=True)
class Page:
    """One page: ``name`` is its folder and its path in the address, ``question`` its title on screen."""

    name: str
    title: str
    group: str
    question: str

    @property
    def script(self) -> str:
        """The script that runs it, from the project's root."""
        return f"pages/{self.name}/page.py"

    @property
    def fields(self) -> Mapping[str, Field]:
        """What can be set on it."""
        return import_module(f"pages.{self.name}.settings").FIELDS

    @property
    def model(self) -> Callable[[View], Study]:
        """What works its settings out: the class that is called as the page is, in its folder's ``model``."""
        return getattr(import_module(f"pages.{self.name}.model"), self.name.capitalize())

    def query(self, **settings: Any) -> dict[str, str]:
        """The query parameters that open it with these settings, the others at their defaults.

        Raises
        ------
        ValueError
            For a setting that it has not, or a value that it cannot have.
        """
        return self._view(settings).address()

    def address(self, **settings: Any) -> str:
        """Path and query of a link that does so (``ValueError`` as from ``query``)."""
        return f"/{self.name}?{urlencode(self.query(**settings), safe=',:')}".removesuffix("?")

    def study(self, **settings: Any) -> Study:
        """It with these settings, the others at their defaults, as nobody's: for a picture of it elsewhere.

        Raises
        ------
        ValueError
            For a setting that it has not, a value that it cannot have, or settings that do not go together.
        """
        made = self.model(self._view(settings))
        if notes := made.check():
            raise ValueError(f"{self.name}: {' '.join(notes)}")
        return made

    def _view(self, settings: Mapping[str, Any]) -> View:
        view = View(self.name, self.fields, {})
        if unknown := settings.keys() - self.fields.keys():
            raise ValueError(f"{self.name} has no setting {', '.join(sorted(unknown))}")
        view.start_from(**settings)
        if view.refused:
            raise ValueError(f"{self.name}: {' '.join(view.refused.values())}")
        return view


def study_at(page: str, query: Mapping[str, str]) -> Study:
    """A page at what a link opens (``ValueError`` for what the page cannot have)."""
    values, notes = read(PAGES[page].fields, query)
    if notes:
        raise ValueError(f"{page}: {' '.join(notes)}")
    return PAGES[page].study(**values)


PAGES: Mapping[str, Page] = MappingProxyType(
    {
        page.name: page
        for page in (
            Page("start", "Start", "", "What does a loss do?"),
            Page("outliers", "Outliers", "Regression", "Who moves when one point lies?"),
            Page("curves", "Curves", "Regression", "How hard does each loss pull?"),
            Page("landscape", "Landscape", "Training", "Why does training zigzag, stall or explode?"),
            Page(
                "regularization",
                "Regularization",
                "Training",
                "Why does L1 give exact zeros, and what does a penalty buy?",
            ),
            Page("gan", "GAN", "Training", "Can two losses fight for ever?"),
            Page("network", "Network", "Training", "What does a real network’s landscape look like?"),
            Page("classification", "Classification", "Classification", "What is a margin worth?"),
            Page("probabilities", "Probabilities", "Classification", "Which output goes with which loss?"),
            Page("overlap", "Overlap", "Classification", "99 % accurate, found nothing?"),
            Page("embeddings", "Embeddings", "Classification", "How far apart is far enough?"),
            Page("lessons", "Lessons", "Teach", "What shall we find out together?"),
            Page("myths", "Myths", "Teach", "True, false, or depends?"),
            Page("choose", "Choose", "Teach", "Which loss should I use?"),
            Page("implement", "Implement", "Teach", "How do I write it myself?"),
            Page("glossary", "Glossary", "Teach", "What does that word mean?"),
        )
    }
)
OPENING = next(iter(PAGES))
"""Name of the page that opens the app."""
ONCE_OPENING = "outliers"
"""Name of the page that opened it once: a bare address that carries settings was made then, and means that page."""
