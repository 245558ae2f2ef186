"""Programs to copy: run as they stand, they print the losses and accuracies of the training on screen."""

import pytest

from losses.descent.optimisers import OPTIMISERS
from losses.network.fitting import fitting_losses
from pages.network.code import program
from pages.network.landscape_code import PLACES
from pages.network.model import Network
from tests.programs import printed, programs


@pytest.fixture
def page(view_of):
    return lambda **settings: Network(view_of("network", **settings))


SMALL = {"width": 6, "examples": 30, "steps": 12}
CASES = [{"optimiser": key, "decay": 0.01} for key in OPTIMISERS]
CASES += [{"loss": key} for key in fitting_losses(2)]
CASES += [{"data": "sine", "loss": key} for key in ("mse", "quantile")]
CASES += [
    {"batch": 7, "schedule": "cosine", "horizon": 9, "optimiser": "sgd", "rate": 0.1},
    {"data": "digits", "kind": "conv", "noise": 0.3},
    {"data": "digits", "kind": "conv", "normalisation": "layer", "skip": True, "depth": 3, "steps": 4},
    {"depth": 4, "skip": True, "normalisation": "batch", "activation": "gelu", "batch": 10},
    {"normalisation": "layer", "activation": "tanh", "initialisation": "large", "rate": 0.001},
    {"initialisation": "zeros"},
    {"optimiser": "momentum", "momentum.momentum": 0.5, "seed": 3, "data": "spirals"},
    {"steps": 0},
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_it_prints_what_is_on_screen(page, case):
    shown = page(**{**SMALL, **({"steps": 3} if case.get("optimiser") == "lbfgs" else {}), **case})
    now = shown.trained(lambda: False)
    texts, refused = programs(lambda library: program(shown, library))
    assert texts.keys() == {"torch"} and refused.keys() == {"numpy", "keras", "sklearn"}
    found = printed(texts["torch"].text)["learned from"]
    with shown.held.lock:
        shown.held.training._measure()
    last = shown.held.training.measured.pop()
    assert found["loss"] == pytest.approx(last.loss, rel=2e-3), now.step
    if now.task.classes:
        assert found["right"] == pytest.approx(last.accuracy, abs=1e-9)


LOOKED_AT = [
    {},
    {"scale": 10.0},
    {"data": "digits", "kind": "conv", "drawn": 2},
    {"data": "sine", "loss": "mse", "steps": 0},
]


@pytest.mark.parametrize("case", LOOKED_AT, ids=str)
def test_it_prints_the_losses_around_the_network(page, case):
    shown = page(view="landscape", **{**SMALL, **case})
    found = printed(program(shown, "torch").text)["around"]
    shown.trained(lambda: False)
    shown.around.refine(None)
    plane = shown.sight().plane
    middle = len(plane.x) // 2
    for name, (x, y) in PLACES.items():
        row, column = ({0: middle, 1: -1, -1: 0}[place] for place in (y, x))
        assert found[name] == pytest.approx(plane.loss[row, column], rel=2e-3), name


def test_raw_directions_have_no_program(page):
    with pytest.raises(ValueError, match="switch Filter-normalised on"):
        program(page(view="landscape", filterwise=False), "torch")
    assert program(page(view="landscape", filterwise=False, axes="named"), "torch").text


def test_layers_that_are_normalised_have_no_program(page):
    with pytest.raises(ValueError, match="without"):
        program(page(view="landscape", normalisation="layer"), "torch")


def test_more_features_than_can_be_read_are_refused(page):
    shown = page()
    shown.view.set(examples=1000)
    assert "torch.tensor" in program(shown, "torch").text
