"""What the functions say: log lines and metrics, each one line of JSON on stdout. No personal data.

A line holds an event's name and few values that this code chose itself, never what somebody wrote; whatever
looks like a phone number is masked all the same. Metrics are CloudWatch's embedded metric format (one line
for each campaign and lane of a batch), so they cost no call: CloudWatch Logs makes metrics of the lines.

Specification: "Specification: Embedded metric format" in the CloudWatch user guide. Why this is no library:
docs/decisions/logs-and-metrics.md.
"""

from __future__ import annotations

import json
import os
import re
import traceback
from collections.abc import Mapping
from typing import Final

NAMESPACE: Final = "Ringback"
UNITS: Final = {
    "TextsSent": "Count",  # accepted by the network
    "TextsDelivered": "Count",
    "TextsUndelivered": "Count",
    "TextsFailed": "Count",  # never accepted, and never will be
    "TextsSuppressed": "Count",
    "TextsInDoubt": "Count",  # the network may have it, and did not say so
    "ReceiptsRecorded": "Count",  # final ones
    "ReceiptsDue": "Count",  # texts of one hour that were accepted, once their 72 hours are over ...
    "ReceiptsMissing": "Count",  # ... and those of them without a final receipt
    "Spend": "None",  # US dollars, as the receipts say
    "LaneStopped": "Count",  # a batch found out that an originator takes nothing any more
    "TextsTakenTwice": "Count",  # one hand-off that the network took again, under another id
    "ColdErrors": "Count",  # a function failed the first time it was called
    "LiveUnread": "Count",  # documents that are live and cannot be read
}
_DIMENSIONS: Final = (("stage",), ("stage", "campaign", "lane"))
NOWHERE: Final = "-"  # the campaign or lane where there is none
_NUMBER = re.compile(r"(?<![\w-])[+＋]?\d(?:[\s().·•-]{0,2}\d){6,}(?!\w)")
_FRAMES = 8


def masked(text: str) -> str:
    """`text` with all but the last two digits left out of whatever may be a phone number."""
    return _NUMBER.sub(lambda found: "•••" + found[0][-2:], text)


def note(event: str, **about: object) -> None:
    """Something worth knowing. `about` are short values of this code's own, no text of anybody's."""
    _line("INFO", event, about)


def warn(event: str, **about: object) -> None:
    """Something that somebody should look at."""
    _line("WARN", event, about)


def failed(event: str, error: BaseException, **about: object) -> None:
    """An exception: its type, an AWS error's code, and where. Its message stays out, for it may quote."""
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code", "") if isinstance(response, dict) else ""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    where = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    said = {"type": type(error).__name__, **({"code": str(code)} if code else {}), "where": where}
    _line("ERROR", event, {**about, **said})


def measure(values: Mapping[str, float], *, campaign: str = NOWHERE, lane: str = NOWHERE, at: float) -> None:
    """Metrics (names of UNITS) of a campaign and lane; `at` is their time in seconds of the epoch.

    Zeros are kept: a gauge that fell to zero must say so. An unknown name raises KeyError.
    """
    if not values:
        return
    metrics = [{"Name": name, "Unit": UNITS[name]} for name in values]
    directive = {"Namespace": NAMESPACE, "Dimensions": _DIMENSIONS, "Metrics": metrics}
    _write(
        {
            "_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": [directive]},
            "stage": os.environ.get("RINGBACK_STAGE") or NOWHERE,
            "campaign": campaign or NOWHERE,
            "lane": lane or NOWHERE,
            **values,
        }
    )


def _line(level: str, event: str, about: Mapping[str, object]) -> None:
    trace = re.search(r"Root=([\w-]+)", os.environ.get("_X_AMZN_TRACE_ID", ""))
    safe = {name: _safe(value) for name, value in about.items()}
    _write({"level": level, "event": event, **safe, **({"trace": trace[1]} if trace else {})})


def _safe(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_safe(one) for one in value]
    return masked(str(value))


def _write(line: Mapping[str, object]) -> None:
    print(json.dumps(line, ensure_ascii=False, separators=(",", ":")), flush=True)
