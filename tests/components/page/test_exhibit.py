"""What is moved on a picture of another page goes to the page it is of."""

from types import SimpleNamespace

from components.live.input import Input
from components.page.exhibit import Exhibit


class Wall(Exhibit):
    """Shows a page that has one setting, and has one of its own."""

    def __init__(self, moved):
        view = SimpleNamespace(fields={"claim": None}, set=lambda **values: moved.append(("own", values)))
        view.beginnings, view.cached = 0, lambda name, spec, make: make()
        super().__init__(view)
        self.moved = moved

    def _shows(self):
        shown = SimpleNamespace(view=SimpleNamespace(fields={"delta": None, "claim": None}))
        shown.take = lambda moved: self.moved.append(("shown", dict(moved.sliders)))
        return "it", lambda: shown


def test_each_gets_its_own_and_what_nobody_has_any_more_is_dropped():
    moved = []
    Wall(moved).take(Input(sliders={"claim": 1, "delta": 2.0, "count": 3}))
    assert moved == [("own", {"claim": 1}), ("shown", {"delta": 2.0})]
