"""What tests of presets share: a page at a preset without Streamlit, and the numbers that a text names."""

import re
from collections.abc import Callable, Sequence
from types import SimpleNamespace

from components.settings import view as state
from tests.conftest import FIELDS

NUMBER = re.compile(r"(?<![\w.])−?\d[\d,]*(?:\.\d+)?(?:/\d+)?")
LONGEST = 160  # characters of a live answer
HYPHEN_FOR_MINUS = re.compile(r"(?<!\w)-\d")


class Claims(dict[str, Callable]):
    """By title of the preset, what checks it and gives the numbers that its text names, in order."""

    def of(self, title: str) -> Callable:
        """Decorates the check of a preset."""
        return lambda check: self.setdefault(title, check)


def at_preset(monkeypatch, page, preset, **changes):
    """The settings of a page at a preset, with changes."""
    monkeypatch.setattr(state, "st", SimpleNamespace(session_state={}, query_params={}))
    view = state.View(page, FIELDS[page])
    view.start_from(**preset.values)
    view.set(**changes)
    assert view.notes == []
    return view


def numbers(text: str) -> list[str]:
    """The numbers that a text names, as they are written; digits inside a name are none."""
    return NUMBER.findall(text)


def assert_names(text: str, values: Sequence[float]) -> None:
    """The numbers in a text are these, to the digits that it writes."""
    written = numbers(text)
    assert len(written) == len(values), f"{written} are named, {[*values]} were computed"
    for word, value in zip(written, values, strict=True):
        whole, _, part = word.replace(",", "").replace("−", "-").partition("/")
        named = float(whole) / float(part or 1)
        decimals = len(whole.partition(".")[2])
        room = 1e-9 if part else 0.5 * 10**-decimals * (1 + 1e-9)
        assert abs(named - value) <= room, f"{word} is named, {value} was computed, in: {text}"


def assert_readable(preset, picture) -> None:
    """What every preset and its answer keep to: short, with real minus signs, called by words."""
    assert 0 < len(picture.sentence) <= LONGEST, f"{len(picture.sentence)}: {picture.sentence}"
    assert len(preset.look) <= LONGEST, f"{len(preset.look)}: {preset.look}"
    for text in (preset.title, preset.look, picture.sentence, *picture.notes):
        assert not HYPHEN_FOR_MINUS.search(text), text
    assert not re.search(r"[=<>]|^\W*[α-ωa-z]\W", preset.title), "a title is words, not a formula"
