"""What the console answers to a request: routing, sessions, forms and their marks; no page knows of it.

`answer` takes what any HTTP front end has and gives an `Answer`; `functions/console.py` is the front end.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode

from chalicelib import clock, log
from chalicelib.console import beside, drafts, session
from chalicelib.console.address import (
    SECOND_FACTOR,
    SIGN_IN,
    START,
    Address,
    address,
    cookie_of,
    cookies,
    dropped,
    kept,
    placed_in,
)
from chalicelib.console.frame import (
    FOLDER,
    BadForm,
    File,
    NotHere,
    Page,
    Redirect,
    Visit,
)
from chalicelib.console.http_answers import SAFETY, Answer, go, html, path_of_the_console
from chalicelib.console.session import Over, Session
from chalicelib.document import zone_named
from chalicelib.i18n.translations import N_, fitting, languages, translation
from chalicelib.store import access
from chalicelib.store.query_cache import query_cache

STATIC = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
LONGEST = 1_000  # characters of a path, or of one value in an address
UNUSABLE = N_("This address or form holds something that cannot be used: go back and try again")
TOO_OLD = N_("This form is too old: go back, reload the page and send it again")
BROKEN = N_("This page failed, and that is our mistake: it is in the log, and nothing you typed is to blame")
_COMMENT = re.compile(r"//.*|/\*[^*]*\*/")  # of a whole line
_UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request to the console. `path` is below the stage and decoded, `lists` are the values of a form
    by field, `headers` are by lower-case name, `stage` is API Gateway's."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, list[str]] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    stage: str = ""

    @property
    def at(self) -> Address:
        """Where it came in."""
        return address(self.headers, self.stage)


def answer(request: Request) -> Answer:
    """The answer to a request."""
    at = request.at
    if request.path.startswith("/static/"):
        return static(request.path.removeprefix("/static/"))
    request = replace(request, query={n: value for n, value in request.query.items() if n.isprintable()})
    try:
        look_at(request)
    except BadForm as bad:
        stranger = _stranger(request)
        return _placed(html(stranger, _with_words(_unusable(bad, stranger), request), at), at)
    if request.method != "GET":
        return _placed(_answer(request, at), at)
    with query_cache():
        return _placed(_answer(request, at), at)


def _placed(found: Answer, at: Address) -> Answer:
    """An answer whose redirect and links stand under the address's base."""
    if not at.base:
        return found
    moved = dict(found.headers)
    if str(moved.get("Location", "")).startswith("/"):
        moved["Location"] = f"{at.base}{moved['Location']}"
    page = str(moved.get("Content-Type", "")).startswith("text/html")
    return Answer(placed_in(found.body, at.base) if page else found.body, found.status_code, moved)


def broken(request: Request) -> Answer:
    """What the browser gets when a page has failed."""
    failed = _with_words(_trouble(BROKEN, 500), request)
    return _placed(html(_stranger(request), failed, request.at), request.at)


def look_at(request: Request) -> None:
    """Raises BadForm for a request that holds what no page sends: an address that cannot be seen whole or is
    endless, a form with control characters other than tabs and ends of lines. What is looked up in tables or
    written into headers is made of these."""
    for name, value in (("", request.path), *request.query.items()):
        if not value.isprintable():
            raise _holds_control(name)
        if len(value) > LONGEST:
            from chalicelib.intake.intake_codes import IntakeCode

            raise BadForm(IntakeCode.TEXT_LONG, place=name, length=len(value), most=LONGEST)
    for name, values in request.lists.items():
        if any(_UNSEEN.search(value) for value in (name, *values)):
            raise _holds_control(name if name.isprintable() else "")


def _holds_control(place: str) -> BadForm:
    from chalicelib.console.console_codes import ConsoleCode

    return BadForm(ConsoleCode.HOLDS_CONTROL, place=place)


def _stranger(request: Request) -> Visit:
    """Somebody of whom only the language is known."""
    jar = cookies(request.headers)
    theme, zone = jar.get("theme", "auto"), _zone(jar)
    return Visit("", "", _language(jar, request.headers), clock.now(), "/", theme=theme, zone=zone)


