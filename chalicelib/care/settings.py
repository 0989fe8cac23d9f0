"""What care is configured with, as data: `care_from` reads the document `care` (templates/care.yaml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from chalicelib.campaigns.reading import Problem, Reader, is_number
from chalicelib.care.deadlines import STANDARD, Limits, WorkingHours
from chalicelib.care.phrases import bad_phrases
from chalicelib.care.rank import RankRules
from chalicelib.care.roster import COUNTS, RosterRules, Rule
from chalicelib.care.topics import Topic, TopicRules
from chalicelib.care.urgency import UrgentRules
from chalicelib.delivery.hours import WEEKDAYS, Hours, parse_hours, zone_named
from chalicelib.intake.regions import region_of

CALL_OUTCOMES = ("reached", "no_answer", "busy", "wrong_number", "call_back")
REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Team:
    """Who works on cases, for whom and when."""

    id: str
    title: Mapping[str, str]  # by language
    hours: WorkingHours
    brands: frozenset[str] = frozenset()  # empty: every brand
    regions: frozenset[str] = frozenset()  # provinces; empty: every region
    members: tuple[str, ...] = ()  # usernames
    lead: str = ""  # who hears of what is overdue
    escalates_to: str = ""  # the team that takes what was reopened


@dataclass(frozen=True, slots=True)
class Recheck:
    """The survey that asks whether it got better."""

    campaign: str = "recheck-survey"
    after: timedelta = timedelta(0)  # from the resolution to the survey
    silence: timedelta = timedelta(hours=96)  # from the survey until `closed, unconfirmed`


@dataclass(frozen=True, slots=True)
class Canned:
    """A ready answer: text by language, in the templates' language."""

    id: str
    title: Mapping[str, str]
    text: Mapping[str, str]
    topics: tuple[str, ...] = ()  # empty: for every topic


NOBODY = Team("care", {"zh-CN": "客服", "en": "Care"}, WorkingHours("UTC"))
_DAY = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Care:
    """Everything that decides in care."""

    teams: Mapping[str, Team] = field(default_factory=dict)
    limits: Limits = field(
        default_factory=lambda: Limits({STANDARD: _DAY}, {STANDARD: 2 * _DAY}, {STANDARD: _DAY})
    )
    rank: RankRules = field(default_factory=RankRules)
    roster: RosterRules = field(default_factory=RosterRules)
    topics: TopicRules = field(default_factory=TopicRules)
    urgent: UrgentRules = field(default_factory=UrgentRules)
    departments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    remedies: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    recheck: Recheck = field(default_factory=Recheck)
    answers: tuple[Canned, ...] = ()

    def team(self, name: str) -> Team:
        """A team by id; one that is gone still has cases, and works round the clock."""
        return self.teams.get(name, NOBODY)

    def team_for(self, brand: str, region: str, among: Sequence[str] = ()) -> Team:
        """Who a case of this brand and region ("province/city") goes to; `among` is the brand's own list.

        The first team for the province, else the first for every province.
        """
        province = region_of(region).province
        fit = [
            team
            for team in self.teams.values()
            if (not among or team.id in among) and (not team.brands or brand in team.brands)
        ]
        for team in fit:
            if province and province in team.regions:
                return team
        return next((team for team in fit if not team.regions), fit[0] if fit else NOBODY)

    def teams_of(self, username: str) -> list[str]:
        """The teams that a user belongs to or leads."""
        return [team.id for team in self.teams.values() if username in (*team.members, team.lead)]


class BadCare(ValueError):
    """The document cannot be read; `problems` names every field that is wrong and its fix."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("; ".join(str(problem) for problem in self.problems))


def care_from(document: Mapping[str, Any]) -> Care:
    """Read care's settings from their JSON document. Raises BadCare with every mistake found."""
    reading = _Reading([])
    top = reading.reader(document, "", _FIELDS)
    departments = reading.titles(top, "departments")
    topics = reading.topics(top, departments)
    care = Care(
        teams=reading.teams(top),
        limits=reading.limits(top),
        rank=reading.rank(top),
        roster=reading.roster(top),
        topics=topics,
        urgent=reading.urgent(top),
        departments=departments,
        remedies=reading.titles(top, "remedies"),
        recheck=reading.recheck(top),
        answers=reading.answers(top, topics.topics),
    )
    if reading.problems:
        raise BadCare(reading.problems)
    return care


_FIELDS = (
    "teams", "deadlines", "rank", "roster", "topics", "certainty", "urgent", "departments", "remedies",
    "recheck", "answers",
)  # fmt: skip
_TEAM = ("id", "title", "brands", "regions", "zone", "hours", "dates", "members", "lead", "escalates_to")


