"""Names in conditions that nobody here has: a region, brand or plan in a wrong spelling reaches nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from jinja2 import nodes

from chalicelib.campaigns import language
from chalicelib.campaigns.file_codes import FileCode as Code
from chalicelib.campaigns.grammar import BadSource
from chalicelib.document import nearest
from chalicelib.intake.regions import Gazetteer, region_of
from chalicelib.problems import Coded, Problem

_FIELDS = ("brand", "plan")


def unknown_in_campaign(
    document: Mapping[str, Any], brands: Collection[str], plans: Collection[str], places: Gazetteer
) -> Iterator[Problem]:
    """A warning for each unknown name in the campaign's conditions; without any brands or plans these are not
    looked at."""
    trigger = document.get("trigger")
    given = document.get("variants_when")
    parts = given if isinstance(given, list | tuple) else ()
    conditions = {
        f"variants_when[{number}].when": one.get("when") if isinstance(one, Mapping) else None
        for number, one in enumerate(parts)
    } | {
        "audience": document.get("audience"),
        "trigger.when": trigger.get("when") if isinstance(trigger, Mapping) else None,
    }
    known = {"brand": brands, "plan": plans}
    for place, condition in conditions.items():
        for field, value in compared(condition) if isinstance(condition, str) else ():
            if field in ("region", "province"):
                found = region_of(value, places)
                if not found.known:
                    yield _unknown("region", value, place)
                elif field == "region" and "/" not in found.name:
                    values = {"value": repr(value)}
                    yield Problem(Code.PROVINCE_ALONE, values, place, warning=True)
            elif known[field] and value not in known[field]:
                yield _unknown(field, value, place, nearest(value, known[field]))


def unknown_in_care(document: object, brands: Collection[str], places: Gazetteer) -> Iterator[Problem]:
    """A warning for each unknown region or brand that a team of the care document is for."""
    teams = document.get("teams") if isinstance(document, Mapping) else None
    for number, team in enumerate(teams if isinstance(teams, list) else ()):
        given = team if isinstance(team, Mapping) else {}
        for value in filter(None, map(str, given.get("regions") or ())):
            if not region_of(value, places).known:
                yield _unknown("region", value, f"teams.{number}.regions")
        for value in map(str, given.get("brands") or ()):
            if brands and value != "*" and value not in brands:
                yield _unknown("brand", value, f"teams.{number}.brands", nearest(value, brands))


def compared(condition: str) -> Iterator[tuple[str, str]]:
    """The texts that a condition compares a `region`, its `province`, a `brand` or a `plan` with."""
    try:
        tree = language.expression_tree(condition)
    except BadSource:
        return  # told elsewhere
    found = [tree] if isinstance(tree, nodes.Compare) else []
    for node in (*found, *tree.find_all(nodes.Compare)):
        sides = [node.expr, *(one.expr for one in node.ops)]
        field = next(filter(None, map(_field, sides)), "")
        for side in sides if field else ():
            for one in side.items if isinstance(side, nodes.List | nodes.Tuple) else (side,):
                if isinstance(one, nodes.Const) and isinstance(one.value, str) and one.value:
                    yield field, one.value


def _field(node: nodes.Node) -> str:
    """What a side of a comparison is; a city alone can be in any province."""
    if level := language.region_level(node):
        return level if level != "city" else ""
    return node.name if isinstance(node, nodes.Name) and node.name in _FIELDS else ""


def _unknown(field: str, value: str, place: str, close: str = "") -> Problem:
    values = {"field": Coded("field", field), "value": repr(value)}
    return Problem(Code.UNKNOWN_NAME, values, place, warning=True, close=close)
