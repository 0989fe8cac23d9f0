"""Event types and attributes that only files know, from the event to the text; no Python in between."""

from __future__ import annotations

from typing import Any

from chalicelib.store import catalogue, event_history, subscribers, versions
from tests.support.service import Service

PARCEL: dict[str, Any] = {
    "title": {"zh-CN": "快递签收", "en": "a parcel arrives"},
    "fields": {
        "parcel": {"type": "name", "example": "P-1"},
        "weight": {"type": "number", "unit": "kg", "most": 50, "example": 2.5},
        "shop": {"type": "text", "example": "A"},
    },
    "derived": {"grams": "weight * 1000"},
    "sets": {"last_shop": "shop", "weight_of_all": "weight"},
}
ATTRIBUTES: dict[str, Any] = {
    "last_shop": {"type": "text", "example": "A"},
    "weight_of_all": {"type": "number", "example": 2.5},
}
THANKS: dict[str, Any] = {
    "id": "parcel-thanks",
    "title": {"zh-CN": "签收感谢", "en": "Thanks"},
    "category": "service",
    "trigger": {"event": "parcel.received", "when": "grams > 1000"},
    "occasion": "{{ parcel }}",
    "audience": "last_shop == 'A' and status == 'active'",
    "lane": "urgent",
    "sample": {"parcel": "P-1", "weight": 2.5, "shop": "A", "grams": 2500},
    "texts": {
        "text": {
            "zh-CN": "您的包裹{{ parcel }}（{{ grams | number }}克）已签收。",
            "en": "Parcel {{ parcel }}.",
        }
    },
}
DOCUMENTS = {"event#parcel.received": PARCEL, "attributes": ATTRIBUTES, "campaign#parcel-thanks": THANKS}


def test_a_type_two_attributes_and_a_campaign_that_go_live_work_at_once(service: Service) -> None:
    service.happen("parcel.received", id="early", parcel="P-1", weight=2.5, shop="A")
    (early,) = event_history.of_event("early")
    assert early.outcome == "refused", "nobody has said what it is"
    catalogue.go_live(
        {name: versions.save(name, one, by="t", at="", status="live") for name, one in DOCUMENTS.items()}
    )
    service.happen("parcel.received", id="now", parcel="P-2", weight="2.5", shop="A")
    service.happen("parcel.received", id="light", parcel="P-3", weight=0.5, shop="A")
    service.happen("parcel.received", id="heavy", parcel="P-4", weight=51, shop="A")
    service.deliver()
    assert [text.body for text in service.texts().values()] == ["【云通】您的包裹P-2（2,500克）已签收。"]
    found = subscribers.get("s-1")
    assert found is not None
    assert found.own_fields == {"last_shop": "A", "weight_of_all": 0.5}
    (heavy,) = event_history.of_event("heavy")
    assert (heavy.outcome, heavy.problem["place"], heavy.problem["code"]) == (
        "refused",
        "weight",
        "number.large",
    )


def test_what_ships_thanks_for_a_top_up_and_keeps_the_balance(service: Service) -> None:
    paid = {"amount": 50, "bonus": 5, "balance": 88.5, "currency": "CNY"}
    service.happen("topup.done", id="pay-1", **paid)
    service.deliver()
    assert [text.body for text in service.texts().values()] == [
        "【云通】充值成功：50元，另赠5元，当前余额88.50元。感谢您的支持！"
    ]
    found = subscribers.get("s-1")
    assert found is not None
    assert found.own_fields == {"balance": 88.5}
