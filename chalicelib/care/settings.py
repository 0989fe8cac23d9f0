"""What care is configured with, as data: `care_from` reads the document `care` (templates/care.yaml)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from chalicelib.care.care_codes import CareCode as Code
from chalicelib.care.deadlines import STANDARD, Limits, WorkingHours
from chalicelib.care.phrases import bad_phrases
from chalicelib.care.rank import RankRules
from chalicelib.care.roster import COUNTS, ColourRule, RosterRules
from chalicelib.care.topics import Topic, TopicRules
from chalicelib.care.urgency import UrgentRules
from chalicelib.delivery.hours import WEEKDAYS, Hours, parse_hours
from chalicelib.delivery.policy import hours_of
from chalicelib.document import Reader
from chalicelib.document_codes import DocumentCode
from chalicelib.intake.regions import region_of
from chalicelib.problems import BadDocument, Problem

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
    assign_most: int = 0  # new cases go to who has the fewest, up to so many each; 0: to whoever claims them


@dataclass(frozen=True, slots=True)
class Recheck:
    """The survey that asks whether it got better."""

    campaign: str = "recheck-survey"
    after: timedelta = timedelta(0)  # from the resolution to the survey
    silence: timedelta = timedelta(hours=96)  # from the survey until `closed, unconfirmed`


@dataclass(frozen=True, slots=True)
class Canned:
    """A ready answer: text by language, put into an agent's answer as it stands."""

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

    def people(self) -> list[str]:
        """Everybody who works on cases or leads a team, by username."""
        teams = self.teams.values()
        return sorted({who for team in teams for who in (*team.members, team.lead) if who})

    def teams_of(self, username: str) -> list[str]:
        """The teams that a user belongs to or leads."""
        return [team.id for team in self.teams.values() if username in (*team.members, team.lead)]


def care_from(document: Mapping[str, Any]) -> Care:
    """Read care's settings from their JSON document. Raises BadDocument with every mistake found."""
    care, problems = care_as_far(document)
    if problems:
        raise BadDocument(problems)
    return care


def care_as_far(document: Mapping[str, Any]) -> tuple[Care, list[Problem]]:
    """Care's settings as far as they can be read, and every mistake found; what is wrong counts as not said,
    so that one team's hours do not stop all the others' work."""
    reader = Reader(document)
    reader.only(_FIELDS)
    departments = _titles(reader, "departments")
    topics = _topics(reader, departments)
    care = Care(
        teams=_teams(reader),
        limits=_limits(reader),
        rank=_rank(reader),
        roster=_roster(reader),
        topics=topics,
        urgent=_urgent(reader),
        departments=departments,
        remedies=_titles(reader, "remedies"),
        recheck=_recheck(reader),
        answers=tuple(_answer(one, topics.topics) for one in reader.each("answers", _ANSWER)),
    )
    return care, reader.problems


_FIELDS = (
    "teams", "deadlines", "rank", "roster", "topics", "certainty", "urgent", "departments", "remedies",
    "recheck", "answers",
)  # fmt: skip
_TEAM = ("id", "title", "brands", "regions", "zone", "hours", "dates", "members", "lead", "escalates_to",
         "assign_most")  # fmt: skip
_ANSWER = ("id", "title", "text", "topics")


def _titles(reader: Reader, name: str) -> dict[str, Mapping[str, str]]:
    inside = reader.part(name)
    return {one: inside.languages(one) for one in inside.raw}


def _teams(top: Reader) -> dict[str, Team]:
    found: dict[str, Team] = {}
    for reader in top.each("teams", _TEAM):
        team = _team(reader)
        if team.id in found:
            reader.refuse("id", DocumentCode.TWICE, value=repr(team.id))
        found[team.id] = team
    for index, team in enumerate(found.values()):
        if team.escalates_to and (team.escalates_to not in found or team.escalates_to == team.id):
            place = f"teams[{index}].escalates_to"
            top.refuse(place, Code.NOT_ANOTHER_TEAM, value=repr(team.escalates_to))
    return found


def _team(reader: Reader) -> Team:
    return Team(
        id=reader.text("id"),
        title=reader.languages("title"),
        hours=WorkingHours(reader.zone("zone", "Asia/Shanghai"), _week(reader), _dates(reader)),
        brands=frozenset(reader.words("brands")),
        regions=frozenset(region_of(one).province for one in reader.words("regions")),
        members=reader.words("members"),
        lead=reader.text("lead", ""),
        escalates_to=reader.text("escalates_to", ""),
        assign_most=reader.integer("assign_most", 0, 0, 1000),
    )


