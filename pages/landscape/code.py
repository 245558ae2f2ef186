"""The descents of the page ``landscape`` as PyTorch programs that print the same numbers."""

import ast

from losses import LOSSES
from losses.descent.linear_model import targets
from losses.descent.optimisers import OPTIMISERS
from losses.descent.path import Run
from losses.descent.schedules import SCHEDULES
from losses.descent.textbook import TEXTBOOK
from pages.landscape.model import Landscape

MOST = 1_000  # examples up to which a program holds its data
OUTSIDE = (  # as the descents have it
    "if not loss.isfinite():  # from here the line search goes halfway back",
    "    weights.grad.fill_(torch.nan)",
    "    return torch.full_like(loss, torch.inf)",
)


def program(land: Landscape, run: Run) -> str:
    """One descent as a program, with nothing of this project in it.

    Raises
    ------
    ValueError
        Says why there is none: too many examples, or a loss that PyTorch does not have or cannot differentiate.
    """
    view, optimiser = land.view, OPTIMISERS[run.optimiser]
    schedule = SCHEDULES[view["schedule"]].code(view["steps"])
    generator = f"torch.Generator().manual_seed({view['seed']})"
    step = _searching_step(land) if optimiser.searches else _step(land)
    loop = f"zip(range({view['steps']}), minibatches())" if land.batch else f"range({view['steps']})"
    lines = [
        "import torch",
        *(["from torch.optim import lr_scheduler"] if schedule else []),
        "",
        *(["", *optimiser.definition.splitlines(), "", ""] if optimiser.definition else []),
        *_data(land),
        f"weights = torch.tensor({list(run.start)}, dtype=torch.float64, requires_grad=True)",
        f"optimizer = {optimiser.code(**run.parameters)}",
        *([f"scheduler = {schedule}"] if schedule else []),
        *([f"noise_generator = {generator}"] if view["noise"] else []),
        *(_minibatches(land.batch, generator) if land.batch else [""]),
        f"for step{', batch' if land.batch else ''} in {loop}:",
        *(f"    {line}" if line else "" for line in step),
        *(["    scheduler.step()"] if schedule else []),
        "    print(step + 1, weights.tolist())",
    ]
    return "\n".join(lines)


def _step(land: Landscape) -> list[str]:
    return [
        *_loss(land),
        "optimizer.zero_grad()",
        "loss.backward()",
        *([f"weights.grad += {_noise(land)}"] if land.view["noise"] else []),
        "optimizer.step()",
    ]


def _searching_step(land: Landscape) -> list[str]:
    """Of an optimiser that evaluates the loss more than once a step: each time with the same noise."""
    noisy = land.view["noise"]
    closure = [
        "optimizer.zero_grad()",
        *_loss(land),
        *(["loss = loss + gradient_noise @ weights  # adds the noise to the gradient"] if noisy else []),
        "loss.backward()",
        *OUTSIDE,
        "return loss",
    ]
    return [
        *([f"gradient_noise = {_noise(land)}"] if noisy else []),
        "",
        "def closure():",
        *(f"    {line}" for line in closure),
        "",
        "optimizer.step(closure)",
    ]


def _noise(land: Landscape) -> str:
    return f"{land.view['noise']!r} * torch.randn(2, generator=noise_generator, dtype=torch.float64)"


def _data(land: Landscape) -> list[str]:
    if not land.data:
        return []
    points = land.edited
    if len(points.x) > MOST:
        raise ValueError(f"A program holds at most {MOST:,} examples, and these are {len(points.x):,}.")
    columns = {"x": points.x, "y": targets(points.y, LOSSES[land.view["loss"]])}
    return [f"{name} = torch.tensor({values.tolist()}, dtype=torch.float64)" for name, values in columns.items()]


def _loss(land: Landscape) -> list[str]:
    factor = f"{land.view['factor']!r} * " if land.view["factor"] != 1 else ""
    if not land.data:
        textbook = TEXTBOOK[land.view["surface"]]
        return ["x, y = weights", _plain(f"loss = {factor}({textbook.code(**land.shape_settings)})")]
    loss = LOSSES[land.view["loss"]]
    code = loss.code("torch", **land.shape_settings)
    if code is None:
        raise ValueError(f"PyTorch has no expression for {loss.name} with these parameters.")
    if loss.fact("bounded_value", **land.shape_settings) and not loss.fact("bounded_slope", **land.shape_settings):
        raise ValueError(f"{loss.name} jumps: PyTorch finds no slope of it to follow.")
    rows = "[batch]" if land.batch else ""
    return [
        "w, b = weights",
        f"prediction, target = torch.addcmul(b, w, x{rows}), y{rows}  # w * x + b, rounded once",
        _plain(f"loss = {factor}{_mean(code)}"),
    ]


def _mean(code: str) -> str:
    """The mean over the examples of a loss that is given for each of them; PyTorch's own losses take it unasked."""
    call = ast.parse(code, mode="eval").body
    if isinstance(call, ast.Call) and "reduction" in (names := [keyword.arg for keyword in call.keywords]):
        del call.keywords[names.index("reduction")]
        return ast.unparse(call)
    return f"({code}).mean()"


def _plain(code: str) -> str:
    """Without the brackets that say nothing."""
    return ast.unparse(ast.parse(code))


def _minibatches(size: int, generator: str) -> list[str]:
    return [
        "",
        "",
        "def minibatches():",
        f"    generator = {generator}",
        "    while True:  # an epoch: every example once, in a new order",
        f"        yield from torch.randperm(len(x), generator=generator).split({size})",
        "",
        "",
    ]
