"""Files that are almost what they should be: small sound ones with something done to them."""

import io
from random import Random

from components.upload.uploader import Upload, Uploader

SOUND = (
    b"x,y\n1,2\n2,4\n3,5\n4,9\n5,10\n6,40\n",
    b"x;y\r\n1,5;2,25\r\n2,5;4,75\r\n3,5;5,5\r\n4,5;9,25\r\n5,5;-3,5\r\n",
    b'height,weight,"kind of"\n1.5,60,a\n1.6,70,b\n1.7,65,a\n1.8,90,b\n1.9,80,b\n1.75,71,a\n',
    b"x1\tx2\tlabel\n0.1\t0.9\t1\n0.4\t0.2\t0\n0.8\t0.5\t1\n0.3\t0.3\t0\n0.9\t0.1\t1\n",
    b"date,price\n2020-12-31,$1.50\n2021-01-01,$2.25\n2021-01-02,$1.75\n2021-01-05,$9.00\n",
    b"31/12/2020;1.234,5;yes\n01/01/2021;2.345,6;no\n02/01/2021;-3.456,7;no\n03/01/2021;0,5;yes\n",
    b"size\n1\n2\n4\n8\n100\n",
    b"Report\nof 2020\nx y z\n1 2 0\n2 4 1\n3 6 0\n4 8 1\n",
    "größe;preis;über\n1;2;ja\n2;4;nein\n3;9;ja\n4;−1;nein\n".encode(),
    "x,y\n1,2\n2,4\n3,5\n".encode("utf-16"),
)
CELLS = (
    *("", "nan", "inf", "-999", "1e308", "-1e308", "1e400", "1e151", "5e-324", "1e-320", "0", "-0", "9" * 400, "1e+05"),
    *(
        "1,234",
        "1.234.567,8",
        "1 234",
        "1'000",
        "−3",
        "$5",
        "5%",
        "12.5 kg",
        "0x1F",
        "TRUE",
        "#DIV/0!",
        "1e",
        ".",
        "--",
    ),
    *(
        "=cmd|' /C calc'!A0",
        "<img src=x onerror=alert(1)>",
        "**b** :material/home: http://a.b x@y.z",
        "$$x$$",
        "[1, 2]",
    ),
    *(
        "2020-02-30",
        "0000-01-01",
        "9999-12-31",
        "13/13/2020",
        "31 Dec 2020 25:00",
        "2020-12-31T10:00:00+14:00",
        "1/2/2020",
    ),
    *(
        '"',
        '"a',
        'a"b',
        "\\",
        "x" * 3000,
        "\u202e1",
        "\u200b2",
        "\xa0",
        "３",
        "²",
        "١",
        "😀",
        "\x0b",
        "\x1f",
        "\x85",
        "\u2028",
    ),
)
BYTES = (
    b"\0",
    b'"',
    b"\n",
    b"\r",
    b",",
    b";",
    b"\t",
    b"|",
    b"\xff",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"#",
    b" ",
    b"\x80",
    b"sep=;\n",
)
ENCODINGS = (
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "utf-32",
    "cp1252",
    "latin-1",
    "shift_jis",
    "cp037",
    "utf-7",
)
HEADERS = (None, None, None, True, False)


def file(rng: Random) -> tuple[bytes, bool | None]:
    """The bytes of a file, and what its first row is said to be."""
    raw = rng.choice(SOUND)
    for _ in range(rng.randint(1, 4)):
        raw = rng.choice((_cells, _cells, _cells, _rows, _columns, _bytes, _encoded, _grown))(raw, rng)
    return raw, rng.choice(HEADERS)


def _lines(raw: bytes) -> tuple[list[list[str]], str]:
    text = raw.decode("utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    sign = next((sign for sign in "\t;,| " if sign in text), ",")
    return [line.split(sign) for line in text.splitlines() or [""]], sign


def _written(lines: list[list[str]], sign: str, end: str = "\n") -> bytes:
    return "".join(sign.join(cells) + end for cells in lines).encode("utf-8", "replace")


def _cells(raw: bytes, rng: Random) -> bytes:
    lines, sign = _lines(raw)
    for _ in range(rng.choice((1, 1, 3, 30))):
        cells = rng.choice(lines)
        cells[rng.randrange(len(cells))] = rng.choice(CELLS)
    return _written(lines, sign)


def _rows(raw: bytes, rng: Random) -> bytes:
    """Fewer rows, others twice, in another order, uneven ones, all alike."""
    lines, sign = _lines(raw)
    match rng.randrange(6):
        case 0:
            lines = lines[: rng.randint(1, 3)]
        case 1:
            lines = lines[:1] + [lines[-1]] * rng.choice((2, 100))
        case 2:
            rng.shuffle(lines)
        case 3:
            rng.choice(lines).extend([rng.choice(CELLS)] * rng.choice((1, 3, 40)))
        case 4:
            lines = [*lines, [], *lines, rng.choice(lines)[:1]]
        case 5:
            lines = lines[1:] or lines
    return _written(lines, sign, rng.choice(("\n", "\r\n", "\r", "\n\n")))


def _columns(raw: bytes, rng: Random) -> bytes:
    """One column, many columns, one of a kind, another delimiter."""
    lines, sign = _lines(raw)
    match rng.randrange(4):
        case 0:
            lines = [cells[:1] for cells in lines]
        case 1:
            lines = [cells * rng.choice((2, 400)) for cells in lines]
        case 2:
            lines = [[*cells, rng.choice(CELLS)] for cells in lines]
        case 3:
            sign = rng.choice("\t;,| :")
    return _written(lines, sign)


def _bytes(raw: bytes, rng: Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(rng.randint(1, 5)):
        spot = rng.randrange(len(changed) + 1)
        changed[spot : spot + rng.choice((0, 0, 1, 4))] = rng.choice(BYTES)
    return bytes(changed)


def _encoded(raw: bytes, rng: Random) -> bytes:
    lines, sign = _lines(raw)
    return _written(lines, sign).decode().encode(rng.choice(ENCODINGS), "replace")


def _grown(raw: bytes, rng: Random) -> bytes:
    """As long as thousands of rows, sometimes as long as allowed or longer."""
    head, _, rest = raw.partition(b"\n")
    if not rest or b"\0" in raw[:60]:
        return raw[: len(raw) // 2]
    count = rng.choice((20, 20, 20, 20, 3_000)) if rng.random() < 0.98 else rng.choice((100_001, 5_000_001))
    text = io.BytesIO(rest * (count // max(1, rest.count(b"\n")) + 1)).read(min(5_000_001, count * 12))
    return head + b"\n" + text


def uploaded(use: Uploader, raw: bytes, header: bool | None) -> Upload:
    """What an uploader keeps of a file; ``ValueError`` says why it keeps nothing."""
    upload = use._read(f"hostile {hash((raw, header))}", "<b>*mine*</b>.csv", raw, header)
    use.as_data(upload)
    return upload
