"""What happens in a run: made of the seed alone, as a list whose parts can be left out one by one."""

from __future__ import annotations

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation import cast, clocks
from tests.simulation.writing import WORDS

# The days on which clocks change, holidays, and ordinary ones.
DAYS = ("2026-11-23", "2026-11-25", "2026-10-31", "2026-03-07", "2026-02-15", "2026-07-03", "2026-11-28")
CAMPAIGNS = ("usage-alert", "post-complaint-survey", "welcome-back", "promo-a", "birthday-greeting")
SHARED = ("YT-1", "YT-3")  # two lines with one number


@dataclass(frozen=True)
class Input:
    """One thing that happens; `at` is in seconds after the start."""

    name: str
    at: float
    kind: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name} {self.at:9.1f}s {self.kind} {json.dumps(self.data, ensure_ascii=False)}"


@dataclass(frozen=True)
class Scenario:
    """A run's cast and inputs."""

    seed: int
    start: datetime
    people: Mapping[str, tuple[date | None, date | None]]  # id -> birthday, plan's end
    late: Mapping[str, float]  # id -> seconds after the start when they become known; the others are
    inputs: tuple[Input, ...]
    plans: tuple[float, ...]  # seconds after the start when the planner runs
    calm_at: float  # faults stop
    fault_rate: float


def scenario(seed: int, only: Container[str] | None = None) -> Scenario:
    """The scenario of a seed. `only` leaves out people and inputs whose names are not in it."""
    random = Random(f"scenario {seed}")
    day = date.fromisoformat(random.choice(DAYS))
    start = datetime(day.year, day.month, day.day, random.randrange(24), tzinfo=UTC)
    names = random.sample(list(cast.PEOPLE), random.choice((1, 2, 2, 3, 3, 4)))
    if "YT-3" in names and "YT-1" not in names:
        names.append("YT-1")
    planned = random.random() < 0.5
    people = {}
    for name in names:
        local = (start + timedelta(hours=12)).astimezone(ZoneInfo(cast.ZONES[name])).date()
        birthday = local if planned and random.random() < 0.6 else None
        ends = (
            cast.ends_on(local, random.choice((7, 3, 1, 0, 2))) if planned and random.random() < 0.5 else None
        )
        people[name] = (birthday, ends)
    maker = Maker(random, names, start)
    for _ in range(random.choice((1, 2, 3, 4))):
        maker.burst()
    late = {}
    if random.random() < 0.25 and (others := [one for one in cast.PEOPLE if one not in (*names, *SHARED)]):
        name = random.choice(others)
        people[name] = (None, None)
        late[name] = maker.comes_late(name)
    now_and_then = Random(f"complains again {seed}")  # of its own, so that other seeds stay as they are
    if now_and_then.random() < 0.1 and (phones := [one for one in names if cast.PEOPLE[one].msisdn]):
        maker.complains_again(now_and_then.choice(phones))
    at_once = Random(f"offers meet {seed}")  # of its own, too
    if at_once.random() < 0.1 and (phones := [one for one in names if cast.PEOPLE[one].msisdn]):
        maker.offers_meet(at_once.choice(phones), at_once.choice((0.05, 0.3, 1.0)))
    talk = Random(f"talks to an agent {seed}")
    if talk.random() < 0.1 and (phones := [one for one in names if cast.PEOPLE[one].msisdn]):
        maker.talks_to_an_agent(talk.choice(phones), talk.choice(WORDS["to agent"]))
    wrong = Random(f"wrong clocks {seed}")
    if wrong.random() < 0.15:
        clocks.happen(maker, wrong, wrong.choice(names))
    plans = _plans(random, names, start) if planned else ()
    last = max((*(one.at for one in maker.inputs), *plans), default=0.0)
    rate = random.choice((0.0, 0.01, 0.03, 0.06, 0.1))
    kept = (lambda _: True) if only is None else only.__contains__
    return Scenario(
        seed=seed,
        start=start,
        people={name: dates for name, dates in people.items() if kept(name)},
        late=late,
        inputs=tuple(
            one
            for one in sorted(maker.inputs, key=lambda one: one.at)
            if kept(one.name) and kept(one.data.get("who", one.name) if only is not None else one.name)
        )
        if only is not None
        else tuple(sorted(maker.inputs, key=lambda one: one.at)),
        plans=plans,
        calm_at=last + 2 * 3600,
        fault_rate=rate,
    )


