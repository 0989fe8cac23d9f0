"""Marketing sends something once, from the form to the last text, from the outside."""

from __future__ import annotations

import html
import re

import pytest

from chalicelib.campaigns import batches
from chalicelib.clock import parse
from chalicelib.console.http_answers import Answer
from chalicelib.functions import runs
from chalicelib.store import catalogue
from tests.functions.test_batches import ALL, INSIDE, offered, run_all, send_all, statuses
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.dynamodb import Aws
from tests.support.service import Service

__all__ = ["offered", "stage"]
NEW = "/batches/new?campaign=plan-offer"
pytestmark = pytest.mark.usefixtures("stage")


def words(page: Answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(page.body))))


def ask(browser: Browser, **fields: str) -> Answer:
    form = {"mark": mark_of(browser.open(NEW)), "campaign": "plan-offer", "source": "audience", **fields}
    return browser.send("/batches/new", form)


def looked_at(browser: Browser, offered: Service, aws: Aws, **fields: str) -> str:
    """The address of a dry run that is done."""
    answer = ask(browser, **fields)
    assert answer.status_code == 303
    run_all(offered, aws)
    return str(answer.headers["Location"])


def test_from_the_form_to_the_last_text(offered: Service, aws: Aws) -> None:
    browser = as_role("marketing")
    answer = ask(browser)
    address = str(answer.headers["Location"])
    assert "0 people looked at so far" in words(browser.open(address))
    run_all(offered, aws)
    page = browser.open(address)
    without_number = sum(not one.msisdn for one in INSIDE)
    assert f"would get it {len(INSIDE) - without_number}" in words(page)
    planned = browser.send(address, {"mark": mark_of(page)})
    own = str(planned.headers["Location"])
    assert "planned" in words(browser.open(own))
    assert (
        browser.send(address, {"mark": mark_of(page)}).headers["Location"] == own
    )  # pressed twice: one send
    assert len(batches.batches("0", "9")) == 1
    batches.start_due(offered.now)
    run_all(offered, aws)
    send_all(offered)
    said = words(browser.open(own))
    assert f"people looked at {len(ALL)}" in said
    assert f"0 of {len(INSIDE)} texts handled" in said  # nothing of the stream was counted yet
    assert statuses(aws)["sent"] == len(INSIDE) - without_number
    assert "done" in words(browser.open("/batches"))


def test_a_list_is_kept_to_those_of_the_audience_who_are_on_it(offered: Service, aws: Aws) -> None:
    browser = as_role("marketing")
    wanted = [one for one in INSIDE if one.msisdn][:3]
    outside = next(one for one in ALL if one not in INSIDE)
    lines = ["msisdn", wanted[0].msisdn, wanted[1].subscriber_id, wanted[2].msisdn, wanted[0].msisdn]
    listed = "\n".join([*lines, outside.subscriber_id, "+8613700000000"])
    page = words(browser.open(looked_at(browser, offered, aws, source="list", list=listed)))
    assert "would get it 3" in page
    assert "outside its audience 1" in page
    assert "on the list, but nobody 1" in page


MISTAKES = {
    "a line that is no number": ({"source": "list", "list": "s-1\n+86abc\n"}, "Line 2: neither"),
    "an empty list": ({"source": "list", "list": "\n"}, "the list is empty"),
    "a time that is none": ({"at": "tomorrow"}, "Write a time as"),
    "a time that is over": ({"at": "2020-01-01T10:00"}, "This time is over"),
    "a time far ahead": ({"at": "2036-01-01T10:00"}, "more than a year ahead"),
    "another campaign": ({"campaign": "usage-alert"}, "Choose a campaign"),
}


