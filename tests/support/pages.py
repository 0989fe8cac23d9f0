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
    which of them are typed, the last of what may be chosen for others, and which are of the button's own deed
    (all, where the page does not say)."""

    method: str
    path: str
    fields: Fields
    typed: frozenset[str] = frozenset()
    last: Mapping[str, str] = field(default_factory=dict)
    own: frozenset[str] = frozenset()

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
    buttons: list[tuple[str, str, str, int]] = field(default_factory=list)  # name, value, formaction, deed
    deeds: dict[int, set[str]] = field(default_factory=dict)  # the names of each deed's fields

    def set(self, name: str, value: str) -> None:
        self.fields = [one for one in self.fields if one[0] != name] + [(name, value)]


class _Reader(HTMLParser):
    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.links: list[str] = []
        self.forms: list[_Form] = []
        self._named: dict[str, _Form] = {}
        self._in: _Form | None = None  # the form around
        self._of = _Form("", "")  # the form of the field that is read
        self._select = ""
        self._area = ""
        self._open: list[tuple[str, int]] = []  # tag, and which deed is around
        self._deeds = 0

    def _form(self, given: Mapping[str, str]) -> _Form | None:
        """The form of a field or button: the one that it names, else the one around it."""
        return self._named.setdefault(given["form"], _Form("", "")) if "form" in given else self._in

    def placed(self) -> list[_Form]:
        """The forms, each with what names it from elsewhere."""
        return self.forms

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        deed = self._open[-1][1] if self._open else 0
        if "deed" in given.get("class", "").split():
            self._deeds += 1
            deed = self._deeds
        if tag not in _VOID:
            self._open.append((tag, deed))
        self.links += [given[name] for name in _BY_SCRIPT if given.get(name)]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            one = self._named.setdefault(given["id"], _Form("", "")) if "id" in given else _Form("", "")
            one.method, one.action = given.get("method", "get").upper(), given.get("action", "")
            one.action = one.action or urlsplit(self.address).path
            self.forms.append(one)
            self._in = one
        elif tag == "option" and self._select and "value" in given:
            self._of.last[self._select] = given["value"]
            kept = [one for one in self._of.fields if one[0] == self._select]
            if not kept or "selected" in given:
                self._of.set(self._select, given["value"])
        elif (form := self._form(given)) is not None:
            self._field(tag, given, form, deed)

    def _field(self, tag: str, given: Mapping[str, str], form: _Form, deed: int) -> None:
        name, value = given.get("name", ""), given.get("value", "")
        if tag == "button" and given.get("type") != "button":
            form.buttons.append((name, value, given.get("formaction", ""), deed))
            return
        if tag not in ("input", "select", "textarea") or not name:
            return
        form.deeds.setdefault(deed, set()).add(name)
        self._of = form
        if tag == "select":
            self._select = name
        elif tag == "textarea":
            self._area = name
            form.fields.append((name, ""))
            if "hidden" not in given:
                form.typed.add(name)
        elif given.get("type") not in _NO_FIELDS:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given:
                form.fields.append((name, value))
            if kind == "radio":
                form.last[name] = value
            elif kind in _TYPED:
                form.typed.add(name)

    def handle_data(self, data: str) -> None:
        if self._area:
            self._of.set(self._area, data.removeprefix("\n"))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""
        elif tag == "form":
            self._in = None


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
        for name, value, action, deed in form.buttons or [("", "", "", 0)]:
            pressed = [(name, value)] if name else []
            path = urlsplit(urljoin(address, action or form.action)).path
            own = frozenset(form.deeds.get(deed, ()) if deed else (one for one, _ in form.fields))
            typed = frozenset(form.typed)
            found.append(Ask(form.method, path, form.fields + pressed, typed, form.last, own))
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
