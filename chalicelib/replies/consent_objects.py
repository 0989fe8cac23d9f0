"""Finds what is to end: the texts, or something else that a subscriber may end, have or complain about.

"Unsubscribe", 退订 and "stop sending" end whatever stands with them in their clause, before the verb or
behind it; without an object they end the texts, unless the rest speaks of a product.
"""

from __future__ import annotations

import re

from chalicelib.replies.candidates import Doubt
from chalicelib.replies.consent_en import TEXTS
from chalicelib.replies.lazy import Lazy

_CLAUSE_EDGE = Lazy(r"[,.!?;\n]")
_ENDING_ZH = Lazy("退订|取消订阅|拒收")
_TEXTS_ZH = Lazy(
    "短信|信息|消息|讯|推送|通知|广告|营销|推销|垃圾|骚扰|提醒|问卷|调查|sms|所有|一切|全部的?(?:$|[,.!])"
)
# What a subscriber can end that is no text; 号 and 卡 are left out, for 把我的号码退订 is about texts.
_PRODUCT_ZH = Lazy(
    "套餐|流量|业务|宽带|会员|副卡|主卡|亲情|彩铃|炫铃|服务包|加油包|增值|[45]g|(?<![打承])包(?![括容含])"
    "|合约|合同|月租|电视|来电显示|来显"
    "|视频|权益|保险|手机报|产品|功能|订单|机票|酒店|漫游|国际|音乐|阅读|游戏|热线|固话|专线|[费款](?!心|解)"
)
_MAIN_PRODUCT_ZH = Lazy(
    "套餐|流量|业务|会员|彩铃|炫铃|视频|权益|(?<!打)包(?![括容含])|宽带|合约|增值|手机报|漫游"
)

# Something right behind the verb that is neither courtesy nor a reason: what is to end has a name of its own.
_OBJECT_ZH = Lazy(
    r"(?:退订|取消订阅)(?:了|掉|一下)?(?:这个?|那个?|我的?|你们的?|贵司的?|该)?"
    "(?!谢|多谢|麻烦|吧|了|啊|呀|啦|请|不|别|我|你|您|以后|今后|服务|此|这|那|烦|订阅|号|回|太|再|成功|退订|拒收|取消|行|可以|好"
    "|为|因|没|每|天天|老|总|已|还|都|就|快|立|马上|现在|从|本|该|收到|接收|发|用户|号码|手机)"
    "[\u4e00-\u9fff]{2}"
)

_ENDING_EN = Lazy(
    r"\b(?:unsu[bn]?\w*|un-?sub\w*|opt(?:ing|ed)?[\s-]?(?:me |us )?out|remove|cancel|take (?:me|us) (?:off"
    r"|out))\b"
)
_ABOUT_TEXTS = Lazy(
    rf"\b(?:{TEXTS}|lists?|database|system|mailing|everything|all|this|these|those|them|it|here|now|today"
    rf"|you|u"
    r"|getting|receiving|being|contact\w*|(?:my|this) (?:number|phone|mobile|cell)|updates?|distribution"
    r"|group)\b"
)
_PRODUCT_EN = Lazy(
    r"\b(?:packs?|packages?|plans?|netflix|hulu|disney\w*|prime|spotify|youtube|hbo|max|insurance|roaming"
    r"|add-?ons?|channels?|sports?"
    r"|premium|memberships?|trials?|contracts?|auto-?pay|auto-?renew\w*|lines?|broadband|internet"
    r"|voice-?mails?|apps?|data"
    r"|bundles?|subscriptions?|billing|paperless|cloud|protection|tv|movies?|music|news|games?|directory"
    r"|caller id|hot ?spot|device)\b"
)
_OBJECT_EN = Lazy(r"\b(?:from|of|to|off|for)\s(?P<object>[^,.!?;\n]+)")
_PRONOUN = Lazy(r"(?:it|this|that|them|these|those)(?: please| pls| now| asap)?\W*")
_SENT = Lazy(
    rf"\b(?:send|text|txt|message|msg|sms)(?:ing|in)?\s(?:me|us)\s(?:the|my|an?|his|her|any|wrong|another"
    rf"|other)\s(?P<what>(?!(?:\w+\s){{0,3}}?{TEXTS}\b)\w+.*)"
)
_ANY_OF_IT = Lazy(r"(?:more|other|such|of|stuff|crap|shit|junk|rubbish|longer|further)\b")


def other_objects(text: str, span: tuple[int, int]) -> tuple[Doubt, ...]:
    """What speaks against the texts being what is to end, for an opt-out in words at `span`."""
    start, end = _clause(text, span[0])
    clause = text[start : max(end, span[1])]
    if not text.isascii() and _ENDING_ZH.search(clause):
        around = text[:start] + "," + text[end:]
        product = _of_product(clause, around, _TEXTS_ZH, _PRODUCT_ZH, _MAIN_PRODUCT_ZH)
        if not product and not _TEXTS_ZH.search(clause) and _OBJECT_ZH.search(clause):
            return (Doubt.OBJECT_UNCLEAR,)  # 退订天气预报
        return product
    ending = _ENDING_EN.search(clause)
    if ending is None:
        return ()
    named = _OBJECT_EN.search(clause, ending.end())
    behind = clause[ending.end() :]
    if named is None and _ABOUT_TEXTS.search(behind) and not _PRODUCT_EN.search(behind):
        return ()
    if named is None:
        return _of_product(clause, text[:start] + "," + text[end:], _ABOUT_TEXTS, _PRODUCT_EN, _PRODUCT_EN)
    if _PRONOUN.fullmatch(named["object"]) and _PRODUCT_EN.search(text[: start + ending.start()]):
        return (Doubt.OBJECT_UNCLEAR,)
    if _ABOUT_TEXTS.search(named["object"]) and not _PRODUCT_EN.search(named["object"]):
        return ()
    if re.search(rf"\b{TEXTS}\b", named["object"]):
        return ()
    return (Doubt.OTHER_OBJECT,) if _PRODUCT_EN.search(named["object"]) else (Doubt.OBJECT_UNCLEAR,)


def _of_product(clause: str, rest: str, texts: Lazy, product: Lazy, main: Lazy) -> tuple[Doubt, ...]:
    if texts.search(clause) and not (product is _PRODUCT_EN and product.search(clause)):
        return ()
    if product.search(clause):
        return (Doubt.OTHER_OBJECT,)
    return (Doubt.OBJECT_UNCLEAR,) if main.search(rest) and not texts.search(rest) else ()


def sends_another_thing(text: str) -> bool:
    """Whether something else than texts is being sent: "stop sending me the wrong bill"."""
    found = _SENT.search(text)
    return found is not None and not _ANY_OF_IT.match(found["what"])


def _clause(text: str, at: int) -> tuple[int, int]:
    start = max((edge.end() for edge in _CLAUSE_EDGE.finditer(text, 0, at)), default=0)
    edge = _CLAUSE_EDGE.search(text, at + 1)
    return start, edge.start() if edge else len(text)
