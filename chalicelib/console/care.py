"""Pages of the care team: the queue, one case with its conversation, the board, search."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from chalicelib.care import actions, figures, reads
from chalicelib.care.actions import Act, Conflict, Refused
from chalicelib.care.cases import Case
from chalicelib.care.changes import NotFound
from chalicelib.care.correct import correct
from chalicelib.care.current import Current, current
from chalicelib.care.settings import CALL_OUTCOMES
from chalicelib.clock import iso, parse
from chalicelib.console.frame import CARE, File, Handler, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.talk import bubbles
from chalicelib.store import conversations, subscribers
from chalicelib.store.records import mask

PAGE = 50
SOON = timedelta(hours=2)


def _teams(visit: Visit, now: Current, tab: str) -> list[str]:
    """The teams whose cases a tab shows: of care agents their own, of supervisors and `all` every one."""
    teams = now.care.teams
    if tab == "all" or visit.role != "care":
        return list(teams)
    return [name for name, team in teams.items() if visit.who in team.members]


def clock_of(case: Case, visit: Visit) -> str:
    """How a deadline stands: calm, soon, over, or "" while none runs."""
    if not case.deadline:
        return ""
    left = parse(case.deadline) - visit.now
    return "over" if left.total_seconds() <= 0 else "soon" if left < SOON else "calm"


def queue(visit: Visit) -> Page | File:
    """The cases of a tab in the order to take them, with filters, a cursor and CSV."""
    now = current()
    asked = visit.query.get("tab", "team")
    tab: reads.Tab = next((one for one in reads.TABS if one == asked), "team")
    page = reads.queue(
        tab,
        visit.who,
        _teams(visit, now, tab),
        visit.now,
        topic=visit.query.get("topic") or None,
        tier=visit.query.get("tier") or None,
        overdue=visit.query.get("overdue") == "1",
        urgent=visit.query.get("urgent") == "1",
        after=visit.query.get("after", ""),
        limit=PAGE,
    )
    if visit.query.get("as") == "csv":
        return _csv(page.cases)
    load = reads.load()
    return Page(
        "queue.html",
        "Queue",
        {
            "tab": tab,
            "tabs": reads.TABS,
            "counts": reads.tab_counts(load, visit.who, _teams(visit, now, tab)),
            "cases": [(case, clock_of(case, visit)) for case in page.cases],
            "cursor": page.cursor,
            "names": names(now, visit.language),
            "colleagues": colleagues(now),
            "topics": list(now.care.topics.topics),
        },
    )


def names(now: Current, language: str) -> dict[str, str]:
    """What teams, topics, departments and remedies are called, by id."""
    care = now.care
    found: dict[str, Mapping[str, str]] = {name: team.title for name, team in care.teams.items()}
    found |= {id: topic.title for id, topic in care.topics.topics.items()}
    found |= {f"department|{id}": titles for id, titles in care.departments.items()}
    found |= dict(care.remedies)
    return {id: titles.get(language) or next(iter(titles.values()), id) for id, titles in found.items()}


def colleagues(now: Current) -> list[str]:
    """Everybody who works on cases."""
    return sorted({member for team in now.care.teams.values() for member in team.members})


def _csv(cases: list[Case]) -> File:
    out = io.StringIO()
    writer = csv.writer(out)
    fields = ("case_id", "state", "deadline", "score", "tier", "topic", "team", "owner", "opened_at", "words")
    writer.writerow(fields)
    for case in cases:
        values = [str(getattr(case, name) if getattr(case, name) is not None else "") for name in fields]
        # A cell that begins like a formula would be run by a spreadsheet.
        writer.writerow(["'" + value if value[:1] in "=+-@\t" else value for value in values])
    return File("cases.csv", "text/csv; charset=utf-8", "\ufeff" + out.getvalue())


def many(visit: Visit) -> Redirect:
    """Give several cases of the queue to somebody, or say what they are about."""
    ids = visit.lists.get("case", [])
    what = visit.form.get("what", "")
    if not ids:
        return Redirect("/queue", "Choose some cases first.")
    if what == "assign" and visit.form.get("to"):
        if visit.role == "care" and visit.form["to"] != visit.who:
            return Redirect("/queue", "Only a supervisor gives cases to others.")
        done = actions.assign_many(ids, visit.form["to"], by=visit.who, now=visit.now)
    elif what == "topic" and visit.form.get("topic"):
        done = actions.set_topic_many(ids, visit.form["topic"], by=visit.who, now=visit.now)
    else:
        return Redirect("/queue", "Choose what to do with them first.")
    failed = sum(1 for one in done if one.error)
    return Redirect(
        "/queue?tab=all", "Done." if not failed else "Some could not be changed: look at them one by one."
    )


def case(visit: Visit) -> Page:
    """One case: the conversation, the subscriber, what to do next, and its history."""
    return _case(visit, {}, "")


def _case(visit: Visit, typed: Mapping[str, str], error: str, status: int = 200) -> Page:
    now = current()
    try:
        seen = reads.case_page(visit.args["id"], visit.who, visit.now)
    except NotFound:
        raise NotHere from None
    one = seen.case
    subscriber = subscribers.get(one.subscriber) if one.subscriber else None
    rows = conversations.relationship(one.msisdn) if one.msisdn else []
    state = conversations.state(one.msisdn) if one.msisdn else None
    shown = any(
        entry.what == "number_shown"
        and entry.by == visit.who
        and parse(entry.at) > visit.now - timedelta(hours=1)
        for entry in seen.history
    )
    language = one.language or visit.language
    called = names(now, visit.language)
    canned = [
        (answer.title.get(visit.language, answer.id), answer.text.get(language, ""))
        for answer in now.care.answers
        if not answer.topics or one.topic in answer.topics
    ]
    return Page(
        "case.html",
        "Case {id}",
        {
            "case": one,
            "clock": clock_of(one, visit),
            "history": seen.history,
            "here": seen.here,
            "subscriber": subscriber,
            "number_text": one.msisdn if shown else mask(one.msisdn),
            "shown": shown,
            "bubbles": bubbles(rows, state.line if state else ""),
            "optouts": sorted(state.optouts) if state else [],
            "others": [other for other in reads.of_subscriber(one.subscriber) if other.case_id != one.case_id]
            if one.subscriber
            else [],
            "names": called,
            "colleagues": colleagues(now),
            "teams": list(now.care.teams),
            "topics": list(now.care.topics.topics),
            "departments": {id: called[f"department|{id}"] for id in now.care.departments},
            "remedies": list(now.care.remedies),
            "canned": canned,
            "outcomes": CALL_OUTCOMES,
            "typed": typed,
            "error": error,
            "once": uuid.uuid4().hex,
            "longest": actions.LONGEST_ANSWER,
        },
        status=status,
    )


def _do(visit: Visit, form: Mapping[str, str], act: Act) -> tuple[Any, str]:
    """Carry out what a case's form asks for; the case afterwards and what to say."""
    id, text = visit.args["id"], form.get("text", "").strip()
    deeds: dict[str, Callable[[], tuple[Any, str]]] = {
        "claim": lambda: (actions.claim(id, act), "The case is yours."),
        "assign": lambda: (actions.assign(id, form["to"], act), "Given to a colleague."),
        "hand_over": lambda: (
            actions.hand_over(id, text, act, to=form.get("to", ""), team=form.get("team", "")),
            "Handed over.",
        ),
        "note": lambda: (actions.note(id, text, act), "Noted."),
        "call": lambda: (actions.call(id, form.get("outcome", ""), act, note=text), "The call is recorded."),
        "answer": lambda: (actions.answer(id, text, act), "The text is on its way."),
        "topic": lambda: (actions.set_topic(id, form["topic"], act), "The topic is set."),
        "department": lambda: (actions.set_department(id, form["department"], act), "The department is set."),
        "remedy": lambda: (actions.set_remedy(id, form["remedy"], act, note=text), "The remedy is recorded."),
        "urgent": lambda: (actions.set_urgent(id, form.get("urgent") == "1", act), "Changed."),
        "resolve": lambda: (
            actions.resolve(id, text, act),
            "Resolved: the subscriber will be asked whether it got better.",
        ),
        "close": lambda: (actions.close(id, text, act), "Closed."),
        "reopen": lambda: (actions.reopen(id, text, act), "Open again."),
        "join": lambda: (actions.join(id, text.upper(), act), "Joined to the other case."),
        "correct": lambda: (
            correct(id, form.get("item", ""), *_meaning(form.get("meaning", "")), act),
            "Noted: that is what it means.",
        ),
        "number": lambda: (actions.number_shown(id, by=visit.who, now=visit.now), ""),
    }
    if visit.args["action"] not in deeds:
        raise NotHere
    return deeds[visit.args["action"]]()


