"""What the settings of the page ``lessons`` stand for: a lesson, one of its steps, and the view that it opens."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from components.lessons.lesson import Lesson, Opened, Step
from components.lessons.reading import lessons, unknown
from components.live.picture import Control
from components.page.exhibit import Exhibit
from components.page.parameters import setting_controls
from pages import PAGES, Study, study_at
from pages.lessons.settings import FIELDS


class Lessons(Exhibit):
    """The settings of a view, worked out."""

    @property
    def lesson(self) -> Lesson:
        """The lesson chosen."""
        return lessons().lessons[self.view["session"]]

    @property
    def step(self) -> Step:
        """The step of it that is shown (``ValueError`` where it has fewer)."""
        steps = self.lesson.steps
        if self.view["part"] > len(steps):
            raise ValueError(f"the lesson “{self.lesson.title}” has steps 1 to {len(steps)}")
        return steps[self.view["part"] - 1]

    @property
    def opened(self) -> Opened:
        """What of the step is shown."""
        return self.step.reveals if self.view["revealed"] and self.step.reveals else self.step.opens

    def check(self) -> list[str]:
        """Return to the default whatever the lesson does not have, and say so; say which files are broken."""
        most = replace(FIELDS["part"], high=len(self.lesson.steps))
        notes = self.view.restrict(part=most)
        fields = {name: page.fields for name, page in PAGES.items()}
        wrong = [
            f"{lesson.key}.yaml: {what}." for lesson in lessons().lessons.values() for what in unknown(lesson, fields)
        ]
        return [*notes, *(f"{problem}." for problem in lessons().problems), *wrong]

    def _shows(self) -> tuple[object, Callable[[], Study]]:
        opened = self.opened
        return (self.view["session"], self.view["part"], repr(opened)), lambda: study_at(opened.page, opened.query)

    def controls(self) -> tuple[Control, ...]:
        """The way to the other steps."""
        return setting_controls(self.view, *(("part", "revealed") if self.step.reveals else ("part",)))

    def table(self) -> dict[str, np.ndarray]:
        """Every number that the lesson computes, by column."""
        rows = [
            (index + 1, name, float(value))
            for index, step in enumerate(self.lesson.steps)
            for name, value in step.known().items()
            if isinstance(value, (int, float))
        ]
        step, name, value = zip(*rows, strict=True) if rows else ((), (), ())
        return {"step": np.array(step), "name": np.array(name), "value": np.array(value)}
