"""HTTP answers of the console: a page, a redirect, and the headers that every one of them carries."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.console import beside
from chalicelib.console.address import Address, dropped
from chalicelib.console.frame import Page, Visit

SAFETY: Mapping[str, str | list[str]] = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
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


def html(visit: Visit, page: Page, at: Address) -> Answer:
    """A page in the language of who looks; what was to be said once is said with it."""
    from chalicelib.console.rendering import render

    headers: dict[str, Any] = {
        **SAFETY,
        "Content-Type": "text/html; charset=utf-8",
        "Cache-Control": "no-store",
    }
    if visit.said or visit.form:  # what stood there once
        headers["Set-Cookie"] = [dropped("said", at), dropped(beside.COOKIE, at)]
    return Answer(render(visit, page), page.status, headers)


def go(to: str, cookies: list[str] | None = None, status: int = 303) -> Answer:
    """On to another address of the console or outside, with cookies to keep or drop."""
    headers = {**SAFETY, "Location": to, "Cache-Control": "no-store"}
    if cookies:
        headers["Set-Cookie"] = cookies
    return Answer("", status, headers)
