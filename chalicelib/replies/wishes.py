"""Wishes about the texts themselves: to end them, to have them again, to be told how; and "it is not me".

Keywords count when they are all that is said; plain words count when they ask for the texts, and not a
plan, a call or a mistake, to end. A reasonable reader's "no more texts" is a no, whatever its words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from chalicelib.replies import wishes_en as en
from chalicelib.replies import wishes_zh as zh

OPT_OUT, OPT_IN, HELP = "opt_out", "opt_in", "help"


class Wish(NamedTuple):
    """`kind`: "opt_out", "opt_in", "help", "not_me", "" for none. `doubt`: said, but not for certain.
    `scope`: how far an opt-out reaches."""

    kind: str = ""
    doubt: str = ""
    rule: str = ""
    scope: str | None = None


NONE = Wish()
KEYWORD, IN_WORDS = "keyword", "asked for in words"  # rules

_POLITE = (
    r"(?:just|nope|no thanks?(?: you)?|not interested|please|pls|plz|pl|kindly|thanks?(?:\s(?:you|u"
    r"|a lot|so much|very much))?|thx|tks|ty|now"
    r"|ok(?:ay)?|sir|hi|hello|hey|dear|bro|lah?|lor|leh|sia|liao|already|already lah|immediately|at once"
    r"|谢谢(?:你|您|了)?|多谢|请|麻烦(?:你|您|了)?|吧|了|啊|啦|呀|哦|好的?|您好|你好|我要?(?:想|选)?|要"
    r"|申请|回复?|发送?|短信|立即|马上|一下|全部|所有"
    r"|url)"
)
_EDGE = r"[\s,.;!:~*#\"'()\[\]_/|-]*"
_STOP_WORDS = (
    r"stop\s?all|stop2end|st0p|stpo|sotp|stopp|stop\s?(?:sms|text|texts|msg|msgs|messages?|messaging"
    r"|texting|it all|everything|all(?: messages| texts)?)?|un-?\s?su[bn]?s?c?r?i?b?s?c?r?i?b?e?d?|unsub"
    r"|cancel|end|quit|revoke|opt(?:ing)?[\s-]?out|remove|arret"
    r"|退订|退定|推订|取消订阅|取消退订|拒收|拒绝接收|停止|停发|td|t\s?d|t|tuiding|tui ding|不订阅|退t"
)
_POLITELY = rf"(?:{_POLITE}{_EDGE})*+"  # possessive: 我要我要我要 must not be tried in every way
_KEYWORD = re.compile(
    rf"{_EDGE}{_POLITELY}(?:(?:reply|replying|text|txt|send|sending)\s|i\s(?:want|wish|would like|wanna"
    rf"|need|like)\s(?:to|2)\s|i'd like to\s"
    rf"|let me\s)?"
    rf"(?:{_STOP_WORDS})(?![a-z])(?:{_EDGE}(?:(?:{_STOP_WORDS})(?![a-z])|{_POLITE}|me\b))*+{_EDGE}\Z"
)
_SPACED = re.compile(r"(?:[a-z][\s._*-]+){2,}[a-z]\W*\Z")
_SPACED_KEYS = frozenset(("stop", "quit", "end", "cancel", "remove", "stopall", "td"))
_OPT_IN = re.compile(
    rf"{_EDGE}{_POLITELY}(?:start|un-?stop)(?:{_EDGE}(?:{_POLITE}|start|unstop|again))*+{_EDGE}\Z"
)
_OPT_IN_WORDS = re.compile(
    r"\bre-?subscribe\b|\bopt(?:ing)?\s?(?:me\s)?(?:back\s)?-?in\b|恢复(?:订阅|接收|短信|推送)"
    r"|重新(?:订阅|接收)"
    r"|\bstart (?:texting|sending|messaging) (?:me )?.{0,12}again|\bresume (?:the )?(?:texts|messages"
    r"|sms)"
)
_HELP = re.compile(
    rf"{_EDGE}(?:(?:{_POLITE}|me|需要){_EDGE})*+(?:help|info|帮助)"
    rf"(?:{_EDGE}(?:{_POLITE}|help|info|帮助|me|menu|菜单))*+{_EDGE}\Z"
)
_HELPED = re.compile(r"谢[了啦]?(?:你们?|您)?的?帮助|\b(?:thanks|thank you|thx|tks|ty|no) help")
_FIRST = re.compile(rf"{_EDGE}{_POLITELY}(?:stop|unsubscribe|退订|取消订阅|td|拒收)(?=[,.!;\n])")
_LAST = re.compile(r"(?:^|[,.!;\n]\s*)(?:please |pls |plz )?(?:stop|unsubscribe|退订|取消订阅|td|拒收)\W*\Z")
# In a short text, a stop that is told somebody: "yes stop", "stop la wa lau"; not "the bus stop".
_TOLD = re.compile(
    r"(?:^|[,.!;\n]\s*|\b(?:yes|please|pls|said|say|just|ok|repl(?:y|ied)|texted|sent|typed|and|but"
    r"|so|now|again)\s)"
    r"(?:stop|unsubscribe|unsub)(?=\W*$|[,!;]|\s(?:no|pls|please|lah?|lor|leh|liao|already|now|means"
    r"|yesterday|today"
    r"|again|sia|ah|bro|man|sir|everything|all|immediately|(?:the|these|ur|your) (?:calls|texts?|msgs"
    r"|messages|sms)"
    r"|repl\w+|sms\w*)\b)"
    r"|\bknock it off\b|\bno more\b.{0,8}(?:短信|信息|消息)|(?:别|不要|停止?|停止?发).{0,4}(?:texts?"
    r"|sms|messages?|msgs?)\b"
)
_STOP_DOING = re.compile(r"(?:please |pls )?stop \w+ing\b")
_A_NUMBER = re.compile(
    r"[一二三四五六七八九十两\d]{1,3}\s?(?:分|星)"
    r"|(?<![a-z0-9])(?:\d{1,3}|one|two|three|four|five|ten)(?:\s?(?:stars?|points?|/\s?\d+))?(?![a-z0-9])"
)
_DENIAL = re.compile(r"\b(?:don'?t|not|never|no)\b|不|别|没")
_ONLY_SURVEYS = re.compile(r"\bsurveys?\b|\bquestionnaires?\b|\bfeedback\b|调查|问卷|回访|评价")
_ONLY_ADS = re.compile(
    r"\b(?:promos?|promotions?|promotional|marketing|ads|advert\w*|offers)\b|营销|推销|促销|广告"
)
_EVERYTHING = re.compile(r"\ball\b|\bany\b|\beverything\b|全部|所有|任何|一切")
# What a text holds that wishes anything: a character or word, or how a word begins.
_STEMS_ZH = re.compile(
    "[退订拒停发推传寄扰烦联信收删移剔踢出参]|消息|广告|调查|回访|拉黑|屏蔽|黑名单|垃圾|兴趣|恢复|重新|帮助|够了|撤回"
    "|(?<!特)别|不要|没完|不需要|通知|取消"
)
_HEADS = re.compile("([a-z]{1,3})[a-z]*")
_WISHING = """
    ads adv ale alo arr awa bie blo bot cal can cea con dis eno end hal har hel inf int lis los mar mes mor
    msg num off opt pes pho ple pls qui rem res rev sen sms sot spa st sta sto stp sub sur t tak td tex tui
    txt un uns unw yao
