"""The life of a text out, as data: its states, the steps between them, and why it is in one.

`python -m chalicelib.delivery.states` prints the diagram that docs/states.md shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

Status = Literal[
    "held",
    "sending",
    "handed_over",  # a gateway that only queues has it: the network has not said yet whether it takes it
    "sent",
    "delivered",
    "undelivered",
    "suppressed",
    "expired",
    "failed",
    "in_doubt",
]

HeldReason = Literal[
    "paused",  # the campaign, or everything, is paused
    "unread",  # the campaign or the brand is live and cannot be read, until it is mended
    "not_before",  # the job asks for a later moment
    "window",  # outside the send window, which opens while the text is still worth sending
    "cap",  # no place under a cap, and one frees while the text is still worth sending
    "throttled",  # the gateway did not take it and said so
    "resend",  # a doubt was ended with `resend`
    "moved",  # whether the text went to the number before this one is not known yet
]
SuppressedReason = Literal[
    "superseded",  # a later threshold of the same campaign stands in for it
    "not_live",  # the campaign has no live version
    "campaign_ended",
    "no_brand",
    "no_number",
    "number_released",  # who was meant no longer has the number
    "no_originator",  # nothing of the brand can text that country
    "audience",  # the campaign is not, or no longer, for this subscriber
    "holdout",  # the part of the audience that gets nothing, to compare with
    "opted_out",
    "red_list",
    "roster_red",  # the customer's colour on the roster bars the category
    "window",  # the send window does not open while the text is worth sending
    "cap_day",
    "cap_week",
    "asked_recently",  # the number was asked in a survey too short a time ago for this one
    "wrong_person",  # whoever has the number said that they are not this subscriber
    "survey_over",  # a reminder of a survey that has its answer, or its end
    "case_moved_on",  # a re-check of a case that is worked on again, or was closed otherwise
    "invalid_number",  # the network called the number invalid for good, and nothing came from it since
    "told_before",  # the same text reached this subscriber under a number they had then
]
FailedReason = Literal[
    "unrenderable",  # the text cannot be made of the facts
    "gateway_opted_out",
    "country_blocked",
    "number_blocked",
    "no_gateway_originator",
    "message_type",  # the originator is not registered for this kind of text
    "refused",  # the gateway said no to this one text, for a reason that is not known here
    "invalid_request",
    "price_over_limit",
    "not_verified",
    "dropped",  # a doubt was ended with `drop`
    "dead",  # it went to the dead letters and was dropped there
]
UndeliveredReason = Literal[
    "invalid_number",
    "invalid_message",
    "unreachable",
    "carrier_unreachable",
    "blocked",
    "carrier_blocked",
    "spam",
    "unknown",
    "ttl_expired",
    "protect_blocked",
]
REASONS: Final[Mapping[str, frozenset[str]]] = {
    "held": frozenset(get_args(HeldReason)),
    "suppressed": frozenset(get_args(SuppressedReason)),
    "failed": frozenset(get_args(FailedReason)),
    "undelivered": frozenset(get_args(UndeliveredReason)),
}

NEW: Final = "new"  # before there is a row

ALLOWED: Final[Mapping[str, frozenset[str]]] = {
    NEW: frozenset({"sending", "held", "suppressed", "expired", "failed"}),
    # `sent`, `delivered` and `undelivered`: it was to be handed off again, after a doubt or a refusal, and a
    # receipt came first that says that the network has it, or had it.
    "held": frozenset(
        {"sending", "held", "suppressed", "expired", "failed", "sent", "delivered", "undelivered"}
    ),
    # To `held` only what surely was not handed off; `delivered` and `undelivered` are receipts that
    # came before the hand-off was recorded.
    "sending": frozenset(
        {
            *("handed_over", "sent", "held", "suppressed", "expired", "failed", "in_doubt"),
            *("delivered", "undelivered"),
        }
    ),
    # To `held` and `failed` what the network refused, to `in_doubt` what it said nothing about in time.
    "handed_over": frozenset({"sent", "held", "failed", "in_doubt", "delivered", "undelivered"}),
    "sent": frozenset({"delivered", "undelivered"}),
    "in_doubt": frozenset({"sent", "delivered", "undelivered", "held", "failed"}),
    "delivered": frozenset(),
    "undelivered": frozenset(),
    "suppressed": frozenset(),
    "expired": frozenset(),
    "failed": frozenset(),
}
FINAL: Final[frozenset[str]] = frozenset(status for status, onward in ALLOWED.items() if not onward)


def may(old: str, new: str) -> bool:
    """Whether a text may go from `old` to `new`; `old` is `new` (the word) before there is a row."""
    return new in ALLOWED[old]


def before(status: str) -> tuple[str, ...]:
    """The stored states that a text may come to `status` from, sorted: what a conditional write names."""
    return tuple(sorted(old for old, onward in ALLOWED.items() if status in onward and old != NEW))


def diagram() -> str:
    """The table above as a Mermaid state diagram."""
    lines = ["stateDiagram-v2"]
    for old, onward in ALLOWED.items():
        lines += [f"    {'[*]' if old == NEW else old} --> {new}" for new in sorted(onward)]
        if not onward:
            lines.append(f"    {old} --> [*]")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(diagram(), end="")
