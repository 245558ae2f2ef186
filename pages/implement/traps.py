"""What goes wrong without a word when a loss is used: small programs with a wrong and a right number, which are computed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from losses import LOSSES
from losses.by_hand import forms


@dataclass(frozen=True)
class Trap:
    """Something that runs and gives the wrong number.

    Attributes
    ----------
    title
        In a few words.
    losses
        Keys of those whose trap it is.
    says
        What happens.
    program
        Prints ``wrong: loss ...`` and ``right: loss ...``.
    wrong, right
        Give the same numbers.
    """

    title: str
    losses: tuple[str, ...]
    says: str
    program: str
    wrong: Callable[[], float]
    right: Callable[[], float]


def _loss(key: str, *inputs: Any, **parameters: Any) -> Callable[[], float]:
    """What gives the mean of a loss over its examples."""
    return lambda: float(LOSSES[key](*inputs, **parameters).mean())


def _form(form: Callable[..., np.ndarray], *inputs: Any) -> Callable[[], float]:
    """What gives the mean of a form written by hand, also of what the loss itself refuses."""
    return lambda: float(form(*(np.array(one, dtype=float) for one in inputs)).mean())


TORCH = "import torch\nimport torch.nn.functional as F\n\ntorch.set_default_dtype(torch.float64)\n"
KERAS = 'import os\n\nos.environ["KERAS_BACKEND"] = "torch"\n\nimport keras\nimport numpy as np\n\nkeras.config.set_floatx("float64")\n'
NUMPY = "import numpy as np\n\n"
P, Q = [0.7, 0.3], [0.5, 0.5]
KL_DATA = f"p, q = torch.tensor([{P}]), torch.tensor([{Q}])\n"
SURE = torch.tensor([[9.0, 0.0, 0.0]], dtype=torch.float64)
MASKS = ([0.9, 0.8, 0.6, 0.1], [1.0, 0.0, 0.0, 0.0])


def _prints(wrong: str, right: str) -> str:
    return f'print(f"wrong: loss {{{wrong}}}")\nprint(f"right: loss {{{right}}}")'


TRAPS = (
    Trap(
        "Columns against rows",
        ("mse", "mae", "huber"),
        "A model gives [n, 1], the targets are [n]: the difference is [n, n], every prediction against every target.",
        NUMPY
        + "prediction, target = np.array([[1.0], [2.0], [3.0]]), np.array([1.0, 2.0, 3.0])\n"
        + _prints("np.mean((prediction - target) ** 2)", "np.mean((prediction[:, 0] - target) ** 2)"),
        _form(forms.mse, [[1], [2], [3]], [1, 2, 3]),
        _loss("mse", [1.0, 2.0, 3.0], [1.0, 2.0, 3.0]),
    ),
    Trap(
        "Sum or mean",
        ("mse", "mae"),
        "The sum grows with the batch, and so do the steps: a learning rate that suits the mean is n times too large.",
        TORCH
        + "prediction, target = torch.tensor([1.0, 2.0, 6.0]), torch.zeros(3)\n"
        + _prints("F.mse_loss(prediction, target, reduction='sum')", "F.mse_loss(prediction, target)"),
        lambda: float(LOSSES["mse"]([1.0, 2.0, 6.0], [0.0, 0.0, 0.0]).sum()),
        _loss("mse", [1.0, 2.0, 6.0], [0.0, 0.0, 0.0]),
    ),
    Trap(
        "Smooth L1 is not Huber",
        ("huber",),
        "PyTorch’s smooth_l1_loss divides by its beta: the two agree only at 1.",
        TORCH
        + "prediction, target = torch.tensor([5.0]), torch.tensor([0.0])\n"
        + _prints("F.smooth_l1_loss(prediction, target, beta=2.0)", "F.huber_loss(prediction, target, delta=2.0)"),
        _loss("smooth_l1", [5.0], [0.0], beta=2.0),
        _loss("huber", [5.0], [0.0], delta=2.0),
    ),
    Trap(
        "Logits taken for probabilities",
        ("binary_cross_entropy",),
        "Without from_logits Keras cuts logits off at 0 and 1, without a word: whatever is right costs nothing.",
        KERAS
        + "logits, target = np.array([2.0, -1.0]), np.array([1.0, 0.0])\n"
        + _prints(
            "keras.losses.binary_crossentropy(target, logits)",
            "keras.losses.binary_crossentropy(target, logits, from_logits=True)",
        ),
        _loss("binary_cross_entropy", [1 - 1e-7, 1e-7], [1.0, 0.0]),
        _loss("binary_cross_entropy", [2.0, -1.0], [1.0, 0.0], from_logits=True),
    ),
    Trap(
        "A probability of 0, cut off",
        ("binary_cross_entropy", "focal"),
        "Keras keeps probabilities 1e-7 away from 0: from there on an error costs the same, and its slope is 0.",
        KERAS
        + "logit, target = np.array([-800.0]), np.array([1.0])\n"
        + _prints(
            "keras.losses.binary_crossentropy(target, keras.ops.sigmoid(logit))",
            "keras.losses.binary_crossentropy(target, logit, from_logits=True)",
        ),
        _loss("binary_cross_entropy", [1e-7], [1.0]),
        _loss("binary_cross_entropy", [-800.0], [1.0], from_logits=True),
    ),
    Trap(
        "Softmax twice",
        ("categorical_cross_entropy", "sparse_categorical_cross_entropy"),
        "PyTorch’s cross_entropy has the softmax in it. After another one the loss has a floor, however right the model is.",
        TORCH
        + "logits, target = torch.tensor([[9.0, 0.0, 0.0]]), torch.tensor([0])\n"
        + _prints("F.cross_entropy(logits.softmax(-1), target)", "F.cross_entropy(logits, target)"),
        _loss("sparse_categorical_cross_entropy", SURE.softmax(-1), [0], from_logits=True),
        _loss("sparse_categorical_cross_entropy", [[9.0, 0.0, 0.0]], [0], from_logits=True),
    ),
    Trap(
        "Classes counted from 1",
        ("categorical_cross_entropy", "sparse_categorical_cross_entropy"),
        "An index counts from 0. Counted from 1 it names the next class, and only the last one raises an error.",
        TORCH
        + "logits, first = torch.tensor([[3.0, 0.0, 0.0]]), 1\n"
        + _prints(
            "F.cross_entropy(logits, torch.tensor([first]))", "F.cross_entropy(logits, torch.tensor([first - 1]))"
        ),
        _loss("sparse_categorical_cross_entropy", [[3.0, 0.0, 0.0]], [1], from_logits=True),
        _loss("sparse_categorical_cross_entropy", [[3.0, 0.0, 0.0]], [0], from_logits=True),
    ),
    Trap(
        "Labels 0 and 1 under a hinge",
        ("hinge",),
        "The hinge wants −1 and +1. A label of 0 costs 1 whatever the score, and pulls at nothing.",
        NUMPY
        + "score, label = np.array([3.0, -3.0]), np.array([1, 0])\n"
        + _prints("np.maximum(0, 1 - label * score).mean()", "np.maximum(0, 1 - (2 * label - 1) * score).mean()"),
        _form(forms.hinge, [3, -3], [1, 0]),
        _loss("hinge", [3.0, -3.0], [1.0, -1.0]),
    ),
    Trap(
        "kl_div wants logarithms",
        ("kl_divergence",),
        "PyTorch’s first argument is the logarithm of the prediction. Given probabilities it goes below 0, as no divergence does.",
        TORCH
        + KL_DATA
        + _prints("F.kl_div(q, p, reduction='batchmean')", "F.kl_div(q.log(), p, reduction='batchmean')"),
        lambda: float(forms.kl(np.exp([Q]), np.array([P])).mean()),
        _loss("kl_divergence", [Q], [P]),
    ),
    Trap(
        "mean is not the mean",
        ("kl_divergence",),
        "The mean of all entries, kl_div’s default (with a warning), divides by the classes too; batchmean is over the examples.",
        TORCH
        + KL_DATA
        + _prints("F.kl_div(q.log(), p, reduction='none').mean()", "F.kl_div(q.log(), p, reduction='batchmean')"),
        lambda: _loss("kl_divergence", [Q], [P])() / len(P),
        _loss("kl_divergence", [Q], [P]),
    ),
    Trap(
        "Target and prediction exchanged",
        ("kl_divergence", "categorical_cross_entropy"),
        "Keras and scikit-learn take (target, prediction), PyTorch (prediction, target). Where it matters nothing complains.",
        KERAS
        + f"target, prediction = np.array({P}), np.array({Q})\n"
        + _prints("keras.losses.kl_divergence(prediction, target)", "keras.losses.kl_divergence(target, prediction)"),
        _loss("reverse_kl", [Q], [P]),
        _loss("kl_divergence", [Q], [P]),
    ),
    Trap(
        "alpha without class balancing",
        ("focal",),
        "Keras takes alpha and leaves it unused unless apply_class_balancing is set.",
        KERAS
        + "logit, target = np.array([-1.0]), np.array([1.0])\nfocal = keras.losses.binary_focal_crossentropy\n"
        + _prints(
            "focal(target, logit, alpha=0.25, from_logits=True)",
            "focal(target, logit, alpha=0.25, from_logits=True, apply_class_balancing=True)",
        ),
        _loss("focal", [-1.0], [1.0], from_logits=True, balanced=False),
        _loss("focal", [-1.0], [1.0], from_logits=True),
    ),
    Trap(
        "The generator with the label of fakes",
        ("gan_discriminator", "gan_generator_minimax", "gan_generator_non_saturating"),
        "For its own step the generator calls its fakes real, label 1. With 0 it learns to be found out.",
        TORCH
        + "fake = torch.tensor([-2.0])\nbce = F.binary_cross_entropy_with_logits\n"
        + _prints("bce(fake, torch.zeros(1))", "bce(fake, torch.ones(1))"),
        _loss("binary_cross_entropy", [-2.0], [0.0], from_logits=True),
        _loss("gan_generator_non_saturating", [-2.0]),
    ),
    Trap(
        "Tversky’s weights exchanged",
        ("dice",),
        "The paper’s alpha weighs false positives. Keras up to 3.15.1 has it the other way round.",
        KERAS
        + f"prediction, target = np.array({MASKS[0]}), np.array({MASKS[1]})\n"
        + _prints(
            "keras.losses.tversky(target, prediction, alpha=0.3, beta=0.7)",
            "keras.losses.tversky(target, prediction, alpha=0.7, beta=0.3)",
        ),
        _loss("tversky", *MASKS, alpha=0.7, beta=0.3),
        _loss("tversky", *MASKS, alpha=0.3, beta=0.7),
    ),
    Trap(
        "Keras’s own strength",
        ("l1", "l2"),
        "A regularizer without an argument multiplies by 0.01.",
        KERAS
        + "weights = np.array([3.0, -4.0])\n"
        + _prints("keras.regularizers.L1()(weights)", "keras.regularizers.L1(1.0)(weights)"),
        lambda: 0.01 * _loss("l1", [3.0, -4.0])(),
        _loss("l1", [3.0, -4.0]),
    ),
    Trap(
        "The norm for its square",
        ("l2",),
        "L2’s penalty is the squared norm. Without the square a whole weight vector is driven to exactly 0, or none of it.",
        TORCH
        + "weights = torch.tensor([3.0, 4.0])\n"
        + _prints("torch.linalg.vector_norm(weights)", "weights.square().sum()"),
        lambda: _loss("l2", [3.0, 4.0])() ** 0.5,
        _loss("l2", [3.0, 4.0]),
    ),
)
