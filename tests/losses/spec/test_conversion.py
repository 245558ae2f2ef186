"""What losses take as inputs: numbers of any make as the same numbers, and a refusal for all else."""

import re
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
import torch

from losses import LOSSES
from tests.losses.sampling import inputs_of

TWO, REVERSED = [1.0, 2.0], np.array([2.0, 1.0])[::-1]
TAKEN = {
    "a list": TWO,
    "a tuple": (1, 2),
    "big-endian floats": np.array(TWO, dtype=">f8"),
    "big-endian whole numbers": np.array([1, 2], dtype=">i4"),
    "a negative stride": REVERSED,
    "read-only": np.broadcast_to(np.arange(1.0, 3.0), (2,)),
    "long doubles": np.array(TWO, dtype=np.longdouble),
    "float16": np.array(TWO, dtype=np.float16),
    "unsigned": np.array([1, 2], dtype=np.uint8),
    "large integers": [1, 2 + 0 * 10**30],
    "objects": np.array([1, 2.0], dtype=object),
    "fractions": [Fraction(1), Decimal(2)],
    "a list of tensors": [torch.tensor(1.0), torch.tensor(2.0)],
    "a whole tensor": torch.tensor([1, 2]),
}
REFUSED = {
    "None": (None, r"found NoneType; a missing number is float\('nan'\)"),
    "None among numbers": ([1.0, None], r"found NoneType; a missing number is float\('nan'\)"),
    "text": (["1.5", "2"], "must be real numbers, found an array of <U3"),
    "text among objects": (np.array([1.0, "2"], dtype=object), "found str"),
    "complex": ([1j, 2], "must be real numbers, found an array of complex128"),
    "a complex tensor": (torch.tensor([1j, 2]), "is complex: give real numbers"),
    "dates": (np.array(["2020-01-01", "2020-01-02"], dtype="datetime64[D]"), "found an array of datetime64"),
    "too large": ([10**400, 1], "beyond the range of float64, 1.798e+308"),
    "a long double too large": (np.array(["1e4000", "1"]).astype(np.longdouble), "beyond the range of float64"),
    "rows of several lengths": ([[1.0], [1.0, 2.0]], "has rows of different lengths"),
    "tensors with a gradient": ([torch.ones((), requires_grad=True)] * 2, "join them with torch.stack"),
    "a masked array": (np.ma.array(TWO, mask=[False, True]), r"fill what is masked, as with .filled\(float\('nan'\)\)"),
    "a sparse tensor": (torch.eye(2).to_sparse(), r"call its to_dense\(\)"),
    "float8": (torch.ones(2).to(torch.float8_e4m3fn), r"float8_e4m3fn, in which torch does not compute: call .*double"),
}


@pytest.mark.parametrize("value", TAKEN.values(), ids=TAKEN)
def test_numbers_of_any_make_are_the_same_numbers(value):
    loss = LOSSES["mse"]
    assert loss(value, 0.0).tolist() == [1.0, 4.0]
    assert loss([3.0, 3.0], value).tolist() == [4.0, 1.0]


