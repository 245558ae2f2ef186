"""Asking for a file and its columns: what is kept, what is refused, and when there is something new."""

import gc
import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

from components.upload import uploader
from components.upload.csv_table import read_table
from components.upload.labelled import LABELLED
from components.upload.pairs import PAIRS
from components.upload.uploader import Uploader

CSV = b"a,b,c,kind\n1,2,3,x\n4,5,6,y\n7,9,8,x\n"


class Screen:
    """What Streamlit would show, and what a visitor chose on it."""

    def __init__(self):
        self.session_state, self.errors = {}, []
        self.file, self.first_row, self.columns = None, "as it looks", {}
        self.keys = []

    def upload(self, content, name="mine.csv"):
        self.file = SimpleNamespace(file_id=f"{name} {len(content)} {content[:9]}", name=name, getvalue=lambda: content)

    def file_uploader(self, label, type, key, help):
        assert help
        self.keys.append(key)
        return self.file

    def segmented_control(self, label, options, default, required, key):
        assert default in options
        return self.first_row

    def selectbox(self, label, options, index, key):
        self.keys.append(key)
        return self.columns.get(label, options[index])

    def error(self, text):
        self.errors.append(text.replace("\\", ""))


@pytest.fixture
def screen(monkeypatch):
    shown = Screen()
    monkeypatch.setattr(uploader, "st", shown)
    return shown


@pytest.mark.parametrize(("use", "columns"), [(PAIRS, ("a", "b")), (LABELLED, ("a", "b", "kind"))])
def test_a_file_is_new_once(screen, use, columns):
    assert use.current() is None
    assert not use.ask(in_use=False)
    screen.upload(CSV)
    assert use.ask(in_use=False)
    assert (use.current().name, use.current().columns) == ("mine.csv", columns)
    assert not use.ask(in_use=True)
    assert screen.errors == []


@pytest.mark.parametrize(
    ("use", "role", "columns"),
    [(PAIRS, "y column", ("a", "c")), (LABELLED, "Second feature", ("a", "c", "kind"))],
)
def test_another_column_is_new_once(screen, use, role, columns):
    screen.upload(CSV)
    use.ask(in_use=False)
    before = use.current()
    screen.columns[role] = "c"
    assert not use.ask(in_use=False), "other data are on screen: the columns are not asked for"
    assert use.ask(in_use=True)
    assert use.current().columns == columns
    assert use.current().table.rows.tolist() == before.table.rows.tolist()
    assert use.current().identity != before.identity
    assert not use.ask(in_use=True)


@pytest.mark.parametrize(
    ("use", "role", "said"), [(PAIRS, "y column", "chosen for both"), (LABELLED, "Label", "three different columns")]
)
def test_columns_that_cannot_be_used_are_said_once_and_the_choice_stays(screen, use, role, said):
    screen.upload(CSV)
    use.ask(in_use=True)
    before = use.current()
    screen.columns[role] = "a"
    for run in (1, 2):
        assert not use.ask(in_use=True)
        assert len(screen.errors) == run
        assert said in screen.errors[-1]
        assert use.current() is before


@pytest.mark.parametrize("use", [PAIRS, LABELLED])
def test_a_file_that_cannot_be_used_is_said_until_another_comes(screen, use):
    screen.upload(CSV)
    use.ask(in_use=False)
    before = use.current()
    screen.upload(b"\x89PNG\r\n\x1a\n", "page.csv")
    for run in (1, 2):
        assert not use.ask(in_use=True)
        assert len(screen.errors) == run
        assert "picture" in screen.errors[-1]
        assert use.current() is before
    screen.upload(CSV.replace(b"9", b"10"))
    assert use.ask(in_use=True)
    assert len(screen.errors) == 2


def test_what_the_first_row_is_can_be_said(screen):
    screen.upload(CSV)
    PAIRS.ask(in_use=False)
    assert PAIRS.current().table.has_header
    screen.first_row = "is data"
    assert PAIRS.ask(in_use=False)
    assert PAIRS.current().columns == ("column 1", "column 2")
    screen.first_row = "names the columns"
    assert PAIRS.ask(in_use=False)
    assert PAIRS.current().columns == ("a", "b")


