"""The view of the landscape: coarse first, then fine; holes, files, and what does not go together."""

import json
import re
from dataclasses import replace
from unittest.mock import MagicMock

import numpy as np
import pytest
import streamlit as st
import torch

from components.page.patience import LONGEST
from losses.network.architecture import Architecture
from losses.network.evaluation import Evaluator
from losses.network.files import Landscape, loads, to_json
from losses.network.meaning import basins
from losses.network.plan import Plan
from losses.network.planes import Plane, refinements
from losses.network.task import Options
from losses.network.training import Training
from pages.network import model, own_landscape, sight
from pages.network.cards import files, landscape
from pages.network.landscape_figure import landscape_figure
from pages.network.landscape_settings import SLIDERS
from pages.network.landscape_view import landscape_picture, meaning
from pages.network.model import Network
from pages.network.own_landscape import OwnLandscape
from pages.network.sight import Refining

SMALL = {"view": "landscape", "width": 6, "examples": 30, "steps": 20}


@pytest.fixture
def page(view_of):
    def open_page(**settings):
        made = Network(view_of("network", **{**SMALL, **settings}))
        assert made.check() == []
        return made

    return open_page


def with_file(page, kept):
    page.landscape = OwnLandscape("mine.json", kept)
    page.view.set(axes="file")
    return page


@pytest.mark.parametrize("axes", [axes for axes in SLIDERS if axes != "file"])
@pytest.mark.parametrize("three_d", [False, True])
def test_every_kind_of_axes_is_drawn_at_once_and_refined_at_rest(page, axes, three_d):
    made = page(axes=axes, three_d=three_d)
    first = made.picture()
    assert first.sentence and {control.name for control in first.controls} == set(made.sliders)
    assert not made.around.refined
    made.around.refine(None)
    assert made.around.refined
    seen = made.sight()
    assert seen.plane.loss.shape == (49, 49) and seen.spectrum is not None
    assert meaning(seen) and len(made.table()["loss"]) == 49**2
    kinds = {trace["type"] for trace in made.picture().figure["data"]}
    assert ("surface" if three_d else "contour") in kinds


def test_what_is_drawn_under_the_hand_is_a_grid_of_the_one_at_rest(page):
    made = page()
    coarse = made.around.sight(0).plane
    fine = made.around.sight(LONGEST).plane
    stride = (len(fine.x) - 1) // (len(coarse.x) - 1)
    assert len(coarse.x) == 7 and np.array_equal(fine.loss[::stride, ::stride], coarse.loss)


def test_refining_stops_where_the_next_grid_takes_too_long():
    training = Training(Plan(Architecture(width=4), examples=20))

    def planes(progress):
        return refinements(training.model, training.fit, (training.features, training.target), size=49)

    refining = Refining(planes)
    assert len(refining.to(0).x) == 7
    assert len(refining.to(LONGEST).x) == 49
    assert len(refining.to(0).x) == 49


def test_a_plane_whose_refining_was_interrupted_is_refined_when_asked_again(page):
    made = page()

    def interrupt(share):
        if share > 0.1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        made.around.sight(LONGEST, interrupt)
    made.view.set(three_d=True)
    made.around.refine(None)
    assert made.sight().plane.loss.shape == (49, 49)


def test_the_plane_between_two_networks_is_through_the_one_that_the_line_leads_to(page):
    made = page(axes="between")
    made.held.to(20, lambda: False)
    asked = iter(range(100))
    early = made.around.sight(0, enough=lambda: next(asked) > 8)
    assert any(re.match(r"Of network b \d+ of 20 steps", note) for note in early.notes)
    for seen in (early, made.sight(LONGEST)):
        taken, (_, x, y) = made.around.taken(), seen.plane.marks[1]
        there = seen.plane.axes.weights(torch.tensor([x]), torch.tensor([y]))
        judge = Evaluator(taken.model, taken.fit, taken.batch, Options())
        assert judge(1, lambda _, at=there: at)[0] == pytest.approx(seen.line.loss[-1], rel=1e-4)
    assert not any("steps are trained" in note for note in made.sight(LONGEST).notes)


def test_both_networks_are_trained_before_the_first_picture(page, monkeypatch):
    monkeypatch.setattr(model, "LIVE", 0.0)
    made = page(axes="between")
    made.prepare(MagicMock())
    assert [held.training.step for held in made.trainings] == [20, 20]
    first = made.picture()
    made.around.refine(None)
    assert first.sentence == made.picture().sentence


