"""Embedding losses: how far apart vectors, or scores, ought to be.

d is the Euclidean distance. It has a kink where two vectors coincide; the slope there is the
subgradient 0, so coincident vectors neither attract nor repel each other.
"""

from typing import Annotated

import torch
from torch import Tensor
from torch.nn import functional

from losses.families.numerics import times
from losses.spec.domain import BINARY, REAL, SIGN, VECTOR
from losses.spec.loss import Equivalent, loss
from losses.spec.parameter import Range

Vector = Annotated[Tensor, VECTOR]
Score = Annotated[Tensor, REAL]
Sign = Annotated[Tensor, SIGN]
Margin = Annotated[float, Range(1e-3, 1e6, symbol="m", log=True, slider=(0.1, 3.0))]

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
    slot=2,
    latex=r"\max\bigl(0,\ -y\,(s_1-s_2)+@margin\bigr)",
    references=("PyTorch documentation, MarginRankingLoss",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nn.functional.margin_ranking_loss(first, second, target, margin={margin}, reduction='none')",
        ),
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
    slot=3,
    latex=r"\begin{cases}1-\cos\theta & y=+1\\ \max(0,\ \cos\theta-@margin) & y=-1\end{cases}",
    references=("PyTorch documentation, CosineEmbeddingLoss",),
    equivalents=(
        Equivalent(
            "torch",
            "torch.nn.functional.cosine_embedding_loss(first, second, target, margin={margin}, reduction='none')",
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
    cosine = torch.linalg.vecdot(_direction(first), _direction(second))
    return (1 + target) / 2 * (1 - cosine) + (1 - target) / 2 * torch.relu(cosine - margin)
