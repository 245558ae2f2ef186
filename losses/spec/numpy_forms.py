"""What PyTorch calls otherwise than NumPy, or NumPy lacks: one form each, under PyTorch's name and with its arguments.

A form is one expression, which takes the place of the call where a loss is written in NumPy.
"""

from collections.abc import Callable
from types import FunctionType, MappingProxyType

import numpy as np


def relu(input):
    return np.maximum(input, 0)


def clamp(input, min=None, max=None):
    return np.clip(input, min, max)


def masked_fill(input, mask, value):
    return np.where(mask, value, input)


def amax(input, dim, keepdim=False):
    return np.max(input, dim, keepdims=keepdim)


def vector_norm(x, ord=2, dim=None, keepdim=False):
    return np.linalg.norm(x, ord, dim, keepdims=keepdim)


def vecdot(x, y):
    return np.sum(x * y, -1)


def sigmoid(input):
    return 1 / (1 + np.exp(-input))


def logsigmoid(input):
    return -np.logaddexp(0, -input)


def softplus(input):
    return np.logaddexp(0, input)


def logsumexp(input, dim):
    return np.logaddexp.reduce(input, axis=dim)


def log_softmax(input, dim):
    return input - np.logaddexp.reduce(input, axis=dim, keepdims=True)


def softmax(input, dim):
    return np.exp(input - np.logaddexp.reduce(input, axis=dim, keepdims=True))


def entr(input):
    return np.where(input == 0, 0, -input * np.log(np.where(input == 0, 1, input)))


def xlogy(input, other):
    return np.where(input == 0, 0, input * np.log(np.where(input == 0, 1, other)))


def one_hot(tensor, num_classes):
    return np.eye(num_classes)[tensor]


def mse_loss(input, target, reduction):
    return np.square(input - target)


def l1_loss(input, target, reduction):
    return np.abs(input - target)


def huber_loss(input, target, reduction, delta):
    far = delta * (np.abs(input - target) - delta / 2)
    return np.where(np.abs(input - target) <= delta, np.square(input - target) / 2, far)


def smooth_l1_loss(input, target, reduction, beta):
    far = np.abs(input - target) - beta / 2
    return np.where(np.abs(input - target) < beta, np.square(input - target) / 2 / beta, far)


def margin_ranking_loss(input1, input2, target, margin, reduction):
    return np.maximum(0, margin - target * (input1 - input2))


def detach(input):
    return input


def to(input, dtype):
    return input.astype(dtype)


def long(input):
    return input.astype(int)


def numel(input):
    return input.size


FORMS: MappingProxyType[str, Callable] = MappingProxyType(
    {name: form for name, form in globals().items() if isinstance(form, FunctionType)}
)
