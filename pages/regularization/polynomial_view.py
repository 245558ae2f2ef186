"""A polynomial on few points as a picture, a sentence and tables: what holding it back is worth."""

from dataclasses import dataclass

import numpy as np

from components.live.picture import Handle, Label, Picture, Readout, Row
from components.plot.theme import PALETTE, STYLES
from components.text import chosen_number, number
from losses import LOSSES
from losses.shrinkage.polynomial import HELD_BACK, MOST_DEGREE, TRUTHS, PolynomialFit
from pages.regularization.features_figure import place
from pages.regularization.polynomial_figure import (
    BESIDE,
    FREE,
    FRESH,
    TRAIN,
    TRUTH,
    Curves,
    ErrorCurves,
    polynomial_figure,
    span_of,
)

STRENGTHS = np.geomspace(10.0, 1e-6, 43)
GRID = np.linspace(-1.0, 1.0, 161)
DEGREES = np.arange(1.0, MOST_DEGREE + 1)
NAME, FAR = 1.4, 8.0  # decades that the name of a curve is wide, and how far above the least a grip reaches
OWN = {"dropout": ("Dropout", PALETTE[4], "dashdot"), "stopping": ("Early stopping", PALETTE[5], "longdash")}
AXES = {"dropout": "q/(1 − q) of dropout", "stopping": "1/(rate · steps)"}
NAMES = {key: OWN[key][0] if key in OWN else LOSSES[key].name for key in HELD_BACK}
RIDGE = "ridge"


@dataclass(frozen=True, eq=False)
class Drawn:
    """What is on screen: the fit with its errors over strengths, and where its strength stands.

    ``held`` and ``beside`` are train and validation errors over ``STRENGTHS``, ``[2, m]``; the latter of a ridge.
    ``bare`` is the same fit without the copies, where there are any.
    """

    fit: PolynomialFit
    truth: str
    strength: float
    told: str
    held: np.ndarray
    beside: np.ndarray | None
    bare: PolynomialFit | None = None

    def errors(self, fit: PolynomialFit, strength: float) -> list[float]:
        """Train and validation error of a fit at a strength."""
        return [float(part[0]) for part in fit.errors(fit.weights(np.array([strength])))]


def over_strengths(fit: PolynomialFit) -> np.ndarray:
    """Train and validation errors over the strengths of the figure, ``[2, m]``."""
    return np.array(fit.errors(fit.weights(STRENGTHS)))


def polynomial_picture(drawn: Drawn, subject: str) -> Picture:
    """The live picture."""
    fit, kind = drawn.fit, drawn.fit.held_back.kind
    weights, free = fit.weights(np.array([drawn.strength])), fit.free()[None]
    name, color, dash = OWN[kind] if kind in OWN else (NAMES[kind], STYLES[kind].color, STYLES[kind].dash)
    lines = fit.predict(np.concatenate([weights, free]), GRID)
    curves = Curves(GRID, lines[0], lines[1], TRUTHS[drawn.truth](GRID), name, color, dash)
    by_degree = fit.over_degrees(drawn.strength)
    beside = (RIDGE, drawn.beside[1]) if drawn.beside is not None else None
    count = len(fit.points[0])
    copies = (fit.fitted[0][count:], fit.fitted[1][count:])
    sentence = said(drawn, weights, free)
    end, last = float(place(STRENGTHS[-1])) + 0.15, MOST_DEGREE + 0.5
    return Picture(
        figure=polynomial_figure(
            fit.points,
            copies,
            curves,
            (drawn.strength, ErrorCurves(STRENGTHS, *drawn.held, beside), AXES.get(kind, "λ")),
            (fit.degree, ErrorCurves(DEGREES, *by_degree)),
            subject,
        ),
        alt=f"A polynomial through {count} points; its errors over how it is held back, and over its degree. {sentence}",
        sentence=sentence,
        handles=(Handle("points", "Point"), Handle("held", "How it is held back", moves="x"), Handle("degree", "Degree", moves="x")),
        labels=(
            Label("truth", -1.0, float(curves.truth[0]), TRUTH),
            Label("held back by nothing", *_highest(curves), FREE),
            Label("validation", end, float(drawn.held[1][-1]), FRESH, ("x2", "y2")),
            *_train(drawn, ErrorCurves(DEGREES, *by_degree), end),
            *([Label(RIDGE, end, float(drawn.beside[1][-1]), BESIDE, ("x2", "y2"))] if drawn.beside is not None else []),
            Label("validation", last, float(by_degree[1][-1]), FRESH, ("x3", "y3")),
        ),
        readouts=(_errors(drawn, weights, free), _weights(fit, weights[0], free[0])),
        notes=_notes(drawn, copies[0]),
    )  # fmt: skip


