"""Versions of documents and the steps of their lives: a version, what is live, and the line in the audit
trail, written together or not at all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from chalicelib.store import queries
from chalicelib.store.catalogue import revised
from chalicelib.store.dynamodb import get as read_one
from chalicelib.store.dynamodb import insert, read, update, write_one
from chalicelib.store.queries import Action, column
from chalicelib.store.schema.base import Change, of_kind
from chalicelib.store.schema.catalogue import (
    AT_FIRST,
    CATALOGUE,
    CONTROL_KEY,
    LATEST,
    NAMES_KEY,
    AuditEntry,
    Control,
    Document,
    Latest,
    Names,
    document_key,
    version_text,
)
from chalicelib.store.transactions import (
    ConditionFailed,
    Contention,
    Put,
    Update,
    Write,
    commit,
    put,
    put_new,
    put_over,
)

TRIES = 8


def names(prefix: str = "") -> list[str]:
    """The names of all documents that begin with `prefix`, live or not."""
    known = read_one(Names, NAMES_KEY) or Names()
    return sorted(name for name in known.names if name.startswith(prefix))


def all_of(name: str) -> list[Document]:
    """Every version of a document, the latest first."""
    return list(queries.every(Document, name, backwards=True, consistent=True))


def latest(name: str) -> Document | None:
    """The highest version of a document, None when there is none."""
    found = queries.page(Document, name, backwards=True, limit=1, consistent=True).records
    return found[0] if found else None


def latest_of(prefix: str) -> list[Document]:
    """The highest version of every document that begins with `prefix`, by name: three calls for up to a
    hundred of them."""
    noted = queries.every(Latest, LATEST, where=column(Latest.version).startswith(prefix), consistent=True)
    keys = [document_key(one.version, one.number) for one in noted]
    found = {one.name: one for one in of_kind(Document, read(keys, consistent=(CATALOGUE,)))}
    # What was saved before numbers were noted, and what was noted and never saved.
    others = map(latest, (name for name in names(prefix) if name not in found))
    found |= {one.name: one for one in others if one}
    return [found[name] for name in sorted(found)]


def latest_number(name: str) -> int:
    """The number of the highest version, 0 when there is none."""
    found = latest(name)
    return found.number if found else 0


def get(name: str, number: int) -> Document | None:
    """One version of a document."""
    return read_one(Document, document_key(name, number))


def save(name: str, document: Mapping[str, Any], *, by: str, at: str, status: str) -> int:
    """Keep `document` as the next version of `name` with no line in the audit trail; returns its number.
    `at` is ISO in UTC. For what is installed rather than edited."""
    while True:
        number = latest_number(name) + 1
        _note_latest(name, number)
        made = Document(
            name=name, version=version_text(number), document=dict(document), status=status, by=by, at=at
        )
        if write_one(insert(made)) == "ok":
            _register(name)
            return number


def add(
    name: str,
    document: Mapping[str, Any],
    *,
    by: str,
    at: str,
    base: int,
    audit: Callable[[Document], AuditEntry],
) -> Document:
    """Keep the next version of `name`, a draft made from version `base`, with its audit entry.

    Raises transactions.Contention.
    """
    for _ in range(TRIES):
        number = latest_number(name) + 1
        _note_latest(name, number)
        made = Document(
            name=name,
            version=version_text(number),
            document=dict(document),
            status="draft",
            by=by,
            at=at,
            base=base,
        )
        try:
            commit([put_new(made), put(audit(made))])
        except ConditionFailed:
            continue
        _register(name)
        return made
    raise Contention


def move(
    name: str,
    number: int,
    *,
    before: str,
    changes: Sequence[Change],
    audit: AuditEntry,
    control: Callable[[Control], Control],
) -> bool:
    """Change a version that is in state `before`; False when it is not any more, and nothing is written.

    `control` says what the step changes of what is live and paused; the version whose place this one takes
    ends with it, at the time of the entry. Raises transactions.Contention.
    """
    key = document_key(name, number)
    for _ in range(TRIES):
        writes: list[Write] = [
            Update(key, tuple(map(_action, changes)), column(Document.status) == before),
            put(audit),
        ]
        known = read_one(Control, CONTROL_KEY)
        was = known or AT_FIRST
        wanted = control(was)
        if wanted != was:
            writes.append(_over(known, revised(was, wanted)))
        replaced = was.live.get(name, number)
        if replaced != number and wanted.live.get(name) == number:
            ended = (column(Document.status).set("ended"), column(Document.ended_at).set(audit.at))
            writes.append(Update(document_key(name, replaced), ended))
        try:
            commit(writes)
        except ConditionFailed as failed:
            if key in failed.keys:
                return False
            continue  # somebody else changed what is live: look again
        return True
    raise Contention


def _over(known: Control | None, after: Control) -> Put:
    """The write of `after` over what was read."""
    return put_over(after, Control.revision, known.revision) if known else put_new(after)


def _action(change: Change) -> Action:
    """A change of a version as pynamodb has it: an attribute that gets its default is not stored."""
    attribute = Document.attributes[change.name]
    plain = change.value == attribute.default and not attribute.always
    return column(attribute).remove() if plain else column(attribute).set(change.value)


def _note_latest(name: str, number: int) -> None:
    """Remember, before it is written, that this version may be the latest: so that none is missed, whoever
    dies in between."""
    note = Latest(version=name, number=number)
    lower = update(note.key, Latest.number.to(number), where=Latest.number.below(number))
    if write_one(lower) == "condition":  # there is none, or a higher one
        write_one(insert(note))


def _register(name: str) -> None:
    """Remember that there is a document of this name."""
    queries.update(NAMES_KEY, [column(Names.names).add({name})])
