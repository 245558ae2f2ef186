"""The loss of the page ``implement`` at its input as programs that print the same numbers."""

import numpy as np

from components.cards.program import SATURATED, Program, array, assembled, at_edge, codes, labelled, mean
from losses.by_hand.catalogue import ByHand
from pages.implement.model import Implement

BOTH_LABELS = ("sklearn", "hinge")  # whose function needs examples of both labels
THROUGH_SIGMOID = ("keras", "focal")  # which takes the logarithm of a probability, though it is given logits


def program(page: Implement, library: str) -> Program:
    """The loss at the input, as a program of a library.

    Raises
    ------
    ValueError
        Says why there is none: the library has no such loss, or cuts off what it is there.
    """
    if library == "numpy":
        return by_hand(page.loss, page.at)
    one = page.loss
    inputs = one.inputs(np.array([page.at]))
    edge = (
        at_edge(one.loss, one.parameters, inputs, library)
        or (library, one.key) == BOTH_LABELS
        or ((library, one.key) == THROUGH_SIGMOID and abs(page.at) > SATURATED)
    )
    found = codes({one.key: one.parameters}, library, [one.key] if edge else [])
    names = list(one.loss.inputs)
    arrays = ", ".join(array(inputs[name], library) for name in names)
    body = [
        f"# {one.symbol} = {page.at!r}",
        f"{', '.join(names)} = {arrays}",
        f"loss = {mean(found.found[one.key], library)}",
        labelled(one.loss.name, {"loss": "float(loss)"}),
    ]
    return assembled(found, body)


def by_hand(one: ByHand, at: float) -> Program:
    """Both forms of a loss in NumPy, as functions, and what they give at an input."""
    inputs = one.inputs(np.array([at]))
    values = [f"{name} = {array(value, 'numpy')}" for name, value in inputs.items()]
    calls = [
        labelled(title, {"loss": f"float({form.__name__}({', '.join(inputs)})[0])"})
        for title, form in one.forms.items()
    ]
    functions = "\n\n\n".join(one.source(form) for form in one.forms.values())
    return Program("\n".join(["import numpy as np", "", "", functions, "", "", *values, *calls]))
