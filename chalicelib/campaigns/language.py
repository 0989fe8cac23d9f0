"""The language of conditions and texts: a small, closed part of Jinja2.

A source is parsed, its tree is held against the list of what is allowed, and only then compiled, once.
The list is the guard: without loops, calls, attributes, assignments or powers, and with filters that
never multiply their input, every allowed source ends at once and stays small. So the compiled
code may run bare at send time. It is compiled for Jinja2's sandbox all the same, as a second line:
`*` and `%` take numbers only, and attributes would be looked up by the sandbox's rules.
"""

from __future__ import annotations

import difflib
import functools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.exceptions import TemplateError
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from chalicelib.campaigns import filters

LONGEST_SOURCE = 4000  # characters
LONGEST_TEXT = 1600  # characters: what the gateway takes as one message
DEEPEST = 24  # levels of the tree
TESTS = ("defined", "undefined", "none", "number", "string", "even", "odd")
RESERVED = ("self", "super", "caller", "loop", "varargs", "kwargs", "context", "environment")

Facts = Mapping[str, Any]
Tree = TypeVar("Tree", bound=nodes.Node)

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
_ADVICE: Mapping[type[nodes.Node], str] = {
    nodes.For: "loops are not possible in a text",
    nodes.Macro: "macros are not possible in a text",
    nodes.CallBlock: "{% call %} is not possible in a text",
    nodes.FilterBlock: "{% filter %} is not possible: put the filter behind the variable",
    nodes.With: "{% with %} is not possible in a text",
    nodes.Assign: "{% set %} is not possible: write the value where it is used",
    nodes.AssignBlock: "{% set %} is not possible: write the value where it is used",
    nodes.Block: "{% block %} is not possible: a text stands alone",
    nodes.Extends: "{% extends %} is not possible: a text stands alone",
    nodes.Include: "{% include %} is not possible: a text stands alone",
    nodes.Import: "{% import %} is not possible: a text stands alone",
    nodes.FromImport: "{% import %} is not possible: a text stands alone",
    nodes.Call: "calls are not possible: use a filter, such as {{ used | data_size }}",
    nodes.Getattr: "a dot is not possible: variables have plain names, such as {{ name }}",
    nodes.Getitem: "square brackets behind a value are not possible: variables have plain names",
    nodes.Pow: "** is not possible",
    nodes.Dict: "{…: …} is not possible in an expression",
}


class BadSource(ValueError):
    """A condition or text is not in the language. `line` counts from 1."""

    def __init__(self, line: int, error: str) -> None:
        self.line, self.error = line, error
        super().__init__(f"line {line}: {error}")


class Unrenderable(ValueError):
    """A condition or text met facts it cannot work with. `place` says where, `line` on which line, from 1.
    It may be recorded: a fact's value is in it only when it is short."""

    def __init__(self, place: str, error: str, line: int = 1) -> None:
        self.place, self.error, self.line = place, error, line
        super().__init__(f"{place}: {error}")


@dataclass(frozen=True, slots=True)
class Use:
    """A variable that a source names, and the line it stands on."""

    name: str
    line: int


def condition(source: str) -> Callable[[Facts], bool]:
    """The condition as a function of the facts. "" is always true. Raises BadSource."""
    if not source:
        return _always
    value = expression(source)
    return lambda facts: bool(value(facts))


@functools.lru_cache(maxsize=1024)
def expression(source: str) -> Callable[[Facts], Any]:
    """The expression as a function of the facts to its value. Raises BadSource; the function Unrenderable."""
    tree = _expression_tree(source)
    for node in (tree, *tree.find_all(nodes.Compare)):
        if isinstance(node, nodes.Compare):
            _compare_regions(node)
    body = nodes.Assign(nodes.Name("result", "store", lineno=1), tree, lineno=1)
    compiled = _compiled(nodes.Template([body], lineno=1), "en")
    root = compiled.root_render_func

    def evaluate(facts: Facts) -> Any:
        context = _Context(facts)
        try:
            for _ in root(context):  # type: ignore[arg-type]
                pass
        except _AT_RUN_TIME as error:
            raise _unrenderable(compiled, error) from error
        return context.vars["result"]

    return evaluate


