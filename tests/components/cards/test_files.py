"""Files to take along: every number as it was, and valid JSON whatever the numbers."""

import csv
import io
import json
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from components.cards.files import as_csv, as_json


@given(arrays(np.float64, st.integers(0, 20), elements=st.floats(width=64)))
def test_a_column_comes_back_to_the_last_digit(column):
    header, *rows = csv.reader(io.StringIO(as_csv({'a "b", c': column, "step": np.arange(len(column))})))
    assert header == ['a "b", c', "step"]
    assert [int(row[1]) for row in rows] == list(range(len(column)))
    assert all(row[0] == "" for row, value in zip(rows, column, strict=True) if math.isnan(value))
    back = np.array([float(row[0] or "nan") for row in rows])
    assert np.array_equal(back, column, equal_nan=True)


def test_text_that_a_spreadsheet_would_run_is_quoted():
    """The characters of OWASP's page on CSV injection; numbers are no formulas."""
    cells = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1+1",
        "plain",
        "a=b",
        "-1",
        "+2.5e3",
        "",
    ]
    columns = {"=HYPERLINK(A1)": np.array(cells, dtype=object), "n": np.linspace(-1, 1, len(cells))}
    header, *rows = csv.reader(io.StringIO(as_csv(columns), newline=""))
    assert header == ["'=HYPERLINK(A1)", "n"]
    assert [row[0] for row in rows] == [f"'{cell}" for cell in cells[:8]] + cells[8:]
    assert [float(row[1]) for row in rows] == columns["n"].tolist()


def test_infinity_is_text_and_all_else_stays():
    value = {"a": [1, (0.1 + 0.2, -math.inf)], "b": {"c": None, "d": True, "é": math.inf, "e": "x"}}
    text = as_json(value)
    assert json.loads(text, parse_constant=AssertionError) == {
        "a": [1, [0.1 + 0.2, "-inf"]],
        "b": {"c": None, "d": True, "é": "inf", "e": "x"},
    }
    assert "é" in text
