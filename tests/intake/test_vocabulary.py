"""Event types as files: what a file may say, what is refused with its place, and what then comes in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.campaigns.files import check_folder, load_folder
from chalicelib.campaigns.word_files import check_words
from chalicelib.i18n.problems import words
from chalicelib.intake import vocabulary
from chalicelib.intake.event import BadEvent, event_from
from chalicelib.intake.expression_kinds import kind_of, kind_of_type
from chalicelib.intake.expressions import NotWorkedOut, compiled
from chalicelib.intake.field_types import TYPES
from chalicelib.intake.vocabulary import Vocabulary, event_type_from, over_shipped
from chalicelib.problems import BadDocument, BadValue
from local.vocabulary import FILE, written

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HEAD = {"id": "e-1", "time": "2026-11-24T10:00:00+08:00", "subscriber_id": "s-1"}
TITLE = {"zh-CN": "充值", "en": "a top-up"}


def declared(**fields: Mapping[str, Any]) -> Vocabulary:
    """A vocabulary with a type `topup.done` of these fields."""
    return over_shipped({"event#topup.done": {"title": TITLE, "fields": fields}})


def read(known: Vocabulary, **fields: object) -> Mapping[str, Any]:
    return event_from("topup.done", {**HEAD, **fields}, NOW, known).fields


def refused(known: Vocabulary, **fields: object) -> tuple[str, str]:
    with pytest.raises(BadEvent) as caught:
        read(known, **fields)
    return caught.value.problem.place, caught.value.problem.code


def problems(**document: Any) -> list[tuple[str, str]]:
    """Place and code of what is wrong with a type."""
    with pytest.raises(BadDocument) as caught:
        event_type_from("topup.done", {"title": TITLE, **document}, {})
    found = caught.value.problems
    assert all("%(" not in words(one, language) for one in found for language in ("en", "zh-CN"))
    return [(one.place, one.code) for one in found]


def test_what_the_package_knows_is_what_the_files_say() -> None:
    assert FILE.read_text(encoding="utf-8") == written(), "run python -m local.vocabulary"


VALUES: list[Any] = [
    pytest.param({"type": "number", "example": 1}, "30.5", 30.5, id="a number as text"),
    pytest.param({"type": "number", "least": -100, "example": 1}, -12.5, -12.5, id="a balance below nothing"),
    pytest.param({"type": "number", "no_limit": True, "example": 1}, None, 0, id="no limit"),
    pytest.param({"type": "whole", "example": 1}, 5.0, 5, id="a whole number with a point"),
    pytest.param({"type": "text", "example": "x"}, " 王芳 ", "王芳", id="a text is trimmed"),
    pytest.param({"type": "name", "example": "x"}, "2026#11", "2026 11", id="a name for an occasion"),
    pytest.param(
        {"type": "choice", "choices": ["app", "shop"], "example": "app"}, "Shop", "shop", id="any case"
    ),
    pytest.param({"type": "yes_no", "example": True}, "否", False, id="no in Chinese"),
    pytest.param(
        {"type": "choice", "choices": ["app", "shop"], "example": "app"}, "ＳＨＯＰ", "shop", id="any width"
    ),
    pytest.param({"type": "yes_no", "example": True}, "ＹＥＳ", True, id="yes in any width"),
    pytest.param(
        {"type": "number", "no_limit": True, "least": 1, "example": 1}, 0, 0, id="no limit, said as 0"
    ),
    pytest.param({"type": "text", "optional": True, "example": "x"}, "　", "", id="blanks say nothing"),
    pytest.param(
        {"type": "day", "optional": True, "no_end": True, "example": "2026-11-30"},
        None,
        None,
        id="no end, said",
    ),
    pytest.param({"type": "day", "example": "2026-11-30"}, "2026/12/1", "2026-12-01", id="a day"),
    pytest.param({"type": "day", "no_end": True, "example": "2026-11-30"}, "9999-12-31", None, id="no end"),
    pytest.param(
        {"type": "moment", "example": "2026-11-23T10:00:00+08:00"},
        "2026-11-24T08:00:00+08:00",
        "2026-11-24T00:00:00.000Z",
        id="a moment in UTC",
    ),
    pytest.param(
        {"type": "region", "example": "湖南"}, "湖南省/长沙市", "湖南/长沙", id="a region in its form"
    ),
]


@pytest.mark.parametrize(("field", "given_", "taken"), VALUES)
def test_a_value_is_read_by_the_type_of_its_field(
    field: dict[str, Any], given_: object, taken: object
) -> None:
    assert read(declared(paid=field), paid=given_) == {"paid": taken}


@pytest.mark.parametrize(
    ("field", "given_", "code"),
    [
        pytest.param({"type": "number", "most": 500, "example": 1}, 501, "number.large", id="above the most"),
        pytest.param({"type": "number", "least": 1, "example": 1}, 0, "number.small", id="below the least"),
        pytest.param(
            {"type": "number", "example": 1}, -1, "number.negative", id="0 is the least unless it says"
        ),
        pytest.param({"type": "whole", "example": 1}, 1.5, "number.not_whole", id="half of one"),
        pytest.param({"type": "text", "longest": 3, "example": "x"}, "four", "text.long", id="too long"),
        pytest.param(
            {"type": "choice", "choices": ["a"], "example": "a"}, "b", "choice.unknown", id="no choice"
        ),
        pytest.param({"type": "yes_no", "example": True}, "perhaps", "yes_or_no", id="neither yes nor no"),
        pytest.param({"type": "day", "example": "2026-11-30"}, None, "text.kind", id="no day"),
        pytest.param({"type": "name", "example": "x"}, " # ", "text.empty", id="a name of nothing"),
        pytest.param(
            {"type": "msisdn", "example": "+8616900000001"}, "12", "msisdn.no_country", id="no number"
        ),
    ],
)
def test_a_bad_value_is_refused_with_its_field_and_code(
    field: dict[str, Any], given_: object, code: str
) -> None:
    assert refused(declared(paid=field), paid=given_) == ("paid", code)


def test_what_may_be_left_out_is_empty_and_what_must_be_there_is_missed() -> None:
    known = declared(
        paid={"type": "number", "example": 50}, channel={"type": "text", "optional": True, "example": "app"}
    )
    assert read(known, paid=50) == {"paid": 50, "channel": ""}
    assert refused(known, channel="app") == ("paid", "field.missing")


@pytest.mark.parametrize(
    ("source", "fields", "value"),
    [
        pytest.param("100 * used / allowance", {"used": 4.1, "allowance": 5}, 82, id="exact in decimals"),
        pytest.param(
            "allowance - used if allowance > used else 0", {"used": 7, "allowance": 5}, 0, id="not below 0"
        ),
        pytest.param(
            "used // 3 + used % 3", {"used": 10, "allowance": 5}, 4, id="whole division and the rest"
        ),
        pytest.param("used >= 3 and not allowance", {"used": 3, "allowance": 0}, True, id="a condition"),
        pytest.param(
            "'much' if used in [3, 4] else 'little'", {"used": 3, "allowance": 0}, "much", id="words"
        ),
        pytest.param("-used", {"used": 3, "allowance": 0}, -3, id="minus"),
    ],
)
def test_a_derived_field_is_worked_out(source: str, fields: dict[str, float], value: object) -> None:
    number = {"type": "number", "example": 1}
    kind = {"title": TITLE, "fields": {"used": number, "allowance": number}, "derived": {"found": source}}
    known = over_shipped({"event#topup.done": kind})
    assert read(known, **fields)["found"] == value


def test_what_is_derived_of_something_unknown_is_unknown() -> None:
    fields = {
        "paid": {"type": "number", "example": 50},
        "bonus": {"type": "number", "optional": True, "example": 5},
        "until": {"type": "day", "no_end": True, "example": "2026-12-24"},
    }
    derived = {"whole": "paid + bonus", "days": "until | days_after(event_day)", "twice": "whole * 2"}
    known = over_shipped({"event#topup.done": {"title": TITLE, "fields": fields, "derived": derived}})
    found = read(known, paid=50, until=None)
    assert (found["whole"], found["days"], found["twice"]) == ("", "", "")
    full = read(known, paid=50, bonus="5", until="2026-11-30")
    assert (full["whole"], full["days"], full["twice"]) == (55, 6, 110)
    optional = {one.name for one in known.events["topup.done"].variables if one.optional}
    assert optional == {"bonus", "until", "whole", "days", "twice"}


def test_a_division_by_nothing_is_the_events_fault_not_ours() -> None:
    number = {"type": "number", "example": 1}
    kind = {"title": TITLE, "fields": {"used": number}, "derived": {"share": "1 / used"}}
    assert refused(over_shipped({"event#topup.done": kind}), used=0) == ("", "derived.fails")


@pytest.mark.parametrize("source", ["used * 1000000", "used * used * used * used", "used // 0.000001"])
def test_a_derived_number_that_is_too_large_to_be_meant_is_refused(source: str) -> None:
    kind = {
        "title": TITLE,
        "fields": {"used": {"type": "number", "example": 1}},
        "derived": {"much": source},
    }
    assert refused(over_shipped({"event#topup.done": kind}), used=10**12) == ("", "derived.fails")


KIND = st.sampled_from(["number", "text", "day", "yes_no"])
NAMES = {"number": "n", "text": "t", "day": "d", "yes_no": "y"}
SOURCE = st.recursive(
    KIND.map(NAMES.__getitem__) | st.sampled_from(["2", "0.5", "'x'", "event_day"]),
    lambda inner: st.one_of(
        st.tuples(
            inner, st.sampled_from(["+", "-", "*", "/", "//", "%", "<", ">=", "==", "and", "or"]), inner
        )
        .map(" ".join)
        .map("({})".format),
        st.tuples(inner, inner, inner).map(lambda one: f"({one[0]} if {one[1]} else {one[2]})"),
        st.tuples(inner, inner).map(lambda one: f"({one[0]} | days_after({one[1]}))"),
        inner.map("(not {})".format) | inner.map("(-{})".format),
    ),
    max_leaves=5,
)


@settings(max_examples=150)
@given(
    source=SOURCE,
    n=st.integers(0, 10**12) | st.floats(0, 1e12),
    t=st.text("ab1", max_size=3),
    d=st.dates().map(str) | st.none(),
    y=st.booleans(),
)
def test_what_is_worked_out_of_kinds_that_go_together_only_divides_by_nothing_or_grows(
    source: str, n: float, t: str, d: str | None, y: bool
) -> None:
    known = {NAMES[one]: kind_of_type(one) for one in NAMES} | {"event_day": kind_of_type("day")}
    try:
        work, _ = compiled(source)
        kind = kind_of(source, known)
    except BadValue:
        return
    values = {"n": Decimal(str(n)), "t": t, "d": d or "", "y": y, "event_day": "2026-11-24"}
    found: Any = ""
    failed: BaseException | None = None
    try:
        found = work(values)
    except NotWorkedOut as error:
        failed = error.__cause__
    assert failed is None or isinstance(failed, ArithmeticError)
    types = {"number": Decimal, "boolean": bool, "text": str, "day": str}
    assert found == "" or isinstance(found, types[kind])


NUMBER = {"type": "number", "example": 1}
MOMENT = {"type": "moment", "example": "2026-11-24T01:00:00+08:00"}
BAD_TYPES: dict[str, tuple[dict[str, Any], list[tuple[str, str]]]] = {
    "a field of no type": (
        {"fields": {"paid": {"type": "int", "example": 1}}},
        [("fields.paid.type", "not_one_of")],
    ),
    "no example": (
        {"fields": {"paid": {"type": "number"}}},
        [("fields.paid.example", "vocabulary.no_example")],
    ),
    "an example that would be refused": (
        {"fields": {"paid": {"type": "number", "most": 5, "example": 6}}},
        [("fields.paid.example", "vocabulary.example")],
    ),
    "an option of another type": (
        {"fields": {"paid": {**NUMBER, "longest": 5}}},
        [("fields.paid.longest", "vocabulary.option")],
    ),
    "a name in capitals": ({"fields": {"Paid": NUMBER}}, [("fields.Paid", "vocabulary.name")]),
    "the name of what every event has": ({"fields": {"time": NUMBER}}, [("fields.time", "vocabulary.taken")]),
    "a field that nobody has": ({"derived": {"x": "paid * 2"}}, [("derived.x", "vocabulary.field")]),
    "no expression": ({"derived": {"x": "1 +"}}, [("derived.x", "expression.form")]),
    "a call": ({"derived": {"x": "open('x')"}}, [("derived.x", "expression.part")]),
    "an attribute of a value": ({"derived": {"x": "event_day.year"}}, [("derived.x", "expression.part")]),
    "a power": ({"derived": {"x": "9 ** 9"}}, [("derived.x", "expression.part")]),
    "an attribute that there is not": (
        {"fields": {"paid": NUMBER}, "sets": {"bonus_points": "paid"}},
        [("sets.bonus_points", "vocabulary.attribute")],
    ),
    "about a region without one": ({"about": "region"}, [("fields", "vocabulary.region")]),
    "worth until a number": (
        {"fields": {"paid": NUMBER}, "worth": {"until": "paid"}},
        [("worth.until", "vocabulary.field")],
    ),
    "a clock of no length": ({"clock": {"ahead": "soon"}}, [("clock.ahead", "not_duration")]),
    "a word that the file does not have": ({"feilds": {}}, [("feilds", "unknown_field")]),
    "after a number": (
        {"fields": {"paid": NUMBER, "at": {**MOMENT, "after": "paid"}}},
        [("fields.at.after", "vocabulary.field")],
    ),
    "after itself": (
        {"fields": {"at": {**MOMENT, "after": "at"}}},
        [("fields.at.after", "vocabulary.field")],
    ),
    "set by a list": ({"sets": {"x": ["paid"]}}, [("sets.x", "vocabulary.attribute")]),
    "a circle": (
        {"derived": {"x": "y + 1", "y": "x + 1"}},
        [("derived.x", "vocabulary.circle"), ("derived.y", "vocabulary.circle")],
    ),
    "no title": ({"title": ""}, [("title", "not_mapping"), ("title", "not_languages")]),
}


@pytest.mark.parametrize(("document", "found"), BAD_TYPES.values(), ids=BAD_TYPES.keys())
def test_what_is_wrong_with_a_type_is_told_with_its_place(
    document: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert [one for one in problems(**document) if one in found] == found


def test_a_type_is_over_by_its_own_measure_and_a_limit_is_its_own() -> None:
    usage = vocabulary.shipped().events["usage.reported"]
    assert (usage.worth_until, usage.limit) == ("cycle_ends_on", "allowance")


def test_a_file_is_checked_with_its_line_and_campaigns_know_its_fields(tmp_path: Path) -> None:
    (tmp_path / "events").mkdir()
    (tmp_path / "events" / "topup.done.yaml").write_text(
        "title: {zh-CN: 充值, en: a top-up}\nfields:\n  paid: {type: number, exmple: 50}\n", encoding="utf-8"
    )
    _, found = check_words(tmp_path)
    assert {(one.file.name, one.line, one.problem.place) for one in found} == {
        ("topup.done.yaml", 3, "fields.paid.exmple"),
        ("topup.done.yaml", 3, "fields.paid.example"),
    }
    (tmp_path / "events" / "topup.done.yaml").write_text(
        "title: {zh-CN: 充值, en: a top-up}\nfields:\n  paid: {type: number, example: 50}\n", encoding="utf-8"
    )
    thanks = tmp_path / "thanks"
    thanks.mkdir()
    (thanks / "campaign.yaml").write_text(
        "id: thanks\ntitle: {en: Thanks}\ncategory: service\ntrigger: {event: topup.done, when: paid > 10}\n"
        'occasion: "{{ event_id }}"\nsample: {paid: 50}\n',
        encoding="utf-8",
    )
    (thanks / "en.txt.j2").write_text("Thanks for {{ paid }} and {{ bonus }}.", encoding="utf-8")
    (one,) = check_folder(tmp_path)
    assert (one.problem.code, one.problem.values["name"]) == ("not_a_variable_here", "bonus")
    assert "event#topup.done" in load_folder(tmp_path)
    (thanks / "campaign.yaml").write_text(
        (thanks / "campaign.yaml").read_text(encoding="utf-8").replace("topup.done", "topup.don"),
        encoding="utf-8",
    )
    unknown = next(one for one in check_folder(tmp_path) if one.problem.code == "no_such_event")
    assert "topup.done" in words(unknown.problem, "en")


FIELD = st.one_of(
    st.fixed_dictionaries({"type": st.just("number"), "example": st.integers(0, 9)}),
    st.fixed_dictionaries({"type": st.just("text"), "example": st.just("x"), "optional": st.booleans()}),
    st.fixed_dictionaries(
        {"type": st.just("choice"), "choices": st.just(["a", "b"]), "example": st.just("a")}
    ),
    st.fixed_dictionaries({"type": st.just("yes_no"), "example": st.booleans()}),
)
ANY: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.just([])
)


@settings(max_examples=40, deadline=None)
@given(
    fields=st.dictionaries(st.sampled_from(["a", "b1", "c_c"]), FIELD, min_size=1, max_size=3),
    values=st.lists(ANY, min_size=3, max_size=3),
)
def test_what_is_accepted_is_json_of_its_fields_and_what_is_refused_names_one(
    fields: dict[str, dict[str, Any]], values: list[Any]
) -> None:
    kind = event_type_from("topup.done", {"title": TITLE, "fields": fields}, {})
    known = Vocabulary({"topup.done": kind})
    given_ = dict(zip(fields, values, strict=False))
    taken: Mapping[str, Any] = {}
    places: set[str] = set()
    try:
        taken = event_from("topup.done", {**HEAD, **given_}, NOW, known).fields
    except BadEvent as bad:
        places = {one.place for one in bad.problems}
    assert taken.keys() == fields.keys() if taken else places and places <= fields.keys()
    if taken:
        assert json.loads(json.dumps(taken)) == taken
        assert event_from("topup.done", {**HEAD, **taken}, NOW, known).fields == taken


def test_every_type_of_field_has_a_line_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "event-types.md").read_text(encoding="utf-8")
    assert [kind for kind in TYPES if f"`{kind}`" not in page] == []
