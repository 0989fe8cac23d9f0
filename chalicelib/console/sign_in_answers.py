"""The console's answers while somebody signs in: start page, to the issuer and back, second factor.

Imported with the first of these addresses: whoever is signed in does not wait for it at a cold start.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib import clock
from chalicelib.console import second_factor, session, sign_in, user_pool
from chalicelib.console.address import SECOND_FACTOR, START, TO_ISSUER, Address, cookie_of, dropped, kept
from chalicelib.console.frame import Visit
from chalicelib.console.http_answers import Answer, go, html, path_of_the_console
from chalicelib.console.openid import SignInFailed


def sign_in_answer(
    path: str, query: Mapping[str, str], jar: Mapping[str, str], choices: Mapping[str, Any], at: Address
) -> Answer:
    """The start page, the way to the issuer, and the way back with a session or the reason why not."""
    visit = Visit("", "", now=clock.now(), path=path, query=query, **choices)
    kept_meanwhile = cookie_of(jar, "signing", at)
    try:
        if path == START:
            return html(visit, sign_in.start(query), at)
        if path == TO_ISSUER:
            there, meanwhile = sign_in.to_the_issuer(query, at.root)
            return go(there, [kept("signing", meanwhile, at, sign_in.MINUTES * 60)], status=302)
        back = sign_in.back_from_the_issuer(query, kept_meanwhile, at.root)
    except SignInFailed as why_not:
        sign_in.note_failure(why_not, visit.now)
        return html(visit, sign_in.failed(why_not), at)
    try:
        who, next_page = second_factor.looked_at(back.who, back.issuer), back.next
    except SignInFailed as why_not:
        sign_in.note_failure(why_not, visit.now)
        if not back.issuer.pool or not back.access_token:
            return html(visit, sign_in.failed(why_not), at)
        way = kept("way", back.access_token, at, second_factor.MINUTES * 60)
        return go(SECOND_FACTOR, [way, dropped("signing", at)])
    cookie = kept("session", session.begin(who, visit.now), at, session.longest(who.role))
    sign_in.note(who, visit.now)
    return go(path_of_the_console(next_page), [cookie, dropped("signing", at)])


def second_factor_answer(
    method: str, form: Mapping[str, str], token: str, choices: Mapping[str, Any], at: Address
) -> Answer:
    """Set up the second factor of somebody who was not let in for want of one; then they sign in again."""
    visit = Visit("", "", now=clock.now(), path=SECOND_FACTOR, **choices)
    try:
        if not token:
            return go(START, status=302 if method == "GET" else 303)
        if method == "GET":
            return html(visit, second_factor.page(token, at.host), at)
        if not second_factor.confirmed(token, form):
            return html(visit, second_factor.again(form, at.host, visit.language), at)
    except user_pool.Unknown:
        return go(START, [dropped("way", at)])
    return go(START, [dropped("way", at)])
