"""An administrator changes the policy in a form, another one puts it in force; what no field says stays."""

from __future__ import annotations

import html
import re
from copy import deepcopy
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from chalicelib import clock
from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.lifecycle import Who
from chalicelib.console import policy_form
from chalicelib.delivery import caps
from chalicelib.delivery.policy import policy_from
from chalicelib.i18n.translations import languages
from chalicelib.intake import subscriber_changes
from chalicelib.problems import BadDocument
from chalicelib.store import catalogue
from chalicelib.store.dynamodb import insert, write_one
from chalicelib.store.schema.conversations import NumberState
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.factories import NOW, WANG, care_ready, policy_document

__all__ = ["stage"]
FIELD = re.compile(r'<input id="f-[^"]*" name="([wcn]\|[^"]+)"[^>]*? value="([^"]*)"')
CHOICE = re.compile(r'<select id="f-[^"]*" name="([^"]+)".*?</select>')
CHOSEN = re.compile(r'<option(?: value="([^"]*)")? selected')
BASE = re.compile(r'name="base" value="(\d+)"')
WRONG = re.compile(r'<p class="err" id="e-([^"]+)">([^<]+)</p>')


def form_of(browser: Browser, what: str = "save") -> dict[str, str]:
    """What the form holds, as a browser would send it."""
    page = browser.open("/policy")
    body = str(page.body)
    fields = {name: html.unescape(value) for name, value in FIELD.findall(body)}
    for one in CHOICE.finditer(body):
        found = CHOSEN.search(one[0])
        fields[one[1]] = found[1] if found else ""
    base = BASE.search(body)
    assert base
    return fields | {"mark": mark_of(page), "base": base[1], "what": what}


def live_policy() -> dict[str, Any]:
    control = catalogue.control()
    found: dict[str, Any] = dict(catalogue.documents([("policy", control.live["policy"])])["policy"])
    return found


def states() -> list[str]:
    """Of the versions, the latest first."""
    return [one.status for one in lifecycle.history("policy")]


def changed(**at: Any) -> dict[str, Any]:
    """The shipped policy with `a__b__0=value` put in its place, or taken out where it is None."""
    document = policy_document()
    for way, value in at.items():
        *parts, last = way.split("__")
        inside: Any = document
        for part in parts:
            inside = inside[int(part) if part.isdigit() else part]
        if value is None:
            del inside[int(last) if last.isdigit() else last]
        else:
            inside[int(last) if last.isdigit() else last] = value
    return document


HOURS = "windows__0__hours__"


