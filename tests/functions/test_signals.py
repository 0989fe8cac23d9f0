"""What the functions print when they are fed what nobody should feed them: no number and no body."""

from __future__ import annotations

import io
import json
import logging
import re
from types import SimpleNamespace
from typing import Any

import pytest
from chalice.test import Client

from app import app
from chalicelib.functions import drops, guard, intake, outbox, planning, receipts, reply_queue, runs
from chalicelib.functions.counting import count
from chalicelib.sms.gateways import NotSent
from chalicelib.store import queries
from chalicelib.store.schema.results import Counter
from tests.campaigns.test_results import row
from tests.functions.test_counting import record
from tests.support.service import Service

NUMBER = "+8613900000001"
BODY = "没人管,太差了 fed up"
TRACES = re.compile(r"1\D*3\D*9\D*0\D*0\D*0\D*0\D*0\D*0\D*0\D*1|没人管|fed up|欧阳|王芳")
HOSTILE_OBJECTS: list[Any] = [
    [NUMBER, BODY],
    {NUMBER: BODY},
    {"Type": "Notification", "Message": BODY},
    {"Type": "Notification", "Message": json.dumps({"messageBody": BODY})},
    {"originationNumber": [NUMBER], "messageBody": {"x": BODY}, "inboundMessageId": NUMBER},
    {"originationNumber": BODY, "destinationNumber": "1", "messageBody": BODY, "inboundMessageId": "i"},
    {"campaign": BODY, "subscriber": NUMBER, "occasion": BODY, "step": BODY, "lane": NUMBER},
    {
        "campaign": "usage-alert",
        "subscriber": "-",
        "occasion": "x",
        "step": "text",
        "lane": "urgent",
        "to": NUMBER,
        "brand": "yuntong",
        "facts": BODY,
    },
    {"eventType": BODY, "destinationPhoneNumber": NUMBER, "context": {"item": BODY}},
    {
        "eventType": "TEXT_DELIVERED",
        "destinationPhoneNumber": NUMBER,
        "context": BODY,
        "eventTimestamp": NUMBER,
    },
    {"detail-type": BODY, "detail": {"id": NUMBER, "subscriber_id": BODY}},
    {
        "detail-type": "usage.reported",
        "detail": {"id": "e", "time": BODY, "subscriber_id": NUMBER, "used": BODY},
    },
    {"detail": {"bucket": {"name": BODY}, "object": {"key": NUMBER}}},
    {"kind": BODY, "run": NUMBER, "campaign": BODY, "index": NUMBER},
]
HOSTILE = ["", "\x00", BODY, NUMBER, "[" * 1000, *map(json.dumps, HOSTILE_OBJECTS)]
FED = {
    "intake": intake.intake,
    "drop": drops.drop,
    "run": runs.run,
    "deliver_urgent": outbox.deliver_urgent,
    "deliver_bulk": outbox.deliver_bulk,
    "receipt": receipts.receipt,
    "reply": reply_queue.reply,
}


def printed(capfd: pytest.CaptureFixture[str], *, json_only: bool = True) -> list[str]:
    """What the functions wrote since the last look, to either stream, all of it one JSON object a line."""
    seen = capfd.readouterr()
    lines = [line for line in (seen.out + seen.err).splitlines() if line.strip()]
    if json_only:
        assert all(isinstance(json.loads(line), dict) for line in lines)
    return lines


