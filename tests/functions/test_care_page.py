"""The pages of care from the outside: forms that are refused, several cases at once, what stays open."""

from __future__ import annotations

import html
import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib import clock
from chalicelib.care import actions, reads
from chalicelib.clock import iso
from chalicelib.intake import subscriber_changes
from chalicelib.store import conversations, queries
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import NumberState, Reply, reply_key
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.factories import WANG_GOLD, act, care_ready, complain, hours_on
from tests.support.pages import asks_of

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
KEYS = ("revision", "once")


def form_of(browser: Browser, case: Case, **fields: str) -> dict[str, str]:
    page = browser.open(f"/cases/{case.case_id}")
    return {
        "mark": mark_of(page),
        "revision": str(reads.search(case.case_id)[0].revision),
        "once": "a",
        **fields,
    }


def body_of(answer: Any) -> str:
    return html.unescape(str(answer.body))


REFUSED = {
    "a note without words": ("note", {"text": " "}, "write something in the note", "请写明说明"),
    "a hand-over to nobody": ("hand_over", {"text": "下班"}, "choose another person", "请选择另一位同事"),
    "a closing without a reason": ("close", {"text": ""}, "say why it is closed", "请写明关闭原因"),
    "a duplicate of itself": ("join", {}, "choose another case", "请选择同一用户的另一件"),
    "a duplicate of nothing": ("join", {"text": "K-0000000000"}, "There is no such case.", "没有这个工单"),
    "a roster without a reason": ("roster", {"colour": "red", "text": ""}, "say why", "请写明原因"),
    "an outcome that is none": ("call", {"outcome": "sang", "text": "喂"}, "choose one of", "请重新选择"),
}


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize(("action", "fields", "en", "zh"), REFUSED.values(), ids=REFUSED.keys())
def test_a_refused_form_says_why_at_its_field_and_loses_nothing(
    action: str, fields: dict[str, str], en: str, zh: str, language: str
) -> None:
    care_ready()
    case = complain()
    browser = as_role("care", language)
    fields = {"text": case.case_id} | fields
    answer = browser.send(f"/cases/{case.case_id}/{action}", form_of(browser, case, **fields))
    page = body_of(answer)
    assert answer.status_code == 422
    at = page.index(f'action="/cases/{case.case_id}/{action}"')
    form = page[page.rindex('<div class="stack', 0, at) : at]
    assert (en if language == "en" else zh) in form
    assert "autofocus" in form
    assert fields["text"].strip() in form


def test_an_answer_is_priced_before_it_is_sent() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    form = form_of(browser, case, text="您好，线路已修好。")
    address = f"/cases/{case.case_id}/preview"
    said = json.loads(str(browser.send(address, {**form, "as": "json"}).body))["said"]
    assert said
    page = body_of(browser.send(address, form))
    assert said[0] in page
    assert "您好，线路已修好。" in page
    assert reads.search(case.case_id)[0].answers == 0
    assert json.loads(str(browser.send(address, {**form, "as": "json", "text": " "}).body)) == {"said": []}


def test_a_case_says_that_its_number_is_invalid() -> None:
    care_ready()
    case = complain()
    conversations.change_states(
        [case.msisdn], lambda _: (NumberState.unreachable.to("2026-11-22T02:00:00.000Z"),)
    )
    assert "no text goes there" in str(as_role("care").open(f"/cases/{case.case_id}").body)


def test_a_page_that_stays_open_hears_of_others_and_of_changes() -> None:
    care_ready()
    case = complain()
    first, second = as_role("care"), as_role("supervisor")
    first.open(f"/cases/{case.case_id}")
    told = json.loads(str(second.open(f"/cases/{case.case_id}/here").body))
    assert (told["here"], told["revision"], told["by"]) == (["care"], case.revision, "Subscriber")
    actions.claim(case.case_id, act(case, "care"))
    told = json.loads(str(second.open(f"/cases/{case.case_id}/here").body))
    assert (told["revision"], told["by"]) == (case.revision + 1, "care")


