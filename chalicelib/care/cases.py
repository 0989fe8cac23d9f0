"""A case: one subscriber, one complaint, from the first dissatisfied answer until it got better.

`python -m chalicelib.care.cases` prints the diagram that docs/cases.md shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal, Self, get_args

from chalicelib.store import cases as stored
from chalicelib.store.wire import Row

State = Literal["open", "claimed", "in_progress", "resolved", "recheck_sent", "closed", "reopened"]
NEW: Final = "new"  # before there is a case

ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    NEW: frozenset({"open"}),
    "open": frozenset({"claimed", "in_progress", "resolved", "closed"}),
    # Back to `open`: handed to a team, not to a person.
    "claimed": frozenset({"in_progress", "resolved", "closed", "open"}),
    "in_progress": frozenset({"resolved", "closed", "open", "claimed"}),
    "resolved": frozenset({"recheck_sent", "closed", "reopened"}),
    "recheck_sent": frozenset({"closed", "reopened"}),
    "reopened": frozenset({"claimed", "in_progress", "resolved", "closed", "open"}),
    "closed": frozenset({"reopened"}),
}
WORKING: Final = frozenset({"open", "claimed", "in_progress", "reopened"})
WAITING: Final = frozenset({"resolved", "recheck_sent"})

Outcome = Literal[
    "confirmed",  # the re-check was good
    "unconfirmed",  # the re-check stayed unanswered
    "duplicate",  # joined to another case
    "by_person",  # a person closed it, with a reason
]
OUTCOMES: Final = get_args(Outcome)
What = Literal[
    "opened", "joined", "words", "claimed", "assigned", "handed_over", "note", "called", "answered",
    "topic", "department", "remedy", "urgent", "resolved", "recheck_sent", "recheck_good", "recheck_bad",
    "unconfirmed", "closed", "reopened", "duplicate", "duplicates", "warned", "overdue", "roster",
    "number_shown", "undone",
]  # fmt: skip
"""What an entry of the log says happened."""

SYSTEM: Final = "ringback"  # who did what no person did
SUBSCRIBER: Final = "subscriber"
WORDS_KEPT: Final = 500  # characters of an answer that a case repeats; the reply itself is kept whole
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: it is read out on the phone
_ID_LENGTH = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A case as it is. Times are ISO in UTC; empty text means none, or not known."""

    case_id: str
    complaint: str  # with the subscriber, what it is one case for
    opened_at: str
    subscriber: str = ""  # subscriber id
    msisdn: str = ""
    name: str = ""
    brand: str = ""
    region: str = ""  # "province/city"
    tier: str = ""
    language: str = ""
    campaign: str = ""
    survey_item: str = ""  # sort key of the survey in the number's conversation
    score: int | None = None  # the worst answer so far
    scale: tuple[int, int] = (1, 5)
    best: int = 5
    words: str = ""  # what the subscriber wrote last, its first 500 characters
    words_at: str = ""
    unread: bool = False  # the subscriber wrote since a person did something
    topic: str = ""  # "" is for a person to say
    topic_by: str = ""  # "rules", or who said
    department: str = ""
    remedy: str = ""
    team: str = ""
    owner: str = ""
    state: State = "open"
    level: int = 1  # one higher each time the re-check was bad
    urgent: bool = False
    urgent_words: tuple[str, ...] = ()
    roster: str = "green"
    since: str = ""  # when this level began: its deadlines count from here
    answer_warn: str = ""
    answer_due: str = ""
    resolve_warn: str = ""
    resolve_due: str = ""
    deadline: str = ""  # the one that runs: to answer, then to resolve; "" while none does
    passed: tuple[str, ...] = ()  # which of the four have passed: "answer_warn" ...
    overdue: str = ""  # "yes" once a deadline of this level has passed
    escalated_to: str = ""
    answered_at: str = ""  # when a person first reached the subscriber, at this level
    first_answer_at: str = ""  # at any level
    answers: int = 0  # texts that a person sent
    resolved_at: str = ""
    recheck_at: str = ""
    recheck_score: int | None = None
    good_recheck_at: str = ""
    closed_at: str = ""
    outcome: str = ""
    joined_to: str = ""
    rank: str = ""  # place in the queue, smallest first
    bonus: Mapping[str, float] = field(default_factory=dict)  # hours by cause, see care.rank
    revision: int = 0
    changed_at: str = ""
    changed_by: str = ""
    changed_what: str = ""

    @property
    def working(self) -> bool:
        """Somebody has to do something."""
        return self.state in WORKING

    @property
    def group(self) -> Literal["working", "waiting", "closed"]:
        """Which part of the queues it is in."""
        if self.state in WORKING:
            return "working"
        return "waiting" if self.state in WAITING else "closed"

    @property
    def badness(self) -> float:
        """0.0 for the best score to 1.0 for the worst; 0.5 without a score."""
        if self.score is None:
            return 0.5
        return badness(self.score, self.scale, self.best)

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """From a stored row; unknown names are ignored."""
        known = {f.name: row[f.name] for f in fields(cls) if f.name in row}
        for name in ("scale", "urgent_words", "passed"):
            if name in known:
                known[name] = tuple(known[name])
        return cls(**known)

    def as_row(self, due: str = "") -> Row:
        """The row to store: what holds something, and the keys of the indexes. `due` is when somebody
        must look at it."""
        row: Row = {
            f.name: value for f in fields(self) if (value := getattr(self, f.name)) not in ("", None, (), {})
        }
        row |= stored.queue_keys(self.group, self.team, self.owner)
        if self.state == "closed":
            row["rank"] = f"{self.closed_at}#{self.case_id}"
        if due:
            row |= {"due_partition": stored.lot("case", self.case_id), "due": due}
        return row


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a case's history."""

    what: str
    by: str  # a user, "subscriber" or "ringback"
    at: str
    note: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    revision: int = 0

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """From a stored log row."""
        return cls(
            what=row["what"],
            by=row["by"],
            at=row["at"],
            note=row.get("note", ""),
            data=row.get("data", {}),
            revision=row["revision"],
        )

    def as_row(self, case_id: str) -> Row:
        """The row to store."""
        row: Row = {"case_id": case_id, "revision": self.revision, "what": self.what, "by": self.by}
        row["at"] = self.at
        return row | {name: value for name in ("note", "data") if (value := getattr(self, name))}


def badness(score: int, scale: tuple[int, int], best: int) -> float:
    """How far a score is from the best one, as a share of the scale: 0.0 best, 1.0 worst."""
    low, high = scale
    return abs(score - best) / (high - low) if high > low else 0.0


def case_id(subscriber: str, complaint: str, attempt: int = 0) -> str:
    """`K-` and ten characters that follow from the subscriber and the complaint, so that two answers to
    one complaint meet in one row whoever is first. `attempt` is for the day two of them collide."""
    what = f"{subscriber}\n{complaint}" + (f"\n{attempt}" if attempt else "")
    number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big")
    letters = ""
    for _ in range(_ID_LENGTH):
        number, digit = divmod(number, len(_ALPHABET))
        letters += _ALPHABET[digit]
    return f"K-{letters}"


def may(old: str, new: str) -> bool:
    """Whether a case may go from `old` to `new`; staying is always allowed."""
    return old == new or new in ALLOWED[old]


def diagram() -> str:
    """The table above as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for old, onward in ALLOWED.items():
        lines += [f"    {'[*]' if old == NEW else old} --> {new}" for new in sorted(onward)]
    lines.append("    closed --> [*]")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(diagram(), end="")
