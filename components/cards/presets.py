"""States worth seeing, declared by the settings of each page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Prediction:
    """A question that is asked before the state is shown.

    Attributes
    ----------
    question
        In Markdown.
    options
        The answers to choose from.
    right
        Gives the right one of them. It is called only when an answer has been given.
    because
        Gives the explanation with its numbers, in Markdown. Likewise.
    before
        The settings that are on screen until then, as ``Preset.values``.
    """

    question: str
    options: Sequence[str]
    right: Callable[[], str]
    because: Callable[[], str]
    before: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preset:
    """A state worth seeing: a short title, what to do and look for, and the settings that differ from the defaults."""

    title: str
    look: str
    values: Mapping[str, Any] = field(default_factory=dict)
    prediction: Prediction | None = None

    @property
    def opening(self) -> Mapping[str, Any]:
        """The settings to begin with: those before the answer, where one is asked for."""
        return self.prediction.before if self.prediction else self.values
