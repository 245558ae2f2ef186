"""Data of known character to be advised on: published ones, and two that are drawn with a seed."""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np

from losses.data.datasets import DATASETS, Dataset
from losses.data.many_features import FeatureTable, prostate
from losses.data.points import generator

PUBLISHED = ("belgian_phones", "stars", "engel", "anscombe")


@cache
def heavy_tails(n: int = 100, seed: int = 0) -> Dataset:
    """Points about y = 1 + 2x with noise of Student's t distribution with 2 degrees of freedom."""
    x = np.linspace(0.0, 10.0, n)
    return Dataset(
        key="heavy",
        title="Heavy tails",
        x=x,
        y=1 + 2 * x + generator(seed).standard_t(2, n),
        x_label="x",
        y_label="y",
        source=f"Drawn by a seeded generator: y = 1 + 2x and noise of Student’s t with 2 degrees of freedom, {n} rows",
        note="Nothing is wrong, but a few errors are large.",
        scale=1.0,
    )


@cache
def rare_labels(n: int = 1000, seed: int = 0) -> FeatureTable:
    """Two features and a label that is 1 in a few rows of a hundred, by a logistic model."""
    random = generator(seed)
    features = random.standard_normal((n, 2))
    chance = 1 / (1 + np.exp(4.6 - features @ [1.5, 1.0]))
    return FeatureTable(
        names=("x₁", "x₂"),
        features=features,
        target=(random.random(n) < chance).astype(float),
        train=np.ones(n, dtype=bool),
        target_name="label",
        title="Rare positives",
        source=f"Drawn by a seeded generator: a logistic model of two Gaussian features, {n:,} rows",
    )


ONE: Mapping[str, Callable[[], Dataset]] = MappingProxyType(
    {key: lambda key=key: DATASETS[key] for key in PUBLISHED}
    | {"generated": lambda: DATASETS["generated"], "heavy": heavy_tails}
)
"""Data of one feature."""
MANY: Mapping[str, Callable[[], FeatureTable]] = MappingProxyType({"prostate": prostate, "rare": rare_labels})
"""Data of several."""
