import datetime
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import distributed

from losses.network import evaluation
from losses.network.planes import plane
from losses.network.ranks import gathered
from tests.losses.network.models import MODELS, cross_entropy, points

DATA = points()
ROOT = Path(__file__).parents[3]


def joined(rank, port, folder):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(port))
    torch.set_num_threads(1)
    evaluation.MOST = 8  # so that there are parts to share
    distributed.init_process_group("gloo", rank=rank, world_size=2, timeout=datetime.timedelta(seconds=60))
    try:
        np.savez(f"{folder}/{rank}.npz", **everything(rank))
    finally:
        distributed.destroy_process_group()


def run(folder):
    """Two processes of their own: those that ``multiprocessing`` spawns run what this one has for its main script."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    call = "import sys; from tests.losses.network import test_ranks; test_ranks.joined(*map(int, sys.argv[1:3]), sys.argv[3])"
    ranks = [
        subprocess.Popen([sys.executable, "-c", call, str(rank), str(port), str(folder)], cwd=ROOT) for rank in (0, 1)
    ]
    assert [rank.wait(120) for rank in ranks] == [0, 0]
    found = []
    for rank in (0, 1):
        with np.load(folder / f"{rank}.npz") as file:
            found.append(dict(file))
    return found


def planes(_rank):
    calls = []

    def counting(model, batch):
        calls.append(1)
        return cross_entropy(model, batch)

    found = {
        name: plane(MODELS[name](), cross_entropy, DATA, size=7).loss for name in ("perceptron", "asking", "batch norm")
    }
    plane(MODELS["asking"](), counting, DATA, size=13)
    return {**found, "calls": np.array(len(calls))}


def failing(rank):
    values = np.zeros(4)
    try:
        with gathered(values, "cpu"):
            if rank:
                raise KeyError("here")
            values[:] = 1
    except (KeyError, RuntimeError) as error:
        return {"error": np.array(type(error).__name__)}
    return {"error": np.array("none")}


def differing(rank):
    try:
        with gathered(np.zeros(4 + rank), "cpu"):
            pass
    except RuntimeError as error:
        return {"error": np.array(str(error))}
    return {"error": np.array("none")}


def unlike(rank):
    """Each rank has its own weights, or its own data: what a script does that forgot to seed."""
    model = MODELS["perceptron"]()
    features, target = DATA
    other = (features + rank, target)
    with torch.no_grad():
        model[4].bias.add_(rank)
    uses = {
        "model": lambda: plane(model, cross_entropy, DATA, size=3),
        "data": lambda: plane(MODELS["perceptron"](), cross_entropy, other, size=3),
        "axes": lambda: plane(MODELS["perceptron"](), cross_entropy, DATA, size=3, seed=rank),
    }
    found = {}
    for name, use in uses.items():
        try:
            use()
            found[name] = "none"
        except RuntimeError as error:
            found[name] = str(error)
    return {name: np.array(error) for name, error in found.items()}


def everything(rank):
    return {**planes(rank), **{f"failing {key}": value for key, value in failing(rank).items()},
            **{f"differing {key}": value for key, value in differing(rank).items()},
            **{f"unlike {key}": value for key, value in unlike(rank).items()}}  # fmt: skip


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    return run(tmp_path_factory.mktemp("ranks"))


def test_two_processes_find_what_one_finds_and_share_the_work(both, monkeypatch):
    monkeypatch.setattr(evaluation, "MOST", 8)
    alone = planes(0)
    for found in both:
        assert all(np.array_equal(found[name], alone[name]) for name in ("perceptron", "asking", "batch norm"))
        assert found["calls"] < 0.65 * alone["calls"]


def test_an_error_in_one_process_ends_the_others(both):
    assert [found["failing error"].item() for found in both] == ["RuntimeError", "KeyError"]


def test_processes_that_make_different_calls_say_so(both):
    assert all("same call" in found["differing error"].item() for found in both)


@pytest.mark.parametrize("what", ["model", "data", "axes"])
def test_processes_with_different_models_data_or_axes_say_so(both, what):
    assert all("different models" in found[f"unlike {what}"].item() for found in both)


def test_alone_nothing_is_gathered():
    values = np.zeros(2)
    with gathered(values, "cpu"):
        values[:] = 3
    assert values.tolist() == [3, 3]
