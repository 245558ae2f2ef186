"""What the process is given before anybody comes."""

import subprocess
import sys

import pytest

resource = pytest.importorskip("resource")

SCRIPT = """
import resource
hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
import app
print(*resource.getrlimit(resource.RLIMIT_NOFILE))
"""


def test_it_may_hold_more_connections_than_macos_grants_at_first(request):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=request.config.rootpath, capture_output=True, text=True, check=True
    )
    soft, hard = map(int, done.stdout.split()[-2:])
    assert soft == (10_240 if hard == resource.RLIM_INFINITY else min(hard, 10_240))
