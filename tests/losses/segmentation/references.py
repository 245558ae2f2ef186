"""What is compared, written out plainly in NumPy from the papers and from the code of MONAI, Keras and Berman et al."""

import numpy as np
from scipy import ndimage


def reference(key, p, t, conventions, parameters):
    """The value of probabilities and masks ``[b, n, n]``."""
    return KNOWN[key](p, t, conventions, **parameters)


def per_pixel(p, t, weight=1.0):
    return np.where(t == 1, -weight * np.log(p), -np.log1p(-p))


def bce(p, t, conventions):
    return per_pixel(p, t).mean()


def weighted_bce(p, t, conventions, positive_weight):
    return per_pixel(p, t, positive_weight).mean()


def focal(p, t, conventions, gamma, alpha):
    """Lin et al. (2017), equation 5."""
    p_t = np.where(t == 1, p, 1 - p)
    return (-np.where(t == 1, alpha, 1 - alpha) * (1 - p_t) ** gamma * np.log(p_t)).mean()


def over_objects(loss):
    """The mean over images, unless they are pooled, and over object and background where both count."""

    def value(p, t, conventions, **parameters):
        images = [(p, t)] if conventions.pooled else list(zip(p, t, strict=True))
        if conventions.background:
            images += [(1 - p, 1 - t) for p, t in images]
        return np.mean([loss(p, t, conventions, **parameters) for p, t in images])

    return value


def ratio(numerator, denominator, conventions):
    smooth = 0.0 if conventions.smoothing == "none" else conventions.smooth
    numerator = numerator + (smooth if conventions.smoothing == "both" else 0.0)
    return numerator / (denominator + smooth) if denominator + smooth else 1.0


def dice_of(p, t, conventions, power):
    return 1 - ratio(2 * (p * t).sum(), (p**power).sum() + (t**power).sum(), conventions)


@over_objects
def dice(p, t, conventions):
    return dice_of(p, t, conventions, 2 if conventions.squared else 1)


@over_objects
def dice_squared(p, t, conventions):
    return dice_of(p, t, conventions, 2)


@over_objects
def jaccard(p, t, conventions):
    power = 2 if conventions.squared else 1
    hits = (p * t).sum()
    return 1 - ratio(hits, (p**power).sum() + (t**power).sum() - hits, conventions)


def tversky_of(p, t, conventions, alpha, beta):
    if conventions.keras_weights:
        alpha, beta = beta, alpha
    hits = (p * t).sum()
    return 1 - ratio(hits, hits + alpha * (p * (1 - t)).sum() + beta * ((1 - p) * t).sum(), conventions)


@over_objects
def tversky(p, t, conventions, alpha, beta):
    return tversky_of(p, t, conventions, alpha, beta)


@over_objects
def focal_tversky(p, t, conventions, gamma, alpha, beta):
    return tversky_of(p, t, conventions, alpha, beta) ** (1 / gamma)


def generalised_dice(p, t, conventions):
    """As ``monai.losses.GeneralizedDiceLoss`` with two channels and square weights."""

    def one(p, t):
        p, t = np.stack([1 - p, p]).reshape(2, -1), np.stack([1 - t, t]).reshape(2, -1)
        with np.errstate(divide="ignore"):
            weights = 1 / t.sum(-1) ** 2
        infinite = np.isinf(weights)
        weights = np.where(infinite, 0.0, weights)
        weights = weights + infinite * weights.max()
        numerator = 2 * (weights * (p * t).sum(-1)).sum()
        return 1 - ratio(numerator, (weights * (p.sum(-1) + t.sum(-1))).sum(), conventions)

    return one(p, t) if conventions.pooled else np.mean([one(*image) for image in zip(p, t, strict=True)])


def lovasz_hinge(p, t, conventions):
    """As github.com/bermanmaxim/LovaszSoftmax, pytorch/lovasz_losses.py, lovasz_hinge_flat."""

    def flat(p, t):
        logits, labels = np.log(p / (1 - p)).ravel(), t.ravel()
        errors = 1.0 - logits * (2.0 * labels - 1.0)
        order = np.argsort(-errors)
        labels = labels[order]
        total = labels.sum()
        intersection = total - labels.cumsum()
        union = total + (1 - labels).cumsum()
        weights = 1.0 - intersection / union
        weights[1:] = weights[1:] - weights[:-1]
        return np.maximum(errors[order], 0) @ weights

    return flat(p, t) if conventions.pooled else np.mean([flat(*image) for image in zip(p, t, strict=True)])


def boundary(p, t, conventions):
    """Kervadec et al. (2019), equation 5, with the distances of their code."""

    def one(p, t):
        inside = t == 1
        if not inside.any() or inside.all():
            return 0.0
        outer, inner = ndimage.distance_transform_edt(~inside), ndimage.distance_transform_edt(inside)
        return (p * np.where(inside, 1 - inner, outer)).mean()

    return np.mean([one(*image) for image in zip(p, t, strict=True)])


def bce_dice(p, t, conventions, dice_weight):
    return bce(p, t, conventions) + dice_weight * dice(p, t, conventions)


KNOWN = {
    function.__name__: function
    for function in (bce, weighted_bce, focal, generalised_dice, lovasz_hinge, boundary, bce_dice)
} | {
    "dice": dice,
    "dice_squared": dice_squared,
    "jaccard": jaccard,
    "tversky": tversky,
    "focal_tversky": focal_tversky,
}
