"""Prints docs/data-model.md: `python -m chalicelib.store.schema > docs/data-model.md`."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalicelib.store.schema.base import Attribute, Index, Record, Table
from chalicelib.store.schema.cases import CASES
from chalicelib.store.schema.catalogue import CATALOGUE
from chalicelib.store.schema.conversations import CONVERSATIONS
from chalicelib.store.schema.examples import EXAMPLES
from chalicelib.store.schema.results import RESULTS
from chalicelib.store.schema.subscribers import SUBSCRIBERS

PACKAGE = Path(__file__).resolve().parents[2]
TABLES = (CONVERSATIONS, SUBSCRIBERS, CASES, CATALOGUE, RESULTS)
_TYPES = {
    "S": "text",
    "N": "number",
    "BOOL": "flag",
    "L": "list",
    "M": "map",
    "SS": "set of texts",
    "ANY": "any",
}
_CHANGES = {"to", "set", "add", "remove", "append", "prepend"}
_HEAD = """# What is stored

Made from `chalicelib/store/schema/` by `python -m chalicelib.store.schema > docs/data-model.md`; a test holds
it to that. Five tables; in each, which kind an item is follows from its key. An attribute that holds its
default is not stored, and one that is not stored holds its default; those without a default are always there.
Times are ISO 8601 in UTC, phone numbers E.164. "Written by" is found in the code: who makes such a record, or
changes one of its attributes.
"""


def written(tables: tuple[Table, ...] = TABLES, package: Path = PACKAGE) -> str:
    """The whole document."""
    writers = _writers(package)
    parts = [_HEAD, *_numbers(tables)]
    for table in tables:
        parts.append("\n".join(_table(table)))
        kinds = sorted(table.kinds, key=lambda kind: (kind.__module__, inspect.getsourcelines(kind)[1]))
        parts += ["\n".join(_kind(kind, writers)) for kind in kinds]
    return "\n".join(parts)


def _numbers(tables: tuple[Table, ...]) -> Iterator[str]:
    """Where a phone number stands, for who has to find or erase everything about one."""
    yield "## Where a phone number stands\n\n| item | attribute | how |\n|---|---|---|"
    for table in tables:
        for kind in table.kinds:
            for name, one in kind.attributes.items():
                if "E.164" in one.meaning:
                    how = "its partition" if name == table.hash else _found_by(table, name)
                    yield f"| `{table.name}`: {kind.__name__} | `{name}` | {how} |"
    yield "\nBesides, what people wrote may name one: texts, replies, notes and the audit trail.\n"


def _found_by(table: Table, name: str) -> str:
    names = [index.name for index in table.indexes if name in (index.hash, index.range)]
    return f"index `{names[0]}`" if names else "no index"


def _table(table: Table) -> Iterator[str]:
    yield f"## `{table.name}`\n"
    yield f"{_doc(inspect.getmodule(table.kinds[0]))}\n"
    key = f"`{table.hash}` (hash)" + (f", `{table.range}` (range)" if table.range else "")
    ends = f"; items expire by `{table.ttl}`" if table.ttl else ""
    yield f"Key: {key}{ends}{'; changes go to a stream' if table.stream else ''}.\n"
    if table.indexes:
        yield "| index | hash | range | carries |\n|---|---|---|---|"
        for one in table.indexes:
            range_key = f"`{one.range}`" if one.range else ""
            yield f"| `{one.name}` | `{one.hash}` | {range_key} | {_carried(one)} |"
        yield ""


def _carried(index: Index) -> str:
    if index.include is None:
        return "everything"
    return "keys" + "".join(f", `{name}`" for name in index.include)


def _kind(kind: type[Record], writers: dict[str, list[str]]) -> Iterator[str]:
    table = kind.table
    yield f"### {kind.__name__}\n\n{_doc(kind)}\n"
    keys = [name for name in (table.hash, table.range) if name]
    yield "Key: " + ", ".join(f"`{name}` {kind.attributes[name].meaning}" for name in keys) + ".\n"
    yield "| attribute | type | default | meaning |\n|---|---|---|---|"
    for name, one in kind.attributes.items():
        if name not in keys:
            yield f"| `{name}` | {_TYPES[one.type]} | {_default(kind, one)} | {_cell(one.meaning)} |"
    by = sorted({name for of in (kind, *kind.__bases__) for name in writers.get(of.__name__, ())})
    yield f"\nWritten by: {', '.join(f'`{one}`' for one in by) or 'nothing in the package'}.\n"
    (example,) = (one for one in EXAMPLES if type(one) is kind)
    shown = json.dumps(example.plain(), ensure_ascii=False, indent=1, default=sorted)
    yield f"```json\n{shown}\n```\n"


def _default(kind: type[Record], one: Attribute[Any]) -> str:
    if one.name in kind._required:
        return "needed"
    empty = one.default in ("", None) or one.default in ({}, (), frozenset())
    return "" if empty else f"`{json.dumps(one.default)}`"


def _doc(of: Any) -> str:
    return inspect.cleandoc(of.__doc__ or "")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _writers(package: Path) -> dict[str, list[str]]:
    """The modules that make a kind's records or change its attributes, by the name of the class; where none
    is seen to, those that name it."""
    found: dict[str, list[str]] = {}
    named: dict[str, list[str]] = {}
    for path in sorted(package.rglob("*.py")):
        name = path.relative_to(package).as_posix()
        if not name.startswith("store/schema/"):
            tree = ast.parse(path.read_text())
            for kind in _made_or_changed(tree):
                found.setdefault(kind, []).append(name)
            for kind in _of_the_schema(tree):
                named.setdefault(kind, []).append(name)
    return {**named, **found}


def _made_or_changed(tree: ast.Module) -> set[str]:
    """Classes of the schema that a module names as `Text(...)`, `SubscriberItem.of(...)`,
    `Text.status.to(...)` or `column(Run.status).set(...)`."""
    ours = _of_the_schema(tree)
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return ours.intersection(name for called in calls for name in _written_by(called))


def _of_the_schema(tree: ast.Module) -> set[str]:
    """What a module imports from the schema."""
    return {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chalicelib.store.schema")
        for alias in node.names
    }


def _written_by(called: ast.expr) -> Iterator[str]:
    if isinstance(called, ast.Name):
        yield called.id
    elif isinstance(called, ast.Attribute) and isinstance(called.value, ast.Name) and called.attr == "of":
        yield called.value.id
    elif isinstance(called, ast.Attribute) and called.attr in _CHANGES:
        yield from _class_of(called.value)


def _class_of(attribute: ast.expr) -> Iterator[str]:
    if isinstance(attribute, ast.Call) and attribute.args:  # column(X.y)
        attribute = attribute.args[0]
    if isinstance(attribute, ast.Attribute) and isinstance(attribute.value, ast.Name):
        yield attribute.value.id


if __name__ == "__main__":
    print(written(), end="")
