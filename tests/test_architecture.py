"""Imports go one way, app -> pages -> components -> losses and from room to room, and each room stays what it is.

A room is a folder of a floor, or a file that stands alone on it. Every rule goes by folder, so a
new file is held to it without being named here.
"""

import ast
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parent.parent
MAY_IMPORT = {
    "losses": {"losses"},
    "components": {"components", "losses"},
    "pages": {"pages", "components", "losses"},
    "app": {"pages", "components", "losses"},
}
MATHEMATICS = {"torch", "numpy"}
Imports = Mapping[str, set[str]]


def sources() -> dict[str, str]:
    """Every source file of the app by its path from the root."""
    files = [ROOT / "app.py", *(file for floor in MAY_IMPORT for file in (ROOT / floor).rglob("*.py"))]
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
    """One line for every import that breaks a rule, and for every circle of rooms."""
    modules = {module_name(path) for path in files}
    imported = {path: set(imports(path, source, modules)) for path, source in files.items()}
    by_module = {module_name(path): names for path, names in imported.items()}
    wrong = [
        f"{path} imports {name}"
        for path, names in imported.items()
        for name in sorted(names)
        if breaks_a_rule(path, name, by_module)
    ]
    return [*wrong, *circles(by_module)]


def breaks_a_rule(path: str, name: str, by_module: Imports) -> bool:
    module = module_name(path)
    floor, top = module.partition(".")[0], name.partition(".")[0]
    if top in {*MAY_IMPORT, "tests"} and top not in MAY_IMPORT[floor]:
        return True
    if floor == "losses" and top not in {"losses", *MATHEMATICS, *sys.stdlib_module_names}:
        return True
    if floor == "losses" and name == "losses":  # its public names are for others
        return True
    if path.startswith("losses/families/"):
        return top == "losses" and room(name) not in ("losses.spec", "losses.families.numerics")
    if floor == top == "pages" and room(name) not in ("pages", room(module)):
        return True
    return is_pure(path) and reaches_streamlit(name, by_module, set())


def room(module: str) -> str:
    """The room that a module is in; a family is a room of its own."""
    parts = module.split(".")
    return ".".join(parts[: 3 if parts[:2] == ["losses", "families"] else 2])


def is_pure(path: str) -> bool:
    """Whether a file builds figures, and so may not reach Streamlit."""
    return path.startswith("components/plot/") or (
        PurePosixPath(path).stem.endswith("figure") and path.startswith("pages/")
    )


def reaches_streamlit(name: str, by_module: Imports, seen: set[str]) -> bool:
    if name.partition(".")[0] == "streamlit":
        return True
    if name in seen:
        return False
    seen.add(name)
    return any(reaches_streamlit(further, by_module, seen) for further in by_module.get(name, ()))


def circles(by_module: Imports) -> list[str]:
    """The first circle of rooms on a floor, if there is one."""
    graph: dict[str, set[str]] = {}
    for module, names in by_module.items():
        if module.partition(".")[0] in ("losses", "components"):
            others = {room(name) for name in names if name.partition(".")[0] == module.partition(".")[0]}
            graph.setdefault(room(module), set()).update(others - {room(module)})
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return [f"rooms in a circle: {' <- '.join(error.args[1])}"]
    return []


def drawn() -> set[str]:
    """The files and folders that the architecture page draws."""
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    lines = (
        next(block for block in text.split("```text\n") if block.startswith("app.py")).partition("```")[0].splitlines()
    )
    found, floor = set(), ""
    for line in lines:
        name = line.split()[0]
        floor = floor if line.startswith(" ") else name
        found.add(name if floor == name else floor + name)
    return found


def on_disk() -> set[str]:
    """The floors, and on each of them its rooms: folders, and files that stand alone."""
    found = {"app.py", "tests/"}
    for floor in ("losses", "components", "pages"):
        found.add(f"{floor}/")
        found |= {f"{floor}/{path.parent.name}/" for path in (ROOT / floor).glob("*/__init__.py")}
        found |= {f"{floor}/{path.name}" for path in (ROOT / floor).glob("*.py") if path.name != "__init__.py"}
    return found


