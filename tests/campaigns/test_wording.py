"""Language, signature and the way out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.wording import Unrenderable, dressed, word
from chalicelib.store.records import Brand
from tests.english import english
from tests.support.factories import SKYLARK, YUNTONG, campaign

AT_END = replace(YUNTONG, signature_at="end")


@pytest.mark.parametrize(
    ("said", "brand", "language", "hinted", "body"),
    [
        ("您好。", YUNTONG, "zh-CN", False, "【云通】您好。"),
        ("您好。", AT_END, "zh-CN", False, "您好。【云通】"),
        ("Hello.", YUNTONG, "en", False, "【Yuntong】Hello."),
        ("Hello.", SKYLARK, "en", False, "Skylark: Hello."),
        (
            "Hello.",
            replace(SKYLARK, signature={"en": "-Skylark"}, signature_at="end"),
            "en",
            False,
            "Hello. -Skylark",
        ),
        ("您好。", SKYLARK, "zh-CN", False, "Skylark: 您好。"),
        ("您好。", YUNTONG, "zh-CN", True, "【云通】您好。退订回T"),
        ("您好", YUNTONG, "zh-CN", True, "【云通】您好，退订回T"),
        ("您好。", AT_END, "zh-CN", True, "您好。退订回T【云通】"),
        ("Hello.", SKYLARK, "en", True, "Skylark: Hello. Reply STOP to opt out"),
        ("【云通】您好。", YUNTONG, "zh-CN", False, "【云通】您好。"),
        ("您好。【云通】", YUNTONG, "zh-CN", False, "您好。【云通】"),
        ("您好。【云通】", YUNTONG, "zh-CN", True, "您好。退订回T【云通】"),
        ("【云通】您好。退订回T", YUNTONG, "zh-CN", True, "【云通】您好。退订回T"),
        ("您好，退订回T。", YUNTONG, "zh-CN", True, "【云通】您好，退订回T。"),
        ("您好", replace(YUNTONG, signature={}, opt_out_hint={}), "zh-CN", True, "您好"),
    ],
)
def test_signature_and_hint(said: str, brand: Brand, language: str, hinted: bool, body: str) -> None:
    assert dressed(said, brand, language, hinted=hinted) == body


@given(st.text(min_size=1).map(str.strip).filter(bool), st.sampled_from(["zh-CN", "en"]), st.booleans())
def test_dressing_twice_changes_nothing(said: str, language: str, hinted: bool) -> None:
    for brand in (YUNTONG, AT_END, SKYLARK):
        once = dressed(said, brand, language, hinted=hinted)
        assert said in once or brand.signature.get(language, "").strip() in said
        assert dressed(once, brand, language, hinted=hinted) == once


@pytest.mark.parametrize("category", ["mandatory", "service", "survey", "reply", "marketing"])
def test_only_marketing_names_the_way_out(category: str) -> None:
    body = word(campaign(category=category), "text", SKYLARK, "en", {"threshold": 80}).body
    assert ("Reply STOP" in body) is (category == "marketing")


@pytest.mark.parametrize(
    ("languages", "wish", "brand", "expected"),
    [
        (["zh-CN", "en"], "en", YUNTONG, "en"),
        (["zh-CN", "en"], "", YUNTONG, "zh-CN"),
        (["zh-CN", "en"], "fr", SKYLARK, "en"),
        (["zh-CN", "en"], "zh-TW", SKYLARK, "zh-CN"),
        (["en-US", "zh-CN"], "en", YUNTONG, "en-US"),
        (["fr"], "en", YUNTONG, "fr"),
    ],
)
def test_a_text_goes_in_the_nearest_language_that_there_is(
    languages: list[str], wish: str, brand: Brand, expected: str
) -> None:
    texts = {"text": dict.fromkeys(languages, "1")}
    assert word(campaign(texts=texts), "text", brand, wish, {}).language == expected


@pytest.mark.parametrize(
    ("texts", "step", "facts", "place", "error"),
    [
        ({"text": {"en": "a\n{{ nmae }}"}}, "text", {}, "usage-alert/text.en, line 2", "nmae"),
        ({"text": {"en": "{{ name }}"}}, "text", {"name": ""}, "usage-alert/text.en, line 1", "empty"),
        ({"text": {"en": "{% if a %}x{% endif %}"}}, "text", {"a": 0}, "usage-alert/text.en", "empty"),
        ({"text": {"en": "{{ a.b }}"}}, "text", {"a": 0}, "usage-alert/text.en, line 1", "dot"),
        ({"text": {"en": "x" * 1595}}, "text", {}, "usage-alert/text.en", "1,604"),
        ({"text": {"en": "x"}}, "reminder", {}, "usage-alert/reminder", "no such text"),
    ],
)
def test_what_cannot_be_said(texts: Any, step: str, facts: Any, place: str, error: str) -> None:
    with pytest.raises(Unrenderable) as cut:
        word(campaign(texts=texts), step, SKYLARK, "en", facts)
    assert english(cut.value.problem).startswith(f"{place}: ")
    assert error in english(cut.value.problem)