def test_two_uses_keep_a_file_each(screen):
    screen.upload(CSV)
    PAIRS.ask(in_use=True)
    LABELLED.ask(in_use=True)
    assert len(set(screen.keys)) == len(screen.keys)
    assert len(PAIRS.current().columns) == 2
    assert len(LABELLED.current().columns) == 3


def test_a_further_use_is_one_declaration(screen):
    use = Uploader("mask", "A table", ("only",), lambda table: table.numeric, lambda table: ("c",), lambda upload: None)
    screen.upload(CSV)
    assert use.ask(in_use=False)
    screen.columns["only"] = "b"
    assert use.ask(in_use=True)
    assert use.current().columns == ("b",)


def test_a_number_too_large_to_square_is_refused_with_its_row(screen):
    screen.upload(b"a,b,kind\n1,2,x\n1e151,3,y\n3,4,x\n")
    for use in (PAIRS, LABELLED):
        assert not use.ask(in_use=False)
        assert "Row 3: column 'a' holds a number beyond 1e+150" in screen.errors[-1]


def test_a_session_keeps_the_columns_in_use_alone(screen):
    screen.upload(CSV)
    for use, kept in ((PAIRS, ["a", "b"]), (LABELLED, ["a", "b", "kind"])):
        use.ask(in_use=False)
        assert list(use.current().table.columns) == kept
        assert use.current().table.names == ("a", "b", "c", "kind")
    screen.columns = {"y column": "c", "Second feature": "c"}
    for use, kept in ((PAIRS, ["a", "c"]), (LABELLED, ["a", "c", "kind"])):
        assert use.ask(in_use=True)
        assert sorted(use.current().table.columns) == kept
        assert use.current().table.columns["c"].values.tolist() == [3, 6, 8]


def test_how_the_first_row_was_read_stays_with_another_column(screen):
    screen.first_row = "is data"
    screen.upload(b"x,y,z\n1,2,3\n4,5,6\n7,9,8\n")
    PAIRS.ask(in_use=False)
    screen.columns["y column"] = "column 3"
    assert PAIRS.ask(in_use=True)
    assert PAIRS.current().points().y.tolist() == [3, 6, 8]


def test_the_number_of_the_row_can_be_x(screen):
    screen.upload(CSV)
    PAIRS.ask(in_use=False)
    screen.columns["x column"] = "row number"
    assert PAIRS.ask(in_use=True)
    assert PAIRS.current().points().x.tolist() == [1, 2, 3]


def test_a_refused_choice_is_read_once(screen, monkeypatch):
    screen.upload(CSV)
    LABELLED.ask(in_use=False)
    reads = []
    monkeypatch.setattr(uploader, "read_table", lambda raw, header: reads.append(raw) or read_table(raw, header=header))
    screen.columns["Label"] = "c"
    for run in (1, 2, 3):
        assert not LABELLED.ask(in_use=True)
        assert len(screen.errors) == run
        assert "exactly two different values" in screen.errors[-1]
    assert len(reads) == 1


WIDE = "\n".join([",".join(f"c{k}" for k in range(100)), *["12,3," * 49 + "4,5"] * 1_000])
NUMBERS = np.random.default_rng(0).normal(size=(10_000, 2)).tolist()
TALL = "a,b,kind\n" + "\n".join(f"{a!r},{b!r},{('spam', 'ham')[k % 2]}" for k, (a, b) in enumerate(NUMBERS))


@pytest.mark.parametrize(
    ("use", "text", "rows"),
    [(PAIRS, WIDE, 1_000), (PAIRS, TALL, 10_000), (LABELLED, TALL, 10_000)],
    ids=["wide", "tall", "labelled"],
)
def test_what_a_file_holds_in_a_session_is_bounded(screen, use, text, rows):
    """For each column in use and each row a number, a place for its text, and whether it is missing; and the row."""
    raw = text.encode()
    tracemalloc.start()
    screen.upload(raw)
    assert use.ask(in_use=False)
    gc.collect()
    held, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < (17 * len(use.roles) + 8) * rows + 100_000
    assert peak < 30 * len(raw)
    assert use.current().raw is raw, "the bytes are those that Streamlit keeps"
