"""What is compared of masks as functions of a program, in the words of any library that has arrays."""

from collections.abc import Callable, Mapping
from typing import Any

from losses.segmentation.conventions import Conventions

LIBRARIES = {"torch": "torch", "keras": "keras.ops", "numpy": "np"}
SHARE = """\
def share(above, below):
    return above / below if below > 0 else 1.0  # nothing there, nothing found"""
KERAS_TVERSKY = (
    "# keras.losses.tversky takes alpha for misses and beta for false alarms up to Keras 3.15.1, which documents the "
    "opposite;\n    # later versions do as documented."
)
LOVASZ_TIED = """\
    # Where errors tie, the mean over all orders: a miss adds 1 / (size + false alarms before it), which are equally likely.
    e = errors.detach()
    tie = X.cumsum(X.cat([X.tensor([False]), e[:-1] - e[1:] > 1e-12 * (1 + X.abs(e[1:]))]), 0)
    last = X.cumsum(X.bincount(tie), 0) - 1
    misses, alarms = X.bincount(tie, t), X.bincount(tie, 1 - t)
    before = X.cumsum(alarms, 0) - alarms
    inverse = X.cumsum(X.cat([X.zeros(1), 1 / X.clamp(size + X.arange(len(t) + 1), min=1)]), 0)
    of_miss = (inverse[(before + alarms).long() + 1] - inverse[before.long()]) / (alarms + 1)
    added = X.diff(jaccard[last], prepend=X.zeros(1))
    of_alarm = (added - misses * of_miss) / X.clamp(alarms, min=1)
    weights = X.where(t == 1, of_miss[tie], of_alarm[tie])"""
Parameters = Mapping[str, Any]


def function(key: str, library: str, conventions: Conventions, parameters: Parameters) -> dict[str, str]:
    """The functions that a loss or measure is made of, by name, the one of its own name last.

    Each takes probabilities and a target of 0 and 1, ``[n, n]`` or ``[pixels]``, and gives a number.

    Parameters
    ----------
    key
        Of ``OVERLAP``, but not of a distance.
    library
        A key of ``LIBRARIES``.
    conventions
        Of the libraries.
    parameters
        Its own.
    """
    found = _WRITTEN[key](conventions, parameters, library)
    return {name: text.replace("X.", f"{LIBRARIES[library]}.") for name, text in found.items()}


def _smoothed(conventions: Conventions) -> tuple[str, str]:
    """What is added above and below the line."""
    added = f" + {conventions.added!r}" if conventions.added else ""
    return (added if conventions.smoothing == "both" else ""), added


def _both(name: str, conventions: Conventions, index: str, head: str = "") -> dict[str, str]:
    """A loss by its index of an object, or of that and the background."""
    objects = ["(p, t)", "(1 - p, 1 - t)"] if conventions.background else ["(p, t)"]
    loss = [f"    losses = [1 - {index} for p, t in [{', '.join(objects)}]]"]
    mean = f"    return {'sum(losses) / 2' if conventions.background else 'losses[0]'}"
    return {"share": SHARE, name: "\n".join([f"def {name}(p, t):", *([head] if head else []), *loss, mean])}


def _dice(conventions: Conventions, parameters: Parameters, library: str, name: str = "dice") -> dict[str, str]:
    above, below = _smoothed(conventions)
    square = "**2" if conventions.squared or name == "dice_squared" else ""
    return _both(name, conventions, f"share(2 * X.sum(p * t){above}, X.sum(p{square}) + X.sum(t){below})")


