"""Events from senders whose clock is wrong, and which of them may be believed: said without the package's own
rules."""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING

from chalicelib.clock import parse
from tests.simulation import cast

if TYPE_CHECKING:
    from tests.simulation.scenario import Input, Maker

HOUR, DAY, YEARS = 3600.0, 86400.0, 36 * 365 * 86400.0
# Seconds ahead of ours, far from where it is too much: ten minutes, or a day ahead and 31 days behind.
OF_CHANGES = (300.0, 3 * DAY, YEARS, -40 * DAY)
OF_REPORTS = (8 * HOUR, 3 * DAY, YEARS, -40 * DAY, -10 * HOUR)
CHANGES = ("subscriber.changed", "plan.changed", "number.assigned", "number.released")


def happen(maker: Maker, random: Random, who: str) -> None:
    """A few events of wrong clocks, and right ones after them."""
    at = random.uniform(0, 20 * HOUR)
    for _ in range(random.choice((1, 2, 3))):
        if random.random() < 0.5:
            ahead = random.choice(OF_REPORTS)
            maker.event(
                at, who, "usage.reported", about=-ahead, resource="data", used=95, allowance=100, unit="MB",
                cycle="clocks", cycle_ends_on="2027-01-01",
            )  # fmt: skip
        elif random.random() < 0.5:
            maker.event(at, who, "subscriber.changed", about=-random.choice(OF_CHANGES), since="2020-01-01")
        else:
            maker.event(
                at, who, "plan.changed", about=-random.choice(OF_CHANGES), plan=cast.PEOPLE[who].plan,
                ends_on="2031-01-31", reason="renewed",
            )  # fmt: skip
        at += random.choice((0.2, 30.0, 2000.0))
    maker.event(at, who, "subscriber.changed", since="2021-02-03")
    maker.usage(who, at + 1, 95)


def believed(one: Input, start: datetime) -> bool:
    """Whether an event's clock is near enough to ours; also of one without a time."""
    said = one.data["detail"].get("time")
    if said is None:
        return True
    ahead = parse(said).timestamp() - start.timestamp() - one.at
    if one.data["type"] in CHANGES:
        return ahead < HOUR
    return -35 * DAY < ahead < 2 * DAY
