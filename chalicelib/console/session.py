"""Sessions of the console: how long they live, what ends them, and the secret that a browser keeps.

A session is a row (`store.access`), looked up with every request together with its person, so that what
ends it holds with the next one. The cookie holds the subject and a secret of 256 bits, of which the row has
the hash. The mark that each form carries is an HMAC under that secret: a page of another site cannot know it
(OWASP, "HMAC based token pattern").
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.clock import iso, parse
from chalicelib.store import access
from chalicelib.store.schema.accounts import Person, SessionRow

ROLES = ("admin", "supervisor", "marketing", "care")  # the strongest first: a user in two groups has it
APPROVERS = frozenset({"admin", "supervisor", "marketing"})  # who decides what goes out, or who may
LOOK_AGAIN = timedelta(minutes=1)  # how old what the user pool says of somebody may get
EXPLAINED = timedelta(days=7)  # how long a session that is over says why

OUT = "out"  # signed out
IDLE = "idle"  # not used for too long
LONG = "long"  # begun too long ago
EVERYWHERE = "everywhere"  # signed out on every browser
CHANGED = "changed"  # has another role
DISABLED = "disabled"
REMOVED = "removed"
REASONS = (OUT, IDLE, LONG, EVERYWHERE, CHANGED, DISABLED, REMOVED)


@dataclass(frozen=True, slots=True)
class Life:
    """How long a session lives without being used, and at the longest."""

    idle: timedelta
    longest: timedelta


LIVES = {
    "admin": Life(timedelta(hours=1), timedelta(hours=8)),
    "supervisor": Life(timedelta(hours=2), timedelta(hours=10)),
    "marketing": Life(timedelta(hours=2), timedelta(hours=10)),
    "care": Life(timedelta(hours=2), timedelta(hours=10)),  # a shift, and a little
}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is, as the issuer says. `subject` is never given to another; `name` is what people see in
    the record of what was done; `email` is empty unless the issuer has confirmed it."""

    subject: str
    name: str
    role: str
    email: str = ""
    second_factor: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is on."""

    person: Person
    row: SessionRow
    secret: str


@dataclass(frozen=True, slots=True)
class Over:
    """A session that is over, with the reason; "" where the cookie never was one of ours."""

    reason: str
    subject: str = ""


def role_of(groups: list[str]) -> str | None:
    """The role that the groups of a user give; None when they give none."""
    return next((role for role in ROLES if role in groups), None)


def begin(identity: Identity, now: datetime) -> str:
    """Write the session of somebody who has just signed in; the cookie's value. Sessions that they have in
    another role are over with it."""
    before = access.person(identity.subject)
    if before and before.role != identity.role:
        access.end_all(identity.subject, CHANGED)
    access.keep(
        Person(
            version=identity.subject,
            who=before.who if before else _free_name(identity),
            email=identity.email,
            role=identity.role,
            last_at=iso(now),
            second_factor=identity.second_factor,
        )
    )
    person = access.person(identity.subject)
    secret = secrets.token_urlsafe(32)
    access.begin(
        SessionRow(
            name=f"{SessionRow.hash_under}{identity.subject}",
            version=_digest(secret),
            role=identity.role,
            begun=iso(now),
            seen=iso(now),
            generation=person.generation if person else 0,
            second_factor=identity.second_factor,
            expires=int((now + LIVES[identity.role].longest + EXPLAINED).timestamp()),
        )
    )
    return f"{base64.urlsafe_b64encode(identity.subject.encode()).decode()}.{secret}"


def _free_name(identity: Identity) -> str:
    """The name that somebody acts under from their first sign-in on. Two people never have the same: whoever
    comes later has a part of the subject beside it."""
    taken = {one.who for one in access.everybody() if one.subject != identity.subject}
    return identity.name if identity.name not in taken else f"{identity.name} ({identity.subject[:8]})"


def opened(cookie: str, now: datetime) -> Session | Over:
    """The session of a cookie, as its rows are now."""
    head, _, secret = cookie.partition(".")
    try:
        subject = base64.urlsafe_b64decode(head.encode("ascii")).decode()
    except ValueError:
        return Over("")
    if not subject or not secret:
        return Over("")
    person, row = access.look(subject, _digest(secret))
    if row is None:
        return Over("")
    reason = why_over(person, row, now)
    return Over(reason, subject) if reason or person is None else Session(person, row, secret)


def why_over(person: Person | None, row: SessionRow, now: datetime) -> str:
    """Why a session is over at `now`; "" while it is on."""
    life = LIVES.get(row.role)
    if person is None or life is None:
        return REMOVED
    if row.ended:
        return row.ended
    if row.generation != person.generation:
        return person.ended or EVERYWHERE
    if now - parse(row.begun) >= life.longest:
        return LONG
    return IDLE if now - parse(row.seen) >= life.idle else ""


def longest(role: str) -> int:
    """Seconds that a session in this role lives at the longest."""
    return int(LIVES[role].longest.total_seconds())


def due(one: Session, now: datetime) -> bool:
    """Whether it is time to write down that a session is in use, and to ask about its person again."""
    return now - parse(one.row.seen) >= LOOK_AGAIN


def end(one: Session) -> None:
    """Sign out: the session is over with the next request."""
    access.end(one.person.subject, one.row.version, OUT)


def mark(one: Session) -> str:
    """What each form of this session carries."""
    return hmac.new(one.secret.encode(), b"form", hashlib.sha256).hexdigest()


def same(given: str, wanted: str) -> bool:
    """Whether a form's mark is the session's."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
