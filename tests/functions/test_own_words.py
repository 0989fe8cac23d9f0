"""Event types and attributes that only files know, from the event to the text; no Python in between."""

from __future__ import annotations

import html
import json
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib import queues
from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.live import live
from chalicelib.campaigns.meter import fill
from chalicelib.cli import cli
from chalicelib.delivery import dead_letters
from chalicelib.i18n.problems import words
from chalicelib.intake.event import events_from_post
from chalicelib.intake.vocabulary import shipped as shipped_words
from chalicelib.privacy.data_subject import erase, find, who
from chalicelib.problems import Problem
from chalicelib.store import catalogue, event_history, subscribers, versions
from chalicelib.store.schema.subscribers import SUBSCRIBERS, SubscriberItem
from tests.functions.test_counting import feed, record
from tests.support.console import as_role
from tests.support.dynamodb import TABLES
from tests.support.factories import WANG, shipped
from tests.support.service import Service

MISSING = Problem("field.missing", place="subscriber_id")


@pytest.fixture(autouse=True)
def no_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_STACK", "")


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
    "last_shop": {"type": "choice", "choices": ["A", "B"], "dimension": True, "example": "A"},
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


def go_live(**documents: dict[str, Any]) -> None:
    """Put documents live as they are, by their catalogue names."""
    catalogue.go_live(
        {name: versions.save(name, one, by="t", at="", status="live") for name, one in documents.items()}
    )


def test_a_type_two_attributes_and_a_campaign_that_go_live_work_at_once(service: Service) -> None:
    service.happen("parcel.received", id="early", parcel="P-1", weight=2.5, shop="A")
    (early,) = event_history.of_event("early")
    assert early.outcome == "refused", "nobody has said what it is"
    go_live(**DOCUMENTS)
    service.happen("parcel.received", id="now", parcel="P-2", weight="2.5", shop="A")
    service.happen("parcel.received", id="light", parcel="P-3", weight=0.5, shop="A")
    service.happen("parcel.received", id="heavy", parcel="P-4", weight=51, shop="A")
    service.deliver()
    assert [text.body for text in service.texts().values()] == ["【云通】您的包裹P-2（2,500克）已签收。"]
    assert [text.dimensions for text in service.texts().values()] == [{"last_shop": "A"}], "as the event says"
    found = subscribers.get("s-1")
    assert found is not None
    assert found.own_fields == {"last_shop": "A", "weight_of_all": 0.5}
    (heavy,) = event_history.of_event("heavy")
    assert (heavy.outcome, heavy.problem["place"], heavy.problem["code"]) == (
        "refused",
        "weight",
        "number.large",
    )


def test_what_was_saved_under_other_rules_stands_in_the_way_of_nothing(service: Service) -> None:
    odd = {"event#parcel.received": {**PARCEL, "title": {}}, "attributes": {"size": {"type": "whol"}}}
    go_live(**odd, **{"event#parcel.lost": PARCEL})
    assert live(catalogue.control()).unread.keys() == {"attributes", "event#parcel.received"}
    service.happen("topup.done", id="pay-1", amount=50, balance=88.5, currency="CNY")
    service.happen("parcel.received", id="odd", parcel="P-1", weight=1, shop="A")
    assert [event_history.of_event(one)[0].outcome for one in ("pay-1", "odd")] == ["texts", "refused"]


def test_what_an_event_does_not_say_is_kept_and_what_it_says_there_is_no_more_goes(service: Service) -> None:
    service.happen("subscriber.changed", id="c-1", contract_ends_on="2027-03-31", payment="ＰｒｅＰａｉｄ")
    order = {"order_id": "O-1", "service": "5G"}
    kept = []
    says: list[dict[str, Any]] = [{}, {"contract_ends_on": " "}, {"contract_ends_on": None}]
    for n, more in enumerate(says):
        service.now += timedelta(minutes=1)
        service.happen("service.activated", id=f"a-{n}", **order, **more)
        found = subscribers.get("s-1")
        assert found is not None
        kept.append(found.own_fields)
    whole = {"contract_ends_on": "2027-03-31", "payment": "prepaid"}
    assert kept == [whole, whole, {"payment": "prepaid"}]


