"""Commands that change an account: users, keys, rollback; and the log lines of a function."""

from __future__ import annotations

import io
import json
import os
import time
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result
from moto import mock_aws

from chalicelib import clock
from chalicelib.cli import cli
from chalicelib.commands import logs
from chalicelib.commands.checkup import ROLES
from chalicelib.commands.releases import Version, before
from chalicelib.console import session, user_pool
from chalicelib.store import audit, dynamodb
from local.resources.functions import FUNCTIONS
from tests.support.console import stage
from tests.support.dynamodb import definition

__all__ = ["stage"]

TRUST = '{"Version": "2012-10-17", "Statement": []}'


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account; the environment says where."""
    monkeypatch.setattr(os, "environ", {"AWS_DEFAULT_REGION": "eu-west-1", "RINGBACK_STACK": ""})
    os.environ["RINGBACK_STAGE"] = "prod"
    user_pool._pool.cache_clear()
    with mock_aws():
        yield
    user_pool._pool.cache_clear()
    dynamodb.dynamodb.cache_clear()


@pytest.fixture
def pool(account: None) -> None:  # noqa: ARG001
    """The account's user pool, with a group for each role."""
    cognito = boto3.client("cognito-idp")
    made = cognito.create_user_pool(PoolName="ringback-prod")["UserPool"]["Id"]
    for group in ROLES:
        cognito.create_group(UserPoolId=made, GroupName=group)
    os.environ["RINGBACK_USER_POOL"] = made
    os.environ["RINGBACK_CATALOGUE"] = "test-catalogue"
    boto3.client("dynamodb").create_table(**definition("catalogue"))
    dynamodb.dynamodb.cache_clear()