@pytest.mark.parametrize(("value", "why"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_real_number_is_refused(value, why):
    why = why if "\\" in why or ".*" in why else re.escape(why)
    with pytest.raises(ValueError, match=f"mse: prediction .*{why}"):
        LOSSES["mse"](value, 0.0)
    with pytest.raises(ValueError, match=f"mse: target .*{why}"):
        LOSSES["mse"](0.0, value)


@pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
def test_gradients_reach_a_float32_tensor_beside_any_other_input(loss):
    settings = loss.settings()
    single, *others = inputs_of(loss, settings, (3,), dtype=torch.float32)
    for make in (torch.Tensor.tolist, torch.Tensor.double, torch.Tensor.numpy, torch.Tensor.half):
        x = single.clone().requires_grad_()
        if make is torch.Tensor.half and any(domain.resolve(settings).sums_to_one for domain in loss.inputs.values()):
            continue
        value = loss(x, *map(make, others), **settings)
        if not value.requires_grad:
            assert loss.key == "zero_one", "a staircase has no slope"
            continue
        value.sum().backward()
        assert x.grad.dtype == torch.float32
        double = single.double().requires_grad_()
        rounded = (make(other) for other in others) if make is torch.Tensor.half else others
        loss(double, *(torch.as_tensor(other).double() for other in rounded), **settings).sum().backward()
        torch.testing.assert_close(x.grad.double(), double.grad, rtol=1e-4, atol=1e-5)


def test_dtypes_are_promoted_as_in_torch():
    single, double = torch.ones(2), torch.ones(2, dtype=torch.float64)
    mse = LOSSES["mse"]
    assert mse(single, double).dtype == mse(single, TWO).dtype == torch.float64
    assert mse(single, 0.0).dtype == mse(0.0, single).dtype == torch.float32
    assert mse(single.half(), single.bfloat16()).dtype == torch.float32


@pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
def test_an_example_without_components_is_refused(loss):
    settings = loss.settings()
    inputs = inputs_of(loss, settings, (3,))
    domains = [domain.resolve(settings) for domain in loss.inputs.values()]
    if any(domain.event_dims for domain in domains):
        empty = [x[..., :0] if domain.event_dims else x for domain, x in zip(domains, inputs, strict=True)]
        with pytest.raises(ValueError, match=rf"{loss.key}: .* got shape \(3, 0\)"):
            loss(*empty)
    assert loss(*(x[:0] for x in inputs)).shape == (0,)


def test_class_indices_are_no_one_hot_targets():
    """Three examples of three classes: as a single one-hot row the indices would be taken for every example."""
    logits = torch.eye(3, dtype=torch.float64)
    for key in ("categorical_cross_entropy", "categorical_focal", "categorical_hinge"):
        settings = {} if key == "categorical_hinge" else {"from_logits": True}
        for indices in ([0, 1, 0], [2.0, 0.0, 1.0], torch.tensor([0, 0, 1])):
            with pytest.raises(ValueError, match=r"target of shape \(3,\) .* class indices, which sparse_categorical"):
                LOSSES[key](logits, indices, **settings)
        row = LOSSES[key](logits, [[0, 1, 0]], **settings)
        assert torch.equal(row, LOSSES[key](logits, [[0, 1, 0]] * 3, **settings))
        assert LOSSES[key](logits[:2], [0, 1, 0], **settings).shape == (2,), "one row for two examples is no index"


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("classes", [3, 100, 10_000])
def test_a_softmax_of_any_dtype_sums_to_one(dtype, classes):
    logits = 3 * torch.randn(20, classes, generator=torch.Generator().manual_seed(0))
    prediction = logits.to(dtype).softmax(-1)
    assert LOSSES["sparse_categorical_cross_entropy"](prediction, 0).shape == (20,)
    if dtype.itemsize > 2:
        assert LOSSES["sparse_categorical_cross_entropy"](prediction[0].tolist(), 0).ndim == 0
        for wrong, found in ((1.01, r"1\.0[01]\d*"), (0.99, r"0\.9[89]\d*")):
            with pytest.raises(ValueError, match=rf"found a sum of {found} in row 0: divide by it"):
                LOSSES["sparse_categorical_cross_entropy"](wrong * prediction, 0)


def test_the_sum_of_a_printed_table_is_named_with_its_row():
    """Four digits of each logarithm make a sum of 1.000014: beyond any rounding of float32, so it is refused."""
    table = [[0.2, 0.3, 0.5], [0.2, 0.300014, 0.5]]
    for prediction, row in ((table, " in row 1"), (table[1], ""), ([table], r" in row \(0, 1\)")):
        with pytest.raises(ValueError, match=rf"found a sum of 1\.000014{row}: divide by it$"):
            LOSSES["sparse_categorical_cross_entropy"](prediction, 0)
    with pytest.raises(ValueError, match=r"found -0\.1 in row 1$"):
        LOSSES["sparse_categorical_cross_entropy"]([[0.5, 0.5], [1.1, -0.1]], 0)


def test_a_number_outside_the_domain_is_named_with_its_place():
    with pytest.raises(ValueError, match=r"target must be -1 or \+1, found 2 at 1$"):
        LOSSES["hinge"]([0.0, 0.0], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"target must be 0 or 1 per pixel \(last axis\), found 0.5 at \(1, 0\)$"):
        LOSSES["dice"]([[0.0, 0.0]] * 2, [[1.0, 0.0], [0.5, 1.0]])
    with pytest.raises(ValueError, match=r"found 1\.5$"):
        LOSSES["binary_cross_entropy"](1.5, 1.0)
