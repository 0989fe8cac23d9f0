"""A campaign as sentences, and the words for its states, steps and reasons, in Chinese and English.

What a page says of a campaign is made here, so that nobody has to read YAML to know what will happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import time, timedelta
from typing import Final

from chalicelib.campaigns.approval import Lacking
from chalicelib.campaigns.audience import Rule, clauses, rules_of
from chalicelib.campaigns.campaign import Campaign, SurveyBlock, Trigger
from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.variants import HOLDOUT
from chalicelib.console.words_zh_problems import problem_said

Words = Mapping[str, tuple[str, str]]
"""code -> (Chinese, English)"""

STATES: Final[Words] = {
    "draft": ("草稿", "Draft"),
    "in_review": ("待审核", "In review"),
    "approved": ("已批准", "Approved"),
    "live": ("运行中", "Live"),
    "paused": ("已暂停", "Paused"),
    "ended": ("已结束", "Ended"),
}
STEPS: Final[Words] = {
    "submit": ("提交审核", "Submit for review"),
    "send_back": ("退回修改", "Send back"),
    "approve": ("批准", "Approve"),
    "go_live": ("上线", "Go live"),
    "pause": ("暂停", "Pause"),
    "resume": ("继续", "Resume"),
    "end": ("结束", "End"),
}
REASONS: Final[Words] = {
    "paused": ("活动已暂停", "campaign paused"),
    "not_before": ("未到发送时间", "not due yet"),
    "window": ("不在可发送时段", "outside the send window"),
    "cap": ("等待频次名额", "waiting for room under the cap"),
    "throttled": ("网关限流", "slowed down by the gateway"),
    "resend": ("准备重发", "about to be sent again"),
    "superseded": ("已由更高档位的提醒代替", "replaced by a later threshold"),
    "not_live": ("活动未上线", "campaign not live"),
    "campaign_ended": ("活动已结束", "campaign ended"),
    "no_brand": ("没有所属品牌", "no brand"),
    "no_number": ("没有手机号", "no phone number"),
    "number_released": ("号码已易主", "number given up"),
    "no_originator": ("没有可用的发送号码", "no originator for that country"),
    "audience": ("不在目标人群内", "not in the audience"),
    "holdout": ("对照组，不发送", "holdout, gets nothing"),
    "opted_out": ("已退订", "opted out"),
    "red_list": ("在红名单上", "on the red list"),
    "roster_red": ("客户名单为红色", "roster is red"),
    "cap_day": ("超过每日上限", "over the daily cap"),
    "cap_week": ("超过每周上限", "over the weekly cap"),
    "survey_over": ("调查已结束", "survey over"),
    "told_before": ("已发到原号码", "told on the old number"),
    "moved": ("号码变更中", "number is changing"),
    "unrenderable": ("短信无法生成", "text cannot be made"),
    "gateway_opted_out": ("在网关退订名单上", "opted out at the gateway"),
    "country_blocked": ("国家或地区被禁止", "country blocked"),
    "number_blocked": ("号码被禁止", "number blocked"),
    "no_gateway_originator": ("网关没有可用的发送号码", "no originator at the gateway"),
    "invalid_request": ("网关拒绝请求", "refused by the gateway"),
    "price_over_limit": ("超过单价上限", "over the price limit"),
    "not_verified": ("号码未验证", "number not verified"),
    "dropped": ("结果不明，已放弃", "in doubt, given up"),
    "dead": ("进入死信后放弃", "given up in dead letters"),
    "invalid_number": ("号码无效", "invalid number"),
    "invalid_message": ("内容无效", "invalid message"),
    "unreachable": ("手机不可达", "phone unreachable"),
    "carrier_unreachable": ("运营商不可达", "carrier unreachable"),
    "blocked": ("被拦截", "blocked"),
    "carrier_blocked": ("被运营商拦截", "blocked by the carrier"),
    "spam": ("被判为垃圾短信", "taken for spam"),
    "unknown": ("原因不明", "unknown reason"),
    "ttl_expired": ("超时未送达", "not delivered in time"),
    "protect_blocked": ("被防护规则拦截", "blocked by protection rules"),
}
FIELDS: Final[Words] = {
    "status": ("状态", "status"),
    "tier": ("等级", "tier"),
    "plan": ("套餐", "plan"),
    "brand": ("品牌", "brand"),
    "province": ("省份", "province"),
    "region": ("地区", "region"),
    "language": ("语言", "language"),
    "name": ("姓名", "name"),
    "birthday": ("生日", "birthday"),
    "since": ("入网日期", "customer since"),
    "plan_ends_on": ("套餐到期日", "plan end"),
}
OPS: Final[Words] = {
    "is": ("是", "is"),
    "is_not": ("不是", "is not"),
    "one_of": ("是以下之一：", "is one of"),
    "none_of": ("不是以下任何一个：", "is none of"),
    "known": ("已知", "is known"),
    "unknown": ("未知", "is unknown"),
    "before": ("早于", "before"),
    "from": ("不早于", "on or after"),
}
EVENTS: Final[Words] = {
    "usage.reported": ("上报用量", "usage is reported"),
    "plan.changed": ("套餐变更", "a plan changes"),
    "complaint.resolved": ("投诉处理完毕", "a complaint is resolved"),
    "subscriber.changed": ("用户资料变更", "a subscriber's details change"),
    "number.assigned": ("分配号码", "a number is assigned"),
    "outage.announced": ("发布故障公告", "an outage is announced"),
}
TEXTS: Final[Words] = {
    "text": ("正文", "Text"),
    "invitation": ("调查邀请", "Invitation"),
    "reminder": ("提醒", "Reminder"),
}
LANGUAGES: Final[Mapping[str, str]] = {"zh-CN": "中文", "en": "English"}
"""Each in its own words, whatever language the page is in."""
KINDS: Final[Words] = {
    "event": ("发生事件时", "when something happens"),
    "birthday": ("生日当天", "on the birthday"),
    "plan_end": ("套餐到期前", "before the plan ends"),
    "manual": ("由人工发起（单次群发）", "when somebody starts it (one-off send)"),
}
LANES: Final[Words] = {
    "urgent": ("紧急：优先发出", "urgent: goes before everything else"),
    "bulk": ("普通：按速率依次发出", "bulk: in turn, at the originator's pace"),
}
DOUBTS: Final[Words] = {
    "drop": ("不再发送（可能有人收不到）", "not again (somebody may get nothing)"),
    "resend": ("再发一次（可能有人收到两次）", "once more (somebody may get it twice)"),
}
CATEGORIES: Final[Words] = {
    "mandatory": ("法定通知", "mandatory"),
    "service": ("服务", "service"),
    "survey": ("调查", "survey"),
    "marketing": ("营销", "marketing"),
    "reply": ("回复", "reply"),
}


def said(words: Words, code: str, language: str) -> str:
    """The words for a code in "zh-CN" or "en"; the code itself when it is a new one."""
    both = words.get(code)
    return code if both is None else both[language[:2] != "zh"]


def sentences(campaign: Campaign, language: str) -> list[str]:
    """What the campaign does, a sentence for each of: when, whom, what, variants, survey."""
    return list(sections(campaign, language).values())


def sections(campaign: Campaign, language: str) -> dict[str, str]:
    """The sentences by what they say: `when`, `whom`, `what`; `variants` and `survey` if there are any."""
    chinese = language[:2] == "zh"
    found = {
        "when": _when(campaign.trigger, chinese),
        "whom": _whom(campaign, language),
        "what": _what(campaign, language),
    }
    if campaign.variants:
        found["variants"] = _variants(campaign.variants, chinese)
    if campaign.survey:
        found["survey"] = _survey(campaign.survey, chinese)
    return found


def _when(trigger: Trigger, chinese: bool) -> str:
    language = "zh" if chinese else "en"
    if trigger.manual:
        return "由人工发起。" if chinese else "Somebody starts it."
    at = _clock(trigger.at)
    if trigger.daily == "birthday":
        return f"在生日当天，用户当地时间{at}。" if chinese else f"On the birthday, at {at} where they are."
    if trigger.daily:
        return _plan_end(trigger.days_before, at, chinese)
    event = said(EVENTS, trigger.event, language)
    after = _duration(trigger.after, chinese) if trigger.after else ""
    condition = f"`{trigger.when}`" if trigger.when else ""
    if chinese:
        first = f"{event}{after}后" if after else f"{event}时"
        return f"{first}，如果{condition}。" if condition else f"{first}。"
    first = f"{after} after {event}" if after else f"when {event}"
    return f"{first[0].upper()}{first[1:]}{f' and {condition}' if condition else ''}."


def _plan_end(days_before: Sequence[int], at: str, chinese: bool) -> str:
    days = [str(days) for days in days_before if days]
    same_day = 0 in days_before
    if chinese:
        parts = [f"到期前{'、'.join(days)}天"] if days else []
        parts += ["到期当天"] if same_day else []
        return f"在套餐{'和'.join(parts)}，用户当地时间{at}。"
    if not days:
        return f"On the day the plan ends, at {at} where they are."
    many = "day" if days == ["1"] else "days"
    itself = " and on the day itself" if same_day else ""
    return f"{_and(days, 'and')} {many} before the plan ends{itself}, at {at} where they are."


def _whom(campaign: Campaign, language: str) -> str:
    chinese = language[:2] == "zh"
    whose = "" if campaign.brand == "*" else campaign.brand
    found = [(clause, rules_of(clause)) for clause in clauses(campaign.audience)]
    parts = [rule_said(one, language) for _, rules in found for one in rules or ()]
    rest = [f"`{clause}`" for clause, rules in found if not rules]
    if chinese:
        owner = f"品牌{whose}的" if whose else "所有"
        said_all = "；".join([*parts, *rest])
        return f"发给{owner}用户{'，条件：' + said_all if said_all else ''}。"
    owner = f"subscribers of {whose}" if whose else "all subscribers"
    more = f"{' and' if parts else ''} with {' and '.join(rest)}" if rest else ""
    return f"For {owner}{' whose ' + _and(parts, 'and whose') if parts else ''}{more}."


def rule_said(rule: Rule, language: str) -> str:
    """`等级是以下之一：gold、diamond`, "tier is one of gold, diamond"."""
    chinese = language[:2] == "zh"
    field, op = said(FIELDS, rule.field, language), said(OPS, rule.op, language)
    values = ("、" if chinese else ", ").join(rule.values)
    return f"{field}{op}{values}" if chinese else " ".join(part for part in (field, op, values) if part)


def _what(campaign: Campaign, language: str) -> str:
    chinese = language[:2] == "zh"
    title = titled(campaign.title, language)
    category = said(CATEGORIES, campaign.category, language)
    lasts = _duration(campaign.valid_for, chinese)
    window = campaign.window
    hours = f"{_clock(window.start)}–{_clock(window.end)}" if window else ""
    if chinese:
        when = f"在用户当地{hours}之间" if hours else "任何时间"
        doubt = "再发一次" if campaign.when_in_doubt == "resend" else "不再发送"
        return f"{when}发送“{title}”（{category}），{lasts}后不再有效；结果不明时{doubt}。"
    when = f"between {hours} where they are" if hours else "at any time"
    doubt = "once more" if campaign.when_in_doubt == "resend" else "not again"
    return f"Sends “{title}” ({category}) {when}, within {lasts}; when in doubt, {doubt}."


def _variants(variants: Mapping[str, int], chinese: bool) -> str:
    named = [f"{name} {share}%" for name, share in sorted(variants.items()) if name != HOLDOUT]
    rest = variants.get(HOLDOUT)
    if chinese:
        held = f"；{rest}%作为对照，不发送" if rest else ""
        return f"分成{len(named)}个版本：{'、'.join(named)}{held}。"
    held = f"; {rest}% get nothing, to compare with" if rest else ""
    return f"In {len(named)} variants: {', '.join(named)}{held}."


def _survey(survey: SurveyBlock, chinese: bool) -> str:
    low, high = survey.raw["scale"]
    bad = [str(one) for one in survey.raw.get("dissatisfied", ())]
    ends = _duration(survey.expires_after, chinese)
    again = _duration(survey.remind_after, chinese) if survey.remind_after else ""
    if chinese:
        found = f"请用户打{low}到{high}分，{survey.raw['best']}分最好"
        found += f"；{'、'.join(bad)}分会开立工单" if bad else ""
        return f"{found}{f'；{again}未答时提醒一次' if again else ''}；{ends}后结束。"
    found = f"Asks for a score from {low} to {high}, {survey.raw['best']} is best"
    found += f"; {_and(bad, 'or')} opens a case" if bad else ""
    return f"{found}{f'; reminds after {again}' if again else ''}; ends after {ends}."


def step_names(steps: Iterable[str], language: str) -> dict[str, str]:
    """What a campaign's texts are called: step -> words."""
    found = {}
    for step in steps:
        name, at, variant = step.partition("@")
        found[step] = said(TEXTS, name, language) + (f" · {variant}" if at else "")
    return found


