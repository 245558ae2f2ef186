"""What scores are worth as decisions and as probabilities: confusion counts, rates, calibration, and what a loss learns."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from losses.registry import LOSSES
from losses.spec.loss import Loss

BINS = 10


@dataclass(frozen=True)
class Decisions:
    """Counts of decisions, where a score above 0 says +1 and any other -1; the rates are nan where 0/0."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @property
    def right(self) -> int:
        """How many decisions are right."""
        return self.true_positive + self.true_negative

    @property
    def accuracy(self) -> float:
        """The share of decisions that are right."""
        return _ratio(self.right, self.right + self.false_positive + self.false_negative)

    @property
    def precision(self) -> float:
        """The share of the found that are positive."""
        return _ratio(self.true_positive, self.true_positive + self.false_positive)

    @property
    def recall(self) -> float:
        """The share of the positive that are found."""
        return _ratio(self.true_positive, self.true_positive + self.false_negative)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else math.nan


def decide(score: np.ndarray, label: np.ndarray) -> Decisions:
    """Count the decisions of scores ``[n]`` for labels ``[n]`` of -1 and +1.

    Examples
    --------
    >>> found = decide(np.array([2.0, 0.5, -1.0]), np.array([1, -1, -1]))
    >>> found.right, found.precision, found.recall
    (2, 0.5, 1.0)
    """
    found, positive = score > 0, label > 0
    right, all_found, positives = (int(np.count_nonzero(mask)) for mask in (found & positive, found, positive))
    return Decisions(right, all_found - right, positives - right, len(label) - all_found - positives + right)


PROBABILITY_LOSSES = tuple(key for key, loss in LOSSES.items() if loss.link)
"""Keys of the losses whose score means a probability; hinge, ramp and perceptron only tell the likelier label."""


def probabilities(loss: Loss, score: np.ndarray, settings: Mapping[str, Any]) -> np.ndarray | None:
    """The probability of +1 that scores stand for, or None for a loss whose score means none.

    Parameters
    ----------
    loss
        The loss that the scores were fitted by.
    score
        ``[n]``.
    settings
        Values for the loss's parameters; the default stands in for one that is left out.

    Returns
    -------
    ndarray or None
        ``[n]``.

    Raises
    ------
    ValueError
        For a parameter that is unknown or outside its range, where the score means a probability.
    """
    given = loss.probability(np.asarray(score, dtype=np.float64), **settings)
    return None if given is None else given.numpy()


@dataclass(frozen=True, eq=False)
class Calibration:
    """By bin of the predicted probability, bins without points left out, ``[k]`` each.

    Points, their mean prediction and the observed share of positives. ``error`` is the mean distance
    between the two, weighted by the points: the expected calibration error (Naeini et al. 2015, AAAI).
    """

    count: np.ndarray
    predicted: np.ndarray
    observed: np.ndarray
    error: float


def calibrate(probability: np.ndarray, label: np.ndarray, bins: int = BINS) -> Calibration:
    """Compare predicted probabilities of +1 with labels, in bins of equal width.

    Parameters
    ----------
    probability
        ``[n]``, from 0 to 1.
    label
        ``[n]``, of -1 and +1.
    bins
        How many bins the range from 0 to 1 is cut into.

    Examples
    --------
    >>> found = calibrate(np.array([0.25, 0.25, 0.75, 0.75]), np.array([-1, 1, 1, 1]), bins=2)
    >>> found.predicted.tolist(), found.observed.tolist(), found.error
    ([0.25, 0.75], [0.5, 1.0], 0.25)
    """
    which = np.minimum((probability * bins).astype(int), bins - 1)
    count, predicted, observed = (
        np.bincount(which, weights, bins) for weights in (None, probability, (label > 0).astype(float))
    )
    some = count > 0
    count, predicted, observed = count[some], predicted[some] / count[some], observed[some] / count[some]
    return Calibration(count, predicted, observed, float(count @ np.abs(predicted - observed) / len(label)))


def learned(loss: Loss, truth: np.ndarray, class_weight: float = 1.0, **parameters: Any) -> np.ndarray:
    """The probability of +1 that a loss settles on where the true one is known.

    The score at which the expected loss is least, as a probability; found on a grid of scores and,
    around the best of them, on ever finer ones.

    Parameters
    ----------
    loss
        A loss of one number against a label.
    truth
        ``[k]``, the true probabilities of +1.
    class_weight
        What the loss of a positive is multiplied by.
    **parameters
        The parameters of the loss; defaults stand in for those left out. Scores are taken as logits
        where the loss has that choice.

    Returns
    -------
    ndarray
        ``[k]``; nan for a loss whose score means no probability.

    Raises
    ------
    ValueError
        For a parameter that is unknown or outside its range.
    """
    truth = np.asarray(truth, dtype=np.float64)
    logits = {"from_logits": True} if "from_logits" in loss.parameters else {}
    settings = loss.settings(**{**parameters, **logits})
    link = loss.link
    if link is None:
        return np.full_like(truth, np.nan)
    no, yes = loss.labels or (-1.0, 1.0)
    centre, reach = np.zeros(len(truth)), 40.0 * max(1.0, settings.get("margin", 1.0))
    for _ in range(12):
        score = centre[:, None] + np.linspace(-reach, reach, 401)
        costs = [
            loss.function(torch.as_tensor(score), torch.full(score.shape, label), **settings) for label in (no, yes)
        ]
        expected = (1 - truth)[:, None] * costs[0].numpy() + class_weight * truth[:, None] * costs[1].numpy()
        centre = np.take_along_axis(score, expected.argmin(1)[:, None], 1)[:, 0]
        reach /= 40
    return link(torch.as_tensor(centre), **settings).numpy()


def group_shares(loss: Loss, groups: Mapping[str, tuple[int, float]], **parameters: Any) -> dict[str, float]:
    """The percentage of the total loss that groups of positives make: by name, how many with which probability.

    Not a number where they cost nothing in all, or more than float64 holds.
    """
    counts, given = (np.array(column) for column in zip(*groups.values(), strict=True))
    settings = {"from_logits": False, **parameters}
    totals = counts * loss(given, np.ones(len(given)), **settings).numpy()
    with np.errstate(invalid="ignore"):
        return dict(zip(groups, (100 * (totals / totals.sum())).tolist(), strict=True))
