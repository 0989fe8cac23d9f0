"""`ringback replies`: a line for a line, and what went wrong named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.cli import cli
from chalicelib.replies.measure import interval

FIVE = {"scale": [1, 5], "best": 5, "labels": {"zh": {"4": "满意"}}, "dissatisfied": [1, 2]}


@pytest.fixture
def surveys(tmp_path: Path) -> Path:
    path = tmp_path / "surveys.json"
    path.write_text(json.dumps({"five": FIVE}), encoding="utf-8")
    return path


def run(command: str, surveys: Path, lines: list[Any], *more: str) -> Result:
    data = "".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines)
    return CliRunner().invoke(cli, ["replies", command, "--surveys", str(surveys), *more], input=data)


def test_each_line_is_answered(surveys: Path) -> None:
    result = run(
        "read",
        surveys,
        [{"survey": "five", "text": "2，还是断"}, {"text": "5"}, {"survey": None, "text": "TD"}],
    )
    assert [json.loads(line) for line in result.stdout.splitlines()] == [
        {
            "kind": "rating",
            "score": 2,
            "choice": None,
            "scope": None,
            "why": "rating: a number alone",
            "evidence": "2",
        },
        {"kind": "text", "score": None, "choice": None, "scope": None, "why": "no survey was asked"},
        {
            "kind": "opt_out",
            "score": None,
            "choice": None,
            "scope": "all",
            "why": "opt_out: keyword",
            "said": "unsaid",
            "evidence": "td",
        },
    ]
    assert result.exit_code == 0


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        pytest.param(
            {"survey": "six", "text": "5"}, 'no survey "six" in the surveys file; it has five', id="unknown"
        ),
        pytest.param({"survey": "five"}, 'field "text" is missing', id="no text"),
        pytest.param("5\n", "expected a JSON object", id="no object"),
    ],
)
def test_a_bad_line_is_named_and_the_others_are_read(surveys: Path, line: Any, complaint: str) -> None:
    result = run("read", surveys, [{"survey": "five", "text": "满意"}, line, {"survey": "five", "text": "4"}])
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer.get("score") for answer in answers] == [4, None, 4]
    assert complaint in answers[1]["error"]
    assert f"line 2: {answers[1]['error']}" in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        pytest.param("{", "not JSON", id="not JSON"),
        pytest.param('{"five": {"scale": [5, 1]}}', '"five": scale: must be', id="no survey"),
        pytest.param("[]", "survey block", id="a list"),
    ],
)
def test_a_surveys_file_that_cannot_be_used_is_named(tmp_path: Path, content: str, complaint: str) -> None:
    path = tmp_path / "surveys.json"
    path.write_text(content, encoding="utf-8")
    result = run("read", path, [])
    assert result.exit_code == 1
    assert complaint in result.stderr


def test_measuring_counts_and_shows_the_misses(surveys: Path) -> None:
    lines = [
        {"survey": "five", "text": "4", "kind": "rating", "scores": [4]},
        {"survey": "five", "text": "STOP", "kind": "text"},
        {"survey": "five", "text": "3-4", "kinds": ["rating"]},
    ]
    result = run("measure", surveys, lines, "-")
    assert "right            1 of 3" in result.stdout
    assert "wrongly decided  1 of 3" in result.stdout
    assert "asked needlessly 1 of 3" in result.stdout
    assert (
        "rating   en  right 1 of 2, wrongly decided 0, missed opt-outs 0, asked needlessly 1" in result.stdout
    )
    assert '! "STOP": opt_out, expected text' in result.stdout
    assert '  "3-4": ask, expected rating' in result.stdout


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        pytest.param(0, 100, 0.0, 0.037, id="none of a hundred"),
        pytest.param(50, 100, 0.404, 0.596, id="half"),
        pytest.param(100, 100, 0.963, 1.0, id="all"),
        pytest.param(1, 1, 0.207, 1.0, id="one"),
    ],
)
def test_an_interval_is_wide_where_little_was_measured(
    part: int, whole: int, low: float, high: float
) -> None:
    assert list(interval(part, whole)) == pytest.approx([low, high], abs=0.001)


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        pytest.param([{"survey": "five", "text": "4", "kind": "stars"}], "line 1", id="unknown kind"),
        pytest.param([], "no labelled replies", id="nothing"),
    ],
)
def test_labels_that_cannot_be_used_are_named(surveys: Path, lines: list[Any], complaint: str) -> None:
    result = run("measure", surveys, lines, "-")
    assert result.exit_code == 1
    assert complaint in result.stderr
