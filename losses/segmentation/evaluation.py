"""Value and gradient, pixel by pixel, of what is compared."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from losses.calculus import derivatives
from losses.segmentation.compared import OVERLAP, Compared
from losses.segmentation.conventions import Conventions
from losses.segmentation.masks import hard, soft

SLOPES = ("probability", "logit")
Settings = Mapping[str, Mapping[str, Any]]


class Evaluation(NamedTuple):
    """What one loss or measure says of a prediction.

    ``value`` is not a number where it is undefined, and infinite where a sure answer is wrong that costs infinitely
    much. ``gradient`` has the prediction's shape; None of a measure. ``note`` says in words what is not finite, and why.
    """

    value: float
    gradient: np.ndarray | None
    note: str = ""


def evaluate(
    prediction: np.ndarray,
    target: np.ndarray,
    keys: Iterable[str] = OVERLAP,
    conventions: Conventions | None = None,
    settings: Settings | None = None,
    slope_in: str = "probability",
) -> dict[str, Evaluation]:
    """Compare a prediction with a mask by several losses and measures.

    Parameters
    ----------
    prediction
        Probabilities ``[n, n]``, or of a batch ``[b, n, n]``.
    target
        0 or 1, in the same shape.
    keys
        Of ``OVERLAP``; all of them by default.
    conventions
        Of the libraries; the default ones where None.
    settings
        Parameters by key and name; the default stands in for one that is left out.
    slope_in
        ``"probability"`` for the gradient in the probabilities, ``"logit"`` for that in the logits that a network
        gives, and that training follows: p (1 - p) times as much, so that it is 0 where a probability is 0 or 1; that of
        cross-entropy, p - t, of the focal loss and of the Lovász hinge stays.

    Returns
    -------
    dict
        An ``Evaluation`` for each key. The value of a batch is the mean over its images, unless they are pooled.

    Raises
    ------
    ValueError
        For an unknown key or parameter, a value out of range, another shape, a probability outside [0, 1], not a
        number among them, and a target that is not of 0 and 1.

    Examples
    --------
    >>> nothing, object = np.zeros((64, 64)), np.zeros((64, 64))
    >>> object[30:36, 30:36] = 1
    >>> found = evaluate(nothing, object, ["accuracy", "dice"])
    >>> round(found["accuracy"].value, 4), found["dice"].value
    (0.9912, 1.0)
    """
    if slope_in not in SLOPES:
        raise ValueError(f"a slope is in one of {', '.join(SLOPES)}, got {slope_in!r}")
    asked = chosen(keys, settings)
    p, t = tensors(prediction, target)
    asking = _Asking(
        {"probability": p, "logit": p.logit()}, t, slope_in, conventions or Conventions(), np.shape(prediction)
    )
    known: dict[str, Evaluation] = {}
    for one, parameters in asked:
        for key in one.parts or [one.key]:
            if key not in known:
                known[key] = _evaluated(OVERLAP[key], asking, parameters if key == one.key else {})
        if one.parts:
            known[one.key] = _sum([(weight, known[key]) for key, weight in one.weights(parameters).items()])
    return {one.key: known[one.key] for one, _ in asked}


class _Asking(NamedTuple):
    """What all are asked of: predictions as probabilities and as logits, and masks, ``[b, pixels]``; and how."""

    places: Mapping[str, Tensor]
    target: Tensor
    slope_in: str
    conventions: Conventions
    shape: tuple[int, ...]


def _evaluated(one: Compared, asking: _Asking, parameters: Mapping[str, Any]) -> Evaluation:
    p, target, slope_in, conventions = asking.places["probability"], *asking[1:4]
    if one.measure:
        measured = per_image(one, p, target, conventions, parameters).mean().item()
        return Evaluation(measured, None, _note(measured))
    of = slope_in if one.takes == "either" else one.takes
    value, slope, _ = derivatives(
        lambda x: one.function(x, target, conventions, logits=of == "logit", **parameters), asking.places[of], order=1
    )
    slope = slope / len(value)
    if of == "probability" and slope_in == "logit":
        slope = slope * (p * (1 - p))
    elif of != slope_in:  # where it is flat it is so in the probability, also at 0 and 1
        slope = torch.where(slope == 0, 0.0, slope / (p * (1 - p)))
    mean = value.mean().item()
    return Evaluation(mean, slope.numpy().reshape(asking.shape), _note(mean))


def _sum(parts: list[tuple[float, Evaluation]]) -> Evaluation:
    """What costs as much as its parts together, each by its weight, one that weighs nothing not at all."""
    parts = [(weight, part) for weight, part in parts if weight]
    value = sum(weight * part.value for weight, part in parts)
    gradient = sum(weight * part.gradient for weight, part in parts if part.gradient is not None)
    return Evaluation(value, np.asarray(gradient), _note(value))


def per_image(
    one: Compared, p: Tensor, target: Tensor, conventions: Conventions, parameters: Mapping[str, Any]
) -> Tensor:
    """The values ``[b]`` of probabilities and masks ``[b, pixels]``, or ``[1]`` where the images are pooled."""
    logits = one.takes == "logit"
    with torch.no_grad():
        return one.function(p.logit() if logits else p, target, conventions, logits=logits, **parameters)


def chosen(keys: Iterable[str], settings: Settings | None = None) -> list[tuple[Compared, dict[str, Any]]]:
    """Those of ``OVERLAP`` with these keys, and all parameters of each, checked (``ValueError``)."""
    keys, settings = list(keys), settings or {}
    unknown = {*keys, *settings} - OVERLAP.keys()
    if unknown:
        raise ValueError(f"there is no {sorted(unknown)[0]!r} to compare; there are: {', '.join(OVERLAP)}")
    return [(OVERLAP[key], OVERLAP[key].settings(**settings.get(key, {}))) for key in keys]


def tensors(prediction: np.ndarray, target: np.ndarray) -> tuple[Tensor, Tensor]:
    """Probabilities and masks ``[n, n]`` or ``[b, n, n]``, checked (``ValueError``), as ``[b, pixels]`` of float64."""
    p, t = soft(prediction), hard(target, "target")
    if p.shape != t.shape or p.ndim > 3 or p.size == 0:
        raise ValueError(f"prediction and target are both [n, n] or both [b, n, n], got shapes {p.shape} and {t.shape}")
    pixels = p.shape[-1] ** 2
    return torch.tensor(p.reshape(-1, pixels)), torch.tensor(t.reshape(-1, pixels), dtype=torch.float64)


def _note(value: float) -> str:
    if np.isnan(value):
        return "undefined: a mask without a pixel has no edge"
    return "" if np.isfinite(value) else "infinite: a pixel is wrong and certain of it"
