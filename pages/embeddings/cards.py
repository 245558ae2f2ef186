"""What stands below the figure of the page ``embeddings``: formulas, what is often said wrongly, sources, settings as a file."""

from typing import Any

import streamlit as st

from components.cards.files import as_json
from components.cards.formulas import formulas
from components.cards.sources import sources
from components.page.below import Files
from components.page.parameters import settings
from components.text import plain
from losses.descent.optimisers import OPTIMISERS
from losses.metric.classes import FEATURES
from losses.metric.mining import MINING, SOURCES
from losses.metric.pull import EMBEDDING
from losses.metric.training import HIDDEN
from pages.embeddings.model import Embeddings

CORRECTIONS = {
    "pull": (
        (
            "The triplet loss pulls positives together.",
            "It asks for an order: the negative farther than the positive, by a margin. Once that holds it pulls on nothing, "
            "however far apart anchor and positive still are.",
        ),
        (
            "The hardest negatives teach the most.",
            "Under the squared triplet loss the pull on a negative is twice its distance from the anchor: the harder it is, "
            "the weaker it is pushed, down to nothing where it touches.",
        ),
        (
            "InfoNCE and N-pair are different ideas.",
            "Both are the cross-entropy of finding the positive among the negatives: InfoNCE over cosines divided by a "
            "temperature, N-pair over dot products.",
        ),
    ),
    "train": (
        (
            "The loss stands still, so training has converged.",
            "Standing still at exactly the margin is a collapse: all distances are 0, every triplet costs the margin, none pulls.",
        ),
        (
            "A falling loss means better embeddings.",
            "What is mined changes as the map learns, and the loss of mined triplets with it. Look at recall@1 on points that "
            "are not learned from.",
        ),
    ),
}  # fmt: skip


def correction(page: Embeddings) -> None:
    """What is often said of what the view on screen is about, and what is so."""
    said = CORRECTIONS[page.kind]
    st.markdown("\n\n".join(f"**Often said:** “{wrong}” **Right:** {right}" for wrong, right in said))


def chosen(page: Embeddings) -> dict[str, dict]:
    """The loss in the view on screen, with its parameters; in the view of pulls all others after it."""
    first = page.view["trained" if page.kind == "train" else "loss"]
    keys = (first,) if page.kind == "train" else (first, *(key for key in EMBEDDING if key != first))
    return {key: settings(page.view, EMBEDDING[key]) for key in keys}


def rules(page: Embeddings) -> None:
    """The losses with their facts; of a training also the map, what is mined, and how it steps."""
    if page.kind == "train":
        optimiser = OPTIMISERS[page.view["optimiser"]]
        st.markdown(
            f"The map is a perceptron from {FEATURES} features over {HIDDEN} hyperbolic tangents to 2 coordinates. Mined: "
            f"{MINING[page.view['mining']].lower()}; the loss is the mean over what is mined. {optimiser.name}: "
            f"$${optimiser.formula(learning_rate=page.view['rate'])}$$"
        )
    else:
        st.markdown(
            "$a$ is the anchor, $p$ the positive, $n$ a negative, $d$ the Euclidean distance, $\\theta$ an angle to the anchor."
        )
    formulas(chosen(page))


def origins(page: Embeddings) -> None:
    """Where losses, zones and mining come from."""
    sources(chosen(page))
    mining = page.view["mining"] if page.kind == "train" else "semi_hard"
    st.markdown(f"- **{MINING[mining]}:** {plain(SOURCES[mining])}")


def files(page: Embeddings) -> Files:
    """Every setting, to be written at the click."""
    return {"Settings (JSON)": ("losscope-embeddings.json", lambda: as_json(record(page)))}


def record(page: Embeddings) -> dict[str, Any]:
    """Every setting with its value now: enough to compute the numbers again with ``losses.metric`` alone."""
    told: dict[str, Any] = {"page": page.view.page, "link": page.view.address(), "view": page.kind}
    if page.kind == "train":
        plan = {name: getattr(page.plan, name) for name in page.plan.__dataclass_fields__}
        return told | {"plan": plan, "turns": page.view["turns"]}
    return told | {"points": page.points.tolist(), "on the circle": page.view["circle"], "losses": chosen(page)}