def _dice_squared(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    return _dice(conventions, parameters, library, "dice_squared")


def _jaccard(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    above, below = _smoothed(conventions)
    square = "**2" if conventions.squared else ""
    return _both(
        "jaccard", conventions, f"share(X.sum(p * t){above}, X.sum(p{square}) + X.sum(t) - X.sum(p * t){below})"
    )


def _tversky(conventions: Conventions, parameters: Parameters, library: str, name: str = "tversky") -> dict[str, str]:
    above, below = _smoothed(conventions)
    alpha, beta = conventions.weights(parameters["alpha"], parameters["beta"])
    index = f"share(X.sum(p * t){above}, X.sum(p * t) + {alpha!r} * X.sum(p * (1 - t)) + {beta!r} * X.sum((1 - p) * t){below})"
    head = f"    {KERAS_TVERSKY}" if library == "keras" else ""
    return _both(name, conventions, index, head)


def _focal_tversky(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    power = 1 / parameters["gamma"]
    found = _tversky(conventions, parameters, library, "focal_tversky")
    own = (
        found["focal_tversky"]
        .replace("losses = [1 - ", "losses = [(1 - ")
        .replace(" for p, t", f") ** {power!r} for p, t")
    )
    return found | {"focal_tversky": own}


def _generalised_dice(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    above, below = _smoothed(conventions)
    extra = f" + {conventions.added!r}" if below and not above else ""
    return {
        "generalised_dice": f"""\
def generalised_dice(p, t):
    sizes = [X.sum(t), X.sum(1 - t)]
    weights = [1 / max(sizes) ** 2] * 2 if min(sizes) == 0 else [1 / size**2 for size in sizes]
    errors = X.sum(X.abs(p - t)) * sum(weights)
    total = weights[0] * (X.sum(p) + sizes[0]) + weights[1] * (X.sum(1 - p) + sizes[1]){below}
    return (errors{extra}) / total"""
    }


def _bce(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    return {"bce": "def bce(p, t):\n    return -X.mean(X.log(X.where(t == 1, p, 1 - p)))"}


def _weighted_bce(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    weight = parameters["positive_weight"]
    return {
        "weighted_bce": "def weighted_bce(p, t):\n"
        f"    return -X.mean((1 + ({weight!r} - 1) * t) * X.log(X.where(t == 1, p, 1 - p)))"
    }


def _focal(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    gamma, alpha = parameters["gamma"], parameters["alpha"]
    return {
        "focal": f"""\
def focal(p, t):
    right = X.where(t == 1, p, 1 - p)
    return -X.mean(({alpha!r} * t + {1 - alpha!r} * (1 - t)) * (1 - right) ** {gamma!r} * X.log(right))"""
    }


def _lovasz_hinge(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    weights = (
        LOVASZ_TIED
        if library == "torch"  # which descends by it
        else "    weights = X.concatenate([jaccard[:1], jaccard[1:] - jaccard[:-1]])"
    )
    return {
        "lovasz_hinge": f"""\
def lovasz_hinge(p, t):
    p, t = p.reshape(-1), t.reshape(-1)
    errors = 1 - X.log(p / (1 - p)) * (2 * t - 1)
    order = X.argsort(-errors)
    errors, t = X.take(errors, order), X.take(t, order)
    size = X.sum(t)
    jaccard = 1 - (size - X.cumsum(t, 0)) / (size + X.cumsum(1 - t, 0))
{weights}
    return X.sum(weights * X.where(errors > 0, errors, 0.0))"""
    }


def _boundary(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    phi = {"torch": "torch.tensor(phi)", "keras": "keras.ops.array(phi)", "numpy": "phi"}[library]
    target = {"torch": "t.numpy()", "keras": "keras.ops.convert_to_numpy(t)", "numpy": "t"}[library]
    return {
        "boundary": f"""\
def boundary(p, t):
    inside = {target} == 1
    outside = scipy.ndimage.distance_transform_edt(~inside)
    phi = np.where(inside, 1 - scipy.ndimage.distance_transform_edt(inside), outside)
    if inside.all() or not inside.any():
        phi = np.zeros(inside.shape)  # no boundary
    return X.mean(p * {phi})"""
    }


def _bce_dice(conventions: Conventions, parameters: Parameters, library: str) -> dict[str, str]:
    parts = _bce(conventions, {}, library) | _dice(conventions, {}, library)
    weight = parameters["dice_weight"]
    return {**parts, "bce_dice": f"def bce_dice(p, t):\n    return bce(p, t) + {weight!r} * dice(p, t)"}


HAUSDORFF = """\
def edge(mask):
    return mask & ~scipy.ndimage.binary_erosion(mask)


def hausdorff(first, second, percent):
    there, back = (
        scipy.ndimage.distance_transform_edt(~edge(other))[edge(one)] for one, other in ((first, second), (second, first))
    )
    return max(np.percentile(there, percent), np.percentile(back, percent))"""
_WRITTEN: Mapping[str, Callable[[Conventions, Parameters, str], dict[str, str]]] = {
    "bce": _bce,
    "weighted_bce": _weighted_bce,
    "focal": _focal,
    "dice": _dice,
    "dice_squared": _dice_squared,
    "generalised_dice": _generalised_dice,
    "jaccard": _jaccard,
    "tversky": _tversky,
    "focal_tversky": _focal_tversky,
    "lovasz_hinge": _lovasz_hinge,
    "boundary": _boundary,
    "bce_dice": _bce_dice,
}
