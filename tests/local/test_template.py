"""The packaged template: lint, what every table, queue and function has, and that alarms have an entry."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from chalicelib.log import NAMESPACE, UNITS
from local.check_template import accepted, compared
from local.package import ROOT, STAGES
from local.template import resources, stage_values, whole

RESOURCES = resources(ROOT)


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    return {name: one["Properties"] for name, one in RESOURCES.items() if one.get("Type") == kind}


ALARMS = of_type("AWS::CloudWatch::Alarm")


def test_a_finding_that_is_not_listed_and_a_line_that_is_not_found_are_told() -> None:
    table = "| check | resources | why |\n|---|---|---|\n| CKV_AWS_1 | Bus Key | Because. |\n"
    assert accepted(table) == {("CKV_AWS_1", "Bus"), ("CKV_AWS_1", "Key")}
    told = compared({("CKV_AWS_1", "Bus"), ("CKV_AWS_2", "Bus")}, accepted(table))
    assert [line.split(":")[0] for line in told] == ["CKV_AWS_2 Bus", "CKV_AWS_1 Key"]


@pytest.mark.parametrize("table", of_type("AWS::DynamoDB::Table"))
def test_a_table_is_encrypted_kept_and_can_go_back(table: str) -> None:
    properties = RESOURCES[table]["Properties"]
    assert properties["SSESpecification"]["KMSMasterKeyId"] == {"Fn::GetAtt": ["Key", "Arn"]}
    assert properties["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert properties["DeletionProtectionEnabled"] == {"Fn::If": ["Protected", True, False]}


@pytest.mark.parametrize("name", [*of_type("AWS::SQS::Queue"), *of_type("AWS::SNS::Topic")])
def test_queues_and_topics_are_encrypted_with_our_key(name: str) -> None:
    assert RESOURCES[name]["Properties"]["KmsMasterKeyId"] == {"Ref": "Key"}


def test_every_function_logs_to_a_group_that_forgets() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    functions = json.loads((ROOT / ".chalice/config.json").read_text())["lambda_functions"]
    assert json.loads((ROOT / ".chalice/config.json").read_text())["xray"] is True
    for name in functions:
        logical = "APIHandler" if name == "api_handler" else "".join(map(str.capitalize, name.split("_")))
        group = RESOURCES[logical]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
        assert groups[group]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
        assert f"{logical}Alarm" in ALARMS


def metrics(alarm: dict[str, Any]) -> list[tuple[str, str, list[str]]]:
    """Namespace, name and dimensions' names of each metric of an alarm."""
    if "MetricName" in alarm:
        found = [alarm]
    else:
        found = [one["MetricStat"]["Metric"] for one in alarm["Metrics"] if "MetricStat" in one]
    return [(one["Namespace"], one["MetricName"], [d["Name"] for d in one["Dimensions"]]) for one in found]


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_looks_at_what_is_there_and_somebody_hears_it(alarm: str) -> None:
    assert metrics(ALARMS[alarm])
    for namespace, name, dimensions in metrics(ALARMS[alarm]):
        assert namespace.startswith("AWS/") or (namespace == NAMESPACE and name in UNITS)
        if namespace == NAMESPACE:
            assert dimensions in (["stage"], ["stage", "campaign", "lane"]), "what chalicelib.log gives"
    assert ALARMS[alarm]["AlarmActions"] == [{"Ref": "AlarmTopic"}]


@pytest.mark.parametrize("alarm", ALARMS)
def test_an_alarm_has_an_entry_in_operations(alarm: str) -> None:
    name = ALARMS[alarm]["AlarmName"]["Fn::Sub"].removeprefix("ringback-${Stage}-")
    assert ALARMS[alarm]["AlarmDescription"].endswith(f"docs/operations.md, {name}")
    entries = set(re.findall(r"`([\w-]+)`", (ROOT / "docs/operations.md").read_text()))
    assert name in entries or f"{name.split('-')[0]}-*" in re.findall(
        r"`([\w*-]+)`", (ROOT / "docs/operations.md").read_text()
    ), f"docs/operations.md does not say what to do about {name}"


def test_prod_has_a_firewall_and_keeps_concurrency_for_what_must_not_wait() -> None:
    values = stage_values(ROOT)
    assert set(values) == set(STAGES)
    assert values["prod"]["Firewall"] == "on"
    kept = [values["prod"][f"{what}Concurrency"] for what in ("Urgent", "Api", "Events")]
    assert all(kept)
    assert sum(kept) <= 1000 - 100, "Lambda wants 100 of an account's thousand left over"


def test_every_output_can_be_told_apart() -> None:
    outputs = whole(ROOT)["Outputs"]
    assert {"ConsoleUrl", "AlarmTopicArn", "KeyArn", "ConfigurationSetName", "DashboardName"} <= set(outputs)
