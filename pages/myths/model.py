"""What the settings of the page ``myths`` stand for: a claim, and the state of a page that shows what is right."""

from collections.abc import Callable

import numpy as np

from components.page.exhibit import Exhibit
from pages import PAGES, Study
from pages.myths.claims import CLAIMS, Claim
from pages.myths.predictions import BY_CLAIM


class Myths(Exhibit):
    """The settings of a view, worked out."""

    @property
    def claim(self) -> Claim:
        """The claim on screen."""
        return CLAIMS[self.view["claim"]]

    def check(self) -> list[str]:
        """All settings go together; there is nothing to say."""
        return []

    def _shows(self) -> tuple[object, Callable[[], Study]]:
        claim, judged = self.claim, self.view["judged"]
        settings = claim.shows if judged else claim.before
        return (self.view["claim"], judged), lambda: PAGES[claim.page].study(**settings)

    @property
    def judged(self) -> dict[str, str]:
        """What this visitor has said of each claim so far."""
        return self.view.cached("judged", None, dict)

    def ask(self, key: str) -> None:
        """Ask about a claim."""
        asked = BY_CLAIM[key]
        self.view.start_from(**asked.opening)
        self.view.guide = (asked.title, "")

    def begin(self) -> None:
        """Ask about the claim on screen, where nothing was asked yet."""
        if not self.view["judged"] and self.view.guide[0] is None:
            self.view.guide = (self.claim.title, "")

    def note(self) -> None:
        """Keep what was said of the claim on screen."""
        if self.view["judged"] and self.view.guide[1]:
            self.judged[self.view["claim"]] = self.view.guide[1]

    def table(self) -> dict[str, np.ndarray]:
        """The claims, what this visitor said of them, and what is right of those that were judged, by column."""
        said = self.judged
        return {
            "claim": np.array([claim.said for claim in CLAIMS.values()]),
            "you said": np.array([said.get(key, "") for key in CLAIMS]),
            "right": np.array([claim.verdict if key in said else "" for key, claim in CLAIMS.items()]),
        }
