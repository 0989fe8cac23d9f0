"""The supervisor's page of ready answers: what they say, in which language, and on cases about what."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from chalicelib.campaigns.lifecycle import VersionConflict
from chalicelib.campaigns.live import Live
from chalicelib.campaigns.meter import counted
from chalicelib.campaigns.wording import dressed
from chalicelib.care.actions import LONGEST_ANSWER
from chalicelib.care.care_codes import CareCode
from chalicelib.care.current import current
from chalicelib.console.frame import SUPERVISOR, File, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.settings import base_of, kept_below, latest, put_in_force
from chalicelib.i18n.problems import words
from chalicelib.i18n.translations import N_, languages, own_name, say, say_many
from chalicelib.problems import BadDocument, Problem
from chalicelib.sms.segments import count
from chalicelib.store.schema.subscribers import Subscriber

_ID = re.compile(r"[^\W_][\w-]{0,39}")
_FILLED = re.compile(r"\{.*?\}+")  # what reads like a name to fill in; nothing is


@dataclass(frozen=True, slots=True)
class Typed:
    """One answer as the form has it. `fields` are `id`, and `title|en` and `text|en` for each language."""

    fields: Mapping[str, str]
    topics: Sequence[str] = ()
    was: str = ""  # the id that it had before; "" for a new one
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def spoken(self) -> list[str]:
        """Its languages, those of the console first."""
        return [name.partition("|")[2] for name in self.fields if name.startswith("text|")]


def answers(visit: Visit) -> Page:
    """Every ready answer, and the one that is asked for in a form; the first where none is."""
    known = _known(current().live)
    asked = visit.query.get("id", "")
    chosen = next((one for one in known if one.get("id") == asked), None)
    if asked and chosen is None:
        raise NotHere
    if chosen is None and known and "new" not in visit.query:
        chosen = known[0]
    return _page(visit, _shown(chosen or {}, visit.language))


def save(visit: Visit) -> Page | Redirect | File:
    """The next version of care's settings with this answer changed, added or deleted; or only what a text
    comes to."""
    what, now = visit.form.get("what", "save"), current()
    if what == "count":
        said = comes_to(visit.form.get("text", ""), visit.form.get("language", ""), now.live, visit.language)
        return File("count.json", "application/json", json.dumps({"said": said}, ensure_ascii=False))
    known, was = _known(now.live), visit.form.get("was", "")
    at = next((n for n, one in enumerate(known) if was and one.get("id") == was), len(known))
    before = known[at] if at < len(known) else {}
    typed = _typed(visit, before)
    if what == "look":
        return _page(visit, typed)
    if what == "delete":
        if not before:
            raise NotHere
        return _kept(visit, typed, [*known[:at], *known[at + 1 :]], at, "/answers", N_("Deleted."))
    others = [one.get("id") for n, one in enumerate(known) if n != at]
    if errors := _wrong(typed, others, visit.language):
        return _page(visit, typed, errors, 422)
    found = [*known[:at], _as_document(typed, before), *known[at + 1 :]]
    to = f"/answers?id={quote(typed.fields['id'])}"
    return _kept(visit, typed, found, at, to, N_("Saved. It holds from now on."))


def _kept(
    visit: Visit, typed: Typed, found: Sequence[Mapping[str, Any]], at: int, to: str, said: str
) -> Page | Redirect:
    """Put the answers in force, or show what was typed with what is in the way."""
    try:
        put_in_force(visit, {**current().live.care, "answers": found}, base_of(visit))
    except BadDocument as bad:
        errors = {_field(one.place, at, typed.spoken): words(one, visit.language) for one in bad.problems}
        return _page(visit, typed, errors, 422)
    except VersionConflict as moved:
        return _page(visit, typed, {"": kept_below(moved, visit)}, 409)
    return Redirect(to, said)


def _page(visit: Visit, typed: Typed, errors: Mapping[str, str] | None = None, status: int = 200) -> Page:
    now = current()
    topics = {name: one.title.get(visit.language, name) for name, one in now.care.topics.topics.items()}
    said = {one: comes_to(typed.fields[f"text|{one}"], one, now.live, visit.language) for one in typed.spoken}
    return Page(
        "answers.html",
        "Ready answers",
        {
            "lines": [(one, _in(one.text, visit.language)) for one in now.care.answers],
            "topics": topics,
            "chosen": typed,
            "errors": errors or {},
            "comes_to": said,
            "language_names": {one: own_name(one) for one in languages()},
            "longest": LONGEST_ANSWER,
            # After a conflict the next version is made from theirs, which this page shows.
            "base": latest() if status == 409 else base_of(visit) or latest(),
        },
        status=status,
    )


def comes_to(text: str, language: str, live: Live, shown_in: str) -> str:
    """What a ready answer comes to behind the signature that makes it dearest, in words; "" for no text."""
    if not text.strip():
        return ""
    found = [
        counted(dressed(text.strip(), brand, language, hinted=False), language, Subscriber("-"), one, {})
        for brand in live.brands.values()
        for one in brand.originators
    ]
    if not found:
        alone = count(text.strip())
        return say_many("%(n)s segment", "%(n)s segments", alone.segments, shown_in)
    dearest = max(found, key=lambda one: (one.segments, -one.left))
    return say_many(
        "%(n)s segment · %(left)s characters left · %(encoding)s",
        "%(n)s segments · %(left)s characters left · %(encoding)s",
        dearest.segments,
        shown_in,
        left=dearest.left,
        encoding=dearest.encoding,
    )


def _known(live: Live) -> list[Mapping[str, Any]]:
    """The answers as the document has them."""
    return list(live.care.get("answers", ()))


def _spoken(document: Mapping[str, Any], first: str) -> list[str]:
    """The languages of a form: who looks first, then the console's, then whatever else an answer has."""
    held = [*document.get("title", {}), *document.get("text", {})]
    return list(dict.fromkeys([*sorted(languages(), key=lambda one: one != first), *held]))


