"""What a loss is: inputs, parameters, facts and sources, all read off one decorated function."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
from torch import Tensor

from losses.spec.conversion import as_floating, of_one_dtype
from losses.spec.declared import Function, docstring
from losses.spec.domain import Domain, Either
from losses.spec.kinks import Kinks, joined
from losses.spec.parameter import Parameter, check_all, signature, substitute


@dataclass(frozen=True)
class Equivalent:
    """The same loss in another library.

    ``code`` is a Python expression in ``prediction`` and ``target`` (or the loss's own input
    names); ``{delta}`` stands for the value of a parameter. ``holds`` takes the parameters and
    says whether the two agree under them; ``mean`` marks code that returns the mean over the
    examples.
    """

    library: str
    code: str
    holds: Callable[..., bool] = lambda **settings: True
    mean: bool = False


Fact = bool | Callable[..., bool]
FACTS = ("convex", "symmetric", "differentiable", "bounded_slope", "bounded_value", "proper")


@dataclass(frozen=True)
class Loss:
    """A loss function with everything the project knows of it. Call it for per-example losses.

    The facts (the names in ``FACTS``) are booleans or functions of the parameters; ``fact``
    evaluates them. They speak of the loss as a function of its first input over the whole of
    its domain, whatever the other inputs are, and every one is checked numerically by the tests.
    ``symmetric`` means that the signs of first input and target can be flipped together;
    ``differentiable`` that there is a finite slope wherever the loss is finite, edges of the domain
    included; ``proper`` that the expected loss is least where the prediction, or the probability
    that a logit stands for, is the true probability, and only there.

    ``kinks`` belongs to losses that are piecewise linear, in the residual of a regression loss or
    in the margin of a margin loss: every place where the slope jumps, with the slopes on either
    side (``Kink``), or a function of the parameters that gives them. Between them the loss is a
    straight line. None for any other loss.

    ``link`` turns a prediction, as the loss takes it, into the probability of the label +1, or 1,
    where it means one: ``link(prediction, **parameters)``, tensor to tensor.

    ``short`` names the loss where there is little room, ``symbol`` is how it is written beside
    other formulas; where they are not given they are the name, and what ``short`` is.

    ``slot`` is the number of the colour, dash and symbol that the loss is drawn with, its own within
    the family, ``color`` that of the colour where it is another one. None for a loss outside ``LOSSES``.
    """

    key: str
    name: str
    family: str
    function: Callable[..., Tensor]
    inputs: Mapping[str, Domain | Either]
    parameters: Mapping[str, Parameter]
    latex: str | Callable[..., str]
    references: tuple[str, ...]
    equivalents: tuple[Equivalent, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    estimates: str = ""
    kinks: Kinks | Callable[..., Kinks] | None = None
    link: Callable[..., Tensor] | None = None
    short: str = ""
    symbol: str = ""
    slot: int | None = None
    color: int | None = None

    def __call__(self, *inputs: Any, **parameters: Any) -> Tensor:
        """Per-example losses, without reduction.

        Parameters
        ----------
        *inputs
            Tensors, arrays or numbers in the order of ``self.inputs``; they broadcast as in
            torch. Floating tensors keep their dtype, everything else becomes float64; of several dtypes
            they take the one that torch promotes them to.
        **parameters
            Values for ``self.parameters``; the default stands in for one that is left out.

        Returns
        -------
        Tensor
            The broadcast shape, without the trailing axes that make up one example.

        Raises
        ------
        ValueError
            For shapes that do not go together (both are named), an input outside its domain or not of
            real numbers, or a parameter that is unknown or outside its range.

        Examples
        --------
        >>> from losses import LOSSES
        >>> LOSSES["huber"]([3.0, 7.0], [2.5, 2.0], delta=1.0).tolist()
        [0.125, 4.5]
        """
        settings = self.settings(**parameters)
        return self.function(*self.tensors(inputs, settings), **settings)

    def settings(self, **parameters: Any) -> dict[str, float | bool]:
        """All parameters with defaults filled in and each value checked (``ValueError``)."""
        return check_all(self.key, self.parameters, parameters)

    def fact(self, name: str, **parameters: Any) -> bool:
        """Whether a declared fact, such as ``"convex"``, holds under these parameters."""
        fact = self.facts[name]
        return fact(**self.settings(**parameters)) if callable(fact) else fact

    def kinks_for(self, **parameters: Any) -> Kinks | None:
        """The kinks under these parameters from left to right, or None for a loss that declares none."""
        if self.kinks is None:
            return None
        return joined(self.kinks if isinstance(self.kinks, tuple) else self.kinks(**self.settings(**parameters)))

    def probability(self, prediction: Any, **parameters: Any) -> Tensor | None:
        """The probability of the label +1, or 1, that predictions of any shape stand for, or None where they mean none."""
        if self.link is None:
            return None
        return self.link(as_floating(prediction, f"{self.key}: prediction"), **self.settings(**parameters))

    @property
    def labels(self) -> tuple[float, float] | None:
        """No and yes, for a loss of one number against one label, -1 and +1 or 0 and 1; None for any other."""
        target = self.inputs.get("target")
        if [*self.inputs] != ["prediction", "target"] or not isinstance(target, Domain) or target.event_dims:
            return None
        for labels in ((-1.0, 1.0), (0.0, 1.0)):
            if target.values == labels:
                return labels
        return (0.0, 1.0) if (target.low, target.high) == (0.0, 1.0) else None

    @property
    def summary(self) -> str:
        """The first sentence of the function's docstring: what the loss is for."""
        return docstring(self.function).split("\n\n")[0].replace("\n", " ")

    @property
    def description(self) -> str:
        """The rest of the docstring: when to use the loss and when not."""
        return docstring(self.function).partition("\n\n")[2]

    def formula(self, **parameters: Any) -> str:
        """The formula in LaTeX: with symbols, or with the values given here plugged in."""
        latex = self.latex
        if not isinstance(latex, str):
            # What stays a symbol is no special value of it.
            symbols = {name: math.nan for name, made in self.parameters.items() if not made.is_switch}
            latex = latex(**{**self.settings(**parameters), **symbols, **parameters})
        return substitute(latex, self.parameters, parameters)

    def code(self, library: str, **parameters: Any) -> str | None:
        """The equivalent expression in ``library`` with these parameters, or None without one."""
        settings = self.settings(**parameters)
        for equivalent in self.equivalents:
            if equivalent.library == library and equivalent.holds(**settings):
                return equivalent.code.format(**settings)
        return None

    def tensors(self, inputs: tuple, settings: Mapping[str, Any]) -> list[Tensor]:
        """The inputs as tensors of one batch shape, checked as a call checks them."""
        if len(inputs) != len(self.inputs):
            raise ValueError(
                f"{self.key} takes {len(self.inputs)} inputs ({', '.join(self.inputs)}), got {len(inputs)}"
            )
        domains = [domain.resolve(settings) for domain in self.inputs.values()]
        tensors = of_one_dtype(
            [as_floating(value, f"{self.key}: {name}") for name, value in zip(self.inputs, inputs, strict=True)]
        )
        _refuse_beyond(self.key, settings, tensors[0].dtype)
        named = dict(zip(self.inputs, tensors, strict=True))
        for domain, (name, tensor) in zip(domains, named.items(), strict=True):
            if tensor.ndim < domain.event_dims or 0 in tensor.shape[tensor.ndim - domain.event_dims :]:
                raise ValueError(f"{self.key}: {name} is {domain.name}, got shape {tuple(tensor.shape)}")
        if (target := self.inputs.get("target")) and target.resolve(settings).sums_to_one:
            _refuse_class_indices(self.key, *tensors)
        for domain, (name, tensor) in zip(domains, named.items(), strict=True):
            complaint = domain.complaint(tensor.detach())
            if complaint is not None:
                raise ValueError(f"{self.key}: {name} must be {domain.name}, {complaint}")
        return _broadcast(self.key, named, domains)


