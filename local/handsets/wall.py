"""What the phones hold: texts, answers, whose they are. In memory, by number, oldest forgotten first."""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from chalicelib.clock import iso

MOST_ENTRIES = 200_000
REMEMBERED_CHANGES = 20_000
UPDATE_ENTRIES = 400  # the most that one update carries to a page; it then says that it skipped some


@dataclass(frozen=True, slots=True)
class Text:
    """A text that the API accepted (MT)."""

    id: str
    to: str
    sender: str
    body: str
    sent_at: datetime
    segments: int
    state: str = "accepted"  # then delivered | undelivered | expired
    settled_at: datetime | None = None
    context: Mapping[str, str] = field(default_factory=dict)
    pdus: tuple[Mapping[str, Any], ...] = ()  # of a text that came over SMPP: its submit_sm, a part each

    @property
    def phone(self) -> str:
        """Whose phone it is on."""
        return self.to

    def as_json(self) -> dict[str, Any]:
        """The shape of `GET /messages` (INTERFACES), and what we add to it."""
        found: dict[str, Any] = {
            "id": self.id,
            "to": self.to,
            "from": self.sender,
            "body": self.body,
            "sent_at": iso(self.sent_at),
            "segments": self.segments,
            "state": self.state,
        }
        if self.settled_at:
            found["settled_at"] = iso(self.settled_at)
        if self.context:
            found["context"] = dict(self.context)
        if self.pdus:
            found["pdus"] = [dict(one) for one in self.pdus]
        return found


@dataclass(frozen=True, slots=True)
class Answer:
    """A text that a subscriber wrote (MO)."""

    id: str
    sender: str
    to: str
    body: str
    sent_at: datetime
    copies: int = 1  # how often the network delivers it, with the same id
    in_reply_to: str = ""
    state: str = "accepted"  # then published | failed

    @property
    def phone(self) -> str:
        """Whose phone it is on."""
        return self.sender

    def as_json(self) -> dict[str, Any]:
        """The shape of `GET /replies`."""
        return {
            "id": self.id,
            "from": self.sender,
            "to": self.to,
            "body": self.body,
            "sent_at": iso(self.sent_at),
            "times": self.copies,
            "in_reply_to": self.in_reply_to or None,
            "state": self.state,
        }


