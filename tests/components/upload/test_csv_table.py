import csv
import gzip
import io
import lzma
import time
import unicodedata
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.upload.csv_table import read_table
from components.upload.csv_text import decode
from components.upload.table import ROW_NUMBER, Table, clean


@pytest.fixture(scope="module", autouse=True)
def loaded_detector():
    """Its models are loaded at the first use, which takes longer than Hypothesis grants."""
    decode("возраст".encode("cp1251"))


def table(text: str, **limits) -> Table:
    return read_table(text.encode(), **limits)


def values(found: Table) -> dict[str, list[float]]:
    return {name: found.columns[name].values.tolist() for name in found.numeric}


@pytest.mark.parametrize(
    ("text", "delimiter", "decimal"),
    [
        ("a,b\n1.5,2\n3,-4.25\n", ",", "."),
        ("a, b\n1.5, 2\n3, -4.25\n", ",", "."),
        ("a;b\n1,5;2\n3;-4,25\n", ";", ","),
        ("a;b\n1.5;2\n3;-4.25\n", ";", "."),
        ("a\tb\n1,5\t2\n3\t-4,25\n", "\t", ","),
        ("a|b\n1.5|2\n3|-4.25\n", "|", "."),
        ("a   b\n  1.5  2\n  3   -4.25  \n", " ", "."),
        ("a b\n1,5 2,0\n3,0 -4,25\n", " ", ","),
        ("a \t b\n1.5 \t 2\n3\t-4.25\n", "\t", "."),
        ('"a","b"\n"1,5","2"\n"3","-4,25"\n', ",", ","),
        ('"a","b"\n"1.5","2"\n"3","-4.25"', ",", "."),
        ("a,b\r\n1.5,2\r\n3,-4.25\r\n", ",", "."),
        ("a,b\r1.5,2\r3,-4.25\r", ",", "."),
        ('# made by hand, "today\na,b\n\n1.5,2\n  # half way\n3,-4.25\n\n', ",", "."),
        ('"a", "b"\n"1.5", "2"\n"3", "-4.25"', ",", "."),
        ("a,\tb\n1.5,\t2\n3,\t-4.25\n", ",", "."),
        ("a;name;kind;b\n1,5;x;y;2\n3,0;z;u;-4,25\n", ";", ","),
        ("a;name;kind;b\n1,5;x;y;2,0\n3,0;z;u;-4,25\n", ";", ","),
        ("a,b\n15e-1,2E0\n+3,-.425e+1\n", ",", "."),
    ],
)
def test_dialects_give_the_same_numbers(text, delimiter, decimal):
    found = table(text)
    assert values(found) == {"a": [1.5, 3], "b": [2, -4.25]}
    assert (found.delimiter, found.decimal, found.has_header, found.row_count) == (delimiter, decimal, True, 2)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('x,y\n"1,234.56",1\n"1,234,567",2\n-1.5,3\n', [1234.56, 1234567, -1.5]),
        ("x;y\n1.234,56;1\n1.234.567;2\n-1,5;3\n", [1234.56, 1234567, -1.5]),
        ("x;y\n1 234,56;1\n1\u00a0234\u00a0567;2\n1\u202f234;3\n", [1234.56, 1234567, 1234]),
        ("x\ty\n1,234\t1\n5.5\t2\n-1,000.5\t3\n", [1234, 5.5, -1000.5]),
        ("x;y\n1\u2009234,5;1\n1\u2007234;2\n1'234;3\n1’234’567;4\n", [1234.5, 1234, 1234, 1234567]),
        ("x;y\n1,234;1\n2,345;2\n", [1.234, 2.345]),
        ("x;y\n1.234;1\n2.345;2\n", [1.234, 2.345]),
        ("x;y\n1.234;1\n0,5;2\n", [1234, 0.5]),
        ("x\ty\n0,125\t1\n1,234\t2\n", [0.125, 1.234]),
    ],
)
def test_thousands_are_read_where_they_are_clear(text, expected):
    assert table(text).columns["x"].values == pytest.approx(expected, nan_ok=True)


