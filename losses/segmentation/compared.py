"""``OVERLAP``: the losses and measures of a predicted mask that are compared, each by its key."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from torch import Tensor

from losses.families import binary, overlap
from losses.segmentation import values
from losses.segmentation.conventions import Conventions
from losses.spec.declared import Function, docstring
from losses.spec.loss import Loss
from losses.spec.parameter import Parameter, check_all, substitute

INDEX = ("smooth", "smoothing", "pooled", "background")
SUDRE_2017 = (
    "Sudre, Li, Vercauteren, Ourselin and Cardoso (2017), Generalised Dice overlap as a deep learning loss function for "
    "highly unbalanced segmentations, DLMIA"
)
BERMAN_2018 = (
    "Berman, Rannen Triki and Blaschko (2018), The Lovász-softmax loss: a tractable surrogate for the optimization of "
    "the intersection-over-union measure in neural networks, CVPR"
)
KERVADEC_2019 = "Kervadec et al. (2019), Boundary loss for highly unbalanced segmentation, MIDL"
HUTTENLOCHER_1993 = "Huttenlocher, Klanderman and Rucklidge (1993), Comparing images using the Hausdorff distance, PAMI"


@dataclass(frozen=True)
class Compared:
    """One of what is compared.

    Attributes
    ----------
    key, name, source
        What it is called, and where it is from.
    latex
        Its formula, of probabilities p, logits z and a mask t of n pixels; ``@alpha`` stands for a parameter, ``@above``
        and ``@below`` for the smoothing term in numerator and denominator, ``@power`` for a square where there is one.
    function
        ``function(prediction, target, conventions, logits=..., **parameters)``, one of ``values``.
    parameters
        Its own, by name.
    conventions
        The names of those of ``Conventions`` that change it.
    takes
        ``probability`` or ``logit``, for what it is a function of; ``either`` where it is computed of both without loss.
    measure
        Whether it is a measure of the mask that the prediction gives at 1/2: it has no gradient.
    rising
        Whether more is better.
    parts
        For a sum: the keys of what it adds up, which have no parameters, and what weighs each, if something does.
    loss
        The loss of ``losses/families`` that it rests on, for its code; None where it is of this room.
    """

    key: str
    name: str
    latex: str
    source: str
    function: Function[Tensor]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    conventions: tuple[str, ...] = ()
    takes: str = "probability"
    measure: bool = False
    rising: bool = False
    parts: Mapping[str, str | None] = field(default_factory=dict)
    loss: Loss | None = None

    def settings(self, **parameters: Any) -> dict[str, float | bool]:
        """All parameters with defaults filled in and each value checked (``ValueError``)."""
        return check_all(self.key, self.parameters, parameters)

    def weights(self, parameters: Mapping[str, float]) -> dict[str, float]:
        """How much each of its parts counts."""
        return {key: 1.0 if weight is None else parameters[weight] for key, weight in self.parts.items()}

    def formula(self, conventions: Conventions | None = None, **parameters: Any) -> str:
        """The formula in LaTeX under these conventions, for the object alone, with the values given here plugged in."""
        conventions = conventions or Conventions()
        added = f"+{conventions.added:g}" if conventions.added else ""
        latex = self.latex.replace("@above", added if conventions.smoothing == "both" else "").replace("@below", added)
        latex = latex.replace("@power", "^2" if conventions.squared else "")
        if conventions.keras_weights and "keras_weights" in self.conventions:
            latex = latex.replace("@alpha", "@first").replace("@beta", "@alpha").replace("@first", "@beta")
        return substitute(latex, self.parameters, parameters)

    @property
    def summary(self) -> str:
        """What it looks at, in a sentence."""
        return " ".join(docstring(self.function).partition("\n\n")[0].split())

    @property
    def description(self) -> str:
        """What else there is to know of it, if anything."""
        return " ".join(docstring(self.function).partition("\n\n")[2].split())


def _own(loss: Loss, *names: str, **defaults: float) -> dict[str, Parameter]:
    """These parameters of a loss, some with another default."""
    return {
        name: replace(loss.parameters[name], default=defaults.get(name, loss.parameters[name].default))
        for name in names
    }


TVERSKY = r"\frac{\sum p\,t@above}{\sum p\,t+@alpha\sum p\,(1-t)+@beta\sum(1-p)\,t@below}"
DICE = r"1-\frac{2\sum p\,t@above}{\sum p@power+\sum t@power@below}"
BCE = r"-\tfrac1n\sum\bigl(t\log p+(1-t)\log(1-p)\bigr)"
DICE_WEIGHT = Parameter("dice_weight", 1.0, 0.0, 100.0, symbol="w", slider=(0.0, 5.0))
EDGES = r"A=\partial\{p>\tfrac12\},\ B=\partial\{t=1\}"
OVERLAP: Mapping[str, Compared] = MappingProxyType(
    {
        one.key: one
        for one in (
            Compared(
                "accuracy", "Accuracy", r"\tfrac1n\,\bigl|\{[p>\tfrac12]=t\}\bigr|", "scikit-learn, accuracy_score",
                values.accuracy, measure=True, rising=True,
            ),
            Compared(
                "bce", "Cross-entropy", BCE, binary.binary_cross_entropy.references[0], values.bce,
                takes="either", loss=binary.binary_cross_entropy,
            ),
            Compared(
                "weighted_bce", "Weighted cross-entropy", BCE.replace("t\\log", "@positive_weight\\,t\\log"),
                binary.binary_cross_entropy.references[1], values.weighted_bce,
                _own(binary.binary_cross_entropy, "positive_weight", positive_weight=5.0),
                takes="either", loss=binary.binary_cross_entropy,
            ),
            Compared(
                "focal", "Focal",
                r"-\tfrac1n\sum\bigl(@alpha\,t\,(1-p)^{@gamma}\log p+(1-@alpha)(1-t)\,p^{@gamma}\log(1-p)\bigr)",
                binary.focal.references[0], values.focal, _own(binary.focal, "gamma", "alpha"),
                takes="either", loss=binary.focal,
            ),
            Compared(
                "dice", "Dice", DICE, overlap.dice.references[0], values.dice,
                conventions=(*INDEX, "squared"), loss=overlap.dice,
            ),
            Compared(
                "dice_squared", "Dice, squared", DICE.replace("@power", "^2"), overlap.dice_squared.references[0],
                values.dice_squared, conventions=INDEX, loss=overlap.dice_squared,
            ),
            Compared(
                "generalised_dice", "Generalised Dice",
                r"1-\frac{2\sum_c w_c\sum p_c\,t_c@above}{\sum_c w_c\sum(p_c+t_c)@below},\quad "
                r"w_c=\Bigl(\sum t_c\Bigr)^{-2}",
                SUDRE_2017, values.generalised_dice, conventions=("smooth", "smoothing", "pooled"),
            ),
            Compared(
                "jaccard", "Jaccard", r"1-\frac{\sum p\,t@above}{\sum p@power+\sum t@power-\sum p\,t@below}",
                overlap.jaccard.references[1], values.jaccard, conventions=(*INDEX, "squared"), loss=overlap.jaccard,
            ),
            Compared(
                "tversky", "Tversky", "1-" + TVERSKY, overlap.tversky.references[0], values.tversky,
                _own(overlap.tversky, "alpha", "beta"), (*INDEX, "keras_weights"), loss=overlap.tversky,
            ),
            Compared(
                "focal_tversky", "Focal Tversky", r"\left(1-" + TVERSKY + r"\right)^{1/@gamma}",
                overlap.focal_tversky.references[0], values.focal_tversky,
                _own(overlap.focal_tversky, "gamma", "alpha", "beta"), (*INDEX, "keras_weights"),
                loss=overlap.focal_tversky,
            ),
            Compared(
                "lovasz_hinge", "Lovász hinge",
                r"\sum_i m_{(i)}\,\bigl(\Delta_i-\Delta_{i-1}\bigr),\quad m=\max\bigl(0,1-z(2t-1)\bigr),\ "
                r"\Delta_i=\text{Jaccard loss with the }i\text{ largest errors wrong}",
                BERMAN_2018 + ", algorithm 1", values.lovasz_hinge, conventions=("pooled",), takes="logit",
            ),
            Compared(
                "boundary", "Boundary", r"\tfrac1n\sum p\,\phi_t,\quad \phi_t=\pm\text{distance to the edge of }t",
                KERVADEC_2019 + ", equation 5", values.boundary,
            ),
            Compared(
                "hausdorff", "Hausdorff distance",
                r"\max\Bigl(\max_{a\in A}d(a,B),\ \max_{b\in B}d(b,A)\Bigr),\quad " + EDGES,
                HUTTENLOCHER_1993, values.hausdorff_distance, measure=True,
            ),
            Compared(
                "hausdorff_95", "Hausdorff distance, 95 %",
                r"\max\bigl(P_{95}\,d(a,B),\ P_{95}\,d(b,A)\bigr),\quad " + EDGES,
                HUTTENLOCHER_1993, values.hausdorff_95, measure=True,
            ),
            Compared(
                "bce_dice", "Cross-entropy + Dice",
                BCE + r"+@dice_weight\left(" + DICE + r"\right)",
                "Isensee et al. (2021), nnU-Net, Nature Methods 18", values.bce_dice,
                MappingProxyType({"dice_weight": DICE_WEIGHT}), (*INDEX, "squared"), takes="either",
                parts=MappingProxyType({"bce": None, "dice": "dice_weight"}),
            ),
        )
    }
)  # fmt: skip
