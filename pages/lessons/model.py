"""What the settings of the page ``lessons`` stand for: a lesson, one of its steps, and the view that it opens."""

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from components.lessons.lesson import Lesson, Opened, Step
from components.live.picture import Control
from components.page.exhibit import Exhibit
from components.page.parameters import setting_controls
from pages import Study, study_at
from pages.lessons.given import given
from pages.lessons.settings import FIELDS

LIKE_A_STEP = Opened("outliers", {"moves": ""})


class Lessons(Exhibit):
    """The settings of a view, worked out."""

    @property
    def lessons(self) -> Mapping[str, Lesson]:
        """Those that can be given, by key."""
        return given().lessons

    @property
    def lesson(self) -> Lesson:
        """The lesson chosen (``ValueError`` where it cannot be given, as none of a folder without any)."""
        if self.view["session"] not in self.lessons:
            raise ValueError("there is no such lesson to give")
        return self.lessons[self.view["session"]]

    @property
    def step(self) -> Step:
        """The step of it that is shown (``ValueError`` where it has fewer)."""
        steps = self.lesson.steps
        if self.view["part"] > len(steps):
            raise ValueError(f"the lesson “{self.lesson.title}” has steps 1 to {len(steps)}")
        return steps[self.view["part"] - 1]

    @property
    def opened(self) -> Opened:
        """What of the step is shown; where there is no lesson, a view as a step may open it."""
        if not self.lessons:
            return LIKE_A_STEP
        return self.step.reveals if self.view["revealed"] and self.step.reveals else self.step.opens

    def check(self) -> list[str]:
        """Say which files are broken. Go to a lesson and a step that there are, where the settings name none, and say so."""
        found = given()
        broken = [f"{str(problem).removesuffix('.')}." for problem in found.problems]
        if not found.lessons:
            return broken
        notes = []
        if self.view["session"] not in found.lessons:
            notes.append("The lesson that was chosen cannot be given now: here is another one.")
            self.view.start_from(session=next(iter(found.lessons)))
        most = replace(FIELDS["part"], high=len(self.lesson.steps))
        return [*notes, *self.view.restrict(part=most), *broken]

    def _shows(self) -> tuple[object, Callable[[], Study]]:
        opened = self.opened
        return (self.view["session"], self.view["part"], repr(opened)), lambda: study_at(opened.page, opened.query)

    def controls(self) -> tuple[Control, ...]:
        """The way to the other steps."""
        if not self.lessons:
            return ()
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
