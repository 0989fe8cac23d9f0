"""Campaigns as sentences: every shipped one reads as prose, and no code is without words."""

from __future__ import annotations

import pytest

from chalicelib.campaigns.audience import AudienceRule
from chalicelib.campaigns.campaign import campaign_from
from chalicelib.console.sentences import rule_said, sentences
from tests.support.factories import campaign, shipped


@pytest.mark.parametrize(
    ("name", "english", "chinese"),
    [
        (
            "renewal-reminder",
            "7, 3 and 1 days before the plan ends and on the day itself, at 10:00 where they are.",
            "在套餐到期前 7、3、1 天和到期当天，用户当地时间 10:00。",
        ),
        (
            "birthday-greeting",
            "On the birthday, at 09:00 where they are.",
            "在生日当天，用户当地时间 09:00。",
        ),
        (
            "usage-alert",
            "When usage is reported and `percent_used >= threshold`.",
            "上报用量时，如果`percent_used >= threshold`。",
        ),
        ("post-complaint-survey", "30 minutes after a complaint is resolved.", "投诉处理完毕 30 分钟后。"),
        ("care", "Somebody starts it.", "由人工发起。"),
    ],
)
def test_when_a_campaign_starts_is_said_in_both_languages(name: str, english: str, chinese: str) -> None:
    made = campaign_from(shipped()[f"campaign#{name}"])
    assert sentences(made, "en")[0] == english
    assert sentences(made, "zh-CN")[0] == chinese


def test_audience_brand_and_window_are_said_in_sentences() -> None:
    made = campaign(
        audience="status == 'active' and tier in ['gold', 'diamond'] and not name",
        brand="yuntong",
        send_window="08:00-20:00",
        variants={"a": 45, "b": 45, "holdout": 10},
    )
    assert sentences(made, "en")[1:] == [
        "For subscribers of yuntong whose status is active, tier is one of gold, diamond, "
        "and whose name is unknown.",
        "Sends “Usage alert” (service) between 08:00–20:00 where they are, within 6 hours; "
        "when in doubt, not again.",
        "In 2 variants: a 45%, b 45%; 10% get nothing, to compare with.",
    ]
    assert sentences(made, "zh-CN")[1:] == [
        "发给品牌yuntong的用户，条件：状态是在网；等级是以下之一：金卡、钻石；姓名未知。",
        "在用户当地 08:00–20:00 之间发送“用量提醒”（服务），6 小时后不再有效；结果不明时不再发送。",
        "分成2个版本：a 45%、b 45%；10%作为对照，不发送。",
    ]


def test_a_condition_that_is_no_rules_is_shown_as_it_is() -> None:
    made = campaign(audience="tier == plan")
    assert sentences(made, "en")[1] == "For all subscribers with `tier == plan`."


def test_rules_are_said() -> None:
    assert (
        rule_said(AudienceRule("since", "before", ("2020-01-01",)), "en")
        == "customer since before 2020-01-01"
    )
    assert rule_said(AudienceRule("since", "before", ("2020-01-01",)), "zh-CN") == "入网日期早于2020-01-01"
