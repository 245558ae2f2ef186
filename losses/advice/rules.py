"""The rules: what is known of a task, and which loss follows from what the losses declare of themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from losses.registry import LOSSES
from losses.spec.domain import NON_NEGATIVE, REAL, Domain
from losses.spec.loss import Loss

PREDICTED: Mapping[str, str] = MappingProxyType(
    {
        "real": "A real number",
        "amount": "A positive amount over decades",
        "count": "A count",
        "yes_no": "Yes or no",
        "classes": "One of K classes",
        "several": "Several labels at once",
        "mask": "A mask",
        "embedding": "An embedding or a ranking",
        "distribution": "A distribution",
        "samples": "Samples: a generator",
    }
)
"""What is predicted, by key."""
TROUBLES: Mapping[str, str] = MappingProxyType(
    {
        "none": "Large ones cost that much",
        "few": "A few points are corrupt",
        "many": "Many, on one side or far in x",
        "tails": "Heavy tails, nothing wrong",
        "spread": "The spread changes",
        "side": "One side hurts more",
    }
)
"""What is so of the errors of a real number, by key."""


@dataclass(frozen=True)
class Case:
    """What is known of a task.

    Attributes
    ----------
    predicted
        A key of ``PREDICTED``.
    trouble
        A key of ``TROUBLES``.
    ratio
        How many times as much a prediction that is too low costs as one that is too high, above 0.
    recall
        Whether every yes that is found counts more than a calibrated probability.
    overfits
        Whether rows are few for the features.

    Raises
    ------
    ValueError
        For another key, or a ratio that is not above 0.
    """

    predicted: str
    trouble: str = "none"
    ratio: float = 3.0
    recall: bool = False
    overfits: bool = False

    def __post_init__(self) -> None:
        for name, allowed in (("predicted", PREDICTED), ("trouble", TROUBLES)):
            if (value := getattr(self, name)) not in allowed:
                raise ValueError(f"{name} must be one of {', '.join(allowed)}; got {value!r}")
        if not 0 < self.ratio < float("inf"):
            raise ValueError(f"ratio must be a finite number above 0, got {self.ratio!r}")


@dataclass(frozen=True)
class Wanted:
    """What a loss must declare: inputs by name, facts under its defaults, what it estimates; empty for anything.

    ``whole`` asks for a target that numbers a class, ``place`` which of those that declare it is taken.
    """

    inputs: tuple[str, ...] = ("prediction", "target")
    domain: Domain | None = None
    facts: tuple[str, ...] = ()
    estimates: str = ""
    family: str = ""
    whole: bool = False
    place: int = 0

    def of(self, loss: Loss) -> bool:
        """Whether a loss declares it."""
        target = loss.inputs.get("target")
        resolved = target.resolve(loss.settings()) if target else None
        return (
            (not self.family or loss.family == self.family)
            and tuple(loss.inputs) == self.inputs
            and (self.domain is None or resolved == self.domain)
            and (not self.whole or bool(resolved and resolved.integer))
            and (not self.estimates or loss.estimates == self.estimates)
            and all(loss.fact(fact) for fact in self.facts)
        )

    @cached_property
    def losses(self) -> tuple[str, ...]:
        """Keys of those that declare it, in the order in which they are declared."""
        return tuple(key for key, loss in LOSSES.items() if self.of(loss))

    @property
    def first(self) -> str:
        """Key of the one that is taken (``LookupError`` where there are too few)."""
        if len(self.losses) <= self.place:
            raise LookupError(f"too few losses declare {self}")
        return self.losses[self.place]


MEAN = Wanted(domain=REAL, facts=("convex", "differentiable"), estimates="mean")
MEDIAN = Wanted(domain=REAL, facts=("convex", "bounded_slope"), estimates="median")
BENT = Wanted(domain=REAL, facts=("convex", "symmetric", "differentiable", "bounded_slope"))
REDESCENDING = Wanted(domain=REAL, facts=("symmetric", "differentiable", "bounded_value"))
QUANTILE = Wanted(domain=REAL, facts=("convex", "bounded_slope"), estimates="quantile")
COUNTED = Wanted(domain=NON_NEGATIVE, facts=("convex",), estimates="mean")
LOGS = Wanted(estimates="mean of log(1 + y)")
YES = Wanted(family="binary", facts=("convex", "proper"))
FOCUSED = Wanted(family="binary", facts=("differentiable",), estimates="a probability shifted by alpha and drawn together by gamma")  # fmt: skip
CLASSES = Wanted(family="multiclass", whole=True, facts=("proper",))
DRAWN = Wanted(family="multiclass", estimates="probabilities drawn towards each other")
MASK = Wanted(family="overlap", facts=("bounded_value",))
TRIPLET = Wanted(inputs=("anchor", "positive", "negative"), facts=("bounded_slope",))
PAIRED = Wanted(inputs=("anchor", "positive", "negatives"))
SHAPE = Wanted(family="divergence", facts=("convex", "proper"))
ONE_MODE = Wanted(family="divergence", estimates="one mode of the target")
FOOLS = Wanted(inputs=("fake_logits",), facts=("convex", "bounded_slope"))
OF_CRITIC = Wanted(inputs=("fake_logits",), facts=("convex", "bounded_slope"), place=1)


@dataclass(frozen=True)
class Rule:
    """One rule: where ``holds``, the first loss that declares ``wanted`` is taken.

    ``when`` says where in words, ``because`` why, ``against`` what speaks against it; ``instead`` finds the runner-up
    and ``better`` says when that is better. ``output`` is the output activation, ``holds`` are values of a case.
    """

    when: str
    holds: Mapping[str, object]
    wanted: Wanted
    output: str
    because: str
    against: str
    instead: Wanted
    better: str
    tuned: Mapping[str, float | bool] = field(default_factory=dict)

    def applies(self, case: Case) -> bool:
        """Whether the case has all of those values."""
        return all(getattr(case, name) == value for name, value in self.holds.items())


NUMBER = "none (linear)"
RULES: tuple[Rule, ...] = (
    Rule(
        "many rows are corrupt, or some pull from far out in x", {"predicted": "real", "trouble": "many"},
        REDESCENDING, NUMBER,
        "Its value is bounded: beyond c a point costs no more and pulls no longer.",
        "It is not convex: it needs a robust start, and what it leaves out should be looked at.",
        MEDIAN, "fewer rows are corrupt and none lies far out in x",
    ),
    Rule(
        "a few rows are corrupt, none of them far out in x", {"predicted": "real", "trouble": "few"},
        BENT, NUMBER,
        "Its slope is bounded: a corrupt point pulls no harder than one at δ.",
        "A leverage point still turns it, and the mean of honest large errors is not what it estimates.",
        MEDIAN, "the median is what is wanted, or δ cannot be told",
    ),
    Rule(
        "the spread changes with the prediction", {"predicted": "real", "trouble": "spread"},
        QUANTILE, NUMBER,
        "One line cannot tell of a spread that changes: a fan of quantiles does, beginning with the median.",
        "It is not the mean; and where errors count in per cent, fit the logs of y and x instead.",
        MEAN, "the mean is wanted: its line is right still, its stated error is not",
    ),
    Rule(
        "the tails are heavy and nothing is corrupt", {"predicted": "real", "trouble": "tails"},
        BENT, NUMBER,
        "A few honest large errors carry much of the squared error; with a bend at δ the fit varies less.",
        "If the noise is not symmetric it estimates neither mean nor median.",
        MEDIAN, "the tails are heavier still",
    ),
    Rule(
        "an error to one side hurts more", {"predicted": "real", "trouble": "side"},
        QUANTILE, NUMBER,
        "Its best prediction is the quantile at which both sides cost the same.",
        "Its slope does not fade towards the minimum, and it says nothing of how far errors reach.",
        MEAN, "both sides cost the same after all",
    ),
    Rule(
        "nothing stands out, and large errors cost that much", {"predicted": "real", "trouble": "none"},
        MEAN, NUMBER,
        "It estimates the mean; under Gaussian noise no other fit varies less.",
        "One corrupt point can put it anywhere.",
        BENT, "corrupt points may come",
    ),
    Rule(
        "a positive amount spans decades", {"predicted": "amount"}, LOGS, "exp(z) − 1",
        "A factor of two costs the same at every size.",
        "What is predicted is near the median of the amount, which is below its mean: sums come out low.",
        COUNTED, "sums must come out right: it estimates the mean",
    ),
    Rule(
        "a count", {"predicted": "count"}, COUNTED, "exp",
        "A count’s spread grows with its mean, as the loss expects, and exp keeps the mean above 0.",
        "Where the spread grows faster (overdispersion) the fit stays right, its stated error is too small.",
        MEAN, "counts are all large",
    ),
    Rule(
        "yes or no, and recall is wanted", {"predicted": "yes_no", "recall": True}, YES, "sigmoid, in the loss",
        "A weight on the rare yes buys recall; a lower threshold on unweighted probabilities buys the same.",
        "With a weight the probabilities are no longer calibrated: divide their odds by it, or move the threshold.",
        FOCUSED, "there are very many easy examples; it is not calibrated either",
        {"from_logits": True},
    ),
    Rule(
        "yes or no", {"predicted": "yes_no"}, YES, "sigmoid, in the loss",
        "It is proper: its best prediction is the true probability, at any share of yes.",
        "It rebalances nothing: where yes is rare, choose the threshold by what a miss costs.",
        FOCUSED, "there are very many easy examples and calibration does not matter",
        {"from_logits": True},
    ),
    Rule(
        "one of K classes", {"predicted": "classes"}, CLASSES, "softmax, in the loss",
        "It is proper, and with logits nothing overflows; labels are plain class numbers.",
        "It punishes a confident error hard: wrong labels are learnt as well.",
        DRAWN, "easy examples drown the others and calibration does not matter",
        {"from_logits": True},
    ),
    Rule(
        "several labels at once", {"predicted": "several"}, YES, "sigmoid for each label, in the loss",
        "Each label is a question of its own; a softmax would make them share one probability.",
        "It takes the labels as independent given the features.",
        FOCUSED, "most labels are absent and calibration does not matter",
        {"from_logits": True},
    ),
    Rule(
        "a mask", {"predicted": "mask"}, MASK, "sigmoid",
        "It counts the overlap, so an object of 1 % of the pixels weighs as much as a large one.",
        "It is not calibrated, is undefined where both masks are empty, and pulls unevenly: often BCE is added.",
        YES, "objects are large, or a probability for each pixel is wanted",
    ),
    Rule(
        "an embedding or a ranking", {"predicted": "embedding"}, TRIPLET, "a vector, often of length 1",
        "It compares distances: the negative must be farther than the positive by a margin.",
        "Most triplets soon cost nothing: they must be mined.",
        PAIRED, "batches are large: every other example is a negative",
    ),
    Rule(
        "a distribution", {"predicted": "distribution"}, SHAPE, "softmax",
        "It is proper and covers all that happens.",
        "It is infinite where the prediction gives 0 to what happens.",
        ONE_MODE, "one good mode is enough",
    ),
    Rule(
        "samples, from a generator", {"predicted": "samples"}, FOOLS, "the sample itself",
        "Its slope stays where the discriminator is sure; that of the minimax loss fades.",
        "Two losses that answer each other may go round and never settle.",
        OF_CRITIC, "the game must settle: it is played against a critic under a gradient penalty",
    ),
)  # fmt: skip


def rule_for(case: Case) -> Rule:
    """The first rule that applies.

    >>> rule_for(Case("count")).wanted.first
    'poisson'
    """
    return next(rule for rule in RULES if rule.applies(case))
