"""The training of the page ``network`` as a PyTorch program that prints the same losses and accuracies."""

import numpy as np

from components.cards.program import Codes, Program, array, assembled, codes, labelled, refuse_many, single
from losses.descent.optimisers import OPTIMISERS
from losses.descent.schedules import SCHEDULES
from losses.network.architecture import INITIALISATIONS, SIDE
from losses.network.plan import Plan
from losses.network.problems import LARGEST_INK, PROBLEMS, Task
from losses.spec.domain import CLASS_INDEX

DOUBLE, SINGLE = "torch.set_default_dtype(torch.float64)", "torch.set_default_dtype(torch.float32)"
PRECISION = "Networks are trained in single precision: where a training is chaotic, the last digits part after a while."
MOST_NUMBERS = 40_000  # features that a program holds
RESIDUAL = """\
class Residual(torch.nn.Sequential):
    def forward(self, values):
        return values + super().forward(values)"""


def training_program(plan: Plan, task: Task, steps: int) -> Program:
    """A training after so many steps as a program, with nothing of this project in it.

    Raises
    ------
    ValueError
        For more examples, or features, than a program can be read with.
    """
    found, body, functions = training_lines(plan, task, steps)
    return finished(found, body, functions)


def finished(found: Codes, body: list[str], functions: dict[str, str]) -> Program:
    """A program of what ``training_lines`` gives, in single precision."""
    made = assembled(found, body, functions)
    return Program(made.text.replace(DOUBLE, SINGLE), (*made.notes, PRECISION))


def training_lines(plan: Plan, task: Task, steps: int) -> tuple[Codes, list[str], dict[str, str]]:
    """What ``training_program`` is made of: the loss as found, the lines, and the functions before them by name."""
    fit, optimiser = plan.fit, OPTIMISERS[plan.optimiser]
    found = codes({plan.loss: dict(fit.settings)}, "torch")
    functions = {"network": _network(plan), "loss_of": _loss(plan, single(found.found[plan.loss], "torch"))}
    if plan.architecture.skip and plan.architecture.depth > 1:
        functions = {"Residual": RESIDUAL} | functions
    if optimiser.definition:
        functions = {"optimiser": optimiser.definition.strip()} | functions
    body = [
        *_examples(plan, task),
        f"model = network(torch.Generator().manual_seed({plan.seed}))",
        f"optimizer = {optimiser.code(**plan.settings).replace('[weights]', 'model.parameters()')}",
        *_loop(plan, len(task.target), steps),
        "model.eval()",
        "with torch.no_grad():",
        "    outputs = model(features)",
        "    total = loss_of(outputs, labels)",
        *([f"    right = ({_decision(plan)} == labels).double().mean()"] if fit.classes else []),
        labelled("learned from", {"loss": "total.item()"} | ({"right": "right.item()"} if fit.classes else {})),
    ]
    return found, body, functions


def _examples(plan: Plan, task: Task) -> list[str]:
    """The lines that make features and labels: digits from scikit-learn, others in full."""
    refuse_many(len(task.target))
    labels = task.target if not task.classes else task.target.astype(int)
    if plan.problem is PROBLEMS["digits"]:
        lines = [
            "digits = sklearn.datasets.load_digits()",
            f"order = np.random.default_rng([{plan.seed}, 2]).permutation(len(digits.target))[:{len(labels)}]",
            f"features = torch.tensor(digits.data[order] / {LARGEST_INK:g}, dtype=torch.float32)",
        ]
    else:
        if task.features.size > MOST_NUMBERS:
            raise ValueError(f"A program holds at most {MOST_NUMBERS:,} numbers, and these are {task.features.size:,}.")
        lines = [f"features = {array(_rounded(task.features), 'torch')}"]
    return [*lines, f"labels = {array(labels if task.classes else _rounded(labels), 'torch')}"]


def _rounded(values: np.ndarray) -> np.ndarray:
    """Numbers with the nine digits that single precision has."""
    return np.array([float(f"{value:.9g}") for value in values.astype(np.float32).ravel()]).reshape(values.shape)


