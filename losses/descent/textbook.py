"""Surfaces on which optimisers have always been tried: declared once each, with bounds, minima and source."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import torch
from torch import Tensor

from losses.descent.surface import Surface
from losses.spec.declared import Function, docstring
from losses.spec.expression import return_expression
from losses.spec.parameter import Parameter, Range, check_all, signature, substitute

Weight = Annotated[Tensor, "any real number"]
Point = tuple[float, float]


@dataclass(frozen=True)
class Textbook:
    """A well-known function of x and y. Calling it with its parameters gives the ``Surface``.

    Attributes
    ----------
    function
        ``function(x, y, **parameters)`` of tensors of one shape, in that shape.
    latex
        The formula; ``@condition`` stands for a parameter.
    bounds, start, minima, kinked
        As ``Surface`` has them.
    """

    key: str
    name: str
    function: Function[Tensor]
    parameters: Mapping[str, Parameter]
    latex: str
    source: str
    bounds: tuple[Point, Point]
    start: Point
    minima: tuple[Point, ...]
    kinked: bool

    def __call__(self, **parameters: Any) -> Surface:
        """The surface with these parameters; the default stands in for one that is left out.

        ``ValueError`` for a parameter that is unknown or outside its range.

        >>> bowl = TEXTBOOK["bowl"](condition=4)
        >>> bowl.symbols, bowl.start, bowl.minima
        (('x', 'y'), (-4.0, 1.0), ((0.0, 0.0),))
        >>> bowl.gradient(torch.tensor([1.0, 1.0], dtype=torch.float64)).tolist()
        [1.0, 4.0]
        """
        settings = check_all(self.key, self.parameters, parameters)
        return Surface(
            title=self.name,
            symbols=("x", "y"),
            function=lambda points: self.function(*points.unbind(-1), **settings),
            data=(),
            bounds=self.bounds,
            start=self.start,
            minima=self.minima,
            kinked=self.kinked,
            kind=(self.key, *sorted(settings.items())),
        )

    @property
    def summary(self) -> str:
        """What the surface shows, in a sentence."""
        return " ".join(docstring(self.function).split())

    def formula(self, **parameters: Any) -> str:
        """The formula in LaTeX, with the values given here plugged in."""
        return substitute(self.latex, self.parameters, parameters)

    def code(self, **parameters: Any) -> str:
        """The function as a PyTorch expression in x and y, with these parameters (``ValueError``).

        >>> TEXTBOOK["bowl"].code(condition=4)
        '0.5 * (x.square() + 4.0 * y.square())'
        """
        return return_expression(self.function, **check_all(self.key, self.parameters, parameters))


def _textbook(
    name: str, latex: str, source: str, bounds: tuple[Point, Point], start: Point, *minima: Point, kinked: bool = False
) -> Callable[[Function[Tensor]], Textbook]:
    def declare(function: Function[Tensor]) -> Textbook:
        _, parameters = signature(function)
        return Textbook(function.__name__, name, function, parameters, latex, source, bounds, start, minima, kinked)

    return declare


@_textbook(
    "Bowl",
    r"\tfrac12\left(x^2+@condition\,y^2\right)",
    "Goh (2017), Why momentum really works, Distill",
    ((-5.0, 5.0), (-2.5, 2.5)),
    (-4.0, 1.0),
    (0.0, 0.0),
)
def bowl(
    x: Weight,
    y: Weight,
    *,
    condition: Annotated[float, Range(1.0, 1e6, symbol=r"\kappa", slider=(1.0, 100.0), log=True)] = 10.0,
) -> Tensor:
    """A valley κ times as steep across as along: one learning rate has to serve both."""
    return 0.5 * (x.square() + condition * y.square())


@_textbook(
    "Rosenbrock",
    r"(1-x)^2+100\left(y-x^2\right)^2",
    "Rosenbrock (1960), An automatic method for finding the greatest or least value of a function, "
    "The Computer Journal 3(3)",
    ((-2.0, 2.0), (-1.0, 3.0)),
    (-1.2, 1.0),
    (1.0, 1.0),
)
def rosenbrock(x: Weight, y: Weight) -> Tensor:
    """A bent, nearly flat valley between steep walls: easy to enter, slow to follow."""
    return (1 - x).square() + 100 * (y - x.square()).square()


@_textbook(
    "Himmelblau",
    r"\left(x^2+y-11\right)^2+\left(x+y^2-7\right)^2",
    "Himmelblau (1972), Applied Nonlinear Programming, McGraw-Hill",
    ((-6.0, 6.0), (-6.0, 6.0)),
    (0.0, -3.0),
    (3.0, 2.0),
    (-2.8051180869527448, 3.1313125182505730),
    (-3.7793102533777469, -3.2831859912861694),
    (3.5844283403304918, -1.8481265269644034),
)
def himmelblau(x: Weight, y: Weight) -> Tensor:
    """Four minima of the same depth: which one is found depends on the start and on the optimiser."""
    return (x.square() + y - 11).square() + (x + y.square() - 7).square()


@_textbook(
    "Beale",
    r"(1.5-x+xy)^2+\left(2.25-x+xy^2\right)^2+\left(2.625-x+xy^3\right)^2",
    "Beale (1958), On an iterative method for finding a local minimum of a function of more than one variable",
    ((-4.5, 4.5), (-4.5, 4.5)),
    (1.0, 1.5),
    (3.0, 0.5),
)
def beale(x: Weight, y: Weight) -> Tensor:
    """A flat basin between walls that rise to a hundred thousand in the corners."""
    return (1.5 - x + x * y).square() + (2.25 - x + x * y.square()).square() + (2.625 - x + x * y**3).square()


@_textbook(
    "Saddle",
    r"\tfrac12x^2+\tfrac14y^4-\tfrac12y^2",
    "Nesterov (2004), Introductory Lectures on Convex Optimization, example 1.2.2",
    ((-2.0, 2.0), (-2.0, 2.0)),
    (1.0, 1e-6),
    (0.0, -1.0),
    (0.0, 1.0),
)
def saddle(x: Weight, y: Weight) -> Tensor:
    """A pass between two valleys: exactly on its ridge the gradient leads to the pass and stops there."""
    return 0.5 * x.square() + 0.25 * y.square() * (y.square() - 2)  # factored: no difference of two infinities


@_textbook(
    "Rastrigin",
    r"20+x^2+y^2-10\cos 2\pi x-10\cos 2\pi y",
    "Rastrigin (1974), Systems of Extremal Control; in two and more dimensions Mühlenbein, Schomisch and Born "
    "(1991), The parallel genetic algorithm as function optimizer, Parallel Computing 17(6-7)",
    ((-5.12, 5.12), (-5.12, 5.12)),
    (-3.3, 2.4),
    (0.0, 0.0),
)
def rastrigin(x: Weight, y: Weight) -> Tensor:
    """A bowl full of dents: every descent ends in the next dent, unless its steps are wide enough to leap out."""
    wave = torch.cos(2 * torch.pi * x) + torch.cos(2 * torch.pi * y)
    return 20 + x.square() + y.square() - 10 * wave


@_textbook(
    "Absolute values",
    r"|x|+@condition\,|y|",
    "Boyd, Xiao and Mutapcic (2003), Subgradient methods, lecture notes, Stanford University",
    ((-3.0, 3.0), (-3.0, 3.0)),
    (-2.0, 1.3),
    (0.0, 0.0),
    kinked=True,
)
def absolute(
    x: Weight,
    y: Weight,
    *,
    condition: Annotated[float, Range(1.0, 1e6, symbol=r"\kappa", slider=(1.0, 100.0), log=True)] = 3.0,
) -> Tensor:
    """The slope never shrinks, so a fixed learning rate ends in steps to and fro across the kink."""
    return x.abs() + condition * y.abs()


@_textbook(
    "Plateau",
    r"1-e^{-\frac12\left(x^2+y^2\right)}",
    "Made for this project; the shape is Welsch's loss of the distance",
    ((-6.0, 6.0), (-6.0, 6.0)),
    (-4.0, 3.0),
    (0.0, 0.0),
)
def plateau(x: Weight, y: Weight) -> Tensor:
    """A hole in a plain: far from it the gradient is all but zero, and whoever follows its length stands still."""
    return -torch.expm1(-0.5 * (x.square() + y.square()))


TEXTBOOK = MappingProxyType({value.key: value for value in vars().copy().values() if isinstance(value, Textbook)})
