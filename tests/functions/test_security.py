"""What a review found that somebody could do, and what no other test shows: docs/security.md has the list."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from click.testing import CliRunner

from chalicelib import clock, queues
from chalicelib.cli import cli
from chalicelib.console import user_pool
from chalicelib.console.care import inert
from chalicelib.console.frame import ADMIN, File, Route, Visit
from chalicelib.delivery import dead_letters
from chalicelib.problems import Problem
from chalicelib.store import audit
from local.template import resources
from tests.support.console import Browser, as_role, stage
from tests.support.dynamodb import ROOT, Aws
from tests.support.factories import care_ready, complain

__all__ = ["stage"]
CELLS = {
    "nothing": ("", ""),
    "words": ("宽带断了", "宽带断了"),
    "a formula": ("=1+1", "'=1+1"),
    "a formula of full width": ("＝1+1", "'＝1+1"),
    "an at of full width": ("＠SUM(A1)", "'＠SUM(A1)"),
    "a minus of full width": ("－2+3", "'－2+3"),
    "a formula behind blanks": ("  +cmd", "'  +cmd"),
    "a carriage return": ("\r=1", "'\r=1"),
    "a tab": ("\t=1", "'\t=1"),
    "a number below zero": ("-3.5", "-3.5"),
}


@pytest.mark.parametrize(("cell", "written"), CELLS.values(), ids=CELLS.keys())
def test_a_cell_of_a_table_runs_nothing_and_an_empty_one_is_empty(cell: str, written: str) -> None:
    assert inert(cell) == written


@pytest.mark.usefixtures("tables")
@pytest.mark.parametrize("there", ["//evil.example", "/\\evil.example", "https://evil.example", "evil"])
def test_a_choice_of_language_leads_to_no_other_site(there: str) -> None:
    answer = Browser().send("/choose", {"theme": "dark", "back": there})
    assert str(answer.headers.get("Location", "/")) == "/"


def actions() -> list[tuple[str, str, str]]:
    """Who did what to what today, the latest last."""
    found = audit.of_day(clock.now().date().isoformat()).records
    return [(one.by, one.action, one.what) for one in reversed(found)]


@pytest.mark.usefixtures("tables")
def test_who_takes_a_table_away_or_reads_a_conversation_is_written_down() -> None:
    care_ready()
    complain()
    browser = as_role("care")
    browser.open("/queue?tab=all&as=csv")
    browser.open(f"/cases?q={quote('+8613800000001')}")
    assert [one for one in actions() if one[1] != "sign_in"] == [
        ("care", "export", "/queue"),
        ("care", "read_conversation", "number +86 138 •••• 0001"),
    ]


def test_what_is_done_by_command_is_written_down(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    assert aws
    monkeypatch.setenv("RINGBACK_STACK", "")
    care_ready()
    queues.dead_letter("intake", [("{}", Problem("field.missing", place="resource"))])
    (letter,) = dead_letters.look(["intake"], hold=0, most=1)
    for arguments in (["campaigns", "pause", "--all"], ["dead", "retry", letter.id]):
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, result.output
    assert [one[1:] for one in actions()] == [("pause_all", "control"), ("put_back_letters", "1 intake")]
    assert {"(ringback)"} == {one[0].rpartition(" ")[2] for one in actions()}


@pytest.mark.usefixtures("tables")
def test_a_file_is_kept_by_no_cache_and_its_name_says_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    def odd(_: Visit) -> File:
        return File('a"; filename=b.exe\r\nX: 1', "text/csv", "x")

    monkeypatch.setattr("chalicelib.console.routes.ROUTES", (Route("GET", "/odd", ADMIN, odd),))
    answer = as_role("admin").open("/odd")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="a-filename-b.exe-X-1"'


def spared_paths(statement: dict[str, Any]) -> list[tuple[str, str]]:
    """How and to what each path is compared that the firewall's rate leaves out."""
    matches = statement["NotStatement"]["Statement"]["OrStatement"]["Statements"]
    found = [one["ByteMatchStatement"] for one in matches]
    return [(one["PositionalConstraint"], one["SearchString"]) for one in found]


def test_no_path_escapes_the_firewalls_rate_by_its_ending() -> None:
    rules = resources(ROOT)["WebAcl"]["Properties"]["Rules"]
    (rate,) = [one["Statement"] for one in rules if "RateBasedStatement" in one["Statement"]]
    spared = spared_paths(rate["RateBasedStatement"]["ScopeDownStatement"])
    assert spared
    assert {how for how, _ in spared} <= {"EXACTLY", "STARTS_WITH"}
    assert all(path != "/queue/events" and not "/queue/events".startswith(path) for _, path in spared)


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize("code", ["TooManyRequestsException", "InternalErrorException"])
def test_a_user_pool_that_does_not_answer_changes_nothing_for_who_is_signed_in(
    code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pool = user_pool._pool()

    def refuse(**_: Any) -> None:
        raise pool.exceptions.ClientError({"Error": {"Code": code, "Message": ""}}, "AdminGetUser")

    monkeypatch.setattr(pool, "admin_get_user", refuse)
    assert user_pool.standing("care", "care") == "care"
