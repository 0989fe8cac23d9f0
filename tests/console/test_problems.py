"""Problems as data and in words: the mistakes of forms, of what comes in, and of dead letters."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.campaigns.campaign_codes import CampaignCode
from chalicelib.campaigns.check import check
from chalicelib.campaigns.file_codes import FileCode
from chalicelib.care.care_codes import CareCode
from chalicelib.console.campaign_fields import values_of
from chalicelib.console.campaign_form import written
from chalicelib.console.console_codes import ConsoleCode
from chalicelib.delivery.policy_codes import PolicyCode
from chalicelib.document_codes import DocumentCode
from chalicelib.i18n.problems import MESSAGES, every, placed, words
from chalicelib.intake.intake_codes import IntakeCode
from chalicelib.intake.vocabulary import shipped as shipped_words
from chalicelib.letter_codes import LetterCode
from chalicelib.problems import Coded, Problem, as_json, from_json
from tests.campaigns.test_language import REFUSED
from tests.console.test_campaign_form import MISTAKES, SHIPPED
from tests.support.factories import BRANDS

WORDS = shipped_words()

CHINESE = re.compile(r"[\u4e00-\u9fff]")
FORMS = {name: fields for name, (fields, _) in MISTAKES.items()} | {
    f"a text with {name}": {"text|text|en": attempt} for name, attempt in REFUSED.items()
}


@pytest.mark.parametrize("fields", FORMS.values(), ids=FORMS.keys())
def test_every_mistake_of_the_form_is_said_in_both_languages(fields: dict[str, str]) -> None:
    before = SHIPPED["renewal-reminder"]
    document, _, unfit = written(before, {**values_of(before), **fields}, WORDS)
    found = unfit or check(document, list(BRANDS.values()))
    assert found
    for one in found:
        assert CHINESE.search(words(one, "zh-CN")), one
        assert words(one, "en") not in ("", one.code), one
        assert "%(" not in words(one, "en") + words(one, "zh-CN")


def test_every_code_of_every_room_has_words_and_no_other_does() -> None:
    codes = [*DocumentCode, *CampaignCode, *FileCode, *PolicyCode, *CareCode, *IntakeCode, *LetterCode]
    codes += [*ConsoleCode]
    assert len(set(codes)) == len(codes)
    assert set(MESSAGES) == set(codes)


def test_what_varies_keeps_its_place() -> None:
    close = Problem("not_a_variable_here", {"name": "nam"}, close="name")
    assert words(close, "zh-CN") == "本活动没有变量 `nam`。您是否想写 `name`？"
    assert words(close, "en") == "`nam` is not a variable of this campaign. Did you mean `name`?"
    many = Problem("many_segments", {"n": 1200, "brand": "yuntong"})
    assert words(many, "zh-CN") == "在 yuntong 需要 1,200 条：请缩短"
    inside = Problem("sample_fails", {"problem": Problem("missing")})
    assert words(inside, "zh-CN") == "用示例数据无法生成：尚未填写"
    assert words(Problem("something_new"), "zh-CN") == "something_new"


def test_a_code_among_the_values_is_said_in_words() -> None:
    problem = Problem("not_in_this_state", {"state": Coded("state", "in_progress")})
    assert words(problem, "en") == "this case is in progress: reopen it to work on it"
    assert words(problem, "zh-CN") == "工单当前为“处理中”，请先重新打开。"


def test_a_problem_names_its_place_in_the_language() -> None:
    problem = Problem("empty_text", place="texts.text.en", line=3)
    assert placed(problem, "en") == "texts.text.en, line 3: is empty: write the text"
    assert placed(problem, "zh-CN") == "texts.text.en，第 3 行：内容为空，请填写"
    assert every([Problem("missing", place="a"), Problem("missing")], "en") == "a: is missing; is missing"


VALUES = st.recursive(
    st.text(max_size=200)
    | st.integers()
    | st.booleans()
    | st.builds(Coded, st.just("json"), st.sampled_from(["text", "list", "null"])),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.builds(Problem, st.sampled_from(list(MESSAGES)), st.dictionaries(st.text(max_size=9), inner))
    ),
    max_leaves=5,
)


@given(
    st.builds(
        Problem,
        st.text(min_size=1, max_size=20),
        st.dictionaries(st.text(max_size=9), VALUES, max_size=3),
        st.text(max_size=20),
        st.integers(0),
        close=st.text(max_size=9),
    )
)
def test_a_problem_comes_back_from_a_queue_as_it_went(problem: Problem) -> None:
    assert from_json(json.loads(json.dumps(as_json(problem)))) == problem


def test_a_problem_in_a_file_names_every_place_in_the_language() -> None:
    inside = (Problem("text.empty", place="unit"), Problem("field.missing", place="id"))
    several = Problem("several", {"problems": inside})
    found = Problem("in_file", {"file": "events/a.jsonl", "line": 3, "problem": several})
    assert words(found, "en").startswith("events/a.jsonl line 3: unit: is empty; id: is missing")
    assert words(found, "zh-CN") == "events/a.jsonl 第 3 行：unit：内容为空；id：缺少：此类事件必须有这一项"
