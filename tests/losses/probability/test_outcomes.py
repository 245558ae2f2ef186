"""What each outcome adds to a divergence, with zeros in either distribution."""

import math

import numpy as np
import pytest
from scipy.special import rel_entr

from losses.probability.outcomes import OUTCOME_DIVERGENCES, terms

CASES = [
    ((0.4, 0.3, 0.2, 0.1), (0.25, 0.25, 0.25, 0.25)),
    ((0.4, 0.3, 0.2, 0.1), (0.5, 0.5, 0.0, 0.0)),
    ((0.5, 0.5, 0.0, 0.0), (0.4, 0.3, 0.2, 0.1)),
    ((0.5, 0.5, 0.0, 0.0), (0.0, 0.0, 0.6, 0.4)),
    ((1.0, 0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)),
]


@pytest.mark.parametrize(("p", "q"), CASES)
def test_terms_add_up_to_the_divergence(p, q):
    for key, parts in terms(p, q).items():
        assert parts.sum() == pytest.approx(OUTCOME_DIVERGENCES[key](q, p).item(), abs=1e-15)


@pytest.mark.parametrize(("p", "q"), CASES)
def test_terms_are_scipys(p, q):
    p, q = np.array(p), np.array(q)
    added = terms(p, q)
    assert added["kl_divergence"] == pytest.approx(rel_entr(p, q), abs=1e-15)
    assert added["reverse_kl"] == pytest.approx(rel_entr(q, p), abs=1e-15)
    middle = (p + q) / 2
    assert added["jensen_shannon"] == pytest.approx((rel_entr(p, middle) + rel_entr(q, middle)) / 2, abs=1e-15)


def test_infinite_only_where_q_gives_0_to_what_happens():
    added = terms((0.4, 0.6, 0.0), (0.0, 0.5, 0.5))
    assert np.isinf(added["kl_divergence"]).tolist() == [True, False, False]
    assert np.isinf(added["reverse_kl"]).tolist() == [False, False, True]
    assert np.isfinite(added["jensen_shannon"]).all()


def test_jensen_shannon_is_log_2_where_nothing_is_shared():
    assert terms(*CASES[3])["jensen_shannon"].sum() == pytest.approx(math.log(2), abs=1e-15)
    generator = np.random.default_rng(0)
    for p, q in zip(generator.dirichlet([0.2] * 4, 200), generator.dirichlet([0.2] * 4, 200), strict=True):
        assert terms(p, q)["jensen_shannon"].sum() + 1e-15 >= 0 and terms(p, q)["jensen_shannon"].sum() <= math.log(2)
