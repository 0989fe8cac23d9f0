"""Works out the derived fields of an event, such as percent used: exact in decimals, compiled once.

The arithmetic of conditions (`chalicelib.campaigns.language`) over the event's own fields, without Jinja,
which `POST /events` need not load. What names an unknown value ("") is unknown itself, or is false.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from typing import Any, Final

from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.problems import BadValue

Values = Mapping[str, Any]  # numbers as Decimal, texts as they are, "" for what is unknown
Evaluate = Callable[[Values], Any]
LONGEST = 400  # characters of an expression
LARGEST = 10**15  # a number in one
DEEPEST = 12  # levels of its tree


def _floor(value: Decimal) -> Decimal:
    """Down to a whole number, as `//` of conditions does; a Decimal's own goes towards 0."""
    return value.to_integral_value(ROUND_FLOOR)


_ARITHMETIC: Final[Mapping[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: lambda one, other: _floor(one / other),
    ast.Mod: lambda one, other: one - other * _floor(one / other),
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], Callable[[Any, Any], Any]]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class NotWorkedOut(ValueError):
    """Values that an expression cannot work with, such as a division by nothing."""


def compiled(source: str) -> tuple[Evaluate, frozenset[str]]:
    """The expression as a function of the values, and the names in it. The function raises NotWorkedOut.

    Raises BadValue when the source is no such expression.
    """
    tree = parsed(source)
    run = _node(tree, DEEPEST)
    names = frozenset(one.id for one in ast.walk(tree) if isinstance(one, ast.Name)) - {"days_after"}

    def evaluate(values: Values) -> Any:
        try:
            return run(values)
        except (ArithmeticError, InvalidOperation, TypeError, ValueError, KeyError) as error:
            raise NotWorkedOut(str(error)) from error

    return evaluate, names


def parsed(source: str) -> ast.expr:
    """What an expression is made of. Raises BadValue when it is none, or too long."""
    if len(source) > LONGEST:
        raise BadValue(Code.EXPRESSION_LONG, most=LONGEST)
    try:
        return ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise BadValue(Code.EXPRESSION_FORM, source=source) from None


def _node(node: ast.expr, deep: int) -> Evaluate:
    if deep == 0:
        raise BadValue(Code.EXPRESSION_LONG, most=LONGEST)
    deep -= 1
    match node:
        case ast.Name(id=name):
            return operator.itemgetter(name)
        case ast.Constant(value=value) if _is_number(value):
            number = Decimal(str(value))
            return lambda _: number
        case ast.Constant(value=value) if isinstance(value, str):
            return lambda _: value
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            minus = _node(operand, deep)
            return lambda values: _negative(minus(values))
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = _node(operand, deep)
            return lambda values: not inner(values)
        case ast.BoolOp(op=op, values=parts):
            return _logic(isinstance(op, ast.And), [_node(one, deep) for one in parts])
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            asked, yes, no = _node(test, deep), _node(body, deep), _node(otherwise, deep)
            return lambda values: yes(values) if asked(values) else no(values)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(op, _node(left, deep), right, deep)
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Call() as call):
            return _days_after(left, call, deep)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
            return _arithmetic(_ARITHMETIC[type(op)], _node(left, deep), _node(right, deep))
        case _:
            raise BadValue(Code.EXPRESSION_PART, part=ast.unparse(node)[:60])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST


def _negative(value: Any) -> Any:
    return value if value == "" else -value


def _logic(every: bool, parts: list[Evaluate]) -> Evaluate:
    if every:
        return lambda values: all(one(values) for one in parts)
    return lambda values: any(one(values) for one in parts)


def _comparison(op: ast.cmpop, left: Evaluate, right: ast.expr, deep: int) -> Evaluate:
    if isinstance(op, ast.In | ast.NotIn) and isinstance(right, ast.List | ast.Tuple):
        choices = [_node(one, deep) for one in right.elts]
        wanted = isinstance(op, ast.In)
        return lambda values: (left(values) in [one(values) for one in choices]) is wanted
    if type(op) not in _COMPARISONS:
        raise BadValue(Code.EXPRESSION_PART, part=ast.unparse(right)[:60])
    compare, other = _COMPARISONS[type(op)], _node(right, deep)
    if isinstance(op, ast.Eq | ast.NotEq):
        return lambda values: compare(left(values), other(values))

    def in_order(values: Values) -> bool:
        a, b = left(values), other(values)
        return bool(a != "" and b != "" and compare(a, b))

    return in_order


def _arithmetic(work: Callable[[Any, Any], Any], left: Evaluate, right: Evaluate) -> Evaluate:
    def both(values: Values) -> Any:
        a, b = left(values), right(values)
        if type(a) is Decimal and type(b) is Decimal:
            return work(a, b)
        if a == "" or b == "":
            return ""
        raise TypeError("a text is no number")

    return both


def _days_after(left: ast.expr, call: ast.Call, deep: int) -> Evaluate:
    """`cycle_ends_on | days_after(event_day)`: whole days from one date to another, never below 0."""
    if not (isinstance(call.func, ast.Name) and call.func.id == "days_after" and len(call.args) == 1):
        raise BadValue(Code.EXPRESSION_PART, part=ast.unparse(call)[:60])
    last, first = _node(left, deep), _node(call.args[0], deep)

    def days(values: Values) -> Any:
        until, since = last(values), first(values)
        if not until or not since:
            return ""
        return Decimal(max((date.fromisoformat(until) - date.fromisoformat(since)).days, 0))

    return days
