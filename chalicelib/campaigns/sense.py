"""What a campaign says that can be worked out and cannot be meant: a condition that is true of everybody, a
text with the braces of a variable in its words, hours in which nothing goes out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta
from typing import Final

from jinja2 import nodes

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.document import Window
from chalicelib.problems import Problem

# The planner looks every quarter of an hour, and the day's run ends with the day.
LATEST: Final = time(23, 30)
SHORTEST: Final = timedelta(minutes=30)  # of what the planner starts, for the same reason
LONGEST: Final = timedelta(days=366)  # a text's row, which makes it go out once, is kept for 400 days
_BRACES = re.compile(r"[{}｛｝]")
_IN_BRACES = re.compile(r"[{｛]\s*[{｛]?\s*([^\W\d]\w*)\s*(?:[|｜][^{}｛｝]*)?[}｝]")
_DAY = datetime(2026, 1, 5)  # noqa: DTZ001 any day: only its hours count


def of_condition(tree: nodes.Node) -> Iterator[Problem]:
    """What of a condition is so of everybody or of nobody; placeless."""
    yield from _as_condition(tree)
    yield from _anywhere(tree)


def of_text(tree: nodes.Template, known: Collection[str]) -> Iterator[Problem]:
    """The same of the conditions of a text, and braces in its words; `known` are the variables there are."""
    for node in tree.find_all((nodes.If, nodes.CondExpr)):
        if isinstance(node, nodes.If | nodes.CondExpr):
            yield from _as_condition(node.test)
    yield from _anywhere(tree)
    for words in tree.find_all(nodes.TemplateData):
        named = [one for one in _IN_BRACES.findall(words.data) if one in known]
        if named:
            yield Problem(Code.BRACES_OF_A_NAME, {"name": named[0]}, line=words.lineno)
        elif found := _BRACES.search(words.data):
            yield Problem(Code.BRACES, {"value": repr(found[0])}, line=words.lineno, warning=True)


def of_hours(campaign: Campaign) -> Iterator[Problem]:
    """Whether there is any time in which a text of it can go out."""
    trigger, lasts = campaign.trigger, campaign.valid_for
    if not lasts:
        yield Problem(Code.WORTH_NOTHING, place="valid_for")
    if trigger.after + lasts > LONGEST:
        yield Problem(Code.WORTH_TOO_LONG, {"days": LONGEST.days}, "valid_for")
    if not trigger.daily:
        return
    if timedelta(0) < lasts < SHORTEST:
        yield Problem(Code.WORTH_TOO_SHORT, {"minutes": SHORTEST // timedelta(minutes=1)}, "valid_for")
    if trigger.at > LATEST:
        yield Problem(Code.TOO_LATE_IN_THE_DAY, {"time": f"{LATEST:%H:%M}"}, "trigger.at")
    elif lasts and campaign.window and not _opens(campaign.window, trigger.at, lasts):
        yield Problem(Code.WINDOW_IS_OVER, {"time": f"{trigger.at:%H:%M}"}, "send_window")


def _opens(window: Window, at: time, lasts: timedelta) -> bool:
    """Whether a window is open at some moment from `at` on, before midnight and while a text is worth it."""
    begins = datetime.combine(_DAY, at)
    ends = min(begins + lasts, _DAY + timedelta(days=1))
    for before in (1, 0):  # the day before's may last until now
        opens = datetime.combine(_DAY - timedelta(days=before), window.start)
        closes = datetime.combine(_DAY - timedelta(days=before), window.end)
        closes += timedelta(days=window.end <= window.start)
        if opens < ends and begins < closes:
            return True
    return False


def _as_condition(node: nodes.Node) -> Iterator[Problem]:
    """A value where true or false is meant: `tier == 'gold' or 'silver'`."""
    match node:
        case nodes.And(left=left, right=right) | nodes.Or(left=left, right=right):
            yield from _as_condition(left)
            yield from _as_condition(right)
        case nodes.Not(node=inner):
            yield from _as_condition(inner)
        case nodes.Const(value=value) if not isinstance(value, bool):
            yield Problem(Code.ALWAYS_THE_SAME, {"value": repr(value)}, line=node.lineno)
        case nodes.List() | nodes.Tuple():
            yield Problem(Code.ALWAYS_THE_SAME, {"value": "[…]"}, line=node.lineno)


def _anywhere(tree: nodes.Node) -> Iterator[Problem]:
    for node in (tree, *tree.find_all((nodes.Compare, nodes.Test))):
        match node:
            case nodes.Compare(expr=left, ops=others):
                for one in others:
                    yield from _compared(left, one.op, one.expr)
                    left = one.expr
            case nodes.Test(name="none", node=nodes.Name(name=name)):
                yield Problem(Code.NEVER_NONE, {"name": name}, line=node.lineno)
            case _:
                pass


def _compared(left: nodes.Expr, how: str, right: nodes.Expr) -> Iterator[Problem]:
    if how in ("in", "notin") and isinstance(right, nodes.Const) and isinstance(right.value, str):
        if not isinstance(left, nodes.Const):
            yield Problem(Code.IN_LETTERS, {"value": repr(right.value)}, line=right.lineno)
        return
    for one, other in ((left, right), (right, left)):
        if isinstance(one, nodes.Const) and one.value is None and isinstance(other, nodes.Name):
            yield Problem(Code.NEVER_NONE, {"name": other.name}, line=one.lineno)
