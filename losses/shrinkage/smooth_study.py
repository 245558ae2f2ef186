"""A table under one penalty and any smooth convex loss: its weights and errors over the strengths, and what they choose."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch

from losses.data.points import Array
from losses.registry import LOSSES
from losses.shrinkage.conventions import Convention, Strengths
from losses.shrinkage.optimum import EQUAL, RANK
from losses.shrinkage.path import WEAKEST
from losses.shrinkage.selection import Validation
from losses.shrinkage.smooth_path import Design, Fits, design
from losses.shrinkage.study import STEPS, Parts, depth, own

MOST = 20_000  # numbers of a table, above which ten more fits of it at every strength take too long


@dataclass(frozen=True, eq=False)
class SmoothReading:
    """The fit at one strength.

    Attributes
    ----------
    strength
        In the convention of the study.
    strengths
        In the package's own objective.
    weights
        Of the features, and of a penalised intercept, ``[p]``.
    intercept
        What is predicted where every feature is 0.
    train, test
        Mean losses; the latter NaN where no rows are set aside.
    missed
        By how much the conditions of an optimum are missed, as a share of the hardest pull.
    unique
        Whether features are different enough that no other weights do as well.
    """

    strength: float
    strengths: Strengths
    weights: Array
    intercept: float
    train: float
    test: float
    missed: float
    unique: bool

    @property
    def active(self) -> np.ndarray:
        """Places of the weights that are not exactly 0."""
        return np.flatnonzero(self.weights)


@dataclass(frozen=True, eq=False)
class SmoothStudy:
    """A parted table under a loss and ``strength * (ratio * l1 + (1 - ratio) * l2)`` in a convention.

    Attributes
    ----------
    parts, ratio
        As of ``Study``.
    convention
        As of ``Study``; its ½ of the squared error says nothing here.
    key, settings
        Of the loss in ``LOSSES``, and its parameters, all of them.
    """

    parts: Parts
    convention: Convention
    ratio: float
    key: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def unit(self) -> Strengths:
        """What a strength of 1 is beside the mean loss."""
        return self._priced(1.0)

    def _priced(self, strength: float) -> Strengths:
        how = Convention(self.convention.mean, True, self.convention.half_l2)
        return how.strengths(strength, self.ratio, self.parts.problem.rows)

    @property
    def folds(self) -> int:
        """How many folds are fitted: none of a large table."""
        return len(self.parts.folds) if self.parts.features.size <= MOST else 0

    @cached_property
    def design(self) -> Design:
        """The rows that are fitted, all of them first and then without each fold.

        Raises
        ------
        ValueError
            Where there are no more rows than features, and for a loss that is not convex and smooth.
        """
        fold, kinds = self.parts.fold, range(self.folds)
        kept = np.vstack([np.ones(len(fold)), *(fold != kind for kind in kinds)]).astype(float)
        shares = kept / kept.sum(1, keepdims=True)
        fewest, width = int(kept.sum(1).min()), len(self.parts.problem.cross)
        if fewest <= width:
            raise ValueError(
                f"under {LOSSES[self.key].name} more rows than features are needed, but {width} features are fitted to "
                f"{fewest} rows: choose MSE, which has no such limit"
            )
        of = LOSSES[self.key], self.settings
        return design(self.parts.features, self.parts.target, shares, of, self.intercept)

    @property
    def intercept(self) -> str:
        """One of ``problem.INTERCEPTS``."""
        problem = self.parts.problem
        return "free" if problem.free else "penalised" if problem.ones else "none"

    @cached_property
    def _bare(self) -> Fits:
        return self.design.bare()

    @cached_property
    def strengths(self) -> Array:
        """Those at which errors are known, falling, ``[m]``: from where L1 alone leaves no weight.

        Raises
        ------
        ValueError
            Where no feature has anything to do with the target.
        """
        ratio, unit = own(self.unit)
        top = float(np.abs(self.design.pull(self._bare.weights)[0]).max()) / max(ratio, WEAKEST)
        if not top > 0 or np.ptp(self.parts.target) == 0:
            raise ValueError("no feature has anything to do with the target: all weights are 0 at any strength")
        return top * np.geomspace(1.0, depth(ratio), STEPS) / unit

    @property
    def fine(self) -> Array:
        """The strengths that weights are drawn at: those of the errors."""
        return self.strengths

    @cached_property
    def _fits(self) -> Fits:
        """Of all rows and without each fold, at each of the strengths."""
        return self.design.along(self.unit.l1 * self.strengths, self.unit.l2 * self.strengths, self._bare.weights)

    @cached_property
    def curves(self) -> Array:
        """The weights at each of the strengths, ``[m, p]``."""
        return self.design.coefficients(self._fits.weights[:, 0])

    @property
    def drawn(self) -> Array:
        """The same."""
        return self.curves

    @cached_property
    def train(self) -> Array:
        """Mean loss on the rows that are fitted, at each of the strengths, ``[m]``."""
        return self._mean(self._fits.weights[:, 0], self.parts.features, self.parts.target)

    @cached_property
    def test(self) -> Array | None:
        """The same on the rows set aside."""
        return self._mean(self._fits.weights[:, 0], *self.parts.rest) if self.parts.test else None

    @cached_property
    def validation(self) -> Validation | None:
        """Cross-validated mean loss at each of the strengths; None without folds."""
        if not self.folds:
            return None
        fold, kinds = self.parts.fold, np.arange(self.folds)
        losses = self._losses(self.design.scores(self._fits.weights[:, 1:], self.parts.features), self.parts.target)
        left = (fold == kinds[:, None]).astype(float)
        return Validation(self.strengths, ((losses * left).sum(-1) / left.sum(-1)).T)

    def _losses(self, scores: Array, target: Array) -> Array:
        """Of predictions ``[..., n]``, row by row."""
        truth = torch.as_tensor(np.array(target)).expand(scores.shape)
        with torch.no_grad():
            return LOSSES[self.key].function(torch.as_tensor(scores), truth, **self.settings).numpy()

    def _mean(self, weights: Array, features: Array, target: Array) -> Array:
        return self._losses(self.design.scores(weights, features), target).mean(-1)

    def at(self, strength: float) -> SmoothReading:
        """The fit at one strength, 0 and infinity too."""
        priced, table = self._priced(strength), self._alone
        if not np.isfinite(priced).all():
            found = Fits(self._bare.weights[:1], self._bare.missed[:1])
        else:
            near = int(np.abs(np.log(self.strengths / max(strength, self.strengths[-1]))).argmin())
            start = self._fits.weights[near, :1]
            along = table.along(np.array([priced.l1]), np.array([priced.l2]), start)
            found = Fits(along.weights[0], along.missed[0])
        train = float(self._mean(found.weights, self.parts.features, self.parts.target)[0])
        test = float(self._mean(found.weights, *self.parts.rest)[0]) if self.parts.test else math.nan
        return SmoothReading(
            strength,
            priced,
            table.coefficients(found.weights)[0],
            float(table.level(found.weights)[0]),
            train,
            test,
            float(found.missed[0]),
            self._is_unique(found.weights, priced),
        )

    @cached_property
    def _alone(self) -> Design:
        """All rows that are fitted, and no folds."""
        whole = self.design
        return Design(whole.features, whole.target, whole.shares[:1], whole.losses, whole.intercept)

    def _is_unique(self, weights: Array, strengths: Strengths) -> bool:
        """Whether the features that are drawn as hard as L1 costs are linearly independent, as for least squares."""
        problem = self.parts.problem
        if strengths.l2 > 0 or math.isinf(strengths.l1):
            return True
        equal = np.abs(self._alone.pull(weights)[0]) >= (1 - EQUAL) * strengths.l1
        equal &= ~problem.constant
        if not equal.any():
            return True
        part = problem.gram[np.ix_(equal, equal)]
        size = np.sqrt(part.diagonal())
        values = np.linalg.eigvalsh(part / np.outer(size, size))
        return bool(values[0] > RANK * values[-1])

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The features in the order in which they are first not 0, down the strengths; none under L2 alone."""
        if not self.ratio:
            return ()
        some = self.curves != 0
        first = np.where(some.any(0), some.argmax(0), len(some))
        return tuple(place for place in np.argsort(first, kind="stable").tolist() if first[place] < len(some))

    @cached_property
    def chosen(self) -> Mapping[str, SmoothReading]:
        """The fit that cross-validation chooses, and the rule of one standard error."""
        if not (seen := self.validation):
            return {}
        places = {"least error": seen.best, "one SE": seen.one_standard_error}
        return {name: self.at(float(self.strengths[place])) for name, place in places.items()}