def test_the_training_goes_on_without_what_is_seen_and_is_not_touched(page):
    made = page()
    made.trained(lambda: False)
    made.around.refine(None)
    other = Training(made.plan)
    other.steps(20)
    assert torch.equal(made.held.training.weights, other.weights)


def test_holes_are_painted_and_named(page):
    made = page()
    seen = made.around.sight(LONGEST)
    seen.plane.loss[:5, :5] = np.nan
    figure = landscape_figure(seen)
    mask = next(trace for trace in figure["data"] if trace.get("name") == "no finite loss")
    assert np.isfinite(mask["z"]).sum() == 25
    assert any("25 places" in said for said in meaning(seen))
    assert any(note.startswith("At 25 of 2401 places") for note in landscape_picture(seen).notes)


def test_in_three_dimensions_holes_stay_holes_and_every_hover_has_its_own_loss(page):
    made = page(axes="principal", three_d=True)
    seen = made.around.sight(LONGEST)
    seen.plane.loss[:5, :7] = np.inf
    seen.plane.loss[8, 9] = 1000.0
    figure = landscape_figure(seen)
    surface, path = (
        next(trace for trace in figure["data"] if trace["type"] == kind) for kind in ("surface", "scatter3d")
    )
    assert np.isnan(surface["z"][:5, :7]).all() and np.isfinite(surface["z"]).sum() == 49**2 - 35
    assert surface["customdata"][9][8] == 1000 > np.nanmax(surface["z"]), "by x, then y"
    assert "%{z" not in surface["hovertemplate"] + path["hovertemplate"]
    assert np.array_equal(path["customdata"], seen.path.loss)


def test_below_checkpoints_out_of_sight_the_plane_has_no_loss(page):
    made = page(axes="principal", zoom=8.0, steps=60)
    seen = made.around.sight(LONGEST)
    plane, path = seen.plane, seen.path
    outside = (path.x < plane.x[0]) | (path.x > plane.x[-1]) | (path.y < plane.y[0]) | (path.y > plane.y[-1])
    below = next(trace for trace in landscape_figure(seen)["data"] if trace.get("name") == "loss of the plane below it")
    assert outside.any() and np.isnan(below["y"][outside]).all()


MARKUP = "<a href='x'>%{z}"


@pytest.mark.parametrize("three_d", [False, True])
def test_names_of_a_file_are_text_and_no_markup(page, three_d):
    kept = page().sight(LONGEST)
    named = replace(kept.plane, names=(MARKUP, MARKUP), marks=((MARKUP, 0.0, 0.0),))
    made = with_file(page(), Landscape(named))
    made.view.set(three_d=three_d)
    figure = made.picture().figure
    scene = figure["layout"].get("scene", {})
    told = json.dumps([[trace.get("hovertemplate"), trace.get("name"), trace.get("text")] for trace in figure["data"]])
    told += json.dumps([scene.get(f"{axis}axis", {}).get("title") for axis in "xy"], ensure_ascii=False)
    assert "<a" not in told and "%{z}" not in told and "&lt;a" in told


def test_what_is_taken_along_can_be_opened_again(page):
    made = page(axes="principal")
    seen = made.sight(LONGEST)
    again = with_file(page(), loads(landscape(made).encode()))
    assert again.check() == []
    shown = again.sight()
    assert np.array_equal(shown.plane.loss, seen.plane.loss) and shown.path is not None
    assert "file" in again.kinds_of_axes() and "file" not in made.kinds_of_axes()
    assert again.picture().sentence.startswith("The plane holds")
    assert not again.refine(None), "there is nothing to compute"


def test_a_fine_plane_of_a_file_is_thinned_once(page, monkeypatch):
    side = np.linspace(0, 1, 700)
    loss = np.random.default_rng(0).random((650, 700))
    fine = Plane(side, side[:650], loss, ("a", "b"), "raw", (0.5, 0.5), 0.0)
    made = with_file(page(), Landscape(fine))
    calls = []
    monkeypatch.setattr(sight, "basins", lambda *given: calls.append(given) or basins(*given))
    for _ in range(3):
        picture = made.picture()
        meaning(made.sight())
    contour = next(trace for trace in picture.figure["data"] if trace["type"] == "contour")
    assert contour["z"].shape == (201, 201) and contour["x"][-1] == 1
    assert "Of 700 × 650 places 201 × 201, evenly taken, are shown." in picture.notes
    assert len(calls) == 1
    assert "Landscape (JSON)" in files(page()) and "Landscape (JSON)" not in files(made)


