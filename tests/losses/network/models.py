"""Models, data and plain loops that the tests of ``losses.network`` compare with."""

import copy

import torch
from torch import nn

DTYPE = torch.float64


def seeded(build):
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return build()


def perceptron(hidden=5, activation=nn.Tanh, dtype=DTYPE):
    layers = lambda: nn.Sequential(nn.Linear(2, hidden), activation(), nn.Linear(hidden, hidden), activation(), nn.Linear(hidden, 2))  # noqa: E731  # fmt: skip
    return seeded(layers).to(dtype)


def points(count=20, dtype=DTYPE):
    random = torch.Generator().manual_seed(5)
    features = torch.randn(count, 2, generator=random, dtype=DTYPE)
    return features.to(dtype), (features.prod(1) > 0).long()


def cross_entropy(model, batch):
    features, target = batch
    return nn.functional.cross_entropy(model(features), target)


class Shared(nn.Module):
    """The same weights twice, and a buffer that is added."""

    def __init__(self):
        super().__init__()
        self.first, self.middle, self.last = nn.Linear(2, 4), nn.Linear(4, 4), nn.Linear(4, 2)
        self.again = self.middle
        self.register_buffer("shift", torch.tensor([0.5, -0.5]))

    def forward(self, x):
        return self.last(torch.tanh(self.again(torch.tanh(self.middle(self.first(x)))))) + self.shift


class Whole(nn.Module):
    """A parameter of whole numbers, which has no slope."""

    def __init__(self):
        super().__init__()
        self.chosen = nn.Parameter(torch.tensor([1, 0]), requires_grad=False)
        self.linear = nn.Linear(2, 2)

    def forward(self, x):
        return self.linear(x)[:, self.chosen]


class Asking(nn.Module):
    """Looks at its numbers, which vmap cannot follow."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 2)

    def forward(self, x):
        out = self.linear(x)
        return out * 2 if out.sum().item() > 0 else out


class Convolved(nn.Module):
    """A convolution along the two features, and a normalisation in groups."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm, self.out = nn.Conv1d(1, 4, 2), nn.GroupNorm(2, 4), nn.Linear(4, 2)

    def forward(self, x):
        return self.out(torch.tanh(self.norm(self.conv(x.unsqueeze(1)))).flatten(1))


class Embedded(nn.Module):
    """Words by their numbers, here the signs of the features."""

    def __init__(self, *, sparse=False):
        super().__init__()
        self.words, self.out = nn.Embedding(4, 3, sparse=sparse), nn.Linear(3, 2)

    def forward(self, x):
        return self.out(torch.tanh(self.words((x > 0).long() + torch.tensor([0, 2])).sum(1)))


class Recurrent(nn.Module):
    """An LSTM over the features, one after the other."""

    def __init__(self):
        super().__init__()
        self.inside, self.out = nn.LSTM(1, 3, batch_first=True), nn.Linear(3, 2)

    def forward(self, x):
        return self.out(self.inside(x.unsqueeze(-1))[0][:, -1])


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.inside, self.out = nn.Linear(2, 4), nn.Linear(4, 2)

    def forward(self, x):
        h = self.inside(x).view(1, len(x), 2, 2).transpose(1, 2)
        return self.out(nn.functional.scaled_dot_product_attention(h, h, h).transpose(1, 2).reshape(len(x), 4))


class Hidden(nn.Module):
    """Reaches its weights by another way than the name they have."""

    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(2, 2)
        self.ways = [self.linear.weight]

    def forward(self, x):
        return x @ self.ways[0].T + self.linear.bias


def frozen():
    model = perceptron()
    model[0].requires_grad_(False)
    return model


def batch_norm():
    model = seeded(lambda: nn.Sequential(nn.Linear(2, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))).to(DTYPE)
    with torch.no_grad():
        for _ in range(3):
            model(points()[0] * 2 + 1)
    return model


MODELS = {
    "perceptron": perceptron,
    "batch norm": batch_norm,
    "dropout": lambda: seeded(lambda: nn.Sequential(nn.Linear(2, 6), nn.Dropout(0.5), nn.Tanh(), nn.Linear(6, 2))).to(DTYPE),
    "layer norm": lambda: seeded(lambda: nn.Sequential(nn.Linear(2, 6), nn.LayerNorm(6), nn.GELU(), nn.Linear(6, 2))).to(DTYPE),
    "shared": lambda: seeded(Shared).to(DTYPE),
    "frozen": frozen,
    "whole numbers": lambda: seeded(Whole).to(DTYPE),
    "asking": lambda: seeded(Asking).to(DTYPE),
    "scalar weight": lambda: seeded(lambda: nn.Sequential(nn.Linear(2, 2), nn.PReLU())).to(DTYPE),
    "group norm": lambda: seeded(Convolved).to(DTYPE),
    "embedding": lambda: seeded(Embedded).to(DTYPE),
    "sparse slopes": lambda: seeded(lambda: Embedded(sparse=True)).to(DTYPE),
    "lstm": lambda: seeded(Recurrent).to(DTYPE),
    "attention": lambda: seeded(Attention).to(DTYPE),
    "hidden": lambda: seeded(Hidden).to(DTYPE),
    "one thread, large": lambda: perceptron(hidden=300),
}  # fmt: skip


def fingerprint(model):
    """All that may not change, as bytes and flags."""
    tensors = [*model.named_parameters(), *model.named_buffers()]
    return (
        [(name, id(each), each.data_ptr(), each.detach().numpy().tobytes(), each.requires_grad) for name, each in tensors],
        [(name, None if each.grad is None else (id(each.grad), each.grad.to_dense().numpy().tobytes())) for name, each in tensors],
        [(name, module.training) for name, module in model.named_modules()],
        torch.get_rng_state().numpy().tobytes(),
    )  # fmt: skip


def plain_loss(model, vector, loss, data):
    """Set the weights one by one, in evaluation mode, and look."""
    other = copy.deepcopy(model).eval()
    at = 0
    with torch.no_grad():
        for parameter in other.parameters():
            if parameter.is_floating_point():
                parameter.copy_(torch.as_tensor(vector)[at : at + parameter.numel()].view_as(parameter))
                at += parameter.numel()
        return float(loss(other, data))