def render(source: str, facts: Facts, language: str = "en") -> str:
    """The text of `source` with these facts, by the customs of `language`; its ends are trimmed.

    Raises BadSource when the source is not in the language, Unrenderable when a fact is missing or
    cannot be said, or the text is longer than a message can be.
    """
    return text(source, filters.family(language))(facts)


@functools.lru_cache(maxsize=1024)
def text(source: str, family: str) -> Callable[[Facts], str]:
    """The text as a function of the facts; `family` is "zh" or "en". Raises BadSource; the function
    raises Unrenderable."""
    compiled = _compiled(_text_tree(source), family)
    root = compiled.root_render_func
    join = "".join

    def render_one(facts: Facts) -> str:
        try:
            words = join(root(_Context(facts))).strip()  # type: ignore[arg-type]
        except _AT_RUN_TIME as error:
            raise _unrenderable(compiled, error) from error
        if len(words) > LONGEST_TEXT:
            raise Unrenderable("text", f"is {len(words)} characters long, more than {LONGEST_TEXT}")
        return words

    return render_one


def text_uses(source: str) -> list[Use]:
    """The variables a text names, in order, with their lines. Raises BadSource."""
    return list(_uses(_text_tree(source)))


def expression_uses(source: str) -> list[Use]:
    """The variables an expression names, in order. Raises BadSource."""
    return list(_uses(_expression_tree(source)))


def expression_tree(source: str) -> nodes.Expr:
    """What an expression is made of, for who takes it apart. Raises BadSource."""
    return _expression_tree(source)