def lacking_said(one: Lacking, language: str) -> str:
    """What stands in the way of a step, and what to do."""
    chinese = language[:2] == "zh"
    match one.code:
        case "state":
            return (
                f"这个版本目前是“{said(STATES, one.about, language)}”，请刷新页面。"
                if chinese
                else f"This version is {said(STATES, one.about, language).lower()} by now: reload the page."
            )
        case "author":
            return (
                "作者和提交人不能自己批准，请同事来批准。"
                if chinese
                else "Who wrote or submitted it cannot approve it: ask a colleague."
            )
        case "registration":
            return (
                f"{one.about} 要求模板备案，请填写备案号。"
                if chinese
                else f"{one.about} wants registered templates: enter the registration's number."
            )
        case "confirm":
            return (
                f"将发给 {int(one.about):,} 人，请输入这个数字确认。"
                if chinese
                else f"It goes to {int(one.about):,} people: type that number to confirm."
            )
        case _:
            where, _, words = one.error.partition(": ")
            return f"{where}：{problem_said(words, language)}" if chinese else one.error


def _and(parts: Sequence[str], last: str) -> str:
    if len(parts) < 2:
        return "".join(parts)
    joined = f", {last} " if "whose" in last else f" {last} "
    return f"{', '.join(parts[:-1])}{joined}{parts[-1]}"


def _clock(moment: time) -> str:
    return "24:00" if moment == time.max else f"{moment:%H:%M}"


def _duration(length: timedelta, chinese: bool) -> str:
    seconds = int(length.total_seconds())
    for size, zh, en in (
        (86_400, "天", "day"),
        (3600, "小时", "hour"),
        (60, "分钟", "minute"),
        (1, "秒", "second"),
    ):
        if seconds % size == 0 and seconds >= size:
            many = seconds // size
            return f"{many}{zh}" if chinese else f"{many} {en}{'' if many == 1 else 's'}"
    return "立即" if chinese else "at once"
