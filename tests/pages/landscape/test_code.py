"""Programs to copy: run as they stand, they print the path that is drawn."""

import ast
import contextlib
import io

import numpy as np
import pytest

from components.upload.csv_table import read_table
from components.upload.uploader import Upload
from losses import LOSSES
from losses.data.one_feature import LABELLED
from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.descent.textbook import TEXTBOOK
from pages.landscape.code import MOST, program
from pages.landscape.settings import FITTED

LABELS = {"surface": "overlapping"}
JUMPS = {"zero_one"}
IN_TORCH = {key for key, loss in FITTED.items() if loss.code("torch", **loss.settings())} - JUMPS


def printed(text):
    """What a program prints as ``[steps, 2]``, and the numbers it gives to its steps."""
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        exec(compile(text, "program", "exec"), {})
    lines = [line.split(" ", 1) for line in shown.getvalue().splitlines()]
    values = eval(f"[{','.join(rest for _, rest in lines)}]", {"nan": np.nan, "inf": np.inf})
    return np.array(values).reshape(-1, 2), [int(step) for step, _ in lines]


def assert_prints_the_path(land, rel=1e-9):
    """Every optimiser's program of these settings."""
    assert land.check() == []
    for run, path in zip(land.runs(), land.paths(), strict=True):
        positions, steps = printed(program(land, run))
        assert steps == [*range(1, len(path.losses))]
        until = path.last + 1
        assert positions[: until - 1] == pytest.approx(path.positions[1:until], rel=rel, abs=1e-12), run.optimiser


@pytest.mark.parametrize("key", list(OPTIMISERS))
def test_every_optimiser(landscape, key):
    land = landscape(optimisers=(key,), steps=60)
    assert_prints_the_path(land)
    tuned = {
        f"{key}.{name}": True if parameter.is_switch else max(parameter.slider[0], parameter.least)
        for name, parameter in OPTIMISERS[key].parameters.items()
    }
    tuned[f"{key}.learning_rate"] = 0.02
    assert_prints_the_path(landscape(optimisers=(key,), steps=20, **tuned))


@pytest.mark.parametrize("key", sorted(IN_TORCH))
def test_every_loss_that_pytorch_has(landscape, key):
    labels = FITTED[key].family != "regression"
    for batch in (0, 3):  # with few examples L-BFGS stands where losses are straight: the last digit decides its way
        land = landscape(
            loss=key, steps=25, batch=batch, optimisers=("sgd", "adam", "lbfgs", "lion"), **(LABELS if labels else {})
        )
        assert_prints_the_path(land)


def test_most_losses_have_a_program():
    assert {"mse", "mae", "huber", "poisson", "logistic", "hinge", "binary_cross_entropy"} <= IN_TORCH


@pytest.mark.parametrize("surface", TEXTBOOK)
def test_every_textbook_surface(landscape, surface):
    assert_prints_the_path(landscape(surface=surface, steps=40, optimisers=("sgd", "adam", "lbfgs", "lion")))


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 37])
def test_every_schedule(landscape, schedule, steps):
    assert_prints_the_path(landscape(schedule=schedule, steps=steps, optimisers=("sgd", "adamw", "lion")))


@pytest.mark.parametrize(
    "settings",
    [
        {"batch": 3, "seed": 5},
        {"batch": 11},
        {"batch": 1, "loss": "huber", "schedule": "cosine"},
        {"noise": 2.5, "seed": 9},
        {"noise": 0.1, "batch": 4, "seed": 2, "schedule": "warm_up", "factor": 3.0},
        {"surface": "himmelblau", "noise": 3.0},
        {"factor": 0.01},
        {"factor": 100.0, "surface": "bowl", "bowl.condition": 50.0},
        {"standardise": True, "moves": {3: (3.0, 30.0)}},
        {"count": 3, "size": 20.0, "seed": 4, "loss": "mae"},
        {"loss": "huber", "huber.delta": 0.3, "w": 1.0, "b": -5.0},
        {"loss": "mse", "mse.half": True},
        {"loss": "poisson", "w": 0.1, "b": 30.0},  # L-BFGS oversteps the edge of the domain and turns back
        {"surface": "belgian_phones"},
    ],
    ids=str,
)
def test_settings_of_every_kind(landscape, settings):
    assert_prints_the_path(landscape(steps=40, optimisers=("sgd", "nesterov", "rmsprop", "lbfgs", "lion"), **settings))


