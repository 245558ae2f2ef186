"""Advice on data of known character is an expert's, with the reason; hostile data are refused or said to be so."""

import numpy as np
import pytest
import torch
from scipy import stats

from losses import LOSSES
from losses.advice.advise import advise, answer
from losses.advice.rules import PREDICTED, RULES, TROUBLES, Case, rule_for
from losses.data.datasets import DATASETS, generate_line
from losses.data.many_features import prostate


def of(name, **how):
    return advise(DATASETS[name].x, DATASETS[name].y, **how)


def measured(advice, name, measure):
    names = [each.name for each in advice.evidence.candidates]
    return advice.evidence.mean[names.index(name), advice.evidence.measures.index(measure)]


def test_phones_of_which_a_third_are_corrupt_get_a_redescending_loss():
    advice = of("belgian_phones")
    assert (advice.loss, advice.case.trouble, advice.runner) == ("tukey", "many", "mae")
    assert set(DATASETS["belgian_phones"].outlier_rows) <= set(np.flatnonzero(advice.noise.far))
    assert not advice.noise.leverage.any(), "they are vertical"
    assert (advice.noise.standard[advice.noise.far] < 0).all(), "prediction - target: all lie above"
    assert measured(advice, "MSE", "Median error") > 10 * measured(advice, "Tukey biweight", "Median error")
    assert "bounded" in advice.reason


def test_stars_with_leverage_get_a_redescending_loss_with_a_small_c():
    advice = of("stars")
    assert advice.loss == "tukey"
    assert np.flatnonzero(advice.noise.leverage).tolist() == [*DATASETS["stars"].outlier_rows]
    assert 1 < advice.settings["c"] < 3
    assert measured(advice, "Tukey biweight", "Median error") < measured(advice, "Huber", "Median error")
    x = DATASETS["stars"].x
    slope = advice.noise.coefficients[1] / x.std()
    assert slope > 1.5, "the start sees through the giants, that turn Huber's slope negative"


def test_engel_whose_spread_grows_gets_quantiles():
    advice = of("engel")
    assert (advice.loss, advice.settings, advice.case.trouble) == ("quantile", {"tau": 0.5}, "spread")
    assert advice.noise.ratio > 2
    assert "quantiles" in advice.reason and "logs" in advice.against
    rows = DATASETS["engel"]
    fit = np.polynomial.Polynomial.fit(rows.x, rows.y, 1)
    assert stats.spearmanr(rows.x, abs(rows.y - fit(rows.x))).pvalue < 1e-6, "as another test of it says"


def test_anscombe_with_one_vertical_outlier_gets_huber_on_the_exact_line():
    advice = of("anscombe")
    assert (advice.loss, advice.runner) == ("huber", "mae")
    assert np.flatnonzero(advice.noise.far).tolist() == [2]
    assert not advice.penalty
    rows = DATASETS["anscombe"]
    clean = np.arange(11) != 2
    slope, intercept = np.polyfit(rows.x[clean], rows.y[clean], 1)
    level, steep = advice.noise.coefficients
    assert steep / rows.x.std() == pytest.approx(slope, abs=1e-3)
    assert level - steep / rows.x.std() * rows.x.mean() == pytest.approx(intercept, abs=1e-2)


def test_prostate_of_many_features_gets_mse_with_a_penalty():
    table = prostate()
    advice = advise(table.features, table.target)
    assert (advice.loss, advice.penalty, advice.runner) == ("mse", "l2", "huber")
    assert any("penalty" in note for note in advice.notes)
    assert "MSE + L2" in [each.name for each in advice.evidence.candidates]


@pytest.mark.parametrize("seed", range(20))
def test_clean_gaussian_noise_gets_mse(seed):
    advice = advise(*generate_line(100, 1.0, seed), evidence=False)
    assert (advice.loss, advice.case.trouble) == ("mse", "none")
    assert advice.noise.sigma == pytest.approx(1.0, abs=0.4)


@pytest.mark.parametrize("degrees", [2, 3])
@pytest.mark.parametrize("seed", range(20))
def test_heavy_tails_get_huber_with_delta_from_the_mad(seed, degrees):
    noise = np.random.default_rng(seed).standard_t(degrees, 200)
    x = np.linspace(0, 10, 200)
    advice = advise(x, 1 + 2 * x + noise, evidence=False)
    assert advice.loss == "huber"
    assert advice.case.trouble in ("tails", "few")
    assert advice.settings["delta"] == pytest.approx(1.345 * stats.median_abs_deviation(noise, scale="normal"), rel=0.1)


