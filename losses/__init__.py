"""Every loss function of the project, in declaration order: ``LOSSES["huber"](prediction, target, delta=1.0)``."""

from types import MappingProxyType

from losses import adversarial, binary, divergence, embedding, margin, multiclass, overlap, penalty, regression
from losses.spec import Loss

_FAMILIES = (regression, margin, binary, multiclass, divergence, adversarial, overlap, embedding, penalty)

LOSSES = MappingProxyType(
    {value.key: value for module in _FAMILIES for value in vars(module).values() if isinstance(value, Loss)}
)
