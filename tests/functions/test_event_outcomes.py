"""What became of each event: recorded once whatever it led to, and asked for by its id."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib import queues
from chalicelib.cli import cli
from chalicelib.functions import intake
from chalicelib.intake import subscriber_changes
from chalicelib.store import event_history, subscribers
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.results import EventOutcome
from tests.support.factories import USAGE, WANG
from tests.support.service import Service


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What is to be seen later is seen at once; by how many seconds it was put off."""
    delays: list[int] = []
    send = queues.send

    def without_delay(queue: str, texts: Sequence[str], *, delay: int = 0) -> None:
        delays.append(delay)
        send(queue, texts)

    monkeypatch.setattr(queues, "send", without_delay)
    return delays


def came_to(event_id: str) -> EventOutcome:
    (found,) = event_history.of_event(event_id)
    return found


def bus(service: Service, id_: str, kind: str, source: str = "operator.test", **fields: Any) -> str:
    detail = {"id": id_, "time": service.now.isoformat(), "subscriber_id": "s-1", **fields}
    return json.dumps({"source": source, "detail-type": kind, "detail": detail})


def usage(service: Service, id_: str, used: int, **fields: Any) -> str:
    return bus(service, id_, "usage.reported", **{**USAGE, "used": used, **fields})


def test_every_event_of_a_batch_has_its_outcome(service: Service) -> None:
    stopped = replace(WANG, subscriber_id="s-9", msisdn="+8613900000009")
    subscriber_changes.put_many([stopped])
    service.happen("subscriber.changed", subscriber_id="s-9", status="suspended")
    at = service.now.isoformat()
    bodies = [
        usage(service, "told", 85),
        usage(service, "low", 12),
        usage(service, "stopped", 85, subscriber_id="s-9"),
        usage(service, "no-limit", 85, allowance=None),
        usage(service, "over", 85, cycle_ends_on="2026-10-31"),
        usage(service, "late", 85, time=(service.now - timedelta(hours=8)).isoformat()),
        usage(service, "bad", 85, unit="GB"),
        usage(service, "future", 85, time="2062-01-01T00:00:00Z"),
        usage(service, "strange", 85) .replace("operator.test", "billing"),
        bus(service, "changed", "subscriber.changed", tier="gold"),
        bus(service, "renewed", "plan.changed", plan="5g-128", ends_on=None, reason="renewed"),
        bus(service, "mars", "outage.announced", region="火星", what="4G", starts_at=at,
            expected_end=(service.now + timedelta(hours=1)).isoformat()),
        bus(service, "ended", "outage.announced", region="湖南", what="4G",
            starts_at=(service.now - timedelta(hours=2)).isoformat(),
            expected_end=(service.now - timedelta(hours=1)).isoformat()),
    ]  # fmt: skip
    service.feed(intake.intake, [*bodies, bodies[0]])
    old = (service.now - timedelta(days=9)).isoformat()
    stale = bus(service, "stale", "plan.changed", plan="old", ends_on=None, reason="changed", time=old)
    service.feed(intake.intake, [stale])
    outcomes = {json.loads(one)["detail"]["id"]: "" for one in bodies}
    assert {one: came_to(one).outcome for one in outcomes} == {
        "told": "texts",
        "low": "no_text",
        "stopped": "no_text",
        "no-limit": "no_text",
        "over": "no_text",
        "late": "no_text",
        "bad": "refused",
        "future": "refused",
        "strange": "refused",
        "changed": "applied",
        "renewed": "applied",
        "mars": "nobody",
        "ended": "over",
    }
    assert came_to("stale").outcome == "older"
    why = {one: came_to(one).misses.get("usage-alert", "") for one in outcomes}
    assert {one: word for one, word in why.items() if word} == {
        "low": "below",
        "stopped": "audience",
        "no-limit": "unlimited",
        "over": "cycle_over",
        "late": "too_late",
    }
    assert came_to("told").texts == ("mt#usage-alert/s-1/2026-11/2026-11-30/100/data/80/text",)
    suspended = came_to("stopped")
    assert (suspended.status, suspended.since) == ("suspended", "2026-11-24T04:00:00.000Z")
    assert came_to("bad").problem["place"] == "unit"
    assert len(service.aws.messages("intake-dead")) == 4  # bad, future, strange, mars
    assert [one.event_id for one in event_history.of_subscriber("s-9")][-1:] == ["e-subscriber.changed"]
    assert (came_to("told").whom, suspended.whom) == ("s-1", "s-9")
    in_the_index = {one.event_id for one in event_history.of_subscriber("s-1")}
    assert "low" in in_the_index
    assert "told" not in in_the_index, "its text is in the conversation: an entry would cost a unit"


