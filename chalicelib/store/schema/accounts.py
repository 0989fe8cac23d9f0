"""`catalogue`: who signs in to the console, what they keep there, and the keys of those who send events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.store.schema.base import Attribute, Key, Record, flag, mapping, number, text
from chalicelib.store.schema.catalogue import CATALOGUE, HEAD

PEOPLE = "people"
API_KEYS = "api-keys"


class Person(Record, table=CATALOGUE, hash_under=PEOPLE):
    """Somebody who signed in to the console. `generation` counts what ends all of their sessions: signing
    out everywhere, another role, being disabled or removed."""

    version: Attribute[str] = text("the subject: what the issuer calls them, never given to another")
    who: Attribute[str] = text("the name they act under: of cases, approvals and the audit")
    name: Attribute[str] = text("`people`", default=PEOPLE)
    email: Attribute[str] = text("their e-mail address, if the issuer has confirmed it", default="")
    role: Attribute[str] = text("the role that the issuer gave them last; empty: none", default="")
    generation: Attribute[int] = number("sessions of another generation are over", default=0, always=True)
    ended: Attribute[str] = text("why the last generation ended, see `console.session`", default="")
    last_at: Attribute[str] = text("when they signed in last", default="")
    second_factor: Attribute[bool] = flag("whether that was with a second factor", default=False)
    shown: Attribute[str] = text("the name that colleagues see", default="")
    language: Attribute[str] = text("the language they chose", default="")

    @property
    def subject(self) -> str:
        """What the issuer calls them."""
        return self.version


class SessionRow(Record, table=CATALOGUE, hash_under="session#"):
    """One session of somebody, on one browser."""

    name: Attribute[str] = text("`session#<subject>`")
    version: Attribute[str] = text("SHA-256 of the secret that the cookie holds")
    role: Attribute[str] = text("the role it was begun in")
    begun: Attribute[str] = text("when")
    seen: Attribute[str] = text("when it was used last, to the minute")
    generation: Attribute[int] = number("that of its person then", default=0, always=True)
    ended: Attribute[str] = text("why it ended, if it did so by itself", default="")
    second_factor: Attribute[bool] = flag("whether it was begun with a second factor", default=False)
    expires: Attribute[int] = number(
        "epoch seconds, after the last day on which it says why it ended", default=0
    )


class KeptForm(Record, table=CATALOGUE, hash_under="draft#", under=HEAD):
    """A form that was sent when its session was over: shown again to who filled it in."""

    name: Attribute[str] = text("`draft#<subject>`: one for each person, the latest")
    path: Attribute[str] = text("where it was sent to")
    at: Attribute[str] = text("when")
    version: Attribute[str] = text("`-`", default=HEAD)
    fields: Attribute[Mapping[str, Any]] = mapping("its values by field, each a list", default={})
    expires: Attribute[int] = number("epoch seconds", default=0)


class SavedViews(Record, table=CATALOGUE, hash_under="views#", under=HEAD):
    """The views of the list of cases that one person or one team saved."""

    name: Attribute[str] = text("`views#person/<subject>` or `views#team/<team>`")
    views: Attribute[Mapping[str, Any]] = mapping(
        "by its id: `title`, `query` (tab, filters and order by name), `by` and `at`", default={}
    )
    revision: Attribute[int] = number("counts its changes", default=0, always=True)
    version: Attribute[str] = text("`-`", default=HEAD)


class OwnPhone(Record, table=CATALOGUE, hash_under="phone#"):
    """A phone that somebody says is theirs: a test text goes to it once they typed the code it was sent."""

    name: Attribute[str] = text("`phone#<number>`, E.164")
    version: Attribute[str] = text("the subject of the one whose it is")
    digest: Attribute[str] = text("SHA-256 of the subject and the code", default="")
    sent_at: Attribute[str] = text("when the code was sent", default="")
    tries: Attribute[int] = number("wrong codes typed since", default=0)
    confirmed_at: Attribute[str] = text("when the right code was typed", default="")
    expires: Attribute[int] = number("epoch seconds", default=0)


class TestsOfDay(Record, table=CATALOGUE, hash_under="tests#"):
    """How many test texts and codes somebody has sent on one day."""

    name: Attribute[str] = text("`tests#<subject>`")
    version: Attribute[str] = text("the day, UTC")
    sent: Attribute[int] = number("texts", default=0)
    codes: Attribute[int] = number("codes", default=0)
    expires: Attribute[int] = number("epoch seconds", default=0)


class ApiKey(Record, table=CATALOGUE, hash_under=API_KEYS):
    """A key of one sender of `POST /events`. The key itself is kept nowhere."""

    version: Attribute[str] = text("SHA-256 of the key")
    label: Attribute[str] = text("whose it is, such as `billing`")
    made_by: Attribute[str] = text("who made it")
    made_at: Attribute[str] = text("when")
    name: Attribute[str] = text("`api-keys`", default=API_KEYS)
    until: Attribute[str] = text("when it ends (ISO), empty: not yet said", default="")
    last_used: Attribute[str] = text("when it was used last, to some minutes", default="")


def person_key(subject: str) -> Key:
    """Where somebody who signed in is."""
    return CATALOGUE.key(PEOPLE, subject)


def session_key(subject: str, digest: str) -> Key:
    """Where a session of somebody is; `digest` is that of its secret."""
    return CATALOGUE.key(f"{SessionRow.hash_under}{subject}", digest)


def draft_key(subject: str) -> Key:
    """Where the form that waits for somebody is."""
    return CATALOGUE.key(f"{KeptForm.hash_under}{subject}", HEAD)


def phone_key(msisdn: str, subject: str) -> Key:
    """Where it says whether a number is somebody's own."""
    return CATALOGUE.key(f"{OwnPhone.hash_under}{msisdn}", subject)
