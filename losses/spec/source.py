"""A declared function as code to copy: what it does, in PyTorch or in NumPy, with nothing of this project in it."""

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

import numpy as np

from losses.spec.expression import return_expression
from losses.spec.numpy_forms import FORMS


@cache
def definitions(function: Callable[..., Any], library: str) -> Mapping[str, str]:
    """A function, and those of its project that it calls, by name, a called one before those that call it.

    Parameters
    ----------
    function
        Made by ``def``, of PyTorch and plain Python.
    library
        ``"torch"`` or ``"numpy"``.

    Returns
    -------
    Mapping
        The source of each, without annotations and docstring.

    Raises
    ------
    TypeError
        For a function that is not made by ``def``.
    ValueError
        For a function that calls what NumPy has no form of.

    Examples
    --------
    >>> from losses import LOSSES
    >>> print(definitions(LOSSES["epsilon_insensitive"].function, "numpy")["epsilon_insensitive"])
    def epsilon_insensitive(prediction, target, *, epsilon=0.5):
        return excess(prediction - target, epsilon)
    """
    source, tree = _plain(function)
    return MappingProxyType(_called(tree, source, library) | {tree.name: _in(library, tree)})


def statements(function: Callable[..., Any], names: Sequence[str], **known: Any) -> tuple[dict[str, str], list[str]]:
    """The body of a PyTorch function as statements, with its result assigned to names.

    Parameters
    ----------
    function
        Consists of assignments, decisions and returns. Decisions and numbers that follow from what is known
        are worked out.
    names
        For the parts of its result, which is a tuple.
    **known
        By name, values of its arguments.

    Returns
    -------
    tuple
        The functions it calls, as ``definitions`` gives them, and the statements.

    Raises
    ------
    ValueError
        For a function whose result depends on a decision that cannot be worked out.
    """
    source, tree = _plain(function)
    given = {name: value for name, value in source.__globals__.items() if _is_value(value)}
    tree = _WorkOut({"float": float, **given, **known}).visit(tree)
    *before, last = _until_return(tree.body)
    if not isinstance(last, ast.Return) or not isinstance(last.value, ast.Tuple):
        raise ValueError(f"{tree.name} does not end in a return of a tuple")
    parts = ", ".join(ast.unparse(part) for part in last.value.elts)
    tree.body = [*before, last]
    lines = [line for statement in before for line in ast.unparse(statement).splitlines()]
    return _called(tree, source, "torch"), [*lines, f"{', '.join(names)} = {parts}"]


def literal(value: float) -> str:
    """A number or a switch as source, infinities included.

    >>> literal(0.5), literal(float("-inf"))
    ('0.5', "float('-inf')")
    """
    return repr(value) if np.isfinite(value) else f"float({str(value)!r})"


def _plain(function: Callable[..., Any]) -> tuple[FunctionType, ast.FunctionDef]:
    """A function and how it parses, without what is only for readers, and with the names that copied code has."""
    if not isinstance(function, FunctionType):
        raise TypeError(f"{function!r} is not made by def")
    tree = ast.parse(textwrap.dedent(inspect.getsource(function))).body[0]
    if not isinstance(tree, ast.FunctionDef):  # a lambda
        raise TypeError(f"{function!r} is not made by def")
    tree.decorator_list, tree.returns = [], None
    for argument in (*tree.args.args, *tree.args.kwonlyargs):
        argument.annotation = None
    if ast.get_docstring(tree) is not None:
        tree.body = tree.body[1:]
    return function, _Names(function.__globals__).visit(tree)


class _Names(ast.NodeTransformer):
    """PyTorch's modules by their full names, numbers of the module written out, a loss as the function that it is.

    Shapes are left to broadcasting.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def visit_Name(self, node: ast.Name) -> ast.AST:
        value = self.values.get(node.id)
        if isinstance(value, ModuleType) and value.__name__.startswith("torch."):
            return ast.parse(value.__name__, mode="eval").body
        return ast.Constant(value) if isinstance(value, (int, float)) and isinstance(node.ctx, ast.Load) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "expand_as":
            return self.visit(node.func.value)
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if node.attr == "function" and isinstance(node.value, ast.Name):
            return node.value
        return self.generic_visit(node)


def _called(tree: ast.FunctionDef, function: FunctionType, library: str) -> dict[str, str]:
    """The definitions of the project's own functions that are called, theirs first."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        value = function.__globals__.get(node.id) if isinstance(node, ast.Name) else None
        value = getattr(value, "function", value)
        if isinstance(value, FunctionType) and _project(value) == _project(function):
            found |= {name: text for name, text in definitions(value, library).items() if name not in found}
    return found


