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


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
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
    "depth": (lambda kept: b"[" * 100_000, "nested too deeply"),
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
    "marks nowhere": (lambda kept: edited(kept, plane__marks=[["a", "nan", 1]]), "not finite"),
    "path of two lengths": (lambda kept: edited(kept, path__y=[1.0]), '"path.y" has 1 numbers, and 5 belong'),
    "weights": (lambda kept: edited(kept, spectrum__weights=0), "at least 1"),
    "weights in halves": (lambda kept: edited(kept, spectrum__weights=1.5), "whole number"),
    "half a zip": (lambda kept: to_npz(kept)[:500], "no whole NPZ"),
    "a zip of something": (lambda kept: zipped({"a.txt": "hello"}), 'array "a.txt" is no array'),
    "no header": (lambda kept: zipped({"plane.x.npy": npy(np.ones(3))}), 'no "header"'),
    "orphan": (lambda kept: zipped({**header(kept), "other.x.npy": npy(np.ones(3))}), "belongs to no part"),
    "a pickle": (lambda kept: zipped({**header(kept), "plane.x.npy": npy(np.array([Trap()]), allow_pickle=True)}), "never pickled"),
    "a bare pickle": (lambda kept: pickle.dumps(Trap()), "neither JSON nor NPZ|no JSON"),
    "words": (lambda kept: zipped({**header(kept), "plane.x.npy": npy(np.array(["a"]))}), "only plain numbers"),
    "a lying header": (lambda kept: zipped({**header(kept), "plane.x.npy": lying_header((10**9,))}), "not as long as its header"),
    "a negative header": (lambda kept: zipped({**header(kept), "plane.x.npy": lying_header((-4, -2))}), "not as long|rise|no array"),
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


def test_the_file_is_plain(kept):
    document = json.loads(to_json(kept))
    assert document["plane"]["loss"][0][1:] == ["nan", "inf", "-inf"]
    assert base64.b64encode(to_npz(kept))[:4] == b"UEsD"
