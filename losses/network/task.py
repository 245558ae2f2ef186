"""What a model is judged by: its mean loss over data, at any weights, on a copy so that the model stays as it is."""

import copy
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

import torch
from torch import Tensor, nn

from losses.network.arguments import SEEDS, whole
from losses.network.batches import Batches, Written, as_batches
from losses.network.untouched import put_chance, taken_chance
from losses.network.weights import as_dict, flat, layout, widest
from losses.registry import LOSSES

Judge = Callable[[nn.Module, Any], Any]
"""``loss(model, batch)``, a scalar tensor: the mean over the batch's examples; ``nn.Module``s are criteria."""
MEMORY = 256 << 20


@dataclass(frozen=True)
class Options:
    """How a loss is evaluated at many weights.

    Attributes
    ----------
    norms
        Which statistics BatchNorm uses: ``"trained"``, those that the model keeps, or ``"batch"``, those of each
        batch of the data. Everything else is as in ``model.eval()``: dropout lets all pass.
    device, dtype
        Where, and in which precision; the model's own if None. Data follow.
    memory
        Bytes that evaluations at a time may take, beside model and data.
    seed
        Of the random numbers that the loss itself draws, if any: the same at every place. That holds for PyTorch's own
        generators; those of NumPy, and any that the loss keeps, are the caller's to set.
    """

    norms: str = "trained"
    device: Any = None
    dtype: torch.dtype | None = None
    memory: int = MEMORY
    seed: int = 0

    def __post_init__(self) -> None:
        if self.norms not in ("trained", "batch"):
            raise ValueError(f"norms must be 'trained' or 'batch', got {self.norms!r}")
        if self.dtype is not None and not (isinstance(self.dtype, torch.dtype) and self.dtype.is_floating_point):
            raise ValueError(f"dtype must be one of floating point, got {self.dtype!r}")
        object.__setattr__(self, "memory", whole("memory (bytes)", self.memory, 1 << 20, 1 << 60))
        object.__setattr__(self, "seed", whole("seed", self.seed, 0, SEEDS))


def as_options(**given: Any) -> Options:
    """The ``Options`` of keyword arguments; ``ValueError`` for one that is none."""
    known = [each.name for each in fields(Options)]
    for name in given:
        if name not in known:
            raise ValueError(f"there is no option {name!r}; there are {', '.join(known)}")
    return Options(**given)


class Copy:
    """A copy of a model that takes any weights, and its loss over the data.

    Attributes
    ----------
    network
        The copy, in evaluation mode, none of whose parameters asks for a slope.
    weights
        Its ``layout``, with ``trained`` as in the model.
    """

    def __init__(self, model: nn.Module, loss: Judge, batches: Batches, options: Options) -> None:
        self.weights, self.loss, self.batches, self.seed = layout(model), loss, batches, options.seed
        self._written = Written(batches)
        try:
            self.network = copy.deepcopy(model)
        except (RuntimeError, TypeError, AttributeError) as error:
            raise ValueError(
                f"the model cannot be copied ({error}); copy.deepcopy(model) must work, so that the model itself is "
                "left alone: make tensors that it keeps parameters or buffers, or detach them"
            ) from error
        self.network.to(device=options.device, dtype=options.dtype).eval()
        for parameter in self.network.parameters():
            parameter.grad = None
            parameter.requires_grad_(False)
        for module in self.network.modules():
            if isinstance(module, (nn.Embedding, nn.EmbeddingBag)):
                module.sparse = False  # sparse slopes have no second derivative
        if options.norms == "batch":
            _use_batch_statistics(self.network)
        tensors = dict(self.network.named_parameters())
        self.parameters = [tensors[weight.name] for weight in self.weights]
        self.places: dict[int, list[tuple[nn.Module, str]]] = {}
        for module in self.network.modules():
            for name, parameter in module.named_parameters(recurse=False, remove_duplicate=False):
                self.places.setdefault(id(parameter), []).append((module, name))
        self.buffer = flat(self.network)
        self.device, self.dtype = self.buffer.device, self.buffer.dtype
        if all(parameter.dtype == self.dtype and parameter.device == self.device for parameter in self.parameters):
            for weight, parameter in zip(self.weights, self.parameters, strict=True):
                parameter.data = self.buffer[weight.part].view(weight.shape)  # one write sets them all

    def set(self, vector: Tensor) -> None:
        """Put these weights ``[p]`` into the copy."""
        with torch.no_grad():
            self.buffer.copy_(vector)
            if self.parameters[0].data_ptr() != self.buffer.data_ptr():
                for weight, parameter in zip(self.weights, self.parameters, strict=True):
                    parameter.copy_(self.buffer[weight.part].view(weight.shape))

    def losses(self, vectors: Tensor) -> list[float]:
        """The loss at each of the weights ``[k, p]``, set one by one; afterwards its weights are as before."""
        before, found = self.buffer.clone(), []
        for vector in vectors.unbind():
            self.set(vector)
            found.append(self.mean().item())
        self.set(before)
        return found

    def agrees(self, many: Callable[[Tensor], Any]) -> bool:
        """Whether a way to evaluate several weights ``[k, p]`` at a time gives what they give set one by one.

        Looks well off the present weights, so that one that misses a part of them is found out.
        """
        here = self.buffer
        signs = torch.randint(0, 2, here.shape, generator=torch.Generator().manual_seed(0)).to(here) * 2 - 1
        vectors = torch.stack([here, here + (0.5 * here.abs() + 0.1) * signs])
        try:
            found = torch.as_tensor(many(vectors), dtype=torch.float64, device="cpu")
        except (RuntimeError, ValueError, TypeError, NotImplementedError, AttributeError):
            return False
        expected = torch.tensor(self.losses(vectors), dtype=torch.float64)
        eps = torch.finfo(self.dtype).eps
        rounding = max(1e-9, (1e3 if eps < 1e-5 else 8) * eps)
        least = 1e-3 * rounding * expected.nan_to_num(0, 0, 0).abs().max().item()
        return found.shape == (2,) and torch.allclose(found, expected, rtol=rounding, atol=least, equal_nan=True)

    @contextmanager
    def holding(self, vector: Tensor) -> Generator[None]:
        """Inside, the copy computes with these weights ``[p]`` themselves, not with what they are.

        As ``torch.func.functional_call`` does, which loses the weights of a module that has two names.
        """
        parts = as_dict(self.weights, vector).values()
        own = list(zip(self.parameters, parts, strict=True))
        try:
            for parameter, part in own:
                self._put(parameter, part.to(parameter.dtype))
            yield
        finally:
            for parameter, _ in own:
                self._put(parameter, parameter)

    def _put(self, parameter: nn.Parameter, tensor: Tensor) -> None:
        for module, name in self.places[id(parameter)]:
            module._parameters[name] = tensor  # ty: ignore[invalid-assignment]

    def mean(self) -> Tensor:
        """The loss at its present weights, a scalar: the mean over batches, each by its number of examples."""
        values = [(self.one(batch), count) for batch, count in self.batches]
        if len(values) == 1:
            return values[0][0]
        total = sum(count for _, count in values)
        return torch.stack([value * (count / total) for value, count in values]).sum()

    def one(self, batch: Any) -> Tensor:
        """The loss over one batch, a scalar."""
        value = self.loss(self.network, batch)
        self._written.refuse(batch)
        value = value if isinstance(value, Tensor) else torch.as_tensor(value, dtype=self.dtype, device=self.device)
        if value.numel() != 1:
            raise ValueError(
                f"loss(model, batch) must return one number, the mean over the batch; got shape {tuple(value.shape)}"
            )
        return value.reshape(())


