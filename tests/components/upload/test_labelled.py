"""A visitor's own CSV as labelled points: which columns are taken, what counts as two classes, what is refused."""

import numpy as np
import pytest

from components.upload.csv_table import read_table
from components.upload.labelled import LABELLED, MOST, as_labelled_points, first_choice
from components.upload.uploader import Upload

CSV = "a,b,kind\n1,2,spam\n2,1,ham\n3,5,spam\n4,4,ham\n"


def labelled_points(text, columns=None):
    table = read_table(text.encode())
    return as_labelled_points(Upload("1", "mine.csv", table, columns or first_choice(table)))


def test_labels_may_be_text_or_any_two_numbers():
    assert labelled_points(CSV).label.tolist() == [1, -1, 1, -1]
    assert labelled_points(CSV).classes == ("ham", "spam")
    assert labelled_points("a,b,y\n1,2,10\n2,1,9\n3,5,10\n").label.tolist() == [1, -1, 1]
    assert labelled_points("a,b,y\n1,2,10\n2,1,9\n3,5,10\n").features.tolist() == [[1, 2], [2, 1], [3, 5]]


def test_rows_without_all_three_are_left_out_and_counted():
    points = labelled_points(CSV + "5,,ham\n6,1,\nx,2,ham\n")
    assert points.features[:, 0].tolist() == [1, 2, 3, 4]
    assert points.source == (
        "mine.csv, 4 rows. Left out: 1 with an empty cell or a mark for none (first: row 6, column b holds “”), "
        "1 with text where a number should be (first: row 8, column a holds “x”), 1 without a label"
    )


@pytest.mark.parametrize(
    ("text", "columns", "said"),
    [
        ("a,b,kind\n1,2,x\n2,1,y\n3,5,z\n", None, "exactly two different values"),
        ("a,b,kind\n1,2,x\n2,1,x\n3,5,x\n", None, "exactly two different values"),
        ("a,b\n1,2\n2,3\n2,4\n1,7\n", None, "two numeric columns"),
        ("a,b,kind\n1,2,x\n1,1,y\n1,5,x\n", None, "constant"),
        ("a,b,kind\n1,2,x\n2,,y\n3,5,x\n", None, "only 'x'"),
        ("a,b,kind\n1e200,2,x\n2,1,y\n3,5,x\n", None, "beyond 1e"),
        (CSV, ("a", "a", "kind"), "three different columns"),
        (CSV, ("a", "b", "a"), "three different columns"),
        (CSV, ("a", "kind", "b"), "at least two rows"),
        ("", None, "empty"),
        ("a,b,kind\n", None, "no rows"),
    ],
)
def test_files_that_make_no_labelled_points_are_refused_in_words(text, columns, said):
    with pytest.raises(ValueError, match=said):
        labelled_points(text, columns)


def test_the_label_is_the_last_column_of_two_values():
    table = read_table(b"sex,a,b,c,kind,id\nm,1,2,5,x,1\nf,2,1,6,y,2\nm,3,5,7,x,3\n")
    assert first_choice(table) == ("a", "b", "kind")
    assert LABELLED.offered(table) == ("sex", "a", "b", "c", "kind", "id")


@pytest.mark.parametrize(
    ("labels", "classes"),
    [
        (("9", "10"), ("9", "10")),
        (("-1", "1"), ("-1", "1")),
        (("no", "yes"), ("no", "yes")),
        (("1234567", "1234568"), ("1234567", "1234568")),
        (("0.1", "0.25"), ("0.1", "0.25")),
    ],
)
def test_the_larger_label_is_positive(labels, classes):
    low, high = labels
    points = labelled_points(f"a,b,y\n1,2,{high}\n2,1,{low}\n3,5,{high}\n4,4,{low}\n")
    assert points.label.tolist() == [1, -1, 1, -1]
    assert points.classes == classes


def test_one_number_spelled_twice_is_one_label():
    assert labelled_points("a,b,y\n1,2,1\n2,1,0\n3,5,1.0\n4,4,00\n").label.tolist() == [1, -1, 1, -1]


def test_a_long_file_is_fitted_on_some_of_its_rows_and_says_so():
    rows = "\n".join(f"{k},{k % 7},{'x' if k % 4 else 'y'}" for k in range(10_000))
    points = labelled_points(f"a,b,kind\n{rows}\n,1,x\n")
    assert len(points.label) == MOST
    assert (points.label > 0).sum() == MOST / 4
    assert (
        points.source == "mine.csv, 2,000 of its 10,000 rows, evenly chosen. "
        "Left out: 1 with an empty cell or a mark for none (first: row 10002, column a holds “”)"
    )
    assert np.ptp(points.features[:, 0]) > 9_990


def test_a_label_of_numbers_and_text_keeps_both():
    rows = "1,2,1\n2,1,1.0\n3,5,x\n4,4,1\n"
    points = labelled_points(f"a,b,kind\n{rows}", ("a", "b", "kind"))
    assert points.classes == ("1", "x")
    assert points.label.tolist() == [-1, -1, 1, -1]


def test_features_may_be_dates_or_carry_a_unit():
    points = labelled_points("day,share,kind\n2024-01-01,5%,x\n2024-01-03,7%,y\n2024-01-02,6.5%,x\n")
    assert points.features.tolist() == [[0, 5], [2, 7], [1, 6.5]]
    assert points.names == ("day, days since 2024-01-01", "share (%)")


def test_why_a_feature_cannot_be_used_is_said():
    with pytest.raises(
        ValueError, match=r"two numeric columns are needed.*Column 'b' is not used: 0 of the 3 .* 'low'"
    ):
        labelled_points("a,b,kind\n1,low,x\n2,high,y\n3,mid,x\n")
