"""The console from the outside: signing in, who may open what, forms of other sites, and a case's pages."""

from __future__ import annotations

import html
import re
from typing import Any
from urllib.parse import quote

import pytest

from chalicelib.care import figures
from chalicelib.care.reads import search
from chalicelib.console import drafts, session
from chalicelib.console.routes import ROUTES, match
from chalicelib.functions import counting
from chalicelib.i18n.translations import languages
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.conversations import Survey, Text
from tests.functions.test_counting import NO_CONTEXT, record
from tests.functions.test_fuzz import METHODS, Caller
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.factories import WANG, care_ready, complain
from tests.support.pages import Ask
from tests.support.service import Service

__all__ = ["stage"]


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("role", session.ROLES)
def test_everybody_comes_to_their_first_page(role: str) -> None:
    there = as_role(role).open("/").headers["Location"]
    assert there == ("/campaigns" if role == "marketing" else "/queue")


# What they show has to be there, or named.
NEED_MORE = (drafts.PATH, "/inbox/news", "/queue/news", "/imports/look", "/imports/report")


def gets(status: int, to: str, body: str) -> str:
    """What somebody gets, in a word."""
    if status in (302, 303) and "/sign-in" in to:
        return "sign in"
    if status == 405:
        return "no such method"
    if status == 404 or status >= 500:
        return str(status)
    return "not their role" if "Your role may not" in body else "mark" if "too old" in body else "page"


def wanted(path: str, method: str, role: str) -> set[str]:
    """What somebody in a role, or nobody, is to get of a path that routes have. A page about a thing is not
    there for a thing that is not there, and a form without its mark does nothing."""
    if method not in ("GET", "POST"):
        return {"no such method"}
    if role == "nobody":
        return {"sign in"}
    allowed = [one.roles for one in ROUTES if (one.path, one.method) == (path, method)]
    if not allowed:  # a pattern may have the place of another's name
        other = match(method, re.sub(r"\{\w+\}", "x", path))
        return {"404", "mark", "not their role"} if other else {"404"}
    if role not in allowed[0]:
        return {"not their role"}
    return {"page", "404"} if method == "GET" else {"mark"}


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("role", ["nobody", *session.ROLES])
def test_every_route_by_every_method_gives_each_role_its_own_and_nothing_else(role: str) -> None:
    caller = Caller()
    methods = METHODS if role in ("nobody", "admin") else ("GET", "POST")
    wrong = []
    for path in sorted({one.path for one in ROUTES}):
        for method in methods:
            answer = caller.send(role, Ask(method, re.sub(r"\{\w+\}", "x", path), []))
            headers = {**answer["headers"], **answer["multiValueHeaders"]}
            got = gets(answer["statusCode"], str(headers.get("Location", "")), answer["body"])
            if got not in wanted(path, method, role):
                wrong.append((method, path, role, got, wanted(path, method, role)))
    assert wrong == []


@pytest.mark.usefixtures("stage")
def test_pages_let_no_script_in_but_their_own() -> None:
    page = as_role("care").open("/queue")
    assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert "unsafe-inline" not in page.headers["Content-Security-Policy"]
    assert not re.search(r"<script(?![^>]* src=)|\son\w+=|\sstyle=", str(page.body))


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("name", ["../brands.yaml", "..%2fbrands.yaml", "app.html", "nothing.css"])
def test_nothing_but_styles_and_scripts_is_handed_out(name: str) -> None:
    assert Browser().open(f"/static/{name}").status_code == 404


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize(
    "route",
    [one for one in ROUTES if "{" not in one.path and one.method == "GET" and one.path not in NEED_MORE],
    ids=lambda route: str(route.path),
)
def test_every_page_opens_with_nothing_in_it(route: Any, language: str) -> None:
    care_ready()
    page = as_role("admin", language).open(route.path)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in str(page.body)


