"""The landscape of the page ``network`` as a PyTorch program that prints the same losses around the network."""

from components.cards.program import Program, labelled
from losses.network.plan import Plan
from losses.network.problems import Task
from pages.network.training_code import finished, training_lines

DIRECTION = """\
def direction(model, random):
    # Filter by filter as long as the weights; biases stay still.
    counts = [weights.numel() for weights in model.parameters()]
    drawn = torch.randn(sum(counts), generator=random, dtype=torch.float64)
    found = []
    for part, weights in zip(drawn.split(counts), model.parameters()):
        part = part.to(weights.dtype).view_as(weights)
        if weights.ndim > 1:
            scale = weights.flatten(1).norm(dim=1) / part.flatten(1).norm(dim=1)
            found.append(part * scale.view(-1, *[1] * (weights.ndim - 1)))
        else:
            found.append(torch.zeros_like(weights))
    return found"""
PLACES = {"network": (0, 0), "right": (1, 0), "left": (-1, 0), "top": (0, 1), "bottom": (0, -1), "corner": (1, 1)}
ELSEWHERE = "It prints random axes alone; for others see losses.network.plane, which the README shows."


def landscape_program(plan: Plan, task: Task, steps: int, drawn: int) -> Program:
    """The losses at the network and around it, along two filter-normalised directions of a draw.

    Raises
    ------
    ValueError
        For normalised layers, and as ``training_program``.
    """
    if plan.architecture.normalisation != "none":
        raise ValueError("The program has no rule for the weights of normalised layers: choose a network without.")
    found, body, functions = training_lines(plan, task, steps)
    at = ["def at(x, y):", "    with torch.no_grad():"]
    at += [
        "        for weights, here, across, up in zip(model.parameters(), start, first, second):",
        "            weights.copy_(here + x * across + y * up)",
        "        return loss_of(model(features), labels).item()",
    ]
    body = [
        *body,
        f"random = torch.Generator().manual_seed({drawn})",
        "start = [weights.detach().clone() for weights in model.parameters()]",
        "with torch.no_grad():",
        "    first, second = direction(model, random), direction(model, random)",
        *at,
        labelled("around", {name: f"at({x}, {y})" for name, (x, y) in PLACES.items()}),
    ]
    made = finished(found, body, functions | {"direction": DIRECTION})
    return Program(made.text, (*made.notes, ELSEWHERE))