def _week(reader: Reader) -> tuple[Hours, ...]:
    """`hours` is one text for all days, or {weekdays: ..., saturday: ...}; a day not named is closed."""
    days: tuple[Hours, ...]
    if isinstance(reader.raw.get("hours", "any"), str):
        days = (reader.converted("hours", parse_hours, parse_hours("any")),) * 7
    else:
        named = reader.part("hours")
        for name in named.raw:
            if name not in (*WEEKDAYS, "weekdays"):
                named.refuse(name, Code.NOT_A_DAY, choices=WEEKDAYS)
        usual = hours_of(named, "weekdays") if "weekdays" in named.raw else ()
        days = tuple(
            hours_of(named, name) if name in named.raw else usual if n < 5 else ()
            for n, name in enumerate(WEEKDAYS)
        )
    if not any(days):
        reader.refuse("hours", Code.TEAM_NEVER_OPEN)
        return (parse_hours("any"),) * 7
    return days


def _dates(reader: Reader) -> dict[date, Hours]:
    inside = reader.part("dates")
    return {day: hours_of(inside, key) for day, key in reader.dates("dates")}


def _limits(top: Reader) -> Limits:
    reader = top.part("deadlines", ("answer", "resolve", "urgent", "warn_percent"))
    default = Care().limits
    return Limits(
        answer=_spans(reader, "answer", default.answer),
        resolve=_spans(reader, "resolve", default.resolve),
        urgent=_spans(reader, "urgent", default.urgent),
        warn_percent=reader.integer("warn_percent", default.warn_percent, 1, 99),
    )


def _spans(reader: Reader, name: str, default: Mapping[str, timedelta]) -> Mapping[str, timedelta]:
    inside = reader.part(name)
    if not inside.raw:
        return default
    found = {tier: inside.duration(tier, timedelta(hours=1)) for tier in inside.raw}
    if STANDARD not in found:
        inside.refuse(STANDARD, Code.NO_STANDARD)
        return default
    for tier, span in found.items():
        if not timedelta(minutes=1) <= span <= timedelta(days=60):
            inside.refuse(tier, Code.NOT_A_SPAN)
    return found


def _rank(top: Reader) -> RankRules:
    reader = top.part("rank", ("worst_score", "tier", "urgent", "wording", "level", "overdue"))
    default = RankRules()
    return RankRules(
        worst_score=reader.number("worst_score", default.worst_score, 0, 1000),
        tier=reader.numbers("tier", 0, 1000),
        urgent=reader.number("urgent", default.urgent, 0, 1000),
        wording=reader.number("wording", default.wording, 0, 1000),
        level=reader.number("level", default.level, 0, 1000),
        overdue=reader.number("overdue", default.overdue, 0, 10_000),
    )


def _roster(top: Reader) -> RosterRules:
    reader, default = top.part("roster", ("period", "colours", "rules")), RosterRules()
    colours = reader.words("colours") or default.colours
    rules = []
    for one in reader.each("rules", ("colour", "at_least")):
        at_least = one.numbers("at_least", 1, 1000)
        for name in at_least:
            if name not in COUNTS:
                one.refuse(f"at_least.{name}", Code.NOT_COUNTED, choices=tuple(COUNTS))
        counted = {name: int(needed) for name, needed in at_least.items() if name in COUNTS}
        rules.append(ColourRule(one.choice("colour", colours), counted))
    return RosterRules(reader.duration("period", default.period), colours, tuple(rules))


def _topics(top: Reader, departments: Mapping[str, Any]) -> TopicRules:
    found = {}
    for name, reader in top.parts("topics", ("title", "department", "phrases")):
        department = reader.text("department", "")
        if department and department not in departments:
            reader.refuse("department", Code.NO_SUCH_DEPARTMENT, value=repr(department))
        found[name] = Topic(reader.languages("title"), department, _phrases(reader))
    sure, default = top.part("certainty", ("least_weight", "least_share")), TopicRules()
    return TopicRules(
        topics=found,
        least_weight=sure.number("least_weight", default.least_weight, 0, 1000),
        least_share=sure.number("least_share", default.least_share, 0.01, 1),
    )


def _phrases(reader: Reader) -> dict[str, float]:
    found = reader.numbers("phrases", 0.1, 100)
    for phrase in bad_phrases(found):
        reader.refuse(f"phrases.{phrase}", Code.PHRASE_TOO_SHORT)
    return found


def _urgent(top: Reader) -> UrgentRules:
    reader = top.part("urgent", ("at_least", "phrases"))
    at_least = reader.number("at_least", UrgentRules().at_least, 0.1, 1000)
    return UrgentRules(_phrases(reader), at_least)


def _recheck(top: Reader) -> Recheck:
    reader, default = top.part("recheck", ("campaign", "after", "silence")), Recheck()
    silence = reader.duration("silence", default.silence)
    if silence < timedelta(minutes=1):
        reader.refuse("silence", Code.SILENCE_TOO_SHORT)
    return Recheck(
        reader.text("campaign", default.campaign), reader.duration("after", default.after), silence
    )


def _answer(reader: Reader, topics: Mapping[str, Topic]) -> Canned:
    return Canned(
        id=reader.text("id"),
        title=reader.languages("title"),
        text=reader.languages("text"),
        topics=reader.among("topics", topics),
    )