def rare(seed, n=1000):
    random = np.random.default_rng(seed)
    x = random.standard_normal((n, 2))
    return x, (random.random(n) < 1 / (1 + np.exp(4.6 - x @ [1.5, 1.0]))).astype(int)


@pytest.mark.parametrize("seed", range(5))
def test_rare_labels_get_calibrated_cross_entropy_and_a_weight_only_for_recall(seed):
    x, y = rare(seed)
    assert 0.01 < y.mean() < 0.05
    advice = advise(x, y)
    assert (advice.loss, advice.settings) == ("binary_cross_entropy", {"from_logits": True})
    assert LOSSES[advice.loss].fact("proper", **advice.settings)
    assert "threshold" in advice.against
    plain, weighted, focal = (each.name for each in advice.evidence.candidates)
    assert measured(advice, plain, "Log loss") < min(measured(advice, each, "Log loss") for each in (weighted, focal))
    assert measured(advice, weighted, "Recall") > 0.5 > measured(advice, plain, "Recall")
    wanted = advise(x, y, recall=True, evidence=False)
    assert wanted.settings["positive_weight"] == pytest.approx((1 - y.mean()) / y.mean(), rel=0.01)
    assert not LOSSES[wanted.loss].fact("proper", **wanted.settings)


def test_counts_and_amounts_over_decades():
    random = np.random.default_rng(0)
    x = random.standard_normal(300)
    counts = advise(x, random.poisson(np.exp(0.5 * x + 1)))
    assert (counts.loss, counts.output) == ("poisson", "exp")
    assert measured(counts, "Poisson", "RMSE") < measured(counts, "MSE", "RMSE")
    amounts = advise(x, np.exp(2 * x + random.standard_normal(300)))
    assert (amounts.loss, amounts.runner) == ("msle", "poisson")
    assert measured(amounts, "MSLE", "Median error") < measured(amounts, "MSE", "Median error")


@pytest.mark.parametrize("unit", [1e-9, 1e-4, 1.0, 1e5])
def test_amounts_get_the_same_advice_in_any_unit(unit):
    """log(1 + y) counts factors only where y is above 1."""
    random = np.random.default_rng(0)
    x = random.standard_normal(300)
    advice = advise(x, unit * np.exp(2 * x + 0.5 * random.standard_normal(300)))
    assert advice.loss == "msle"
    assert measured(advice, "MSLE", "Median error") < measured(advice, "Poisson", "Median error")
    assert np.quantile(advice.target.values, 0.05) >= 1
    assert any("times as small" in note for note in advice.notes) is (advice.target.factor != 1) is (unit < 1e5)


@pytest.mark.parametrize("y", [[0.0, 1e-3, 2e-3, 0.0, 5.0], [0.0, 0.0, 0.0, 1e-300, 1e140]])
def test_amounts_with_zeros_and_far_apart_are_taken(y):
    assert np.isfinite(advise(np.arange(5.0), y, kind="amount", evidence=False).target.values).all()


def test_whole_numbers_are_counts_only_where_their_spread_is_that_of_counts():
    random = np.random.default_rng(0)
    x = random.uniform(0, 10, 300)
    line = advise(np.arange(20), 2 * np.arange(20))
    assert (line.loss, line.target.kind) == ("mse", "real")
    assert any("too even" in note for note in line.notes)
    assert advise(x, np.round(2 * x + random.standard_normal(300) + 5)).loss == "mse", "degrees"
    assert advise(x, random.integers(18, 70, 300)).loss == "mse", "ages"
    assert advise(x, random.poisson(0.3 * x + 1)).loss == "poisson"
    assert advise(x, random.negative_binomial(2, 2 / (2 + 0.5 * x + 0.5))).loss == "poisson", "overdispersed"
    assert advise(np.arange(20), 2 * np.arange(20), kind="count").loss == "poisson", "who says so is believed"


@pytest.mark.parametrize(("common", "rare"), [("ok", "fraud"), ("no", "yes"), ("yes", "no")])
def test_of_two_words_the_rarer_is_the_yes(common, rare):
    y = np.where(np.arange(200) % 20 == 0, rare, common)
    advice = advise(np.arange(200.0), y, recall=True)
    assert advice.target.classes == (common, rare)
    assert advice.settings["positive_weight"] == pytest.approx(19)
    assert advice.seen["Share of yes"] == pytest.approx(0.05)
    assert any(f"“{rare}” is taken as the yes" in note for note in advice.notes)