def test_a_complaint_is_in_the_index_with_its_text(service: Service) -> None:
    at = service.now.isoformat()
    about = {"complaint_id": "C-1", "topic": "网速", "opened_at": at, "resolved_at": at}
    service.feed(intake.intake, [bus(service, "said", "complaint.resolved", **about)])
    (found,) = event_history.of_subscriber("s-1")
    assert (found.event_id, found.outcome, found.whom) == ("said", "texts", "s-1")


def test_who_came_to_be_known_leaves_the_index_with_the_text(service: Service, at_once: list[int]) -> None:
    del at_once
    service.feed(intake.intake, [usage(service, "early", 85, subscriber_id="s-new")])
    assert [one.event_id for one in event_history.of_subscriber("s-new")] == ["early"]
    again = service.aws.messages("intake")
    service.happen("subscriber.changed", subscriber_id="s-new", msisdn="+8613900000033", brand="yuntong")
    service.feed(intake.intake, again)
    assert came_to("early").whom == "s-new"
    assert "early" not in [one.event_id for one in event_history.of_subscriber("s-new")]


@pytest.mark.parametrize(
    ("who", "outcome"),
    [
        ("s-1", "texts"),
        (7, "waiting"),
        *((one, "refused") for one in ("s-\ud800", None, ["s-1"], "a/b", "x" * 9000, "")),
    ],
    ids=repr,
)
def test_whom_an_event_names_never_blocks_its_neighbours(service: Service, who: Any, outcome: str) -> None:
    service.feed(intake.intake, [usage(service, "odd", 85, subscriber_id=who), usage(service, "low", 12)])
    assert came_to("odd").outcome == outcome
    assert came_to("low").outcome == "no_text"


@pytest.mark.parametrize("kind", [["usage.reported"], {}, None, 5])
def test_a_type_of_any_kind_never_blocks_its_neighbours(service: Service, kind: Any) -> None:
    detail = {"id": "odd", "time": service.now.isoformat(), "subscriber_id": "s-1", **USAGE, "used": 85}
    odd = json.dumps({"source": "operator.test", "detail-type": kind, "detail": detail})
    service.feed(intake.intake, [odd, usage(service, "low", 12)])
    assert came_to("odd").outcome == "refused"
    assert came_to("low").outcome == "no_text"


def test_an_event_is_asked_for_by_its_id_in_both_languages(service: Service) -> None:
    service.happen("subscriber.changed", status="suspended")
    bodies = [usage(service, "stopped", 85), usage(service, "bad", 85, unit="GB")]
    service.feed(intake.intake, bodies)
    en, zh = (
        CliRunner().invoke(cli, ["--language", one, "events", "show", "stopped"]) for one in ("en", "zh-CN")
    )
    assert json.loads(en.stdout)["why"] == {"usage-alert": "audience"}
    assert "No text. usage-alert: not in its audience, suspended since 2026-11-24 04:00 UTC." in en.stderr
    assert "未发短信。 usage-alert：不在目标人群内" in zh.stderr
    assert "Refused: unit: " in CliRunner().invoke(cli, ["events", "show", "bad"]).stderr
    none = CliRunner().invoke(cli, ["events", "show", "never sent"])
    assert (none.exit_code, none.stdout) == (1, "")


def test_the_texts_of_an_event_say_what_became_of_them(service: Service) -> None:
    service.feed(intake.intake, [usage(service, "told", 95)])
    service.deliver()
    told = json.loads(CliRunner().invoke(cli, ["events", "show", "told"]).stdout)
    assert [(one["item"].rsplit("/", 2)[1], one["status"]) for one in told["texts"]] == [("90", "sent")]


