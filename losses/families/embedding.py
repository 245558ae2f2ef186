"""Embedding losses: how far apart vectors, or scores, ought to be.

d is the Euclidean distance. It has a kink where two vectors coincide; the slope there is the
subgradient 0, so coincident vectors neither attract nor repel each other.
"""

import math
from typing import Annotated

import torch
from torch import Tensor
from torch.nn import functional

from losses.families.numerics import log_sigmoid, times
from losses.spec.domain import BINARY, REAL, SIGN, VECTOR, VECTORS
from losses.spec.loss import Equivalent, loss
from losses.spec.parameter import Range

Vector = Annotated[Tensor, VECTOR]
Vectors = Annotated[Tensor, VECTORS]
Score = Annotated[Tensor, REAL]
Sign = Annotated[Tensor, SIGN]
Margin = Annotated[float, Range(1e-3, 1e6, symbol="m", log=True, slider=(0.1, 3.0))]

COSINES = "torch.nn.functional.cosine_similarity({}, {}, dim=-1, eps=1e-300)"
TO_POSITIVE, TO_NEGATIVES = COSINES.format("anchor", "positive"), COSINES.format("anchor[:, None]", "negatives")
TORCH_FIRST_OF = (
    "torch.nn.functional.cross_entropy(torch.cat([{}[:, None], {}], 1){}, "
    "torch.zeros(len(anchor), dtype=torch.long), reduction='none')"
)
KERAS_SCORE = "keras.ops.sum({}, axis=-1) / keras.ops.norm({}, axis=-1) / keras.ops.norm({}, axis=-1)"
KERAS_COSINE = KERAS_SCORE.format("first * second", "first", "second")
KERAS_SQUARE = "keras.ops.sum(keras.ops.square({} - {}), axis=-1)"
KERAS_PAIR = KERAS_SQUARE.format("first", "second")
KERAS_NEAR, KERAS_FAR = KERAS_SQUARE.format("anchor", "positive"), KERAS_SQUARE.format("anchor", "negative")
KERAS_FIRST_OF = "keras.ops.logaddexp(0.0, keras.ops.logsumexp({} - ({})[:, None], axis=-1))"
TORCH_DISTANCE = "torch.nn.functional.pairwise_distance(first, second, eps=0.0)"


def _distance(first: Tensor, second: Tensor) -> Tensor:
    gap = first - second
    # In units of the largest component no square overflows or vanishes; torch's norms leave NaN in the second
    # derivative at distance 0.
    largest = gap.detach().abs().amax(-1, keepdim=True)
    squared = (gap / largest.masked_fill((largest == 0) | largest.isinf(), 1)).square().sum(-1)
    largest = largest.squeeze(-1)
    return largest * squared.masked_fill(largest == 0, 1).sqrt()


def _direction(vector: Tensor) -> Tensor:
    largest = vector.detach().abs().amax(-1, keepdim=True)
    scaled = vector / largest.masked_fill(largest == 0, torch.inf)  # so that no square overflows or vanishes
    length = torch.linalg.vector_norm(scaled, dim=-1, keepdim=True)
    return scaled / length.masked_fill(length == 0, torch.inf)


def cosine_of(first: Tensor, second: Tensor) -> Tensor:
    """The cosine of the angle between vectors ``[..., d]``; 0 where one of them has no direction."""
    return torch.linalg.vecdot(_direction(first), _direction(second))


def _first_of(own: Tensor, others: Tensor) -> Tensor:
    """Cross-entropy of a score ``[...]`` against others ``[..., k]``: how surely it is told as the first of all."""
    return -log_sigmoid(-torch.logsumexp(others - own[..., None], dim=-1))


@loss(
    name="Contrastive",
    slot=0,
    latex=r"y\,d^2+(1-y)\max(0,\ @margin-d)^2",
    references=("Hadsell, Chopra and LeCun (2006), Dimensionality reduction by learning an invariant mapping, CVPR",),
    equivalents=(
        Equivalent(
            "torch",
            f"target * {TORCH_DISTANCE}**2 + (1 - target) * torch.relu({{margin}} - {TORCH_DISTANCE})**2",
        ),
        Equivalent(
            "keras",
            f"keras.ops.where(target > 0, {KERAS_PAIR}, keras.ops.relu({{margin}} - keras.ops.sqrt({KERAS_PAIR})) ** 2)",
        ),
    ),
)
def contrastive(first: Vector, second: Vector, target: Annotated[Tensor, BINARY], *, margin: Margin = 1.0) -> Tensor:
    """Matching pairs (1) are pulled together, others (0) pushed until they are a margin apart.

    Shapes: vectors along the last axis, one target per pair. The paper has ½ in front of both
    parts and 0 for a matching pair; here there is no ½ and 1 is a match.
    """
    distance = _distance(first, second)
    return times(target, distance.square()) + (1 - target) * torch.relu(margin - distance).square()


