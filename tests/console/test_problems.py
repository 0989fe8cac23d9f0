"""The mistakes that a form can make, in Chinese."""

from __future__ import annotations

import re

import pytest

from chalicelib.campaigns.check import check
from chalicelib.campaigns.reading import Problem
from chalicelib.console.campaign_fields import values_of
from chalicelib.console.campaign_form import written
from chalicelib.console.words_zh_problems import placed, problem_said
from tests.campaigns.factories import BRANDS
from tests.campaigns.test_language import REFUSED
from tests.console.test_campaign_form import MISTAKES, SHIPPED

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FORMS = {name: fields for name, (fields, _) in MISTAKES.items()} | {
    f"a text with {name}": {"text|text|en": attempt} for name, attempt in REFUSED.items()
}


@pytest.mark.parametrize("fields", FORMS.values(), ids=FORMS.keys())
def test_every_mistake_of_the_form_is_said_in_chinese(fields: dict[str, str]) -> None:
    before = SHIPPED["renewal-reminder"]
    document, _, unfit = written(before, {**values_of(before), **fields})
    errors = [one.error for one in unfit or check(document, list(BRANDS.values()))]
    assert errors
    said = {error: problem_said(error, "zh-CN") for error in errors}
    assert {error for error, words in said.items() if not CHINESE.search(words)} == set()
    assert [problem_said(error, "en") for error in errors] == errors


def test_what_varies_keeps_its_place() -> None:
    assert problem_said("`nam` is not a variable of this campaign. Did you mean `name`?", "zh-CN") == (
        "本活动没有变量 `nam`。您是否想写 `name`？"
    )
    assert (
        problem_said("takes 12 segments for yuntong: say it shorter", "zh-CN")
        == "在 yuntong 需要 12 条：请缩短"
    )
    assert (
        problem_said("does not come out with the sample: is missing", "zh-CN")
        == "用示例数据无法生成：尚未填写"
    )
    assert problem_said("something new", "zh-CN") == "something new"


def test_a_list_of_problems_names_the_place_in_the_language() -> None:
    problem = Problem("texts.text.en", "is empty: write the text", 3)
    assert placed(problem, "en") == str(problem)
    assert placed(problem, "zh-CN") == "texts.text.en，第 3 行：内容为空，请填写"
