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
from chalicelib.console.routes import ROUTES
from chalicelib.functions import counting
from chalicelib.i18n.translations import languages
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.conversations import Survey, Text
from tests.care.world import complain, settle_in
from tests.functions.test_counting import NO_CONTEXT, record
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.service import WANG, Service

__all__ = ["stage"]


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("role", session.ROLES)
def test_everybody_comes_to_their_first_page(role: str) -> None:
    there = as_role(role).open("/").headers["Location"]
    assert there == ("/campaigns" if role == "marketing" else "/queue")


@pytest.mark.usefixtures("tables")
def test_every_route_wants_a_session_a_role_and_a_form_mark() -> None:
    browsers = {role: as_role(role) for role in session.ROLES}
    wrong = []
    for route in ROUTES:
        path = re.sub(r"\{\w+\}", "x", route.path)
        for role, browser in {"nobody": Browser(), **browsers}.items():
            if route.method == "GET" and role in route.roles:
                continue
            answer = browser.open(path) if route.method == "GET" else browser.send(path, {})
            turned_away = answer.status_code in (302, 303) and "/sign-in" in str(answer.headers["Location"])
            if not (turned_away if role == "nobody" else answer.status_code == 403):
                wrong.append((route.method, route.path, role, answer.status_code))
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
    [
        one
        for one in ROUTES
        if "{" not in one.path and one.method == "GET" and one.path not in (drafts.PATH, "/inbox/news")
    ],
    ids=lambda route: str(route.path),
)
def test_every_page_opens_with_nothing_in_it(route: Any, language: str) -> None:
    settle_in()
    page = as_role("admin", language).open(route.path)
    assert page.status_code == 200
    assert f'<html lang="{language}"' in str(page.body)


@pytest.mark.usefixtures("stage")
def test_a_case_from_the_queue_to_its_answer() -> None:
    settle_in()
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
    settle_in()
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