def nearest(name: str, known: Mapping[str, Any] | tuple[str, ...] | list[str]) -> str:
    """ " Did you mean `x`?" for the closest of the known names, or "" when none is close."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f" Did you mean `{close[0]}`?" if close else ""


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, where `*` and `%` take numbers only: a text times a billion is no text."""

    intercepted_binops = frozenset(["*", "%", "**"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        for side in (left, right):
            if not isinstance(side, int | float) or not -filters.BIGGEST < side < filters.BIGGEST:
                raise ValueError(f"{operator} is for numbers")
        return self.binop_table[operator](left, right)


def _environment(family: str) -> _Environment:
    made = _Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    made.globals.clear()
    made.filters = {"shown": filters.shown, "said": filters.said} | {
        name: functools.partial(filter_, family) for name, filter_ in filters.FILTERS.items()
    }
    made.tests = {name: made.tests[name] for name in TESTS}
    return made


_ENVIRONMENTS = {family: _environment(family) for family in ("zh", "en")}
_AT_RUN_TIME = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)


class _Context:
    """What compiled code asks of its context, and no more: Jinja2's own costs as much as a short text."""

    __slots__ = ("_facts", "exported_vars", "vars")

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self.vars: dict[str, Any] = {}
        self.exported_vars: set[str] = set()

    def resolve_or_missing(self, name: str) -> Any:
        return self._facts.get(name, missing)


def _always(facts: Facts) -> bool:
    del facts
    return True


def _compiled(tree: nodes.Template, family: str) -> Template:
    environment = _ENVIRONMENTS[family]
    tree.set_environment(environment)
    return environment.from_string(tree)


def _text_tree(source: str) -> nodes.Template:
    tree = _parsed(source, lambda: _ENVIRONMENTS["en"].parse(source))
    _refuse_what_is_not_allowed(tree)
    for output in tree.find_all(nodes.Output):
        output.nodes = [_printed(node) for node in output.nodes]
    return tree


def _printed(node: nodes.Expr) -> nodes.Expr:
    """A variable alone must have something to say; a computed value must at least not be None."""
    if _is_words(node):
        return node
    how = "shown" if isinstance(node, nodes.Name) else "said"
    return nodes.Filter(node, how, [], [], None, None, lineno=node.lineno)


def _is_words(node: nodes.Node | None) -> bool:
    """Is what this yields text in any case?"""
    match node:
        case nodes.TemplateData() | nodes.Concat():
            return True
        case nodes.Const(value=value):
            return isinstance(value, str)
        case nodes.Filter(name=name):
            return name not in filters.NOT_WORDS
        case nodes.CondExpr(expr1=first, expr2=second):
            return _is_words(first) and _is_words(second)
        case _:
            return False


def _expression_tree(source: str) -> nodes.Expr:
    def parse() -> nodes.Expr:
        parser = Parser(_ENVIRONMENTS["en"], source, state="variable")
        tree = parser.parse_expression()
        if not parser.stream.eos:
            raise TemplateSyntaxError("the expression goes on", parser.stream.current.lineno)
        return tree

    tree = _parsed(source, parse)
    _refuse_what_is_not_allowed(tree)
    return tree


def _compare_regions(node: nodes.Compare) -> None:
    """Bring the regions that a condition compares with to the form that subscribers have theirs in."""
    sides = [node.expr, *(one.expr for one in node.ops)]
    if any(isinstance(one, nodes.Name) and one.name == "region" for one in sides):
        levels = None
    elif any(
        isinstance(one, nodes.Filter)
        and one.name == "province"
        and isinstance(one.node, nodes.Name)
        and one.node.name == "region"
        for one in sides
    ):
        levels = 1
    else:
        return
    from chalicelib.intake.regions import region_of  # few conditions ask for one: not at every cold start

    for side in sides:
        for one in side.items if isinstance(side, nodes.List | nodes.Tuple) else (side,):
            if not isinstance(one, nodes.Const) or not isinstance(one.value, str):
                continue
            if (found := region_of(one.value)).placed:
                one.value = "/".join(found.name.split("/")[:levels])


def _parsed(source: str, parse: Callable[[], Tree]) -> Tree:
    if len(source) > LONGEST_SOURCE:
        raise BadSource(1, f"is {len(source)} characters long, more than {LONGEST_SOURCE}")
    try:
        return parse()
    except TemplateSyntaxError as error:
        raise BadSource(error.lineno, f"cannot be read: {error.message}") from None
    except RecursionError:
        raise BadSource(1, "is nested too deeply") from None
    except ValueError as error:  # a number with thousands of digits
        raise BadSource(1, f"cannot be read: {error}") from None


def _refuse_what_is_not_allowed(tree: nodes.Node) -> None:
    line = 1
    waiting: list[tuple[nodes.Node, int]] = [(tree, 1)]
    while waiting:
        node, depth = waiting.pop()
        line = getattr(node, "lineno", None) or line
        if depth > DEEPEST:
            raise BadSource(line, "is nested too deeply: write it more simply")
        if not isinstance(node, _ALLOWED):
            kind = type(node)
            raise BadSource(line, _ADVICE.get(kind, f"{kind.__name__} is not possible in a text"))
        _refuse_details(node, line)
        waiting.extend((child, depth + 1) for child in reversed(list(node.iter_child_nodes())))


def _refuse_details(node: nodes.Node, line: int) -> None:
    match node:
        case nodes.Name(name=name) if name.startswith("_") or name in RESERVED:
            raise BadSource(line, f"`{name}` is not a variable")
        case nodes.Const(value=value) if not _harmless(value):
            raise BadSource(line, "a number that big is not possible")
        case nodes.CondExpr(expr2=None):
            raise BadSource(line, "an `if` inside {{ }} needs its `else`")
        case nodes.Mul(left=left, right=right) | nodes.Mod(left=left, right=right):
            if any(_never_a_number(side) for side in (left, right)):
                raise BadSource(line, f"{node.operator} is for numbers, not for words")
        case nodes.Filter(name=name):
            if name not in filters.FILTERS:
                raise BadSource(line, f"there is no filter `{name}`.{nearest(name, filters.FILTERS)}")
            if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) > 1:
                raise BadSource(line, f"`{name}` takes at most one argument, without a name")
            if not all(isinstance(one, nodes.Const | nodes.Name) for one in node.args):
                raise BadSource(line, f"the argument of `{name}` must be a plain value or variable")
        case nodes.Test(name=name):
            if name not in TESTS:
                raise BadSource(line, f"there is no test `is {name}`.{nearest(name, TESTS)}")
            if node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
                raise BadSource(line, f"`is {name}` takes no argument")
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


def _uses(tree: nodes.Node) -> Iterator[Use]:
    names = [tree] if isinstance(tree, nodes.Name) else tree.find_all(nodes.Name)
    for node in names:
        yield Use(node.name, node.lineno)


def _unrenderable(template: Template, error: BaseException) -> Unrenderable:
    line = 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals.get("__jinja_template__") is template:
            line = template.get_corresponding_lineno(trace.tb_lineno)
        trace = trace.tb_next
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    return Unrenderable(f"line {line}", str(message), line)
