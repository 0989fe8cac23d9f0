"""What a campaign's trigger and its occasion may say, of the event or the day that they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Final

from jinja2 import nodes

from chalicelib.campaigns import kinds, language, sense
from chalicelib.campaigns.campaign import TRIGGER_FIELDS, Campaign
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.facts import sample_facts
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.keyword_rules import keyword_problems
from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.matching import occasion_of
from chalicelib.document import Reader, nearest
from chalicelib.intake.vocabulary import Variable
from chalicelib.problems import Problem

OF_TRIGGER: Final[Mapping[str, Sequence[str]]] = {  # what each kind of trigger is made of
    "event": ("event", "each", "when", "after", "since", "to"),
    "daily": ("daily", "at", "days_before"),
    "reply": ("reply",),
    "manual": ("manual",),
}


def of_another_trigger(reader: Reader) -> None:
    """Note what a trigger of its kind does not look at: `when` beside `daily` would let everybody in."""
    given = [name for name in OF_TRIGGER if reader.raw.get(name)]
    if len(given) != 1:
        return
    own = ["daily", "at"] if isinstance(reader.raw.get("daily"), Mapping) else OF_TRIGGER[given[0]]
    for name in TRIGGER_FIELDS:
        if name not in own and reader.raw.get(name) not in (None, "", False):
            reader.refuse(name, Code.NOT_WITH_TRIGGER, kind=given[0])
    if given == ["manual"]:
        reader.boolean("manual")


def trigger_problems(campaign: Campaign) -> Iterator[Problem]:
    """What is wrong with what starts a campaign: names that there are not, fields of another kind."""
    trigger = campaign.trigger
    if trigger.reply:
        yield from keyword_problems(trigger.reply)
    if trigger.on:
        own = campaign.vocabulary.attributes
        days = sorted(name for name, one in own.items() if one.field.type == "day")
        if trigger.on not in days:
            values = {"value": repr(trigger.on), "choices": days}
            yield Problem(Code.NO_SUCH_DAY, values, "trigger.daily.on", close=nearest(trigger.on, days))
    if not trigger.event:
        return
    kind, known = campaign.event_type, campaign.vocabulary.events
    if kind is None:
        values = {"value": repr(trigger.event), "choices": sorted(known)}
        yield Problem(Code.NO_SUCH_EVENT, values, "trigger.event", close=nearest(trigger.event, known))
        return
    fields = [one.name for one in kind.variables]
    moments = [one.name for one in kind.fields if one.type == "moment"]
    if trigger.since and trigger.since not in fields:
        values = {"event": trigger.event, "value": repr(trigger.since), "choices": fields}
        close = nearest(trigger.since, fields)
        yield Problem(Code.NO_SUCH_EVENT_FIELD, values, "trigger.since", close=close)
    elif trigger.since and trigger.since not in moments:
        values = {"value": repr(trigger.since), "choices": moments or ["–"]}
        yield Problem(Code.NOT_A_MOMENT, values, "trigger.since")
    if trigger.to and "region" not in fields:
        yield Problem(Code.NO_REGION, {"event": trigger.event}, "trigger.to")
    resource = next((one for one in kind.fields if one.name == "resource" and one.choices), None)
    for name in campaign.thresholds if resource else ():
        if resource and name not in resource.choices:
            values = {"name": "resource", "value": repr(name), "choices": resource.choices}
            close = nearest(name, resource.choices)
            yield Problem(Code.NO_SUCH_VALUE, values, f"thresholds.{name}", warning=True, close=close)
    if trigger.to and trigger.each:
        yield Problem(Code.NOT_FOR_REGION, place="trigger.each")


def kinds_in_conditions(campaign: Campaign) -> Iterator[Problem]:
    """What the conditions compare that does not go together."""
    trigger = campaign.trigger
    when = ((f"variants_when[{n}].when", one) for n, (_, one) in enumerate(campaign.variants_when))
    for place, source in (("trigger.when", trigger.when), ("audience", campaign.audience), *when):
        with suppress(BadSource):  # told elsewhere
            if source:
                tree = language.expression_tree(source)
                found = (*kinds.problems_in(tree, campaign), *sense.of_condition(tree))
                yield from (replace(one, place=place) for one in found)
    if trigger.each:
        with suppress(BadSource):
            if not kinds.is_list(language.expression_tree(trigger.each[1]), campaign):
                yield Problem(Code.EACH_NOT_A_LIST, {"source": trigger.each[1]}, "trigger.each")


def occasion_problems(campaign: Campaign, carried: Mapping[str, Variable]) -> Iterator[Problem]:
    """What an occasion, whose names are all in `carried`, lacks; and whether it comes out whatever is left
    out, as far as the trigger lets it in."""
    trigger, occasion = campaign.trigger, campaign.occasion
    named = {use.name for use in language.text_uses(occasion)}
    if trigger.each and trigger.each[0] not in named:
        yield Problem(Code.OCCASION_WITHOUT_EACH, {"name": trigger.each[0]}, "occasion")
    new_each_time = _new_each_time(campaign)
    if new_each_time and not named & set(new_each_time):
        yield Problem(Code.OCCASION_OF_A_FEW, {"choices": new_each_time}, "occasion", warning=True)
    if len(trigger.days_before) > 1 and "days_before" not in named:
        yield Problem(Code.DAYS_NOT_IN_OCCASION, place="occasion", warning=True)
    facts = sample_facts(campaign, "en")
    for name in ("", *sorted(one for one in named if carried[one].optional)):
        if name and needs(trigger.when, name):
            continue
        try:
            occasion_of(campaign, {one: facts[one] for one in carried if one != name})
        except Unrenderable as error:
            problem = replace(error.problem, place="", line=0)
            code = Code.UNKNOWN_FAILS if name else Code.SAMPLE_FAILS
            yield Problem(code, {"name": name, "problem": problem}, "occasion")


OF_DAY: Final[Mapping[str, str]] = {"birthday": "year", "plan_end": "ends_on", "day": "day", "every": "day"}
MANY: Final = ("name", "key", "text", "day", "moment")  # the types whose values may be another each time


def _new_each_time(campaign: Campaign) -> list[str]:
    """The names that an occasion may tell one time from the next by."""
    if campaign.trigger.daily:
        return [OF_DAY[campaign.trigger.daily]]
    if kind := campaign.event_type:
        derived = {one.name for one in kind.derived}
        texts = [one.name for one in kind.variables if one.name in derived and isinstance(one.example, str)]
        return ["event_id", "event_time", *(one.name for one in kind.fields if one.type in MANY), *texts]
    return []


def needs(condition: str, name: str) -> bool:
    """Whether a condition is never true of what leaves `name` out, whatever else it says. True, too, for one
    that is not in the language, which is told elsewhere."""
    if not condition:
        return False
    with suppress(BadSource):
        return _without(language.expression_tree(condition), name) is False
    return True


def _without(node: nodes.Node, name: str) -> bool | None:
    """What an expression comes to without `name`; None where that depends on other things."""
    match node:
        case nodes.Const():
            return bool(node.value)
        case nodes.Name():
            return False if node.name == name else None
        case nodes.Not():
            found = _without(node.node, name)
            return None if found is None else not found
        case nodes.And() | nodes.Or():
            both = {_without(node.left, name), _without(node.right, name)}
            decides = isinstance(node, nodes.Or)
            return decides if decides in both else None if None in both else not decides
        case nodes.CondExpr():
            asked = _without(node.test, name)
            other = _without(node.expr2, name) if node.expr2 else False
            ends = {True: _without(node.expr1, name), False: other}
            return ends[asked] if asked is not None else ends[True] if ends[True] is ends[False] else None
        case nodes.Compare(ops=[nodes.Operand(op=op, expr=other)]):
            return _compared(node.expr, op, other, name)
    return None


def _compared(left: nodes.Node, op: str, right: nodes.Node, name: str) -> bool | None:
    """A comparison: what is not known is before and after nothing, and equal to an empty text alone."""
    if not (_is_gone(left, name) or _is_gone(right, name)):
        return None
    if op in ("lt", "lteq", "gt", "gteq"):
        return False
    other = right if _is_gone(left, name) else left
    if op in ("eq", "ne") and isinstance(other, nodes.Const):
        return (other.value == "") is (op == "eq")
    if op in ("in", "notin") and other is right and isinstance(right, nodes.Tuple | nodes.List):
        listed = [one.value if isinstance(one, nodes.Const) else None for one in right.items]
        return None if None in listed else ("" in listed) is (op == "in")
    return None


def _is_gone(node: nodes.Node, name: str) -> bool:
    """Whether an expression is not known where `name` is not: sums and products are not, either."""
    match node:
        case nodes.Name():
            return node.name == name
        case nodes.And() | nodes.Or() | nodes.Not():
            return False
        case nodes.BinExpr() | nodes.UnaryExpr():
            return any(_is_gone(one, name) for one in node.iter_child_nodes())
    return False
