"""All that decides how the training of a network goes: equal plans give equal numbers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.network.architecture import Architecture
from losses.network.fitting import Fit
from losses.network.problems import LABEL_NOISE, PROBLEMS, N, Problem, Task
from losses.spec.parameter import LARGEST, Parameter

LONGEST = 100_000  # steps over which a schedule may stretch
RATE = Parameter("rate", 0.01, 0.0, LARGEST)
WEIGHT_DECAY = Parameter("weight_decay", 0.0, 0.0, 1e6)
Settings = tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class Plan:
    """A network, what it learns and how.

    Attributes
    ----------
    architecture
        Its inputs and outputs are those of the problem and the loss, whatever they are here.
    problem
        One of ``PROBLEMS``, or a ``table_problem``.
    examples
        How many there are to learn from.
    label_noise
        The share of them whose target is wrong.
    loss, loss_settings
        A key of ``fitting_losses``, and its parameters; ``pairs`` makes them of a mapping.
    optimiser, rate, optimiser_settings
        A key of ``OPTIMISERS``, its learning rate, and its other parameters but for weight decay.
    batch
        Examples of a step, drawn anew in every pass over them, those that do not fill one left out; all where it is 0,
        or no fewer than there are.
    weight_decay
        λ of a penalty of λ/2 times the squared weights, biases and all; of AdamW and Lion the λ of their own rule.
    schedule, horizon
        A key of ``SCHEDULES``, and the steps over which it stretches; later steps keep the last rate.
    seed
        Of examples, weights and batches, each by a generator of its own.

    Raises
    ------
    ValueError
        For what is not one of these, or out of range, naming it.
    """

    architecture: Architecture = field(default_factory=Architecture)
    problem: Problem = field(default_factory=lambda: PROBLEMS["moons"])
    examples: int = 500
    label_noise: float = 0.0
    loss: str = "categorical_cross_entropy"
    loss_settings: Settings = ()
    optimiser: str = "adam"
    rate: float = 0.01
    optimiser_settings: Settings = ()
    batch: int = 0
    weight_decay: float = 0.0
    schedule: str = "constant"
    horizon: int = 2000
    seed: int = 0

    def __post_init__(self) -> None:
        for what, known in (("optimiser", OPTIMISERS), ("schedule", SCHEDULES)):
            if getattr(self, what) not in known:
                raise ValueError(f"there is no {what} {getattr(self, what)!r}; there are: {', '.join(known)}")
        for parameter, value in (
            (N, self.examples),
            (LABEL_NOISE, self.label_noise),
            (RATE, self.rate),
            (WEIGHT_DECAY, self.weight_decay),
        ):
            parameter.check(value)
        if not 1 <= self.horizon <= LONGEST:
            raise ValueError(f"horizon is 1 to {LONGEST:,}, got {self.horizon}")
        if self.batch < 0:
            raise ValueError(f"batch is at least 0, got {self.batch}")
        if self.batch == 1 and self.architecture.normalisation == "batch":
            raise ValueError("BatchNorm has no spread to divide by in a batch of 1; take 2 or more")
        self.fit  # noqa: B018  refuses what does not fit
        self.settings  # noqa: B018

    @property
    def fit(self) -> Fit:
        """How the network's outputs meet the loss."""
        return Fit(self.loss, len(self.problem.classes), dict(self.loss_settings))

    @property
    def decoupled(self) -> bool:
        """Whether the optimiser decays weights by a rule of its own, beside the slope."""
        return "weight_decay" in OPTIMISERS[self.optimiser].parameters

    @property
    def settings(self) -> dict[str, Any]:
        """All parameters of the optimiser."""
        own = {"weight_decay": self.weight_decay} if self.decoupled else {}
        return OPTIMISERS[self.optimiser].settings(**dict(self.optimiser_settings), **own, learning_rate=self.rate)

    @property
    def network(self) -> Architecture:
        """The architecture with the inputs and outputs that it has here."""
        return replace(self.architecture, inputs=len(self.problem.names), outputs=self.fit.outputs)

    def task(self) -> Task:
        """The examples."""
        return self.problem(self.examples, self.label_noise, self.seed)

    def rates(self) -> list[float]:
        """The learning rate of each step up to the horizon."""
        return SCHEDULES[self.schedule].rates(self.rate, self.horizon) if self.schedule != "constant" else [self.rate]


def pairs(settings: Mapping[str, Any]) -> Settings:
    """Parameters as a ``Plan`` keeps them: in an order, so that equal ones are equal."""
    return tuple(sorted(settings.items()))
