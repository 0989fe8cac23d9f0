"""What the parts of a condition are: a number, a text, a day, yes or no. A condition that compares a text
with a number passes every look at its names, and fails with the first subscriber who has both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from jinja2 import nodes

from chalicelib.campaigns import filters
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import carried_variables, variables
from chalicelib.document import nearest
from chalicelib.intake.expression_kinds import kind_of_type
from chalicelib.intake.field_types import Field
from chalicelib.intake.subscriber import CALENDARS, LANGUAGES, STATUSES
from chalicelib.problems import Coded, Problem

MIXED: Final = "mixed"  # now one, now another, which nothing goes together with
DAYS: Final = ("today", "plan_ends_on", "since", "day", "ends_on")  # what is a day beside the operator's own
VALUES: Final[Mapping[str, tuple[str, ...]]] = {
    "status": STATUSES,
    "birthday_calendar": CALENDARS,
    "language": LANGUAGES,
}
_NUMBERS: Final = (nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod)
_LIKE_NUMBERS: Final = ("number", "boolean")
_LIKE_TEXTS: Final = ("text", "day")


def kinds_of(campaign: Campaign) -> dict[str, str]:
    """What each name that a campaign may use is, "" where nobody can tell."""
    named = variables(campaign)
    found = {name: _of_value(one.example) for name, one in named.items()}
    found |= {name: "day" for name in DAYS if name in named and _is_day(str(named[name].example))}
    found |= {one.name: kind_of_type(one.type) for one in _declared(campaign)}
    return found | (
        {campaign.trigger.each[0]: ""} if campaign.trigger.each else {}
    )  # whatever the list holds


def problems_in(tree: nodes.Node, campaign: Campaign) -> Iterator[Problem]:
    """What in an expression or a text cannot be worked out, and warnings of what is never so; placeless."""
    kinds = kinds_of(campaign)
    carried = {one.name for one in carried_variables(campaign)}
    values = {name: known for name, known in VALUES.items() if name not in carried}
    values |= {one.name: one.choices for one in _declared(campaign)}
    for node in (tree, *tree.find_all((nodes.Compare, nodes.BinExpr, nodes.UnaryExpr))):
        match node:
            case nodes.Compare(expr=left, ops=others):
                for one in others:
                    yield from _compared(left, one.op, one.expr, kinds, values)
                    left = one.expr
            case nodes.Add(left=left, right=right):
                groups = {_group(left, kinds), _group(right, kinds)} - {""}
                if len(groups) > 1 or MIXED in groups:
                    yield _problem(Code.KINDS_DIFFER, node, left, right, kinds)
            case nodes.BinExpr(left=left, right=right) if isinstance(node, _NUMBERS):
                for side in (left, right):
                    if _group(side, kinds) in ("text", "list", MIXED):
                        yield _problem(Code.KINDS_DIFFER, node, left, right, kinds)
                        break
            case nodes.Neg(node=inner) | nodes.Pos(node=inner) if _group(inner, kinds) in (
                "text",
                "list",
                MIXED,
            ):
                yield _problem(Code.KINDS_DIFFER, node, inner, nodes.Const(0), kinds)
            case _:
                pass


def is_list(tree: nodes.Expr, campaign: Campaign) -> bool:
    """Whether an expression can be a list."""
    return kind_of(tree, kinds_of(campaign)) in ("", "list")


def kind_of(node: nodes.Node, kinds: Mapping[str, str]) -> str:
    """What a part of an expression is, "" where nobody can tell."""
    match node:
        case nodes.Name(name=name):
            return kinds.get(name, "")
        case nodes.Const(value=value):
            return _of_value(value)
        case nodes.List() | nodes.Tuple():
            return "list"
        case nodes.Compare() | nodes.Not() | nodes.Test():
            return "boolean"
        case nodes.Concat():
            return "text"
        case nodes.Add(left=left, right=right):
            return kind_of(left, kinds) if _group(left, kinds) == _group(right, kinds) else ""
        case nodes.BinExpr() if isinstance(node, _NUMBERS):
            return "number"
        case nodes.Neg() | nodes.Pos():
            return "number"
        case nodes.Filter(name=name):
            return "number" if name in ("abs", "length") else "" if name in filters.NOT_WORDS else "text"
        case nodes.CondExpr(expr1=first, expr2=nodes.Expr() as second):
            return _either(first, second, kinds)
        case nodes.And(left=first, right=second) | nodes.Or(left=first, right=second):
            return _either(first, second, kinds)
        case _:
            return ""


def _either(one: nodes.Node, other: nodes.Node, kinds: Mapping[str, str]) -> str:
    groups = {_group(one, kinds), _group(other, kinds)}
    if "" in groups:
        return ""
    return kind_of(one, kinds) if len(groups) == 1 else MIXED


def _declared(campaign: Campaign) -> Iterator[Field]:
    """The fields of the operator's own that its conditions may name."""
    yield from (one.field for one in campaign.vocabulary.attributes.values())
    if kind := campaign.event_type:
        yield from kind.fields


