"""What the settings of the page ``glossary`` stand for: a term, and the state of a page that shows it."""

from collections.abc import Callable

import numpy as np

from components.glossary import TERMS, Term
from components.lessons.reading import opened
from components.page.exhibit import Exhibit
from pages import Study, study_at


class Glossary(Exhibit):
    """The settings of a view, worked out."""

    @property
    def term(self) -> Term:
        """The term on screen."""
        return TERMS[self.view["term"]]

    def check(self) -> list[str]:
        """All settings go together; there is nothing to say."""
        return []

    def _shows(self) -> tuple[object, Callable[[], Study]]:
        shown = opened(self.term.shown)
        return self.term.shown, lambda: study_at(shown.page, shown.query)

    def table(self) -> dict[str, np.ndarray]:
        """All terms, by column."""
        return {
            "term": np.array([*TERMS]),
            "symbol": np.array([term.symbol for term in TERMS.values()]),
            "means": np.array([term.means for term in TERMS.values()]),
        }
