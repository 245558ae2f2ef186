"""Addresses: what of one is a page's settings, and what they come to."""

from collections.abc import Mapping
from typing import Any

from components.settings.fields import Field

FRAME = ("present", "example", "lesson", "step", "answer")  # of an address, what says how a page is shown
LONGEST = 4_000  # characters of one URL value; more is taken for hostile
MOST_NOTES = 5  # on one link


def opening(fields: Mapping[str, Field]) -> dict[str, Any]:
    """The settings of a page that is opened without a link."""
    return {name: field.opening for name, field in fields.items()}


def read(fields: Mapping[str, Field], query: Mapping[str, str]) -> tuple[dict[str, Any], list[str]]:
    """Settings from query parameters, and a note for each of the first that could not be used, those of settings first."""
    values = {name: field.default for name, field in fields.items()}
    notes, unknown = [], []
    for name, text in query.items():
        if name not in fields:
            unknown.append(f"This page has no setting {shortened(name)}; it was ignored.")
            continue
        try:
            if len(text) > LONGEST:
                raise ValueError(f"at most {LONGEST:,} characters long")
            values[name] = fields[name].read(text)
        except ValueError as error:
            called = f"{label} ({name})" if (label := fields[name].label) else name
            notes.append(f"The link sets {called} to {shortened(text)}, but it must be {error}; the default is used.")
    notes += unknown
    more = len(notes) - MOST_NOTES
    return values, notes[:MOST_NOTES] + ([f"And {more} more of the link could not be used."] if more > 0 else [])


def shortened(text: str, most: int = 40) -> str:
    """``text`` quoted, without control characters, and cut where it is long."""
    clean = "".join(character for character in text if character.isprintable())
    return f"“{clean[:most]}…”" if len(clean) > most else f"“{clean}”"
