"""Turns the audience rules of a form into the condition that a campaign keeps, and back.

    [AudienceRule("tier", "one_of", ("gold", "diamond")), AudienceRule("province", "is", ("湖南",))]
    tier in ['gold', 'diamond'] and region | province == '湖南'

A condition that was written by hand need not be rules; its clauses still say who is out and why.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from jinja2 import nodes

from chalicelib.campaigns import language
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import COMMON, SUBSCRIBER, facts_for, language_of
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.live import Live
from chalicelib.intake.attributes import Attributes
from chalicelib.intake.field_types import NUMBERS
from chalicelib.problems import Problem
from chalicelib.store.schema.subscribers import Subscriber

Op = Literal["is", "is_not", "one_of", "none_of", "known", "unknown", "before", "from", "at_least", "less"]
WORDS: Final[tuple[Op, ...]] = ("is", "is_not", "one_of", "none_of", "known", "unknown")
DATES: Final[tuple[Op, ...]] = ("before", "from", "is", "known", "unknown")
AMOUNTS: Final[tuple[Op, ...]] = ("at_least", "less", "is")  # who has no such number is in none of them
FIELDS: Final[Mapping[str, tuple[Op, ...]]] = {
    "status": WORDS,
    "tier": WORDS,
    "plan": WORDS,
    "brand": WORDS,
    "province": WORDS,
    "region": WORDS,
    "language": WORDS,
    "name": ("known", "unknown"),
    "birthday": ("known", "unknown"),
    "since": DATES,
    "plan_ends_on": DATES,
}
"""What a rule may be about, and how it may ask."""
OF_TYPE: Final[Mapping[str, tuple[Op, ...]]] = {
    **dict.fromkeys(("text", "name", "key", "choice", "region", "msisdn"), WORDS),
    **dict.fromkeys(NUMBERS, AMOUNTS),
    "day": DATES,
}
"""How a rule may ask about an attribute of the operator's, by its type."""
NO_OWN: Final[Attributes] = {}
_SOURCE = {"province": "region | province"}
_PERSONAL = frozenset(one.name for one in (*SUBSCRIBER, *COMMON)) - {"thresholds"}


@dataclass(frozen=True, slots=True)
class AudienceRule:
    """One rule. `values` are none for known and unknown, several for one_of and none_of, else one."""

    field: str
    op: Op
    values: tuple[str, ...] = ()


class BadRule(ValueError):
    """A rule that cannot be; `number` is its place, from 1."""

    def __init__(self, number: int, code: str, **values: object) -> None:
        self.number, self.problem = number, Problem(code, values)
        super().__init__(f"rule {number}: {code} {values}")


def fields_of(own: Attributes) -> dict[str, tuple[Op, ...]]:
    """What a rule may be about, the operator's attributes `own` among it, and how it may ask."""
    declared = {name: OF_TYPE[one.field.type] for name, one in own.items() if one.field.type in OF_TYPE}
    return {**FIELDS, **declared}


def condition_of(rules: Iterable[AudienceRule], own: Attributes = NO_OWN) -> str:
    """The condition that is true of whom all rules are true of; "" for no rules. Raises BadRule."""
    known = fields_of(own)
    return " and ".join(_clause(number, rule, known) for number, rule in enumerate(rules, start=1))