@pytest.mark.parametrize(
    "text",
    [
        "x\ty\n1,234\t1\n2,345\t2\n",
        'x,y\n"1,234",1\n"2,345",2\n',
        "x|y\n1,234|1\n2.345|2\n",
        "x;y\n1,234;1\n2.345;2\n",
    ],
)
def test_what_could_be_a_decimal_sign_or_thousands_is_not_guessed(text):
    with pytest.raises(ValueError, match=r"row 2, '1,234', whose sign could be a decimal sign or separate thousands"):
        table(text)


@pytest.mark.parametrize(("delimiter", "sign", "read"), [(";", ",", [1.5, np.nan]), ("\t", ".", [np.nan, 2.5])])
def test_where_as_many_cells_show_either_sign_the_delimiter_decides(delimiter, sign, read):
    found = table("a;b\n1,5;1\n2.5;2\n3;3\n4;4\n".replace(";", delimiter))
    assert found.decimal == sign
    assert found.columns["a"].values == pytest.approx([*read, 3, 4], nan_ok=True)


def test_one_odd_cell_does_not_turn_all_others_into_thousands():
    rows = "".join(f"1.{100 + row}\t2.{200 + row}\n" for row in range(50))
    with pytest.raises(ValueError, match=r"'1\.100'.*thousands"):
        table("x\ty\n" + rows + "1,5\t2\n")
    contested = table("x\ty\n1.25\t1\n2.5\t2\n1,5\t3\n1,234\t4\n1.234\t5\n")
    assert contested.columns["x"].values == pytest.approx([1.25, 2.5, np.nan, np.nan, 1.234], nan_ok=True)


@pytest.mark.parametrize(
    ("text", "names", "has_header"),
    [
        ("1,2\n3,4\n", ["column 1", "column 2"], False),
        ("x,y\n3,4\n5,6\n", ["x", "y"], True),
        ("nan,2\n3,4\n5,6\n", ["column 1", "column 2"], False),
        ("city,2019,2020\nOslo,1,2\nRome,3,4\n", ["column 1", "column 2", "column 3"], False),
        ("x,2019,2020\n1,1,2\n2,3,4\n", ["x", "2019", "2020"], True),
        ("row number,x\n1,2\n3,4\n", ["row number (2)", "x"], True),
        ("x,x,,x\n1,2,3,4\n5,6,7,8\n", ["x", "x (2)", "column 3", "x (3)"], True),
        ("x,x (2),x\n1,2,3\n5,6,7\n", ["x", "x (2)", "x (3)"], True),
        ("a\u202eb\u0007c,  long \u00a0 name \n1,2\n3,4\n", ["abc", "long name"], True),
        ('"two\nlines",y\n1,2\n3,4\n', ["two lines", "y"], True),
        ("a" * 200 + "," + "a" * 200 + "\n1,2\n3,4\n", ["a" * 80, "a" * 76 + " (2)"], True),
    ],
)
def test_headers_and_names(text, names, has_header):
    found = table(text)
    assert list(found.columns) == names
    assert found.has_header is has_header


def test_what_counts_as_a_column_of_numbers():
    text = "half,most,once,none,huge\n1,1,1,x,1e400\n2,2,,y,1\na,3,,z,2\nb,x,,,3\n"
    found = table(text)
    assert found.numeric == ("most", "huge")
    assert found.columns["huge"].wrong.tolist() == [True, False, False, False]
    assert found.columns["once"].missing.tolist() == [False, True, True, True]


@pytest.mark.parametrize(
    "cell",
    [
        *["", "NA", "n/a", "NaN", "-inf", "Infinity", "#N/A", "null", "None", " ", "n.a.", "?", ".", "1.#IND"],
        *["-1.#IND", "1.#QNAN", "1.#INF", "<NA>", "-", "–", "—", "−inf", "#DIV/0!", "#VALUE!"],
    ],
)
def test_missing_cells(cell):
    pair = table(f"x,y\n{cell},1\n2,3\n4,5\n").pair("x", "y")
    assert (pair.dropped_missing, pair.dropped_not_numeric) == (1, 0)
    assert (pair.first_missing, pair.first_not_numeric) == ((2, "x", cell.strip()), None)
    assert (pair.x.tolist(), pair.y.tolist(), pair.rows.tolist()) == ([2, 4], [3, 5], [3, 4])


