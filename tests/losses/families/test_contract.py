"""What every loss promises: shapes, dtypes, errors and finite numbers, over the whole of ``LOSSES``."""

import math
import re
from fnmatch import fnmatch

import numpy as np
import pytest
import torch

from losses import LOSSES
from losses.calculus import differentiate
from losses.spec.domain import Domain
from tests.losses.sampling import CLASSES, domains_of, draw, each, inputs_of, spread

EVERY = list(LOSSES.values())
TAKE_SEVERAL_INPUTS = [loss for loss in EVERY if len(loss.inputs) > 1]

PUBLIC_NAMES = {
    "regression": {
        "mse": "half",
        "mae": "",
        "huber": "delta",
        "smooth_l1": "beta",
        "log_cosh": "",
        "quantile": "tau",
        "epsilon_insensitive": "epsilon",
        "tukey": "c",
        "cauchy": "c",
        "welsch": "c",
        "geman_mcclure": "c",
        "general_robust": "alpha c",
        "poisson": "",
        "msle": "",
    },
    "margin": {
        "zero_one": "",
        "hinge": "margin",
        "squared_hinge": "margin",
        "logistic": "",
        "modified_huber": "",
        "exponential": "",
        "perceptron": "",
        "ramp": "",
    },
    "binary": {
        "binary_cross_entropy": "from_logits label_smoothing positive_weight",
        "focal": "gamma alpha balanced from_logits",
    },
    "multiclass": {
        "categorical_cross_entropy": "from_logits label_smoothing temperature",
        "sparse_categorical_cross_entropy": "from_logits label_smoothing temperature",
        "categorical_focal": "gamma alpha",
        "categorical_hinge": "",
    },
    "divergence": {"kl_divergence": "", "reverse_kl": "", "jensen_shannon": ""},
    "adversarial": {
        "gan_discriminator": "",
        "gan_generator_minimax": "",
        "gan_generator_non_saturating": "",
        "least_squares_gan_*": "",
        "wasserstein_critic": "",
        "hinge_gan_*": "",
    },
    "overlap": {
        "dice": "smooth",
        "dice_squared": "smooth",
        "jaccard": "smooth",
        "tversky": "alpha beta",
        "focal_tversky": "gamma",
    },
    "embedding": {
        "contrastive": "margin",
        "triplet": "margin",
        "margin_ranking": "margin",
        "cosine_embedding": "margin",
        "squared_triplet": "margin",
        "info_nce": "temperature",
        "n_pair": "",
        "arcface": "margin scale",
    },
    "penalty": {"l1": "", "l2": "", "elastic_net": "l1_ratio"},
}


def test_families_stand_in_declaration_order():
    assert list(dict.fromkeys(loss.family for loss in EVERY)) == list(PUBLIC_NAMES)


@pytest.mark.parametrize(
    ("family", "name", "parameters"),
    [(family, name, parameters) for family, names in PUBLIC_NAMES.items() for name, parameters in names.items()],
)
def test_every_public_name_is_there_with_its_parameters(family, name, parameters):
    found = [loss for loss in EVERY if loss.family == family and fnmatch(loss.key, name)]
    assert found
    for loss in found:
        assert {*parameters.split()} <= loss.parameters.keys()


def test_losses_are_read_only_and_keyed_by_their_function():
    assert [loss.function.__name__ for loss in EVERY] == list(LOSSES)
    with pytest.raises(TypeError):
        LOSSES["mse"] = LOSSES["mae"]


@pytest.mark.parametrize("loss", EVERY, ids=list(LOSSES))
def test_it_is_documented(loss):
    assert loss.name
    assert loss.summary.endswith(".")
    assert loss.description
    assert loss.references
    assert all(loss.references)
    assert all(parameter.symbol or parameter.label for parameter in loss.parameters.values())


def test_names_differ():
    assert len({loss.name for loss in EVERY}) == len(EVERY)


