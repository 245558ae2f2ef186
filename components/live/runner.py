"""Buttons that let Python go on with something turn by turn: again and again while it runs, or one turn at a press."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Button:
    """One kind of turn: what ``Input.sliders`` calls it, and what stands on the button and explains it."""

    name: str
    label: str
    help: str


@dataclass(frozen=True)
class Runner:
    """Something that goes on by turns.

    Attributes
    ----------
    at, length
        The turn that is shown, and the last that there may be: that one where none can follow it.
    chunk
        Turns of the first button's kind from one picture to the next, while it runs.
    buttons
        The kinds of turns; a press asks for the next turn, of that kind.
    unit
        What a turn is called.
    """

    at: int
    length: int
    chunk: int
    buttons: tuple[Button, ...]
    unit: str = "turn"
