"""How a game is played: by which steps, and with what to steady them."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from losses.game.games import GAMES, Game
from losses.spec.parameter import LARGEST, Parameter

MESCHEDER_2018 = "Mescheder, Geiger and Nowozin (2018), Which training methods for GANs do actually converge?, ICML"
MESCHEDER_2017 = "Mescheder, Nowozin and Geiger (2017), The numerics of GANs, NeurIPS"
GIDEL_2019 = "Gidel et al. (2019), A variational inequality perspective on generative adversarial networks, ICLR"
DASKALAKIS_2018 = "Daskalakis, Ilyas, Syrgkanis and Zeng (2018), Training GANs with optimism, ICLR"
GULRAJANI_2017 = "Gulrajani et al. (2017), Improved training of Wasserstein GANs, NeurIPS"
ARJOVSKY_2017 = "Arjovsky, Chintala and Bottou (2017), Wasserstein generative adversarial networks, ICML"
SONDERBY_2017 = "Sønderby et al. (2017), Amortised MAP inference for image super-resolution, ICLR"


@dataclass(frozen=True)
class Way:
    """One way to step, or one to steady the steps: what it is called, its rule as LaTeX, what it does, its source.

    ``symbol`` is that of its strength, for what has one; ``momentum`` says whether the steps may have some.
    """

    name: str
    latex: str
    summary: str
    source: str
    symbol: str = ""
    momentum: bool = False


METHODS: Mapping[str, Way] = MappingProxyType(
    {
        "simultaneous": Way(
            "Simultaneous",
            r"w_{t+1}=w_t+h\,v(w_t)",
            "Both players step at once, each from where the other was.",
            f"{MESCHEDER_2018}, lemma 2.4",
            momentum=True,
        ),
        "alternating": Way(
            "Alternating",
            r"\psi_{t+1}=\psi_t+h\,v_\psi(\theta_t,\psi_t),\quad \theta_{t+1}=\theta_t+h\,v_\theta(\theta_t,\psi_{t+1})",
            "The discriminator steps first, and the generator answers to where it is then.",
            f"{MESCHEDER_2018}, lemma 2.5",
            momentum=True,
        ),
        "extragradient": Way(
            "Extragradient",
            r"w_{t+1}=w_t+h\,v\bigl(w_t+h\,v(w_t)\bigr)",
            "Both look one step ahead, and step from where they are by the slopes there.",
            f"{GIDEL_2019}, section 3.2; Korpelevich (1976)",
        ),
        "optimistic": Way(
            "Optimistic",
            r"w_{t+1}=w_t+2h\,v(w_t)-h\,v(w_{t-1})",
            "Each step counts the last slopes twice and takes the ones before back. The first is a plain step.",
            f"{DASKALAKIS_2018}, section 3",
        ),
    }
)
STABILISERS: Mapping[str, Way] = MappingProxyType(
    {
        "none": Way("None", r"R=0", "The losses alone.", MESCHEDER_2018),
        "r1": Way(
            "R1, at real samples",
            r"R=\tfrac{\gamma}{2}\,D'(0)^2=\tfrac{\gamma}{2}\psi^2",
            "The discriminator pays for its slope at the real samples.",
            f"{MESCHEDER_2018}, equation 9 and lemma 3.3",
            r"\gamma",
        ),
        "r2": Way(
            "R2, at generated ones",
            r"R=\tfrac{\gamma}{2}\,D'(\theta)^2=\tfrac{\gamma}{2}\psi^2",
            "The discriminator pays for its slope at the generated samples: here the same as R1, as its slope is ψ everywhere.",
            f"{MESCHEDER_2018}, equation 10 and lemma 3.3",
            r"\gamma",
        ),
        "gradient_penalty": Way(
            "Gradient penalty, to 1",
            r"R=\tfrac{\gamma}{2}\bigl(|\psi|-1\bigr)^2",
            "The discriminator pays for a slope that is not 1, as in WGAN-GP, whose λ is γ/2. At the equilibrium, where "
            "the slope is 0, it pushes away.",
            f"{GULRAJANI_2017}, equation 3",
            r"\gamma",
        ),
        "clipping": Way(
            "Clipping",
            r"\psi\leftarrow\min\bigl(c,\max(-c,\psi)\bigr)",
            "After every step the discriminator's parameter is put back between −c and c.",
            f"{ARJOVSKY_2017}, algorithm 1",
            "c",
        ),
        "noise": Way(
            "Instance noise",
            r"x\mapsto x+\sigma\varepsilon,\quad\varepsilon\sim N(0,1)",
            "Real and generated samples are blurred alike, and the losses are means over the noise.",
            f"{SONDERBY_2017}; {MESCHEDER_2018}, lemma 3.2",
            r"\sigma",
        ),
        "consensus": Way(
            "Consensus",
            r"v\leftarrow v-\gamma\,\nabla\tfrac12\lVert v\rVert^2=v-\gamma\,J^{\top}v",
            "Both players also make the slopes of both small.",
            f"{MESCHEDER_2017}, section 4",
            r"\gamma",
        ),
    }
)
RATE = Parameter("learning_rate", 0.2, 0.0, LARGEST)
STRENGTH = Parameter("strength", 0.0, 0.0, LARGEST)
MOMENTUM = Parameter("momentum", 0.0, -1.0, 1.0)


@dataclass(frozen=True)
class Rules:
    """A game with the way in which it is played.

    Attributes
    ----------
    game
        A key of ``GAMES``.
    method
        A key of ``METHODS``.
    learning_rate
        ``h``, the same for both players.
    stabiliser
        A key of ``STABILISERS``.
    strength
        Of the stabiliser: ``γ``, ``c`` or ``σ``, at least 0.
    momentum
        ``β`` of the heavy ball, as in ``torch.optim.SGD``, from -1 to 1; for simultaneous and alternating steps alone.

    Raises
    ------
    ValueError
        For an unknown key, a number out of range, momentum where there is none, and noise on a loss with kinks.
    """

    game: str = "minimax"
    method: str = "simultaneous"
    learning_rate: float = 0.2
    stabiliser: str = "none"
    strength: float = 0.0
    momentum: float = 0.0

    def __post_init__(self) -> None:
        for what, known in (("game", GAMES), ("method", METHODS), ("stabiliser", STABILISERS)):
            if getattr(self, what) not in known:
                raise ValueError(f"there is no {what} {getattr(self, what)!r}; there are: {', '.join(known)}")
        for parameter in (RATE, STRENGTH, MOMENTUM):
            parameter.check(getattr(self, parameter.name))
        if self.momentum and not METHODS[self.method].momentum:
            raise ValueError(f"{METHODS[self.method].name.lower()} steps have no momentum: set it to 0")
        if self.stabiliser == "noise" and not self.played.smooth:
            raise ValueError(f"the mean over the noise is not exact for {self.played.name}, whose losses have kinks")

    @property
    def played(self) -> Game:
        """The losses that are played."""
        return GAMES[self.game]
