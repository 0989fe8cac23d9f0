"""Everything about one subscriber on a page, from the outside."""

from __future__ import annotations

import html
import re
from zoneinfo import ZoneInfo

import pytest

from chalicelib import clock
from chalicelib.care import actions
from chalicelib.clock import iso
from chalicelib.console import subscriber_page
from chalicelib.delivery.consent import scope_of
from chalicelib.intake import subscriber_changes
from chalicelib.store import catalogue, conversations, queries, versions
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import NumberState, Reply, Survey, Text
from chalicelib.store.schema.subscribers import Subscriber
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.dynamodb import Aws
from tests.support.factories import WANG_GOLD, act, care_ready, complain, hours_on, shipped

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
WANG = WANG_GOLD
CHINA = ZoneInfo("Asia/Shanghai")
AT = f"/subscribers/{WANG.subscriber_id}"
TAG = re.compile("<.*?>", re.S)


def seen(browser: Browser, address: str = AT) -> str:
    """The words of a page's main part."""
    page = str(browser.open(address).body)
    return " ".join(html.unescape(TAG.sub(" ", page.partition("<main")[2])).split())


def text_to(subscriber_id: str, body: str, hours: int, status: str = "delivered", reason: str = "") -> None:
    """A text of the usage alert on the number, so many hours on."""
    queries.put(
        Text(
            msisdn=WANG.msisdn,
            item=f"mt#usage-alert/{subscriber_id}/2026-11/{hours}/first",
            campaign="usage-alert",
            version=1,
            status=status,
            reason=reason,
            body=body,
            at=iso(hours_on(hours)),
        )
    )


@pytest.fixture
def known(stage: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody with texts, a reply, an answer, a case, a no to marketing, and another with the number."""
    del stage
    monkeypatch.setattr(clock, "now", lambda: hours_on(9))
    care_ready()
    live = {name: shipped()[name] for name in ("campaign#post-complaint-survey", "brand#skylark")}
    catalogue.go_live(
        {name: versions.save(name, one, by="t", at="", status="live") for name, one in live.items()}
    )
    other = replace(WANG, subscriber_id="s-shares", name="王强", region="")
    subscriber_changes.put_many([WANG, other])
    case = complain()
    actions.note(case.case_id, "线路已派修", act(hours=2))
    text_to(WANG.subscriber_id, "您的流量已用85%", 3)
    text_to(WANG.subscriber_id, "", 4, status="suppressed", reason="opted_out")
    text_to("s-shares", "王强的流量已用90%", 5)
    received = iso(hours_on(6))
    queries.put(
        Reply(
            msisdn=WANG.msisdn, item=f"mo#{received}#a", body="好的", received_at=received,
            reading={"kind": "text"}, applied=True,
        )
    )  # fmt: skip
    queries.put(
        Survey(
            msisdn=WANG.msisdn, item=f"survey#post-complaint-survey/{WANG.subscriber_id}/C-1",
            status="answered", campaign="post-complaint-survey", subscriber=WANG.subscriber_id,
            occasion="C-1", score=2, scored_at=iso(hours_on(1)),
        )
    )  # fmt: skip
    no = {"at": iso(hours_on(1)), "how": "sms", "words": "退订"}
    scope = scope_of(WANG.brand, "category", "marketing")
    conversations.change_states([WANG.msisdn], lambda _: [NumberState.optouts.to({scope: no})])


@pytest.mark.usefixtures("known")
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_all_of_one_subscriber_is_there_and_nothing_of_who_shares_the_number(language: str) -> None:
    page = seen(as_role("care", language))
    for words in ("您的流量已用85%", "好的", "线路已派修", "2 / 5", WANG.name):
        assert words in page, words
    assert "王强的流量已用90%" not in page
    assert "王强" in page, "who shares the number has a page of their own"
    assert WANG.msisdn not in page


SHOWN = {
    "texts": (["您的流量已用85%"], ["好的", "线路已派修"]),
    "replies": (["好的"], ["您的流量已用85%", "线路已派修"]),
    "unsent": (["Not sent:"], ["您的流量已用85%", "好的"]),
    "cases": (["线路已派修"], ["好的", "您的流量已用85%"]),
    "events": (["Nothing of this kind yet"], ["好的"]),
    "nonsense": (["您的流量已用85%", "好的", "线路已派修"], []),
}


@pytest.mark.usefixtures("known")
def test_one_kind_of_what_happened_alone() -> None:
    browser = as_role("care")
    for kind, (there, away) in SHOWN.items():
        page = seen(browser, f"{AT}?show={kind}")
        assert [words for words in there if words not in page] == [], kind
        assert [words for words in away if words in page] == [], kind


@pytest.mark.usefixtures("known")
def test_what_may_be_sent_says_no_with_the_time_of_it_for_the_brand_that_heard_it_alone() -> None:
    page = str(as_role("care").open(AT).body)
    (line,) = re.findall(r"<tr><th scope=\"row\">Marketing</th>.*?</tr>", page, re.S)
    own, other = re.findall(r"<td>.*?</td>", line, re.S)
    assert ("no" in TAG.sub(" ", own).split(), "<time" in own) == (True, True)
    assert TAG.sub(" ", other).split() == ["yes"]
    (line,) = re.findall(r"<tr><th scope=\"row\">Service</th>.*?</tr>", page, re.S)
    assert TAG.sub(" ", line).split() == ["Service", "yes", "yes"]


@pytest.mark.usefixtures("known")
def test_older_lines_are_a_link_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscriber_page, "AT_FIRST", 2)
    browser = as_role("care")
    assert "您的流量已用85%" not in seen(browser)
    assert "您的流量已用85%" in seen(browser, f"{AT}?n=20")
    assert "您的流量已用85%" not in seen(browser, f"{AT}?n=-1")


@pytest.mark.usefixtures("known")
def test_the_whole_number_is_shown_when_asked_for_and_written_down(stage: Aws) -> None:
    browser = as_role("care")
    shown = browser.send(AT, {"mark": mark_of(browser.open(AT))})
    assert WANG.msisdn in str(shown.body)
    (entry,) = [row for row in stage.rows("catalogue") if row.get("action") == "number_shown"]
    assert (entry["by"], WANG.msisdn in str(entry)) == ("care", False)


@pytest.mark.usefixtures("known")
def test_the_search_leads_there_by_number_and_by_the_operators_id() -> None:
    browser = as_role("care")
    for words in (WANG.msisdn.removeprefix("+86"), WANG.subscriber_id):
        assert f'href="{AT}"' in str(browser.open(f"/cases?q={words}").body), words


@pytest.mark.usefixtures("known")
def test_a_text_that_expired_says_so_and_so_does_a_plan_that_ends_today() -> None:
    text_to(WANG.subscriber_id, "", 7, status="expired")
    subscriber_changes.put_many([replace(WANG, plan_ends_on=f"{hours_on(9).astimezone(CHINA):%Y-%m-%d}")])
    page = seen(as_role("care"))
    assert "Not sent: usage-alert. Expired." in page
    assert "The plan ends today." in page


@pytest.mark.usefixtures("stage")
def test_somebody_of_whom_little_is_known_has_a_page_too() -> None:
    care_ready()
    subscriber_changes.put_many([Subscriber(subscriber_id="s-new")])
    page = seen(as_role("care"), "/subscribers/s-new")
    assert "No case yet." in page
    assert as_role("care").open("/subscribers/nobody").status_code == 404
    assert as_role("marketing").open("/subscribers/s-new").status_code == 403
