"""Problems: known and new examples, wrong labels by their own lots, digits as scikit-learn has them, tables."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from losses.network.problems import FEWEST, MOST, PROBLEMS, spoil
from losses.network.table import table_problem


@pytest.mark.parametrize("key", PROBLEMS)
def test_a_problem_has_known_and_new_examples_of_every_class(key):
    task = PROBLEMS[key](200, seed=3)
    assert task.features.shape == (200, len(task.names)) == (200, task.inputs)
    assert task.new_features.shape == (200, task.inputs)
    assert np.isfinite(task.features).all() and np.isfinite(task.new_target).all()
    assert not task.noisy.any()
    if task.classes:
        assert set(task.target) == set(task.new_target) == set(range(len(task.classes)))
    rows = {row.tobytes() for row in task.features} & {row.tobytes() for row in task.new_features}
    assert not rows, "an example is both known and new"
    again, other = PROBLEMS[key](200, seed=3), PROBLEMS[key](200, seed=4)
    assert np.array_equal(again.features, task.features) and not np.array_equal(other.features, task.features)


@pytest.mark.parametrize("key", PROBLEMS)
@pytest.mark.parametrize("n", [FEWEST, 501, MOST])
def test_any_number_of_examples(key, n):
    task = PROBLEMS[key](n)
    assert len(task.target) == n
    assert len(task.new_target) >= min(n, 1797 - n)


@pytest.mark.parametrize("key", ["circles", "spirals", "checkerboard", "moons"])
def test_the_nearest_known_example_tells_the_class(key):
    task = PROBLEMS[key](500)
    distances = np.linalg.norm(task.new_features[:, None] - task.features[None], axis=-1)
    assert (task.target[distances.argmin(1)] == task.new_target).mean() > 0.95
    assert np.abs(task.features).max() < 5


def test_digits_are_those_of_scikit_learn():
    theirs = load_digits()
    task = PROBLEMS["digits"](MOST, seed=1)
    known = {image.tobytes(): label for image, label in zip(theirs.data / 16, theirs.target, strict=True)}
    for features, target in ((task.features, task.target), (task.new_features, task.new_target)):
        assert [known[np.ascontiguousarray(row).tobytes()] for row in features] == target.tolist()


def test_the_sine_is_a_sine_with_noise_of_a_fifth():
    task = PROBLEMS["sine"](MOST)
    assert np.std(task.target - np.sin(2 * task.features[:, 0])) == pytest.approx(0.2, rel=0.1)


@pytest.mark.parametrize("key", ["moons", "digits", "sine"])
def test_a_larger_share_of_noise_keeps_what_is_wrong_already(key):
    clean, some, more = (PROBLEMS[key](400, share) for share in (0.0, 0.2, 0.5))
    assert some.noisy.mean() == pytest.approx(0.2, abs=0.06)
    assert (more.noisy >= some.noisy).all()
    assert np.array_equal(some.target[~some.noisy], clean.target[~some.noisy])
    if clean.classes:
        assert (some.target != clean.target)[some.noisy].all()
    assert np.array_equal(more.target[some.noisy], some.target[some.noisy])
    assert np.array_equal(some.new_target, clean.new_target)


def test_wrong_classes_are_any_of_the_others():
    target, noisy = spoil(np.zeros(3000), 1.0, 4, 0)
    assert noisy.all()
    assert np.bincount(target.astype(int), minlength=4).tolist() == pytest.approx([0, 1000, 1000, 1000], abs=100)


def test_arguments_out_of_range_are_named():
    for wrong in ({"n": FEWEST - 1}, {"n": MOST + 1}, {"label_noise": 1.1}, {"label_noise": -0.1}):
        with pytest.raises(ValueError, match=next(iter(wrong))):
            PROBLEMS["moons"](**wrong)


def test_a_table_is_standardised_and_parted():
    random = np.random.default_rng(0)
    features = random.normal([5.0, 1e200], [3.0, 1e199], (100, 2))
    task = table_problem(features, np.arange(100) % 3, ["a", "b", "c"], ["p", "q"], "own")(1000)
    assert len(task.target) == 70 and len(task.new_target) == 30
    every = np.concatenate([task.features, task.new_features])
    np.testing.assert_allclose(every.mean(0), 0, atol=1e-12)
    np.testing.assert_allclose(every.std(0), 1, rtol=1e-12)
    number = table_problem(features, 7 + features[:, 0], [], ["p", "q"], "own")(50)
    assert not number.classes and len(number.target) == 50
    constant = table_problem(np.ones((100, 1)), features[:, 0], [], ["p"], "own")(50)
    assert not constant.features.any()


@pytest.mark.parametrize(
    ("rows", "classes", "said"),
    [(100, ["a"], "1 different values"), (100, list(map(str, range(21))), "21 different"), (5, ["a", "b"], "too few")],
)
def test_a_table_that_teaches_nothing_is_refused(rows, classes, said):
    with pytest.raises(ValueError, match=said):
        table_problem(np.ones((rows, 2)), np.zeros(rows), classes, ["p", "q"], "own")
    with pytest.raises(ValueError, match="same in every row"):
        table_problem(np.ones((50, 2)), np.ones(50), [], ["p", "q"], "own")