@pytest.mark.parametrize("language", languages())
def test_a_form_that_nobody_changed_says_the_same_document(language: str) -> None:
    document = changed(windows__0__hours__CN={"hours": "any", "friday": "closed"}) | {
        "link_hosts": ["a.example"]
    }
    shown = policy_form.fields_of(document, language)
    assert policy_form.changed(document, shown, language) == {}
    assert policy_form.written(document, {}).document == document
    hours = {name: value for name, value in shown.items() if name.startswith("w|")}
    assert policy_form.written(document, hours).document == document  # words lead back to the codes


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        pytest.param({"w|0|*|hours": "09:00-19:00"}, {HOURS + "*": "09:00-19:00"}, id="hours everywhere"),
        pytest.param(
            {"w|0|*|sunday": "不发送"},
            {HOURS + "*": {"hours": "09:00-20:00", "sunday": "closed"}},
            id="a day, in words",
        ),
        pytest.param({"w|0|US/TX|sunday": ""}, {HOURS + "US/TX__sunday": None}, id="a day less"),
        pytest.param(
            {"w|0|CN|holiday": "saturday"}, {HOURS + "CN__holiday": "saturday"}, id="a weekday's hours"
        ),
        pytest.param(
            {"w|0|US/WA|hours": "", "w|0|US/WA|holiday": ""}, {HOURS + "US/WA": None}, id="a place less"
        ),
        pytest.param(
            {"w|0|+|place": "gb", "w|0|+|hours": "8:00–20:00"},
            {HOURS + "GB": "8:00-20:00"},
            id="a place more",
        ),
        pytest.param({"c|*|1|at_most": "4"}, {"caps__*__1__at_most": 4}, id="a cap's number"),
        pytest.param({"c|*|0|of": "survey"}, {"caps__*__0__of": ["survey"]}, id="what a cap counts"),
        pytest.param(
            {"c|*|0|of": "survey+marketing"}, {"caps__*__0__of": ["survey", "marketing"]}, id="together"
        ),
        pytest.param({"c|US/FL|0|per": "week"}, {"caps__US/FL__0__per": "week"}, id="a cap's span"),
        pytest.param({"c|US/OK|0|at_most": ""}, {"caps__US/OK": None}, id="a place's only cap less"),
        pytest.param({"c|*|0|at_most": ""}, {"caps__*__0": None}, id="a cap less"),
        pytest.param(
            {"c|+|place": "cn", "c|+|of": "survey+marketing", "c|+|at_most": "2"},
            {"caps__CN": [{"of": ["survey", "marketing"], "at_most": 2, "per": "day"}]},
            id="a cap more",
        ),
        pytest.param({"n|keep_proof_months": "36"}, {"keep_proof_months": 36}, id="a number"),
        pytest.param(
            {"n|automatic_answers.a_day": "9"}, {"automatic_answers__a_day": 9}, id="a number inside"
        ),
        pytest.param({"n|approve_from": "500"}, {"approve_from": 500}, id="a number that was not there"),
    ],
)
def test_each_field_changes_its_place_and_nothing_else(typed: dict[str, str], after: dict[str, Any]) -> None:
    before = policy_document()
    kept = deepcopy(before)
    done = policy_form.written(before, policy_form.changed(before, typed, "zh-CN"))
    assert (done.document, done.wrong) == (changed(**after), {})
    policy_from(done.document)
    assert before == kept


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        pytest.param({"w|0|US|hours": "8 to 9"}, "w|0|US|hours", id="no hours"),
        pytest.param({"w|0|*|hours": "25:00-26:00"}, "w|0|*|hours", id="no time of day"),
        pytest.param({"w|0|*|hours": ""}, "w|0|*|hours", id="no hours everywhere"),
        pytest.param({"w|0|US/TX|hours": ""}, "w|0|US/TX|hours", id="only a Sunday"),
        pytest.param({"w|0|+|place": "XX", "w|0|+|hours": "any"}, "w|0|+|place", id="no such country"),
        pytest.param({"w|0|+|place": "US/ZZ", "w|0|+|hours": "any"}, "w|0|+|place", id="no such region"),
        pytest.param({"w|0|+|place": "us/tx", "w|0|+|hours": "any"}, "w|0|+|place", id="a place twice"),
        pytest.param({"w|0|+|place": "GB"}, "w|0|+|hours", id="a place without hours"),
        pytest.param({"w|0|+|hours": "any"}, "w|0|+|place", id="hours without a place"),
        pytest.param({"w|0|+|place": "GB", "w|0|+|hours": "x"}, "w|0|+|hours", id="a new place's hours"),
        pytest.param({"c|*|0|at_most": "0"}, "c|*|0|at_most", id="a cap of none"),
        pytest.param(
            {"c|*|0|at_most": "", "c|*|1|at_most": "many"}, "c|*|1|at_most", id="after one that is gone"
        ),
        pytest.param({"c|*|0|of": "letters"}, "c|*|0|of", id="a cap of what is no kind"),
        pytest.param({"c|US/FL|0|per": "year"}, "c|US/FL|0|per", id="no span"),
        pytest.param({"c|+|at_most": "3"}, "c|+|of", id="a cap of nothing"),
        pytest.param(
            {"c|+|at_most": "3", "c|+|of": "survey", "c|+|place": "XX"}, "c|+|place", id="a cap nowhere"
        ),
        pytest.param({"n|confirm_within_minutes": "6"}, "n|confirm_within_minutes", id="too long"),
        pytest.param({"n|keep_proof_months": ""}, "n|keep_proof_months", id="no number"),
        pytest.param({"n|automatic_answers.an_hour": "5"}, "n|automatic_answers.a_day", id="fewer a day"),
    ],
)
def test_what_is_wrong_belongs_to_one_field(typed: dict[str, str], wrong: str) -> None:
    document = policy_document()
    done = policy_form.written(document, policy_form.changed(document, typed, "en"))
    found = set(done.wrong)
    try:
        policy_from(done.document)
    except BadDocument as bad:
        found |= {done.field_of(one) for one in bad.problems}
    assert found == {wrong}


