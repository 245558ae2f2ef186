"""What the README says is so: its lines run, its commands name files that exist."""

import re
from pathlib import Path

import pytest
import torch

from losses.network import load
from losses.network.weights import flat
from pages import PAGES
from tests.losses.network.models import cross_entropy, perceptron, points

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.S)


def test_the_notebook_lines_give_what_their_comments_say():
    code, _ = BLOCKS
    *imports, losses, slope, equivalent, path = code.strip().splitlines()
    names = {}
    exec("\n".join(imports), names)
    assert eval(losses, names).tolist() == pytest.approx([0.125, 4.5])
    assert eval(slope, names) == pytest.approx(2.0)
    assert eval(slope.replace('"mae"', '"mse"'), names) == pytest.approx(-2.43, abs=5e-3)
    assert "delta=1.5" in eval(equivalent, names)
    assert eval(path, names)[:, 1].tolist() == pytest.approx([1, -1] * 25 + [1])


def test_the_lines_about_landscapes_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    model = perceptron()
    checkpoints = flat(model) + torch.randn(4, len(flat(model)), generator=torch.Generator().manual_seed(0)).cumsum(0)
    names = {"model": model, "loss": cross_entropy, "data": points(), "checkpoints": checkpoints}
    exec(BLOCKS[1], names | {"one": checkpoints[0], "other": checkpoints[1]})
    kept = load("seen.npz")
    assert kept.plane.loss.shape == (51, 51) and len(kept.path.loss) == 4 and kept.spectrum.weights == len(flat(model))


def test_the_commands_and_benchmarks_exist():
    assert "pip install -r requirements.txt" in README
    assert "pip install -r tests/requirements.txt" in README
    for name in re.findall(r"bench_\w+", README):
        assert (ROOT / "tests" / "benchmarks" / f"{name}.py").exists()


def test_the_table_of_pages_is_the_list_of_pages_with_a_picture_each():
    rows = re.findall(r"^\| (\w+) \| \*\*(.+?)\*\*", README, re.M)
    assert rows == [(page.title, page.question) for page in PAGES.values()]
    for name in PAGES:
        assert f"(docs/pictures/{name}.png)" in README
        assert (ROOT / "docs" / "pictures" / f"{name}.png").read_bytes().startswith(b"\x89PNG")


def test_every_commit_is_checked_by_the_tools_that_the_tests_install():
    installed = (ROOT / "tests" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    hooks = re.findall(
        r"additional_dependencies: \[(.+)\]", (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    )
    assert {hook.partition("==")[0] for hook in hooks} == {"ruff", "ty"}
    assert set(hooks) <= set(installed)


def test_links_to_files_lead_somewhere():
    for name in ("README.md", "CONTRIBUTING.md", "docs/architecture.md"):
        file = ROOT / name
        prose = re.sub(r"```.*?```", "", file.read_text(encoding="utf-8"), flags=re.S)
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", prose):
            assert (file.parent / target).exists(), f"{name} links to {target}"
