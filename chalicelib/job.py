"""The outbox job: one text that somebody wants sent, as it travels on the queue.

A job says *what about*, not *what words*: the text is rendered when the job is claimed, from the
campaign version that is live at that moment.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

Facts = Mapping[str, Any]
# Every queue that something may come to lie in for good, in `<queue>-dead`, in the order of a text's way; and
# how many seconds its oldest message may have waited: its alarm and the page of stations go by it.
LATE: Mapping[str, int] = {
    "intake": 300,
    "drops": 3600,
    "runs": 1800,
    "outbox-urgent": 120,
    "outbox-bulk": 6
    * 3600,  # a mass send waits for as long as its originators' pace takes: hours are no fault
    "receipts": 900,
    "replies": 120,
}
QUEUES = tuple(LATE)


@dataclass(frozen=True, slots=True)
class Job:
    """One text to send. All times are ISO 8601 in UTC with a trailing `Z`.

    `campaign`, `subscriber`, `occasion` and `step` together are the natural key: at most one text
    is accepted by the gateway for it (invariant 1). `subscriber` is `"-"` when the number is not
    one of ours (answering a stranger). `supersedes` names occasions of the same campaign that this
    text stands in for; they are recorded as suppressed, never sent.
    """

    campaign: str
    subscriber: str
    occasion: str
    step: str
    lane: str  # "urgent" | "bulk"
    facts: Facts = field(default_factory=dict)  # what the condition and the text may name
    valid_until: str = ""  # later than this the text is worthless: expired. "" means no limit
    not_before: str = ""  # parked as held until then
    to: str = ""  # a fixed MSISDN (an answer to who wrote); else the subscriber's own number
    brand: str = ""  # with a fixed `to` when there is no subscriber; else the subscriber's brand
    language: str = ""  # overrides the subscriber's language
    category: str = ""  # overrides the campaign's: `reply` for the next question to who just answered
    supersedes: tuple[str, ...] = ()
    snapshot: Mapping[str, Any] | None = None  # the subscriber as intake read it, Subscriber.as_dict()
    snapshot_at: str = ""
    parked: bool = False  # comes from a row that is `held` or `in_doubt`, so the claim is an update
    due: str = ""  # the moment that its row was parked until, when it was released; "" for others
    resends: int = 0  # how often a doubt was ended with `resend`
    refusals: int = 0  # how often the network could not take it, after a gateway had queued it

    @property
    def item(self) -> str:
        """The sort key of this text's row in `conversations`."""
        return mt_item(self.campaign, self.subscriber, self.occasion, self.step)

    def dumps(self) -> str:
        """JSON for the queue; fields that hold their default are left out to keep messages small."""
        return _compact({name: value for name in _NAMES if (value := getattr(self, name)) or name in _ALWAYS})

    @classmethod
    def loads(cls, text: str) -> Self:
        """Read `dumps` back. Raises ValueError on anything that is not a job."""
        try:
            raw = json.loads(text)
            raw["supersedes"] = tuple(raw.get("supersedes", ()))
            return cls(**raw)
        except (TypeError, AttributeError, KeyError) as error:
            raise ValueError(f"not an outbox job: {error}") from error


_NAMES = tuple(one.name for one in fields(Job))
_compact = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
_ALWAYS = ("campaign", "subscriber", "occasion", "step", "lane")


def mt_item(campaign: str, subscriber: str, occasion: str, step: str) -> str:
    """`mt#<campaign>/<subscriber>/<occasion>/<step>`, the natural key of a text out."""
    return f"mt#{campaign}/{subscriber}/{occasion}/{step}"


def mt_parts(item: str) -> tuple[str, str, str, str]:
    """The campaign, subscriber, occasion and step that `mt_item` joined; the occasion may hold `/`."""
    campaign, subscriber, rest = item.removeprefix("mt#").split("/", 2)
    occasion, step = rest.rsplit("/", 1)
    return campaign, subscriber, occasion, step