"""
_STEMS_EN = frozenset(_WISHING.split())
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[a-z]{2}")


def texts_wish(text: str, answering_survey: bool) -> Wish:
    """The wish about the texts that a normalised text holds; `answering_survey` decides how far a "no more
    surveys" or "no more ads" reaches: the category that was answered, else everything."""
    if not _may_wish(text):
        return NONE
    if len(text) < 80:
        if _KEYWORD.match(text) or _spaced_keyword(text):
            return Wish(OPT_OUT, rule=KEYWORD, scope="all")
        if _OPT_IN.match(text):
            return Wish(OPT_IN, rule=KEYWORD)
        if _HELP.match(text) and not _HELPED.search(text):
            return Wish(HELP, rule=KEYWORD)
    han = not text.isascii() and _HAN.search(text) is not None
    latin = _LATIN.search(text) is not None
    doubt = (_denied_zh(text) if han else "") or (_denied_en(text) if latin else "")
    if doubt:
        return NONE if doubt == _SOMETHING_ELSE else Wish(OPT_OUT, doubt=doubt)
    if _OPT_IN_WORDS.search(text):
        if _DENIAL.search(text):
            return Wish(OPT_IN, doubt="an opt-in that is denied")
        return Wish(OPT_IN, rule=IN_WORDS)
    if len(text) < 60:
        rest, count = _A_NUMBER.subn(" ", text)
        if count and _KEYWORD.match(rest):
            return Wish(OPT_OUT, doubt="an opt-out with a number")
    if (latin and _says_no_en(text)) or (han and _says_no_zh(text)):
        return Wish(OPT_OUT, rule=IN_WORDS, scope=_scope(text, answering_survey))
    if _LAST.search(text) or _FIRST.match(text):
        return Wish(OPT_OUT, doubt="an opt-out among other words")
    if len(text) < 60 and _TOLD.search(text):
        return Wish(OPT_OUT, doubt="perhaps an opt-out among other words")
    if _STOP_DOING.match(text):
        return Wish(doubt="something is to stop")
    if (latin and en.MAYBE.search(text)) or (han and zh.MAYBE.search(text)):
        return Wish(OPT_OUT, doubt="perhaps a wish for the texts to end")
    return NONE


