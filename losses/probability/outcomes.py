"""What each of some outcomes adds to a divergence between two distributions over them, zeros included."""

import numpy as np
import torch
from numpy.typing import ArrayLike

from losses.registry import LOSSES

OUTCOME_DIVERGENCES = {key: loss for key, loss in LOSSES.items() if loss.family == "divergence"}


def terms(p: ArrayLike, q: ArrayLike) -> dict[str, np.ndarray]:
    """The terms ``[k]`` whose sums are the divergences of Q from P, for distributions ``[k]``, by key of the loss.

    A divergence is a sum over outcomes, so that of one outcome alone is its term. 0 · log(0 / q) is 0;
    p · log(p / 0) is infinite where p is above 0.
    """
    truth, belief = (torch.as_tensor(part, dtype=torch.float64)[:, None] for part in (p, q))
    return {key: loss.function(belief, truth).numpy() for key, loss in OUTCOME_DIVERGENCES.items()}
