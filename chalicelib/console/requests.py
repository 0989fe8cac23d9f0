"""What the console answers to a request: routing, sessions, forms and their marks; no page knows of it.

`answer` takes what any HTTP front end has and gives an `Answer`; `functions/console.py` is the front end.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote, unquote

from chalicelib import clock
from chalicelib.console import session, user_pool
from chalicelib.console.frame import (
    FOLDER,
    File,
    NotHere,
    Page,
    Redirect,
    Visit,
    render,
)
from chalicelib.document import zone_named
from chalicelib.i18n.translations import N_, fitting, languages, translation

SAFETY: Mapping[str, str | list[str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
STATIC = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
_OF_THE_CONSOLE = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. A header with several values has a list of them."""

    body: str
    status_code: int = 200
    headers: Mapping[str, str | list[str]] = field(default_factory=dict)


def path_of_the_console(text: str) -> str:
    """`text` if it is an address within the console, else the first page: a link from outside that goes
    through the sign-in, or a choice of language, leads nowhere else. Control characters are none, since
    browsers drop some of them and would read `/<tab>/elsewhere` as `//elsewhere`."""
    return text if _OF_THE_CONSOLE.fullmatch(text) else "/"


def answer(
    method: str,
    path: str,
    query: Mapping[str, str],
    lists: Mapping[str, list[str]],
    headers: Mapping[str, str],
) -> Answer:
    """The answer to a request. `lists` are the values of a form by field."""
    if path.startswith("/static/"):
        return static(path.removeprefix("/static/"))
    jar = {name: morsel.value for name, morsel in SimpleCookie(headers.get("cookie", "")).items()}
    form = {name: values[-1] for name, values in lists.items()}
    now = clock.now()
    choices: dict[str, Any] = {
        "language": _language(jar, headers),
        "theme": jar.get("theme", "auto"),
        "zone": _zone(jar),
    }
    if path == "/sign-in":
        return sign_in(method, query, form, choices)
    if path == "/choose" and method == "POST":
        return _choose(form)
    who = session.opened(jar.get("session", ""), user_pool.session_key(), now)
    if who is None:
        there = path + ("?" + "&".join(f"{k}={quote(v)}" for k, v in query.items()) if query else "")
        return _go("/sign-in" if path == "/" else f"/sign-in?next={quote(there)}", status=302)
    if path == "/sign-out" and method == "POST":
        return _go("/sign-in", ["session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"])
    visit = Visit(
        who=who.who,
        role=who.role,
        now=now,
        path=path,
        query=query,
        form=form,
        lists=lists,
        mark=session.mark(who, user_pool.session_key()),
        said=unquote(jar.get("said", "")),
        **choices,
    )
    if path == "/":
        return _go("/campaigns" if who.role == "marketing" else "/queue")
    return _page(method, path, visit)


def _page(method: str, path: str, visit: Visit) -> Answer:
    from chalicelib.console.routes import match

    found = match(method, path)
    if found is None:
        return _html(visit, _trouble("There is no such page", 404))
    route, args = found
    visit = replace(visit, args=args)
    if visit.role not in route.roles:
        return _html(visit, _trouble("Your role may not open this page", 403))
    if method == "POST" and not session.same(visit.form.get("mark", ""), visit.mark):
        return _html(visit, _trouble("This form is too old: go back, reload the page and send it again", 403))
    try:
        result = route.handler(visit)
    except NotHere:
        return _html(visit, _trouble("There is no such page", 404))
    if isinstance(result, Redirect):
        said = translation(visit.language).gettext(result.said) if result.said else ""
        return _go(result.to, [f"said={quote(said)}; Path=/; Max-Age=30; HttpOnly; SameSite=Lax"])
    if isinstance(result, File):
        about = {
            "Content-Type": result.content_type,
            "Content-Disposition": f'attachment; filename="{result.name}"',
            "Cache-Control": "no-store",
        }
        return Answer(result.body, headers={**SAFETY, **about})
    return _html(visit, result)


def _trouble(title: str, status: int) -> Page:
    return Page("trouble.html", title, status=status)


def _html(visit: Visit, page: Page) -> Answer:
    headers: dict[str, Any] = {
        **SAFETY,
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
    }
    if visit.said:
        headers["Set-Cookie"] = "said=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    return Answer(render(visit, page), page.status, headers)


def _go(to: str, cookies: list[str] | None = None, status: int = 303) -> Answer:
    headers = {**SAFETY, "Location": to, "Cache-Control": "no-store"}
    if cookies:
        headers["Set-Cookie"] = cookies
    return Answer("", status, headers)


def static(name: str) -> Answer:
    """A style sheet or script of templates/console, and nothing else."""
    file = FOLDER / name
    kind = STATIC.get(file.suffix)
    if kind is None or file.parent != FOLDER or not file.is_file():
        return Answer("", 404, {**SAFETY, "Content-Type": "text/plain"})
    headers = {**SAFETY, "Content-Type": kind, "Cache-Control": "public, max-age=300"}
    return Answer(file.read_text(encoding="utf-8"), headers=headers)


def _choose(form: Mapping[str, str]) -> Answer:
    """Language and theme, kept in cookies for a year."""
    cookies = []
    if form.get("language") in languages():
        cookies.append(f"language={form['language']}; Path=/; Max-Age=31536000; SameSite=Lax")
    if form.get("theme") in ("auto", "light", "dark"):
        cookies.append(f"theme={form['theme']}; Path=/; Max-Age=31536000; SameSite=Lax")
    return _go(path_of_the_console(form.get("back", "/")), cookies)


def _language(jar: Mapping[str, str], headers: Mapping[str, str]) -> str:
    if jar.get("language") in languages():
        return jar["language"]
    return fitting(headers.get("accept-language", ""))


def _zone(jar: Mapping[str, str]) -> str:
    """The zone of who looks: what their browser said, else the stage's."""
    said = unquote(jar.get("zone", ""))
    return said if zone_named(said) else os.environ.get("RINGBACK_CONSOLE_ZONE", "Asia/Shanghai")


def sign_in(
    method: str, query: Mapping[str, str], form: Mapping[str, str], choices: Mapping[str, Any]
) -> Answer:
    """The form to sign in with, or the session that it gets."""
    next_page = form.get("next") or query.get("next", "")
    visit = Visit("", "", now=clock.now(), path="/sign-in", query=query, **choices)
    if method == "GET":
        data = {"username": "", "error": "", "next": next_page}
        return _html(visit, Page("sign_in.html", "Sign in", data))
    user = user_pool.signed_in(form.get("username", "").strip(), form.get("password", ""))
    if user is None:
        error = N_("The name or the password is wrong, or the user has no role yet. Ask an administrator.")
        data = {"username": form.get("username", ""), "error": error, "next": next_page}
        return _html(visit, Page("sign_in.html", "Sign in", data, status=422))
    # Who it is comes from the token: what was typed may be another name of the same user.
    begun = session.begin(user.name, user.role, clock.now())
    secure = "; Secure" if os.environ.get("RINGBACK_STAGE") == "prod" else ""
    sealed = session.sealed(begun, user_pool.session_key())
    cookie = f"session={sealed}; Path=/; HttpOnly; SameSite=Lax{secure}"
    return _go(path_of_the_console(next_page), [f"{cookie}; Max-Age={session.HOURS * 3600}"])
