"""The alarms. Each has an entry of the same name in docs/operations.md, which says what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from local.resources.functions import FUNCTIONS
from local.resources.queues import QUEUES, Queue, dead

OVER, AT_LEAST, UNDER = "GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"


@dataclass(frozen=True, slots=True)
class Metric:
    """What is measured. `of`: dimension -> value, a text or CloudFormation; none: our own, of the stage."""

    name: str
    namespace: str = "Ringback"
    of: Mapping[str, Any] = field(default_factory=lambda: {"stage": {"Ref": "Stage"}})


@dataclass(frozen=True, slots=True)
class Alarm:
    """One alarm: it goes off when `metric`, summed up by `statistic` over `period` seconds, is `compared` to
    `threshold` in `periods` of them (of which `enough` suffice).

    `metric` is one metric, or several by name with the `formula` that makes a number of them.
    """

    id: str
    name: str
    says: str
    metric: Metric | Mapping[str, Metric]
    statistic: str
    period: int
    compared: str
    threshold: int | Mapping[str, str]
    periods: int = 1
    enough: int | None = None
    formula: tuple[str, str, str] | None = None  # id, expression, label
    silence: str = "notBreaching"  # what no data means
    condition: str | None = None


def waiting(metric: str, queue: str) -> Metric:
    """A metric of a queue."""
    return Metric(metric, "AWS/SQS", {"QueueName": {"Fn::GetAtt": [queue, "QueueName"]}})


def of_function(metric: str, function: str) -> Metric:
    """A metric of a function, all its versions together."""
    return Metric(metric, "AWS/Lambda", {"FunctionName": {"Ref": function}})


OLDEST = "ApproximateAgeOfOldestMessage"
RUNS = "Invocations"
READ = "NumberOfMessagesReceived"
VISIBLE = "ApproximateNumberOfMessagesVisible"
API = {"ApiName": {"Fn::Sub": "ringback-${Stage}"}, "Stage": "console"}
SYNTHETIC = {"stage": {"Ref": "Stage"}, "campaign": "synthetic", "lane": "urgent"}
SHARE_FAILED = "IF(FILL(failed,0)+FILL(sent,0)>=20,100*FILL(failed,0)/(FILL(failed,0)+FILL(sent,0)),0)"
NOTHING_READ = "IF(FILL(waiting,0)>0 AND FILL(read,0)==0,1,0)"
NOTHING_COUNTED = "IF(FILL(urgent,0)+FILL(bulk,0)+FILL(receipts,0)>0 AND FILL(counted,0)==0,1,0)"
SHARE_MISSING = "IF(FILL(due,0)>=20,100*FILL(missing,0)/FILL(due,1),0)"

# fmt: off
ONE_OF_A_KIND = (
    Alarm("TextsFailedAlarm", "texts-failed",
          "More than one text in twenty was never accepted by the network, of at least twenty in 15 minutes",
          {"failed": Metric("TextsFailed"), "sent": Metric("TextsSent")}, "Sum", 900, OVER, 5,
          formula=("share", SHARE_FAILED, "failed, per cent")),
    Alarm("TextsInDoubtAlarm", "texts-in-doubt",
          "Of ten texts or more in 15 minutes nobody knows whether the network has them",
          Metric("TextsInDoubt"), "Sum", 900, AT_LEAST, 10),
    Alarm("ReceiptsMissingAlarm", "receipts-missing",
          "More than one text in five of an hour, of at least twenty, had no final receipt after 72 hours",
          {"missing": Metric("ReceiptsMissing"), "due": Metric("ReceiptsDue")}, "Sum", 3600, OVER, 20,
          formula=("share", SHARE_MISSING, "missing, per cent")),
    Alarm("SpendAlarm", "spend", "Texts cost more today than the parameter DailySpend, by their receipts",
          Metric("Spend"), "Sum", 86400, OVER, {"Ref": "DailySpend"}),
    Alarm("LaneStoppedAlarm", "lane-stopped", "An originator takes no more texts, so its lane waits",
          Metric("LaneStopped"), "Sum", 300, AT_LEAST, 1),
    Alarm("ColdErrorsAlarm", "cold-errors",
          "A function failed in the first call of its process: often a missing key, variable or right",
          Metric("ColdErrors"), "Sum", 300, AT_LEAST, 1),
    Alarm("LiveUnreadAlarm", "live-unread",
          "A campaign, a brand or another document is live and cannot be read: it is left out",
          Metric("LiveUnread"), "Maximum", 900, AT_LEAST, 1),
    Alarm("CountBehindAlarm", "count-behind", "Counting is more than ten minutes behind what is sent",
          of_function("IteratorAge", "Count"), "Maximum", 300, OVER, 600_000, periods=2),
    Alarm("CountStoppedAlarm", "count-stopped",
          "Texts or receipts were recorded for half an hour and nothing was counted",
          {"urgent": of_function(RUNS, "DeliverUrgent"), "bulk": of_function(RUNS, "DeliverBulk"),
           "receipts": of_function(RUNS, "Receipt"), "counted": of_function(RUNS, "Count")},
          "Sum", 900, OVER, 0, periods=2,
          formula=("stopped", NOTHING_COUNTED, "counting has stopped")),
    Alarm("CountDeadAlarm", "dead-count",
          "Changes could not be counted for half a day; their places are in count-dead",
          waiting(VISIBLE, "CountDeadQueue"), "Maximum", 300, OVER, 0),
    Alarm("PlanSilentAlarm", "silent-plan", "The planner did not run for half an hour: its schedule is off",
          of_function(RUNS, "Plan"), "Sum", 900, UNDER, 1, periods=2, silence="breaching"),
    Alarm("SweepSilentAlarm", "silent-sweep", "The sweeper did not run for five minutes: its schedule is off",
          of_function(RUNS, "Sweep"), "Sum", 60, UNDER, 1, periods=5, silence="breaching"),
    Alarm("ApiErrorsAlarm", "api-errors",
          "The console or POST /events answered with a fault of its own five times in five minutes",
          Metric("5XXError", "AWS/ApiGateway", API), "Sum", 300, AT_LEAST, 5),
    Alarm("SyntheticAlarm", "synthetic",
          "No synthetic text was delivered for 45 minutes: events, texts or receipts do not get through",
          Metric("TextsDelivered", of=SYNTHETIC), "Sum", 900, UNDER, 1, periods=3,
          silence="breaching", condition="HasSynthetic"),
)
# fmt: on


def all_alarms() -> Iterator[Alarm]:
    """Every alarm: those above, four for each queue, one for each function."""
    yield from ONE_OF_A_KIND
    for queue in QUEUES:
        yield from of_queue(queue)
    for function, name in FUNCTIONS.items():
        yield Alarm(
            f"{function}Alarm",
            f"function-{name}",
            f"{name} failed or was throttled in 3 of 5 minutes",
            {"errors": of_function("Errors", function), "throttles": of_function("Throttles", function)},
            "Sum",
            60,
            OVER,
            0,
            periods=5,
            enough=3,
            formula=("trouble", "FILL(errors,0)+FILL(throttles,0)", "errors and throttles"),
        )


def of_queue(queue: Queue) -> Iterator[Alarm]:
    """A queue's alarms: dead letters, a message that waits too long, too many, and nobody who reads."""
    id_, name = queue.id.removesuffix("Queue"), queue.name
    fed = {"waiting": waiting(VISIBLE, queue.id), "read": waiting(READ, queue.id)}
    unread = ("unread", NOTHING_READ, "nothing is read")
    # fmt: off
    yield Alarm(f"{id_}DeadAlarm", f"dead-{name}",
                f"Something in {name} failed too often and lies in {name}-dead",
                waiting(VISIBLE, dead(queue)), "Maximum", 300, OVER, 0)
    yield Alarm(f"{id_}LateAlarm", f"late-{name}",
                f"The oldest message in {name} has waited for {queue.late} s",
                waiting(OLDEST, queue.id), "Maximum", 60, OVER, queue.late, periods=3)
    yield Alarm(f"{id_}BacklogAlarm", f"backlog-{name}",
                f"More than {queue.backlog} messages wait in {name}",
                waiting(VISIBLE, queue.id), "Maximum", 300, OVER, queue.backlog, periods=3)
    yield Alarm(f"{id_}UnreadAlarm", f"unread-{name}",
                f"Messages wait in {name}, none read for ten minutes: its mapping is off or throttled",
                fed, "Sum", 300, OVER, 0, periods=2, formula=unread)
    # fmt: on


