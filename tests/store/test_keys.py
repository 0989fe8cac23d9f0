"""Keys that somebody made up: nothing is there, and DynamoDB is not asked."""

from __future__ import annotations

import pytest

from chalicelib.store import dynamodb
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import CONVERSATIONS, Reply


@pytest.mark.parametrize(
    "key",
    [
        pytest.param(CONVERSATIONS.key("", "in#1"), id="no number"),
        pytest.param(CONVERSATIONS.key("+8613900000001", ""), id="no item"),
        pytest.param(CONVERSATIONS.key("+" + "1" * 3000, "in#1"), id="an endless number"),
        pytest.param(CONVERSATIONS.key("+8613900000001", "in#" + "短" * 400), id="an endless item"),
    ],
)
def test_what_cannot_be_there_is_not_looked_for(key: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody() -> None:
        raise AssertionError("DynamoDB was asked")

    monkeypatch.setattr(dynamodb, "dynamodb", nobody)
    assert dynamodb.get(Reply, key) is None
    assert dynamodb.read([key]) == []


def test_a_key_of_an_item_is_possible() -> None:
    assert CONVERSATIONS.key("+8613900000001", "in#1").possible
