"""A visitor's own CSV as a data set: the columns chosen, a yardstick that suits them, and what was left out."""

import pytest

from components.upload.csv_table import read_table
from components.upload.pairs import PAIRS, as_dataset
from components.upload.table import ROW_NUMBER
from components.upload.uploader import Upload
from losses.data.datasets import generate_line


def upload(text, x="a", y="b", name="mine.csv"):
    return Upload("1", name, read_table(text.encode()), (x, y))


def said(upload):
    return as_dataset(upload).source


def test_another_file_or_column_is_another_choice():
    table = read_table(b"a,b,c\n1,2,3\n4,5,6\n")
    choices = [(file, x, y) for file in ("1", "2") for x in "abc" for y in "abc"]
    assert len({Upload(file, "mine.csv", table, (x, y)).identity for file, x, y in choices}) == len(choices)
    assert Upload("1", "mine.csv", table, ("a", "b")).identity == Upload("1", "mine.csv", table, ("a", "b")).identity


def rows(x, y):
    return "a,b\n" + "".join(f"{one!r},{other!r}\n" for one, other in zip(x.tolist(), y.tolist(), strict=True))


def test_the_chosen_columns_are_the_points():
    data = as_dataset(upload("a,b,c\n1,2,30\n2,4,10\n3,7,20\n", x="c", y="b"))
    assert list(data.x) == [30, 10, 20]
    assert list(data.y) == [2, 4, 7]
    assert (data.x_label, data.y_label, data.title, data.source) == ("c", "b", "mine.csv", "mine.csv, 3 rows")
    assert data.outlier_rows == ()


@pytest.mark.parametrize(("noise", "factor"), [(1.0, 1.0), (1.0, 1000.0), (0.1, 1.0)])
def test_the_yardstick_is_the_spread_around_the_line(noise, factor):
    x, y = generate_line(200, noise, seed=1)
    scale = as_dataset(upload(rows(x, factor * y))).scale
    assert 0.4 < scale / (factor * noise) < 2.5


def test_bad_points_do_not_stretch_the_yardstick():
    x, y = generate_line(50, 1.0, seed=1)
    spoiled = y.copy()
    spoiled[:5] = 1e6
    assert as_dataset(upload(rows(x, spoiled))).scale < 5


def test_one_x_for_all_still_has_a_yardstick():
    assert as_dataset(upload("a,b\n1,10\n1,20\n1,30\n")).scale == 10


def test_points_all_alike_still_have_a_yardstick():
    assert as_dataset(upload("a,b\n1,5\n2,5\n3,5\n")).scale == pytest.approx(0.1)


def test_one_wild_point_is_no_yardstick_for_itself():
    assert as_dataset(upload("a,b\n1,2\n2,4\n3,6\n4,8\n5,-90\n")).scale <= 1


@pytest.mark.parametrize("wild", ["1.7e308", "-1e300", "1e151"])
def test_numbers_too_large_to_square_are_refused_with_their_row(wild):
    with pytest.raises(ValueError, match="Row 3: column 'b'"):
        as_dataset(upload(f"a,b\n1,2\n2,{wild}\n3,4\n"))


def test_a_clean_file_is_shown_whole():
    assert said(upload("a,b\n1,2\n3,4\n")) == "mine.csv, 2 rows"


def test_every_kind_of_dropped_row_is_counted_with_its_first():
    assert said(upload("a,b\n1,2\n2,\n3,oops\n4,5\n5,6\n6,7,8\n7,8\n8,9\nx,\n")) == (
        "mine.csv, 5 rows. Left out: 1 with an empty cell or a mark for none (first: row 3, column b holds “”), "
        "2 with text where a number should be (first: row 4, column b holds “oops”), "
        "1 with too few or too many cells (first: row 7 with 3)"
    )


def test_the_rows_that_are_told_are_not_only_the_first_kind():
    """Left out are all the negative rows here, in a spelling that is not read."""
    text = "a,b\n0,\n" + "".join(f"{k},{k - 3 if k > 3 else f'({3 - k})'}\n" for k in range(1, 9))
    assert "3 with text where a number should be (first: row 3, column b holds “(2)”)" in said(upload(text))