def _clause(number: int, rule: AudienceRule, known: Mapping[str, tuple[Op, ...]]) -> str:
    if rule.field not in known:
        raise BadRule(number, Code.NO_SUCH_AUDIENCE_FIELD, value=repr(rule.field), choices=tuple(known))
    if rule.op not in known[rule.field]:
        values = {"field": rule.field, "value": repr(rule.op), "choices": known[rule.field]}
        raise BadRule(number, Code.CANNOT_BE_ASKED, **values)
    field = _SOURCE.get(rule.field, rule.field)
    if rule.op in ("known", "unknown"):
        if rule.values:
            raise BadRule(number, Code.TAKES_NO_VALUE, operator=rule.op)
        return f"{'not ' if rule.op == 'unknown' else ''}{field}"
    if not rule.values or not all(rule.values):
        raise BadRule(number, Code.NEEDS_VALUE)
    several = rule.op in ("one_of", "none_of")
    if not several and len(rule.values) > 1:
        raise BadRule(number, Code.TAKES_ONE_VALUE, operator=rule.op)
    if several:
        listed = ", ".join(_quoted(one) for one in rule.values)
        return f"{field} {'in' if rule.op == 'one_of' else 'not in'} [{listed}]"
    if known[rule.field] == AMOUNTS:
        if not _NUMBER.fullmatch(rule.values[0]):
            raise BadRule(number, Code.NEEDS_NUMBER, field=rule.field)
        return f"{field} {_SIGNS[rule.op]} {rule.values[0]}"
    value = _quoted(rule.values[0])
    if rule.op == "before":  # who has no date is not before any
        return f"'' < {field} < {value}"
    return f"{field} {_SIGNS[rule.op]} {value}"


_SIGNS = {"is": "==", "is_not": "!=", "from": ">=", "at_least": ">=", "less": "<"}
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,6})?")
_OF_NUMBERS: Final[Mapping[str, Op]] = {"eq": "is", "gteq": "at_least", "lt": "less"}
_COMPARED: Final[Mapping[str, Op]] = {
    "eq": "is",
    "ne": "is_not",
    "in": "one_of",
    "notin": "none_of",
    "gteq": "from",
}


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def rules_of(condition: str, own: Attributes = NO_OWN) -> list[AudienceRule] | None:
    """The rules that a condition is made of; None when it says something that rules cannot.

    `condition_of(rules_of(condition))` means the same.
    """
    known = fields_of(own)
    if not condition:
        return []
    try:
        tree = language.expression_tree(condition)
    except BadSource:
        return None
    rules: list[AudienceRule] = []
    waiting: list[nodes.Node] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, nodes.And):
            waiting += [node.right, node.left]
            continue
        rule = _rule(node)
        if rule is None or rule.field not in known or rule.op not in known[rule.field]:
            return None
        if isinstance(node, nodes.Compare) and (known[rule.field] == AMOUNTS) != _of_number(node):
            return None
        rules.append(rule)
    return rules


def _rule(node: nodes.Node) -> AudienceRule | None:
    match node:
        case nodes.Name() | nodes.Filter():
            return AudienceRule(_field(node), "known")
        case nodes.Not(node=about):
            return AudienceRule(_field(about), "unknown")
        case nodes.Compare(
            expr=nodes.Const(value=""),
            ops=[nodes.Operand(op="lt", expr=about), nodes.Operand(op="lt", expr=nodes.Const(value=value))],
        ):
            return AudienceRule(_field(about), "before", (str(value),))
        case nodes.Compare(
            expr=about, ops=[nodes.Operand(op=("in" | "notin") as op, expr=nodes.List(items=found))]
        ):
            values = [one.value for one in found if isinstance(one, nodes.Const)]
            if len(values) != len(found) or not all(isinstance(one, str) for one in values):
                return None
            return AudienceRule(_field(about), _COMPARED[op], tuple(values))
        case nodes.Compare(expr=about, ops=[nodes.Operand(op=op, expr=nodes.Const(value=str(value)))]):
            return AudienceRule(_field(about), _COMPARED[op], (value,)) if op in _COMPARED else None
        case nodes.Compare(
            expr=about, ops=[nodes.Operand(op=op, expr=nodes.Const(value=int() | float() as value))]
        ) if op in _OF_NUMBERS and _NUMBER.fullmatch(str(value)):
            return AudienceRule(_field(about), _OF_NUMBERS[op], (str(value),))
    return None