def _plans(random: Random, names: list[str], start: datetime) -> tuple[float, ...]:
    """When the planner runs: some minutes after each hour that a campaign names somewhere, and again."""
    found = set()
    for zone in sorted({cast.ZONES[name] for name in names}):
        local = start.astimezone(ZoneInfo(zone))
        for days in (0, 1):
            for hour in (9, 10):
                moment = (local + timedelta(days=days)).replace(hour=hour, minute=0, second=0)
                after = (moment.astimezone(UTC) - start).total_seconds() + random.randrange(0, 900)
                if 0 <= after < 26 * 3600:
                    found |= {after, after + 900} if random.random() < 0.3 else {after}
    return tuple(sorted(found))


class Maker:
    """Makes inputs in bursts, so that they meet."""

    def __init__(self, random: Random, names: list[str], start: datetime) -> None:
        self.random = random
        self.names = names
        self.start = start
        self.inputs: list[Input] = []
        self.kinds = {
            self.usage: 5,
            self.jump: 2,
            self.complaint: 4,
            self.renewed: 2,
            self.writes: 1.5,
            self.answers: 4,
            self.pause: 1,
            self.moves: 0.8,
            self.releases: 0.6,
            self.publish: 0.5,
            self.imports: 0.5,
            self.wrong: 0.3,
            self.resolves: 0.7,
            self.says_no: 1,
            self.robot: 0.6,
            self.agent: 1,
        }

    def burst(self) -> None:
        """Some inputs around one moment, mostly about one person."""
        centre = self.random.uniform(0, 24 * 3600)
        spread = self.random.choice((2.0, 60.0, 900.0, 7200.0))
        who = self.random.choice(self.names)
        for _ in range(self.random.choice((1, 2, 3, 4, 5))):
            name = who if self.random.random() < 0.75 else self.random.choice(self.names)
            (make,) = self.random.choices(list(self.kinds), list(self.kinds.values()))
            make(name, centre + self.random.uniform(0, spread))

    def add(self, at: float, kind: str, **data: Any) -> str:
        name = f"i{len(self.inputs)}"
        self.inputs.append(Input(name, at, kind, data))
        return name

    def event(self, at: float, who: str, type_: str, *, about: float = 0.0, **fields: Any) -> None:
        """An event, mostly once; `about` is how long before it happened."""
        happened = self.start + timedelta(seconds=at - about)
        ident = f"e{len(self.inputs)}"
        detail = {"id": ident, "time": happened.isoformat(), "subscriber_id": who, **fields}
        repeats = [
            self.random.choice((0.0, 1.5, 40.0, 1000.0)) for _ in range(self.random.choice((0, 0, 0, 1, 2)))
        ]
        self.add(at, "event", who=who, type=type_, detail=detail, again=repeats)

    def usage(self, who: str, at: float, percent: int = 0) -> None:
        percent = percent or self.random.choice((40, 55, 76, 81, 85, 91, 95, 100, 104))
        month = (self.start + timedelta(seconds=at)).strftime("%Y-%m")
        self.event(
            at, who, "usage.reported", about=self.random.choice((0, 0, 5, 600, -300, -8 * 3600)),
            resource="data", used=percent, allowance=100, unit="MB", cycle=month, cycle_ends_on="2027-01-01",
        )  # fmt: skip

    def jump(self, who: str, at: float) -> None:
        """Several thresholds within a moment, in any order."""
        levels = [55, 81, 91, 100]
        self.random.shuffle(levels)
        for percent in levels[: self.random.choice((2, 3))]:
            self.usage(who, at + self.random.choice((0.0, 0.3, 2.0)), percent)

    def complaint(self, who: str, at: float) -> None:
        resolved = (
            self.start + timedelta(seconds=at - self.random.choice((0, 1500, 1790, 4000)))
        ).isoformat()
        self.event(
            at, who, "complaint.resolved", complaint_id=f"C-{self.random.randrange(6)}", topic="网速",
            opened_at=resolved, resolved_at=resolved,
        )  # fmt: skip

    def renewed(self, who: str, at: float) -> None:
        ends = (self.start + timedelta(days=40)).date().isoformat()
        plan = cast.PEOPLE[who].plan
        about = self.random.choice((0, 0, 0, -300))  # a clock that is ahead
        self.event(at, who, "plan.changed", about=about, plan=plan, ends_on=ends, reason="renewed")

    def words(self, **kinds: float) -> dict[str, str]:
        """What is written, of one of these kinds by their weights, and what it means."""
        (kind,) = self.random.choices([one.replace("_", " ") for one in kinds], list(kinds.values()))
        return {"body": self.random.choice(WORDS[kind]), "means": kind}

    def writes(self, who: str, at: float) -> None:
        """Somebody writes out of the blue."""
        subscriber = cast.PEOPLE[who]
        if subscriber.msisdn:
            again = [self.random.choice((0.1, 30.0))] if self.random.random() < 0.3 else []
            self.add(
                at, "reply", who=who, phone=subscriber.msisdn, to=cast.WRITE_TO[subscriber.brand],
                again=again, **self.words(no=5, yes=2, words=2, no_yes=1, doubt=1, thanks=0.5, machine=0.5),
            )  # fmt: skip

    def answers(self, who: str, at: float) -> None:
        """Somebody answers a text some time after getting it. Before: something to answer."""
        if self.random.random() < 0.7:
            self.complaint(who, at)
        for _ in range(self.random.choice((1, 1, 1, 2, 3))):
            self._answer(
                who, at, self.random.choice((*["post-complaint-survey"] * 3, "recheck-survey", "")),
                **self.words(
                    no=4, yes=1.5, score=6, words=1.5, thanks=0.5, no_yes=0.7, doubt=0.7, machine=0.7,
                    ours=1, ours_and_more=0.5, reaction=0.7,
                ),
            )  # fmt: skip

    def _answer(self, who: str, at: float, campaign: str, **words: str) -> None:
        subscriber = cast.PEOPLE[who]
        self.add(
            at, "answer", who=who, phone=subscriber.msisdn, nth=self.random.choice((1, 1, 1, 2, 3)),
            campaign=campaign, after=self.random.choice((0.0, 0.5, 20.0, 3600.0, 30 * 3600.0)),
            known=self.random.random() < 0.7,
            again=[self.random.choice((0.0, 1.0, 30.0))] if self.random.random() < 0.3 else [],
            **words,
        )  # fmt: skip

    def says_no(self, who: str, at: float) -> None:
        """Says no, and the confirmation comes back in some form, or is answered by a question."""
        subscriber = cast.PEOPLE[who]
        if subscriber.msisdn:
            self.add(
                at, "reply", who=who, phone=subscriber.msisdn, to=cast.WRITE_TO[subscriber.brand], again=[],
                **self.words(no=1),
            )  # fmt: skip
            self._answer(
                who, at, "automatic", **self.words(ours=2, ours_and_more=2, reaction=1, no_yes=1, machine=0.5)
            )

    def robot(self, who: str, at: float) -> None:
        """A machine answers every text to somebody, for ten minutes or a day."""
        subscriber = cast.PEOPLE[who]
        if subscriber.msisdn:
            words = self.words(ours=4, reaction=1, machine=2, help=2)
            self.add(
                at, "robot", who=who, phone=subscriber.msisdn, lasts=self.random.choice((600.0, 86400.0)),
                known=self.random.random() < 0.5, again=[], **words,
            )  # fmt: skip
            if words["means"] == "help" or self.random.random() < 0.5:
                self.add(
                    at + 1, "reply", who=who, phone=subscriber.msisdn, to=cast.WRITE_TO[subscriber.brand],
                    again=[], **self.words(help=2, yes=1, no=1),
                )  # fmt: skip

    def agent(self, who: str, at: float) -> None:
        """A bad score, somebody in care writes, and is answered."""
        self.complaint(who, at)
        phone = cast.PEOPLE[who].msisdn
        self.add(
            at, "answer", who=who, phone=phone, nth=1, campaign="post-complaint-survey", after=20.0,
            known=True, again=[], body="1", means="score",
        )  # fmt: skip
        self.add(
            at + self.random.choice((4000.0, 14 * 3600.0)), "agent", body="已处理，恢复请回1，没恢复请回2。"
        )
        self._answer(who, at, "care", **self.words(to_agent=4, ours=1, machine=1, no=0.5))

    def complains_again(self, who: str) -> None:
        """A bad score in the afternoon, resolved at night, when nobody may be asked; before the morning comes
        another complaint."""
        phone, brand = cast.PEOPLE[who].msisdn, cast.PEOPLE[who].brand
        self._bad_score(who, "again")
        self.add(self._tomorrow(who, 22, 30), "resolve")
        self.add(
            self._tomorrow(who, 22, 45), "reply", who=who, phone=phone, to=cast.WRITE_TO[brand], again=[],
            body=WORDS["words"][2], means="words",
        )  # fmt: skip

    def talks_to_an_agent(self, who: str, body: str) -> None:
        """A bad score, care writes, and the answer to that comes with the name of the text."""
        self._bad_score(who, "talk")
        self.add(self._tomorrow(who, 15, 30), "agent", body="已处理，恢复请回1，没恢复请回2。")
        self.add(
            self._tomorrow(who, 15, 31), "answer", who=who, phone=cast.PEOPLE[who].msisdn, nth=1,
            campaign="care", after=20.0, known=True, again=[], body=body, means="to agent",
        )  # fmt: skip

    def offers_meet(self, who: str, apart: float) -> None:
        """Somebody says no, then yes, and gets several offers within a moment: workers meet at the cap."""
        at, to = self._tomorrow(who, 12, 0), cast.WRITE_TO[cast.PEOPLE[who].brand]
        for before, body, means in ((1200, "STOP", "no"), (600, "START", "yes")):
            self.add(
                at - before, "reply", who=who, phone=cast.PEOPLE[who].msisdn, to=to, again=[],
                body=body, means=means,
            )  # fmt: skip
        for n in range(4):
            self.renewed(who, at + n * apart)

    def _tomorrow(self, who: str, hour: int, minute: int) -> float:
        """Seconds from the start until that time of the next day where somebody lives."""
        tomorrow = self.start.astimezone(ZoneInfo(cast.ZONES[who])) + timedelta(days=1)
        moment = tomorrow.replace(hour=hour, minute=minute, second=0)
        return (moment.astimezone(UTC) - self.start).total_seconds()

    def _bad_score(self, who: str, complaint: str) -> None:
        """A complaint is resolved in the afternoon, and its survey gets a 1 at 14:36."""
        resolved = (self.start + timedelta(seconds=self._tomorrow(who, 14, 0))).isoformat()
        self.add(
            self._tomorrow(who, 14, 35), "event", who=who, type="complaint.resolved", again=[],
            detail={
                "id": f"{complaint}-{who}", "time": resolved, "subscriber_id": who,
                "complaint_id": f"C-{complaint}", "topic": "网速",
                "opened_at": resolved, "resolved_at": resolved,
            },
        )  # fmt: skip
        self.add(
            self._tomorrow(who, 14, 36), "answer", who=who, phone=cast.PEOPLE[who].msisdn, nth=1,
            campaign="post-complaint-survey", after=20.0, known=True, again=[], body="1", means="score",
        )  # fmt: skip

    def pause(self, who: str, at: float) -> None:
        del who
        campaign = self.random.choice((*CAMPAIGNS, "", ""))
        self.add(at, "pause", campaign=campaign)
        self.add(at + self.random.choice((1.0, 30.0, 600.0, 9000.0)), "resume", campaign=campaign)

    def moves(self, who: str, at: float) -> None:
        """Gets another number, while something is said to the old one, and said again."""
        brand = cast.PEOPLE[who].brand
        self.event(at, who, "number.assigned", msisdn=cast.SPARE_NUMBERS[brand])
        self.usage(who, at + self.random.choice((-20.0, -1.0, 0.5, 20.0)), 95)
        if self.random.random() < 0.5:
            self.usage(who, at + self.random.choice((1.0, 100.0, 2000.0)), 95)

    def releases(self, who: str, at: float) -> None:
        """Gives the number back, and somebody else gets it."""
        msisdn = cast.PEOPLE[who].msisdn
        if not msisdn:
            return
        self.event(at, who, "number.released", msisdn=msisdn)
        if self.random.random() < 0.7 and (others := [one for one in self.names if one != who]):
            other = self.random.choice(others)
            if cast.PEOPLE[other].brand == cast.PEOPLE[who].brand:
                self.event(
                    at + self.random.choice((1.0, 50.0, 4000.0)), other, "number.assigned", msisdn=msisdn
                )

    def publish(self, who: str, at: float) -> None:
        del who
        self.add(at, "publish", campaign=self.random.choice(CAMPAIGNS))

    def imports(self, who: str, at: float) -> None:
        self.add(at, "import", who=who)

    def wrong(self, who: str, at: float) -> None:
        """Events that cannot be used."""
        if self.random.random() < 0.3:  # a clock of another age: were it believed, nothing later would count
            self.event(at, who, "subscriber.changed", about=-36 * 365 * 86400, status="left")
        elif self.random.random() < 0.5:
            self.event(at, "NOBODY", "complaint.resolved", complaint_id="C-9", topic="x",
                       opened_at="2026-01-01T00:00:00Z", resolved_at="2026-01-01T00:00:00Z")  # fmt: skip
        else:
            self.add(at, "event", who=who, type="usage.reported", detail={"id": "bad"}, again=[])

    def comes_late(self, who: str) -> float:
        """Events about somebody who becomes known only then; when that is."""
        arrives = self.random.uniform(0, 12 * 3600)
        for before in (10, 200, 1500, 2900, 9000):
            if self.random.random() < 0.5:
                make = self.random.choice((self.usage, self.complaint))
                make(who, max(arrives - before, 0))
        self.add(arrives, "arrives", who=who)
        return arrives

    def resolves(self, who: str, at: float) -> None:
        """Somebody in care resolves whatever case there is."""
        del who
        self.add(at + self.random.choice((600.0, 4 * 3600.0)), "resolve")
