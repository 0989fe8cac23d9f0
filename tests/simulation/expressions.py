"""The expressions that the code sends to DynamoDB, parsed and carried out on items as they are on the wire.

PartiQL: INSERT INTO .. VALUE {..}; UPDATE .. SET .. REMOVE .. WHERE ..; and the classic condition, update and
key expressions. What is not understood raises SyntaxError: a stand-in that guesses would prove nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

Value = dict[str, Any]
Item = dict[str, Value]
Test = Callable[[Mapping[str, Value]], bool]

_TOKEN = re.compile(
    r"""\s*(?:("(?:[^"])*")|('(?:[^'])*')|([#:]\w+|[A-Za-z_]\w*)|(<=|>=|<>|[=<>,?{}()\[\]:+-]))"""
)


def tokens(text: str) -> list[str]:
    """The words of an expression. Raises SyntaxError."""
    found = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise SyntaxError(f"cannot read {text[at : at + 30]!r} in {text!r}")
        found.append(match.group().strip())
        at = match.end()
    return found


def number(value: Value) -> Decimal:
    """The number in a value; TypeError when it is none."""
    if "N" not in value:
        raise TypeError("not a number")
    return Decimal(value["N"])


def same(one: Value | None, other: Value) -> bool:
    """Whether two values are equal; numbers by what they are worth."""
    if one is None:
        return False
    if "N" in one and "N" in other:
        return number(one) == number(other)
    return one == other


