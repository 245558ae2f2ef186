"""Functions that declare something, as a loss: they have a name, and their docstring is shown."""

import inspect
from typing import Any, Protocol, TypeVar

Result_co = TypeVar("Result_co", covariant=True)


class Function(Protocol[Result_co]):
    """A function of any arguments, made by ``def``: it has a name."""

    __name__: str

    def __call__(self, *arguments: Any, **parameters: Any) -> Result_co:
        """What it returns."""


def docstring(function: Any) -> str:
    """What a function says of itself, without the indentation.

    Raises
    ------
    TypeError
        For one that says nothing.
    """
    text = inspect.getdoc(function)
    if text is None:
        raise TypeError(f"{function.__name__} needs a docstring: it is shown")
    return text
