"""A brush: whatever the hand draws over a panel is told as strokes, which Python puts into what is shown there."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Brush:
    """Lets the hand paint in the panel with these axes: with a mouse, a finger once a button is pressed, or by keys.

    Attributes
    ----------
    name
        Under which a message has the strokes, which are ``Input.strokes``.
    radius
        Of the brush, in data coordinates, the same along both axes.
    color
        Of the paint while Python computes, as CSS.
    label
        What is painted, as in "Paint the prediction".
    erases
        Whether it takes away; the Shift key turns that round.
    axes
        Of the panel.
    """

    name: str
    radius: float
    color: str
    label: str
    erases: bool = False
    axes: tuple[str, str] = ("x", "y")
