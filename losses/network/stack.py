"""Several perceptrons at a time: the same layers with other weights, over the same features.

What ``torch.nn.Sequential`` does with ``[examples, units]`` is done here with ``[models, units, examples]``: a product of
few wide matrices instead of many narrow ones, in the same storage each time.
"""

from typing import Any, NoReturn

import torch
from torch import Tensor, nn

from losses.network.task import Copy, Criterion
from losses.network.weights import as_dict

POINTWISE = (nn.ReLU, nn.Tanh, nn.GELU, nn.Sigmoid, nn.SiLU, nn.LeakyReLU, nn.ELU, nn.Softplus, nn.Identity, nn.Dropout)


class NotJustCalledError(RuntimeError):
    """A loss does something else with its model than call it on its features."""


class Answer:
    """What a loss is given in place of a model: called with the features it gives the output that was computed for them."""

    def __init__(self, features: Tensor, output: Tensor) -> None:
        self._features, self._output = features, output

    def __call__(self, features: Tensor) -> Tensor:
        """The output ``[examples, units]``."""
        if features is not self._features:
            raise NotJustCalledError("called on other features")
        return self._output

    def __getattr__(self, name: str) -> NoReturn:
        raise NotJustCalledError(f"asked for {name}")


class Stack:
    """Several models of the kind of a copy's, at a time."""

    def __init__(self, own: Copy, layers: list[nn.Module], count: int) -> None:
        self.own, self.layers, self.count = own, layers, count
        ((batch, _),) = own.batches
        self.batch, self.features = batch, batch[0]
        self.across = self.features.T.contiguous()
        self.names = {id(each): weight.name for each, weight in zip(own.parameters, own.weights, strict=True)}
        self.rooms = [
            torch.empty(count, layer.out_features, len(self.features), dtype=own.dtype, device=own.device)
            for layer in layers
            if isinstance(layer, nn.Linear)
        ]

    def losses(self, vectors: Tensor) -> list[float]:
        """The loss at each of the weights ``[k, p]``, k up to ``count`` of them."""
        outputs = self.outputs(as_dict(self.own.weights, vectors))
        loss = self.own.loss
        if isinstance(loss, Criterion) and _is_plain_cross_entropy(loss.module, self.batch[1]):
            # Classes in the middle: where they come last, rows of two are the slowest that PyTorch knows.
            target = self.batch[1].expand(len(outputs), -1)
            return nn.functional.cross_entropy(outputs, target, reduction="none").mean(-1).tolist()
        answers: list[Any] = [Answer(self.features, output) for output in outputs.mT.unbind()]
        return [torch.as_tensor(loss(answer, self.batch)).item() for answer in answers]

    def outputs(self, weights: dict[str, Tensor]) -> Tensor:
        """``[k, units, examples]``, of weights with k in front."""
        rooms, values = iter(self.rooms), self.across
        for layer in self.layers:
            if isinstance(layer, nn.Linear):
                matrix = weights[self.names[id(layer.weight)]]
                values = self._linear(layer, matrix, values, weights, next(rooms)[: len(matrix)])
            elif isinstance(layer, nn.ReLU):
                values = values.relu_()
            else:
                values = layer(values)
        return values

    def _linear(
        self, layer: nn.Linear, matrix: Tensor, values: Tensor, weights: dict[str, Tensor], room: Tensor
    ) -> Tensor:
        flat = values.ndim == 2  # the features, which all share
        rows = matrix.reshape(-1, layer.in_features) if flat else matrix
        out = room.view(-1, room.shape[-1]) if flat else room
        if layer.bias is None:
            torch.matmul(rows, values, out=out)
            return room
        bias = weights[self.names[id(layer.bias)]].unsqueeze(-1)
        (torch.addmm if flat else torch.baddbmm)(bias.reshape(-1, 1) if flat else bias, rows, values, out=out)
        return room


def stacked(own: Copy, count: int) -> Stack | None:
    """Models of a copy's kind to be evaluated ``count`` at a time; None where that is no plain perceptron, or goes wrong."""
    layers = _layers(own.network)
    parameters = [each for layer in layers or () for each in layer.parameters(recurse=False)]
    plain = (
        layers is not None
        and isinstance(layers[0], nn.Linear)
        and len({id(each) for each in parameters}) == len(parameters) == len(own.parameters)
        and all(each.dtype == own.dtype and each.device == own.device for each in parameters)
        and len(own.batches) == 1
        and _is_matrix(own.batches[0][0], own.dtype)
    )
    if not plain or layers is None:
        return None
    made = Stack(own, layers, count)
    return made if own.agrees(made.losses) else None


def _layers(network: nn.Module) -> list[nn.Module] | None:
    """The layers of a perceptron in their order; None for any other network."""
    if network._forward_hooks or network._forward_pre_hooks:
        return None
    if type(network) is nn.Sequential:
        parts = [_layers(each) for each in network]
        return [layer for part in parts for layer in part or ()] if parts and all(parts) else None
    return [network] if type(network) in (nn.Linear, *POINTWISE) else None


def _is_plain_cross_entropy(module: nn.Module, target: Any) -> bool:
    """Whether it is the mean over classes by their numbers, none of which is left out."""
    return (
        type(module) is nn.CrossEntropyLoss
        and module.weight is None
        and module.reduction == "mean"
        and module.label_smoothing == 0
        and isinstance(target, Tensor)
        and target.ndim == 1
        and not bool((target == module.ignore_index).any())
    )


def _is_matrix(batch: Any, dtype: torch.dtype) -> bool:
    features = batch[0] if isinstance(batch, (tuple, list)) and batch else None
    return isinstance(features, Tensor) and features.ndim == 2 and features.dtype == dtype
