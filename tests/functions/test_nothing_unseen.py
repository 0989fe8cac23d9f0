"""Nothing goes out that a second person has not seen: tests, one-off sends, approvals, settings and cases."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.campaigns import batches, lifecycle
from chalicelib.campaigns.approval import TransitionRefused
from chalicelib.campaigns.lifecycle import Who
from chalicelib.campaigns.live import live
from chalicelib.console import session
from chalicelib.console.frame import Visit
from chalicelib.console.http_answers import Answer
from chalicelib.console.session import Identity
from chalicelib.console.settings import put_in_force
from chalicelib.intake import subscriber_changes
from chalicelib.store import access, audit, catalogue, own_phones
from chalicelib.store.dynamodb import insert, write_one
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import NumberState
from tests.functions.test_batches import ALL, LI, OFFER, batch, offered
from tests.functions.test_topics_page import form_of
from tests.support.console import Browser, as_role, mark_of
from tests.support.dynamodb import Aws
from tests.support.factories import care_ready, complain
from tests.support.service import Service

__all__ = ["offered"]
MINE = "+8613700000001"
CAMPAIGN = "/campaigns/plan-offer"


def words(page: Answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(page.body))))


def try_out(browser: Browser, number: str = MINE, **fields: str) -> Answer:
    mark = mark_of(browser.open(CAMPAIGN))
    form = {"mark": mark, "number": number, "version": "1", "language": "zh-CN", **fields}
    return browser.send(f"{CAMPAIGN}/test", form)


def sent(aws: Aws) -> list[tuple[str, str]]:
    """What waits to go out: to whom, and what."""
    return [(job.to, str(job.facts["text"])) for job in aws.jobs("urgent")]


def code_in(aws: Aws) -> str:
    ((to, text),) = sent(aws)
    assert to == MINE
    return str(re.findall(r"\d{6}", text)[0])


def test_a_test_goes_to_a_phone_only_after_its_code_was_typed(offered: Service, aws: Aws) -> None:
    browser = as_role("marketing")
    assert "A code is on its way" in words(try_out(browser))
    code = code_in(aws)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert try_out(browser, code=wrong).status_code == 422
    assert sent(aws) == []
    other = as_role("marketing", name="li.na")  # the code is of use to nobody else
    assert try_out(other, code=code).status_code == 422
    assert sent(aws) == []
    assert try_out(browser, code=code).status_code == 303
    ((to, text),) = sent(aws)
    assert (to, "新套餐已上线" in text) == (MINE, True)
    assert "has no country code: write it with +" in words(try_out(browser, "13700000001"))
    assert try_out(browser).status_code == 303  # known from now on
    assert len(sent(aws)) == 1
    entries = audit.of_day(offered.now.date().isoformat()).records
    tests = [one for one in entries if one.action in ("test_send", "test_code", "own_phone")]
    assert sorted(one.action for one in tests) == ["own_phone", "test_code", "test_send", "test_send"]
    assert all(MINE not in str(one.plain()) and "••••" in str(one.after) for one in tests)


@pytest.mark.usefixtures("offered")
def test_codes_cannot_be_guessed_and_do_not_last(aws: Aws) -> None:
    browser = as_role("marketing")
    try_out(browser)
    code = code_in(aws)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(own_phones.TRIES):
        try_out(browser, code=wrong)
    assert try_out(browser, code=code).status_code == 422
    for _ in range(own_phones.CODES_A_DAY - 1):
        assert try_out(browser).status_code == 200
    assert "are the most" in words(try_out(browser))
    assert len(sent(aws)) == own_phones.CODES_A_DAY - 1


@pytest.mark.usefixtures("offered")
def test_a_number_that_said_no_gets_no_test_and_no_code(aws: Aws) -> None:
    out = {"*|all": {"at": "2026-11-01T00:00:00.000Z", "how": "sms", "words": "TD"}}

    write_one(insert(NumberState(msisdn=MINE, version=1, optouts=out)))
    assert "said no" in words(try_out(as_role("marketing")))
    assert sent(aws) == []


@pytest.mark.usefixtures("offered")
def test_a_day_of_tests_has_an_end(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_phones, "TESTS_A_DAY", 2)
    monkeypatch.setattr(own_phones, "is_own", lambda *_: True)
    browser = as_role("marketing")
    assert [try_out(browser).status_code for _ in range(3)] == [303, 303, 422]
    assert len(sent(aws)) == 2


@pytest.mark.usefixtures("offered")
def test_a_test_is_about_nobody(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:

    subscriber_changes.put_many([replace(one, name="欧阳不知名") for one in ALL])
    monkeypatch.setattr(own_phones, "is_own", lambda *_: True)
    try_out(as_role("marketing"))
    assert "欧阳" not in str(sent(aws))


def test_who_has_two_names_and_one_address_approves_nothing_of_their_own(offered: Service) -> None:
    now = offered.now
    for subject, name in (("s-1", "li.na"), ("s-2", "lina2"), ("s-3", "zhao.lei")):
        email = "zhao@x.example" if name == "zhao.lei" else "li.na@x.example"
        session.begin(Identity(subject, name, "marketing", email), now)
    name = "campaign#plan-offer"
    lifecycle.save(name, {**OFFER, "priority": 3}, LI, now)
    lifecycle.take("submit", name, 2, LI, now)
    with pytest.raises(TransitionRefused):
        lifecycle.take("approve", name, 2, Who("lina2", "marketing"), now)
    assert lifecycle.take("approve", name, 2, Who("zhao.lei", "marketing"), now).status == "approved"


def test_a_send_that_waits_for_a_second_person_goes_out_only_then(offered: Service) -> None:

    asked = replace(batch(offered, facts={"offer": "10GB"}), status="asked", people=500)

    batches.plan(asked, live(catalogue.control()).campaigns["plan-offer"], "marketing", offered.now)
    assert batches.start_due(offered.now) == []
    own = as_role("marketing", name="li.na")
    page = own.open("/batches/b1")
    assert "waits for a second person" in words(page)
    own.send("/batches/b1/approve", {"mark": mark_of(page)})
    assert batches.start_due(offered.now) == []
    other = as_role("marketing", name="zhao.lei")
    other.send("/batches/b1/approve", {"mark": mark_of(other.open("/batches/b1"))})
    assert batches.start_due(offered.now) == ["b1"]
    (entry,) = [
        one for one in audit.of_day(offered.now.date().isoformat()).records if one.action == "approve_batch"
    ]
    assert (entry.by, entry.after["facts"]) == ("zhao.lei", {"offer": "10GB"})


def test_the_number_of_people_is_counted_by_the_server(offered: Service) -> None:
    now, name = offered.now, "campaign#plan-offer"
    lifecycle.save(name, {**OFFER, "priority": 3}, LI, now)
    lifecycle.take("submit", name, 2, LI, now)
    lifecycle.take("approve", name, 2, Who("zhao.lei", "marketing"), now)
    policy = {**lifecycle._policy(), "confirm_from": 5}
    lifecycle.save("policy", policy, LI, now)
    catalogue.go_live({"policy": lifecycle.history("policy")[0].number})
    browser = as_role("marketing")
    form = {"mark": mark_of(browser.open(CAMPAIGN)), "version": "2", "people": "1", "typed": "1"}
    assert browser.send(f"{CAMPAIGN}/step/go_live", form).status_code == 422
    assert catalogue.control().live[name] == 1


@pytest.mark.usefixtures("tables")
def test_bringing_topics_back_leaves_what_supervisors_set() -> None:
    care_ready()
    care = as_role("care")
    first = form_of(care)
    care.send("/topics", {**first, "t-network": first["t-network"] + "\n冒烟 5"})
    before = dict(lifecycle.history("care")[0].document)
    lifecycle_now: dict[str, Any] = {**before, "roster": {**before["roster"], "period": "80d"}}

    visit = Visit("boss", "supervisor", "en", clock.now(), "/deadlines")
    put_in_force(visit, lifecycle_now, lifecycle.history("care")[0].number)
    again = form_of(care)
    answer = care.send(
        "/topics/back", {"mark": again["mark"], "base": again["base"], "version": first["base"]}
    )
    assert answer.status_code == 303
    after = lifecycle.history("care")[0].document
    assert after["roster"] == lifecycle_now["roster"]
    assert "冒烟" not in str(after["topics"])


@pytest.mark.usefixtures("aws")
def test_on_a_colleagues_case_an_agent_reads_and_notes_and_a_supervisor_does_everything() -> None:
    care_ready()
    case = complain()
    owner, colleague, boss = as_role("care", name="li.na"), as_role("care", name="wu"), as_role("supervisor")

    def act(browser: Browser, action: str, **fields: str) -> int:
        page = browser.open(f"/cases/{case.case_id}")
        found = re.search(r'name="revision" value="(\d+)"', str(page.body))
        form = {"mark": mark_of(page), "revision": found[1] if found else "", "once": action, **fields}
        return browser.send(f"/cases/{case.case_id}/{action}", form).status_code

    assert act(owner, "claim") == 303
    for action in ("answer", "resolve", "close", "hand_over", "call", "remedy"):
        assert act(colleague, action, text="x", outcome="reached", remedy="none", to="wu") == 403, action
    assert act(colleague, "note", text="saw it") == 303
    mark = mark_of(colleague.open("/queue?tab=all"))
    taken = {"mark": mark, "what": "assign", "to": "wu", "case": case.case_id, "back": "/queue"}
    colleague.send("/queue", taken)
    assert "li.na" in words(colleague.open(f"/cases/{case.case_id}"))
    assert act(boss, "close", text="done") == 303


def test_names_of_somebody_are_those_of_one_confirmed_address(tables: object) -> None:

    del tables
    people = [("1", "a", "x@e"), ("2", "b", "x@e"), ("3", "c", ""), ("4", "d", "")]
    for subject, name, email in people:
        session.begin(Identity(subject, name, "care", email), clock.now())
    assert access.names_of("a") == {"a", "b"}
    assert access.names_of("c") == {"c"}
    assert access.names_of("nobody") == {"nobody"}
