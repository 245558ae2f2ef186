"""Columns whose cells carry a unit, and columns of dates."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.upload.csv_column import Column
from components.upload.csv_table import read_table
from components.upload.csv_units import without_unit


def column(cells: list[str]) -> Column:
    rows = "".join(f"{row};{cell}\n" for row, cell in enumerate(cells))
    return read_table(f"x;y\n{rows}".encode()).columns["y"]


@pytest.mark.parametrize(
    ("cells", "unit", "values"),
    [
        (["$1,200.50", "$3.5", "-$4", "$-5", "−$ 6"], "$", [1200.5, 3.5, -4, -5, -6]),
        (["1.200,50 €", "3,5€", "-4 €", "−5\u00a0€"], "€", [1200.5, 3.5, -4, -5]),
        (["23,78%", "5 %", "-0,5%"], "%", [23.78, 5, -0.5]),
        (["CHF 1'234.50", "CHF 2", "3 CHF"], "CHF", [1234.5, 2, 3]),
        (["($1,200.50)", "$(3.5)", "$4"], "$", [-1200.5, -3.5, 4]),
        (["£5", "", "n.a.", "£7"], "£", [5, np.nan, np.nan, 7]),
        (["$5", "€6", "7", "5%", "$8", "$9", "$10", "$11"], "$", [5, np.nan, np.nan, np.nan, 8, 9, 10, 11]),
        (["5%", "0.05", "7%", "8%"], "%", [5, np.nan, 7, 8]),
        (["5", "6", "7", "8%", "$9"], "", [5, 6, 7, np.nan, np.nan]),
        (["5%", "6%", "$7", "5$%", "$", "8%", "9%"], "%", [5, 6, np.nan, np.nan, np.nan, 8, 9]),
    ],
)
def test_a_unit_that_most_numbers_have_is_left_out(cells, unit, values):
    found = column(cells)
    assert found.unit == unit
    assert found.values == pytest.approx(values, nan_ok=True)
    assert not (found.wrong & found.missing).any()
    assert [found.text[row] for row in np.flatnonzero(np.isnan(values))] == [
        cell for cell, value in zip(cells, values, strict=True) if np.isnan(value)
    ]


def test_a_unit_of_half_the_numbers_is_none():
    cells = ["5%", "6%", "7", "$8"]
    assert without_unit(cells) == ("", cells)
    assert without_unit(["5%", "6%", "7%", "7", "$8"]) == ("%", ["5", "6", "7", "", ""])


def test_columns_of_different_units_stand_side_by_side():
    found = read_table(b"day,price,share\n1,$1.50,5%\n2,$2.50,7%\n3,$4,9%\n")
    assert {name: (one.unit, one.values.tolist()) for name, one in found.columns.items()} == {
        "day": ("", [1, 2, 3]),
        "price": ("$", [1.5, 2.5, 4]),
        "share": ("%", [5, 7, 9]),
    }


@pytest.mark.parametrize(
    ("cells", "since", "values"),
    [
        (["2020-01-01", "2020-01-03", "2020-03-01"], "2020-01-01", [0, 2, 60]),
        (["2020-03-01", "2020-01-01"], "2020-01-01", [60, 0]),
        (["1969-12-31", "1900-03-01", "1899-12-31"], "1899-12-31", [25567, 60, 0]),
        (["1949-01", "1949-02", "1949-03"], "1949-01-01", [0, 31, 59]),
        (["2020/1/31", "2020/2/1"], "2020-01-31", [0, 1]),
        (["2020.01.31", "2020.02.01"], "2020-01-31", [0, 1]),
        (["2020-01-01 12:00", "2020-01-02T00:00:00Z", "2020-01-02 06:00:00.000"], "2020-01-01", [0.5, 1, 1.25]),
        (["2020-01-01T23:00:00-02:00", "2020-01-02T02:00+01:00"], "2020-01-02", [1 / 24, 1 / 24]),
        (["31 Dec 2020", "1 January 2021", "02-Feb-2021"], "2020-12-31", [0, 1, 33]),
        (["Dec 31, 2020", "January 1 2021"], "2020-12-31", [0, 1]),
        (["31.12.2020", "01.01.2021"], "2020-12-31", [0, 1]),
        (["12/31/2020", "1/2/2021"], "2020-12-31", [0, 2]),
        (["31/12/2020", "1/2/2021"], "2020-12-31", [0, 32]),
        (
            ["2020-02-29", "2021-02-29", "2020-13-01", "2020-00-10", "", "5", "2020-03-01"],
            "2020-02-29",
            [0, *[np.nan] * 5, 1],
        ),
    ],
)
def test_dates_are_days_since_the_first(cells, since, values):
    if sum(np.isnan(values)) > 2:
        cells, values = [*cells, *[cells[-1]] * 5], [*values, *[values[-1]] * 5]
    found = column(cells)
    assert (found.dated, found.since) == (True, since)
    assert found.values == pytest.approx(values, nan_ok=True, abs=1e-9)
    assert found.label("y") == f"y, days since {since}"


@pytest.mark.parametrize(
    "cells",
    [
        ["01/02/2020", "03/04/2020"],
        ["31/12/2020", "12/31/2020"],
        ["1.2.2020", "3.4.2020", "5.6.2020 12:00"],
    ],
)
def test_dates_whose_order_is_open_are_refused(cells):
    with pytest.raises(ValueError, match=r"which could have the day or the month first\. Write dates as in 2020-12-31"):
        column(cells)


@pytest.mark.parametrize("cells", [["2020", "2021", "2022"], ["20200101", "20200102"], ["2020.5", "2021.5"]])
def test_numbers_that_look_like_dates_are_numbers(cells):
    assert not column(cells).dated
    assert column(cells).values.tolist() == [float(cell) for cell in cells]


@pytest.mark.parametrize(
    "cell", ["01/02/20", "2020-W05", "2020Q1", "12:30", "3 Sommer 2020", "9999999-01-01", "2020-01-01x"]
)
def test_what_is_no_date_is_text(cell):
    found = read_table(f"x,y,z\n1,2,{cell}\n3,4,{cell}\n".encode())
    assert found.numeric == ("x", "y")
    assert found.columns["z"].text == (cell, cell)


dates = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(
    st.lists(dates, min_size=2),
    st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%d %b %Y %H:%M:%S", "%d/%m/%Y %H:%M:%S"]),
)
def test_dates_agree_with_the_calendar_of_python(moments, form):
    moments = [*moments, datetime(2000, 12, 31, tzinfo=UTC)]  # shows the order of day and month
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    cells = [
        moment.strftime(form.replace("%b", month[moment.month - 1]).replace("%Y", f"{moment.year:04}"))
        for moment in moments
    ]
    first = datetime.combine(min(moments).date(), datetime.min.time(), UTC)
    found = column(cells)
    assert date.fromisoformat(found.since) == first.date()
    assert found.values == pytest.approx([(moment - first) / timedelta(days=1) for moment in moments], abs=1e-6)