@pytest.mark.parametrize(
    ("weight", "shop", "place", "code"),
    [
        (2.5, "C", "shop", "choice.unknown"),  # the attribute takes A and B alone
        (0, "A", "", "derived.fails"),
    ],
)
def test_what_no_attribute_takes_is_refused_before_anybody_says_it_was_taken(
    service: Service, weight: float, shop: str, place: str, code: str
) -> None:
    kind = {**PARCEL, "derived": {"grams": "weight * 1000", "each": "1 / weight"}}
    go_live(**{**DOCUMENTS, "event#parcel.received": kind})
    raw: dict[str, Any] = {"id": "e-1", "time": service.now.isoformat(), "subscriber_id": "s-1"}
    raw |= {"type": "parcel.received", "parcel": "P-1", "weight": weight, "shop": shop}
    posted = events_from_post(raw, service.now, live(catalogue.control()).vocabulary)
    ((_, (problem,)),) = posted.rejected
    assert (problem.place, problem.code) == (place, code)
    assert "decimal" not in words(problem, "en").lower(), "no words of Python's"


@pytest.mark.usefixtures("service")
def test_attributes_that_a_live_campaign_names_do_not_go() -> None:
    go_live(**DOCUMENTS)
    left = {name: one for name, one in ATTRIBUTES.items() if name != "last_shop"}
    number = versions.save("attributes", left, by="t", at="", status="approved")
    version = lifecycle.get("attributes", number)
    assert version is not None
    missing = lifecycle.missing(version, "go_live", lifecycle.Who("boss", "files"))
    assert [(one.code, one.values["campaign"]) for one in missing] == [("campaign_needs_it", "parcel-thanks")]
    assert "last_shop" in words(missing[0], "zh-CN")


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


SECRET = "柳如烟"


def rows_with(service: Service, words: str) -> set[str]:
    """The tables in which these words stand."""
    return {
        table
        for table in TABLES
        for row in service.aws.rows(table)
        if words in json.dumps(row, ensure_ascii=False, default=str)
    }


def test_a_personal_attribute_is_with_its_subscriber_and_nowhere_else(
    service: Service, capsys: pytest.CaptureFixture[str]
) -> None:
    service.happen("subscriber.changed", id="c-1", contact=SECRET, payment="预付")
    service.happen("subscriber.changed", id="c-2", contact=SECRET, payment="prepaid")
    service.happen("subscriber.changed", id="c-3", contact=SECRET * 40)
    service.usage(90)
    service.deliver()
    (text,) = [one for one in service.texts().values() if one.status == "sent"]
    assert text.dimensions == {"payment": "prepaid"}
    assert rows_with(service, SECRET) == {"subscribers"}
    assert SECRET not in capsys.readouterr().out
    (wrong,) = event_history.of_event("c-1")
    assert (wrong.outcome, wrong.problem["place"], wrong.problem["values"]["value"]) == (
        "refused",
        "payment",
        "预付",
    )
    subject = who(WANG.msisdn)
    found = find(subject)
    (exported,) = found.items[SUBSCRIBERS]
    assert isinstance(exported, SubscriberItem)
    assert exported.own_fields == {"contact": SECRET, "payment": "prepaid"}
    erase(subject, found)
    assert rows_with(service, SECRET) == set()


def test_a_letter_that_nobody_could_handle_hides_what_is_personal(service: Service) -> None:
    detail = {"id": "e-9", "contact": SECRET, "name": "王芳", "msisdn": WANG.msisdn}
    queues.dead_letter("intake", [(json.dumps({"detail-type": "x.y", "detail": detail}), MISSING)])
    (letter,) = dead_letters.look(["intake"])
    shown = dead_letters.masked_body(letter, shipped_words().personal)
    assert SECRET not in shown
    assert WANG.msisdn[1:] not in shown
    assert json.loads(shown)["detail"] | {"msisdn": ""} == detail | {"contact": "•••", "msisdn": ""}
    service.now += timedelta(minutes=5)


