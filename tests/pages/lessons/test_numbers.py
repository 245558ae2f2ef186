"""The numbers in lessons: each is computed, or one of the settings and expressions of its step, or worked out here."""

import re

import numpy as np
import pytest

from components.computed import PLACE
from components.lessons.reading import lessons
from losses.calculator import evaluate
from losses.data.datasets import DATASETS
from losses.fitting.fit import fit_line
from pages import PAGES, study_at
from tests.presets import numbers

STEPS = {f"{key} {at + 1}": step for key, one in lessons().lessons.items() for at, step in enumerate(one.steps)}
WRITTEN = re.compile(r"-?\d+(?:\.\d+)?(?:e-?\d+)?")
LINE = DATASETS["line"]
FLIPPED = "classes('blobs', n=400, flipped=0.3)"


def value(word):
    return float(word.strip(",").replace(",", "").replace("−", "-"))


def texts(step):
    return (step.title, step.say, step.because, step.note, *(option.misconception for option in step.options))


def given(step):
    """The numbers in the addresses and expressions of a step, shares in per cent as well."""
    addresses = [*step.opens.query.values(), *(step.reveals.query.values() if step.reveals else ())]
    told = [*addresses, *step.numbers.values(), step.answer, *(option.value for option in step.options)]
    found = {float(word) for word in WRITTEN.findall(" ".join(told).replace(":", " ").replace(",", " "))}
    return found | {abs(number) for number in found} | {100 * number for number in found}


def flips():
    """Where MAE's line follows the point that slides right at a height of 0."""
    slopes = {x: fit_line(np.append(LINE.x[:10], x), np.append(LINE.y[:10], 0.0), "mae").slope for x in (28.0, 30.0)}
    return slopes[28.0] > 1 and slopes[30.0] < 0


def stays(rate):
    """Whether SGD neither arrives nor leaves at this rate."""
    path = f"descent(textbook('bowl'), 'sgd', [-4, 1], 100, learning_rate={rate})"
    return abs(evaluate(f"place_at({path}, 100)[1]")) == pytest.approx(1)


def overshoots(momentum):
    """Whether the path in x passes 0 where so much of the last step is kept."""
    path = f"descent(textbook('bowl'), 'momentum', [-4, 1], 40, learning_rate=0.05, momentum={momentum})"
    return max(evaluate(f"place_at({path}, {step})[0]") for step in range(41)) > 0.5


def same_fit(penalty):
    """Whether focal at γ = 0 with this penalty is cross-entropy with the page's own."""
    focal, bce = (
        f"separate('focal', {FLIPPED}, {penalty}, gamma=0, alpha=0.5)",
        f"separate('logistic', {FLIPPED}, 0.01)",
    )
    assert PAGES["classification"].fields["l2"].default == 0.01
    return evaluate(f"confidence({focal})") == pytest.approx(evaluate(f"confidence({bce})"), abs=1e-6)


WORKED = {
    "one_bad_point 2": {20.6: lambda: LINE.y[10] == 20.6},
    "one_bad_point 4": {30: flips},
    "one_bad_point 5": {50: lambda: len(DATASETS["generated"].x) == 50},
    "which_way_is_down 3": {2: lambda: evaluate("stable_rate(textbook('bowl'))") == pytest.approx(2 / 10), 0.2: lambda: stays(0.2)},
    "which_way_is_down 5": {0.9: lambda: overshoots(0.9) and not overshoots(0.5)},
    "which_way_is_down 7": {0: lambda: True},  # a place
    "confident_and_wrong 3": {0: lambda: evaluate("loss('ramp', 0, 1) == loss('hinge', 0, 1)") and evaluate("loss('ramp', -0.1, 1) < loss('hinge', -0.1, 1)")},
    "confident_and_wrong 7": {-6: lambda: PAGES["probabilities"].fields["at"].default == -6},
    "confident_and_wrong 8": {3: lambda: evaluate("log(3)") == pytest.approx(1.0986, abs=1e-4)},
    "confident_and_wrong 9": {10: lambda: 1000 / (1 + 99) == 10},
    "confident_and_wrong 11": {0: lambda: same_fit(0.005) and not same_fit(0.01), 0.005: lambda: same_fit(0.005)},
}  # fmt: skip


@pytest.mark.parametrize("name", STEPS)
def test_a_number_that_is_written_is_a_setting_or_worked_out(name):
    step, worked = STEPS[name], WORKED.get(name, {})
    written = {value(word) for text in texts(step) for word in numbers(PLACE.sub("", text))}
    assert written - given(step) <= worked.keys()
    assert all(check() for check in worked.values())


def test_the_number_on_an_option_is_the_one_that_it_stands_for():
    for name, step in STEPS.items():
        for option in step.options:
            for word in numbers(option.text) if "times" not in option.text else ():
                stands_for = float(evaluate(option.value, step.known())) * (100 if "%" in option.text else 1)
                room = value(word) if "Below 0" in option.text else max(0.02, 0.01 * value(word))
                assert abs(stands_for - value(word)) <= room, f"{name}: {option.text}"


def test_what_is_said_in_words_is_so():
    outlying = study_at("classification", STEPS["confident_and_wrong 2"].opens.query)
    assert len(outlying.points.label) == 40
    assert outlying.fits()["hinge"].share.max() > 50
    bowl = "descent(textbook('bowl'), 'sgd', [-4, 1], 1, learning_rate=0.1)"
    assert evaluate(f"place_at({bowl}, 1)[1]") == pytest.approx(0), "y is at rest in one step"
    assert evaluate("stable_rate(textbook('bowl'))") == pytest.approx(0.2), "ten times as steep in y"
    fallen = study_at("outliers", STEPS["one_bad_point 2"].reveals.query)
    fits = fallen.fitted()[0]
    assert fits["mse"].pull[10] == pytest.approx(2 * abs(fits["mse"].residual[10]))
    assert fits["mae"].pull[10] == fits["huber"].pull[10] == 1
    assert "log" in fallen.picture().figure["layout"]["yaxis2"]["title"]["text"]


def test_the_headline_of_the_page_compares_as_the_lesson_does():
    for name, told in (("one_bad_point 2", "2.00"), ("one_bad_point 3", "1.04")):
        step = STEPS[name]
        sentence = study_at(step.reveals.page, step.reveals.query).picture().sentence
        assert f"MSE {told} → " in sentence
        assert "without it → with it" in sentence
        assert "without the point" in step.because
        assert told in step.filled(step.because)


def test_right_answers_among_flipped_labels_are_those_of_the_page():
    step = STEPS["confident_and_wrong 10"]
    sentence = study_at(step.reveals.page, step.reveals.query).picture().sentence
    right, count = map(value, re.search(r"gets (\d+) of (\d+) right", sentence).groups())
    assert f"{100 * right / count:.1f} % of its answers are right" in step.filled(step.because)


def test_what_squared_errors_charge_is_told_alike_in_both_steps():
    sure, next_one = STEPS["confident_and_wrong 5"], STEPS["confident_and_wrong 6"]
    sentence = study_at(next_one.reveals.page, next_one.reveals.query).picture().sentence
    (stays_small,) = [option.misconception for option in sure.options if "Squared" in option.misconception]
    assert "loss 2.00" in sentence
    assert "2.0 here and never more" in sure.filled(stays_small)
    assert any("Two is its value" in option.misconception for option in next_one.options)
