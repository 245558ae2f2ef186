"""Zones around an anchor: what a loss of distances still has against a negative that lies there."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

ZONES = ("hard", "semi-hard", "easy")
OF_PAIRS = ("pushed", "free")
ZONES_OF: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"triplet": ZONES, "squared_triplet": ZONES, "contrastive": OF_PAIRS}
)
"""By loss the zones from the anchor outwards. Other losses have none: they go by angles, products, or scores."""


def zone(near: float, far: float, margin: float, squared: bool = False) -> str:
    """Where a negative lies (Schroff, Kalenichenko and Philbin 2015, section 3.2): one of ``ZONES``.

    Hard is one that is not farther from the anchor than the positive, semi-hard one that is, by less than the
    margin; beyond it is easy. Not a number is in no zone: an empty text.

    Parameters
    ----------
    near, far
        Distances of positive and negative from the anchor.
    margin
        How much farther the negative ought to be, in squared distances with ``squared``.
    squared
        Whether distances are squared.

    >>> [zone(1.0, far, 0.5) for far in (1.0, 1.4, 1.5)]
    ['hard', 'semi-hard', 'easy']
    """
    if np.isnan(near + far + margin):
        return ""
    lead = (far - near) * (far + near) if squared else far - near
    return ZONES[0] if lead <= 0 else ZONES[1] if lead < margin else ZONES[2]


def pair_zone(far: float, margin: float) -> str:
    """Whether a pair that does not match is pushed apart (Hadsell, Chopra and LeCun 2006, section 2.1): of ``OF_PAIRS``.

    One as far apart as the margin is free. One at a single place has no way to be pushed: an empty text, as for not
    a number.

    >>> [pair_zone(far, 0.5) for far in (0.0, 0.4, 0.5)]
    ['', 'pushed', 'free']
    """
    if np.isnan(far + margin) or far == 0:
        return ""
    return OF_PAIRS[0] if far < margin else OF_PAIRS[1]


def radii(near: float, margin: float, squared: bool = False) -> tuple[float, float]:
    """The distances from the anchor at which hard and semi-hard end, as ``zone`` takes its arguments."""
    return near, float(np.hypot(near, np.sqrt(margin))) if squared else near + margin


def zone_ends(key: str, near: float, parameters: Mapping[str, Any]) -> dict[str, float]:
    """The distances from the anchor at which the zones of a loss end, all but the last, which does not.

    Parameters
    ----------
    key
        Of the loss; one without zones has no ends.
    near
        The distance of the positive.
    parameters
        Of the loss, with its ``margin``.

    >>> zone_ends("triplet", 1.0, {"margin": 0.5}), zone_ends("contrastive", 1.0, {"margin": 0.5})
    ({'hard': 1.0, 'semi-hard': 1.5}, {'pushed': 0.5})
    """
    names = ZONES_OF.get(key, ())
    if not names:
        return {}
    margin = parameters["margin"]
    ends = (margin,) if names is OF_PAIRS else radii(near, margin, key == "squared_triplet")
    return dict(zip(names[:-1], ends, strict=True))


def zones(key: str, near: float, others: Sequence[float], parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The zone of each negative at the distances ``others`` from the anchor; an empty text where it is in none.

    Parameters
    ----------
    key, near, parameters
        As ``zone_ends`` takes them.
    others
        Distances of the negatives.

    >>> zones("triplet", 1.0, [1.2, 3.0], {"margin": 0.5}), zones("n_pair", 1.0, [1.2, 3.0], {})
    (('semi-hard', 'easy'), ('', ''))
    """
    names = ZONES_OF.get(key, ())
    if not names:
        return ("",) * len(others)
    margin = parameters["margin"]
    if names is OF_PAIRS:
        return tuple(pair_zone(far, margin) for far in others)
    return tuple(zone(near, far, margin, key == "squared_triplet") for far in others)
