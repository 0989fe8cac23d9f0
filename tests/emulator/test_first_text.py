"""Events in, the right text out once: through the bus, the queues and the functions as deployed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from local.stack import Stack
from tests.stack import (
    messages,
    new_number,
    new_subscriber,
    put_events,
    reply,
    until,
    wait_for_messages,
)

pytestmark = pytest.mark.emulator
ENDS = f"{datetime.now(UTC) + timedelta(days=5):%Y-%m-%d}"


def usage(subscriber: dict[str, str], used: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "usage.reported",
        "subscriber_id": subscriber["subscriber_id"],
        "resource": "data",
        "used": used,
        "allowance": 100,
        "unit": "MB",
        "cycle": "2026-11",
        "cycle_ends_on": ENDS,
    } | more


def texts_after(stack: Stack, subscriber: dict[str, str]) -> list[dict[str, Any]]:
    """The subscriber's texts about data, once a later event about minutes has made its text: by then
    whatever the earlier events could make is there."""
    put_events(stack, usage(subscriber, 100, resource="voice", unit="min"))
    about = f"mt#usage-alert/{subscriber['subscriber_id']}/2026-11/{ENDS}/100/voice/100/"
    settled(stack, subscriber["msisdn"], about)
    return [one for one in messages(stack, subscriber["msisdn"]) if "/voice/" not in one["context"]["item"]]


def row(stack: Stack, msisdn: str, begins: str) -> dict[str, Any]:
    """The one item of a conversation whose sort key begins so; empty while there is none."""
    found = stack.client("dynamodb").query(
        TableName=stack.document["tables"]["conversations"],
        KeyConditionExpression="msisdn = :m AND begins_with(#i, :b)",
        ExpressionAttributeNames={"#i": "item"},
        ExpressionAttributeValues={":m": {"S": msisdn}, ":b": {"S": begins}},
        ConsistentRead=True,
    )["Items"]
    assert len(found) <= 1
    return dict(found[0]) if found else {}


def settled(stack: Stack, msisdn: str, begins: str) -> str:
    """The status of the one text whose sort key begins so, once no worker holds it any more."""

    def status() -> str:
        now = str(row(stack, msisdn, begins).get("status", {}).get("S", ""))
        return "" if now == "sending" else now

    return until(status, f"the outcome of {begins}")


def test_one_event_from_five_clients_at_once_is_one_text(stack: Stack) -> None:
    subscriber = new_subscriber(stack)
    event = usage(subscriber, 85, id="same")
    with ThreadPoolExecutor(5) as clients:
        list(clients.map(lambda _: put_events(stack, event), range(5)))
    wait_for_messages(stack, subscriber["msisdn"])
    assert len(texts_after(stack, subscriber)) == 1


def test_several_thresholds_at_once_are_one_text(stack: Stack) -> None:
    subscriber = new_subscriber(stack)
    put_events(stack, usage(subscriber, 40))
    put_events(stack, usage(subscriber, 95))
    wait_for_messages(stack, subscriber["msisdn"])
    (text,) = texts_after(stack, subscriber)
    assert "/data/90/" in text["context"]["item"], "the highest threshold that was passed"
    assert "95%" in text["body"]


def test_two_lines_with_one_contact_number_are_two_texts(stack: Stack) -> None:
    number = new_number()
    lines = [new_subscriber(stack, msisdn=number) for _ in range(2)]
    put_events(stack, *(usage(line, 85) for line in lines))
    texts = wait_for_messages(stack, number, 2)
    about = sorted(text["context"]["item"].split("/")[1] for text in texts)
    assert about == sorted(line["subscriber_id"] for line in lines)


def test_the_receipt_comes_back(stack: Stack) -> None:
    subscriber = new_subscriber(stack)
    put_events(stack, usage(subscriber, 85))
    wait_for_messages(stack, subscriber["msisdn"])
    until(
        lambda: row(stack, subscriber["msisdn"], "mt#usage-alert/").get("status") == {"S": "delivered"},
        "the text's row says delivered",
    )


WRAPPINGS = (
    "{}", "Fwd: {}", "“{}”", "> {}", "谢谢！{}", "On Tue, Nov 24, 2026 they wrote:\n> {}", "好的。{}",
    "Liked “{}”", "对“{}”表示喜欢", "转发：{}",
)  # fmt: skip


def applied(stack: Stack, msisdn: str) -> int:
    """How many replies of a number were applied."""
    found = stack.client("dynamodb").query(
        TableName=stack.document["tables"]["conversations"],
        KeyConditionExpression="msisdn = :m AND begins_with(#i, :b)",
        ExpressionAttributeNames={"#i": "item"},
        ExpressionAttributeValues={":m": {"S": msisdn}, ":b": {"S": "mo#"}},
        ConsistentRead=True,
    )["Items"]
    return sum(one.get("applied", {}).get("BOOL", False) for one in found)


def test_a_robot_that_echoes_every_text_gets_few(stack: Stack) -> None:
    subscriber = new_subscriber(stack)
    me = subscriber["msisdn"]
    reply(stack, me, "1069012300", "帮助")
    rounds = 0
    while rounds < 10:
        until(lambda: applied(stack, me) > rounds, f"reply {rounds} applied")  # noqa: B023
        rounds += 1
        reply(stack, me, "1069012300", messages(stack, me)[-1]["body"] if messages(stack, me) else "帮助")
    until(lambda: applied(stack, me) > rounds, "the last reply applied")
    put_events(stack, usage(subscriber, 85))
    until(lambda: row(stack, me, "mt#usage-alert/").get("status") == {"S": "delivered"}, "an alert")
    assert len(messages(stack, me)) == 2, "the help that was asked for, and the alert"


def number_of(stack: Stack, subscriber: dict[str, str]) -> str:
    """The MSISDN that the service knows of a subscriber, "" for none."""
    found = stack.client("dynamodb").get_item(
        TableName=stack.document["tables"]["subscribers"],
        Key={"subscriber_id": {"S": subscriber["subscriber_id"]}},
        ConsistentRead=True,
    )
    return str(found["Item"].get("msisdn", {}).get("S", ""))


def test_a_number_given_to_somebody_else_is_theirs_alone(stack: Stack) -> None:
    before, after = new_subscriber(stack), new_subscriber(stack)
    put_events(
        stack,
        {
            "type": "number.assigned",
            "subscriber_id": after["subscriber_id"],
            "msisdn": before["msisdn"],
            "time": datetime.now(UTC).isoformat(),
        },
    )
    until(
        lambda: (number_of(stack, before), number_of(stack, after)) == ("", before["msisdn"]),
        "the number is released from who had it, and the other one's",
    )
    put_events(stack, usage(before, 85))
    put_events(stack, usage(after, 85))
    wait_for_messages(stack, before["msisdn"])
    item = f"mt#usage-alert/{before['subscriber_id']}/"
    settled(stack, f"subscriber#{before['subscriber_id']}", item)
    assert [one["context"]["item"].split("/")[1] for one in messages(stack, before["msisdn"])] == [
        after["subscriber_id"]
    ]


def test_stop_is_confirmed_once_and_then_nothing_follows(stack: Stack) -> None:
    subscriber = new_subscriber(stack)
    put_events(stack, usage(subscriber, 85))
    (alert,) = wait_for_messages(stack, subscriber["msisdn"])
    reply(stack, subscriber["msisdn"], alert["from"], "退订")
    (_, confirmed) = wait_for_messages(stack, subscriber["msisdn"], 2)
    for wrapping in WRAPPINGS:  # our confirmation, which says how to come back, comes back itself
        reply(stack, subscriber["msisdn"], alert["from"], wrapping.replace("{}", confirmed["body"]))
    until(lambda: applied(stack, subscriber["msisdn"]) == 1 + len(WRAPPINGS), "all replies applied")
    put_events(stack, usage(subscriber, 95))
    second = f"mt#usage-alert/{subscriber['subscriber_id']}/2026-11/{ENDS}/100/data/9"
    assert settled(stack, subscriber["msisdn"], second) == "suppressed"
    assert len(messages(stack, subscriber["msisdn"])) == 2
