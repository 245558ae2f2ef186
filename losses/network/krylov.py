"""What Lanczos' method reads from products of a symmetric operator with vectors: eigenvalues, their trace and density.

No matrix of the size n by n is ever made.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

STEPS = 300  # of one run of Lanczos' method at most
SEEN = 1e-3  # share of the largest of what is left, to which it must be known before it is taken for less than the rest
Product = Callable[[Tensor], Tensor]


class NotFiniteError(ValueError):
    """A loss, or its curvature, is no finite number."""


@dataclass(frozen=True, eq=False)
class Operator:
    """A symmetric operator, known by what it makes of vectors.

    Attributes
    ----------
    times
        The product, of a vector ``[size]``.
    size
        Of the vectors.
    like
        A tensor whose dtype and device the vectors have.
    rounding
        Relative error of a product; that of the dtype if None.
    """

    times: Product
    size: int
    like: Tensor
    rounding: float | None = None

    @property
    def exact(self) -> float:
        """Relative error of a product."""
        return torch.finfo(self.like.dtype).eps if self.rounding is None else self.rounding

    @property
    def negative(self) -> "Operator":
        """The operator whose largest eigenvalues are the lowest of this one."""
        return replace(self, times=lambda vector: -self.times(vector))


@dataclass(frozen=True, eq=False)
class Pairs:
    """Eigenvalues ``[k]``, the largest first, with their vectors ``[k, n]`` and bounds of their errors ``[k]``."""

    values: np.ndarray
    vectors: Tensor
    errors: np.ndarray

    def largest_with(self, others: "Pairs", k: int) -> "Pairs":
        """The ``k`` largest of both."""
        values = np.concatenate([self.values, others.values])
        order = np.argsort(-values, kind="stable")[:k]
        vectors = torch.cat([self.vectors, others.vectors])[torch.from_numpy(order).to(self.vectors.device)]
        return Pairs(values[order], vectors, np.concatenate([self.errors, others.errors])[order])


def lanczos(
    operator: Operator, k: int, seed: int = 0, *, most: int = STEPS, start: Tensor | None = None, tolerance: float = 0.0
) -> Pairs:
    """The ``k`` largest eigenvalues of a symmetric operator, each as often as it occurs.

    By Lanczos' method with full reorthogonalisation. One run sees of equal eigenvalues one, so further runs look at
    right angles to what is known, until the largest that is left there is not above the k-th (deflation: Parlett 1998,
    The symmetric eigenvalue problem, section 5.3).

    Parameters
    ----------
    operator
        Whose.
    k
        How many, fewer where there are fewer.
    seed
        Of the first vectors, where ``start`` gives none.
    most
        Steps of a run at most, and so vectors that are kept; it ends as soon as all are as exact as the dtype allows.
    start
        Where to begin.
    tolerance
        As a share of the largest, the bound of the errors at which it ends before that.

    Returns
    -------
    Pairs
        ``errors`` bounds the distance to an eigenvalue by the residual and by rounding (as many errors of a product
        as there are weights, of random sign); where ``most`` ended a run it may be large.

    Raises
    ------
    NotFiniteError
        Where a product is not finite.

    Examples
    --------
    >>> diagonal = torch.tensor([4.0, 4, 2, 1], dtype=torch.float64)
    >>> lanczos(Operator(lambda vector: diagonal * vector, 4, diagonal), 3).values.round(8).tolist()
    [4.0, 4.0, 2.0]
    """
    random = torch.Generator().manual_seed(seed)
    enough = tolerance or max(operator.exact, 1e-10 if operator.like.dtype == torch.float64 else 1e-5)
    first = Krylov(operator, most, random, start)
    settled = first.settle(k, enough, every=1 if tolerance else 5)
    found = first.pairs(min(k, first.done))
    if k > 1 and first.done < operator.size:
        for _ in range(k):
            if not settled:
                break
            floor = found.values[-1] + enough * np.abs(found.values).max()
            further = Krylov(operator, most, random, known=found)
            settled = further.settle(k, enough, floor=floor)
            above = int((further.ritz()[0] > floor).sum())
            if not above:
                break
            found = found.largest_with(further.pairs(min(k, above)), k)
    noise = operator.exact * np.abs(found.values).max() * operator.size**0.5
    return replace(found, errors=found.errors + noise)


class Krylov:
    """Orthonormal vectors that the operator turns into a tridiagonal matrix, one more with every step.

    With ``known`` eigenvectors, all at right angles to them.
    """

    def __init__(
        self,
        operator: Operator,
        most: int,
        random: torch.Generator,
        start: Tensor | None = None,
        known: Pairs | None = None,
    ) -> None:
        self.operator, self.random, self.known = operator, random, known
        self.before = 0 if known is None else len(known.values)
        size, like = operator.size, operator.like
        self.most = min(most, size - self.before)
        self.room = torch.empty(self.before + self.most, size, dtype=like.dtype, device=like.device)
        if known is not None:
            self.room[: self.before] = known.vectors
        self.alphas: list[float] = []
        self.betas: list[float] = []
        self.next = 0.0
        self.done = 0
        usable = start is not None and start.shape == (size,) and bool(start.isfinite().all()) and bool(start.any())
        vector = start.to(like) if usable and start is not None else self._drawn()
        vector = self._cleared(vector / vector.norm())
        self.vector = vector / vector.norm()

    @property
    def vectors(self) -> Tensor:
        """Those so far, ``[done, size]``."""
        return self.room[self.before : self.before + self.done]

    @property
    def exhausted(self) -> bool:
        """Whether there is no further step."""
        return self.done == self.most

    def step(self) -> bool:
        """One more vector, if there is room for one."""
        if self.exhausted:
            return False
        if self.done:
            self.betas.append(self.next)
        self.room[self.before + self.done] = self.vector
        self.done += 1
        image = self.operator.times(self.vector)
        if not image.isfinite().all():
            raise NotFiniteError("the loss or its curvature is not finite here: the training diverged")
        self.alphas.append((image @ self.vector).item())
        scale = image.norm().item()
        rest = self._cleared(image)
        self.next = rest.norm().item()
        if self.next <= 10 * torch.finfo(image.dtype).eps * max(scale, 1e-300) and not self.exhausted:
            self.next = 0.0  # all that these vectors reach is found: go on with what is at right angles to it
            rest = self._cleared(self._drawn())
        self.vector = rest / max(rest.norm().item(), 1e-300)
        return True

    def settle(self, k: int, enough: float, *, floor: float | None = None, every: int = 5) -> bool:
        """Take steps until the ``k`` largest are known as well as ``enough``, a share of the largest; whether they are.

        With a ``floor``, until those above it are, and it is clear that the next is not.
        """
        scale = 1e-300 if self.known is None else np.abs(self.known.values).max()
        due = every
        while self.step():
            if self.done < due and not self.exhausted:
                continue
            due = self.done + max(every, self.done // 8)
            values, inner = self.ritz()
            errors = abs(self.next * inner[-1, ::-1])
            bound = enough * max(abs(values).max(), scale)
            wanted = k if floor is None else min(k, int((values > floor).sum()))
            if self.done < wanted or (errors[:wanted] > bound).any():
                continue
            if wanted or errors[0] <= max(SEEN * abs(values[-1]), bound):
                return True
        return self.done == self.operator.size - self.before

    def ritz(self) -> tuple[np.ndarray, np.ndarray]:
        """Eigenvalues, rising, and eigenvectors in columns, of the tridiagonal matrix."""
        matrix = np.diag(self.alphas) + np.diag(self.betas, 1) + np.diag(self.betas, -1)
        return np.linalg.eigh(matrix)

    def pairs(self, k: int) -> Pairs:
        """The ``k`` largest so far."""
        values, inner = self.ritz()
        wanted = slice(None, -k - 1, -1)
        chosen = torch.from_numpy(inner[:, wanted].copy()).to(self.room)
        beside = 0.0 if self.known is None else float(np.square(self.known.errors).sum())
        errors = np.sqrt(np.square(self.next * inner[-1, wanted]) + beside)
        return Pairs(values[wanted].copy(), chosen.T @ self.vectors, errors)

    def _cleared(self, vector: Tensor) -> Tensor:
        known = self.room[: self.before + self.done]
        for _ in range(2):  # once more, for what rounding left
            vector = vector - known.T @ (known @ vector)
        return vector

    def _drawn(self) -> Tensor:
        return torch.randn(self.operator.size, generator=self.random, dtype=torch.float64).to(self.room)


def quadrature(operator: Operator, probes: int, steps: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Estimates of the trace ``[probes]``, and nodes and shares of the density, from vectors of random signs."""
    random = torch.Generator().manual_seed(seed)
    traces, nodes, shares = [], [], []
    for _ in range(probes):
        signs = torch.randint(0, 2, (operator.size,), generator=random).to(operator.like) * 2 - 1
        basis = Krylov(operator, steps, random, signs)
        while basis.step():
            if basis.next == 0:
                break
        values, inner = basis.ritz()
        traces.append(operator.size * basis.alphas[0])
        nodes.append(values)
        shares.append(inner[0] ** 2 / probes)
    return np.array(traces), np.concatenate(nodes), np.concatenate(shares)
