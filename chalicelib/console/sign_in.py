"""Signing in: to the issuer and back, with what each person who is not let in is told.

Nobody types a password here: first, forgotten and changed ones are the issuer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib import clock, log
from chalicelib.console import issuer, openid, session
from chalicelib.console.address import FROM_ISSUER
from chalicelib.console.frame import Page
from chalicelib.console.openid import Issuer, SignInFailed
from chalicelib.console.session import Identity
from chalicelib.store import audit

MINUTES = 15  # that somebody may take at the issuer
STATUS = {"unreachable": 503, "settings": 503, "role": 403, "factor": 403}  # of the others 400


def start(query: Mapping[str, str]) -> Page:
    """The start page: why one is here, what waits, and the way to the issuer."""
    why = query.get("why", "")
    return _page(query.get("next", ""), why if why in session.REASONS else "", "")


def failed(why_not: SignInFailed, next_page: str = "") -> Page:
    """The start page for somebody who is not let in."""
    return _page(next_page, "", why_not.code, STATUS.get(why_not.code, 400))


def _page(next_page: str, why: str, code: str, status: int = 200) -> Page:
    data = {"next": next_page, "why": why, "code": code, "waits": next_page == "/draft"}
    return Page("sign_in.html", "Sign in", data, status=status)


def to_the_issuer(query: Mapping[str, str], root: str) -> tuple[str, str]:
    """Where the browser goes, and what it keeps meanwhile. Raises SignInFailed."""
    who = issuer.configured()
    one = openid.begun(query.get("next", ""))
    there = issuer.discovered(who)["authorization_endpoint"]
    again = query.get("why") == session.OUT
    return openid.address_of(who, there, root + FROM_ISSUER, one, again=again), openid.packed(one)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came back from the issuer, with the access token they got there, and where they were going."""

    who: Identity
    issuer: Issuer
    access_token: str
    next: str


def back_from_the_issuer(query: Mapping[str, str], kept: str, root: str) -> SignedIn:
    """Who came back. Raises SignInFailed."""
    one = openid.unpacked(kept)
    code = openid.code_from(query, one)
    who = issuer.configured()
    configuration = issuer.discovered(who)
    token, access_token = issuer.tokens_for(who, configuration, code, one, root + FROM_ISSUER)
    claims = openid.claims_from(token, issuer.keys(configuration, openid.key_of(token)))
    openid.check(
        claims,
        name=configuration["issuer"],
        client=who.client,
        nonce=one.nonce,
        now=clock.outside().timestamp(),
    )
    return SignedIn(openid.identity_from(claims, who), who, access_token, one.next)


def note(who: Identity, now: datetime, refused: str = "") -> None:
    """Write a sign-in, or one that was refused, to the audit trail."""
    audit.record(
        by=who.name,
        role=who.role,
        action="sign_in_refused" if refused else "sign_in",
        what=f"user#{who.name}",
        before=None,
        after={"why": refused} if refused else {"second_factor": who.second_factor},
        at=clock.iso(now),
    )


def note_failure(why_not: SignInFailed, now: datetime) -> None:
    """Write down that somebody was not let in: to the audit trail where it is known who, else to the log, so
    that nobody can fill the trail from outside."""
    if why_not.identity:
        note(why_not.identity, now, why_not.code)
    log.note("sign-in failed", code=why_not.code, detail=why_not.detail)
