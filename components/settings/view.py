"""What a visitor has set on a page: checked values, kept for the session, carried by the URL."""

import threading
from collections.abc import Callable, Generator, Iterable, Mapping, MutableMapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import streamlit as st

from components.settings.address import FRAME, opening, read, shortened
from components.settings.fields import Field
from components.text import complaint


class View:
    """The settings of one page. The session keeps them, widgets and the live figure are views of them.

    On entering the page its URL decides: a value that is unusable falls back to the default and
    leaves a note in ``notes``; without any setting in the URL, what the session had before returns,
    and a session that has not been here begins where the fields open.

    A view with a ``session`` of its own, any dictionary, and a ``query`` belongs to no visitor, and needs no script run.
    """

    def __init__(
        self,
        page: str,
        fields: Mapping[str, Field],
        session: MutableMapping | None = None,
        query: Mapping = MappingProxyType({}),
    ) -> None:
        self.page = page
        self.fields = fields
        if session is None:
            session, query = st.session_state, dict(st.query_params)
        entering = session.get("page") != page
        session["page"] = page
        # Plain dictionaries, which the live figure changes outside any script run.
        self._kept = session.setdefault(page, {"memory": {}, "lock": threading.RLock()})
        self._seen = threading.local()
        self._frame = session.setdefault("frame", {"present": False})
        self._restricted = {}
        if "values" not in self._kept or (entering and query):
            self.visit(query)
        self._begun_with = tuple(self._kept["notes"])

    def visit(self, query: Mapping[str, str]) -> None:
        """Show what these query parameters stand for, as an address that is opened."""
        settings = {name: text for name, text in query.items() if name not in FRAME}
        values, notes = read(self.fields, settings) if settings else (opening(self.fields), [])
        present = query.get("present", "")
        if present not in ("", "0", "1"):
            notes = [
                *notes,
                f"The link sets present to {shortened(present)}, but it must be 1; the page is shown as usual.",
            ]
        self._frame["present"] = present == "1"
        asked = (query["example"], "") if "example" in query else (None, None)
        lesson = (query["lesson"], query.get("step", "1")) if "lesson" in query else None
        self._kept |= {
            "values": values,
            "notes": notes,
            "refused": {},
            "guide": asked,
            "lesson": lesson,
            "answer": query.get("answer"),
            "locked": frozenset(),
            "bare": not settings,
        }

    def return_to(self, query: Mapping[str, str], guide: tuple[str | None, str | None]) -> None:
        """Show an address of this page that was shown before, with its ``guide``. Whether it is presented stays."""
        present = self.present
        self.visit(query)
        self._frame["present"] = present
        self._kept["guide"] = guide

    @property
    def present(self) -> bool:
        """Whether the page is shown to a room: large, and without what is around it."""
        return self._frame["present"]

    def switch_present(self) -> None:
        """Begin to present, or end it."""
        self._frame["present"] = not self.present

    @property
    def _values(self) -> dict[str, Any]:
        return getattr(self._seen, "values", None) or self._kept["values"]

    @contextmanager
    def still(self, **values: Any) -> Generator[None]:
        """A stretch in which this thread reads the settings as they are now, but for these, whatever changes meanwhile."""
        before = getattr(self._seen, "values", None)
        self._seen.values = self._values | values
        try:
            yield
        finally:
            self._seen.values = before

    @property
    def notes(self) -> list[str]:
        """What could not be used of the link or of the last input."""
        return self._kept["notes"]

    def say(self, text: str) -> None:
        """Let the visitor know of the last input what could not be done."""
        self._kept["notes"] = [text]

    def say_again(self, notes: Iterable[str] = ()) -> None:
        """Let the run that follows at once say what this one did: of the link, of the last input, and these ``notes``."""
        self._kept["notes"] = list(dict.fromkeys([*self.all_notes, *notes]))

    def dismiss(self) -> None:
        """What was said has been read."""
        self._kept["notes"] = []

    @property
    def all_notes(self) -> list[str]:
        """Those, and the ones with which this run began, though the page has set something since."""
        return list(dict.fromkeys([*self._begun_with, *self.notes]))

    @property
    def refused(self) -> Mapping[str, str]:
        """By name of a setting, what was wrong with the value that the last input had for it."""
        return self._kept["refused"]

    @property
    def guide(self) -> tuple[str | None, str | None]:
        """The title of the state worth seeing that was last gone to, and what was answered to its question.

        What it says to do stays until another one is gone to. The answer is None where nothing was asked, and empty
        while the question is open.
        """
        return self._kept["guide"]

    @guide.setter
    def guide(self, guide: tuple[str | None, str | None]) -> None:
        self._kept["guide"] = guide

    @property
    def lesson(self) -> tuple[str, str] | None:
        """The lesson that is being given and its step, as the address has them; None outside of lessons."""
        return self._kept["lesson"]

    @property
    def answer(self) -> str | None:
        """What was answered to the question of the lesson's step, as the address has it."""
        return self._kept["answer"]

    @answer.setter
    def answer(self, answer: str | None) -> None:
        self._kept["answer"] = answer

    def leave_lesson(self) -> None:
        """Go on without the lesson, with the settings as they stand."""
        self._kept |= {"lesson": None, "answer": None, "locked": frozenset(), "guide": (None, None)}

    def take_over(self, query: Mapping[str, str]) -> None:
        """Show the settings of these query parameters in the lesson; what of them cannot be used is noted."""
        values, notes = read(self.fields, query)
        self._kept |= {
            "values": values,
            "notes": notes,
            "refused": {},
            "beginnings": self.beginnings + 1,
            "bare": False,
        }

    @property
    def bare(self) -> bool:
        """Whether the address that was opened last said nothing of any setting."""
        return self._kept["bare"]

    @property
    def locked(self) -> frozenset[str]:
        """The settings that cannot be changed by hand just now."""
        return self._kept["locked"]

    @property
    def keeps_still(self) -> bool:
        """Whether none can, as while a question of the lesson waits for its answer."""
        return self.locked >= self.fields.keys()

    def lock(self, names: Iterable[str]) -> None:
        """Let these settings, and no others, be changed by nothing but the lesson."""
        self._kept["locked"] = frozenset(names)

    def __getitem__(self, name: str) -> Any:
        """The value of a setting."""
        return self._values[name]

    def set(self, **values: Any) -> None:
        """Change settings. One that is unusable is left as it was, and a note says so."""
        if values:
            self._take(values, {**self.fields, **self._restricted}, lambda: self._kept["values"])

    def attempt(self, compute: Callable[[], object], **values: Any) -> None:
        """Change settings unless ``compute``, called as if they were changed, raises ``ValueError``: a note says why."""
        try:
            aimed = {name: self.field(name).check(value) for name, value in values.items()}
        except ValueError:
            self.set(**values)
            return
        with self.still(**aimed):
            said = complaint(compute)
        if said:
            self.say(said)
        else:
            self.set(**values)

    def field(self, name: str) -> Field:
        """The field of a setting, as it is restricted now."""
        return self._restricted.get(name) or self.fields[name]

    @property
    def beginnings(self) -> int:
        """How often this view has begun anew, so that a chart can drop the zoom of what was there before."""
        return self._kept.get("beginnings", 0)

    def start_from(self, **values: Any) -> None:
        """Change these settings and return all others to their defaults, as a preset does; without any, open anew.

        Anew a page of several views opens the one on screen, its setting ``view``. With any, what is ``lasting`` stays as the visitor has it. What was to be done before is no more (``guide``).
        """
        self._kept["beginnings"] = self.beginnings + 1
        self._kept["guide"] = (None, None)
        self._take(values, self.fields, self._lasting if values else self._anew)

    def restrict(self, **fields: Field) -> list[str]:
        """Allow only what suits the rest of the view, as rows that the data have.

        What no longer fits returns to its default: a note for each is added to ``notes`` and returned.
        """
        self._restricted = fields
        news = []
        for name, field in fields.items():
            try:
                field.check(self._values[name])
            except ValueError as error:
                with self._kept["lock"]:
                    self._kept["values"] = self._kept["values"] | {name: field.default}
                news.append(f"{field.label or name} must be {error} here; it was reset.")
        self._kept["notes"] += news
        return news

    def _anew(self) -> dict[str, Any]:
        return opening(self.fields) | ({"view": self._kept["values"]["view"]} if "view" in self.fields else {})

    def _lasting(self) -> dict[str, Any]:
        kept = self._kept["values"]
        return {name: kept[name] if field.lasting else field.default for name, field in self.fields.items()}

    def _take(
        self, values: Mapping[str, Any], fields: Mapping[str, Field], before: Callable[[], Mapping[str, Any]]
    ) -> None:
        refused, aimed = {}, {}
        for name, value in values.items():
            try:
                aimed[name] = fields[name].check(value)
            except ValueError as error:
                refused[name] = f"{fields[name].label or name} must be {error}; it stays as it was."
        with self._kept["lock"]:  # a widget and the live figure may both change something at this moment
            self._kept["values"] = {**before(), **aimed}
        self._kept["refused"] = refused
        self._kept["notes"] = [text for name, text in refused.items() if not fields[name].live]

    def stands_at(self, values: Mapping[str, Any]) -> bool:
        """Whether the settings are those that ``start_from`` makes of these, but for what the visitor keeps."""
        others = opening(self.fields) if not values else {name: field.default for name, field in self.fields.items()}
        aimed = others | dict(values)
        return all(self._values[name] == aimed[name] for name, field in self.fields.items() if not field.lasting)

    def bind(self, name: str, then: Callable[[], None] | None = None) -> dict[str, Any]:
        """Make a Streamlit widget show and change a setting: ``st.selectbox(..., **view.bind("data"))``.

        ``then`` runs after a change, and takes it back where it raises ``ValueError``: a note says why.
        """
        key = f"{self.page}:{name}"
        value = self._values[name]
        st.session_state[key] = list(value) if isinstance(value, tuple) else value

        def commit() -> None:
            before = self._kept["values"]
            self.set(**{name: st.session_state[key]})
            if then and name not in self.refused and (said := complaint(then)):
                self._kept["values"] = before
                self.say(said)

        return {"key": key, "on_change": commit}

    def cached(self, what: str, spec: object, compute: Callable[[], Any]) -> Any:
        """The result of ``compute``, kept in the session until ``spec`` changes; the last one only.

        Parameters
        ----------
        what
            The name under which it is kept; each name has a result of its own.
        spec
            All that the result depends on, compared by ``==``.
        compute
            Gives the result. It is called only when there is none of this ``spec``.
        """
        kept = self._kept["memory"].get(what)
        if kept is None or kept[0] != spec:
            kept = self._kept["memory"][what] = (spec, compute())
        return kept[1]

    def peek(self, what: str, spec: object) -> Any:
        """What ``cached`` keeps under this name, or None where that is of another ``spec``."""
        kept = self._kept["memory"].get(what)
        return kept[1] if kept is not None and kept[0] == spec else None

    def address(self) -> dict[str, str]:
        """The query parameters that open this view: what differs from the defaults, nothing where the page opens.

        A question that is still open is asked there too.
        """
        changed = {name: value for name, value in self._values.items() if value != self.fields[name].default}
        if self._values == opening(self.fields):
            changed = {}
        elif not changed:  # without a word the link would open elsewhere
            said = next(name for name, field in self.fields.items() if field.opening != field.default)
            changed = {said: self._values[said]}
        title, answer = self.guide
        frame: dict[str, str] = {"present": "1"} if self.present else {}
        if self.lesson:
            frame |= dict(zip(("lesson", "step"), self.lesson, strict=True))
            frame |= {} if self.answer is None else {"answer": self.answer}
        elif title and answer == "":
            frame["example"] = title
        return {name: self.fields[name].write(value) for name, value in changed.items()} | frame