def compare(one: Value | None, sign: str, other: Value) -> bool:
    """`one sign other`; different types are never in order, as in DynamoDB."""
    if sign == "=":
        return same(one, other)
    if one is None:
        return False
    if sign == "<>":
        return not same(one, other)
    if "N" in one and "N" in other:
        left: Any = number(one)
        right: Any = number(other)
    elif "S" in one and "S" in other:
        left, right = one["S"].encode(), other["S"].encode()
    else:
        return False
    return bool({"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign])


class _Reader:
    """Tokens, one after the other."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.left = tokens(text)

    def peek(self, *wanted: str) -> bool:
        return bool(self.left) and self.left[0].upper() in wanted

    def take(self, *wanted: str) -> str:
        if not self.left or (wanted and self.left[0].upper() not in wanted):
            got = self.left[0] if self.left else "the end"
            raise SyntaxError(f"{got!r} where {wanted} is expected in {self.text!r}")
        return self.left.pop(0)

    def name(self) -> str:
        token = self.take()
        if token[:1] not in "\"'":
            raise SyntaxError(f"{token!r} is not a quoted name in {self.text!r}")
        return token[1:-1]


# PartiQL


@dataclass(frozen=True)
class Insert:
    """INSERT INTO table VALUE {name: ?, ...}; one parameter for each name."""

    table: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Condition:
    """`name sign ?...`; `count` parameters."""

    name: str
    sign: str  # = <> < <= > >= IN MISSING PRESENT
    count: int


@dataclass(frozen=True)
class Update:
    """UPDATE table SET .. REMOVE .. WHERE ..; parameters in the order of the text."""

    table: str
    sets: tuple[str, ...]
    removes: tuple[str, ...]
    where: tuple[Condition, ...]


@lru_cache(4096)
def statement(text: str) -> Insert | Update:
    """Read one PartiQL statement. Raises SyntaxError."""
    reader = _Reader(text)
    if reader.take("INSERT", "UPDATE").upper() == "INSERT":
        reader.take("INTO")
        table = reader.name()
        reader.take("VALUE")
        reader.take("{")
        names = []
        while not reader.peek("}"):
            names.append(reader.name())
            reader.take(":")
            reader.take("?")
            if not reader.peek("}"):
                reader.take(",")
        reader.take("}")
        return Insert(table, tuple(names))
    table = reader.name()
    sets: list[str] = []
    removes: list[str] = []
    while not reader.peek("WHERE"):
        if reader.take("SET", "REMOVE").upper() == "SET":
            sets.append(reader.name())
            reader.take("=")
            reader.take("?")
        else:
            removes.append(reader.name())
    reader.take("WHERE")
    where = [_condition(reader)]
    while reader.left:
        reader.take("AND")
        where.append(_condition(reader))
    return Update(table, tuple(sets), tuple(removes), tuple(where))


def _condition(reader: _Reader) -> Condition:
    name = reader.name()
    if reader.peek("IS"):
        reader.take("IS")
        negated = reader.peek("NOT")
        if negated:
            reader.take("NOT")
        reader.take("MISSING")
        return Condition(name, "PRESENT" if negated else "MISSING", 0)
    if reader.peek("IN"):
        reader.take("IN")
        reader.take("[")
        count = 0
        while not reader.peek("]"):
            reader.take("?")
            count += 1
            if not reader.peek("]"):
                reader.take(",")
        reader.take("]")
        return Condition(name, "IN", count)
    sign = reader.take("=", "<>", "<", "<=", ">", ">=")
    reader.take("?")
    return Condition(name, sign, 1)


def holds(condition: Condition, values: Sequence[Value], item: Mapping[str, Value]) -> bool:
    """Whether a PartiQL condition is true of an item."""
    mine = item.get(condition.name)
    if condition.sign == "MISSING":
        return mine is None
    if condition.sign == "PRESENT":
        return mine is not None
    if condition.sign == "IN":
        return any(same(mine, one) for one in values)
    return compare(mine, condition.sign, values[0])


# Classic expressions


def condition(text: str, names: Mapping[str, str], values: Mapping[str, Value]) -> Test:
    """A condition, filter or key expression as a test of an item. Raises SyntaxError."""
    reader = _Reader(text)
    test = _either(reader, names, values)
    if reader.left:
        raise SyntaxError(f"{reader.left[0]!r} is left over in {text!r}")
    return test


def _either(reader: _Reader, names: Mapping[str, str], values: Mapping[str, Value]) -> Test:
    tests = [_all(reader, names, values)]
    while reader.peek("OR"):
        reader.take("OR")
        tests.append(_all(reader, names, values))
    return tests[0] if len(tests) == 1 else lambda item: any(test(item) for test in tests)


def _all(reader: _Reader, names: Mapping[str, str], values: Mapping[str, Value]) -> Test:
    tests = [_one(reader, names, values)]
    while reader.peek("AND"):
        reader.take("AND")
        tests.append(_one(reader, names, values))
    return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)


def _one(reader: _Reader, names: Mapping[str, str], values: Mapping[str, Value]) -> Test:
    if reader.peek("("):
        reader.take("(")
        inner = _either(reader, names, values)
        reader.take(")")
        return inner
    if reader.peek("ATTRIBUTE_EXISTS", "ATTRIBUTE_NOT_EXISTS", "BEGINS_WITH"):
        function = reader.take().lower()
        reader.take("(")
        name = names[reader.take()]
        prefix: Value = {}
        if function == "begins_with":
            reader.take(",")
            prefix = values[reader.take()]
        reader.take(")")
        if function == "begins_with":
            return lambda item: item.get(name, {}).get("S", "\0").startswith(prefix["S"])
        return lambda item: (name in item) == (function == "attribute_exists")
    name = names[reader.take()]
    if reader.peek("IN"):
        reader.take("IN")
        reader.take("(")
        allowed = [values[reader.take()]]
        while reader.peek(","):
            reader.take(",")
            allowed.append(values[reader.take()])
        reader.take(")")
        return lambda item: any(same(item.get(name), one) for one in allowed)
    if reader.peek("BETWEEN"):
        reader.take("BETWEEN")
        low = values[reader.take()]
        reader.take("AND")
        high = values[reader.take()]
        return lambda item: compare(item.get(name), ">=", low) and compare(item.get(name), "<=", high)
    sign = reader.take("=", "<>", "<", "<=", ">", ">=")
    wanted = values[reader.take()]
    return lambda item: compare(item.get(name), sign, wanted)


def change(
    text: str, names: Mapping[str, str], values: Mapping[str, Value], item: Mapping[str, Value]
) -> Item:
    """The item after an update expression (SET a = b [+ c] or if_not_exists(a, b), REMOVE a, ADD a b). Raises
    SyntaxError."""
    reader = _Reader(text)
    after = dict(item)
    clause = ""
    while reader.left:
        if reader.peek("SET", "REMOVE", "ADD"):
            clause = reader.take().upper()
        elif clause:
            reader.take(",")
        name = names[reader.take()]
        if clause == "REMOVE":
            after.pop(name, None)
        elif clause == "ADD":
            after[name] = _added(item.get(name), values[reader.take()])
        else:
            reader.take("=")
            after[name] = _sum(reader, names, values, item)
    return after


def _sum(
    reader: _Reader, names: Mapping[str, str], values: Mapping[str, Value], item: Mapping[str, Value]
) -> Value:
    def operand() -> Value:
        token = reader.take()
        if token == "if_not_exists":
            reader.take("(")
            name = names[reader.take()]
            reader.take(",")
            other = operand()
            reader.take(")")
            return item.get(name, other)
        return item[names[token]] if token.startswith("#") else values[token]

    first = operand()
    if not reader.peek("+", "-"):
        return first
    sign = reader.take()
    amount = number(operand())
    return {"N": str(number(first) + amount if sign == "+" else number(first) - amount)}


def _added(before: Value | None, more: Value) -> Value:
    if "SS" in more:
        return {"SS": sorted({*(before or {"SS": ()})["SS"], *more["SS"]})}
    return {"N": str((number(before) if before else Decimal(0)) + number(more))}
