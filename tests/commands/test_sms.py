"""`ringback sms count`: a line for a line, whatever the lines hold."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.cli import cli


def _count(data: bytes, *options: str) -> Result:
    return CliRunner().invoke(cli, ["sms", "count", *options], input=data)


def _answers(result: Result) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.split("\n") if line]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        pytest.param("hi", [], {"encoding": "GSM-7", "segments": 1, "units": 2}, id="gsm7"),
        pytest.param("", [], {"encoding": "GSM-7", "segments": 1, "units": 0}, id="empty"),
        pytest.param(
            "a" * 152 + "€" + "a" * 152, [], {"encoding": "GSM-7", "segments": 3, "units": 306}, id="escape"
        ),
        pytest.param("中" * 71, ["--mode", "cn"], {"encoding": "UCS-2", "segments": 2, "units": 71}, id="cn"),
        pytest.param(
            "a" * 71, ["--mode", "cn"], {"encoding": "GSM-7", "segments": 2, "units": 71}, id="cn_ascii"
        ),
        pytest.param(
            "\ud83d", [], {"encoding": "UCS-2", "segments": 1, "units": 1}, id="half_a_surrogate_pair"
        ),
        pytest.param(
            "中" * 100_000, [], {"encoding": "UCS-2", "segments": 1493, "units": 100_000}, id="very_long"
        ),
    ],
)
def test_a_text_is_counted(text: str, options: list[str], expected: dict[str, Any]) -> None:
    result = _count(json.dumps({"text": text}).encode() + b"\n", *options)
    assert _answers(result) == [expected]
    assert result.exit_code == 0


def test_with_a_country_there_is_a_price() -> None:
    result = _count(b'{"text": "hi"}', "--country", "86")
    assert _answers(result)[0]["price"] == {"amount": "0.0450", "currency": "CNY"}


def test_a_country_without_a_price_says_where_to_put_one() -> None:
    result = _count(b'{"text": "hi"}', "--country", "999")
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "--country 999" in result.stderr
    assert "prices.yaml" in result.stderr


BAD = {
    b"": "the line is empty",
    b"{": "not JSON",
    b'{"text": "\xff"}': "not UTF-8",
    b'["hi"]': "expected a JSON object",
    b"{}": 'field "text" is missing',
    b'{"text": 3}': 'field "text" is 3: expected a string',
    b"[" * 100_000: "not JSON that can be read",
}


def test_a_bad_line_is_answered_in_its_place_and_the_rest_is_done() -> None:
    lines = [b'{"text": "first"}', *BAD, b'{"text": "last"}']
    result = _count(b"\n".join(lines) + b"\n")
    answers = _answers(result)
    assert len(answers) == len(lines)
    assert answers[0]["units"] == 5
    assert answers[-1]["units"] == 4
    for number, (answer, reason) in enumerate(zip(answers[1:-1], BAD.values(), strict=True), 2):
        assert answer["line"] == number
        assert reason in answer["error"]
    assert result.exit_code == 1
    assert "line 2: not JSON: the line is empty" in result.stderr
    assert f"and {len(BAD) - 3} more" in result.stderr


def test_windows_line_ends_and_a_byte_order_mark_are_read() -> None:
    result = _count(b'\xef\xbb\xbf{"text": "a"}\r\n{"text": "bc"}\r\n')
    assert [answer["units"] for answer in _answers(result)] == [1, 2]
    assert result.exit_code == 0


def test_nothing_in_nothing_out() -> None:
    result = _count(b"")
    assert (result.stdout, result.exit_code) == ("", 0)


def test_each_answer_comes_before_the_next_question() -> None:
    command = [sys.executable, "-m", "chalicelib.cli", "sms", "count"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for text in ("a", "bc", "中文字"):
            running.stdin.write(json.dumps({"text": text}).encode() + b"\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["units"] == len(text)
        running.stdin.close()
        assert running.wait() == 0
