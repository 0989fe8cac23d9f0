"""How a run is cut into messages, and what it reads."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from chalicelib.campaigns import planner
from chalicelib.campaigns.live import live
from chalicelib.intake import subscriber_changes
from chalicelib.store import catalogue, subscribers
from chalicelib.store.schema.base import replace
from local.msisdns import msisdn
from tests.support.factories import WANG
from tests.support.service import Service

NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
COUNT = 40


@pytest.fixture
def birthdays(service: Service) -> Service:
    """Forty whose birthday is today, in one zone."""
    subscriber_changes.put_many(
        [replace(WANG, subscriber_id=f"s-{n}", msisdn=msisdn(n)) for n in range(COUNT)]
    )
    return service


def test_a_small_run_is_one_message(birthdays: Service) -> None:
    assert "birthday-greeting/Asia/Shanghai/2026-11-24" in planner.plan_due(NOON)
    mine = [
        work for work in map(json.loads, birthdays.aws.messages("runs")) if "birthday" in work["campaign"]
    ]
    assert len(mine) == 1
    planner.run_parts(mine[0], lambda: NOON, lambda: True)
    assert len(birthdays.aws.jobs("bulk")) == COUNT
    assert birthdays.aws.messages("runs") == []
    assert planner.plan_due(NOON) == []


@pytest.mark.parametrize("hasty", [False, True], ids=["with time", "out of time after each page"])
def test_what_has_more_pages_goes_on_by_itself(
    birthdays: Service, monkeypatch: pytest.MonkeyPatch, hasty: bool
) -> None:
    monkeypatch.setattr(planner, "PAGE", 2)
    planner.plan_due(NOON)
    messages = 0
    while works := [json.loads(body) for body in birthdays.aws.messages("runs")]:
        for work in works:
            if work["campaign"] == "birthday-greeting":
                messages += 1
                planner.run_parts(work, lambda: NOON, lambda: not hasty)
    jobs = [job for job in birthdays.aws.jobs("bulk") if job.campaign == "birthday-greeting"]
    wanted = {f"s-{n}" for n in range(COUNT)}
    assert {job.subscriber for job in jobs} == wanted
    assert len(jobs) == COUNT
    assert messages > 1
    done = {one.run: one for one in planner.progress("2026-11-24")}
    assert done["birthday-greeting/Asia/Shanghai/2026-11-24"].jobs == COUNT


@pytest.mark.usefixtures("birthdays")
def test_only_calendars_in_use_are_read() -> None:
    assert subscribers.zones() == {"Asia/Shanghai": {"solar"}}
    subscriber_changes.put_many(
        [replace(WANG, subscriber_id="l-1", birthday="10-16", birthday_calendar="lunar")]
    )
    assert subscribers.zones() == {"Asia/Shanghai": {"solar", "lunar"}}
    campaign = live(catalogue.control()).campaigns["birthday-greeting"]
    day = date(2026, 11, 24)
    solar = planner.daily_run(campaign, "Asia/Shanghai", day, {"solar"})
    assert [read["facts"]["calendar"] for read in solar.reads] == ["solar"]
    both = planner.daily_run(campaign, "Asia/Shanghai", day)
    assert {read["facts"]["calendar"] for read in both.reads} == {"solar", "lunar"}
