"""Says whether a reply is courtesy and nothing else: thanks, a greeting, "received". Pure.

It is known by its words, never by being short: eight Chinese characters are a whole question, and `QX` or
`0000` may be a wish about the texts.
"""

from __future__ import annotations

import re

from chalicelib.replies.normalise import normalise

_ZH = (
    r"谢[谢了啦]?|多谢|感谢|蟹蟹|3q|辛苦|麻烦|费心|不客气|没事|没关系|不用谢|不谢|[好行]|可以|[嗯恩哦噢喔]"
    r"|收到|知道|明白|了解|清楚|晓得|已阅|[您你]好|大家好|[早晚]上好|[上中下]午好|早安|晚安|哈喽|嗨|再见|拜|哈|呵呵|嘻嘻"
    r"|祝福?|快乐|愉快|同乐|同喜|顺利|如意|平安|健康|开心|感动|温暖|贴心|周到|热情|及时"
)
_ZH_BESIDE = (
    r"非常|十分|万分|真是?|太|很|都|已经?|也|这么|[你您]们?|我们?|贵公司|大家|各位|亲|的|了|啦|啊|哈|呀|哟|喽|咯|滴|哒|嘞|吧|哦|勒"
    r"|生日|新年|春节|中秋|国庆|节日|周末|工作|生活|一切|一样|支持|配合|关心|关怀|提醒|通知|告知|回复|帮助|帮忙"
    r"|服务|短信|信息|消息|理解"
)
_FOR = (
    r" for (?:(?:the|your|this|all|all the|all your|such a) )?"
    r"(?:(?:kind|nice|quick|lovely|friendly|good|great) )?"
    r"(?:help|info|information|reminder|update|wish(?:es)?|greetings?|heads[ -]up|message|msg|text|note|reply"
    r"|service|support|kindness|everything|that|this|it|asking|letting me know|reminding me"
    r"|remembering(?: me)?)"
)
_EN = (
    r"(?:many |a million |big )?(?:thanks?(?: you| u)?|thx|thks|tks|ty|tysm|tq|tnx|cheers)"
    r"(?: (?:so much|very much|a lot|a bunch|a million|again|in advance|all|guys|everyone|team|both))*"
    rf"(?:{_FOR})?"
    r"|ok(?:ay|ie|ey|k)?|kk?|great|cool|nice|fine|perfect|awesome|lovely|sweet|sure(?: thing)?|al?l ?right"
    r"|good to know|(?:i )?got (?:it|that)|noted|will do|received|understood|copy that|i see|np"
    r"|no (?:problem|prob|worries)"
    r"|you'?re (?:very |most )?welcome|yw|welcome|(?:and |the )?same to you|(?:and )?you too|to you too"
    r"|hi|hello|hey|good (?:morning|afternoon|evening|night|day)|bye|goodbye|see you|take care"
    r"|have an? (?:nice|good|great|lovely|wonderful) (?:day|one|evening|weekend|night|time)"
    r"|happy (?:birthday|new year|holidays|weekend)|merry christmas"
    r"|(?:i )?(?:really |much )?appreciate(?:d| it| that| you)*"
    r"|(?:that's |that is |how |so |very )*(?:kind|nice|sweet|thoughtful)(?: of you)?|lol|(?:ha)+|(?:he)+|xx?"
    r"|(?:muchas )?gracias|hola|de nada|muy amables?"
)
_BETWEEN = r"[-\s.,!~;:()'\"&]|\band\b|\b(?:there|all|team|sir|madam|guys|everyone|skylark)\b"
# Possessive: what was taken for courtesy once is not tried in every other way.
_ONLY = re.compile(rf"(?:{_BETWEEN}|{_ZH}|{_ZH_BESIDE}|(?<![a-z0-9])(?:{_EN})(?![a-z0-9]))*+\Z")
_CORE = re.compile(rf"{_ZH}|(?<![a-z0-9])(?:{_EN})(?![a-z0-9])")


def only_courtesy(text: str) -> bool:
    """Whether nothing but courtesy was written, or a friendly emoji; a question mark or a word that is not
    known makes it more."""
    plain = normalise(text)
    if any(mood != 1 for mood in plain.moods):
        return False
    if not any(character.isalnum() for character in plain.text):
        return plain.emoji and 1 in plain.moods
    return _ONLY.match(plain.text) is not None and _CORE.search(plain.text) is not None