def _refuse_beyond(key: str, settings: Mapping[str, Any], dtype: torch.dtype) -> None:
    for name, value in settings.items():
        if torch.finfo(dtype).max < abs(value) < math.inf:
            raise ValueError(f"{key}: {name} = {value:g} is beyond the range of {dtype}: give the inputs as float64")


def _refuse_class_indices(key: str, prediction: Tensor, target: Tensor) -> None:
    """One whole number per prediction would pass for a single one-hot row where examples and classes are as many."""
    if target.ndim > 0 and target.shape == prediction.shape[:-1] and torch.equal(target, target.round()):
        raise ValueError(
            f"{key}: target of shape {tuple(target.shape)} for predictions of shape {tuple(prediction.shape)} looks like "
            "class indices, which sparse_categorical_cross_entropy takes; a one-hot target has as many axes as the predictions"
        )


def _broadcast(key: str, tensors: Mapping[str, Tensor], domains: list[Domain]) -> list[Tensor]:
    batches, events = [], []
    for tensor, domain in zip(tensors.values(), domains, strict=True):
        split = tensor.ndim - domain.event_dims
        batches.append(tensor.shape[:split])
        events.append(tensor.shape[split:])
    try:
        batch = np.broadcast_shapes(*batches)  # torch's own takes 0.7 s to load at its first call
    except ValueError:
        batch = None
    if batch is None or len({event[-1:] for event in events if event}) > 1:  # rows of vectors may be any number
        shapes = " and ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in tensors.items())
        raise ValueError(f"{key}: shapes do not go together: {shapes}")
    return [tensor.expand(batch + event) for tensor, event in zip(tensors.values(), events, strict=True)]


