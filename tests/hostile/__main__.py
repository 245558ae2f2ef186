"""Try thousands of hostile inputs on every page, and end with status 1 where one does harm.

    python -m tests.hostile [--count 20000] [--seed 0]     all kinds
    python -m tests.hostile --only "moves outliers 17 0"   one again, as it was printed

What is asked: no traceback on screen or in the log, no warning, a picture that is right afterwards, and no answer that
keeps others waiting. Seconds are those of the processor.
"""

import argparse
import sys
import time
from collections import Counter, defaultdict

from tests.hostile.search import LIVE, RUN, Case, Found, cases, searched
from tests.hostile.server import served
from tests.hostile.visitor import visiting

SERVED = 20  # visitors of each page of a server, with about ten requests each
SHOWN = 12  # of the slowest inputs, and of each kind of harm


def main() -> int:
    """The status."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=20_000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--only", help="one input, as it was printed")
    asked.add_argument("--page")
    asked.add_argument("--kind")
    given = asked.parse_args()
    if given.only:
        kind, page, number, seed = given.only.split()
        chosen = [Case(kind, page, int(number), int(seed))]
    else:
        chosen = [
            case
            for case in cases(given.count, given.seed)
            if given.page in (None, case.page) and given.kind in (None, case.kind)
        ]
    began = time.perf_counter()
    with visiting():
        found = searched(chosen, always=bool(given.only))
    status = report(found, time.perf_counter() - began)
    if given.only or given.page or given.kind:
        return status
    began = time.perf_counter()
    wrong = served(SERVED, given.seed)
    print(f"{SERVED} visitors a page of a server: {len(wrong)} do harm, in {time.perf_counter() - began:,.0f} s")
    print("\n".join(wrong[:SHOWN]))
    return 1 if wrong else status


def report(found: list[Found], seconds: float) -> int:
    """Print what came of all; the status."""
    harmful = [one for one in found if one.complaints]
    slow = [one for one in found if one.slow]
    print(f"{len(found):,} inputs in {seconds:,.0f} s: {len(harmful)} do harm, {len(slow)} are slow")
    counts: dict[str, Counter] = defaultdict(Counter)
    for one in found:
        counts[one.case.kind][one.case.page] += 1
    for kind, pages in counts.items():
        print(f"  {kind:<10}" + "".join(f"{page} {count:,}  " for page, count in pages.items()))
    for what, most, took in (("answers", LIVE, lambda one: one.seconds), ("script runs", RUN, lambda one: one.running)):
        print(f"slowest {what} (at most {most} s):")
        for one in sorted(found, key=took, reverse=True)[:SHOWN]:
            print(f'  {took(one):6.2f} s  --only "{one.case}"')
    return 1 if harmful or slow else 0


if __name__ == "__main__":
    sys.exit(main())
