"""What is written by hand gives what the losses give, and its definitions break where it is said."""

import math

import mpmath
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


def whole(*rows):
    return [np.array(row) for row in rows]


LOGITS, ONE_HOT = [[40, 0, 0], [0, 9, 3], [100, 120, 7]], [[1, 0, 0], [0, 1, 0], [1, 0, 0]]
WHOLE = {
    "mse": whole([3, 120], [5, 0]),
    "mae": whole([3, 120], [5, 0]),
    "huber": whole([3, 120], [5, 0]),
    "binary_cross_entropy": whole([40, 1, 100, 0], [0, 1, 1, 0]),
    "categorical_cross_entropy": whole(LOGITS, ONE_HOT),
    "sparse_categorical_cross_entropy": whole(LOGITS, [0, 1, 0]),
    "hinge": whole([100, 0, 2], [1, 1, 1]),
    "kl_divergence": whole([[1, 0], [0, 1]], [[1, 0], [0, 1]]),
    "focal": whole([40, 1, 100, 0], [0, 1, 1, 0]),
    "gan_discriminator": whole([40, 0, 100], [3, 0, 120]),
    "gan_generator_minimax": whole([40, 0, 100]),
    "gan_generator_non_saturating": whole([40, 0, 100]),
    "dice": whole([[1, 0, 1], [0, 0, 0]], [[1, 1, 0], [0, 0, 0]]),
    "l1": whole([[3, 100]]),
    "l2": whole([[3, 100]]),
}


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", ["int64", "int8", "uint8", "bool"])
@pytest.mark.parametrize("one", ALL)
def test_the_form_to_use_takes_whole_numbers_of_any_width(one, kind):
    given = [array.astype(kind) for array in WHOLE[one.key]]
    floats = [array.astype(float) for array in given]
    if one.key == "sparse_categorical_cross_entropy":
        given[1] = floats[1] = given[1].astype("uint8")
    assert np.allclose(one.computed(*given), one.computed(*floats), rtol=1e-14, atol=0)


@pytest.mark.parametrize("one", ALL)
def test_the_definition_takes_whole_numbers(one):
    given = WHOLE[one.key]
    floats = [array.astype(float) for array in given]
    if one.key == "sparse_categorical_cross_entropy":
        floats[1] = given[1]
    with np.errstate(all="ignore"):
        assert np.array_equal(one.definition(*given), one.definition(*floats), equal_nan=True)


def test_a_one_hot_row_of_whole_numbers_is_a_distribution():
    one = BY_HAND["kl_divergence"]
    assert one.computed(np.array([[0.5, 0.5]]), np.array([[1, 0]])) == pytest.approx(math.log(2), rel=1e-15)
    with np.errstate(divide="ignore"):
        assert one.computed(np.array([[0, 1]]), np.array([[1, 0]])) == math.inf


def test_a_divergence_of_what_is_none_is_none():
    form = BY_HAND["kl_divergence"].computed
    for prediction, target in ([math.nan, 1.0], [0.0, 1.0]), ([0.5, 0.5], [math.nan, 1.0]):
        assert math.isnan(form(np.array(prediction), np.array(target)))


def softplus(x):
    return mpmath.log(1 + mpmath.exp(x))


def cross_entropy(logits, target):
    total = mpmath.log(sum(mpmath.exp(z) for z in logits))
    return sum(t * (total - z) for z, t in zip(logits, target, strict=True))


def soft_dice(prediction, target):
    both = sum(p * t for p, t in zip(prediction, target, strict=True))
    return 1 - 2 * both / (sum(prediction) + sum(target))


def exactly(part):
    return [mpmath.mpf(number) for number in part] if isinstance(part, list) else mpmath.mpf(part)


FAR = [-700.0, -40.0, -3.0, -1e-9, 0.0, 2.0, 30.0, 40.0, 700.0]
EDGES = {
    "binary_cross_entropy": (
        lambda z, y: y * softplus(-z) + (1 - y) * softplus(z),
        [(z, y) for z in FAR for y in (0.0, 1.0, 0.3, 1 - 2.0**-50)],
    ),
    "categorical_cross_entropy": (
        cross_entropy,
        [([z, 0.0, 1.0], target) for z in FAR for target in ([1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.5, 0.25, 0.25])],
    ),
    "sparse_categorical_cross_entropy": (
        lambda logits, index: cross_entropy(logits, [k == index for k in range(3)]),
        [([z, 0.0, 0.0], index) for z in FAR for index in (0, 1)],
    ),
    "kl_divergence": (
        lambda q, p: sum(a * mpmath.log(a / b) for a, b in zip(p, q, strict=True) if a),
        [([0.5, 0.5], [1.0, 0.0]), ([1e-310, 1.0], [1.0, 0.0]), ([0.25, 0.75], [1e-310, 1.0])],
    ),
    "focal": (
        lambda z, y: softplus(z if y == 0 else -z) / (1 + mpmath.exp(-z if y == 0 else z)) ** 2,
        [(z, y) for z in FAR if abs(z) < 200 or z < 0 for y in (1.0,)] + [(40.0, 0.0), (700.0, 0.0)],
    ),
    "gan_discriminator": (
        lambda fake, real: softplus(-real) + softplus(fake),
        [(fake, real) for fake in FAR for real in (0.0, 40.0, -700.0)],
    ),
    "gan_generator_minimax": (lambda fake: -softplus(fake), [(z,) for z in FAR]),
    "gan_generator_non_saturating": (lambda fake: softplus(-fake), [(z,) for z in FAR]),
    "dice": (
        soft_dice,
        [([1 - 2.0**-50, 1.0], [1.0, 1.0]), ([0.3, 1e-300], [1.0, 0.0]), ([1e-300, 0.0], [0.0, 0.0])],
    ),
}


@pytest.mark.parametrize("key", EDGES)
def test_the_second_form_keeps_its_digits_where_probabilities_round_to_0_and_1(key):
    assert EDGES.keys() == {key for key, one in BY_HAND.items() if one.stable}
    truth, cases = EDGES[key]
    for case in cases:
        (value,) = BY_HAND[key].computed(*(np.array([part]) for part in case))
        with mpmath.workdps(700):  # digits: 1 + exp(-1400) has as many
            exact = truth(*map(exactly, case))
            assert abs(mpmath.mpf(float(value)) - exact) <= abs(exact) * mpmath.mpf("1e-12"), (case, value)
