"""Every trap's program prints the wrong and the right number that the page says, and every loss has a trap."""

import pytest

from losses.by_hand.catalogue import BY_HAND
from pages.implement.traps import TRAPS
from tests.programs import printed


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.title)
def test_its_program_prints_both_numbers(trap):
    said = printed(trap.program)
    assert said["wrong"]["loss"] == pytest.approx(trap.wrong(), rel=1e-6, abs=1e-12)
    assert said["right"]["loss"] == pytest.approx(trap.right(), rel=1e-6, abs=1e-12)
    assert trap.wrong() != pytest.approx(trap.right(), rel=1e-2)


def test_every_loss_has_one():
    assert {key for trap in TRAPS for key in trap.losses} == BY_HAND.keys()
