"""The queue of the care team and the search, and what is done to several cases at once."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from chalicelib.care import actions, colours, reads
from chalicelib.care.actions import BulkDone
from chalicelib.care.changes import NotFound, get
from chalicelib.care.current import current
from chalicelib.console.case_names import colleagues, filter_facts, names
from chalicelib.console.frame import CARE, BadForm, File, Page, Redirect, Route, Visit, whole
from chalicelib.console.listing import (
    FILTERS,
    PLACES,
    SORTED,
    Shown,
    every,
    in_order,
    lines,
    named_in,
    own_teams,
    shown,
    staying,
    tab_counts,
    tab_of,
)
from chalicelib.console.saved_views import current_one, kept, views_of
from chalicelib.console.talk import bubbles, event_lines
from chalicelib.console.trail import noted
from chalicelib.i18n.problems import words
from chalicelib.i18n.translations import N_, say
from chalicelib.store import conversations, event_history, subscribers
from chalicelib.store.records import mask
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.results import EventOutcome

CSV_ROWS = 5_000
EVENTS = 50  # of a subscriber that are shown in a conversation


def queue(visit: Visit) -> Page | File:
    """The cases of a tab in the order to take them, with filters, sorting, a cursor and CSV."""
    return _queue(visit)


def _queue(visit: Visit, refused: str = "") -> Page | File:
    """The page; after a form that was `refused`, for that reason, with all that was chosen."""
    now = current()
    tab = tab_of(visit)
    problem = refused
    try:
        if visit.query.get("as") == "csv":
            return _csv(every(visit, now, tab, CSV_ROWS))
        page = shown(visit, now, tab)
    except BadForm as error:
        page, problem = Shown(()), words(error.problem, visit.language)
    called, views = names(now, visit.language), views_of(visit, now)
    load = reads.load()
    counts = tab_counts(visit, load, now, tab)
    return Page(
        "queue.html",
        "Queue",
        {
            "tab": tab,
            "tabs": (*reads.TABS, "any") if tab == "any" else reads.TABS,
            "counts": counts,
            "load": load,
            "named_in": named_in(visit),
            "stays": staying(visit, counts.get(tab, 0)),
            "cases": lines(page.cases, visit),
            "page": page,
            "most": SORTED,
            "no_page": dict.fromkeys(PLACES, ""),
            "names": called,
            "colleagues": colleagues(now),
            "topics": list(now.care.topics.topics),
            "tiers": sorted({*now.care.limits.answer, *now.care.rank.tier}),
            "teams": list(now.care.teams),
            "filters": filter_facts(visit.query, called),
            "views": views,
            "view": current_one(views, visit.query),
            "view_teams": own_teams(visit, now),
            "view_query": urlencode(kept(visit.query)),
            "cleared": dict.fromkeys((*FILTERS, *PLACES), ""),
            "problem": problem,
            "undo": [one for one in visit.query.get("undo", "").split(",") if one] if visit.said else [],
            "back": _here(visit),
            "rank": now.care.rank,
            "chosen": visit.lists.get("case", []),
            "typed": visit.form,
        },
        status=422 if refused else 200,
    )


def _here(visit: Visit) -> str:
    """This page's address without what belongs to one look at it."""
    query = {name: value for name, value in visit.query.items() if name not in ("undo", "as")}
    return visit.path + ("?" + urlencode(query) if query else "")


def inert(cell: str) -> str:
    """A cell that no spreadsheet runs: one that begins like a formula, in whatever width and behind whatever
    blanks, has an apostrophe before it. A plain number is none."""
    begins = unicodedata.normalize("NFKC", cell).lstrip()[:1]
    formula = begins in ("=", "+", "-", "@") or cell[:1] in ("\t", "\r", "\n")
    return f"'{cell}" if formula and not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", cell) else cell