@pytest.mark.parametrize("name", FED)
def test_no_line_holds_a_number_or_a_body_whatever_is_fed(
    name: str, service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    told = []
    for body in HOSTILE:
        try:
            service.feed(FED[name], [body])
        except Exception as error:  # what Lambda would print of it
            told.append(f"{type(error).__name__}: {error}")
    lines = printed(capfd)
    assert not [line for line in [*lines, *told] if TRACES.search(line)]
    assert len([line for line in lines if '"function failed"' in line]) == len(told)


def test_a_reply_that_cannot_be_handled_is_told_by_its_message_id_only(
    service: Service, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(payload: Any, *_: Any) -> None:
        raise ValueError(f"cannot read {payload}")

    monkeypatch.setattr(reply_queue, "handle", fails)
    service.write(BODY)
    (line,) = [json.loads(one) for one in printed(capfd)]
    assert (line["level"], line["type"], line["message"]) == ("ERROR", "ValueError", "id-0")


def test_whatever_a_failing_function_says_is_not_what_lambda_prints(
    service: Service, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        try:
            raise KeyError(NUMBER)
        except KeyError as inner:
            raise RuntimeError(f"{BODY} {NUMBER}") from inner

    monkeypatch.setattr(outbox, "deliver", fails)
    monkeypatch.setattr(guard, "_cold", True)
    with pytest.raises(RuntimeError) as caught:
        service.feed(outbox.deliver_urgent, [])
    assert not TRACES.search(str(caught.value))
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    told, metric = [json.loads(line) for line in printed(capfd)]
    assert (told["function"], told["type"], told["cold"]) == ("deliver_urgent", "RuntimeError", True)
    assert metric["ColdErrors"] == 1
    with pytest.raises(RuntimeError):
        service.feed(outbox.deliver_urgent, [])
    (again,) = [json.loads(line) for line in printed(capfd)]
    assert again["cold"] is False


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize(("method", "path"), [("GET", "/queue"), ("POST", "/events"), ("GET", "/")])
def test_a_page_that_fails_says_nothing_of_the_request(
    method: str, path: str, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any) -> None:
        raise LookupError(f"{NUMBER} {BODY}")

    monkeypatch.setattr("chalicelib.functions.console.answer", fails)
    monkeypatch.setattr("chalicelib.store.api_keys.sender_of", fails)
    chalice_says = io.StringIO()
    handler = logging.StreamHandler(chalice_says)
    app.log.addHandler(handler)
    headers = {"X-Api-Key": NUMBER, "Content-Type": "application/json"}
    with Client(app) as client:
        answer = client.http.request(method, path, headers=headers, body=json.dumps({"x": BODY}).encode())
    app.log.removeHandler(handler)
    assert answer.status_code == 500
    assert not TRACES.search(chalice_says.getvalue())
    assert not TRACES.search(answer.body.decode())
    lines = printed(capfd, json_only=False)
    assert any('"function failed"' in line and "LookupError" in line for line in lines)
    assert not [line for line in lines if TRACES.search(line)]


def test_a_lane_that_stops_is_said_once_a_batch_and_counted(
    service: Service, capfd: pytest.CaptureFixture[str]
) -> None:
    service.network.refuse = NotSent("AccessDeniedException", "ACCOUNT_DISABLED")
    service.usage(85)
    service.deliver()
    lines = [json.loads(line) for line in printed(capfd)]
    (said,) = [one for one in lines if one.get("event") == "lane stopped"]
    (metric,) = [one for one in lines if "LaneStopped" in one]
    assert (said["reason"], said["lane"]) == ("account_disabled", "urgent")
    assert (metric["LaneStopped"], metric["campaign"], metric["lane"]) == (1, "usage-alert", "urgent")


@pytest.mark.usefixtures("tables")
def test_a_stream_batch_becomes_one_line_for_each_campaign_and_lane(
    capfd: pytest.CaptureFixture[str],
) -> None:
    before = row(status="sending", lane="bulk")
    after = [row(item=f"mt#plan-offer/s-{n}/2026-11/text", status="sent", lane="bulk") for n in range(5)]
    count({"Records": [record(n, before, one) for n, one in enumerate(after)]}, SimpleNamespace())
    (line,) = [json.loads(one) for one in printed(capfd)]
    assert (line["TextsSent"], line["campaign"], line["lane"]) == (5, "plan-offer", "bulk")


def test_the_plan_says_which_receipts_never_came(service: Service, capfd: pytest.CaptureFixture[str]) -> None:
    hour = "v00000001#hour#2026-11-21T03"
    queries.put(Counter("results#usage-alert", hour, {"sent": 4, "delivered": 3}))
    service.schedule(planning.plan)
    lines = {one["campaign"]: one for one in map(json.loads, printed(capfd)) if "ReceiptsDue" in one}
    assert (lines["usage-alert"]["ReceiptsDue"], lines["usage-alert"]["ReceiptsMissing"]) == (4, 1)
    assert lines["renewal-reminder"]["ReceiptsMissing"] == 0
