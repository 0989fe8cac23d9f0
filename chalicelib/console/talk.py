"""A number's conversation as a page shows it: what went out, what came back, and how it was read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from chalicelib.campaigns.facts import titled
from chalicelib.i18n.event_words import event_said
from chalicelib.intake.vocabulary import EventType
from chalicelib.store.schema.base import Record
from chalicelib.store.schema.cases import HistoryEntry
from chalicelib.store.schema.conversations import Reply, Text
from chalicelib.store.schema.results import EventOutcome

# What of a case's history stands in its conversation; the texts and replies stand there themselves.
IN_TALK = frozenset(
    {
        "opened",
        "claimed",
        "assigned",
        "handed_over",
        "note",
        "called",
        "resolved",
        "closed",
        "reopened",
        "snoozed",
        "woken",
    }
)
NOT_SENT = frozenset({"suppressed", "failed", "expired"})
TICKS = {"delivered": "✓✓", "sent": "✓", "sending": "…", "handed_over": "…", "held": "◷", "in_doubt": "?"}


@dataclass(frozen=True, slots=True)
class Bubble:
    """One text: `out` ours, else the subscriber's. `at` is ISO in UTC."""

    at: str
    out: bool
    body: str
    status: str = ""  # of a text of ours
    tick: str = ""
    reason: str = ""
    campaign: str = ""
    version: str = ""
    reading: Mapping[str, Any] = field(default_factory=dict)  # of an answer
    item: str = ""  # its sort key
    event: EventOutcome | None = None  # one that led to no text, in place of a text
    entry: HistoryEntry | None = None  # of a case's history, in place of a text
    more: str = ""  # what is said of the entry

    @property
    def unsent(self) -> bool:
        """Whether it is a text that never went out, of which there may be no words."""
        return self.out and (self.status == "suppressed" or (self.status in NOT_SENT and not self.body))


def bubbles(items: Iterable[Record], since: str = "", events: Iterable[EventOutcome] = ()) -> list[Bubble]:
    """The texts of a conversation and the events that led to none, the oldest first. What is before `since`
    (ISO) was with somebody else who had the number then, and is left out. A text that was not sent stands at
    its place, with the reason."""
    found = [bubble for one in items if (bubble := _bubble(one)) and bubble.at >= since]
    found += [Bubble(one.at, False, "", event=one) for one in events if not one.texts and one.at >= since]
    return sorted(found, key=lambda bubble: bubble.at)


def event_lines(kinds: Mapping[str, EventType], language: str) -> Callable[[EventOutcome], str]:
    """A function that says what an event was and what became of it, in a line."""

    def line(one: EventOutcome) -> str:
        kind = kinds.get(one.type)
        title = titled(kind.title, language) if kind else one.type
        return f"{title} ({one.event_id}): {event_said(one, language)}"

    return line


def with_history(
    talk: Iterable[Bubble], history: Iterable[tuple[HistoryEntry, str]], called: Callable[[str], str]
) -> list[Bubble]:
    """A conversation with what was done to its case, by the time of each: notes, calls, and changes of who
    has it and how it stands. `called` says a person's name."""
    done = [
        Bubble(one.at, False, one.note, entry=one, more=" · ".join(filter(None, (called(one.by), more))))
        for one, more in history
        if one.what in IN_TALK
    ]
    return sorted([*talk, *done], key=lambda bubble: bubble.at)


def _bubble(one: Record) -> Bubble | None:
    match one:
        case Reply():
            return Bubble(one.received_at, False, one.body, reading=one.reading, item=one.item)
        case Text() if at := one.sent_at or one.claimed_at or one.due or one.at:
            return Bubble(
                at,
                True,
                one.body,
                one.status,
                TICKS.get(one.status, "✕"),
                one.reason,
                one.campaign,
                str(one.version or ""),
            )
    return None
