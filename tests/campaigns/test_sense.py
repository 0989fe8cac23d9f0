"""What can be worked out and cannot be meant is refused when it is saved: it would go to everybody, to
nobody, or out with the braces of a variable."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.campaigns.check import check
from chalicelib.campaigns.declarations import check_event_type
from tests.support.factories import campaign_document


def codes(**fields: Any) -> list[tuple[str, str, bool]]:
    found = check(campaign_document(**fields))
    return [(one.code, one.place, one.warning) for one in found if one.code != "dear_character"]


SAME, LETTERS, NONE = "always_the_same", "in_letters", "never_none"


@pytest.mark.parametrize("place", ["audience", "trigger.when", "variants_when[0].when"])
@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("tier == 'gold' or 'silver'", SAME),
        ("tier == 'gold' and not ('silver')", SAME),
        ("'active'", SAME),
        ("status == 'active' and 1", SAME),
        ("tier == 'gold' or ['silver']", SAME),
        ("tier in 'gold, silver'", LETTERS),
        ("tier not in ('gold')", LETTERS),
        ("plan_ends_on is none", NONE),
        ("arpu == none", NONE),
        ("none != tier", NONE),
        ("tier in ['gold', 'silver']", ""),
        ("'5G' in plan", ""),
        ("(tier or 'none') == 'none'", ""),
        ("true", ""),
        ("arpu is defined and not arpu", ""),
    ],
)
def test_a_condition_that_is_the_same_for_everybody(place: str, condition: str, code: str) -> None:
    fields: dict[str, Any] = {"audience": condition}
    if place == "trigger.when":
        fields = {"trigger": {**campaign_document()["trigger"], "when": condition}}
    elif place != "audience":
        fields = {"variants_when": [{"variant": "b", "when": condition}]}
    assert codes(**fields) == ([(code, place, False)] if code else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("｛｛name｝｝", [("braces_of_a_name", False)]),
        ("{name}", [("braces_of_a_name", False)]),
        ("${ name }", [("braces_of_a_name", False)]),
        ("{ { name } }", [("braces_of_a_name", False)]),
        ("｛｛used | data_size｝｝", [("braces_of_a_name", False)]),
        ("{somebody}", [("braces", True)]),
        ("50% {", [("braces", True)]),
        ("{{ name | name }}!", []),
        ("{% if 'gold' %}a{% endif %}", [(SAME, False)]),
        ("{% if tier == 'gold' or 'silver' %}a{% endif %}b", [(SAME, False)]),
        ("{{ 'a' if tier in 'gold' else 'b' }}", [(LETTERS, False)]),
        ("{{ name or 'you' }}", []),
    ],
)
def test_what_a_text_would_say_as_it_stands(text: str, found: list[tuple[str, bool]]) -> None:
    texts = {"text": dict.fromkeys(("zh-CN", "en"), text)}
    assert codes(texts=texts) == [
        (code, f"texts.text.{language}", warning) for language in ("zh-CN", "en") for code, warning in found
    ]


DAILY: dict[str, Any] = {
    "occasion": "{{ ends_on }}",
    "sample": {"ends_on": "2026-11-30", "days_before": 7, "days_left": 7},
    "texts": {"text": {"zh-CN": "x", "en": "x"}},
    "thresholds": {},
}


@pytest.mark.parametrize(
    ("at", "window", "lasts", "code"),
    [
        ("10:00", "09:00-20:00", "1d", ""),
        ("08:00", "09:00-20:00", "1d", ""),
        ("08:00", "09:00-20:00", "1h", "window_is_over"),
        ("20:00", "09:00-20:00", "1d", "window_is_over"),
        ("21:00", "09:00-20:00", "3d", "window_is_over"),  # a day's run ends with the day
        ("21:00", "20:00-08:00", "1d", ""),
        ("06:00", "20:00-08:00", "1h", ""),
        ("09:00", "20:00-08:00", "1h", "window_is_over"),
        ("23:30", "any", "1d", ""),
        ("23:31", "any", "1d", "too_late_in_the_day"),
        ("24:00", "any", "1d", "too_late_in_the_day"),
        ("10:00", "any", "0h", "worth_nothing"),
        ("10:00", "any", "29m", "worth_too_short"),
        ("10:00", "any", "30m", ""),
    ],
)
@pytest.mark.parametrize("daily", ["plan_end", {"every": "7d"}], ids=["a plan's end", "every week"])
def test_hours_in_which_nothing_would_go_out(daily: Any, at: str, window: str, lasts: str, code: str) -> None:
    fields = {**DAILY, "trigger": {"daily": daily, "at": at}, "send_window": window, "valid_for": lasts}
    if daily != "plan_end":
        fields |= {"occasion": "{{ day }}", "sample": {"day": "2026-11-30"}}
    assert [one for one, _, _ in codes(**fields)] == ([code] if code else [])


@pytest.mark.parametrize(
    ("after", "lasts", "fits"),
    [
        ("0m", "366d", True),
        ("0m", "367d", False),
        ("300d", "66d", True),
        ("300d", "67d", False),
        ("99999d", "1d", False),
    ],
)
def test_a_text_is_worth_no_longer_than_it_is_known_that_it_went_out(
    after: str, lasts: str, fits: bool
) -> None:
    trigger = {**campaign_document()["trigger"], "after": after}
    found = codes(trigger=trigger, valid_for=lasts)
    assert found == ([] if fits else [("worth_too_long", "valid_for", False)])


@pytest.mark.parametrize(
    ("condition", "code", "plain"),
    [
        ("status ＝＝ 'active'", "not_plain", "="),
        ("status == ‘active’", "not_plain", "'"),
        ("status == “active”", "not_plain", "'"),
        ("（status == 'active'）", "not_plain", "("),
        ("tier in ['gold'，'silver']", "not_plain", ","),
        ("tier in ['gold'、'silver']", "not_plain", ","),
        ("arpu ＞ 100", "not_plain", ">"),
        ("status = 'active'", "one_equals", None),
        ("tier == 'a' && tier == 'b'", "small_words", "and"),
        ("tier == 'a' AND tier == 'b'", "small_words", "and"),
        ("tier == 'a' OR tier == 'b'", "small_words", "or"),
    ],
)
def test_what_is_often_written_is_said_how_to_write(condition: str, code: str, plain: str | None) -> None:
    (found,) = check(campaign_document(audience=condition))
    assert (found.code, found.values.get("plain")) == (code, plain)


def test_thresholds_of_a_resource_that_the_event_does_not_have_are_told() -> None:
    found = codes(thresholds={"data": [80], "flow": [80], "Voice": [90]})
    assert found == [("no_such_value", f"thresholds.{one}", True) for one in ("flow", "Voice")]


@pytest.mark.parametrize(
    ("trigger", "occasion", "told"),
    [
        ("usage.reported", "{{ cycle }}/{{ threshold }}", False),
        ("usage.reported", "{{ event_id }}/{{ threshold }}", False),
        ("usage.reported", "{{ resource }}/{{ threshold }}", True),
        ("usage.reported", "{{ used }}/{{ threshold }}", True),  # a second top-up of 50 is another one
        ("plan_end", "{{ ends_on }}", False),
        ("plan_end", "{{ days_before }}", True),
        ("plan_end", "renewal", True),
        ("birthday", "{{ year }}", False),
        ("birthday", "{{ calendar }}", True),
        ("every", "{{ day }}", False),
        ("every", "offer", True),
    ],
)
def test_an_occasion_that_is_never_another_one_is_told(trigger: str, occasion: str, told: bool) -> None:
    fields: dict[str, Any] = {"occasion": occasion}
    if trigger != "usage.reported":
        sample = {
            "plan_end": {"ends_on": "2026-11-30", "days_before": 7, "days_left": 7},
            "birthday": {"calendar": "solar", "year": 2026},
            "every": {"day": "2026-11-30"},
        }[trigger]
        daily = {"every": "90d"} if trigger == "every" else trigger
        fields |= {
            **DAILY,
            "sample": sample,
            "trigger": {"daily": daily, "at": "10:00"},
            "occasion": occasion,
        }
    assert codes(**fields) == ([("occasion_of_a_few", "occasion", True)] if told else [])


@pytest.mark.parametrize(
    ("name", "told"), [("status", True), ("tier", True), ("region", False), ("shop", False)]
)
def test_a_field_that_hides_a_subscribers_is_told(name: str, told: bool) -> None:
    kind = "region" if name == "region" else "text"
    document = {"title": {"zh-CN": "x", "en": "x"}, "fields": {name: {"type": kind, "example": "湖南/长沙"}}}
    found = [(one.code, one.place, one.warning) for one in check_event_type("a.b", document, {})]
    assert found == ([("vocabulary.hides", f"fields.{name}", True)] if told else [])
