"""Advice: which loss, with which output and parameters, why, and what speaks against it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from losses.advice.evidence import Evidence, hold_out, hold_out_classes, used_rows
from losses.advice.rules import PREDICTED, Case, Rule, rule_for
from losses.advice.scores import LEAST_RIDGE, Candidate
from losses.advice.seen import FEW, FOLLOW, HUBER, LEANS, ROWS_A_FEATURE, Noise, Target, look, read_target, too_even
from losses.data.points import LARGEST_SQUARED, Array
from losses.registry import LOSSES

SKEWED = 50  # rows from which on a skew is told
RARE_CLASS = 0.3  # of an even share, below which a class is rare
RARE = 0.1  # share of yes below which a set is imbalanced
TUNING = {"delta": (HUBER, "Holland and Welsch 1977"), "c": (4.685, "Holland and Welsch 1977")}
NOT_LINEAR = ("several", "mask", "embedding", "distribution", "samples")


@dataclass(frozen=True, eq=False)
class Advice:
    """What is advised.

    Attributes
    ----------
    case, rule
        What is known, and the rule that followed from it.
    loss, settings
        Key of the loss and its parameters to begin with.
    output
        The output activation.
    runner, runner_settings
        The same of what comes second.
    penalty
        Key of the penalty to add; empty for none.
    reason, against, better
        Why, what speaks against it, and when the second is better.
    seen
        What was seen, as figures by name.
    evidence
        How the candidates do on rows held out; None where there are none.
    features, noise, target
        The rows that are used, ``[n, d]``, and what was read off them.
    notes
        What else is to be known.
    """

    case: Case
    rule: Rule
    loss: str
    settings: Mapping[str, Any]
    output: str
    runner: str
    runner_settings: Mapping[str, Any]
    penalty: str
    reason: str
    against: str
    better: str
    seen: Mapping[str, float] = field(default_factory=dict)
    evidence: Evidence | None = None
    features: Array | None = None
    noise: Noise | None = None
    target: Target | None = None
    notes: tuple[str, ...] = ()


def answer(
    predicted: str, trouble: str = "none", *, ratio: float = 3.0, recall: bool = False, overfits: bool = False
) -> Advice:
    """Advice from answers alone (``Case`` explains them, and refuses what there is not).

    >>> answer("real", "side", ratio=3).settings
    {'tau': 0.75}
    """
    return _advice(Case(predicted, trouble, ratio, recall, overfits))


def advise(
    x: Any,
    y: Any,
    *,
    kind: str | None = None,
    ratio: float | None = None,
    recall: bool = False,
    evidence: bool = True,
) -> Advice:
    """Advice from data: what they are, which loss follows, and how the candidates do on rows held out.

    Parameters
    ----------
    x
        Features ``[n, d]``, or ``[n]`` of one, finite numbers.
    y
        Targets ``[n]``: numbers, or labels of any type.
    kind
        A key of ``rules.PREDICTED`` up to ``"classes"``, where y alone does not tell.
    ratio
        How many times as much a prediction too low costs as one too high, where they differ.
    recall
        Whether every yes that is found counts more than a calibrated probability.
    evidence
        Whether to cross-validate.

    Raises
    ------
    ValueError
        For features that are not finite numbers or do not go with y, fewer than four rows, and a target that
        tells nothing; each says what to do.

    Examples
    --------
    >>> from losses.data.datasets import DATASETS
    >>> advise(DATASETS["anscombe"].x, DATASETS["anscombe"].y).loss
    'huber'
    """
    features, target = _features(x), read_target(y, _checked(kind))
    if len(features) != len(target.values):
        raise ValueError(f"x has {len(features)} rows and y {len(target.values)}: give one of each")
    if len(features) < 4:
        raise ValueError(f"{len(features)} rows tell nothing of their noise: give at least 4, better 30")
    used = used_rows(len(features))
    features = features[used]
    target = replace(target, values=target.values[used])
    if kind is None and target.kind == "count" and too_even(features, target.values):
        target = Target("real", target.values, note="Whole numbers, but too even for counts: taken as real.")
    noise = look(features, target.values) if target.kind == "real" else None
    n, d = features.shape
    trouble = "side" if ratio is not None else noise.trouble if noise else "none"
    case = Case(target.kind, trouble, 3.0 if ratio is None else ratio, recall, overfits(n, d))
    made = _advice(case, noise.sigma if noise else 1.0, target)
    notes = _notes(target, noise, n, d, len(y))
    made = replace(made, features=features, noise=noise, target=target, notes=notes, seen=_seen(n, d, noise, target))
    return _with_evidence(made) if evidence else made


def _with_evidence(made: Advice) -> Advice:
    """The same with how its candidates do; where that takes too long, with the reason."""
    features, target, noise = made.features, made.target, made.noise
    if features is None or target is None:
        return made
    if target.kind == "classes":
        try:
            return replace(made, evidence=hold_out_classes(features, target.values, _weighted(made, target.values)))
        except ValueError as error:
            return replace(made, notes=(*made.notes, f"Nothing was held out: {error}."))
    start = noise.coefficients if noise and noise.known else None
    labels = target.kind == "yes_no"
    found = hold_out(features, target.values, _candidates(made), labels, start)
    less = np.flatnonzero((found.mean + found.error < found.mean[0]).all(1))
    better = [found.candidates[place].name for place in less]
    doubt = (f"On rows held out {better[0]} does better in every measure.",) if better and not labels else ()
    return replace(made, evidence=found, notes=(*made.notes, *doubt))


def _weighted(made: Advice, places: Array) -> tuple[Candidate, ...]:
    """Cross-entropy as it is, and with each class weighing as much as any other."""
    ridge = 1.0 if made.penalty else LEAST_RIDGE
    weights = len(places) / (np.maximum(counts := np.bincount(places.astype(int)), 1) * len(counts))
    return (
        Candidate(made.loss, "Cross-entropy", {}, ridge=ridge),
        Candidate(made.loss, "CE, classes of equal weight", {"weights": tuple(weights)}, ridge=ridge),
    )


def overfits(n: int, d: int) -> bool:
    """Whether rows are few for the features of a linear model, beyond a plane."""
    return d > 2 and n < ROWS_A_FEATURE * d


def _checked(kind: str | None) -> str | None:
    allowed = [key for key in PREDICTED if key not in NOT_LINEAR]
    if kind is not None and kind not in allowed:
        raise ValueError(f"kind must be one of {', '.join(allowed)}; got {kind!r}")
    return kind


def _features(x: Any) -> Array:
    try:
        values = np.asarray(x.detach().cpu() if hasattr(x, "detach") else x, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("x must be numbers: turn text into numbers, or leave those columns out") from None
    values = values[:, None] if values.ndim == 1 else values
    if values.ndim != 2 or not values.size:
        raise ValueError(f"x must have the shape [n, d], got {values.shape}")
    wrong = ~(np.abs(values) <= LARGEST_SQUARED)
    if wrong.any():
        row, feature = np.argwhere(wrong)[0] + 1
        raise ValueError(f"x, row {row}, feature {feature}, is {values[row - 1, feature - 1]:g}: take such rows out")
    return values


def _advice(case: Case, sigma: float = 1.0, target: Target | None = None) -> Advice:
    rule = rule_for(case)
    loss, runner = rule.wanted.first, rule.instead.first
    settings = tuned(loss, sigma, case, target) | dict(rule.tuned)
    return Advice(
        case=case,
        rule=rule,
        loss=loss,
        settings=settings,
        output=rule.output,
        runner=runner,
        runner_settings=tuned(runner, sigma, replace(case, recall=False)),
        penalty="l2" if case.overfits else "",
        reason=rule.because,
        against=rule.against,
        better=rule.better,
    )


def tuned(loss: str, sigma: float, case: Case, target: Target | None = None) -> dict[str, Any]:
    """The parameters of a loss to begin with, in the unit of the data, whose robust deviation is ``sigma``."""
    names = LOSSES[loss].parameters
    found: dict[str, Any] = {
        name: float(f"{factor * sigma:.4g}") for name, (factor, _) in TUNING.items() if name in names
    }
    if "tau" in names:
        found["tau"] = min(0.99, max(0.01, case.ratio / (1 + case.ratio))) if case.trouble == "side" else 0.5
    if "from_logits" in names:
        found["from_logits"] = True
    if "positive_weight" in names and case.recall and case.predicted == "yes_no":
        share = target.values.mean() if target else 0.1
        found["positive_weight"] = float(f"{max(1.0, (1 - share) / share):.3g}")  # a common yes needs none
    return found


def _candidates(made: Advice) -> tuple[Candidate, ...]:
    """The loss, the runner-up, and what is usually taken."""
    kind, case = made.case.predicted, made.case
    sigma = made.noise.sigma if made.noise else 1.0
    ridge = 1.0 if made.penalty else 0.0
    if kind == "yes_no":
        weight = tuned(made.loss, 1.0, replace(case, recall=True), made.target)
        plain = {"from_logits": True}
        return (
            Candidate(made.loss, "BCE", plain, ridge=ridge),
            Candidate(made.loss, f"BCE, weight {weight['positive_weight']:g}", weight, ridge=ridge),
            Candidate(made.runner, "Focal", plain, ridge=ridge),
        )
    outputs = {made.loss: "" if made.output.startswith("none") else made.output}
    if made.runner == "poisson":
        outputs["poisson"] = "exp"
    keys = [made.loss, made.runner, "mse", *(("mae", "huber", "tukey") if kind == "real" else ())]
    if made.settings.get("tau") == 0.5:
        keys.remove("mae")
    found = []
    for key in dict.fromkeys(keys):
        settings = dict(made.settings) if key == made.loss else tuned(key, sigma, case)
        found.append(Candidate(key, LOSSES[key].name, settings, outputs.get(key, "")))
    if made.penalty and kind == "real":
        found.append(Candidate("mse", "MSE + L2", {}, ridge=ridge))
    return tuple(found)


def _seen(n: int, d: int, noise: Noise | None, target: Target) -> dict[str, float]:
    found: dict[str, float] = {"Rows": n, "Features": d}
    if noise and noise.known:
        found |= {
            "Robust σ": noise.sigma,
            "Beyond 5 σ": int(noise.far.sum()),
            "of them far out in x": int(noise.leverage.sum()),
            "Tail (Gaussian 2.91)": noise.tail,
            "Skew": noise.skew,
            "Variance, Huber’s over MSE’s": noise.gain,
            "Spread, upper third over lower": noise.ratio,
        }
    if target.kind == "yes_no":
        found["Share of yes"] = float(target.values.mean())
    if target.kind == "classes":
        counts = np.bincount(target.values.astype(int))
        found |= {"Classes": len(counts), "Rows of the rarest": int(counts[counts > 0].min())}
    if target.kind in ("amount", "count"):
        found |= {"Mean": float(target.values.mean()), "Variance": float(target.values.var())}
    return found


def _notes(target: Target, noise: Noise | None, n: int, d: int, every: int) -> tuple[str, ...]:
    share = min(target.values.mean(), 1 - target.values.mean()) if target.kind == "yes_no" else 1.0
    counts = np.bincount(target.values.astype(int)) if target.kind == "classes" else np.ones(1)
    rarest = int(counts[counts > 0].min())
    said = (
        (target.note, bool(target.note)),
        (f"{n:,} of {every:,} rows are used, drawn with seed 0.", n < every),
        (f"{n} rows are few for {d} features: outliers cannot be told.", bool(noise and not noise.known)),
        (f"{n} rows for {d} features, below {ROWS_A_FEATURE} a feature: add a penalty.", overfits(n, d)),
        (
            "Residuals follow each other along a feature: a line misses some shape. Fit that first, then ask again.",
            bool(noise and noise.follow > FOLLOW),
        ),
        (
            "The noise leans to one side, so mean and median differ: MSE where the mean is wanted, MAE for the median.",
            bool(noise and noise.known and not noise.far.mean() > FEW and abs(noise.skew) > LEANS and n >= SKEWED),
        ),
        (
            f"The rarest class has {rarest} of {n} rows: weights n / (K n of the class) even recall out, for calibration.",
            rarest * len(counts) < RARE_CLASS * n and target.kind == "classes",
        ),
        ("The rarer label is below 10 %: judge by recall at a chosen threshold, not by accuracy.", share < RARE),
    )
    return tuple(text for text, holds in said if holds)
