"""The console: every page behind one address pattern, with sign-in, roles and form marks checked first."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, unquote

from chalice import Blueprint, Response

from chalicelib import clock
from chalicelib.console import session
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
from chalicelib.functions.guard import guarded
from chalicelib.i18n.translations import N_, fitting, languages, translation

console = Blueprint(__name__)
FORM = "application/x-www-form-urlencoded"
SAFETY: dict[str, str | list[str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
STATIC = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
KEY_FOR = 300.0  # seconds a fetched key is used before it is looked up again
_key: tuple[float, str] = (0.0, "")


@console.route("/")
@guarded
def home() -> Response:
    """The first page of a role."""
    return answer("GET", "/", {}, {}, console.current_request.headers)


@console.route("/{proxy+}", methods=["GET"])
@guarded
def get() -> Response:
    """Any page."""
    return answer("GET", _path(), _query(), {}, console.current_request.headers)


@console.route("/{proxy+}", methods=["POST"], content_types=[FORM])
@guarded
def post() -> Response:
    """Any form."""
    request = console.current_request
    lists = parse_qs(_text(request.raw_body), keep_blank_values=True)
    return answer("POST", _path(), _query(), lists, request.headers)


def _path() -> str:
    given = console.current_request.uri_params or {}
    return unquote("/" + str(given.get("proxy", "")).strip("/"))


def _text(body: str | bytes) -> str:
    return body.decode() if isinstance(body, bytes) else body


def _query() -> dict[str, str]:
    return dict(console.current_request.query_params or {})


def answer(
    method: str,
    path: str,
    query: Mapping[str, str],
    lists: Mapping[str, list[str]],
    headers: Mapping[str, str],
) -> Response:
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
    who = session.opened(jar.get("session", ""), _session_key(), now)
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
        mark=session.mark(who, _session_key()),
        said=unquote(jar.get("said", "")),
        **choices,
    )
    if path == "/":
        return _go("/campaigns" if who.role == "marketing" else "/queue")
    return _page(method, path, visit)


def _page(method: str, path: str, visit: Visit) -> Response:
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
        return Response(
            result.body,
            headers=SAFETY
            | {
                "Content-Type": result.content_type,
                "Content-Disposition": f'attachment; filename="{result.name}"',
            },
        )
    return _html(visit, result)


def _trouble(title: str, status: int) -> Page:
    return Page("trouble.html", title, status=status)


def _html(visit: Visit, page: Page) -> Response:
    headers: dict[str, Any] = {
        **SAFETY,
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
    }
    if visit.said:
        headers["Set-Cookie"] = "said=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"
    return Response(render(visit, page), status_code=page.status, headers=headers)


def _go(to: str, cookies: list[str] | None = None, status: int = 303) -> Response:
    headers = SAFETY | {"Location": to, "Cache-Control": "no-store"}
    if cookies:
        headers["Set-Cookie"] = cookies
    return Response("", status_code=status, headers=headers)


def static(name: str) -> Response:
    """A style sheet or script of templates/console, and nothing else."""
    file = FOLDER / name
    kind = STATIC.get(file.suffix)
    if kind is None or file.parent != FOLDER or not file.is_file():
        return Response("", status_code=404, headers=SAFETY | {"Content-Type": "text/plain"})
    headers = SAFETY | {"Content-Type": kind, "Cache-Control": "public, max-age=300"}
    return Response(file.read_text(encoding="utf-8"), headers=headers)


def sign_in(
    method: str, query: Mapping[str, str], form: Mapping[str, str], choices: Mapping[str, Any]
) -> Response:
    """The form to sign in with, or the session that it gets."""
    next_page = form.get("next") or query.get("next", "")
    visit = Visit("", "", now=clock.now(), path="/sign-in", query=query, **choices)
    if method == "GET":
        data = {"username": "", "error": "", "next": next_page}
        return _html(visit, Page("sign_in.html", "Sign in", data))
    role = _role(form.get("username", "").strip(), form.get("password", ""))
    if role is None:
        error = N_("The name or the password is wrong, or the user has no role yet. Ask an administrator.")
        data = {"username": form.get("username", ""), "error": error, "next": next_page}
        return _html(visit, Page("sign_in.html", "Sign in", data, status=422))
    begun = session.begin(form["username"].strip(), role, clock.now())
    secure = "; Secure" if os.environ.get("RINGBACK_STAGE") == "prod" else ""
    cookie = f"session={session.sealed(begun, _session_key())}; Path=/; HttpOnly; SameSite=Lax{secure}"
    safe = next_page if next_page.startswith("/") and not next_page.startswith(("//", "/\\")) else "/"
    return _go(safe, [f"{cookie}; Max-Age={session.HOURS * 3600}"])


def _choose(form: Mapping[str, str]) -> Response:
    """Language and theme, kept in cookies for a year."""
    cookies = []
    if form.get("language") in languages():
        cookies.append(f"language={form['language']}; Path=/; Max-Age=31536000; SameSite=Lax")
    if form.get("theme") in ("auto", "light", "dark"):
        cookies.append(f"theme={form['theme']}; Path=/; Max-Age=31536000; SameSite=Lax")
    back = form.get("back", "/")
    return _go(back if back.startswith("/") and not back.startswith("//") else "/", cookies)


def _language(jar: Mapping[str, str], headers: Mapping[str, str]) -> str:
    if jar.get("language") in languages():
        return jar["language"]
    return fitting(headers.get("accept-language", ""))


def _zone(jar: Mapping[str, str]) -> str:
    """The zone of who looks: what their browser said, else the stage's."""
    said = unquote(jar.get("zone", ""))
    return said if zone_named(said) else os.environ.get("RINGBACK_CONSOLE_ZONE", "Asia/Shanghai")


def _role(username: str, password: str) -> str | None:
    """The role of a user whose password is right (Cognito InitiateAuth, USER_PASSWORD_AUTH); else None.

    The token comes from Cognito itself over TLS, so its groups are read without checking its signature.
    """
    import json

    cognito = _cognito()
    if not username or not password:
        return None
    try:
        reply = cognito.initiate_auth(
            ClientId=os.environ["RINGBACK_USER_POOL_CLIENT"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
    except (cognito.exceptions.NotAuthorizedException, cognito.exceptions.UserNotFoundException):
        return None
    token = reply.get("AuthenticationResult", {}).get("IdToken", "")
    if not token:  # a first password that has to be changed
        return None
    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return session.role_of(claims.get("cognito:groups", []))


@cache
def _cognito() -> Any:
    import boto3

    return boto3.client("cognito-idp")


def _session_key() -> str:
    """The key that sessions are signed with, from the parameter store; kept for some minutes."""
    global _key
    if time.monotonic() - _key[0] > KEY_FOR or not _key[1]:
        import boto3

        name = os.environ["RINGBACK_SESSION_KEY_PARAMETER"]
        found = boto3.client("ssm").get_parameter(Name=name, WithDecryption=True)
        _key = (time.monotonic(), found["Parameter"]["Value"])
    return _key[1]