def table_file(name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> File:
    """A table as CSV that a spreadsheet opens in UTF-8 and runs nothing of."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(heads)
    for row in rows:
        writer.writerow(["" if cell is None else inert(str(cell)) for cell in row])
    return File(name, "text/csv; charset=utf-8", "\ufeff" + out.getvalue())


def _csv(cases: Iterable[Case]) -> File:
    fields = (
        "case_id", "state", "outcome", "deadline", "score", "tier", "region", "roster", "topic", "department",
        "remedy", "team", "owner", "level", "opened_at", "closed_at", "words",
    )  # fmt: skip
    return table_file("cases.csv", fields, ([getattr(case, name) for name in fields] for case in cases))


@dataclass(frozen=True, slots=True)
class Deed:
    """What is done to the chosen cases, and what to say of it."""

    done: list[BulkDone]
    said: str  # of all of them, with {n} and {to}
    undoable: bool = False


# What whoever has a case does with it, and supervisors; others read it, note, sort, correct and flag it.
OWNERS = frozenset(
    {
        "answer",
        "call",
        "remedy",
        "resolve",
        "close",
        "reopen",
        "join",
        "hand_over",
        "roster",
        "undo",
        "snooze",
        "wake",
    }
)
COLLEAGUES = N_("%(who)s has this case: ask for it, or leave a note. Supervisors may act on every case.")


def somebody_elses(visit: Visit, ids: Iterable[str]) -> str:
    """The owner of the first of these cases that a colleague has; "" where none does, and for supervisors."""
    if visit.role != "care":
        return ""
    for id in ids:
        try:
            owner = get(id).owner
        except NotFound:
            continue
        if owner not in ("", visit.who):
            return owner
    return ""


def _not_done(visit: Visit, back: str, why: str) -> Page | File:
    """The list again with what was chosen, and why nothing was done."""
    query = {name: value for name, value in parse_qsl(urlsplit(back).query) if name != "as"}
    return _queue(replace(visit, query=query), why)


def many(visit: Visit) -> Redirect | Page | File:
    """Give several cases of the queue to somebody, say what they are about, close them as duplicates of one
    of them (asked first), or take the last of these back."""
    ids = list(dict.fromkeys(visit.lists.get("case", [])))
    back = visit.form.get("back", "")
    back = back if back.startswith("/queue") else "/queue"
    what = visit.form.get("what", "")
    if not ids:
        return _not_done(visit, back, say("Choose some cases first.", visit.language))
    if what == "join" and visit.form.get("sure") != "1":
        return _asked(visit, ids, back)
    if what == "assign" and visit.role == "care" and visit.form.get("to") != visit.who:
        return _not_done(visit, back, say("Only a supervisor gives cases to others.", visit.language))
    if what in ("assign", "join") and (owner := somebody_elses(visit, ids)):
        return _not_done(visit, back, say(COLLEAGUES, visit.language, who=owner))
    deed = _deed(visit, what, ids)
    if deed is None:
        return _not_done(visit, back, say("Choose what to do with them first.", visit.language))
    good = [one.case for one in deed.done if one.case]
    bad = [f"{one.case_id}: {words(one.problem, visit.language)}" for one in deed.done if one.problem]
    said = say(deed.said, visit.language, n=len(good), to=visit.form.get("to", "")) if good else ""
    if bad:
        said = " ".join([said, say("Not changed:", visit.language), "; ".join(bad)]).strip()
    if deed.undoable and good:
        mark = "&" if "?" in back else "?"
        back += f"{mark}undo=" + ",".join(f"{case.case_id}:{case.revision}" for case in good)
    return Redirect(back, said)


def _deed(visit: Visit, what: str, ids: list[str]) -> Deed | None:
    form, who, now = visit.form, visit.who, visit.now
    if what == "assign" and form.get("to"):
        given = actions.assign_many(ids, form["to"], by=who, now=now)
        return Deed(given, "Given to %(to)s: %(n)s.", undoable=True)
    if what == "topic" and form.get("topic"):
        sorted_ = actions.set_topic_many(ids, form["topic"], by=who, now=now)
        return Deed(sorted_, "The topic is set: %(n)s.", undoable=True)
    if what == "join" and form.get("into"):
        return Deed(actions.join_many(ids, form["into"], by=who, now=now), "Closed as duplicates: %(n)s.")
    if what == "undo":
        pairs = [one.partition(":") for one in ids]
        seen = {id: int(revision) for id, _, revision in pairs if whole(revision)}
        return Deed(actions.undo_many(seen, by=who, now=now), "Taken back: %(n)s.")
    return None


def _asked(visit: Visit, ids: list[str], back: str) -> Page | File:
    """What closing as duplicates would do: it cannot be taken back, so it is asked first."""
    found = [case for id in ids for case in reads.search(id)]
    if len(found) < 2:
        said = say("Choose at least two cases: the duplicates, and the one that stays.", visit.language)
        return _not_done(visit, back, said)
    people = len({case.subscriber or case.msisdn for case in found})
    if people > 1:
        said = N_("Duplicates are cases of one subscriber; these are of %(n)s. Choose those of one of them.")
        return _not_done(visit, back, say(said, visit.language, n=people))
    found.sort(key=lambda case: case.opened_at)
    data = {
        "cases": lines(found, replace(visit, query={})),
        "back": back,
        "names": names(current(), visit.language),
    }
    return Page("join.html", "Close as duplicates", data)


def search(visit: Visit) -> Page | File:
    """Cases by id, number or name; with a whole number its conversation, though it has no case."""
    text = visit.query.get("q", "").strip()
    found = reads.search(text) if text else []
    if visit.query.get("as") == "csv":
        return _csv(found)
    talks = {number: relationship(number) for number in reads.numbers_of(text)} if text else {}
    whose = {one: subscribers.by_msisdn(one) for one in talks}
    told = {one: events_of(who.subscriber_id for who in whose[one]) for one in talks}
    known = subscribers.get(text) if text and not talks else None
    number = next((one for one, rows in talks.items() if rows or told[one]), "")
    if number:
        noted(visit, "read_conversation", f"number {mask(number)}")
    data = {
        "q": text,
        "people": [known] if known else [who for each in whose.values() for who in each],
        "cases": lines(in_order(found, visit), visit),
        "named_in": named_in(visit),
        "no_page": dict.fromkeys(PLACES, ""),
        "names": names(current(), visit.language),
        "bubbles": bubbles(talks[number], conversations.state(number).reassigned_at, told[number])
        if number
        else [],
        "event_words": event_lines(current().live.vocabulary.events, visit.language),
        "number_text": mask(number) if number else "",
        "roster_of": colours.of_number(number)[0].colour if number else "",
    }
    return Page("cases.html", "Cases", data)


def events_of(ids: Iterable[str]) -> list[EventOutcome]:
    """The latest events about these subscribers."""
    return [one for each in ids for one in event_history.of_subscriber(each, limit=EVENTS)]


ROUTES = (
    Route("GET", "/queue", CARE, queue),
    Route("POST", "/queue", CARE, many),
    Route("GET", "/cases", CARE, search),
)
