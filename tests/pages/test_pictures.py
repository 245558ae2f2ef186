"""All pictures: no two things in one of them look alike, whatever is chosen, and lengths that people read."""

import math

import pytest

from components.cards.presets import Preset
from losses import LOSSES
from losses.advice.rules import PREDICTED as KINDS
from losses.advice.rules import TROUBLES
from losses.boundary.fit import FITTED
from losses.by_hand.catalogue import BY_HAND
from losses.curves.catalogue import AXES
from losses.descent.optimisers import OPTIMISERS
from losses.game.games import GAMES, SIDES
from losses.metric.mining import MINING
from losses.metric.pull import EMBEDDING
from losses.segmentation.compared import OVERLAP
from pages import PAGES
from pages.overlap.settings import LOSSES as GRADED
from tests.conftest import PRESETS
from tests.presets import LONGEST


def several(keys, most):
    """All of them, as many at once as may be chosen."""
    return [tuple(keys[at : at + most]) for at in range(0, len(keys), most)]


REGRESSION = [key for key, loss in LOSSES.items() if loss.family == "regression"]
CHOSEN = [("outliers", {"losses": losses}) for losses in several(REGRESSION, 5)]
CHOSEN += [("outliers", {"data": "belgian_phones", "losses": ("mae", "quantile", "epsilon_insensitive")})]
CHOSEN += [
    ("curves", {"axis": key, "losses": losses, "curvature": True})
    for key, axis in AXES.items()
    for losses in several(axis.losses, 5)
]
CHOSEN += [("classification", {"losses": losses, "flipped": 0.2}) for losses in several([*FITTED], 4)]
CHOSEN += [("classification", {"losses": ("logistic", "mse", "squared_hinge")})]
CHOSEN += [
    ("landscape", {"surface": surface, "optimisers": optimisers, "steps": 20, "three_d": three_d})
    for surface, three_d in (("line", False), ("bowl", False), ("bowl", True))
    for optimisers in (*several([*OPTIMISERS], 6), ("sgd", "dampened_momentum", "momentum", "lion"))
]
CHOSEN += [("probabilities", {"view": "encoding", "smoothing": 0.1, "temperature": 2.0, "softmax": True})]
CHOSEN += [("probabilities", {"loss": "mse", "target": (0.2, 0.3, 0.5)}), ("probabilities", {"z1": 1e9})]
CHOSEN += [("regularization", {"penalties": ("l1", "l2", "elastic_net"), "correlation": 0.9, "c2": -2.0})]
CHOSEN += [
    ("regularization", {"view": "features", "penalty": penalty, "lambda": strength, "intercept": "penalised"})
    for penalty in ("l1", "l2", "elastic_net")
    for strength in (0.0, 0.3, math.inf)
]
CHOSEN += [("gan", {"game": game}) for game in GAMES]
CHOSEN += [("gan", {"view": "training", "turns": "b" * 4 + "dg", "game": game}) for game in GAMES]
CHOSEN += [("gan", {"view": "training", "turns": "bb", "arrangement": "ring"})]
CHOSEN += [
    ("network", {"view": "landscape", "axes": axes, "three_d": three_d, "steps": 12, "width": 8})
    for axes in ("random", "principal", "leading", "between", "named")
    for three_d in (False, True)
]
CHOSEN += [("gan", {"view": "saturation", "side": side}) for side in SIDES]
CHOSEN += [
    ("embeddings", {"loss": key, "circle": circle, "negatives": 5}) for key in EMBEDDING for circle in (False, True)
]
CHOSEN += [("embeddings", {"view": "train", "turns": 3, "classes": 6, "mining": mining}) for mining in MINING]
CHOSEN += [
    ("network", {"data": data, "steps": 12, "width": 8, "loss": loss, "optimiser": optimiser})
    for data, loss in (("checkerboard", "hinge"), ("sine", "huber"), ("digits", "mse"))
    for optimiser in OPTIMISERS
]
CHOSEN += [("overlap", {"view": "size", "losses": tuple(OVERLAP), "dx": 3})]
CHOSEN += [
    ("overlap", {"view": "grow", "losses": losses, "turns": 2, "starts": "nothing", "confidence": 0.9})
    for losses in several(GRADED, 6)
]
CHOSEN += [
    ("choose", {"view": "questions", "predicted": key, "trouble": trouble})
    for key in KINDS
    for trouble in (TROUBLES if key == "real" else ["none"])
]
CHOSEN += [("implement", {"loss": key}) for key in BY_HAND]
STATES = [(page, preset) for page, preset in PRESETS] + [(page, Preset("", "", values)) for page, values in CHOSEN]


def looks(picture):
    """What every line is, by how it looks: its colour and its dashes, in figure and player."""
    found = {}
    for trace in picture.figure["data"]:
        if trace.get("mode") == "lines" and "color" in trace["line"]:
            thing = trace.get("name") or trace.get("hovertemplate", "one of no name")
            found.setdefault((trace["line"]["color"], trace["line"].get("dash", "solid")), set()).add(thing)
    if player := picture.player:
        names = [row.name for row in player.table.columns]
        for tracks in (player.tracks[: len(names)], player.tracks[len(names) :], player.lines):
            for name, track in zip(names, tracks, strict=bool(tracks)):
                found.setdefault((track.color, str(track.dash)), set()).add(name)
    return found


@pytest.mark.parametrize(
    ("name", "state"), STATES, ids=[f"{page}: {state.title or dict(state.values)}" for page, state in STATES]
)
def test_no_two_lines_of_a_picture_look_alike(name, state):
    picture = PAGES[name].study(**state.values).picture()
    assert {look: things for look, things in looks(picture).items() if len(things) > 1} == {}
    assert 0 < len(picture.sentence) <= LONGEST, f"{len(picture.sentence)}: {picture.sentence}"


@pytest.mark.parametrize("data", ["engel", "belgian_phones", "stars", "line"])
def test_titles_of_axes_fit_beside_their_panels(data):
    for name, values in (("outliers", {"data": data}), ("landscape", {"surface": data, "steps": 5})):
        layout = PAGES[name].study(**values).picture().figure["layout"]
        for axis in [part for key, part in layout.items() if key.startswith(("xaxis", "yaxis"))]:
            low, high = axis.get("domain", (0, 1))
            room = (high - low) * (layout["height"] - 60) if axis in (layout["yaxis"],) else 400
            assert axis["automargin"]
            assert 7 * len(axis["title"]["text"]) <= max(room, 150), axis["title"]["text"]