@pytest.mark.usefixtures("stage")
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept() -> None:
    care_ready()
    browser = as_role("admin")
    typed = {"w|0|+|place": "XX", "w|0|US|hours": "8 to 9", "c|*|0|at_most": "0", "n|keep_proof_months": ""}
    sent = browser.send("/policy", form_of(browser, "submit") | typed | {"w|0|+|hours": "any"})
    page = str(sent.body)
    assert sent.status_code == 422
    assert {name for name, _ in WRONG.findall(page)} == set(typed)
    assert page.count("autofocus") == len(typed)
    assert {name: value for name, value in FIELD.findall(page) if name in typed} == typed
    assert states() == ["live"]


@pytest.mark.usefixtures("stage")
def test_a_second_administrator_puts_a_change_in_force() -> None:
    care_ready()
    author, other = as_role("admin"), as_role("admin", name="wang.wei")
    form = form_of(author, "submit") | {"w|0|*|hours": "09:00-19:00", "c|*|1|at_most": "2"}
    assert author.send("/policy", form).status_code == 303
    assert states() == ["in_review", "live"]
    assert live_policy() == policy_document()
    page = str(author.open("/policy").body)
    assert "2 fields are different from version 1" in page
    mark = mark_of(author.open("/policy"))
    refused = author.send("/policy/step/approve", {"mark": mark, "version": "2"})
    assert refused.status_code == 422
    assert states() == ["in_review", "live"]
    seen = other.open("/policy")
    assert "09:00-19:00" in html.unescape(str(seen.body)).split("<pre>")[1].split("</pre>")[0]
    words = html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(seen.body))))
    assert "survey, marketing · everywhere · Every day 09:00-20:00 → 09:00-19:00" in words
    assert "marketing · everywhere · At most 3 → 2" in words
    step = {"mark": mark_of(seen), "version": "2"}
    assert other.send("/policy/step/approve", step).status_code == 303
    assert live_policy()["windows"][0]["hours"]["*"] == "09:00-19:00"
    assert live_policy()["caps"]["*"][1]["at_most"] == 2
    for taken in ("end", "pause", "approve"):  # what is in force is nothing that waits
        assert other.send(f"/policy/step/{taken}", step).status_code == (404 if taken == "pause" else 409)
    assert catalogue.control().live["policy"] == 2


@pytest.mark.usefixtures("stage")
def test_a_draft_is_kept_changed_sent_back_and_discarded() -> None:
    care_ready()
    browser, other = as_role("admin"), as_role("admin", name="wang.wei")
    assert browser.send("/policy", form_of(browser)).status_code == 422  # nothing is different
    assert browser.send("/policy", form_of(browser) | {"n|confirm_from": "20000"}).status_code == 303
    assert browser.send("/policy", form_of(browser) | {"n|approve_from": "50"}).status_code == 303
    assert states() == ["draft", "draft", "live"]
    assert browser.send("/policy", form_of(browser, "submit")).status_code == 303
    assert states() == ["in_review", "draft", "live"]
    step = {"mark": mark_of(other.open("/policy")), "version": "3", "note": "Not before May."}
    assert other.send("/policy/step/send_back", step).status_code == 303
    assert "Not before May." in str(browser.open("/policy").body)
    step = {"mark": mark_of(browser.open("/policy"))}
    assert browser.send("/policy/step/end", step | {"version": "2"}).status_code == 409
    assert browser.send("/policy/step/end", step | {"version": "3"}).status_code == 303
    assert states() == ["ended", "draft", "live"]
    assert form_of(browser)["n|confirm_from"] == "10000"
    assert browser.send("/policy", form_of(browser) | {"n|confirm_from": "30000"}).status_code == 303
    made = lifecycle.history("policy")[0]
    assert made.document == policy_document() | {"confirm_from": 30_000}


