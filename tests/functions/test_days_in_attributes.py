"""Daily campaigns on a day in the operator's own attributes: read by an index, told once, never of a day that
has moved; and for everybody once in so many days."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from chalicelib.campaigns import planner
from chalicelib.campaigns.check import check
from chalicelib.campaigns.live import live
from chalicelib.intake import subscriber_changes
from chalicelib.intake.attributes import MOST_DAYS, attributes_from
from chalicelib.intake.zones import zone_of
from chalicelib.privacy import data_subject
from chalicelib.problems import BadDocument
from chalicelib.store import catalogue, subscribers, versions
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import (
    DAY_INDEXES,
    Subscriber,
    SubscriberItem,
    index_keys,
    partitions,
    shard_of,
)
from local.msisdns import msisdn
from tests.support.factories import WANG, shipped
from tests.support.service import Service

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
IN_30_DAYS, IN_7_DAYS = "2026-12-24", "2026-12-01"
CHANGED: Any = SubscriberItem.changed_at


def with_days(number: int, zone: str = "Asia/Shanghai", **days: Any) -> Subscriber:
    own: Any = {"time_zone": zone, "own_fields": days, "birthday": "", "plan_ends_on": ""}
    return replace(WANG, subscriber_id=f"d-{number}", msisdn=msisdn(100 + number), **own)


def told(service: Service, at: datetime) -> list[str]:
    """The numbers that get a text about their contract at a moment."""
    service.now = at
    before = len(service.network.texts)
    service.plan()
    service.deliver("bulk")
    return sorted(one.to for one in service.network.texts[before:] if "合约" in one.body)


def test_who_is_asked_for_is_told_once_on_their_own_morning(service: Service) -> None:
    here, there = with_days(1, contract_ends_on=IN_30_DAYS), with_days(2, contract_ends_on=IN_7_DAYS)
    west = with_days(3, "Asia/Kathmandu", contract_ends_on=IN_7_DAYS)
    other = with_days(4, contract_ends_on="2026-12-02")
    subscriber_changes.put_many([here, there, west, other])
    assert told(service, MORNING - timedelta(minutes=1)) == []
    assert told(service, MORNING) == [here.msisdn, there.msisdn]
    assert told(service, MORNING + timedelta(minutes=5)) == []
    assert told(service, MORNING + timedelta(hours=2, minutes=15)) == [west.msisdn]
    assert told(service, MORNING + timedelta(days=1)) == [other.msisdn]


@pytest.mark.parametrize(
    ("moved_to", "then"),
    [("2027-12-24", []), (IN_7_DAYS, [msisdn(101)]), ("", []), (None, [])],
    ids=["another year", "another day that is told", "emptied", "null"],
)
def test_a_day_that_moves_is_told_as_it_is_now(service: Service, moved_to: Any, then: list[str]) -> None:
    subscriber_changes.put_many([with_days(1, contract_ends_on=IN_30_DAYS)])
    at = "2026-11-23T00:00:00.000Z"
    subscriber_changes.change("d-1", {"contract_ends_on": moved_to}, at=at, stamp=CHANGED, create=False)
    assert told(service, MORNING) == then


def test_a_day_that_moves_between_plan_and_claim_is_told_to_nobody(service: Service) -> None:
    subscriber_changes.put_many([with_days(1, contract_ends_on=IN_30_DAYS)])
    service.now = MORNING
    service.plan()
    subscriber_changes.set_own("d-1", {"contract_ends_on": "2027-12-24"}, at="2026-11-24T02:00:00.000Z")
    service.deliver("bulk")
    assert [one for one in service.network.texts if "合约" in one.body] == []
    (text,) = service.texts(msisdn(101)).values()
    assert (text.status, text.reason) == ("suppressed", "audience")


def test_who_is_erased_is_in_no_index_any_more(service: Service) -> None:
    subscriber_changes.put_many([with_days(1, contract_ends_on=IN_30_DAYS)])
    subject = data_subject.who(msisdn(101))
    data_subject.erase(subject, data_subject.find(subject))
    assert told(service, MORNING) == []
    prefix = f"contract_ends_on#{IN_30_DAYS}#Asia/Shanghai"
    every = [subscribers.matching(one, each)[0] for one in DAY_INDEXES for each in partitions(prefix)]
    assert not any(every)


def test_only_partitions_of_the_day_and_zone_are_read(service: Service) -> None:
    del service
    campaign = live(catalogue.control()).campaigns["contract-end"]
    run = planner.daily_run(campaign, "Asia/Tokyo", date(2026, 11, 24))
    assert {read["prefix"] for read in run.reads} == {
        f"contract_ends_on#{IN_30_DAYS}#Asia/Tokyo",
        f"contract_ends_on#{IN_7_DAYS}#Asia/Tokyo",
    }
    assert len(run.reads) == 2 * len(DAY_INDEXES)


@pytest.mark.parametrize("count", range(MOST_DAYS + 1))
def test_each_day_has_an_index_whatever_else_is_known(count: int) -> None:
    days = {f"day_{n}": f"2027-01-0{n + 1}" for n in range(count)}
    others = {"arpu": 96, "device": "Mate 60", "seen_at": "2027-01-01T00:00:00.000Z", "a": True}
    one = Subscriber("s-1", own_fields={**others, **days})
    keys = {key: value for key, value in index_keys(one, zone_of(one)).items() if key.startswith("day_key")}
    known = {value for value in keys.values() if value}
    wanted = {f"{name}#{day}#{zone_of(one)}#{shard_of('s-1')}" for name, day in days.items()}
    assert known == set(sorted(wanted)[:MOST_DAYS])
    assert set(keys) == set(DAY_INDEXES.values()), "what is no more is cleared"


def test_no_more_attributes_may_be_days_than_have_an_index() -> None:
    declared = {f"d{n}": {"type": "day", "example": "2027-01-01"} for n in range(MOST_DAYS)}
    assert len(DAY_INDEXES) == MOST_DAYS == len(attributes_from(declared))
    with pytest.raises(BadDocument) as bad:
        attributes_from(declared | {"one_more": {"type": "day", "example": "2027-01-01"}})
    assert [(one.code, one.place) for one in bad.value.problems] == [("vocabulary.days", "one_more.type")]


@pytest.mark.parametrize(
    ("daily", "place"),
    [
        ({"on": "contract_end_on", "days_before": [7]}, "trigger.daily.on"),
        ({"on": "arpu", "days_before": [7]}, "trigger.daily.on"),
        ({"on": "contract_ends_on", "days_before": [400]}, "trigger.daily.days_before"),
        ({"on": "contract_ends_on", "days_befor": [7]}, "trigger.daily.days_befor"),
        ({"days_before": [7]}, "trigger.daily.on"),
        ({"every": "36h"}, "trigger.daily.every"),
        ({"every": "0d"}, "trigger.daily.every"),
        ({"every": "400d"}, "trigger.daily.every"),
        ({"every": "often"}, "trigger.daily.every"),
        ({"every": "90d", "on": "contract_ends_on"}, "trigger.daily.every"),
    ],
    ids=[
        "a name that is none",
        "no day",
        "too far",
        "a field that is none",
        "no attribute",
        "a turn of a day and a half",
        "a turn of no day",
        "a turn of over a year",
        "a turn of no length",
        "a turn and a day",
    ],
)
def test_a_trigger_that_cannot_be_is_refused_with_its_place(daily: Any, place: str) -> None:
    document = shipped()["campaign#contract-end"] | {"trigger": {"daily": daily}}
    assert place in {one.place for one in check(document)}


def turn_comes(campaign: str, every: str) -> None:
    """Let a campaign be for everybody once in so many days."""
    name = f"campaign#{campaign}"
    trigger = {"trigger": {"daily": {"every": every}, "at": "10:00"}, "occasion": "{{ day }}"}
    document = shipped()[name] | trigger | {"sample": {"day": "2026-11-30"}}
    assert check(document) == []
    catalogue.go_live({name: versions.save(name, document, by="test", at="", status="live")})


def test_each_subscribers_turn_comes_once_in_so_many_days_in_their_own_zone(service: Service) -> None:
    everybody = [with_days(n, "Asia/Kathmandu" if n % 4 == 0 else "Asia/Shanghai") for n in range(24)]
    subscriber_changes.put_many(everybody)
    everybody.append(WANG)
    turn_comes("relationship-survey", "3d")
    asked: dict[int, list[str]] = {}
    for day in range(6):
        asked[day] = []
        for zone in ("Asia/Shanghai", "Asia/Kathmandu"):
            run = planner.daily_run(
                live(catalogue.control()).campaigns["relationship-survey"],
                zone,
                MORNING.date() + timedelta(days=day),
            )
            assert planner.start(run, MORNING + timedelta(days=day))
            for body in service.aws.messages("runs"):
                planner.run_parts(json.loads(body), lambda: MORNING, lambda: True)
            found = [job.subscriber for job in service.aws.jobs("bulk")]
            assert {zone} >= {zone_of(one) for one in everybody if one.subscriber_id in found}
            asked[day] += found
    first, second = (sorted(one for day in days for one in asked[day]) for days in ((0, 1, 2), (3, 4, 5)))
    assert first == second == sorted(one.subscriber_id for one in everybody)
    assert [set(asked[day]) for day in (0, 1, 2)] == [set(asked[day]) for day in (3, 4, 5)]
    assert all(asked[day] for day in (0, 1, 2)), "a share each day"


@pytest.mark.parametrize(
    ("days_ago", "language", "words", "status", "reason"),
    [
        pytest.param(None, "zh-CN", "近来的网络和服务您满意吗", "sent", "", id="never asked"),
        pytest.param(91, "en", "service these days?", "sent", "", id="asked 91 days ago"),
        pytest.param(89, "en", "service these days?", "suppressed", "asked_recently", id="asked 89 days ago"),
    ],
)
def test_a_survey_comes_by_the_calendar_to_who_was_not_asked_within_90_days(
    service: Service, days_ago: int | None, language: str, words: str, status: str, reason: str
) -> None:
    service.now = MORNING - timedelta(days=days_ago or 0)
    if days_ago:
        service.complain()
        service.settle()
        assert [one.status for one in service.texts().values()] == ["sent"], "a survey after a complaint"
    service.now = MORNING + timedelta(hours=1)
    service.happen("subscriber.changed", language=language)
    turn_comes("relationship-survey", "1d")
    service.plan()
    service.settle()
    text = service.texts()["2026-11-24/invitation"]
    assert (text.status, text.reason) == (status, reason)
    assert len([one for one in service.network.texts if words in one.body]) == (status == "sent")