def test_an_event_waits_an_hour_for_its_subscriber(service: Service, at_once: list[int]) -> None:
    body = usage(service, "early", 85, subscriber_id="s-new")
    service.feed(intake.intake, [body])
    assert came_to("early").outcome == "waiting"
    began = service.now
    while again := service.aws.messages("intake"):
        service.now += timedelta(seconds=at_once[-1])
        service.feed(intake.intake, again)
    assert timedelta(hours=1) <= service.now - began <= timedelta(hours=1, minutes=15)
    assert came_to("early").outcome == "refused"
    (letter,) = service.aws.messages("intake-dead")
    service.happen("subscriber.changed", subscriber_id="s-new", msisdn="+8613900000033", brand="yuntong")
    service.feed(intake.intake, [letter])  # put back by somebody
    assert came_to("early").outcome == "texts"


def test_an_event_that_comes_again_did_what_it_did_the_first_time(service: Service) -> None:
    told, low = usage(service, "told", 85), usage(service, "low", 12)
    changed = bus(service, "changed", "subscriber.changed", tier="gold")
    service.feed(intake.intake, [told, low, changed])
    service.now += timedelta(hours=8)
    service.happen("subscriber.changed", id="newer", tier="diamond")
    service.feed(intake.intake, [told, low, changed])
    assert [came_to(one).outcome for one in ("told", "low", "changed")] == ["texts", "no_text", "applied"]
    assert came_to("low").misses["usage-alert"] == "below", "and not too late"


def test_an_event_that_leads_to_a_text_the_second_time_says_so(service: Service) -> None:
    service.happen("subscriber.changed", id="away", status="suspended")
    body = usage(service, "told", 85)
    service.feed(intake.intake, [body])
    assert came_to("told").outcome == "no_text"
    service.now += timedelta(minutes=5)
    service.happen("subscriber.changed", id="back", status="active")
    service.feed(intake.intake, [body])
    assert came_to("told").outcome == "texts"


def test_what_comes_just_before_its_subscriber_is_told(service: Service, at_once: list[int]) -> None:
    del at_once
    service.feed(intake.intake, [usage(service, "early", 85, subscriber_id="s-new")])
    again = service.aws.messages("intake")
    service.happen("subscriber.changed", subscriber_id="s-new", msisdn="+8613900000033", brand="yuntong")
    service.feed(intake.intake, again)
    assert came_to("early").outcome == "texts"
    assert service.aws.messages("intake-dead") == []


def test_a_number_is_taken_at_once_for_somebody_who_is_not_known_yet(
    service: Service, at_once: list[int]
) -> None:
    service.happen("number.assigned", id="given", subscriber_id="s-new", msisdn=WANG.msisdn)
    service.usage(85)
    service.deliver()
    assert service.network.texts == []
    assert at_once, "it waits for its subscriber"


@pytest.mark.parametrize("new_holder", ["s-new", "s-2"])
def test_a_number_that_is_taken_in_the_same_batch_is_texted_no_more(
    service: Service, at_once: list[int], new_holder: str
) -> None:
    del at_once
    subscriber_changes.put_many([replace(WANG, subscriber_id="s-2", msisdn="")])
    taken = (service.now - timedelta(seconds=5)).isoformat()
    given = bus(service, "given", "number.assigned", subscriber_id=new_holder, msisdn=WANG.msisdn, time=taken)
    service.feed(intake.intake, [usage(service, "told", 85), given])
    service.deliver()
    assert service.network.texts == []


def test_a_clock_of_2062_neither_stops_later_changes_nor_holds_a_key(service: Service) -> None:
    service.feed(
        intake.intake, [bus(service, "far", "subscriber.changed", status="left", time="2062-01-01T00:00:00Z")]
    )
    service.feed(intake.intake, [bus(service, "near", "subscriber.changed", tier="gold",
                                     time=(service.now + timedelta(minutes=5)).isoformat())])  # fmt: skip
    service.now += timedelta(minutes=1)
    service.feed(intake.intake, [bus(service, "then", "subscriber.changed", tier="diamond")])
    found = subscribers.get("s-1")
    assert found is not None
    assert (found.status, found.tier) == ("active", "diamond")
    at = (service.now + timedelta(hours=8)).isoformat()
    service.feed(intake.intake, [usage(service, "zone", 85, time=at)])
    service.deliver()
    assert len(service.network.texts) == 1
