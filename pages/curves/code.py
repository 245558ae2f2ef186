"""The losses at the probe of the page ``curves`` as programs that print the same numbers."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch

from components.cards.program import Codes, Program, array, assembled, at_edge, codes, labelled, mean, quoted
from components.page.parameters import settings
from losses import LOSSES
from losses.spec.domain import Domain
from losses.spec.loss import Loss
from losses.spec.source import statements
from pages.curves.model import Curves

BOTH_LABELS = {"sklearn": {"hinge"}}  # whose function needs examples of both labels
REPORT = """def report(name, loss):
    (slope,) = torch.autograd.grad({loss}.sum(), x, retain_graph=True)
    print(f"{{name}}: loss {{loss.item()}}, slope {{slope.item()}}")"""


def program(page: Curves, library: str) -> Program:
    """The losses chosen at the probe, as a program of a library; in PyTorch with their slopes, by autograd.

    Raises
    ------
    ValueError
        Says why there is none: the library has no such loss, or cuts off what it is at the probe.
    """
    chosen = page.chosen()
    inputs = {key: _inputs(page, LOSSES[key]) for key in chosen}
    inexact = {key for key in chosen if at_edge(LOSSES[key], chosen[key], inputs[key], library)}
    losses = codes(chosen, library, inexact | BOTH_LABELS.get(library, set()))
    if library == "torch":
        return _with_slopes(page, losses)
    body, last = [f"# {page.axis.symbol} = {page.at!r}"], ""
    for key, code in losses.found.items():
        arrays = ", ".join(array(values, library) for values in inputs[key].values())
        line = f"{', '.join(inputs[key])} = {arrays}"
        body += [line] if line != last else []
        body += [f"loss = {mean(code, library)}", labelled(LOSSES[key].name, {"loss": "float(loss)"})]
        last = line
    return assembled(losses, body)


def _domains(page: Curves, loss: Loss) -> dict[str, Domain]:
    parameters = page.chosen()[loss.key]
    return {name: domain.resolve(parameters) for name, domain in loss.inputs.items()}


def _inputs(page: Curves, loss: Loss) -> dict[str, np.ndarray]:
    """The inputs of a loss at the probe, one example each."""
    domains, situation = _domains(page, loss), page.axis.situation(settings(page.view, page.axis))
    parts = page.axis.inputs(torch.tensor([page.at], dtype=torch.float64), domains, **situation)
    arrays = zip(domains, (part.numpy() for part in parts), strict=True)
    return {name: values.astype(int) if domains[name].integer else values for name, values in arrays}


def _with_slopes(page: Curves, losses: Codes) -> Program:
    """In PyTorch the inputs follow from the number on the axis, so that the slope is that in it."""
    situation = page.axis.situation(settings(page.view, page.axis))
    called: dict[str, str] = {}
    body, last = [f"x = torch.tensor([{page.at!r}], requires_grad=True)  # {page.axis.symbol}"], []
    for key, code in losses.found.items():
        helpers, lines = statements(
            page.axis.inputs, list(LOSSES[key].inputs), domains=_domains(page, LOSSES[key]), **situation
        )
        called |= helpers
        body += lines if lines != last else []
        body.append(f"report({quoted(LOSSES[key].name)}, {code.code})")
        last = lines
    flat = any(_may_be_flat(LOSSES[key], page.chosen()[key]) for key in losses.found)
    # A loss that is flat everywhere does not depend on x for autograd, which then finds no slope rather than 0.
    called["report"] = REPORT.format(loss="(loss + 0 * x)" if flat else "loss")
    return assembled(losses, body, called)


def _may_be_flat(loss: Loss, parameters: Mapping[str, Any]) -> bool:
    return loss.fact("bounded_value", **parameters) and not loss.fact("bounded_slope", **parameters)