def _answer(request: Request, at: Address) -> Answer:
    method, path, query = request.method, request.path, request.query
    jar = cookies(request.headers)
    form = {name: values[-1] for name, values in request.lists.items()}
    now = clock.now()
    choices: dict[str, Any] = {
        "language": _language(jar, request.headers),
        "theme": jar.get("theme", "auto"),
        "zone": _zone(jar),
    }
    if (path in SIGN_IN and method == "GET") or path == SECOND_FACTOR:
        from chalicelib.console.sign_in_answers import second_factor_answer, sign_in_answer

        if path == SECOND_FACTOR:
            return second_factor_answer(method, form, cookie_of(jar, "way", at), choices, at)
        return sign_in_answer(path, query, jar, choices, at)
    if path == "/choose" and method == "POST":
        return _choose(form, at)
    found = session.opened(cookie_of(jar, "session", at), now)
    if isinstance(found, Session) and session.due(found, now):
        found = looked_at_again(found, now, in_use=request.headers.get("x-live") != "1")
    if isinstance(found, Over):
        return _turned_away(request, found, now)
    if path == "/sign-out" and method == "POST":
        session.end(found)
        return go(f"{START}?why={session.OUT}", [dropped("session", at)])
    person = found.person
    if "language" not in jar and person.language in languages():
        choices["language"] = person.language
    if method == "GET":
        form = beside.read(cookie_of(jar, beside.COOKIE, at), path)
    visit = Visit(
        who=person.who,
        subject=person.subject,
        shown=person.shown,
        role=found.row.role,
        now=now,
        path=path,
        query=query,
        form=form,
        lists=request.lists,
        mark=session.mark(found),
        said=unquote(cookie_of(jar, "said", at)),
        **choices,
    )
    if path == "/":
        return go("/campaigns" if visit.role == "marketing" else "/queue")
    return _page(request, visit, at)


def _again(request: Request, visit: Visit) -> Page:
    """A form of another session of this browser: whoever signed in meanwhile, in another tab, sees it and may
    send it. Nothing that another site makes a browser send gets here: our cookies do not come along then
    (SameSite), and what a browser says of the site that it comes from is looked at besides."""
    too_old = _trouble(TOO_OLD, 403)
    own = request.headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
    if not own or not drafts.words_of(request.lists):
        return too_old
    kept = drafts.keep(visit.subject, request.path, request.lists, visit.now)
    waiting = drafts.page(visit) if kept else None
    return replace(waiting, status=403) if isinstance(waiting, Page) else _with_words(too_old, request)


def looked_at_again(found: Session, now: datetime, *, in_use: bool) -> Session | Over:
    """A session whose person was asked about a minute ago or longer: over when they may no longer sign in or
    have another role. While the user pool does not answer, what it said last holds. `in_use` is false of what
    a page asks by itself."""
    from chalicelib.console import user_pool

    role = user_pool.standing(found.person.subject, found.row.role)
    if role == found.row.role:
        if in_use:
            access.touch(found.row, clock.iso(now))
        return found
    why = session.DISABLED if role is None else session.CHANGED
    access.end_all(found.person.subject, why, role or "")
    return Over(why, found.person.subject)


def _turned_away(request: Request, over: Over, now: datetime) -> Answer:
    """To the start page, which says why; a form that was sent with a session that is over waits there."""
    there = request.path + ("?" + urlencode(request.query) if request.query else "")
    sent = request.method == "POST"
    if sent and over.subject and drafts.keep(over.subject, request.path, request.lists, now):
        there = drafts.PATH
    asked = {"why": over.reason, "next": "" if there == "/" else there}
    wanted = urlencode({name: value for name, value in asked.items() if value}, safe="/")
    return go(f"{START}?{wanted}" if wanted else START, status=303 if sent else 302)