def _shown(document: Mapping[str, Any], first: str) -> Typed:
    """An answer of the document as the form shows it."""
    fields = {"id": str(document.get("id", ""))}
    for one in _spoken(document, first):
        fields |= {f"{name}|{one}": document.get(name, {}).get(one, "") for name in ("title", "text")}
    return Typed(fields, document.get("topics", ()), fields["id"])


def _typed(visit: Visit, before: Mapping[str, Any]) -> Typed:
    """An answer as somebody typed it."""
    fields = {
        name: visit.form.get(name, "").replace("\r\n", "\n").strip()
        for name in _shown(before, visit.language).fields
    }
    return Typed(fields, visit.lists.get("topics", ()), str(before.get("id", "")))


def _as_document(typed: Typed, before: Mapping[str, Any]) -> dict[str, Any]:
    """What the document is to hold of an answer: empty languages are left out, unknown fields stay."""
    found: dict[str, Any] = {**before, "id": typed.fields["id"]}
    for name in ("title", "text"):
        held = {one: typed.fields[f"{name}|{one}"] for one in typed.spoken}
        found[name] = {one: said for one, said in held.items() if said}
    found.pop("topics", None)
    return found | ({"topics": list(typed.topics)} if typed.topics else {})


def _wrong(typed: Typed, others: Sequence[Any], language: str) -> dict[str, str]:
    """What is wrong with an answer, by field."""
    found, first = {}, typed.spoken[0]
    if not _ID.fullmatch(typed.fields["id"]):
        found["id"] = say("1 to 40 letters, digits and hyphens, such as call-back", language)
    elif typed.fields["id"] in others:
        found["id"] = say("There is an answer of this shortcut: choose another.", language)
    for name in ("title", "text"):
        if not any(typed.fields[f"{name}|{one}"] for one in typed.spoken):
            found[f"{name}|{first}"] = say("Write it in one language at least.", language)
    for one in typed.spoken:
        text = typed.fields[f"text|{one}"]
        if len(text) > LONGEST_ANSWER:
            long = Problem(CareCode.ANSWER_TOO_LONG, {"n": len(text), "most": LONGEST_ANSWER})
            found[f"text|{one}"] = words(long, language)
        elif name_in_it := _FILLED.search(text):
            found[f"text|{one}"] = say(
                "Nothing is filled in for %(name)s: an answer goes out as it stands. Write the words.",
                language,
                name=name_in_it[0],
            )
    return found


def _field(place: str, at: int, spoken: Sequence[str]) -> str:
    """The field of a place in the document; "" for what is not of this answer."""
    name = place.removeprefix(f"answers[{at}].")
    if name == place:
        return ""
    return f"{name}|{spoken[0]}" if name in ("title", "text") else name


def _in(said: Mapping[str, str], language: str) -> str:
    return said.get(language) or next(iter(said.values()), "")


ROUTES = (
    Route("GET", "/answers", SUPERVISOR, answers),
    Route("POST", "/answers", SUPERVISOR, save),
)
