"""Every loss function of the project, in declaration order: ``LOSSES["huber"](prediction, target, delta=1.0)``."""

from losses.registry import LOSSES

__all__ = ["LOSSES"]
