"""The page ``network``: presets, links, drags, nonsense, files, and what it leaves behind."""

import gc
import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
import torch
from streamlit.runtime.scriptrunner_utils.exceptions import StopException

from components.live.arrays import Encoder
from components.live.picture import sendable
from components.page.patience import within
from components.settings.view import View
from components.upload.csv_table import read_table
from components.upload.teaching import as_problem, first_choice
from components.upload.uploader import Upload
from losses.descent.optimisers import OPTIMISERS
from losses.network.problems import PROBLEMS
from pages.network import model
from pages.network.cards import checkpoint, record
from pages.network.held import Held
from pages.network.model import Network
from pages.network.settings import FIELDS, MOST_STEPS
from pages.network.training_view import story

SMALL = {"width": 6, "examples": 30}
IN_LINK = {name: str(value) for name, value in SMALL.items()}


def test_it_has_its_figure_and_its_tabs_and_opens_from_a_link(session):
    session.open("network", **IN_LINK, steps="7")
    assert session.warnings == []
    assert session.data["address"] == {**IN_LINK, "steps": "7"}
    assert session.data["runner"]["at"] == 7 and session.data["runner"]["unit"] == "step"
    for tab in ("Formulas", "Often said", "Code", "Sources", "Data", "Export"):
        session.at.session_state["network:below"] = tab
        session.run()
    session.at.session_state["network:below"] = "Data"
    session.run()
    assert len(session.at.dataframe) == 1


DRAGS = [
    ({}, {"train.step": 7}, ("steps",)),
    ({"steps": "9"}, {"train.step": 4}, ("steps",)),
    ({"steps": "5"}, {"rate": 0.1}, ("rate",)),
    ({"steps": "5"}, {"depth": 3}, ("depth",)),
    ({"optimiser": "momentum", "steps": "5"}, {"momentum.momentum": 0.5}, ("momentum.momentum",)),
    ({"data": "sine", "loss": "huber", "steps": "5"}, {"huber.delta": 0.5}, ("huber.delta",)),
    ({"steps": "2"}, {"noise": 0.4, "batch": 5, "decay": 0.01}, ("noise", "batch", "decay")),
]


@pytest.mark.parametrize(("query", "values", "changed"), DRAGS, ids=str)
def test_what_moves_is_answered_without_streamlit_and_stays(session, without_streamlit, query, values, changed):
    opening = session.open("network", **IN_LINK, **query).picture
    with without_streamlit():
        session.move(**values)
    answer = session.picture
    assert answer != opening
    assert session.data["address"].keys() == {*IN_LINK, *query, *changed}
    assert session.run().picture == answer
    assert session.warnings == []


def test_steps_go_on_and_are_taken_back(session):
    session.open("network", **IN_LINK).move(**{"train.step": 12})
    there = session.data["figure"]["data"]
    session.move(**{"train.step": 33}).move(**{"train.step": 3}).move(**{"train.step": 12})
    for before, after in zip(there, session.data["figure"]["data"], strict=True):
        assert np.array_equal(before.get("y"), after.get("y"), equal_nan="y" in before), before["name"]
    assert session.channel.runs
    for wrong in (-1, 1e9, "b", None, float("nan"), MOST_STEPS + 1):
        session.move(**{"train.step": wrong})
        assert session.data["address"]["steps"] == "12"
    session.press("Restart")
    assert session.data["runner"]["at"] == 0


def test_a_long_training_is_bounded_while_the_hand_moves_and_whole_at_rest(session, monkeypatch):
    monkeypatch.setattr(model, "LIVE", 0.0)
    session.open("network", **IN_LINK).move(**{"train.step": 30})
    assert session.data["runner"]["at"] == 0
    assert any("0 of 30 steps" in note for note in session.data["notes"])
    monkeypatch.setattr(model, "LIVE", 60.0)
    session.send(**{"train.step": 30})
    assert session.data["runner"]["at"] == 30


def test_one_message_takes_no_longer_than_it_may(view_of):
    page = Network(view_of("network", steps=MOST_STEPS))
    page.picture()
    over = within(4 * model.QUICK)
    page.picture()
    assert not over()
    assert page.trained(lambda: True).unfinished


@pytest.mark.parametrize(
    "query",
    [
        {"data": "../../etc/passwd"},
        {"loss": "zero_one"},
        {"optimiser": "chess"},
        {"depth": "57"},
        {"width": "1e9"},
        {"steps": "99999"},
        {"rate": "0"},
        {"noise": "nan"},
        {"data": "csv"},
        {"kind": "conv"},
        {"kind": "conv", "data": "digits"},
        {"kind": "conv", "data": "digits", "depth": "20", "width": "100"},
        {"normalisation": "batch", "batch": "1"},
        {"data": "sine", "loss": "hinge"},
        {"data": "digits", "loss": "hinge"},
        {"axes": "named", "width": "2", "first": "900000"},
    ],
    ids=str,
)
def test_a_link_to_what_cannot_be_is_mended_with_a_note(session, query):
    session.open("network", **query)
    assert session.warnings
    assert session.data["sentence"].startswith(("Nothing is learned yet", "After 20 steps"))
    assert session.data["address"].keys() <= {
        "data",
        "loss",
        "kind",
        "normalisation",
        "batch",
        "axes",
        "width",
        "steps",
    }


