"""A visitor in the same process whom nothing escapes: what is logged, warned of, answered and how long it takes."""

import logging
import math
import re
import threading
import time
import traceback
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from streamlit.components.v2 import manifest_scanner

from components.live import figure as live_figure
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import trajectory
from tests.browser.conftest import ROOT
from tests.conftest import decoded
from tests.pages.conftest import Session

UNREADABLE = re.compile(r"\bnan\b|\bNone\b(?! [a-z])|Traceback|\w(?:Error|Warning)\b|array\(|float64")
FAR = 1e100  # so far out the view of a surface may be too narrow for two different numbers
HEARD = (RuntimeWarning, UserWarning)  # what NumPy, PyTorch and Streamlit say of what they were given
UNDRAWN = "These settings cannot be drawn"


class Visitor(Session):
    """One visitor of a page, whose view and model are within reach of the search."""

    now: "Visitor"

    def __init__(self, page: str) -> None:
        super().__init__(ROOT, decoded)
        self.page = page
        self.thread = ThreadPoolExecutor(1)
        self.opening: Any = None
        self.seconds = 0.0
        self.running = 0.0

    def run(self) -> "Visitor":
        """A script run."""
        Visitor.now = self
        began = time.process_time()
        super().run()
        self.running = max(self.running, time.process_time() - began)
        self.opening = self.opening or self.channel.shown
        return self

    def met(self, view: Any, compute: Any) -> None:
        """What the page gives its live figure."""
        self.view = view
        names = {"model": compute.__self__} if hasattr(compute, "__self__") else compute.__globals__
        self.model = next(thing for thing in names.values() if hasattr(thing, "view") and thing.view is view)

    def begin(self) -> None:
        """As a page that has just been opened, whatever was tried before."""
        self.view.visit({})
        self.view.restrict()
        if hasattr(self.model, "upload"):
            self.model.upload = None
        self.channel.seq = self.seq = 0
        self.channel.shown = self.opening

    def leave(self) -> "Visitor":
        """Go elsewhere, so that the address decides on coming back."""
        self.at.session_state["page"] = ""
        return self

    def ask(self, message: Any) -> dict:
        """What the channel answers."""

        def work() -> tuple[bytes, float]:
            began = time.thread_time()
            answer = self.channel.reply(message)
            return answer, time.thread_time() - began

        answer, took = self.thread.submit(work).result()
        self.seconds = max(self.seconds, took)
        self.see(answer.decode())
        self.look()
        return self.data

    def look(self) -> None:
        """See that what is shown may be shown."""
        if found := wrong(self.data):
            raise AssertionError("; ".join(found))

    def shown(self) -> dict:
        """What a script run shows, but for what tells sessions apart."""
        self.run().look()
        told = self.picture
        for control in told["controls"]:
            control["refusal"] = ""
        told["figure"]["layout"].pop("uirevision", None)
        return told


@contextmanager
def visiting() -> Iterator[None]:
    """A stretch in which there may be visitors."""

    def figure(key: str, view: Any, compute: Any, on_input: Any) -> None:
        Visitor.now.met(view, compute)
        real(key, view, compute, on_input)

    trajectory(TEXTBOOK["bowl"](), "sgd", (1.0, 1.0), 1)  # as a server does before anybody comes
    real = live_figure.live_figure
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(logging.StreamHandler, "emit", lambda *_: None)  # it is listened to, not read
        patch.setattr(live_figure, "_component", lambda: Visitor.now.mount)
        patch.setattr(live_figure, "live_figure", figure)
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@contextmanager
def listening() -> Iterator[list[str]]:
    """A stretch in which all that is logged from warnings on, by whomever, and all that Python warns of is noted."""
    said, here = [], threading.get_ident()
    plain = logging.getLogRecordFactory()

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        made = plain(*args, **kwargs)
        # Streamlit's tests run a script in a thread of its own; that this one is none is nobody's fault.
        ours = made.thread != here or not made.name.endswith("script_run_context")
        if made.levelno >= logging.WARNING and ours:
            trace = "".join(traceback.format_exception(*made.exc_info)[-3:]) if made.exc_info else ""
            said.append(f"{made.name}: {made.getMessage()} {trace}".strip())
        return made

    def warned(message: Warning | str, category: type[Warning], file: str, line: int, *_: Any) -> None:
        if issubclass(category, HEARD):
            said.append(f"{category.__name__}: {message} ({file}:{line})")

    logging.setLogRecordFactory(record)
    try:
        with warnings.catch_warnings():
            for category in HEARD:
                warnings.simplefilter("always", category)
            warnings.showwarning = warned
            yield said
    finally:
        logging.setLogRecordFactory(plain)


def wrong(picture: dict) -> list[str]:
    """What no picture may have: text that only programmers read, axes without extent, things of different lengths."""
    found = [f"unreadable: {text[:120]}" for text in texts(picture) if UNREADABLE.search(text)]
    found += [
        f"{name} goes from {low} to {high}"
        for name, axis in picture["figure"]["layout"].items()
        if name.startswith(("xaxis", "yaxis")) and isinstance(axis, dict) and axis.get("range")
        for low, high in [axis["range"]]
        if (low == high and abs(low) < FAR) or not all(end is None or math.isfinite(end) for end in (low, high))
    ]
    carried = {trace["handle"]: len(trace["x"]) for trace in picture["figure"]["data"] if "handle" in trace}
    found += [
        f"{handle['name']} has {len(handle['rows'])} rows for {carried[handle['trace']]} points"
        for handle in picture["handles"]
        if handle["rows"] is not None and len(handle["rows"]) != carried[handle["trace"]]
    ]
    if player := picture["player"]:
        found += [
            f"a track of {len(track['y'])} for {player['length']} steps"
            for track in player["tracks"]
            if len(track["y"]) != player["length"] + 1
        ]
        found += [f"the playhead at {player['at']}"] * (not 0 <= player["at"] <= player["length"])
    return found


def texts(picture: dict) -> Iterator[str]:
    """What stands on screen of a picture."""
    yield from (picture["sentence"], picture["alt"], *picture["notes"])
    yield from (label["text"] for label in picture["labels"])
    for readout in picture["readouts"]:
        yield from (
            readout["caption"],
            *readout["columns"],
            *(cell for row in readout["rows"] for cell in row["cells"]),
        )
    yield from (control["refusal"] for control in picture["controls"])


def differences(one: Any, other: Any, path: str = "") -> list[str]:
    """Where two pictures differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            line
            for name in sorted(one.keys() | other.keys())
            for line in differences(one.get(name), other.get(name), f"{path}.{name}")
        ]
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        return [
            line
            for place, (mine, theirs) in enumerate(zip(one, other, strict=True))
            for line in differences(mine, theirs, f"{path}[{place}]")
        ]
    return [] if one == other else [f"{path}: {str(one)[:70]} is not {str(other)[:70]}"]
