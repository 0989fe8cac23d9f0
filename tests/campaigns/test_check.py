"""What is refused when a campaign is saved, with the place."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.campaigns.brand_rules import check_brand
from chalicelib.campaigns.check import check
from tests.english import english
from tests.support.factories import SKYLARK, YUNTONG, campaign_document, shipped

USAGE = campaign_document()["trigger"]
SURVEY: dict[str, Any] = {
    "scale": [1, 5],
    "best": 5,
    "dissatisfied": [1],
    "labels": {"en": {"5": "good"}, "zh-CN": {"5": "好"}},
}


def text(english: str) -> dict[str, Any]:
    return {"texts": {"text": {"zh-CN": "用量", "en": english}}}


def test_a_sound_campaign_has_no_problems() -> None:
    assert check(campaign_document(), [YUNTONG, SKYLARK]) == []


PROBLEMS: list[tuple[str, dict[str, Any], str, int, str]] = [
    ("a misspelt field", {"audiense": "x"}, "audiense", 0, "Did you mean `audience`?"),
    ("a misspelt trigger field", {"trigger": {**USAGE, "wen": "x"}}, "trigger.wen", 0, "`when`"),
    (
        "a misspelt survey field",
        {"survey": {**SURVEY, "dissatisfed": []}, "texts": {"invitation": {"en": "a", "zh-CN": "b"}}},
        "survey.dissatisfed",
        0,
        "`dissatisfied`",
    ),
    ("what cannot be read", {"lane": "fast"}, "lane", 0, "urgent, bulk"),
    (
        "a misspelt event",
        {"trigger": {**USAGE, "event": "usage.reportd"}},
        "trigger.event",
        0,
        "`usage.reported`",
    ),
    (
        "a misspelt since",
        {"trigger": {**USAGE, "since": "cycle_end_on"}},
        "trigger.since",
        0,
        "`cycle_ends_on`",
    ),
    (
        "a region that no event names",
        {"trigger": {"event": "plan.changed", "to": "region"}},
        "trigger.to",
        0,
        "region",
    ),
    (
        "a misspelt variable in when",
        {"trigger": {**USAGE, "when": "percent_use > 5"}},
        "trigger.when",
        1,
        "`percent_used`",
    ),
    (
        "a list that does not exist",
        {"trigger": {**USAGE, "each": {"threshold": "treshold"}}},
        "trigger.each",
        1,
        "treshold",
    ),
    ("a call in the audience", {"audience": "name.upper() == 'X'"}, "audience", 1, "calls"),
    ("a misspelt variable in the audience", {"audience": "statsu == 'active'"}, "audience", 1, "`status`"),
    (
        "an occasion by name",
        {"occasion": "{{ name }}/{{ threshold }}"},
        "occasion",
        1,
        "an occasion may name only",
    ),
    (
        "a language of nobody",
        {"texts": {"text": {"en": "Hi", "zh-CN": "您好", "ar": "Hi"}}},
        "texts.text.ar",
        0,
        "no subscriber can have the language ar",
    ),
    (
        "an occasion without its threshold",
        {"occasion": "{{ cycle }}"},
        "occasion",
        0,
        "must name `threshold`",
    ),
    (
        "a keyword that ends the texts",
        {"trigger": {"reply": ["T"]}},
        "trigger.reply",
        0,
        "'T' ends the texts",
    ),
    ("a keyword for help", {"trigger": {"reply": ["ＨＥＬＰ"]}}, "trigger.reply", 0, "asks for help"),
    ("a keyword to come back", {"trigger": {"reply": ["Start!"]}}, "trigger.reply", 0, "brings them back"),
    ("a keyword of signs", {"trigger": {"reply": ["?!"]}}, "trigger.reply", 0, "is no keyword"),
    ("a keyword twice", {"trigger": {"reply": ["礼", "礼。"]}}, "trigger.reply", 0, "stands here twice"),
    ("no keyword", {"trigger": {"reply": "进度"}}, "trigger.reply", 0, "list of words"),
    ("a condition beside a day", {"trigger": {"daily": "birthday", "when": "x"}}, "trigger.when", 0, "daily"),
    (
        "days beside an attribute",
        {"trigger": {"daily": {"on": "contract_ends_on"}, "days_before": [7]}},
        "trigger.days_before",
        0,
        "leave it out",
    ),
    ("an hour beside an event", {"trigger": {**USAGE, "at": "10:00"}}, "trigger.at", 0, "event"),
    ("a delay of a person's", {"trigger": {"manual": True, "after": "2h"}}, "trigger.after", 0, "manual"),
    ("a person's yes", {"trigger": {"manual": "yes"}}, "trigger.manual", 0, "true or false"),
    ("since no moment", {"trigger": {**USAGE, "since": "used"}}, "trigger.since", 0, "no moment"),
    ("a list that is none", {"trigger": {**USAGE, "each": {"threshold": "used"}}}, "trigger.each", 0, "list"),
    (
        "an occasion of what is counted later",
        {"trigger": {"daily": "plan_end"}, "occasion": "{{ ends_on }}/{{ days_left }}"},
        "occasion",
        1,
        "days_left",
    ),
    (
        "an occasion for several days",
        {"trigger": {"daily": "plan_end", "days_before": [7, 3]}, "occasion": "{{ ends_on }}"},
        "occasion",
        0,
        "only the first text",
    ),
    ("an occasion that may be empty", {"occasion": "{{ scope }}/{{ threshold }}"}, "occasion", 0, "`scope`"),
    ("two unknown at once", text("{{ name or region }}"), "texts.text.en", 1, "name, region"),
    ("no sample", {"sample": None}, "sample", 0, "give an example of"),
    ("half a sample", {"sample": {"resource": "data"}}, "sample", 0, "has no `used`"),
    (
        "a misspelt sample",
        {"sample": {**campaign_document()["sample"], "cicle": "x"}},
        "sample.cicle",
        0,
        "`cycle`",
    ),
    ("a missing language", {"texts": {"text": {"en": "a"}}}, "texts.text", 0, "zh-CN"),
    (
        "a misspelt variable",
        text("a\nb {{ percent_usd }}"),
        "texts.text.en",
        2,
        "Did you mean `percent_used`?",
    ),
    ("two misspelt variables", text("{{ zzz }}\n\n{{ yyy }}"), "texts.text.en", 3, "`yyy`"),
    ("an unsafe expression", text("a\n\n{{ ''.__class__ }}"), "texts.text.en", 3, "dot"),
    ("a bomb", text("{{ 'a' * 10**9 }}"), "texts.text.en", 1, "numbers"),
    ("an unknown filter", text("{{ used | data_sise }}"), "texts.text.en", 1, "`data_size`"),
    ("a filter for something else", text("\n{{ cycle | data_size }}"), "texts.text.en", 2, "not a number"),
    ("what may be unknown", text("a\nDear {{ name }}"), "texts.text.en", 2, "when `name` is unknown"),
    ("a text that vanishes", text("{% if name %}a{% endif %}"), "texts.text.en", 1, "when `name` is unknown"),
    ("an unknown brand", {"brand": "skylarc"}, "brand", 0, "no brand"),
    (
        "a survey without labels in a language",
        {"survey": {**SURVEY, "labels": {}}},
        "survey.labels",
        0,
        "zh-CN",
    ),
    ("a reminder without a text", {"survey": {**SURVEY, "remind_after": "24h"}}, "texts", 0, "reminder"),
]


@pytest.mark.parametrize(
    ("fields", "place", "line", "said"), [p[1:] for p in PROBLEMS], ids=[p[0] for p in PROBLEMS]
)
def test_check_names_the_place_and_line_of_a_problem(
    fields: dict[str, Any], place: str, line: int, said: str
) -> None:
    whole = campaign_document(**fields)
    if "survey" in fields and "texts" not in fields:
        whole["texts"] = {"invitation": {"en": "a", "zh-CN": "b"}}
    found = check(whole, [YUNTONG, SKYLARK])
    assert [one for one in found if (one.place, one.line) == (place, line) and said in english(one)], found


def test_a_brand_must_be_able_to_sign_and_to_let_go() -> None:
    bare = type(YUNTONG)("bare", {"en": "Bare"}, YUNTONG.originators, {})
    said = [english(problem) for problem in check(campaign_document(category="marketing"), [bare])]
    assert any("signature" in error for error in said)
    assert any("opt_out_hint" in error for error in said)


@pytest.mark.parametrize(
    ("source", "warning"),
    [
        ("It’s yours", "'’' makes it UCS-2"),
        ("a – b", "write '-'"),
        ("word " * 310, "segments"),
    ],
)
def test_what_costs_more_is_a_warning(source: str, warning: str) -> None:
    found = check(campaign_document(**text(source)), [SKYLARK])
    assert found
    assert all(one.warning for one in found)
    assert warning in english(found[0])


def test_texts_that_need_ucs2_anyway_are_left_alone() -> None:
    assert check(campaign_document(**text("It’s 王芳")), [SKYLARK]) == []


def test_the_brands_that_ship_are_sound() -> None:
    brands = [one for name, one in shipped().items() if name.startswith("brand#")]
    assert [check_brand(one) for one in brands] == [[], []]


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"signatur": {}}, "signatur"),
        ({"originators": []}, "originators"),
        ({"originators": ["10690000"]}, "originators.0"),
        ({"originators": [{"identity": 10690000, "countries": ["86"]}]}, "originators.0.identity"),
        ({"originators": [{"identity": "1", "countries": [86]}]}, "originators.0.countries"),
        (
            {"originators": [{"identity": "1", "countries": ["86"], "counting": "gsm"}]},
            "originators.0.counting",
        ),
        (
            {"originators": [{"identity": "1", "countries": ["86"], "per_second": 0}]},
            "originators.0.per_second",
        ),
        (
            {"originators": [{"identity": "1", "countries": ["86"], "gateway": "pigeon"}]},
            "originators.0.gateway",
        ),
        ({"originators": [{"identity": "1", "countries": ["86"], "backup": "2"}]}, "originators.0.backup"),
        ({"originators": [{"identity": "1", "countries": ["86"], "backup": "1"}]}, "originators.0.backup"),
        ({"signature": {"en": "Yuntong"}}, "signature"),
        ({"signature_at": "top"}, "signature_at"),
        ({"opt_out_scope": "none"}, "opt_out_scope"),
        ({"default_language": None}, "default_language"),
    ],
)
def test_what_is_wrong_with_a_brand(fields: dict[str, Any], place: str) -> None:
    brand = {**shipped()["brand#yuntong"], **fields}
    assert place in [problem.place for problem in check_brand(brand)]
