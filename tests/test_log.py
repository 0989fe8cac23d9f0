"""Log lines and metrics: what they look like, and what never gets into them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from chalicelib import log

AT = 1_795_000_000.0


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("+8613900000001", "•••01"),
        ("call 13900000001 now", "call •••01 now"),
        ("139 0000 0001", "•••01"),
        ("(212) 555-0142", "(•••42"),
        ("＋８６１３９００００００１", "•••０１"),
        ("٠٩١٢٣٤٥٦٧٨٩", "•••٨٩"),
        ("deliver.py:88 deliver", "deliver.py:88 deliver"),
        ("5f0c1234-1111-2222-3333-444455556666", "5f0c1234-1111-2222-3333-444455556666"),
        ("v00000003", "v00000003"),
        ("1069012", "•••12"),
        ("10086", "10086"),
    ],
)
def test_what_may_be_a_number_is_masked(text: str, shown: str) -> None:
    assert log.masked(text) == shown


def test_a_line_is_json_with_its_level_and_trace(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-67891233-abcdef012345678912345678;Parent=5;Sampled=1")
    log.warn("lane stopped", originator="+18005550142", tries=3, lanes=["urgent", "13900000001"])
    assert lines(capsys) == [
        {
            "level": "WARN",
            "event": "lane stopped",
            "originator": "•••42",
            "tries": 3,
            "lanes": ["urgent", "•••01"],
            "trace": "1-67891233-abcdef012345678912345678",
        }
    ]


def test_an_error_is_told_by_type_code_and_place_and_not_by_what_it_quotes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer: Any = {"Error": {"Code": "ValidationException", "Message": "bad value 没人管 +8613900000001"}}
    try:
        raise ClientError(answer, "PutItem")
    except ClientError as error:
        log.failed("function failed", error, function="reply")
    (line,) = lines(capsys)
    assert (line["type"], line["code"], line["function"]) == ("ClientError", "ValidationException", "reply")
    assert line["where"][-1].startswith("test_log.py:")
    assert "没人管" not in json.dumps(line, ensure_ascii=False)


def test_metrics_are_in_the_embedded_format_with_both_dimension_sets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RINGBACK_STAGE", "prod")
    log.measure({"TextsSent": 3, "Spend": 0.15}, campaign="usage-alert", lane="urgent", at=AT)
    log.measure({}, campaign="usage-alert", lane="urgent", at=AT)
    (line,) = lines(capsys)
    (directive,) = line["_aws"]["CloudWatchMetrics"]
    assert line["_aws"]["Timestamp"] == 1_795_000_000_000
    assert directive["Namespace"] == "Ringback"
    assert directive["Dimensions"] == [["stage"], ["stage", "campaign", "lane"]]
    assert {one["Name"] for one in directive["Metrics"]} == {"TextsSent", "Spend"}
    targets = {one for names in directive["Dimensions"] for one in names}
    targets |= {one["Name"] for one in directive["Metrics"]}
    assert targets <= set(line), "every dimension and metric must name a member of the line"
    assert (line["stage"], line["campaign"], line["lane"]) == ("prod", "usage-alert", "urgent")
    assert (line["TextsSent"], line["Spend"]) == (3, 0.15)


def test_a_metric_nobody_declared_is_refused() -> None:
    with pytest.raises(KeyError):
        log.measure({"TextsSnet": 1}, at=AT)
