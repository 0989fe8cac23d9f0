"""What is typed about a case stays on the server until it is sent, and is its writer's alone."""

from __future__ import annotations

import html
import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib import clock
from chalicelib.care import reads
from chalicelib.clock import parse
from chalicelib.console.case_drafts import LONGEST
from chalicelib.store import cases as stored
from chalicelib.store.schema.cases import Case
from tests.functions.test_care_page import form_of
from tests.support.console import Browser, as_role, stage
from tests.support.factories import care_ready, complain

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
WORDS = "您好，线路今晚修好 <b>"


def keep(browser: Browser, case: Case, text: str, kind: str = "answer", **more: str) -> dict[str, str]:
    form = form_of(browser, case, text=text, kind=kind, **{"as": "json", **more})
    answer = browser.send(f"/cases/{case.case_id}/draft", form)
    told: dict[str, str] = json.loads(str(answer.body))
    return told


def typed(browser: Browser, case: Case, id: str) -> str:
    """What stands in a field of the case's page."""
    page = str(browser.open(f"/cases/{case.case_id}").body)
    return html.unescape(page.partition(f'id="{id}"')[2].partition(">\n")[2].partition("</textarea>")[0])


def test_it_is_there_in_every_browser_of_its_writer_and_in_no_other_field_or_persons() -> None:
    care_ready()
    case = complain()
    keep(as_role("care"), case, WORDS)
    keep(as_role("care"), case, "问一下班组", "note")
    again = as_role("care", "zh-CN")
    assert [typed(again, case, id) for id in ("f-text", "n-text", "c-text")] == [WORDS, "问一下班组", ""]
    assert typed(as_role("supervisor"), case, "f-text") == ""


@pytest.mark.parametrize("kind", ["note", "answer", "hand_over"])
def test_it_goes_when_it_is_sent_and_stays_when_it_is_refused(kind: str) -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    keep(browser, case, WORDS, kind)
    fields = {"hand_over": {"to": "chen.jie"}}.get(kind, {})
    old = form_of(browser, case, text=WORDS, **fields) | {"revision": "0", "once": "b"}
    assert browser.send(f"/cases/{case.case_id}/{kind}", old).status_code == 409
    assert [one.body for one in stored.whole(case.case_id).drafts] == [WORDS]
    browser.send(f"/cases/{case.case_id}/{kind}", form_of(browser, case, text=WORDS, **fields))
    assert stored.whole(case.case_id).drafts == []


def test_two_browsers_of_one_person_overwrite_nothing() -> None:
    care_ready()
    case = complain()
    first, second = as_role("care"), as_role("care")
    begun = keep(first, case, "first", was="")
    assert begun["other"] == ""
    assert keep(second, case, "second", was="") == {"at": begun["at"], "other": "first"}
    assert typed(second, case, "f-text") == "first"
    both = keep(second, case, "second first", was=begun["at"])
    assert keep(first, case, "second first", was=begun["at"])["other"] == ""  # the same words
    assert both["other"] == ""


def test_after_it_was_sent_elsewhere_typing_goes_on() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    begun = keep(browser, case, "first", was="")
    browser.send(f"/cases/{case.case_id}/answer", form_of(browser, case, text="first"))
    assert keep(browser, case, "and more", was=begun["at"])["other"] == ""
    assert typed(browser, case, "f-text") == "and more"


def test_nothing_typed_throws_it_away_and_so_does_a_week() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    keep(browser, case, WORDS)
    keep(browser, case, "  ")
    assert stored.whole(case.case_id).drafts == []
    keep(browser, case, WORDS)
    (kept,) = stored.whole(case.case_id).drafts
    week = datetime.fromtimestamp(kept.expires, UTC)
    assert parse(kept.at) + timedelta(days=7) - week < timedelta(seconds=1)
    for moment, there in ((week - timedelta(minutes=1), ["answer"]), (week, [])):
        assert list(reads.case_page(case.case_id, "care", moment, "care").drafts) == there


