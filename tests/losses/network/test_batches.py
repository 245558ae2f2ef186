import collections

import numpy as np
import pytest
import torch
from torch import nn

from losses.network.hessian import spectrum
from losses.network.lines import interpolate
from losses.network.planes import plane
from losses.network.weights import flat
from tests.losses.network.models import DTYPE, cross_entropy, perceptron, points

DATA = points()
MODEL = perceptron()
Pair = collections.namedtuple("Pair", "features target")


class Holder:
    """A batch of a class of its own, which knows how to move."""

    def __init__(self, features, target):
        self.features, self.target = features, target

    def to(self, device):
        return Holder(self.features.to(device), self.target.to(device))


class Mine(collections.UserDict):
    pass


by_name = lambda model, batch: cross_entropy(model, (batch.features, batch.target))  # noqa: E731
by_key = lambda model, batch: cross_entropy(model, (batch["x"], batch["y"]))  # noqa: E731
KINDS = {
    "named tuple": (Pair(*DATA), by_name),
    "batches of named tuples": ([Pair(*DATA)], by_name),
    "list of lists": ([[*DATA]], cross_entropy),
    "dict": ({"x": DATA[0], "y": DATA[1], "name": "all"}, by_key),
    "mapping": (Mine(x=DATA[0], y=DATA[1]), by_key),
    "NumPy": ((DATA[0].numpy(), DATA[1].numpy()), cross_entropy),
    "single NumPy": ((DATA[0].float().numpy(), DATA[1].numpy()), cross_entropy),
    "object": (Holder(*DATA), by_name),
    "list of one object": ([Holder(*DATA)], by_name),
    "with an empty batch": ([DATA, (DATA[0][:0], DATA[1][:0])], cross_entropy),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_batch_keeps_its_type(kind):
    data, loss = KINDS[kind]
    expected = plane(MODEL, cross_entropy, DATA, size=3).loss
    assert np.allclose(plane(MODEL, loss, data, size=3).loss, expected, rtol=1e-6)


def test_packed_sequences_are_taken():
    class Recurrent(nn.Module):
        def __init__(self):
            super().__init__()
            self.inside = nn.GRU(2, 2)

        def forward(self, x):
            return self.inside(x)[1][0]

    packed = nn.utils.rnn.pack_sequence([DATA[0][:3], DATA[0][3:5]])
    model = Recurrent().to(DTYPE)
    target = torch.tensor([0, 1])
    found = plane(model, nn.CrossEntropyLoss(), (packed, target), size=3)
    assert found.centre == pytest.approx(nn.functional.cross_entropy(model(packed), target).item())
    alone = plane(
        model, lambda model, batch: model(batch).square().mean(), [packed, packed], size=2, dtype=torch.float32
    )
    assert alone.centre == pytest.approx(model(packed).square().mean().item(), rel=1e-5)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([*DATA], "one batch as a tuple"),
        ([DATA[0], DATA[0]], "one batch as a tuple"),
        ([DATA[0].numpy(), DATA[1].numpy()], "one batch as a tuple"),
        ([Holder(*DATA)] * 2, "how many examples a Holder has cannot be told"),
        ([(DATA[0][:0], DATA[1][:0])], "no examples"),
    ],
)
def test_what_may_be_misunderstood_is_refused(data, message):
    with pytest.raises(ValueError, match=message):
        plane(MODEL, by_name, data, size=2)


def test_a_loss_that_writes_into_its_batch_is_refused():
    def writing(model, batch):
        batch[0].mul_(1.01)
        return cross_entropy(model, batch)

    with pytest.raises(ValueError, match="writes into its batch"):
        plane(MODEL, writing, (DATA[0].clone(), DATA[1]), size=2)
    with pytest.raises(ValueError, match="writes into its batch"):
        spectrum(MODEL, writing, (DATA[0].clone(), DATA[1]))


def test_an_iterator_is_read_once_and_serves_all():
    class Once:
        read = 0

        def __iter__(self):
            self.read += 1
            yield DATA

    accuracy = lambda model, batch: (model(batch[0]).argmax(1) == batch[1]).double().mean()  # noqa: E731
    uses = {
        "leading": lambda data: plane(MODEL, cross_entropy, data, "leading", size=2).loss,
        "line": lambda data: (
            interpolate(MODEL, MODEL, flat(MODEL) + 1, cross_entropy, data, 3, accuracy=accuracy).accuracy
        ),
    }
    for use in uses.values():
        once = Once()
        assert np.array_equal(use(once), use(DATA))
        assert once.read == 1
        assert np.array_equal(use(iter([DATA])), use(DATA))


def test_a_criterion_goes_with_the_model_and_stays_as_it_is():
    weighted = nn.CrossEntropyLoss(weight=torch.tensor([1.0, 2.0]))
    found = plane(MODEL.float(), weighted, points(dtype=torch.float32), size=2, dtype=DTYPE)
    MODEL.double()
    assert found.centre == pytest.approx(nn.functional.cross_entropy(MODEL(DATA[0]), DATA[1], weight=torch.tensor([1.0, 2], dtype=DTYPE)).item(), rel=1e-6)  # fmt: skip
    assert weighted.weight.dtype == torch.float32

    class Normalised(nn.Module):
        def __init__(self):
            super().__init__()
            self.norm = nn.BatchNorm1d(2, dtype=DTYPE)

        def forward(self, output, target):
            return nn.functional.cross_entropy(self.norm(output), target)

    criterion = Normalised()
    plane(MODEL, criterion, DATA, size=2)
    assert criterion.norm.num_batches_tracked == 0
    assert criterion.training
