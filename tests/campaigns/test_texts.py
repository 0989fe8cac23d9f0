"""Every text that ships, as subscribers get it, in both languages and for both brands.

`texts.json` is what was reviewed. After a change on purpose: `python -m tests.campaigns.test_texts`,
and read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.facts import sample_facts
from chalicelib.campaigns.wording import word
from chalicelib.sms.segments import count
from chalicelib.store.records import Brand
from tests.support.factories import shipped

GOLDEN = Path(__file__).with_name("texts.json")
NATIVE = {"yuntong": "zh-CN", "skylark": "en"}

# What differs from the sample, beside the sample itself.
CASES: dict[str, dict[str, dict[str, Any]]] = {
    "usage-alert": {
        "all gone": {"used": 10300, "percent_used": 100.58, "remaining": 0, "threshold": 100},
        "calls": {
            "resource": "voice",
            "used": 402,
            "allowance": 500,
            "unit": "min",
            "percent_used": 80.4,
            "remaining": 98,
        },
        "texts": {
            "resource": "sms",
            "used": 80,
            "allowance": 100,
            "unit": "count",
            "percent_used": 80,
            "remaining": 20,
        },
        "roaming": {"scope": "roaming", "used": 410, "allowance": 500, "percent_used": 82, "remaining": 90},
        "roaming all gone": {"scope": "roaming", "used": 500, "allowance": 500, "percent_used": 100},
        "calls all gone": {
            "resource": "voice",
            "used": 500,
            "allowance": 500,
            "unit": "min",
            "percent_used": 100,
        },
    },
    "renewal-reminder": {
        "tomorrow": {"days_before": 1, "days_left": 1},
        "today": {"days_before": 0, "days_left": 0},
        "no name, no plan": {"name": "", "plan_title": ""},
    },
    "birthday-greeting": {"lunar": {"calendar": "lunar"}, "no name": {"name": ""}},
    "post-complaint-survey": {"no zone": {"time_zone": ""}},
    "automatic": {
        "of one category": {"scope": "category"},
        "dissatisfied": {"dissatisfied": True, "score": 1},
    },
}


def texts() -> Iterator[tuple[str, str, str, Brand]]:
    """(what it is, body, language, brand) of every text in every case that makes a difference."""
    plain: dict[str, str] = {}
    documents = shipped()
    brands = [Brand.from_dict(one) for name, one in documents.items() if name.startswith("brand#")]
    for name, document in documents.items():
        if not name.startswith("campaign#"):
            continue
        campaign = campaign_from(document)
        for case, own in {"": {}, **CASES.get(campaign.id, {})}.items():
            for step, languages in campaign.texts.items():
                for language in languages:
                    for brand in brands:
                        facts = {**sample_facts(campaign, language, brand), **own}
                        body = word(campaign, step, brand, language, facts).body
                        what = f"{campaign.id}/{step} {language} {brand.id}"
                        if plain.setdefault(what, body) != body or not case:
                            yield f"{what}: {case}" if case else what, body, language, brand


def in_chinese(what: str) -> bool:
    """The sample of these holds words that somebody wrote in Chinese."""
    return what.startswith(("care/", "test/")) or what == "outage-notice/text en skylark"


def test_every_text_is_as_reviewed() -> None:
    reviewed = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert {what: body for what, body, _, _ in texts()} == reviewed


def test_in_its_own_language_a_brand_pays_one_segment() -> None:
    long = {
        what: body
        for what, body, language, brand in texts()
        if language == NATIVE[brand.id]
        and count(body, brand.originators[0].counting).segments > 1
        and not in_chinese(what)
    }
    assert long == {}


def test_english_at_an_english_brand_is_gsm7() -> None:
    native = [
        (what, body)
        for what, body, language, brand in texts()
        if (language, brand.id) == ("en", "skylark") and not in_chinese(what)
    ]
    assert [what for what, body in native if count(body).encoding != "GSM-7"] == []


@pytest.mark.parametrize(
    "mark", ["  ", " ，", "。。", "None", "undefined", "{{", "}}", "\n", " .", "，，", "！！"]
)
def test_no_text_has_leftovers_of_its_template(mark: str) -> None:
    assert [body for _, body, _, _ in texts() if mark in body] == []


def test_every_text_is_signed_once() -> None:
    for _, body, language, brand in texts():
        assert body.count(brand.signature[language]) == 1


def test_only_marketing_names_the_way_out_at_its_end() -> None:
    for what, body, language, brand in texts():
        category = shipped()[f"campaign#{what.partition('/')[0]}"]["category"]
        assert body.endswith(brand.opt_out_hint[language]) is (category == "marketing")


def test_the_survey_of_a_complaint_as_a_dialogue_of_times() -> None:
    survey = campaign_from(shipped()["campaign#post-complaint-survey"])
    assert survey.survey is not None
    assert survey.survey.remind_after is not None
    asked = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert asked < asked + survey.survey.remind_after < asked + survey.survey.expires_after
    assert survey.trigger.after.total_seconds() == 30 * 60


if __name__ == "__main__":
    written = {what: body for what, body, _, _ in texts()}
    GOLDEN.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"{len(written)} texts in {GOLDEN.name}: read the difference before committing it.")
