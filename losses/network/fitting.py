"""How a network's outputs meet a loss: which losses fit, what targets they take, and what the outputs decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from losses.registry import LOSSES
from losses.spec.domain import CLASS_INDEX, LOGITS, REAL, VECTOR, Either
from losses.spec.loss import Loss

_SINGLE = torch.finfo(torch.float32)
FLAT = {"zero_one"}  # without a slope, nothing learns
_SCORES = (REAL, LOGITS, VECTOR)  # what a linear layer gives


def fitting_losses(classes: int) -> tuple[str, ...]:
    """Keys of the losses that a network of plain outputs can be taught with.

    Parameters
    ----------
    classes
        How many there are to tell apart; 0 where the target is a number.

    Examples
    --------
    >>> fitting_losses(10)[-3:]
    ('sparse_categorical_cross_entropy', 'categorical_focal', 'categorical_hinge')
    """
    families = {"regression"} | ({"multiclass"} if classes else set())
    families |= {"margin", "binary"} if classes == 2 else set()
    return tuple(
        key
        for key, loss in LOSSES.items()
        if loss.family in families and key not in FLAT and [*loss.inputs] == ["prediction", "target"] and _scored(loss)
    )


def _scored(loss: Loss) -> bool:
    taken = loss.inputs["prediction"]
    return (taken.on if isinstance(taken, Either) else taken) in _SCORES


@dataclass(frozen=True)
class Fit:
    """A loss for the outputs of a network.

    A regression loss compares each output with its target, for classes 1 at the true one and 0 elsewhere, and takes the
    mean over outputs (Hui and Belkin 2021, Evaluation of neural architectures trained with square loss, ICLR, without
    their rescaling). A multiclass loss takes an output for each class as logits. A margin or a binary loss takes one.

    Attributes
    ----------
    key
        Of ``fitting_losses(classes)``.
    classes
        How many there are to tell apart; 0 where the target is a number.
    settings
        Parameters of the loss.

    Raises
    ------
    ValueError
        For a loss that does not fit, or a parameter out of range.
    """

    key: str
    classes: int
    settings: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.key not in fitting_losses(self.classes):
            what = f"{self.classes} classes" if self.classes else "numbers"
            raise ValueError(
                f"{self.key} does not fit {what}; those that do: {', '.join(fitting_losses(self.classes))}"
            )
        logits = {"from_logits": True} if "from_logits" in self.loss.parameters else {}
        settings = self.loss.settings(**{**self.settings, **logits})
        for name, value in settings.items():
            if value and not _SINGLE.tiny <= abs(value) <= _SINGLE.max:
                raise ValueError(
                    f"{self.loss.name}: {name} = {value:g} is beyond the numbers that a network is trained in, "
                    f"{_SINGLE.tiny:.0e} to {_SINGLE.max:.0e}"
                )
        object.__setattr__(self, "settings", MappingProxyType(settings))

    @property
    def loss(self) -> Loss:
        """What is declared of it."""
        return LOSSES[self.key]

    @property
    def outputs(self) -> int:
        """How many outputs the network has."""
        return self.classes if self.classes and self.loss.family in ("regression", "multiclass") else 1

    def target(self, labels: Tensor) -> Tensor:
        """Targets ``[n]``, as ``Task`` has them, as the loss takes them: ``[n]`` or ``[n, outputs]``."""
        if self.loss.inputs["target"] == CLASS_INDEX or not self.classes:
            return labels
        if self.outputs > 1:
            return functional.one_hot(labels.long(), self.classes).to(labels.dtype)
        return 2 * labels - 1 if self.loss.labels == (-1.0, 1.0) else labels

    def of(self, outputs: Tensor, target: Tensor) -> Tensor:
        """The mean loss, a scalar, of outputs ``[n, outputs]`` and what ``target`` gave for them."""
        prediction = outputs[:, 0] if self.outputs == 1 else outputs
        return self.loss.function(prediction, target, **self.settings).mean()

    def __call__(self, model: nn.Module, batch: tuple[Tensor, Tensor]) -> Tensor:
        """The mean loss, a scalar, of a model over ``(features, target)``, the target as ``target`` gives it."""
        features, target = batch
        return self.of(model(features), target)

    def decisions(self, outputs: Tensor) -> Tensor:
        """The class that outputs ``[n, outputs]`` decide for, ``[n]`` from 0: the largest, or whether one is above 0."""
        return outputs.argmax(1) if self.outputs > 1 else (outputs[:, 0] > 0).long()

    def accuracy(self, outputs: Tensor, labels: Tensor) -> float:
        """The share of outputs ``[n, outputs]`` that decide for their label ``[n]``; NaN where targets are numbers."""
        if not self.classes:
            return torch.nan
        right = (self.decisions(outputs) == labels) & outputs.isfinite().all(1)
        return right.to(torch.float64).mean().item()

    def lead(self, outputs: Tensor) -> Tensor:
        """How far outputs ``[n, outputs]`` are for the second of two classes, ``[n]``, above 0 where they decide for it."""
        return outputs[:, 1] - outputs[:, 0] if self.outputs > 1 else outputs[:, 0]
