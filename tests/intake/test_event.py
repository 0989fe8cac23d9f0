"""What counts as an event, and what a sender is told about one that does not."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.i18n.problems import words
from chalicelib.intake.event import (
    BadEvent,
    Event,
    event_from,
)
from chalicelib.intake.subscriber import FIELDS
from chalicelib.intake.vocabulary import shipped
from chalicelib.problems import Problem

DOCS = (Path(__file__).parents[2] / "docs" / "events.md").read_text(encoding="utf-8")
EXAMPLES: list[dict[str, Any]] = [
    json.loads(block) for block in re.findall(r"```json\n(.*?)```", DOCS, re.DOTALL)
]
BY_TYPE = {example["type"]: example for example in reversed(EXAMPLES)}
USAGE = BY_TYPE["usage.reported"]
KNOWN = shipped()
EVENT_TYPES = KNOWN.events
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def usage(**changes: object) -> Event:
    return event_from("usage.reported", {**USAGE, **changes}, NOW, KNOWN)


def refused(type_: object, raw: object) -> Problem:
    with pytest.raises(BadEvent) as caught:
        event_from(type_, raw, NOW, KNOWN)
    return caught.value.problem


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["id"])
def test_every_example_of_the_docs_is_an_event(example: dict[str, Any]) -> None:
    event = event_from(example["type"], example, NOW, KNOWN)
    assert (event.id, event.type) == (example["id"], example["type"])
    assert event.time == datetime.fromisoformat(example["time"])
    assert event.time.tzinfo is UTC
    assert event.subscriber_id == example.get("subscriber_id")
    json.dumps(event.fields)


def test_the_docs_have_an_example_and_every_field_of_every_type() -> None:
    assert BY_TYPE.keys() == EVENT_TYPES.keys()
    sections = dict(re.findall(r"^## ([a-z.]+)\n(.*?)(?=^## |\Z)", DOCS, re.DOTALL | re.MULTILINE))
    for name, kind in EVENT_TYPES.items():
        fields = {*(one.name for one in kind.fields), *(FIELDS[1:] if name == "subscriber.changed" else ())}
        missing = {field for field in fields if f"`{field}`" not in sections[name]}
        assert not missing, name


@pytest.mark.parametrize("type_", sorted(name for name, kind in EVENT_TYPES.items() if kind.variables))
def test_what_campaigns_may_name_is_what_events_hold(type_: str) -> None:
    event = event_from(type_, BY_TYPE[type_], NOW, KNOWN)
    assert event.fields.keys() == {one.name for one in EVENT_TYPES[type_].variables}


@pytest.mark.parametrize("type_", EVENT_TYPES)
def test_every_required_field_is_missed_by_name(type_: str) -> None:
    whole = BY_TYPE[type_]
    needed = {"id", "time", *(one.name for one in EVENT_TYPES[type_].fields if not one.optional)} | (
        {"subscriber_id"} if EVENT_TYPES[type_].of_subscriber else set()
    )
    for name in needed:
        bad = refused(type_, {key: value for key, value in whole.items() if key != name})
        assert bad == Problem("field.missing", {}, name)


@pytest.mark.parametrize(
    ("used", "allowance", "percent"),
    [
        pytest.param(24576, 30720, 80, id="80 per cent is 80"),
        pytest.param("24576", "30720", 80, id="numbers as text"),
        pytest.param(4.1, 5, 82, id="4.1 of 5 is 82, which floats make 81.99"),
        pytest.param("0.8", 1, 80, id="decimals"),
        pytest.param(0, 100, 0, id="nothing used"),
        pytest.param(45, 30, 150, id="more than there was"),
        pytest.param(1e3, 1000.0, 100, id="floats that are whole"),
    ],
)
def test_percent_used(used: object, allowance: object, percent: float) -> None:
    assert usage(used=used, allowance=allowance).fields["percent_used"] == percent


@pytest.mark.parametrize(
    ("time", "ends_on", "days"),
    [
        pytest.param("2026-11-23T08:00:00+08:00", "2026-11-30", 7, id="a week"),
        pytest.param("2026-11-30T00:30:00+08:00", "2026-11-30", 0, id="the last day, by the sender's clock"),
        pytest.param("2026-12-02T08:00:00+08:00", "2026-11-30", 0, id="a late event"),
        pytest.param("2026-12-02T08:00:00+08:00", "9999-12-31", "", id="a cycle without an end"),
    ],
)
def test_days_left(time: str, ends_on: str, days: int | str) -> None:
    raw = {**USAGE, "time": time, "cycle_ends_on": ends_on}
    assert (
        event_from("usage.reported", raw, datetime(2026, 12, 3, tzinfo=UTC), KNOWN).fields["days_left"]
        == days
    )


def test_remaining_never_falls_below_nothing() -> None:
    assert usage(used=100, allowance=30720).fields["remaining"] == 30620
    assert usage(used=40000, allowance=30720).fields["remaining"] == 0


BAD_USAGE = [
    pytest.param({"allowance": -2}, "allowance", "must not be negative", id="an allowance below nothing"),
    pytest.param({"allowance": ""}, "allowance", "must be a number", id="no allowance"),
    pytest.param({"used": -1}, "used", "must not be negative", id="negative"),
    pytest.param({"used": True}, "used", "must be a number, not true or false", id="true is not 1"),
    pytest.param({"used": float("nan")}, "used", "must be a finite number", id="NaN"),
    pytest.param({"used": float("inf")}, "used", "must be a finite number", id="infinity"),
    pytest.param({"used": "NaN"}, "used", "must be a number", id="NaN as text"),
    pytest.param({"used": "1,024"}, "used", "without separators or unit", id="thousands separator"),
    pytest.param({"used": "1_024"}, "used", "without separators", id="underscore, as Python reads"),
    pytest.param({"used": "20GB"}, "used", "without separators or unit", id="a unit in the number"),
    pytest.param({"used": "١٠"}, "used", "must be a number", id="digits of another script"),
    pytest.param({"used": ""}, "used", "must be a number", id="empty"),
    pytest.param({"used": [5]}, "used", "must be a number, not a list", id="a list"),
    pytest.param({"used": 10**400}, "used", "is larger than", id="a number beyond floats"),
    pytest.param({"used": 1e300}, "used", "is larger than", id="a huge float"),
    pytest.param({"used": "9" * 64_000}, "used", "must be a number", id="64 KB of digits"),
    pytest.param({"unit": "GB"}, "unit", "is “GB”: use one of MB, min, count", id="GB"),
    pytest.param({"unit": "min"}, "unit", "is min: data is counted in MB", id="minutes of data"),
    pytest.param({"resource": "fax"}, "resource", "is “fax”: use one of data, voice, sms", id="no fax"),
    pytest.param({"cycle": ""}, "cycle", "is empty", id="a cycle without a name"),
    pytest.param({"cycle": "x" * 65}, "cycle", "at most 64", id="a long name of a cycle"),
    pytest.param({"cycle_starts_on": "soon"}, "cycle_starts_on", "written YYYY-MM-DD", id="start in words"),
    pytest.param({"cycle_ends_on": "2026-11-31"}, "cycle_ends_on", "does not have", id="31 November"),
    pytest.param({"cycle_ends_on": "11/30/2026"}, "cycle_ends_on", "written YYYY-MM-DD", id="month first"),
    pytest.param({"scope": "galactic"}, "scope", "use one of national, local, roaming", id="no such scope"),
    pytest.param({"time": "2026-11-23T08:00:00"}, "time", "has no offset: add one", id="naive time"),
    pytest.param({"time": "yesterday"}, "time", "must be ISO 8601 with offset", id="time in words"),
    pytest.param({"time": 1795420800}, "time", "must be ISO 8601 such as", id="epoch seconds"),
    pytest.param({"time": "0001-01-01T00:00:00+23:59"}, "time", "has the year 1", id="before time itself"),
    pytest.param({"id": ""}, "id", "is empty", id="empty id"),
    pytest.param({"id": "a" * 65_536}, "id", "is 65,536 characters long: at most 128", id="64 KB of id"),
    pytest.param({"id": "a\u0000b"}, "id", "holds the control character U+0000", id="NUL"),
    pytest.param({"id": "a\nb"}, "id", "holds the control character U+000A", id="line break"),
    pytest.param({"id": "\ud800"}, "id", "holds the control character U+D800", id="half a surrogate pair"),
    pytest.param({"id": {"a": 1}}, "id", "must be a text, not an object", id="an object"),
    pytest.param({"subscriber_id": "a/b"}, "subscriber_id", "must not hold / or #", id="slash in the id"),
    pytest.param({"subscriber_id": "-"}, "subscriber_id", 'must not be “-”', id="the stranger's id"),
    pytest.param({"subscriber_id": None}, "subscriber_id", "must be a text, not null", id="nobody"),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "field", "error"), BAD_USAGE)
def test_a_bad_usage_names_the_field_and_the_fix(
    changes: Mapping[str, object], field: str, error: str
) -> None:
    bad = refused("usage.reported", {**USAGE, **changes})
    assert bad.place == field
    assert error in words(bad, "en")
    assert len(words(bad, "en")) < 200


@pytest.mark.parametrize(
    ("type_", "changes", "field", "error"),
    [
        pytest.param(
            "plan.changed", {"ends_on": "soon"}, "ends_on", "written YYYY-MM-DD", id="plan end in words"
        ),
        pytest.param(
            "plan.changed", {"reason": "why not"}, "reason", "renewed, changed, cancelled", id="reason"
        ),
        pytest.param(
            "complaint.resolved", {"resolved_at": "2026-11-23"}, "resolved_at", "no offset", id="only a date"
        ),
        pytest.param(
            "complaint.resolved", {"topic": "x" * 300}, "topic", "at most 200", id="a novel as topic"
        ),
        pytest.param(
            "number.assigned", {"msisdn": "13800138000"}, "msisdn", "no country code", id="national number"
        ),
        pytest.param(
            "outage.announced", {"region": "湖南#1"}, "region", "must be province/city", id="a region with #"
        ),
        pytest.param("subscriber.changed", {"name": "王\uffff"}, "name", "no character", id="U+FFFF"),
        pytest.param("subscriber.changed", {"name": "a\ufdd0"}, "name", "no character", id="U+FDD0"),
        pytest.param("subscriber.changed", {"name": "Ren\ufffd"}, "name", "U+FFFD", id="U+FFFD"),
        pytest.param("subscriber.changed", {"name": "a\0b"}, "name", "U+0000", id="NUL"),
        pytest.param("complaint.resolved", {"topic": "\U0001fffe"}, "topic", "no character", id="U+1FFFE"),
        pytest.param(
            "outage.announced",
            {"expected_end": "2020-01-01T00:00:00Z"},
            "expected_end",
            "not after starts_at",
            id="an outage that ends before it starts",
        ),
        pytest.param("subscriber.changed", {"birthday": "13-01"}, "birthday", "month 13", id="month 13"),
        pytest.param(
            "subscriber.changed", {"language": "fr"}, "language", "zh-CN or en", id="a language we lack"
        ),
    ],
)
def test_other_bad_events(type_: str, changes: Mapping[str, object], field: str, error: str) -> None:
    bad = refused(type_, {**BY_TYPE[type_], **changes})
    assert bad.place == field
    assert error in words(bad, "en")


def test_a_change_of_nothing_is_refused() -> None:
    bad = refused(
        "subscriber.changed", {"id": "1", "time": USAGE["time"], "subscriber_id": "s", "shoe_size": 43}
    )
    assert "changes nothing: give at least one of msisdn, name" in words(bad, "en")


@pytest.mark.parametrize("type_", ["usage", "Usage.Reported", "", None, 5, ["usage.reported"]], ids=repr)
def test_an_unknown_type_is_told_the_known_ones(type_: object) -> None:
    bad = refused(type_, USAGE)
    assert bad.place == "type"
    assert all(name in words(bad, "en") for name in EVENT_TYPES)


@pytest.mark.parametrize("raw", [None, [], "x", 5, [USAGE]], ids=repr)
def test_what_is_no_object_is_refused(raw: object) -> None:
    assert "must be a JSON object" in words(refused("usage.reported", raw), "en")


def test_values_are_normalised() -> None:
    changed = event_from(
        "subscriber.changed",
        {
            **BY_TYPE["subscriber.changed"],
            "msisdn": "0086 138-0013-8000",
            "language": "zh_Hans",
            "name": None,
        },
        NOW,
        KNOWN,
    )
    assert changed.fields["msisdn"] == "+8613800138000"
    assert changed.fields["language"] == "zh-CN"
    assert changed.fields["name"] == ""
    ended = event_from("plan.changed", {**BY_TYPE["plan.changed"], "ends_on": None}, NOW, KNOWN)
    assert ended.fields["ends_on"] is None
    complaint = event_from("complaint.resolved", BY_TYPE["complaint.resolved"], NOW, KNOWN)
    assert complaint.fields["resolved_at"] == "2026-11-23T07:00:00.000Z"


def test_what_is_optional_and_not_given_is_empty_and_what_is_unknown_is_left_out() -> None:
    raw = {name: value for name, value in USAGE.items() if name != "scope"}
    event = event_from("usage.reported", {**raw, "colour": "red"}, NOW, KNOWN)
    assert event.fields["scope"] == ""
    assert "colour" not in event.fields


def at(hours: float) -> str:
    return (NOW + timedelta(hours=hours)).isoformat()


@pytest.mark.parametrize(
    ("type_", "hours", "taken"),
    [
        pytest.param("subscriber.changed", 0.1, 0.0, id="a clock a few minutes ahead"),
        pytest.param("subscriber.changed", 8, None, id="a change in local time sent as UTC"),
        pytest.param("plan.changed", 24 * 365 * 36, None, id="a plan of 2062"),
        pytest.param("number.assigned", 0.5, None, id="half an hour ahead"),
        pytest.param("subscriber.changed", -24 * 365 * 5, -24 * 365 * 5, id="an old change loses by order"),
        pytest.param("usage.reported", 8, 0.0, id="usage in local time sent as UTC"),
        pytest.param("usage.reported", 25, None, id="usage of the day after"),
        pytest.param("usage.reported", -24 * 30, -24 * 30, id="usage of a month ago"),
        pytest.param("usage.reported", -24 * 32, None, id="usage of an age ago"),
        pytest.param("complaint.resolved", 8, 0.0, id="a complaint in local time sent as UTC"),
        pytest.param("outage.announced", 48, None, id="an outage announced the day after tomorrow"),
    ],
)
def test_no_event_is_later_than_now(type_: str, hours: float, taken: float | None) -> None:
    raw = {**BY_TYPE[type_], "time": at(hours)}
    if taken is None:
        assert refused(type_, raw).place == "time"
    else:
        assert event_from(type_, raw, NOW, KNOWN).time == datetime.fromisoformat(at(taken))


@pytest.mark.parametrize(("hours", "taken"), [(8, 0), (-2, -2), (30, None)], ids=["zone", "past", "far"])
def test_a_complaint_is_not_resolved_in_the_future(hours: float, taken: float | None) -> None:
    raw = {**BY_TYPE["complaint.resolved"], "time": at(0), "resolved_at": at(hours)}
    if taken is None:
        assert refused("complaint.resolved", raw).place == "resolved_at"
    else:
        said = event_from("complaint.resolved", raw, NOW, KNOWN).fields["resolved_at"]
        assert datetime.fromisoformat(said) == datetime.fromisoformat(at(taken))


@pytest.mark.parametrize(
    "allowance", [0, "0", 0.0, None, -1, "-1", "unlimited", "Unlimited", "不限", "null"], ids=repr
)
def test_usage_of_what_has_no_limit_is_an_event_without_a_percentage(allowance: object) -> None:
    fields = usage(allowance=allowance).fields
    assert (fields["allowance"], fields["percent_used"], fields["remaining"]) == (0, 0, 0)


@pytest.mark.parametrize("cycle", ["2026-11-29", "2026-W48", "Nov 2026", "2026-11-01/2026-11-28", "第11期"])
def test_a_cycle_has_any_name(cycle: str) -> None:
    assert usage(cycle=cycle).fields["cycle"] == cycle


@pytest.mark.parametrize(
    "ends_on",
    [
        "9999-12-31", "2999-12-31", "2099-12-31", "99991231", "9999/12/31", "31/12/9999", "0000-00-00",
        "9999-12-31T23:59:59Z", "never", "长期有效", "", None,
    ],
    ids=repr,
)  # fmt: skip
def test_no_end_in_any_spelling(ends_on: object) -> None:
    event = event_from("plan.changed", {**BY_TYPE["plan.changed"], "ends_on": ends_on}, NOW, KNOWN)
    assert event.fields["ends_on"] is None
    changed = {**BY_TYPE["subscriber.changed"], "plan_ends_on": ends_on}
    assert event_from("subscriber.changed", changed, NOW, KNOWN).fields["plan_ends_on"] == ""


def test_an_error_never_repeats_personal_data() -> None:
    for name, value in {"msisdn": "+86 138 0013 800", "name": "王\n小明", "birthday": "1990-02-31"}.items():
        bad = refused("subscriber.changed", {**BY_TYPE["subscriber.changed"], name: value})
        assert bad.place == name
        assert not any(part in words(bad, "en") for part in ("0013", "小明", "1990"))


ALL_NEEDED = "id time subscriber_id resource used allowance unit cycle cycle_ends_on"
WITHOUT_USED = {name: value for name, value in USAGE.items() if name != "used"}
SEVERAL_WRONG: dict[str, tuple[str, dict[str, object], str]] = {
    "all that is needed": ("usage.reported", {}, ALL_NEEDED),
    "kinds of mistakes": (
        "usage.reported",
        {**USAGE, "used": "much", "unit": "GB", "cycle_ends_on": "2026-02-30"},
        "used unit cycle_ends_on",
    ),
    "what must be there and what may": ("usage.reported", {**WITHOUT_USED, "scope": "moon"}, "used scope"),
    "a clock and a field": (
        "usage.reported",
        {**USAGE, "time": "2036-01-01T00:00:00Z", "used": None},
        "time used",
    ),
    "a subscriber's details": (
        "subscriber.changed",
        {**BY_TYPE["subscriber.changed"], "language": "tlh", "birthday": "1990-13-01", "arpu": "much"},
        "language birthday arpu",
    ),
    "of a region": (
        "outage.announced",
        {**BY_TYPE["outage.announced"], "region": "a#1", "what": ""},
        "region what",
    ),
}


@pytest.mark.parametrize(("type_", "raw", "places"), SEVERAL_WRONG.values(), ids=SEVERAL_WRONG)
def test_every_bad_field_is_said(type_: str, raw: dict[str, object], places: str) -> None:
    with pytest.raises(BadEvent) as caught:
        event_from(type_, raw, NOW, KNOWN)
    assert [one.place for one in caught.value.problems] == places.split()
    said = words(caught.value.problem, "en")
    assert all(place in said for place in places.split()), said


ANYTHING = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from([[], {}, [1], {"a": 1}, "0", "1e12", "2026-11-23", "2026-11-23T08:00:00Z", "12-30"])
)
NAMES = {one.name for kind in EVENT_TYPES.values() for one in kind.fields}


@settings(deadline=None)
@given(
    type_=st.sampled_from(sorted(EVENT_TYPES)),
    changes=st.dictionaries(st.sampled_from(sorted({*NAMES, *FIELDS, "id", "time"})), ANYTHING, max_size=3),
)
def test_anything_is_either_an_event_that_fits_json_or_a_named_error(
    type_: str, changes: dict[str, object]
) -> None:
    try:
        event = event_from(type_, {**BY_TYPE[type_], **changes}, NOW, KNOWN)
    except BadEvent as bad:
        if not words(bad.problem, "en"):
            pytest.fail("an error without a reason")
    else:
        json.dumps(event.fields, allow_nan=False, ensure_ascii=False).encode()
        assert event.time.tzinfo is UTC
        assert event.time <= NOW


@settings(deadline=None)
@given(used=st.integers(0, 10**9), allowance=st.integers(1, 10**9), threshold=st.integers(1, 200))
def test_percent_used_passes_a_threshold_exactly_when_the_fraction_does(
    used: int, allowance: int, threshold: int
) -> None:
    percent = usage(used=used, allowance=allowance).fields["percent_used"]
    assert (percent >= threshold) == (100 * used >= threshold * allowance)