def part() -> dict[str, Any]:
    """The alarms as resources; they tell the topic of `.chalice/resources/alarm-topic.yaml`."""
    return {"Resources": {one.id: _resource(one) for one in all_alarms()}}


def _resource(alarm: Alarm) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "AlarmName": {"Fn::Sub": f"ringback-${{Stage}}-{alarm.name}"},
        "AlarmDescription": f"{alarm.says}. What to do: docs/operations.md, {alarm.name}",
        "TreatMissingData": alarm.silence,
        "AlarmActions": [{"Ref": "AlarmTopic"}],
        "OKActions": [{"Ref": "AlarmTopic"}],
        "Threshold": alarm.threshold,
        "ComparisonOperator": alarm.compared,
        "EvaluationPeriods": alarm.periods,
        **_measured(alarm),
    }
    if alarm.enough is not None:
        properties["DatapointsToAlarm"] = alarm.enough
    resource: dict[str, Any] = {"Type": "AWS::CloudWatch::Alarm"}
    if alarm.condition:
        resource["Condition"] = alarm.condition
    return {**resource, "Properties": properties}


def _measured(alarm: Alarm) -> dict[str, Any]:
    if isinstance(alarm.metric, Metric):
        return {**_metric(alarm.metric), "Statistic": alarm.statistic, "Period": alarm.period}
    assert alarm.formula is not None, f"{alarm.id} has several metrics and no formula"  # noqa: S101
    id_, expression, label = alarm.formula
    measured: list[dict[str, Any]] = [
        {
            "Id": name,
            "ReturnData": False,
            "MetricStat": {"Metric": _metric(one), "Period": alarm.period, "Stat": alarm.statistic},
        }
        for name, one in alarm.metric.items()
    ]
    return {"Metrics": [*measured, {"Id": id_, "Expression": expression, "Label": label, "ReturnData": True}]}


def _metric(metric: Metric) -> dict[str, Any]:
    dimensions = [{"Name": name, "Value": value} for name, value in metric.of.items()]
    return {"Namespace": metric.namespace, "MetricName": metric.name, "Dimensions": dimensions}
