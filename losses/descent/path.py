"""One optimiser's path over a surface, every step recorded, and what becomes of it where the numbers end."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import numpy as np

from losses.descent.surface import Surface

BY_STEP = ("gradients", "steps", "rates", "velocity", "second_moment")  # what a path has as often as it has steps


@dataclass(frozen=True)
class Run:
    """What is to be descended with: an optimiser by its key, a start, and the optimiser's parameters."""

    optimiser: str
    start: tuple[float, float]
    parameters: dict[str, Any] = field(default_factory=dict)


class NonFinite(NamedTuple):
    """At which step a path left the numbers, and what happened there."""

    step: int
    reason: str


@dataclass(frozen=True, eq=False)
class Path:
    """One descent of n steps. Positions have two columns, one per weight.

    Attributes
    ----------
    optimiser, settings
        Key of the optimiser and all its parameters.
    positions
        ``[n + 1, 2]``, the start first.
    losses
        ``[n + 1]``, the surface at the positions: over all examples, also where steps see a few.
    gradients
        ``[n, 2]``, what step t was given at position t: of its batch, with its noise.
    steps
        ``[n, 2]``, position t + 1 less position t; the effective step of Kingma and Ba (2015), section 2.1.
    rates
        ``[n]``, the learning rate of each step, as the schedule has it.
    velocity, second_moment
        ``[n, 2]``, what the optimiser keeps, once it has taken in gradient t: of gradients the (decaying)
        sum, of their squares the (decaying) mean, for AdaGrad the sum, for AMSGrad the largest mean so far,
        for Adamax the largest decayed size instead. None where it keeps no such thing.
    diverged
        None while everything is finite. Otherwise positions and losses are as they were up to that
        step, and after it not a number.
    """

    optimiser: str
    settings: dict[str, Any]
    positions: np.ndarray
    losses: np.ndarray
    gradients: np.ndarray
    steps: np.ndarray
    rates: np.ndarray
    velocity: np.ndarray | None
    second_moment: np.ndarray | None
    diverged: NonFinite | None

    @property
    def last(self) -> int:
        """The last step at which the path is still finite; -1 where not even the start is."""
        return len(self.losses) - 1 if self.diverged is None else self.diverged.step - 1

    def first(self, steps: int) -> "Path":
        """The path of its first steps alone; of fewer, if it has no more."""
        if steps >= len(self.gradients):
            return self
        parts = {name: getattr(self, name) for name in ("positions", "losses", *BY_STEP)}
        shorter = {
            name: None if part is None else part[: steps + (name not in BY_STEP)] for name, part in parts.items()
        }
        diverged = self.diverged if self.diverged and self.diverged.step <= steps else None
        return replace(self, **shorter, diverged=diverged)


def recorded(surface: Surface, run: Run, **parts: Any) -> Path:
    """The path of a run, cut where it leaves the numbers.

    Parameters
    ----------
    surface
        What was descended.
    run
        With all parameters of its optimiser.
    **parts
        The attributes of ``Path`` that are arrays, but for ``steps``, finite or not.
    """
    with np.errstate(all="ignore"):
        parts["steps"] = np.diff(parts["positions"], axis=0)
    diverged = _divergence(surface, parts["positions"], parts["losses"])
    if diverged:
        parts = {
            name: part if part is None or name == "rates" else _cut(part, diverged.step, name)
            for name, part in parts.items()
        }
    return Path(run.optimiser, run.parameters, diverged=diverged, **parts)


def _divergence(surface: Surface, positions: np.ndarray, losses: np.ndarray) -> NonFinite | None:
    moved, valued = np.all(np.isfinite(positions), axis=-1), np.isfinite(losses)
    if (moved & valued).all():
        return None
    step = int((moved & valued).argmin())
    if not moved[step]:
        weight = int(np.isfinite(positions[step]).argmin())
        what = "is not a number any more" if np.isnan(positions[step, weight]) else "is larger than a number can be"
        return NonFinite(step, f"{surface.symbols[weight]} {what}")
    if np.isnan(losses[step]):
        return NonFinite(step, "the loss is not defined there")
    return NonFinite(step, "the loss is larger than a number can be")


def _cut(part: np.ndarray, step: int, name: str) -> np.ndarray:
    """``part`` up to the step that left the numbers: the place it came to, and the last gradient that was one."""
    part = part.copy()
    part[step + (name not in BY_STEP) :] = np.nan
    return part
