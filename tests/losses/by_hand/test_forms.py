"""What is written by hand gives what the losses give, and its definitions break where it is said."""

import math

import numpy as np
import pytest

from losses.by_hand.catalogue import BY_HAND

ALL = [pytest.param(one, id=key) for key, one in BY_HAND.items()]
BREAKS = {
    "binary_cross_entropy": math.inf,
    "categorical_cross_entropy": math.inf,
    "sparse_categorical_cross_entropy": math.inf,
    "kl_divergence": math.nan,
    "focal": math.inf,
    "gan_discriminator": math.inf,
    "gan_generator_minimax": -math.inf,
    "gan_generator_non_saturating": math.inf,
    "dice": math.nan,
}


@pytest.mark.parametrize("one", ALL)
def test_the_form_to_use_is_exact_everywhere(one):
    x = np.append(np.linspace(one.low, one.high, 401), one.at)
    assert np.allclose(one.by_hand(x), one.exact(x), rtol=1e-12, atol=1e-15)
    assert np.isfinite(one.by_hand(x)).all()


@pytest.mark.parametrize("one", ALL)
def test_the_definition_is_the_same_until_it_breaks(one):
    x = np.linspace(one.low, one.high, 401)
    near = np.abs(x) < 20
    naive = one.naive(x)
    fine = np.isfinite(naive) & near
    assert fine.sum() >= 5
    assert np.allclose(naive[fine], one.exact(x)[fine], rtol=1e-6, atol=1e-15)


@pytest.mark.parametrize("one", ALL)
def test_it_breaks_where_it_is_said_and_where_there_is_another_form(one):
    (value,) = one.naive(np.array([float(one.at)]))
    assert (one.stable is not None) == (one.key in BREAKS)
    if one.key in BREAKS:
        assert np.array_equal(value, BREAKS[one.key], equal_nan=True)
    else:
        assert np.isfinite(value)


@pytest.mark.parametrize("one", ALL)
def test_its_source_is_the_code_that_runs(one):
    for form in filter(None, (one.definition, one.stable)):
        names = {"np": np}
        exec(one.source(form), names)
        x = np.array([0.25, 0.75])
        assert np.array_equal(names[form.__name__](**one.inputs(x)), form(**one.inputs(x)))
        assert len(one.source(form).splitlines()) <= 6
