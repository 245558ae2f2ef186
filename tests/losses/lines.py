"""Losses along straight lines through the domain of their first input, and the kinks met on the way."""

from typing import NamedTuple

import numpy as np
import torch

from losses.calculus import derivatives
from tests.losses.sampling import domains_of, draw, spread

REACH = 12.0
STEPS = 30


class Lines(NamedTuple):
    """One line per row: the first input is ``start + t * direction``, the other inputs stay as they are."""

    loss: object
    settings: dict
    start: torch.Tensor
    direction: torch.Tensor
    others: list
    event_dims: int

    def at(self, t):
        """Value and slope along the line at ``t``, of shape [lines, points]."""
        steps = t.reshape(*t.shape, *[1] * self.event_dims)
        direction = self.direction.unsqueeze(1).expand(-1, t.shape[1], *self.direction.shape[1:])
        x = self.start.unsqueeze(1) + steps * direction
        others = [tensor.unsqueeze(1) for tensor in self.others]
        value, slope, _ = derivatives(lambda x: self.loss.function(x, *_fit(others, t), **self.settings), x, order=1)
        along = slope * direction
        return value, along.sum(-1) if self.event_dims else along


def _fit(others, t):
    return [tensor.expand(t.shape[0], t.shape[1], *tensor.shape[2:]) for tensor in others]


def lines_of(loss, settings, count=6, seed=0):
    """Lines for t in (0, 1), each inside the domain; unbounded ones pass through what may be a kink at t = 1/2.

    That is 0 for one line in two and the value of another input of the same domain for the rest.
    """
    rng = np.random.default_rng(seed)
    first, *rest = domains_of(loss, settings).values()
    others = [draw(domain, (count,), rng) for domain in rest]
    if first.sums_to_one or np.isfinite(first.low):
        start, end = draw(first, (count,), rng), draw(first, (count,), rng)
        return Lines(loss, settings, start, end - start, others, first.event_dims)
    middle = torch.zeros_like(draw(first, (count,), rng))
    alike = [tensor for domain, tensor in zip(rest, others, strict=True) if domain == first]
    for row in range(1, count, 2):
        if alike:
            middle[row] = alike[row // 2 % len(alike)][row]
    direction = 2 * REACH * (draw(first, (count,), rng).sign() if not first.event_dims else _unit(middle.shape, rng))
    return Lines(loss, settings, middle - direction / 2, direction, others, first.event_dims)


def _unit(shape, rng):
    return torch.nn.functional.normalize(torch.as_tensor(rng.standard_normal(shape)), dim=-1)


def breaks(lines, of):
    """Where value (``of=0``) or slope (``of=1``) jumps on the lines: pairs of neighbouring numbers t.

    Returns (rows, left, right): the line of each jump and the two numbers around it. The
    steps of a grid that change most are halved, towards the half that changes more, until they
    cannot be halved again; what still changes then is a jump.
    """
    grid = torch.linspace(0.001, 0.999, 402, dtype=torch.float64).expand(len(lines.start), -1)
    heights = lines.at(grid)[of]
    steepest = heights.diff(dim=1).abs().topk(STEPS, dim=1).indices
    left, right, at_left, at_right = (
        ends.gather(1, steepest) for ends in (grid[:, :-1], grid[:, 1:], heights[:, :-1], heights[:, 1:])
    )
    for _ in range(60):
        middle = (left + right) / 2
        at_middle = lines.at(middle)[of]
        go_left = (at_middle - at_left).abs() >= (at_right - at_middle).abs()
        left, right = torch.where(go_left, left, middle), torch.where(go_left, middle, right)
        at_left, at_right = torch.where(go_left, at_left, at_middle), torch.where(go_left, at_middle, at_right)
    jump = (at_right - at_left).abs() > 1e-5 * (1 + at_left.abs() + at_right.abs())
    return jump.nonzero()[:, 0], left[jump], right[jump]


def edge_points(domain, count, rng):
    """Points at the edges of a bounded domain, or at 0, and for each a direction that leads inside."""
    if domain.sums_to_one:
        edge = spread(domain, (count,), rng)
        # a component is either 0 or well above it, so that coming nearer to the edge is the only limit taken
        edge = edge * ((edge > 0.01) & (torch.as_tensor(rng.uniform(size=edge.shape)) < 0.6))
        edge = torch.where(edge.sum(-1, keepdim=True) > 0, edge, torch.eye(edge.shape[-1], dtype=edge.dtype)[0])
        edge = edge / edge.sum(-1, keepdim=True)
    elif np.isfinite(domain.low) and np.isfinite(domain.high):
        edge = spread(domain, (count,), rng).round()
    else:
        edge = torch.full_like(draw(domain, (count,), rng), domain.low if np.isfinite(domain.low) else 0.0)
    return edge, draw(domain, (count,), rng) - edge
