"""The views of the page ``network`` as programs that print the same numbers."""

from components.cards.program import Program
from pages.network.landscape_code import landscape_program
from pages.network.model import Network
from pages.network.training_code import training_program

REFUSED = {
    "keras": "Keras draws first weights and batches in other ways than PyTorch, and so trains to other numbers.",
    "sklearn": "scikit-learn’s networks have a loss and optimisers of their own, and say nothing of the steps between.",
    "numpy": "NumPy finds no slopes of networks: see PyTorch.",
}
RAW = "The program prints filter-normalised directions alone: switch Filter-normalised on, or see losses.network.directions.unnormalised."


def program(page: Network, library: str) -> Program:
    """The view on screen as a program of a library.

    Raises
    ------
    ValueError
        Says why there is none.
    """
    if library in REFUSED:
        raise ValueError(REFUSED[library])
    if page.kind == "landscape":
        plan, drawn = page.plan, page.view["drawn"]
        if page.view["axes"] == "random" and not page.view["filterwise"]:
            raise ValueError(RAW)
        return landscape_program(plan, page.held.training.task, page.view["steps"], drawn)
    return training_program(page.plan, page.held.training.task, page.view["steps"])
