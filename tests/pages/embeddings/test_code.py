"""Programs to copy: run as they stand, they print the numbers of the view on screen."""

import numpy as np
import pytest

from losses.metric.mining import MINING
from losses.metric.pull import EMBEDDING, WITH_MARGIN
from pages.embeddings.code import program
from pages.embeddings.model import Embeddings
from pages.embeddings.settings import TRAINED
from tests.programs import agree, printed, programs


@pytest.fixture
def page(view_of):
    return lambda **settings: Embeddings(view_of("embeddings", **settings))


@pytest.mark.parametrize("key", EMBEDDING)
@pytest.mark.parametrize("other", [{}, {"negatives": 3}, {"circle": True, "negatives": 2}], ids=str)
def test_pull(page, key, other):
    shown = page(loss=key, **other)
    texts, refused = programs(lambda library: program(shown, library))
    assert texts.keys() == {"torch", "numpy"} | ({"keras"} if key != "arcface" else set())
    assert "no losses of embeddings" in refused["sklearn"]
    found = shown.scene().found[key]
    for library, written in texts.items():
        lines = printed(written.text)
        assert agree(library, lines[EMBEDDING[key].name]["loss"], found.value), library
        if library == "torch":
            for name, pulls in zip(("anchor", "positive", "negatives"), (found.pulls[:1], found.pulls[1:2], found.pulls[2:]), strict=True):  # fmt: skip
                told = np.array([lines[f"pull on {name}"][axis] for axis in "xy"]).T
                assert np.allclose(told, pulls, rtol=1e-8, atol=1e-10), name


CASES = [{"mining": mining, "trained": loss} for mining in MINING for loss in WITH_MARGIN]
CASES += [{"optimiser": optimiser} for optimiser in TRAINED]
CASES += [{"classes": 6, "batch": 5, "seed": 3, "triplet.margin": 0.2}]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_training(page, case):
    shown = page(view="train", **case, turns=7)
    texts, refused = programs(lambda library: program(shown, library))
    assert texts.keys() == {"torch"} and refused.keys() == {"numpy", "keras", "sklearn"}
    lines, trained = printed(texts["torch"].text), shown.trained(lambda: False)
    assert agree("torch", lines["the last batch"]["loss"], trained.losses[-1])
    assert agree("torch", [lines["recall@1"][name] for name in ("learned from", "new points")], trained.recalls)


def test_a_training_that_has_not_begun_prints_its_recall(page):
    shown = page(view="train")
    lines = printed(program(shown, "torch").text)
    assert lines.keys() == {"recall@1"}
    assert lines["recall@1"]["new points"] == pytest.approx(shown.trained(lambda: False).first)


def test_a_program_reads_as_one_writes_it(page):
    assert program(page(), "torch").text.splitlines()[4:] == [
        "anchor = torch.tensor([[0.0, 1.0]], requires_grad=True)",
        "positive = torch.tensor([[0.8, 0.4]], requires_grad=True)",
        "negatives = torch.tensor([[-1.2, 0.5]], requires_grad=True)",
        "loss = (torch.nn.functional.triplet_margin_loss(anchor.expand_as(negatives), positive.expand_as(negatives), negatives, margin=1.0, eps=0.0, reduction='none')).sum()",
        "slopes = torch.autograd.grad(loss, (anchor, positive, negatives))",
        'print(f"Triplet: loss {loss.item()}")',
        "pull = -slopes[0]",
        'print(f"pull on anchor: x {pull[:, 0].tolist()}, y {pull[:, 1].tolist()}")',
        "pull = -slopes[1]",
        'print(f"pull on positive: x {pull[:, 0].tolist()}, y {pull[:, 1].tolist()}")',
        "pull = -slopes[2]",
        'print(f"pull on negatives: x {pull[:, 0].tolist()}, y {pull[:, 1].tolist()}")',
    ]
