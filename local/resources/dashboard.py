"""The dashboard: twelve graphs, three in a row."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from local.resources.functions import FUNCTIONS
from local.resources.queues import QUEUES, dead

Series = list[Any]  # CloudWatch's own form: namespace, metric, dimension, value ...
WIDTH, HEIGHT, IN_A_ROW = 8, 6, 3


def ours(*names: str) -> list[Series]:
    """Metrics that the service writes itself."""
    return [["Ringback", name, "stage", "${Stage}"] for name in names]


def of_queues(metric: str, queues: Iterable[tuple[str, str]]) -> list[Series]:
    """`metric` of each queue; `queues`: logical id and label."""
    return [
        ["AWS/SQS", metric, "QueueName", f"${{{id_}.QueueName}}", {"label": label}] for id_, label in queues
    ]


def of_functions(metric: str) -> list[Series]:
    """`metric` of each function."""
    return [
        ["AWS/Lambda", metric, "FunctionName", f"${{{id_}}}", {"label": label}]
        for id_, label in FUNCTIONS.items()
    ]


def of_the_api(*metrics: str) -> list[Series]:
    """Metrics of the API's stage."""
    return [
        ["AWS/ApiGateway", metric, "ApiName", "ringback-${Stage}", "Stage", "console"] for metric in metrics
    ]


LIVE = [(one.id, one.name) for one in QUEUES]
DEAD = [(dead(one), one.name) for one in QUEUES]
OUTCOMES = ("TextsSent", "TextsDelivered", "TextsUndelivered", "TextsFailed", "TextsSuppressed")

# title, statistic, seconds of one point, metrics
GRAPHS: tuple[tuple[str, str, int, list[Series]], ...] = (
    ("Texts", "Sum", 300, ours(*OUTCOMES)),
    ("Doubt, stopped lanes, cold errors", "Sum", 300, ours("TextsInDoubt", "LaneStopped", "ColdErrors")),
    ("Spend, US dollars an hour", "Sum", 3600, ours("Spend")),
    ("Receipts: due after 72 hours, and missing", "Sum", 3600, ours("ReceiptsDue", "ReceiptsMissing")),
    ("Oldest waiting, seconds", "Maximum", 300, of_queues("ApproximateAgeOfOldestMessage", LIVE)),
    ("Waiting", "Maximum", 300, of_queues("ApproximateNumberOfMessagesVisible", LIVE)),
    ("Dead letters", "Maximum", 300, of_queues("ApproximateNumberOfMessagesVisible", DEAD)),
    ("Functions: errors", "Sum", 300, of_functions("Errors")),
    ("Functions: throttles", "Sum", 300, of_functions("Throttles")),
    ("Functions: duration, 99 in 100", "p99", 300, of_functions("Duration")),
    ("API: requests and errors", "Sum", 300, of_the_api("Count", "4XXError", "5XXError")),
    ("API: latency, 99 in 100", "p99", 300, of_the_api("Latency")),
)


def part() -> dict[str, Any]:
    """The dashboard and its name as an output."""
    body = {"widgets": [_widget(number, *graph) for number, graph in enumerate(GRAPHS)]}
    return {
        "Resources": {
            "Dashboard": {
                "Type": "AWS::CloudWatch::Dashboard",
                "Properties": {
                    "DashboardName": {"Fn::Sub": "ringback-${Stage}-${AWS::Region}"},
                    "DashboardBody": {"Fn::Sub": json.dumps(body)},
                },
            }
        },
        "Outputs": {"DashboardName": {"Value": {"Ref": "Dashboard"}, "Description": "In CloudWatch"}},
    }


def _widget(number: int, title: str, statistic: str, period: int, metrics: list[Series]) -> dict[str, Any]:
    row, column = divmod(number, IN_A_ROW)
    return {
        "type": "metric",
        "x": column * WIDTH,
        "y": row * HEIGHT,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": {
            "title": title,
            "region": "${AWS::Region}",
            "view": "timeSeries",
            "stat": statistic,
            "period": period,
            "metrics": metrics,
        },
    }
