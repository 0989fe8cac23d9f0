"""What the doctor thinks of what it saw, and that it forgets no table and no index."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.commands import checkup, checkup_sms
from chalicelib.commands.checkup import Finding
from tests.support.dynamodb import template

TABLE: dict[str, Any] = {
    "status": "ACTIVE",
    "pitr": True,
    "encrypted": True,
    "protected": True,
    "ttl": "expires",
    "indexes": {"inbox": "ACTIVE", "parked": "ACTIVE"},
    "local": False,
}
QUEUE: dict[str, Any] = {"waiting": 3, "in_flight": 2, "delayed": 0, "redrive": "arn", "oldest": 5.0}
DEAD: dict[str, Any] = {**QUEUE, "waiting": 0, "redrive": "", "oldest": None}
TOPIC = "arn:aws:sns:x:1:ringback-prod-inbound"
NUMBER: dict[str, Any] = {
    "kind": "number",
    "status": "ACTIVE",
    "two_way": True,
    "two_way_to": TOPIC,
    "self_managed": True,
    "types": ["transactional"],
    "arns": ["arn:aws:sms-voice:x:1:phone-number/phone-1"],
    "tags": ["prod"],
}
ASKED: dict[str, Any] = {"message_type": "", "marketing": False, "brand": "skylark"}
LIVE = {"policy": 1, "plans": 1, "care": 1, "brand#a": 1, "campaign#b": 2}


def worst(findings: Any) -> str:
    """The worst level; every line that is not well says what to do."""
    found: list[Finding] = list(findings)
    assert found
    assert all(one.do for one in found if one.level in ("warn", "fail")), found
    return next(level for level in ("fail", "warn", "skip", "ok") if level in {one.level for one in found})


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, "ok"),
        ({"status": "UPDATING"}, "fail"),
        ({"indexes": {}}, "fail"),
        ({"indexes": {"inbox": "ACTIVE"}}, "fail"),
        ({"indexes": {"inbox": "ACTIVE", "parked": "CREATING"}}, "warn"),
        ({"ttl": ""}, "fail"),
        ({"pitr": False}, "fail"),
        ({"encrypted": False}, "warn"),
        ({"protected": False}, "warn"),
        ({"local": True, "pitr": False, "ttl": "", "encrypted": False, "protected": False}, "ok"),
    ],
)
def test_doctor_judges_a_table_by_its_settings(change: dict[str, Any], level: str) -> None:
    assert worst(checkup.table("conversations", {**TABLE, **change})) == level


def test_a_table_that_is_not_there_fails() -> None:
    assert worst(checkup.table("cases", None)) == "fail"


@pytest.mark.parametrize(
    ("queue", "dead", "level"),
    [
        ({}, {}, "ok"),
        ({"redrive": ""}, {}, "fail"),
        ({}, {"waiting": 2}, "warn"),
        ({"oldest": 901.0}, {}, "warn"),
        ({"oldest": None}, {}, "ok"),
    ],
)
def test_doctor_judges_a_queue_by_its_settings(
    queue: dict[str, Any], dead: dict[str, Any], level: str
) -> None:
    assert worst(checkup.queue("replies", {**QUEUE, **queue}, {**DEAD, **dead})) == level


@pytest.mark.parametrize(("there", "dead"), [(None, DEAD), (QUEUE, None)])
def test_a_queue_that_is_not_there_fails(there: Any, dead: Any) -> None:
    assert worst(checkup.queue("replies", there, dead)) == "fail"


@pytest.mark.parametrize(
    ("states", "level"), [(["Enabled"] * 8, "ok"), (["Enabled"] * 7, "fail"), (["Disabled"] * 8, "fail")]
)
def test_event_source_mappings(states: list[str], level: str) -> None:
    found = [{"function": "f", "state": one, "uuid": "u-1"} for one in states]
    assert worst(checkup.mappings(found, 8)) == level


def test_what_a_queue_holds_is_said_with_what_is_being_worked_on() -> None:
    (found,) = checkup.queue("drops", {**QUEUE, "waiting": 0, "in_flight": 1, "delayed": 4}, DEAD)
    assert found.saw == "0 waiting, 1 being worked on, 4 for later"


@pytest.mark.parametrize(("waiting", "level"), [(0, "ok"), (1, "warn"), (None, "fail")])
def test_what_counting_gave_up_is_said(waiting: int | None, level: str) -> None:
    facts = None if waiting is None else {**DEAD, "waiting": waiting}
    assert worst(checkup.given_up(facts)) == level


@pytest.mark.parametrize(
    ("seconds", "level"), [(0, "ok"), (-4.9, "ok"), (6, "warn"), (-61, "fail"), (3600, "fail")]
)
def test_the_clock(seconds: float, level: str) -> None:
    assert worst([checkup.clock_skew(seconds)]) == level


@pytest.mark.parametrize(
    ("groups", "level"),
    [
        ({"admin": 1, "care": 2, "marketing": 2, "supervisor": 1}, "ok"),
        ({"admin": 1, "care": 2, "marketing": 1, "supervisor": 1}, "warn"),
        ({"admin": 1, "care": 0, "marketing": 2, "supervisor": 1}, "warn"),
        ({"admin": 0, "care": 1, "marketing": 2, "supervisor": 1}, "fail"),
        ({"admin": 1}, "fail"),
    ],
)
def test_users(groups: dict[str, int], level: str) -> None:
    assert worst(checkup.users(groups)) == level


@pytest.mark.parametrize(("keys", "level"), [({"billing": ""}, "ok"), ({}, "warn")])
def test_doctor_warns_where_no_system_has_a_key(keys: dict[str, str], level: str) -> None:
    assert worst(checkup.senders(keys)) == level


@pytest.mark.parametrize(
    ("without", "paused", "level"),
    [
        ("", False, "ok"),
        ("policy", False, "fail"),
        ("plans", False, "warn"),
        ("brand#a", False, "fail"),
        ("campaign#b", False, "fail"),
        ("", True, "warn"),
    ],
)
def test_what_is_live(without: str, paused: bool, level: str) -> None:
    live = {name: version for name, version in LIVE.items() if name != without}
    assert worst(checkup.published(live, paused)) == level


@pytest.mark.parametrize(
    ("change", "level"),
    [
        ({}, "ok"),
        ({"status": "PENDING"}, "fail"),
        ({"two_way": False}, "fail"),
        ({"two_way_to": "arn:other"}, "fail"),
        ({"self_managed": False}, "fail"),
        ({"kind": "sender", "status": "", "two_way": False, "self_managed": False}, "ok"),
        ({"kind": "pool"}, "ok"),
        ({"kind": "pool", "self_managed": False}, "fail"),
        ({"tags": [""]}, "fail"),
        ({"tags": ["dev"]}, "fail"),
        ({"kind": "sender", "status": "", "arns": ["a", "b"], "tags": ["prod", ""]}, "fail"),
    ],
    ids=lambda one: str(one),
)
def test_doctor_judges_an_originator_by_its_settings(change: dict[str, Any], level: str) -> None:
    found = {"72527": {**NUMBER, **change}}
    assert worst(checkup_sms.originators({"72527": ASKED}, found, TOPIC, "prod")) == level


@pytest.mark.parametrize(
    ("said", "marketing", "types", "level"),
    [
        ("", False, ["transactional"], "ok"),
        ("", True, ["transactional"], "warn"),
        ("", False, ["promotional"], "warn"),
        ("", True, ["transactional", "promotional"], "ok"),
        ("transactional", True, ["transactional"], "ok"),
        ("promotional", True, ["transactional"], "fail"),
        ("promotional", True, ["promotional"], "ok"),
    ],
)
def test_what_an_originator_is_registered_for(
    said: str, marketing: bool, types: list[str], level: str
) -> None:
    asked = {**ASKED, "message_type": said, "marketing": marketing}
    found = {"72527": {**NUMBER, "types": types}}
    assert worst(checkup_sms.originators({"72527": asked}, found, TOPIC, "prod")) == level


def test_an_originator_that_the_account_lacks_fails() -> None:
    assert worst(checkup_sms.originators({"72527": ASKED}, {}, TOPIC, "prod")) == "fail"


@pytest.mark.parametrize(
    ("destinations", "level"),
    [
        ([{"topic": "t", "enabled": True, "events": ["TEXT_ALL"]}], "ok"),
        ([{"topic": "t", "enabled": True, "events": ["TEXT_DELIVERED"]}], "warn"),
        ([{"topic": "t", "enabled": False, "events": ["TEXT_ALL"]}], "fail"),
        ([{"topic": "other", "enabled": True, "events": ["TEXT_ALL"]}], "fail"),
        ([], "fail"),
        (None, "fail"),
    ],
)
def test_the_configuration_set(destinations: Any, level: str) -> None:
    assert worst([checkup_sms.configuration_set("main", destinations, "t")]) == level
    assert worst([checkup_sms.configuration_set("", destinations, "t")]) == "fail"


@pytest.mark.parametrize(
    ("tier", "limit", "level"),
    [("PRODUCTION", 500, "ok"), ("SANDBOX", 500, "fail"), ("PRODUCTION", 1, "fail")],
)
def test_the_account(tier: str, limit: float, level: str) -> None:
    assert worst(checkup_sms.account(tier, limit, 1000)) == level


@pytest.mark.parametrize(
    ("hashes", "package", "level"),
    [(["a", "a"], "a", "ok"), (["a", "b"], "a", "warn"), (["a"], "b", "warn"), (["a"], "", "skip")],
)
def test_the_code(hashes: list[str], package: str, level: str) -> None:
    assert worst([checkup.code(hashes, package)]) == level


def test_the_doctor_looks_at_every_table_and_index_of_the_template() -> None:
    indexes = {
        name.removesuffix("Table").lower(): {
            one["IndexName"] for one in resource["Properties"].get("GlobalSecondaryIndexes", ())
        }
        for name, resource in template().items()
        if resource.get("Type") == "AWS::DynamoDB::Table"
    }
    assert indexes == checkup.INDEXES
