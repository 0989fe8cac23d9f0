"""`ringback keys`: a key for each sender, exchanged without a gap, and what it leaves in the audit trail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib import clock
from chalicelib.cli import cli
from chalicelib.store import api_keys, audit


def lines(*arguments: str) -> list[dict[str, Any]]:
    result = CliRunner().invoke(cli, ["keys", *arguments])
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_a_key_is_exchanged_with_an_overlap_and_ended(
    tables: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tables
    monkeypatch.setenv("RINGBACK_STACK", "")
    (first,) = lines("make", "billing")
    (second,) = lines("make", "billing", "--overlap", "1")
    assert first["key"] != second["key"]
    assert [bool(one["until"]) for one in lines("list")] == [True, False]
    assert first["key"] not in json.dumps(lines("list"))
    api_keys.forget()
    assert api_keys.sender_of(first["key"], clock.now()) == "billing"
    assert lines("end", "billing") == [{"sender": "billing", "ended": 2}]
    api_keys.forget()
    assert api_keys.sender_of(second["key"], clock.now()) is None
    done = [one.action for one in audit.of_day(clock.now().date().isoformat()).records]
    assert sorted(done) == ["end_keys", "make_key", "make_key"]
