"""What every page has in common: who looks at it, how it is rendered, what a page module gives back.

A page module holds plain functions from a `Visit` to a `Page`, a `Redirect` or a `File`, and lists them as
`ROUTES`. Sign-in, roles and form marks are checked before a function is called (`requests`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from chalicelib.clock import parse
from chalicelib.document_codes import DocumentCode
from chalicelib.i18n import codes, formats
from chalicelib.i18n.problems import placed
from chalicelib.i18n.translations import N_, languages, own_name, say, translation
from chalicelib.problems import Problem
from chalicelib.store.records import mask

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
    (N_("Supervision"), SUPERVISOR, (("/teams", N_("Teams")), ("/deadlines", N_("Deadlines")))),
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
    is `name`, else the id in the address."""

    template: str
    title: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    name: str = ""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Go to `to` (a path of the console), where `said` is shown once."""

    to: str
    said: str = ""


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


def render(visit: Visit, page: Page) -> str:
    """The HTML of a page, in the language of who looks."""
    menu = [(title, items) for title, roles, items in MENU if visit.role in roles]
    title = say(page.title, visit.language, id=page.name or visit.args.get("id", ""))
    return (
        _environment()
        .get_template(page.template)
        .render(visit=visit, lang=visit.language, title=title, menu=menu, drawn={}, **page.data)
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(_gettext, _ngettext, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"csrf": _csrf, "masked": mask, "when": _when, "number": formats.number}
    environment.globals |= {"amount": formats.amount, "money": _money, "percent": formats.share}
    environment.globals |= {"day": _day, "link": _link, "exact": _exact, "named": _named, "placed": _placed}
    environment.globals |= {"page_languages": languages, "own_name": own_name}
    return environment


@pass_context
def _gettext(context: Context, message: str) -> str:
    return translation(context["visit"].language).gettext(message)


@pass_context
def _ngettext(context: Context, one: str, many: str, n: int) -> str:
    return translation(context["visit"].language).ngettext(one, many, n)


@pass_context
def _placed(context: Context, problem: Problem) -> str:
    """What is wrong, in words."""
    return placed(problem, context["visit"].language)


@pass_context
def _named(context: Context, kind: str, code: str) -> str:
    """The words for a code: `named("state", case.state)`."""
    return codes.named(kind, code, context["visit"].language)


@pass_context
def _csrf(context: Context) -> Markup:
    return Markup('<input type="hidden" name="mark" value="{}">').format(context["visit"].mark)


def exact(moment: str | datetime, visit: Visit) -> str:
    """A time on the clock of who looks: 2026-11-30 20:40."""
    at = parse(moment) if isinstance(moment, str) else moment
    return formats.minute_of(at, visit.zone)


@pass_context
def _exact(context: Context, moment: str) -> str:
    return exact(moment, context["visit"])


@pass_context
def _when(context: Context, moment: str | datetime, there: str = "") -> Markup:
    """A time as words near now, exact on hover; with an IANA zone `there` whose clock shows another time
    then, that one beside it."""
    if not moment:
        return Markup("–")
    visit: Visit = context["visit"]
    at = parse(moment) if isinstance(moment, str) else moment
    here = exact(at, visit)
    beside = Markup("")
    if there and (other := formats.minute_of(at, there)) != here:
        short = other[11:] if other[:10] == here[:10] else other[5:]
        beside = Markup(" ({})").format(say("%(time)s there", visit.language, time=short))
    return (
        Markup('<time datetime="{}" title="{}">{}</time>').format(
            at.astimezone(UTC).isoformat(), here, formats.near(at, visit.now, visit.language) or here
        )
        + beside
    )


@pass_context
def _day(context: Context, moment: str) -> str:
    """The day of a time on the clock of who looks."""
    visit: Visit = context["visit"]
    return formats.day_of(parse(moment), visit.now, visit.zone, visit.language)


@pass_context
def _money(context: Context, amount: float, currency: str) -> str:
    return formats.money(amount, currency, context["visit"].language)


@pass_context
def _link(context: Context, **changes: str) -> str:
    """The address of this page with some of its query changed; an empty value leaves one out."""
    from urllib.parse import urlencode

    visit: Visit = context["visit"]
    query = {key: value for key, value in {**visit.query, **changes}.items() if value}
    return visit.path + ("?" + urlencode(query) if query else "")
