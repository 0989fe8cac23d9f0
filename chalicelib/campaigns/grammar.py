"""What a condition or text may hold: the nodes of Jinja2 that are allowed, with advice for the others."""

from __future__ import annotations

import math
from collections.abc import Mapping

from jinja2 import nodes

from chalicelib.campaigns import filters
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.document import nearest
from chalicelib.problems import Problem

DEEPEST = 24  # levels of the tree
TESTS = ("defined", "undefined", "none", "number", "string", "even", "odd")
RESERVED = ("self", "super", "caller", "loop", "varargs", "kwargs", "context", "environment")


_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Add,
    nodes.Sub,
    nodes.Mul,
    nodes.Div,
    nodes.FloorDiv,
    nodes.Mod,
    nodes.Neg,
    nodes.Pos,
    nodes.Concat,
    nodes.Filter,
    nodes.Test,
)
_ADVICE: Mapping[type[nodes.Node], tuple[Code, Mapping[str, str]]] = {
    nodes.For: (Code.NO_LOOPS, {}),
    nodes.Macro: (Code.NO_MACROS, {}),
    nodes.CallBlock: (Code.NO_CALL_BLOCK, {}),
    nodes.FilterBlock: (Code.NO_FILTER_BLOCK, {}),
    nodes.With: (Code.NO_WITH, {}),
    nodes.Assign: (Code.NO_SET, {}),
    nodes.AssignBlock: (Code.NO_SET, {}),
    nodes.Block: (Code.STANDS_ALONE, {"tag": "block"}),
    nodes.Extends: (Code.STANDS_ALONE, {"tag": "extends"}),
    nodes.Include: (Code.STANDS_ALONE, {"tag": "include"}),
    nodes.Import: (Code.STANDS_ALONE, {"tag": "import"}),
    nodes.FromImport: (Code.STANDS_ALONE, {"tag": "import"}),
    nodes.Call: (Code.NO_CALLS, {}),
    nodes.Getattr: (Code.NO_DOTS, {}),
    nodes.Getitem: (Code.NO_BRACKETS, {}),
    nodes.Pow: (Code.NO_POWERS, {}),
    nodes.Dict: (Code.NO_MAPPINGS, {}),
}


class BadSource(ValueError):
    """A condition or text is not in the language. `line` counts from 1."""

    def __init__(self, line: int, code: str, *, close: str = "", **values: object) -> None:
        self.line, self.problem = line, Problem(code, values, close=close)
        super().__init__(f"line {line}: {code} {values}")


def refuse_what_is_not_allowed(tree: nodes.Node) -> None:
    """Raises BadSource for the first node that is not in the language, or too deep."""
    line = 1
    waiting: list[tuple[nodes.Node, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        line = getattr(node, "lineno", None) or line
        if depth > DEEPEST:
            raise BadSource(line, Code.TOO_DEEP)
        if not isinstance(node, _ALLOWED):
            code, values = _ADVICE.get(type(node), (Code.NOT_IN_TEXT, {"what": type(node).__name__}))
            raise BadSource(line, code, **values)
        _refuse_details(node, line)
        waiting.extend((child, depth + 1) for child in reversed(list(node.iter_child_nodes())))


def _refuse_details(node: nodes.Node, line: int) -> None:
    match node:
        case nodes.Name(name=name) if name.startswith("_") or name in RESERVED:
            raise BadSource(line, Code.NOT_A_VARIABLE, name=name)
        case nodes.Const(value=value) if not _harmless(value):
            raise BadSource(line, Code.TOO_BIG_NUMBER)
        case nodes.CondExpr(expr2=None):
            raise BadSource(line, Code.IF_WITHOUT_ELSE)
        case nodes.Mul(left=left, right=right) | nodes.Mod(left=left, right=right):
            if any(_never_a_number(side) for side in (left, right)):
                raise BadSource(line, Code.FOR_NUMBERS, operator=node.operator)
        case nodes.Filter(name=name):
            if name not in filters.FILTERS:
                close = nearest(name, filters.FILTERS)
                raise BadSource(line, Code.NO_SUCH_FILTER, name=name, close=close)
            if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > 1:
                raise BadSource(line, Code.ONE_ARGUMENT, name=name)
            if not all(isinstance(one, nodes.Const | nodes.Name) for one in node.args):
                raise BadSource(line, Code.PLAIN_ARGUMENT, name=name)
        case nodes.Test(name=name):
            if name not in TESTS:
                raise BadSource(line, Code.NO_SUCH_TEST, name=name, close=nearest(name, TESTS))
            if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
                raise BadSource(line, Code.NO_ARGUMENT, name=name)
        case _:
            pass


def _never_a_number(node: nodes.Expr) -> bool:
    if isinstance(node, nodes.Const):
        return isinstance(node.value, str)
    return isinstance(node, nodes.List | nodes.Tuple | nodes.Concat)


def _harmless(value: object) -> bool:
    if isinstance(value, float) and not math.isfinite(value):
        return False
    return not isinstance(value, int | float) or abs(value) < filters.BIGGEST