def test_a_page_that_stays_open_hears_of_replies_that_change_no_case() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    assert 'data-replies="0"' in str(browser.open(f"/cases/{case.case_id}").body)
    key = reply_key(case.msisdn, "in-9")
    said = Reply(msisdn=key.hash, item=key.range, body="1", applied=True)
    conversations.write_surely([conversations.insert(replace(said, received_at=iso(hours_on(1))))])
    told = [json.loads(str(browser.open(f"/cases/{case.case_id}/here?look={n}").body)) for n in ("1", "")]
    assert [(one["revision"], one.get("replies")) for one in told] == [
        (case.revision, 1),
        (case.revision, None),
    ]


SINCE = quote(iso(hours_on(-1)))  # before the cases of these tests come


@pytest.mark.parametrize(
    ("asked", "n"),
    {
        "another count than was shown": (f"tab=all&seen={SINCE}&was=0", 2),
        "the same count: the list is not read": (f"tab=all&seen={SINCE}&was=2", None),
        "the same count, and a look at the list": (f"tab=all&seen={SINCE}&was=2&look=1", 2),
        "all came before": (f"tab=all&seen={quote(iso(hours_on(9)))}&was=0", 0),
        "a filter": (f"tab=all&tier=diamond&seen={SINCE}&was=0", 0),
        "a filter that is none": (f"tab=all&score=bad&seen={SINCE}&was=0", 0),
        "no time": ("tab=all&seen=yesterday&was=0", 0),
        "an own list that is empty": (f"tab=mine&seen={SINCE}&was=4", 0),
    }.values(),
)
def test_a_list_that_stays_open_hears_how_many_came(
    asked: str, n: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    care_ready()
    monkeypatch.setattr("chalicelib.clock.now", lambda: hours_on(10))
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(2)]
    browser = as_role("care", "zh-CN")
    told = json.loads(str(browser.open(f"/queue/news?{asked}").body))
    assert told["n"] == n
    assert told["counts"]["all"] == 2
    assert told["newer"] == (f"{n} 件有新情况，点此显示" if n else "")
    beside = json.loads(str(browser.open(f"/cases/{cases[0].case_id}/here?{asked}").body))
    assert beside["n"] == (n - 1 if n else n)  # the one that is open is seen


def test_being_there_is_written_down_twice_a_minute_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    care_ready()
    case = complain()
    written = []
    put = queries.put

    def noted(one: Any) -> None:
        written.append(one)
        put(one)

    monkeypatch.setattr(queries, "put", noted)
    for seconds in range(0, 60, 5):
        reads.standing(case.case_id, "care", hours_on() + timedelta(seconds=seconds))
    assert [one.at for one in written] == [iso(hours_on()), iso(hours_on() + timedelta(seconds=35))]
    assert reads.standing(case.case_id, "li.na", hours_on() + timedelta(seconds=60))[1] == ["care"]


def test_several_cases_are_given_and_taken_back() -> None:
    care_ready()
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(2)]
    browser = as_role("supervisor")
    mark = mark_of(browser.open("/queue?tab=all"))
    ids = [one.case_id for one in cases]
    back = "/queue?tab=all&tier=gold"
    answer = browser.send_lists(
        "/queue", {"mark": [mark], "case": ids, "what": ["assign"], "to": ["chen.jie"], "back": [back]}
    )
    there = str(answer.headers["Location"])
    assert there.startswith(back)
    page = body_of(browser.open(there))
    assert "Given to chen.jie: 2." in page
    seen = re.findall(r'name="case" value="(K-[^"]+:\d+)"', page)
    assert len(seen) == 2
    browser.send_lists("/queue", {"mark": [mark], "case": seen, "what": ["undo"], "back": [back]})
    assert [reads.search(id)[0].owner for id in ids] == ["", ""]
    assert "Taken back: 2." in body_of(browser.open(back))


def test_duplicates_are_asked_about_before_they_are_closed() -> None:
    care_ready()
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}", hours=n) for n in range(3)]
    browser = as_role("care")
    mark = mark_of(browser.open("/queue?tab=all"))
    ids = [one.case_id for one in cases]
    form = {"mark": [mark], "case": ids, "what": ["join"], "back": ["/queue?tab=all"]}
    asked = body_of(browser.send_lists("/queue", form))
    assert "Close 2 as duplicates" in asked
    assert {reads.search(id)[0].state for id in ids} == {"open"}
    browser.send_lists("/queue", {**form, "sure": ["1"], "into": [ids[1]]})
    assert [reads.search(id)[0].joined_to for id in ids] == [ids[1], "", ids[1]]


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/cases"])
def test_the_way_back_stays_in_the_queue(back: str) -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    form = {
        "mark": mark_of(browser.open("/queue")),
        "case": case.case_id,
        "what": "topic",
        "topic": "billing",
    }
    answer = browser.send("/queue", {**form, "back": back})
    assert str(answer.headers["Location"]).startswith("/queue?undo=")


