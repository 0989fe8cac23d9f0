"""What a text comes to: segments, breaks, price, and the characters that cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.live import Live
from chalicelib.campaigns.meter import fill, fill_all, marks, meter, replaced, trial_job, varied
from chalicelib.sms.segments import count
from chalicelib.store.schema.base import replace
from tests.english import english
from tests.support.factories import BRANDS, EMILY, NOW, WANG_ON_PLAN, campaign
from tests.support.service import Service

PRICES = {
    "86": {"per_segment": "0.045", "currency": "CNY"},
    "1": {"per_segment": "0.0083", "currency": "USD"},
}
LIVE = Live(campaigns={}, brands=BRANDS, plans={"5g-128": {"title": {"en": "5G Plus"}}}, policy={})
LONG = "x" * 120


def written(text: str) -> Campaign:
    return campaign(texts={"text": {"zh-CN": text, "en": text}})


def test_a_curly_apostrophe_makes_two_segments_of_one_and_a_straight_one_is_offered() -> None:
    curly = "Hi {{ name | name }}, you’ve used {{ percent_used | percent }} of your data. "
    curly += "Top up any time in the app."
    dear = fill(written(curly), "text", EMILY, LIVE, PRICES, NOW)
    (mark,) = marks(curly)
    assert (mark.character, mark.replacement, mark.line, mark.column) == ("’", "'", 1, curly.index("’") + 1)
    cheap = fill(written(replaced(curly)), "text", EMILY, LIVE, PRICES, NOW)
    assert (dear.encoding, dear.segments, cheap.encoding, cheap.segments) == ("UCS-2", 2, "GSM-7", 1)
    assert dear.breaks == (67,)
    assert cheap.breaks == ()
    assert dear.price is not None
    assert dear.price.amount == Decimal("0.0166")


def test_a_meter_shows_shortest_typical_and_longest() -> None:
    named = [replace(EMILY, subscriber_id=f"s-{n}", name="A" * n + " B") for n in (1, 5, 40)]
    filled, unfilled = fill_all(written(LONG + " {{ name | name }}"), "text", named, LIVE, PRICES, NOW)
    found = meter(filled)
    assert found is not None
    assert not unfilled
    assert [len(one.subscriber.name) for one in (found.shortest, found.typical, found.longest)] == [3, 7, 42]
    assert (found.segments, found.longest.segments) == ({1: 2, 2: 1}, 2)
    assert found.average["USD"] == pytest.approx(0.0083 * 4 / 3)
    assert found.shortest.left == 160 - found.shortest.units


def test_whom_the_text_cannot_be_made_for_is_named() -> None:
    nobody = replace(WANG_ON_PLAN, plan="")
    filled, unfilled = fill_all(
        written("{{ plan_title }}"), "text", [WANG_ON_PLAN, nobody], LIVE, PRICES, NOW
    )
    assert [one.subscriber for one in filled] == [WANG_ON_PLAN]
    assert unfilled[0].subscriber is nobody
    assert "a variable is empty here" in english(unfilled[0].problem)


def test_chinese_counts_as_the_bill_does() -> None:
    found = fill(written("您" * 70), "text", WANG_ON_PLAN, LIVE, PRICES, NOW)
    assert (found.segments, found.units, found.left, found.breaks) == (2, 74, 60, (67,))


@given(st.text(st.sampled_from("ab\n’“…é漢🎉"), max_size=40))
def test_a_text_is_replaced_wholly_or_left_alone(source: str) -> None:
    fixed = replaced(source)
    if any(one.replacement is None for one in marks(source)):
        assert fixed == source
    else:
        assert marks(fixed) == []
        assert count(fixed).segments <= count(source).segments


def test_previews_are_of_different_people() -> None:
    many = [replace(WANG_ON_PLAN, subscriber_id=f"a{n}") for n in range(20)]
    many += [EMILY, replace(WANG_ON_PLAN, plan="5g-30"), replace(WANG_ON_PLAN, name="")]
    chosen = varied(many, 5)
    assert {(one.brand, one.plan, bool(one.name)) for one in chosen} == {
        (one.brand, one.plan, bool(one.name)) for one in many
    }
    assert len(chosen) == 5


def test_a_draft_can_be_tried_on_ones_own_phone(service: Service) -> None:
    from chalicelib import queues

    draft = fill(written("{{ name | greeting }}"), "text", WANG_ON_PLAN, LIVE, PRICES, NOW)
    queues.send_jobs([trial_job(draft, "+8613712345678", "try-1", "2026-11-25T00:00:00.000Z")])
    service.deliver()
    sent: list[Any] = [(text.to, text.body) for text in service.network.texts]
    assert sent == [("+8613712345678", draft.body)]
    assert draft.body == "【云通】王芳，您好"
