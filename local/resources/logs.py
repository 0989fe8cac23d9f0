"""A log group for each function, encrypted, that forgets after the parameter `LogRetentionDays`."""

from __future__ import annotations

from typing import Any

from local.resources.functions import FUNCTIONS

# What CloudWatch Logs takes as a retention, in days.
DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096]
DAYS += [1827, 2192, 2557, 2922, 3288, 3653]


def part() -> dict[str, Any]:
    """The log groups and their parameter."""
    retention = {"Type": "Number", "Default": 30, "AllowedValues": DAYS}
    return {
        "Parameters": {"LogRetentionDays": {**retention, "Description": "Days that logs are kept"}},
        "Resources": {f"{function}Log": _group(name) for function, name in FUNCTIONS.items()},
    }


def _group(name: str) -> dict[str, Any]:
    return {
        "Type": "AWS::Logs::LogGroup",
        "Properties": {
            "LogGroupName": {"Fn::Sub": f"/ringback/${{Stage}}/{name}"},
            "RetentionInDays": {"Ref": "LogRetentionDays"},
            "KmsKeyId": {"Fn::GetAtt": ["Key", "Arn"]},
        },
    }