def test_a_common_yes_is_given_no_weight():
    advice = advise(np.arange(200.0), (np.arange(200) % 20 > 0).astype(int), recall=True, evidence=False)
    assert advice.seen["Share of yes"] == pytest.approx(0.95)
    assert advice.settings["positive_weight"] == 1


SHAPES = {"square": lambda x: x**2, "sine": np.sin, "step": lambda x: np.where(x > 0, 3.0, 0.0)}


@pytest.mark.parametrize("name", SHAPES)
def test_what_a_line_misses_is_said(name):
    random = np.random.default_rng(0)
    x = random.uniform(-5, 5, 300)
    y = SHAPES[name](x) + 0.1 * random.standard_normal(300)
    assert any("misses some shape" in note for note in advise(x, y, evidence=False).notes)
    told = [advise(x, 2 * x + random.standard_normal(300), evidence=False).noise.follow for _ in range(200)]
    assert max(told) < 4
    assert np.std(told) == pytest.approx(1, abs=0.3)


def test_classes_get_sparse_cross_entropy_from_logits():
    advice = advise(np.arange(30.0), np.array(["a", "b", "c"] * 10))
    assert (advice.loss, advice.settings) == ("sparse_categorical_cross_entropy", {"from_logits": True})
    assert advice.target.classes == ("a", "b", "c")
    assert advise(np.arange(30.0), [0, 1, 2] * 10, kind="classes").loss == advice.loss


def test_a_side_that_hurts_more_gets_its_quantile():
    advice = of("generated", ratio=3)
    assert (advice.loss, advice.settings) == ("quantile", {"tau": 0.75})


DRAWN = {
    "falls": (lambda random, x: random.standard_normal(200) * (3.2 - 0.3 * x), "quantile"),
    "grows, with heavy tails": (lambda random, x: random.standard_t(3, 200) * (0.2 + 0.3 * x), "quantile"),
    "uniform": (lambda random, x: random.uniform(-1, 1, 200), "mse"),
    "5 % corrupt": (lambda random, x: random.standard_normal(200) + 30 * (np.arange(200) % 20 == 0), "huber"),
    "30 % corrupt": (lambda random, x: random.standard_normal(200) + 30 * (np.arange(200) % 10 < 3), "tukey"),
}


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("seed", range(10))
def test_drawn_noise_gets_the_loss_for_it(name, seed):
    make, loss = DRAWN[name]
    random = np.random.default_rng(seed)
    x = random.uniform(0, 10, 200)
    assert advise(x, 1 + 2 * x + make(random, x), evidence=False).loss == loss


@pytest.mark.parametrize("seed", range(10))
def test_leverage_is_bad_only_off_the_line(seed):
    random = np.random.default_rng(seed)
    x = np.r_[60, 60, 60, random.uniform(0, 10, 97)]
    y = 1 + 2 * x + random.standard_normal(100)
    assert advise(x, y, evidence=False).loss == "mse"
    y[:3] = 0
    advice = advise(x, y, evidence=False)
    assert advice.loss == "tukey"
    assert np.flatnonzero(advice.noise.leverage).tolist() == [0, 1, 2]


@pytest.mark.parametrize("seed", range(20))
def test_few_rows_for_many_features_are_not_taken_for_heavy_tails(seed):
    random = np.random.default_rng(seed)
    x = random.standard_normal((97, 8))
    assert advise(x, x.sum(1) + random.standard_normal(97), evidence=False).loss == "mse"


def test_few_rows_do_not_make_hubers_fit_look_better_than_it_is():
    """Under Gaussian noise its variance is 1 / 0.95 of that of least squares."""
    gains = []
    for seed in range(20):
        random = np.random.default_rng(seed)
        x = random.standard_normal((97, 8))
        gains.append(advise(x, x.sum(1) + random.standard_normal(97), evidence=False).noise.gain)
    assert np.mean(gains) == pytest.approx(1 / 0.95, abs=0.03)


def test_noise_that_leans_is_said_to():
    random = np.random.default_rng(0)
    x = random.uniform(0, 10, 200)
    assert any("leans" in note for note in advise(x, x + random.exponential(1, 200), evidence=False).notes)
    assert not any("leans" in note for note in advise(x, x + random.standard_normal(200), evidence=False).notes)


