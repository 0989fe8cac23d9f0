"""Each function may do what it was seen doing and nothing else: policies against recorded calls."""

from __future__ import annotations

import copy
import importlib
import json
from typing import Any

import pytest

from local.resources import rights
from tests.support import calls
from tests.support.policies import allowed, compare, on_its_own_behalf, policy, short, unseen

FUNCTIONS = sorted(set(calls.ENTRIES.values()))
SEEN = calls.recorded()
UNSEEN = unseen()
NEEDED = {one: SEEN.get(one, set()) | UNSEEN.get(one, set()) for one in FUNCTIONS}
EVERY_ACTION = [
    pytest.param(function, number, action, id=f"{short(function)}-{number}-{action}")
    for function in FUNCTIONS
    for number, statement in enumerate(policy(function)["Statement"])
    for action in statement["Action"]
    if not on_its_own_behalf(function, action)
]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_function_may_do_what_it_does_and_nothing_else(function: str) -> None:
    difference = compare(function, policy(function), NEEDED[function])
    assert not difference.missing, f"{function} calls what its policy does not allow"
    assert not difference.unused, f"{function} may do what it was never seen doing"


@pytest.mark.parametrize(("module", "name"), calls.ENTRIES, ids=[name for _, name in calls.ENTRIES])
def test_every_entry_that_calls_are_recorded_by_is_there(module: str, name: str) -> None:
    folder = "console" if module == "requests" else "functions"
    assert callable(getattr(importlib.import_module(f"chalicelib.{folder}.{module}"), name))


def test_what_is_excused_as_unseen_was_not_seen() -> None:
    seen = {function: sorted(UNSEEN[function] & SEEN.get(function, set())) for function in UNSEEN}
    assert {function: both for function, both in seen.items() if both} == {}, "take these off unseen.json"


@pytest.mark.parametrize(("function", "number", "action"), EVERY_ACTION)
def test_an_action_that_is_taken_away_is_missed(function: str, number: int, action: str) -> None:
    document = copy.deepcopy(policy(function))
    document["Statement"][number]["Action"].remove(action)
    taken = set(allowed(policy(function))) - set(allowed(document))
    assert compare(function, document, NEEDED[function]).missing == taken
    assert taken


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("resource", ["CasesTable", "ConversationsTable"])
def test_an_action_that_is_added_is_noticed(function: str, resource: str) -> None:
    document: dict[str, Any] = copy.deepcopy(policy(function))
    one = {"Effect": "Allow", "Action": ["dynamodb:DeleteTable"]}
    document["Statement"].append({**one, "Resource": {"Fn::GetAtt": [resource, "Arn"]}})
    assert compare(function, document, NEEDED[function]).unused == {("dynamodb:DeleteTable", resource)}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_nothing_is_allowed_on_everything(function: str) -> None:
    for statement in policy(function)["Statement"]:
        text = json.dumps(statement["Resource"])
        assert '"*"' not in text or all(action.startswith("xray:") for action in statement["Action"])
        assert not text.endswith(':*"}') or ":log-group:" in text, "all log groups"


@pytest.mark.parametrize("function", [one for one in FUNCTIONS if "originators" in rights.RIGHTS[one]])
def test_a_text_goes_out_from_originators_that_carry_the_stacks_tag_alone(function: str) -> None:
    (sending,) = [
        one for one in policy(function)["Statement"] if "sms-voice:SendTextMessage" in one["Action"]
    ]
    assert sending["Condition"] == {"StringEquals": {"aws:ResourceTag/ringback-stage": {"Ref": "Stage"}}}


def test_nobody_else_may_send_texts() -> None:
    sending = {one for one in FUNCTIONS if "SendTextMessage" in json.dumps(policy(one))}
    assert sending == {"deliver_urgent", "deliver_bulk"}