def _of_value(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "text"
    return "list" if isinstance(value, list | tuple) else ""


def _group(node: nodes.Node, kinds: Mapping[str, str]) -> str:
    """What can be compared and worked out together: numbers with yes and no, texts with days."""
    found = kind_of(node, kinds)
    return "number" if found in _LIKE_NUMBERS else "text" if found in _LIKE_TEXTS else found


def _compared(
    left: nodes.Expr,
    how: str,
    right: nodes.Expr,
    kinds: Mapping[str, str],
    values: Mapping[str, tuple[str, ...]],
) -> Iterator[Problem]:
    listed = right.items if isinstance(right, nodes.List | nodes.Tuple) else None
    if how in ("in", "notin") and listed is None:
        groups = _group(left, kinds), _group(right, kinds)
        if groups[1] in ("number", MIXED) or groups in (("number", "text"), (MIXED, "text")):
            yield _problem(Code.KINDS_DIFFER, right, left, right, kinds)
        return
    for one in [right] if listed is None else listed:
        groups = _group(left, kinds), _group(one, kinds)
        if all(groups) and (groups[0] != groups[1] or MIXED in groups):
            if how in ("eq", "ne", "in", "notin"):
                if MIXED in groups:
                    continue
                yield _problem(Code.NEVER_EQUAL, one, left, one, kinds, warning=True)
            else:
                yield _problem(Code.KINDS_DIFFER, one, left, one, kinds)
        else:
            yield from _value(left, one, kinds, values)
            yield from _value(one, left, kinds, values)


def _value(
    name: nodes.Expr, value: nodes.Expr, kinds: Mapping[str, str], values: Mapping[str, tuple[str, ...]]
) -> Iterator[Problem]:
    """A value that a name never has: a choice that there is not, a day in another form."""
    if not isinstance(name, nodes.Name) or not isinstance(value, nodes.Const):
        return
    said = value.value
    if not isinstance(said, str) or not said:
        return
    known = values.get(name.name)
    if known and said not in known:
        found = {"name": name.name, "value": repr(said), "choices": known}
        close = nearest(said.lower(), known)
        yield Problem(Code.NO_SUCH_VALUE, found, line=value.lineno or 0, warning=True, close=close)
    elif kinds.get(name.name) == "day" and not _is_day(said):
        found = {"name": name.name, "value": repr(said)}
        yield Problem(Code.NOT_LIKE_A_DAY, found, line=value.lineno or 0, warning=True)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _problem(
    code: str,
    node: nodes.Node,
    one: nodes.Node,
    other: nodes.Node,
    kinds: Mapping[str, str],
    warning: bool = False,
) -> Problem:
    values = {
        "one": _said(one),
        "kind": Coded("json", kind_of(one, kinds)),
        "other": _said(other),
        "other_kind": Coded("json", kind_of(other, kinds)),
    }
    return Problem(code, values, line=node.lineno or 0, warning=warning)


def _said(node: nodes.Node) -> str:
    match node:
        case nodes.Name(name=name):
            return f"`{name}`"
        case nodes.Const(value=value):
            return repr(value)
        case nodes.Filter(node=nodes.Node() as inner, name=name):
            return f"{_said(inner)} | {name}"
        case _:
            return "( … )"