@pytest.mark.parametrize(
    "cell", ["abc", "1_000", "0x1A", "١٢", "1e400", "5%", "$5", "1.2.3", "1 2", "1,234 567", "1e", "e5", "1-", "1−2"]
)
def test_cells_that_are_no_numbers(cell):
    pair = table(f"x;y\n1;2\n3;{cell}\n4;5\n;6\n").pair("x", "y")
    assert (pair.dropped_missing, pair.dropped_not_numeric) == (1, 1)
    assert (pair.first_missing, pair.first_not_numeric) == ((5, "x", ""), (3, "y", cell))
    assert pair.rows.tolist() == [2, 4]


@pytest.mark.parametrize("minus", ["-", "−", "–", "—", "‐", "﹣", "－", "\u200e-"])
def test_a_minus_is_a_minus_however_it_is_printed(minus):
    text = f"x;price\n1;1,5\n2;2,0\n3;{minus}3,5\n4;10,99\n5;{minus}0,50\n6;{minus}1.234,5\n"
    assert table(text).columns["price"].values.tolist() == [1.5, 2, -3.5, 10.99, -0.5, -1234.5]
    assert table(f"x;y\n1;1e{minus.strip()}3\n2;2\n").columns["y"].values[0] == pytest.approx(0.001)


def test_a_space_may_stand_after_a_minus():
    assert table("x;y\n1;- 5\n2;−\u202f1 234,5\n").columns["y"].values.tolist() == [-5, -1234.5]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"x,y\r1,2\r3,4\r", {"x": [1, 3], "y": [2, 4]}),
        ("x,y\n1,2\n3,4\n".encode("utf-16"), {"x": [1, 3], "y": [2, 4]}),
        (b'\xef\xbb\xbf"x","y"\n1,2\n3,4\n', {"x": [1, 3], "y": [2, 4]}),
        (b'"speed\n(m/s)",y\n1,2\n3,4\n', {"speed (m/s)": [1, 3], "y": [2, 4]}),
        (b"x,x\n1,2\n3,4\n", {"x": [1, 3], "x (2)": [2, 4]}),
        (b"x,y\ns,m\n1,2\n3,4\n", {"x": [None, 1, 3], "y": [None, 2, 4]}),
        (b"x,y\n1,2\n3,4\nTotal,6\n", {"x": [1, 3, None], "y": [2, 4, 6]}),
        (b"Report\nof Monday\nx,y\n1,2\n3,4\n", {"x": [1, 3], "y": [2, 4]}),
        (b"x;y\n1;1.000,92\n2;3,5\n", {"x": [1, 2], "y": [1000.92, 3.5]}),
        (b"x,y\n1,1E+05\n2,-2e-3\n", {"x": [1, 2], "y": [100000, -0.002]}),
        (b'x,y,path\n1,2,"[1, 2]"\n3,4,"[3, 4]"\n', {"x": [1, 3], "y": [2, 4]}),
        (b"x;y;path\n1;2;[1, 2]\n3;4;[3, 4]\n", {"x": [1, 3], "y": [2, 4]}),
    ],
)
def test_what_published_files_hold(raw, expected):
    """Columns by name; None is a cell that is no number."""
    found = values(read_table(raw))
    assert list(found) == list(expected)
    for name, numbers in expected.items():
        assert found[name] == pytest.approx([np.nan if one is None else one for one in numbers], nan_ok=True)


def test_rows_are_lines_of_the_file():
    text = '# comment\nname,x,y\n\n"two\nlines",1,2\n"# no\n# comment",3,4\n\nlast,5,6\n'
    found = table(text)
    assert found.rows.tolist() == [4, 6, 9]
    assert found.columns["name"].text == ("two\nlines", "# no\n# comment", "last")
    assert found.pair("x", "y").rows.tolist() == [4, 6, 9]
    assert found.pair("x", "y").first_missing is found.pair("x", "y").first_not_numeric is None


