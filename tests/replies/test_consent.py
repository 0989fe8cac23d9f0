"""Wishes about the texts: what counts, what only sounds so, and what is said of them as data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.i18n.codes import CODES
from chalicelib.replies.candidates import DOUBTS, RULES, Doubt, Intent, Rule
from chalicelib.replies.normalise import normalise
from chalicelib.replies.reading import read
from chalicelib.replies.wishes import candidates, decide
from tests.replies.corpus import surveys

CSAT = surveys()["csat"]


YES = ("please resubscribe me", "opt me back in", "恢复接收", "重新订阅", "取消退订", "I want to resubscribe")
NO = ("stop texting me", "unsubscribe me", "别再发短信了", "退订", "no more texts", "take me off your list")


@given(
    st.sampled_from(YES),
    st.sampled_from(NO),
    st.sampled_from(["{yes}. {no}", "{no}. {yes}", "{yes}，{no}", "{no}! {yes}"]),
)
def test_a_yes_and_a_no_in_one_text_are_never_a_yes(yes: str, no: str, form: str) -> None:
    for survey in (None, CSAT):
        assert read(form.format(yes=yes, no=no), survey).kind in ("ask", "opt_out")


GUARDS = (
    "how do I {}?",
    "can I {} later",
    "if I {} what happens",
    "I might {} next month",
    "did you {} again without asking",
    "don't {} please",
    "my wife wants to {}",
    "why did you {} ?",
)


@given(
    st.sampled_from(GUARDS), st.sampled_from(["resubscribe", "opt me back in", "opt in", "resume the texts"])
)
def test_a_way_back_that_is_guarded_opts_nobody_in(guard: str, wish: str) -> None:
    assert read(guard.format(wish), None).kind != "opt_in"


@given(
    st.sampled_from(
        [
            "怎么{}",
            "{}要钱吗",
            "谁让你们{}的",
            "以后再{}",
            "如果{}会怎样",
            "不要{}",
            "你们又{}了",
            "{}了吗",
            "{}失败",
        ]
    ),
    st.sampled_from(["恢复接收", "重新订阅", "恢复短信", "取消退订"]),
)
def test_a_way_back_in_chinese_that_is_guarded_opts_nobody_in(guard: str, wish: str) -> None:
    assert read(guard.format(wish), None).kind != "opt_in"


PRODUCTS = ("the sports pack", "Netflix", "my data plan", "the roaming add-on", "the phone insurance")
PRODUCTS_ZH = ("视频会员", "流量包", "彩铃", "10元套餐", "国际漫游", "来电显示业务")


@given(
    st.sampled_from(
        [
            "unsubscribe me from {}",
            "please opt me out of {}",
            "I want to unsubscribe from {}",
            "{}: unsubscribe me from that",
        ]
    ),
    st.sampled_from(PRODUCTS),
)
def test_who_ends_a_product_still_gets_texts(form: str, product: str) -> None:
    assert read(form.format(product), None).kind in ("text", "ask")


@given(
    st.sampled_from(
        [
            "退订{}",
            "把{}给我退订了",
            "{}请退订",
            "你们开的{}我从来没用过，帮我退订",
            "我要退订上个月开的那个{}",
            "怎么退订{}",
            "把我的{}去掉",
            "帮我把我的{}删了",
            "请把我号码上的{}拿掉",
        ]
    ),
    st.sampled_from(PRODUCTS_ZH),
)
def test_who_ends_a_product_in_chinese_still_gets_texts(form: str, product: str) -> None:
    assert read(form.format(product), None).kind in ("text", "ask")


@given(
    st.one_of(
        st.builds(
            str.format,
            st.sampled_from(["take me off {}", "pls remove my number from {}", "can you get me off {}?"]),
            st.sampled_from(["the blacklist", "your do not call list", "the opt-out list"]),
        ),
        st.builds(
            str.format,
            st.sampled_from(["请把我移出{}", "把我的号码从{}里去掉", "帮我解除{}"]),
            st.sampled_from(["黑名单", "免打扰", "拒收名单", "屏蔽名单"]),
        ),
    )
)
def test_who_leaves_a_list_of_those_who_get_nothing_asks_for_no_end(text: str) -> None:
    assert read(text, None).kind in ("text", "ask")


@given(
    st.one_of(
        st.builds(
            str.format,
            st.sampled_from(["{}", "{}, do not call me", "for the last time: {}"]),
            st.sampled_from(["take me off your list", "remove my number from your system"]),
        ),
        st.builds(
            str.format,
            st.sampled_from(["{}", "{}，谢谢", "你好，{}"]),
            st.sampled_from(["把我从名单里删掉", "请把我的号码从你们系统里抹掉", "把我的手机号删了"]),
        ),
    )
)
def test_who_leaves_the_list_of_those_who_are_texted_does(text: str) -> None:
    assert read(text, None).kind == "opt_out"


@given(
    st.sampled_from(["STOP", "td", "退订", "unsubscribe"]),
    st.integers(0, 99_999_999),
    st.sampled_from(["{} {}", "{}{}", "{}, {}"]),
)
def test_a_keyword_beside_a_number_is_a_no_where_no_number_was_asked_for(
    key: str, number: int, form: str
) -> None:
    assert read(form.format(key, number), None).kind == "opt_out"


@pytest.mark.parametrize("text", ["5TD", "TD5", "STOP 3", "退订1"])
def test_a_keyword_beside_a_score_is_asked_about(text: str) -> None:
    assert read(text, CSAT).kind == "ask"


@pytest.mark.parametrize(
    "said", ["I already asked you to stop", "told you twice to stop", "I begged u all last week to stop"]
)
def test_a_keyword_alone_behind_what_was_asked_before_is_a_no(said: str) -> None:
    assert read(f"{said}. STOP.", CSAT).kind == "opt_out"
    assert read(f"{said} the outages. STOP.", CSAT).kind == "ask"


def test_a_short_code_behind_a_keyword_is_no_score() -> None:
    assert read("STOP 72527", CSAT).kind == "opt_out"


@pytest.mark.parametrize(
    ("text", "intent", "rule", "doubts"),
    [
        pytest.param("stop", Intent.OPT_OUT, Rule.KEYWORD, set(), id="keyword"),
        pytest.param("how do i resubscribe?", Intent.OPT_IN, Rule.IN_WORDS, {Doubt.QUESTION}, id="question"),
        pytest.param("don't resubscribe me", Intent.OPT_IN, Rule.IN_WORDS, {Doubt.NEGATED}, id="negated"),
        pytest.param(
            "取消退订", Intent.OPT_IN, Rule.CANCELS_AN_OPT_OUT, set(), id="the reverse of an opt-out"
        ),
        pytest.param(
            "i sent stop and you still text me",
            Intent.OPT_OUT,
            Rule.REPORTED_REFUSAL,
            set(),
            id="said before",
        ),
        pytest.param(
            "stop texting me. resubscribe me",
            Intent.OPT_OUT,
            Rule.IN_WORDS,
            {Doubt.CONTRADICTED},
            id="yes and no",
        ),
    ],
)
def test_a_candidate_says_why(text: str, intent: Intent, rule: Rule, doubts: set[Doubt]) -> None:
    found = decide(candidates(normalise(text).text, answering_survey=False))
    assert found is not None
    assert (found.kind, found.rule, set(found.doubts)) == (intent, rule, doubts)
    start, end = found.span
    assert 0 <= start < end <= len(text)


def test_every_rule_and_doubt_has_words_for_people() -> None:
    assert set(RULES) == set(Rule)
    assert set(DOUBTS) == set(Doubt)
    said = {*RULES.values(), *DOUBTS.values(), *Intent}
    assert said - set(CODES["rule"]) <= {Intent.NOT_ME}