def _train(drawn: Drawn, by_degree: ErrorCurves, end: float) -> list[Label]:
    """The name of the train error, where it leaves the panel, but not on the grip."""
    errors = drawn.held[0]
    low, _ = span_of([ErrorCurves(STRENGTHS, *drawn.held), by_degree])
    places = place(STRENGTHS)
    places[-1] = end  # beside the panel
    grip = float(place(max(drawn.strength, STRENGTHS[-1])))
    inside = (errors > 1.5 * low) & ((places < grip - NAME) | (places == end) | (errors > FAR * low))
    if not inside.any():
        return []
    last = int(np.flatnonzero(inside)[-1])
    return [Label("train", float(places[last]), float(errors[last]), TRAIN, ("x2", "y2"))]


def said(drawn: Drawn, weights: np.ndarray, free: np.ndarray) -> str:
    """What holding back is worth, in words; both weights are ``[1, degree]``."""
    fit = drawn.fit
    (train,), (fresh,) = fit.errors(weights)
    (loose,), (worse,) = fit.errors(free)
    kept = np.count_nonzero(weights)
    some = f", {kept} weights" if kept < fit.degree else ""
    told = f"Held back by nothing: {number(_none(loose))} and {number(worse)}."
    if drawn.bare:
        train_bare, fresh_bare = drawn.errors(drawn.bare, drawn.strength)
        told = f"Without copies: {number(_none(train_bare))} and {number(fresh_bare)}."
    return (
        f"Degree {fit.degree} on {len(fit.points[0])} points, {drawn.told}{some}: error {number(_none(train))} on them, "
        f"{number(fresh)} on new ones. {told}"
    )


def _none(error: float) -> float:
    return 0.0 if error < 1e-12 else float(error)  # what rounding leaves of an exact fit


def table(drawn: Drawn) -> dict[str, np.ndarray]:
    """The numbers behind the picture, by column, a strength a row."""
    columns = {"strength": STRENGTHS, "train error": drawn.held[0], "validation error": drawn.held[1]}
    if drawn.beside is not None:
        columns |= {"ridge train error": drawn.beside[0], "ridge validation error": drawn.beside[1]}
    weights = drawn.fit.weights(STRENGTHS)
    return columns | {f"weight of P{order}": values for order, values in enumerate(weights.T, 1)}


def _highest(curves: Curves) -> tuple[float, float]:
    """Where the free curve is named: a little beside its middle."""
    middle = len(curves.x) // 2
    return float(curves.x[middle]), float(curves.free[middle])


def _errors(drawn: Drawn, weights: np.ndarray, free: np.ndarray) -> Readout:
    fit = drawn.fit
    strength, best = _best(drawn, weights, free)
    rows = [("here", weights), ("best on new ones", best), ("by nothing", free)]
    cells = [(name, *(number(_none(part[0])) for part in fit.errors(pair))) for name, pair in rows]
    strengths = [chosen_number(drawn.strength), chosen_number(strength), "0"]
    if drawn.bare:
        cells.insert(1, ("without copies", *(number(_none(part)) for part in drawn.errors(drawn.bare, drawn.strength))))
        strengths.insert(1, chosen_number(drawn.strength))
    filled = tuple(Row((name, at, *rest)) for (name, *rest), at in zip(cells, strengths, strict=True))
    return Readout(
        "Mean squared error", ("held back", AXES.get(fit.held_back.kind, "λ"), "train", "validation"), filled
    )


def _best(drawn: Drawn, weights: np.ndarray, free: np.ndarray) -> tuple[float, np.ndarray]:
    """The strength that errs least on new points, of those of the figure, the one here and 0; and its weights."""
    fit, place = drawn.fit, int(drawn.held[1].argmin())
    least = (float(STRENGTHS[place]), fit.weights(STRENGTHS[place : place + 1]))
    known = [least, (drawn.strength, weights), (0.0, free)]
    return min(known, key=lambda each: float(fit.errors(each[1])[1][0]))


def _weights(fit: PolynomialFit, here: np.ndarray, free: np.ndarray) -> Readout:
    rows = tuple(
        Row((f"P{order}", number(one), number(other)))
        for order, (one, other) in enumerate(zip(here.tolist(), free.tolist(), strict=True), 1)
    )
    return Readout("Weights of the Legendre polynomials", ("", "here", "by nothing"), rows)


def _notes(drawn: Drawn, copies: np.ndarray) -> tuple[str, ...]:
    fit = drawn.fit
    rows, notes = len(fit.fitted[0]), []
    if rows <= fit.degree:
        notes.append(f"{fit.degree} weights and an intercept for {rows} points: many curves pass through all of them.")
    if len(copies):
        notes.append(f"Small points: {len(copies)} copies, fitted like the others.")
    if fit.held_back.kind == "dropout":
        notes.append(
            "Dropout in expectation: a ridge in which each weight costs q/(1 − q) times the variance of its feature: what is dropped is at its mean."
        )
    if fit.held_back.kind == "stopping":
        notes.append(f"Gradient descent from 0 at rate {number(fit.rate)}, beside the ridge of λ = 1/(rate · steps).")
    return tuple(notes)
