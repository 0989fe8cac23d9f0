"""The operator's own attributes: by import, by `subscriber.changed` and by events; in conditions."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from chalicelib.campaigns import audience
from chalicelib.campaigns.facts import facts_for
from chalicelib.campaigns.matching import in_audience
from chalicelib.clock import iso
from chalicelib.i18n.problems import words
from chalicelib.intake import subscriber_changes
from chalicelib.intake.attributes import MOST_DIMENSIONS, attributes_from
from chalicelib.intake.cells import CellRules, CellsRead, read_row
from chalicelib.intake.event import BadEvent, event_from
from chalicelib.intake.imports import Options, carry_out, positions, preview, profile, wanted
from chalicelib.intake.sheet import open_sheet
from chalicelib.intake.subscriber import changed
from chalicelib.intake.vocabulary import Vocabulary, over_shipped, shipped
from chalicelib.problems import BadDocument
from chalicelib.store import subscribers
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.subscribers import Subscriber, SubscriberItem
from tests.support.dynamodb import Aws
from tests.support.factories import WANG_ON_PLAN, campaign

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HEAD = {"id": "e-1", "time": "2026-11-24T10:00:00+08:00", "subscriber_id": "s-1"}
TELCO = Path(__file__).parents[3] / "shared" / "data" / "ibm_telco.csv"
# Every column of that file but the id, as an operator would declare them.
NUMBERS = {
    "tenure": "whole",
    "monthly_charges": "number",
    "total_charges": "number",
    "senior_citizen": "yes_no",
}
TEXTS = (
    "gender partner dependents phone_service multiple_lines internet_service online_security online_backup "
    "device_protection tech_support streaming_tv streaming_movies contract paperless_billing payment_method "
    "churn"
)
OF_TELCO = {
    **{name: {"type": kind, "example": 1} for name, kind in NUMBERS.items()},
    **{name: {"type": "text", "example": "Yes"} for name in TEXTS.split()},
}


def taken(text: str, known: Vocabulary, before: dict[str, Subscriber] | None = None) -> dict[str, Subscriber]:
    """What an import of a file leaves, by id."""
    stored = dict(before or {})
    sheet = open_sheet(io.BytesIO(text.encode()))
    own = known.attributes
    options = Options(positions(sheet.header, {}, own), CellRules(own=own))
    for _ in carry_out(
        wanted(sheet, options, profile(sheet, options)),
        get_many=lambda ids: {one: stored[one] for one in ids if one in stored},
        put_many=lambda people: stored.update({one.subscriber_id: one for one in people}),
        workers=1,
    ):
        pass
    return stored


def test_a_file_brings_attributes_by_name_and_by_title_and_an_empty_cell_changes_none() -> None:
    known = shipped()
    first = taken("subscriber_id,ARPU,积分,Churn Risk\ns-1,96.5,1200,0.7\n", known)
    assert first["s-1"].own_fields == {"arpu": 96.5, "points": 1200, "churn_risk": 0.7}
    again = taken("subscriber_id,arpu,points\ns-1,,900\n", known, first)
    assert again["s-1"].own_fields == {"arpu": 96.5, "points": 900, "churn_risk": 0.7}
    bad = taken("subscriber_id,arpu,points\ns-1,much,800\n", known, first)
    assert bad["s-1"].own_fields == {"arpu": 96.5, "points": 800, "churn_risk": 0.7}, (
        "a bad cell costs itself"
    )


def test_a_change_sets_clears_and_refuses_attributes() -> None:
    event = event_from("subscriber.changed", {**HEAD, "arpu": "88", "device": None}, NOW, shipped())
    assert event.fields == {"arpu": 88, "device": ""}
    no_end = over_shipped({"attributes": {"until": {"type": "day", "no_end": True, "example": "2026-11-30"}}})
    event_of_no_end = event_from("subscriber.changed", {**HEAD, "until": "长期有效"}, NOW, no_end)
    assert event_of_no_end.fields == {"until": ""}
    before = replace(WANG_ON_PLAN, own_fields={"arpu": 5, "device": "X", "points": 1})
    assert changed(before, event.fields).own_fields == {"arpu": 88, "points": 1}
    with pytest.raises(BadEvent) as caught:
        event_from("subscriber.changed", {**HEAD, "arpu": "much"}, NOW, shipped())
    assert (caught.value.problem.place, caught.value.problem.code) == ("arpu", "number.form")


@pytest.mark.parametrize(
    ("condition", "own", "inside"),
    [
        pytest.param("arpu > 80", {"arpu": 96}, True, id="more"),
        pytest.param("arpu > 80", {"arpu": 5}, False, id="less"),
        pytest.param("arpu > 80", {}, False, id="unknown is not more"),
        pytest.param("arpu < 80", {}, False, id="unknown is not less"),
        pytest.param("80 > arpu", {}, False, id="nor from the other side"),
        pytest.param("contract_ends_on < today", {}, False, id="no contract is not over"),
        pytest.param("not arpu", {}, True, id="it can be asked whether it is known"),
        pytest.param("arpu > 80 and device == 'X'", {"arpu": 96, "device": "X"}, True, id="two"),
    ],
)
def test_conditions_ask_for_attributes(condition: str, own: dict[str, Any], inside: bool) -> None:
    made = campaign(audience=condition)
    facts = facts_for({}, replace(WANG_ON_PLAN, own_fields=own), made, None, None, NOW)
    assert in_audience(made, facts) is inside
    counted = audience.membership_of(made)
    assert counted.open_clauses == ()
    assert "own_fields" in counted.fields


@pytest.mark.parametrize(
    ("name", "code"),
    [("name", "vocabulary.taken"), ("today", "vocabulary.taken"), ("ARPU", "vocabulary.name")],
)
def test_a_name_that_means_something_already_is_no_attribute(name: str, code: str) -> None:
    with pytest.raises(BadDocument) as caught:
        attributes_from({name: {"type": "number", "example": 1}}, frozenset({"name", "today"}))
    assert [one.code for one in caught.value.problems] == [code]


def test_the_latest_event_wins_for_each_attribute(aws: Aws) -> None:
    del aws

    def at(minute: int) -> str:
        return iso(NOW + timedelta(minutes=minute))

    subscriber_changes.put_many([Subscriber("s-1", own_fields={"points": 1})])
    assert subscriber_changes.set_own("nobody", {"points": 5}, at=at(0)) is None
    subscriber_changes.set_own("s-1", {"points": 5, "arpu": 96.5}, at=at(2))
    older = subscriber_changes.set_own("s-1", {"points": 4, "churn_risk": 0.7}, at=at(1))
    assert older is not None
    assert older.own_fields == {"points": 5, "arpu": 96.5, "churn_risk": 0.7}
    stamp = SubscriberItem.changed_at
    late = subscriber_changes.change("s-1", {"points": 3, "name": "王"}, at=at(1), stamp=stamp, create=True)
    assert late is not None
    assert (late.name, late.own_fields["points"]) == ("王", 5), "the name is new, the points are older"
    assert subscribers.newer_than(["s-1"], at(1)) == {"s-1": frozenset({"points", "arpu"})}
    found = subscribers.get("s-1")
    assert found is not None
    assert found.own_fields == {"points": 5, "arpu": 96.5, "churn_risk": 0.7}


@pytest.mark.skipif(not TELCO.is_file(), reason="the public table is not here")
def test_every_column_of_a_public_table_is_an_attribute_and_an_audience_is_made_of_them() -> None:
    known = over_shipped({"attributes": OF_TELCO})
    lines = TELCO.read_text(encoding="utf-8").splitlines()[:400]
    stored = taken("\n".join(lines), known)
    rows = list(csv.DictReader(lines))
    assert len(rows[0]) == len(OF_TELCO) + 1
    assert len(stored) == len(rows)
    assert {len(one.own_fields) for one in stored.values()} <= {19, 20}  # total charges may be blank
    asked = "monthly_charges > 80 and contract == 'Month-to-month' and tenure < 12"
    made = replace_vocabulary(asked, known)
    inside = {
        one.subscriber_id
        for one in stored.values()
        if in_audience(made, facts_for({}, one, made, None, None, NOW))
    }
    assert inside == {
        row["customerID"]
        for row in rows
        if float(row["MonthlyCharges"]) > 80
        and row["Contract"] == "Month-to-month"
        and int(row["tenure"]) < 12
    }
    assert inside


def replace_vocabulary(condition: str, known: Vocabulary) -> Any:
    """A campaign with this audience, read with this vocabulary."""
    from dataclasses import replace as with_fields

    return with_fields(campaign(audience=condition), vocabulary=known)


@pytest.mark.parametrize(
    ("declared", "code"),
    [
        pytest.param({"type": "number", "example": 1}, "vocabulary.dimension", id="a number has many values"),
        pytest.param({"type": "text", "example": "x"}, "vocabulary.dimension", id="a text too"),
        pytest.param(
            {"type": "yes_no", "example": True, "personal": True}, "vocabulary.dimension", id="personal"
        ),
        pytest.param({"type": "choice", "choices": ["a"], "example": "a"}, "", id="a choice"),
        pytest.param({"type": "yes_no", "example": True}, "", id="yes or no"),
    ],
)
def test_results_are_given_by_attributes_of_few_values(declared: dict[str, Any], code: str) -> None:
    document = {"kind": {**declared, "dimension": True}}
    if not code:
        assert over_shipped({"attributes": document}).dimensions == ("kind",)
        return
    with pytest.raises(BadDocument) as caught:
        attributes_from(document)
    assert [(one.place, one.code) for one in caught.value.problems] == [("kind.dimension", code)]


def test_no_more_dimensions_than_a_texts_counters_may_grow_by() -> None:
    one = {"type": "yes_no", "example": True, "dimension": True}
    with pytest.raises(BadDocument) as caught:
        attributes_from({f"flag_{n}": one for n in range(MOST_DIMENSIONS + 1)})
    assert [bad.code for bad in caught.value.problems] == ["vocabulary.dimensions"]


PERSONAL: list[Any] = [
    pytest.param({"type": "choice", "choices": ["a", "b"], "example": "a"}, "Widow", id="choice"),
    pytest.param({"type": "day", "example": "1990-01-01"}, "1843-07-09", id="day"),
    pytest.param(
        {"type": "moment", "example": "2026-11-23T10:00:00+08:00"}, "1843-07-09T10:00:00Z", id="moment"
    ),
    pytest.param({"type": "text", "longest": 3, "example": "x"}, "Widow", id="text"),
    pytest.param({"type": "key", "example": "x"}, "Wid/ow", id="key"),
    pytest.param({"type": "number", "example": 1}, "1843 cats", id="number"),
    pytest.param({"type": "yes_no", "example": True}, "Widow", id="yes or no"),
    pytest.param({"type": "msisdn", "example": "+8616900000001"}, "+1843", id="number of a phone"),
]


@pytest.mark.parametrize(("declared", "value"), PERSONAL)
@pytest.mark.parametrize("way", ["subscriber.changed", "parcel.received", "import"])
def test_an_error_says_nothing_of_a_personal_value(declared: dict[str, Any], value: str, way: str) -> None:
    kind = {"title": {"en": "x", "zh-CN": "x"}, "fields": {"said": declared}, "sets": {"secret": "said"}}
    known = over_shipped(
        {"attributes": {"secret": {**declared, "personal": True}}, "event#parcel.received": kind}
    )
    assert known.personal == {"secret", "said"}
    if way == "import":
        (bad,) = read_row({"subscriber_id": "s-1", "secret": value}, CellRules(own=known.attributes)).left_out
        problem = bad.problem
    else:
        name = "secret" if way == "subscriber.changed" else "said"
        with pytest.raises(BadEvent) as caught:
            event_from(way, {**HEAD, name: value}, NOW, known)
        problem = caught.value.problem
    told = [words(problem, language) for language in ("en", "zh-CN")]
    assert not [one for one in told if "idow" in one or "1843" in one]
    assert problem.code


def test_the_look_at_a_file_hides_what_is_personal() -> None:
    known = shipped()
    sheet = open_sheet(io.BytesIO("subscriber_id,联系人,Payment\ns-1,李娜,prepaid\n".encode()))
    options = Options(positions(sheet.header, {}, known.attributes), CellRules(own=known.attributes))
    (row,) = preview(sheet, options, profile(sheet, options)).rows
    assert isinstance(row, CellsRead)
    assert row.changes == {"subscriber_id": "s-1", "contact": "•••", "payment": "prepaid"}
    assert taken("subscriber_id,联系人\ns-1,李娜\n", known)["s-1"].own_fields == {"contact": "李娜"}
