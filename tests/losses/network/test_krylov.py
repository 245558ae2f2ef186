import numpy as np
import pytest
import torch

from losses.network.krylov import Operator, lanczos
from tests.losses.network.models import DTYPE

EQUAL = torch.tensor([9.0, 7, 4, 2, 1], dtype=DTYPE).repeat_interleave(3)
LIKE = torch.zeros(0, dtype=DTYPE)


def diagonal(values, counted=None):
    def times(vector):
        if counted is not None:
            counted.append(1)
        return values.to(vector) * vector

    return Operator(times, len(values), LIKE)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("k", [1, 2, 4, 5, 7])
def test_an_eigenvalue_is_found_as_often_as_it_occurs(k, seed):
    found = lanczos(diagonal(EQUAL), k, seed)
    assert np.allclose(found.values, EQUAL[:k], atol=1e-9)
    assert torch.allclose(found.vectors @ found.vectors.T, torch.eye(k, dtype=DTYPE), atol=1e-9)
    assert torch.allclose(
        found.vectors * EQUAL, torch.from_numpy(found.values).unsqueeze(-1) * found.vectors, atol=1e-6
    )


@pytest.mark.parametrize("seed", range(3))
def test_equal_ones_are_found_among_many(seed):
    values = torch.cat([torch.linspace(-3, 5, 150, dtype=DTYPE), torch.tensor([9.0, 9, 9, 8, 8], dtype=DTYPE)])
    counted = []
    found = lanczos(diagonal(values, counted), 5, seed)
    assert np.allclose(found.values, [9, 9, 9, 8, 8], atol=1e-8)
    assert (found.errors < 1e-6).all()
    assert len(counted) < 250
    lowest = -lanczos(diagonal(values).negative, 3, seed).values
    assert np.allclose(lowest, values[:3], atol=1e-6)


def test_that_none_is_equal_costs_few_products_more():
    values = torch.logspace(-6, 2, 400, dtype=DTYPE)
    counted = []
    found = lanczos(diagonal(values, counted), 5)
    assert np.allclose(found.values, values.flip(0)[:5], rtol=1e-8)
    alone = len(counted)
    counted.clear()
    lanczos(diagonal(values, counted), 1)
    assert alone < 4 * len(counted)


def test_with_few_vectors_the_errors_say_how_far_off_it_is():
    values = torch.linspace(0, 1, 150, dtype=DTYPE)
    found = lanczos(diagonal(values), 3, most=8)
    nearest = np.abs(found.values[:, None] - values.numpy()).min(1)
    assert (nearest <= found.errors).all()
    assert found.errors.max() > 1e-3
    assert lanczos(diagonal(values), 3).errors.max() < 1e-8


def test_rounding_is_part_of_the_error():
    random = torch.Generator().manual_seed(0)
    matrix = torch.randn(60, 60, generator=random, dtype=DTYPE)
    matrix = matrix @ matrix.T / 60
    rough = matrix.to(torch.bfloat16)
    operator = Operator(lambda v: (rough @ v.to(rough)).to(v), 60, torch.zeros(0), torch.finfo(torch.bfloat16).eps)
    found = lanczos(operator, 3)
    exact = torch.linalg.eigvalsh(matrix).flip(0)[:3].numpy()
    assert 1e-5 < np.abs(found.values - exact).max() < found.errors.min()
