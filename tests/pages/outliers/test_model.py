"""What the settings stand for is worked out again where it changes, and nowhere else."""

import pytest

from losses.fitting import comparison
from losses.fitting.fit import fit_line
from pages.outliers.model import Outliers

SETTINGS = [
    {"moves": {10: (10.0, -20.0)}},
    {"moves": {10: (10.0, -20.0), 2: None}},
    {"moves": {10: (10.0, -20.0), 3: None}},
    {"moves": {2: (2.0, 40.0)}},
    {"huber.delta": 0.3},
    {"losses": ("mae", "tukey", "huber")},
    {"data": "stars", "moves": {}},
    {"data": "generated", "count": 3},
    {"seed": 4},
    {"n": 30},
    {"kind": "leverage"},
]


@pytest.fixture
def page(view_of):
    return Outliers(view_of("outliers"), None)


def test_what_was_there_before_is_never_shown_again(page, view_of):
    """Each state in turn is as it is in a session that has seen no other."""
    so_far = {}
    for change in SETTINGS:
        page.view.set(**change)
        so_far |= change
        alone = Outliers(view_of("outliers", **so_far), None)
        for here, there in ((page.fitted()[0], alone.fitted()[0]), (page.unspoiled(), alone.unspoiled())):
            assert {key: (fit.slope, fit.intercept) for key, fit in here.items()} == {
                key: (fit.slope, fit.intercept) for key, fit in there.items()
            }, change


def test_a_parameter_of_one_loss_fits_that_loss_alone(page, monkeypatch):
    fitted = []
    comparison._shared.cache_clear()
    monkeypatch.setattr(
        comparison, "fit_line", lambda x, y, key, **how: fitted.append(key) or fit_line(x, y, key, **how)
    )

    def picture():
        fitted.clear()
        page.compared()
        page.unspoiled()
        return sorted(fitted)

    assert picture() == ["huber", "huber", "mae", "mae", "mse", "mse"]  # with the bad points and without
    assert picture() == []
    page.view.set(**{"huber.delta": 0.5})
    assert picture() == ["huber", "huber"]
    page.view.set(moves={10: (10.0, -19.0)})
    assert picture() == ["huber", "mae", "mse"]
