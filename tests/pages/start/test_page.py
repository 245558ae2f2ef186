"""The page ``start``: the loop goes on stage by stage, the hand begins it anew, and the contest is fair."""

import contextlib
import io

import numpy as np
import pytest
import torch

from components.live.input import Input
from pages import PAGES
from pages.start.cards import printed, program, small
from pages.start.model import Start
from pages.start.settings import STAGES, TOO_STEEP, X, Y


@pytest.fixture
def start(view_of):
    return lambda **settings: Start(view_of("start", **settings))


def test_four_presses_are_a_step_of_the_optimiser(start):
    page = start(turn=0)
    told = []
    for turn in range(5):
        page.take(Input(sliders={"turn": turn}))
        told.append(page.picture().sentence)
    assert [sentence.split(":")[0] for sentence in told] == [
        "1 Predict",
        "2 Loss",
        "3 Gradient",
        "4 Update",
        "1 Predict",
    ]
    assert "w = 1.42 and b = 0.2" in told[4], "the next round begins where the update went"
    weights = torch.tensor(TOO_STEEP, dtype=torch.float64, requires_grad=True)
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)
    (weights[0] * x + weights[1] - y).square().mean().backward()
    after = weights.detach() - 0.1 * weights.grad
    assert page.path("sgd", TOO_STEEP, 1).positions[1] == pytest.approx(after.numpy(), rel=1e-12)


@pytest.mark.parametrize("optimiser", ["sgd", "momentum", "adam"])
@pytest.mark.parametrize("loss", ["mse", "mae", "huber"])
def test_every_stage_of_every_loss_is_drawn(start, optimiser, loss):
    for turn in range(len(STAGES)):
        picture = start(optimiser=optimiser, loss=loss, turn=turn).picture()
        assert picture.sentence.startswith(f"{turn + 1} {STAGES[turn]}")


def test_dragging_an_end_turns_the_line_about_the_other_and_begins_anew(start):
    page = start(turn=7)
    before = page._line()
    page.take(Input(places={"ends": {1: (3.0, 0.0)}}))
    w, b = page.start
    assert w * 3 + b == pytest.approx(0)
    assert -3 * w + b == pytest.approx(-3 * before[0] + before[1])
    assert page.view["turn"] == 1


def test_the_place_on_the_surface_is_the_line(start):
    page = start()
    page.take(Input(places={"place": {0: (0.5, 1.5)}}))
    assert page.start == (0.5, 1.5)


def test_the_contest_is_scored_by_the_way_down(start):
    page = start(view="beat")
    page.view.set(w=1.0, b=1.0)
    page.take_move()
    assert page.view["taken"] == {0: (1.0, 1.0)}
    table = page.table()
    assert table["SGD cost"][1] == pytest.approx(page.path("sgd", TOO_STEEP, 1).losses[1])
    share = 100 * (page.cost(TOO_STEEP) - page.cost((1.0, 1.0))) / (page.cost(TOO_STEEP) - page.cost(page.least))
    assert f"you {share:.1f} %" in page.picture().sentence
    for _ in range(30):
        page.take_move()
    assert len(page.view["taken"]) == 20
    page.try_again()
    assert page.view["taken"] == {}


@pytest.mark.parametrize("rows", [(5,), (0, 19), (3, 1)])
def test_a_move_comes_after_those_of_the_link(start, rows):
    page = start(view="beat", taken={row: (float(row), 1.0) for row in rows} | {2: None})
    page.view.set(w=0.5, b=0.5)
    page.take_move()
    table = page.table()
    assert table["your w"].tolist() == [TOO_STEEP[0], *sorted(rows), 0.5]
    assert page.view["taken"] == dict(enumerate(zip(table["your w"][1:], table["your b"][1:], strict=True)))


def test_in_the_contest_each_has_one_colour_a_name_and_a_path_in_front(start):
    picture = start(view="beat", taken={0: (1.0, 1.0), 1: (0.5, 0.9)}).picture()
    names = ["You", "SGD", "Adam"]
    colors = {row.cells[0]: row.color for row in picture.readouts[0].rows}
    assert list(colors) == names and len(set(colors.values())) == 3
    assert {label.text: label.color for label in picture.labels} == colors
    traces = picture.figure["data"]
    drawn = {trace["name"]: trace for trace in traces if "name" in trace}
    order = [trace.get("handle") or trace.get("name") for trace in traces]
    for name in names:
        path, tip = drawn[name], drawn[f"end of {name}"]
        border = traces[order.index(name) - 1]
        assert path["line"]["color"] == path["marker"]["color"] == tip["marker"]["color"] == colors[name]
        assert border["line"]["color"] == "#FFFFFF" and border["line"]["width"] > path["line"]["width"]
        assert np.array_equal(path["x"], border["x"]) and tip["x"][0] == path["x"][-1]
        assert order.index("place") + 1 < order.index(name) < order.index(f"end of {name}")
    assert len({drawn[f"end of {name}"]["marker"]["symbol"] for name in names}) == 3
    place = next(trace for trace in traces if trace.get("handle") == "place")
    assert place["marker"]["color"] == drawn["the line"]["line"]["color"] == colors["You"]
    assert not start(view="beat").picture().labels, "before the first move all three are in one place"


