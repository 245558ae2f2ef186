"""Styles: as they were for what was there, told apart without colour, and nothing restyled by what is added."""

from dataclasses import replace

import numpy as np
import pytest

from components.plot.theme import DASHES, MORE, OPTIMISER_STYLES, PALETTE, STYLES, SYMBOLS, Style, style, styles
from losses import LOSSES
from losses.boundary.fit import FITTED
from losses.curves.catalogue import AXES
from losses.descent.optimisers import OPTIMISERS

# What learners know these losses by: a link, a slide or a picture shows it.
KNOWN = {
    "mse": ("#0072B2", "solid", "circle"),
    "mae": ("#D55E00", "dash", "square"),
    "huber": ("#009E73", "dashdot", "triangle-up"),
    "smooth_l1": ("#A8467F", "dot", "diamond"),
    "log_cosh": ("#8A6D00", "longdash", "cross"),
    "quantile": ("#00838F", "longdashdot", "x"),
    "epsilon_insensitive": ("#6B62D9", "solid", "triangle-down"),
    "tukey": ("#C2298F", "dash", "circle"),
    "cauchy": ("#0072B2", "dashdot", "square"),
    "welsch": ("#D55E00", "dot", "triangle-up"),
    "geman_mcclure": ("#009E73", "longdash", "diamond"),
    "general_robust": ("#A8467F", "longdashdot", "cross"),
    "poisson": ("#8A6D00", "solid", "x"),
    "msle": ("#00838F", "dash", "triangle-down"),
    "zero_one": ("#6B62D9", "solid", "circle"),
    "hinge": ("#C2298F", "dash", "square"),
    "squared_hinge": ("#4E8A1F", "dashdot", "triangle-up"),
    "logistic": ("#D55E00", "dot", "diamond"),
    "modified_huber": ("#2E86DE", "longdash", "cross"),
    "exponential": ("#9C5A2C", "longdashdot", "x"),
    "perceptron": ("#8A6D00", "solid", "triangle-down"),
    "ramp": ("#00838F", "dash", "circle"),
    "binary_cross_entropy": ("#009E73", "solid", "circle"),
    "focal": ("#A8467F", "dash", "square"),
    "categorical_cross_entropy": ("#0072B2", "solid", "circle"),
    "sparse_categorical_cross_entropy": ("#D55E00", "dash", "square"),
    "categorical_focal": ("#009E73", "dashdot", "triangle-up"),
    "categorical_hinge": ("#A8467F", "dot", "diamond"),
    "kl_divergence": ("#0072B2", "solid", "circle"),
    "reverse_kl": ("#D55E00", "dash", "square"),
    "jensen_shannon": ("#009E73", "dashdot", "triangle-up"),
    "gan_discriminator": ("#0072B2", "solid", "circle"),
    "gan_generator_minimax": ("#D55E00", "dash", "square"),
    "gan_generator_non_saturating": ("#009E73", "dashdot", "triangle-up"),
    "least_squares_gan_discriminator": ("#A8467F", "dot", "diamond"),
    "least_squares_gan_generator": ("#8A6D00", "longdash", "cross"),
    "wasserstein_critic": ("#00838F", "longdashdot", "x"),
    "wasserstein_generator": ("#6B62D9", "solid", "triangle-down"),
    "hinge_gan_discriminator": ("#C2298F", "dash", "circle"),
    "hinge_gan_generator": ("#0072B2", "dashdot", "square"),
    "dice": ("#0072B2", "solid", "circle"),
    "jaccard": ("#D55E00", "dash", "square"),
    "tversky": ("#009E73", "dashdot", "triangle-up"),
    "focal_tversky": ("#A8467F", "dot", "diamond"),
    "contrastive": ("#0072B2", "solid", "circle"),
    "triplet": ("#D55E00", "dash", "square"),
    "margin_ranking": ("#009E73", "dashdot", "triangle-up"),
    "cosine_embedding": ("#A8467F", "dot", "diamond"),
    "l1": ("#0072B2", "solid", "circle"),
    "l2": ("#D55E00", "dash", "square"),
    "elastic_net": ("#009E73", "dashdot", "triangle-up"),
}
KNOWN_OPTIMISERS = {
    "sgd": ("#0072B2", "solid", "circle"),
    "momentum": ("#009E73", "dash", "square"),
    "nesterov": ("#00838F", "dashdot", "triangle-up"),
    "adagrad": ("#A8467F", "dot", "diamond"),
    "rmsprop": ("#8A6D00", "longdash", "cross"),
    "adam": ("#D55E00", "longdashdot", "x"),
    "adamw": ("#C2298F", "solid", "triangle-down"),
    "lbfgs": ("#6B62D9", "dash", "circle"),
}


