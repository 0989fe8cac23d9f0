"""The states of a case and the words for it: one subscriber, one complaint, until it got better.

What is stored of a case: `store.schema.cases`.

`python -m chalicelib.care.case_states` prints the diagram that docs/cases.md shows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Final, Literal, get_args

CaseState = Literal["open", "claimed", "in_progress", "resolved", "recheck_sent", "closed", "reopened"]
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

CaseOutcome = Literal[
    "confirmed",  # the re-check was good
    "unconfirmed",  # the re-check stayed unanswered
    "duplicate",  # joined to another case
    "by_person",  # a person closed it, with a reason
]
OUTCOMES: Final = get_args(CaseOutcome)
LogWhat = Literal[
    "opened", "joined", "words", "claimed", "assigned", "handed_over", "note", "called", "answered",
    "topic", "department", "remedy", "urgent", "resolved", "recheck_sent", "recheck_good", "recheck_bad",
    "unconfirmed", "closed", "reopened", "duplicate", "duplicates", "warned", "overdue", "roster",
    "number_shown", "undone", "corrected", "snoozed", "woken",
]  # fmt: skip
"""What an entry of the log says happened."""

SYSTEM: Final = "ringback"  # who did what no person did
SUBSCRIBER: Final = "subscriber"
WORDS_KEPT: Final = 500  # characters of an answer that a case repeats; the reply itself is kept whole
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: it is read out on the phone
_ID_LENGTH = 10


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
