"""What the parts of a derived field's expression are: a number, a text, a day. One that was tried with an
example may still fail with other values; one whose kinds go together can only divide by nothing, or grow."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from chalicelib.intake.expressions import parsed
from chalicelib.intake.intake_codes import IntakeCode as Code
from chalicelib.problems import BadValue, Coded

ExpressionKind = Literal["number", "text", "day", "boolean"]
OF_TYPE: Final[Mapping[str, ExpressionKind]] = {
    "number": "number",
    "whole": "number",
    "yes_no": "boolean",
    "day": "day",
}


def kind_of_type(type_: str) -> ExpressionKind:
    """What a field of this type is in an expression."""
    return OF_TYPE.get(type_, "text")


def kind_of(source: str, known: Mapping[str, ExpressionKind]) -> ExpressionKind:
    """What an expression that `compiled` takes is, with names of these kinds. Raises BadValue with the part
    of it whose kinds do not go together."""
    return _kind(parsed(source), known)


def _kind(node: ast.expr, known: Mapping[str, ExpressionKind]) -> ExpressionKind:
    match node:
        case ast.Name(id=name):
            return known[name]
        case ast.Constant(value=str(value)):
            return "day" if _is_day(value) else "text"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            _kind(operand, known)
            return "boolean"
        case ast.UnaryOp(operand=operand):
            return _must_be("number", operand, known)
        case ast.BoolOp(values=parts):
            for one in parts:
                _kind(one, known)
            return "boolean"
        case ast.IfExp(test=test, body=body, orelse=otherwise):
            _kind(test, known)
            return _alike(node, _kind(body, known), _kind(otherwise, known))
        case ast.Compare(left=left, comparators=[right]):
            others = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
            for one in others:
                _alike(node, _kind(left, known), _kind(one, known))
            return "boolean"
        case ast.BinOp(left=left, op=ast.BitOr(), right=ast.Call(args=[first])):
            _must_be("day", left, known)
            _must_be("day", first, known)
            return "number"
        case ast.BinOp(left=left, right=right):
            _must_be("number", left, known)
            return _must_be("number", right, known)
    return "number"


def _must_be(wanted: ExpressionKind, node: ast.expr, known: Mapping[str, ExpressionKind]) -> ExpressionKind:
    found = _kind(node, known)
    if found != wanted:
        part = ast.unparse(node)[:60]
        raise BadValue(
            Code.EXPRESSION_KIND, part=part, wanted=Coded("json", wanted), found=Coded("json", found)
        )
    return found


def _alike(node: ast.expr, one: ExpressionKind, other: ExpressionKind) -> ExpressionKind:
    if one == other:
        return one
    if {one, other} == {"text", "day"}:
        return "text"
    part = ast.unparse(node)[:60]
    raise BadValue(Code.EXPRESSION_KINDS, part=part, one=Coded("json", one), other=Coded("json", other))


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == len("2026-11-30")
