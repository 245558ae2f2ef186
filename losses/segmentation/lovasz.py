"""By how much each error adds to the Jaccard loss: the weights of the Lovász hinge."""

import torch
from torch import Tensor

TIED = 1e-12  # errors nearer than this to each other, relative to 1 + their size, differ by rounding alone


def increments(errors: Tensor, target: Tensor, size: Tensor) -> Tensor:
    """What each pixel adds to the Jaccard loss of the mask where the pixels become wrong one by one, the worst first.

    Pixels whose errors tie have the mean over all orders in which they can come: the Lovász extension has a kink there,
    each order gives one of its subgradients, and so their mean is one too, which prefers no pixel for its place in the
    image. (The mean over the tied pixels alone, misses and false alarms together, would be none.) Berman, Rannen Triki
    and Blaschko (2018), The Lovász-softmax loss, CVPR, equation 8, where nothing ties.

    Parameters
    ----------
    errors
        Of the pixels that come first, ``[b, pixels]``: falling, none below 0.
    target
        The mask in the same order, 0 or 1, ``[b, pixels]``.
    size
        Of the object, with what comes later, ``[b, 1]``.

    Returns
    -------
    Tensor
        ``[b, pixels]``; without a gradient.
    """
    errors, pixels = errors.detach(), target.shape[-1]
    falls = errors[:, :-1] - errors[:, 1:] > TIED * (1 + errors[:, 1:])
    group = torch.nn.functional.pad(falls.cumsum(-1), (1, 0))
    none = torch.zeros_like(target)
    misses, alarms = none.scatter_add(-1, group, target), none.scatter_add(-1, group, 1 - target)
    missed, alarmed = misses.cumsum(-1), alarms.cumsum(-1)
    loss = (missed + alarmed) / (size + alarmed)
    adds = loss.diff(dim=-1, prepend=torch.zeros_like(size))
    # Behind j false alarms a miss adds 1 / (size + j), and each number of them within a tie is as likely.
    counts = torch.arange(pixels + 1, dtype=target.dtype)
    reciprocals = torch.nn.functional.pad((1 / (size + counts).clamp(min=1)).cumsum(-1), (1, 0))
    within = reciprocals.gather(-1, alarmed.long() + 1) - reciprocals.gather(-1, (alarmed - alarms).long())
    of_miss = within / (alarms + 1)
    of_alarm = (adds - misses * of_miss) / alarms.clamp(min=1)
    return torch.where(target == 1, of_miss.gather(-1, group), of_alarm.gather(-1, group))
