"""Expressions of lessons: what they come to, and that nothing of Python is in them but what is listed."""

import math
import warnings

import pytest

from losses import LOSSES, TEXTBOOK, fit_boundary, fit_line, trajectory
from losses.calculator import LONGEST, MOST_PARTS, NAMES, evaluate
from losses.data.datasets import DATASETS
from losses.data.two_features import TWO_FEATURES
from losses.fitting.fit import cost

LINE = DATASETS["line"]
BOWL = TEXTBOOK["bowl"]()


def fallen(loss, **parameters):
    y = LINE.y.copy()
    y[10] = -20
    return fit_line(LINE.x, y, loss, **parameters)


EXACT = {
    "1 + 2 * 3 - 4 / 8": 6.5,
    "-2 ** 2": -4.0,
    "(3 > 2) * 1 + (2 >= 3) * 1": 1,
    "[1, 2, 3][-1]": 3,
    "max([1, 5, 2]) - min([1, 5, 2])": 4,
    "max(1, 5, 2) - min(1, 5, 2) + max(1)": 5,
    "sum([1, 2, 3]) - sum([0.5])": 5.5,
    "mean(1, 2, 6)": 3.0,
    "mean([1, 2, 6]) - median([1, 2, 6])": 1.0,
    "sqrt(2)": math.sqrt(2),
    "loss('huber', 3, 2.5)": 0.125,
    "loss('mse', [1, 3], [0, 0])": 5.0,
    "pull('mse', 3, 0)": 6.0,
    "pull('quantile', 0, 1, tau=0.9)": -0.9,
    "slopes('categorical_cross_entropy', [0, 0], [0, 1], from_logits=True)[1]": -0.5,
    "fit('mae', data('line')).slope": fit_line(LINE.x, LINE.y, "mae").slope,
    "fit('huber', moved(data('line'), 10, 10, -20), delta=0.5).slope": fallen("huber", delta=0.5).slope,
    "constant('mse', [1, 2, 3, 4, 100])": 22.0,
    "cost_of('mae', data('line'), fit('mae', data('line')))": cost(fit_line(LINE.x, LINE.y, "mae"), LINE.x, LINE.y, "mae"),
    "stable_rate(textbook('bowl', condition=20))": 0.1,
    "stable_rate(scaled(textbook('bowl'), 100))": 0.002,
    "loss_at(descent(textbook('bowl'), 'sgd', [-4, 1], 3, learning_rate=0.2), 3)": trajectory(BOWL, "sgd", (-4, 1), 3, learning_rate=0.2).losses[3],
    "place_at(descent(textbook('bowl'), 'sgd', [-4, 1], 3, learning_rate=0.2), -1)[1]": -1.0,
    "loss_at(descent(textbook('bowl'), 'sgd', [-4, 1], 2000, learning_rate=9), -1)": math.inf,
    "decisions(separate('logistic', classes('blobs'), 0.1), classes('blobs')).accuracy": 39 / 40,
    "separate('hinge', classes('blobs'), 0.1).objective": fit_boundary(TWO_FEATURES["blobs"]().features, TWO_FEATURES["blobs"]().label, "hinge", 0.1).objective,
    "simplex_slopes('categorical_cross_entropy', [0, 0, 0], [1, 0, 0])[0]": -2 / 3,
    "softmax([0, 0])[0]": 0.5,
    "sigmoid(0)": 0.5,
}  # fmt: skip


@pytest.mark.parametrize(("expression", "value"), EXACT.items())
def test_an_expression_comes_to(expression, value):
    assert evaluate(expression) == pytest.approx(value, rel=1e-9, abs=1e-12)


def test_names_are_values_that_are_given():
    assert evaluate("2 * most - values[0]", {"most": 3.0, "values": [1.0]}) == 5.0


def test_every_function_is_used_by_an_example_or_by_a_lesson(request):
    written = " ".join(EXACT) + " ".join(
        file.read_text("utf-8") for file in (request.config.rootpath / "pages/lessons").glob("*.yaml")
    )
    assert [name for name in NAMES if f"{name}(" not in written] == ["round", "len", "log", "exp", "isfinite"]


REFUSED = {
    "__import__('os').system('true')": "is no function",
    "open('/etc/passwd')": "is no function",
    "(1).__class__": "cannot be asked for",
    "fit('mse', data('line')).__class__": "cannot be asked for",
    "fit('mse', data('line')).predict(1)": "is no function",
    "[x for x in [1]]": "is not allowed",
    "lambda: 1": "is not allowed",
    "f'{1}'": "is not allowed",
    "(a := 1)": "is not allowed",
    "{'a': 1}": "is not allowed",
    "1 if 2 else 3": "is not allowed",
    "1 and 2": "is not allowed",
    "1 < 2 < 3": "is not allowed",
    "1 in [1]": "is not allowed",
    "1 @ 2": "only numbers",
    "1 << 9": "only numbers",
    "not 1": "only numbers",
    "'a' * 10": "only numbers",
    "[1] * 10": "only numbers",
    "'abc'[0]": "only a list",
    "b'a'": "is not allowed",
    "1j": "is not allowed",
    "9 ** 9 ** 9": "cannot be computed",
    "1 / 0": "cannot be computed",
    "[1][5]": "cannot be computed",
    "max('abc')": "nothing but numbers",
    "min('abc')": "nothing but numbers",
    "max(['a', 'b'])": "nothing but numbers",
    "max(1, 'a')": "nothing but numbers",
    "'a' < 'b'": "no two numbers",
    "fit('mse', data('line')) == 1": "no two numbers",
    "moved(data('line'), 0, 'a', 0)": "nothing but numbers",
    "loss('mse', [], [])": "no examples",
    "max([])": "at least one number",
    "min([])": "at least one number",
    "sum([])": "at least one number",
    "sum('abc')": "nothing but numbers",
    "max()": "at least one number",
    "mean([])": "at least one number",
    "median([])": "at least one number",
    "mean('abc')": "nothing but numbers",
    "median(['a'])": "nothing but numbers",
    "mean([[1], [2]])": "nothing but numbers",
    "max([most, 1])": "nothing but numbers, not",
    "max(fit('mse', data('line')))": "nothing but numbers",
    "most": "there is no 'most'",
    "loss('mse')": "takes 2 inputs",
    "loss('nothing', 1, 2)": "there is no 'nothing'",
    "data('nothing')": "there is no 'nothing'",
    "data(1)": "there is no 1",
    "moved(data('line'), 99, 0, 0)": "no point in row 99",
    "descent(textbook('bowl'), 'sgd', [1, 1], 9999999)": "steps must be",
    "classes('blobs', n=9999999)": "n must be",
    "confidence(separate('hinge', classes('blobs')))": "gives no probabilities",
    "max(**[1])": "is no function",
    "1 +": "is no expression",
    "1\n2": "is no expression",
    "(" * 300: "is no expression",
    "\x00": "is no expression",
    "1" * (LONGEST + 1): "at most",
    "+" * (MOST_PARTS + 1) + "1": "more than",
}


@pytest.mark.parametrize(("expression", "words"), REFUSED.items())
def test_what_is_not_allowed_is_refused_in_words(expression, words):
    with warnings.catch_warnings(action="error"), pytest.raises(ValueError, match=words):
        evaluate(expression, {"most": math.nan} if "[most" in expression else {})


def test_every_loss_can_be_named():
    for key, loss in LOSSES.items():
        if [*loss.inputs] == ["prediction", "target"] and loss.family == "regression":
            assert evaluate(f"loss({key!r}, 1.5, 1)") == pytest.approx(float(loss(1.5, 1.0)))
