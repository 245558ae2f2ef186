"""What each of some outcomes adds to a divergence between two distributions over them, zeros included."""

import numpy as np
import torch
from torch import Tensor

from losses.families.divergence import jensen_shannon, kl_divergence, reverse_kl

OUTCOME_DIVERGENCES = {loss.key: loss for loss in (kl_divergence, reverse_kl, jensen_shannon)}


def terms(p: np.ndarray, q: np.ndarray) -> dict[str, np.ndarray]:
    """The terms ``[k]`` whose sums are KL(P‖Q), KL(Q‖P) and Jensen-Shannon, for distributions ``[k]``.

    0 · log(0 / q) is 0; p · log(p / 0) is infinite where p is above 0.
    """
    truth, belief = (torch.as_tensor(part, dtype=torch.float64) for part in (p, q))
    middle = (truth + belief) / 2
    parts = {
        "kl_divergence": _relative(truth, belief),
        "reverse_kl": _relative(belief, truth),
        "jensen_shannon": (_relative(truth, middle) + _relative(belief, middle)) / 2,
    }
    return {key: part.numpy() for key, part in parts.items()}


def _relative(p: Tensor, q: Tensor) -> Tensor:
    # what happens under neither is no 0 · log 0 but nothing at all
    return -torch.special.entr(p) - torch.xlogy(p, q)
