"""Which originator a text goes out from, and what the gateway is told of it: kind and registration."""

from __future__ import annotations

import dataclasses

import pytest

from chalicelib.campaigns.live import Live
from chalicelib.delivery.drafting import Received, draft
from chalicelib.delivery.sending import outgoing
from chalicelib.job import Job
from chalicelib.sms.gateways import Outgoing
from chalicelib.store.records import Originator
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import Control
from tests.support.factories import NOW, WANG_ON_PLAN, YUNTONG, campaign, shipped

POLICY = shipped()["policy"]
SERVICE = Originator("10690001", ("86",), message_type="transactional")
OFFERS = Originator("10690002", ("86",), message_type="promotional")
EITHER = Originator("10690003", ("86",))
FAR = Originator("NEARBY", ("8613",), message_type="transactional")


def sent(
    category: str, *originators: Originator, to: str = WANG_ON_PLAN.msisdn, **fields: object
) -> Outgoing:
    brand = dataclasses.replace(YUNTONG, originators=originators)
    offer = campaign(trigger={"manual": True}, texts={"text": {"en": "Hello"}}, category=category, **fields)
    live = Live({offer.id: offer}, {brand.id: brand}, {}, POLICY)
    job = Job(offer.id, "s-1", "once", "text", "bulk")
    drafted = draft(Received(job, "id"), replace(WANG_ON_PLAN, msisdn=to), live, Control(), NOW)
    assert drafted.goes_out, drafted.text
    return outgoing(drafted, NOW)


@pytest.mark.parametrize(
    ("category", "originators", "chosen", "promotional"),
    [
        ("service", (EITHER,), EITHER, False),
        ("marketing", (EITHER,), EITHER, True),
        ("service", (OFFERS, SERVICE), SERVICE, False),
        ("marketing", (SERVICE, OFFERS), OFFERS, True),
        ("survey", (OFFERS, SERVICE), SERVICE, False),
        ("marketing", (SERVICE,), SERVICE, False),
        ("service", (OFFERS,), OFFERS, True),
        ("marketing", (OFFERS, FAR), FAR, False),
    ],
    ids=[
        "one for both, service",
        "one for both, marketing",
        "its own for service",
        "its own for marketing",
        "a survey is no marketing",
        "marketing, and there is none for it",
        "service, and there is none for it",
        "the longer country code goes first",
    ],
)
def test_a_text_goes_out_from_what_is_registered_for_it_and_is_called_so(
    category: str, originators: tuple[Originator, ...], chosen: Originator, promotional: bool
) -> None:
    text = sent(category, *originators)
    assert (text.originator, text.promotional) == (chosen.identity, promotional)


BACKED_UP = [
    Originator("A", ("86",), backup="B"),
    Originator("B", ("852",), backup="C"),
    Originator("C", ("853",), backup="A"),
    Originator("D", ("86139",), backup="D"),
    Originator("E", ("86137",), backup="gone"),
]
INSTEAD = [
    ("+8613800138000", "", "A"),
    ("+8613800138000", "A", "B"),
    ("+8613800138000", "AB", "C"),
    ("+8613800138000", "B", "A"),
    ("+8613800138000", "ABC", "A"),
    ("+8613900000001", "D", "D"),
    ("+8613700000001", "E", "E"),
]


@pytest.mark.parametrize(("to", "failing", "chosen"), INSTEAD)
def test_a_backup_has_its_own_and_where_none_works_it_is_the_first(
    to: str, failing: str, chosen: str
) -> None:
    brand = dataclasses.replace(YUNTONG, originators=tuple(BACKED_UP))
    found = brand.originator_for(to, failing)
    assert found is not None
    assert found.identity == chosen


@pytest.mark.parametrize(
    ("to", "number"),
    [("+919876543210", "1201159/1107161"), (WANG_ON_PLAN.msisdn, "T-1001"), ("+13125550001", "")],
    ids=["India", "China", "a country without"],
)
def test_the_registration_of_the_recipients_country_goes_along(to: str, number: str) -> None:
    registrations = {"IN": "1201159/1107161", "CN": "T-1001"}
    anywhere = Originator("1", ("*",))
    assert sent("mandatory", anywhere, to=to, registrations=registrations).registration == number
