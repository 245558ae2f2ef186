"""Programs to copy: run as they stand, they print the lines and the mean losses on screen."""

import numpy as np
import pytest

from components.upload.csv_table import read_table
from components.upload.uploader import Upload
from losses import LOSSES
from losses.data.datasets import DATASETS
from pages.outliers.code import REGRESSORS, program
from pages.outliers.model import Outliers
from pages.outliers.settings import PRESETS, REGRESSION
from tests.programs import agree, cases, printed, programs

POSITIVE = {"poisson", "msle"}
SMOOTH = {"mse", "huber", "smooth_l1", "asymmetric_huber", "log_cosh", "expectile"}


@pytest.fixture
def page(view_of):
    return lambda upload=None, /, **settings: Outliers(view_of("outliers", **settings), upload)


def assert_prints_the_fits(page):
    """Every program that there is; returns what each one prints."""
    fits, x = page.compared().fits, page.points.x
    texts, refused = programs(lambda library: program(page, library))
    assert not refused.keys() & {"torch", "numpy"}, refused
    said = {library: printed(written.text) for library, written in texts.items()}
    for library, lines in said.items():
        for title, numbers in lines.items():
            name, _, by = title.partition(" by ")
            fit = next(fit for key, fit in fits.items() if LOSSES[key].name == name)
            unit = abs(fit.objective) or 1.0
            assert agree(library, numbers["mean loss"] / unit, fit.objective / unit), (library, title)
            if fit.unique or not by:
                line = numbers["intercept"] + numbers["slope"] * x
                assert np.abs(line - fit.predict(x)).max() < 1e-6 * (np.ptp(page.points.y) or 1.0), (library, title)
    return said


@pytest.mark.parametrize(("key", "settings"), cases(REGRESSION))
def test_every_loss(page, key, settings):
    data = {"data": "engel"} if key in POSITIVE else {}
    shown = page(losses=(key,), **data, **{f"{key}.{name}": value for name, value in settings.items()})
    said = assert_prints_the_fits(shown)
    assert (f"{LOSSES[key].name} by L-BFGS" in said["torch"]) == (
        key in SMOOTH or shown.compared().fits[key].settings.get("alpha") == 1
    )
    assert (f"{LOSSES[key].name} by scikit-learn" in said.get("sklearn", {})) == (
        key in REGRESSORS and not settings.get("half")
    ) or key == "mse"


@pytest.mark.parametrize("model", ["line", "constant"])
@pytest.mark.parametrize("data", DATASETS)
def test_all_data(page, data, model):
    losses = ("mse", "mae", "huber", "log_cosh", "tukey")
    said = assert_prints_the_fits(page(data=data, losses=losses, model=model))
    assert len(said["torch"]) == 8
    assert len(said["numpy"]) == 6
    assert len(said["keras"]) == 4
    assert len(said["sklearn"]) == 4


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
def test_every_preset(view_of, preset):
    assert_prints_the_fits(Outliers(view_of("outliers", **preset.values), None))


def test_points_put_in_and_moved_are_those_of_the_program(page):
    assert_prints_the_fits(page(data="generated", count=5, size=30.0, moves={0: (3.0, -50.0)}))


@pytest.mark.parametrize(("unit", "start"), [(1e-9, 0.0), (60.0, 1.7e9), (1e6, -1e6)])
def test_data_of_any_scale(page, unit, start):
    x = unit * np.arange(30.0) + start
    y = 1e-3 * unit * np.random.default_rng(0).standard_t(2, 30)
    text = "a,b\n" + "\n".join(f"{one!r},{other!r}" for one, other in zip(x.tolist(), y.tolist(), strict=True))
    upload = Upload("f", "scaled.csv", read_table(text.encode()), ("a", "b"))
    assert_prints_the_fits(page(upload, data="csv", losses=("mse", "huber", "expectile", "asymmetric_huber")))


def test_a_loss_that_has_no_fit_here_is_not_in_the_program(page):
    shown = page(losses=("poisson", "mse"))
    assert list(printed(program(shown, "keras").text)) == ["MSE"]
    with pytest.raises(ValueError, match="None of these losses can be fitted"):
        program(page(losses=("poisson",)), "torch")


def test_what_a_library_lacks_is_said(page):
    shown = page(losses=("huber", "tukey", "mse"))
    assert program(shown, "sklearn").notes == ("scikit-learn has no exact equivalent of Huber and Tukey biweight.",)
    assert program(shown, "torch").notes == ()
    with pytest.raises(ValueError, match="Keras has no exact equivalent of Tukey biweight"):
        program(page(losses=("tukey",)), "keras")


@pytest.mark.parametrize(("rows", "held"), [(1000, True), (1001, False)])
def test_a_program_holds_no_more_points_than_can_be_read(page, rows, held):
    text = "a,b\n" + "\n".join(f"{row},{row % 7}" for row in range(rows))
    shown = page(Upload("f", "long.csv", read_table(text.encode()), ("a", "b")), data="csv", losses=("mse", "huber"))
    if held:
        assert_prints_the_fits(shown)
    else:
        with pytest.raises(ValueError, match="at most 1,000 examples, and these are 1,001"):
            program(shown, "torch")


def test_a_program_reads_as_one_writes_it(page):
    shown = page(data="location", model="constant", losses=("mse", "mae"))
    assert program(shown, "sklearn").text.splitlines() == [
        "import numpy as np",
        "import sklearn.linear_model",
        "import sklearn.metrics",
        "",
        f"x = np.array({np.arange(1.0, 6.0).tolist()})",
        "target = np.array([1.0, 2.0, 3.0, 4.0, 100.0])",
        "losses = {",
        '    "MSE": lambda prediction: sklearn.metrics.mean_squared_error(target, prediction),',
        '    "MAE": lambda prediction: sklearn.metrics.mean_absolute_error(target, prediction),',
        "}",
        "lines = {  # intercept and slope of the fit on screen",
        '    "MSE": (22.0, 0.0),',
        '    "MAE": (3.0, 0.0),',
        "}",
        "for name, (intercept, slope) in lines.items():",
        "    loss = losses[name](intercept + slope * x)",
        '    print(f"{name}: intercept {intercept}, slope {slope}, mean loss {float(loss)}")',
        "features = 0 * x[:, None]  # of a constant",
        "regressors = {",
        '    "MSE": sklearn.linear_model.LinearRegression(),',
        '    "MAE": sklearn.linear_model.QuantileRegressor(alpha=0),',
        "}",
        "for name, regressor in regressors.items():",
        "    regressor.fit(features, target)",
        "    intercept, slope = float(regressor.intercept_), float(regressor.coef_[0])",
        "    loss = losses[name](regressor.predict(features))",
        '    print(f"{name} by scikit-learn: intercept {intercept}, slope {slope}, mean loss {loss}")',
    ]