@pytest.mark.parametrize(
    ("settings", "near"),
    [({}, True), ({"w": 3.0}, False), ({"taken": {0: (1.0, 3.0)}}, False), ({"rate": 1.0, "taken": {0: (1.0, 1.0)}}, False)],
)  # fmt: skip
def test_the_contest_is_seen_from_near_while_all_of_it_is_there(start, settings, near):
    page = start(view="beat", **settings)
    layout, surface = (page.picture().figure[part] for part in ("layout", "data"))
    assert (layout["xaxis2"]["range"] == [-0.4, 2.4]) == near
    (heights,) = [trace for trace in surface if trace["type"] == "contour"]
    assert [heights["x"][0], heights["x"][-1]] == layout["xaxis2"]["range"], "the surface fills the panel"


def test_a_dragged_point_moves_three_words_and_the_penalty_one(start):
    page = start(view="words")
    page.take(Input(places={"points": {4: (-0.25, 5.0)}}))
    assert page.view["row"] == 4
    bars = {trace["name"]: trace for trace in page.picture().figure["data"] if trace["type"] == "bar"}
    assert bars["loss of the example"]["y"][0] == pytest.approx((1.9 * -0.25 - 5) ** 2)
    stripes = [trace["y"][0] for name, trace in bars.items() if name.startswith("example")]
    assert sum(stripes) == pytest.approx(page.losses(page.start).mean()), "the cost is made of its stripes"
    assert "ends" in {handle.name for handle in page.picture().handles}
    assert "ends" not in {handle.name for handle in start(view="words", fitted=True).picture().handles}


def test_what_overflows_is_said_and_not_drawn_wrong(start):
    page = start(view="backprop", rate=10.0, x1=100.0, x2=-100.0, activation="relu", **{"pass": 3999})
    assert page.picture().sentence.startswith("Update")
    for settings in ({"rate": 10.0, "turn": 399}, {"w": 1e6, "b": -1e6}, {"view": "beat", "rate": 10.0, "w": 1e6}):
        assert start(**settings).picture().sentence


@pytest.mark.parametrize("turn", [0, 41])
@pytest.mark.parametrize(
    ("library", "settings"), [("torch", {}), ("torch", {"loss": "huber", "optimiser": "adam"}), ("numpy", {})]
)
def test_the_program_prints_what_is_on_screen(start, library, settings, turn):
    page = start(turn=turn, **settings)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(program(page, library).text, {})
    assert out.getvalue().strip() == printed(page)


@pytest.mark.parametrize(("library", "settings"), [("keras", {}), ("sklearn", {}), ("numpy", {"loss": "mae"})])
def test_a_library_without_the_loop_says_so(start, library, settings):
    with pytest.raises(ValueError, match=r"\."):
        program(start(**settings), library)


def test_there_is_a_card_for_every_page_with_its_picture(session):
    session.open("start")
    session.at.session_state["start:below"] = "All pages"
    session.run()
    for page in PAGES.values():
        if page.name != "start":
            assert f"**{page.question.replace('?', '')}" in session.texts.replace("\\", "")
            assert len(small(page.name)) > 400


def test_every_tab_is_shown(session):
    session.open("start")
    for tab, words in (
        ("Formulas", "Four words"),
        ("The loss", "MSE"),
        ("Often said", "against the gradient"),
        ("Code", ""),
    ):
        session.at.session_state["start:below"] = tab
        session.run()
        assert words in session.texts


def test_gradients_are_those_of_the_chain_rule_on_screen(start):
    table = start(view="backprop", **{"pass": 6}).table()
    assert np.isfinite(table["gradient"]).all()
    assert (table["after"] - table["weight"]) == pytest.approx(-0.1 * table["gradient"])


def test_another_example_begins_the_training_anew_at_the_same_stage(start):
    page = start(view="backprop", **{"pass": 83})
    page.take(Input(sliders={"x1": 0.5}))
    assert page.view["pass"] == 3


def test_the_update_is_written_out(start):
    assert "w to 1.90 − 0.1 × 4.78 = 1.42, b to 0.2;" in start(turn=3).picture().sentence
