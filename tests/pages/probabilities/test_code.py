"""Programs to copy: run as they stand, they print the numbers of the view on screen."""

import numpy as np
import pytest

from components.page.parameters import settings
from losses import LOSSES
from losses.probability.pairing import PAIRS
from losses.probability.simplex import SIMPLEX_LOSSES, probabilities, probe
from pages.probabilities.code import program
from pages.probabilities.divergence_view import DIVERGENCES, answers
from pages.probabilities.model import Probabilities
from pages.probabilities.outcomes_view import values
from pages.probabilities.pairing_view import run, slopes
from tests.programs import agree, cases, printed, programs


@pytest.fixture
def page(view_of):
    return lambda **settings: Probabilities(view_of("probabilities", **settings))


def outputs(page, *required):
    """What every program that there is prints."""
    texts, refused = programs(lambda library: program(page, library))
    assert set(required or ("torch", "numpy")) <= texts.keys(), refused
    return {library: printed(written.text) for library, written in texts.items()}


@pytest.mark.parametrize(
    ("key", "settings_"), [case for case in cases(SIMPLEX_LOSSES) if "from_logits" not in case.values[1]]
)
@pytest.mark.parametrize(
    "place", [{}, {"z1": 8.0, "target": (0.6, 0.3, 0.1)}, {"z1": -90.0, "target": (1.0, 0.0, 0.0)}], ids=str
)
def test_simplex(page, key, settings_, place):
    shown = page(loss=key, **place, **{f"{key}.{name}": value for name, value in settings_.items()})
    parameters = settings(shown.view, shown.loss)
    value, slope = probe(shown.loss, shown.logits, shown.view["target"], parameters)
    for library, lines in outputs(shown).items():
        shares = probabilities(shown.logits, parameters.get("temperature", 1.0))
        assert agree(library, lines["prediction"]["probabilities"], shares), library
        assert agree(library, lines[shown.loss.name]["loss"], value), library
        if library == "torch":
            assert agree(library, lines[shown.loss.name]["slopes"], slope)


def test_simplex_in_scikit_learn(page):
    assert "sklearn" in outputs(page())
    assert "sklearn" not in outputs(page(target=(0.6, 0.3, 0.1)))
    assert "sklearn" in outputs(page(target=(0.6, 0.3, 0.1), loss="mse"))


@pytest.mark.parametrize("softmax", [False, True])
@pytest.mark.parametrize(
    "case",
    [{}, {"lead": -3.5, "classes": 7}, {"smoothing": 0.2}, {"temperature": 2.5, "smoothing": 0.1}, {"lead": 900.0}],
    ids=str,
)
@pytest.mark.parametrize("from_logits", [True, False])
def test_encoding(page, softmax, case, from_logits):
    shown = page(view="encoding", softmax=softmax, from_logits=from_logits, **case)
    about = shown.case
    if not softmax and not from_logits:
        with pytest.raises(ValueError, match="Refused: these are logits"):
            program(shown, "torch")
        return
    expected = {
        "Categorical cross-entropy": about.one_hot,
        "Sparse categorical cross-entropy": about.sparse,
        "softmax once": about.at(),
        "softmax twice": about.at(2),
        "smoothed and tempered": about.at(1, about.smoothing, about.temperature),
    }
    said = outputs(shown)
    for library, lines in said.items():
        for title, numbers in lines.items():
            assert agree(library, numbers["loss"], expected[title]), (library, title)
    for library in ("torch", "numpy"):
        assert len(said[library]) == (5 if about.named() else 4)
    if case == {}:
        assert {library: len(said[library]) for library in ("keras", "sklearn")} == {"keras": 4, "sklearn": 4}


@pytest.mark.parametrize(
    "settings_",
    [
        {},
        {"label": "0", "start": 2.0, "at": 1.5},
        {"rate": 1.0, "steps": 7},
        {"start": -3.0, "rate": 0.01, "steps": 40},
    ],
    ids=str,
)
def test_pairing(page, settings_):
    shown = page(view="pairing", **settings_)
    trained, here = run(*shown.training), slopes(shown.label, shown.view["at"])
    for library, lines in outputs(shown, "torch", "numpy", "keras").items():
        for row, (key, pair) in enumerate(PAIRS.items()):
            end = lines[f"{pair.name} trained"]
            assert agree(library, end["logit"], trained.logits[row, -1]), (library, key)
            assert agree(library, end["loss"], trained.losses[row, -1]), (library, key)
            if library != "keras":
                probed = lines[f"{pair.name} at the probe"]
                assert agree(library, [probed["loss"], probed["slope"]], here[key]), (library, key)


def test_scikit_learn_does_not_train_so(page):
    with pytest.raises(ValueError, match="scikit-learn trains by solvers of its own"):
        program(page(view="pairing"), "sklearn")


@pytest.mark.parametrize(
    "shares",
    [
        {},
        {"q": (0.4, 0.35, 0.25, 0.0)},
        {"p": (0.5, 0.5, 0.0, 0.0), "q": (0.0, 0.0, 0.6, 0.4)},
        {"p": (0.7, 0.1, 0.1, 0.1)},
    ],
    ids=str,
)
def test_outcomes(page, shares):
    shown = page(view="divergence", shape="outcomes", **shares)
    expected = values(shown.view["p"], shown.view["q"])
    said = outputs(shown)
    for library, lines in said.items():
        for key, value in expected.items():
            assert agree(library, lines[LOSSES[key].name]["value"], value), (library, key)
    zeros = 0.0 in (*shown.view["p"], *shown.view["q"])
    assert said.keys() == ({"torch", "numpy"} if zeros else {"torch", "numpy", "keras"})


@pytest.mark.parametrize(
    "settings_", [{}, {"m1": -6.0, "s1": 0.2, "m2": 6.0, "s2": 3.0}, {"begin": -4.0, "weight": 0.01}], ids=str
)
def test_humps(page, settings_):
    shown = page(view="divergence", **settings_)
    found = dict(zip(DIVERGENCES, answers(shown.mixture, shown.view["begin"])[:3], strict=True))
    rel = 1e-6 if shown.view["s1"] < 0.5 else 1e-9  # the page sums a narrow hump on a coarser grid
    for library, lines in outputs(shown).items():
        for key, fit in found.items():
            assert agree(library, list(lines[LOSSES[key].name].values()), list(fit), rel), (library, key)
        assert agree(library, list(lines["P itself"].values()), list(shown.mixture.moments))
        assert agree(
            library, list(lines["P itself"].values()), [found["kl_divergence"].mean, found["kl_divergence"].width]
        )


def test_a_program_reads_as_one_writes_it(page):
    assert program(page(), "numpy").text.splitlines()[-7:] == [
        "logits = np.array([1.0, 0.5, -1.0])",
        "target = np.array([0.0, 1.0, 0.0])",
        "odds = np.exp(logits - logits.max())",
        "probability = odds / odds.sum()",
        'print(f"prediction: probabilities {probability.ravel().tolist()}")',
        "loss = categorical_cross_entropy(logits, target, from_logits=True, label_smoothing=0.0, temperature=1.0)",
        'print(f"Categorical cross-entropy: loss {float(loss)}")',
    ]
    assert np.isclose(sum(printed(program(page(), "numpy").text)["prediction"]["probabilities"]), 1)
