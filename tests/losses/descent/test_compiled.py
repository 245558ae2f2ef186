"""Compiled functions give the numbers of the function itself, to the last bit, whatever they are asked."""

import threading

import pytest
import torch

from losses import LOSSES
from losses.descent import compiled as module
from losses.descent.compiled import MOST, Compiled, compiled
from losses.descent.surface import linear_surface, value_and_gradient
from losses.descent.textbook import TEXTBOOK
from tests.losses.sampling import inputs_of

pytestmark = pytest.mark.filterwarnings("error")
LINEAR = [loss for loss in LOSSES.values() if loss.family in ("regression", "margin", "binary")]
RUNS = 3


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    """The first call is worth it."""
    monkeypatch.setattr(module, "HOT", 1)


def called(function, *inputs):
    """The function as a program."""
    program = Compiled(function)
    program(*inputs)
    assert program.program not in (None, function)
    return program


def same(found, expected):
    assert len(found) == len(expected)
    for one, other in zip(found, expected, strict=True):
        assert torch.equal(one.nan_to_num(12345.0), other.nan_to_num(12345.0))
        assert one.dtype == other.dtype


@pytest.mark.parametrize("loss", LINEAR, ids=lambda loss: loss.key)
def test_a_surface_of_a_loss_is_the_same_compiled(loss):
    """Wherever: near the data, far out, where the loss is not defined, and at no number."""
    generator = torch.Generator().manual_seed(0)
    settings = loss.settings(**({"from_logits": True} if "from_logits" in loss.parameters else {}))
    x = torch.rand(9, generator=generator, dtype=torch.float64)
    target = inputs_of(loss, settings, (9,))[1]
    surface = linear_surface(x.numpy(), target.numpy(), loss, settings, title="", bounds=((0, 1), (0, 1)), start=(0, 0))

    def slopes(points, *data):
        return value_and_gradient(surface.function, points, *data)

    program = called(slopes, torch.rand(RUNS, 2, generator=generator, dtype=torch.float64), *surface.data)
    for scale in (0.1, 1.0, 1e3, 1e8, 1e200, torch.inf):
        points = scale * torch.randn(RUNS, 2, generator=generator, dtype=torch.float64)
        same(program(points, *surface.data), slopes(points, *surface.data))
        other = x.flip(0), target
        same(program(points, *other), slopes(points, *other))


@pytest.mark.parametrize("textbook", TEXTBOOK)
def test_a_textbook_surface_is_the_same_compiled(textbook):
    surface = TEXTBOOK[textbook]().scaled(3.0)

    def gradient(points):
        return value_and_gradient(surface.function, points)[1]

    program = called(gradient, torch.zeros(RUNS, 2, dtype=torch.float64))
    for scale in (0.0, 1e-3, 1.0, 1e200, torch.nan):
        points = scale * torch.randn(RUNS, 2, dtype=torch.float64)
        same([program(points)], [gradient(points)])


def test_an_answer_that_is_another_one_leads_to_the_function_itself():
    def branching(x):
        return (x.sin(), x + 1) if x.sum() > 0 and (x < 10).all() else (x.cos(), x - 1)

    program = called(branching, torch.tensor([1.0, 2.0]))
    for x in ([1.0, 2.0], [-1.0, -2.0], [1.0, 20.0], [torch.nan, 1.0]):
        same(program(torch.tensor(x)), branching(torch.tensor(x)))


def test_what_is_called_a_few_times_is_not_compiled(monkeypatch):
    monkeypatch.setattr(module, "HOT", 3)
    program = Compiled(torch.sin)
    for calls in range(1, 5):
        assert program(torch.zeros(2)).tolist() == [0, 0]
        assert (program.program is not None) == (calls >= 3)


def test_what_cannot_be_compiled_is_called_as_it_is():
    def looking(x):
        return x * float(x.max())

    program = Compiled(looking)
    for _ in range(3):
        assert program(torch.tensor([1.0, 3.0])).tolist() == [3.0, 9.0]
    assert program(torch.tensor([1.0, 2.0])).tolist() == [2.0, 4.0]


def test_those_of_a_kind_and_shape_share_a_program_and_few_are_kept(monkeypatch):
    monkeypatch.setattr(module, "_known", type(module._known)())
    two, three = torch.zeros(2), torch.zeros(3)
    assert compiled(torch.sin, "sine", two) is compiled(torch.sin, "sine", two)
    assert compiled(torch.sin, "sine", two) is not compiled(torch.sin, "sine", three)
    assert compiled(torch.sin, "sine", two) is not compiled(torch.cos, "cosine", two)
    assert compiled(torch.sin, None, two) is torch.sin
    kept = compiled(torch.sin, "sine", two)
    for number in range(2 * MOST):
        compiled(torch.sin, number, two)
        assert compiled(torch.sin, "sine", two) is kept, "what is used is kept"
    assert len(module._known) == MOST


def test_many_threads_may_ask_at_once():
    surfaces = [TEXTBOOK[key]() for key in ("bowl", "rosenbrock", "himmelblau", "beale")]
    points = torch.tensor([[0.3, 0.7]], dtype=torch.float64)
    wrong = []

    def work(surface):
        expected = surface.gradient(points)
        program = Compiled(lambda at: value_and_gradient(surface.function, at)[1])
        wrong.extend(surface.title for _ in range(300) if not torch.equal(program(points), expected))

    threads = [threading.Thread(target=work, args=(surface,)) for surface in surfaces * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_kinds_tell_surfaces_apart():
    """By loss, parameters and factor, but not by data: those are inputs."""
    line = [0.0, 1, 2], [1.0, 3, 4]

    def kind(key="huber", factor=1.0, data=line, **parameters):
        loss = LOSSES[key]
        known = {"title": "", "bounds": ((0, 1), (0, 1)), "start": (0, 0)}
        return linear_surface(*data, loss, loss.settings(**parameters), **known).scaled(factor).kind

    assert kind() == kind() == kind(data=([5.0, 6], [7.0, 8]))
    others = [
        kind(),
        kind("mse"),
        kind(delta=2.0),
        kind(factor=2.0),
        TEXTBOOK["bowl"]().kind,
        TEXTBOOK["bowl"](condition=2.0).kind,
    ]
    assert len({*others}) == len(others)


def test_inputs_that_were_one_tensor_when_it_was_compiled_may_differ_later():
    one, other = torch.tensor([1.0, 2.0]), torch.tensor([5.0, 7.0])
    program = compiled(lambda x, y: x - 2 * y, "of two", one, one, at_once=True)
    assert program(one, one).tolist() == [-1.0, -2.0]
    assert program(one, other).tolist() == [-9.0, -12.0]
    assert program.program is not program.function, "compiled before its first call"
