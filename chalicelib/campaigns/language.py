"""The language of conditions and texts: a small, closed part of Jinja2.

A source is parsed, its tree is held against the list of what is allowed, and only then compiled, once.
The list is the guard: without loops, calls, attributes, assignments or powers, and with filters that
never multiply their input, every allowed source ends at once and stays small. So the compiled
code may run bare at send time. It is compiled for Jinja2's sandbox all the same, as a second line:
`*` and `%` take numbers only, and attributes would be looked up by the sandbox's rules.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, Undefined, nodes
from jinja2.exceptions import TemplateError
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import missing

from chalicelib.campaigns import filters
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.grammar import TESTS, BadSource, refuse_what_is_not_allowed
from chalicelib.campaigns.not_known import WORKED_OUT, NotKnown
from chalicelib.job import Facts
from chalicelib.problems import BadValue, Problem

LONGEST_SOURCE = 4000  # characters
LONGEST_TEXT = 1600  # characters: what the gateway takes as one message
Tree = TypeVar("Tree", bound=nodes.Node)


class Unrenderable(ValueError):
    """A condition or text met facts it cannot work with: `problem` says why, `place` where, `line` on which
    line, from 1, 0 for no line. It may be recorded: a fact's value is in it only when it is short."""

    def __init__(self, place: str, problem: Problem, line: int = 0) -> None:
        self.place, self.line = place, line
        self.problem = replace(problem, place=place, line=line)
        super().__init__(f"{place}: {problem.code} {dict(problem.values)}")


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

    def holds(facts: Facts) -> bool:
        found = value(facts)
        try:
            return bool(found)
        except BadValue as error:  # a name alone, of nothing that there is
            raise Unrenderable("", error.problem) from error

    return holds


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
            raise Unrenderable("text", Problem(Code.TOO_LONG, {"n": len(words), "most": LONGEST_TEXT}))
        return words

    return render_one


def text_uses(source: str) -> list[Use]:
    """The variables a text names, in order, with their lines. Raises BadSource."""
    return list(_uses(_text_tree(source)))


def expression_uses(source: str) -> list[Use]:
    """The variables an expression names, in order. Raises BadSource."""
    return list(_uses(_expression_tree(source)))


def text_tree(source: str) -> nodes.Template:
    """What a text is made of, for who takes it apart. Raises BadSource."""
    return _text_tree(source)


def expression_tree(source: str) -> nodes.Expr:
    """What an expression is made of, for who takes it apart. Raises BadSource."""
    return _expression_tree(source)


def _fail(undefined: Any, *_: Any, **__: Any) -> Any:
    raise BadValue(Code.UNDEFINED, name=undefined._undefined_name)


_Missing: type[Undefined] = type(
    "_Missing",
    (StrictUndefined,),
    {
        name: _fail
        for kind in (Undefined, StrictUndefined)
        for name, method in vars(kind).items()
        if method is Undefined._fail_with_undefined_error
    }
    | {"__slots__": (), "__doc__": "A variable without a value: whatever is done with it raises BadValue."},
)


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, where `*`, `/`, `//` and `%` take numbers only: a text times a billion is no text.

    What there is no number for, a part of nothing or more than can be meant, is as if it were not known: a
    condition is not met, and a text cannot say it.
    """

    intercepted_binops = frozenset(["*", "/", "//", "%", "**"])

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:  # noqa: ARG002
        if isinstance(left, NotKnown) or isinstance(right, NotKnown):
            return WORKED_OUT
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            raise BadValue(Code.FOR_NUMBERS, operator=operator)
        if not (abs(left) < filters.BIGGEST and abs(right) < filters.BIGGEST) or not (
            right or operator == "*"
        ):
            return WORKED_OUT
        return self.binop_table[operator](left, right)


def _environment(family: str) -> _Environment:
    made = _Environment(undefined=_Missing, autoescape=False, trim_blocks=True, lstrip_blocks=True)
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
    refuse_what_is_not_allowed(tree)
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
            raise _goes_on(parser.stream.current.lineno, str(parser.stream.current.value))
        return tree

    tree = _parsed(source, parse)
    refuse_what_is_not_allowed(tree)
    return tree


def _compare_regions(node: nodes.Compare) -> None:
    """Bring the regions that a condition compares with to the form that subscribers have theirs in."""
    sides = [node.expr, *(one.expr for one in node.ops)]
    level = next(filter(None, map(region_level, sides)), "")
    if not level:
        return
    from chalicelib.intake.regions import city_of, region_of  # few conditions ask for one: not at every start

    for side in sides:
        for one in side.items if isinstance(side, nodes.List | nodes.Tuple) else (side,):
            if not isinstance(one, nodes.Const) or not isinstance(one.value, str) or not one.value:
                continue
            if level == "city":
                one.value = city_of(one.value)
            elif (found := region_of(one.value)).placed:
                one.value = found.province if level == "province" else found.name


def region_level(node: nodes.Node) -> str:
    """What of a region a side of a comparison is: `region`, its `province` or `city`, "" for something
    else."""
    match node:
        case nodes.Name(name="region"):
            return "region"
        case nodes.Filter(name=("province" | "city") as level, node=nodes.Name(name="region")):
            return str(level)
    return ""


def _parsed(source: str, parse: Callable[[], Tree]) -> Tree:
    if len(source) > LONGEST_SOURCE:
        raise BadSource(1, Code.TOO_LONG, n=len(source), most=LONGEST_SOURCE)
    try:
        return parse()
    except TemplateSyntaxError as error:
        raise _unreadable(error) from None
    except RecursionError:
        raise BadSource(1, Code.TOO_DEEP) from None
    except BadSource:
        raise
    except ValueError:  # a number with thousands of digits
        raise BadSource(1, Code.TOO_BIG_NUMBER) from None


def _unreadable(error: TemplateSyntaxError) -> BadSource:
    """What Jinja2 cannot read, in words of ours where people often write it."""
    if error.message is None:
        return BadSource(error.lineno, Code.GOES_ON)
    found = _CHARACTER.match(error.message)
    if found and (plain := _PLAIN.get(found[1]) or unicodedata.normalize("NFKC", found[1])) != found[1]:
        return BadSource(error.lineno, Code.NOT_PLAIN, character=found[1], plain=plain)
    if found and found[1] in _WORDS:
        return BadSource(error.lineno, Code.SMALL_WORDS, value=found[1], plain=_WORDS[found[1]])
    return BadSource(error.lineno, Code.UNREADABLE, words=error.message)


def _goes_on(line: int, following: str) -> BadSource:
    """What follows where an expression should be over."""
    if following == "=":
        return BadSource(line, Code.ONE_EQUALS)
    if following in _WORDS:
        return BadSource(line, Code.SMALL_WORDS, value=following, plain=_WORDS[following])
    return BadSource(line, Code.GOES_ON)


_CHARACTER = re.compile(r"unexpected char '(.)'")
_PLAIN = dict(
    zip("‘’“”「」『』。、【】", ["'"] * 8 + [".", ",", "[", "]"], strict=True)
)  # of Chinese keyboards
_WORDS = {"&": "and", "|": "or", "!": "not", "AND": "and", "OR": "or", "NOT": "not", "IN": "in", "<>": "!="}


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
    if isinstance(error, BadValue):
        return Unrenderable("", error.problem, line)
    said = getattr(error, "message", None) or str(error) or type(error).__name__
    return Unrenderable("", Problem(Code.CANNOT_WORK_OUT, {"words": said}), line)
