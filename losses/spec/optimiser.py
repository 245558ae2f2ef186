"""What an optimiser is: its rule, parameters, state and source, all declared by one decorated function."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from losses.spec.expression import return_expression
from losses.spec.parameter import Parameter, check_all, signature, substitute


@dataclass(frozen=True)
class Optimiser:
    """An optimiser of ``torch.optim``.

    Attributes
    ----------
    build
        ``build(weights, **parameters)`` gives the ``torch.optim.Optimizer``.
    latex
        The rule for one step from weights θ with gradient g; ``@momentum`` stands for a parameter.
    velocity, second_moment
        Under which name its state keeps the (decaying) sum of gradients, and of their squares, if it does.
    scale_free
        Whether the path stays (but for a tiny ε) the same when the loss is multiplied by a number. The
        learning rate is then a length; else it is a length over a slope, and its unit one over the sharpness.
    critical
        The largest stable learning rate on a quadratic, times its sharpness, from the parameters;
        None where there is no such simple bound.
    searches
        Whether a step evaluates the surface more than once, at places of its own choice.
    """

    key: str
    name: str
    build: Callable[..., torch.optim.Optimizer]
    parameters: Mapping[str, Parameter]
    latex: str
    source: str
    velocity: str
    second_moment: str
    scale_free: bool
    critical: Callable[..., float] | None
    searches: bool

    def settings(self, **parameters: Any) -> dict[str, float | bool]:
        """All parameters with defaults filled in and each value checked (``ValueError``)."""
        return check_all(self.key, self.parameters, parameters)

    @property
    def summary(self) -> str:
        """What the optimiser does, in a sentence."""
        return " ".join(self.build.__doc__.split())

    def formula(self, **parameters: Any) -> str:
        """The rule in LaTeX, with the values given here plugged in."""
        return substitute(self.latex, self.parameters, parameters)

    def code(self, **parameters: Any) -> str:
        """What builds it in PyTorch, for a tensor ``weights``, with these parameters."""
        return return_expression(self.build, weights="[weights]", **self.settings(**parameters)).replace(
            ", foreach=False", ""
        )

    def stable_learning_rate(self, sharpness: ArrayLike, **parameters: Any) -> np.ndarray:
        """The largest learning rates that do not overshoot ever more where the Hessian's largest eigenvalues are these.

        In the shape of ``sharpness``. Infinite where nothing curves upwards; not a number where no bound is known
        for this optimiser.
        """
        if self.critical is None:
            return np.full(np.shape(sharpness), np.nan)
        with np.errstate(divide="ignore", over="ignore"):
            return self.critical(**self.settings(**parameters)) / np.maximum(sharpness, 0.0)


def optimiser(
    name: str,
    latex: str,
    source: str,
    *,
    velocity: str = "",
    second_moment: str = "",
    scale_free: bool = False,
    critical: Callable[..., float] | None = None,
    searches: bool = False,
) -> Callable[[Callable[..., torch.optim.Optimizer]], Optimiser]:
    """Declare an optimiser: the decorated function builds it, and its signature gives the parameters.

    The other arguments are the attributes of ``Optimiser``.
    """

    def declare(build: Callable[..., torch.optim.Optimizer]) -> Optimiser:
        _, parameters = signature(build)
        return Optimiser(
            build.__name__,
            name,
            build,
            parameters,
            latex,
            source,
            velocity,
            second_moment,
            scale_free,
            critical,
            searches,
        )

    return declare
