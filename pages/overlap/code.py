"""The views of the page ``overlap`` as programs that print the same numbers."""

import math
from collections.abc import Iterable

import numpy as np

from components.cards.program import TITLES, Codes, Program, assembled
from components.text import listed
from losses.descent.optimisers import OPTIMISERS
from losses.segmentation.compared import OVERLAP
from losses.segmentation.editing import shifted
from losses.segmentation.shapes import drawn
from losses.segmentation.storage import packed
from pages.overlap.formulas import HAUSDORFF, function
from pages.overlap.masks import OTHER
from pages.overlap.model import Overlap

GIVEN = {
    "torch": ("torch.tensor({0})", "torch.tensor({0}, dtype=torch.float64)"),
    "keras": ("keras.ops.array({0})", 'keras.ops.array({0}, dtype="float64")'),
    "numpy": ("{0}", "{0}.astype(float)"),
}
DISTANCES = {"hausdorff": 100, "hausdorff_95": 95}


def program(page: Overlap, library: str) -> Program:
    """The view on screen as a program of a library.

    Raises
    ------
    ValueError
        Says why there is none.
    """
    if page.kind == "grow":
        if library != "torch":
            raise ValueError(f"{TITLES[library]} has no gradients at hand to descend by: see PyTorch.")
        return _grown(page)
    if library == "sklearn":
        return _scikit_learn(page)
    keys = page.chosen()
    values = _values(page)
    undefined = [key for key in keys if not math.isfinite(values[key])]
    written = [key for key in keys if key not in undefined]
    if not written:
        raise ValueError("None of these has a finite value here.")
    functions = _functions(page, [key for key in written if not OVERLAP[key].measure], library)
    if DISTANCES.keys() & set(written):
        functions["hausdorff"] = HAUSDORFF
    body = [*_masks(page, library), *(_printed(page, key, library) for key in written)]
    notes = [f"{OVERLAP[key].name} has no finite value here." for key in undefined]
    return _program(library, body, functions, notes)


def _values(page: Overlap) -> dict[str, float]:
    if page.kind == "size":
        return dict(page.sizes().here)
    return {key: each.value for key, each in page.seen().found.items()}


def _program(library: str, body: list[str], functions: dict[str, str], notes: Iterable[str] = ()) -> Program:
    return assembled(Codes(library, {}, tuple(notes), epsilon=False), body, functions)


def _functions(page: Overlap, keys: Iterable[str], library: str) -> dict[str, str]:
    found: dict[str, str] = {}
    conventions = page.conventions
    for key in keys:
        found |= function(key, library, conventions, page.parameters((key,))[key])
    return found


def _unpacking(n: int) -> str:
    """The function that makes a mask of a text."""
    return (
        "def mask(text):\n"
        '    bits = zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)), -15)\n'
        f"    return np.unpackbits(np.frombuffer(bits, np.uint8)).reshape({n}, {n}) == 1"
    )


def _pair(page: Overlap) -> tuple[np.ndarray, np.ndarray, int]:
    """Target, the mask that is predicted, and the pixels a side."""
    if page.kind != "size":
        return page.target(), page.hard(), page.n
    sizes = page.sizes()
    target = drawn(sizes.what.shape, sizes.what.n, sizes.radius)
    return target, shifted(target, sizes.shift, 0), sizes.what.n


def _masks(page: Overlap, library: str) -> list[str]:
    """Targets and predictions, one of each or two."""
    target, found, n = _pair(page)
    lines = [_unpacking(n), "", "", f'target = mask("{packed(target)}")', f'found = mask("{packed(found)}")']
    lines += [*_predicted(page, "prediction", "found"), *_as_arrays(library, "prediction", "target")]
    if page.view["batch"] == "image" or page.kind == "size":
        return [*lines, "images = [(prediction, target)]"]
    other = page.other_target()
    lines += [
        f'other = mask("{packed(other)}")  # an object of {OTHER:g} % of the width',
        f'other_found = mask("{packed(page.other_hard())}")',
    ]
    lines += [*_predicted(page, "other_prediction", "other_found"), *_as_arrays(library, "other_prediction", "other")]
    lines.append("images = [(prediction, target), (other_prediction, other)]")
    if page.view["batch"] == "pooled":
        joined = {"torch": "torch.concatenate", "keras": "keras.ops.concatenate", "numpy": "np.concatenate"}[library]
        lines.append(f"pooled = [tuple({joined}([image.reshape(-1) for image in both]) for both in zip(*images))]")
    return lines