@pytest.mark.parametrize("part", ["plane", "path", "line", "spectrum"])
def test_a_file_may_hold_any_part(page, part):
    made = page(axes="between")
    parts = {name: getattr(made.sight(LONGEST), name) for name in ("plane", "line", "spectrum")}
    parts["path"] = page(axes="principal").sight(LONGEST).path
    document = json.loads(to_json(Landscape(**{part: parts[part]})))
    picture = with_file(page(), loads(json.dumps(document).encode())).picture()
    assert picture.sentence and picture.figure["data"]


class Chosen:
    name, file_id = "mine.json", "1"

    def __init__(self, content):
        self.getvalue = lambda: content


def test_what_is_wrong_with_a_file_is_said_as_long_as_it_is_chosen(page, monkeypatch):
    said, chosen = [], Chosen(b"[]")
    monkeypatch.setattr(st, "session_state", {})
    monkeypatch.setattr(st, "file_uploader", lambda *_, **__: chosen)
    monkeypatch.setattr(st, "error", said.append)
    assert [own_landscape.ask() for _ in range(3)] == [False] * 3
    assert len(said) == 3 and "no object" in said[0]
    chosen = Chosen(landscape(page()).encode())
    chosen.file_id = "2"
    assert [own_landscape.ask() for _ in range(2)] == [True, False]
    assert len(said) == 3 and own_landscape.current().kept.plane


@pytest.mark.parametrize(
    ("settings", "note", "then"),
    [
        ({"axes": "file"}, "files stay with whoever uploads them", {"axes": "random"}),
        ({"axes": "principal", "steps": 5}, "no path before 10 steps", {"axes": "random"}),
        ({"axes": "leading", "depth": 56, "width": 128, "skip": True, "steps": 1}, "too large", {"axes": "random"}),
        ({"scale": 3.0, "activation": "tanh"}, "c is 1", {"scale": 1.0}),
        ({"scale": 3.0, "skip": True}, "c is 1", {"scale": 1.0}),
    ],
)
def test_what_does_not_go_together_is_put_right_and_said(view_of, settings, note, then):
    made = Network(view_of("network", **{**SMALL, **settings}))
    assert note in " ".join(made.check())
    assert {name: made.view[name] for name in then} == then
    made.picture()


def test_a_training_that_left_the_numbers_has_no_landscape(page):
    made = page(loss="mse", optimiser="sgd", rate=1e6)
    with pytest.raises(ValueError, match="left the numbers"):
        made.picture()


def test_batch_normalisation_is_told_of(page):
    for axes in ("between", "principal", "random"):
        assert any("BatchNorm" in note for note in page(normalisation="batch", axes=axes).picture().notes)


def test_a_weight_is_called_by_its_name(page):
    made = page(axes="named", first=0, second=13)
    assert made.sight().plane.names == ("layer1.linear.weight[0, 0]", "layer1.linear.bias[1]")


def test_a_weight_that_there_is_not_is_put_right(view_of):
    made = Network(view_of("network", **SMALL, axes="named", second=5000))
    assert "Weight up must be a whole number from 0 to" in " ".join(made.check())
    made.picture()
    with pytest.raises(ValueError, match="no weight 5,000"):
        made.around.weight(5000)


def test_two_networks_of_one_seed_are_refused(page):
    with pytest.raises(ValueError, match="same seed"):
        page(axes="between", other=0).picture()


def test_the_picture_says_no_more_than_a_screen_holds(page):
    for axes in ("random", "principal", "leading", "between", "named"):
        assert len(landscape_picture(page(axes=axes).sight(LONGEST)).sentence) <= 160


def test_two_single_weights_have_names_of_their_own_that_fit(view_of):
    page = Network(view_of("network", view="landscape", axes="named", steps=5))
    names = [label.text for label in page.picture().labels]
    assert names == ["weight[0, 0]", "weight[0, 1]"]


def test_a_coarse_grid_says_nothing_of_how_it_curves(page):
    made = page()
    assert made.sight(0).plane.left and "curves" not in landscape_picture(made.sight(0)).sentence
    made.around.refine(None)
    assert "; in this plane it curves by " in made.picture().sentence


@pytest.mark.parametrize(("between", "said"), [(0.3, "rises above neither"), (2.0, "rises 1.50 above their mean")])
def test_a_line_that_only_falls_is_no_barrier(page, between, said):
    seen = page(axes="between").sight(LONGEST)
    t, loss = np.array([0.0, 0.5, 1.0]), np.array([0.9, between, 0.1])
    line = replace(seen.line, t=t, loss=loss, barrier=between - 0.5)
    assert said in landscape_picture(replace(seen, line=line)).sentence
