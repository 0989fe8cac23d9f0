"""Marketing writes a campaign's next version in the console, from the outside."""

from __future__ import annotations

import html
import re

import pytest

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.lifecycle import Who
from chalicelib.console.http_answers import Answer
from tests.functions.test_batches import offered
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.service import Service

__all__ = ["offered", "stage"]
EDIT = "/campaigns/plan-offer/edit"
CURLY = "It’s here. " + "A new plan waits for you at your shop. " * 2
pytestmark = pytest.mark.usefixtures("stage")


def send(browser: Browser, what: str = "save", **fields: str) -> Answer:
    page = browser.open(EDIT)
    number = re.search(r'name="version" value="(\d+)"', str(page.body))
    assert number
    typed = {name.replace("__", "|"): value for name, value in fields.items()}
    return browser.send(EDIT, {"mark": mark_of(page), "version": number[1], "what": what, **typed})


def words(page: Answer) -> str:
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(page.body))))


def latest() -> dict[str, object]:
    return dict(lifecycle.history("campaign#plan-offer")[0].document)


SPLIT = {
    "variant__1__name": "a",
    "variant__1__percent": "45",
    "variant__2__name": "b",
    "variant__2__percent": "45",
    "variant__holdout": "10",
}


def test_trigger_rules_and_a_split_are_kept_as_the_next_version(offered: Service) -> None:
    assert offered
    rules = {"rule__2__field": "tier", "rule__2__op": "is", "rule__2__values": "diamond"}
    daily = {"trigger__kind": "plan_end", "trigger__days_before": "3, 1", "lane": "urgent"}
    answer = send(as_role("marketing"), **daily, **rules, **SPLIT)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/campaigns/plan-offer")
    found = latest()
    assert found["trigger"] == {"daily": "plan_end", "days_before": [3, 1], "at": "10:00"}
    assert found["occasion"] == "{{ ends_on }}/{{ days_before }}"
    assert found["audience"] == "status == 'active' and tier == 'diamond'"
    assert found["variants"] == {"a": 45, "b": 45, "holdout": 10}
    page = words(as_role("marketing").open("/campaigns/plan-offer"))
    assert "3 and 1 days before the plan ends, at 10:00 where they are." in page
    assert "In 2 variants: a 45%, b 45%; 10% get nothing, to compare with." in page


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_mistake_leads_to_its_field_with_everything_typed(offered: Service, language: str) -> None:
    assert offered
    answer = send(
        as_role("marketing", language), trigger__kind="birthday", trigger__at="25:99", lane="urgent"
    )
    body = str(answer.body)
    assert answer.status_code == 422
    assert 'href="#f-trigger|at"' in body
    assert 'value="25:99" autocomplete="off" aria-invalid="true"' in body
    assert '<option value="urgent" selected>' in body
    assert '<details class="card" open><summary><h2>' in body
    assert len(lifecycle.history("campaign#plan-offer")) == 1


def test_a_preview_counts_the_audience_and_keeps_nothing(offered: Service) -> None:
    assert offered
    page = words(send(as_role("marketing"), "preview", rule__2__values="gold"))
    assert re.search(r"\d+ people", page)
    assert "One text to each of them costs about" in page
    assert len(lifecycle.history("campaign#plan-offer")) == 1


def test_a_text_is_looked_at_as_it_is_typed(offered: Service) -> None:
    assert offered
    box = {"box": "text|text|en", "text__text__en": CURLY}
    page = send(as_role("marketing"), "look", **box)
    body = str(page.body)
    assert page.status_code == 200
    assert "<html" not in body
    assert '<mark class="dear" title="’ makes it dearer: &#39; would do">’</mark>' in body
    assert 'data-n="2"' in body
    assert "1 / " in words(page)
    wrong = send(as_role("marketing"), "look", box="text|text|en", text__text__en="{{ nam }}")
    assert "Did you mean `name`?" in words(wrong)
    assert send(as_role("marketing"), "look", box="audience|rest").status_code == 404


def test_a_phone_shows_the_one_who_is_asked_for(offered: Service) -> None:
    assert offered
    page = send(as_role("marketing"), "look", box="text|text|zh-CN", who="s-7")
    assert words(page).index("+86") < 400
    assert "0007" in words(page)[:400]
    nobody = send(as_role("marketing"), "look", box="text|text|zh-CN", who="nobody")
    assert nobody.status_code == 200


def test_a_colleague_s_version_is_shown_before_it_is_written_over(offered: Service) -> None:
    browser = as_role("marketing")
    page = browser.open(EDIT)
    lifecycle.save("campaign#plan-offer", {**latest(), "priority": 7}, Who("li.na", "marketing"), offered.now)
    form = {"mark": mark_of(page), "version": "1", "what": "save", "lane": "urgent"}
    answer = browser.send(EDIT, form)
    assert answer.status_code == 409
    assert "li.na saved version 2 while you were editing" in words(answer)
    assert '<option value="urgent" selected>' in str(answer.body)
    assert browser.send(EDIT, {**form, "version": "2"}).status_code == 303
    assert (latest()["priority"], latest()["lane"]) == (7, "urgent")


def test_what_is_sent_back_says_why(offered: Service) -> None:
    assert offered
    send(as_role("marketing"))
    step = "/campaigns/plan-offer/step/"
    form = {"version": str(lifecycle.history("campaign#plan-offer")[0].number)}
    first, second = as_role("marketing"), as_role("marketing", name="zhao.lei")
    form |= {"mark": mark_of(first.open("/me"))}
    assert first.send(f"{step}submit", form).status_code == 303
    form |= {"mark": mark_of(second.open("/me"))}
    refused = second.send(f"{step}send_back", form | {"note": " "})
    assert refused.status_code == 422
    assert "Say why it is sent back" in words(refused)
    asked = form | {"note": "Too long for one segment", "number": "1"}
    tested = second.send("/campaigns/plan-offer/test", asked | {"step": "text", "language": "en"})
    assert tested.status_code == 422
    assert '<option value="en" selected>' in str(tested.body)
    assert second.send(f"{step}send_back", asked).status_code == 303
    assert "Sent back: Too long for one segment" in words(first.open("/campaigns/plan-offer"))
