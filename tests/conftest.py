"""What tests of several layers share."""

import base64
import gc
import runpy
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
import torch

import components.page.frame

torch.set_num_threads(1)  # as app.py has it: the threads of many small jobs wait for one another
ROOT = Path(__file__).parent.parent
PAGES = ("outliers", "curves", "landscape", "classification", "probabilities")


def decoded(value, kept=None):
    """A message as it left Python for the browser, with its arrays back as NumPy's; ``kept`` are those it has."""
    kept = {} if kept is None else kept
    if isinstance(value, Mapping) and ("bdata" in value or "ref" in value):
        if "bdata" in value:
            array = np.frombuffer(base64.b64decode(value["bdata"]), np.dtype(value["dtype"]))
            array = array.reshape(value.get("shape", -1))
            if "ref" in value:
                kept[value["ref"]] = array
            return array
        return kept[value["ref"]]
    if isinstance(value, Mapping):
        return {key: decoded(item, kept) for key, item in value.items()}
    return [decoded(item, kept) for item in value] if isinstance(value, list) else value


class _OpenedError(Exception):
    """Raised in place of opening a page: everything above that line has been declared."""


def _declared(page):
    """What a page declares before it opens: its FIELDS, its PRESETS."""
    names = {}

    def open_page(*_):
        names.update(sys._getframe(1).f_globals)
        raise _OpenedError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(components.page.frame, "open_page", open_page)
        with pytest.raises(_OpenedError):
            runpy.run_path(str(ROOT / "pages" / page / "page.py"))
    return names


DECLARED = {page: _declared(page) for page in PAGES}
FIELDS = {page: DECLARED[page]["FIELDS"] for page in PAGES}
PRESETS = [(page, preset) for page in PAGES for preset in DECLARED[page]["PRESETS"]]


def pytest_collection_finish():
    """What has been collected stays: a page collects garbage after every run, and would look through it all each time."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc):
    """A test that names ``page`` and ``fields``, or ``page`` and ``preset``, runs for each there is."""
    if {"page", "fields"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("page", "fields"), FIELDS.items(), ids=PAGES)
    if {"page", "preset"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("page", "preset"), PRESETS, ids=[f"{page}: {preset.title}" for page, preset in PRESETS])


@pytest.fixture(name="decoded", scope="session")
def decoded_fixture():
    return decoded
