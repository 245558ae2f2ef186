"""A real network: its training, and the landscape of its loss around any of its weights."""

from losses.network.hessian import spectrum
from losses.network.lines import interpolate
from losses.network.planes import path, plane

__all__ = ["interpolate", "path", "plane", "spectrum"]