def test_ragged_rows_are_dropped_and_counted():
    found = table("Exported on Monday\nx,y\n1,2\n3,4,5\n6\n7,8\n9,10\n")
    assert (found.dropped_ragged, found.first_ragged) == (3, (1, 1))
    assert values(found) == {"x": [1, 7, 9], "y": [2, 8, 10]}
    assert found.rows.tolist() == [3, 6, 7]
    assert table("1,2,3\n1,2\n3,4\n").first_ragged == (1, 3)
    assert table("x,y\n1,2\n3,4\n").first_ragged is None


@pytest.mark.parametrize(
    ("first", "delimiter"),
    [
        ("sep=;", ";"),
        ("SEP=;", ";"),
        ('"sep=;"', ";"),
        ("sep=,", ","),
        ("sep=\t", "\t"),
        ("sep=^", "^"),
        ("sep=:", ":"),
    ],
)
def test_a_first_line_may_announce_the_delimiter(first, delimiter):
    rows = [["x", "y"], ["1", "2.5"], ["2", "3.5"], ["3", "5.0"]]
    found = table("\r\n".join([first, *map(delimiter.join, rows)]))
    assert values(found) == {"x": [1, 2, 3], "y": [2.5, 3.5, 5]}
    assert (found.delimiter, found.rows.tolist(), found.dropped_ragged) == (delimiter, [3, 4, 5], 0)


def test_what_is_announced_may_show_the_decimal_sign():
    assert values(table("sep=;\r\nx;y\r\n1;2,5\r\n2;3,5\r\n3;5,0\r\n")) == {"x": [1, 2, 3], "y": [2.5, 3.5, 5]}


def test_an_announced_delimiter_that_the_file_lacks_is_found_out():
    assert table("sep=;\nx,y\n1,2\n3,4\n").delimiter == ","
    assert list(table("sep=1\nx,y\n1,2\n3,4\n5,6\n").columns) == ["x", "y"]
    with pytest.raises(ValueError, match="empty"):
        table("sep=;")


@pytest.mark.parametrize(
    "text",
    [
        "A,B,C\n1,4,7,\n2,5,8,\n3,6,9,\n",
        "A,B,C,\n1,4,7,\n2,5,8,\n3,6,9,\n",
        "A,B,C,\n1,4,7\n2,5,8\n3,6,9\n",
        "A,B,C,,,\n1,4,7,,,\n2,5,8,,,\n3,6,9,,,\n",
        "A,B,C\n1,4,7,,\n2,5,8, ,\n3,6,9,,\n",
        "A,B,C\n1,4,7\n2,5,8,\n3,6,9,,,\n",
        "A;B;C\n1;4;7;\n2;5;8;\n3;6;9;\n",
        "A\tB\tC\n1\t4\t7\t\n2\t5\t8\t\n3\t6\t9\t\n",
    ],
)
def test_delimiters_at_the_end_of_lines_make_no_column(text):
    found = table(text)
    assert list(found.columns) == ["A", "B", "C"]
    assert values(found) == {"A": [1, 2, 3], "B": [4, 5, 6], "C": [7, 8, 9]}
    assert found.dropped_ragged == 0


def test_an_empty_column_with_a_name_stays():
    assert list(table("x,y\n1,2,\n3,4,\n").columns) == ["x", "y"]
    assert list(table("x,y,note\n1,2,\n3,4,\n").columns) == ["x", "y", "note"]
    assert table("x,y\n1,2\n3,4,5\n6,7,\n8,\n").columns["y"].values == pytest.approx([2, 7, np.nan], nan_ok=True)
    assert table("x,y\n1,\n2,\n3,4\n5,6\n").columns["y"].missing.tolist() == [True, True, False, False]


PREAMBLE = "Format version\tStart\tEnd\tSender\n5\t2022-06-01\t2022-06-30\tCompany\n"


@pytest.mark.parametrize("units", ["", "s\tm\tm\tm/s\n"])
def test_a_table_above_the_header_is_no_data(units):
    found = table(f"{PREAMBLE}x\ty\tz\tw\n{units}1\t2\t3\t4\n2\t4\t6\t8\n3\t7\t9\t1\n")
    assert (list(found.columns), found.has_header, found.dropped_preamble) == (["x", "y", "z", "w"], True, 2)
    assert found.columns["y"].values[-3:].tolist() == [2, 4, 7]
    assert found.rows.tolist()[-3:] == [4 + bool(units), 5 + bool(units), 6 + bool(units)]


