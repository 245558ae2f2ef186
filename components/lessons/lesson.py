"""What a lesson is: steps, each a view to open, with what to do there, or a question whose answer is computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.computed import Numbers
from losses.calculator import evaluate


@dataclass(frozen=True)
class Opened:
    """A page at a state, as a link opens it: the page's name, and query parameters as text."""

    page: str
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Option:
    """An answer to choose: the expression of the number that it stands for, and what who chooses it gets wrong."""

    text: str
    value: str
    misconception: str


@dataclass(frozen=True)
class Step:
    """One step of a lesson.

    Attributes
    ----------
    title
        Of the step.
    opens
        What is on screen first.
    say
        What to do there, or what is asked.
    note
        For whoever teaches; the class does not see it.
    lock
        Names of settings that cannot be changed in it. Where a question has none, nothing can until it is answered.
    numbers
        Expressions of ``losses.calculator`` by the name under which texts and later expressions have them.
    options
        Of a question; none where nothing is asked.
    answer
        The expression of the right number.
    tolerance
        How far the number of the right option may be from it.
    because
        The explanation, once it is answered.
    reveals
        What is on screen then.
    """

    title: str
    opens: Opened
    say: str
    note: str = ""
    lock: tuple[str, ...] = ()
    numbers: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Option] = ()
    answer: str = ""
    tolerance: float = 0.0
    because: str = ""
    reveals: Opened | None = None

    def known(self) -> dict[str, Any]:
        """The numbers, computed in their order (``ValueError`` where one cannot be)."""
        return Numbers(self.numbers).known()

    def filled(self, text: str) -> str:
        """A text with the numbers in it, as ``Numbers.filled``."""
        return Numbers(self.numbers).filled(text)

    def right(self) -> Option:
        """The option that is right.

        Raises
        ------
        ValueError
            Where none is, or several are, or a number cannot be computed.
        """
        known = self.known()
        values = [float(evaluate(option.value, known)) for option in self.options]
        answer = float(evaluate(self.answer, known | {"values": values}))
        right = [
            option for option, value in zip(self.options, values, strict=True) if abs(value - answer) <= self.tolerance
        ]
        if len(right) != 1:
            told = ", ".join(
                f"“{option.text}” is {value:g}" for option, value in zip(self.options, values, strict=True)
            )
            raise ValueError(
                f"{len(right) or 'none'} of the options are within {self.tolerance:g} of the answer {answer:g}: {told}"
            )
        return right[0]


@dataclass(frozen=True, eq=False)
class Lesson:
    """A guided session. ``key`` is its file's name and stands in the address. A file that is read anew is another one."""

    key: str
    title: str
    minutes: int
    about: str
    steps: Sequence[Step]
