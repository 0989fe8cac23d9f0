"""A form that was sent when its session was over: kept for who sent it, and sent after signing in again.

Only a cookie of a session that once was ours leads here, so nobody else can fill the table.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.clock import iso
from chalicelib.console.frame import ANYONE, Page, Redirect, Route, Visit
from chalicelib.i18n.translations import N_
from chalicelib.store import access

PATH = "/draft"
KEPT = timedelta(days=1)
MOST = 200_000  # bytes; an item of DynamoDB holds 400 kB
UNSAID = (
    "mark",
    "revision",
    "once",
    "as",
    "what",
    "back",
    "next",
    "mentioned",
    "kind",
    "base",
    "version",
    "was",
    "file",
    "box",
    "draft",
)  # fields that a page fills in by itself


def keep(subject: str, path: str, lists: Mapping[str, list[str]], now: datetime) -> bool:
    """Keep a form for its sender. False for what is no form of a page, for what a script asked by itself, and
    for what is too large."""
    from chalicelib.console.routes import match

    if match("POST", path) is None or path in (PATH, "/sign-out") or lists.get("as") == ["json"]:
        return False
    fields = {name: list(values) for name, values in lists.items() if name != "mark" and name}
    if len(json.dumps(fields, ensure_ascii=False).encode("utf-8", "replace")) > MOST:
        return False
    access.keep_draft(subject, path, fields, iso(now), int((now + KEPT).timestamp()))
    return True


def page(visit: Visit) -> Page | Redirect:
    """What waits, with a button that sends it."""
    waiting = access.draft(visit.subject)
    if waiting is None:
        return Redirect("/", N_("Nothing waits to be sent."))
    fields = [(name, value) for name, values in waiting.fields.items() for value in values]
    shown = words_of({name: values for name, values in waiting.fields.items() if name.startswith("text")})
    shown = shown or words_of(waiting.fields)  # a form with words has choices, too, that say nothing alone
    data = {"to": waiting.path, "fields": fields, "shown": shown, "at": waiting.at}
    return Page("draft.html", "Your form waits", data)


def words_of(fields: Mapping[str, list[str]]) -> list[str]:
    """What somebody typed in a form, without what its page filled in: words first, then what may be a choice.
    The file that a script put into a field is nobody's words."""
    typed = [
        (name, value)
        for name, values in fields.items()
        if name not in UNSAID and not name.startswith("was-")
        for value in values
        if value.strip() and (name != "list" or "=" not in value)  # where a list came from, or one of people
    ]
    words = [value for name, value in typed if name.startswith("text")]
    return list(dict.fromkeys([*words, *(value for _, value in typed)]))


def drop(visit: Visit) -> Redirect:
    """Throw away what waits."""
    access.drop_draft(visit.subject)
    return Redirect("/", N_("Discarded."))


ROUTES = (Route("GET", PATH, ANYONE, page), Route("POST", PATH, ANYONE, drop))