NOT_DONE = {
    "nothing to do": ({"what": ""}, "Choose what to do with them first."),
    "no topic": ({"what": "topic", "topic": ""}, "Choose what to do with them first."),
    "for a colleague": ({"what": "assign", "to": "li.na"}, "Only a supervisor gives cases to others."),
    "a colleague's": ({"what": "assign", "to": "care"}, "zhao.lei has this case"),
    "of two people": ({"what": "join"}, "cases of one subscriber; these are of 2"),
}


@pytest.mark.parametrize(("fields", "said"), NOT_DONE.values(), ids=NOT_DONE.keys())
def test_what_is_chosen_of_a_list_is_still_chosen_when_it_cannot_be_done(
    fields: dict[str, str], said: str
) -> None:
    care_ready()
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}", subscriber_id=f"s-{n // 2}") for n in range(3)]
    chosen = [one.case_id for one in cases[1:]]
    if "zhao.lei" in said:
        actions.claim(chosen[0], act(cases[1], "zhao.lei"))
    browser = as_role("care")
    form = {"mark": [mark_of(browser.open("/queue"))], "case": chosen, "back": ["/queue?tab=all&tier=gold"]}
    answer = browser.send_lists("/queue", form | {name: [value] for name, value in fields.items()})
    page = body_of(answer)
    assert answer.status_code == 422
    assert said in page
    assert set(re.findall(r'name="case" value="([^"]+)"[^>]* checked', page)) == set(chosen)
    assert f'value="{fields["what"]}" selected' in page or not fields["what"]
    assert "/queue?tab=all&amp;tier=gold" in str(answer.body)


def test_a_case_is_opened_with_the_list_that_it_is_taken_from() -> None:
    care_ready()
    case = complain()
    page = body_of(as_role("care").open("/queue?tab=all&tier=gold&sort=name"))
    assert f'href="/cases/{case.case_id}?tab=all&tier=gold&sort=name"' in page


def test_a_ready_answer_is_put_in_without_a_script_and_sent_only_when_it_was_seen() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    form = form_of(browser, case, text="您好。", canned="线路已修好。")
    for action in ("preview", "answer"):
        page = body_of(browser.send(f"/cases/{case.case_id}/{action}", form))
        assert "您好。\n线路已修好。</textarea>" in page
    assert reads.search(case.case_id)[0].answers == 0


FORMS_OF_A_CASE = (
    "claim", "answer", "note", "call", "preview", "draft", "snooze", "wake", "resolve", "reopen", "hand_over",
    "close", "join", "undo", "urgent", "topic", "department", "remedy", "roster", "number", "correct", "seen",
    "consent", "consent_undo",
)  # fmt: skip
LINKS_OF_A_LIST = ("sort", "topic", "after", "as", "tab")


def test_everything_that_care_does_has_a_form_or_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chalicelib.console.listing.PAGE", 2)
    care_ready()
    case, *_ = [complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(4)]
    key, read = reply_key(case.msisdn, "in-9"), {"kind": "rating", "score": 4}
    said = Reply(msisdn=key.hash, item=key.range, body="4 ok", applied=True, reading=read)
    conversations.write_surely([conversations.insert(replace(said, received_at=iso(hours_on(1))))])
    browser, found = as_role("care"), set[str]()

    def looked() -> None:
        page = str(browser.open(f"/cases/{case.case_id}").body)
        asks = asks_of(page, f"/cases/{case.case_id}")
        posted = [one.path for one in asks if one.method == "POST" and case.case_id in one.path]
        found.update(path.rpartition("/")[2] for path in posted)

    looked()
    for n, (action, fields) in enumerate(
        (
            ("claim", {}),
            ("note", {"text": "@care look"}),
            ("consent", {"what": "opt_out", "scope": "all", "brand": "*", "how": "call", "text": "said no"}),
            ("snooze", {"until": iso(clock.now() + timedelta(hours=1))}),
            ("wake", {}),
            ("resolve", {"text": "done"}),
        )
    ):
        browser.send(f"/cases/{case.case_id}/{action}", form_of(browser, case, once=f"{n}", **fields))
        looked()
    assert set(FORMS_OF_A_CASE) - found == set()
    asks = asks_of(str(browser.open("/queue?tab=all&tier=gold").body), "/queue")
    assert set(LINKS_OF_A_LIST) <= {name for one in asks for name, _ in one.fields if one.path == "/queue"}
    assert {"/queue", "/cases", "/queue/views"} <= {one.path for one in asks}


@pytest.mark.parametrize("action", ["note", "preview", "close"])
def test_a_page_that_answers_a_form_links_to_pages(action: str) -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    page = str(browser.send(f"/cases/{case.case_id}/{action}", form_of(browser, case, text=" ")).body)
    backs = re.findall(r'name="back" value="([^"]+)"', page)
    assert backs
    assert {browser.open(html.unescape(one)).status_code for one in backs} == {200}


def test_filters_are_chips_and_what_is_no_filter_is_said() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    page = body_of(browser.open("/queue?tab=any&score=2&region=" + quote("广东")))
    assert case.case_id in page
    assert "region: 广东" in page
    assert case.case_id not in body_of(browser.open("/queue?tab=any&score=1"))
    assert case.case_id not in body_of(browser.open("/queue?tab=all&topic=-"))
    assert "Write a day as" in body_of(browser.open("/queue?since=yesterday"))
    assert "No case fits" in body_of(browser.open("/queue?tab=any&until=2020-01-01"))


def found(browser: Browser, address: str) -> list[str]:
    """The cases of a page of the queue, in its order."""
    return re.findall(r'data-to="/cases/([^"]+)"', str(browser.open(address).body))


def link_to(browser: Browser, address: str, rel: str) -> str:
    page = body_of(browser.open(address))
    links = re.findall(rf'rel="{rel}" href="([^"]+)"', page)
    return links[0] if links else ""


@pytest.mark.parametrize("sort", ["", "name", "-opened"])
def test_a_list_is_leafed_through_both_ways_in_every_order(
    sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.console.listing.PAGE", 2)
    care_ready()
    for n in range(5):
        complain(inbound=f"in-{n}", complaint=f"C-{n}", name=f"{'CADBE'[n]}", hours=n)
    browser = as_role("care")
    first = f"/queue?tab=all&sort={sort}"
    pages, address = [], first
    while address:
        pages.append(found(browser, address))
        last, address = address, link_to(browser, address, "next")
    assert [len(one) for one in pages] == [2, 2, 1]
    names = [reads.search(id)[0].name for page in pages for id in page]
    assert names == {"": list("CADBE"), "name": list("ABCDE"), "-opened": list("EBDAC")}[sort]
    middle = link_to(browser, last, "prev")
    assert found(browser, middle) == pages[1]
    assert found(browser, link_to(browser, middle, "prev")) == pages[0]
    assert link_to(browser, first, "prev") == ""


def test_sorting_says_over_how_many(monkeypatch: pytest.MonkeyPatch) -> None:
    care_ready()
    for n in range(3):
        complain(inbound=f"in-{n}", complaint=f"C-{n}", hours=n)
    browser = as_role("care")
    assert "sorted over all 3" in body_of(browser.open("/queue?tab=all&sort=name"))
    monkeypatch.setattr("chalicelib.console.listing.SORTED", 2)
    monkeypatch.setattr("chalicelib.console.care.SORTED", 2)
    assert "sorted over the first 2 of the list" in body_of(browser.open("/queue?tab=all&sort=name"))


def test_a_case_is_put_off_named_in_and_taken_up_without_a_script(monkeypatch: pytest.MonkeyPatch) -> None:
    care_ready()
    monkeypatch.setattr("chalicelib.clock.now", lambda: hours_on(1))
    case = complain()
    browser, colleague = as_role("care"), as_role("care", name="chen.jie")
    address = f"/cases/{case.case_id}"
    refused = browser.send(f"{address}/snooze", form_of(browser, case, until="soon", at=""))
    assert refused.status_code == 422
    assert "within the next 30 days" in body_of(refused)
    times = re.findall(r'<option value="(2026-[^"]+)"', str(browser.open(address).body))
    assert len(times) == 4
    browser.send(f"{address}/snooze", form_of(browser, case, until=times[0], at="", once="b"))
    assert case.case_id in found(browser, "/queue?tab=snoozed")[0]
    browser.send(f"{address}/note", form_of(browser, case, text="@chen.jie 请看一下", once="c"))
    assert found(colleague, "/queue?tab=mentioned") == [case.case_id]
    assert "care names you:" in body_of(colleague.open(address))
    colleague.send(f"{address}/seen", form_of(colleague, case, once="d"))
    assert found(colleague, "/queue?tab=mentioned") == []
    browser.send(f"{address}/wake", form_of(browser, case, once="e"))
    assert found(browser, "/queue?tab=mine") == [case.case_id]


def test_a_shift_is_handed_over_on_its_page() -> None:
    care_ready()
    case = complain()
    actions.claim(case.case_id, act(case, "care"))
    browser = as_role("care")
    page = body_of(browser.open("/shift"))
    assert case.name in page
    form = {"mark": mark_of(browser.open("/shift")), "case": case.case_id, "to": "li.na", "text": ""}
    refused = browser.send("/shift", form)
    assert refused.status_code == 422
    assert "a hand-over needs a note" in body_of(refused)
    assert re.search(rf'value="{case.case_id}"[^>]* checked', body_of(refused))
    none = body_of(browser.send("/shift", form | {"case": ""}))
    assert "Choose some cases first." in none
    assert not re.search(rf'value="{case.case_id}"[^>]* checked', none)
    assert browser.send("/shift", form | {"text": "明早回电"}).headers["Location"] == "/queue?tab=mine"
    assert reads.search(case.case_id)[0].owner == "li.na"
    assert "nothing to hand over" in body_of(browser.open("/shift"))


def test_a_question_that_was_asked_too_early_is_taken_back_on_the_page() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    address = f"/cases/{case.case_id}"
    browser.send(f"{address}/resolve", form_of(browser, case, text="换了线"))
    page = body_of(browser.open(address))
    assert "Take the question back" in page
    assert f'action="{address}/reopen"' in page
    browser.send(f"{address}/reopen", form_of(browser, case, text="还没修好", once="b"))
    (after,) = reads.search(case.case_id)
    assert (after.state, after.level) == ("reopened", 2)


def test_the_csv_holds_every_page_and_runs_nothing() -> None:
    care_ready()
    for n in range(60):
        complain("=1+1" if n == 0 else "2", inbound=f"in-{n}", complaint=f"C-{n}", subscriber_id=f"s-{n}")
    lines = str(as_role("care").open("/queue?tab=all&as=csv").body).splitlines()
    assert len(lines) == 61
    assert sum("'=1+1" in line for line in lines) == 1


def test_a_browser_says_where_it_is() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    shanghai = body_of(browser.open(f"/cases/{case.case_id}"))
    browser.jar["zone"] = quote("America/New_York")
    assert 'title="2026-11-23 10:00"' in shanghai
    assert 'title="2026-11-22 21:00"' in body_of(browser.open(f"/cases/{case.case_id}"))
    browser.jar["zone"] = "../../etc/passwd"
    assert 'title="2026-11-23 10:00"' in body_of(browser.open(f"/cases/{case.case_id}"))


def test_who_it_is_shows_the_operators_attributes_and_personal_ones_once_the_number_is_shown() -> None:
    care_ready()
    subscriber_changes.put_many(
        [replace(WANG_GOLD, own_fields={"contact": "柳如烟", "arpu": 96.5, "payment": "prepaid"})]
    )
    case = complain()
    for language, arpu in (
        ("en", "<dt>ARPU</dt><dd>96.5 CNY</dd>"),
        ("zh-CN", "<dt>月均消费</dt><dd>96.5 CNY</dd>"),
    ):
        browser = as_role("care", language)
        page = body_of(browser.open(f"/cases/{case.case_id}"))
        assert arpu in page
        assert "柳如烟" not in page
    browser.send(f"/cases/{case.case_id}/number", form_of(browser, case))
    assert "<dt>联系人</dt><dd>柳如烟</dd>" in body_of(browser.open(f"/cases/{case.case_id}"))