def _may_wish(text: str) -> bool:
    if not text.isascii() and _STEMS_ZH.search(text):
        return True
    return not _STEMS_EN.isdisjoint(_HEADS.findall(text)) or "no thank" in text


_SOMETHING_ELSE = "something else than the texts"


def _spaced_keyword(text: str) -> bool:
    return _SPACED.match(text) is not None and re.sub(r"[^a-z]", "", text) in _SPACED_KEYS


def _denied_zh(text: str) -> str:
    """Why an opt-out in the text is none for certain: denied, or asked about; "" where it is neither."""
    if (
        "退订" not in text
        and "订阅" not in text
        and "停" not in text
        and "取消" not in text
        and "拒收" not in text
    ):
        return ""
    if zh.NOT_OUT.search(text):
        return "an opt-out that is denied"
    if zh.ASKED.search(text) and not zh.UNSUB_STILL.search(text):
        return (
            _SOMETHING_ELSE if "退订" in text and not zh.UNSUB.search(text) else "a question about opting out"
        )
    return ""


def _denied_en(text: str) -> str:
    denied = en.NOT_OUT.search(text)
    if denied and not en.SUBJECT.search(text[: denied.start()]):
        rest = denied["rest"].strip(" .,!?")
        of_texts = rest in ("", "me", "it", "please", "pls", "them", "now", "this") or en.ABOUT_TEXTS.search(
            rest
        )
        return "an opt-out that is denied" if of_texts else _SOMETHING_ELSE
    return "a question about opting out" if en.ASKED.search(text) else ""


def _says_no_en(text: str) -> bool:
    if en.REPORTED.search(text):
        return False
    if any(one.search(text) for one in (en.DONT_WANT, en.NO_MORE, en.REMOVE, en.PINYIN)):
        return True
    return (
        en.DONT_AT_ALL.match(text) is not None
        or any(_ceases(found, text) for found in en.CEASE.finditer(text))
        or any(not en.ON_CONDITION.match(text, found.end()) for found in en.DONT.finditer(text))
    )


def _ceases(found: re.Match[str], text: str) -> bool:
    before = text[: found.start()]
    if en.HALTED_SUBJECT.search(before) and not en.ASKING.search(before):
        return False  # "my texts stop ..."
    if found["what"] and not found["texts"]:
        following = en.SENT_HERE.match(found["what"].strip())
        if following is None or (following["word"] and following["word"] not in en.AFTERWORDS):
            return False  # "stop sending me wrong bills", "stop sending me to voicemail"
    if found["tail"] and found["tail"].strip() not in en.AFTERWORDS:
        return False  # "stop text delays"
    return found["verb"] != "end" or en.END_THEM.match(found[0]) is not None


def _says_no_zh(text: str) -> bool:
    found = zh.DONT.search(text)
    if found and not zh.OTHER_STOP.match(found[0]) and not zh.EXPECTED.search(found[0]):
        before = text[max(0, found.start() - 4) : found.start()]
        if not zh.NO_WISH.search(before):
            return True
    return any(pattern.search(text) for pattern in (zh.UNSUB_STILL, zh.BARE, zh.UNSUB))


def _scope(text: str, answering_survey: bool) -> str:
    if _EVERYTHING.search(text):
        return "all"
    if (_ONLY_SURVEYS.search(text) and answering_survey) or (_ONLY_ADS.search(text) and not answering_survey):
        return "category"
    return "all"
