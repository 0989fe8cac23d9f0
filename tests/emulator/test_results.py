"""The table's stream on the packaged service: what happens to texts is counted without anybody asking."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.store import dynamodb
from local.stack import Stack
from tests.stack import handsets, new_subscriber, put_events, until, wait_for_messages

pytestmark = pytest.mark.emulator


PROVINCE = "西藏"  # where no subscriber of another test lives


def total(stack: Stack, campaign: str) -> dict[str, Any]:
    key = {"scope": {"S": f"results#{campaign}"}, "counter": {"S": f"v00000001#region#{PROVINCE}"}}
    table = stack.document["tables"]["results"]
    return dynamodb.plain_from(stack.client("dynamodb").get_item(TableName=table, Key=key).get("Item", {}))


def test_a_text_and_its_receipt_and_the_stop_it_gets_are_counted(stack: Stack) -> None:
    before = total(stack, "usage-alert")
    who = new_subscriber(stack, region=f"{PROVINCE}/拉萨")
    usage = {"resource": "data", "used": 9100, "allowance": 10000, "unit": "MB"}
    cycle = {"cycle": "2026-11", "cycle_ends_on": "2098-12-31"}
    put_events(stack, {"type": "usage.reported", "subscriber_id": who["subscriber_id"], **usage, **cycle})
    wait_for_messages(stack, who["msisdn"])
    handsets(stack, "reply", {"from": who["msisdn"], "to": "1069012300", "body": "TD"})

    def more(figure: str) -> float:
        return float(total(stack, "usage-alert").get(figure, 0)) - float(before.get(figure, 0))

    until(lambda: more("delivered") >= 1, "a delivered text in the results")
    until(lambda: more("opt_outs") >= 1, "the opt-out in the results")
    # 90 went out, 80 is recorded as superseded
    assert (more("planned"), more("sent"), more("suppressed:superseded")) == (2, 1, 1)
    assert more("cost") > 0
