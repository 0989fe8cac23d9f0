"""The form of a campaign: what it leaves alone, what it writes, and where its mistakes are shown."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.check import check
from chalicelib.campaigns.variants import variant_of
from chalicelib.console.campaign_fields import field_of, rows_of, values_of
from chalicelib.console.campaign_form import written
from chalicelib.console.sentences import sections
from chalicelib.intake.vocabulary import shipped as shipped_words
from tests.campaigns.test_language import REFUSED
from tests.english import english
from tests.support.factories import BRANDS, shipped

WORDS = shipped_words()

SHIPPED = {
    name.partition("#")[2]: document for name, document in shipped().items() if name.startswith("campaign#")
}
DEFAULTS = {"brand": "*", "lane": "bulk", "when_in_doubt": "drop"}


def changed(id: str, **fields: str) -> dict[str, Any]:
    """A shipped campaign as the form changes it; `trigger__kind` is the field `trigger|kind`."""
    typed = {name.replace("__", "|"): value for name, value in fields.items()}
    document, _, problems = written(SHIPPED[id], {**values_of(SHIPPED[id]), **typed}, WORDS)
    assert problems == []
    return document


def problems(document: dict[str, Any]) -> list[str]:
    return [english(one) for one in check(document, list(BRANDS.values())) if not one.warning]


@pytest.mark.parametrize("id", SHIPPED)
def test_a_form_that_is_left_alone_changes_nothing(id: str) -> None:
    document = SHIPPED[id]
    assert written(document, {}, WORDS) == (document, values_of(document), [])
    typed = {name: value.replace("\n", "\r\n") for name, value in values_of(document).items()}
    assert written(document, typed, WORDS)[0] == document


@pytest.mark.parametrize("id", SHIPPED)
def test_what_the_form_shows_says_everything_that_the_document_does(id: str) -> None:
    document = SHIPPED[id]
    bare = {name: document[name] for name in ("id", "title", "texts")}
    again, _, _ = written(bare, values_of(document), WORDS)
    said = {name: value for name, value in document.items() if DEFAULTS.get(name) != value}
    if survey := said.get("survey"):
        said["survey"] = {name: value for name, value in survey.items() if value not in ("", {})}
    assert again == said
    assert problems(again) == problems(document)


TRIGGERS: dict[str, tuple[dict[str, str], dict[str, Any]]] = {
    "an event with a delay": (
        {"kind": "event", "event": "complaint.resolved", "after": "30m", "since": "resolved_at"},
        {"event": "complaint.resolved", "after": "30m", "since": "resolved_at"},
    ),
    "thresholds of usage": (
        {
            "kind": "event",
            "event": "usage.reported",
            "each": "threshold: thresholds",
            "when": "used > threshold",
        },
        {"event": "usage.reported", "each": {"threshold": "thresholds"}, "when": "used > threshold"},
    ),
    "a whole region": (
        {"kind": "event", "event": "outage.announced", "to": "region"},
        {"event": "outage.announced", "to": "region"},
    ),
    "a birthday": ({"kind": "birthday", "at": "09:30"}, {"daily": "birthday", "at": "09:30"}),
    "fewer days": ({"days_before": "5、0"}, {"daily": "plan_end", "days_before": [5, 0], "at": "10:00"}),
    "everybody's turn": (
        {"kind": "every", "every": "30d", "at": "09:30"},
        {"daily": {"every": "30d"}, "at": "09:30"},
    ),
    "keywords": ({"kind": "reply", "reply": "进度、STATUS"}, {"reply": ["进度", "STATUS"]}),
    "by hand": ({"kind": "manual"}, {"manual": True}),
}


@pytest.mark.parametrize(("fields", "trigger"), TRIGGERS.values(), ids=TRIGGERS.keys())
def test_another_trigger_brings_the_examples_and_the_occasion_that_it_needs(
    fields: dict[str, str], trigger: dict[str, Any]
) -> None:
    typed = {f"trigger|{name}": value for name, value in fields.items()}
    plain = {"audience|rest": "", "text|text|en": "Hi", "text|text|zh-CN": "您好"}
    document = changed("renewal-reminder", **typed, **plain)
    assert document["trigger"] == trigger
    assert problems(document) == []


def test_an_occasion_that_somebody_wrote_is_not_replaced() -> None:
    document = changed("birthday-greeting", trigger__kind="plan_end", occasion="{{ ends_on }}")
    assert document["occasion"] == "{{ ends_on }}"


AUDIENCES = {
    "rules": (
        {"rule|2|field": "tier", "rule|2|op": "one_of", "rule|2|values": "gold，diamond"},
        "status == 'active' and tier in ['gold', 'diamond']",
    ),
    "no value": ({"rule|2|field": "name", "rule|2|op": "unknown"}, "status == 'active' and not name"),
    "no rule any more": ({"rule|1|field": "", "rule|1|values": ""}, ""),
    "a condition besides": ({"audience|rest": "days_left > 2"}, "status == 'active' and days_left > 2"),
    "an or is kept together": (
        {"audience|rest": "tier == 'gold' or since < '2020'"},
        "status == 'active' and (tier == 'gold' or since < '2020')",
    ),
    "a quote stays a quote": (
        {"rule|2|field": "plan", "rule|2|op": "is", "rule|2|values": "x' or 'a' == 'a"},
        r"status == 'active' and plan == 'x\' or \'a\' == \'a'",
    ),
}  # fmt: skip


def test_variants_by_condition_have_words_of_their_own_and_keep_their_order() -> None:
    document = changed(
        "renewal-offer",
        variant__when="prepaid: payment == 'prepaid'\ngold: tier == 'gold'",
        **{"text|text@gold|en": "Stay, gold.", "text|text@gold|zh-CN": "金卡续订。"},
    )
    assert document["variants_when"] == [
        {"variant": "prepaid", "when": "payment == 'prepaid'"},
        {"variant": "gold", "when": "tier == 'gold'"},
    ]
    assert problems(document) == []
    assert campaign_from(document).worded_as("text", "gold") == "text@gold"
    again, shown, _ = written(document, values_of(document), WORDS)
    assert again == document
    assert "text|text@prepaid|en" in shown, "what has no words of its own yet can be given some"
    renamed, _, _ = written(document, {**shown, "variant|when": "prepaid: payment\nvip: tier"}, WORDS)
    assert renamed["texts"]["text@vip"] == document["texts"]["text@gold"]
    percent = {"variant|1|name": "a", "variant|1|percent": "90", "variant|holdout": "10"}
    both, _, _ = written(document, {**shown, **percent}, WORDS)
    assert both["texts"]["text@gold"] == document["texts"]["text@gold"]
    said = sections(campaign_from(both), "en")["variants"]
    assert said.startswith("By condition, the first that is true: prepaid (payment == 'prepaid'), gold")
    none, _, _ = written(document, {**shown, "variant|when": ""}, WORDS)
    assert none == SHIPPED["renewal-offer"]


@pytest.mark.parametrize(("fields", "condition"), AUDIENCES.values(), ids=AUDIENCES.keys())
def test_rules_become_the_audience(fields: dict[str, str], condition: str) -> None:
    document = changed("usage-alert", **fields)
    assert document.get("audience", "") == condition
    shown = values_of(document)
    assert written(document, shown, WORDS)[0] == document
    assert written({**document, "audience": "tier == plan"}, shown, WORDS)[0].get("audience", "") == condition


def test_a_split_has_its_holdout_and_words_of_its_own() -> None:
    document = changed(
        "renewal-offer",
        variant__1__name="a",
        variant__1__percent="45",
        variant__2__name="b",
        variant__2__percent="45",
        variant__holdout="10",
        **{"text|text@b|en": "Stay with us.", "text|text@b|zh-CN": "欢迎续订。"},
    )
    assert document["variants"] == {"a": 45, "b": 45, "holdout": 10}
    assert document["texts"]["text@b"] == {"zh-CN": "欢迎续订。", "en": "Stay with us."}
    assert "text@a" not in document["texts"]
    assert problems(document) == []
    read = campaign_from(document)
    assert {variant_of(read.variants, read.id, f"s-{n}") for n in range(200)} == {"a", "b", "holdout"}
    renamed, _, _ = written(document, {**values_of(document), "variant|2|name": "short"}, WORDS)
    assert renamed["texts"]["text@short"] == document["texts"]["text@b"]
    fewer, _, _ = written(
        document, values_of(document) | {"variant|2|name": "", "variant|2|percent": ""}, WORDS
    )
    assert set(fewer["texts"]) == {"text"}
    none, _, _ = written(
        fewer,
        values_of(fewer) | {"variant|1|name": "", "variant|1|percent": "", "variant|holdout": ""},
        WORDS,
    )
    assert none == SHIPPED["renewal-offer"]


def test_a_survey_can_be_added_with_its_reminder_and_taken_away_again() -> None:
    document = changed(
        "renewal-offer", survey__on="yes", survey__remind_after="24h", survey__question__1__step="why"
    )
    assert set(document["texts"]) == {"invitation", "reminder", "why"}
    assert field_of("texts.reminder.en", values_of(document)) == "text|reminder|en"
    words = {f"text|{step}|{one}": "1-5?" for step in ("reminder", "why") for one in ("en", "zh-CN")}
    whole, _, _ = written(document, values_of(document) | words, WORDS)
    assert problems(whole) == []
    without, _, _ = written(whole, values_of(whole) | {"survey|on": ""}, WORDS)
    assert without == SHIPPED["renewal-offer"]
    silent, _, _ = written(whole, values_of(whole) | {"survey|remind_after": ""}, WORDS)
    assert set(silent["texts"]) == {"invitation", "why"}


def test_a_survey_s_words_and_letters_are_lines() -> None:
    document = changed(
        "post-complaint-survey",
        survey__low="1",
        survey__high="10",
        survey__dissatisfied="1,2,3",
        survey__letters="A: 10\r\nB：9\nD not_me",
        survey__labels__en="10: great\n1: bad",
        **{"survey|labels|zh-CN": "10: 很好\n1: 很差", "survey|best": "high"},
    )
    survey = document["survey"]
    assert (survey["scale"], survey["best"], survey["dissatisfied"]) == ([1, 10], 10, [1, 2, 3])
    assert survey["letters"] == {"A": 10, "B": 9, "D": "not_me"}
    assert survey["labels"]["en"] == {"10": "great", "1": "bad"}
    assert problems(document) == []


MISTAKES = {
    "a turn that is none": ({"trigger|kind": "every", "trigger|every": "often"}, "trigger|every"),
    "a day that is none": ({"trigger|days_before": "7, soon"}, "trigger|days_before"),
    "a time that is none": ({"trigger|at": "25:00"}, "trigger|at"),
    "an occasion of another trigger": ({"occasion": "{{ cycle }}"}, "occasion"),
    "a condition with a wrong name": ({"audience|rest": "teir == 'gold'"}, "audience|rest"),
    "a rule without its value": ({"rule|3|field": "tier", "rule|3|op": "is"}, "rule|3|field"),
    "a rule that a field cannot have": (
        {"rule|2|field": "name", "rule|2|op": "before", "rule|2|values": "x"},
        "rule|2|field",
    ),
    "parts that are not all": ({"variant|1|name": "a", "variant|1|percent": "90"}, "variant|1|name"),
    "a part that is no number": ({"variant|1|name": "a", "variant|1|percent": "half"}, "variant|1|name"),
    "a variant twice": (
        {"variant|1|name": "a", "variant|1|percent": "50", "variant|2|name": "a", "variant|2|percent": "50"},
        "variant|2|name",
    ),
    "a scale upside down": ({"survey|on": "yes", "survey|low": "5", "survey|high": "1"}, "survey|low"),
    "a reminder without words": ({"survey|on": "yes", "survey|remind_after": "24h"}, "text|reminder|zh-CN"),
    "a window that is none": ({"send_window": "9-20"}, "send_window"),
    "how long": ({"valid_for": "soon"}, "valid_for"),
    "a priority": ({"priority": "high"}, "priority"),
    "a title": ({"title|en": ""}, "title|zh-CN"),
    "a text": ({"text|text|en": ""}, "text|text|en"),
    "an unknown variable": ({"text|text|en": "{{ nam }}"}, "text|text|en"),
    "an example of nothing": ({"sample": "ends_on: 1\ndays_before: 7\ndays_left: 7\nx: 1"}, "sample"),
    "a threshold": ({"thresholds": "data: many"}, "thresholds"),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "field"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_shown_at_its_field_and_nothing_typed_is_lost(
    fields: dict[str, str], field: str
) -> None:
    before = SHIPPED["renewal-reminder"]
    document, shown, unfit = written(before, values_of(before) | fields, WORDS)
    found = unfit or check(document, list(BRANDS.values()))
    assert next(field_of(one.place, shown) for one in found if not one.warning) == field
    assert {name: shown[name] for name in fields} == fields  # nothing typed is lost


@pytest.mark.parametrize(
    ("typed", "every", "shown"), [("90", "90d", "90"), ("90d", "90d", "90"), ("48h", "48h", "48h")]
)
def test_once_in_so_many_days_is_typed_as_a_number_of_days(typed: str, every: str, shown: str) -> None:
    before = SHIPPED["relationship-survey"]
    fields = {"trigger|kind": "every", "trigger|every": typed}
    document, _, unfit = written(before, values_of(before) | fields, WORDS)
    assert (document["trigger"]["daily"], unfit) == ({"every": every}, [])
    assert values_of(document)["trigger|every"] == shown


EXPRESSIONS = ("trigger|when", "trigger|each", "occasion", "audience|rest", "rule|1|values")


@pytest.mark.parametrize("attempt", REFUSED.values(), ids=REFUSED.keys())
@pytest.mark.parametrize(
    "field", ["trigger|when", "trigger|each", "occasion", "audience|rest", "rule|1|values"]
)
def test_no_expression_of_the_form_gets_past_the_language(field: str, attempt: str) -> None:
    before = SHIPPED["usage-alert"]
    bare = attempt.removeprefix("{{").removesuffix("}}").strip()
    typed = {"occasion": attempt, "trigger|each": f"threshold: {bare}"}.get(field, bare)
    document, shown, unfit = written(before, values_of(before) | {field: typed}, WORDS)
    found = unfit or check(document, list(BRANDS.values()))
    if field == "rule|1|values":  # a value is a value, whatever it looks like
        assert all("status" not in english(one) for one in found if not one.warning)
        return
    assert field in {field_of(one.place, shown) for one in found if not one.warning}


def test_there_are_rows_to_fill_in() -> None:
    values = values_of(SHIPPED["usage-alert"])
    assert rows_of("rule", values) == [1, 2, 3]
    assert rows_of("rule", values | {"rule|3|field": "tier"}) == [1, 3, 4, 5]
    assert rows_of("variant", values) == [1, 2]


def test_rows_about_the_operators_attributes_are_written_and_shown_again() -> None:
    before = SHIPPED["win-back"]
    rows = {"rule|1|field": "arpu", "rule|1|op": "at_least", "rule|1|values": "100"}
    rows |= {"rule|2|field": "contract_ends_on", "rule|2|op": "before", "rule|2|values": "2027-01-01"}
    document, _, problems = written(before, {**values_of(before), **rows}, WORDS)
    assert (document["audience"], problems) == ("arpu >= 100 and '' < contract_ends_on < '2027-01-01'", [])
    shown = values_of(document, WORDS.attributes)
    assert {name: shown[name] for name in rows} == rows
    assert written(document, shown, WORDS)[0] == document