def loss(
    *,
    name: str,
    latex: str | Callable[..., str],
    references: tuple[str, ...],
    equivalents: tuple[Equivalent, ...] = (),
    estimates: str = "",
    facts: str = "",
    kinks: Kinks | Callable[..., Kinks] | None = None,
    link: Callable[..., Tensor] | None = None,
    short: str = "",
    symbol: str = "",
    slot: int | None = None,
    color: int | None = None,
    **conditional_facts: Callable[..., bool],
) -> Callable[[Function[Tensor]], Loss]:
    """Declare a loss: the decorated function's signature gives its inputs and parameters.

    Positional arguments are inputs, annotated ``Annotated[Tensor, <Domain>]``; keyword-only
    arguments are parameters, annotated ``Annotated[float, <Range>]`` or
    ``Annotated[bool, <Switch>]``, each with its default.

    Parameters
    ----------
    name
        What the loss is called on screen.
    latex
        The formula, in which ``@delta`` stands for the parameter ``delta``; a loss whose switches change
        its form gives a function of the parameters.
    references
        The sources of the loss, one each.
    equivalents
        The same loss in other libraries.
    estimates
        In words, what the best prediction is, as "the mean"; empty where there is nothing to say.
    facts
        Those of ``FACTS`` that hold, separated by spaces.
    kinks, link, short, symbol, slot, color
        As ``Loss`` explains them.
    **conditional_facts
        Facts that depend on the parameters, each as a function of them.

    Raises
    ------
    TypeError
        For a fact that is not in ``FACTS``, and for an argument without its annotation.
    """
    held = facts.split()
    unknown = {*held, *conditional_facts} - {*FACTS}
    if unknown:
        raise TypeError(f"{name}: no such fact: {', '.join(sorted(unknown))}")

    def declare(function: Function[Tensor]) -> Loss:
        inputs, parameters = signature(function)
        return Loss(
            key=function.__name__,
            name=name,
            family=function.__module__.rpartition(".")[2],
            function=function,
            inputs=MappingProxyType(inputs),
            parameters=parameters,
            latex=latex,
            references=references,
            equivalents=equivalents,
            facts=MappingProxyType({fact: conditional_facts.get(fact, fact in held) for fact in FACTS}),
            estimates=estimates,
            kinks=kinks,
            link=link,
            short=short or name,
            symbol=symbol or short or name,
            slot=slot,
            color=color,
        )

    return declare
