"""Conversations that went wrong elsewhere, as `../shared/cases` tells them: each is lived through, and what
it expects is asserted. Skipped where that folder is not beside the clone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.care import actions, reads
from chalicelib.care.actions import Act
from chalicelib.clock import iso
from chalicelib.document import duration
from chalicelib.store import cases, catalogue, conversations, subscribers, versions
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import Reply, Survey, Text
from tests.support.factories import WANG, shipped
from tests.support.service import Service

CASES = Path(__file__).parents[3] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not here")
Step = Mapping[str, Any]
ALTERNATIVES = ("or", "or zh", "variants")  # other words for the reply before
CONFIRMED = {"opt_out": "已为您退订", "opt_in": "已恢复接收"}
ROUNDS = 10  # of a robot that answers every minute


def ways(steps: list[Step]) -> Iterator[list[Step]]:
    """The conversations that a file tells: one for each wording where it gives several."""
    plain = [one for one in steps if not one.keys() & {*ALTERNATIVES}]
    last = max((n for n, one in enumerate(plain) if "reply" in one), default=None)
    if last is None:
        yield plain
        return
    given = plain[last]["reply"]
    words = [*given] if isinstance(given, list) else [given]
    for one in steps:
        for name in ALTERNATIVES:
            other = one.get(name, [])
            words += other if isinstance(other, list) else [other]
    for wording in words:
        *before, final = wording.split(" / ")
        opening = [{"reply": one} for one in before]
        kept = [one for one in plain[:last] if not (before and "reply" in one)]
        yield [*kept, *opening, {**plain[last], "reply": final}, *plain[last + 1 :]]


@dataclass
class Lived:
    """A conversation that was lived through."""

    service: Service

    @property
    def replies(self) -> list[Reply]:
        found = [one for one in relationship(WANG.msisdn) if isinstance(one, Reply)]
        return sorted(found, key=lambda one: one.received_at)

    @property
    def last(self) -> Reply:
        return self.replies[-1]

    @property
    def bodies(self) -> list[str]:
        return [one.body for one in self.service.network.texts]

    @property
    def scopes(self) -> list[str]:
        return sorted(conversations.state(WANG.msisdn).optouts)

    @property
    def cases(self) -> list[Case]:
        rows = [one for one in self.service.aws.rows("cases") if "state" in one]
        return [found for one in rows if (found := cases.get(one["case_id"]))]

    def confirmed(self, what: str) -> int:
        return sum(CONFIRMED[what] in one for one in self.bodies)

    def reached_somebody(self) -> bool:
        """Whether a person sees the last reply, or was it asked back or applied."""
        return self.last.handled in ("inbox", "case") or bool(self.last.automatic)


def live_through(steps: list[Step], service: Service) -> Lived:
    lived = Lived(service)
    for number, step in enumerate(steps):
        take(step, number, lived)
        if {"event", "wait", "resolve", "birthday", "planner"} & step.keys():
            service.settle()  # what is due by then, too
        service.deliver()
        service.now += timedelta(minutes=1)
    return lived


def take(step: Step, number: int, lived: Lived) -> None:
    service = lived.service
    (what, value), *_ = step.items()
    match what.split():
        case ["event"]:
            happen(value.split(" of ")[0], step, number, service)
        case ["reply"]:
            write(value, number, step, lived)
        case ["then"]:
            service.write(value.split(",")[0], "in-then")
            echo(lived)
        case ["wait"]:
            service.now += duration(value)
        case ["resolve"]:
            service.now += duration(value.split()[0])
            (case,) = reads.open_of_subscriber(WANG.subscriber_id)
            actions.resolve(case.case_id, "换了光猫", Act("li.na", service.now))
        case ["birthday" | "planner"]:
            service.plan()
        case ["text"]:
            sent(re.sub(r".*worded '(.*)'", r"\1", value), service)
        case ["brands"]:
            share_a_number()
        case ["brand", id]:
            name, _, rule = value.partition(": ")
            go_live(f"brand#{id}", shipped()[f"brand#{id}"] | {name: rule})
        case ["subscriber", *_]:
            pass
        case _:
            raise AssertionError(f"unknown step {what}")


def happen(event: str, step: Step, number: int, service: Service) -> None:
    if event == "usage.reported":
        service.usage(step["used"], id=f"u-{number}")
    elif event == "complaint.resolved":
        service.complain(step.get("complaint_id", "C-1"), duration(step.get("ago", "31m")))
    else:
        service.happen(event, **{name: value for name, value in step.items() if name != "event"})


def write(words: str, number: int, step: Step, lived: Lived) -> None:
    said = re.sub(r"<[^>]*invitation>", next(iter(lived.bodies), ""), words.removesuffix(" (Android)"))
    for n in range(step.get("times", 1)):
        sender, to = step.get("from", WANG.msisdn).split()[0], step.get("to", "1069012300")
        lived.service.write(said, f"in-{number}-{n}", sender, to)
        lived.service.deliver()
        lived.service.now += duration(step.get("every", "0s"))


def echo(lived: Lived) -> None:
    """Whatever comes is sent back, for ten minutes."""
    for n in range(ROUNDS):
        lived.service.deliver()
        lived.service.now += timedelta(minutes=1)
        lived.service.write(lived.bodies[-1], f"in-echo-{n}")


def sent(body: str, service: Service) -> None:
    """A text went out."""
    row = Text(
        msisdn=WANG.msisdn,
        item="mt#renewal-reminder/s-1/2026-12-01/3/",
        status="delivered",
        campaign="renewal-reminder",
        category="service",
        brand="yuntong",
        body=body,
        claimed_at=iso(service.now),
        sent_at=iso(service.now),
    )
    conversations.write_surely([conversations.insert(row)])


def share_a_number() -> None:
    """Brands as in the file, with the rule that the check asks for: a no is to the brand answered."""
    for one in yaml.safe_load((CASES / "brands_shared_number.yaml").read_text(encoding="utf-8")):
        go_live(f"brand#{one['id']}", one | {"shared_originators": "answered"})


def go_live(name: str, document: Mapping[str, Any]) -> None:
    catalogue.go_live({name: versions.save(name, document, by="t", at="", status="live")})


def stays_out(lived: Lived) -> None:
    assert lived.scopes
    assert lived.confirmed("opt_in") == 0
    assert lived.confirmed("opt_out") == 1
    assert lived.reached_somebody()


def nothing_changes(lived: Lived) -> None:
    assert lived.last.reading["kind"] in ("text", "machine")
    assert (lived.scopes, lived.cases, lived.last.automatic) == ([], [], "")


def no_doubt_vanishes(lived: Lived) -> None:
    assert lived.reached_somebody() or lived.scopes
    assert (len(lived.bodies) == 2) == bool(lived.scopes or lived.last.automatic) or len(lived.bodies) == 3


def joins_urgently(lived: Lived) -> None:
    (case,) = lived.cases
    assert (case.topic, case.urgent, case.unread) == ("billing", True, True)
    assert "工信部" in case.words


def case_of_a_one(lived: Lived) -> None:
    (case,) = lived.cases
    assert (case.score, case.working) == (1, True)


def reopened(lived: Lived) -> None:
    (case,) = lived.cases
    assert (case.state, case.level) == ("reopened", 2)


def old_survey_is_over(lived: Lived) -> None:
    assert lived.cases == []
    assert lived.last.about == ""


def machine_is_kept(lived: Lived) -> None:
    survey = next(one for one in relationship(WANG.msisdn) if isinstance(one, Survey))
    assert lived.last.reading["kind"] == "machine"
    assert (survey.status, survey.score, lived.cases, lived.last.automatic) == ("open", None, [], "")


def brake_holds(lived: Lived) -> None:
    helps = sum("人工服务请拨打" in one for one in lived.bodies)
    assert helps == 1, "one an hour"
    assert len(lived.bodies) <= 2, "and nothing for the robot"


def previous_holder_is_gone(lived: Lived) -> None:
    assert lived.bodies == []
    found = subscribers.get("s-1")
    assert found is not None
    assert not found.msisdn


def stopped_for_the_brand(lived: Lived) -> None:
    assert lived.scopes == ["yuntong|all"]
    alert, confirmation = lived.bodies
    assert alert.startswith("【云通】")
    assert confirmation.startswith("【云通】已为您退订")


def scope_is_the_brands(lived: Lived) -> None:
    assert lived.scopes == ["yuntong|campaign:post-complaint-survey"]


def complaint_is_heard(lived: Lived) -> None:
    (case,) = lived.cases
    assert (case.urgent, case.topic) == (True, "billing")
    assert "专人将在" in lived.bodies[-1]


def never_answered(lived: Lived) -> None:
    assert lived.bodies == []
    kept = [one for one in lived.service.aws.rows("conversations") if one["item"].startswith("mo#")]
    assert len(kept) == 2


def owner_sees_it(lived: Lived) -> None:
    (case,) = lived.cases
    assert (case.unread, "应该是5" in case.words) == (True, True)


EXPECTED: Mapping[str, Callable[[Lived], None]] = {
    "c02": stays_out,
    "c03": nothing_changes,
    "c04": no_doubt_vanishes,
    "c05": joins_urgently,
    "c07": case_of_a_one,
    "c08": reopened,
    "c09": reopened,
    "c11": old_survey_is_over,
    "c12": machine_is_kept,
    "c13": machine_is_kept,
    "c14": brake_holds,
    "c15": previous_holder_is_gone,
    "c21": stopped_for_the_brand,
    "c22": scope_is_the_brands,
    "c23": complaint_is_heard,
    "c25": never_answered,
    "c26": owner_sees_it,
}


def told() -> Iterator[Any]:
    for id in EXPECTED:
        for file in sorted(CASES.glob(f"{id}_*.json")):
            for n, steps in enumerate(ways(json.loads(file.read_text(encoding="utf-8"))["steps"])):
                yield pytest.param(id, steps, id=f"{file.stem}-{n}")


@pytest.mark.parametrize(("id", "steps"), [*told()])
def test_what_went_wrong_elsewhere_goes_right(id: str, steps: list[Step], service: Service) -> None:
    EXPECTED[id](live_through(steps, service))
