"""Programs to copy: run as they stand, they print the fits on screen."""

import math

import numpy as np
import pytest

from components.cards.program import LIBRARIES
from losses import LOSSES
from losses.shrinkage.smooth import SMOOTH
from pages.regularization.code import program
from pages.regularization.model import Regularization
from pages.regularization.settings import STRENGTH
from tests.programs import agree, printed, programs


@pytest.fixture
def page(view_of):
    return lambda **settings: Regularization(view_of("regularization", **settings), None)


def outputs(page):
    """What the programs of all libraries print."""
    texts, refused = programs(lambda library: program(page, library))
    assert refused == {}
    return {library: printed(written.text) for library, written in texts.items()}


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"strength": 1.1, "half": True},
        {"correlation": 0.9, "c1": 1.0, "c2": -0.5, "strength": 0.3, "elastic_net.l1_ratio": 0.3},
        {"l2.half": True, "elastic_net.half": True, "correlation": -0.5, "strength": 2.0},
        {"strength": 0.0},
    ],
    ids=str,
)
def test_two_weights(page, settings):
    shown = page(penalties=("l1", "l2", "elastic_net"), **settings)
    for library, lines in outputs(shown).items():
        assert len(lines) == 3
        for key, price in shown.prices().items():
            found, numbers = shown.bowl.pairs([price])[0], lines[LOSSES[key].name]
            cost, paid = float(shown.bowl.cost(found)), float(price.of(found).sum())
            assert agree(library, numbers["weights"], found), (library, key)
            assert agree(library, [numbers["cost"], numbers["penalty"]], [cost, paid]), (library, key)
            assert agree(library, numbers["objective"], cost + paid)
            if price.ratio and library != "keras":
                assert [weight == 0 for weight in numbers["weights"]] == (found == 0).tolist(), "zeros are exact"


@pytest.mark.parametrize("key", SMOOTH)
@pytest.mark.parametrize(
    "settings", [{"strength": 0.4}, {"outliers": 4, "correlation": 0.6, "l2.half": True, "strength": 0.2}], ids=str
)
def test_two_weights_under_every_data_loss(page, key, settings):
    shown = page(data_loss=key, penalties=("l1", "l2", "elastic_net"), **settings)
    texts, refused = programs(lambda library: program(shown, library))
    assert {"torch", "numpy"} <= texts.keys()
    assert all("no exact equivalent" in why for why in refused.values())
    for library, written in texts.items():
        lines = printed(written.text)
        for penalty, price in shown.prices().items():
            found, numbers = shown.bowl.pairs([price])[0], lines[LOSSES[penalty].name]
            cost, paid = float(shown.bowl.cost(found)), float(price.of(found).sum())
            assert agree(library, numbers["weights"], found, 1e-8), (library, penalty)
            assert agree(library, [numbers["cost"], numbers["penalty"]], [cost, paid]), (library, penalty)
            assert [weight == 0 for weight in numbers["weights"]] == (found == 0).tolist(), "zeros are exact"


@pytest.mark.parametrize("key", ["l1", "l2", "elastic_net"])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"lambda": 0.5, "half": True, "mean": False},
        {"intercept": "penalised", "lambda": 0.02},
        {"intercept": "none"},
    ],
    ids=str,
)
def test_many_features(page, key, settings):
    shown = page(view="features", penalty=key, **settings)
    study = shown.study()
    found, problem = study.at(shown.view["lambda"]).optimum, study.parts.problem
    rows = problem.rows
    unit = (1 if shown.view["half"] else 2) * (1 if shown.view["mean"] else rows)
    for library, lines in outputs(shown).items():
        numbers = lines[LOSSES[key].name]
        weights = numbers["weights"][: len(study.parts.problem.coefficients(found.weights))]
        assert agree(library, weights, problem.coefficients(found.weights), 1e-7), library
        intercept = numbers["weights"][-1] if problem.ones else numbers["intercept"]
        assert agree(library, intercept, problem.intercept(found.weights), 1e-7), library
        assert agree(library, numbers["objective"], unit * found.objective), library


