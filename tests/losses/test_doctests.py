"""The examples in docstrings give what they say."""

import doctest
import importlib
import pkgutil

import pytest

import losses
import losses.network

MODULES = [module.name for module in pkgutil.walk_packages(losses.__path__, "losses.")]
ENTRY_POINTS = (  # what people call has an example
    losses.fit_line,
    losses.fit_constant,
    losses.fit_boundary,
    losses.trajectory,
    losses.data_surface,
    losses.linear_surface,
    losses.grid,
    type(losses.LOSSES["mse"]).__call__,
    losses.network.plane,
    losses.network.path,
    losses.network.interpolate,
    losses.network.spectrum,
    losses.network.save,
    losses.network.load,
)


@pytest.mark.parametrize("name", ["losses", *MODULES])
def test_examples_run(name):
    results = doctest.testmod(importlib.import_module(name))
    assert results.failed == 0


@pytest.mark.parametrize("function", ENTRY_POINTS, ids=lambda function: function.__qualname__)
def test_what_people_call_has_an_example(function):
    assert ">>> " in function.__doc__