def prepared(model: nn.Module, loss: Judge | str, data: Any, options: Options) -> Copy:
    """A ``Copy`` of the model with data and loss as ``options`` say."""
    batches = held(model, data, options)
    return Copy(model, as_judge(loss, _device(model, options), options.dtype), batches, options)


def held(model: nn.Module, data: Any, options: Options) -> Batches:
    """The batches of data, where and as the model computes, read once: what it gives it takes again as it is."""
    dtype = widest(each for each in model.parameters() if each.is_floating_point())
    with seeded(options.seed):
        return as_batches(data, _device(model, options), options.dtype, dtype)


def _device(model: nn.Module, options: Options) -> Any:
    return options.device or next(model.parameters()).device


class Criterion:
    """``loss(model, batch)`` of a criterion such as ``nn.CrossEntropyLoss()``, for batches of features and targets."""

    def __init__(self, module: nn.Module) -> None:
        self.module = module

    def __call__(self, model: nn.Module, batch: Any) -> Tensor:
        """The criterion of what the model answers and the target."""
        features, target = batch
        return self.module(model(features), target)


def as_judge(loss: Judge | nn.Module | str, device: Any = None, dtype: torch.dtype | None = None) -> Judge:
    """What ``loss(model, batch)`` is for a criterion, or for a key of ``LOSSES``: its mean, at its defaults.

    A criterion is copied, in evaluation mode, to the device and the dtype; the caller's stays as it is.
    """
    if isinstance(loss, nn.Module):
        return Criterion(copy.deepcopy(loss).to(device=device, dtype=dtype).eval())
    if callable(loss):
        return loss
    if loss not in LOSSES:
        raise ValueError(
            f"there is no loss {loss!r}; pass a function loss(model, batch), a criterion as nn.CrossEntropyLoss(), or a key of LOSSES"
        )
    declared = LOSSES[loss]
    if len(declared.inputs) != 2:
        raise ValueError(f"{declared.name} compares {len(declared.inputs)} inputs; pass a function loss(model, batch)")
    settings = declared.settings()

    def judge(model: nn.Module, batch: Any) -> Tensor:
        features, target = batch
        output = model(features)
        if output.ndim == target.ndim + 1 and output.shape[-1] == 1:
            output = output.squeeze(-1)
        return declared.function(output, target, **settings).mean()

    return judge


@contextmanager
def seeded(seed: int) -> Generator[None]:
    """PyTorch's random numbers begin at ``seed`` inside, and go on afterwards as if nothing had been."""
    states = taken_chance()
    torch.manual_seed(seed)
    try:
        yield
    finally:
        put_chance(states)


def _use_batch_statistics(network: nn.Module) -> None:
    for module in network.modules():
        if isinstance(module, nn.modules.batchnorm._NormBase):
            module.running_mean = module.running_var = module.num_batches_tracked = None
            module.track_running_stats = False
