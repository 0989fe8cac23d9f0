"""The JSON interface beside the page: messages, answers, networks, people, updates."""

from __future__ import annotations

import json
import re
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.handsets.introduce import introduce
from local.handsets.web import STATIC
from tests.local.handsets_server import INBOUND, Handsets, running_handsets

TO, FROM = "+8613800000001", "1069012300"


@pytest.fixture
def handsets() -> Iterator[Handsets]:
    with running_handsets() as running:
        yield running


def bodies(handsets: Handsets, query: str = "") -> list[str]:
    code, found = handsets.ask(f"/messages{query}")
    assert code == 200, found
    return [one["body"] for one in found["messages"]]


def test_messages_are_found_by_number_and_time(handsets: Handsets) -> None:
    for number, to in enumerate((TO, "+13125550142", TO)):
        handsets.send(to, body=f"text {number}")
        handsets.pass_time(60)
    assert bodies(handsets) == ["text 0", "text 1", "text 2"]
    assert bodies(handsets, "?to=%2B8613800000001") == ["text 0", "text 2"]
    assert bodies(handsets, "?to=+8613800000001") == ["text 0", "text 2"], "a plus that became a space"
    assert bodies(handsets, "?to=8613800000001") == ["text 0", "text 2"]
    assert bodies(handsets, "?to=%2B8613800000009") == []
    assert bodies(handsets, "?since=2026-11-23T08:02:00Z") == ["text 2"]
    assert bodies(handsets, "?since=2026-11-23T16:01:00+08:00") == ["text 1", "text 2"]
    assert bodies(handsets, "?limit=2") == ["text 1", "text 2"], "the newest"


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        pytest.param("/messages?to=x", None, "to", id="messages of no number"),
        pytest.param("/messages?since=today", None, "since", id="messages since no moment"),
        pytest.param("/messages?since=2026-11-23T08:00:00", None, "since", id="no offset"),
        pytest.param("/messages?limit=0", None, "limit", id="no messages"),
        pytest.param("/reply", {"to": FROM, "body": "x"}, "from", id="answer from nobody"),
        pytest.param("/reply", {"from": TO, "to": FROM}, "body", id="answer without words"),
        pytest.param("/reply", {"from": TO, "to": FROM, "body": "x" * 1601}, "body", id="answer too long"),
        pytest.param("/reply", {"from": TO, "body": "x"}, "to", id="answer to nobody"),
        pytest.param("/reply", {"from": TO, "to": FROM, "body": "x", "times": 0}, "times", id="answer never"),
        pytest.param("/reply", {"from": TO, "to": FROM, "body": "x", "new_ids": 1}, "new_ids", id="no truth"),
        pytest.param("/network", {"mode": "fail"}, "to", id="network of nobody"),
        pytest.param("/network", {"to": TO, "mode": "off"}, "mode", id="network that does not exist"),
        pytest.param("/rates", {FROM: 0}, f"rates.{FROM}", id="no pace at all"),
        pytest.param("/rates", {FROM: "10"}, f"rates.{FROM}", id="a pace in words"),
        pytest.param("/people", [{"name": "x"}], "0.msisdn", id="somebody without a number"),
        pytest.param("/people", {"x": 1}, "people", id="not people"),
        pytest.param("/connect", {"aws_endpoint": "localhost"}, "aws_endpoint", id="not an address"),
        pytest.param("/connect", {"rates": [1]}, "rates", id="not rates"),
        pytest.param(
            "/connect",
            {"brands": [{"originators": [{}]}]},
            "brands.0.originators.0.identity",
            id="brand without originator",
        ),
        pytest.param("/changes?after=x", None, "after", id="not a revision"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_field(handsets: Handsets, path: str, body: Any, field: str) -> None:
    code, found = handsets.ask(path, None if body is None else json.dumps(body).encode())
    assert (code, found["field"]) == (400, field)
    assert found["error"]


def test_what_is_not_json_and_what_does_not_exist_answer_json_too(handsets: Handsets) -> None:
    assert handsets.ask("/reply", b"from=1")[0] == 400
    assert handsets.ask("/nowhere")[0] == 404
    assert handsets.ask("/reply")[0] == 405
    assert handsets.ask("/reset", b"{}", Origin="https://elsewhere.example")[0] == 403


def test_an_answer_is_published_as_aws_does(handsets: Handsets) -> None:
    sent = handsets.send()
    answer = handsets.post("/reply", {"from": TO, "to": FROM, "body": " 5 分 "})
    assert handsets.inbound() == [
        {
            "originationNumber": TO,
            "destinationNumber": FROM,
            "messageKeyword": "KEYWORD_000000000000",
            "messageBody": " 5 分 ",
            "inboundMessageId": answer["id"],
            "previousPublishedMessageId": sent,
        }
    ]
    [kept] = handsets.get("/replies", **{"from": TO})["replies"]
    assert (kept["id"], kept["state"], kept["in_reply_to"]) == (answer["id"], "published", sent)


def test_an_answer_goes_to_whoever_wrote_last_unless_it_says_to_whom(handsets: Handsets) -> None:
    first = handsets.send(sender="first")
    handsets.send(sender="second")
    handsets.post("/reply", {"from": TO, "body": "a"})
    handsets.post("/reply", {"from": TO, "to": "first", "body": "b"})
    handsets.post("/reply", {"from": TO, "body": "c", "in_reply_to": first})
    handsets.post("/reply", {"from": TO, "body": "d", "in_reply_to": None})
    handsets.post("/reply", {"from": "+13125550142", "to": "first", "body": "e"})
    found = {one["messageBody"]: one for one in handsets.inbound()}
    assert [one["destinationNumber"] for one in found.values()] == [
        "second",
        "first",
        "second",
        "second",
        "first",
    ]
    assert found["b"]["previousPublishedMessageId"] == first
    assert found["c"]["previousPublishedMessageId"] == first
    assert "previousPublishedMessageId" not in found["d"]
    assert "previousPublishedMessageId" not in found["e"], "a number nobody has written to"


@pytest.mark.parametrize(("new_ids", "ids"), [(False, 1), (True, 3)])
def test_an_answer_can_come_several_times(handsets: Handsets, new_ids: bool, ids: int) -> None:
    handsets.post("/reply", {"from": TO, "to": FROM, "body": "5", "times": 3, "new_ids": new_ids})
    found = [one["inboundMessageId"] for one in handsets.inbound()]
    assert (len(found), len(set(found))) == (3, ids)


def test_an_answer_that_nobody_takes_says_so(handsets: Handsets) -> None:
    handsets.topic_is_down = True
    code, found = handsets.ask("/reply", json.dumps({"from": TO, "to": FROM, "body": "5"}).encode())
    assert code == 502
    assert INBOUND in found["error"]
    assert handsets.get("/replies")["replies"][0]["state"] == "failed"


def test_before_it_is_connected_texts_arrive_and_answers_are_refused(handsets: Handsets) -> None:
    from local.handsets.simulator import Connection

    handsets.simulator.connection = Connection()
    handsets.send()
    handsets.pass_time(1)
    assert handsets.receipts() == []
    assert handsets.ask("/reply", json.dumps({"from": TO, "body": "5"}).encode())[0] == 409
    assert handsets.get("/health") == {"ok": True, "connected": False}
    handsets.post("/connect", {"inbound_topic_arn": INBOUND, "receipts_topic_arn": "r", "rates": {FROM: 7}})
    assert handsets.get("/health") == {"ok": True, "connected": True}
    assert handsets.get("/rates")[FROM] == 7
    assert handsets.get("/connect")["aws_endpoint"] == "http://127.0.0.1:4566", "what is not named stays"


def test_brands_bring_their_originators_names_and_paces(handsets: Handsets) -> None:
    brand = {
        "title": {"zh-CN": "云通"},
        "originators": [{"identity": "106", "per_second": 3, "counting": "network"}],
    }
    handsets.post("/connect", {"brands": [brand]})
    assert handsets.get("/rates") == {"106": 3}
    handsets.send(sender="106", body="x" * 160)
    assert handsets.get("/messages")["messages"][0]["segments"] == 1, "as its brand counts, not as +86 does"
    assert handsets.get("/wall")["status"]["originators"] == {"106": {"zh-CN": "云通"}}


def test_the_wall_shows_names_networks_and_the_newest_first(handsets: Handsets) -> None:
    handsets.post("/people", [{"msisdn": TO, "name": "李雷", "language": "zh-CN", "brand": "yuntong"}])
    handsets.post("/network", {"to": "+13125550142", "mode": "delay", "seconds": 3})
    handsets.send("+13125550142", body="<b>hi</b>")
    wall = handsets.get("/wall")
    assert [(one["msisdn"], one["name"], one["network"]) for one in wall["phones"]] == [
        ("+13125550142", "", {"mode": "delay", "seconds": 3.0}),
        (TO, "李雷", None),
    ]
    assert [one["body"] for one in wall["phones"][0]["entries"]] == ["<b>hi</b>"]
    assert [one["msisdn"] for one in handsets.get("/wall", q="李")["phones"]] == [TO]
    assert [one["msisdn"] for one in handsets.get("/wall", numbers=f"{TO},+19990000000")["phones"]] == [TO]
    assert len(handsets.get("/wall", limit="1")["phones"]) == 1


def test_people_of_a_subscribers_file_get_their_phones(handsets: Handsets, tmp_path: Path) -> None:
    file = tmp_path / "subscribers.csv"
    file.write_text("subscriber_id,msisdn,name,language\nYT-1,+8613800000001,李雷,zh-CN\nYT-2,,无号,zh-CN\n")
    assert introduce(file, handsets.url + "/") == 1
    [one] = handsets.get("/wall")["phones"]
    assert (one["subscriber_id"], one["msisdn"], one["name"]) == ("YT-1", TO, "李雷")


def test_changes_are_what_happened_since_and_a_reset_begins_anew(handsets: Handsets) -> None:
    revision = str(handsets.get("/wall")["revision"])
    handsets.send()
    handsets.pass_time(1)
    changes = handsets.get("/changes", after=revision)
    assert [(one["kind"], one["state"]) for one in changes["entries"]] == [("mt", "delivered")]
    assert [one["msisdn"] for one in changes["phones"]] == [TO]
    assert "entries" not in handsets.get("/changes", after=str(changes["revision"]))
    handsets.post("/reset", {})
    assert handsets.get("/changes", after=str(changes["revision"]))["reload"] is True


def test_the_event_stream_tells_what_happens_and_can_be_resumed(handsets: Handsets) -> None:
    def first_update(after: int) -> dict[str, Any]:
        request = urllib.request.Request(f"{handsets.url}/events", headers={"Last-Event-ID": str(after)})  # noqa: S310
        with urllib.request.urlopen(request, timeout=10) as stream:  # noqa: S310
            assert stream.headers["Content-Type"] == "text/event-stream"
            for line in stream:
                if line.startswith(b"data: "):
                    return dict(json.loads(line.removeprefix(b"data: ")))
        raise AssertionError("the stream ended without an update")

    begin = handsets.get("/wall")["revision"]
    handsets.send(body="one\ntwo")
    update = first_update(begin)
    assert [one["body"] for one in update["entries"]] == ["one\ntwo"]
    assert "entries" not in first_update(update["revision"])


def test_the_page_runs_nothing_but_its_own_files(handsets: Handsets) -> None:
    with urllib.request.urlopen(handsets.url, timeout=10) as answer:  # noqa: S310
        page = answer.read().decode()
        policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", page)
    for file in STATIC.iterdir():
        content = Path(file).read_text()
        assert not re.search(r"innerHTML|insertAdjacentHTML|document\.write|eval\(", content), file.name
        assert set(re.findall(r"https?://[^\"'\s)]+", content)) <= {"http://www.w3.org/2000/svg"}, file.name


def test_both_languages_say_everything() -> None:
    words = (STATIC / "words.js").read_text()
    english, chinese = (
        set(re.findall(r'(?:^|[\s,{])(\w+): "', part))
        for part in (words[: words.index("  zh: {")], words[words.index("  zh: {") :].split("\n};")[0])
    )
    assert english == chinese
    page = (STATIC / "index.html").read_text()
    assert set(re.findall(r'data-t(?:-\w+)?="(\w+)"', page)) <= english
