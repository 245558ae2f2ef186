"""Whether a loss asks the model that it is given, and not one of its own: the latter's landscape would be flat."""

import numpy as np
import torch

from losses.network.evaluation import Evaluator

DRAWS = 8  # of weights at which a loss that depends on them is not the same to the last bit, each time


def refuse_constant(evaluator: Evaluator) -> None:
    """Raise ``ValueError`` where the loss is one number whatever the weights are.

    All weights are moved, far, so that a network that is dead along a plane, or a loss that is level there, passes.
    """
    here = evaluator.first.buffer.clone()
    first = _loss(evaluator, here)
    random = torch.Generator().manual_seed(0)
    if not np.isfinite(first):
        return
    for _ in range(DRAWS):
        drawn = torch.randn(len(here), generator=random, dtype=torch.float64).to(here)
        if _loss(evaluator, here + drawn * (1 + here.abs())) != first:
            return
    raise ValueError(
        f"the loss is {first:.6g} whatever the weights are: loss(model, batch) must call the model that it is given, "
        "not one that it knows from elsewhere"
    )


def _loss(evaluator: Evaluator, vector: torch.Tensor) -> float:
    return float(evaluator(1, lambda _: vector.unsqueeze(0))[0])
