import base64
import io
import json
import pickle
import random
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import torch

from losses.network import interpolate, load, path, plane, save, spectrum
from losses.network.directions import principal
from losses.network.files import Landscape, loads, to_json, to_npz, to_vtk
from losses.network.lines import Line
from losses.network.planes import LARGEST, Plane
from losses.network.reading import MOST_BYTES
from losses.network.weights import flat
from tests.losses.network.models import DTYPE, cross_entropy, perceptron, points

DATA = points()


@pytest.fixture(scope="module")
def kept():
    model = perceptron()
    steps = torch.randn(5, len(flat(model)), generator=torch.Generator().manual_seed(1), dtype=DTYPE).cumsum(0)
    checkpoints = flat(model) + 0.1 * steps
    seen = plane(model, cross_entropy, DATA, principal(checkpoints, model), size=4)
    values = seen.loss.copy()
    values[0, 1:] = [np.nan, np.inf, -np.inf]
    accuracy = lambda other, batch: (other(batch[0]).argmax(1) == batch[1]).double().mean()  # noqa: E731
    return Landscape(
        replace(seen, loss=values),
        path(model, checkpoints, seen, cross_entropy, DATA),
        interpolate(model, checkpoints[0], checkpoints[-1], cross_entropy, DATA, 5, accuracy=accuracy),
        spectrum(model, cross_entropy, DATA, 3, both_ends=True, probes=2, steps=3),
    )


def same(one, other):
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
    return one == other


@pytest.mark.parametrize("ending", ["json", "npz"])
def test_what_is_saved_is_what_is_loaded(kept, ending, tmp_path):
    file = tmp_path / f"kept.{ending}"
    save(file, kept.plane, path=kept.path, line=kept.line, spectrum=kept.spectrum)
    again = load(str(file))
    for name in ("plane", "path", "line", "spectrum"):
        before, after = vars(getattr(kept, name)), vars(getattr(again, name))
        assert all(same(before[key], after[key]) for key in before if key not in ("axes", "seconds", "left")), name
    assert again.plane.axes is None
    assert again.plane.holes == 3


@pytest.mark.parametrize("ending", ["json", "npz"])
def test_a_part_alone_is_enough(kept, ending, tmp_path):
    file = tmp_path / f"kept.{ending}"
    save(file, spectrum=kept.spectrum)
    assert load(file).plane is None
    assert load(file).spectrum.trace == kept.spectrum.trace


def test_a_path_cannot_be_put_on_a_plane_from_a_file(kept):
    seen = loads(to_json(kept)).plane
    with pytest.raises(ValueError, match="from a file, without its directions"):
        path(perceptron(), [flat(perceptron())] * 3, seen, cross_entropy, DATA)


def test_vtk_has_every_place_and_its_holes(kept):
    lines = to_vtk(kept).decode("ascii").splitlines()
    assert lines[0] == "# vtk DataFile Version 3.0"
    assert lines[3:6] == ["DATASET STRUCTURED_GRID", "DIMENSIONS 4 4 1", "POINTS 16 double"]
    places = np.array([line.split() for line in lines[6:22]], dtype=float)
    assert np.allclose(places[:4, 0], kept.plane.x)
    assert np.allclose(places[::4, 1], kept.plane.y)
    whole = np.isfinite(kept.plane.loss)
    assert np.array_equal(places[:, 2].reshape(4, 4)[whole], kept.plane.loss[whole])
    assert lines[-16:] == [str(int(hole)) for hole in ~whole.ravel()]


def edited(kept, **changes):
    document = json.loads(to_json(kept))
    for key, value in changes.items():
        part, _, field = key.partition("__")
        if field:
            document[part][field] = value
        else:
            document[part] = value
    return json.dumps(document).encode()


