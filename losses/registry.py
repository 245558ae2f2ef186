"""``LOSSES``: every loss of ``losses/families`` by its key, in declaration order."""

from types import MappingProxyType

from losses.families import adversarial, binary, divergence, embedding, margin, multiclass, overlap, penalty, regression
from losses.spec.loss import Loss

_FAMILIES = (regression, margin, binary, multiclass, divergence, adversarial, overlap, embedding, penalty)

LOSSES = MappingProxyType(
    {value.key: value for module in _FAMILIES for value in vars(module).values() if isinstance(value, Loss)}
)
