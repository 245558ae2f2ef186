"""Declared parameters as settings: fields, values in the data's unit, sliders."""

import math
from types import MappingProxyType

import pytest

from components.page.parameters import parameter_controls, parameter_fields, settings
from losses import LOSSES
from losses.curves.catalogue import AXES

TUNABLES = [*LOSSES.values(), *AXES.values()]


class Settings(dict):
    """What parameters look at of a view."""

    refused = MappingProxyType({"huber.delta": "not that"})


UNSET = Settings((name, field.default) for name, field in parameter_fields(TUNABLES).items())


def test_every_declared_parameter_has_one_field():
    declared = [f"{tunable.key}.{name}" for tunable in TUNABLES for name in tunable.parameters]
    assert list(parameter_fields(TUNABLES)) == declared
    assert {"huber.delta", "mse.half", "general_robust.alpha", "class_probability.classes"} <= set(declared)


@pytest.mark.parametrize("tunable", TUNABLES, ids=lambda tunable: tunable.key)
def test_a_field_allows_what_the_declaration_allows(tunable):
    fields = parameter_fields([tunable])
    for name, parameter in tunable.parameters.items():
        field = fields[f"{tunable.key}.{name}"]
        values = (True, False) if parameter.is_switch else (parameter.least, parameter.high, parameter.default)
        assert [field.check(value) for value in values] == [parameter.check(value) for value in values]
        for check in (field.check, parameter.check):
            with pytest.raises(ValueError, match=r".+"):
                check("neither" if parameter.is_switch else math.nextafter(parameter.high, math.inf))


def test_a_parameter_in_the_unit_of_the_data_may_be_any_number_above_0():
    field = parameter_fields([LOSSES["huber"]])["huber.delta"]
    assert [field.read(text) for text in ("1e-9", "5e8", "1e300")] == [1e-9, 5e8, 1e300]
    for nonsense in (0, "0", -1, math.inf, "nan", "1e999", True, "abc"):
        with pytest.raises(ValueError, match=r"^a finite number above 0$"):
            field.check(nonsense)
    assert parameter_fields([LOSSES["epsilon_insensitive"]])["epsilon_insensitive.epsilon"].check(0) == 0


@pytest.mark.parametrize("tunable", TUNABLES, ids=lambda tunable: tunable.key)
def test_unset_parameters_have_the_declared_defaults(tunable):
    assert settings(UNSET, tunable) == {name: parameter.default for name, parameter in tunable.parameters.items()}


def test_a_default_in_the_unit_of_the_data_grows_with_it_and_a_set_value_does_not():
    huber = LOSSES["huber"]
    assert settings(UNSET, huber, 100.0) == {"delta": 100.0}
    assert settings({"huber.delta": 2.0}, huber, 100.0) == {"delta": 2.0}
    assert settings(UNSET, LOSSES["quantile"], 100.0) == {"tau": 0.5}
    assert settings(UNSET, LOSSES["general_robust"], 10.0) == {"alpha": 1.0, "c": 10.0}


@pytest.mark.parametrize("scale", [1e-9, 1e9])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=lambda loss: loss.key)
def test_every_default_is_allowed_in_any_unit(loss, scale):
    values = settings(UNSET, loss, scale)
    assert loss.settings(**values) == values
    formula = loss.formula(**values)
    assert "e+" not in formula
    assert "e-0" not in formula


@pytest.mark.parametrize("scale", [1.0, 0.5, 100.0, 1e-9, 1e9])
def test_every_control_is_usable(scale):
    controls = parameter_controls(UNSET, TUNABLES, scale)
    assert [control.name for control in controls] == list(UNSET)
    for control in controls:
        assert control.label
        if isinstance(control.value, bool):
            continue
        assert control.low < control.high
        assert control.limits[0] <= control.low
        assert control.high <= control.limits[1]
        assert control.limits[0] <= control.value <= control.limits[1]
        assert control.low > 0 or not control.log


def test_a_slider_spans_the_unit_of_the_data():
    (control,) = parameter_controls(UNSET, [LOSSES["huber"]], 100.0)
    assert (control.low, control.high, control.value) == (5.0, 1000.0, 100.0)
    assert (control.label, control.limits) == ("Huber: δ", (5e-324, math.inf))
    assert control.refusal == "not that"


def test_what_an_axis_decides_has_no_control():
    axis = AXES["logit"]
    shown = parameter_controls(UNSET, [axis, LOSSES["focal"]], hidden=axis.fixed)
    assert [control.name for control in shown] == ["logit.label", "focal.gamma", "focal.alpha", "focal.balanced"]
