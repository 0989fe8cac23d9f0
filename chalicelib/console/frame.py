"""What every page has in common: who looks at it, how it is rendered, what a page module gives back.

A page module holds plain functions from a `Visit` to a `Page`, a `Redirect` or a `File`, and lists them as
`ROUTES`. Sign-in, roles and form marks are checked before a function is called (`requests`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from chalicelib.document_codes import DocumentCode
from chalicelib.i18n.translations import N_
from chalicelib.problems import Problem

FOLDER = Path(__file__).parents[2] / "templates" / "console"
CARE = frozenset({"care", "supervisor", "admin"})
MARKETING = frozenset({"marketing", "admin"})
SUPERVISOR = frozenset({"supervisor", "admin"})
ADMIN = frozenset({"admin"})
ANYONE = CARE | MARKETING
MENU = (
    (
        N_("Care"),
        CARE,
        (
            ("/queue", N_("Queue")),
            ("/inbox", N_("Inbox")),
            ("/cases", N_("Cases")),
            ("/board", N_("Board")),
            ("/topics", N_("Topics")),
        ),
    ),
    (
        N_("Marketing"),
        MARKETING,
        (
            ("/campaigns", N_("Campaigns")),
            ("/batches", N_("One-off sends")),
            ("/templates", N_("Templates")),
            ("/results", N_("Results")),
        ),
    ),
    (
        N_("Supervision"),
        SUPERVISOR,
        (("/teams", N_("Teams")), ("/deadlines", N_("Deadlines")), ("/answers", N_("Ready answers"))),
    ),
    (
        N_("Administration"),
        ADMIN,
        (
            ("/people", N_("People")),
            ("/imports", N_("Subscriber files")),
            ("/policy", N_("Policy")),
            ("/audit", N_("Audit")),
            ("/dead-letters", N_("Dead letters")),
            ("/service", N_("Health")),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in and may make it."""

    who: str  # username
    role: str
    language: str  # of i18n.translations.languages
    now: datetime  # aware, UTC
    path: str
    args: Mapping[str, str] = field(default_factory=dict)  # from the path
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)  # the last value of each field
    lists: Mapping[str, list[str]] = field(default_factory=dict)  # every value of each field
    mark: str = ""  # what a form of this session must carry, against cross-site requests
    zone: str = "UTC"  # IANA zone of the one who looks
    subject: str = ""  # what the issuer calls who looks: never two people's
    shown: str = ""  # the name that colleagues see; "" where they chose none
    theme: str = "auto"  # auto, light or dark
    said: str = ""  # what the action before said it did


@dataclass(frozen=True, slots=True)
class Page:
    """A template of templates/console with its data. `title` is a message; what stands for `%(id)s` in it
    is `name`, else the id in the address. In the data, `load` is what `care.reads.load` gave where the page
    has read it, and `badges` what it knows better of the menu's figures."""

    template: str
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    name: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go to `to` (a path of the console), where `said` is shown once. `kept` is what was typed beside what
    was sent, by field: it stands in `to` as if it had been typed there."""

    to: str
    said: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class File:
    """Something to download, or to load from a page."""

    name: str
    content_type: str
    body: str


class NotHere(LookupError):
    """What the address names does not exist."""


class BadForm(ValueError):
    """A form or an address that holds what none of ours sends, or that cannot be taken as it is."""

    def __init__(self, code: str, /, *, place: str = "", **values: object) -> None:
        super().__init__(f"{place}: {code}")
        self.problem = Problem(code, values, place)


def needed(form: Mapping[str, str], name: str) -> str:
    """A field that a form must have. Raises BadForm without it."""
    if name not in form:
        raise BadForm(DocumentCode.MISSING, place=name)
    return form[name]


def whole(text: str) -> int | None:
    """The number that a field or an address holds, up to nine digits; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None


Handler = Callable[[Visit], Page | Redirect | File]


@dataclass(frozen=True, slots=True)
class Route:
    """`method` and `path` (with `{name}` for one part of it) that `handler` answers for some roles."""

    method: str
    path: str
    roles: frozenset[str]
    handler: Handler
