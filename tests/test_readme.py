"""What the README says is so: its lines run, its commands name files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_notebook_lines_give_what_their_comments_say():
    (code,) = re.findall(r"```python\n(.*?)```", README, re.S)
    *imports, losses, slope, equivalent, path = code.strip().splitlines()
    names = {}
    exec("\n".join(imports), names)
    assert eval(losses, names).tolist() == pytest.approx([0.125, 4.5])
    assert eval(slope, names) == pytest.approx(2.0)
    assert eval(slope.replace('"mae"', '"mse"'), names) == pytest.approx(-2.43, abs=5e-3)
    assert "delta=1.5" in eval(equivalent, names)
    assert eval(path, names)[:, 1].tolist() == pytest.approx([1, -1] * 25 + [1])


def test_the_commands_and_benchmarks_exist():
    assert "pip install -r requirements.txt" in README
    assert "pip install -r tests/requirements.txt" in README
    for name in re.findall(r"bench_\w+", README):
        assert (ROOT / "tests" / "benchmarks" / f"{name}.py").exists()
    for page in re.findall(r"^\| (\w+) \| \w", README.partition("|---|")[2], re.M):
        assert (ROOT / "pages" / page.lower() / "page.py").exists()
