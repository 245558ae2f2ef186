"""What stands in ``deploy/``, and beside it for containers, is what its readers take."""

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from packaging.requirements import Requirement
from prometheus_client import REGISTRY

from components.monitoring import errors, metrics
from tests.deploy.department import DEPLOY, ROOT

BASE = 130e6  # bytes of python:3.11-slim
IMAGE = 1.3e9
PYTHON = "python:3.11-slim"


def installed(name, found):
    """The distributions that a requirement stands for, with all that they require."""
    key = re.sub("[-_.]+", "-", name).lower()
    if key not in found:
        found[key] = distribution(name)
        for line in found[key].requires or ():
            requirement = Requirement(line)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                installed(requirement.name, found)
    return found


def required():
    lines = (line.partition("#")[0].strip() for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines())
    found = {}
    for line in filter(None, lines):
        installed(Requirement(line).name, found)
    return found


def test_the_image_is_small_enough():
    unneeded = (DEPLOY / "unneeded.txt").read_text("utf-8").split()
    places = {Path(one.locate_file("")).resolve() for one in required().values()}
    left_out = {path for place in places for pattern in unneeded for path in place.glob(pattern)}
    files = {
        Path(file.locate()).resolve()
        for one in required().values()
        for file in one.files or ()
        if "__pycache__" not in str(file)
    }
    kept = [file for file in files if file.exists() and not left_out & {file, *file.parents}]
    code = sum(file.stat().st_size for file in kept)
    compiled = sum(file.stat().st_size for file in kept if file.suffix == ".py")  # a .pyc is about as large
    assert 0.6e9 < code + compiled + BASE < IMAGE


def test_what_is_left_out_is_there_to_be_left_out():
    site = Path(distribution("torch").locate_file(""))
    for pattern in (DEPLOY / "unneeded.txt").read_text("utf-8").split():
        assert pattern in ("pip", "setuptools") or any(site.glob(pattern)), pattern