@pytest.mark.usefixtures("stage")
def test_a_case_from_the_queue_to_its_answer() -> None:
    care_ready()
    case = complain()
    browser = as_role("care")
    assert f"/cases/{case.case_id}" in str(browser.open("/queue?tab=all").body)
    page = browser.open(f"/cases/{case.case_id}")
    assert "+8613800000001" not in str(page.body)
    form = {"mark": mark_of(page), "revision": str(case.revision), "once": "a"}
    assert browser.send(f"/cases/{case.case_id}/claim", form).status_code == 303
    page = browser.open(f"/cases/{case.case_id}")
    assert "The case is yours." in str(page.body)
    assert "The case is yours." not in str(browser.open(f"/cases/{case.case_id}").body)
    (now,) = search(case.case_id)
    assert now.owner == "care"
    browser.send(f"/cases/{case.case_id}/number", form)
    assert "+8613800000001" in str(browser.open(f"/cases/{case.case_id}").body)


@pytest.mark.usefixtures("stage")
def test_the_second_of_two_people_is_told_and_keeps_what_they_typed() -> None:
    care_ready()
    case = complain()
    first, second = as_role("care"), as_role("supervisor")
    page = second.open(f"/cases/{case.case_id}")
    stale = {"mark": mark_of(page), "revision": str(case.revision), "once": "b", "text": "我来处理"}
    form = {"mark": mark_of(first.open("/queue?tab=all")), "revision": str(case.revision), "once": "a"}
    first.send(f"/cases/{case.case_id}/claim", form)
    told = second.send(f"/cases/{case.case_id}/answer", stale)
    assert told.status_code == 409
    assert "care changed this case at" in str(told.body)
    assert "我来处理" in str(told.body)
    assert search(case.case_id)[0].answers == 0


ODD = {
    "html": "1 <script>alert(1)</script>",
    "an attribute": '1 " onmouseover="alert(1)',
    "emoji only": "😡😡👎",
    "1,600 characters": "1 分，" + "网速太慢" * 399,
    "a quote of the invitation": "> 请回复1-5评分，回复TD退订\n1",
    "template marks": "1 {{ 7 * 7 }} {% raw %}",
}


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("known", [True, False], ids=["known number", "unknown number"])
@pytest.mark.parametrize("body", ODD.values(), ids=ODD.keys())
def test_what_a_subscriber_writes_is_shown_as_it_is_and_is_nothing_else(
    service: Service, body: str, known: bool
) -> None:
    service.complain()
    service.settle()
    number = "+8613900000001" if known else "+8613955550000"
    for _ in range(2):
        service.write(body, "in-1", number)
    page = str(as_role("care").open(f"/cases?q={quote(number)}").body)
    page = page.replace("<mark>", "").replace("</mark>", "")  # around what the reading rests on
    assert page.count(html.escape(body).replace("&#x27;", "&#39;").replace("&quot;", "&#34;")) >= 1
    assert body not in page or html.escape(body) == body
    assert page.count('<article class="msg">') == 1  # delivered twice, kept once


@pytest.mark.usefixtures("stage")
def test_a_conversation_shows_why_events_led_to_no_text(service: Service) -> None:
    service.usage(12)
    page = str(as_role("care").open(f"/cases?q={quote('+8613900000001')}").body)
    assert "(e-usage.reported): No text. usage-alert: below every threshold." in page


def test_a_survey_and_its_score_are_on_the_board(service: Service) -> None:
    service.complain()
    service.settle()
    service.write("2")
    said = [one for one in relationship(WANG.msisdn) if isinstance(one, Text | Survey)]
    counted = {"Records": [record(n, None, one) for n, one in enumerate(said)]}
    for _ in range(2):  # the stream brings them again
        counting.count(counted, NO_CONTEXT)
    day = service.now.date().isoformat()
    total = figures.board(day, day).total
    assert (total["asked"], total["answers"], total["satisfied"], total.scores) == (1, 1, 0, {2: 1})
