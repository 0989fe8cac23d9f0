"""Supervisors set teams and times, administrators give roles: from the outside."""

from __future__ import annotations

import html
import re

import pytest

from chalicelib.care.current import current
from chalicelib.console import settings, user_pool
from chalicelib.console.http_answers import Answer
from chalicelib.i18n.codes import CODES
from tests.support.console import Browser, as_role, mark_of, stage
from tests.support.factories import care_ready
from tests.support.pages import asks_of

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
BASE = re.compile(r'name="base" value="(\d+)"')
FIELD = re.compile(r'<input name="((?:deadlines|rank|recheck)\.[\w.]+)" size="6" value="([^"]*)"')


def form_of(browser: Browser, path: str) -> dict[str, str]:
    page = browser.open(path)
    body = str(page.body)
    base = BASE.search(body)
    assert base
    return {**dict(FIELD.findall(body)), "mark": mark_of(page), "base": base[1]}


def fields_of(page: Answer, path: str) -> dict[str, str]:
    """The form of an answer that saves, filled as it stands."""
    asks = [dict(one.fields) for one in asks_of(str(page.body), path) if one.method == "POST"]
    return next(one for one in asks if "base" in one and "share" not in one)


def test_every_weight_has_words() -> None:
    assert set(settings.HOURS) <= set(CODES["weight"])


def test_a_supervisor_says_who_is_in_a_team() -> None:
    care_ready()
    browser = as_role("supervisor")
    typed = {"members|care-north": "care, 李雷，", "lead|care-north": "care"}
    old = form_of(browser, "/teams")
    form = old | typed
    assert browser.send("/teams", form).status_code == 303
    team = current().care.team("care-north")
    assert (team.members, team.lead) == (("care", "李雷"), "care")
    other = {"members|care-south": "chen.jie, 韩梅梅"}  # in a form that was made from the version before
    told = browser.send("/teams", old | other)
    assert told.status_code == 409
    assert "it goes on top" in str(told.body)
    again = fields_of(told, "/teams")
    assert (again["members|care-north"], again["lead|care-north"]) == ("care, 李雷", "care"), "theirs"
    assert browser.send("/teams", again).status_code == 303
    teams = current().care.teams
    assert teams["care-north"].members == ("care", "李雷")
    assert teams["care-south"].members == ("chen.jie", "韩梅梅")
    empty = browser.send("/teams", form_of(browser, "/teams") | {"members|care-north": " , "})
    assert empty.status_code == 422
    assert "Name at least one person" in str(empty.body)


def test_deadlines_that_somebody_else_saved_meanwhile_stay_beside_what_is_typed() -> None:
    care_ready()
    browser = as_role("supervisor")
    old = form_of(browser, "/deadlines")
    theirs = old | {"deadlines.answer.gold": "11h"}
    assert browser.send("/deadlines", theirs).status_code == 303
    told = browser.send("/deadlines", old | {"rank.urgent": "49"})
    assert told.status_code == 409
    again = fields_of(told, "/deadlines")
    assert (again["deadlines.answer.gold"], again["rank.urgent"]) == ("11h", "49")
    assert browser.send("/deadlines", again).status_code == 303
    saved = form_of(browser, "/deadlines")
    assert (saved["deadlines.answer.gold"], saved["rank.urgent"]) == ("11h", "49")


def test_what_is_typed_of_several_teams_is_saved_together_and_stays_where_one_is_wrong() -> None:
    care_ready()
    browser = as_role("supervisor")
    typed = {
        "members|care-north": "care, 李雷",
        "assign_most|care-north": "4",
        "members|care-south": "chen.jie, 韩梅梅",
        "assign_most|care-south": "many",
    }
    refused = browser.send("/teams", form_of(browser, "/teams") | typed)
    page = html.unescape(str(refused.body))
    assert refused.status_code == 422
    assert page.count(" open><summary>") == 2
    assert 'id="e-care-south">must be a whole number' in page
    assert all(words in page for words in ("李雷", "韩梅梅", 'value="many"'))
    good = form_of(browser, "/teams") | typed | {"assign_most|care-south": ""}
    assert browser.send("/teams", good).status_code == 303
    known = current().care.teams
    assert (known["care-north"].assign_most, known["care-south"].members) == (4, ("chen.jie", "韩梅梅"))
    again = form_of(browser, "/teams") | {"share": "care-north"}
    held = browser.send("/teams", again | {"lead|care-south": "韩梅梅"})
    assert held.status_code == 422
    assert "save it before cases are given out" in str(held.body)
    assert browser.send("/teams", again).status_code == 303


def test_other_times_hold_and_what_is_no_time_is_named_at_its_field() -> None:
    care_ready()
    browser = as_role("supervisor")
    form = form_of(browser, "/deadlines")
    assert form["deadlines.answer.diamond"] == "6h"
    wrong = browser.send("/deadlines", {**form, "deadlines.answer.gold": "soon", "rank.urgent": "much"})
    assert wrong.status_code == 422
    page = html.unescape(str(wrong.body))
    assert 'id="e-deadlines.answer.gold"' in page
    assert 'id="e-rank.urgent"' in page
    assert 'value="soon"' in page
    before = current().care
    form |= {"deadlines.answer.diamond": "90m", "rank.urgent": "12.5", "deadlines.urgent.gold": ""}
    assert browser.send("/deadlines", form).status_code == 303
    after = current().care
    assert after.limits.answer["diamond"].total_seconds() == 5400
    assert after.rank.urgent == 12.5
    assert "gold" not in after.limits.urgent
    assert (after.teams, after.topics, after.roster) == (before.teams, before.topics, before.roster)


def test_an_administrator_gives_roles_but_not_to_themselves() -> None:
    care_ready()
    browser = as_role("admin")
    mark = mark_of(browser.open("/people"))
    assert (
        browser.send("/people", {"mark": mark, "what": "role care", "role|care": "supervisor"}).status_code
        == 303
    )
    assert {one.name: one.groups for one in user_pool.everybody(("care", "supervisor"))}["care"] == (
        "supervisor",
    )
    assert as_role("supervisor", name="care").open("/teams").status_code == 200
    assert "set role" in str(browser.open("/audit").body)
    own = browser.send("/people", {"mark": mark, "what": "role admin", "role|admin": "care"})
    assert "Nobody changes their own role" in html.unescape(str(own.body))
    gone = {"mark": mark, "what": "role nobody", "role|nobody": "care"}
    assert browser.send("/people", gone).status_code == 409
    king = {"mark": mark, "what": "role care", "role|care": "king"}
    assert browser.send("/people", king).status_code == 404
