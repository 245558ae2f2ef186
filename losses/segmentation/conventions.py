"""In what the libraries differ that all have Dice and the like: one switch each."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor

from losses.segmentation.masks import finite

MOST_SMOOTH = 1e6
SMOOTHINGS: Mapping[str, str] = MappingProxyType(
    {
        "both": "in numerator and denominator",
        "denominator": "in the denominator alone",
        "none": "not at all",
    }
)
"""Where the smoothing term stands."""


@dataclass(frozen=True)
class Conventions:
    """How the losses of overlap are computed where libraries differ.

    Attributes
    ----------
    smooth
        The smoothing term, from 0. By default 1e-5 in MONAI's ``DiceLoss``, which with ``jaccard=True`` counts for half
        of it; 1e-5 in nnU-Net's training; 1e-7 in Keras, which cannot be set. segmentation-models-pytorch has 0, no
        denominator below 1e-7, and no cost at all where the mask is empty.
    smoothing
        A key of ``SMOOTHINGS``. ``both`` as in MONAI and nnU-Net: nothing found where nothing is costs 0.
        ``denominator`` as in Keras: there it costs 1, however right it is. ``none`` is ``both`` with 0: there the index is
        0/0, and costs 0.
    squared
        Whether the denominators of Dice and Jaccard sum squares of the probabilities (Milletari et al. 2016): MONAI's
        ``squared_pred``, off by default.
    pooled
        Whether hits and sizes are summed over all images of a batch before they are divided: ``batch=True`` in MONAI,
        ``batch_dice`` in nnU-Net; Keras with ``axis=None`` and segmentation-models-pytorch always do. Otherwise the
        loss is the mean over the images. The same for one image.
    background
        Whether the background counts as a second object, and the loss is the mean of both: ``include_background`` in
        MONAI, on by default where there are two channels. Off in nnU-Net, Keras and segmentation-models-pytorch (binary).
    keras_weights
        Whether Tversky's alpha weighs false negatives and beta false positives, as in ``keras.losses.tversky`` up to
        3.15.1, which documents the opposite; later versions, and MONAI, have alpha for false positives.

    Raises
    ------
    ValueError
        For a smoothing term out of range, an unknown key, and anything but True or False in a switch.
    """

    smooth: float = 0.0
    smoothing: str = "both"
    squared: bool = False
    pooled: bool = False
    background: bool = False
    keras_weights: bool = False

    def __post_init__(self) -> None:
        finite(self.smooth, "smooth", 0.0, MOST_SMOOTH)
        if self.smoothing not in SMOOTHINGS:
            raise ValueError(f"there is no smoothing {self.smoothing!r}; there are: {', '.join(SMOOTHINGS)}")
        for name in ("squared", "pooled", "background", "keras_weights"):
            if not isinstance(getattr(self, name), bool):
                raise ValueError(f"{name} must be True or False, got {getattr(self, name)!r}")

    @property
    def added(self) -> float:
        """The smoothing term as it is used: 0 where there is to be none."""
        return 0.0 if self.smoothing == "none" else float(self.smooth)

    @property
    def below_alone(self) -> float:
        """The smoothing term where it stands in the denominator alone; 0 where it is above too, or not there."""
        return self.added if self.smoothing == "denominator" else 0.0

    def weights(self, alpha: float, beta: float) -> tuple[float, float]:
        """Of false positives and of false negatives, for Tversky's two weights."""
        return (beta, alpha) if self.keras_weights else (alpha, beta)

    def objects(self, prediction: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
        """What is compared with what, a row of pixels for each comparison.

        Parameters
        ----------
        prediction, target
            Probabilities and masks of several images, ``[b, pixels]``.

        Returns
        -------
        tuple of Tensor
            ``[1 or 2, b, pixels]``, or ``[1 or 2, 1, b · pixels]`` where they are pooled: the object, then the background.
        """
        if self.pooled:
            prediction, target = prediction.reshape(1, -1), target.reshape(1, -1)
        if not self.background:
            return prediction[None], target[None]
        return torch.stack([prediction, 1 - prediction]), torch.stack([target, 1 - target])
