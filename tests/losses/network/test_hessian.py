import copy
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from losses.network.directions import leading
from losses.network.edge import sharpness
from losses.network.hessian import hessian_of, spectrum
from losses.network.krylov import Krylov, NotFiniteError, Operator, lanczos, quadrature
from losses.network.task import Options, prepared
from losses.network.weights import flat, layout
from tests.losses.network.models import DTYPE, MODELS, Attention, Shared, cross_entropy, perceptron, points, seeded

DATA = points()
LIKE = torch.zeros(1, dtype=DTYPE)


def full_hessian(model, data=DATA):
    trained = [weight for weight in layout(model) if weight.trained]
    own = {name: parameter.detach() for name, parameter in model.named_parameters()}
    sizes = [weight.part.stop - weight.part.start for weight in trained]

    def value(vector):
        parts = {
            weight.name: part.view(weight.shape) for weight, part in zip(trained, vector.split(sizes), strict=True)
        }
        # On a copy: functional_call leaves something else in a module that has two names.
        output = torch.func.functional_call(copy.deepcopy(model), {**own, **parts}, (data[0],))
        return nn.functional.cross_entropy(output, data[1])

    model.eval()
    start = torch.cat([own[weight.name].reshape(-1) for weight in trained])
    with sdpa_kernel(SDPBackend.MATH):
        if any(isinstance(module, nn.LayerNorm) for module in model.modules()):
            return torch.autograd.functional.hessian(value, start).numpy()  # that of torch.func is not even symmetric
        return torch.func.hessian(value)(start).detach().numpy()


@pytest.mark.parametrize("name", ["perceptron", "batch norm", "layer norm", "shared", "frozen", "dropout", "group norm", "embedding", "lstm"])  # fmt: skip
def test_the_spectrum_is_that_of_the_full_hessian(name):
    model = MODELS[name]()
    values = np.linalg.eigvalsh(full_hessian(model))[::-1]
    found = spectrum(model, cross_entropy, DATA, 5, both_ends=True, probes=16, steps=60)
    assert np.abs(found.largest - values[:5]).max() < 1e-6
    assert np.abs(found.lowest - values[::-1][:5]).max() < 1e-6
    assert found.weights == len(values)
    assert abs(found.trace - values.sum()) < 4 * found.trace_error + 1e-9
    assert math.isclose(found.shares.sum(), 1)
    assert math.isclose(found.shares @ found.nodes * len(values), found.trace, rel_tol=1e-6)
    assert (found.errors < 1e-6).all()


def test_batches_give_the_same_curvature_as_all_at_once():
    model, (features, target) = perceptron(), DATA
    parts = [(features[:3], target[:3]), (features[3:], target[3:])]
    whole, split = (spectrum(model, cross_entropy, data, probes=2).largest for data in (DATA, parts))
    assert np.abs(whole - split).max() < 1e-9


def test_the_density_of_one_two_three_four_has_a_quarter_at_each():
    diagonal = torch.tensor([1.0, 2, 3, 4], dtype=DTYPE)
    traces, nodes, shares = quadrature(Operator(lambda v: diagonal * v, 4, LIKE), 8, 30, 1)
    assert np.allclose(traces, 10)
    for value in (1, 2, 3, 4):
        assert math.isclose(shares[abs(nodes - value) < 1e-8].sum(), 0.25, rel_tol=1e-9)
    model = nn.Linear(4, 1, bias=False, dtype=DTYPE)
    found = spectrum(model, lambda model, batch: model(batch).square().sum() / 2, diagonal.sqrt().diag(), k=4)
    assert np.allclose(found.largest, [4, 3, 2, 1])
    assert math.isclose(found.trace, 10)
    places = np.linspace(-1, 6, 2001)
    assert math.isclose(np.trapezoid(found.density(places, 0.1), places), 1, rel_tol=1e-6)
    assert math.isclose(found.density(3.0, 0.1), 0.25 / (0.1 * math.sqrt(2 * math.pi)), rel_tol=1e-6)


def test_equal_eigenvalues_are_all_found():
    diagonal = torch.tensor([7.0, 7, 7, 2, 2, 0], dtype=DTYPE)
    found = lanczos(Operator(lambda v: diagonal * v, 6, LIKE), 6)
    assert np.allclose(found.values, [7, 7, 7, 2, 2, 0], atol=1e-9)
    assert torch.allclose(found.vectors @ found.vectors.T, torch.eye(6, dtype=DTYPE), atol=1e-9)