def test_whether_the_first_row_is_the_header_can_still_be_said():
    found = table(PREAMBLE + "x\ty\tz\tw\n1\t2\t3\t4\n2\t4\t6\t8\n3\t7\t9\t1\n", header=True)
    assert (next(iter(found.columns)), found.dropped_preamble) == ("Format version", 0)


@pytest.mark.parametrize(
    ("text", "names", "rows"),
    [
        ("time,speed\ns,m/s\n1,2.5\n2,3.5\n", ["time", "speed"], 3),
        ("x,y\n1,2\nunknown,unsure\n3,4\n5,6\n", ["x", "y"], 4),
        ("1,2\nunknown,unsure\n3,4\n5,6\n", ["column 1", "column 2"], 4),
    ],
)
def test_text_among_the_rows_is_no_header(text, names, rows):
    found = table(text)
    assert (list(found.columns), found.row_count, found.dropped_preamble) == (names, rows, 0)


def test_one_column_of_numbers_makes_no_header_of_text_above_it():
    found = table("name,y\nAnn,\nBob,unsure\nCy,5\nDi,7\nEd,8\n")
    assert values(found) == {"y": [pytest.approx(np.nan, nan_ok=True)] * 2 + [5, 7, 8]}
    assert list(found.columns) == ["name", "y"]
    with pytest.raises(
        ValueError, match=r"'y' is not used: 2 of the 4 .* row 2, 'low'.*Column 'name' is not used: 0 of the 4"
    ):
        table("name,city,y\nAnn,,low\nBob,Rome,high\nCy,Bern,5\nDi,Oslo,7\n")


def test_lines_above_the_header_may_have_another_width():
    found = table("Format,version,5,final\nx,y\n1,2\n3,4\n5,7\n")
    assert values(found) == {"x": [1, 3, 5], "y": [2, 4, 7]}
    assert (found.dropped_ragged, found.first_ragged) == (1, (1, 4))
    assert list(table("Format,version,final\nx,y\n1,2\n3,4\n5,7\n").columns) == ["x", "y"]
    settings = "".join(",".join(["on"] * width) + "\n" for width in (1, 2, 3, 5, 6, 7))
    long = settings + "t,u,v,w\n1,2,3,4\n2,4,6,8\n3,6,9,1\n"
    assert list(table(long).columns) == ["t", "u", "v", "w"]


def test_only_lines_that_begin_with_the_sign_are_comments():
    found = table("x\ty\tnote\n1\t2\t\n\t#5\t\n#N/A\t3\t\n# end\n4\t5\t\n")
    assert found.columns["y"].values == pytest.approx([2, np.nan, 3, 5], nan_ok=True)
    assert found.columns["y"].text == ("", "#5", "", "")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty"),
        (b" \n\n# only a comment\n", "empty"),
        (b"x,y\n", "no rows below"),
        (
            b"x,y\nb,a\nc,b\n",
            "'x' is not used: 0 of the 2 .* row 2, 'b', which is not a number. Column 'y' is not used",
        ),
        (
            b"x,y\n1,2\n2,ill\n3,ill\n4,9\n",
            "'y' is not used: 2 of the 4 cells that hold .* row 3, 'ill', which is not a n",
        ),
        (b"x,y\n1,2\n2,\n3,\n4,9 kg\n", "more of them than other text. Column 'y' is not used: 1 of the 2 "),
        (b"x,y\n1,2\n2,\n3,\n", "Column 'y' has a number in one cell only"),
        (b",,,\n,,,\n", "No cell holds a number"),
        (b"x,y\n1,2\n", "one row of values only"),
        (b"x\n1,5\n2,5\n3,5\n", "Row 1 is one name, but '1,5' below it could be one number or two"),
        (b"x\n1,234\n2,345\n", "could be one number or two"),
        (b'x\n"1,234"\n"2,345"\n', "decimal sign or separate thousands"),
        (gzip.compress(bytes(1_000_000)), "compressed file: unpack it first"),
        (lzma.compress(b"x,y\n1,2\n"), "compressed file: unpack it first"),
        (b"x,y,z\n1,2\n3,4\n", r"header \(row 1\) has 3 cells, but most rows have 2"),
        (b"1,2\n1\n1,2,3\n1,2,3,4\n1,2,3,4,5\n", "uneven: row 2 has 1 cells, row 1 has 2"),
        (b'x,y\n1,2\n"3,4\n', "Row 3 cannot be read.*quotation marks"),
        (b'x,y\n1,2\n"3"a,4\n', "Row 3 cannot be read.*quotation marks"),
        (b'x\ty\n1\t2\n"3"a\t4\n', "Row 3 cannot be read .'a tab' expected"),
        (b'x,y\n1,2\n"' + b"3" * 200_000 + b'",4\n', "Row 3 cannot be read"),
        (b"1," * 1001 + b"1\n", "1,002 columns; at most 1,000"),
        (b"PK\x03\x04...xl/workbook.xml", "Excel workbook.*save it as CSV"),
        (b"PK\x03\x04...data.csv", "ZIP archive: unpack"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"%PDF-1.7", "PDF"),
        (b"x,y\n1,2\n\x00,4\n", "null characters"),
        ("x,y\n1,2".encode("utf-16-le"), "one row of values only"),
        ("x,y\n1,2\n3,4".encode("utf-16-le")[:-1], "null characters"),
        (b"\xff\xfe\x00", "marked as utf-16 but byte 3"),
        (b"\xef\xbb\xbfx,y\n1,\xff\n", "marked as utf-8-sig but byte"),
    ],
)
def test_a_file_that_cannot_be_used_says_why(raw, message):
    with pytest.raises(ValueError, match=message):
        read_table(raw)