@each(EVERY)
def test_formula_and_code_are_plugged_in(loss, settings):
    for formula in (loss.formula(), loss.formula(**settings)):
        assert formula
        assert "@" not in formula
        assert formula.count("{") == formula.count("}")
    for equivalent in loss.equivalents:
        assert not re.search(r"\{\w+\}", loss.code(equivalent.library, **settings) or "")


@each(EVERY)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_shape_and_dtype_are_kept(loss, settings, dtype):
    inputs = inputs_of(loss, settings, (5, 3), dtype=dtype)
    result = differentiate(loss, *inputs, order=1, **settings)
    assert result.value.shape == (5, 3)
    assert result.slope.shape == inputs[0].shape
    assert result.value.dtype == result.slope.dtype == dtype
    assert result.value.isfinite().all()
    assert result.slope.isfinite().all()
    assert torch.equal(result.value, loss(*inputs, **settings))


@each(EVERY)
def test_float32_agrees_with_float64(loss, settings):
    inputs = inputs_of(loss, settings, dtype=torch.float32)
    single = loss(*inputs, **settings).double()
    double = loss(*(tensor.double() for tensor in inputs), **settings)
    torch.testing.assert_close(single, double, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("loss", EVERY, ids=list(LOSSES))
def test_arrays_lists_and_numbers_are_accepted(loss):
    inputs = inputs_of(loss, loss.settings(), (3,))
    expected = loss(*inputs)
    assert torch.equal(loss(*(tensor.numpy() for tensor in inputs)), expected)
    assert torch.equal(loss(*(tensor.tolist() for tensor in inputs)), expected)
    single = loss(*(tensor[0].tolist() for tensor in inputs))
    assert single.shape == ()
    torch.testing.assert_close(single, expected[0], rtol=1e-14, atol=0)  # sums of vectors depend on how many at once


def test_general_robust_shows_its_three_limits():
    loss = LOSSES["general_robust"]
    assert loss.formula(alpha=2, c=3) == r"\tfrac12(r/{3})^2"
    assert loss.formula(alpha=0, c=3) == r"\log\bigl(\tfrac12(r/{3})^2+1\bigr)"
    assert loss.formula(alpha=-math.inf, c=3) == r"1-e^{-\frac12(r/{3})^2}"
    assert r"\tfrac{\lvert {(-2)}-2\rvert}{{(-2)}}" in loss.formula(alpha=-2)
    assert r"\tfrac{\lvert {\alpha}-2\rvert}{{\alpha}}" in loss.formula()


SWITCHED = [  # what of a formula one position of the switch has alone
    ("mse", "half", r"\tfrac12 r^2"),
    ("l2", "half", r"\tfrac12\sum_j w_j^2"),
    ("elastic_net", "half", r"\tfrac12\sum_j w_j^2"),
    ("binary_cross_entropy", "from_logits", r"p=\sigma(z)"),
    ("focal", "from_logits", r"p=\sigma(z)"),
    ("focal", "balanced", r"\alpha"),
    ("categorical_cross_entropy", "from_logits", r"p=\operatorname{softmax}(z/"),
    ("sparse_categorical_cross_entropy", "from_logits", r"p=\operatorname{softmax}(z/"),
    ("categorical_focal", "from_logits", r"p=\operatorname{softmax}(z)"),
]


def test_a_switch_shows_in_the_formula():
    switches = {(loss.key, name) for loss in EVERY for name, one in loss.parameters.items() if one.is_switch}
    assert {(key, switch) for key, switch, _ in SWITCHED} == switches
    for key, switch, shown in SWITCHED:
        assert shown in LOSSES[key].formula(**{switch: True}), key
        assert shown not in LOSSES[key].formula(**{switch: False}), key


@pytest.mark.parametrize(
    ("c", "shown"),
    [
        (46850.0, r"(4.685\cdot10^{4})"),
        (1e6, r"(10^{6})"),
        (-2.5e-7, r"(-2.5\cdot10^{-7})"),
        (1234.0, "1234"),
        (-3.0, "(-3)"),
    ],
)
def test_powers_of_ten_are_written_out(c, shown):
    assert LOSSES["cauchy"].formula(c=c) == rf"\tfrac{{{{{shown}}}^2}}{{2}}\log\bigl(1+(r/{{{shown}}})^2\bigr)"


def test_integers_become_float64():
    assert LOSSES["mse"](np.arange(3), torch.arange(3)).dtype == torch.float64
    assert LOSSES["mse"](3, 1) == 4


@each(TAKE_SEVERAL_INPUTS)
def test_inputs_broadcast(loss, settings):
    first, *others = domains_of(loss, settings).values()
    rng = np.random.default_rng(1)
    first = draw(first, (5, 1), rng)
    others = [draw(domain, (7,), rng) for domain in others]
    result = loss(first, *others, **settings)
    assert result.shape == (5, 7)
    for row in range(5):
        torch.testing.assert_close(result[row], loss(first[row], *others, **settings))


@pytest.mark.parametrize("loss", TAKE_SEVERAL_INPUTS, ids=lambda loss: loss.key)
def test_wrong_shapes_are_named(loss):
    inputs = inputs_of(loss, loss.settings(), (3,))
    inputs[-1] = inputs_of(loss, loss.settings(), (4,))[-1]
    with pytest.raises(ValueError, match=re.escape(loss.key)) as error:
        loss(*inputs)
    assert str(tuple(inputs[0].shape)) in str(error.value)
    assert str(tuple(inputs[-1].shape)) in str(error.value)


def test_an_example_of_another_length_is_refused():
    with pytest.raises(ValueError, match=r"\(3,\).*\(4,\)"):
        LOSSES["kl_divergence"](torch.full((3,), 1 / 3), torch.full((4,), 1 / 4))
    with pytest.raises(ValueError, match=r"shape \(\)"):
        LOSSES["kl_divergence"](1.0, 1.0)


@pytest.mark.parametrize("loss", EVERY, ids=list(LOSSES))
def test_the_number_of_inputs_is_checked(loss):
    inputs = inputs_of(loss, loss.settings(), (3,))
    for wrong in ([], inputs[:-1], [*inputs, inputs[0]]):
        with pytest.raises(ValueError, match=f"takes {len(inputs)} inputs .* got {len(wrong)}"):
            loss(*wrong)


def _outside(domain: Domain, inside: torch.Tensor) -> list[torch.Tensor]:
    wrong = [inside.clone() for _ in range(3)]
    if domain.values is not None:
        values = (0.5, 2.0, -3.0)
    elif domain.sums_to_one:
        return [inside * 2, inside - torch.eye(inside.shape[-1])[0], inside + 1e-3]
    elif domain.integer:
        values = (-1.0, 1.5, 0.25)
    elif math.isfinite(domain.low):
        beyond = domain.low if domain.open_low else domain.low - 1e-6
        values = (beyond, domain.low - 1, domain.high + 1e-6 if math.isfinite(domain.high) else -math.inf)
    else:
        return []
    for tensor, value in zip(wrong, values, strict=True):
        tensor.view(-1)[-1] = value
    return wrong


@each(EVERY)
def test_inputs_outside_their_domain_are_refused(loss, settings):
    inputs = inputs_of(loss, settings, (6,))
    for position, (name, domain) in enumerate(domains_of(loss, settings).items()):
        for wrong in _outside(domain, inputs[position]):
            with pytest.raises(ValueError, match=re.escape(f"{loss.key}: {name} must be {domain.name}")):
                loss(*inputs[:position], wrong, *inputs[position + 1 :], **settings)


@pytest.mark.parametrize("loss", EVERY, ids=list(LOSSES))
def test_parameters_are_checked(loss):
    inputs = inputs_of(loss, loss.settings(), (2,))
    with pytest.raises(ValueError, match="no parameter 'nonsense'"):
        loss(*inputs, nonsense=1)
    for parameter in loss.parameters.values():
        wrong = ["abc", None, math.nan]
        if parameter.is_switch:
            wrong += [0.5]
        else:
            beyond = ((parameter.low, -1), (parameter.high, 1))
            wrong += [end + sign * (1 + abs(end)) for end, sign in beyond if math.isfinite(end)]
            wrong += [parameter.low] if parameter.open_low else []
        for value in wrong:
            with pytest.raises(ValueError, match=f"{parameter.name} must be .*{re.escape(repr(value))}"):
                loss(*inputs, **{parameter.name: value})


def _with_nan(loss, settings):
    """Inputs of three examples, and on the edges of their domains where these have any, the second with NaN in one."""
    rng = np.random.default_rng(7)
    domains = domains_of(loss, settings)
    for draws in (draw, spread):
        for position, domain in enumerate(domains.values()):
            for whole in {True, not domain.event_dims}:
                inputs = [draws(domain, (3,), rng) for domain in domains.values()]
                inputs[position][1 if whole else (1, 0)] = math.nan
                yield inputs


@each(EVERY)
def test_not_a_number_stays_one_or_is_refused(loss, settings):
    """Value, slope and curvature of the example that has it, and of no other."""
    order = 1 if next(iter(domains_of(loss, settings).values())).event_dims else 2
    for inputs in _with_nan(loss, settings):
        try:
            value, *others = differentiate(loss, *inputs, order=order, **settings)
        except ValueError as refusal:
            assert "class index nan" in str(refusal)
            continue
        assert value.isnan().tolist() == [False, True, False]
        for part in others[:order]:
            assert part[1].isnan().all()


@each(EVERY)
@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_huge_inputs_give_finite_numbers(loss, settings, dtype):
    """Inputs of ±1e9 wherever the domain allows them; only the exponential's true value exceeds any float."""
    signs = torch.tensor([1.0, 1.0, -1.0, -1.0, 1.0, -1.0], dtype=dtype)
    for position, domain in enumerate(domains_of(loss, settings).values()):
        if math.isfinite(domain.high) or domain.values or domain.integer or domain.sums_to_one:
            continue
        inputs = inputs_of(loss, settings, (6,), dtype=dtype)
        sign = signs.abs() if math.isfinite(domain.low) else signs
        components = signs[:CLASSES].reshape([1] * (domain.event_dims - 1) + [CLASSES])
        of_example = sign.reshape([6] + [1] * domain.event_dims)
        inputs[position] = 1e9 * (of_example * components if domain.event_dims else sign)
        result = differentiate(loss, *inputs, order=1, **settings)
        true_value_is_infinite = (
            (inputs[0] * inputs[1] < 0) if loss.key == "exponential" else torch.zeros(6, dtype=torch.bool)
        )
        assert torch.equal(result.value.isinf(), true_value_is_infinite)
        assert not result.value.isnan().any()
        assert torch.equal(result.slope.isinf().reshape(6, -1).any(-1), true_value_is_infinite)
        assert not result.slope.isnan().any()


def test_a_formula_leaves_out_what_its_parameters_do():
    for key in ("categorical_cross_entropy", "sparse_categorical_cross_entropy", "binary_cross_entropy"):
        loss = LOSSES[key]
        plain = loss.formula(**loss.settings(from_logits=True))
        assert r"\tilde y" not in plain
        assert "{K}" not in plain
        assert "{1}" not in plain
        assert "/" not in plain
        assert r"\tilde y" in loss.formula(**loss.settings(label_smoothing=0.1))
        assert r"\tilde y" in loss.formula(), "as a symbol it stays"
    assert "z/{2}" in LOSSES["categorical_cross_entropy"].formula(from_logits=True, temperature=2.0)
    assert "1/{2}" in LOSSES["categorical_cross_entropy"].formula(temperature=2.0)
    assert "-{3}" in LOSSES["binary_cross_entropy"].formula(positive_weight=3.0)