@pytest.mark.parametrize(
    "query",
    [
        {"data": "sine", "loss": "hinge"},
        {"data": "digits", "loss": "hinge", "scale": "2"},
        {"normalisation": "batch", "batch": "1"},
        {"axes": "named", "width": "2", "first": "900000"},
    ],
    ids=str,
)
def test_a_link_to_a_landscape_of_what_cannot_be_is_mended_with_a_note(query):
    page = Network(View("network", FIELDS, {}, {"view": "landscape", **query}))
    assert page.check()
    assert page.plan and page.check() == []


EXTREMES = [
    {"data": "sine", "loss": "mse", "optimiser": "sgd", "rate": 1e6, "steps": 40},
    {"data": "sine", "loss": "mse", "optimiser": "lbfgs", "steps": 10},
    {"noise": 1.0, "steps": 3},
    {"initialisation": "zeros", "steps": 3},
    {"depth": 56, "width": 2, "steps": 2, "skip": True},
    {"batch": 1, "steps": 12},
    {"normalisation": "batch", "batch": 2, "steps": 12},
    {"rate": 1e-6, "decay": 1e3, "steps": 12, "optimiser": "adamw"},
    {"examples": 8, "width": 2, "depth": 1, "steps": 11},
]
CASES = [*EXTREMES, *({"data": key, "loss": "mse", "steps": 11, **SMALL} for key in PROBLEMS)]
CASES += [{"optimiser": key, "steps": 11, **SMALL} for key in OPTIMISERS]


@pytest.mark.parametrize("settings", CASES, ids=str)
def test_every_state_is_drawn(view_of, settings):
    page = Network(view_of("network", **settings))
    page.trained(lambda: False)
    picture = page.picture()
    sent = json.loads(Encoder().json(sendable(picture)))
    assert picture.sentence in picture.alt and len(picture.sentence) <= 160
    assert "nan" not in picture.sentence and "inf" not in picture.sentence
    assert sent["runner"]["buttons"]
    for trace in picture.figure["data"]:
        assert trace["type"] == "heatmap" or trace["mode"] in ("lines", "markers"), "what is painted while it moves"
        assert trace["type"] != "heatmap" or isinstance(trace["colorscale"], list)
    for name, axis in picture.figure["layout"].items():
        assert "axis" not in name or np.isfinite(axis["range"]).all(), name
    assert len({len(column) for column in page.table().values()}) == 1


def test_a_training_that_diverges_says_so_and_goes_back(view_of):
    page = Network(view_of("network", data="sine", loss="mse", optimiser="sgd", rate=1e6, steps=50))
    shown = page.trained(lambda: False)
    assert shown.diverged and "Diverged" in story(shown) and shown.step < 50
    picture = page.picture()
    assert picture.runner.at == picture.runner.length == shown.step
    page.view.set(rate=0.01)
    assert page.trained(lambda: False).step == 50
    page.restart()
    assert page.trained(lambda: False).step == 0


CSV = "\n".join(["a,b,kind", *(f"{x},{x * x % 7},{'yes' if x % 3 else 'no'}" for x in range(40))])
NUMBERS = "\n".join(["a,b,c,y", *(f"{x},{x * x % 7},,{x / 3}" for x in range(40))])


def upload(text, columns=None):
    table = read_table(text.encode())
    return Upload("1", "mine.csv", table, columns or first_choice(table))


@pytest.mark.parametrize(
    ("text", "classes", "names"),
    [(CSV, ("no", "yes"), ("a", "b")), (NUMBERS, (), ("a", "b"))],
    ids=["labels", "numbers"],
)
def test_a_file_of_ones_own_is_learned(view_of, text, classes, names):
    problem = as_problem(upload(text))
    assert (problem.classes, problem.names) == (classes, names)
    page = Network(view_of("network", data="csv", loss="mse", steps=20), upload(text))
    assert page.check() == []
    assert page.trained(lambda: False).now.loss < page.trained(lambda: False).columns["loss"][0]
    assert page.titles()["csv"] == "mine.csv"
    assert page.picture().sentence


@pytest.mark.parametrize("features", [2, 3])
def test_what_a_file_calls_its_classes_is_text_and_no_markup(view_of, features):
    named = ",".join("abc"[:features])
    rows = [
        f"{','.join(str(x * k % 11) for k in range(1, features + 1))},{'<b>%{x}' if x % 2 else 'no'}" for x in range(40)
    ]
    page = Network(view_of("network", data="csv"), upload("\n".join([f"{named},kind", *rows])))
    figure = page.picture().figure
    ticks = figure["layout"]["xaxis"].get("ticktext", [])
    told = " ".join([*ticks, *(trace.get("hovertemplate", "") for trace in figure["data"])])
    assert "&lt;b&gt;" in told and "<b>" not in told


