"""A lesson on paper: every step with its picture, its question and room to write, or with the answers."""

import html

from components.lessons.lesson import Lesson, Step
from components.live.standalone import Part, sheet
from components.page.share import qr_code
from pages import study_at

STYLES = """
section { break-inside: avoid; margin-bottom: 2rem; }
section h2 { font-size: 1.1rem; margin: 1rem 0 0.25rem; }
section p { margin: 0.25rem 0; max-width: 60rem; }
.room { border-bottom: 1px solid; height: 2rem; }
.note { font-style: italic; }
.link img { vertical-align: middle; }
li.right { font-weight: 600; }
"""


def printed(lesson: Lesson, answers: bool, origin: str) -> str:
    """The lesson as an HTML file to print.

    Parameters
    ----------
    lesson
        The lesson.
    answers
        Whether answers and notes stand in it.
    origin
        Where the app is reached, to which the links of the steps lead.
    """
    about = Part(f"<p>{_text(lesson.about)}</p><p>{lesson.minutes} minutes, {len(lesson.steps)} steps.</p>")
    parts = [
        _part(f"{origin}{worksheet_link(lesson, index)}", index, step, answers)
        for index, step in enumerate(lesson.steps)
    ]
    return sheet(lesson.title, [about, *parts], STYLES)


def _part(link: str, index: int, step: Step, answers: bool) -> Part:
    shown = step.reveals if answers and step.reveals else step.opens
    lines = [f"<h2>{index + 1}. {_text(step.title)}</h2>", f"<p>{_text(step.filled(step.say))}</p>"]
    if step.options:
        lines.append(_options(step, answers))
    if answers:
        lines += [f"<p>{_text(step.filled(step.because))}</p>"] if step.because else []
        lines += [f'<p class="note">{_text(step.filled(step.note))}</p>'] if step.note else []
    elif step.options:
        lines.append('<p>Because:</p><div class="room"></div><div class="room"></div>')
    lines.append(f'<p class="link"><img alt="" width="90" src="{qr_code(link)}"> {_text(link)}</p>')
    return Part("\n".join(lines), study_at(shown.page, shown.query).picture())


def _options(step: Step, answers: bool) -> str:
    right = step.right() if answers else None
    items = [
        f"<li{' class=right' if option == right else ''}>{_text(option.text)}"
        + (f" – {_text(step.filled(option.misconception))}" if answers and option.misconception else "")
        + "</li>"
        for option in step.options
    ]
    return f"<ol>{''.join(items)}</ol>"


def worksheet_link(lesson: Lesson, index: int) -> str:
    """Where a step begins, from the page's name on."""
    return f"/{lesson.steps[index].opens.page}?lesson={lesson.key}&step={index + 1}"


def _text(text: str) -> str:
    return html.escape(text)
