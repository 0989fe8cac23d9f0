"""Something that is live cannot be read: it is left out and said, its texts wait, and the rest goes on."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from chalicelib.campaigns import planner
from chalicelib.campaigns.live import live
from chalicelib.care.current import current, unread
from chalicelib.commands import checkup
from chalicelib.commands.doctor import _catalogue
from chalicelib.delivery.release import EVERYWHERE
from chalicelib.functions import planning, runs
from chalicelib.store import catalogue, versions
from chalicelib.store.dynamodb import dynamodb, table, update, write_one
from chalicelib.store.relationship import replies_of
from chalicelib.store.schema.catalogue import CATALOGUE, CONTROL_KEY, Control, Document, document_key
from tests.support.console import as_role
from tests.support.factories import WANG, shipped
from tests.support.service import Service

ODD: dict[str, Any] = {
    "of_older_rules": {"category": "hint"},
    "texts_are_words": {"texts": "x", "title": "用量"},
    "text_of_nothing": {"texts": {"text": {"zh-CN": None, "en": ["x"]}}},
    "no_trigger": {"trigger": None},
    "lists_for_mappings": {"title": [], "texts": [[]], "variants": [1], "survey": ["x"], "sample": [1]},
    "words_for_lists": {"variants_when": "x", "thresholds": "x", "registrations": "x", "trigger": "x"},
    "empty": dict.fromkeys(shipped()["campaign#usage-alert"]),
}
OTHERS = ("topup-thanks", "birthday-greeting")


@pytest.fixture(autouse=True)
def no_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_STACK", "")


@pytest.fixture(autouse=True)
def whole(service: Service) -> Service:
    """Everything that ships is live."""
    return service


def go_live(name: str, document: Any) -> int:
    """Put a document live as it is: as an older release, or a damage, would have left it."""
    number = versions.save(name, document, by="t", at="", status="live")
    catalogue.go_live({name: number})
    return number


@pytest.fixture(params=ODD)
def odd(request: pytest.FixtureRequest) -> dict[str, Any]:
    return {**shipped()["campaign#usage-alert"], **ODD[request.param]}


def test_the_other_campaigns_go_on(service: Service, odd: dict[str, Any]) -> None:
    go_live("campaign#usage-alert", odd)
    service.usage(95)
    service.happen("topup.done", id="pay-1", amount=50, balance=88.5, currency="CNY")
    service.deliver()
    assert [one.campaign for one in service.texts().values()] == ["topup-thanks"]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_people_are_told_where_they_look(odd: dict[str, Any], language: str) -> None:
    go_live("campaign#usage-alert", odd)
    words = {"en": ("cannot be read", "what is live cannot be read"), "zh-CN": ("无法读取",) * 2}[language]
    page = html.unescape(str(as_role("admin", language).open("/service").body))
    assert "campaign#usage-alert" in page
    assert words[0] in page
    listed = html.unescape(str(as_role("marketing", language).open("/campaigns").body))
    assert listed.count(words[1]) == 1
    found = [one for one in _catalogue() if one.level == "fail"]
    assert [one.what for one in found] == ["campaign#usage-alert"]


@pytest.mark.parametrize(
    "page",
    [
        "/campaigns",
        "/campaigns/new",
        "/campaigns/usage-alert",
        "/campaigns/usage-alert?against=1",
        "/campaigns/usage-alert/edit",
        "/templates",
        "/results",
        "/results/usage-alert",
        "/batches",
        "/batches/new",
    ],
)
def test_every_page_that_shows_it_opens(odd: dict[str, Any], page: str) -> None:
    go_live("campaign#usage-alert", odd)
    assert as_role("marketing").open(page).status_code == 200


def test_an_alarm_is_told_how_many_there_are(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    go_live("campaign#usage-alert", {})
    go_live("care", {"teams": 7})
    capfd.readouterr()
    service.schedule(planning.plan)
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [line["LiveUnread"] for line in lines if "LiveUnread" in line] == [2]


@pytest.mark.parametrize("name", ["campaign#usage-alert", "brand#yuntong"])
def test_a_text_on_its_way_waits_until_it_is_mended(service: Service, name: str) -> None:
    service.usage(95)
    good = shipped()[name]
    go_live(name, {**good, "category": "hint", "originators": [{"identity": 7}]})
    service.deliver()
    waiting = [one for one in service.texts().values() if one.status != "suppressed"]
    assert [(one.status, one.reason) for one in waiting] == [("held", "unread")]
    assert service.network.texts == []
    go_live(name, good)
    service.now = service.now.replace(minute=EVERYWHERE)
    service.settle()
    assert [one.status for one in service.texts().values() if one.status != "suppressed"] == ["sent"]


def test_a_run_that_began_goes_on_when_it_is_mended(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planner, "UNREAD_FOR", 0)
    service.schedule(planning.plan)
    bodies = service.aws.messages("runs")
    good = shipped()["campaign#renewal-reminder"]
    go_live("campaign#renewal-reminder", {**good, "category": "hint"})
    for body in bodies:
        service.feed(runs.run, [body])
    assert service.texts() == {}
    go_live("campaign#renewal-reminder", good)
    for body in service.aws.messages("runs"):
        service.feed(runs.run, [body])
    service.deliver("bulk")
    assert "renewal-reminder" in [one.campaign for one in service.texts().values()]


@pytest.mark.parametrize("damage", ["gone", "without_its_document", "document_is_text"])
def test_a_damaged_row_stops_nothing(damage: str) -> None:
    key = document_key("campaign#usage-alert", catalogue.control().live["campaign#usage-alert"])
    match damage:
        case "gone":
            dynamodb().delete_item(TableName=table(CATALOGUE.name), Key=key.on_wire())
        case "without_its_document":
            write_one(update(key, remove=(Document.document,)))
        case _:
            write_one(update(key, Document.document.to("x")))  # type: ignore[arg-type]
    go_live("campaign#topup-thanks", shipped()["campaign#topup-thanks"])  # so that what is live is read anew
    found = live(catalogue.control())
    assert list(found.unread) == ["campaign#usage-alert"]
    assert set(OTHERS) <= found.campaigns.keys()


@pytest.mark.parametrize("answers", [True, False], ids=["to a text", "unasked"])
def test_a_no_to_a_brand_that_cannot_be_read_is_kept_for_it(service: Service, answers: bool) -> None:
    if answers:
        service.usage(81)
        service.deliver()
    good = shipped()["brand#yuntong"]
    go_live("brand#yuntong", {**good, "originators": [{"identity": 7}]})
    service.write("退订")
    go_live("brand#yuntong", good)
    service.happen("topup.done", id="pay-1", amount=50, balance=88.5, currency="CNY")
    service.deliver()
    (thanks,) = [one for one in service.texts().values() if one.campaign == "topup-thanks"]
    assert (thanks.status, thanks.reason) == ("suppressed", "opted_out")


SURVEY = "campaign#post-complaint-survey"


def end() -> None:
    live_now = {name: one for name, one in catalogue.control().live.items() if name != SURVEY}
    write_one(update(CONTROL_KEY, Control.live.to(live_now), Control.stamp.to(10_000)))


@pytest.mark.parametrize("since", ["unread", "ended"])
def test_an_answer_counts_by_what_was_asked_whatever_became_of_the_survey(
    service: Service, since: str
) -> None:
    service.complain()
    service.settle()
    if since == "unread":
        go_live(SURVEY, {**shipped()[SURVEY], "survey": {"scale": "x"}})
    else:
        end()
    service.write("1")
    (reply,) = replies_of(WANG.msisdn)
    assert (reply.reading["kind"], reply.reading["score"], reply.handled) == ("rating", 1, "case")


def test_an_answer_to_what_nobody_can_read_any_more_reaches_a_person(service: Service) -> None:
    service.complain()
    service.settle()
    key = document_key(SURVEY, catalogue.control().live[SURVEY])
    dynamodb().delete_item(TableName=table(CATALOGUE.name), Key=key.on_wire())
    go_live("campaign#topup-thanks", shipped()["campaign#topup-thanks"])  # so that what is live is read anew
    service.write("1")
    (reply,) = replies_of(WANG.msisdn)
    assert reply.handled == "case"


def test_care_goes_on_with_what_can_be_read_of_its_settings() -> None:
    care = shipped()["care"]
    first, *others = care["teams"]
    go_live("care", {**care, "teams": [{**first, "hours": "always"}, *others]})
    assert list(current().care.teams) == [one["id"] for one in care["teams"]]
    assert list(unread(live(catalogue.control()))) == ["care"]


@pytest.mark.parametrize(
    "name", ["policy", "care", "campaign#birthday-greeting", "brand#yuntong", "plans.5g-128"]
)
def test_doctor_says_what_cannot_be_read(name: str) -> None:
    problems = unread(live(catalogue.control()))
    assert problems == {}
    (found,) = checkup.readable({name: ()})
    assert (found.level, found.what) == ("fail", name)
