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
WRONG: dict[str, list[Any]] = {  # one in the place of a list would be as many as it has letters
    "urls": ["http://10.0.1.7/", ["10.0.1.7:13013"], ["http://"], ["http://a:99999/"], [7], [""]],
    "username": [["u"], "u\n", "云"],
    "password": [7, "p\n", " p"],
    "callback": [7, "texts.example/kannel"],
    "keys": ["k", [""], [7], [None]],
    "boxes": [["one"], {"one": "secret"}, {"one": [""]}, {"one": [None]}, {"a:b": ["s"]}, None],
    "sources": ["10.0.0.0/8", ["10.0.0.0/99"], [7], None],
    "country": ["CN", "086", ["86"]],
}
CASES: dict[str, tuple[dict[str, Any], bool, list[str]]] = {
    "sound": ({}, True, ["ok", "ok"]),
    "no smsbox answers": ({}, False, ["ok", "warn"]),
    "no key": ({"keys": []}, True, ["fail"]),
    "nobody may bring answers": ({"boxes": {}}, True, ["ok", "fail", "ok"]),
    "calls from anywhere": ({"sources": []}, True, ["ok", "warn", "ok"]),
    "reports in the clear": ({"callback": "http://texts.example/kannel"}, True, ["ok", "fail", "ok"]),
    **{
        f"{name}: {value}": ({name: value}, True, ["fail"])
        for name, values in WRONG.items()
        for value in values
    },
}


@pytest.mark.parametrize(("change", "answers", "levels"), CASES.values(), ids=CASES.keys())
def test_the_doctor_says(change: dict[str, Any], answers: bool, levels: list[str]) -> None:
    found = list(set_up("/ringback/dev/kannel", json.dumps(SOUND | change), lambda _: answers))
    assert [one.level for one in found] == levels


@pytest.mark.parametrize("value", ["secret words", "[]", "7", "null", '"secret"'])
def test_what_is_no_json_is_said_without_its_words(value: str) -> None:
    (found,) = set_up("/ringback/dev/kannel", value, lambda _: True)
    assert found.level == "fail"
    assert "secret" not in found.saw
