"""Programs to copy: run as they stand, they print loss and slope at the probe."""

import pytest

from components.page.parameters import settings
from losses import LOSSES
from losses.curves.catalogue import AXES
from losses.curves.probe import probe
from pages.curves.code import program
from pages.curves.model import Curves
from pages.curves.settings import PRESETS
from tests.programs import agree, other_values, printed, programs

CLASSIFYING = {"margin", "probability", "logit", "class_probability", "class_logit"}


@pytest.fixture
def page(view_of):
    return lambda **settings: Curves(view_of("curves", **settings))


def assert_prints_the_probe(page):
    """Every program that there is; returns what each one prints."""
    texts, refused = programs(lambda library: program(page, library))
    assert not refused.keys() & {"torch", "numpy"}, refused
    said = {library: printed(written.text) for library, written in texts.items()}
    for key, parameters in page.chosen().items():
        found = probe(page.axis, LOSSES[key], page.at, settings(page.view, page.axis), parameters)
        name = LOSSES[key].name
        assert agree("torch", said["torch"][name]["slope"], found.slope), (key, "slope")
        for library, lines in said.items():
            if name in lines:
                assert agree(library, lines[name]["loss"], found.value), (key, library)
            else:
                assert name in " ".join(texts[library].notes), (key, library)
    return said


def places(axis):
    """Where a probe may stand: somewhere, at the ends of the view, in the middle."""
    span = axis.high - axis.low
    return (axis.low + 0.37 * span, axis.low, axis.high, axis.low + 0.5 * span)


@pytest.mark.parametrize("axis", AXES.values(), ids=list(AXES))
def test_every_loss_at_every_kind_of_place(page, axis):
    for first in range(0, len(axis.losses), 5):
        for at in places(axis):
            assert_prints_the_probe(page(axis=axis.key, losses=axis.losses[first : first + 5], at=at))


@pytest.mark.parametrize("axis", AXES.values(), ids=list(AXES))
def test_every_parameter_and_scenario(page, axis):
    at = places(axis)[0]
    scenarios = [{f"{axis.key}.{name}": value} for name, value in other_values(axis).items()]
    for scenario in scenarios:
        assert_prints_the_probe(page(axis=axis.key, losses=axis.losses[:5], at=at, **scenario))
    for key in axis.losses:
        for name, value in other_values(LOSSES[key]).items():
            if name not in axis.fixed:
                assert_prints_the_probe(page(axis=axis.key, losses=(key,), at=at, **{f"{key}.{name}": value}))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_every_preset(view_of, preset):
    assert_prints_the_probe(Curves(view_of("curves", **preset.values)))


def test_every_library_has_a_program_of_the_opening_picture(page):
    said = assert_prints_the_probe(page())
    assert {library: len(lines) for library, lines in said.items()} == {
        "torch": 3,
        "keras": 3,
        "sklearn": 2,
        "numpy": 3,
    }


@pytest.mark.parametrize("axis", sorted(CLASSIFYING))
def test_scikit_learn_has_some_of_every_kind(page, axis):
    losses = [key for key in AXES[axis].losses if LOSSES[key].code("sklearn", **AXES[axis].settings(LOSSES[key]))]
    said = assert_prints_the_probe(page(axis=axis, losses=tuple(losses[:5]), at=places(AXES[axis])[0]))
    assert said["sklearn"]


@pytest.mark.parametrize("at", [0.0, 1.0, 1e-50])
def test_where_libraries_cut_off_the_page_does_not(page, at):
    shown = page(axis="probability", losses=("binary_cross_entropy", "focal"), at=at)
    said = assert_prints_the_probe(shown)
    assert said.keys() == {"torch", "numpy"}
    with pytest.raises(
        ValueError, match="In this state Keras does not give the same number for Binary cross-entropy and Focal"
    ):
        program(shown, "keras")


def test_a_program_reads_as_one_writes_it(page):
    assert program(page(losses=("mse", "huber"), at=3.0), "torch").text.splitlines() == [
        "import torch",
        "",
        "torch.set_default_dtype(torch.float64)",
        "",
        "",
        "def report(name, loss):",
        "    (slope,) = torch.autograd.grad(loss.sum(), x, retain_graph=True)",
        '    print(f"{name}: loss {loss.item()}, slope {slope.item()}")',
        "",
        "",
        "x = torch.tensor([3.0], requires_grad=True)  # r",
        "prediction, target = x, torch.zeros_like(x)",
        "report(\"MSE\", torch.nn.functional.mse_loss(prediction, target, reduction='none'))",
        "report(\"Huber\", torch.nn.functional.huber_loss(prediction, target, reduction='none', delta=1.0))",
    ]
