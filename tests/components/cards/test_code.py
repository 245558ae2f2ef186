"""Programs on screen: one for each library, or the sentence that says why there is none; and what they are made of."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from streamlit.testing.v1 import AppTest

from components.cards.program import (
    Codes,
    Written,
    array,
    assembled,
    at_edge,
    codes,
    imports,
    labelled,
    mean,
    quoted,
    written,
)
from losses import LOSSES
from tests.losses.sampling import inputs_of, settings_of
from tests.programs import agree, printed


def test_every_library_has_its_tab():
    def script():
        from components.cards.code import code_card  # noqa: PLC0415  AppTest runs the function's source alone
        from components.cards.program import Program  # noqa: PLC0415

        def write(library):
            if library == "sklearn":
                raise ValueError("None *here*.")
            return Program(f"program of {library}", ("Not x.",) if library == "keras" else ())

        code_card(write)

    at = AppTest.from_function(script, default_timeout=30).run()
    assert not at.exception
    assert [tab.label for tab in at.tabs] == ["PyTorch", "Keras", "scikit-learn", "NumPy"]
    assert [block.value for block in at.code] == [f"program of {library}" for library in ("torch", "keras", "numpy")]
    assert [caption.value for caption in at.caption] == ["Not x\\.", "None \\*here\\*\\."]


@pytest.mark.parametrize("key", LOSSES)
def test_every_loss_can_be_written_in_pytorch_and_numpy(key):
    loss = LOSSES[key]
    for settings in settings_of(loss):
        inputs = dict(zip(loss.inputs, inputs_of(loss, settings, (6,)), strict=True))
        expected = loss(*inputs.values(), **settings).numpy()
        for library, exact in (("torch", True), ("torch", False), ("numpy", True)):
            code = written(loss, library, settings, exact)
            given = [f"{name} = {array(values.numpy(), library)}" for name, values in inputs.items()]
            print_it = f"print('loss: of each ' + str(np.asarray({code.code}).tolist()))"
            text = assembled(Codes(library, {key: code}, (), False), [*given, print_it]).text
            assert "losses" not in text
            assert agree(library, printed(f"import numpy as np\n{text}")["loss"]["of each"], expected), (
                settings,
                library,
            )


def without_form(prediction, target):
    return torch.erfinv(prediction - target)


def test_a_loss_that_numpy_has_no_form_of_is_left_out_there():
    loss = replace(LOSSES["mae"], function=without_form, equivalents=())
    assert written(loss, "numpy", {}) is None
    assert "torch.erfinv" in written(loss, "torch", {}).own["without_form"]


def test_numbers_of_examples_and_means():
    per_example = Written("torch.relu(1.0 - target * prediction)", False)
    of_all = Written("sklearn.metrics.hinge_loss(target, prediction)", True)
    names = {"target": "sign", "prediction": "score"}
    assert mean(per_example, "torch", **names) == "torch.relu(1.0 - sign * score).mean()"
    assert mean(per_example, "numpy") == "np.mean(torch.relu(1.0 - target * prediction))"
    assert mean(per_example, "torch", "w", **names) == "(w * torch.relu(1.0 - sign * score)).mean()"
    assert mean(per_example, "keras", "w") == (
        "keras.ops.mean(keras.ops.multiply(w, torch.relu(1.0 - target * prediction)))"
    )
    assert mean(of_all, "sklearn", **names) == "sklearn.metrics.hinge_loss(sign, score)"
    assert mean(of_all, "sklearn", "w", **names) == (
        "np.mean(w) * sklearn.metrics.hinge_loss(sign, score, sample_weight=w)"
    )


def test_a_sum_is_weighted_as_a_whole():
    assert mean(Written("a + b", False), "torch", "w") == "(w * (a + b)).mean()"
    assert mean(Written("a + b", False), "numpy", "w") == "np.mean(w * (a + b))"


def test_what_a_library_does_not_have_is_said():
    found = codes({"mse": {}, "huber": {}, "tukey": {}}, "sklearn")
    assert [*found.found] == ["mse"]
    assert found.notes == ("scikit-learn has no exact equivalent of Huber and Tukey biweight.",)
    found = codes({"mse": {}, "mae": {}, "huber": {}}, "sklearn", ["mae", "huber", "hinge"])
    assert found.notes == (
        "scikit-learn has no exact equivalent of Huber.",
        "In this state scikit-learn does not give the same number for MAE.",
    )
    with pytest.raises(ValueError, match="scikit-learn has no exact equivalent of Huber"):
        codes({"huber": {}}, "sklearn")


@pytest.mark.parametrize(
    ("key", "prediction", "library", "cut"),
    [
        ("mse", 0.0, "torch", False),
        ("binary_cross_entropy", 0.5, "keras", False),
        ("binary_cross_entropy", 0.0, "keras", True),
        ("binary_cross_entropy", 1.0, "torch", True),
        ("binary_cross_entropy", 1e-20, "sklearn", True),
        ("logistic", 35.0, "sklearn", True),
        ("logistic", 35.0, "torch", False),
        ("logistic", 33.0, "sklearn", False),
        ("hinge", 350.0, "sklearn", False),
    ],
)
def test_where_libraries_cut_off(key, prediction, library, cut):
    inputs = {"prediction": np.array([0.5, prediction]), "target": np.array([1.0, 1.0])}
    assert at_edge(LOSSES[key], {}, inputs, library) == cut


def test_nothing_overlapping_is_0_over_0():
    mask, empty = np.array([[0.0, 1.0]]), np.array([[0.0, 0.0]])
    for prediction, target, cut in (
        (mask, empty, True),
        (empty, empty, True),
        (empty, mask, False),
        (mask, mask, False),
    ):
        assert at_edge(LOSSES["dice"], {}, {"prediction": prediction, "target": target}, "keras") == cut


def test_zeros_of_either_distribution_are_cut_off():
    inner, edge = np.array([0.4, 0.6]), np.array([0.0, 1.0])
    for prediction, target in ((inner, edge), (edge, inner)):
        assert at_edge(LOSSES["kl_divergence"], {}, {"prediction": prediction, "target": target}, "keras")
    assert not at_edge(LOSSES["categorical_cross_entropy"], {}, {"prediction": inner, "target": edge}, "keras")


def test_a_program_imports_what_it_needs_alone():
    assert imports(["np.mean(x)", "my.torch.y"]) == ["import numpy as np"]
    assert imports(["scipy.special.expit(torch.relu(x))"]) == ["import scipy.special", "import torch"]


def test_what_is_printed_has_its_name():
    assert labelled("a", {"loss": "x", "mean loss": "f(y)"}) == 'print(f"a: loss {x}, mean loss {f(y)}")'
    assert quoted('a "b" γ') == '"a \\"b\\" γ"'


def test_keras_is_told_its_backend_before_it_is_imported():
    text = assembled(codes({"poisson": {}}, "keras"), ["keras.losses"]).text.splitlines()
    assert text.index('os.environ["KERAS_BACKEND"] = "torch"  # before Keras is imported') < text.index("import keras")
    assert any(line.startswith("keras.config.set_epsilon(1e-300)") for line in text)
    assert not any("set_epsilon" in line for line in assembled(codes({"mse": {}}, "keras"), []).text.splitlines())
