"""What tests of presets share: a page at a preset without Streamlit, and the numbers that a text names."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import pytest

from components.cards.presets import Preset
from components.settings.view import View
from tests.conftest import FIELDS

NUMBER = re.compile(r"(?<![\w.])−?\d[\d,]*(?:\.\d+)?(?:/\d+)?")
LONGEST = 160  # characters of a live answer
SET_WHOLE = ("gan", "network", "probabilities", "embeddings")
"""Pages whose presets leave nothing to the model: each is opened, and its address read, in the browser's test of the smallest screen."""
HYPHEN_FOR_MINUS = re.compile(r"(?<!\w)-\d")


class Claims(dict[str, Callable]):
    """By title of the preset, what checks it and gives the numbers that its text names, in order."""

    def of(self, title: str) -> Callable:
        """Decorates the check of a preset."""
        return lambda check: self.setdefault(title, check)


class AtPreset:
    """A page at a preset, where its model is made from settings alone and draws its own picture."""

    model: Callable[[View], Any]

    def __init__(self, view):
        self.view, self.page = view, type(self).model(view)
        self.picture = self.page.picture()


def showing(
    page: str, presets: Sequence[Preset], make: Callable, claims: Claims, also: Callable[[Any], None] | None = None
) -> tuple[Any, Callable]:
    """The fixture ``shown``, which shows a preset with changes, and the test that each preset shows what it says.

    Parameters
    ----------
    page
        Its key.
    presets
        Its presets.
    make
        Makes of settings what the claims look at, with a ``picture``.
    claims
        By title of the preset.
    also
        Checks what is so at every preset.
    """

    @pytest.fixture
    def shown():
        return lambda preset, **changes: make(at_preset(page, preset, **changes))

    @pytest.mark.parametrize("preset", presets, ids=lambda preset: preset.title)
    def test_a_preset_shows_what_it_says(preset, shown):
        seen = shown(preset)
        assert_readable(preset, seen.picture)
        assert_names(preset.look, claims[preset.title](seen, lambda **changes: shown(preset, **changes)))
        if also:
            also(seen)

    return shown, test_a_preset_shows_what_it_says


def assert_of_views(
    page: str,
    views: Collection[str],
    of_view: Mapping[str, Sequence[Preset]],
    presets: Sequence[Preset],
    least: int,
) -> None:
    """Every preset opens the view in whose row it stands, and each row has some.

    Parameters
    ----------
    page
        By name.
    views
        Of the page, in order.
    of_view, presets
        Those of each view, and all.
    least
        How many a view has at least.
    """
    assert [*of_view] == [*views]
    for key, some in of_view.items():
        assert len(some) >= least
        assert {at_preset(page, preset)["view"] for preset in some} == {key}
    assert sum(map(len, of_view.values())) == len(presets)


def at_preset(page, preset, **changes):
    """The settings of a page at a preset, with changes."""
    view = View(page, FIELDS[page], {})
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
