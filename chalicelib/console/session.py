"""Who is signed in, kept in a signed cookie, so that a page needs no look-up.

A session is `who|role|until` with an HMAC-SHA256 under the stage's session key. The form mark is another HMAC
of the same session: a page of another site cannot know it (OWASP, "HMAC based token pattern").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass
from datetime import datetime, timedelta

HOURS = 10  # a shift, and a little
ROLES = ("admin", "supervisor", "marketing", "care")  # the strongest first: a user in two groups has it


@dataclass(frozen=True, slots=True)
class Session:
    """A user's name and role; `until` is Unix seconds."""

    who: str
    role: str
    until: int


def role_of(groups: list[str]) -> str | None:
    """The role that the groups of a user give; None when they give none."""
    return next((role for role in ROLES if role in groups), None)


def begin(who: str, role: str, now: datetime) -> Session:
    """A session from `now` for HOURS hours."""
    return Session(who, role, int((now + timedelta(hours=HOURS)).timestamp()))


def sealed(session: Session, key: str) -> str:
    """The cookie's value."""
    body = base64.urlsafe_b64encode(json.dumps([session.who, session.role, session.until]).encode()).decode()
    return f"{body}.{_hmac(key, 'session', body)}"


def opened(cookie: str, key: str, now: datetime) -> Session | None:
    """The session of a cookie; None when it is not ours, was changed, or is over."""
    body, _, seal = cookie.partition(".")
    if not seal or not hmac.compare_digest(seal.encode(), _hmac(key, "session", body).encode()):
        return None
    who, role, until = json.loads(base64.urlsafe_b64decode(body))
    return Session(who, role, until) if until > now.timestamp() else None


def mark(session: Session, key: str) -> str:
    """What each form of this session carries."""
    return _hmac(key, "form", f"{session.who}|{session.until}")


def same(given: str, wanted: str) -> bool:
    """Whether a form's mark is the session's."""
    return hmac.compare_digest(given.encode(), wanted.encode())


def _hmac(key: str, use: str, text: str) -> str:
    return hmac.new(key.encode(), f"{use}|{text}".encode(), hashlib.sha256).hexdigest()