@dataclass(frozen=True, slots=True)
class _Reading:
    """Takes the document apart and notes what is wrong; what is refused reads as its default."""

    problems: list[Problem]

    def wrong(self, place: str, error: str) -> None:
        self.problems.append(Problem(place, error))

    def reader(self, raw: object, place: str, known: Sequence[str]) -> Reader:
        if not isinstance(raw, Mapping):
            self.wrong(place, f"{raw!r} is not a mapping of names to values")
            raw = {}
        for name in raw:
            if name not in known:
                self.wrong(f"{place}.{name}".strip("."), f"is not known here; use {', '.join(known)}")
        return Reader(raw, place, self.problems)

    def part(self, top: Reader, name: str, known: Sequence[str]) -> Reader:
        return self.reader(top.raw.get(name) or {}, name, known)

    def words(self, reader: Reader, name: str) -> tuple[str, ...]:
        value = reader.raw.get(name, ())
        if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
            return tuple(value)
        reader.refuse(name, f"{value!r} is not a list of words; write [{value}]")
        return ()

    def number(self, reader: Reader, name: str, default: float, low: float, high: float) -> float:
        value = reader.raw.get(name, default)
        if is_number(value) and low <= value <= high:
            return float(value)
        reader.refuse(name, f"must be a number from {low:g} to {high:g}")
        return default

    def numbers(self, reader: Reader, name: str, low: float, high: float) -> dict[str, float]:
        found = {}
        for key, value in reader.mapping(name).items():
            if is_number(value) and low <= value <= high:
                found[str(key)] = float(value)
            else:
                reader.refuse(f"{name}.{key}", f"must be a number from {low:g} to {high:g}")
        return found

    def titles(self, top: Reader, name: str) -> dict[str, Mapping[str, str]]:
        inside = Reader(top.mapping(name), name, self.problems)
        return {one: inside.languages(one) for one in inside.raw}

    def teams(self, top: Reader) -> dict[str, Team]:
        found: dict[str, Team] = {}
        raw = top.raw.get("teams", ())
        if not isinstance(raw, (list, tuple)):
            top.refuse("teams", "must be a list of teams, each with id, title, zone and hours")
            return found
        for index, one in enumerate(raw):
            place = f"teams[{index}]"
            team = self.team(self.reader(one, place, _TEAM))
            if team.id in found:
                self.wrong(f"{place}.id", f"{team.id!r} is there twice; give each team its own")
            found[team.id] = team
        for index, team in enumerate(found.values()):
            if team.escalates_to and (team.escalates_to not in found or team.escalates_to == team.id):
                self.wrong(f"teams[{index}].escalates_to", f"{team.escalates_to!r} is no other team's id")
        return found

    def team(self, reader: Reader) -> Team:
        zone = reader.text("zone", "Asia/Shanghai")
        if zone_named(zone) is None:
            reader.refuse("zone", f"{zone!r} is no time zone; write one like Asia/Shanghai")
            zone = "UTC"
        return Team(
            id=reader.text("id"),
            title=reader.languages("title"),
            hours=WorkingHours(zone, self.week(reader), self.dates(reader)),
            brands=frozenset(self.words(reader, "brands")),
            regions=frozenset(region_of(one).province for one in self.words(reader, "regions")),
            members=self.words(reader, "members"),
            lead=reader.text("lead", ""),
            escalates_to=reader.text("escalates_to", ""),
        )

    def week(self, reader: Reader) -> tuple[Hours, ...]:
        """`hours` is one text for all days, or {weekdays: ..., saturday: ...}; a day not named is closed."""
        raw = reader.raw.get("hours", "any")
        days: tuple[Hours, ...]
        if isinstance(raw, str):
            days = (self.hours(reader, "hours", raw),) * 7
        else:
            named = reader.mapping("hours")
            for name in named:
                if name not in (*WEEKDAYS, "weekdays"):
                    reader.refuse(f"hours.{name}", f"is no day; use weekdays, {', '.join(WEEKDAYS)}")
            usual = [named.get("weekdays", "closed")] * 5 + ["closed"] * 2
            days = tuple(
                self.hours(reader, f"hours.{name}", named.get(name, usual[n]))
                for n, name in enumerate(WEEKDAYS)
            )
        if not any(days):
            reader.refuse("hours", "are never open, so no deadline could be counted")
            return (parse_hours("any"),) * 7
        return days

    def dates(self, reader: Reader) -> dict[date, Hours]:
        found = {}
        for day, hours in reader.mapping("dates").items():
            try:
                found[date.fromisoformat(day)] = self.hours(reader, f"dates.{day}", hours)
            except (TypeError, ValueError):
                reader.refuse(f"dates.{day}", "is no date; write '2026-10-01' in quotes")
        return found

    def hours(self, reader: Reader, name: str, raw: object) -> Hours:
        try:
            if not isinstance(raw, str):
                raise ValueError(f"{raw!r} is not hours; write '08:00-20:00', any or closed")
            return parse_hours(raw)
        except ValueError as error:
            reader.refuse(name, str(error))
            return ()

    def limits(self, top: Reader) -> Limits:
        reader = self.part(top, "deadlines", ("answer", "resolve", "urgent", "warn_percent"))
        default = Care().limits
        return Limits(
            answer=self.spans(reader, "answer", default.answer),
            resolve=self.spans(reader, "resolve", default.resolve),
            urgent=self.spans(reader, "urgent", default.urgent),
            warn_percent=reader.integer("warn_percent", default.warn_percent, 1, 99),
        )

    def spans(self, reader: Reader, name: str, default: Mapping[str, timedelta]) -> Mapping[str, timedelta]:
        raw = reader.mapping(name)
        if not raw:
            return default
        inside = Reader(raw, f"{reader.prefix}.{name}", self.problems)
        found = {tier: inside.duration(tier, timedelta(0)) for tier in raw}
        if STANDARD not in found:
            inside.refuse(STANDARD, "is missing: how long for tiers that are not named, such as 24h")
            return default
        for tier, span in found.items():
            if not timedelta(minutes=1) <= span <= timedelta(days=60):
                inside.refuse(tier, "must be from 1m to 60d of working time")
        return found

    def rank(self, top: Reader) -> RankRules:
        known = ("worst_score", "tier", "urgent", "wording", "level")
        reader, default = self.part(top, "rank", known), RankRules()
        return RankRules(
            worst_score=self.number(reader, "worst_score", default.worst_score, 0, 1000),
            tier=self.numbers(reader, "tier", 0, 1000),
            urgent=self.number(reader, "urgent", default.urgent, 0, 1000),
            wording=self.number(reader, "wording", default.wording, 0, 1000),
            level=self.number(reader, "level", default.level, 0, 1000),
        )

    def roster(self, top: Reader) -> RosterRules:
        reader, default = self.part(top, "roster", ("period", "colours", "rules")), RosterRules()
        colours = self.words(reader, "colours") or default.colours
        rules = []
        for index, raw in enumerate(reader.raw.get("rules", ())):
            place = f"roster.rules[{index}]"
            one = self.reader(raw, place, ("colour", "at_least"))
            colour = one.choice("colour", colours)
            at_least = self.numbers(one, "at_least", 1, 1000)
            for name in at_least:
                if name not in COUNTS:
                    self.wrong(f"{place}.at_least.{name}", f"is not counted; use {', '.join(COUNTS)}")
            counted = {name: int(needed) for name, needed in at_least.items() if name in COUNTS}
            rules.append(Rule(colour, counted))
        return RosterRules(reader.duration("period", default.period), colours, tuple(rules))

    def topics(self, top: Reader, departments: Mapping[str, Any]) -> TopicRules:
        found = {}
        for name in top.mapping("topics"):
            place = f"topics.{name}"
            reader = self.reader(top.mapping("topics")[name], place, ("title", "department", "phrases"))
            department = reader.text("department", "")
            if department and department not in departments:
                reader.refuse("department", f"{department!r} is not under departments; add it there")
            phrases = self.phrases(reader, "phrases")
            found[str(name)] = Topic(reader.languages("title"), department, phrases)
        sure, default = self.part(top, "certainty", ("least_weight", "least_share")), TopicRules()
        return TopicRules(
            topics=found,
            least_weight=self.number(sure, "least_weight", default.least_weight, 0, 1000),
            least_share=self.number(sure, "least_share", default.least_share, 0.01, 1),
        )

    def phrases(self, reader: Reader, name: str) -> dict[str, float]:
        found = self.numbers(reader, name, 0.1, 100)
        for phrase in bad_phrases(found):
            reader.refuse(f"{name}.{phrase}", "is too short to be told from other words")
        return found

    def urgent(self, top: Reader) -> UrgentRules:
        reader = self.part(top, "urgent", ("at_least", "phrases"))
        at_least = self.number(reader, "at_least", UrgentRules().at_least, 0.1, 1000)
        return UrgentRules(self.phrases(reader, "phrases"), at_least)

    def recheck(self, top: Reader) -> Recheck:
        reader, default = self.part(top, "recheck", ("campaign", "after", "silence")), Recheck()
        silence = reader.duration("silence", default.silence)
        if silence < timedelta(minutes=1):
            reader.refuse("silence", "must be at least 1m: how long to wait for an answer, such as 96h")
        return Recheck(
            reader.text("campaign", default.campaign), reader.duration("after", default.after), silence
        )

    def answers(self, top: Reader, topics: Mapping[str, Topic]) -> tuple[Canned, ...]:
        found = []
        for index, raw in enumerate(top.raw.get("answers", ())):
            place = f"answers[{index}]"
            reader = self.reader(raw, place, ("id", "title", "text", "topics"))
            for topic in self.words(reader, "topics"):
                if topic not in topics:
                    reader.refuse("topics", f"{topic!r} is none of {', '.join(topics)}")
            found.append(
                Canned(
                    id=reader.text("id"),
                    title=reader.languages("title"),
                    text=reader.languages("text"),
                    topics=self.words(reader, "topics"),
                )
            )
        return tuple(found)
