"""A visitor's own CSV as a data set: the columns chosen, a yardstick that suits them, and what was left out."""

import pytest

from components.upload.csv_table import read_table
from components.upload.pairs import PAIRS, as_dataset, left_out
from components.upload.uploader import Upload
from losses.data.datasets import generate_line


def upload(text, x="a", y="b", name="mine.csv"):
    return Upload("1", name, read_table(text.encode()), (x, y))


def said(upload):
    return left_out(upload.name, upload.table, upload.points())


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
    assert (data.x_label, data.y_label, data.title, data.source) == ("c", "b", "mine.csv", "mine.csv")
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
    assert said(upload("a,b\n1,2\n3,4\n")) == "2 rows of mine.csv are shown."


def test_every_kind_of_dropped_row_is_counted():
    text = "a,b\n1,2\n2,\n3,oops\n4,5\n5,6\n6,7,8\n7,8\n8,9\n"
    sentence = said(upload(text))
    assert sentence.startswith("5 rows of mine.csv are shown.")
    for part in ("1 have an empty cell", "1 hold text", "1 have too few or too many cells"):
        assert part in sentence
    assert "row 3: column b holds “”" in sentence


def test_what_stands_above_the_header_is_said():
    text = "made,here\nversion,5\na,b\n1,2\n3,4\n"
    assert said(upload(text)) == "2 rows of mine.csv are shown. Left out: 2 stand above the header."


def test_the_data_set_says_what_was_left_out():
    made = upload("a,b\n1,2\n2,\n3,4\n")
    assert as_dataset(made).note == said(made)


def test_the_first_two_columns_of_numbers_are_chosen():
    table = read_table(b"name,a,b,c\nx,1,2,3\ny,4,5,6\n")
    assert PAIRS.first_choice(table) == ("a", "b")
    assert PAIRS.offered(table) == ("a", "b", "c")
