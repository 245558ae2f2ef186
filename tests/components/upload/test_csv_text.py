"""The encoding of a file: its marks, UTF-8, UTF-16 without a mark, and what only the letters tell."""

import random
import time

import pytest

from components.upload.csv_table import read_table
from components.upload.csv_text import decode


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("größe,y\n1,2\n3,4".encode(), "utf-8"),
        ("größe,y\n1,2\n3,4".encode("utf-8-sig"), "utf-8-sig"),
        ("größe,y\n1,2\n3,4".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "größe,y\n1,2\n3,4".encode("utf-16-be"), "utf-16"),
        ("größe,y\n1,2\n3,4".encode("cp1252"), "cp1252"),
        ("größe,y\n1,2\n3,4".encode("utf-16-le"), "utf-16-le"),
        ("größe,y\n1,2\n3,4".encode("utf-16-be"), "utf-16-be"),
    ],
)
def test_encodings(raw, encoding):
    found = read_table(raw)
    assert (list(found.columns), found.encoding) == (["größe", "y"], encoding)


def test_bytes_that_windows_1252_lacks_are_latin_1():
    assert read_table(b"\xe9\x81,y\n1,2\n3,4").encoding == "latin-1"


def test_a_mark_does_not_stand_in_a_name():
    assert list(read_table('\ufeff"x","y"\n1,2\n3,4\n'.encode()).columns) == ["x", "y"]


WESTERN = (
    *(
        "größe höhe fläche GRÖSSE ÜBERSICHT",
        "âge durée température ÉLÈVE cœur naïf",
        "año tamaño presión niño ¿cuántos?",
    ),
    *("ação média informações", "ålder längd övrigt", "størrelse høyde ØRE", "ikä määrä väestö", "hæð þjóð", "één"),
    *("°C m² µm ± ½ 5€ £5 “x” a–b …", "café", "±", "€", "T(°C) m³ µm ½"),
    *("âge élève forêt pâté", "año tamaño niño español", "AÇÃO PREÇO ÁREA"),  # chardet takes these for others
)


@pytest.mark.parametrize("words", WESTERN)
@pytest.mark.parametrize("rows", [3, 300])
def test_western_names_are_read_however_short(words, rows):
    for names in (words, *words.split()):
        head = ";".join([*names.split(), "y", "z"])
        text = head + "\r\n" + ("1,5;" * (head.count(";")) + "2\r\n") * rows
        assert decode(text.encode("cp1252")) == (text, "cp1252")


@pytest.mark.parametrize(
    ("names", "encoding"),
    [
        ("возраст;доход;город", "cp1251"),
        ("возраст;доход;город", "koi8-r"),
        ("ηλικία;ύψος;πόλη", "cp1253"),
        ("גובה;משקל;מהירות", "cp1255"),
        ("الطول;العرض;السرعة", "cp1256"),
        ("ความยาว;น้ำหนัก;อายุ", "cp874"),
        ("年齢;身長;データ", "cp932"),
        ("年龄;身高;温度", "gb18030"),
        ("나이;무게;속도", "cp949"),
    ],
)
@pytest.mark.parametrize("rows", [3, 300])
def test_names_in_other_scripts_are_read(names, encoding, rows):
    text = names + "\r\n" + "".join(f"{k};{k / 2};{k * k}\r\n".replace(".", ",") for k in range(rows))
    found = read_table(text.encode(encoding))
    assert list(found.columns) == names.split(";")
    assert found.columns[names.split(";")[1]].values.tolist() == [k / 2 for k in range(rows)]


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("names", ["x;y", "größe;y", "возраст;доход", "年龄;身高"])
@pytest.mark.parametrize("rows", [2, 100])
def test_utf_16_is_known_without_a_mark(names, encoding, rows):
    text = names + "\r\n" + "".join(f"{k},5;{k}\r\n" for k in range(rows))
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize("raw", [b"x,y\n1,2\n\x00,4\n", b"x,y\n1,2\n\x00,44\n", bytes(1000), bytes(range(256)) * 8])
def test_zeros_alone_are_no_utf_16(raw):
    with pytest.raises(ValueError, match="null characters"):
        decode(raw)


@pytest.mark.parametrize(
    "raw",
    [
        random.Random(0).randbytes(5_000_000).replace(b"\0", b"1"),
        random.Random(0).randbytes(5_000_000).translate(bytes(range(128, 256)) * 2),
        b"\xff" * 5_000_000,
        b"1,2\n" * 1_000_000 + b"\xe4\xf6\xfc\xdf" * 250_000,
        b"\xe4\xf6\xfc\xdf," * 1_000_000,
        b"\xe4\xf6\xfc\xdf\n" * 1_000_000,
    ],
)
def test_no_file_takes_long(raw):
    start = time.process_time()
    text, _ = decode(raw)
    assert time.process_time() - start < 4
    assert text
