"""A table under one penalty: the strengths looked at hold the best one, whatever the share of L1."""

import numpy as np
import pytest
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from losses.data.many_features import prostate
from losses.shrinkage.conventions import Convention
from losses.shrinkage.selection import cross_validate
from losses.shrinkage.study import Study, parted

TABLE = prostate()


@pytest.fixture(scope="module")
def parts():
    return parted(TABLE.features, TABLE.target, TABLE.train, "free", 10, 0)


@pytest.mark.parametrize("ratio", [0.0, 0.05, 0.5, 1.0])
def test_no_weaker_penalty_than_those_looked_at_errs_noticeably_less(parts, ratio):
    study = Study(parts, Convention(), ratio)
    seen = study.validation
    weaker = study.strengths[-1] * np.geomspace(1.0, 1e-4, 20) * sum(study.unit)
    beyond = cross_validate(parts.folds, study.unit.l1 / sum(study.unit), weaker)
    assert beyond.mean.min() > 0.98 * seen.mean.min()
    assert seen.one_standard_error <= seen.best
    assert study.chosen["one SE"].strength >= study.chosen["least error"].strength


def test_as_many_degrees_of_freedom_as_scikit_learn_chooses_for_ridge(parts):
    """By leaving one out: not the same strength as ten folds, but one of that order."""
    rows = TABLE.features[TABLE.train], TABLE.target[TABLE.train]
    theirs = make_pipeline(StandardScaler(), RidgeCV(alphas=np.geomspace(1e-3, 1e3, 61))).fit(*rows)[-1].alpha_
    ours = Study(parts, Convention(), 0.0).chosen["least error"].optimum.l2 * len(rows[1])
    assert 0.1 * theirs < ours < 10 * theirs