def linked(source, target):
    """As good as a copy, and at once, where both lie on one disk."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def test_what_is_left_out_is_not_needed(tmp_path):
    """Where parts of packages are missing, tables are still drawn and losses computed."""
    site = Path(distribution("torch").locate_file(""))
    for package in ("pyarrow", "pandas", "torch", "sympy", "networkx", "streamlit"):
        shutil.copytree(site / package, tmp_path / package, copy_function=linked)
    for pattern in (DEPLOY / "unneeded.txt").read_text("utf-8").split():
        for path in tmp_path.glob(pattern):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    program = "import pyarrow.lib, pandas, streamlit, losses; from streamlit.dataframe_util import convert_anything_to_arrow_bytes as c; c(pandas.DataFrame({'a': [1]})); print(pandas.__file__, pyarrow.__file__, losses.LOSSES['mse']([1.0], [0.0]))"
    told = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", program], env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(str(tmp_path)) == 2


def test_the_image_has_the_app_and_nothing_else():
    kept = re.findall(r"^!(\S+?)/?$", (ROOT / ".dockerignore").read_text("utf-8"), re.MULTILINE)
    assert set(kept) == {
        "app.py",
        "requirements.txt",
        "LICENSE",
        ".streamlit/config.toml",
        "components",
        "losses",
        "pages",
        "deploy/unneeded.txt",
    }
    assert all((ROOT / name).exists() for name in kept)


def test_a_change_of_the_code_rebuilds_the_last_layers_alone():
    lines = (ROOT / "Dockerfile").read_text("utf-8").splitlines()
    stages = [index for index, line in enumerate(lines) if line.startswith("FROM ")]
    assert all(lines[index].startswith(f"FROM {PYTHON}") for index in stages)
    first, second = lines[stages[0] : stages[1]], lines[stages[1] :]
    assert [line for line in first if line.startswith("COPY")] == ["COPY requirements.txt deploy/unneeded.txt /"]
    copied = [line for line in second if line.startswith("COPY")]
    assert copied == ["COPY --from=packages /packages /packages", "COPY . ."]
    assert "USER 10001" in second
    assert any(line.startswith("HEALTHCHECK") for line in second)


@pytest.mark.parametrize("file", sorted((DEPLOY / "kubernetes").glob("*.yaml")), ids=lambda file: file.name)
def test_kubernetes_takes_them(file):
    for document in yaml.safe_load_all(file.read_text("utf-8")):
        kubernetes_validate.validate(document, "1.32", strict=True)


def documents():
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return {one["kind"]: one for file in files for one in yaml.safe_load_all(file.read_text("utf-8"))}


def test_kubernetes_parts_fit_together():
    made = documents()
    assert made.keys() == {
        "Deployment",
        "Service",
        "Ingress",
        "HorizontalPodAutoscaler",
        "PodDisruptionBudget",
        "NetworkPolicy",
    }
    labels = made["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert made["Deployment"]["spec"]["selector"]["matchLabels"] == labels == made["Service"]["spec"]["selector"]
    assert made["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"] == labels
    assert made["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == labels
    assert made["NetworkPolicy"]["spec"]["egress"] == []
    (container,) = made["Deployment"]["spec"]["template"]["spec"]["containers"]
    ports = {port["name"]: port["containerPort"] for port in container["ports"]}
    image = (ROOT / "Dockerfile").read_text("utf-8")
    assert f"STREAMLIT_SERVER_PORT={ports['http']}" in image
    assert f"LOSSCOPE_METRICS=0.0.0.0:{ports['metrics']}" in image
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"] == {"path": "/_stcore/health", "port": "http"}
    security = container["securityContext"]
    assert security["readOnlyRootFilesystem"]
    assert not security["allowPrivilegeEscalation"]
    assert made["Deployment"]["spec"]["template"]["spec"]["securityContext"]["runAsNonRoot"]
    scaled = made["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (scaled["kind"], scaled["name"]) == ("Deployment", made["Deployment"]["metadata"]["name"])


def test_the_ingress_keeps_visitors_as_the_proxy_does():
    proxy = (DEPLOY / "haproxy.cfg").read_text("utf-8")
    snippet = documents()["Ingress"]["metadata"]["annotations"]["haproxy.org/backend-config-snippet"]
    for line in ("retries 8", "option redispatch 1", "retry-on conn-failure\n"):
        assert line in snippet
        assert line in proxy
    told = "http-after-response del-header Set-Cookie if { var(txn.of_session) -m bool }"
    assert told in snippet
    assert told in proxy
    assert documents()["Service"]["metadata"]["annotations"]["haproxy.org/cookie-persistence"] == "replica"


def test_compose_takes_it():
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.compose-spec",
        ROOT / "compose.yaml",
    ]
    subprocess.run(command, check=True, capture_output=True)
    services = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
    for mounted in services["proxy"]["volumes"]:
        assert (ROOT / mounted.partition(":")[0]).is_file()
    assert services["app"]["read_only"]


@pytest.mark.skipif(shutil.which("haproxy") is None, reason="HAProxy is not installed")
@pytest.mark.parametrize("replicas", ["local", "compose"])
def test_the_proxy_takes_its_files(replicas):
    files = ["-f", DEPLOY / "haproxy.cfg", "-f", DEPLOY / f"replicas-{replicas}.cfg"]
    done = subprocess.run(["haproxy", "-c", *files], check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


def test_the_unit_starts_what_the_readme_installs():
    unit = (DEPLOY / "systemd" / "losscope@.service").read_text("utf-8")
    assert "/opt/losscope/.venv/bin/streamlit run app.py --server.address 127.0.0.1 --server.port %i" in unit
    settings = [line for line in unit.splitlines() if line and line[0] not in "#["]
    assert all(re.match(r"[A-Z][A-Za-z]+=", line) for line in settings)


def test_the_dashboard_asks_for_numbers_that_there_are():
    assert {errors.ERRORS, metrics.VISITORS} <= set(REGISTRY._collector_to_names)
    told = {sample.name for metric in REGISTRY.collect() for sample in metric.samples}
    told |= {"losscope_refused_total"}  # has no number before the first refusal
    dashboard = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    named = {name for text in asked for name in re.findall(r"\b(?:losscope|process)_\w+", text)}
    assert named <= told
    own = {
        name
        for name in told
        if name.startswith("losscope_") and not name.endswith(("_created", "_bucket", "_sum", "_count"))
    }
    assert own <= named | {"losscope_live_update_seconds"}
