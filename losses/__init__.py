"""The public names: every loss, and what a notebook does with one. Everything else is in the rooms.

>>> from losses import LOSSES, fit_line
>>> LOSSES["huber"]([3.0, 7.0], [2.5, 2.0], delta=1.0).tolist()
[0.125, 4.5]
>>> round(fit_line([0, 1, 2, 3, 4, 5], [1, 3, 5, 7, 9, -20], "mae").slope, 3)
2.0
"""

from losses.advice.advise import advise
from losses.boundary.fit import fit_boundary
from losses.descent.linear_model import data_surface
from losses.descent.optimisers import OPTIMISERS
from losses.descent.surface import grid, linear_surface
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectory
from losses.fitting.fit import fit_constant, fit_line
from losses.registry import LOSSES

__all__ = [
    "LOSSES",
    "OPTIMISERS",
    "TEXTBOOK",
    "advise",
    "data_surface",
    "fit_boundary",
    "fit_constant",
    "fit_line",
    "grid",
    "linear_surface",
    "trajectory",
]
