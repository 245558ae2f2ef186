"""What can be set on the page ``lessons``, and its states worth seeing: the lessons."""

from dataclasses import dataclass
from typing import Any

from components.cards.presets import Preset
from components.lessons.reading import lessons
from components.settings.fields import Choice, Flag, Number
from pages.lessons.given import given

MOST_STEPS = 50


@dataclass(frozen=True)
class Given(Choice):
    """One of the lessons that can be given at this moment; ``options`` are those that there were at the start."""

    def check(self, value: Any) -> str:
        """See ``Field``."""
        if not isinstance(value, str) or value not in given().lessons:
            raise ValueError("one of the lessons that can be given")
        return value

    def title(self, key: str) -> str:
        """What a lesson is called, and how long it takes."""
        lesson = given().lessons[key]
        return f"{lesson.title} ({lesson.minutes} min)"


KEYS = tuple(lessons().lessons)
FIELDS = {
    "session": Given(next(iter(KEYS), ""), KEYS, label="Lesson"),
    "part": Number(1, 1, MOST_STEPS, whole=True, label="Step", live=True),
    "revealed": Flag(label="As it is once answered", live=True),
}


def presets() -> tuple[Preset, ...]:
    """Each lesson that can be given at this moment."""
    return tuple(Preset(lesson.title, lesson.about, {"session": key}) for key, lesson in given().lessons.items())


PRESETS = presets()
