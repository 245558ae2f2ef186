"""Losses that fit, and how outputs meet them, against PyTorch's own."""

import pytest
import torch
from torch.nn import functional

from losses.network.architecture import Architecture
from losses.network.fitting import Fit, fitting_losses
from losses.registry import LOSSES

LABELS = torch.tensor([0.0, 1.0, 1.0, 0.0, 1.0], dtype=torch.float64)
LOGITS = torch.tensor([[0.2, -1.0], [3.0, 0.5], [-2.0, 1.0], [0.1, 0.0], [0.0, 4.0]], dtype=torch.float64)


@pytest.mark.parametrize("classes", [0, 2, 10])
def test_every_fitting_loss_accepts_what_it_is_given_and_has_a_slope(classes):
    labels = torch.arange(20, dtype=torch.float64) % max(classes, 1)
    for key in fitting_losses(classes):
        fit = Fit(key, classes)
        outputs = torch.linspace(-2, 1.7, 20 * fit.outputs, dtype=torch.float64).view(20, -1).requires_grad_()
        found = fit.of(outputs, fit.target(labels))
        prediction = outputs[:, 0] if fit.outputs == 1 else outputs
        assert found.item() == pytest.approx(LOSSES[key](prediction, fit.target(labels), **fit.settings).mean().item())
        assert torch.autograd.grad(found, outputs)[0].any(), key


def test_which_losses_fit():
    assert {"hinge", "focal", "categorical_cross_entropy", "mse", "categorical_hinge"} <= {*fitting_losses(2)}
    assert not {"zero_one", "poisson", "msle", "dice", "kl_divergence", "triplet"} & {*fitting_losses(2)}
    assert "hinge" not in fitting_losses(3) and "mse" in fitting_losses(3)
    assert all(LOSSES[key].family == "regression" for key in fitting_losses(0))


@pytest.mark.parametrize(
    ("key", "settings", "expected"),
    [
        ("categorical_cross_entropy", {}, lambda: functional.cross_entropy(LOGITS, LABELS.long())),
        ("sparse_categorical_cross_entropy", {}, lambda: functional.cross_entropy(LOGITS, LABELS.long())),
        (
            "categorical_cross_entropy",
            {"label_smoothing": 0.1},
            lambda: functional.cross_entropy(LOGITS, LABELS.long(), label_smoothing=0.1),
        ),
        ("mse", {}, lambda: functional.mse_loss(LOGITS, functional.one_hot(LABELS.long(), 2).double())),
        ("binary_cross_entropy", {}, lambda: functional.binary_cross_entropy_with_logits(LOGITS[:, 0], LABELS)),
        ("logistic", {}, lambda: functional.soft_margin_loss(LOGITS[:, 0], 2 * LABELS - 1)),
    ],
)
def test_the_mean_is_pytorchs(key, settings, expected):
    fit = Fit(key, 2, settings)
    found = fit.of(LOGITS[:, : fit.outputs], fit.target(LABELS)).item()
    assert found == pytest.approx(expected().item(), rel=1e-12)


def test_a_model_and_a_batch():
    fit = Fit("categorical_cross_entropy", 2)
    model = Architecture(width=3).build(dtype=torch.float64)
    features = torch.randn(5, 2, dtype=torch.float64)
    assert fit(model, (features, fit.target(LABELS))) == fit.of(model(features), fit.target(LABELS))


def test_decisions_and_accuracy():
    fit, single = Fit("categorical_cross_entropy", 2), Fit("hinge", 2)
    assert fit.decisions(LOGITS).tolist() == [0, 0, 1, 0, 1]
    assert fit.accuracy(LOGITS, LABELS) == 0.8
    assert single.decisions(LOGITS[:, 1:]).tolist() == [0, 1, 1, 0, 1]
    assert ((fit.lead(LOGITS) > 0).long() == fit.decisions(LOGITS)).all()
    assert torch.equal(single.lead(LOGITS), LOGITS[:, 0])
    lost = LOGITS.clone()
    lost[0] = torch.nan
    assert fit.accuracy(lost, LABELS) == pytest.approx(0.6), "what is no number is right about nothing"
    assert Fit("mse", 0).accuracy(LOGITS[:, :1], LABELS) != Fit("mse", 0).accuracy(LOGITS[:, :1], LABELS)


def test_what_does_not_fit_is_refused():
    for key, classes in (("hinge", 3), ("hinge", 0), ("zero_one", 2), ("nothing", 2)):
        with pytest.raises(ValueError, match="does not fit"):
            Fit(key, classes)
    with pytest.raises(ValueError, match="delta"):
        Fit("huber", 0, {"delta": -1.0})
    for beyond in (1e-300, 1e300):
        with pytest.raises(ValueError, match="beyond the numbers that a network is trained in, 1e-38 to 3e"):
            Fit("huber", 0, {"delta": beyond})