@pytest.mark.parametrize(("fields", "error"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_and_nothing_typed_is_lost(
    offered: Service, aws: Aws, fields: dict[str, str], error: str
) -> None:
    answer = ask(as_role("marketing"), **fields)
    assert answer.status_code == 422
    assert error in words(answer)
    assert aws.messages("runs") == []
    if "list" in fields and fields["list"].strip():
        assert fields["list"].strip() in html.unescape(str(answer.body))
    assert offered.network.texts == []


def test_a_large_one_wants_its_number_typed(
    offered: Service, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chalicelib.console.batches._confirm_from", lambda _: 50)
    browser = as_role("marketing")
    address = looked_at(browser, offered, aws)
    page = browser.open(address)
    number = sum(bool(one.msisdn) for one in INSIDE)
    for typed in ("", str(number + 1)):
        refused = browser.send(address, {"mark": mark_of(page), "typed": typed})
        assert (refused.status_code, f"It goes to {number} people" in words(refused)) == (422, True)
    assert batches.batches("0", "9") == []
    assert browser.send(address, {"mark": mark_of(page), "typed": f"{number:,}"}).status_code == 303


def test_what_has_not_begun_can_be_taken_back(offered: Service, aws: Aws) -> None:
    browser = as_role("marketing")
    address = looked_at(browser, offered, aws, at="2026-11-27T10:00")
    own = str(browser.send(address, {"mark": mark_of(browser.open(address))}).headers["Location"])
    browser.send(f"{own}/cancel", {"mark": mark_of(browser.open(own))})
    page = words(browser.open(own))
    assert "Cancelled: nobody gets it." in page
    assert "Cancel " not in page.replace("Cancelled", "")
    assert batches.start_due(parse("2026-11-27T12:00:00Z")) == []


def test_the_brake_is_beside_it(offered: Service, aws: Aws) -> None:
    browser = as_role("marketing")
    address = looked_at(browser, offered, aws)
    own = str(browser.send(address, {"mark": mark_of(browser.open(address))}).headers["Location"])
    page = browser.open(own)
    form = {"mark": mark_of(page), "version": "1"}
    assert browser.send("/campaigns/plan-offer/step/pause", form).status_code == 303
    assert catalogue.control().holds_back("plan-offer")
    batches.start_due(offered.now)
    for body in aws.messages("runs"):
        offered.feed(runs.run, [body])
    page = browser.open(own)
    assert "Resume the campaign" in words(page)
    assert "0 Texts made" in words(page)


def test_every_figure_opens_the_texts_behind_it(offered: Service, aws: Aws) -> None:
    browser = as_role("marketing")
    address = looked_at(browser, offered, aws)
    browser.send(address, {"mark": mark_of(browser.open(address))})
    batches.start_due(offered.now)
    run_all(offered, aws)
    send_all(offered)
    sent = statuses(aws)["sent"]
    found = words(browser.open("/results/plan-offer/texts?step=sent"))
    assert f"{sent} found among" in found
    assert "+86 139 ••••" in found
    without = sum(not one.msisdn for one in INSIDE)
    suppressed = "/results/plan-offer/texts?step=suppressed"
    assert f"{without} found among" in words(browser.open(f"{suppressed}&reason=no_number"))
    assert "None was found here" in words(browser.open(f"{suppressed}&reason=opted_out"))
    assert "None was found here" in words(browser.open("/results/plan-offer/texts?step=sent&version=2"))
    assert "None was found here" in words(browser.open("/results/plan-offer/texts?step=scored"))
    assert browser.open("/results/plan-offer/texts?step=nothing").status_code == 404


def test_the_answers_of_a_survey_open_its_replies_and_no_others(offered: Service) -> None:
    browser = as_role("marketing")
    offered.complain()
    offered.settle()
    offered.write("2，宽带还是断")
    offered.write("在吗", "in-2", "+8613911111111")
    found = words(browser.open("/results/post-complaint-survey/texts?step=answered"))
    assert "1 found among" in found
    assert "rating" in found
    assert "None was found here" in words(browser.open("/results/usage-alert/texts?step=answered"))