def test_a_zero_operator_has_zero_eigenvalues():
    found = lanczos(Operator(lambda v: 0 * v, 5, LIKE), 3)
    assert found.values.tolist() == [0, 0, 0]


def test_vectors_stay_at_right_angles_over_many_steps():
    diagonal = torch.logspace(0, 12, 200, dtype=DTYPE)
    basis = Krylov(Operator(lambda v: diagonal * v, 200, LIKE), 120, torch.Generator().manual_seed(0))
    while basis.step():
        pass
    assert torch.allclose(basis.vectors @ basis.vectors.T, torch.eye(120, dtype=DTYPE), atol=1e-12)


def test_sharpness_is_the_largest_eigenvalue_and_goes_on_from_where_it_was():
    model = perceptron()
    largest = np.linalg.eigvalsh(full_hessian(model))[-1]
    found = sharpness(model, cross_entropy, DATA, steps=30)
    assert math.isclose(found.value, largest, rel_tol=1e-3)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.mul_(1.001)
    moved = np.linalg.eigvalsh(full_hessian(model))[-1]
    cold, warm = (sharpness(model, cross_entropy, DATA, start, steps=2).value for start in (None, found.vector))
    assert abs(warm - moved) < 1e-3 * moved
    assert abs(warm - moved) < abs(cold - moved) / 10


def test_a_diverged_model_has_no_spectrum_and_its_sharpness_is_not_a_number():
    model = perceptron()
    nn.init.constant_(model[4].weight, torch.nan)
    with pytest.raises(NotFiniteError, match="diverged"):
        spectrum(model, cross_entropy, DATA)
    assert math.isnan(sharpness(model, cross_entropy, DATA).value)


def test_sparse_slopes_curve_like_dense_ones():
    dense, sparse = (spectrum(MODELS[name](), cross_entropy, DATA, probes=1) for name in ("embedding", "sparse slopes"))
    assert np.allclose(dense.largest, sparse.largest)


DETACHED = {
    "a number": lambda model, batch: cross_entropy(model, batch).item(),
    "no_grad": torch.no_grad()(cross_entropy),
    "of something else": lambda model, batch: cross_entropy(model, batch).detach() * torch.ones((), requires_grad=True),
    "NumPy": lambda model, batch: np.square(model(batch[0]).detach().numpy()).mean(),
}


@pytest.mark.parametrize("name", DETACHED)
def test_a_loss_that_autograd_cannot_follow_is_refused(name):
    for use in (spectrum, leading, sharpness):
        with pytest.raises(ValueError, match="does not depend on the weights by autograd"):
            use(perceptron(), DETACHED[name], DATA)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_loss_that_is_no_number_is_refused_and_its_sharpness_is_not_a_number(value):
    model = nn.Linear(2, 1, dtype=DTYPE)
    straight = lambda model, batch: model(batch[0]).sum() * value  # noqa: E731
    for data in (DATA, [DATA, DATA]):
        with pytest.raises(NotFiniteError, match="not finite"):
            spectrum(model, straight, data)
        assert math.isnan(sharpness(model, straight, data).value)


def noisy(model, batch):
    return cross_entropy(model, (batch[0] + torch.randn_like(batch[0]), batch[1]))


@pytest.mark.parametrize("data", [DATA, [DATA, DATA]])
def test_what_a_loss_draws_is_drawn_by_the_seed_and_the_same_in_every_product(data):
    def found(seed, global_seed):
        torch.manual_seed(global_seed)
        whole = spectrum(perceptron(), noisy, data, 3, seed=seed, probes=2, steps=5)
        vectors = leading(perceptron(), noisy, data, seed=seed)
        return [whole.loss, *whole.largest, *vectors.curvatures, sharpness(perceptron(), noisy, data, seed=seed).value]

    first, again, other = found(1, 5), found(1, 6), found(2, 5)
    assert first == again
    assert not np.allclose(first, other)
    assert np.allclose(first[1:3], first[4:6])
    own = prepared(perceptron(), noisy, data, Options())
    operator = hessian_of(own)
    vector = torch.ones(operator.size, dtype=DTYPE)
    assert torch.equal(operator.times(vector), operator.times(vector))


