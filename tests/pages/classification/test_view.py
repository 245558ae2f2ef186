"""The page classification's picture: what is drawn is what is fitted, what is said is counted."""

from dataclasses import replace

import numpy as np
import pytest

from losses import LOSSES
from losses.boundary.fit import FITTED, fit_boundary
from losses.data.two_features import TWO_FEATURES
from pages.classification.model import Classification
from pages.classification.readouts import over_margin
from pages.classification.view import calibration_table, classification_picture, table
from tests.traces import carrying


def fitted(points, *keys, l2=0.01, **parameters):
    return {key: fit_boundary(points.features, points.label, key, l2, **parameters) for key in keys}


def drawn(points, fits, at=0.5, weight=1.0):
    return classification_picture(points, points, fits, at, weight, ())


def band_levels(fit, traces):
    """The scores under a fit at the ends of the dotted lines."""
    dotted = {"dash": "dot", "width": 1.2}
    band = [trace for trace in traces if trace.get("line", {}).items() >= dotted.items()]
    return [fit.weights @ [trace["x"], trace["y"]] + fit.bias for trace in band]


@pytest.mark.parametrize("key", TWO_FEATURES)
def test_a_boundary_is_drawn_where_its_score_is_zero(key):
    points = TWO_FEATURES[key](60)
    fits = fitted(points, "hinge", "logistic", "ramp")
    traces = drawn(points, fits).figure["data"]
    for name, fit in ((fit.loss.name, fit) for fit in fits.values()):
        line = next(trace for trace in traces if trace.get("name") == name and "yaxis" not in trace)
        assert fit.weights @ [line["x"], line["y"]] + fit.bias == pytest.approx([0, 0], abs=1e-9)
    assert band_levels(fits["hinge"], traces) == [pytest.approx([-1, -1]), pytest.approx([1, 1])]


def test_the_name_of_a_class_is_no_markup():
    points = replace(TWO_FEATURES["outlier"](30), classes=("<b>%{x}</b>", "b"))
    hover = carrying(drawn(points, fitted(points, "hinge")).figure, "negative")["hovertemplate"]
    assert "<b>" not in hover
    assert hover.count("%{x") == 1


def test_the_band_is_as_wide_as_the_first_losss_margin():
    points = TWO_FEATURES["overlap"](40)
    fits = fitted(points, "hinge", margin=2.0)
    levels = band_levels(fits["hinge"], drawn(points, fits).figure["data"])
    assert levels == [pytest.approx([-2, -2]), pytest.approx([2, 2])]


def test_handles_name_the_points_they_move():
    points = TWO_FEATURES["outlier"](30)
    picture = drawn(points, fitted(points, "hinge"))
    for handle in picture.handles[:2]:
        trace = carrying(picture.figure, handle.trace)
        places = points.features[[points.identity.tolist().index(row) for row in handle.rows]]
        assert np.array_equal(np.column_stack([trace["x"], trace["y"]]), places)
    assert picture.handles[0].rows[-1] == 1


def test_the_rug_shows_the_first_losss_margins_and_the_curves_their_losses():
    points = TWO_FEATURES["overlap"](40)
    fits = fitted(points, "hinge", "exponential")
    traces = drawn(points, fits).figure["data"]
    rug = [trace["customdata"] for trace in traces if "customdata" in trace]
    assert sorted(np.concatenate(rug)) == pytest.approx(sorted(fits["hinge"].margin))
    curve = next(trace for trace in traces if trace.get("name") == "Exponential" and trace.get("yaxis") == "y2")
    margins = curve["x0"] + curve["dx"] * np.arange(len(curve["y"]))
    assert curve["y"] == pytest.approx(np.exp(-margins))


def test_without_weights_there_is_no_line_but_as_many_traces():
    points = TWO_FEATURES["overlap"](40)
    with_line, without = (drawn(points, fitted(points, key)).figure["data"] for key in ("hinge", "perceptron"))
    assert len(with_line) == len(without)
    picture = drawn(points, fitted(points, "perceptron"))
    assert "weights 0" in picture.notes[0]


def test_shares_add_up_to_all_of_the_loss():
    points = TWO_FEATURES["outlier"](40)
    traces = drawn(points, fitted(points, "hinge", "logistic")).figure["data"]
    for trace in (trace for trace in traces if trace.get("yaxis") == "y3"):
        assert trace["y"][-1] == pytest.approx(100)
        assert (np.diff(trace["y"], n=2) <= 1e-9).all()  # dearest first


def test_the_crowd_goes_with_focal_and_its_gamma():
    points = TWO_FEATURES["overlap"](40)
    captions = [readout.caption for readout in drawn(points, fitted(points, "logistic")).readouts]
    assert not any("easy" in caption for caption in captions)
    shares = []
    for gamma in (0.0, 2.0):
        crowd = drawn(points, fitted(points, "focal", gamma=gamma)).readouts[0]
        shares.append([float(cell) for cell in crowd.rows[1].cells[1:]])
    assert shares[0] == [float(cell) for cell in crowd.rows[0].cells[1:]]  # γ = 0 is cross-entropy
    assert shares[1][0] < 1
    assert shares[0][0] > 30


def test_every_loss_makes_a_picture_of_numbers():
    points = TWO_FEATURES["moons"](40, ratio=9, flipped=0.2)
    for key in FITTED:
        picture = drawn(points, fitted(points, key))
        assert LOSSES[key].name in picture.sentence
        assert "nan" not in picture.sentence


def test_tables_hold_every_example():
    points = TWO_FEATURES["overlap"](50)
    fits = fitted(points, "hinge", "logistic")
    columns = table(points, fits)
    assert {len(values) for values in columns.values()} == {50}
    assert "Logistic probability" in columns
    assert "Hinge probability" not in columns
    assert calibration_table(points, fits)["examples"].sum() == 50


def test_the_curves_of_a_window_are_made_once_and_nobody_changes_them():
    first = over_margin("hinge", {"margin": 1.0}, (-3.0, 4.0), 241)
    assert over_margin("hinge", {"margin": 1.0}, (-3.0, 4.0), 241) is first
    assert first.tolist() == LOSSES["hinge"](np.linspace(-3, 4, 241), 1.0).tolist()
    assert not first.flags.writeable
    assert over_margin("hinge", {"margin": 2.0}, (-3.0, 4.0), 241)[0] == 5


def test_moved_points_are_made_once_and_whoever_looks_at_the_same_shares_the_fits(view_of):
    pages = [Classification(view_of("classification", moves={1: (2.0, 0.0)}), None) for _ in range(2)]
    assert pages[0].points is pages[0].points
    fits = [page.fits() for page in pages]
    assert all(fits[0][key] is fits[1][key] for key in fits[0])
    pages[0].view.set(moves={1: (3.0, 0.0)})
    assert [3.0, 0.0] in pages[0].points.features.tolist()
    assert all(each is not fits[1][key] for key, each in pages[0].fits().items())
