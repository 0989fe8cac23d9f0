"""Pages of the administrator: what changed and by whom, what could not be handled."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from datetime import date
from typing import Any

from chalicelib.campaigns.live import live
from chalicelib.clock import iso
from chalicelib.console.care import table_file
from chalicelib.console.frame import ADMIN, ANYONE, File, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.trail import noted
from chalicelib.delivery import dead_letters
from chalicelib.i18n.codes import named
from chalicelib.i18n.formats import number
from chalicelib.i18n.problems import placed
from chalicelib.i18n.translations import N_, say
from chalicelib.intake import contract
from chalicelib.job import QUEUES
from chalicelib.queues import Letter
from chalicelib.store import audit, catalogue
from chalicelib.store.records import masked_in
from chalicelib.store.schema.catalogue import AuditEntry

AUDIT_PAGE = 50
CSV_ROWS = 5_000
CSV_DAYS = 366
LETTERS = 100  # of each queue that a page shows
CSV_LETTERS = 2_000  # of each queue in a file
HELD = 60  # seconds in which only the one who acts has the letters
LONGEST = 160  # characters of a value that is shown of a change


def audit_page(visit: Visit) -> Page | File:
    """The audit trail, the latest first: of a day or back from today, by who and what."""
    query = visit.query
    who, what, day = (query.get(name, "").strip() for name in ("who", "what", "day"))
    if not _is_day(day):
        day = ""
    until = audit.end_of(day or visit.now.date().isoformat())
    after = query.get("after", "")
    if _is_day(after[:10]) and after < until:
        until = after

    def keep(one: AuditEntry) -> bool:
        return who.lower() in one.by.lower() and (
            what.lower() in f"{one.what} {one.action}".lower()
            or what in named("action", one.action, visit.language)
        )

    if query.get("as") == "csv":
        found, _ = audit.latest(until, keep, days=1 if day else CSV_DAYS, limit=CSV_ROWS)
        return table_file(
            "audit.csv",
            ("at", "by", "role", "action", "what", "before", "after"),
            ([one.at, one.by, one.role, one.action, one.what, *_both(one)] for one in found),
        )
    found, more = audit.latest(until, keep, days=1 if day else 31, limit=AUDIT_PAGE)
    return Page(
        "audit.html",
        "Audit",
        {
            "day": day,
            "who": who,
            "what": what,
            "rows": [(one, list(changes(one.before, one.after))) for one in found],
            "more": "" if day and not more.startswith(day) else more,
        },
    )


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text and "2000" <= text[:4] < "9000"
    except ValueError:
        return False


def _both(one: AuditEntry) -> list[str]:
    return [masked_in(json.dumps(side, ensure_ascii=False, default=str)) for side in (one.before, one.after)]


def changes(before: Any, after: Any, at: str = "") -> Iterator[tuple[str, Any, Any]]:
    """What differs between two values, place by place: its path ("" for the whole), the old, the new.

    Documents are gone through by their fields; None stands for what is not there. Long texts are cut and
    numbers masked.
    """
    old: Mapping[str, Any] | None = before if isinstance(before, Mapping) else None
    new: Mapping[str, Any] | None = after if isinstance(after, Mapping) else None
    if (old is not None or new is not None) and (before is None or after is None or (old and new)):
        for name in {**(old or {}), **(new or {})}:
            path = f"{at}.{name}" if at else str(name)
            yield from changes((old or {}).get(name), (new or {}).get(name), path)
    elif before != after:
        yield at, _shown(before), _shown(after)


def _shown(value: Any) -> Any:
    """A value as it is read: None and booleans as they are, for the page has words for them."""
    if value is None or isinstance(value, bool):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = masked_in(text)
    return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def letters_page(visit: Visit) -> Page | File:
    """What could not be handled, by queue, with its reason; the letters stay where they are."""
    wanted = visit.query.get("queue", "")
    reason = visit.query.get("reason", "").strip()
    counts = dead_letters.waiting(QUEUES)
    names = [name for name in QUEUES if wanted in ("", name) and counts[name]]
    csv = visit.query.get("as") == "csv"
    personal = live(catalogue.control()).vocabulary.personal
    found = dead_letters.look(names, hold=HELD, most=CSV_LETTERS if csv else LETTERS)
    dead_letters.release(found)
    shown = [one for one in found if reason.lower() in placed(one.reason, visit.language).lower()]
    if csv:
        heads = ("queue", "id", "about", "reason", "first", "last", "content")
        return table_file("dead-letters.csv", heads, (_line(one, personal, visit.language) for one in shown))
    return Page(
        "dead_letters.html",
        "Dead letters",
        {
            "letters": [
                (one, dead_letters.about(one), _why(one, visit.language), _content(one, personal))
                for one in shown
            ],
            "counts": counts,
            "all": sum(counts.values()),
            "badges": {"dead": number(sum(counts.values()))},
            "looked_at": len(found),
            "more": sum(counts[name] for name in names) > len(found),
            "queue": wanted,
            "reason": reason,
        },
    )


def _why(letter: Letter, language: str) -> str:
    return masked_in(placed(letter.reason, language))


def _line(letter: Letter, personal: Set[str], language: str) -> tuple[str, ...]:
    return (
        letter.queue,
        letter.id,
        dead_letters.about(letter),
        _why(letter, language),
        iso(letter.first),
        iso(letter.last) if letter.last else "",
        dead_letters.masked_body(letter, personal),
    )


def _content(letter: Letter, personal: Set[str]) -> str:
    """What stands in a letter, masked; JSON with a line for each field."""
    body = dead_letters.masked_body(letter, personal)
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body


def on_letters(visit: Visit) -> Redirect | Page:
    """Put chosen letters back or drop them, asked first; it says how many were gone by then."""
    what, chosen = visit.form.get("what", ""), list(dict.fromkeys(visit.lists.get("letter", [])))
    if what not in ("retry", "drop"):
        raise NotHere
    if not chosen:
        return Redirect("/dead-letters", N_("Choose some letters first."))
    named = {name: [one.partition(":")[2] for one in chosen if one.startswith(f"{name}:")] for name in QUEUES}
    found = dead_letters.find(named, hold=HELD, most=CSV_LETTERS)
    held = [one for one in found if f"{one.queue}:{one.id}" in chosen]
    sure = visit.form.get("sure") == "1"
    dead_letters.release([one for one in found if not sure or one not in held])
    gone = len(chosen) - len(held)
    if not held:
        words = N_("None of them is here any more: a colleague has handled them, or looks at them now.")
        return Redirect("/dead-letters", words)
    if not sure:
        lines = [(one, dead_letters.about(one), _why(one, visit.language)) for one in held]
        return Page("dead_letters_sure.html", "Dead letters", {"letters": lines, "what": what, "gone": gone})
    return Redirect("/dead-letters", _said(visit, *_done(visit, what, held), gone))


def _done(visit: Visit, what: str, held: list[Letter]) -> tuple[str, int, int]:
    """Act on letters that are held. What was done, to how many, and how many texts have failed by it."""
    noted(  # written before: nothing happens to a letter without a trace
        visit,
        "put_back_letters" if what == "retry" else "drop_letters",
        ", ".join(f"{n} {name}" for name, n in Counter(o.queue for o in held).items()),
        before={"letters": [f"{one.queue}:{one.id}" for one in held]},
        after={"letters": []},
    )
    if what == "retry":
        dead_letters.retry(held)
        return N_("Put back: %(n)s."), len(held), 0
    return N_("Dropped: %(n)s."), len(held), dead_letters.drop(held, visit.now)


def _said(visit: Visit, words: str, done: int, texts: int, gone: int) -> str:
    said = [
        (words, done),
        (N_("Texts recorded as failed: %(n)s."), texts),
        (N_("No longer here: %(n)s."), gone),
    ]
    return " ".join(say(key, visit.language, n=n) for key, n in said if n)


def contract_file(visit: Visit) -> File:
    """The contract for those who connect, with the types that are live."""
    made = {"asyncapi.json": contract.asyncapi, "openapi.json": contract.openapi}.get(visit.args["name"])
    if made is None:
        raise NotHere(visit.args["name"])
    document = json.dumps(made(live(catalogue.control()).vocabulary), ensure_ascii=False, indent=1)
    return File(visit.args["name"], "application/json; charset=utf-8", document)


ROUTES = (
    Route("GET", "/contract/{name}", ANYONE, contract_file),
    Route("GET", "/audit", ADMIN, audit_page),
    Route("GET", "/dead-letters", ADMIN, letters_page),
    Route("POST", "/dead-letters", ADMIN, on_letters),
)
