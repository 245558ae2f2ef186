"""Networks of plain layers, declared by a few numbers: perceptrons of any depth, and a small convolutional one."""

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import torch
from torch import Tensor, nn

SIDE = 8  # pixels of the images that a convolutional network takes
KINDS: Mapping[str, str] = MappingProxyType({"mlp": "Perceptron", "conv": "Convolutions"})
ACTIVATIONS: Mapping[str, type[nn.Module]] = MappingProxyType({"relu": nn.ReLU, "tanh": nn.Tanh, "gelu": nn.GELU})
NORMALISATIONS: Mapping[str, str] = MappingProxyType({"none": "None", "batch": "Batch", "layer": "Layer"})
INITIALISATIONS: Mapping[str, tuple[str, float]] = MappingProxyType(
    {
        "default": ("PyTorch’s own", 1.0),
        "large": ("Too large: × 5", 5.0),
        "small": ("Too small: × 0.05", 0.05),
        "zeros": ("All zero", 0.0),
    }
)
"""What they are called, and by what PyTorch's own weights are multiplied. Biases stay as PyTorch draws them, but for zeros."""
DEPTHS = {"mlp": 56, "conv": 8}  # hidden layers at most
WIDTHS = {"mlp": 128, "conv": 32}  # units, or channels, of each at most
NARROWEST = 2


