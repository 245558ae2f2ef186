"""Expressions of what the losses compute, written as text: an allow-list of names, and nothing else.

>>> evaluate("fit('mse', moved(data('line'), 10, 10, -20)).slope - fit('mse', data('line')).slope").__round__(2)
-1.85
>>> evaluate("most / 2", {"most": 3.0})
1.5
"""

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

import numpy as np
import torch

from losses.boundary.evaluation import decide, probabilities
from losses.boundary.fit import Boundary, fit_boundary
from losses.calculus import differentiate
from losses.data.datasets import DATASETS
from losses.data.edited import EditedData, with_edits
from losses.data.outliers import Outliers
from losses.data.two_features import TWO_FEATURES, LabelledPoints
from losses.descent.linear_model import data_surface
from losses.descent.path import Path
from losses.descent.surface import Surface, sharpness
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectory
from losses.fitting.fit import Fit, cost, fit_constant, fit_line
from losses.probability.simplex import SIMPLEX_LOSSES, probe
from losses.registry import LOSSES

LONGEST = 400  # characters of an expression
MOST_PARTS = 150  # of one
MOST_STEPS = 2_000
MOST_POINTS = 2_000
ATTRIBUTES = {"slope", "intercept", "value", "accuracy", "recall", "precision", "right", "last", "bias", "objective"}
"""What may be asked of a result with a dot, all of them numbers."""


def data(key: str) -> EditedData:
    """The points of a published or made data set of ``DATASETS``."""
    return with_edits(_known(DATASETS, key), Outliers(0))


def spoiled(key: str, count: int, size: float, kind: str = "vertical", side: str = "up", seed: int = 0) -> EditedData:
    """The points of a data set with so many outliers, as the page Outliers draws them."""
    return with_edits(_known(DATASETS, key), Outliers(count, size, kind, side), seed)


def moved(points: EditedData, row: int, x: float, y: float) -> EditedData:
    """The points with that of one row elsewhere."""
    here = _in_row(points, row)
    x, y = _some((x, y))
    return replace(points, x=np.where(here, x, points.x), y=np.where(here, y, points.y), bad=points.bad | here)


def without(points: EditedData, row: int) -> EditedData:
    """The points without that of one row."""
    left = ~_in_row(points, row)
    x, y = points.original
    kept = (points.x[left], points.y[left], (x[left], y[left]), points.bad[left])
    return EditedData(*kept, points.title, points.x_label, points.y_label, points.rows[left])


def _in_row(points: EditedData, row: int) -> np.ndarray:
    """Which of the points ``[n]`` is that of a row (``ValueError`` where none is)."""
    here = points.rows == row
    if not here.any():
        raise ValueError(f"there is no point in row {row}")
    return here


def classes(key: str, **how: Any) -> LabelledPoints:
    """Labelled points of two features, as a generator of ``TWO_FEATURES`` draws them."""
    if how.get("n", 0) > MOST_POINTS:
        raise ValueError(f"n must be at most {MOST_POINTS:,}")
    return _known(TWO_FEATURES, key)(**how)


def loss(key: str, *inputs: Any, **parameters: Any) -> float:
    """A loss of its inputs, as prediction and target: the mean over the examples."""
    values = _known(LOSSES, key)(*inputs, **parameters)
    if not values.numel():
        raise ValueError(f"{key}: the mean over no examples is no number")
    return float(values.mean())


def pull(key: str, *inputs: float, **parameters: Any) -> float:
    """The slope of the loss of one example in its first input, its prediction."""
    return float(differentiate(_known(LOSSES, key), *inputs, order=1, **parameters).slope)


def slopes(key: str, prediction: Sequence[float], target: Any, **parameters: Any) -> list[float]:
    """The slope of the loss of one example in each number of its prediction."""
    places = torch.tensor(prediction, dtype=torch.float64, requires_grad=True)
    (gradient,) = torch.autograd.grad(_known(LOSSES, key)(places, target, **parameters).sum(), places)
    return gradient.tolist()


def fit(key: str, points: EditedData, **parameters: Any) -> Fit:
    """The best line under a loss."""
    return fit_line(points.x, points.y, key, **parameters)


def constant(key: str, values: Sequence[float], **parameters: Any) -> float:
    """The best constant under a loss."""
    return float(fit_constant(values, key, **parameters).intercept)


def cost_of(key: str, points: EditedData, line: Fit, **parameters: Any) -> float:
    """The mean loss of a line over points."""
    return cost(line, points.x, points.y, key, **parameters)