def test_limits():
    text = "x,y\n" + "1,2\n" * 5
    assert table(text, most_rows=5, most_bytes=len(text)).row_count == 5
    with pytest.raises(ValueError, match="more than 4 rows"):
        table(text, most_rows=4)
    with pytest.raises(ValueError, match="24 bytes; at most 23"):
        table(text, most_bytes=23)
    with pytest.raises(ValueError, match="more than 4 rows"):
        table("1,2\n" * 5, most_rows=4)
    preamble = "version,maker\n5,us\n" * 3
    assert table(preamble + text, most_rows=5).row_count == 5
    with pytest.raises(ValueError, match="more than 4 rows"):
        table(preamble + text, most_rows=4)
    with pytest.raises(ValueError, match="more than 4 rows"):
        table(preamble + text * 20, most_rows=4)
    assert len(table(("1," * 999 + "1\n") * 2).columns) == 1000


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        ("x", "x", "'x' is chosen for both"),
        ("x", "z", "no column 'z'. Choose from: 'x', 'y', 'name', 'gaps'"),
        (ROW_NUMBER, "name", "there are 0. The first without is row 2: column 'name' holds 'a'"),
        ("x", "name", "there are 0. The first without is row 2: column 'name' holds 'a'"),
        ("x", "gaps", "there are 1. The first without is row 3: column 'gaps' holds ''"),
    ],
)
def test_columns_that_make_no_points_say_why(x, y, message):
    with pytest.raises(ValueError, match=message):
        table("x,y,name,gaps\n1,2,a,1\n3,4,b,\n5,6,c,\n").pair(x, y)


def test_shown_text_is_short_and_printable():
    assert clean("a\x00\u202e\n b" + "c" * 100) == "a b" + "c" * 77


def test_whether_there_is_a_header_can_be_said():
    text = "city,2019,2020\nOslo,1,2\nRome,3,4\n"
    assert values(table(text)) == {"column 2": [2019, 1, 3], "column 3": [2020, 2, 4]}
    assert values(table(text, header=True)) == {"2019": [1, 3], "2020": [2, 4]}
    pair = table("x,y\n1,2\n3,4\n", header=False).pair("column 1", "column 2")
    assert (pair.rows.tolist(), pair.first_not_numeric) == ([2, 3], (1, "column 1", "x"))


def test_a_large_file_is_read_exactly():
    numbers = np.random.default_rng(0).normal(size=(100_000, 3)).round(4)
    found = table("\n".join(f"{a};{b};{c}".replace(".", ",") for a, b, c in numbers.tolist()))
    assert np.array_equal([column.values for column in found.columns.values()], numbers.T)


