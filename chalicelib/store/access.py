"""Who signed in to the console, their sessions, and the form that waits for somebody: rows of `catalogue`.

A session is looked up with every request, so that what ends it holds at once: one strongly consistent call
for the session and its person.
"""

from __future__ import annotations

from collections.abc import Mapping

from chalicelib.store import dynamodb
from chalicelib.store.dynamodb import insert, overwrite, read, update, write_one
from chalicelib.store.schema.accounts import (
    PEOPLE,
    KeptForm,
    Person,
    SessionRow,
    draft_key,
    person_key,
    session_key,
)
from chalicelib.store.schema.base import of_kind
from chalicelib.store.schema.catalogue import (
    CATALOGUE,
    CONTROL_KEY,
)


def look(subject: str, digest: str) -> tuple[Person | None, SessionRow | None]:
    """Somebody and one of their sessions, as they are now. What is live comes with them: most pages ask for
    it next, and the query cache has it then."""
    found = read([person_key(subject), session_key(subject, digest), CONTROL_KEY], consistent=(CATALOGUE,))
    return next(iter(of_kind(Person, found)), None), next(iter(of_kind(SessionRow, found)), None)


def person(subject: str) -> Person | None:
    """Somebody who signed in at some time, or None."""
    return dynamodb.get(Person, person_key(subject))


def everybody() -> list[Person]:
    """Everybody who signed in at some time, by subject."""
    from chalicelib.store import queries  # the look-up of a session does without

    return list(queries.every(Person, PEOPLE))


def names_of(who: str) -> frozenset[str]:
    """Every name that the person who acts as `who` acts under, as far as can be told: all whose confirmed
    e-mail address is the same."""
    people = everybody()
    addresses = {one.email for one in people if one.who == who and one.email}
    return frozenset({who, *(one.who for one in people if one.email in addresses)})


def keep(one: Person) -> None:
    """Write what the issuer said of somebody; their generation is `end_all`'s alone, and what they chose for
    themselves stays."""
    said = (
        Person.who.to(one.who),
        Person.email.to(one.email),
        Person.role.to(one.role),
        Person.last_at.to(one.last_at),
        Person.second_factor.to(one.second_factor),
    )
    if write_one(insert(one)) == "exists":
        write_one(update(one.key, *said))


def choose(subject: str, shown: str, language: str) -> None:
    """What somebody chose for themselves: the name that colleagues see, and their language."""
    write_one(update(person_key(subject), Person.shown.to(shown), Person.language.to(language)))


def begin(row: SessionRow) -> None:
    """Write a session that begins."""
    write_one(insert(row))


def touch(row: SessionRow, seen: str) -> None:
    """A session was used at `seen` (ISO, UTC)."""
    write_one(update(row.key, SessionRow.seen.to(seen)))


def end(subject: str, digest: str, why: str) -> None:
    """End one session, for a reason of `console.session`."""
    write_one(update(session_key(subject, digest), SessionRow.ended.to(why)))


def end_all(subject: str, why: str, role: str | None = None) -> None:
    """End every session of somebody at once; with `role` theirs is that one from now on."""
    while (found := person(subject)) is not None:
        changes = [Person.generation.to(found.generation + 1), Person.ended.to(why)]
        if role is not None:
            changes.append(Person.role.to(role))
        known = Person.generation.equals(found.generation)
        if write_one(update(found.key, *changes, where=known)) == "ok":
            return


def keep_draft(subject: str, path: str, fields: Mapping[str, list[str]], at: str, expires: int) -> None:
    """Keep the form that somebody sent without a session, in place of an earlier one."""
    one = KeptForm(
        name=f"{KeptForm.hash_under}{subject}", path=path, fields=dict(fields), at=at, expires=expires
    )
    if write_one(insert(one)) == "exists":
        write_one(overwrite(one))


def draft(subject: str) -> KeptForm | None:
    """The form that waits for somebody, or None."""
    found = dynamodb.get(KeptForm, draft_key(subject))
    return found if found and found.path else None


def drop_draft(subject: str) -> None:
    """Nothing waits for somebody any more."""
    empty = update(draft_key(subject), KeptForm.path.to(""), KeptForm.fields.to({}))
    write_one(empty)
