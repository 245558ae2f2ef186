"""The losses of a first course in NumPy: as their definitions read, and where rounding spoils that, as they are computed.

Each gives one number per example. Vectors lie along the last axis. The second form of a loss is exact wherever its
result can be represented; the first is what a textbook has.
"""

import numpy as np
from numpy import ndarray


def mse(prediction: ndarray, target: ndarray) -> ndarray:
    """The squared residual."""
    return (prediction - target) ** 2


def mae(prediction: ndarray, target: ndarray) -> ndarray:
    """The absolute residual."""
    return np.abs(prediction - target)


def huber(prediction: ndarray, target: ndarray, delta: float = 1.0) -> ndarray:
    """Squared up to delta, straight beyond (Huber 1964)."""
    size = np.abs(prediction - target)
    return np.where(size <= delta, size**2 / 2, delta * (size - delta / 2))


def hinge(prediction: ndarray, target: ndarray) -> ndarray:
    """What the margin lacks of 1; targets are -1 and +1."""
    return np.maximum(0, 1 - target * prediction)


def bce(prediction: ndarray, target: ndarray) -> ndarray:
    """Binary cross-entropy of logits."""
    p = 1 / (1 + np.exp(-prediction))
    return -(target * np.log(p) + (1 - target) * np.log(1 - p))


def bce_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same: log(1 + exp(z)) - y z, with no exponential of a large number."""
    return np.maximum(prediction, 0) - target * prediction + np.log1p(np.exp(-np.abs(prediction)))


def cce(prediction: ndarray, target: ndarray) -> ndarray:
    """Cross-entropy of logits, the target one-hot."""
    p = np.exp(prediction) / np.exp(prediction).sum(-1, keepdims=True)
    return -(target * np.log(p)).sum(-1)


def cce_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same: the largest logit is taken off first, and the logarithm is of the sum alone."""
    z = prediction - prediction.max(-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(-1, keepdims=True))
    return -(target * log_p).sum(-1)


def sparse_cce(prediction: ndarray, target: ndarray) -> ndarray:
    """Cross-entropy of logits, the target the index of its class."""
    p = np.exp(prediction) / np.exp(prediction).sum(-1, keepdims=True)
    return -np.log(np.take_along_axis(p, target[..., None], -1)[..., 0])


def sparse_cce_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same: the largest logit is taken off first, and the logarithm is of the sum alone."""
    z = prediction - prediction.max(-1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(-1, keepdims=True))
    return -np.take_along_axis(log_p, target[..., None], -1)[..., 0]


def kl(prediction: ndarray, target: ndarray) -> ndarray:
    """KL(target || prediction) of two distributions."""
    return (target * np.log(target / prediction)).sum(-1)


def kl_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same, with 0 log 0 = 0: what never happens costs nothing."""
    ratio = np.divide(target, prediction, out=np.ones_like(target), where=target > 0)
    return (target * np.log(ratio)).sum(-1)


def focal(prediction: ndarray, target: ndarray, gamma: float = 2.0) -> ndarray:
    """Focal loss of logits (Lin et al. 2017), without class weights."""
    p = 1 / (1 + np.exp(-prediction))
    right = np.where(target == 1, p, 1 - p)
    return -((1 - right) ** gamma) * np.log(right)


def focal_stable(prediction: ndarray, target: ndarray, gamma: float = 2.0) -> ndarray:
    """The same, from the logarithms of the probabilities of being right and wrong."""
    score = np.where(target == 1, prediction, -prediction)
    log_right, log_wrong = -np.logaddexp(0, -score), -np.logaddexp(0, score)
    return -np.exp(gamma * log_wrong) * log_right


def gan_d(fake_logits: ndarray, real_logits: ndarray) -> ndarray:
    """The discriminator's loss (Goodfellow et al. 2014)."""
    d_fake, d_real = 1 / (1 + np.exp(-fake_logits)), 1 / (1 + np.exp(-real_logits))
    return -np.log(d_real) - np.log(1 - d_fake)


def gan_d_stable(fake_logits: ndarray, real_logits: ndarray) -> ndarray:
    """The same: -log sigmoid(z) = log(1 + exp(-z))."""
    return np.logaddexp(0, -real_logits) + np.logaddexp(0, fake_logits)


def gan_g(fake_logits: ndarray) -> ndarray:
    """The generator's loss in the minimax game."""
    return np.log(1 - 1 / (1 + np.exp(-fake_logits)))


def gan_g_stable(fake_logits: ndarray) -> ndarray:
    """The same: log(1 - sigmoid(z)) = -log(1 + exp(z))."""
    return -np.logaddexp(0, fake_logits)


def gan_ns(fake_logits: ndarray) -> ndarray:
    """The generator's loss that does not saturate."""
    return -np.log(1 / (1 + np.exp(-fake_logits)))


def gan_ns_stable(fake_logits: ndarray) -> ndarray:
    """The same: -log sigmoid(z) = log(1 + exp(-z))."""
    return np.logaddexp(0, -fake_logits)


def dice(prediction: ndarray, target: ndarray) -> ndarray:
    """1 - the Dice index of a mask."""
    return 1 - 2 * (prediction * target).sum(-1) / (prediction.sum(-1) + target.sum(-1))


def dice_stable(prediction: ndarray, target: ndarray) -> ndarray:
    """The same; where both masks are empty nothing is wrong."""
    total = prediction.sum(-1) + target.sum(-1)
    return np.where(total > 0, 1 - 2 * (prediction * target).sum(-1) / np.where(total > 0, total, 1), 0.0)


def l1(weights: ndarray) -> ndarray:
    """The sum of the absolute weights."""
    return np.abs(weights).sum(-1)


def l2(weights: ndarray) -> ndarray:
    """The sum of the squared weights."""
    return (weights**2).sum(-1)
