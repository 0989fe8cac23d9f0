"""docs/data-model.md says what the schema says, and has an example of each kind."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from chalicelib.store.dynamodb import plain_from, wire_from
from chalicelib.store.schema.__main__ import _made_or_changed, written
from chalicelib.store.schema.base import Record
from chalicelib.store.schema.examples import EXAMPLES
from tests.store.kinds import KINDS

ROOT = Path(__file__).resolve().parents[2]


def test_the_document_is_what_the_schema_says() -> None:
    assert (ROOT / "docs/data-model.md").read_text() == written(), (
        "run: python -m chalicelib.store.schema > docs/data-model.md"
    )


def test_every_kind_has_one_example() -> None:
    assert sorted(type(one).__name__ for one in EXAMPLES) == sorted(kind.__name__ for kind in KINDS)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: type(one).__name__)
def test_an_example_is_told_by_its_key_and_comes_back_the_same(example: Record) -> None:
    assert example.table.load(plain_from(wire_from(example.plain()))) == example


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_attribute_says_what_it_means(kind: type[Record]) -> None:
    assert [name for name, one in kind.attributes.items() if not one.meaning] == []


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        ("Text(msisdn=a)", {"Text"}),
        ("SubscriberItem.of(a, b)", {"SubscriberItem"}),
        ("update(key, Text.status.to('sent'))", {"Text"}),
        ("column(Run.status).set('started')", {"Run"}),
        ("text.status", set()),
        ("Text.status.equals('sent')", set()),
    ],
)
def test_who_writes_a_kind_is_seen_in_the_code(code: str, kinds: set[str]) -> None:
    imports = "from chalicelib.store.schema.x import Text, SubscriberItem, Run\n"
    assert _made_or_changed(ast.parse(imports + code)) == kinds
    assert _made_or_changed(ast.parse(code)) == set()  # another class of that name
