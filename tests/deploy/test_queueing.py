"""The queue that the capacity of replicas is read off, against what is known of such queues."""

import numpy as np
import pytest

from tests.benchmarks.queueing import Classroom, most_visitors, responses, simulated


def one_by_one(arrivals, services):
    """Lindley's recursion as he wrote it."""
    free, found = 0.0, []
    for arrival, service in zip(arrivals, services, strict=True):
        free = max(free, arrival) + service
        found.append(free - arrival)
    return found


def test_it_is_lindleys_recursion():
    random = np.random.default_rng(1)
    arrivals, services = np.sort(random.uniform(0, 50, 400)), random.exponential(0.1, 400)
    np.testing.assert_allclose(responses(arrivals, services), one_by_one(arrivals, services), rtol=1e-12)


@pytest.mark.parametrize(("busy", "service"), [(0.5, "exponential"), (0.8, "exponential"), (0.8, "constant")])
def test_waits_are_those_of_pollaczek_and_khinchine(busy, service):
    """The mean wait is rate · E[S²] / 2 / (1 - busy), for arrivals at random."""
    random = np.random.default_rng(2)
    count = 2_000_000
    arrivals = random.exponential(1 / busy, count).cumsum()
    services = random.exponential(1, count) if service == "exponential" else np.ones(count)
    second = 2.0 if service == "exponential" else 1.0
    waits = responses(arrivals, services) - services
    assert waits.mean() == pytest.approx(busy * second / 2 / (1 - busy), rel=0.03)


def test_a_class_that_is_spread_waits_less():
    services = np.full(100, 0.01)
    one, two = (simulated(Classroom(80, replicas), services) for replicas in (1, 2))
    assert np.quantile(two, 0.95) < np.quantile(one, 0.95) < 0.06
    assert one.min() == pytest.approx(0.01)


def test_as_many_visitors_as_answers_in_time():
    services = np.random.default_rng(3).gamma(4, 0.01 / 4, 1000)
    most = most_visitors(services, 0.06)
    assert np.quantile(simulated(Classroom(most), services), 0.95) <= 0.06
    assert np.quantile(simulated(Classroom(most + 1), services), 0.95) > 0.06
    assert 0.5 < most * services.mean() < 1
