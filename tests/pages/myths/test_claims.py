"""The claims: each row of what is said wrongly in many introductions has its card, and each card's numbers are so."""

import math

import numpy as np
import pytest
from scipy import stats

from components.computed import DIGITS, PLACE, Numbers
from components.text import number
from losses import LOSSES, fit_line
from losses.data.datasets import DATASETS
from pages import PAGES
from pages.myths.claims import CLAIMS, DEPENDS, FALSE, TRUE
from pages.myths.model import Myths
from tests.presets import HYPHEN_FOR_MINUS, LONGEST, assert_names, numbers

# What is often said, in the words of the table, and where it is answered.
OFTEN_SAID = {
    "MAE is the mean of squares": "mae_is_squares",
    "MAE ignores outliers": "mae_ignores",
    "MAE is hard to optimise because it is not differentiable at 0": "mae_kink",
    "Huber switches when the loss exceeds delta": "huber_loss_exceeds",
    "use MSE where outliers matter": "mse_for_outliers",
    "BCE suits imbalanced data": "bce_imbalance",
    "cross-entropy penalises uncertainty": "entropy_uncertainty",
    "hinge is 0 if correct": "hinge_right",
    "hinge is robust to outliers": "hinge_robust",
    "CCE is softmax + cross-entropy": "cce_softmax",
    "KL is a distance": "kl_distance",
    "KL is infinite where Q gives 0 to what happens": "kl_finite",
    "focal is about hard negatives": "focal_negatives",
    "focal is not strictly proper": "focal_probability",
    "MinMax is a segmentation loss": "minmax_segmentation",
    "the discriminator maximises the difference": "discriminator_difference",
    "log D(x) is a probability": "log_d",
    "the loss is never negative": "never_negative",
    "falling loss means better generalisation": "falling_generalises",
    "backpropagation updates the weights": "backprop_updates",
}
LINE = DATASETS["line"]
FALLEN, FAR = LINE.y.copy(), LINE.x.copy()
FALLEN[10], FAR[10] = -20, 40
SURE = np.exp([5, 0, 0]) / np.exp([5, 0, 0]).sum()
P, Q = np.array([0.4, 0.3, 0.2, 0.1]), np.array([0.85, 0.05, 0.05, 0.05])


def round_the_rest():
    """How far the Dirac-GAN is from its rest after 500 alternating steps of 0.2, D first."""
    theta, psi = 1.0, 0.0
    for _ in range(500):
        psi -= 0.2 * theta / (1 + math.exp(-psi * theta))
        theta += 0.2 * psi / (1 + math.exp(-psi * theta))
    return math.hypot(theta, psi)


# The numbers that each card names, worked out once more.
NAMED = {
    "mae_is_squares": lambda: (5, 5**2, 5),
    "mae_ignores": lambda: (-20, fit_line(LINE.x, FALLEN, "mae").slope, 10, 40, fit_line(FAR, FALLEN, "mae").slope),
    "mean_median": lambda: (1, 2, 3, 4, 100, 22, 3),
    "huber_loss_exceeds": lambda: (2, 2, 2, 2, 0.5, 0.125),
    "entropy_uncertainty": lambda: (60, 30, 10, stats.entropy([0.6, 0.3, 0.1]), 100 * SURE[0], -0.6 * math.log(SURE[0]) - 0.4 * math.log(SURE[1])),
    "hinge_right": lambda: (0.5, 0.5, 1, 0),
    "hinge_robust": lambda: (11, -10, 1, -30, 13, 20),
    "cce_softmax": lambda: (math.log(math.e + 2) - 1,),
    "kl_distance": lambda: (stats.entropy(P, Q), stats.entropy(Q, P)),
    "kl_finite": lambda: (0, stats.entropy([0.4, 0.35, 0.25, 0], [0.4, 0.3, 0.2, 0.1]), 2, math.log(2)),
    "focal_negatives": lambda: (0.9, -0.5 * 0.1**2 * math.log(0.9), -math.log(0.9), 0.1, -0.5 * 0.9**2 * math.log(0.1), -math.log(0.1)),
    "minmax_segmentation": lambda: (round_the_rest(), 500),
    "accurate_nothing": lambda: (1, 1 - 2 * 41 * 0.001 / (41 + 4096 * 0.001), 1),
    "discriminator_difference": lambda: (2, math.log(2)),
    "log_d": lambda: (0.01, math.log(0.01), 0),
    "never_negative": lambda: (-1, -1, 1, 0.1, -stats.norm(scale=0.1).logpdf(0)),
    "l1_zeros": lambda: (0, 1, 0),
    "backprop_updates": lambda: (-4, 1, -0.15 * 10, -0.3),
}  # fmt: skip


def test_every_row_has_its_card():
    assert set(OFTEN_SAID.values()) <= CLAIMS.keys()
    assert {CLAIMS[key].verdict for key in OFTEN_SAID.values()} == {FALSE, DEPENDS}, (
        "none of them is right as it is said"
    )
    assert {claim.verdict for claim in CLAIMS.values()} == {TRUE, FALSE, DEPENDS}
    assert len({claim.title for claim in CLAIMS.values()}) == len(CLAIMS)


@pytest.mark.parametrize("key", CLAIMS)
def test_a_card_is_short_has_a_source_and_opens_where_it_says(key):
    claim = CLAIMS[key]
    told = claim.told()
    assert len(told) <= LONGEST
    assert len(claim.source) > 20
    assert not HYPHEN_FOR_MINUS.search(told)
    before, shows = (PAGES[claim.page].study(**settings).picture() for settings in (claim.before, claim.shows))
    assert (before.sentence, before.player and before.player.at) != (shows.sentence, shows.player and shows.player.at)
    assert PAGES[claim.page].address(**claim.shows).startswith(f"/{claim.page}")


