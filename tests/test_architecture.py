"""Imports go one way, app -> pages -> components -> losses, and each kind of module stays what it is."""

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath

import pytest

from losses import LOSSES

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "losses": {"losses"},
    "components": {"components", "losses"},
    "pages": {"components", "losses"},
    "app": {"pages", "components", "losses"},
}
MATHEMATICS = {"torch", "numpy"}
FAMILIES = {loss.family for loss in LOSSES.values()}
FOR_FAMILIES = {"losses.parameter", "losses.spec", "losses.space", "losses.stable"}


def sources() -> dict[str, str]:
    """Every source file of the app by its path from the root."""
    files = [ROOT / "app.py", *(file for layer in MAY_IMPORT for file in (ROOT / layer).rglob("*.py"))]
    return {file.relative_to(ROOT).as_posix(): file.read_text(encoding="utf-8") for file in files if file.exists()}


def module_name(path: str) -> str:
    parts = PurePosixPath(path).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: str, source: str, modules: set[str]) -> Iterator[str]:
    """The full names of the modules that a file imports anywhere, also inside functions."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = PurePosixPath(path).parts[: -node.level] if node.level else ()
            origin = ".".join([*package, *([node.module] if node.module else [])])
            for alias in node.names:
                name = f"{origin}.{alias.name}"
                yield name if name in modules else origin


def violations(files: Mapping[str, str]) -> list[str]:
    """One line for every import that breaks a rule."""
    modules = {module_name(path) for path in files}
    imported = {path: set(imports(path, source, modules)) for path, source in files.items()}
    by_module = {module_name(path): names for path, names in imported.items()}
    return [
        f"{path} imports {name}"
        for path, names in imported.items()
        for name in sorted(names)
        if breaks_a_rule(path, name, by_module)
    ]


def breaks_a_rule(path: str, name: str, by_module: Mapping[str, set[str]]) -> bool:
    layer, top = module_name(path).partition(".")[0], name.partition(".")[0]
    if top in {*MAY_IMPORT, "tests"} and top not in MAY_IMPORT[layer]:
        return True
    if layer == "losses" and top not in {"losses", *MATHEMATICS, *sys.stdlib_module_names}:
        return True
    if layer == "losses" and PurePosixPath(path).stem in FAMILIES:
        return top == "losses" and name not in FOR_FAMILIES
    return is_figure_builder(path) and reaches_streamlit(name, by_module, set())


def is_figure_builder(path: str) -> bool:
    folder, file = PurePosixPath(path).parent.as_posix(), PurePosixPath(path).name
    return folder == "components" and (file.startswith("figures") or file == "theme.py")


def reaches_streamlit(name: str, by_module: Mapping[str, set[str]], seen: set[str]) -> bool:
    if name.partition(".")[0] == "streamlit":
        return True
    if name in seen:
        return False
    seen.add(name)
    return any(reaches_streamlit(further, by_module, seen) for further in by_module.get(name, ()))


def test_imports_go_one_way():
    assert violations(sources()) == []


def test_every_family_was_looked_at():
    found = sources()
    assert {f"losses/{family}.py" for family in FAMILIES} <= found.keys()
    assert any(is_figure_builder(path) for path in found)


@pytest.mark.parametrize(
    ("path", "source", "named"),
    [
        ("losses/fit.py", "import components.theme", "components.theme"),
        ("losses/fit.py", "from pages import curves", "pages"),
        ("losses/fit.py", "import streamlit as st", "streamlit"),
        ("losses/fit.py", "def draw():\n    import plotly.graph_objects", "plotly.graph_objects"),
        ("losses/fit.py", "from pandas import DataFrame", "pandas"),
        ("losses/fit.py", "import scipy.optimize", "scipy.optimize"),
        ("losses/data/read.py", "from ...components import theme", "components.theme"),
        ("losses/fit.py", "from tests.losses import test_data", "tests.losses"),
        ("losses/margin.py", "from losses import LOSSES", "losses"),
        ("losses/margin.py", "from losses.calculus import derivatives", "losses.calculus"),
        ("losses/margin.py", "from . import binary", "losses.binary"),
        ("losses/margin.py", "from .regression import mse", "losses.regression"),
        ("components/controls.py", "from pages.curves import main", "pages.curves"),
        ("components/controls.py", "import app", "app"),
        ("components/figures.py", "import streamlit", "streamlit"),
        ("components/figures_surface.py", "from streamlit import cache_data", "streamlit"),
        ("components/theme.py", "from components import frame", "components.frame"),
        ("pages/curves.py", "from pages import outliers", "pages.outliers"),
        ("pages/curves.py", "if True:\n    from app import main", "app"),
    ],
)
def test_a_wrong_import_is_found(path, source, named):
    others = {
        "components/theme.py": "",
        "components/frame.py": "import streamlit",
        "losses/binary.py": "",
        "pages/outliers.py": "",
    }
    assert violations({**others, path: source}) == [f"{path} imports {named}"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app.py", "import streamlit\nfrom components import frame"),
        ("pages/curves.py", "from losses import LOSSES\nfrom components.frame import page"),
        ("components/frame.py", "import streamlit\nimport losses"),
        ("components/figures.py", "import plotly.graph_objects\nfrom losses.axes import AXES\nfrom . import theme"),
        ("losses/fit.py", "import math\nimport numpy as np\nfrom torch import Tensor\nfrom losses import LOSSES"),
        ("losses/margin.py", "from losses.spec import loss\nfrom losses import space, stable"),
    ],
)
def test_a_right_import_passes(path, source):
    others = {
        "components/theme.py": "import plotly",
        "losses/space.py": "",
        "losses/stable.py": "",
    }
    assert violations({**others, path: source}) == []
