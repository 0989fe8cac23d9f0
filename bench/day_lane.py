"""The bulk lane of a day, message by message, on a virtual clock: makers, a queue, workers, originators.

Birthdays, renewals and a greeting to everybody go through the service's own rules: `decide` (send windows in
each zone, consent, caps, expiry), `deliver.reserve` with `rate_limiter.reserve` (the lanes' shares of an
originator's messages per second) and its back-off. Stood in for are AWS and the network.

Of the bulk lane one text in `one_in` is followed. It takes the pace and the worker's time of `one_in` texts,
so that rates, queues and hours are those of the whole.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any
from unittest.mock import patch

from bench.alerts import Alerts
from chalicelib.delivery import caps, deliver
from chalicelib.delivery.decide import Ask, Expire, Hold, Send, Suppress, decide
from chalicelib.delivery.policy import Policy
from chalicelib.delivery.ports import Ports
from chalicelib.document import Window
from chalicelib.store import rate_limiter
from chalicelib.store.records import Originator
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import NumberState
from local.msisdns import COUNTS, msisdn

MIDNIGHT = datetime(2026, 12, 30, 16, tzinfo=UTC)  # in Shanghai
PROVINCES = 31  # the last one is Xinjiang, whose clocks are two hours behind
XINJIANG = 0.018  # of the subscribers
OPTED_OUT, RED = 0.02, 0.01
TWO_PARTS = 0.2  # of the renewals
RENEWED = 0.6  # of those whose plan ends have seen to it
ENDING = {
    0: 0.25,
    1: 0.025,
    3: 0.025,
    7: 0.025,
}  # days before: share of the plans; a quarter ends with the year
BATCH = 100  # jobs a worker takes at once
LOOKED_AT = 0.2  # of a text's work is done when it finds no turn and goes back; an assumption
MAKES = 800.0  # jobs a second that one planner or batch worker puts in the outbox
HOUR = 3600.0
SLOT = 300  # seconds of one point of a curve


@dataclass(frozen=True, slots=True)
class Day:
    """What the day is like, and with what it is met."""

    name: str = "raised"
    subscribers: int = 100_000_000
    originators: int = 10
    per_second: float = 500.0  # parts, of each originator
    workers: int = 60  # MaximumConcurrency of the bulk lane
    memory: int = 512
    deep: float = 0.0  # were a mass send to wait while the lane holds so many seconds of pace; 0: never
    alerts: float = 0.03  # usage alerts a day, of each subscriber
    one_in: int = 2000


@dataclass(frozen=True, slots=True)
class Flow:
    """Texts that are made from some moment on: `count` jobs in `makers` parts side by side."""

    campaign: str
    category: str
    at: float  # seconds after midnight in Shanghai
    count: int
    makers: int
    window: Window
    until: float
    zone: str
    region: str
    waits: bool = False  # a mass send, that waits while the lane is deep


@dataclass(slots=True)
class Text:
    """One that is followed."""

    number: int
    flow: Flow
    receives: int = 0


@dataclass(frozen=True, slots=True)
class Bulk:
    """What `deliver.reserve` asks of a draft's job."""

    lane: str = "bulk"


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that waits for its turn at an originator."""

    parts: int
    text: Text
    job: Bulk = Bulk()


@dataclass(slots=True)
class Seen:
    """What came of the day, in real texts. Curves have a value for each SLOT."""

    day: Day
    outcomes: Counter[str] = field(default_factory=Counter)  # "<campaign> <what>"
    last: dict[str, float] = field(default_factory=dict)  # campaign -> second of its last text
    sent: Counter[int] = field(default_factory=Counter)  # parts
    depth: dict[int, float] = field(default_factory=dict)
    busy: Counter[int] = field(default_factory=Counter)  # worker seconds
    bulk: list[tuple[float, float]] = field(default_factory=list)  # when the first originator sent bulk
    alerts: Alerts = field(default_factory=Alerts)

    def peak(self) -> float:
        """Parts a second in the best slot."""
        return max(self.sent.values(), default=0) / SLOT


def drawn(number: int, what: int) -> float:
    """From 0 to 1, always the same for a subscriber and a question."""
    return ((number + 1) * 2_654_435_761 * (2 * what + 1) % 2**32) / 2**32


def flows(day: Day) -> list[Flow]:
    """What is made that day, in sampled texts."""
    found: list[Flow] = []
    zones = (
        ("Asia/Shanghai", "湖南/长沙", 0.0, 1 - XINJIANG),
        ("Asia/Urumqi", "新疆/乌鲁木齐", 2 * HOUR, XINJIANG),
    )
    for zone, region, behind, share in zones:
        people = day.subscribers * share / day.one_in
        window, until = Window(time(9), time(20)), 20 * HOUR + behind
        made = [("birthday", "marketing", 9 * HOUR, people / 365)]
        made += [(f"renewal {days}", "service", 10 * HOUR, people * of) for days, of in ENDING.items()]
        found += [
            Flow(campaign, category, at + behind, round(size), 8, window, until, zone, region)
            for campaign, category, at, size in made
        ]
        # The greeting is one batch for all zones; where its hour is not decent yet, its texts are held.
        window, at, until = Window(time(8), time(20)), 8 * HOUR, 24 * HOUR
        found.append(Flow("greeting", "marketing", at, round(people), 16, window, until, zone, region, True))
    return [one for one in found if one.count]


class Simulation:
    """The bulk lane: makers, a queue, workers, originators."""

    def __init__(self, day: Day, policy: Policy, seconds_a_text: float) -> None:
        self.day, self.policy, self.work = day, policy, seconds_a_text
        self.random = Random(1)
        self.seen = Seen(day)
        self.events: list[tuple[float, int, Callable[..., None], tuple[Any, ...]]] = []
        self.order = count()
        self.queue: deque[Text] = deque()
        self.idle = day.workers
        self.now = 0.0
        self.free: dict[str, float] = {}  # the pace's rows
        self.recent: dict[int, tuple[Mapping[str, str], ...]] = {}
        self.originators = [
            Originator(f"o{n}", ("86",), per_second=day.per_second / day.one_in)
            for n in range(day.originators)
        ]
        self.ports = Ports(now=lambda: self.moment(self.now), chance=self.random.random)
        self.deep = day.deep * day.originators * day.per_second / day.one_in

    @staticmethod
    def moment(second: float) -> datetime:
        return MIDNIGHT + timedelta(seconds=second)

    def at(self, second: float, what: Callable[..., None], *about: Any) -> None:
        heapq.heappush(self.events, (second, next(self.order), what, about))

    def run(self) -> Seen:
        """Until nothing is left to happen."""
        for one in flows(self.day):
            numbers = self.numbers(one)
            for _ in range(one.makers):
                self.at(one.at, self.make, one, numbers)
        with (
            patch.object(rate_limiter, "_move", self.move),
            patch.object(rate_limiter, "backlog", self.backlog),
        ):
            while self.events:
                self.now, _, what, about = heapq.heappop(self.events)
                what(*about)
                self.look()
        return self.seen

    def numbers(self, flow: Flow) -> Iterator[int]:
        """Subscribers, each zone's apart; who has a birthday or whose plan ends is anybody."""
        first = 0 if flow.zone == "Asia/Shanghai" else 10**9
        step = (
            1
            if flow.campaign == "greeting"
            else max(1, self.day.subscribers // self.day.one_in // flow.count)
        )
        return iter(range(first, first + flow.count * step, step))

    def make(self, flow: Flow, numbers: Iterator[int]) -> None:
        """One maker puts its next text in the outbox."""
        if flow.waits and self.deep and len(self.queue) > self.deep:
            self.at(self.now + 30, self.make, flow, numbers)
            return
        number = next(numbers, None)
        if number is None:
            return
        self.queue.append(Text(number, flow))
        self.at(self.now + self.day.one_in / MAKES, self.make, flow, numbers)
        self.feed()

    def back(self, text: Text) -> None:
        self.queue.append(text)
        self.feed()

    def feed(self) -> None:
        while self.idle and self.queue:
            self.idle -= 1
            batch = [
                self.queue.popleft() for _ in range(min(len(self.queue), max(1, BATCH // self.day.one_in)))
            ]
            ends = self.deliver(batch)
            for slot in range(int(self.now) // SLOT, int(ends) // SLOT + 1):
                self.seen.busy[slot] += min(ends, (slot + 1) * SLOT) - max(self.now, slot * SLOT)  # type: ignore[assignment]
            self.at(ends, self.rest)

    def rest(self) -> None:
        self.idle += 1
        self.feed()

    def deliver(self, batch: Sequence[Text]) -> float:
        """Carry out a batch as `deliver.deliver` does; when its last text is out."""
        going: dict[int, list[Draft]] = {}
        for text in batch:
            text.receives += 1
            if self.settled(text, self.now, with_state=False):
                continue
            parts = 2 if text.flow.category == "service" and drawn(text.number, 4) < TWO_PARTS else 1
            place = int(drawn(text.number, 0) * len(self.originators))
            going.setdefault(place, []).append(Draft(parts, text))
        handled = len(batch)
        ends = self.now
        for place, drafts in going.items():
            asked: Any = drafts
            starts, wait = deliver.reserve(self.originators[place], asked, self.ports.now(), self.ports)
            for after, draft in [(at, drafts[n]) for n, (at, _) in enumerate(starts)]:
                at, rate = self.now + after, self.originators[place].per_second
                if not self.settled(draft.text, at, with_state=True):
                    self.went(draft.text, at, draft.parts)
                taken = draft.parts / (rate * (1 - deliver.URGENT_SHARE))
                ends = max(ends, at + taken)
                if place == 0:
                    self.seen.bulk.append((at, at + taken))
            for draft in drafts[len(starts) :]:
                handled -= 1
                self.at(self.now + wait, self.back, draft.text)
        # What goes back was looked at and no more.
        busy = handled + LOOKED_AT * (len(batch) - handled)
        return max(ends, self.now + busy * self.work * self.day.one_in)

    def settled(self, text: Text, second: float, *, with_state: bool) -> bool:
        """Ask the service whether this goes out now; True when it does not, which is then seen to."""
        flow, day = text.flow, self.day
        state = None
        if with_state:
            optouts = {"yuntong|all": {"at": ""}} if drawn(text.number, 1) < OPTED_OUT else {}
            roster = "red" if drawn(text.number, 2) < RED else "green"
            state = NumberState(optouts=optouts, roster=roster, recent=self.recent.get(text.number, ()))
        ask = Ask(
            item=f"mt#{flow.campaign}/{text.number}",
            category=flow.category,
            campaign=flow.campaign,
            brand="yuntong",
            msisdn=msisdn(text.number % COUNTS["86"]),
            region=flow.region,
            zone=flow.zone,
            window=flow.window,
            valid_until=self.moment(flow.until).isoformat(),
            wanted=not (flow.category == "service" and drawn(text.number, 3) < RENEWED),
        )
        found = decide(ask, state, self.policy, self.moment(second))
        match found:
            case Send():
                return False
            case Hold(until=until):
                assert until is not None
                self.at((until - MIDNIGHT).total_seconds(), self.back, text)
            case Suppress(reason=reason):
                self.seen.outcomes[f"{flow.campaign} suppressed: {reason}"] += day.one_in
            case Expire():
                self.seen.outcomes[f"{flow.campaign} expired"] += day.one_in
        return True

    def went(self, text: Text, second: float, parts: int) -> None:
        flow, seen = text.flow, self.seen
        seen.outcomes[f"{flow.campaign} sent"] += self.day.one_in
        seen.last[flow.campaign] = max(seen.last.get(flow.campaign, 0), second)
        seen.sent[int(second) // SLOT] += parts * self.day.one_in
        if flow.category == "marketing":
            entry = caps.entry(
                f"mt#{flow.campaign}/{text.number}", flow.campaign, flow.category, self.moment(second)
            )
            self.recent[text.number] = (*self.recent.get(text.number, ()), entry)

    def look(self) -> None:
        slot = int(self.now) // SLOT
        if slot not in self.seen.depth:
            self.seen.depth[slot] = len(self.queue) * self.day.one_in

    def move(self, key: Key, change: str, condition: str, values: Mapping[str, float]) -> float | None:
        """The pace's conditional write, on a dictionary."""
        del condition
        name, now = key.hash, values[":now"]
        free = self.free.get(name)
        if "+" in change:
            if free is None or not now <= free <= values[":limit"]:
                return None
            self.free[name] = free + values[":need"]
        else:
            if free is not None and free >= now:
                return None
            self.free[name] = values[":until"]
        return self.free[name]

    def backlog(self, originator: str, lane: str, now: float) -> float:
        del lane
        return max(0.0, self.free.get(f"pace#{originator}", 0.0) - now)