def textbook(key: str, **parameters: Any) -> Surface:
    """A textbook surface."""
    return _known(TEXTBOOK, key)(**parameters)


def surface_of(key: str, points: EditedData, **parameters: Any) -> Surface:
    """The surface that a loss makes over a line's slope and intercept."""
    made = _known(LOSSES, key)
    return data_surface(points.x, points.y, made, made.settings(**parameters), points.original, points.title)


def scaled(surface: Surface, factor: float) -> Surface:
    """A surface so many times as high."""
    return surface.scaled(factor)


def stable_rate(surface: Surface) -> float:
    """The largest learning rate with which plain descent stays at a minimum: 2 over the sharpness there."""
    return float(2 / sharpness(surface, surface.minima).max())


def descent(surface: Surface, optimiser: str, start: Sequence[float], steps: int, **parameters: Any) -> Path:
    """The path of an optimiser."""
    if not 0 <= steps <= MOST_STEPS:
        raise ValueError(f"steps must be from 0 to {MOST_STEPS:,}")
    return trajectory(surface, optimiser, (start[0], start[1]), steps, **parameters)


def loss_at(path: Path, step: int) -> float:
    """The loss of a path at a step, from its end where that is negative; infinite where it has left the numbers."""
    value = float(path.losses[step])
    return value if math.isfinite(value) else math.inf


def place_at(path: Path, step: int) -> list[float]:
    """The two weights of a path at a step."""
    return path.positions[step].tolist()


def separate(key: str, points: LabelledPoints, l2: float = 0.01, weight: float = 1.0, **parameters: Any) -> Boundary:
    """The boundary under a loss, with so strong a penalty and so heavy a positive class."""
    return fit_boundary(points.features, points.label, key, l2, weight, **parameters)


def decisions(boundary: Boundary, points: LabelledPoints) -> Any:
    """How many are called right, and how many are found."""
    return decide(boundary.score, points.label)


def confidence(boundary: Boundary) -> float:
    """How sure the boundary is of its answers, on average: the probability of the likelier class."""
    found = probabilities(boundary.loss, boundary.score, boundary.settings)
    if found is None:
        raise ValueError(f"{boundary.loss.name} gives no probabilities")
    return float(np.maximum(found, 1 - found).mean())


def simplex_slopes(key: str, logits: Sequence[float], target: Sequence[float], **parameters: Any) -> list[float]:
    """The slopes in three logits of a loss of the probabilities that they stand for."""
    made = _known(SIMPLEX_LOSSES, key)
    return probe(made, tuple(logits), tuple(target), made.settings(**parameters))[1].tolist()


def softmax(logits: Sequence[float]) -> list[float]:
    """Probabilities from logits."""
    return torch.tensor(logits, dtype=torch.float64).softmax(-1).tolist()


def sigmoid(logit: float) -> float:
    """The probability from a logit."""
    return float(torch.tensor(logit, dtype=torch.float64).sigmoid())


def mean(*values: Any) -> float:
    """The mean of some numbers, or of a list of them."""
    return float(np.mean(_some(values)))


def median(*values: Any) -> float:
    """Their median."""
    return float(np.median(_some(values)))


def largest(*values: Any) -> float:
    """The largest of them."""
    return max(_some(values))


def least(*values: Any) -> float:
    """The least of them."""
    return min(_some(values))


def total(*values: Any) -> float:
    """Their sum."""
    return sum(_some(values))


def _some(values: tuple[Any, ...]) -> list[float]:
    """Numbers, given one by one or as a list (``ValueError`` for none, for what is none, and for NaN: it has no order)."""
    found = values[0] if len(values) == 1 and isinstance(values[0], list) else [*values]
    if not found or not all(isinstance(one, (int, float)) and not math.isnan(one) for one in found):
        raise ValueError(f"at least one number is wanted, and nothing but numbers, not {found!r}"[:200])
    return found


NAMES: Mapping[str, Callable] = MappingProxyType(
    {
        **{
            made.__name__: made
            for made in (
                data, spoiled, moved, without, classes, loss, pull, slopes, fit, constant, cost_of, textbook, surface_of, scaled, stable_rate,
                descent, loss_at, place_at, separate, decisions, confidence, simplex_slopes, softmax, sigmoid, mean, median, abs, round, len,
            )
        },
        **{made.__name__: made for made in (math.log, math.exp, math.sqrt, math.isfinite)},
        "max": largest,
        "min": least,
        "sum": total,
    }
)  # fmt: skip
"""Every function that an expression may call, by name."""

