"""The expression that a declared function returns, as code to copy: its parameters replaced by their values."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from typing import Any

from losses.spec.declared import Function


def return_expression(function: Function[Any], **values: Any) -> str:
    """What ``function`` returns, as source: names that it has assigned or been given are written out.

    Parameters
    ----------
    function
        Consists of assignments to names and one return.
    **values
        By name of the argument, a value or a piece of source (``str``); other names stay.

    Raises
    ------
    TypeError
        For a function that is not made by ``def``.
    ValueError
        For one that returns nothing.

    Examples
    --------
    >>> from losses.descent.textbook import TEXTBOOK
    >>> return_expression(TEXTBOOK["bowl"].function, condition=10.0)
    '0.5 * (x.square() + 10.0 * y.square())'
    """
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    if not isinstance(tree, ast.FunctionDef):
        raise TypeError(f"{function.__name__} is not made by def")
    known: dict[str, ast.expr] = {
        name: ast.parse(value if isinstance(value, str) else repr(value), mode="eval").body
        for name, value in values.items()
    }
    for statement in tree.body:
        if isinstance(statement, ast.Assign):
            known[ast.unparse(statement.targets[0])] = _written(statement.value, known)
        if isinstance(statement, ast.Return) and statement.value:
            return ast.unparse(_written(statement.value, known))
    raise ValueError(f"{function.__name__} returns nothing")


def renamed(code: str, **names: str) -> str:
    """An expression with source in place of names.

    >>> renamed("torch.relu(1.0 - target * prediction)", target="sign", prediction="score[:, None]")
    'torch.relu(1.0 - sign * score[:, None])'
    """
    known = {name: ast.parse(source, mode="eval").body for name, source in names.items()}
    return ast.unparse(_written(ast.parse(code, mode="eval").body, known))


def _written(expression: ast.expr, known: Mapping[str, ast.expr]) -> ast.expr:
    class Write(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return known.get(node.id, node)

    return Write().visit(expression)