BY_LINES = {"boundaries", "Regression: prediction of a positive target"}  # of several families, drawn as lines only


def luminance(color):
    shares = np.array([int(color[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)
    return linear @ (0.2126, 0.7152, 0.0722)


@pytest.mark.parametrize("background", ["#FFFFFF", "#F0F2F6", "#0E1117"])
@pytest.mark.parametrize("color", (*PALETTE, *MORE))
def test_colours_stand_out_from_every_background(color, background):
    dark, light = sorted((luminance(color), luminance(background)))
    assert (light + 0.05) / (dark + 0.05) >= 3


@pytest.mark.parametrize(("known", "drawn"), [(KNOWN, STYLES), (KNOWN_OPTIMISERS, OPTIMISER_STYLES)])
def test_what_was_there_keeps_its_style(known, drawn):
    assert {key: drawn[key] for key in known} == {key: Style(*parts) for key, parts in known.items()}


GROUPS = {family: {} for family in dict.fromkeys(loss.family for loss in LOSSES.values())}
for key, loss in LOSSES.items():
    GROUPS[loss.family][key] = STYLES[key]
GROUPS["optimisers"] = OPTIMISER_STYLES
GROUPS["boundaries"] = {key: STYLES[key] for key in ("zero_one", *FITTED)}
GROUPS |= {axis.title: {key: STYLES[key] for key in axis.losses} for axis in AXES.values()}


@pytest.mark.parametrize("group", GROUPS)
def test_what_stands_together_is_told_apart_with_and_without_colour(group):
    drawn = GROUPS[group].values()
    assert len({(one.color, one.dash) for one in drawn}) == len(drawn)
    if group not in BY_LINES:
        assert len({(one.dash, one.symbol) for one in drawn}) == len(drawn)


@pytest.mark.parametrize("group", ["optimisers", "boundaries"])
def test_what_is_chosen_together_has_a_colour_of_its_own(group):
    drawn = GROUPS[group].values()
    assert len({one.color for one in drawn}) == len(drawn)


def test_every_loss_and_optimiser_has_a_style():
    assert set(STYLES) == set(LOSSES)
    assert set(OPTIMISER_STYLES) == set(OPTIMISERS)
    assert len({*PALETTE, *MORE}) == len(PALETTE) + len(MORE)
    assert len(set(DASHES)) == len(DASHES)
    assert len(set(SYMBOLS)) == len(SYMBOLS)


@pytest.mark.parametrize("declared", [LOSSES, OPTIMISERS])
def test_one_more_restyles_no_other_wherever_it_is_declared(declared):
    new = replace(next(iter(declared.values())), key="new", slot=17, color=None)
    before, after = styles(declared), styles({"new": new, **declared})
    assert after.pop("new") == style(17) == Style(PALETTE[1], DASHES[5], SYMBOLS[3])
    assert after == before


def test_a_slot_may_have_another_colour():
    assert style(1, color=4) == Style(PALETTE[4], DASHES[1], SYMBOLS[1])
    assert style(1, color=8).color == MORE[0]


def test_one_without_a_slot_is_named():
    with pytest.raises(TypeError, match="mse: declare a slot"):
        styles({"mse": replace(LOSSES["mse"], slot=None)})