@loss(
    name="Triplet",
    slot=1,
    latex=r"\max\bigl(0,\ d(a,p)-d(a,n)+@margin\bigr)",
    references=(
        "Schroff, Kalenichenko and Philbin (2015), FaceNet, CVPR, which squares the distances",
        "Weinberger and Saul (2009), Distance metric learning for large margin nearest neighbor classification, JMLR 10",
    ),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nn.functional.triplet_margin_loss("
            "anchor, positive, negative, margin={margin}, eps=0.0, reduction='none')",
        ),
        Equivalent("keras", f"keras.ops.relu(keras.ops.sqrt({KERAS_NEAR}) - keras.ops.sqrt({KERAS_FAR}) + {{margin}})"),
    ),
    facts="bounded_slope bounded_value",
)
def triplet(anchor: Vector, positive: Vector, negative: Vector, *, margin: Margin = 1.0) -> Tensor:
    """The negative must be farther from the anchor than the positive, by a margin.

    Only the order of the two distances counts, not their size; triplets that already keep the
    margin pull on nothing. Distances are Euclidean, not squared, so that wherever the anchor
    goes the cost stays below d(p, n) + margin.
    """
    return torch.relu(_distance(anchor, positive) - _distance(anchor, negative) + margin)


@loss(
    name="Margin ranking",
    short="Ranking",
    slot=2,
    latex=r"\max\bigl(0,\ -y\,(s_1-s_2)+@margin\bigr)",
    references=("PyTorch documentation, MarginRankingLoss",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nn.functional.margin_ranking_loss(first, second, target, margin={margin}, reduction='none')",
        ),
        Equivalent("keras", "keras.ops.relu({margin} - target * (first - second))"),
    ),
    facts="convex bounded_slope",
)
def margin_ranking(
    first: Score,
    second: Score,
    target: Sign,
    *,
    margin: Annotated[float, Range(0.0, 1e6, symbol="m", slider=(0.0, 3.0))] = 1.0,
) -> Tensor:
    """The hinge loss on the lead of one score over another: which of two should rank higher.

    Target +1 says that ``first`` should, -1 that ``second`` should. Only the difference of
    the scores counts. With margin 0 a tie costs nothing.
    """
    return functional.margin_ranking_loss(first, second, target, margin=margin, reduction="none")


@loss(
    name="Cosine embedding",
    short="Cosine",
    slot=3,
    latex=r"\begin{cases}1-\cos\theta & y=+1\\ \max(0,\ \cos\theta-@margin) & y=-1\end{cases}",
    references=("PyTorch documentation, CosineEmbeddingLoss",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nn.functional.cosine_embedding_loss(first, second, target, margin={margin}, reduction='none')",
        ),
        Equivalent(
            "keras",
            f"keras.ops.where(target > 0, 1 - {KERAS_COSINE}, keras.ops.relu({KERAS_COSINE} - {{margin}}))",
        ),
    ),
    facts="bounded_value",
    symmetric=lambda margin: margin == -1,
)
def cosine_embedding(
    first: Vector,
    second: Vector,
    target: Sign,
    *,
    margin: Annotated[float, Range(-1.0, 1.0, symbol="m")] = 0.0,
) -> Tensor:
    """Matching vectors (+1) should point the same way, others (-1) at a wide enough angle; lengths are free.

    The margin is a cosine: 0 asks others to be at least at right angles. A zero vector has no
    direction; its cosine with everything counts as 0. For vectors shorter than about 1e-3
    torch's own function is off from the sixth digit, through a constant in its denominator.
    """
    cosine = cosine_of(first, second)
    return (1 + target) / 2 * (1 - cosine) + (1 - target) / 2 * torch.relu(cosine - margin)


@loss(
    name="Squared triplet",
    slot=4,
    latex=r"\max\bigl(0,\ d(a,p)^2-d(a,n)^2+@margin\bigr)",
    references=("Schroff, Kalenichenko and Philbin (2015), FaceNet, CVPR, equation 3",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.relu((anchor - positive).square().sum(-1) - (anchor - negative).square().sum(-1) + {margin})",
        ),
        Equivalent("keras", f"keras.ops.relu({KERAS_NEAR} - {KERAS_FAR} + {{margin}})"),
    ),
    facts="convex bounded_slope",
)
def squared_triplet(anchor: Vector, positive: Vector, negative: Vector, *, margin: Margin = 1.0) -> Tensor:
    """FaceNet's triplet loss: the squared distance of the negative must exceed that of the positive by a margin.

    The pull on the anchor is twice the gap between positive and negative, wherever the anchor
    is; the pulls on positive and negative grow with their distances and vanish where they
    coincide with it. The margin is a squared distance; FaceNet takes 0.2 on the unit sphere.
    """
    # The difference of the two squares, which keeps its digits far out.
    lead = torch.linalg.vecdot(negative - positive, (anchor - positive) + (anchor - negative))
    return torch.relu(lead + margin)