@pytest.mark.parametrize("key", ["huber", "log_cosh", "expectile"])
@pytest.mark.parametrize("intercept", ["free", "penalised", "none"])
def test_many_features_under_a_data_loss(page, key, intercept):
    shown = page(
        view="features",
        penalty="elastic_net",
        data_loss=key,
        intercept=intercept,
        wrong=2,
        mean=False,
        **{"lambda": 2.0},
    )
    found = shown.study().at(2.0)
    texts, refused = programs(lambda library: program(shown, library))
    assert {"torch", "numpy"} <= texts.keys()
    assert all("no exact equivalent" in why for why in refused.values())
    for library, written in texts.items():
        assert any("No search is written" in note for note in written.notes)
        numbers = printed(written.text)["Elastic net"]
        l1, l2 = found.strengths
        paid = l1 * np.abs(found.weights).sum() + l2 / 2 * found.weights @ found.weights
        assert agree(library, numbers["weights"], found.weights), library
        assert agree(library, [numbers["cost"], numbers["penalty"]], [found.train, paid]), library


POLYNOMIALS = [
    {"held_back": "l2"},
    {"held_back": "l1", "curve_strength": 0.02, "copies": 2},
    {"held_back": "elastic_net", "curve_strength": 0.05, "elastic_net.l1_ratio": 0.3, "half": True},
    {"held_back": "l2", "mirrored": True, "moves": {3: (0.5, -2.0)}, "degree": 5},
    {"held_back": "dropout", "dropped": 0.4},
    {"held_back": "stopping", "steps": 300, "moves": {0: (-0.1, 1.0)}},
    {"curve_strength": 0.0, "copies": 4, "degree": 8},
]


@pytest.mark.parametrize("settings", POLYNOMIALS, ids=str)
def test_a_polynomial(page, settings):
    shown = page(view="polynomial", **settings)
    drawn = shown.drawn()
    weights = drawn.fit.weights(np.array([drawn.strength]))
    x, y = drawn.fit.fitted
    residuals = drawn.fit.predict(weights, x)[0] - y
    own = shown.view["held_back"] in STRENGTH
    texts, refused = programs(lambda library: program(shown, library))
    assert {*LIBRARIES.values()} - texts.keys() == ({"keras", "sklearn"} if own else set())
    assert all("no exact form" in why for why in refused.values())
    for library, written in texts.items():
        ((title, numbers),) = printed(written.text).items()
        assert title.lower() in drawn.told.lower() or own
        assert agree(library, numbers["weights"], weights[0], 1e-7), library
        assert agree(library, numbers["intercept"], drawn.fit.problem.intercept(weights)[0], 1e-7), library
        mean = np.square(residuals).mean()
        if own:
            assert agree(library, numbers["error"], mean, 1e-7), library
        else:
            assert agree(library, numbers["cost"], mean / (2 if shown.view["half"] else 1), 1e-7), library


def test_a_loop_that_takes_too_long_is_not_written(page):
    _, refused = programs(lambda library: program(page(view="polynomial", held_back="stopping", steps=20_001), library))
    assert "20,001 steps takes too long" in refused["torch"]


def test_nothing_is_written_for_an_infinite_strength(page):
    for settings in (
        {"strength": math.inf},
        {"strength": math.inf, "data_loss": "huber"},
        {"view": "features", "lambda": math.inf, "data_loss": "huber"},
        {"view": "features", "lambda": math.inf},
    ):
        _, refused = programs(lambda library, settings=settings: program(page(**settings), library))
        assert refused.keys() == {*LIBRARIES.values()}
        assert "every weight is 0" in refused["torch"]


def test_a_program_reads_as_one_writes_it(page):
    assert program(page(penalties=("l1",)), "sklearn").text.splitlines()[-7:] == [
        "features = np.array([[1.4142135623730951, 0.0], [0.0, 1.4142135623730951]])",
        "target = features @ np.array([2.0, 0.5])",
        "model = sklearn.linear_model.Lasso(alpha=0.25, fit_intercept=False, tol=1e-15, max_iter=1_000_000).fit(features, target)",
        "weights, intercept = model.coef_, model.intercept_",
        "cost = 2 * ((features @ weights + intercept - target) ** 2).mean() / 2",
        "penalty = 2 * (0.25 * abs(weights).sum())",
        'print(f"L1: weights {weights.tolist()}, intercept {float(intercept)}, cost {float(cost)}, penalty {float(penalty)}, objective {float(cost + penalty)}")',
    ]