def test_what_stands_above_the_header_is_said():
    text = "made,here\nversion,5\na,b\n1,2\n3,4\n"
    assert said(upload(text)) == "mine.csv, 2 rows. Left out: 2 above the header"


def test_columns_that_seem_to_be_meant_as_numbers_are_told():
    assert said(upload("a,b,c,d\n1,2,5,Ann\n2,3,low,Bob\n3,5,high,Cy\n")) == (
        "mine.csv, 3 rows. Column 'c' is not used: 1 of the 3 cells that hold something can be read as numbers, "
        "and the first that cannot is row 3, 'low', which is not a number"
    )


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (["2", "-999", "4", "-999"], "−999 2 times, first in row 3"),
        (["2", "-99", "0"], "−99 once, in row 3"),
        (["2000", "0", "-999"], "−999 once, in row 4"),
        (["2", "-9999.0", "-4"], "−9999 once, in row 3"),
        (["99999", "2", "7"], "99999 once, in row 2"),
        (["2", "-99", "-80", "90"], ""),
        (["2", "99", "80", "90"], ""),
        (["2", "9", "-9"], ""),
        (["2", "-99.5", "3"], ""),
        (["-999", "-999"], ""),
    ],
)
def test_numbers_that_may_mark_missing_values_are_kept_and_told(cells, told):
    data = as_dataset(upload("a,b\n" + "".join(f"{row},{cell}\n" for row, cell in enumerate(cells))))
    assert data.y.tolist() == [float(cell) for cell in cells]
    assert (
        (f"Column b holds {told}: if it means" in data.source)
        if told
        else data.source == f"mine.csv, {len(cells)} rows"
    )


@pytest.mark.parametrize(
    ("text", "label", "y"),
    [
        ("b\n3\n1\n\n2\n100\n", "b", [3, 1, 2, 100]),
        ("3\n1\n2\n100\n", "column 1", [3, 1, 2, 100]),
        ("b\r\n1.5\r\nNA\r\n-2\r\n", "b", [1.5, -2]),
        ('b\n"1,5"\n"2,25"\n', "b", [1.5, 2.25]),
        ("name;b\nAnn;1\nBob;2\n", "b", [1, 2]),
        ("b (€)\n€1\n€2\n", "b (€)", [1, 2]),
    ],
)
def test_one_column_of_numbers_is_a_sample(text, label, y):
    table = read_table(text.encode())
    data = as_dataset(Upload("1", "mine.csv", table, PAIRS.first_choice(table)))
    assert (data.x_label, data.y_label, data.sample) == (ROW_NUMBER, label, True)
    assert data.y.tolist() == y
    assert data.x.tolist() == sorted(set(data.x.tolist()))
    assert not as_dataset(upload("a,b\n1,2\n3,4\n")).sample


def test_the_yardstick_of_a_sorted_sample_is_its_spread():
    table = read_table("\n".join(map(str, range(1, 102))).encode())
    assert as_dataset(Upload("1", "mine.csv", table, PAIRS.first_choice(table))).scale == 50


def test_units_and_first_dates_stand_at_the_axes():
    text = "day;price;price ($)\n2024-02-28;$5;1\n2024-03-01;$6.5;2\n"
    assert [as_dataset(upload(text, x, y)).x_label for x, y in (("day", "price"), ("price", "day"))] == [
        "day, days since 2024-02-28",
        "price",  # the name with the unit is taken
    ]
    assert as_dataset(upload(text.replace("price ($)", "c"), "day", "price")).y_label == "price ($)"


def test_the_first_two_columns_of_numbers_are_chosen():
    table = read_table(b"name,a,b,c\nx,1,2,3\ny,4,5,6\n")
    assert PAIRS.first_choice(table) == ("a", "b")
    assert PAIRS.offered(table) == ("a", "b", "c", ROW_NUMBER)
