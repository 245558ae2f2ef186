"""The line with a penalty on its slope equals scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import Ridge

from losses.shrinkage.line import ridge_line


@pytest.mark.parametrize("strength", [0.0, 0.1, 3.0, 1e6])
def test_it_is_that_of_scikit_learn(strength):
    random = np.random.default_rng(0)
    x, y = random.standard_normal((2, 30))
    found = Ridge(alpha=strength * len(x)).fit(x[:, None], y)
    assert ridge_line(x, y, strength) == pytest.approx((found.coef_[0], found.intercept_), abs=1e-10)


@pytest.mark.parametrize("strength", [-1.0, np.nan, np.inf])
def test_a_strength_that_is_none_is_refused(strength):
    with pytest.raises(ValueError, match="strength must be"):
        ridge_line(np.arange(3.0), np.arange(3.0), strength)
