"""Live figures as one HTML file that plays anywhere: plotly.js, our modules, the styles and the pictures are in it."""

import html
import json
import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

import streamlit as st

from components.live.arrays import Encoder
from components.live.files import BROWSER, PLOTLY
from components.live.picture import Picture, sendable

# The policy makes the browser refuse every request, so that opening the file tells nobody.
_PAGE = Template("""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data: blob:">
<title>$title</title>
<style>
:root {
  color-scheme: light dark;
  --st-font: system-ui, sans-serif;
  --st-button-radius: 0.5rem;
  --st-border-color: color-mix(in srgb, var(--st-text-color) 20%, transparent);
  --st-border-color-light: color-mix(in srgb, var(--st-text-color) 10%, transparent);
$light
}
@media (prefers-color-scheme: dark) {
  :root {
$dark
  }
}
body { margin: 0 auto; padding: 1rem 2rem; max-width: 90rem; line-height: 1.6; font-family: var(--st-font); color: var(--st-text-color); background: var(--st-background-color); }
$styles
</style>
<script>$plotly</script>
<script type="importmap">$modules</script>
<h1>$title</h1>
$body
<script type="module">
import { show } from "losscope/live_figure.js";
for (const place of document.querySelectorAll("main, .picture")) {
  show({ data: JSON.parse(place.nextElementSibling.textContent), parentElement: place });
}
</script>
</html>
""")


@dataclass(frozen=True)
class Part:
    """A part of a file: HTML, as it is to stand there, and below it a picture, where there is one."""

    html: str = ""
    picture: Picture | None = None


def standalone(picture: Picture, title: str) -> str:
    """A picture as an HTML file that asks nothing of any server.

    Its player and its zoom work; sliders, handles and picks, which Python would have to answer, are left out.

    Parameters
    ----------
    picture
        What to show.
    title
        Heading of the file, as plain text.
    """
    return _file(title, f"<main></main>\n{_data(picture)}")


def sheet(title: str, parts: Sequence[Part], styles: str = "") -> str:
    """Pictures with text as one such file, to be read or printed.

    Parameters
    ----------
    title
        Heading of the file, as plain text.
    parts
        In their order.
    styles
        CSS of the parts.
    """
    body = "\n".join(
        f"<section>{part.html}"
        + (f'<div class="picture"></div>\n{_data(part.picture)}' if part.picture else "")
        + "</section>"
        for part in parts
    )
    return _file(title, f"<style>{_embedded(styles)}</style>\n{body}")


def _data(picture: Picture) -> str:
    state = {"answers": 0, "moving": False, "controls": [], "handles": [], "pick": None, "runner": None}
    # JSON has < within strings alone, where it may be written as an escape.
    text = Encoder().json(sendable(picture) | state).replace("<", r"\u003c")
    return f'<script type="application/json">{text}</script>'


def _file(title: str, body: str) -> str:
    modules = {f"losscope/{file.name}": _data_url(file.read_text("utf-8")) for file in sorted(BROWSER.glob("*.js"))}
    return _PAGE.substitute(
        title=html.escape(title),
        light=_colors("light"),
        dark=_colors("dark"),
        styles=_embedded((BROWSER / "live_figure.css").read_text("utf-8")),
        plotly=_embedded(PLOTLY.read_text("utf-8")),
        modules=json.dumps({"imports": modules}),
        body=body,
    )


def _data_url(module: str) -> str:
    """A module as an address: there its neighbours have names of the import map instead of relative ones."""
    named = re.sub(r'(\bfrom ")\./', r"\1losscope/", module)
    return f"data:text/javascript;base64,{b64encode(named.encode()).decode()}"


def _embedded(code: str) -> str:
    """JavaScript or CSS that cannot end the element it stands in: only strings hold such marks, and take a backslash."""
    return re.sub("<(?=!--|/(?:script|style))", r"<\\", code, flags=re.IGNORECASE)


def _colors(theme: str) -> str:
    """The colours that Streamlit gives to components."""
    names = {
        "text": "text",
        "background": "background",
        "secondary-background": "secondaryBackground",
        "primary": "primary",
    }
    values = {name: st.get_option(f"theme.{theme}.{option}Color") for name, option in names.items()}
    return "\n".join(f"  --st-{name}-color: {value};" for name, value in values.items())
