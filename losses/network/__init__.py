"""A real network: its training, and the landscape of its loss around any of its weights."""

from losses.network.files import load, save
from losses.network.hessian import spectrum
from losses.network.lines import interpolate
from losses.network.planes import path, plane

__all__ = ["interpolate", "load", "path", "plane", "save", "spectrum"]