def _predicted(page: Overlap, name: str, mask: str) -> list[str]:
    """Probabilities from a mask: blurred, and as sure as they are."""
    sigma, confidence = page.view["blur"] if page.kind != "size" else 0.0, page.view["confidence"]
    lines = [f"{name} = {mask}.astype(float)"]
    if sigma:
        lines.append(
            f'{name} = scipy.ndimage.gaussian_filter({name}, {sigma!r}, radius={math.ceil(4 * sigma)}, mode="reflect")'
        )
    return [*lines, f"{name} = {1 - confidence!r} + {2 * confidence - 1!r} * {name}"]


def _as_arrays(library: str, prediction: str, target: str) -> list[str]:
    plain, real = GIVEN[library]
    return [
        *([f"{prediction} = {plain.format(prediction)}"] if library != "numpy" else []),
        f"{target} = {real.format(target)}",
    ]


def _printed(page: Overlap, key: str, library: str) -> str:
    """The statement that prints one of them."""
    name, threshold = OVERLAP[key].name, page.view["threshold"] if page.kind == "masks" else 0.5
    if key in DISTANCES:
        flat = {"torch": "{0}.numpy()", "keras": "keras.ops.convert_to_numpy({0})", "numpy": "{0}"}[library]
        p, t = flat.format("p"), flat.format("t")
        each = f"hausdorff({p} > {threshold!r}, {t} == 1, {DISTANCES[key]})"
    elif key == "accuracy":
        total = {"torch": "torch.sum", "keras": "keras.ops.sum", "numpy": "np.sum"}[library]
        each = f"float({total}(((p > {threshold!r}) == (t == 1)) * 1.0)) / {page.n**2 if page.kind == 'masks' else _pair(page)[2] ** 2}"
    else:
        each = f"float({key}(p, t))"
    pooled = page.kind == "masks" and page.view["batch"] == "pooled" and key not in ("accuracy", "boundary", *DISTANCES)
    images = "pooled" if pooled else "images"
    return f'values = [{each} for p, t in {images}]\nprint(f"{name}: value {{sum(values) / len(values)}}")'


def _scikit_learn(page: Overlap) -> Program:
    """Accuracy and cross-entropy, and of a hard prediction the indices."""
    if page.view["batch"] != "image" and page.kind == "masks":
        raise ValueError("scikit-learn has no batches of images.")
    keys = page.chosen()
    p = page.prediction() if page.kind == "masks" else None
    sure = p is None or bool(np.isin(p, (0.0, 1.0)).any())
    threshold = page.view["threshold"] if page.kind == "masks" else 0.5
    known = {"accuracy": f"sklearn.metrics.accuracy_score(target.ravel(), prediction.ravel() > {threshold!r})"}
    if not sure or (p is None and page.view["confidence"] < 1):
        known["bce"] = "sklearn.metrics.log_loss(target.ravel(), prediction.ravel(), labels=[0, 1])"
    found = [key for key in keys if key in known]
    lacking = [OVERLAP[key].name for key in keys if key not in found]
    notes = [f"scikit-learn has no exact equivalent of {listed(lacking)}."] if lacking else []
    if not found:
        raise ValueError(notes[0])
    target, mask, n = _pair(page)
    body = [
        _unpacking(n), "", "", f'target = mask("{packed(target)}")', f'found = mask("{packed(mask)}")',
        *_predicted(page, "prediction", "found"),
        *(f'print(f"{OVERLAP[key].name}: value {{{known[key]}}}")' for key in found),
    ]  # fmt: skip
    return _program("sklearn", body, {}, notes)


def _grown(page: Overlap) -> Program:
    """What each loss makes of the prediction, in PyTorch."""
    view, keys = page.view, page.grown_keys()
    optimiser = OPTIMISERS[view["optimiser"]]
    built = optimiser.code(learning_rate=view["rate"]).replace("[weights]", "[logits]")
    target, found, n = _pair(page)
    functions = ({"optimiser": optimiser.definition.strip()} if optimiser.definition else {}) | _functions(
        page, keys, "torch"
    )
    losses = ", ".join(f'"{OVERLAP[key].name}": {key}' for key in keys)
    turns = page.growth().at
    body = [
        _unpacking(n), "", "", f'target = mask("{packed(target)}")', f'found = mask("{packed(found)}")',
        *_predicted(page, "start", "found"), *_as_arrays("torch", "start", "target"),
        f"for name, function in {{{losses}}}.items():",
        "    logits = start.clamp(1e-6, 1 - 1e-6).logit().requires_grad_()",
        f"    optimizer = {built}",
        f"    for turn in range({turns}):",
        "        optimizer.zero_grad()",
        "        function(logits.sigmoid(), target).backward()",
        "        optimizer.step()",
        "    loss, hits = function(logits.sigmoid(), target).item(), ((logits > 0) & (target == 1)).sum().item()",
        "    size = (logits > 0).sum().item() + target.sum().item()",
        '    print(f"{name}: loss {loss}, index {2 * hits / size if size else 1.0}")',
    ]  # fmt: skip
    return _program("torch", body, functions)
