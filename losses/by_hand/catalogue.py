"""Each loss that is written by hand: its forms, and one number along which they are compared with the loss itself."""

import ast
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FunctionType
from typing import Any

import numpy as np

from losses.by_hand import forms
from losses.registry import LOSSES
from losses.spec.loss import Loss

Form = FunctionType
Inputs = dict[str, np.ndarray]


@dataclass(frozen=True)
class ByHand:
    """A loss written by hand.

    Attributes
    ----------
    key
        Of the loss in ``LOSSES``.
    symbol
        What the number is that its inputs follow from.
    title
        What it is, for an axis.
    inputs
        Of numbers ``[n]`` the inputs of n examples, by name.
    low, high
        The numbers it is looked at between.
    at
        One that is telling: where the definition breaks, if it does.
    definition
        As the textbook has it.
    stable
        As it is computed; None where the definition does.
    parameters
        Of the loss, where the forms do not have its defaults.
    """

    key: str
    symbol: str
    title: str
    inputs: Callable[[np.ndarray], Inputs]
    low: float
    high: float
    at: float
    definition: Form
    stable: Form | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def loss(self) -> Loss:
        """The loss itself."""
        return LOSSES[self.key]

    @property
    def computed(self) -> Form:
        """The form to use."""
        return self.stable or self.definition

    @property
    def forms(self) -> Mapping[str, Form]:
        """Its forms, by what they are."""
        return {"as defined": self.definition, **({"as computed": self.stable} if self.stable else {})}

    def exact(self, x: np.ndarray) -> np.ndarray:
        """The loss itself at numbers ``[n]``, by ``LOSSES``."""
        inputs = self.inputs(x)
        return self.loss(*(inputs[name] for name in self.loss.inputs), **self.parameters).numpy()

    def naive(self, x: np.ndarray) -> np.ndarray:
        """Likewise by the definition: infinite or NaN where that breaks."""
        with np.errstate(all="ignore"):
            return self.definition(**self.inputs(x))

    def by_hand(self, x: np.ndarray) -> np.ndarray:
        """Likewise by the form to use."""
        return self.computed(**self.inputs(x))

    def source(self, form: Form) -> str:
        """One of its forms as code."""
        tree = ast.parse(inspect.getsource(form))
        function = next(node for node in tree.body if isinstance(node, ast.FunctionDef))
        function.body, function.returns = function.body[1:], None
        for argument in function.args.args:
            argument.annotation = None
        return ast.unparse(tree)


def _residual(x: np.ndarray) -> Inputs:
    return {"prediction": x, "target": np.zeros_like(x)}


def _positive(x: np.ndarray) -> Inputs:
    return {"prediction": x, "target": np.ones_like(x)}


def _three(x: np.ndarray) -> np.ndarray:
    return np.stack([x, np.zeros_like(x), np.zeros_like(x)], -1)


def _one_hot(x: np.ndarray) -> Inputs:
    return {"prediction": _three(x), "target": np.tile([1.0, 0.0, 0.0], (len(x), 1))}


def _index(x: np.ndarray) -> Inputs:
    return {"prediction": _three(x), "target": np.ones(len(x), dtype=int)}


def _halves(x: np.ndarray) -> Inputs:
    return {"prediction": np.full((len(x), 2), 0.5), "target": np.stack([x, 1 - x], -1)}


def _players(x: np.ndarray) -> Inputs:
    return {"fake_logits": x, "real_logits": np.zeros_like(x)}


def _empty(x: np.ndarray) -> Inputs:
    return {"prediction": np.tile(x[:, None], (1, 4)), "target": np.zeros((len(x), 4))}


def _fake(x: np.ndarray) -> Inputs:
    return {"fake_logits": x}


def _weight(x: np.ndarray) -> Inputs:
    return {"weights": x[:, None]}


LOGITS = {"from_logits": True}
BY_HAND: Mapping[str, ByHand] = {
    one.key: one
    for one in (
        ByHand("mse", "r", "residual r", _residual, -5, 5, 3, forms.mse),
        ByHand("mae", "r", "residual r", _residual, -5, 5, 3, forms.mae),
        ByHand("huber", "r", "residual r", _residual, -5, 5, 3, forms.huber),
        ByHand(
            "binary_cross_entropy",
            "z",
            "logit z, where y = 0",
            _residual,
            -100,
            100,
            40,
            forms.bce,
            forms.bce_stable,
            LOGITS,
        ),
        ByHand(
            "categorical_cross_entropy",
            "z₁",
            "logit z₁ of the true class, beside 0 and 0",
            _one_hot,
            -1000,
            1000,
            -800,
            forms.cce,
            forms.cce_stable,
            LOGITS,
        ),
        ByHand(
            "sparse_categorical_cross_entropy",
            "z₁",
            "logit z₁ of a wrong class, beside 0 and 0",
            _index,
            -1000,
            1000,
            800,
            forms.sparse_cce,
            forms.sparse_cce_stable,
            LOGITS,
        ),
        ByHand("hinge", "f", "score f, where y = 1", _positive, -3, 3, 0.5, forms.hinge),
        ByHand(
            "kl_divergence",
            "p₁",
            "p₁ of the target (p₁, 1 − p₁), predicted (½, ½)",
            _halves,
            0,
            1,
            0,
            forms.kl,
            forms.kl_stable,
        ),
        ByHand(
            "focal",
            "z",
            "logit z, where y = 1",
            _positive,
            -1000,
            1000,
            -800,
            forms.focal,
            forms.focal_stable,
            LOGITS | {"balanced": False},
        ),
        ByHand(
            "gan_discriminator",
            "z",
            "logit z of a fake, where the real one has 0",
            _players,
            -100,
            100,
            40,
            forms.gan_d,
            forms.gan_d_stable,
        ),
        ByHand(
            "gan_generator_minimax", "z", "logit z of a fake", _fake, -100, 100, 40, forms.gan_g, forms.gan_g_stable
        ),
        ByHand(
            "gan_generator_non_saturating",
            "z",
            "logit z of a fake",
            _fake,
            -1000,
            1000,
            -800,
            forms.gan_ns,
            forms.gan_ns_stable,
        ),
        ByHand(
            "dice", "p", "prediction p at every pixel of an empty mask", _empty, 0, 1, 0, forms.dice, forms.dice_stable
        ),
        ByHand("l1", "w", "weight w", _weight, -5, 5, 3, forms.l1),
        ByHand("l2", "w", "weight w", _weight, -5, 5, 3, forms.l2),
    )
}
