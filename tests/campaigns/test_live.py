"""What is live is read each for itself: whatever is wrong with one document, the others are there, and
nothing that was read fails a whole batch later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from chalicelib.campaigns.live import Live, live_from
from chalicelib.campaigns.matching import Unmatched, match
from chalicelib.delivery.drafting import Received, draft
from chalicelib.intake.event import Event
from chalicelib.job import Job
from chalicelib.store.schema.catalogue import Control
from tests.support.factories import NOW, WANG_ON_PLAN, shipped

ODD: tuple[Any, ...] = (None, "", "x", 7, -1, True, [], [None], ["x"], {}, {"x": None}, {"zh-CN": 7})
DOCUMENTS = shipped()
BESIDE = {
    name: DOCUMENTS[name] for name in ("campaign#usage-alert", "brand#yuntong", "brand#skylark", "policy")
}
PLANS = {ident: DOCUMENTS["plans"][ident] for ident in list(DOCUMENTS["plans"])[:2]}
READ_ALONE = [name for name in sorted(DOCUMENTS) if name.startswith(("campaign#", "brand#", "event#"))]


def read(documents: Mapping[str, Any]) -> Live:
    return live_from(documents, dict.fromkeys(documents, 1))


def damaged(document: Any, depth: int = 3) -> Iterator[tuple[str, Any]]:
    """The document with each of its values in turn, some levels deep, replaced by each odd one, or gone."""
    entries = document.items() if isinstance(document, Mapping) else ()
    for name, value in entries:
        rest = {key: one for key, one in document.items() if key != name}
        yield f"without {name}", rest
        for odd in ODD:
            yield f"{name} = {odd!r}", {**document, name: odd}
        if depth > 1:
            for where, inner in damaged(value, depth - 1):
                yield f"{name}.{where}", {**document, name: inner}


@pytest.mark.parametrize("name", READ_ALONE)
def test_a_damaged_document_never_stops_those_beside_it(name: str) -> None:
    for where, document in (("whole", {}), *damaged(DOCUMENTS[name])):
        found = read(
            {**BESIDE, name: document, "campaign#birthday-greeting": DOCUMENTS["campaign#birthday-greeting"]}
        )
        others = {"usage-alert", "birthday-greeting"} - {name.removeprefix("campaign#")}
        assert others <= found.campaigns.keys(), where
        assert {"yuntong", "skylark"} - {name.removeprefix("brand#")} <= found.brands.keys(), where
        kind, _, ident = name.partition("#")
        if kind in ("campaign", "brand"):
            there = ident in (found.campaigns if kind == "campaign" else found.brands)
            assert there != (name in found.unread), where


@pytest.mark.parametrize("name", ["campaign#usage-alert", "brand#yuntong", "plans"])
def test_what_could_be_read_fails_no_batch(name: str) -> None:
    fields = {"resource": "data", "used": 90, "allowance": 100, "unit": "MB", "percent_used": 90.0}
    event = Event("ev-1", "usage.reported", NOW, "s-1", {**fields, "cycle": "2026-11"})
    whole = {**BESIDE, "plans": {WANG_ON_PLAN.plan: DOCUMENTS["plans"][WANG_ON_PLAN.plan]}}
    job = Job("usage-alert", "s-1", "2026-11/data/90", "text", "urgent", facts=event.fields, valid_until="")
    for where, document in damaged(whole[name]):
        current = read({**whole, name: document})
        try:
            match(event, WANG_ON_PLAN, current.campaigns.values(), current.plans, current.brands, NOW)
        except Unmatched:
            pass  # of this event alone, with the reason
        except Exception as error:
            raise AssertionError(where) from error
        try:
            made = draft(Received(job, "m-1"), WANG_ON_PLAN, current, Control(), NOW).text
        except Exception as error:
            raise AssertionError(where) from error
        if current.unread.keys() & {"campaign#usage-alert", "brand#yuntong"}:
            assert (made.status, made.reason) == ("held", "unread"), where


@pytest.mark.parametrize(
    "odd", [*ODD, {"title": 7}, {"thresholds": {"data": 80}}, {"thresholds": {"data": ["x"]}}], ids=repr
)
def test_an_odd_plan_stops_no_other_plan(odd: Any) -> None:
    found = read({**BESIDE, "plans": {**PLANS, "odd": odd}})
    assert PLANS.keys() <= found.plans.keys()
    assert ("odd" in found.plans) != ("plans.odd" in found.unread)


def test_what_is_live_and_not_stored_is_said() -> None:
    found = live_from(BESIDE, {**dict.fromkeys(BESIDE, 1), "campaign#gone": 3})
    (problem,) = found.unread["campaign#gone"]
    assert (problem.code, problem.values) == ("not_stored", {"n": 3})