@pytest.mark.parametrize(
    "raw",
    [
        *[b"1," + b"9" * 131_000 + b"x\n1,2\n", b"1," + b"1,111" * 26_000 + b"x\n1,2\n", b"1 " * 200_000],
        *[b'"' * 1_000_000, b"1,$" + b"(" * 130_000 + b"\n1,2\n", b"1;" + b"2020-" * 26_000, b"1;$" + b" 1" * 65_000],
    ],
)
def test_hostile_files_take_no_time(raw):
    start = time.process_time()
    with pytest.raises(ValueError, match=r"."):
        read_table(raw)
    assert time.process_time() - start < 5  # hundredths of a second unless something grows quadratically


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.integers(2, 4).flatmap(lambda width: st.lists(st.lists(finite, min_size=width, max_size=width), min_size=1)),
    st.sampled_from(",;\t| "),
    st.sampled_from(".,"),
    st.booleans(),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_what_a_csv_writer_wrote_reads_back(rows, delimiter, decimal, header, encoding):
    width = len(rows[0])
    rows = [[0.5] * width, *rows]  # shows the decimal sign, which 1,234 alone would leave open
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    names = ["a", "b", "c", "d"][:width] if header else [f"column {k}" for k in range(1, width + 1)]
    if header:
        writer.writerow(names)
    writer.writerows([repr(number).replace(".", decimal) for number in row] for row in rows)
    found = read_table(file.getvalue().encode(encoding))
    assert values(found) == {name: [row[k] for row in rows] for k, name in enumerate(names)}
    assert found.delimiter == delimiter
    assert found.pair(names[0], names[1]).rows.tolist() == list(range(1 + header, len(rows) + 1 + header))


cells = st.sampled_from(
    [
        *["1", "-2.5", "1,5", "1,234", "1.234", "1e400", "nan", "-inf", "", "NA", "x", '"', '"a', '"b"', "# c", "\n"],
        *["\r", "\x1a", "\u2028", "\x85", "\ufeff", "é", "  ", "0x1", "1_0", "9" * 400],
    ]
)
lines = st.lists(st.one_of(cells, st.sampled_from(",;\t| ")), max_size=12).map("".join)
almost_tables = st.tuples(st.integers(2, 4), st.sampled_from(",;\t| ")).flatmap(
    lambda shape: st.lists(
        st.lists(st.one_of(cells, *[st.sampled_from(["1", "2.5", "-3e2"])] * 6), min_size=shape[0], max_size=shape[0]),
        min_size=2,
        max_size=8,
    ).map(lambda rows: "\n".join(shape[1].join(row) for row in rows).encode())
)
junk = st.one_of(
    almost_tables,
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(alphabet=',;\t| \n"', max_size=60).map(str.encode),
    st.lists(lines, max_size=12).map(lambda found: "\n".join(found).encode()),
    st.tuples(st.sampled_from([b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"PK\x03\x04"]), st.binary(max_size=60)).map(
        b"".join
    ),
)


@given(junk)
def test_anything_gives_a_sound_table_or_a_message(raw):
    try:
        found = read_table(raw)
    except ValueError as error:
        assert type(error) is ValueError
        assert len(str(error)) > 10
        return
    assert found.numeric
    for name, column in found.columns.items():
        assert 0 < len(name) <= 80
        assert not any(unicodedata.category(character) == "Cc" for character in name)
        assert len(column.text) == len(column.values) == len(column.missing) == found.row_count
        assert not np.isinf(column.values).any()
    for x_name, y_name in permutations(found.numeric[:3], 2):
        try:
            pair = found.pair(x_name, y_name)
        except ValueError as error:
            assert "at least two rows" in str(error)
            continue
        assert np.isfinite(pair.x).all()
        assert np.isfinite(pair.y).all()
        assert len(pair.x) + pair.dropped_missing + pair.dropped_not_numeric == found.row_count
        assert (pair.first_missing is None) == (pair.dropped_missing == 0)
        assert (pair.first_not_numeric is None) == (pair.dropped_not_numeric == 0)