def _page(request: Request, visit: Visit, at: Address) -> Answer:
    from chalicelib.console.routes import match

    def refused(page: Page) -> Answer:
        return html(replace(visit, path=_opens(request.path)), _with_words(page, request), at)

    path = request.path
    found = match(request.method, path)
    if found is None:
        return refused(_trouble("There is no such page", 404))
    route, args = found
    visit = replace(visit, args=args)
    if visit.role not in route.roles:
        return refused(_trouble("Your role may not open this page", 403))
    if request.method == "POST" and not session.same(visit.form.get("mark", ""), visit.mark):
        return html(replace(visit, path=_opens(path)), _again(request, visit), at)
    if visit.form.get("draft") == "1":  # what waited is sent now
        access.drop_draft(visit.subject)
    try:
        result = route.handler(visit)
    except NotHere:
        return refused(_trouble("There is no such page", 404))
    except BadForm as bad:
        return refused(_unusable(bad, visit))
    if isinstance(result, Redirect):
        said = translation(visit.language).gettext(result.said) if result.said else ""
        cookies = [kept("said", quote(said), at, beside.SECONDS)]
        if typed := beside.written(result.to, result.kept):
            cookies.append(kept(beside.COOKIE, typed, at, beside.SECONDS))
        return go(path_of_the_console(result.to), cookies)
    if isinstance(result, File):
        if result.content_type.startswith("text/csv"):
            _note_export(visit)
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", result.name)
        about = {
            "Content-Type": result.content_type,
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        }
        return Answer(result.body, headers={**SAFETY, **about})
    return html(replace(visit, path=_opens(path)), result, at)


def _opens(path: str) -> str:
    """The nearest address above, or this one, that opens a page: what a page that answers a form links to as
    its own."""
    from chalicelib.console.routes import match

    while path and match("GET", path) is None:
        path = path.rpartition("/")[0]
    return path or "/"


def _note_export(visit: Visit) -> None:
    """Write down who took a table away, and which."""
    from chalicelib.console.trail import noted

    noted(visit, "export", visit.path, after={name: log.masked(value) for name, value in visit.query.items()})


def _trouble(title: str, status: int) -> Page:
    return Page("trouble.html", title, {"said": "", "typed": []}, status)


def _with_words(page: Page, request: Request) -> Page:
    """A page that answers a form and has no place for it, with what was typed: to be copied."""
    if request.method != "POST":
        return page
    return replace(page, data={**page.data, "typed": drafts.words_of(request.lists)})


def _unusable(bad: BadForm, visit: Visit) -> Page:
    from chalicelib.i18n.problems import placed

    said = placed(bad.problem, visit.language)
    return Page("trouble.html", UNUSABLE, {"said": said, "typed": []}, 400)


def static(name: str) -> Answer:
    """A style sheet or script of templates/console, and nothing else."""
    file = FOLDER / name
    kind = STATIC.get(file.suffix)
    if kind is None or file.parent != FOLDER or not file.is_file():
        return Answer("", 404, {**SAFETY, "Content-Type": "text/html; charset=utf-8"})
    headers = {**SAFETY, "Content-Type": kind, "Cache-Control": "public, max-age=300"}
    return Answer(_as_sent(file), headers=headers)


@cache
def _as_sent(file: Path) -> str:
    """A style sheet or script without indents and lines of comment, which no browser has a use for."""
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    return "\n".join(line for line in lines if line and not _COMMENT.fullmatch(line))


def _choose(form: Mapping[str, str], at: Address) -> Answer:
    """Language and theme, kept in cookies for a year."""
    year = 365 * 24 * 3600
    cookies = []
    if form.get("language") in languages():
        cookies.append(kept("language", form["language"], at, year))
    if form.get("theme") in ("auto", "light", "dark"):
        cookies.append(kept("theme", form["theme"], at, year))
    return go(path_of_the_console(form.get("back", "/")), cookies)


def _language(jar: Mapping[str, str], headers: Mapping[str, str]) -> str:
    if jar.get("language") in languages():
        return jar["language"]
    return fitting(headers.get("accept-language", ""))


def _zone(jar: Mapping[str, str]) -> str:
    """The zone of who looks: what their browser said, else the stage's."""
    said = unquote(jar.get("zone", ""))
    return said if zone_named(said) else os.environ.get("RINGBACK_CONSOLE_ZONE", "Asia/Shanghai")
