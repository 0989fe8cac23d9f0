"""What makes an alarm go off: the arithmetic of its metrics, and what is watched at all."""

from __future__ import annotations

import re
from typing import Any

import pytest

from local.package import ROOT
from local.resources.alarms import Metric, all_alarms
from local.resources.functions import FUNCTIONS
from local.resources.queues import QUEUES
from local.template import whole

DAILY_SPEND = whole(ROOT)["Parameters"]["DailySpend"]["Default"]
ALARMS = {one.name: one for one in all_alarms()}
COMPARED = {
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
}


def goes_off(name: str, **measured: float | None) -> bool:
    """Whether one period with these values breaches; None: CloudWatch has no data. Metric math as documented:
    FILL gives a value where there is none, IF chooses."""
    alarm = ALARMS[name]
    if isinstance(alarm.metric, Metric):
        (value,) = measured.values()
        if value is None:
            return alarm.silence == "breaching"
    else:
        assert alarm.formula is not None
        assert set(measured) == set(alarm.metric)
        expression = alarm.formula[1].replace(" AND ", " and ")
        expression = re.sub(r"FILL\((\w+),(\d+)\)", r"FILL(\1, \2)", expression)
        functions: dict[str, Any] = {
            "FILL": lambda given, other: other if given is None else given,
            "IF": lambda chosen, one, other: one if chosen else other,
        }
        value = eval(expression, {"__builtins__": {}}, functions | measured)  # noqa: S307
    threshold = alarm.threshold if isinstance(alarm.threshold, int) else DAILY_SPEND
    return bool(COMPARED[alarm.compared](value, threshold))


CASES: Any = pytest.mark.parametrize(
    ("name", "measured", "off"),
    [
        ("dead-intake", {"waiting": 0}, False),
        ("dead-intake", {"waiting": 1}, True),
        ("dead-intake", {"waiting": None}, False),
        ("late-outbox-urgent", {"seconds": 120}, False),
        ("late-outbox-urgent", {"seconds": 121}, True),
        ("late-outbox-bulk", {"seconds": 7200}, False),
        ("backlog-replies", {"waiting": 5_000}, False),
        ("backlog-replies", {"waiting": 5_001}, True),
        ("unread-intake", {"waiting": 10, "read": 0}, True),
        ("unread-intake", {"waiting": 10, "read": None}, True),
        ("unread-intake", {"waiting": 10, "read": 5}, False),
        ("unread-intake", {"waiting": 0, "read": 0}, False),
        ("unread-intake", {"waiting": None, "read": None}, False),
        ("count-behind", {"milliseconds": 600_000}, False),
        ("count-behind", {"milliseconds": 600_001}, True),
        ("count-stopped", {"urgent": 3, "bulk": None, "receipts": None, "counted": None}, True),
        ("count-stopped", {"urgent": None, "bulk": None, "receipts": 1, "counted": 0}, True),
        ("count-stopped", {"urgent": 3, "bulk": 3, "receipts": 3, "counted": 1}, False),
        ("count-stopped", {"urgent": None, "bulk": None, "receipts": None, "counted": None}, False),
        ("silent-plan", {"runs": None}, True),
        ("silent-plan", {"runs": 1}, False),
        ("silent-sweep", {"runs": None}, True),
        ("silent-sweep", {"runs": 1}, False),
        ("texts-failed", {"failed": 2, "sent": 17}, False),
        ("texts-failed", {"failed": 2, "sent": 18}, True),
        ("texts-failed", {"failed": None, "sent": 1000}, False),
        ("receipts-missing", {"missing": 19, "due": 19}, False),
        ("receipts-missing", {"missing": 21, "due": 100}, True),
        ("function-reply", {"errors": None, "throttles": 1}, True),
        ("function-reply", {"errors": None, "throttles": None}, False),
        ("spend", {"dollars": DAILY_SPEND}, False),
        ("spend", {"dollars": DAILY_SPEND + 0.01}, True),
        ("spend", {"dollars": None}, False),
        ("lane-stopped", {"batches": 1}, True),
        ("lane-stopped", {"batches": None}, False),
        ("cold-errors", {"calls": 1}, True),
        ("cold-errors", {"calls": None}, False),
        ("live-unread", {"documents": 1}, True),
        ("live-unread", {"documents": None}, False),
        ("texts-in-doubt", {"texts": 9}, False),
        ("texts-in-doubt", {"texts": 10}, True),
        ("texts-in-doubt", {"texts": None}, False),
        ("api-errors", {"answers": 4}, False),
        ("api-errors", {"answers": 5}, True),
        ("api-errors", {"answers": None}, False),
        ("synthetic", {"delivered": 1}, False),
        ("synthetic", {"delivered": 0}, True),
        ("synthetic", {"delivered": None}, True),
        ("dead-count", {"waiting": 1}, True),
        ("dead-count", {"waiting": None}, False),
    ],
)


@CASES
def test_an_alarm_goes_off_when_it_should(name: str, measured: dict[str, float | None], off: bool) -> None:
    assert goes_off(name, **measured) is off


def test_every_kind_of_alarm_has_a_case_in_which_it_goes_off_and_one_in_which_it_does_not() -> None:
    of_many = {
        f"{what}-{queue.name}": what for what in ("late", "backlog", "dead", "unread") for queue in QUEUES
    }
    of_many |= {f"function-{name}": "function" for name in FUNCTIONS.values()}
    shown = {(of_many.get(name, name), off) for name, _, off in CASES.args[1]}
    assert {(of_many.get(name, name), off) for name in ALARMS for off in (True, False)} - shown == set()


@pytest.mark.parametrize("queue", QUEUES, ids=lambda queue: queue.name)
def test_of_every_queue_age_depth_dead_letters_and_a_mapping_that_is_off_are_watched(queue: Any) -> None:
    for what in ("late", "backlog", "dead", "unread"):
        assert f"{what}-{queue.name}" in ALARMS


def test_a_disabled_intake_is_noticed_within_ten_minutes() -> None:
    late, unread = ALARMS["late-intake"], ALARMS["unread-intake"]
    assert isinstance(late.threshold, int)
    assert late.threshold + late.period * late.periods <= 600
    assert unread.period * unread.periods <= 600


def test_every_function_is_watched() -> None:
    assert {f"function-{name}" for name in FUNCTIONS.values()} <= set(ALARMS)


def test_no_two_alarms_have_a_name_or_an_id_in_common() -> None:
    every = list(all_alarms())
    assert len({one.name for one in every}) == len({one.id for one in every}) == len(every)


def test_operations_has_one_table_of_alarms_and_no_entry_for_what_is_not_there() -> None:
    text = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(re.findall(r"^\| alarm", text, re.MULTILINE)) == 1
    table = text[text.index("| alarm") :].split("\n\n")[0]
    entries = re.findall(r"^\| `([\w*-]+)`", table, re.MULTILINE)
    for entry in entries:
        assert any(re.fullmatch(entry.replace("*", ".+"), name) for name in ALARMS), entry
    for name in ALARMS:
        assert any(re.fullmatch(entry.replace("*", ".+"), name) for entry in entries), name