def test_the_tree_in_the_architecture_page_is_the_one_on_disk():
    assert drawn() == on_disk()


def test_imports_go_one_way():
    assert violations(sources()) == []


def test_every_kind_of_room_was_looked_at():
    found = sources()
    assert sum(path.startswith("losses/families/") for path in found) > 9
    assert sum(is_pure(path) for path in found) > 5


@pytest.mark.parametrize(
    ("path", "source", "named"),
    [
        ("losses/fitting/fit.py", "import components.plot.theme", "components.plot.theme"),
        ("losses/fitting/fit.py", "from pages import curves", "pages"),
        ("losses/fitting/fit.py", "import streamlit as st", "streamlit"),
        ("losses/fitting/fit.py", "def draw():\n    import plotly.graph_objects", "plotly.graph_objects"),
        ("losses/fitting/fit.py", "from pandas import DataFrame", "pandas"),
        ("losses/fitting/fit.py", "import scipy.optimize", "scipy.optimize"),
        ("losses/data/read.py", "from ...components.plot import theme", "components.plot.theme"),
        ("losses/fitting/fit.py", "from tests.losses import test_data", "tests.losses"),
        ("losses/fitting/fit.py", "from losses import LOSSES", "losses"),
        ("losses/families/margin.py", "from losses.registry import LOSSES", "losses.registry"),
        ("losses/families/margin.py", "from losses.calculus import derivatives", "losses.calculus"),
        ("losses/families/margin.py", "from . import binary", "losses.families.binary"),
        ("losses/families/new_one.py", "from .regression import mse", "losses.families.regression"),
        ("components/live/controls.py", "from pages.curves.view import draw", "pages.curves.view"),
        ("components/live/controls.py", "import app", "app"),
        ("components/plot/base.py", "import streamlit", "streamlit"),
        ("components/plot/new_one.py", "from components.page import frame", "components.page.frame"),
        ("pages/curves/figure.py", "from streamlit import cache_data", "streamlit"),
        ("pages/curves/second_figure.py", "from components.page import frame", "components.page.frame"),
        ("pages/curves/view.py", "from pages.outliers import view", "pages.outliers.view"),
        ("pages/curves/page.py", "if True:\n    from app import main", "app"),
    ],
)
def test_a_wrong_import_is_found(path, source, named):
    others = {
        "components/plot/theme.py": "",
        "components/page/frame.py": "import streamlit",
        "losses/families/binary.py": "",
        "pages/outliers/view.py": "",
    }
    assert violations({**others, path: source}) == [f"{path} imports {named}"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("app.py", "import streamlit\nfrom pages import PAGES\nfrom components.page import frame"),
        ("pages/curves/page.py", "from losses import LOSSES\nfrom components.page.frame import page"),
        ("pages/curves/page.py", "from pages import PAGES\nfrom pages.curves.view import draw"),
        ("components/page/frame.py", "import streamlit\nimport losses"),
        ("components/plot/base.py", "import plotly.graph_objects\nfrom losses.curves import axes\nfrom . import theme"),
        (
            "losses/fitting/fit.py",
            "import math\nimport numpy as np\nfrom torch import Tensor\nfrom losses.spec import loss",
        ),
        ("losses/families/margin.py", "from losses.spec.loss import loss\nfrom losses.families import numerics"),
    ],
)
def test_a_right_import_passes(path, source):
    others = {"components/plot/theme.py": "import plotly", "losses/families/numerics.py": "", "losses/spec/loss.py": ""}
    assert violations({**others, path: source}) == []


@pytest.mark.parametrize(
    "files",
    [
        {"losses/data/a.py": "import losses.fitting.b", "losses/fitting/b.py": "from losses.data import c"},
        {"losses/registry.py": "from losses.data import a", "losses/data/a.py": "from losses.registry import LOSSES"},
        {"components/a.py": "import components.page.b", "components/page/b.py": "import components.a"},
    ],
)
def test_rooms_in_a_circle_are_found(files):
    (line,) = violations(files)
    assert line.startswith("rooms in a circle")