def _network(plan: Plan) -> str:
    """The function that makes the network and draws its weights."""
    shape, conv = plan.network, plan.network.kind == "conv"
    factor = INITIALISATIONS[shape.initialisation][1]
    kinds = "torch.nn.Conv2d, torch.nn.Linear" if conv else "torch.nn.Linear"
    scale = "" if factor == 1 else f"({factor!r} if name == 'weight' else {float(factor > 0)!r}) * "
    lines = ["def network(random):"]
    lines += ["    layers = [torch.nn.Unflatten(1, (1, 8, 8))]"] if conv else ["    layers = []"]
    lines += [f"    for number in range({shape.depth}):", *_layer(plan)]
    lines += ["    layers.append(torch.nn.Flatten())"] if conv else []
    last = shape.width * ((SIDE // 2) ** 2 if conv else 1)
    return "\n".join(
        [
            *lines,
            f"    model = torch.nn.Sequential(*layers, torch.nn.Linear({last}, {shape.outputs}))",
            "    for module in model.modules():",
            f"        if isinstance(module, ({kinds},)):  # as PyTorch draws them, but from one generator",
            "            with torch.no_grad():",
            "                fan_in = module.weight[0].numel()",
            "                for name, weights in module.named_parameters():",
            "                    drawn = 2 * torch.rand(weights.shape, generator=random, dtype=torch.float64) - 1",
            f"                    weights.copy_({scale}drawn / fan_in**0.5)",
            "    return model",
        ]
    )


def _layer(plan: Plan) -> list[str]:
    """The lines that add a hidden layer, within the loop over them."""
    shape, conv = plan.network, plan.network.kind == "conv"
    fan_in, width = (1 if conv else shape.inputs), shape.width
    entering = f"{fan_in} if number == 0 else {width}"
    made = f"torch.nn.Conv2d({entering}, {width}, 3, padding=1)" if conv else f"torch.nn.Linear({entering}, {width})"
    norm = {
        "none": "",
        "batch": f"torch.nn.BatchNorm{'2d' if conv else '1d'}({width})",
        "layer": f"torch.nn.LayerNorm([{width}, *([8, 8] if number == 0 else [4, 4])])" if conv else f"torch.nn.LayerNorm({width})",
    }[shape.normalisation]  # fmt: skip
    activation = {"relu": "torch.nn.ReLU()", "tanh": "torch.nn.Tanh()", "gelu": "torch.nn.GELU()"}[shape.activation]
    parts = [made, *([norm] if norm else []), activation]
    lines = [f"        inner = [{', '.join(parts)}]"]
    if conv:
        lines += ["        if number == 0:", "            inner.append(torch.nn.AvgPool2d(2))"]
    if shape.skip and shape.depth > 1:
        return [*lines, "        layers += [Residual(*inner)] if number > 0 else inner"]
    return [*lines, "        layers += inner"]


def _loss(plan: Plan, code: str) -> str:
    """The function of the loss of outputs."""
    fit = plan.fit
    prediction = "outputs[:, 0]" if fit.outputs == 1 else "outputs"
    target = "labels"
    if fit.classes and fit.loss.inputs["target"] != CLASS_INDEX:
        target = "labels.to(outputs.dtype)"
        if fit.outputs > 1:
            target = f"torch.nn.functional.one_hot(labels, {fit.classes}).to(outputs.dtype)"
        elif fit.loss.labels == (-1.0, 1.0):
            target = "2 * labels.to(outputs.dtype) - 1"
    return "\n".join(
        [
            "def loss_of(outputs, labels):",
            f"    prediction = {prediction}",
            f"    target = {target}",
            f"    return ({code}).mean()",
        ]
    )


def _decision(plan: Plan) -> str:
    return "outputs.argmax(1)" if plan.fit.outputs > 1 else "(outputs[:, 0] > 0)"


def _loop(plan: Plan, count: int, steps: int) -> list[str]:
    """The steps, one after the other."""
    if not steps:
        return []
    parts = 0 < plan.batch < count
    rows = "rows" if parts else ""
    chosen = ("features[rows]", "labels[rows]") if parts else ("features", "labels")
    schedule = SCHEDULES[plan.schedule].code(plan.horizon).replace("lr_scheduler.", "torch.optim.lr_scheduler.")
    decay = 0.0 if plan.decoupled else plan.weight_decay
    penalty = f" + {decay / 2!r} * sum(each.square().sum() for each in model.parameters())" if decay else ""
    closure = [
        "    def closure():",
        "        optimizer.zero_grad()",
        f"        loss = loss_of(model({chosen[0]}), {chosen[1]}){penalty}",
        "        loss.backward()",
        "        return loss",
    ]
    return [
        *([f"scheduler = {schedule}"] if schedule else []),
        *([f"order, waiting = torch.Generator().manual_seed({plan.seed}), torch.zeros(0, dtype=torch.long)"] if parts else []),
        f"for step in range({steps}):",
        *([f"    if len(waiting) < {plan.batch}:", "        waiting = torch.randperm(len(labels), generator=order)", f"    {rows}, waiting = waiting[:{plan.batch}], waiting[{plan.batch}:]"] if parts else []),
        *closure,
        "    optimizer.step(closure)",
        *([f"    if step < {plan.horizon - 1}:", "        scheduler.step()"] if schedule else []),
    ]  # fmt: skip