def zipped(members, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def npy(array, **how):
    stream = io.BytesIO()
    np.save(stream, array, **how)
    return stream.getvalue()


def header(kept):
    with zipfile.ZipFile(io.BytesIO(to_npz(kept))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def twice(kept):
    return zipped({**header(kept), "plane.z.npy": npy(np.ones(3))}).replace(b"plane.z.npy", b"plane.x.npy")


def lying_header(shape):
    stream = io.BytesIO()
    np.lib.format.write_array_header_1_0(stream, {"descr": "<f8", "fortran_order": False, "shape": shape})
    return stream.getvalue() + b"\0" * 64


class Trap:
    sprung = False

    def __reduce__(self):
        return (setattr, (Trap, "sprung", True))


HOSTILE = {
    "nothing": (lambda kept: b"", "no JSON"),
    "noise": (lambda kept: bytes(range(128, 256)), "neither JSON nor NPZ"),
    "a list": (lambda kept: b"[]", "no object"),
    "an empty object": (lambda kept: b"{}", 'its "format" is not'),
    "another version": (lambda kept: edited(kept, version=2), "only 1 is known"),
    "depth": (lambda kept: b"[" * 5000, "nested too deeply"),
    "many lists": (lambda kept: b'{"a":[' + b"[]," * 10_000 + b"[]]}", "more than 8192 lists"),
    "many numbers": (lambda kept: b'{"a":[' + b"1," * 600_000 + b"1]}", "524288 numbers"),
    "much JSON": (lambda kept: b" " * (12 << 20) + to_json(kept), "JSON of more than 12 MB"),
    "many digits": (lambda kept: to_json(kept).replace(b'"seed":null', b'"seed":' + b"1" * 5000), "far too many digits"),
    "true as version": (lambda kept: edited(kept, version=True), "only 1 is known"),
    "a key twice": (lambda kept: to_json(kept).replace(b'"version":1', b'"version":1,"version":1'), "one key twice"),
    "kind as a list": (lambda kept: edited(kept, plane__kind=["random"]), "must be one of random"),
    "seed in halves": (lambda kept: edited(kept, plane__seed=1.0), "whole number"),
    "seed beyond": (lambda kept: edited(kept, plane__seed=1 << 64), "must be from"),
    "x so close": (lambda kept: edited(kept, plane__x=[0, 1e-200, 2e-200, 3e-200]), "apart"),
    "x so far": (lambda kept: edited(kept, plane__x=[-1e99, 0, 1, 1e99]), "apart"),
    "loss beyond": (lambda kept: edited(kept, plane__loss=[[1e300] * 4] * 4), '"plane.loss" has a number that is too large'),
    "centre beyond": (lambda kept: edited(kept, plane__centre=10**400), '"plane.centre" is too large'),
    "a plane's shares": (lambda kept: edited(kept, plane__shares=[0.9, 0.9]), "shares of one whole"),
    "marks of lists": (lambda kept: edited(kept, plane__marks=[["a", [1], [2]]]), "two finite numbers"),
    "shares of nothing": (lambda kept: edited(kept, spectrum__shares=[0] * len(kept.spectrum.nodes)), "sum to 1"),
    "shares beyond": (lambda kept: edited(kept, spectrum__shares=[1e99] * len(kept.spectrum.nodes)), "sum to 1"),
    "errors below 0": (lambda kept: edited(kept, spectrum__errors=[-1, 0, 0]), '"spectrum.errors" must be at least 0'),
    "accuracy of 7": (lambda kept: edited(kept, line__accuracy=[7] * 5), '"line.accuracy" must be from 0 to 1'),
    "negative distance": (lambda kept: edited(kept, line__distance=-1), '"line.distance" must be at least 0'),
    "negative barrier": (lambda kept: edited(kept, line__barrier=-1), '"line.barrier" must be at least 0'),
    "a line elsewhere": (lambda kept: edited(kept, line__t=[2, 3, 4, 5, 6]), "from 0 or less to 1 or more"),
    "off by less than nothing": (lambda kept: edited(kept, path__off=[-1] * 5), '"path.off" must be at least 0'),
    "too large": (lambda kept: b" " * (MOST_BYTES + 1), "larger than 32 MB"),
    "a bare NaN": (lambda kept: edited(kept, plane__centre=float("nan")), "in quotes"),
    "no parts": (lambda kept: edited(kept, plane=None, path=None, line=None, spectrum=None), "holds no"),
    "a part that is a list": (lambda kept: edited(kept, line=[1]), '"line" must be an object'),
    "missing field": (lambda kept: to_json(kept).replace(b'"marks"', b'"signs"'), '"plane.marks" is missing'),
    "x falls": (lambda kept: edited(kept, plane__x=[3, 2, 1, 0]), '"plane.x" must rise'),
    "x is infinite": (lambda kept: edited(kept, plane__x=[0, 1, 2, "inf"]), '"plane.x" has a number that is not finite'),
    "x is a word": (lambda kept: edited(kept, plane__x="0123"), '"plane.x" must be a list'),
    "x holds words": (lambda kept: edited(kept, plane__x=["0", 1, 2, 3]), '"nan", "inf" and "-inf" only'),
    "x holds true": (lambda kept: edited(kept, plane__x=[False, True, 2, 3]), '"nan", "inf" and "-inf" only'),
    "x is long": (lambda kept: edited(kept, plane__x=list(range(3000))), "2 to 2001"),
    "huge number": (lambda kept: edited(kept, plane__x=[0, 1, 2, 10**400]), "too large"),
    "loss of another shape": (lambda kept: edited(kept, plane__loss=[[1, 2], [3, 4]]), r"4 rows \(y\) of 4 numbers"),
    "ragged loss": (lambda kept: edited(kept, plane__loss=[[1], [3, 4]]), "all equally long"),
    "long name": (lambda kept: edited(kept, plane__names=["a" * 1000, "b"]), "1 to 80 characters"),
    "name that hides": (lambda kept: edited(kept, plane__names=["a\u202eb", "b"]), "printable"),
    "kind": (lambda kept: edited(kept, plane__kind="<b>"), "must be one of random"),
    "marks": (lambda kept: edited(kept, plane__marks=[["a", 1]]), "rows of a name, x and y"),
    "marks nowhere": (lambda kept: edited(kept, plane__marks=[["a", "nan", 1]]), "two finite numbers"),
    "path of two lengths": (lambda kept: edited(kept, path__y=[1.0]), '"path.y" has 1 numbers, and 5 belong'),
    "weights": (lambda kept: edited(kept, spectrum__weights=0), "must be from 1 to"),
    "weights in halves": (lambda kept: edited(kept, spectrum__weights=1.5), "whole number"),
    "half a zip": (lambda kept: to_npz(kept)[:500], "no whole NPZ"),
    "a zip of something": (lambda kept: zipped({"a.txt": "hello"}), 'array "a.txt" is no array'),
    "no header": (lambda kept: zipped({"plane.x.npy": npy(np.ones(3))}), 'no "header"'),
    "orphan": (lambda kept: zipped({**header(kept), "other.x.npy": npy(np.ones(3))}), "belongs to no part"),
    "a pickle": (lambda kept: zipped({**header(kept), "plane.x.npy": npy(np.array([Trap()]), allow_pickle=True)}), "never pickled"),
    "a bare pickle": (lambda kept: pickle.dumps(Trap()), "neither JSON nor NPZ|no JSON"),
    "bytes as numbers": (lambda kept: zipped({**header(kept), "plane.loss.npy": npy(np.zeros((2048, 1024), np.uint8))}), "more than 1048576 numbers"),
    "words": (lambda kept: zipped({**header(kept), "plane.x.npy": npy(np.array(["a"]))}), "only plain numbers"),
    "a lying header": (lambda kept: zipped({**header(kept), "plane.x.npy": lying_header((10**9,))}), "not as long as its header"),
    "a negative header": (lambda kept: zipped({**header(kept), "plane.x.npy": lying_header((-4, -2))}), "not as long|rise|no array"),
    "kind as an array": (lambda kept: zipped({**header(kept), "plane.kind.npy": npy(np.zeros(3))}), "must be one of random"),
    "a header that is a bomb": (lambda kept: zipped({"header.npy": npy(np.frombuffer(b"[]," * 100_000, np.uint8))}), "larger than 64 kB"),
    "LZMA": (lambda kept: zipped(header(kept), zipfile.ZIP_LZMA), "packed in another way"),
    "BZIP2": (lambda kept: zipped(header(kept), zipfile.ZIP_BZIP2), "packed in another way"),
    "a name that is no text": (lambda kept: zipped({"ü": "a"}).replace("ü".encode(), b"\xff\xff"), "no whole NPZ"),
    "an array twice": (twice, "two arrays of one name"),
    "a bomb": (lambda kept: zipped({"header.npy": bytes(40 << 20)}), "unpacks to more than 32 MB"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_broken_or_hostile_file_gets_a_clear_message(kept, name):
    make, message = HOSTILE[name]
    with pytest.raises(ValueError, match=message):
        loads(make(kept))
    assert not Trap.sprung


def test_random_damage_is_refused_or_read_and_nothing_else(kept):
    chance = random.Random(0)
    for content in (to_json(kept), to_npz(kept)):
        for _ in range(300):
            damaged = bytearray(content)
            for _ in range(chance.randrange(1, 6)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            try:
                loads(bytes(damaged))
            except ValueError as error:
                assert len(str(error)) < 400


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda kept, folder: save(folder / "a.pkl", kept.plane), "saved as .json, .npz, .vtk"),
        (lambda kept, folder: save(folder / "a.json"), "nothing to save"),
        (lambda kept, folder: save(folder / "a.vtk", line=kept.line), "holds a plane"),
    ],
)
def test_what_cannot_be_saved_is_refused(kept, call, message, tmp_path):
    with pytest.raises(ValueError, match=message):
        call(kept, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_could_not_be_loaded_is_not_saved(kept, tmp_path):
    side = np.linspace(0, 1, 1100)
    with pytest.raises(ValueError, match="places, and at most"):
        save(tmp_path / "large.npz", Plane(side, side, np.zeros((1100, 1100)), ("a", "b"), "random", (0.0, 0.0), 0.0))
    with pytest.raises(ValueError, match="too large"):
        save(tmp_path / "huge.json", replace(kept.plane, centre=1e300))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("ending", ["json", "npz"])
def test_long_names_are_kept_by_their_ends_and_whole_numbers_whole(kept, ending, tmp_path):
    names = ("encoder." * 20 + "weight[0, 1]", "ü" * 80)
    marks = tuple((f"{'ü' * 200}{number}", 0.0, 1.0) for number in range(100))
    save(tmp_path / f"kept.{ending}", replace(kept.plane, names=names, marks=marks, seed=2**63 + 1))
    again = load(tmp_path / f"kept.{ending}").plane
    assert again.seed == 2**63 + 1
    assert again.names[0].endswith("encoder.weight[0, 1]") and len(again.names[0]) == 80
    assert again.names[1] == names[1]
    assert again.marks[99] == (f"…{'ü' * 77}99", 0.0, 1.0)


def test_a_line_of_the_most_places_is_loaded_again(kept, tmp_path):
    t = np.linspace(0, 1, LARGEST)
    save(tmp_path / "line.npz", line=Line(t, t, None, 0.0, None, 1.0))
    assert len(load(tmp_path / "line.npz").line.t) == LARGEST


def test_the_file_is_plain(kept):
    document = json.loads(to_json(kept))
    assert document["plane"]["loss"][0][1:] == ["nan", "inf", "-inf"]
    assert base64.b64encode(to_npz(kept))[:4] == b"UEsD"
