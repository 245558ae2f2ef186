"""Lessons from text files. One that is broken is named, with the line, and hurts no other."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import yaml
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator

from components.lessons.lesson import Lesson, Opened, Option, Step
from components.settings.address import read
from components.settings.fields import Field

FOLDER = Path(__file__).parents[2] / "pages" / "lessons"
LARGEST = 200_000  # bytes of a file
NAME = re.compile(r"[a-z0-9_]{1,60}")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a lesson's file, and in which line, counted from 1; 0 where that cannot be said."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


@dataclass(frozen=True)
class Found:
    """The lessons that can be given, by key, and what is wrong with the others."""

    lessons: Mapping[str, Lesson]
    problems: tuple[Problem, ...]


def lessons(folder: Path = FOLDER) -> Found:
    """Every lesson of a folder, as its files are now; a file that has not changed is not read anew."""
    told = [_read(path, path.stat().st_mtime_ns) for path in sorted(folder.glob("*.yaml"))]
    made = [one for one in told if isinstance(one, Lesson)]
    made.sort(key=lambda lesson: (lesson.minutes, lesson.key))
    return Found({lesson.key: lesson for lesson in made}, tuple(one for one in told if isinstance(one, Problem)))


def lesson(key: str, folder: Path = FOLDER) -> Lesson | Problem:
    """One lesson, by its key, or why it cannot be given."""
    path = folder / f"{key}.yaml"
    if not NAME.fullmatch(key) or not path.exists():
        return Problem(f"{key[:60]}.yaml", 0, "there is no such lesson")
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=200)
def _read(path: Path, changed: int) -> Lesson | Problem:
    if not NAME.fullmatch(path.stem):
        return Problem(path.name, 0, "its name must be of small letters, digits and _, with .yaml behind them")
    try:
        if path.stat().st_size > LARGEST:
            return Problem(path.name, 0, f"it must be at most {LARGEST:,} bytes long")
        text = path.read_text("utf-8")
        tree, told = yaml.compose(text, yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        return Problem(path.name, line, f"this is no YAML: {error.problem}")
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        return Problem(path.name, 0, f"it cannot be read: {error}")
    return _as_lesson(path, tree, told)


def _as_lesson(path: Path, tree: yaml.Node | None, told: Any) -> Lesson | Problem:
    for error in sorted(_schema(str(path.parent)).iter_errors(told), key=lambda error: list(map(str, error.path))):
        return Problem(path.name, line_of(tree, error.absolute_path), _said(error))
    steps = []
    for index, one in enumerate(told["steps"]):
        try:
            steps.append(_as_step(one))
            _check(steps[-1])
        except ValueError as error:
            return Problem(path.name, line_of(tree, ["steps", index]), f"step {index + 1}, “{one['title']}”: {error}")
    return Lesson(path.stem, told["title"], told["minutes"], told["about"].strip(), tuple(steps))


def _as_step(told: Mapping[str, Any]) -> Step:
    options = tuple(
        Option(one["text"], str(one["value"]), one.get("misconception", "")) for one in told.get("options", ())
    )
    return Step(
        title=told["title"],
        opens=opened(told["open"]),
        say=told.get("ask", told.get("say", "")).strip(),
        note=told.get("note", "").strip(),
        lock=tuple(told.get("lock", ())),
        numbers={name: str(expression) for name, expression in told.get("numbers", {}).items()},
        options=options,
        answer=str(told.get("answer", "")),
        tolerance=told.get("tolerance", 0.0),
        because=told.get("because", "").strip(),
        reveals=opened(told["reveal"]) if "reveal" in told else None,
    )


def opened(address: str) -> Opened:
    """The page and the settings of a link, as Share shows it, from the page's name on."""
    parts = urlsplit(address)
    return Opened(parts.path.strip("/"), dict(parse_qsl(parts.query, keep_blank_values=True)))


def _check(step: Step) -> None:
    """``ValueError`` where something of a step cannot be computed, or not one option is right."""
    if step.options:
        step.right()
        texts = [option.text for option in step.options]
        if len(set(texts)) < len(texts):
            raise ValueError("two options are called alike")
        if step.reveals and step.reveals.page != step.opens.page:
            raise ValueError("it must reveal a view of the page that it opens")
        if step.reveals == step.opens:
            raise ValueError("it reveals what it opens, so that its answer is on screen before it is asked")
        if step.lock and (loose := _loose(step)):
            raise ValueError(
                f"{loose} leads to the answer and must be locked too; without lock all is, until it is given"
            )
    for text in (step.say, step.because, step.note, *(option.misconception for option in step.options)):
        step.filled(text)


def _loose(step: Step) -> str:
    """The settings that make of what a question opens what it reveals, and are not locked."""
    before, after = step.opens.query, step.reveals.query if step.reveals else step.opens.query
    leading = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return ", ".join(name for name in leading if name not in step.lock)


def unknown(lesson: Lesson, pages: Mapping[str, Mapping[str, Field]]) -> Iterable[str]:
    """What of a lesson's views there is not: pages, settings and their values, by the fields of each page."""
    for index, step in enumerate(lesson.steps):
        for view in filter(None, (step.opens, step.reveals)):
            if view.page not in pages:
                yield f"step {index + 1}: there is no page {view.page!r}"
                continue
            yield from (f"step {index + 1}: {note}" for note in read(pages[view.page], view.query)[1])
        if missing := [name for name in step.lock if name not in pages.get(step.opens.page, {})]:
            yield f"step {index + 1}: {step.opens.page} has no setting {', '.join(missing)} to lock"


def line_of(tree: yaml.Node | None, path: Iterable[str | int]) -> int:
    """The line, counted from 1, in which the part of a document begins that a path of keys and places leads to."""
    node, line = tree, 1
    for key in path:
        if isinstance(node, yaml.MappingNode):
            found = next(((name, value) for name, value in node.value if name.value == key), None)
            if found is None:
                break
            name, node = found
            line = name.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line


@lru_cache(maxsize=4)
def _schema(folder: str) -> Validator:
    beside = Path(folder) / "schema.json"
    return Draft202012Validator(json.loads((beside if beside.exists() else FOLDER / "schema.json").read_text("utf-8")))


def _said(error: Any) -> str:
    """What the schema refuses, in fewer words than its own: those name the whole step."""
    if error.validator == "oneOf":
        return "a step either says what to do (say), or asks (ask, options, answer, because)"
    where = ".".join(str(key + 1 if isinstance(key, int) else key) for key in error.absolute_path)
    return f"{where}: {error.message[:200]}" if where else error.message[:200]
