"""The losses of a first course in NumPy: as their definitions read, and where rounding spoils that, as they are computed.

Each gives one number per example. Vectors lie along the last axis. The first form of a loss is what a textbook has. The
second is right to 12 digits, however near to 0 or 1 its probabilities are; only the divergence of distributions that
nearly agree has fewer, being a difference. The form to use takes whole numbers too: "1.0 *" keeps small and unsigned
ones from wrapping around.
"""

import numpy as np
from numpy import ndarray


def mse(prediction: ndarray, target: ndarray) -> ndarray:
    """The squared residual."""
    return (1.0 * prediction - target) ** 2


def mae(prediction: ndarray, target: ndarray) -> ndarray:
    """The absolute residual."""
    return np.abs(1.0 * prediction - target)


def huber(prediction: ndarray, target: ndarray, delta: float = 1.0) -> ndarray:
    """Squared up to delta, straight beyond (Huber 1964)."""
    size = np.abs(1.0 * prediction - target)
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


def hinge(prediction: ndarray, target: ndarray) -> ndarray:
    """What the margin lacks of 1; targets are -1 and +1."""
    return np.maximum(0, 1 - 1.0 * target * prediction)


def bce(prediction: ndarray, target: ndarray) -> ndarray:
    """Binary cross-entropy of logits."""
    p = 1 / (1 + np.exp(-prediction))
    return -(target * np.log(p) + (1 - target) * np.log(1 - p))


def bce_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same: -log sigmoid(z) = log(1 + exp(-z)), with no exponential of a large number."""
    z = 1.0 * prediction
    return target * np.logaddexp(0, -z) + (1 - target) * np.logaddexp(0, z)


def cce(prediction: ndarray, target: ndarray) -> ndarray:
    """Cross-entropy of logits, the target one-hot."""
    p = np.exp(prediction) / np.exp(prediction).sum(-1, keepdims=True)
    return -(target * np.log(p)).sum(-1)


def cce_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same: the largest logit is taken off first, so that its exponential is 1, and log1p adds that to the others."""
    z = 1.0 * prediction - prediction.max(-1, keepdims=True)
    others = np.exp(np.sort(z)[..., :-1]).sum(-1, keepdims=True)
    return (target * (np.log1p(others) - z)).sum(-1)


def sparse_cce(prediction: ndarray, target: ndarray) -> ndarray:
    """Cross-entropy of logits, the target the index of its class."""
    p = np.exp(prediction) / np.exp(prediction).sum(-1, keepdims=True)
    return -np.log(np.take_along_axis(p, target[..., None], -1)[..., 0])


def sparse_cce_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same: the largest logit is taken off first, so that its exponential is 1, and log1p adds that to the others."""
    z = 1.0 * prediction - prediction.max(-1, keepdims=True)
    others = np.exp(np.sort(z)[..., :-1]).sum(-1, keepdims=True)
    return np.take_along_axis(np.log1p(others) - z, target[..., None], -1)[..., 0]


def kl(prediction: ndarray, target: ndarray) -> ndarray:
    """KL(target || prediction) of two distributions."""
    return (target * np.log(target / prediction)).sum(-1)


def kl_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same, with 0 log 0 = 0: what never happens costs nothing."""
    log_p = np.log(np.where(target == 0, 1.0, target))
    log_q = np.log(np.where((target == 0) & (prediction == 0), 1.0, prediction))
    return (target * (log_p - log_q)).sum(-1)


def focal(prediction: ndarray, target: ndarray, gamma: float = 2.0) -> ndarray:
    """Focal loss of logits (Lin et al. 2017), without class weights."""
    p = 1 / (1 + np.exp(-prediction))
    right = np.where(target == 1, p, 1 - p)
    return -((1 - right) ** gamma) * np.log(right)


def focal_stable(prediction: ndarray, target: ndarray, gamma: float = 2.0) -> ndarray:
    """The same, from the logarithms of the probabilities of being right and wrong."""
    score = np.where(target == 1, 1.0, -1.0) * prediction
    log_right, log_wrong = -np.logaddexp(0, -score), -np.logaddexp(0, score)
    return -np.exp(gamma * log_wrong) * log_right


def gan_d(fake_logits: ndarray, real_logits: ndarray) -> ndarray:
    """The discriminator's loss (Goodfellow et al. 2014)."""
    d_fake, d_real = 1 / (1 + np.exp(-fake_logits)), 1 / (1 + np.exp(-real_logits))
    return -np.log(d_real) - np.log(1 - d_fake)


def gan_d_stable(fake_logits: ndarray, real_logits: ndarray) -> ndarray:
    """The same: -log sigmoid(z) = log(1 + exp(-z))."""
    return np.logaddexp(0, -1.0 * real_logits) + np.logaddexp(0, 1.0 * fake_logits)


def gan_g(fake_logits: ndarray) -> ndarray:
    """The generator's loss in the minimax game."""
    return np.log(1 - 1 / (1 + np.exp(-fake_logits)))


def gan_g_stable(fake_logits: ndarray) -> ndarray:
    """The same: log(1 - sigmoid(z)) = -log(1 + exp(z))."""
    return -np.logaddexp(0, 1.0 * fake_logits)


def gan_ns(fake_logits: ndarray) -> ndarray:
    """The generator's loss that does not saturate."""
    return -np.log(1 / (1 + np.exp(-fake_logits)))


def gan_ns_stable(fake_logits: ndarray) -> ndarray:
    """The same: -log sigmoid(z) = log(1 + exp(-z))."""
    return np.logaddexp(0, -1.0 * fake_logits)


def dice(prediction: ndarray, target: ndarray) -> ndarray:
    """1 - the Dice index of a mask."""
    return 1 - 2 * (prediction * target).sum(-1) / (prediction.sum(-1) + target.sum(-1))


def dice_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same: what only one of the two has, over both; where both masks are empty nothing is wrong."""
    p, t = 1.0 * prediction, 1.0 * target
    wrong, total = (p * (1 - t) + t * (1 - p)).sum(-1), (p + t).sum(-1)
    return wrong / np.where(total == 0, 1, total)


def l1(weights: ndarray) -> ndarray:
    """The sum of the absolute weights."""
    return np.abs(1.0 * weights).sum(-1)


def l2(weights: ndarray) -> ndarray:
    """The sum of the squared weights."""
    return ((1.0 * weights) ** 2).sum(-1)