def test_equal_eigenvalues_of_a_model_are_all_found():
    random = torch.Generator().manual_seed(0)
    features, target = (torch.randn(50, size, generator=random, dtype=DTYPE) for size in (5, 3))
    model = nn.Linear(5, 3, bias=False, dtype=DTYPE)
    squares = lambda model, batch: (model(batch[0]) - batch[1]).square().sum(1).mean()  # noqa: E731
    expected = np.repeat(np.linalg.eigvalsh((2 * features.T @ features / 50).numpy()), 3)[::-1]
    found = spectrum(model, squares, (features, target), 5, both_ends=True, probes=1)
    assert np.allclose(found.largest, expected[:5])
    assert np.allclose(found.lowest, expected[::-1][:5])
    assert np.allclose(leading(model, squares, (features, target)).curvatures, expected[:2])


def test_errors_bound_what_single_and_half_precision_miss():
    random = torch.Generator().manual_seed(1)
    features, target = (torch.randn(400, size, generator=random, dtype=DTYPE) for size in (60, 1))
    model = seeded(lambda: nn.Linear(60, 1, bias=False))
    for dtype in (torch.float32, torch.bfloat16):
        held = features.to(dtype).double()
        exact = np.linalg.eigvalsh((2 * held.T @ held / 400).numpy())[::-1][:3]
        found = spectrum(model.to(dtype), nn.MSELoss(), (features.to(dtype), target.to(dtype)), 3, probes=1)
        assert (np.abs(found.largest - exact) <= found.errors).all()
        assert (found.errors < 0.1 * exact[0]).all()


def test_memory_bounds_the_vectors_that_are_kept():
    values = torch.linspace(0, 1, 4000, dtype=DTYPE) ** 16
    model = nn.Linear(4000, 1, bias=False, dtype=DTYPE)
    loss = lambda model, batch: (model.weight[0].square() * batch).sum() / 2  # noqa: E731
    few, many = (spectrum(model, loss, values, 3, probes=1, steps=50, memory=memory) for memory in (1 << 20, 1 << 28))
    assert many.errors.max() < 1e-8 < few.errors.max()
    assert (np.abs(few.largest[:, None] - values.numpy()).min(1) <= few.errors).all()
    assert len(few.nodes) <= 32 < len(many.nodes)


def test_progress_rises_to_one_and_can_end_the_work():
    for options in ({}, {"both_ends": True}):
        shares = []
        spectrum(perceptron(), cross_entropy, DATA, probes=4, progress=shares.append, **options)
        assert shares == sorted(shares)
        assert shares[-1] == 1
        assert len(shares) > 20
    shares = []
    leading(perceptron(), cross_entropy, DATA, progress=shares.append)
    assert 0 < shares[0] < shares[-1] <= 1

    def enough(share):
        raise InterruptedError

    for use in (spectrum, leading):
        with pytest.raises(InterruptedError):
            use(perceptron(), cross_entropy, DATA, progress=enough)


def test_a_loss_that_is_straight_does_not_curve():
    model = nn.Linear(2, 1, dtype=DTYPE)
    found = spectrum(model, lambda model, batch: model(batch[0]).mean(), DATA, k=2)
    assert found.largest.tolist() == [0, 0]
    assert found.trace == 0


def test_attention_has_a_second_derivative():
    model = seeded(Attention).to(DTYPE)
    values = np.linalg.eigvalsh(full_hessian(model))[::-1]
    assert np.abs(spectrum(model, cross_entropy, DATA, 3, probes=1).largest - values[:3]).max() < 1e-6


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: spectrum(perceptron(), cross_entropy, DATA, k=0), "k must be a whole number from 1"),
        (lambda: spectrum(perceptron(), cross_entropy, DATA, k=2.5), "k must be a whole number"),
        (lambda: spectrum(perceptron(), cross_entropy, DATA, seed=None), "seed must be a whole number"),
        (lambda: spectrum(perceptron(), cross_entropy, DATA, seeds=1), "no option 'seeds'; there are norms, device"),
        (lambda: spectrum(nn.ReLU(), cross_entropy, DATA), "no weights"),
        (lambda: spectrum(perceptron().requires_grad_(False), cross_entropy, DATA), "no weight of the model"),
    ],
)
def test_what_cannot_be_computed_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_single_precision_is_enough_for_three_digits():
    model = perceptron()
    exact = np.linalg.eigvalsh(full_hessian(model))[::-1][:3]
    found = spectrum(model, cross_entropy, DATA, 3, dtype=torch.float32, probes=1).largest
    assert np.allclose(found, exact, rtol=1e-3, atol=1e-5)
    assert len(flat(seeded(Shared))) == 42
