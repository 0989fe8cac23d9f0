"""Checks of events: each has one recorded outcome, and no clock but ours decides anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.clock import parse
from tests.simulation import cast, clocks, oracle
from tests.simulation.history import History
from tests.simulation.scenario import Input

STAMPS = ("changed_at", "plan_at", "number_at")


def every_event_answers(history: History) -> Iterator[str]:
    """2. Whoever asks for an event by its id hears what became of it: one thing, and the right one."""
    found: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for row in history.world.rows("results"):
        if row["scope"].startswith("event#"):
            found[row["scope"].removeprefix("event#")].append(row)
    for one in history.world.scenario.inputs:
        if one.kind != "event":
            continue
        id_ = one.data["detail"]["id"]
        rows = found[id_]
        if len(rows) != 1:
            yield f"{one.data['type']} {id_} has {len(rows)} recorded outcomes"
            continue
        if wrong := _wrong(history, one, rows[0]):
            yield f"{one.data['type']} {id_} came to {rows[0]['outcome']}, and {wrong}"


def _wrong(history: History, one: Input, row: Mapping[str, Any]) -> str:
    """What is wrong with an outcome, in words; "" for nothing."""
    code, texts, who = row["outcome"], row.get("texts", ()), one.data["who"]
    late = history.world.scenario.late
    if code in ("waiting", "failed"):
        return "that is no end"
    if code == "refused":
        usable = clocks.believed(one, history.world.scenario.start) and "time" in one.data["detail"]
        known = who in cast.PEOPLE and (who not in late or late[who] - one.at < oracle.WAITS)
        return "nothing is wrong with it" if usable and known else ""
    if not clocks.believed(one, history.world.scenario.start):
        return "its clock is not to be believed"
    if who not in history.world.scenario.people:
        return "nobody knows whom it is about"
    if bool(texts) != (code == "texts") and one.data["type"] not in clocks.CHANGES:
        return f"it names {len(texts)} texts"
    if row.get("about", "") not in ("", who) or row.get("subscriber_id", "") not in ("", who):
        return "it is about somebody else"
    if missing := [item for item in texts if item not in history.by_item]:
        return f"nothing is known of its text {missing[0]}"
    if one.data["type"] == "usage.reported":
        below = one.data["detail"]["used"] < min(cast.THRESHOLDS[who])
        if below != (row.get("misses", {}).get("usage-alert") == "below"):
            return "that is wrong of its thresholds"
        if not below and not texts and oracle.in_time(history, one):
            return "there was time for its text"
    return ""


def clocks_decide_nothing(history: History) -> Iterator[str]:
    """No subscriber is as of later than the write, or gone because of a clock of another age."""
    for (who, *_), versions in history.world.table("subscribers").rows.items():
        for version in versions:
            item = version.item or {}
            if item.get("status", {}).get("S") == "left":
                yield f"{who} is gone at {history.ago(version.at)}, as a clock of another age said"
            for stamp in STAMPS:
                said = item.get(stamp, {}).get("S", "")
                if said and parse(said).timestamp() > version.at + 1:
                    yield f"{who} is as of {said} at {history.ago(version.at)}: {stamp}"


CHECKS = (every_event_answers, clocks_decide_nothing)
