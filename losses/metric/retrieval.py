"""What embeddings are worth: whether the nearest of others is of the same class, and how far apart classes are."""

import numpy as np


def distances(embeddings: np.ndarray) -> np.ndarray:
    """Euclidean distances ``[n, n]`` between embeddings ``[n, d]``, exactly 0 from each to itself."""
    gaps = embeddings[:, None] - embeddings
    return np.sqrt((gaps * gaps).sum(-1))


def recall_at_1(embeddings: np.ndarray, labels: np.ndarray) -> float:
    """The share of embeddings whose nearest other is of the same class (Jégou et al. 2011, recall@1).

    Of several equally near, the first counts. Not a number where there is no other, or an embedding is none.

    Parameters
    ----------
    embeddings
        ``[n, d]``.
    labels
        ``[n]``.

    >>> recall_at_1(np.array([[0.0], [1.0], [5.0], [2.5]]), np.array([0, 0, 1, 1]))
    0.75
    """
    if len(embeddings) < 2 or np.isnan(embeddings).any():
        return np.nan
    apart = distances(embeddings)
    np.fill_diagonal(apart, np.inf)
    return float((labels[apart.argmin(1)] == labels).mean())


def pair_distances(embeddings: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The distances within pairs of one class, and within pairs of two, each pair once: two arrays ``[pairs]``."""
    first, second = np.triu_indices(len(embeddings), 1)
    apart = distances(embeddings)[first, second]
    same = labels[first] == labels[second]
    return apart[same], apart[~same]