Entry = Text | Answer
E = TypeVar("E", Text, Answer)


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry for the page: which phone it is on and whether it came (`mt`) or went (`mo`)."""
    return {"phone": entry.phone, "kind": "mt" if isinstance(entry, Text) else "mo", **entry.as_json()}


@dataclass(slots=True)
class Phone:
    """A phone on the wall."""

    msisdn: str
    name: str = ""
    language: str = ""
    brand: str = ""
    subscriber_id: str = ""
    last_at: datetime | None = None
    count: int = 0
    entries: deque[str] = field(default_factory=deque)  # ids, oldest first


class Wall:
    """All phones and what is on them. `first_revision` must be higher than any of an earlier process."""

    def __init__(self, first_revision: int = 1, most_entries: int = MOST_ENTRIES) -> None:
        self.revision = first_revision
        self._floor = first_revision  # a page that knows less than this must begin anew
        self._most = most_entries
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._phones: OrderedDict[str, Phone] = OrderedDict()  # newest activity last
        self._changed: OrderedDict[tuple[str, str], int] = (
            OrderedDict()
        )  # (kind, key) -> revision, newest last

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def phone_count(self) -> int:
        """How many phones there are."""
        return len(self._phones)

    def add(self, entry: Entry) -> None:
        """Put a new entry on its phone, which comes to the front of the wall."""
        phone = self._phone(entry.phone)
        self._phones.move_to_end(phone.msisdn)
        self._entries[entry.id] = entry
        phone.entries.append(entry.id)
        phone.count += 1
        phone.last_at = entry.sent_at
        self._note("entry", entry.id)
        self._note("phone", phone.msisdn)
        if len(self._entries) > self._most:
            gone = self._entries.popitem(last=False)[1]
            self._phones[gone.phone].entries.popleft()

    def settle(self, entry_id: str, **changes: Any) -> None:
        """Change an entry; nothing happens when it has been forgotten."""
        entry = self._entries.get(entry_id)
        if entry is not None:
            self._entries[entry_id] = replace(entry, **changes)
            self._note("entry", entry_id)

    def introduce(
        self, msisdn: str, name: str = "", language: str = "", brand: str = "", subscriber_id: str = ""
    ) -> None:
        """Say whose phone it is. A phone nobody has written to appears behind all others."""
        new = msisdn not in self._phones
        phone = self._phone(msisdn)
        phone.name, phone.language, phone.brand = name, language, brand
        phone.subscriber_id = subscriber_id
        if new:
            self._phones.move_to_end(msisdn, last=False)
        self._note("phone", msisdn)

    def touch(self, msisdn: str) -> None:
        """Something about the phone that the page shows has changed."""
        self._phone(msisdn)
        self._note("phone", msisdn)

    def bring_forward(self, msisdn: str) -> None:
        """Put the phone in front, as if something had happened on it."""
        self._phone(msisdn)
        self._phones.move_to_end(msisdn)
        self._note("phone", msisdn)

    def clear(self) -> None:
        """Forget texts and answers; the phones stay, with their names."""
        self._entries.clear()
        for phone in self._phones.values():
            phone.entries.clear()
            phone.count = 0
            phone.last_at = None
        self._changed.clear()
        self.revision += 1
        self._floor = self.revision

    def texts(self, to: str | None, since: datetime | None, limit: int) -> list[Text]:
        """Texts to `to` (to anyone when None) accepted from `since` on: the newest `limit`, oldest first."""
        return _latest((e for e in self._backwards(to) if isinstance(e, Text)), since, limit)

    def answers(self, sender: str | None, since: datetime | None, limit: int) -> list[Answer]:
        """Answers from `sender` (from anyone when None), as `texts` does."""
        return _latest((e for e in self._backwards(sender) if isinstance(e, Answer)), since, limit)

    def last_text(self, msisdn: str, originator: str | None = None) -> Text | None:
        """The newest text on this phone (from `originator`) that reached it."""
        for entry in self._backwards(msisdn):
            if isinstance(entry, Text) and entry.state in ("accepted", "delivered"):  # noqa: SIM102
                if originator is None or entry.sender == originator:
                    return entry
        return None

    def phones(self, query: str, limit: int) -> list[Phone]:
        """The phones with the newest activity whose number or name holds `query`."""
        wanted = query.casefold().strip()
        digits = "".join(c for c in wanted if c.isdigit())
        number_like = digits and not any(c.isalpha() for c in wanted)
        found = (
            phone
            for phone in reversed(self._phones.values())
            if not wanted or wanted in phone.name.casefold() or (number_like and digits in phone.msisdn)
        )
        return list(islice(found, limit))

    def known(self, msisdns: Iterable[str]) -> list[Phone]:
        """Those of `msisdns` that are on the wall."""
        return [self._phones[one] for one in msisdns if one in self._phones]

    def entries_of(self, phone: Phone, limit: int) -> list[Entry]:
        """The newest entries of a phone, oldest first."""
        ids = list(islice(reversed(phone.entries), limit))
        return [self._entries[one] for one in reversed(ids)]

    def changes(self, after: int) -> tuple[list[Phone], list[Entry], bool] | None:
        """What changed after revision `after`: phones, entries (oldest first), whether some were left out.

        None when the page has to begin anew: it comes from before a reset, another process or too long ago.
        """
        if after > self.revision or after < self._floor:
            return None
        phones: list[Phone] = []
        entries: list[Entry] = []
        skipped = False
        for (kind, key), revision in reversed(self._changed.items()):
            if revision <= after:
                break
            if kind == "phone":
                phones.append(self._phones[key])
            elif len(entries) >= UPDATE_ENTRIES:
                skipped = True
            elif key in self._entries:
                entries.append(self._entries[key])
        if len(phones) > UPDATE_ENTRIES:
            phones, skipped = phones[:UPDATE_ENTRIES], True
        return phones[::-1], entries[::-1], skipped

    def _backwards(self, msisdn: str | None) -> Iterator[Entry]:
        if msisdn is None:
            yield from reversed(self._entries.values())
        elif msisdn in self._phones:
            for entry_id in reversed(self._phones[msisdn].entries):
                yield self._entries[entry_id]

    def _phone(self, msisdn: str) -> Phone:
        if msisdn not in self._phones:
            self._phones[msisdn] = Phone(msisdn)
        return self._phones[msisdn]

    def _note(self, kind: str, key: str) -> None:
        self.revision += 1
        self._changed[kind, key] = self.revision
        self._changed.move_to_end((kind, key))
        if len(self._changed) > REMEMBERED_CHANGES:
            self._floor = self._changed.popitem(last=False)[1]


def _latest(newest_first: Iterator[E], since: datetime | None, limit: int) -> list[E]:
    found: list[E] = []
    for entry in newest_first:
        if (since and entry.sent_at < since) or len(found) >= limit:
            break
        found.append(entry)
    return found[::-1]


def phone_json(
    phone: Phone, network: Mapping[str, Any] | None, entries: Sequence[Entry] | None
) -> dict[str, Any]:
    """A phone for the page; `entries` only where the page begins with it."""
    found: dict[str, Any] = {
        "msisdn": phone.msisdn,
        "name": phone.name,
        "language": phone.language,
        "brand": phone.brand,
        "subscriber_id": phone.subscriber_id,
        "count": phone.count,
        "last_at": iso(phone.last_at) if phone.last_at else None,
        "network": network,
    }
    if entries is not None:
        found["entries"] = [entry_json(entry) for entry in entries]
    return found
