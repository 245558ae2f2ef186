"""``components/live/MESSAGES.md`` as tests read it."""

import re
from pathlib import Path

TEXT = (Path(__file__).parent.parent / "components" / "live" / "MESSAGES.md").read_text(encoding="utf-8")
OPAQUE = {"address", "guide", "figure.layout", "figure.narrow"}  # what is in them is the page's or Plotly's
TRACE, OURS = "figure.data", {"handle", "covers"}  # of a trace these alone are ours


def rows(section, first):
    """The rows of the table in a section whose first column has this name, as dicts without backticks."""
    text = TEXT.split(f"## {section}\n")[1].split("\n## ")[0]
    lines = [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]  # fmt: skip
    starts = [number for number, line in enumerate(lines) if number + 1 < len(lines) and lines[number + 1][0] == "---"]
    (start,) = [number for number in starts if lines[number][0] == first]
    end = min((number for number in starts if number > start), default=len(lines))
    return [dict(zip(lines[start], line, strict=True)) for line in lines[start + 2 : end]]


def table(section, first="field"):
    """By field, without the brackets of lists, its row of a table."""
    return {row[first].replace("[]", ""): row for row in rows(section, first)}


PICTURE = table("From Python to the browser")
MESSAGE = table("From the browser to Python")
NAMES = table("From the browser to Python", "name")
REQUESTS = rows("Requests", "request")
ARRAYS = table("Arrays")


def types(row):
    """The types that a row allows."""
    return set(re.split(r" / ", row["type"]))


def type_of(value):
    """The table's word for the type of a JSON value."""
    if isinstance(value, dict) and value.keys() & {"bdata", "ref"}:
        return "array"
    words = {bool: "bool", int: "number", float: "number", str: "text", list: "list", dict: "object"}
    return "null" if value is None else words[type(value)]


def objects(value, path=""):
    """Every object in JSON that has fields of the table: where it is, lists apart, and its fields with their types."""
    if isinstance(value, list):
        for item in value:
            yield from objects(item, path)
    elif isinstance(value, dict) and type_of(value) == "object" and path not in OPAQUE:
        ours = {name: item for name, item in value.items() if path != TRACE or name in OURS}
        inside = {name: f"{path}.{name}" if path else name for name in ours}
        yield path, {inside[name]: type_of(item) for name, item in ours.items()}
        for name, item in ours.items():
            yield from objects(item, inside[name])


def parts(path, *when):
    """The fields of an object by the table of pictures, of those that are there at these times."""
    return {name for name, row in PICTURE.items() if name.rpartition(".")[0] == path and row["when"] in when}


def arrays(value):
    """Every array in JSON as it travels."""
    if isinstance(value, list):
        for item in value:
            yield from arrays(item)
    elif isinstance(value, dict):
        if type_of(value) == "array":
            yield value
        for item in value.values():
            yield from arrays(item)
