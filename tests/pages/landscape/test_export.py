"""What can be taken along from the landscape: every number as computed, and settings that compute it again."""

import csv
import io
import json

import numpy as np
import pytest

from components.cards.files import as_csv
from losses import LOSSES
from losses.descent.linear_model import data_surface
from losses.descent.optimisers import OPTIMISERS
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run, trajectories
from pages.landscape import descending as landscape

VIEWS = {
    "as it opens": {},
    "six on a textbook surface": {
        "surface": "himmelblau",
        "optimisers": "sgd,momentum,nesterov,adagrad,rmsprop,adam",
        "factor": "3",
        "w": "1.25",
    },
    "batches, noise, a schedule": {
        "batch": "3",
        "noise": "0.5",
        "schedule": "cosine",
        "seed": "7",
        "optimisers": "adam,lbfgs,adamax,lion",
        "adam.amsgrad": "1",
    },
    "points moved and spoiled, standardised": {
        "standardise": "1",
        "count": "2",
        "moves": "10:10:-20",
        "seed": "3",
        "loss": "huber",
        "huber.delta": "2.5",
    },
    "an explosion": {"sgd.learning_rate": "5", "steps": "500"},
    "labels": {"surface": "overlapping", "loss": "binary_cross_entropy", "optimisers": "sgd,momentum"},
    "an infinite parameter": {"loss": "general_robust", "general_robust.alpha": "-inf"},
    "no step": {"steps": "0"},
}


@pytest.fixture
def files(session, monkeypatch):
    """The files of the page by their ending, each as what writes it."""
    offered = {}

    def note(page, cards, table, figure, files):
        offered.update({name.rpartition(".")[2]: write for name, write in files.values()}, html=figure)
        offered["csv"] = lambda: as_csv(table())

    monkeypatch.setattr("components.page.below.below", note)
    return offered


def recomputed(told):
    """The paths that the settings describe, from ``losses`` alone."""
    shape = told["surface"]
    if "points" in shape:
        x, y = (np.array(shape["points"][name]) for name in "xy")
        parameters = {name: float(value) if isinstance(value, str) else value for name, value in shape["loss"]["parameters"].items()}  # fmt: skip
        surface = data_surface(x, y, LOSSES[shape["loss"]["key"]], parameters, (x, y))
    else:
        surface = TEXTBOOK[shape["key"]](**shape["parameters"])
    runs = [Run(optimiser["key"], tuple(told["start"]), optimiser["parameters"]) for optimiser in told["optimisers"]]
    how = {name: told[name] for name in ("batch_size", "noise", "schedule", "seed")}
    return surface, trajectories(surface.scaled(shape["factor"]), runs, told["steps"], **how)


@pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS)
def test_the_settings_compute_every_number_of_the_table_again(session, files, without_streamlit, query):
    session.open("landscape", **query)
    with without_streamlit():
        told = json.loads(files["json"](), parse_constant=AssertionError)
        rows = list(csv.DictReader(io.StringIO(files["csv"]())))
    assert session.warnings == []
    assert told["link"] == query
    surface, paths = recomputed(told)
    assert [int(row["step"]) for row in rows] == list(range(told["steps"] + 1))
    seen = {"step"}
    for path in paths:
        parts = {"loss": path.losses, "learning rate": path.rates}
        for title, part in {"": path.positions, "gradient ": path.gradients, "velocity ": path.velocity, f"{OPTIMISERS[path.optimiser].second_moment_name} ": path.second_moment, "step ": path.steps}.items():  # fmt: skip
            if part is not None:
                parts |= {f"{title}{symbol}": part[:, weight] for weight, symbol in enumerate(surface.symbols)}
        for title, part in parts.items():
            column = f"{OPTIMISERS[path.optimiser].name} {title}"
            cells = [row[column] for row in rows]
            assert cells[: len(part)] == ["" if np.isnan(value) else repr(value) for value in part.tolist()]
            assert not any(cells[len(part) :])
            seen.add(column)
    assert seen == rows[0].keys()


def test_the_settings_name_everything_that_is_set(session, files):
    session.open("landscape", surface="rosenbrock", optimisers="adamw", playhead="5")
    told = json.loads(files["json"]())
    assert told["page"] == "landscape"
    assert told["optimisers"][0]["parameters"].keys() == OPTIMISERS["adamw"].parameters.keys()
    assert told["surface"]["parameters"].keys() == TEXTBOOK["rosenbrock"].parameters.keys()
    assert told["versions"].keys() == {"torch", "numpy"}
    assert {"start", "steps", "schedule", "batch_size", "noise", "seed", "link"} <= told.keys()


def test_an_explosion_leaves_cells_empty(session, files):
    session.open("landscape", **VIEWS["an explosion"])
    rows = list(csv.DictReader(io.StringIO(files["csv"]())))
    assert rows[-1]["SGD w"] == ""
    assert rows[-1]["Adam w"] != ""


def test_files_are_of_the_settings_at_the_click_and_have_all_steps(session, files, without_streamlit, monkeypatch):
    session.open("landscape", steps="300")
    monkeypatch.setattr(landscape, "QUICK", 0.0)  # as on a slow surface: while the hand moves, the first steps only
    session.move(**{"sgd.learning_rate": 0.0125})
    assert session.data["player"]["length"] < 300
    told = json.loads(files["json"]())
    assert told["optimisers"][0] == {"key": "sgd", "parameters": {"learning_rate": 0.0125}}
    assert len(files["csv"]().splitlines()) == 302
    session.move(**{"sgd.learning_rate": 0.0135, "points.3": [3.0, 12.0]})
    assert session.data["player"]["length"] < 300
    with without_streamlit():
        page = files["html"]()
    assert '"length":300' in page
    assert f'"shape":[{landscape.SIDES[0]},{landscape.SIDES[0]}]' in page
    assert "<h1>MSE: A clean line</h1>" in page
