"""The legend: an entry for every line, which hides and shows it; what was set for it stays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from components.live.picture import Control
from components.plot.theme import CANVAS_DASHES, Style
from components.settings.fields import Field, Flag
from components.settings.view import View

SOLID = (1, 0)


class Named(Protocol):
    """What has a line of its own: a loss or an optimiser."""

    @property
    def name(self) -> str: ...  # noqa: D102


def legend_fields(lines: Mapping[str, Named]) -> dict[str, Field]:
    """For every line there may be, whether it is shown: fields named ``show.huber``."""
    return {f"show.{key}": Flag(True, label=f"Show {line.name}", live=True) for key, line in lines.items()}


def reveal(view: View, keys: Sequence[str]) -> None:
    """Where all of the chosen lines are hidden, as when the last one in sight is chosen no more, show them."""
    if not any(view[f"show.{key}"] for key in keys):
        view.set(**{f"show.{key}": True for key in keys})


def shown(view: View, keys: Sequence[str]) -> tuple[str, ...]:
    """Those of the chosen lines that are not hidden; where all are, none is taken for hidden."""
    return tuple(key for key in keys if view[f"show.{key}"]) or tuple(keys)


def legend(
    view: View, lines: Mapping[str, Named], keys: Iterable[str], styles: Mapping[str, Style]
) -> tuple[Control, ...]:
    """The entries of the chosen lines.

    Parameters
    ----------
    view
        The page's settings, with the fields of ``legend_fields``.
    lines
        By key, what has the name.
    keys
        Those that are chosen, in order.
    styles
        By key, how it is drawn.
    """
    keys = tuple(keys)
    return tuple(
        Control(
            f"show.{key}",
            lines[key].name,
            key in shown(view, keys),
            color=styles[key].color,
            dash=CANVAS_DASHES[styles[key].dash] or SOLID,
        )
        for key in keys
    )
