"""How far a no reaches, through the whole service: brands on one number, a brand's rule, a country's law."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.intake import subscriber_changes
from chalicelib.store import catalogue, conversations, versions
from chalicelib.store.relationship import proofs_of
from chalicelib.store.schema.base import replace
from tests.support.factories import WANG
from tests.support.service import Service

JIA = replace(WANG, subscriber_id="s-2", msisdn="+8613900000002", brand="jiatong")
CARTER = replace(WANG, subscriber_id="s-3", msisdn="+13125550142", brand="skylark", region="Illinois/Chicago")


def brand(id_: str, **changes: Any) -> None:
    """Put a brand live that is the shipped one of that name, or yuntong under another, but for `changes`."""
    live = catalogue.control().live
    known = f"brand#{id_}" if f"brand#{id_}" in live else "brand#yuntong"
    document = catalogue.documents([(known, live[known])])[known]
    made = {**document, "id": id_, **changes}
    name = f"brand#{id_}"
    catalogue.go_live({name: versions.save(name, made, by="t", at="", status="live")})


def two_brands(service: Service, rule: str) -> None:
    """Two brands text from one number; s-1 is of one, s-2 of the other."""
    brand("yuntong", shared_originators=rule)
    brand("jiatong", shared_originators=rule, signature={"zh-CN": "【甲通】", "en": "【Jiatong】"})
    subscriber_changes.put_many([JIA])
    service.usage(85)
    service.usage(85, subscriber_id="s-2", id="e-2")
    service.deliver()


@pytest.mark.parametrize(
    ("rule", "scopes"),
    [("answered", {"jiatong|all"}), ("all", {"jiatong|all", "yuntong|all"})],
)
def test_a_no_to_a_shared_number_reaches_what_the_rule_says(
    rule: str, scopes: set[str], service: Service
) -> None:
    two_brands(service, rule)
    service.write("退订", msisdn=JIA.msisdn)
    service.deliver()
    assert set(conversations.state(JIA.msisdn).optouts) == scopes
    assert {one.scope for one in proofs_of(JIA.msisdn)} == scopes
    assert service.network.texts[-1].body.startswith("【甲通】")
    sent = len(service.network.texts)
    service.usage(95, subscriber_id="s-2", id="e-3")
    service.deliver()
    assert len(service.network.texts) == sent
    assert {kind for kind, _ in service.aws.announced()} >= {"consent.changed"}


def test_a_no_with_nothing_answered_is_to_the_subscribers_own_brand(service: Service) -> None:
    brand("aaa", shared_originators="answered")
    brand("yuntong", shared_originators="answered")
    service.write("退订")
    assert set(conversations.state(WANG.msisdn).optouts) == {"yuntong|all"}


@pytest.mark.parametrize(
    ("words", "scope"),
    [("退订", "yuntong|campaign:usage-alert"), ("退订所有短信", "yuntong|all")],
)
def test_words_that_say_how_far_a_no_reaches_win_over_the_brands_rule(
    words: str, scope: str, service: Service
) -> None:
    brand("yuntong", opt_out_scope="campaign")
    service.usage(85)
    service.deliver()
    service.write(words)
    assert set(conversations.state(WANG.msisdn).optouts) == {scope}


@pytest.mark.parametrize(
    ("day", "scopes"),
    [
        pytest.param(datetime(2027, 1, 30, 18, tzinfo=UTC), {"skylark|all"}, id="the day before"),
        pytest.param(datetime(2027, 1, 31, 18, tzinfo=UTC), {"*|all"}, id="on the day"),
    ],
)
def test_in_the_us_any_no_is_one_to_every_brand_from_its_day_on(
    day: datetime, scopes: set[str], service: Service
) -> None:
    subscriber_changes.put_many([CARTER])
    service.now = day
    january = {"subscriber_id": "s-3", "cycle": "2027-01", "cycle_ends_on": "2027-02-05"}
    service.usage(85, **january)
    service.deliver()
    assert len(service.network.texts) == 1
    service.write("STOP", msisdn=CARTER.msisdn)
    assert set(conversations.state(CARTER.msisdn).optouts) == scopes
    service.deliver()
    sent = len(service.network.texts)
    service.usage(95, **january, id="e-2")
    service.deliver()
    assert len(service.network.texts) == sent
