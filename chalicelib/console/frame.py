"""What every page has in common: who looks at it, how it is rendered, what a page module gives back.

A page module holds plain functions from a `Visit` to a `Page`, a `Redirect` or a `File`, and lists them as
`ROUTES`. Sign-in, roles and form marks are checked before a function is called (functions/console.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from chalicelib.clock import parse
from chalicelib.console.words_zh import WORDS_ZH
from chalicelib.store.records import mask

FOLDER = Path(__file__).parents[2] / "templates" / "console"
CARE = frozenset({"care", "supervisor", "admin"})
MARKETING = frozenset({"marketing", "admin"})
SUPERVISOR = frozenset({"supervisor", "admin"})
ADMIN = frozenset({"admin"})
ANYONE = CARE | MARKETING
LANGUAGES = ("zh-CN", "en")
MENU = (
    ("Care", CARE, (("/queue", "Queue"), ("/cases", "Cases"), ("/board", "Board"), ("/topics", "Topics"))),
    (
        "Marketing",
        MARKETING,
        (
            ("/campaigns", "Campaigns"),
            ("/batches", "One-off sends"),
            ("/templates", "Templates"),
            ("/results", "Results"),
        ),
    ),
    ("Supervision", SUPERVISOR, (("/teams", "Teams"), ("/deadlines", "Deadlines"))),
    (
        "Administration",
        ADMIN,
        (
            ("/people", "People"),
            ("/policy", "Policy"),
            ("/audit", "Audit"),
            ("/dead-letters", "Dead letters"),
            ("/service", "Health"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is signed in and may make it."""

    who: str  # username
    role: str
    language: str  # of LANGUAGES
    now: datetime  # aware, UTC
    path: str
    args: Mapping[str, str] = field(default_factory=dict)  # from the path
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)  # the last value of each field
    lists: Mapping[str, list[str]] = field(default_factory=dict)  # every value of each field
    mark: str = ""  # what a form of this session must carry, against cross-site requests
    zone: str = "UTC"  # IANA zone of the one who looks
    theme: str = "auto"  # auto, light or dark
    said: str = ""  # what the action before said it did


@dataclass(frozen=True, slots=True)
class Page:
    """A template of templates/console with its data. `title` is English, as a key of words_zh; what stands
    for `{id}` in it is `name`, else the id in the address."""

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
    """A form that cannot be taken. `errors`: field -> what is wrong and how to put it right."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {error}" for name, error in errors.items()))
        self.errors = errors


Handler = Callable[[Visit], Page | Redirect | File]


@dataclass(frozen=True, slots=True)
class Route:
    """`method` and `path` (with `{name}` for one part of it) that `handler` answers for some roles."""

    method: str
    path: str
    roles: frozenset[str]
    handler: Handler


def translated(key: str, language: str, **values: Any) -> str:
    """`key`, English words with `{name}` places, in a language.

    A code is keyed as `state|in_progress`: what it is, and the code, whose words are its English.
    """
    kind, _, code = key.rpartition("|")
    words = WORDS_ZH.get(key, key) if language == "zh-CN" else code.replace("_", " ") if kind else key
    return words.format(**values) if values else words


def render(visit: Visit, page: Page) -> str:
    """The HTML of a page, in the language of who looks."""
    menu = [(title, items) for title, roles, items in MENU if visit.role in roles]
    title = translated(page.title, visit.language, id=page.name or visit.args.get("id", ""))
    return (
        _environment()
        .get_template(page.template)
        .render(visit=visit, lang=visit.language, title=title, menu=menu, **page.data)
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.globals |= {"_": _say, "csrf": _csrf, "masked": mask, "when": _when, "number": _number}
    environment.globals |= {"money": _money, "link": _link, "exact": _exact}
    return environment


@pass_context
def _say(context: Context, key: str, **values: Any) -> str:
    return translated(key, context["visit"].language, **values)


@pass_context
def _csrf(context: Context) -> Markup:
    return Markup('<input type="hidden" name="mark" value="{}">').format(context["visit"].mark)


def exact(moment: str | datetime, visit: Visit) -> str:
    """A time on the clock of who looks: 2026-11-30 20:40."""
    at = parse(moment) if isinstance(moment, str) else moment
    return at.astimezone(ZoneInfo(visit.zone)).strftime("%Y-%m-%d %H:%M")


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
    if there and (other := at.astimezone(ZoneInfo(there)).strftime("%Y-%m-%d %H:%M")) != here:
        short = other[11:] if other[:10] == here[:10] else other[5:]
        beside = Markup(" ({})").format(translated("{time} there", visit.language, time=short))
    return (
        Markup('<time datetime="{}" title="{}">{}</time>').format(
            at.astimezone(UTC).isoformat(), here, near(at, visit.now, visit.language) or here
        )
        + beside
    )


def near(at: datetime, now: datetime, language: str) -> str:
    """ "in 3 h", "5 min ago", or "" when it is more than two days away."""
    minutes = round((at - now).total_seconds() / 60)
    size, ahead = abs(minutes), minutes > 0
    if size > 48 * 60:
        return ""
    if size < 1:
        return "刚刚" if language == "zh-CN" else "now"
    amount = f"{size} min" if size < 60 else f"{round(size / 60)} h"
    if language == "zh-CN":
        amount = f"{size} 分钟" if size < 60 else f"{round(size / 60)} 小时"
        return f"{amount}后" if ahead else f"{amount}前"
    return f"in {amount}" if ahead else f"{amount} ago"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:,.0f}"


def _money(value: float | None) -> str:
    return "–" if value is None else f"{value:,.4f}".rstrip("0").rstrip(".") if value < 1 else f"{value:,.2f}"


@pass_context
def _link(context: Context, **changes: str) -> str:
    """The address of this page with some of its query changed; an empty value leaves one out."""
    from urllib.parse import urlencode

    visit: Visit = context["visit"]
    query = {key: value for key, value in {**visit.query, **changes}.items() if value}
    return visit.path + ("?" + urlencode(query) if query else "")
