"""The page on which care edits by which words a complaint is sorted into topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import Any

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.lifecycle import VersionConflict
from chalicelib.care.care_codes import CareCode as Code
from chalicelib.care.current import current
from chalicelib.care.reads import labelled
from chalicelib.care.settings import Care, care_from
from chalicelib.care.topics import measure, sort
from chalicelib.console.frame import CARE, NotHere, Page, Redirect, Route, Visit, whole
from chalicelib.console.settings import NAME, base_of, kept_below, on_top, put_in_force
from chalicelib.i18n.problems import every
from chalicelib.i18n.translations import N_, say
from chalicelib.problems import BadDocument, Problem
from chalicelib.store import catalogue

LATEST = 100  # corrections that the rules are held against; `ringback care topics` takes them all
MISTAKES = 10
VERSIONS = 5
PARTS = ("topics", "urgent")  # of the document `care`: what this page may change


def lines_of(phrases: Mapping[str, float]) -> str:
    """Phrases as a form shows them: one a line, its weight behind it."""
    return "\n".join(f"{phrase} {weight:g}" for phrase, weight in phrases.items())


def phrases_of(text: str, field: str) -> dict[str, float]:
    """What `lines_of` shows. Raises BadDocument naming the field and the line."""
    found: dict[str, float] = {}
    for number, line in enumerate(text.splitlines(), 1):
        phrase, _, weight = line.strip().rpartition(" ")
        if not line.strip():
            continue
        try:
            found[phrase.strip()] = float(weight)
        except ValueError:
            phrase = ""
        if not phrase:
            wrong = Problem(Code.NOT_A_PHRASE, {"value": repr(line.strip())}, field, number)
            raise BadDocument([wrong])
    return found


def topics(visit: Visit) -> Page:
    """The topics with their phrases, a text to try them on, and how they do against what staff said."""
    now = current()
    return _page(visit, now.care, _fields(now.care))


def _fields(care: Care) -> dict[str, str]:
    """The phrases in force, as the form shows them."""
    fields = {name: lines_of(one.phrases) for name, one in care.topics.topics.items()}
    return {**fields, "urgent": lines_of(care.urgent.phrases)}


def _form_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the form of a version of the document."""
    return {f"t-{name}": text for name, text in _fields(care_from(document)).items()}


def _changed(typed: Mapping[str, str], care: Care) -> set[str]:
    """The fields in which something else is typed than is in force."""
    return {name for name, text in _fields(care).items() if typed[name].split() != text.split()}


def save(visit: Visit) -> Page | Redirect:
    """The next version of the phrases, in force at once; or a text sorted by them as they are typed."""
    now = current()
    typed = {name: visit.form.get(f"t-{name}", "") for name in (*now.care.topics.topics, "urgent")}
    document = {**now.live.care}
    try:
        said = {name: phrases_of(text, name) for name, text in typed.items()}
        document["topics"] = {
            name: {**one, "phrases": said[name]} for name, one in document.get("topics", {}).items()
        }
        document["urgent"] = {**document.get("urgent", {}), "phrases": said["urgent"]}
        tried = care_from(document)
    except BadDocument as bad:
        return _page(visit, now.care, typed, bad.problems, status=422)
    if visit.form.get("what") == "try":
        return _page(visit, tried, typed, opened=_changed(typed, now.care))
    return _put_in_force(visit, document)


def bring_back(visit: Visit) -> Page | Redirect:
    """The topics of an earlier version once more, as a new version; whatever else the document holds is
    supervisors' and stays as it is."""
    now = current()
    number = whole(visit.form.get("version", ""))
    earlier = lifecycle.get(NAME, number) if number else None
    if earlier is None:
        raise NotHere
    fields = _fields(now.care)
    typed = {name: visit.form.get(f"t-{name}", text) for name, text in fields.items()}
    if _changed(typed, now.care):
        changed = N_(
            "You changed phrases here: save them, or load the page again, before a version comes back."
        )
        opened, error = _changed(typed, now.care), say(changed, visit.language)
        return _page(visit, now.care, typed, error=error, status=422, opened=opened)
    document = {name: value for name, value in now.live.care.items() if name not in PARTS}
    document |= {name: value for name, value in earlier.document.items() if name in PARTS}
    return _put_in_force(visit, document)


def _put_in_force(visit: Visit, document: Mapping[str, Any]) -> Page | Redirect:
    try:
        put_in_force(visit, document, base_of(visit))
    except VersionConflict as moved:
        visit, now = on_top(visit, _form_of), current()
        typed = {name: visit.form[f"t-{name}"] for name in _fields(now.care)}
        opened, said = _changed(typed, now.care), kept_below(moved, visit)
        return _page(visit, now.care, typed, error=said, status=409, opened=opened)
    return Redirect("/topics", N_("Saved. What is written from now on is sorted by it."))


def _page(
    visit: Visit,
    care: Care,
    fields: Mapping[str, str],
    problems: Sequence[Problem] = (),
    error: str = "",
    status: int = 200,
    opened: Set[str] = frozenset(),
) -> Page:
    trial = visit.form.get("text", visit.query.get("text", ""))
    history = sorted(lifecycle.history(NAME), key=lambda one: -one.number)[:VERSIONS]
    found = measure(labelled(latest=LATEST), care.topics)
    return Page(
        "topics.html",
        "Topics",
        {
            "titles": {name: one.title.get(visit.language, name) for name, one in care.topics.topics.items()},
            "fields": fields,
            "base": whole(visit.form.get("base", "")) or (history[0].number if history else 0),
            "trial": trial,
            "sorted": sort(trial, care.topics) if trial else None,
            "measured": found,
            "mistakes": found.mistakes[-MISTAKES:],
            "history": history,
            "live": catalogue.control().live.get(NAME, 0),
            "error": error or every(problems, visit.language),
            "opened": {one.place.removeprefix("topics.").partition(".")[0] for one in problems} | opened,
        },
        status=status,
    )


ROUTES = (
    Route("GET", "/topics", CARE, topics),
    Route("POST", "/topics", CARE, save),
    Route("POST", "/topics/back", CARE, bring_back),
)
