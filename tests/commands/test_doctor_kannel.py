"""What the doctor says of Kannel's parameter and smsboxes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.commands.doctor_kannel import set_up

SOUND = {
    "urls": ["http://10.0.1.7:13013/cgi-bin/sendsms"],
    "username": "u",
    "password": "p",
    "callback": "https://texts.example/kannel",
    "keys": ["k"],
    "boxes": {"one": ["s"]},
    "sources": ["10.0.0.0/16"],
}
CASES: dict[str, tuple[dict[str, Any], bool, list[str]]] = {
    "sound": ({}, True, ["ok", "ok"]),
    "no smsbox answers": ({}, False, ["ok", "warn"]),
    "no key": ({"keys": []}, True, ["fail"]),
    "nobody may bring answers": ({"boxes": {}}, True, ["ok", "fail", "ok"]),
    "calls from anywhere": ({"sources": []}, True, ["ok", "warn", "ok"]),
    "reports in the clear": ({"callback": "http://texts.example/kannel"}, True, ["ok", "fail", "ok"]),
}


@pytest.mark.parametrize(("change", "answers", "levels"), CASES.values(), ids=CASES.keys())
def test_the_doctor_says(change: dict[str, Any], answers: bool, levels: list[str]) -> None:
    found = list(set_up("/ringback/dev/kannel", json.dumps(SOUND | change), lambda _: answers))
    assert [one.level for one in found] == levels


def test_what_is_no_json_is_said_without_its_words() -> None:
    (found,) = set_up("/ringback/dev/kannel", "secret words", lambda _: True)
    assert found.level == "fail"
    assert "secret" not in found.saw
