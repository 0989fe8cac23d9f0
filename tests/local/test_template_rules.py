"""The rules on the template: the packaged one keeps them, and each is broken by a template made here."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from local import template_rules as rules
from local.package import STAGES
from local.template import Template
from tests.support.packages import packaged

pytestmark = pytest.mark.xdist_group("templates")  # what is packaged once is of use to all

Change = Callable[[Template], None]


def put(path: str, value: Any) -> Change:
    """Set the property at `path` (names with dots between); None takes it away."""

    def change(template: Template) -> None:
        *way, last = path.split(".")
        place: Any = template
        for name in way:
            place = place[int(name)] if isinstance(place, list) else place[name]
        if value is None:
            del place[last]
        else:
            place[last] = value

    return change


@pytest.mark.parametrize("stage", STAGES)
def test_the_packaged_template_keeps_every_rule(stage: str) -> None:
    assert rules.problems(packaged(stage), rules.released_tables()) == []


R = "Resources."
EVENTS = "Resources.RestAPI.Properties.DefinitionBody.paths./events.post.x-amazon-apigateway-integration.uri"
BREAKS = [
    (rules.one_stage, put("Globals.Api.OpenApiVersion", None), "OpenApiVersion"),
    (rules.one_stage, put("Globals.Api", None), "OpenApiVersion"),
    (rules.a_failed_create_leaves_nothing, put(R + "CasesTable.DeletionPolicy", "Retain"), "CasesTable"),
    (
        rules.a_failed_create_leaves_nothing,
        put(R + "DropBucket.DeletionPolicy", None),
        "DropBucket",
    ),
    (rules.a_failed_create_leaves_nothing, put(R + "Users.DeletionPolicy", "Delete"), "Users holds data"),
    (rules.a_failed_create_leaves_nothing, put(R + "Key.UpdateReplacePolicy", None), "Key holds data"),
    (
        rules.a_failed_create_leaves_nothing,
        put(R + "ApiLogsAccount.DeletionPolicy", "Retain"),
        "ApiLogsAccount",
    ),
    (rules.protection_comes_later, put("Parameters.DeletionProtection.Default", "on"), "off by default"),
    (
        rules.protection_comes_later,
        put(R + "CasesTable.Properties.DeletionProtectionEnabled", {"Fn::If": ["Other", True, False]}),
        "CasesTable",
    ),
    (rules.what_is_kept_keeps_what_it_needs, put(R + "Key.DeletionPolicy", "Delete"), "CasesTable is kept"),
    (
        rules.what_is_kept_keeps_what_it_needs,
        put(R + "ApiLogsWriter.DeletionPolicy", None),
        "ApiLogsAccount is kept and needs ApiLogsWriter",
    ),
    (
        rules.names_leave_room_for_others,
        put(R + "Dashboard.Properties.DashboardName", {"Fn::Sub": "ringback-${Stage}"}),
        "AWS::Region",
    ),
    (
        rules.names_leave_room_for_others,
        put(R + "Budget.Properties.Budget.BudgetName", {"Fn::Sub": "ringback-${AWS::Region}"}),
        "${Stage}",
    ),
    (
        rules.names_leave_room_for_others,
        put(R + "CasesTable.Properties.TableName", {"Fn::Sub": "ringback-${Stage}-cases"}),
        "CasesTableName",
    ),
    (rules.names_leave_room_for_others, put(R + "Bus.Properties.Name", "ringback"), "Bus: its name"),
    (
        rules.names_leave_room_for_others,
        put(R + "ApiLogsWriter.Properties.RoleName", {"Fn::Sub": "logs-${Stage}"}),
        "ApiLogsWriter",
    ),
    (
        rules.messages_stay_hidden_long_enough,
        put(R + "OutboxUrgentQueue.Properties.VisibilityTimeout", 359),
        "DeliverUrgent needs 6 x 60 s",
    ),
    (
        rules.messages_stay_hidden_long_enough,
        put(R + "IntakeQueue.Properties.VisibilityTimeout", None),
        "IntakeQueue hides for 30 s",
    ),
    (
        rules.what_a_stream_gives_up_is_kept,
        put(R + "Count.Properties.Events.CountDynamodbEventSource.Properties.DestinationConfig", None),
        "destination on failure",
    ),
    (
        rules.what_a_stream_gives_up_is_kept,
        put(R + "Count.Properties.Events.CountDynamodbEventSource.Properties.MaximumRecordAgeInSeconds", -1),
        "24 hours",
    ),
    (
        rules.a_burst_of_events_leaves_the_pages_alone,
        put(
            EVENTS,
            {"Fn::Sub": ["arn:.../${function}/invocations", {"function": {"Ref": "APIHandler.Alias"}}]},
        ),
        "a function of its own",
    ),
    (
        rules.a_burst_of_events_leaves_the_pages_alone,
        put(R + "APIHandler.Properties.ReservedConcurrentExecutions", None),
        "APIHandler answers",
    ),
    (
        rules.a_burst_of_events_leaves_the_pages_alone,
        put(R + "RestAPI.Properties.MethodSettings.1.ThrottlingRateLimit", None),
        "/~1events",
    ),
    (rules.a_new_version_can_go_back, put("Globals.Function.AutoPublishAlias", None), "AutoPublishAlias"),
    (
        rules.a_new_version_can_go_back,
        put("Globals.Function.RuntimeManagementConfig", None),
        "the SDK",
    ),
    (
        rules.a_new_version_can_go_back,
        put(R + "Reply.Properties.DeploymentPreference", {"Alarms": [{"Ref": "ColdErrorsAlarm"}]}),
        "ReplyAlarm",
    ),
    (rules.a_new_version_can_go_back, put(R + "SweepAlarm", None), "SweepAlarm"),
    (
        rules.a_new_version_can_go_back,
        put(EVENTS, {"Fn::Sub": "arn:.../${EventsHttp.Arn}/invocations"}),
        "past its alias",
    ),
    (
        rules.a_new_version_can_go_back,
        put(R + "APIHandlerInvokePermission.Properties.FunctionName", {"Ref": "APIHandler"}),
        "APIHandlerInvokePermission",
    ),
]


@pytest.mark.parametrize(
    ("rule", "change", "said"), BREAKS, ids=[f"{rule.__name__}-{said}" for rule, _, said in BREAKS]
)
def test_a_template_that_breaks_a_rule_is_told_so(rule: Any, change: Change, said: str) -> None:
    template = copy.deepcopy(packaged("prod"))
    assert not list(rule(template))
    change(template)
    found = list(rule(template))
    assert found
    assert any(said in line for line in found), found


def test_every_rule_is_broken_by_one_of_these() -> None:
    assert {rule for rule, _, _ in BREAKS} == set(rules.RULES)


KEYS = [{"AttributeName": "a", "KeyType": "HASH"}]


def index(keys: list[dict[str, str]] = KEYS, projection: str = "ALL") -> dict[str, Any]:
    return {"KeySchema": keys, "Projection": {"ProjectionType": projection}}


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({"a": index()}, {"a": index()}, ""),
        ({"a": index()}, {"a": index(), "b": index()}, ""),
        ({"a": index()}, {}, ""),
        ({"a": index()}, {"b": index()}, "a, b made or dropped"),
        ({}, {"a": index(), "b": index()}, "a, b made or dropped"),
        ({"a": index(), "b": index()}, {}, "a, b made or dropped"),
        ({"a": index()}, {"a": index(projection="KEYS_ONLY")}, "a changed in place"),
        ({"a": index()}, {"a": index([{"AttributeName": "c", "KeyType": "HASH"}])}, "a changed in place"),
    ],
    ids=["the same", "one more", "one less", "renamed", "two more", "two less", "projection", "key"],
)
def test_one_index_of_a_table_changes_in_a_release(
    before: dict[str, Any], after: dict[str, Any], said: str
) -> None:
    found = list(rules.index_changes({"T": before}, {"T": after}))
    assert bool(found) == bool(said)
    assert said in "".join(found)


def test_each_table_has_a_change_of_its_own_and_a_new_table_has_as_many_as_it_likes() -> None:
    now = {"A": {"x": index()}, "B": {"y": index()}, "New": {"p": index(), "q": index()}}
    assert list(rules.index_changes({"A": {}, "B": {}}, now)) == []


def test_the_tables_are_compared_with_the_release_before() -> None:
    released = rules.indexes(packaged("dev"))
    template = copy.deepcopy(packaged("dev"))
    assert rules.problems(template, released) == []
    template["Resources"]["CasesTable"]["Properties"]["GlobalSecondaryIndexes"][1:] = []
    assert any("CasesTable" in line for line in rules.problems(template, released))
