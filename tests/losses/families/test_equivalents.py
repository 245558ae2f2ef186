"""The code shown for other libraries, evaluated and compared with the loss itself."""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")

import keras
import numpy as np
import pytest
import scipy
import sklearn.metrics
import statsmodels.api as sm
import torch

from losses import LOSSES
from tests.losses.sampling import domains_of, inputs_of, settings_of

LIBRARIES = {"torch": torch, "keras": keras, "sklearn": sklearn, "scipy": scipy, "statsmodels": sm}
# Keras cuts probabilities at 1e-7, or adds as much under the logarithm; torch.tensor(1.2) is a float32.
TOLERANCE = {"keras": 1e-5}
EQUIVALENTS = [
    pytest.param(loss, equivalent, id=f"{loss.key}-{equivalent.library}-{number}")
    for loss in LOSSES.values()
    for number, equivalent in enumerate(loss.equivalents)
]


def _namespace(equivalent, loss, settings):
    """The names that the code may use: the libraries, and the inputs as its own library takes them."""
    library = equivalent.library
    batch = () if "keras.regularizers" in equivalent.code else (64,)  # a regulariser knows one model alone
    inputs = dict(zip(loss.inputs, inputs_of(loss, settings, batch), strict=True))
    for name, domain in domains_of(loss, settings).items():
        if domain.integer:
            inputs[name] = inputs[name].long()
        elif name == "target" and library == "sklearn" and domain.sums_to_one:  # its metrics take no soft labels
            inputs[name] = torch.eye(inputs[name].shape[-1], dtype=torch.float64)[inputs[name].argmax(-1)]
        elif name == "target" and library == "sklearn" and (domain.low, domain.high) == (0, 1):
            inputs[name] = inputs[name].round()
    code_inputs = inputs if library in ("torch", "keras") else {name: x.numpy() for name, x in inputs.items()}
    return inputs, {
        "torch": torch,
        "keras": keras,
        "sklearn": sklearn,
        "scipy": scipy,
        "np": np,
        "sm": sm,
    } | code_inputs


def _agrees(loss, equivalent, settings):
    inputs, namespace = _namespace(equivalent, loss, settings)
    theirs = torch.as_tensor(eval(equivalent.code.format(**settings), namespace), dtype=torch.float64)
    ours = loss(*inputs.values(), **settings)
    ours = ours.mean() if equivalent.mean else ours
    tolerance = TOLERANCE.get(equivalent.library, 1e-6)
    return ours.shape == theirs.shape and torch.allclose(ours, theirs, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(("loss", "equivalent"), EQUIVALENTS)
def test_the_code_gives_the_same_numbers(loss, equivalent):
    held = [settings for settings in settings_of(loss) if equivalent.holds(**settings)]
    assert held, "no setting tried is one that this code is for"
    for settings in held:
        assert _agrees(loss, equivalent, settings), settings


@pytest.mark.parametrize("loss", [loss for loss in LOSSES.values() if loss.parameters], ids=lambda loss: loss.key)
def test_the_parameters_in_the_code_matter(loss):
    """Code evaluated with a parameter moved must disagree, or the comparison above would prove nothing."""
    for equivalent in loss.equivalents:
        for parameter in loss.parameters.values():
            if parameter.is_switch or "{" + parameter.name + "}" not in equivalent.code:
                continue
            settings = next(settings for settings in settings_of(loss) if equivalent.holds(**settings))
            elsewhere = next(end for end in reversed(parameter.slider) if end != settings[parameter.name])
            moved = {**settings, parameter.name: elsewhere}
            code = equivalent.code.format(**moved)
            assert not _agrees(loss, type(equivalent)(equivalent.library, code, mean=equivalent.mean), settings)


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_library_is_covered(library):
    assert any(loss.code(library, **settings) for loss in LOSSES.values() for settings in settings_of(loss))


def test_no_other_library_is_named():
    assert {equivalent.library for loss in LOSSES.values() for equivalent in loss.equivalents} == LIBRARIES.keys()


@pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
def test_at_most_one_version_holds_at_a_time(loss):
    for settings in settings_of(loss):
        for library in LIBRARIES:
            versions = [e for e in loss.equivalents if e.library == library and e.holds(**settings)]
            assert len(versions) <= 1
