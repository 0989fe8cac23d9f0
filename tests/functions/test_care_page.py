"""The pages of care from the outside: forms that are refused, several cases at once, what stays open."""

from __future__ import annotations

import html
import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.care import actions, reads
from chalicelib.store.schema.cases import Case
from tests.care.world import act, complain, settle_in
from tests.support.console import Browser, as_role, mark_of, stage

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
    settle_in()
    case = complain()
    browser = as_role("care", language)
    fields = {"text": case.case_id} | fields
    answer = browser.send(f"/cases/{case.case_id}/{action}", form_of(browser, case, **fields))
    page = body_of(answer)
    assert answer.status_code == 422
    form = page[page.index(f'action="/cases/{case.case_id}/{action}"') :].partition("</form>")[0]
    assert (en if language == "en" else zh) in form
    assert "autofocus" in form
    assert fields["text"].strip() in form


def test_an_answer_is_priced_before_it_is_sent() -> None:
    settle_in()
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


def test_a_page_that_stays_open_hears_of_others_and_of_changes() -> None:
    settle_in()
    case = complain()
    first, second = as_role("care"), as_role("supervisor")
    first.open(f"/cases/{case.case_id}")
    told = json.loads(str(second.open(f"/cases/{case.case_id}/here").body))
    assert told == {"here": ["care"], "revision": case.revision, "by": "Subscriber"}
    actions.claim(case.case_id, act(case, "care"))
    told = json.loads(str(second.open(f"/cases/{case.case_id}/here").body))
    assert (told["revision"], told["by"]) == (case.revision + 1, "care")


def test_several_cases_are_given_and_taken_back() -> None:
    settle_in()
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
    settle_in()
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
    settle_in()
    browser = as_role("care")
    mark = mark_of(browser.open("/queue"))
    answer = browser.send("/queue", {"mark": mark, "back": back})
    assert answer.headers["Location"] == "/queue"


def test_filters_are_chips_and_what_is_no_filter_is_said() -> None:
    settle_in()
    case = complain()
    browser = as_role("care")
    page = body_of(browser.open("/queue?tab=any&score=2&region=" + quote("广东")))
    assert case.case_id in page
    assert "region: 广东" in page
    assert case.case_id not in body_of(browser.open("/queue?tab=any&score=1"))
    assert case.case_id not in body_of(browser.open("/queue?tab=all&topic=-"))
    assert "Write a day as" in body_of(browser.open("/queue?since=yesterday"))
    assert "No case fits" in body_of(browser.open("/queue?tab=any&until=2020-01-01"))


def test_the_csv_holds_every_page_and_runs_nothing() -> None:
    settle_in()
    for n in range(60):
        complain("=1+1" if n == 0 else "2", inbound=f"in-{n}", complaint=f"C-{n}", subscriber_id=f"s-{n}")
    lines = str(as_role("care").open("/queue?tab=all&as=csv").body).splitlines()
    assert len(lines) == 61
    assert sum("'=1+1" in line for line in lines) == 1


def test_a_browser_says_where_it_is() -> None:
    settle_in()
    case = complain()
    browser = as_role("care")
    shanghai = body_of(browser.open(f"/cases/{case.case_id}"))
    browser.jar["zone"] = quote("America/New_York")
    assert 'title="2026-11-23 10:00"' in shanghai
    assert 'title="2026-11-22 21:00"' in body_of(browser.open(f"/cases/{case.case_id}"))
    browser.jar["zone"] = "../../etc/passwd"
    assert 'title="2026-11-23 10:00"' in body_of(browser.open(f"/cases/{case.case_id}"))