def _meaning(chosen: str) -> tuple[str, int | None]:
    """What the form of a reply says that it means: `3`, `text` or `opt_out`."""
    return ("rating", int(chosen)) if chosen.isdigit() else (chosen, None)


def act_on(visit: Visit) -> Page | Redirect:
    """A form of the case page. What somebody else changed meanwhile is shown, and nothing typed is lost."""
    revision = visit.form.get("revision", "")
    act = Act(visit.who, visit.now, int(revision) if revision.isdigit() else None, visit.form.get("once", ""))
    if visit.args["action"] == "assign" and visit.role == "care":
        return _case(visit, visit.form, "Only a supervisor gives cases to others.", 403)
    try:
        _, said = _do(visit, visit.form, act)
    except NotFound:
        raise NotHere from None
    except Conflict as conflict:
        return _case(visit, visit.form, str(conflict), 409)
    except Refused as refused:
        return _case(visit, visit.form, str(refused), 422)
    except KeyError as missing:
        return _case(visit, visit.form, f"{missing.args[0]} is missing", 422)
    return Redirect(f"/cases/{visit.args['id']}", said)


def search(visit: Visit) -> Page:
    """Cases by id, number or name; with a whole number its conversation, though it has no case."""
    text = visit.query.get("q", "").strip()
    found = reads.search(text) if text else []
    cases = [(case, clock_of(case, visit)) for case in found]
    talks = {number: conversations.relationship(number) for number in reads.numbers_of(text)} if text else {}
    number = next((one for one, rows in talks.items() if rows), "")
    talk = bubbles(talks[number], conversations.state(number).line) if number else []
    data = {"q": text, "cases": cases, "names": names(current(), visit.language), "bubbles": talk}
    return Page("cases.html", "Cases", data)