def _of_number(node: nodes.Compare) -> bool:
    found = node.ops[0].expr
    return isinstance(found, nodes.Const) and isinstance(found.value, int | float)


def _field(node: nodes.Node) -> str:
    match node:
        case nodes.Name(name=name):
            return str(name)
        case nodes.Filter(name="province", node=nodes.Name(name="region"), args=[]):
            return "province"
    return ""


def clauses(condition: str) -> list[str]:
    """The parts of a condition that all have to be true; the whole as one where it cannot be taken apart.

    >>> clauses("status == 'active' and (tier == 'gold' or since < '2020')")
    ["status == 'active'", "(tier == 'gold' or since < '2020')"]
    """
    words = _words(condition)
    if any(word in ("or", "if", "else") for word, depth, _ in words if depth == 0):
        return [condition.strip()]
    cuts = [start for word, depth, start in words if depth == 0 and word == "and"]
    parts, begin = [], 0
    for cut in cuts:
        parts.append(condition[begin:cut].strip())
        begin = cut + len("and")
    parts.append(condition[begin:].strip())
    return [part for part in parts if part]


def _words(condition: str) -> list[tuple[str, int, int]]:
    """The words outside of quotes: each with how many brackets it is in, and where it begins."""
    found: list[tuple[str, int, int]] = []
    depth, at, quote, word = 0, 0, "", ""
    while at <= len(condition):
        sign = condition[at : at + 1]
        if quote:
            if sign == "\\":
                at += 1
            elif sign == quote:
                quote = ""
        elif sign.isalnum() or sign == "_":
            word += sign
        else:
            if word:
                found.append((word, depth, at - len(word)))
                word = ""
            if sign in ("'", '"') and sign:
                quote = sign
            depth += (sign in ("(", "[") and bool(sign)) - (sign in (")", "]") and bool(sign))
        at += 1
    return found


@dataclass(frozen=True, slots=True)
class Membership:
    """How to tell whether a subscriber is in a campaign's audience. `open_clauses` ask for what only an
    event or the day says, so they are left out of a count."""

    campaign: Campaign
    closed: tuple[str, ...]
    open_clauses: tuple[str, ...] = ()

    @property
    def fields(self) -> frozenset[str]:
        """The subscriber's fields that telling takes."""
        named = {use.name for clause in self.closed for use in language.expression_uses(clause)}
        own = {"own_fields"} if named & self.campaign.vocabulary.attributes.keys() else set()
        return _ALWAYS | (named & _FIELDS) | own


_FIELDS = frozenset(Subscriber.attributes)
_ALWAYS = frozenset({"subscriber_id", "brand", "language", "plan", "time_zone", "region"})


def membership_of(campaign: Campaign) -> Membership:
    """The clauses of a campaign's audience, its brand among them. Raises BadSource."""
    found = clauses(campaign.audience)
    if campaign.brand != "*":
        found.insert(0, f"brand == {_quoted(campaign.brand)}")
    personal = _PERSONAL | campaign.vocabulary.attributes.keys()
    known = [one for one in found if all(use.name in personal for use in language.expression_uses(one))]
    return Membership(campaign, tuple(known), tuple(one for one in found if one not in known))


def facts_of(campaign: Campaign, subscriber: Subscriber, live: Live, now: Any) -> dict[str, Any]:
    """What is known of a subscriber without any event."""
    brand = live.brands.get(subscriber.brand)
    wanted = language_of(campaign.texts.get(campaign.first_step, {}), subscriber.language, brand)
    return facts_for({}, subscriber, campaign, live.plans.get(subscriber.plan), brand, now, wanted)


def fails(clauses_: Sequence[str], facts: Mapping[str, Any]) -> str:
    """The first clause that is not true of these facts, "" when all are. A clause that cannot be judged
    is not true."""
    for clause in clauses_:
        try:
            if not language.condition(clause)(facts):
                return clause
        except Unrenderable:
            return clause
    return ""
