"""A real network: its training, and the landscape of its loss around any of its weights."""

from losses.network.architecture import Architecture
from losses.network.files import load, save
from losses.network.hessian import spectrum
from losses.network.lines import interpolate
from losses.network.plan import Plan
from losses.network.planes import path, plane
from losses.network.problems import PROBLEMS
from losses.network.training import Training

__all__ = [
    "PROBLEMS",
    "Architecture",
    "Plan",
    "Training",
    "interpolate",
    "load",
    "path",
    "plane",
    "save",
    "spectrum",
]
