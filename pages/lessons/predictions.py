"""A question of a lesson, which a visitor of the page ``lessons`` is asked before it is shown."""

from collections.abc import Callable

from components.cards.presets import Prediction, Preset
from components.lessons.lesson import Lesson, Step
from components.lessons.reading import lessons

TASTED = ("one_bad_point", 2)


def _step() -> Step:
    key, number = TASTED
    lesson: Lesson = lessons().lessons[key]
    return lesson.steps[number - 1]


def _text(of: Callable[[Step], str]) -> Callable[[], str]:
    return lambda: of(_step())


PREDICTED = (
    Preset(
        "Predict: a step of a lesson",
        "So each step goes: the class commits, then sees. Go on to the next one.",
        {"session": TASTED[0], "part": TASTED[1], "revealed": True},
        Prediction(
            _step().say,
            tuple(option.text for option in _step().options),
            right=_text(lambda step: step.right().text),
            because=_text(lambda step: step.filled(step.because)),
            before={"session": TASTED[0], "part": TASTED[1]},
        ),
    ),
)
