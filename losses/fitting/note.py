"""What a reader must know about a fit, in plain sentences."""

from collections.abc import Sequence

import numpy as np

from losses.fitting.minimise import Minimum
from losses.spec.loss import Loss


def note(minimum: Minimum, loss: Loss, good: np.ndarray, kind: str) -> str:
    """What a reader must know, most important first.

    Parameters
    ----------
    minimum
        What was found.
    loss
        By which.
    good
        Intercepts and slopes ``[k, 2]`` of what is best, and of the corners of all that is as good.
    kind
        "line" or "value".
    """
    sentences = []
    if not minimum.settled:
        sentences.append(f"The search was stopped before it came to rest: a better {kind} is near.")
    if minimum.at_edge:
        domain = loss.inputs["prediction"].resolve(loss.settings())
        sentences.append(
            f"The best {kind} would reach the end of what {loss.name} can predict ({domain.name}); this one stops just short."
        )
    if minimum.starts > 1:
        sentences.append(
            f"Best of {minimum.starts} starts: this loss is not convex, so a better {kind} cannot be ruled out."
        )
    both = " and ".join(_text(each, kind) for each in sorted(good.tolist()[:2]))
    if len(good) > 1 and minimum.starts > 1:
        sentences.append(f"Equally good: {both}.")
    elif len(good) > 2:
        low, high = (f"{slope:.4g}".replace("-", "−") for slope in (good[:, 1].min(), good[:, 1].max()))
        sentences.append(f"{len(good)} lines and all between them are equally good: slopes from {low} to {high}.")
    elif len(good) > 1:
        sentences.append(f"Every {kind} between {both} is equally good.")
    return " ".join(sentences)


def _text(line: Sequence[float], kind: str) -> str:
    text = (
        f"{line[0]:.6g}" if kind == "value" else f"y = {line[0]:.4g} {'−' if line[1] < 0 else '+'} {abs(line[1]):.4g} x"
    )
    return text.replace("-", "−")
