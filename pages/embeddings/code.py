"""The views of the page ``embeddings`` as programs that print the same numbers."""

from components.cards.program import Codes, Program, assembled, codes, labelled
from components.page.parameters import settings
from losses.metric.pull import EMBEDDING, NO_MATCH
from losses.spec.expression import renamed
from pages.embeddings.model import Embeddings
from pages.embeddings.training_code import training_program

NO_ANGLES = "scikit-learn has no losses of embeddings: its NeighborhoodComponentsAnalysis learns a linear map, by another objective."
COSINES = {
    "torch": "torch.nn.functional.cosine_similarity({0}, {1}, dim=-1)",
    "numpy": "({0} * {1}).sum(-1) / np.linalg.norm({0}, axis=-1) / np.linalg.norm({1}, axis=-1)",
    "keras": "keras.ops.sum({0} * {1}, axis=-1) / keras.ops.norm({0}, axis=-1) / keras.ops.norm({1}, axis=-1)",
}
ONES = {"torch": "torch.ones(len({0}))", "numpy": "np.ones(len({0}))", "keras": "keras.ops.ones(len({0}))"}
GIVEN = {
    "torch": "torch.tensor({0!r}, requires_grad=True)",
    "numpy": "np.array({0!r})",
    "keras": 'keras.ops.array({0!r}, dtype="float64")',
}
ALONG = "def along_the_circle(point, slope):\n    return slope - (slope * point).sum(-1, keepdim=True) * point"


def program(page: Embeddings, library: str) -> Program:
    """The view on screen as a program of a library.

    Raises
    ------
    ValueError
        Says why there is none.
    """
    if page.kind == "train":
        return training_program(page.plan, page.view["turns"], library)
    if library == "sklearn":
        raise ValueError(NO_ANGLES)
    key = page.view["loss"]
    found = codes({key: settings(page.view, EMBEDDING[key])}, library)
    anchor, positive, *negatives = page.points.tolist()
    given = {"anchor": [anchor], "positive": [positive], "negatives": negatives}
    body = [f"{name} = {GIVEN[library].format(rows)}" for name, rows in given.items()]
    body += _loss(found, key, library)
    if library != "torch":
        return assembled(found, [*body, labelled(EMBEDDING[key].name, {"loss": "float(loss)"})])
    body.append("slopes = torch.autograd.grad(loss, (anchor, positive, negatives))")
    body.append(labelled(EMBEDDING[key].name, {"loss": "loss.item()"}))
    for at, name in enumerate(given):
        slope = f"along_the_circle({name}, slopes[{at}])" if page.view["circle"] else f"slopes[{at}]"
        body.append(f"pull = -{slope}")
        body.append(labelled(f"pull on {name}", {axis: f"pull[:, {side}].tolist()" for side, axis in enumerate("xy")}))
    return assembled(found, body, {"along_the_circle": ALONG} if page.view["circle"] else {})


def _loss(found: Codes, key: str, library: str) -> list[str]:
    """The lines that give the loss of the anchor, its positive and all negatives."""
    inputs = EMBEDDING[key].inputs
    code = found.found[key]

    def summed(**names: str) -> str:
        total = renamed(code.code, **names)
        return f"keras.ops.sum({total})" if library == "keras" else f"({total}).sum()"

    if "negatives" in inputs:
        return [f"loss = {summed(negatives=_batch('negatives'))}"]
    if "negative" in inputs:
        if library == "torch" and "triplet_margin_loss" in code.code:  # which takes no anchor for all
            both = {name: f"{name}.expand_as(negatives)" for name in ("anchor", "positive")}
            return [f"loss = {summed(**both, negative='negatives')}"]
        return [f"loss = {summed(negative='negatives')}"]
    one, others = ONES[library].format("positive"), ONES[library].format("negatives")
    if key == "margin_ranking":
        near, far = (COSINES[library].format("anchor", name) for name in ("positive", "negatives"))
        return [f"near = {near}", f"far = {far}", f"loss = {summed(first='near', second='far', target=others)}"]
    same = summed(first="anchor", second="positive", target=one)
    other = summed(first="anchor", second="negatives", target=f"({NO_MATCH[key]!r} * {others})")
    return [f"loss = {same} + {other}"]


def _batch(name: str) -> str:
    return f"{name}[None]"