HOSTILE = [
    (np.arange(9.0), np.ones(9), "nothing is to be predicted"),
    (np.arange(9.0), ["yes"] * 9, "nothing is to be predicted"),
    (np.arange(3.0), [1.0, 2.5, 2.0], "at least 4"),
    (["a", "b", "c", "d"], [1.0, 2.5, 3.0, 4.0], "turn text into numbers"),
    (np.arange(40.0), [f"name {row}" for row in range(40)], "group the rare ones"),
    (np.arange(5.0), [1.0, 2.0, np.nan, 4.5, 5.0], "row 3"),
    ([0, 1, 2, np.inf, 4], [1.0, 2.0, 3.5, 4.5, 5.0], "row 4"),
    (np.arange(5.0), [1.0, 2.0, 1e200, 4.5, 5.0], "row 3"),
    (np.arange(5.0), [1.0, 2.0, 1.5, 4.0], "give one of each"),
    (np.zeros((0, 2)), [], "shape"),
]


@pytest.mark.parametrize(("x", "y", "said"), HOSTILE)
def test_what_tells_nothing_is_refused_with_what_to_do(x, y, said):
    with pytest.raises(ValueError, match=said):
        advise(x, y)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(
    ("x", "y"),
    [
        (np.zeros(20), np.linspace(-1, 1, 20) ** 3),
        (np.repeat([[1.0, 2.0]], 20, axis=0), np.r_[np.zeros(19) - 0.5, 7.25]),
        (np.random.default_rng(0).standard_normal((6, 10)), np.random.default_rng(1).standard_normal(6)),
        (np.arange(20.0), 2 * np.arange(20.0) + 0.5),
        (np.arange(20.0) * 1e100, np.arange(20.0) * 1e90 + 0.5),
        (np.r_[np.zeros(19), 1], np.r_[np.zeros(19), 1]),
        (np.arange(4.0), [1.5, 2.5, -3.0, 4.0]),
    ],
    ids=["constant feature", "duplicates", "n below d", "exact line", "huge", "parted", "four rows"],
)
def test_small_and_degenerate_data_get_an_honest_answer(x, y):
    advice = advise(x, y)
    assert np.isfinite(advice.evidence.mean).all()
    assert (
        np.shape(x)[0] >= 4 * (1 + np.atleast_2d(x.T).shape[0])
        or advice.case.predicted != "real"
        or (any("cannot be told" in note for note in advice.notes))
    )


def test_many_rows_are_thinned_with_a_seed_and_that_is_said():
    x, y = generate_line(20_000, 1.0, 0)
    advice = advise(x, y)
    assert advice.evidence.rows == 1000
    assert any("1,000 of 20,000 rows" in note for note in advice.notes)


def test_tensors_are_taken():
    x, y = (torch.tensor(each) for each in generate_line(50, 1.0, 0))
    assert advise(x, y, evidence=False).settings == of("generated", evidence=False).settings


@pytest.mark.parametrize("predicted", PREDICTED)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_every_answer_gets_a_loss_that_declares_what_the_rule_wants(predicted, trouble):
    advice = answer(predicted, trouble)
    assert advice.rule.wanted.of(LOSSES[advice.loss])
    assert advice.runner != advice.loss
    LOSSES[advice.loss].settings(**advice.settings)
    LOSSES[advice.runner].settings(**advice.runner_settings)


def test_every_rule_is_reached_and_the_questions_lead_to_the_usual_losses():
    reached = {rule_for(Case(p, t, recall=r)).when for p in PREDICTED for t in TROUBLES for r in (True, False)}
    assert reached == {rule.when for rule in RULES}
    usual = {key: answer(key).loss for key in PREDICTED}
    assert usual == {
        "real": "mse",
        "amount": "msle",
        "count": "poisson",
        "yes_no": "binary_cross_entropy",
        "classes": "sparse_categorical_cross_entropy",
        "several": "binary_cross_entropy",
        "mask": "dice",
        "embedding": "triplet",
        "distribution": "kl_divergence",
        "samples": "gan_generator_non_saturating",
    }


@pytest.mark.parametrize(
    "wrong", [{"predicted": "x"}, {"predicted": "real", "trouble": "x"}, {"predicted": "real", "ratio": 0}]
)
def test_an_answer_that_there_is_not_is_refused(wrong):
    with pytest.raises(ValueError, match="must be"):
        answer(**wrong)
    with pytest.raises(ValueError, match="kind must be"):
        advise([0, 1, 2, 3], [1, 2.5, 3, 4], kind="mask")
