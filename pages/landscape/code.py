"""The descents of the page ``landscape`` as PyTorch programs that print the same numbers."""

from losses import LOSSES
from losses.descent.linear_model import targets
from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.descent.textbook import TEXTBOOK
from losses.descent.trajectory import Run
from pages.landscape.model import Landscape

MOST = 1_000  # examples up to which a program holds its data
SEARCH = (  # as the descents have it
    "if not loss.isfinite():  # the line search goes halfway back from here",
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
    view = land.view
    schedule = SCHEDULES[view["schedule"]].code(view["steps"]) if view["schedule"] != "constant" else ""
    seeded = f"torch.Generator().manual_seed({view['seed']})"
    rows = "next(batches)" if land.batch else "slice(None)"
    noise = (
        f"{view['noise']!r} * torch.randn(2, generator=gradient_noise, dtype=torch.float64)" if view["noise"] else ""
    )
    lines = [
        "import torch",
        "from torch.optim import lr_scheduler" if schedule else None,
        "",
        *_data(land),
        f"weights = torch.tensor({list(run.start)}, dtype=torch.float64, requires_grad=True)",
        f"optimiser = {OPTIMISERS[run.optimiser].code(**run.parameters)}",
        f"scheduler = {schedule}" if schedule else None,
        f"gradient_noise = {seeded}" if noise else None,
        *(_batches(land.batch, seeded) if land.batch else ()),
        "",
        f"for step in range({view['steps']}):",
        f"    rows = {rows}" if land.data else None,
        f"    tilt = {noise}" if noise else None,
        "",
        "    def closure():",
        "        optimiser.zero_grad()",
        *(f"        {line}" for line in _loss(land)),
        "        loss = loss + tilt @ weights  # noise in the slope" if noise else None,
        "        loss.backward()",
        *(f"        {line}" for line in (SEARCH if OPTIMISERS[run.optimiser].searches else ())),
        "        return loss",
        "",
        "    optimiser.step(closure)",
        "    scheduler.step()" if schedule else None,
        "    print(step + 1, weights.tolist())",
    ]
    return "\n".join(line for line in lines if line is not None)


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
        return ["x, y = weights", f"loss = {factor}({textbook.code(**land.shape_settings)})"]
    loss = LOSSES[land.view["loss"]]
    code = loss.code("torch", **land.shape_settings)
    if code is None:
        raise ValueError(f"PyTorch has no expression for {loss.name} with these parameters.")
    if loss.fact("bounded_value", **land.shape_settings) and not loss.fact("bounded_slope", **land.shape_settings):
        raise ValueError(f"{loss.name} jumps: PyTorch finds no slope of it to follow.")
    return [
        "w, b = weights",
        "prediction, target = torch.addcmul(b, w, x[rows]), y[rows]  # w x + b, rounded once",
        f"loss = {factor}({code}).mean()",
    ]


def _batches(size: int, seeded: str) -> list[str]:
    return [
        "",
        "def epochs():",
        f"    order = {seeded}",
        "    while True:",
        f"        yield from torch.randperm(len(x), generator=order).split({size})",
        "",
        "batches = epochs()",
    ]
