"""A question of a lesson, which a visitor of the page ``lessons`` is asked before it is shown."""

from components.cards.presets import Prediction, Preset
from components.lessons.lesson import Step
from pages.lessons.given import given

TASTED = ("one_bad_point", 2)


def predicted() -> tuple[Preset, ...]:
    """The question, where its lesson can be given at this moment and asks at that step."""
    key, number = TASTED
    lesson = given().lessons.get(key)
    if lesson is None or not lesson.steps[number - 1 : number] or not lesson.steps[number - 1].options:
        return ()
    return (_asked(key, number, lesson.steps[number - 1]),)


def _asked(key: str, number: int, step: Step) -> Preset:
    return Preset(
        "Predict: a step of a lesson",
        "So each step goes: the class commits, then sees. Go on to the next one.",
        {"session": key, "part": number, "revealed": True},
        Prediction(
            step.filled(step.say),
            tuple(option.text for option in step.options),
            right=lambda: step.right().text,
            because=lambda: step.filled(step.because),
            before={"session": key, "part": number},
        ),
    )


PREDICTED = predicted()