@loss(
    name="InfoNCE",
    slot=5,
    latex=r"-\log\frac{e^{\cos(a,p)/@temperature}}{e^{\cos(a,p)/@temperature}+\sum_i e^{\cos(a,n_i)/@temperature}}",
    references=(
        "van den Oord, Li and Vinyals (2018), Representation learning with contrastive predictive coding, "
        "arXiv:1807.03748, equation 4",
        "Chen, Kornblith, Norouzi and Hinton (2020), A simple framework for contrastive learning of visual "
        "representations, ICML, equation 1 (cosines and temperature)",
    ),
    equivalents=(
        Equivalent("torch", TORCH_FIRST_OF.format(TO_POSITIVE, TO_NEGATIVES, " / {temperature}")),
        Equivalent(
            "keras",
            KERAS_FIRST_OF.format(
                f"{KERAS_SCORE.format('anchor[:, None] * negatives', 'anchor[:, None]', 'negatives')} / {{temperature}}",
                f"{KERAS_SCORE.format('anchor * positive', 'anchor', 'positive')} / {{temperature}}",
            ),
        ),
    ),
    facts="bounded_value",
)
def info_nce(
    anchor: Vector,
    positive: Vector,
    negatives: Vectors,
    *,
    temperature: Annotated[float, Range(1e-3, 1e3, symbol=r"\tau", log=True, slider=(0.02, 2.0))] = 0.1,
) -> Tensor:
    """Cross-entropy of finding the positive among the negatives, by cosines: many negatives pull at once.

    Shapes: anchor and positive ``[..., d]``, negatives ``[..., k, d]``. Each negative is pushed by the
    probability that it is taken for the positive; at a low temperature that is all but the
    nearest one. With k equally near ones the loss is log(k + 1). A zero vector has no direction;
    its cosine with everything counts as 0.
    """
    own, others = cosine_of(anchor, positive), cosine_of(anchor[..., None, :], negatives)
    return _first_of(own / temperature, others / temperature)


@loss(
    name="N-pair",
    slot=6,
    latex=r"\log\Bigl(1+\sum_i e^{a\cdot n_i-a\cdot p}\Bigr)",
    references=(
        "Sohn (2016), Improved deep metric learning with multi-class N-pair loss objective, NeurIPS, equation 6",
    ),
    equivalents=(
        Equivalent(
            "torch",
            TORCH_FIRST_OF.format("(anchor * positive).sum(-1)", "torch.einsum('bd,bkd->bk', anchor, negatives)", ""),
        ),
        Equivalent(
            "keras",
            KERAS_FIRST_OF.format(
                "keras.ops.sum(anchor[:, None] * negatives, axis=-1)", "keras.ops.sum(anchor * positive, axis=-1)"
            ),
        ),
    ),
    facts="convex differentiable bounded_slope",
)
def n_pair(anchor: Vector, positive: Vector, negatives: Vectors) -> Tensor:
    """Cross-entropy of finding the positive among the negatives, by dot products: lengths count as well.

    Shapes: anchor and positive ``[..., d]``, negatives ``[..., k, d]``. Longer vectors make the same
    angles surer, so that it falls for ever as vectors grow; the paper adds a small penalty on their
    squared lengths, which is left out here.
    """
    own = torch.linalg.vecdot(anchor, positive)
    return _first_of(own, torch.linalg.vecdot(anchor[..., None, :], negatives))


@loss(
    name="ArcFace",
    slot=7,
    latex=r"-\log\frac{e^{@scale\cos(\theta_p+@margin)}}{e^{@scale\cos(\theta_p+@margin)}+\sum_i e^{@scale\cos\theta_i}}",
    references=("Deng, Guo, Xue and Zafeiriou (2019), ArcFace: additive angular margin loss, CVPR, equation 3",),
    facts="bounded_value",
)
def arcface(
    anchor: Vector,
    positive: Vector,
    negatives: Vectors,
    *,
    margin: Annotated[float, Range(0.0, math.pi, symbol="m", slider=(0.0, 1.5))] = 0.5,
    scale: Annotated[float, Range(1e-2, 1e3, symbol="s", log=True, slider=(1.0, 100.0))] = 64.0,
) -> Tensor:
    """Softmax over the angles to the centres of the classes, the own one counted as wider by a margin.

    Shapes: the embedding ``anchor`` and the centre ``positive`` of its class ``[..., d]``, the other
    centres ``negatives`` ``[..., k, d]``; the margin is in radians. This is the paper's formula: at angles
    above π − m the cosine rises again and the pull is the wrong way, for which programs have
    an exception. At angle 0 there is a kink, and the slope of the own angle is the subgradient 0.
    """
    own, toward = _direction(anchor), _direction(positive)
    # From both half angles: an arc cosine has no slope at angle 0.
    angle = 2 * torch.atan2(_distance(own, toward), _distance(own, -toward))
    others = cosine_of(anchor[..., None, :], negatives)
    return _first_of(scale * torch.cos(angle + margin), scale * others)
