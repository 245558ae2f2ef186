"""The lessons that can be given at this moment: those that are read, and whose steps open what there is."""

from functools import lru_cache

from components.lessons.lesson import Lesson
from components.lessons.reading import Found, Problem, lessons, unknown
from pages import PAGES, study_at


def given() -> Found:
    """Every lesson that can be given, by key, and what is wrong with the others."""
    found = lessons()
    wrong = {key: what for key, lesson in found.lessons.items() if (what := _wrong(lesson))}
    problems = [Problem(f"{key}.yaml", 0, each) for key, what in wrong.items() for each in what]
    return Found({key: one for key, one in found.lessons.items() if key not in wrong}, (*found.problems, *problems))


@lru_cache(maxsize=200)
def _wrong(lesson: Lesson) -> tuple[str, ...]:
    """What of its views cannot be opened: where they name what there is not, or settings that do not go together."""
    if not_there := tuple(unknown(lesson, {name: page.fields for name, page in PAGES.items() if name != "lessons"})):
        return not_there
    said = []
    for number, step in enumerate(lesson.steps, 1):
        for opened in filter(None, (step.opens, step.reveals)):
            try:
                study_at(opened.page, opened.query)
            except ValueError as error:
                said.append(f"step {number}: {error}")
    return tuple(said)
