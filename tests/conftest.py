"""What tests of several layers share."""

import asyncio
import base64
import functools
import gc
import importlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import hypothesis
import numpy as np
import pytest
import torch
from streamlit.components.v2 import manifest_scanner

from pages import PAGES

hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")  # no test fails on time
torch.set_num_threads(1)  # as app.py has it: the threads of many small jobs wait for one another


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


def run(coroutine):
    """Its result, in a thread of its own: the browser tests keep an event loop running in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, asyncio.wait_for(coroutine, 300)).result()


SETTINGS = {page: importlib.import_module(f"pages.{page}.settings") for page in PAGES}
FIELDS = {page: module.FIELDS for page, module in SETTINGS.items()}
PRESETS = [(page, preset) for page, module in SETTINGS.items() for preset in module.PRESETS]


def pytest_collection_finish():
    """What has been collected stays: a page collects garbage after every run, and would look through it all each time."""
    gc.collect()
    gc.freeze()


def pytest_generate_tests(metafunc):
    """A test that names ``page`` and ``fields``, or ``page`` and ``preset``, runs for each there is."""
    if {"page", "fields"} <= set(metafunc.fixturenames):
        metafunc.parametrize(("page", "fields"), FIELDS.items(), ids=PAGES)
    own = {mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")}
    if {"page", "preset"} <= set(metafunc.fixturenames) and ("page", "preset") not in own:
        metafunc.parametrize(("page", "preset"), PRESETS, ids=[f"{page}: {preset.title}" for page, preset in PRESETS])


@pytest.fixture(scope="session", autouse=True)
def _installed_components():
    """A new AppTest reads about every package that is installed, nine tenths of its time: here all share one reading."""
    with pytest.MonkeyPatch.context() as patch:
        scan = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(name="decoded", scope="session")
def decoded_fixture():
    return decoded
