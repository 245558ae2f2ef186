"""What CONTRIBUTING says is all that it takes: its examples, word for word, in a copy of the project."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", TEXT, re.S)
LOSS, OPTIMISER, ENTRY, *FILES = BLOCKS
LAST_OPTIMISER = "\n\nOPTIMISERS = "
LAST_PAGE = "        )\n    }\n)"
SEEN = """
import json
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash
from losses import LOSSES
from losses.curves.catalogue import AXES
from losses.descent.linear_model import data_surface
from losses.descent.optimisers import OPTIMISERS
from losses.descent.trajectory import trajectory
from losses.fitting.fit import fit_line
from components.live import figure
from components.plot.theme import OPTIMISER_STYLES, STYLES

import numpy as np

x, y = np.arange(11.0), 1 + 2 * np.arange(11.0)
y[10] = -20
loss = LOSSES["pseudo_huber"]
surface = data_surface(x, y, loss, loss.settings(), (x, y))
path = trajectory(surface, "sign_sgd", surface.start, 20, learning_rate=0.1)


def opened(page, **query):
    sent = []
    figure._component = lambda: lambda key, data, on_input_change: sent.append(json.loads(data))
    at = AppTest.from_file("app.py", default_timeout=60)
    at.query_params.update(query)
    at._page_hash = calc_hash(page)
    at.run()
    assert not at.exception
    return at, sent[-1]


everywhere = {
    page: opened(page, **query)[1]["sentence"]
    for page, query in {
        "curves": {"losses": "mse,pseudo_huber"},
        "outliers": {"losses": "mse,pseudo_huber"},
        "landscape": {"loss": "pseudo_huber", "optimisers": "sgd,sign_sgd"},
        "doubling": {"losses": "mse,pseudo_huber", "residual": "2"},
    }.items()
}
at, _ = opened("landscape", loss="mse", optimisers="sign_sgd")
at.session_state["landscape:below"] = "Code"
at.run()
of_fits, _ = opened("outliers", losses="mse,pseudo_huber")
of_fits.session_state["outliers:below"] = "Code"
of_fits.run()
print(json.dumps({
    "value": loss(3.0, 0.0).item(),
    "slope": fit_line(x, y, "pseudo_huber", delta=0.01).slope,
    "on curves": "pseudo_huber" in AXES["residual"].losses,
    "styled": ["pseudo_huber" in STYLES, "sign_sgd" in OPTIMISER_STYLES],
    "code": loss.code("scipy", delta=2.0),
    "steps": path.steps.tolist(),
    "everywhere": everywhere,
    "program": at.code[0].value,
    "copied": of_fits.code[-1].value,
    "titles": [title.value for title in opened("doubling")[0].title],
}))
"""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What a copy of the project says once the three examples are in it."""
    copy = tmp_path_factory.mktemp("copy") / "losscope"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "docs")
    shutil.copytree(ROOT, copy, ignore=ignored)
    shutil.copytree(ROOT / ".streamlit", copy / ".streamlit")
    edit(copy / "losses/families/regression.py", lambda text: f"{text}\n\n{LOSS}")
    edit(
        copy / "losses/descent/optimisers.py",
        lambda text: text.replace(LAST_OPTIMISER, f"\n\n{OPTIMISER}{LAST_OPTIMISER}"),
    )
    edit(copy / "pages/__init__.py", lambda text: text.replace(LAST_PAGE, f"            {ENTRY.strip()},\n{LAST_PAGE}"))
    for name, block in zip(re.findall(r"^`(pages/doubling/\w+\.py)`", TEXT, re.M), FILES, strict=True):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(block, encoding="utf-8")
    run = subprocess.run([sys.executable, "-c", SEEN], cwd=copy, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"{run.stdout[-3000:]}\n{run.stderr[-3000:]}"
    return copy, json.loads(run.stdout.splitlines()[-1])


def edit(file, change):
    before = file.read_text(encoding="utf-8")
    after = change(before)
    assert after != before, f"{file.name} has no place for the example any more"
    file.write_text(after, encoding="utf-8")


def test_the_loss_is_on_curves_in_fits_and_in_code(seen):
    _, said = seen
    assert said["value"] == pytest.approx(10**0.5 - 1)
    assert said["slope"] == pytest.approx(2.0, abs=1e-3), "with a small delta it sees through the point that lies"
    assert said["on curves"]
    assert said["code"] == "scipy.special.pseudo_huber(2.0, prediction - target)"


def test_the_loss_is_copied_as_a_function_of_numpy(seen, capsys):
    _, said = seen
    assert "def pseudo_huber(prediction, target, *, delta=1.0):" in said["copied"]
    assert "torch" not in said["copied"]
    exec(said["copied"], {})
    assert "Pseudo-Huber: intercept" in capsys.readouterr().out


def test_the_optimiser_descends_and_its_class_is_in_the_program(seen):
    _, said = seen
    assert np.abs(said["steps"]) == pytest.approx(np.full((20, 2), 0.1))
    assert "class SignSGD(torch.optim.Optimizer):" in said["program"]


def test_both_are_styled_and_named_on_every_page_that_shows_them(seen):
    _, said = seen
    assert said["styled"] == [True, True]
    for page in ("curves", "outliers", "doubling"):
        assert "Pseudo-Huber" in said["everywhere"][page], page
    assert "signSGD" in said["everywhere"]["landscape"]


def test_the_page_opens_at_its_path_and_reads_its_link(seen):
    _, said = seen
    assert said["titles"] == ["What does twice the error cost?"]
    assert said["everywhere"]["doubling"].startswith("Twice the residual 2.00 costs, in times as much: MSE 4.00")


def test_the_examples_keep_the_directions_of_imports(seen):
    copy, _ = seen
    rules = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-o", "addopts=--import-mode=importlib"]
    chosen = ["tests/test_architecture.py", "-k", "one_way or kind_of_room"]
    run = subprocess.run([*rules, *chosen], cwd=copy, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-3000:]