@pytest.mark.parametrize(
    ("action", "fields", "kept"),
    [
        ("note", {"text-note": "问一下班组"}, ["answer", "join"]),
        ("claim", {"text-note": "问一下班组"}, ["answer", "join", "note"]),
        ("draft", {"kind": "note", "text-note": "问一下班组"}, ["answer", "join", "note"]),
        ("snooze", {"at": "2099-01-01", "text-snooze": "after lunch"}, ["answer", "join"]),
        ("hand_over", {"to": "chen.jie", "text-hand_over": "Please"}, ["answer", "join"]),
        ("topic", {"topic": "billing", "text-close": "Double"}, ["answer", "close", "join"]),
    ],
    ids=["a note", "without words", "another is kept", "put off", "hand over", "a choice"],
)
def test_what_else_is_typed_on_the_page_is_kept(action: str, fields: dict[str, str], kept: list[str]) -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    if "at" in fields:
        fields = {**fields, "at": (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")}
    others = {"text-answer": WORDS, "text-call": " ", "text-join": "K-1", "was-resolve": ""}
    form = form_of(browser, case, **others, **fields)
    old = browser.send(f"/cases/{case.case_id}/{action}", form | {"revision": "0"})
    if action != "draft":
        assert old.status_code == 409
        assert html.escape(WORDS, quote=False) in str(old.body)
    browser.send(f"/cases/{case.case_id}/{action}", form | {"once": "b"})
    assert sorted(reads.case_page(case.case_id, "care", clock.now(), "care").drafts) == kept
    assert typed(browser, case, "f-text") == WORDS


def test_a_draft_that_is_emptied_on_the_page_goes_with_whatever_is_sent() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    for kind in ("answer", "close"):
        keep(browser, case, WORDS, kind)
    at = reads.case_page(case.case_id, "care", clock.now(), "care").drafts["close"].at
    form = form_of(browser, case, **{"text-answer": WORDS, "text-close": "", "was-close": "2026-11-01"})
    browser.send(f"/cases/{case.case_id}/claim", form)
    drafts = reads.case_page(case.case_id, "care", clock.now(), "care").drafts
    assert sorted(drafts) == ["answer", "close"], "another browser's stays"
    browser.send(f"/cases/{case.case_id}/draft", form | {"was-close": at})
    assert list(reads.case_page(case.case_id, "care", clock.now(), "care").drafts) == ["answer"]


def test_the_page_overwrites_nothing_that_another_browser_kept() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    old = {"text-note": "a note", "text-answer": "old words", "was-answer": ""}
    form = form_of(browser, case, **old)
    keep(as_role("care"), case, WORDS)
    browser.send(f"/cases/{case.case_id}/note", form)
    assert typed(browser, case, "f-text") == WORDS


def test_without_a_script_a_button_keeps_it() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    form = form_of(browser, case, kind="note", list="tab=all", **{"text-note": WORDS})
    assert 'formaction="/cases/' in str(browser.open(f"/cases/{case.case_id}").body)
    answer = browser.send(f"/cases/{case.case_id}/draft", form)
    assert answer.headers["Location"] == f"/cases/{case.case_id}?tab=all"
    assert "Kept as a draft." in str(browser.open(f"/cases/{case.case_id}").body)
    assert typed(browser, case, "n-text") == WORDS


@pytest.mark.parametrize(
    ("kind", "text", "status"),
    [("sing", "la", 404), ("answer", "x" * (LONGEST + 1), 400), ("answer", "x" * LONGEST, 200)],
    ids=["no such form", "too long", "just not too long"],
)
def test_what_cannot_be_kept_is_refused(kind: str, text: str, status: int) -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    form = form_of(browser, case, text=text, kind=kind, **{"as": "json"})
    assert browser.send(f"/cases/{case.case_id}/draft", form).status_code == status


def test_a_session_that_is_over_keeps_no_form_that_a_script_sent() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    form = form_of(browser, case, text=WORDS, kind="answer", **{"as": "json"})
    browser.send("/sign-out", {"mark": form["mark"]})
    answer = browser.send(f"/cases/{case.case_id}/draft", form)
    assert answer.status_code == 303
    assert "/draft" not in str(answer.headers["Location"]).partition("next=")[2].replace(
        f"/cases/{case.case_id}/draft", ""
    )
