"""The command itself: what it loads, what it says when something is missing, where it finds the service."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from chalicelib import cli
from chalicelib.commands import shared
from chalicelib.commands.place import stack

HEAVY = ("boto3", "botocore", "pynamodb", "jinja2", "chalice", "cnlunar", "yaml")


def _exists(where: str) -> bool:
    return importlib.util.find_spec(where.partition(":")[0]) is not None


@pytest.mark.parametrize("name", [name for name, where in cli.COMMANDS.items() if _exists(where)])
def test_every_command_has_help(name: str) -> None:
    result = CliRunner().invoke(cli.cli, [name, "--help"])
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.output


def test_a_module_that_is_not_there_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cli.COMMANDS, "someday", "chalicelib.commands.someday:someday")
    assert "someday" not in CliRunner().invoke(cli.cli, ["--help"]).output
    result = CliRunner().invoke(cli.cli, ["someday"])
    assert result.exit_code == 2
    assert "No such command" in result.output


def test_sms_count_loads_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from chalicelib.cli import cli\n"
        "cli(['sms', 'count'], standalone_mode=False)\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], input=b"{}\n", capture_output=True, check=False)
    assert ran.returncode == 1  # the bad line: nothing was printed after it
    ran = subprocess.run(
        [sys.executable, "-c", script], input=b'{"text": "hi"}\n', capture_output=True, check=True
    )
    assert ran.stdout.splitlines()[-1] == b"[]"


STACK = {
    "aws_endpoint": "http://127.0.0.1:4566",
    "region": "eu-west-1",
    "event_bus": "ringback",
    "tables": {"conversations": "t-conversations", "cases": "t-cases"},
    "queues": {"urgent": "http://127.0.0.1:4566/1/urgent"},
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder below one with a stack, as the current one, and an environment of its own."""
    (tmp_path / ".local").mkdir()
    (tmp_path / ".local" / "stack.json").write_text(json.dumps(STACK), encoding="utf-8")
    below = tmp_path / "templates" / "birthday"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)
    monkeypatch.setattr(os, "environ", {"AWS_SECRET_ACCESS_KEY": "mine", "AWS_ACCESS_KEY_ID": "me"})
    return tmp_path


def test_the_stack_is_found_upwards_and_set(folder: Path) -> None:  # noqa: ARG001
    assert stack().local == STACK
    assert os.environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert os.environ["AWS_DEFAULT_REGION"] == "eu-west-1"
    assert os.environ["RINGBACK_CONVERSATIONS"] == "t-conversations"
    assert os.environ["RINGBACK_QUEUE_URGENT"].endswith("/urgent")
    assert os.environ["RINGBACK_BUS"] == "ringback"
    assert "RINGBACK_DROP_BUCKET" not in os.environ
    assert os.environ["AWS_SECRET_ACCESS_KEY"] == "mine"


def test_without_a_stack_the_environment_is_left_alone(folder: Path) -> None:
    (folder / ".local" / "stack.json").unlink()
    before = dict(os.environ)
    assert stack().local is None
    assert before == os.environ


def test_an_empty_setting_means_the_aws_environment(folder: Path) -> None:  # noqa: ARG001
    os.environ["RINGBACK_STACK"] = ""
    assert stack().local is None
    assert "AWS_ENDPOINT_URL" not in os.environ


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"aws_endpoint": "x", "region": "y", "tables": 3}'])
def test_a_broken_stack_is_named_and_changes_nothing(folder: Path, content: str) -> None:
    (folder / ".local" / "stack.json").write_text(content, encoding="utf-8")
    before = dict(os.environ)
    with pytest.raises(click.ClickException, match=r"stack\.json"):
        stack()
    assert before == os.environ


def test_half_a_pair_is_written_as_json_escapes_it(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    shared.emit({"text": "云\ud83d"})
    out, _ = capfdbinary.readouterr()
    assert out == '{"text": "云\\ud83d"}\n'.encode()
    assert json.loads(out) == {"text": "云\ud83d"}


def test_a_missing_setting_is_said_in_a_sentence() -> None:
    advice = cli.advise(KeyError("RINGBACK_CASES"))
    assert advice is not None
    assert "RINGBACK_CASES is not set" in advice
    assert "make run" in advice


def test_an_aws_error_is_found_behind_others() -> None:
    from botocore.exceptions import NoCredentialsError

    outer = RuntimeError("wrapped")
    outer.__cause__ = NoCredentialsError()
    assert "no AWS credentials" in (cli.advise(outer) or "")


def test_what_is_a_bug_stays_a_traceback() -> None:
    assert cli.advise(KeyError("text")) is None
    assert cli.advise(ValueError("x")) is None
