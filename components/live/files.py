"""The files of the live figure's browser half, and plotly.js: compressed once, and kept by browsers for good.

Whatever has no encoding yet Streamlit compresses for everyone who asks: of plotly.js that is a tenth of a second each.
"""

import gzip
from functools import cache
from hashlib import sha256
from pathlib import Path
from threading import Lock

import plotly
import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

BROWSER = Path(__file__).parent / "browser"
PLOTLY = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
KINDS = {".js": "text/javascript", ".css": "text/css"}
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
_FILES = {file.name: file for file in BROWSER.iterdir()}
BROWSER_FILES = "browser/" + sha256(b"".join(_FILES[name].read_bytes() for name in sorted(_FILES))).hexdigest()[:12]
_packing = Lock()


def address(name: str) -> str:
    """The URL path of something that the server offers to live figures."""
    base = st.get_option("server.baseUrlPath").strip("/")
    return f"{'/' + base if base else ''}/live/{name}"


def plotly_address() -> str:
    """The URL path of plotly.js, different for each version."""
    return f"{address('plotly')}?{plotly.__version__}"


def module_addresses() -> list[str]:
    """The URL paths of all JavaScript modules."""
    return [address(f"{BROWSER_FILES}/{name}") for name in sorted(_FILES) if name.endswith(".js")]


def routes() -> list[BaseRoute]:
    """Where the files are."""
    return [Route(address("plotly"), _plotly), Route(address(f"{BROWSER_FILES}/{{name}}"), _browser)]


def pack() -> None:
    """Compress all now, so that no visitor waits for it."""
    for file in (*_FILES.values(), PLOTLY):
        _packed(file)


async def _plotly(request: Request) -> Response:
    return await _response(request, PLOTLY)


async def _browser(request: Request) -> Response:
    file = _FILES.get(request.path_params["name"])
    return Response("There is no such thing.", 404) if file is None else await _response(request, file)


async def _response(request: Request, file: Path) -> Response:
    kind = KINDS[file.suffix]
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(await run_in_threadpool(file.read_bytes), media_type=kind, headers=FOR_GOOD)
    content = await run_in_threadpool(_packed, file)
    return Response(content, media_type=kind, headers=FOR_GOOD | {"Content-Encoding": "gzip"})


def _packed(file: Path) -> bytes:
    with _packing:  # of many who come at once one does it
        return _compressed(file)


@cache
def _compressed(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), mtime=0)