@pytest.mark.usefixtures("stage")
def test_what_a_change_would_have_done_is_told_before_it_is_handed_in_and_to_who_approves() -> None:
    care_ready()
    at = clock.now() - timedelta(hours=1)
    day = at.astimezone(ZoneInfo(WANG.time_zone))
    subscriber_changes.put_many([WANG])
    recent = (caps.entry("mt#x", "offer", "marketing", at),)
    write_one(insert(NumberState(msisdn=WANG.msisdn, version=1, recent=recent)))
    browser, other = as_role("admin"), as_role("admin", name="wang.wei")
    later = f"{(day.hour + 3) % 24:02d}:00-{(day.hour + 4) % 24:02d}:00"
    opened = policy_document() | {"windows": [{"for": ["marketing", "survey"], "hours": {"*": "any"}}]}
    made = lifecycle.save("policy", opened, Who("li.na", "files"), NOW)
    catalogue.go_live({"policy": made.number})
    form = form_of(browser, "estimate") | {"w|0|*|hours": later}
    told = browser.send("/policy", form)
    assert "1 would have gone out at another hour" in str(told.body)
    assert later in str(told.body)
    before = len(states())
    assert browser.send("/policy", form | {"what": "submit"}).status_code == 303
    assert len(states()) == before + 1  # to look changes nothing
    assert "estimate=1" in str(other.open("/policy").body)
    assert "1 would have gone out at another hour" in str(other.open("/policy?estimate=1").body)


@pytest.mark.usefixtures("stage")
def test_nothing_is_handed_in_with_other_words_typed_beside_it() -> None:
    care_ready()
    browser, other = as_role("admin"), as_role("admin", name="wang.wei")
    assert (
        browser.send("/policy", form_of(browser, "submit") | {"n|confirm_from": "20000"}).status_code == 303
    )
    step = form_of(other) | {"version": "2", "n|approve_from": "77", "note": "soon"}
    for taken in ("approve", "send_back"):
        refused = other.send(f"/policy/step/{taken}", step)
        page = str(refused.body)
        assert (refused.status_code, states()[0]) == (422, "in_review")
        assert "did not save it" in page
        assert (dict(FIELD.findall(page))["n|approve_from"], "soon" in page) == ("77", True)
    bare = form_of(other) | {"version": "2", "note": " "}
    assert "Say why it is sent back" in str(other.send("/policy/step/send_back", bare).body)


@pytest.mark.usefixtures("stage")
def test_what_somebody_else_saved_meanwhile_stays_under_what_was_typed() -> None:
    care_ready()
    browser = as_role("admin")
    mine = form_of(browser) | {"n|confirm_from": "20000"}
    theirs = policy_document() | {"keep_proof_months": 30}
    lifecycle.save("policy", theirs, Who("li.na", "files"), NOW)
    refused = browser.send("/policy", mine)
    page = str(refused.body)
    assert (refused.status_code, states()) == (409, ["draft", "live"])
    assert "li.na saved version 2" in page
    shown = dict(FIELD.findall(page))
    assert (shown["n|confirm_from"], shown["n|keep_proof_months"]) == ("20000", "30")
    base = BASE.search(page)
    assert base
    again = mine | shown | {"base": base[1]}
    assert browser.send("/policy", again).status_code == 303
    assert lifecycle.history("policy")[0].document == theirs | {"confirm_from": 20_000}
    assert as_role("supervisor").open("/policy").status_code == 403
