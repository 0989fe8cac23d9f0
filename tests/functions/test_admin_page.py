"""Administrators put dead letters back or drop them, and read the audit trail: from the outside."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import timedelta
from urllib.parse import unquote

import pytest

from chalicelib import clock, queues
from chalicelib.campaigns import approval
from chalicelib.clock import iso
from chalicelib.console import admin
from chalicelib.console.admin import changes
from chalicelib.i18n.codes import CODES
from chalicelib.job import QUEUES, Job
from chalicelib.problems import Problem
from chalicelib.store import audit
from chalicelib.store.relationship import texts_to
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.dynamodb import Aws
from tests.support.factories import NOW, care_ready

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
NUMBER = "+8613900000001"
LETTER = re.compile(r'name="letter" value="([^"]+)"')


MISSING = Problem("field.missing", place="resource")


@pytest.fixture(autouse=True)
def monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def text_of(browser: Browser, address: str) -> str:
    return html.unescape(str(browser.open(address).body))


def letters_on(browser: Browser, address: str = "/dead-letters") -> list[str]:
    return LETTER.findall(text_of(browser, address))


def said(browser: Browser) -> str:
    return unquote(next(value for name, value in browser.jar.items() if name.endswith("said")))


def send(browser: Browser, what: str, letters: list[str], sure: str = "1") -> str:
    """The page that asks, or where it leads to."""
    fields = {"mark": [mark_of(browser.open("/service"))], "what": [what], "sure": [sure]}
    if letters:
        fields["letter"] = letters
    answer = browser.send_lists("/dead-letters", fields)
    assert answer.status_code in (200, 303)
    return html.unescape(str(answer.body or answer.headers["Location"]))


@pytest.mark.parametrize("queue", QUEUES)
def test_a_letter_goes_back_on_the_queue_it_came_from(stage: Aws, queue: str) -> None:
    care_ready()
    queues.dead_letter(queue, [("{}", MISSING), ("[]", MISSING)])
    browser = as_role("admin")
    chosen = letters_on(browser)
    assert len(chosen) == 2
    asked = send(browser, "retry", chosen, sure="")
    assert "Put 2 back" in asked
    assert LETTER.findall(asked) == chosen
    assert letters_on(browser) == chosen  # asking has changed nothing
    assert send(browser, "retry", chosen) == "/dead-letters"
    assert said(browser) == "Put back: 2."
    assert sorted(stage.messages(queue)) == ["[]", "{}"]
    assert "Everything was handled" in text_of(browser, "/dead-letters")
    (entry,) = audit.latest(audit.end_of(iso(NOW)[:10]), lambda one: one.action == "put_back_letters")[0]
    assert (entry.by, entry.what) == ("admin", f"2 {queue}")
    assert entry.before == {"letters": chosen}


def test_a_text_that_is_dropped_has_failed_and_the_others_stay() -> None:
    care_ready()
    job = Job("usage-alert", "s-none", "2026-11/data/80", "text", "urgent", to=NUMBER)
    queues.dead_letter("outbox-urgent", [(job.dumps(), MISSING)])
    queues.dead_letter("intake", [("not JSON", MISSING)])
    browser = as_role("admin")
    (chosen,) = letters_on(browser, "/dead-letters?queue=outbox-urgent")
    assert "Drop 1 for good" in send(browser, "drop", [chosen], sure="")
    send(browser, "drop", [chosen])
    assert said(browser) == "Dropped: 1. Texts recorded as failed: 1."
    (text,) = texts_to(NUMBER)
    assert (text.status, text.reason) == ("failed", "dead")
    assert [one.partition(":")[0] for one in letters_on(browser)] == ["intake"]
    assert "drop letters" in text_of(browser, "/audit")


def test_of_two_people_one_puts_a_letter_back_and_the_other_is_told(stage: Aws) -> None:
    care_ready()
    queues.dead_letter("intake", [("1", MISSING), ("2", MISSING)])
    first, second = as_role("admin"), as_role("admin")
    chosen = letters_on(first)
    assert letters_on(second) == chosen  # a look hides nothing from others
    send(first, "retry", chosen[:1])
    send(second, "retry", chosen)
    assert said(second) == "Put back: 1. No longer here: 1."
    assert sorted(stage.messages("intake")) == ["1", "2"]


def test_a_letter_that_somebody_holds_or_has_dropped_is_left_alone(stage: Aws) -> None:
    care_ready()
    queues.dead_letter("intake", [("1", MISSING)])
    browser = as_role("admin", "zh-CN")
    chosen = letters_on(browser)
    held = queues.letters("intake")  # a colleague on the command line
    send(browser, "drop", chosen)
    assert said(browser) == "所选死信都已不在这里：同事已处理，或正在查看。"
    queues.delete_dead_letters(held)
    assert send(browser, "drop", chosen, sure="") == "/dead-letters"
    assert stage.messages("intake") == []
    assert audit.latest(audit.end_of(iso(NOW)[:10]), lambda one: "letters" in one.action)[0] == []


def test_a_page_shows_the_first_letters_of_many_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    care_ready()
    monkeypatch.setattr(admin, "LETTERS", 20)
    queues.dead_letter("intake", [(str(n), MISSING) for n in range(55)])
    browser = as_role("admin")
    page = text_of(browser, "/dead-letters")
    assert "The first 20 are looked at" in page
    assert "<b>55</b>" in page
    chosen = letters_on(browser)
    assert len(chosen) == 20
    send(browser, "drop", chosen)
    assert said(browser) == "Dropped: 20."
    assert "<b>35</b>" in text_of(browser, "/dead-letters")


def test_nothing_chosen_is_said_and_an_unknown_deed_is_none() -> None:
    care_ready()
    browser = as_role("admin")
    send(browser, "drop", [])
    assert said(browser) == "Choose some letters first."
    mark = mark_of(browser.open("/service"))
    assert (
        browser.send("/dead-letters", {"mark": mark, "what": "eat", "letter": "intake:1"}).status_code == 404
    )


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_numbers_in_letters_are_masked_and_filters_stand_in_the_address(language: str) -> None:
    care_ready()
    queues.dead_letter(
        "replies",
        [
            (
                json.dumps({"originationNumber": NUMBER}),
                Problem("as_written", {"words": f"{NUMBER[1:]} is no number"}),
            )
        ],
    )
    queues.dead_letter("intake", [('{"detail-type": "usage.reported"}', MISSING)])
    browser = as_role("admin", language)
    for address in ("/dead-letters", "/dead-letters?as=csv"):
        page = text_of(browser, address)
        assert "139 •••• 0001" in page
        assert NUMBER[1:] not in page
    wanted = {"en": "MISSING", "zh-CN": "缺少"}[language]
    assert len(letters_on(browser, f"/dead-letters?reason={wanted}")) == 1
    assert letters_on(browser, "/dead-letters?queue=runs") == []
    rows = list(csv.DictReader(io.StringIO(text_of(browser, "/dead-letters?queue=intake&as=csv")[1:])))
    reason = {
        "en": "resource: is missing: every event of its kind has it",
        "zh-CN": "resource：缺少：此类事件必须有这一项",
    }[language]
    assert [(one["about"], one["reason"]) for one in rows] == [("usage.reported", reason)]


def wrote(by: str, what: str, days: int = 0, **values: object) -> None:
    at = iso(NOW - timedelta(days=days))
    audit.record(by=by, role="marketing", action="save", what=what, before=None, after=values, at=at)


def test_the_trail_is_read_back_page_by_page_with_its_filters() -> None:
    care_ready()
    for n in range(60):
        wrote("lihua", f"campaign#a v{n}", days=n % 3)
    wrote("zhao", "campaign#b v1", days=2)
    browser = as_role("admin")
    first = text_of(browser, "/audit?who=LIHUA&what=campaign%23")
    more = re.search(r'href="(/audit\?[^"]*after=[^"]*)"', first)
    assert more
    second = text_of(browser, more[1])
    seen = [re.findall(r">(campaign#\w v\d+)<", page) for page in (first, second)]
    assert [len(one) for one in seen] == [50, 10]
    assert set(seen[0] + seen[1]) == {f"campaign#a v{n}" for n in range(60)}
    assert "zhao" not in first + second
    rows = list(csv.DictReader(io.StringIO(text_of(browser, "/audit?as=csv&who=zhao")[1:])))
    assert [one["what"] for one in rows] == ["campaign#b v1"]
    day = (NOW - timedelta(days=1)).date().isoformat()
    assert len(re.findall(r">(campaign#\w v\d+)<", text_of(browser, f"/audit?day={day}"))) == 20


def test_an_empty_trail_says_what_will_stand_there() -> None:
    care_ready()
    browser = as_role("admin", "zh-CN")
    assert "没有符合筛选条件的变更" in text_of(browser, "/audit?who=nobody")
    assert "当天没有变更" in text_of(browser, "/audit?day=2020-01-01")
    assert browser.open("/audit?day=yesterday&after=x").status_code == 200


def test_what_changed_is_shown_place_by_place_in_both_languages() -> None:
    care_ready()
    wrote("lihua", "x", status="in_review", approved=True, phone=NUMBER)
    for language, state, yes in (("en", "in review", "yes"), ("zh-CN", "待审核", "是")):
        page = text_of(as_role("admin", language), "/audit?who=lihua")
        assert state in page
        assert f"→ {yes}<" in page
        assert NUMBER not in page


def test_changes_name_the_path_and_both_values() -> None:
    old = {"texts": {"ask": {"en": "Hi"}}, "on": True, "same": [1]}
    new = {"texts": {"ask": {"en": "Hello", "zh-CN": "您好"}}, "same": [1], "n": 3}
    assert list(changes(old, new)) == [
        ("texts.ask.en", "Hi", "Hello"),
        ("texts.ask.zh-CN", None, "您好"),
        ("on", True, None),
        ("n", None, "3"),
    ]
    assert list(changes(False, True)) == [("", False, True)]
    assert list(changes({"a": 1}, {"a": 1})) == []


def test_every_step_of_a_version_has_words() -> None:
    assert set(approval.STEPS) <= set(CODES["action"])
