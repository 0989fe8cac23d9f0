"""A caller's no and yes, recorded by care on the page of a case, and taken back."""

from __future__ import annotations

import html
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.care import reads
from chalicelib.care.callers import UNDO_FOR
from chalicelib.store import audit, conversations
from chalicelib.store.relationship import proofs_of
from chalicelib.store.schema.cases import Case
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.factories import WANG
from tests.support.service import Service

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
NO = {
    "what": "opt_out",
    "brand": "yuntong",
    "scope": "category:marketing",
    "how": "call",
    "said_on": "2026-11-24",
    "text": "机主来电，不要再发营销短信",
}
REFUSED: list[tuple[dict[str, str], str]] = [
    ({"text": " "}, "it is the proof"),
    ({"what": "maybe"}, "a no or a yes"),
    ({"how": "pigeon"}, "how it was said"),
    ({"brand": "yuntnog"}, "is no brand"),
    ({"scope": "category:mandatory"}, "nothing that can be refused"),
    ({"scope": "campaign:care"}, "nothing that can be refused"),
    ({"said_on": "2027-02-30"}, "no day of the last year"),
    ({"said_on": "2026-12-24"}, "no day of the last year"),
]


@pytest.fixture
def case(service: Service) -> Case:
    """A case of the subscriber, opened by a complaint."""
    service.write("宽带断了三天了，打10000没人管，我要投诉")
    service.settle()
    service.aws.announced()
    (found,) = reads.open_of_subscriber("s-1")
    return found


def send(browser: Browser, case: Case, action: str, **fields: str) -> Any:
    page = browser.open(f"/cases/{case.case_id}")
    return browser.send(f"/cases/{case.case_id}/{action}", {"mark": mark_of(page), "once": "o-1", **fields})


def stops() -> set[str]:
    return set(conversations.state(WANG.msisdn).optouts)


def test_a_no_is_recorded_with_proof_and_taken_back_by_whoever_recorded_it(
    service: Service, case: Case
) -> None:
    li, zhao = as_role("care"), as_role("supervisor")
    for _ in range(2):
        answer = send(li, case, "consent", **NO)
        assert answer.status_code == 303
    assert stops() == {"yuntong|category:marketing"}
    (proof,) = proofs_of(WANG.msisdn)
    kept = (proof.what, proof.how, proof.by, proof.said_on, proof.words)
    assert kept == ("opt_out", "call", "care", "2026-11-24", NO["text"])
    told = [event for kind, event in service.aws.announced() if kind == "consent.changed"]
    assert {(one["change"], one["scope"], one["how"]) for one in told} == {
        ("opt_out", "category:marketing", "call")
    }
    undo = f"/cases/{case.case_id}/consent_undo"
    assert undo in str(li.open(answer.headers["Location"]).body)
    assert undo not in str(zhao.open(answer.headers["Location"]).body)
    assert send(zhao, case, "consent_undo").status_code == 422
    assert send(li, case, "consent_undo").status_code == 303
    assert stops() == set()
    first, second = proofs_of(WANG.msisdn)
    assert (second.what, second.corrects, second.by) == ("correction", first.item, "care")
    (corrected,) = (event for kind, event in service.aws.announced() if kind == "consent.changed")
    assert corrected["change"] == "correction"
    entries = audit.of_day(service.now.date().isoformat()).records
    done = {one.after["what"] for one in entries if one.action == "consent"}
    assert done == {"opt_out", "correction"}
    assert send(li, case, "consent_undo").status_code == 422


def test_a_no_is_not_taken_back_later_nor_after_the_subscriber_spoke(service: Service, case: Case) -> None:
    li = as_role("care")
    send(li, case, "consent", **NO)
    service.write("退订", "in-2")
    assert send(li, case, "consent_undo").status_code == 422
    assert {"yuntong|all", "yuntong|category:marketing"} <= stops()
    send(li, case, "consent", **NO | {"scope": "campaign:usage-alert", "once": "o-2"})
    service.now += UNDO_FOR + timedelta(seconds=1)
    assert send(li, case, "consent_undo").status_code == 422
    assert "yuntong|campaign:usage-alert" in stops()


def test_a_yes_leaves_a_no_that_was_said_after_it(service: Service, case: Case) -> None:
    li = as_role("care")
    service.write("退订", "in-2")
    letter = {**NO, "what": "opt_in", "how": "letter", "said_on": "2026-11-20", "text": "来信要求恢复"}
    assert send(li, case, "consent", **letter).status_code == 303
    assert stops() == {"yuntong|all"}
    service.now += timedelta(minutes=1)
    call = {**letter, "how": "call", "said_on": "2026-11-24", "once": "o-2"}
    assert send(li, case, "consent", **call).status_code == 303
    assert stops() == set()


def test_what_is_no_proof_is_refused_and_nothing_typed_is_lost(case: Case) -> None:
    browser = as_role("care")
    for wrong, said in REFUSED:
        answer = send(browser, case, "consent", **NO | wrong)
        page = html.unescape(str(answer.body))
        assert answer.status_code == 422
        assert said in page
        assert (NO | wrong)["text"] in page
    assert (stops(), proofs_of(WANG.msisdn)) == (set(), [])


def test_marketing_records_nobodys_consent(case: Case) -> None:
    browser = as_role("marketing")
    mark = mark_of(browser.open("/campaigns"))
    answer = browser.send(f"/cases/{case.case_id}/consent", {"mark": mark, "once": "o-1", **NO})
    assert answer.status_code == 403
    assert stops() == set()