@pytest.mark.parametrize("key", NAMED)
def test_the_numbers_of_a_card_are_so(key):
    assert_names(CLAIMS[key].told(), NAMED[key]())


@pytest.mark.parametrize(
    ("key", "number"),
    [
        ("mae_ignores", "MAE 2.00 → −0.811"),
        ("mae_kink", "the lowest is 0.236"),
        ("mse_for_outliers", "MSE 1.30 → 5.04"),
        ("bce_imbalance", "finds 0 of the 10"),
        ("entropy_uncertainty", "loss 0.898"),
        ("hinge_robust", "Hinge gets 13 of 20 right"),
        ("cce_softmax", "never fall below 0.551"),
        ("kl_finite", "KL(P‖Q) is infinite"),
        ("focal_probability", "290 of 400"),
        ("falling_generalises", "0.346 on new ones"),
        ("adam_scale", "stable only up to 0.002"),
        ("l1_zeros", "L1 has w₂ at exactly 0"),
    ],
)
def test_the_state_shows_what_the_card_says(key, number):
    assert number in PAGES[CLAIMS[key].page].study(**CLAIMS[key].shows).picture().sentence


# Numbers of a card that its two states do not show, and where the hand finds them.
ELSEWHERE = {
    "mae_kink": {"falling"},  # under More, with a cosine schedule
    "huber_loss_exceeds": {"small"},  # with the probe at 0.5
    "focal_negatives": {"hard", "hard_bce"},  # with the probe at 0.1
    "kl_finite": {"most"},  # a bound, which no distributions reach here
    "never_negative": {"nll"},  # of another loss
    "adam_scale": {"apart"},  # of two paths
}


@pytest.mark.parametrize("key", CLAIMS)
def test_the_numbers_of_a_card_are_on_the_screen_beside_it(key):
    claim = CLAIMS[key]
    seen = [
        shown
        for settings in (claim.shows, claim.before)
        for shown in on_screen(PAGES[claim.page].study(**settings).picture())
    ]
    known = Numbers(claim.numbers).known()
    missing = {
        name
        for name, digits in PLACE.findall(claim.right)
        if number(abs(known[name]), int(digits or DIGITS))
        not in {number(abs(one), int(digits or DIGITS)) for one in seen}
    }
    assert missing == ELSEWHERE.get(key, set())


def on_screen(picture):
    """The numbers in the sentence, the tables and the table of the player at its playhead."""
    told = [picture.sentence, *(cell for table in picture.readouts for row in table.rows for cell in row.cells)]
    found = [
        float(word.replace(",", "").replace("−", "-")) for text in told for word in numbers(text) if "/" not in word
    ]
    if picture.player and picture.player.table:
        cells = [cell for column in picture.player.table.columns for cell in column.cells]
        found += [float(values[picture.player.at]) for cell in cells for values in cell]
    return found


def test_no_state_before_the_verdict_gives_it_away():
    before = {key: PAGES[claim.page].study(**claim.before).picture().sentence for key, claim in CLAIMS.items()}
    assert "exactly 0, since" not in before["l1_zeros"]
    assert "L1" not in before["l1_zeros"]
    assert "infinite" not in before["kl_finite"]
    assert "hops" not in before["mae_kink"]


def test_falling_rates_bring_mae_into_its_kink():
    numbers_of = Numbers(CLAIMS["mae_kink"].numbers).known()
    assert numbers_of["falling"] < 1.02 * numbers_of["least"] < numbers_of["end"] / 3


def test_cross_entropy_for_a_rare_yes_is_called_right_for_the_probability_and_no_remedy():
    """As the page Choose recommends it for any share of yes, and warns that it rebalances nothing."""
    claim = CLAIMS["bce_imbalance"]
    assert claim.verdict == DEPENDS
    assert "proper at any share" in claim.told()
    assert "rebalances nothing" in claim.told()


def test_focal_is_less_sure_than_right_and_cross_entropy_is_not():
    told = dict(
        zip(("flipped", "focal", "bce", "right"), map(float, _numbers(CLAIMS["focal_probability"])), strict=True)
    )
    assert told["focal"] < told["right"] - 10
    assert abs(told["bce"] - told["right"]) < 5


def _numbers(claim):
    return [word for word in claim.told().replace(",", "").split() if word.replace(".", "").isdigit()]


def test_a_falling_loss_and_a_rising_error():
    early, late, before, after = (CLAIMS["falling_generalises"].numbers[name]() for name in ("early", "late", "early_new", "late_new"))  # fmt: skip
    assert late < early
    assert after > before


def test_losses_named_by_a_claim_are_shown():
    shown = {key for claim in CLAIMS.values() for key in claim.shows.get("losses", ()) if key in LOSSES}
    assert {"mse", "mae", "huber", "binary_cross_entropy", "hinge", "focal"} <= shown


def test_what_was_said_is_kept_and_answers_are_not_given_away(view_of):
    page = Myths(view_of("myths"))
    page.begin()
    assert page.view.guide == ("MAE is a mean of squares", "")
    page.note()
    assert page.judged == {}
    page.view.start_from(claim="log_d", judged=True)
    page.view.guide = (CLAIMS["log_d"].title, TRUE)
    page.note()
    table = page.table()
    assert [*table["right"][table["you said"] == TRUE]] == [FALSE]
    assert (table["right"] != "").sum() == 1
    page.ask("kl_finite")
    assert page.view["claim"] == "kl_finite"
    assert page.view.guide == ("KL is finite", "")