def test_a_program_of_what_explodes_prints_it_up_to_the_end(landscape):
    land = landscape(optimisers=("sgd",), steps=400, **{"sgd.learning_rate": 5.0})
    assert land.paths()[0].diverged
    assert_prints_the_path(land)


def test_no_steps_print_nothing(landscape):
    land = landscape(steps=0, optimisers=("sgd",))
    assert printed(program(land, land.runs()[0]))[1] == []


def test_the_programs_are_short_and_need_pytorch_alone(landscape):
    for settings in ({"batch": 3, "noise": 1.0, "schedule": "step"}, {"surface": "rosenbrock"}):
        land = landscape(**settings)
        text = program(land, land.runs()[0])
        tree = ast.parse(text)
        modules = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        assert names | modules <= {"torch", "torch.optim"}
        assert len(text.splitlines()) < 40
        assert "None" not in text


@pytest.mark.parametrize("key", list(OPTIMISERS))
def test_what_pytorch_lacks_is_written_out(landscape, key):
    land = landscape(optimisers=(key,))
    tree = ast.parse(program(land, land.runs()[0]))
    defined = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
    (built,) = (
        ast.unparse(node.value.func)
        for node in tree.body
        if isinstance(node, ast.Assign) and node.targets[0].id == "optimizer"
    )
    assert built in ({built} & defined if OPTIMISERS[key].definition else {f"torch.optim.{built.split('.')[-1]}"})
    assert bool(defined) == bool(OPTIMISERS[key].definition)


def test_a_program_reads_as_one_writes_it(landscape):
    land = landscape(optimisers=("sgd",), steps=9, batch=3, noise=0.5, schedule="step", w=1.0, b=2.0)
    loop = program(land, land.runs()[0]).split("weights = ")[1].splitlines()
    assert loop == [
        "torch.tensor([1.0, 2.0], dtype=torch.float64, requires_grad=True)",
        "optimizer = torch.optim.SGD([weights], lr=0.0252)",
        "scheduler = lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.1)",
        "noise_generator = torch.Generator().manual_seed(0)",
        "",
        "",
        "def minibatches():",
        "    generator = torch.Generator().manual_seed(0)",
        "    while True:  # an epoch: every example once, in a new order",
        "        yield from torch.randperm(len(x), generator=generator).split(3)",
        "",
        "",
        "for step, batch in zip(range(9), minibatches()):",
        "    w, b = weights",
        "    prediction, target = torch.addcmul(b, w, x[batch]), y[batch]  # w * x + b, rounded once",
        "    loss = torch.nn.functional.mse_loss(prediction, target)",
        "    optimizer.zero_grad()",
        "    loss.backward()",
        "    weights.grad += 0.5 * torch.randn(2, generator=noise_generator, dtype=torch.float64)",
        "    optimizer.step()",
        "    scheduler.step()",
        "    print(step + 1, weights.tolist())",
    ]


@pytest.mark.parametrize("key", sorted(set(FITTED) - IN_TORCH - JUMPS))
def test_where_pytorch_has_no_such_loss_the_program_says_so(landscape, key):
    land = landscape(loss=key, **(LABELS if FITTED[key].family != "regression" else {}))
    with pytest.raises(ValueError, match=f"PyTorch has no expression for {LOSSES[key].name} "):
        program(land, land.runs()[0])


def test_a_loss_that_jumps_has_no_slope_to_follow(landscape):
    land = landscape(surface="overlapping", loss="zero_one")
    with pytest.raises(ValueError, match="0-1 jumps"):
        program(land, land.runs()[0])


@pytest.mark.parametrize(("rows", "held"), [(MOST, True), (MOST + 1, False)])
def test_a_program_holds_no_more_data_than_can_be_read(landscape, rows, held):
    text = "a,b\n" + "\n".join(f"{row},{row % 7}" for row in range(rows))
    table = read_table(text.encode())
    land = landscape(Upload("f", "long.csv", table, ("a", "b")), surface="csv", steps=3)
    run = land.runs()[0]
    if held:
        assert_prints_the_path(land)
    else:
        with pytest.raises(ValueError, match="at most 1,000 examples, and these are 1,001"):
            program(land, run)


def test_labels_stand_in_the_program_as_the_loss_wants_them(landscape):
    land = landscape(surface="overlapping", loss="binary_cross_entropy")
    text = program(land, land.runs()[0])
    assert "-1.0, -1.0" not in text.split("weights =")[0].splitlines()[-1]
    assert np.unique(LABELLED["overlapping"].y).tolist() == [-1, 1]
