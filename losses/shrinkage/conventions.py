"""What a strength of one convention is in another: sums or means, halves or none, L1 and L2 by a share.

Here, and in scikit-learn's ``Lasso`` and ``ElasticNet`` and in glmnet, the cost is half the *mean* squared residual;
scikit-learn's ``Ridge`` takes the *sum* without the half. glmnet (Friedman, Hastie and Tibshirani 2010, Regularization
paths for generalized linear models via coordinate descent, Journal of Statistical Software 33(1), section 2) divides the
target by its standard deviation before it applies a penalty: of that L1 sees nothing, L2 does.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from losses.data.points import Array
from losses.shrinkage.problem import Problem, prepare


class Strengths(NamedTuple):
    """What stands before the two penalties in the objective of this package."""

    l1: float
    l2: float


@dataclass(frozen=True)
class Convention:
    """How an objective is written: data term plus ``strength * (ratio * sum(|w|) + (1 - ratio) * sum(w**2))``.

    Attributes
    ----------
    mean
        Whether the data term is the mean over the rows, else their sum.
    half
        Whether ½ stands before the squared residuals.
    half_l2
        Whether ½ stands before the squared weights.
    intercept
        One of ``problem.INTERCEPTS``.
    standardise
        Whether each feature is divided by its standard deviation first.
    """

    mean: bool = True
    half: bool = True
    half_l2: bool = True
    intercept: str = "free"
    standardise: bool = False

    def prepare(self, features: Array, target: Array) -> Problem:
        """The problem of a table, ``[n, p]`` and ``[n]``, as this convention sees it."""
        return prepare(features, target, self.intercept, self.standardise)

    def strengths(self, strength: float, ratio: float, rows: int) -> Strengths:
        """The same penalties in the objective of this package.

        Parameters
        ----------
        strength
            In this convention.
        ratio
            Share of L1 in it, from 0 to 1.
        rows
            How many examples there are.

        Raises
        ------
        ValueError
            For a strength below 0 and a ratio outside.

        Examples
        --------
        >>> Convention(mean=False, half=False).strengths(10.0, 1.0, rows=5)
        Strengths(l1=1.0, l2=0.0)
        """
        if not strength >= 0:
            raise ValueError(f"the strength must be at least 0, got {strength}")
        if not 0 <= ratio <= 1:
            raise ValueError(f"the share of L1 must be from 0 to 1, got {ratio}")
        unit = (0.5 if self.half else 1.0) * (2.0 if self.mean else 2.0 * rows)
        squares = 1.0 if self.half_l2 else 2.0
        return Strengths(*(part and strength * part / unit for part in (ratio, (1 - ratio) * squares)))


def as_lasso(strengths: Strengths) -> float | None:
    """``alpha`` of ``sklearn.linear_model.Lasso``; None where L2 costs something too."""
    return None if strengths.l2 else strengths.l1


def as_ridge(strengths: Strengths, rows: int) -> float | None:
    """``alpha`` of ``sklearn.linear_model.Ridge``; None where L1 costs something too."""
    return None if strengths.l1 else rows * strengths.l2


def as_elastic_net(strengths: Strengths) -> tuple[float, float]:
    """``alpha`` and ``l1_ratio`` of ``sklearn.linear_model.ElasticNet``.

    >>> as_elastic_net(Strengths(0.1, 0.3))
    (0.4, 0.25)
    """
    whole = strengths.l1 + strengths.l2
    return whole, strengths.l1 / whole if whole else 1.0


def as_glmnet(strengths: Strengths, target: Array) -> tuple[float, float]:
    """``lambda`` and ``alpha`` of R's ``glmnet`` with a free intercept.

    Parameters
    ----------
    strengths
        Of this package.
    target
        ``[n]``: glmnet measures it in its standard deviation, divided by n.
    """
    whole = strengths.l1 + strengths.l2 * float(np.std(target))
    return whole, strengths.l1 / whole if whole else 1.0
