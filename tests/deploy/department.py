"""Replicas of the app behind HAProxy, as ``deploy/`` says, on free ports of this machine."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
MOST = 8  # replicas that replicas-local.cfg names
PATIENCE = 60  # seconds


def free_ports(count):
    """Ports that nobody has now."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [probe.getsockname()[1] for probe in probes]


def proxy_command():
    """HAProxy with the files that run on one machine."""
    return ["haproxy", "-f", str(DEPLOY / "haproxy.cfg"), "-f", str(DEPLOY / "replicas-local.cfg")]


def told(address):
    """Status and text of an address; status 0 where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()
    except OSError:
        return 0, ""


def waited(true, what):
    """Wait until ``true()``."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.05)


class Department:
    """Up to eight replicas, named by their cookies from "1" on, and the proxy before them, with settings of its own."""

    def __init__(self, folder, **settings):
        self.folder = Path(folder)
        ports = free_ports(3 + 2 * MOST)
        self.address, self.private = (f"http://127.0.0.1:{port}" for port in ports[:2])
        self.ports = dict(zip(map(str, range(1, MOST + 1)), ports[3 : 3 + MOST], strict=True))
        self.metrics = dict(zip(self.ports, (f"127.0.0.1:{port}" for port in ports[3 + MOST :]), strict=True))
        self.replicas = {}
        self.log = self.folder / "haproxy.log"
        own = {
            "LOSSCOPE_BIND": f"127.0.0.1:{ports[0]}",
            "LOSSCOPE_PRIVATE": f"127.0.0.1:{ports[1]}",
            "LOSSCOPE_CONTROL": str(self.folder / "control"),
            **self.places(),
        }
        with self.log.open("w") as log:
            self.proxy = subprocess.Popen(
                proxy_command(), env=os.environ | own | settings, stdout=log, stderr=subprocess.STDOUT
            )

    def places(self):
        """Where the replicas are, as the proxy is told."""
        return {f"LOSSCOPE_REPLICA_{name}": f"127.0.0.1:{port}" for name, port in self.ports.items()}

    def start(self, *names):
        """Start these replicas side by side, and wait until the proxy has found them."""
        with ThreadPoolExecutor() as threads:
            list(threads.map(self._start, names))
        waited(lambda: set(names) <= self.up(), f"the proxy finds {names}")

    def _start(self, name):
        command = [sys.executable, "-m", "streamlit", "run", "app.py"]
        command += ["--server.port", str(self.ports[name]), "--server.address", "127.0.0.1"]
        own = {
            "PYTHONPATH": str(ROOT),
            "LOSSCOPE_METRICS": self.metrics[name],
            "LOSSCOPE_ERRORS": "json",
            "STREAMLIT_LOGGER_MESSAGE_FORMAT": "%(message)s",
            "STREAMLIT_LOGGER_ENABLE_RICH": "false",
            "STREAMLIT_SERVER_COOKIE_SECRET": "the same for all replicas",
        }
        with (self.folder / f"replica-{name}.log").open("a") as log:
            self.replicas[name] = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | own, stdout=log, stderr=subprocess.STDOUT
            )
        health = f"http://127.0.0.1:{self.ports[name]}/_stcore/health"
        waited(lambda: told(health)[0] == 200, f"replica {name} answers")

    def up(self):
        """The replicas that the proxy sends visitors to."""
        status, text = told(f"{self.private}/;csv")
        if status != 200:
            return set()
        heads, *lines = (line.split(",") for line in text.removeprefix("# ").splitlines())
        rows = [dict(zip(heads, line, strict=False)) for line in lines]
        return {row["svname"] for row in rows if row["pxname"] == "replicas" and row["status"].startswith("UP")} - {
            "BACKEND"
        }

    def send(self, name, what):
        """Send a signal to a replica; one that ends it is waited for."""
        self.replicas[name].send_signal(what)
        if what in (signal.SIGKILL, signal.SIGTERM):
            self.replicas[name].wait(PATIENCE)

    def end(self):
        """Stop all that runs."""
        for process in (self.proxy, *self.replicas.values()):
            process.kill()
            process.wait()


@contextlib.contextmanager
def department(replicas=0, **settings):
    """So many replicas behind the proxy."""
    with tempfile.TemporaryDirectory() as folder:
        made = Department(folder, **settings)
        try:
            made.start(*[str(number + 1) for number in range(replicas)])
            yield made
        finally:
            made.end()
