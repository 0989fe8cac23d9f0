"""Events that come by HTTP and as lines of a file: good ones are taken, bad ones are named one by one."""

from __future__ import annotations

import json

import pytest

from chalicelib.i18n.problems import words
from chalicelib.intake.event import BadEvent, BadLine, Event, Posted, events_from_lines, events_from_post
from chalicelib.problems import Problem
from tests.intake.test_event import BY_TYPE, KNOWN, NOW, USAGE


def test_a_post_is_taken_one_by_one() -> None:
    body = [USAGE, {**USAGE, "unit": "GB"}, "x", {"id": "no type"}, BY_TYPE["outage.announced"]]
    found = events_from_post(json.dumps(body), NOW, KNOWN)
    assert [event.type for event in found.events] == ["usage.reported", "outage.announced"]
    assert [(index, [one.place for one in problems]) for index, problems in found.rejected] == [
        (1, ["unit"]),
        (2, [""]),
        (3, ["type"]),
    ]
    assert words(found.rejected[0][1][0], "en") == "is “GB”: use one of MB, min, count"
    assert found.refused == body[1:4]


def test_a_post_may_be_one_object_or_nothing() -> None:
    assert len(events_from_post(USAGE, NOW, KNOWN).events) == 1
    assert len(events_from_post(json.dumps(USAGE).encode(), NOW, KNOWN).events) == 1
    assert events_from_post([], NOW, KNOWN) == Posted([], [], [])
    assert len(events_from_post([USAGE] * 100, NOW, KNOWN).events) == 100


@pytest.mark.parametrize(
    ("body", "error"),
    [
        pytest.param("{", "is not JSON: ", id="half an object"),
        pytest.param("", "is not JSON: ", id="empty"),
        pytest.param(b"\xff\xfe", "is not UTF-8 at byte 1", id="bytes"),
        pytest.param("5", "must be one JSON object or a list of them, not a number", id="a number"),
        pytest.param(None, "must be one JSON object or a list of them, not null", id="null"),
        pytest.param([USAGE] * 101, "holds 101 events: send at most 100 at once", id="101 events"),
        pytest.param("[" * 100_000, "is not JSON that can be read", id="100,000 brackets"),
        pytest.param("9" * 10_000, "is not JSON that can be read", id="a number of 10,000 digits"),
    ],
)
def test_a_post_that_is_no_list_of_events_is_refused_whole(body: object, error: str) -> None:
    with pytest.raises(BadEvent) as caught:
        events_from_post(body, NOW, KNOWN)
    assert error in words(caught.value.problem, "en")


def test_a_file_goes_on_after_a_bad_line() -> None:
    good = json.dumps(USAGE, ensure_ascii=False)
    lines = [f"\ufeff{good}\r\n", "\n", "{oops\n", good.replace('"MB"', '"GB"'), "[]", good]
    found = list(events_from_lines(lines, NOW, KNOWN))
    assert [type(one) for one in found] == [Event, BadLine, BadLine, BadLine, Event]
    bad = [(one.line, one.problem.place) for one in found if isinstance(one, BadLine)]
    assert bad == [(3, ""), (4, "unit"), (5, "")]
    assert list(events_from_lines([line.encode() for line in lines], NOW, KNOWN)) == found
    assert list(events_from_lines([b"\xff\n"], NOW, KNOWN)) == [
        BadLine(1, Problem("json.encoding", {"byte": 1}))
    ]
