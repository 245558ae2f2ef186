"""What an optimiser is: its rule, parameters, state and source, all declared by one decorated function."""

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike

from losses.spec.declared import Function, docstring
from losses.spec.expression import return_expression
from losses.spec.parameter import Parameter, check_all, signature, substitute


@dataclass(frozen=True)
class Optimiser:
    """An optimiser: one of ``torch.optim``'s, or a subclass of ``torch.optim.Optimizer`` declared with it.

    Attributes
    ----------
    build
        ``build(weights, **parameters)`` gives the ``torch.optim.Optimizer``.
    latex
        The rule for one step from weights θ with gradient g; ``@momentum`` stands for a parameter. A
        function of the parameters where a switch changes the rule.
    velocity
        Under which name its state keeps the (decaying) sum of gradients, if it does.
    second_moment
        Under which name its state keeps the size of gradients that it divides by, if it does: the
        (decaying) sum of their squares, unless ``second_moment_name`` says otherwise. A function of
        the parameters where a switch changes it.
    second_moment_name
        What that size is called.
    scale_free
        Whether the path stays (but for a tiny ε) the same when the loss is multiplied by a number. The
        learning rate is then a length; else it is a length over a slope, and its unit one over the sharpness.
    critical
        The largest stable learning rate on a quadratic, times its sharpness, from the parameters;
        None where there is no such simple bound.
    divisor
        What a step is divided by, from the second moment that the step has left, ``step``, the number of steps
        taken with it, and the parameters; None where steps are divided by nothing, or no bound is derived.
    preconditioned
        The largest stable learning rate on a quadratic, times the sharpness of its Hessian divided by
        ``divisor``, while that stands still; from the parameters.
    searches
        Whether a step evaluates the surface more than once, at places of its own choice.
    slot, color
        Which of the colours, dashes and symbols it is drawn with, no other optimiser's; and which of the
        colours where that is another number.
    """

    key: str
    name: str
    build: Function[torch.optim.Optimizer]
    parameters: Mapping[str, Parameter]
    latex: str | Callable[..., str]
    source: str
    velocity: str = ""
    second_moment: str | Callable[..., str] = ""
    second_moment_name: str = "second moment"
    scale_free: bool = False
    critical: Callable[..., float] | None = None
    divisor: Callable[..., Any] | None = None
    preconditioned: Callable[..., float] | None = None
    searches: bool = False
    slot: int | None = None
    color: int | None = None

    def settings(self, **parameters: Any) -> dict[str, float | bool]:
        """All parameters with defaults filled in and each value checked (``ValueError``)."""
        return check_all(self.key, self.parameters, parameters)

    @property
    def summary(self) -> str:
        """What the optimiser does, in a sentence."""
        return " ".join(docstring(self.build).split())

    @property
    def details(self) -> tuple[str, ...]:
        """Names of the parameters that are rarely changed."""
        return tuple(name for name, parameter in self.parameters.items() if parameter.detail)

    def formula(self, **parameters: Any) -> str:
        """The rule in LaTeX, with the values given here plugged in."""
        latex = self.latex if isinstance(self.latex, str) else self.latex(**self.settings(**parameters))
        return substitute(latex, self.parameters, parameters)

    def code(self, **parameters: Any) -> str:
        """What builds it in PyTorch, for a tensor ``weights``, with these parameters (``ValueError``).

        >>> from losses.descent.optimisers import OPTIMISERS
        >>> OPTIMISERS["adam"].code(learning_rate=0.1)
        'torch.optim.Adam([weights], lr=0.1, betas=(0.9, 0.999))'

        What ``definition`` gives must stand before it.
        """
        written = return_expression(self.build, weights="[weights]", **self.settings(**parameters))
        call = ast.parse(written, mode="eval").body
        if not isinstance(call, ast.Call):
            raise TypeError(f"{self.key} does not return a call: {written}")
        own = inspect.signature(
            eval(ast.unparse(call.func), dict(inspect.getclosurevars(self.build).globals))
        ).parameters
        # foreach says how PyTorch computes, not what; a switch that is off by default need not be said to be off.
        unsaid = {"foreach", *(name for name, argument in own.items() if argument.default is False)}
        call.keywords = [
            each
            for each in call.keywords
            if not (each.arg in unsaid and isinstance(each.value, ast.Constant) and each.value.value is False)
        ]
        return ast.unparse(call)

    @property
    def definition(self) -> str:
        """The source of the class of an optimiser that PyTorch lacks, which needs torch alone; else nothing.

        The class, and what it inherits from, stand in the module of the declaration.
        """
        used = inspect.getclosurevars(self.build).globals.values()
        own = self.build.__module__
        classes = dict.fromkeys(base for each in used if inspect.isclass(each) for base in reversed(each.__mro__))
        return "\n\n".join(inspect.getsource(each) for each in classes if each.__module__ == own)

    def state_names(self, **parameters: Any) -> dict[str, str]:
        """The names in its state of ``velocity`` and ``second_moment``, as far as it keeps them (``ValueError``)."""
        second = self.second_moment
        names = {
            "velocity": self.velocity,
            "second_moment": second if isinstance(second, str) else second(**self.settings(**parameters)),
        }
        return {quantity: name for quantity, name in names.items() if name}

    def stable_learning_rate(self, sharpness: ArrayLike, **parameters: Any) -> np.ndarray:
        """The largest learning rates that do not overshoot ever more where the Hessian's largest eigenvalues are these.

        In the shape of ``sharpness``. Infinite where nothing curves upwards; not a number where no bound is known
        for this optimiser. ``ValueError`` for a parameter that is unknown or outside its range.
        """
        if self.critical is None:
            return np.full(np.shape(sharpness), np.nan)
        with np.errstate(divide="ignore", over="ignore"):
            return self.critical(**self.settings(**parameters)) / np.maximum(sharpness, 0.0)

    def stable_preconditioned_rate(
        self, hessian: ArrayLike, second_moment: ArrayLike, step: ArrayLike, **parameters: Any
    ) -> np.ndarray:
        """The largest learning rates that do not overshoot ever more while the second moment stays as it is.

        Of an adaptive optimiser (Cohen et al. 2022, Adaptive gradient methods at the edge of stability,
        section 3). As the second moment shrinks with the slopes, the bound comes down to the learning rate,
        and steps that then overshoot raise it again: to be beyond it is to hop, not to diverge.

        Parameters
        ----------
        hessian
            ``[..., 2, 2]``.
        second_moment
            ``[..., 2]``, as the optimiser keeps it.
        step
            ``[...]``, how many steps have been taken, from 1.
        **parameters
            Of the optimiser; defaults stand in for those left out.

        Returns
        -------
        ndarray
            ``[...]``; infinite where nothing curves upwards, not a number where no bound is derived.

        Raises
        ------
        ValueError
            For a parameter that is unknown or outside its range.
        """
        settings, hessian, step = self.settings(**parameters), np.asarray(hessian), np.asarray(step)
        if self.divisor is None or self.preconditioned is None:
            return np.full(hessian.shape[:-2], np.nan)
        with np.errstate(all="ignore"):
            scale = 1 / np.sqrt(self.divisor(np.asarray(second_moment), step[..., None], **settings))
            matrix = hessian * scale[..., :, None] * scale[..., None, :]
            across, down, mixed = matrix[..., 0, 0], matrix[..., 1, 1], matrix[..., 0, 1]
            sharpness = (across + down) / 2 + np.hypot((across - down) / 2, mixed)
            return self.preconditioned(**settings) / np.maximum(sharpness, 0.0)


def optimiser(
    name: str, latex: str | Callable[..., str], source: str, **facts: Any
) -> Callable[[Function[torch.optim.Optimizer]], Optimiser]:
    """Declare an optimiser: the decorated function builds it, and its signature gives the parameters.

    Parameters
    ----------
    name
        On screen.
    latex, source, **facts
        Attributes of ``Optimiser``.
    """

    def declare(build: Function[torch.optim.Optimizer]) -> Optimiser:
        _, parameters = signature(build)
        return Optimiser(build.__name__, name, build, parameters, latex, source, **facts)

    return declare