def board(visit: Visit) -> Page | File:
    """How satisfied people are and how care keeps its times: today and the last 30 days."""
    days = int(visit.query["days"]) if visit.query.get("days") in ("1", "7", "30") else 30
    today = visit.now.date()
    span = (iso(visit.now - timedelta(days=days - 1))[:10], today.isoformat())
    seen = figures.board(*span)
    by = {name: dict(values) for name, values in seen.by.items()}
    if not visit.query.get("cities"):
        by["region"] = figures.roll_up(seen.by.get("region", {}))
    if visit.query.get("as") == "csv":
        return _board_csv(by)
    load = reads.load()
    now = {
        figure: sum(team.get(figure, 0) for team in load.teams.values())
        for figure in ("working", "unowned", "overdue", "waiting")
    }
    return Page(
        "board.html",
        "Board",
        {
            "days": str(days),
            "total": seen.total,
            "by_day": sorted(seen.days.items()),
            "by": by,
            "now": now,
            "names": names(current(), visit.language),
            "points": seen.total.share("points", "answers"),
        },
    )


def _board_csv(by: Mapping[str, Mapping[str, figures.Figures]]) -> File:
    out = io.StringIO()
    writer = csv.writer(out)
    fields = ("asked", "answers", "satisfied", "opened", "closed", "overdue", "confirmed")
    writer.writerow(("dimension", "value", *fields))
    for dimension, values in by.items():
        for value, one in values.items():
            writer.writerow((dimension, value, *(round(one[name]) for name in fields)))
    return File("board.csv", "text/csv; charset=utf-8", "\ufeff" + out.getvalue())


def _route(method: str, path: str, handler: Handler) -> Route:
    return Route(method, path, CARE, handler)


ROUTES = (
    _route("GET", "/queue", queue),
    _route("POST", "/queue", many),
    _route("GET", "/cases", search),
    _route("GET", "/cases/{id}", case),
    _route("POST", "/cases/{id}/{action}", act_on),
    _route("GET", "/board", board),
)