def _project(function: FunctionType) -> str:
    return function.__module__.partition(".")[0]


def _is_value(value: Any) -> bool:
    return not callable(value) and not isinstance(value, ModuleType)


class _WorkOut(ast.NodeTransformer):
    """Numbers and decisions that follow from what is known."""

    def __init__(self, known: Mapping[str, Any]) -> None:
        self.known = known

    def visit(self, node: ast.AST) -> Any:
        node = super().visit(node)
        if not isinstance(node, ast.expr) or isinstance(node, ast.Constant):
            return node
        names = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
        if not names <= self.known.keys():
            return node
        expression = ast.fix_missing_locations(ast.Expression(node))
        value = eval(compile(expression, "<known>", "eval"), dict(self.known))
        return ast.Constant(value) if isinstance(value, (bool, int, float)) else node

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        node.test = self.visit(node.test)
        if isinstance(node.test, ast.Constant):
            return self.visit(node.body if node.test.value else node.orelse)
        return self.generic_visit(node)

    def visit_If(self, node: ast.If) -> Any:
        node.test = self.visit(node.test)
        if isinstance(node.test, ast.Constant):
            kept = node.body if node.test.value else node.orelse
            return [self.visit(statement) for statement in kept]
        return self.generic_visit(node)


def _until_return(body: list[ast.stmt]) -> list[ast.stmt]:
    ends = [place for place, statement in enumerate(body) if isinstance(statement, ast.Return)]
    return body[: ends[0] + 1] if ends else body


def _in(library: str, tree: ast.FunctionDef) -> str:
    if library == "torch":
        return ast.unparse(tree)
    text = ast.unparse(ast.fix_missing_locations(_Tidy().visit(_InNumPy().visit(tree))))
    left = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name) and node.id == "torch"]
    if left:
        raise ValueError(f"NumPy has no form of what {tree.name} calls")
    return text


class _InNumPy(ast.NodeTransformer):
    """Calls of PyTorch, its functions and its tensors' methods, as calls of NumPy."""

    def __init__(self) -> None:
        self.aliases: dict[str, str] = {}

    def visit_Assign(self, node: ast.Assign) -> ast.AST | None:
        value = ast.unparse(node.value)
        if isinstance(node.value, ast.Attribute) and value.startswith("torch."):  # a function under a shorter name
            self.aliases[ast.unparse(node.targets[0])] = value
            return None
        return self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if (name := ast.unparse(node)) in ("torch.inf", "torch.nan"):
            return ast.parse(name.replace("torch", "np"), mode="eval").body
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        called = ast.unparse(node.func)
        called = self.aliases.get(called, called)
        of_torch = re.fullmatch(r"torch(\.\w+)+", called)
        if called.startswith("math."):
            return node
        if isinstance(node.func, ast.Attribute) and not of_torch:
            name, arguments = node.func.attr, [node.func.value, *node.args]
        else:
            name, arguments = called.rpartition(".")[2], node.args
        if name in FORMS and called != name:
            return _form(FORMS[name], arguments, {keyword.arg or "": keyword.value for keyword in node.keywords})
        if hasattr(np, name) and (of_torch or (isinstance(node.func, ast.Attribute) and not hasattr(np.ndarray, name))):
            return ast.Call(ast.parse(f"np.{name}", mode="eval").body, arguments, node.keywords)
        return node


class _Tidy(ast.NodeTransformer):
    """Without what putting forms in place has left: minus of minus, and switches that are off."""

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        self.generic_visit(node)
        inner = node.operand
        both = [isinstance(each, ast.UnaryOp) and isinstance(each.op, ast.USub) for each in (node, inner)]
        return inner.operand if isinstance(inner, ast.UnaryOp) and all(both) else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        off = ast.unparse(ast.keyword("keepdims", ast.Constant(False)))
        node.keywords = [keyword for keyword in node.keywords if ast.unparse(keyword) != off]
        return self.generic_visit(node)


def _form(form: Callable, arguments: list[Any], keywords: Mapping[str, Any]) -> ast.expr:
    """The expression of a form with these arguments in it."""
    bound = inspect.signature(form).bind(*arguments, **keywords)
    written = {name: ast.unparse(value) for name, value in bound.arguments.items()}
    bound.apply_defaults()
    defaults = {name: value for name, value in bound.arguments.items() if name not in written}
    defaults = {name: repr(value) for name, value in defaults.items()}
    return ast.parse(return_expression(form, **written, **defaults), mode="eval").body  # ty: ignore[invalid-argument-type]