_OPERATORS: Mapping[type, Callable] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv, ast.Pow: math.pow,
    ast.USub: operator.neg, ast.UAdd: operator.pos,
}  # fmt: skip
_COMPARISONS: Mapping[type, Callable] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip


def evaluate(expression: str, names: Mapping[str, Any] = MappingProxyType({})) -> Any:
    """What an expression comes to.

    Parameters
    ----------
    expression
        Arithmetic on numbers and on what ``NAMES`` gives: calls, lists, comparisons, an index, the attributes of
        ``ATTRIBUTES``. Nothing else of Python.
    names
        Values that it may name besides.

    Raises
    ------
    ValueError
        Says what of it is not allowed, or what its computation refuses.
    """
    if len(expression) > LONGEST:
        raise ValueError(f"an expression has at most {LONGEST} characters, this one {len(expression)}")
    try:
        tree = ast.parse(expression.strip(), mode="eval")
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ValueError(f"{expression!r} is no expression: {getattr(error, 'msg', None) or error}") from None
    if sum(1 for _ in ast.walk(tree)) > MOST_PARTS:
        raise ValueError(f"{expression!r} has more than {MOST_PARTS} parts")
    try:
        return _Evaluation(names).of(tree.body)
    except (TypeError, ArithmeticError, LookupError, AttributeError) as error:
        raise ValueError(f"{expression!r} cannot be computed: {error}") from None


class _Evaluation:
    """The value of each kind of part; of a kind that is not here there is none."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names

    def of(self, part: ast.expr) -> Any:
        method = getattr(self, f"_{type(part).__name__.lower()}", None)
        if method is None:
            raise ValueError(f"{ast.unparse(part)!r} is not allowed in an expression")
        return method(part)

    def _constant(self, part: ast.Constant) -> Any:
        if isinstance(part.value, (bool, str)):
            return part.value
        if isinstance(part.value, (int, float)) and abs(part.value) < 1e300:
            return part.value
        raise ValueError(f"{ast.unparse(part)!r} is not allowed in an expression")

    def _name(self, part: ast.Name) -> Any:
        if part.id not in self.names:
            raise ValueError(f"there is no {part.id!r}")
        return self.names[part.id]

    def _call(self, part: ast.Call) -> Any:
        name = part.func.id if isinstance(part.func, ast.Name) else ast.unparse(part.func)
        if name not in NAMES or not all(word.arg for word in part.keywords):
            raise ValueError(f"{name!r} is no function of an expression; there are {', '.join(sorted(NAMES))}")
        return NAMES[name](*map(self.of, part.args), **{str(word.arg): self.of(word.value) for word in part.keywords})

    def _attribute(self, part: ast.Attribute) -> float:
        if part.attr not in ATTRIBUTES:
            raise ValueError(f"{part.attr!r} cannot be asked for; there are {', '.join(sorted(ATTRIBUTES))}")
        return float(getattr(self.of(part.value), part.attr))

    def _subscript(self, part: ast.Subscript) -> Any:
        return _list(self.of(part.value))[operator.index(self.of(part.slice))]

    def _list(self, part: ast.List) -> list:
        return [self.of(item) for item in part.elts]

    _tuple = _list

    def _binop(self, part: ast.BinOp) -> float:
        return self._operated(part.op, self.of(part.left), self.of(part.right))

    def _unaryop(self, part: ast.UnaryOp) -> float:
        return self._operated(part.op, self.of(part.operand))

    def _operated(self, kind: ast.AST, *values: Any) -> float:
        if type(kind) not in _OPERATORS or not all(isinstance(value, (int, float)) for value in values):
            raise ValueError("only numbers can be added, subtracted, multiplied, divided and raised to a power")
        return _OPERATORS[type(kind)](*values)

    def _compare(self, part: ast.Compare) -> bool:
        if len(part.ops) != 1 or type(part.ops[0]) not in _COMPARISONS:
            raise ValueError(f"{ast.unparse(part)!r} is not allowed: compare two numbers by <, <=, >, >=, == or !=")
        sides = self.of(part.left), self.of(part.comparators[0])
        if not all(isinstance(side, (int, float)) for side in sides):
            raise ValueError(f"{ast.unparse(part)!r} compares what are no two numbers")
        return _COMPARISONS[type(part.ops[0])](*sides)


def _list(value: Any) -> list:
    if not isinstance(value, list):
        raise ValueError("only a list has an index")
    return value


def _known(table: Mapping[str, Any], key: str) -> Any:
    if not isinstance(key, str) or key not in table:
        raise ValueError(f"there is no {key!r}; there are {', '.join(table)}")
    return table[key]