def test_a_preview_shows_writers_the_example_of_a_personal_attribute(service: Service) -> None:
    service.happen("subscriber.changed", contact=SECRET, device="P70")
    wang = subscribers.get("s-1")
    assert wang is not None
    document = {
        **THANKS,
        "audience": "true",
        "trigger": {"manual": True},
        "texts": {"text": {"zh-CN": "{{ contact | default('') }}的{{ device | default('') }}", "en": "x"}},
    }
    current = live(catalogue.control())
    filled = fill(campaign_from(document), "text", wang, current, {}, service.now)
    assert filled.body == "【云通】李娜的P70"


def test_results_are_given_by_the_operators_own_dimensions(service: Service) -> None:
    service.happen("subscriber.changed", payment="prepaid")
    service.usage(90)
    service.deliver()
    feed([record(n, None, one) for n, one in enumerate(service.texts().values())])
    told = CliRunner().invoke(cli, ["results", "usage-alert", "--by", "payment"])
    assert told.exit_code == 0, told.output
    (line,) = [json.loads(one) for one in told.stdout.splitlines()]
    assert (line["campaign"], line["payment"], line["planned"], line["sent"]) == (
        "usage-alert",
        "prepaid",
        2,
        1,
    )
    whole = CliRunner().invoke(cli, ["results", "usage-alert"])
    assert json.loads(whole.stdout)["planned"] == 2
    wrong = CliRunner().invoke(cli, ["--language", "zh-CN", "results", "usage-alert", "--by", "contact"])
    assert wrong.exit_code == 1
    assert "payment" in wrong.stderr
    for language, heading in (("en", "Payment"), ("zh-CN", "付费方式")):
        browser = as_role("marketing", language)
        page = html.unescape(str(browser.open("/results/usage-alert?by=payment").body))
        assert f"<th>{heading}</th>" in page
        assert "prepaid" in page
        assert "payment,prepaid" in str(browser.open("/results/usage-alert?as=csv").body)


def test_a_split_by_an_attribute_from_the_files_to_the_results(service: Service) -> None:
    thanks = shipped()["campaign#topup-thanks"]
    own = {"zh-CN": "预付费用户专享", "en": "For prepaid"}
    split = {
        "variants_when": [
            {"variant": "prepaid", "when": "payment == 'prepaid'"},
            {"variant": "rich", "when": "balance > 100"},
        ],
        "texts": {**thanks["texts"], "text@prepaid": own},
    }
    go_live(**{"campaign#topup-thanks": {**thanks, **split}})
    topup = {"amount": 50, "balance": 88.5, "currency": "CNY"}
    service.happen("topup.done", id="pay-1", **topup)
    service.happen("topup.done", id="pay-2", **{**topup, "balance": 888})
    service.now += timedelta(seconds=1)
    service.happen("subscriber.changed", id="c-1", payment="prepaid")
    service.now += timedelta(seconds=1)
    service.happen("topup.done", id="pay-3", **{**topup, "balance": 888})
    service.deliver()
    texts = {item.split("/")[0]: text for item, text in service.texts().items()}
    assert [(one, texts[one].variant) for one in sorted(texts)] == [
        ("pay-1", ""),
        ("pay-2", "rich"),
        ("pay-3", "prepaid"),
    ]
    assert "预付费用户专享" in texts["pay-3"].body
    assert "预付费用户专享" not in texts["pay-2"].body
    feed([record(n, None, one) for n, one in enumerate(texts.values())])
    page = html.unescape(str(as_role("marketing").open("/results/topup-thanks?by=variant").body))
    assert all(f">{name}<" in page for name in ("prepaid", "rich"))