def ringback(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(cli, arguments, input=typed)


def lines(*arguments: str, typed: str = "") -> list[dict[str, Any]]:
    result = ringback(*arguments, typed=typed)
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.usefixtures("pool")
def test_a_user_is_made_changed_and_removed() -> None:
    (made,) = lines("users", "add", "lin", "--role", "care")
    assert len(made["password"]) >= 12
    (typed,) = lines("users", "add", "wu", "--role", "admin", "--password-stdin", typed="Abc-def-123456\n")
    assert "password" not in typed
    assert [(one["user"], one["roles"]) for one in lines("users", "list")] == [
        ("lin", ["care"]),
        ("wu", ["admin"]),
    ]
    lines("users", "role", "lin", "--role", "marketing")
    lines("users", "password", "lin")
    lines("users", "remove", "wu")
    assert [(one["user"], one["roles"]) for one in lines("users", "list")] == [("lin", ["marketing"])]
    entries = audit.of_day(clock.now().date().isoformat()).records
    assert sorted((one.action, one.what) for one in entries) == [
        ("add_user", "user#lin"),
        ("add_user", "user#wu"),
        ("remove_user", "user#wu"),
        ("set_password", "user#lin"),
        ("set_role", "user#lin"),
    ]
    assert {one.role for one in entries} == {"engineer"}
    assert not any(made["password"] in str(one.plain()) for one in entries)


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("role", "care", "--role", "marketing"), session.CHANGED),
        (("password", "care"), session.EVERYWHERE),
        (("remove", "care"), session.REMOVED),
    ],
    ids=["another role", "another password", "removed"],
)
def test_what_a_command_changes_of_a_user_ends_their_sessions_at_once(
    command: tuple[str, ...], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_STACK", "")
    now = clock.now()
    cookie = session.begin(session.Identity(user_pool.subject_of("care"), "care", "care"), now)
    assert isinstance(session.opened(cookie, now), session.Session)
    lines("users", *command)
    over = session.opened(cookie, now)
    assert isinstance(over, session.Over)
    assert over.reason == why


@pytest.mark.usefixtures("pool")
def test_a_password_that_somebody_else_knows_is_good_for_one_sign_in() -> None:
    lines("users", "add", "lin", "--role", "care")
    lines("users", "password", "lin")
    (found,) = boto3.client("cognito-idp").list_users(UserPoolId=os.environ["RINGBACK_USER_POOL"])["Users"]
    assert found["UserStatus"] == "FORCE_CHANGE_PASSWORD"


@pytest.mark.usefixtures("pool")
def test_a_user_that_is_there_or_is_not_is_said_in_a_sentence() -> None:
    lines("users", "add", "lin", "--role", "care")
    again = ringback("users", "add", "lin", "--role", "care")
    assert (again.exit_code, "lin is there already" in again.stderr) == (1, True)
    for arguments in (("role", "nobody", "--role", "care"), ("password", "nobody"), ("remove", "nobody")):
        found = ringback("users", *arguments)
        assert (found.exit_code, "there is no user nobody" in found.stderr) == (1, True), arguments


@pytest.mark.parametrize(
    ("codes", "current", "to"),
    [
        ("ab", 2, 1),
        ("abb", 3, 1),
        ("abc", 3, 2),
        ("abc", 2, 1),
        ("aab", 3, 2),
        ("aba", 3, 2),
        ("aa", 2, None),
        ("a", 1, None),
    ],
)
def test_the_version_to_go_back_to_is_the_newest_older_one_of_another_code(
    codes: str, current: int, to: int | None
) -> None:
    versions = [Version(number, code) for number, code in enumerate(codes, 1)]
    found = before(versions, current)
    assert (found.number if found else None) == to


def package(said: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("app.py", said)
    return whole.getvalue()


def released(name: str, *codes: str, stage: str = "prod") -> None:
    """A function whose alias is at the last of these published codes."""
    role = boto3.client("iam")
    arn = f"arn:aws:iam::123456789012:role/{name}"
    role.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    client = boto3.client("lambda")
    client.create_function(
        FunctionName=name,
        Role=arn,
        Runtime="python3.12",
        Handler="app.f",
        Code={"ZipFile": package("first")},
        Environment={"Variables": {"RINGBACK_STAGE": stage}},
    )
    for code in codes:
        client.update_function_code(FunctionName=name, ZipFile=package(code))
        version = client.publish_version(FunctionName=name)["Version"]
    client.create_alias(FunctionName=name, Name="live", FunctionVersion=version)


def versions() -> dict[str, str]:
    client = boto3.client("lambda")
    names = [one["FunctionName"] for one in client.list_functions()["Functions"]]
    return {one: client.get_alias(FunctionName=one, Name="live")["FunctionVersion"] for one in names}


@pytest.mark.usefixtures("account")
def test_rollback_moves_every_function_of_the_stage_and_no_other() -> None:
    released("plan", "1", "2")
    released("sweep", "1", "2")
    released("plan-of-dev", "1", "2", stage="dev")
    (done,) = lines("rollback", "--yes")
    assert done["functions"] == 2
    assert versions() == {"plan": "1", "sweep": "1", "plan-of-dev": "2"}


@pytest.mark.usefixtures("account")
def test_rollback_does_nothing_when_one_function_cannot_go_back() -> None:
    released("plan", "1", "2")
    released("sweep", "1")
    refused = ringback("rollback", "--yes")
    assert (refused.exit_code, "sweep runs version 1" in refused.stderr) == (1, True)
    assert versions() == {"plan": "2", "sweep": "1"}


@pytest.mark.usefixtures("account")
def test_log_lines_are_printed_without_lambdas_own_and_errors_alone_when_asked() -> None:
    client = boto3.client("logs")
    group = {"logGroupName": "/ringback/prod/deliver-urgent", "logStreamName": "a"}
    client.create_log_group(logGroupName=group["logGroupName"])
    client.create_log_stream(**group)
    said = ['{"level": "info", "event": "x"}', "START RequestId: 1", '{"level": "error", "event": "y"}']
    now = int(time.time() * 1000)
    events = [{"timestamp": now + place, "message": line} for place, line in enumerate(said)]
    client.put_log_events(**group, logEvents=events)
    found = ringback("logs", "deliver_urgent")
    assert [line[9:] for line in found.stdout.splitlines()] == [said[0], said[2]]
    assert [line[9:] for line in ringback("logs", "deliver-urgent", "--errors").stdout.splitlines()] == [
        said[2]
    ]
    assert ringback("logs", "plan").stdout == ""
    assert ringback("logs", "planner").exit_code == 2


def test_every_function_has_logs_to_print() -> None:
    assert set(logs.FUNCTIONS.values()) == set(FUNCTIONS.values())
