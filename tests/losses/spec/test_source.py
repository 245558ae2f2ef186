"""Losses written out as plain functions of PyTorch and of NumPy."""

import ast
import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from losses import LOSSES
from losses.spec.numpy_forms import FORMS
from losses.spec.source import definitions, literal, statements

WEIGHT = 3.0


def _half(x):
    return x / 2


def squashed(x, *, scale=2.0):
    """Two helpers deep."""
    short = torch.special.entr
    kept = torch.where(x > 0, x.clamp(max=scale), 0.0).masked_fill(x > 1, torch.inf)
    return (
        0.5 * _half(short(kept)).expand_as(x) + functional.softplus(-x).amax(-1, keepdim=True) * math.exp(0.0) * WEIGHT
    )


def without_form(x):
    return torch.erfinv(x)


def choosing(x, *, positive, share):
    """A scene of two tensors."""
    if positive:
        base = x * share
        return base, torch.full_like(x, float(positive) * WEIGHT)
    return (x if share > 1 else 1 - x), torch.full_like(x, 1 - share)


def on_the_way(x):
    if x > 0:
        return x, x
    return x


def test_numpy_gives_what_pytorch_gives():
    x = torch.tensor([-1.0, 0.0, 0.25, 0.5, 3.0], dtype=torch.float64)
    names = {"np": np, "math": math}
    text = definitions(squashed, "numpy")
    assert [*text] == ["_half", "squashed"]
    exec("\n".join(text.values()), names)
    assert names["squashed"](x.numpy()).tolist() == pytest.approx(squashed(x).tolist(), rel=1e-12)
    assert "torch" not in text["squashed"]
    assert "keepdims=False" not in text["squashed"]


def test_pytorch_stays_as_it_is_written():
    names = {"torch": torch, "math": math}
    exec("\n".join(definitions(squashed, "torch").values()), names)
    x = torch.linspace(-2, 2, 9, dtype=torch.float64)
    assert torch.equal(names["squashed"](x, scale=1.5), squashed(x, scale=1.5))


def test_copied_functions_have_no_annotations_or_docstrings():
    for text in definitions(LOSSES["focal"].function, "torch").values():
        (function,) = ast.parse(text).body
        assert ast.get_docstring(function) is None
        assert not any(argument.annotation for argument in (*function.args.args, *function.args.kwonlyargs))
        assert function.returns is None
        assert function.decorator_list == []


def test_what_numpy_has_no_form_of_is_refused():
    with pytest.raises(ValueError, match="NumPy has no form of what without_form calls"):
        definitions(without_form, "numpy")
    assert "torch.erfinv" in definitions(without_form, "torch")["without_form"]


def test_a_loss_that_calls_another_brings_it_along():
    assert [*definitions(LOSSES["elastic_net"].function, "numpy")] == ["l1", "l2", "elastic_net"]


def test_minus_of_minus_is_left_out():
    assert "--" not in "".join(definitions(LOSSES["gan_discriminator"].function, "numpy").values())


def test_decisions_and_numbers_that_are_known_are_worked_out():
    called, lines = statements(choosing, ("a", "b"), positive=True, share=0.5)
    assert lines == ["base = x * 0.5", "a, b = base, torch.full_like(x, 3.0)"]
    assert called == {}
    assert statements(choosing, ("a", "b"), positive=False, share=0.25)[1] == ["a, b = 1 - x, torch.full_like(x, 0.75)"]
    assert statements(choosing, ("a", "b"), positive=False, share=2.0)[1] == ["a, b = x, torch.full_like(x, -1.0)"]


def test_a_result_that_is_not_known_to_be_a_tuple_is_refused():
    with pytest.raises(ValueError, match="on_the_way does not end in a return of a tuple"):
        statements(on_the_way, ("a", "b"))


@pytest.mark.parametrize("value", [0.5, -3.0, True, math.inf, -math.inf])
def test_literals_read_back(value):
    assert eval(literal(value)) == value


EXAMPLES = {
    "relu": (torch.relu, {}),
    "clamp": (torch.clamp, {"min": -0.5, "max": 0.25}),
    "amax": (torch.amax, {"dim": -1}),
    "sigmoid": (torch.sigmoid, {}),
    "logsigmoid": (functional.logsigmoid, {}),
    "softplus": (functional.softplus, {}),
    "logsumexp": (torch.logsumexp, {"dim": -1}),
    "log_softmax": (functional.log_softmax, {"dim": -1}),
    "softmax": (torch.softmax, {"dim": -1}),
    "vector_norm": (torch.linalg.vector_norm, {"ord": 1, "dim": -1}),
    "detach": (torch.detach, {}),
    "numel": (torch.numel, {}),
}
OF_TWO = {
    "xlogy": (torch.xlogy, {}),
    "vecdot": (torch.linalg.vecdot, {}),
    "mse_loss": (functional.mse_loss, {"reduction": "none"}),
    "l1_loss": (functional.l1_loss, {"reduction": "none"}),
    "huber_loss": (functional.huber_loss, {"reduction": "none", "delta": 0.7}),
    "smooth_l1_loss": (functional.smooth_l1_loss, {"reduction": "none", "beta": 0.7}),
}
REAL = torch.tensor([[-3.0, -0.25, 0.0, 0.5], [2.0, 1.0, 40.0, -40.0]], dtype=torch.float64)
ABOVE_0 = torch.tensor([[0.0, 0.3, 2.0, 1.0], [1.0, 0.0, 0.5, 4.0]], dtype=torch.float64)


@pytest.mark.parametrize("name", EXAMPLES)
def test_forms_of_one_input(name):
    function, keywords = EXAMPLES[name]
    assert np.allclose(FORMS[name](REAL.numpy(), **keywords), function(REAL, **keywords), rtol=1e-13, atol=0)


@pytest.mark.parametrize("name", OF_TWO)
def test_forms_of_two_inputs(name):
    function, keywords = OF_TWO[name]
    expected = function(ABOVE_0, ABOVE_0.flip(0), **keywords)
    assert np.allclose(FORMS[name](ABOVE_0.numpy(), ABOVE_0.flip(0).numpy(), **keywords), expected, rtol=1e-13)


def test_forms_of_other_inputs():
    assert FORMS["entr"](ABOVE_0.numpy()) == pytest.approx(torch.special.entr(ABOVE_0).numpy())
    mask = REAL > 0
    assert (FORMS["masked_fill"](REAL.numpy(), mask.numpy(), 9.0) == REAL.masked_fill(mask, 9.0).numpy()).all()
    index = torch.tensor([2, 0])
    assert (FORMS["one_hot"](index.numpy(), 3) == functional.one_hot(index, 3).numpy()).all()
    assert FORMS["to"](mask.numpy(), np.float64).dtype == np.float64
    assert FORMS["long"](np.array([2.0])).tolist() == torch.tensor([2.0]).long().tolist()
    sign = torch.where(mask, 1.0, -1.0)
    ranked = functional.margin_ranking_loss(REAL, ABOVE_0, sign, margin=0.5, reduction="none")
    given = (part.numpy() for part in (REAL, ABOVE_0, sign))
    assert np.allclose(FORMS["margin_ranking_loss"](*given, margin=0.5, reduction="none"), ranked)


def test_every_form_was_tried():
    tried = {*EXAMPLES, *OF_TWO, "entr", "masked_fill", "one_hot", "to", "long", "margin_ranking_loss"}
    assert tried == FORMS.keys()


def test_what_is_not_made_by_def_has_no_source_to_copy():
    with pytest.raises(TypeError, match="is not made by def"):
        definitions(len, "torch")
