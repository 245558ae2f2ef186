"""A class as a queue: visitors who ask at a steady pace, replicas that each answer one after the other.

A replica computes one live update at a time, in the order in which they come, so that its waiting times follow from
Lindley (1952), The theory of queues with a single server: every one waits for what the one before leaves behind.
"""

from dataclasses import dataclass

import numpy as np

SETTLING = 0.2  # share of the time that is not counted: the queue is empty when it begins


@dataclass(frozen=True)
class Classroom:
    """``visitors`` who each ask once in ``pace`` seconds, at moments of their own, on so many ``replicas``."""

    visitors: int
    replicas: int = 1
    pace: float = 1.0


def responses(arrivals: np.ndarray, services: np.ndarray) -> np.ndarray:
    """Seconds from each arrival to its answer, ``[n]``, one at a time in the order of their arrival.

    Parameters
    ----------
    arrivals
        ``[n]``, seconds, ascending.
    services
        ``[n]``, seconds of computing.

    Examples
    --------
    >>> responses(np.array([0.0, 1.0, 1.5]), np.array([2.0, 1.0, 0.5])).tolist()
    [2.0, 2.0, 2.0]
    """
    done = services.cumsum()
    # When the work before is done, or where nothing waited, when it arrived.
    return np.maximum.accumulate(arrivals - (done - services)) + done - arrivals


def simulated(room: Classroom, services: np.ndarray, seconds: float = 600.0, seed: int = 0) -> np.ndarray:
    """Response times of one replica of a class, from service times ``[n]`` that were measured, drawn at random.

    A visitor asks at a phase of their own, a tenth of the pace sooner or later each time.
    """
    random = np.random.default_rng(seed)
    here = -(-room.visitors // room.replicas)
    rounds = int(seconds / room.pace)
    phase = random.uniform(0, room.pace, here)
    arrivals = phase + room.pace * (np.arange(rounds)[:, None] + random.uniform(-0.1, 0.1, (rounds, here)))
    arrivals = np.sort(arrivals, axis=None)
    found = responses(arrivals, random.choice(services, arrivals.size))
    return found[int(SETTLING * found.size) :]


def most_visitors(services: np.ndarray, most: float, pace: float = 1.0) -> int:
    """How many visitors one replica holds while 95 of 100 answers come within ``most`` seconds."""
    low, high = 0, int(pace / services.mean()) + 1
    while high - low > 1:
        middle = (low + high) // 2
        times = simulated(Classroom(middle, pace=pace), services)
        low, high = (middle, high) if np.quantile(times, 0.95) <= most else (low, middle)
    return low
