"""Renders a page of the console: Jinja2 with the catalogues, and what templates may call.

Imported with the first page: a redirect, an event or a callback does not wait for it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from unicodedata import normalize

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from chalicelib.clock import parse
from chalicelib.console.frame import FOLDER, MENU, Page, Visit
from chalicelib.i18n import codes, formats
from chalicelib.i18n.problems import placed
from chalicelib.i18n.translations import languages, own_name, say, translation
from chalicelib.problems import Problem
from chalicelib.store.records import mask


def render(visit: Visit, page: Page) -> str:
    """The HTML of a page, in the language of who looks."""
    badges: dict[str, str] = {}
    if visit.who:
        from chalicelib.care import reads
        from chalicelib.console.menu import figures

        badges = {**figures(visit, page.data.get("load") or reads.load()), **page.data.get("badges", {})}
    menu = [(title, items) for title, roles, items in MENU if visit.role in roles]
    title = say(page.title, visit.language, id=page.name or visit.args.get("id", ""))
    return (
        _environment()
        .get_template(page.template)
        .render(
            **{**page.data, "badges": badges},
            visit=visit,
            lang=visit.language,
            title=title,
            menu=menu,
            drawn={},
        )
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
    environment.globals |= {
        "csrf": _csrf,
        "masked": mask,
        "when": _when,
        "left": _left,
        "number": formats.number,
    }
    environment.globals |= {"amount": formats.amount, "money": _money, "percent": formats.share}
    environment.globals |= {"day": _day, "link": _link, "exact": _exact, "named": _named, "placed": _placed}
    environment.globals |= {"read_by": _read_by, "of_day": _day}
    environment.filters["marked"] = marked
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
def _read_by(context: Context, why: str) -> str:
    return codes.read_by(why, context["visit"].language)


def marked(body: str, evidence: str) -> Markup:
    """What somebody wrote, with the words marked that its reading rests on; all of it is no mark. They are
    spelt as the reader spells them (`replies.normalise`), so not every one is found."""
    folded = normalize("NFKC", body).lower()
    place = folded.find(evidence) if evidence and len(folded) == len(body) else -1
    if place < 0 or len(evidence) == len(body.strip()):
        return escape(body)
    end = place + len(evidence)
    return Markup("{}<mark>{}</mark>{}").format(body[:place], body[place:end], body[end:])


@pass_context
def _csrf(context: Context) -> Markup:
    return Markup('<input type="hidden" name="mark" value="{}">').format(context["visit"].mark)


def exact(moment: str | datetime, visit: Visit) -> str:
    """A time on the clock of who looks: 2026-11-30 20:40."""
    at = parse(moment) if isinstance(moment, str) else moment
    return formats.minute_of(at, visit.zone)


@pass_context
def _exact(context: Context, moment: str | datetime) -> str:
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
def _left(context: Context, deadline: str) -> Markup:
    """How long it is until a deadline, or how long it is over, with the time on hover."""
    visit: Visit = context["visit"]
    at = parse(deadline)
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        at.astimezone(UTC).isoformat(), exact(at, visit), formats.left(at, visit.now, visit.language)
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
