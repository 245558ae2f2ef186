"""What of the page ``landscape`` can be taken along: every step, every setting, and the view as it plays."""

from typing import Any

import numpy as np
import torch

from components.cards.files import as_json
from components.live.standalone import standalone
from components.page.below import Files
from losses import LOSSES
from pages.landscape.model import Landscape
from pages.landscape.view import table


def files(land: Landscape) -> Files:
    """Every setting, to be written at the click."""
    return {"Settings (JSON)": ("losscope-landscape.json", lambda: as_json(record(land)))}


def animation(land: Landscape) -> str:
    """What is on screen as an HTML file, with all steps."""
    land.prepare()
    loss = f"{LOSSES[land.view['loss']].name}: " if land.data else ""
    return standalone(land.picture(), f"{loss}{land.surface.title}")


def steps(land: Landscape) -> dict[str, np.ndarray]:
    """Every step of every path, by column, whether all were on screen or not."""
    land.prepare()
    return table(land.surface, land.paths())


def record(land: Landscape) -> dict[str, Any]:
    """Every setting with its value now, the defaults too: enough to compute the paths again with ``losses`` alone.

    On data the surface is ``problem`` of the points and the loss, else the textbook's of that key; times ``factor``.
    """
    view = land.view
    if land.data:
        points = land.edited
        shape = {
            "title": points.title,
            "points": {"x": points.x.tolist(), "y": points.y.tolist()},
            "loss": {"key": view["loss"], "parameters": land.shape_settings},
        }
    else:
        shape = {"title": land.surface.title, "parameters": land.shape_settings}
    return {
        "page": view.page,
        "link": view.address(),
        "surface": {"key": view["surface"], **shape, "factor": view["factor"]},
        "optimisers": [{"key": run.optimiser, "parameters": run.parameters} for run in land.runs()],
        "start": land.start,
        "steps": view["steps"],
        "schedule": view["schedule"],
        "batch_size": land.batch,
        "noise": view["noise"],
        "seed": view["seed"],
        "versions": {"torch": torch.__version__, "numpy": np.__version__},
    }
