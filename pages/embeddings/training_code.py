"""The training of the page ``embeddings`` as a PyTorch program that prints the same loss and recall."""

from components.cards.program import Program, imports, labelled
from losses.descent.optimisers import OPTIMISERS
from losses.metric.classes import APART, EACH, FEATURES
from losses.metric.training import HIDDEN, Plan

REFUSED = {
    "sklearn": "scikit-learn trains no embeddings on triplets. Recall@1 is 1 minus the leave-one-out error of its KNeighborsClassifier with n_neighbors=1.",
    "keras": "Keras mines no triplets: the loss of a batch is a function of one’s own. See PyTorch.",
    "numpy": "NumPy finds no slopes of networks: see PyTorch.",
}
MAP = """\
def linear(inputs, outputs):
    layer = torch.nn.Linear(inputs, outputs)
    with torch.no_grad():  # as PyTorch draws them, but from one generator
        for weights in (layer.weight, layer.bias):
            weights.copy_((2 * torch.rand(weights.numel(), generator=random) - 1).view_as(weights) / inputs**0.5)
    return layer"""
RECALL = """\
def recall_at_1(embeddings):
    apart = torch.cdist(embeddings, embeddings, compute_mode="donot_use_mm_for_euclid_dist")
    return (labels[apart.fill_diagonal_(torch.inf).argmin(1)] == labels).double().mean().item()"""
MINED = {
    "all": """\
    lead = gaps[:, :, None] - gaps[:, None]  # of anchor, positive, negative
    losses = torch.relu(lead + margin)[positives[:, :, None] & negatives[:, None]]""",
    "hard": """\
    farthest = gaps.masked_fill(~positives, -torch.inf).amax(1)
    nearest = gaps.masked_fill(~negatives, torch.inf).amin(1)
    losses = torch.relu(farthest - nearest + margin)[positives.any(1) & negatives.any(1)]""",
    "semi_hard": """\
    farther = negatives[:, None] & (gaps[:, None] > gaps[:, :, None])  # of anchor, positive, negative
    nearest = gaps[:, None].expand_as(farther).masked_fill(~farther, torch.inf).amin(2)
    losses = torch.relu(gaps - nearest + margin)[positives & farther.any(2)]""",
}


def training_program(plan: Plan, turns: int, library: str) -> Program:
    """A training after these turns as a program, with nothing of this project in it.

    Raises
    ------
    ValueError
        For another library than PyTorch, which says why there is none.
    """
    if library in REFUSED:
        raise ValueError(REFUSED[library])
    optimiser = OPTIMISERS[plan.optimiser]
    built = optimiser.code(**plan.settings, learning_rate=plan.rate).replace("[weights]", "network.parameters()")
    functions = [MAP, _mined(plan), RECALL]
    if optimiser.definition:
        functions.insert(0, optimiser.definition.strip())
    body = [
        f"random, margin = torch.Generator().manual_seed({plan.seed}), {plan.margin!r}",
        f"centers = {APART!r} / {FEATURES}**0.5 * torch.randn({plan.classes}, {FEATURES}, generator=random)",
        f"labels = torch.arange({plan.classes}).repeat_interleave({EACH})",
        f"known = centers[labels] + torch.randn(len(labels), {FEATURES}, generator=random)",
        f"new = centers[labels] + torch.randn(len(labels), {FEATURES}, generator=random)",
        f"network = torch.nn.Sequential(linear({FEATURES}, {HIDDEN}), torch.nn.Tanh(), linear({HIDDEN}, 2))",
        f"optimizer = {built}",
        f"for turn in range({turns}):",
        f"    batch = torch.randperm(len(labels), generator=random)[:{plan.batch}]",
        "    loss = mined_loss(network(known[batch]), labels[batch])",
        "    if loss.isfinite():  # not a number where there was no triplet to mine",
        "        optimizer.zero_grad()",
        "        loss.backward()",
        "        optimizer.step()",
        *([labelled("the last batch", {"loss": "loss.item()"})] if turns else []),
        "with torch.no_grad():",
        f"    {labelled('recall@1', {'learned from': 'recall_at_1(network(known))', 'new points': 'recall_at_1(network(new))'})}",
    ]
    blocks = [
        [*imports(["torch."]), "", "torch.set_default_dtype(torch.float64)"],
        *([text] for text in functions),
        body,
    ]
    return Program("\n\n\n".join("\n".join(block) for block in blocks))


def _mined(plan: Plan) -> str:
    """The function that gives a batch's loss."""
    square = "(embeddings[:, None] - embeddings).square().sum(-1)"
    lines = ["def mined_loss(embeddings, labels):"]
    if plan.squared:
        lines.append(f"    gaps = {square}")
    else:
        lines += [
            f"    gaps = {square}",
            "    gaps = gaps.masked_fill(gaps == 0, 1).sqrt().masked_fill(gaps == 0, 0)  # no slope at distance 0",
        ]
    lines += [
        "    negatives = labels[:, None] != labels",
        "    positives = ~negatives & ~torch.eye(len(labels), dtype=torch.bool)",
        MINED[plan.mining],
        "    return losses.mean()",
    ]
    return "\n".join(lines)
