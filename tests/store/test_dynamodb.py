"""What the answers to a conditional write mean."""

from __future__ import annotations

import pytest

from chalicelib.store import dynamodb
from chalicelib.store.schema.catalogue import Control


def test_a_busy_table_is_no_answer_to_whether_something_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_CATALOGUE", "catalogue")
    answers = iter([["retry"], ["retry"], ["ok"]])
    monkeypatch.setattr(dynamodb, "write", lambda _: next(answers))
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert dynamodb.write_one(dynamodb.insert(Control())) == "ok"
