"""What another policy would have done with the texts of the last day, by a sample of subscribers.

A number's `state` holds when it got which text that caps count, so nobody's conversation is read: a sample of
1,000 takes as many read units and those of the sample itself. What another policy would have let out besides
is in no row, and is not told.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.campaigns.audience_count import drawn
from chalicelib.clock import parse
from chalicelib.delivery import caps
from chalicelib.delivery.caps import FREE
from chalicelib.delivery.policy import Policy
from chalicelib.delivery.windows import OPEN, opening
from chalicelib.store import conversations
from chalicelib.store.schema.subscribers import Subscriber

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Trial:
    """Of so many `people`, who got so many `texts` in 24 hours: how many would have gone out at another hour
    (`hours`), waited for a place under a cap (`put_off`), or not gone out (`stopped`)."""

    people: int = 0
    texts: int = 0
    hours: int = 0
    put_off: int = 0
    stopped: int = 0

    def __add__(self, other: Trial) -> Trial:
        return Trial(
            self.people + other.people,
            self.texts + other.texts,
            self.hours + other.hours,
            self.put_off + other.put_off,
            self.stopped + other.stopped,
        )


def of_sample(before: Policy, after: Policy, now: datetime, chance: random.Random) -> Trial:
    """What `after` would have done otherwise than `before` with the last day's texts to a sample."""
    people = [one for one in drawn(chance)[0].people if one.msisdn]
    seen = conversations.look(one.msisdn for one in people)
    return sum((of_one(before, after, one, seen.state(one.msisdn).recent, now) for one in people), Trial())


def of_one(
    before: Policy, after: Policy, one: Subscriber, recent: Iterable[Mapping[str, str]], now: datetime
) -> Trial:
    """The same of one subscriber. What they got earlier counts for caps as it was; of the last day, only what
    would have gone out under `after`."""
    country, region = after.place(one.msisdn, one.region)
    texts = hours = put_off = stopped = 0
    got: list[Mapping[str, str]] = []
    for text in sorted(recent, key=lambda each: each["at"]):
        at, category = parse(text["at"]), text["category"]
        if not now - DAY < at <= now:
            got.append(text)
            continue
        texts += 1
        closed = [
            opening(policy, category, None, country, region, one.time_zone, at) != OPEN
            for policy in (before, after)
        ]
        full = caps.place(after, category, got, at, country=country, region=region) != FREE
        if full and after.categories[category].when_full == "suppress":
            stopped += 1
        elif full:
            put_off += 1
        else:
            hours += closed == [False, True]
            got.append(text)
    return Trial(1, texts, hours, put_off, stopped)
