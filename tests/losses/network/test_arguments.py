import threading
import time

import numpy as np
import pytest
import torch

from losses.network.arguments import SEEDS, whole
from losses.network.directions import between, principal
from losses.network.hessian import spectrum
from losses.network.lines import interpolate
from losses.network.planes import path, plane, seconds_for
from losses.network.weights import flat
from tests.losses.network.models import DTYPE, MODELS, batch_norm, cross_entropy, perceptron, points

DATA = points()
ACCURACY = lambda model, batch: (model(batch[0]).argmax(1) == batch[1]).double().mean()  # noqa: E731


def walk(model, count=5):
    random = torch.Generator().manual_seed(0)
    return flat(model) + torch.randn(count, len(flat(model)), generator=random, dtype=DTYPE)


def test_whole_numbers_of_any_type_are_taken():
    assert whole("size", np.int64(3), 1, 5) == 3
    assert type(whole("size", np.uint8(3), 1, 5)) is int
    for value in (2.5, None, "3", 0, 6, np.float64(3)):
        with pytest.raises(ValueError, match="size must be a whole number from 1 to 5, got"):
            whole("size", value, 1, 5)


def test_numbers_of_numpy_are_taken():
    model = perceptron()
    found = plane(model, cross_entropy, DATA, size=np.int64(3), extent=np.float32(0.5), seed=np.int64(2))
    assert np.array_equal(found.loss, plane(model, cross_entropy, DATA, size=3, extent=0.5, seed=2).loss)
    assert len(plane(model, cross_entropy, DATA, size=2, extent=np.array(1.0)).x) == 2
    assert len(interpolate(model, model, flat(model) + 1, cross_entropy, DATA, np.int32(5)).t) == 5
    assert len(spectrum(model, cross_entropy, DATA, np.int64(2), probes=np.int64(1), seed=SEEDS).largest) == 2


@pytest.mark.parametrize("seed", [None, 1.5, -1, 2**64, "1"])
def test_a_seed_is_a_whole_number(seed):
    model = perceptron()
    for use in (
        lambda: plane(model, cross_entropy, DATA, size=2, seed=seed),
        lambda: spectrum(model, cross_entropy, DATA, seed=seed),
        lambda: interpolate(model, model, flat(model) + 1, cross_entropy, DATA, 3, seed=seed),
    ):
        with pytest.raises(ValueError, match="seed must be a whole number from 0"):
            use()


@pytest.mark.parametrize("options", [{"norm": "batch"}, {"batch_size": 3}])
def test_an_option_that_there_is_not_is_named_with_those_that_there_are(options):
    model = perceptron()
    seen = plane(model, cross_entropy, DATA, principal(walk(model), model), size=2)
    for use in (
        lambda: plane(model, cross_entropy, DATA, size=2, **options),
        lambda: path(model, walk(model), seen, cross_entropy, DATA, **options),
        lambda: interpolate(model, model, flat(model) + 1, cross_entropy, DATA, **options),
        lambda: spectrum(model, cross_entropy, DATA, **options),
        lambda: seconds_for(model, cross_entropy, DATA, **options),
    ):
        with pytest.raises(ValueError, match=r"there is no option .*; there are norms, device, dtype, memory, seed"):
            use()


def test_progress_of_a_line_with_its_accuracy_and_of_a_path_rises_to_one_once():
    model, line, along = perceptron(), [], []
    interpolate(model, model, flat(model) + 1, cross_entropy, DATA, 200, accuracy=ACCURACY, progress=line.append)
    seen = plane(model, cross_entropy, DATA, principal(walk(model), model), size=2)
    path(model, walk(model, 200), seen, cross_entropy, DATA, progress=along.append)
    for shares in (line, along):
        assert len(shares) > 2
        assert shares == sorted(set(shares))
        assert shares[-1] == 1

    def enough(share):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        plane(model, cross_entropy, DATA, "leading", size=2, progress=enough)


def test_statistics_of_one_network_are_not_used_for_a_plane_through_others():
    model = batch_norm()
    others = between(model, flat(model), flat(model) + torch.linspace(0, 1, len(flat(model)), dtype=DTYPE))
    for axes in (others, principal(walk(model), model)):
        with pytest.raises(ValueError, match="norms='batch'"):
            plane(model, cross_entropy, DATA, axes, size=2)
        assert np.isfinite(plane(model, cross_entropy, DATA, axes, size=2, norms="batch").loss).all()


def test_time_is_estimated_in_as_many_threads_as_the_work_takes():
    seen, before = set(), torch.get_num_threads()

    def noting(model, batch):
        seen.add(threading.get_ident())
        time.sleep(0.0005)
        return cross_entropy(model, batch)

    try:
        torch.set_num_threads(3)
        seconds_for(MODELS["asking"](), noting, DATA, size=21)
    finally:
        torch.set_num_threads(before)
    assert len(seen - {threading.get_ident()}) > 1
