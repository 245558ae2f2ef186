"""Programs to copy: run as they stand, they print the boundaries, mean losses and accuracies on screen."""

import numpy as np
import pytest

from losses import LOSSES
from losses.boundary.evaluation import decide
from losses.boundary.fit import FITTED
from losses.data.two_features import TWO_FEATURES
from pages.classification.code import ESTIMATORS, encoding, program
from pages.classification.model import HIDDEN, Classification
from pages.classification.settings import PRESETS
from tests.programs import agree, cases, printed, programs

SMOOTH = {"squared_hinge", "logistic", "modified_huber", "exponential", "binary_cross_entropy", "mse"}
SHOWN = [case for case in cases(FITTED) if not {*case.values[1]} & {*HIDDEN}]


@pytest.fixture
def page(view_of):
    return lambda **settings: Classification(view_of("classification", **settings), None)


def assert_prints_the_boundaries(page):
    """Every program that there is; returns what each one prints."""
    fits = page.fits()
    texts, refused = programs(lambda library: program(page, library))
    assert not refused.keys() & {"torch", "numpy"}, refused
    said = {library: printed(written.text) for library, written in texts.items()}
    for library, lines in said.items():
        for title, numbers in lines.items():
            name, _, by = title.partition(" by ")
            fit = next(fit for fit in fits.values() if fit.loss.name == name)
            # Descents end where the objective falls no more, and libsvm a little before.
            rel = (1e-5 if (by, fit.loss.key) == ("scikit-learn", "hinge") else 1e-6) if by else 1e-9
            assert agree(library, numbers["mean loss"], fit.cost, rel), (library, title)
            assert numbers["accuracy"] == pytest.approx(decide(fit.score, page.points.label).accuracy), (library, title)
            assert agree(
                library, [*numbers["weights"], numbers["bias"]], [*fit.weights, fit.bias], 1e-4 if by else 1e-12
            ), title
    return said


@pytest.mark.parametrize(("key", "settings"), SHOWN)
def test_every_loss(page, key, settings):
    shown = page(losses=(key,), **{f"{key}.{name}": value for name, value in settings.items()})
    said = assert_prints_the_boundaries(shown)
    name = LOSSES[key].name
    assert (f"{name} by L-BFGS" in said["torch"]) == (
        (key in SMOOTH and settings.get("margin") != 0) or (key == "focal" and settings.get("gamma") == 0)
    )
    if not settings:
        assert (f"{name} by scikit-learn" in said.get("sklearn", {})) == (key in ESTIMATORS)


@pytest.mark.parametrize(
    "settings", [{}, {"weight": 7.0}, {"l2": 0.0}, {"l2": 2.0, "weight": 0.1}, {"flipped": 0.2}], ids=str
)
@pytest.mark.parametrize("data", TWO_FEATURES)
def test_all_data(page, data, settings):
    for losses in (
        ("hinge", "logistic", "ramp", "mse"),
        ("binary_cross_entropy", "focal", "perceptron", "exponential"),
    ):
        assert_prints_the_boundaries(page(data=data, losses=losses, **settings))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_every_preset(view_of, preset):
    assert_prints_the_boundaries(Classification(view_of("classification", **preset.values), None))


def test_one_name_stands_for_one_encoding(page):
    text = program(page(losses=("hinge", "binary_cross_entropy", "mse")), "torch").text
    assert "binary_cross_entropy_with_logits(score, label, reduction='none')" in text
    assert "torch.relu(1.0 - sign * score)" in text
    assert "mse_loss(score, sign, reduction='none')" in text
    assert "sign = 2 * label - 1" in text
    assert "target" not in text.replace("targets", "")


def test_the_encoding_is_the_one_that_the_loss_declares():
    assert {encoding(LOSSES[key]) for key in ("binary_cross_entropy", "focal")} == {"label"}
    assert {encoding(LOSSES[key]) for key in ("hinge", "logistic", "mse")} == {"sign"}


def test_points_moved_are_those_of_the_program(page):
    assert_prints_the_boundaries(page(moves={1: (-30.0, 0.0)}, n=20))


def test_scores_whose_probability_scikit_learn_would_cut_off(page):
    shown = page(losses=("logistic", "mse"), moves={1: (300.0, 0.0)}, data="blobs")
    assert np.abs(shown.fits()["logistic"].score).max() > 34
    said = assert_prints_the_boundaries(shown)
    assert "Logistic" not in said["sklearn"]
    assert "MSE" in said["sklearn"]


def test_a_program_holds_no_more_points_than_can_be_read(page):
    assert_prints_the_boundaries(page(n=1000))
    with pytest.raises(ValueError, match="at most 1,000 examples, and these are 1,001"):
        program(page(n=1001), "torch")