@dataclass(frozen=True)
class Architecture:
    """A network before it has weights.

    Attributes
    ----------
    kind
        A key of ``KINDS``.
    inputs, outputs
        How many numbers go in and come out. Of ``conv`` the inputs are images of 8 × 8, row by row.
    depth, width
        Hidden layers, up to ``DEPTHS``, and the units of each, ``NARROWEST`` to ``WIDTHS``. Of ``conv`` these are
        convolutions of 3 × 3 and their channels, with a mean over 2 × 2 after the first.
    activation
        A key of ``ACTIVATIONS``.
    skip
        Whether a hidden layer adds its outputs to its inputs; the first one does not, since it widens (He, Zhang, Ren
        and Sun 2016, Deep residual learning, CVPR, equation 1).
    normalisation
        A key of ``NORMALISATIONS``, before each activation: none, BatchNorm (Ioffe and Szegedy 2015) or LayerNorm (Ba,
        Kiros and Hinton 2016; of images over channels and pixels).
    initialisation
        A key of ``INITIALISATIONS``.

    Raises
    ------
    ValueError
        For what is not one of these, naming it.
    """

    kind: str = "mlp"
    inputs: int = 2
    outputs: int = 2
    depth: int = 2
    width: int = 64
    activation: str = "relu"
    skip: bool = False
    normalisation: str = "none"
    initialisation: str = "default"

    def __post_init__(self) -> None:
        for what, known in (
            ("kind", KINDS),
            ("activation", ACTIVATIONS),
            ("normalisation", NORMALISATIONS),
            ("initialisation", INITIALISATIONS),
        ):
            if getattr(self, what) not in known:
                raise ValueError(f"there is no {what} {getattr(self, what)!r}; there are: {', '.join(known)}")
        for what, low, high in (
            ("inputs", 1, math.inf),
            ("outputs", 1, math.inf),
            ("depth", 1, DEPTHS[self.kind]),
            ("width", NARROWEST, WIDTHS[self.kind]),
        ):
            if not low <= getattr(self, what) <= high:
                raise ValueError(f"{what} of {self.kind} is {low} to {high:g}, got {getattr(self, what)}")
        if self.kind == "conv" and self.inputs != SIDE**2:
            raise ValueError(f"conv takes images of {SIDE} × {SIDE}, which are {SIDE**2} inputs, got {self.inputs}")

    @property
    def parameters(self) -> int:
        """How many numbers are to be learned."""
        return sum(math.prod(shape) for shape in self._shapes())

    @property
    def products(self) -> int:
        """Multiplications for one example, without those of activations and norms."""
        inside = (SIDE // 2) ** 2 if self.kind == "conv" else 1
        spread = [1 if at in (0, self.depth) else inside for at in range(self.depth + 1)]
        if self.kind == "conv":
            spread[0] = SIDE**2
        matrices = [shape for shape in self._shapes() if len(shape) in (2, 4)]  # norms of images have three
        return sum(math.prod(shape) * times for shape, times in zip(matrices, spread, strict=True))

    @lru_cache(maxsize=256)  # noqa: B019  of a few numbers, which equal ones share
    def _shapes(self) -> tuple[torch.Size, ...]:
        with torch.device("meta"):
            return tuple(each.shape for each in self._module().parameters())

    def build(self, seed: int = 0, dtype: torch.dtype = torch.float32) -> nn.Sequential:
        """The network with weights drawn by a generator of its own: the same seed, the same weights.

        Drawn as PyTorch draws them, uniformly within ±1/√(inputs of a unit), layer by layer the matrix, then the
        biases; norms begin at 1 and 0. PyTorch's global generator is left as it is.

        Parameters
        ----------
        seed
            A whole number of at least 0.
        dtype
            Of weights and buffers; single precision is the habit of the field, and twice as fast.

        Examples
        --------
        >>> model = Architecture(depth=1, width=3).build()
        >>> [(name, tuple(weights.shape)) for name, weights in model.named_parameters()][:2]
        [('layer1.linear.weight', (3, 2)), ('layer1.linear.bias', (3,))]
        """
        with torch.device("meta"):  # where no numbers are drawn
            model = self._module()
        model = model.to_empty(device="cpu").to(dtype)
        random = torch.Generator().manual_seed(seed)
        for module in model.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                self._draw(module, random)
            elif isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d | nn.LayerNorm):
                module.reset_parameters()
        return model

    @torch.no_grad()
    def _draw(self, module: nn.Linear | nn.Conv2d, random: torch.Generator) -> None:
        factor = INITIALISATIONS[self.initialisation][1]
        bound = 1 / math.sqrt(module.weight[0].numel())
        for name, weights in module.named_parameters():
            times = factor if name == "weight" else float(factor > 0)
            drawn = torch.rand(weights.shape, generator=random, dtype=torch.float64)
            weights.copy_((2 * drawn - 1) * bound * times)

    def _module(self) -> nn.Sequential:
        layers: list[tuple[str, nn.Module]] = []
        if self.kind == "conv":
            layers.append(("image", nn.Unflatten(1, (1, SIDE, SIDE))))
        for number in range(1, self.depth + 1):
            inner = self._layer(number)
            layers.append((f"layer{number}", Residual(inner) if self.skip and number > 1 else nn.Sequential(inner)))
        if self.kind == "conv":
            layers.append(("flat", nn.Flatten()))
        last = self.width * ((SIDE // 2) ** 2 if self.kind == "conv" else 1)
        return nn.Sequential(OrderedDict([*layers, ("output", nn.Linear(last, self.outputs))]))

    def _layer(self, number: int) -> OrderedDict[str, nn.Module]:
        """The parts of a hidden layer, from 1, by name."""
        fan_in = (1 if self.kind == "conv" else self.inputs) if number == 1 else self.width
        conv, side = self.kind == "conv", SIDE if number == 1 else SIDE // 2
        parts: OrderedDict[str, nn.Module] = OrderedDict()
        if conv:
            parts["linear"] = nn.Conv2d(fan_in, self.width, 3, padding=1)
        else:
            parts["linear"] = nn.Linear(fan_in, self.width)
        if self.normalisation == "batch":
            parts["norm"] = nn.BatchNorm2d(self.width) if conv else nn.BatchNorm1d(self.width)
        if self.normalisation == "layer":
            parts["norm"] = nn.LayerNorm([self.width, side, side] if conv else self.width)
        activation: Callable[[], nn.Module] = ACTIVATIONS[self.activation]
        parts["activation"] = activation()
        if conv and number == 1:
            parts["pool"] = nn.AvgPool2d(2)
        return parts


class Residual(nn.Sequential):
    """Layers whose outputs are added to what goes in."""

    def forward(self, input: Tensor) -> Tensor:
        """``[n, ...]`` to the same shape."""
        return input + super().forward(input)
