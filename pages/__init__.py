"""The pages: the only list of them, in the order and the groups of the navigation."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


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


PAGES: Mapping[str, Page] = MappingProxyType(
    {
        page.name: page
        for page in (
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
            Page("classification", "Classification", "Classification", "What is a margin worth?"),
            Page("probabilities", "Probabilities", "Classification", "Which output goes with which loss?"),
            Page("overlap", "Overlap", "Classification", "99 % accurate, found nothing?"),
            Page("embeddings", "Embeddings", "Classification", "How far apart is far enough?"),
        )
    }
)
OPENING = next(iter(PAGES))
"""Name of the page that opens the app."""
