"""What a page lets its reader ask for next: its links and its forms, filled as they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

Fields = list[tuple[str, str]]
_BY_SCRIPT = ("data-here", "data-news", "data-live", "data-to")  # addresses that a page's script asks for
_TYPED = ("text", "search", "tel", "email", "number", "date", "datetime-local")
_NO_FIELDS = ("submit", "button", "reset", "image", "file")


@dataclass(frozen=True)
class Ask:
    """A request that a page offers: method, path, and the fields of its address or its form; of a form also
    which of them are typed, and the last of what may be chosen for others."""

    method: str
    path: str
    fields: Fields
    typed: frozenset[str] = frozenset()
    last: Mapping[str, str] = field(default_factory=dict)

    def filled(self, words: str) -> Fields:
        """The fields as somebody leaves them who types the words everywhere and chooses the last of each."""
        return [
            (name, words if name in self.typed else self.last.get(name, value)) for name, value in self.fields
        ]


@dataclass
class _Form:
    method: str
    action: str
    id: str = ""
    fields: Fields = field(default_factory=list)
    typed: set[str] = field(default_factory=set)
    last: dict[str, str] = field(default_factory=dict)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)  # name, value, formaction


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[_Form] = []
        self._select = ""
        self._area = ""
        self._outside: list[
            tuple[str, str, str, str]
        ] = []  # what names its form and stands in none or another

    def placed(self) -> list[_Form]:
        """The forms, each with what names it from elsewhere."""
        known = {one.id: one for one in self.forms if one.id}
        for id, name, value, action in self._outside:
            if id in known and action:
                known[id].buttons.append((name, value, action))
            elif id in known:
                known[id].fields.append((name, value))
        return self.forms

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.links += [given[name] for name in _BY_SCRIPT if given.get(name)]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            method = given.get("method", "get").upper()
            action = given.get("action") or urlsplit(self.address).path
            self.forms.append(_Form(method, action, given.get("id", "")))
        elif "form" in given:
            name, value = given.get("name", ""), given.get("value", "")
            if tag == "button" or (name and given.get("type") not in ("checkbox", "radio")):
                self._outside.append((given["form"], name, value, given.get("formaction", "")))
        elif not self.forms:
            return
        elif tag == "input" and given.get("name") and given.get("type") not in _NO_FIELDS:
            form, name, value = self.forms[-1], given["name"], given.get("value", "")
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given:
                form.fields.append((name, value))
            if kind == "radio":
                form.last[name] = value
            elif kind in _TYPED:
                form.typed.add(name)
        elif tag == "select":
            self._select = given.get("name", "")
        elif tag == "option" and self._select and "value" in given:
            self.forms[-1].last[self._select] = given["value"]
            kept = [one for one in self.forms[-1].fields if one[0] == self._select]
            if not kept or "selected" in given:
                self._set(self._select, given["value"])
        elif tag == "textarea":
            self._area = given.get("name", "")
            self.forms[-1].fields.append((self._area, ""))
            if "hidden" not in given:
                self.forms[-1].typed.add(self._area)
        elif tag == "button":
            about = (given.get("name", ""), given.get("value", ""), given.get("formaction", ""))
            self.forms[-1].buttons.append(about)

    def handle_data(self, data: str) -> None:
        if self._area and self.forms:
            self._set(self._area, data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def _set(self, name: str, value: str) -> None:
        form = self.forms[-1]
        form.fields = [one for one in form.fields if one[0] != name] + [(name, value)]


def asks_of(page: str, address: str) -> list[Ask]:
    """The requests that a page at `address` offers; a form once for each of its buttons."""
    reader = _Reader(address)
    reader.feed(page)
    found = []
    for link in reader.links:
        parts = urlsplit(urljoin(address, link))
        if not parts.netloc and parts.path.startswith("/"):
            found.append(Ask("GET", parts.path, parse_qsl(parts.query, keep_blank_values=True)))
    for form in reader.placed():
        for name, value, action in form.buttons or [("", "", "")]:
            pressed = [(name, value)] if name else []
            path = urlsplit(urljoin(address, action or form.action)).path
            found.append(Ask(form.method, path, form.fields + pressed, frozenset(form.typed), form.last))
    return found


_VOID = ("area", "br", "col", "hr", "img", "input", "link", "meta", "source", "use", "wbr")


class _Idle(HTMLParser):
    """Finds controls that a browser without scripts shows and that do nothing in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._open: list[tuple[str, bool]] = []  # tag, and whether nothing in it is seen without scripts

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        unseen = tag == "dialog" or "hidden" in given or "with-js" in given.get("class", "").split()
        unseen = unseen or bool(self._open and self._open[-1][1])
        if tag not in _VOID:
            self._open.append((tag, unseen))
        if unseen or tag not in ("input", "select", "textarea", "button"):
            return
        kind, shows = given.get("type", ""), "popovertarget" in given or given.get("form") == "none"
        sends = tag == "button" and kind != "button"
        if not sends and not shows and kind != "hidden" and (not given.get("name") or kind == "file"):
            self.found.append(str(self.get_starttag_text()))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass


def idle_controls(page: str) -> list[str]:
    """The controls of a page that do nothing without scripts and are shown all the same."""
    reader = _Idle()
    reader.feed(page)
    return reader.found