def test_few_whole_numbers_are_classes_and_text_of_many_kinds_is_none():
    text = "\n".join(["a,y", *(f"{x},{x % 4}" for x in range(40))])
    assert as_problem(upload(text)).classes == ("0", "1", "2", "3")
    with pytest.raises(ValueError, match="40 different values"):
        as_problem(upload("\n".join(["a,y", *(f"{x},n{x}" for x in range(40))])))
    with pytest.raises(ValueError, match="at least one column of numbers"):
        as_problem(upload("y,kind\nx,1\nx,2\nz,3\nz,4\n", ("kind",)))
    with pytest.raises(ValueError, match="too few"):
        as_problem(upload("a,y\n1,2\n2,3\n3,5.5\n"))
    with pytest.raises(ValueError, match="beyond"):
        as_problem(upload("\n".join(["a,y", *(f"{x}e200,{x % 2}" for x in range(40))])))


def test_a_checkpoint_has_the_weights_on_screen_and_the_settings_make_them_again(view_of):
    page = Network(view_of("network", **SMALL, steps=12, normalisation="batch"))
    page.trained(lambda: False)
    kept = json.loads(json.dumps(checkpoint(page)))
    again = Held(page.plan)
    again.to(12, lambda: False)
    for name, values in again.training.model.state_dict().items():
        np.testing.assert_allclose(kept["state"][name], values.numpy(), rtol=1e-6)
    assert kept["plan"]["architecture"]["width"] == 6 and record(page)["steps"] == 12
    assert Network(View("network", FIELDS, {}, page.view.address())).plan == page.plan


def test_two_visitors_at_once_get_what_each_would_get_alone(view_of):
    settings = [{**SMALL, "seed": seed, "batch": 8, "steps": 60} for seed in (1, 2)]
    alone = [Network(view_of("network", **one)).trained(lambda: False).losses for one in settings]
    pages = [Network(view_of("network", **one)) for one in settings]
    with ThreadPoolExecutor(4) as threads:
        together = [*threads.map(lambda page: page.trained(lambda: False).losses, [*pages, *pages])]
    for expected, found in zip([*alone, *alone], together, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_fifty_starts_and_stops_leave_no_thread_and_no_memory_behind(session):
    def alive():
        gc.collect()
        tensors = [each for each in gc.get_objects() if isinstance(each, torch.Tensor)]
        return len(tensors), threading.active_count()

    session.open("network", **IN_LINK)

    def start_and_stop(seed):
        session.move(seed=None, rate=0.01 + seed / 1000, **{"train.step": 15})
        session.move(**{"train.step": 0})

    for seed in range(3):
        start_and_stop(seed)
    before = alive()
    for seed in range(50):
        start_and_stop(seed)
    tensors, threads = alive()
    assert threads <= before[1]
    assert tensors <= before[0] + 50, "one training is kept, not fifty"
    session.open("curves")


def test_no_training_goes_on_when_nobody_asks(view_of):
    page = Network(view_of("network", **SMALL, steps=5))
    page.trained(lambda: False)
    reached = page.held.training.step
    threading.Event().wait(0.05)
    assert page.held.training.step == reached == 5


def test_what_is_kept_of_the_largest_training_is_bounded(view_of):
    page = Network(view_of("network", depth=20, width=128, examples=8, steps=40))
    page.trained(lambda: False)
    kept = io.BytesIO()
    torch.save(page.held.training._kept, kept)
    assert kept.tell() < 40_000_000


def test_the_subject_keeps_the_zoom_while_it_trains(view_of):
    page = Network(view_of("network", **SMALL))
    before = page.picture().figure["layout"]["uirevision"]
    page.view.set(steps=5, rate=0.1)
    assert page.picture().figure["layout"]["uirevision"] == before
    page.view.set(data="circles")
    assert page.picture().figure["layout"]["uirevision"] != before
    assert replace(page.plan) == page.plan


def test_what_a_link_could_not_have_is_said_after_the_picture_is_refined_too(session):
    session.open("network", view="landscape", seed="nothing", normalisation="batch", batch="1", examples="50")
    said = " ".join(session.warnings)
    assert "Seed" in said
    assert "BatchNorm" in said


def test_a_visitor_who_leaves_ends_the_training(view_of, monkeypatch):
    monkeypatch.setattr("components.page.patience._opened", lambda place, *_: place)

    class Left:
        def progress(self, share, text):
            raise StopException

    page = Network(view_of("network", steps=MOST_STEPS))
    with pytest.raises(StopException):
        page.prepare(Left())
    assert 0 < page.trained().step < 1000
