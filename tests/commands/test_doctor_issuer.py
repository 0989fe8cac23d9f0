"""What the doctor says of an OpenID issuer that is no user pool of ours."""

from __future__ import annotations

import json

import pytest

from chalicelib.commands.doctor_issuer import set_up

GOOD = {"discovery": "https://id.operator.example/.well-known/openid-configuration", "client": "console"}


@pytest.mark.parametrize(
    ("setting", "secret", "answers", "levels"),
    [
        (json.dumps(GOOD), True, True, ["ok"]),
        (json.dumps(GOOD), False, True, ["ok", "warn"]),
        (json.dumps(GOOD), True, False, ["warn"]),
        (json.dumps({**GOOD, "client": ""}), True, True, ["fail"]),
        ("{", True, True, ["fail"]),
        ("", True, True, ["fail"]),
    ],
    ids=["all is well", "no secret", "no answer", "no client", "no JSON", "no parameter"],
)
def test_the_doctor_says(setting: str, secret: bool, answers: bool, levels: list[str]) -> None:
    found = list(set_up("/r/sign-in", setting, "/r/sign-in-secret", secret, lambda _: answers))
    assert [one.level for one in found] == levels
    assert all(one.do for one in found if one.level != "ok")
