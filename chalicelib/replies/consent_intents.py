"""Finds wishes about the texts themselves, as candidates: to end them, to have them again, to be told how.

Keywords count when they are all that is said, with courtesy, a short code or "to end" beside them; plain
words when it is the texts that are to end, and not a plan, a pack, a call, a bill or a mistake. A reasonable
reader's "no more texts" is a no, whatever its words. `decide` says which candidate counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from chalicelib.campaigns.keywords import HELP_WORDS, START_WORDS, STOP_WORDS
from chalicelib.replies import consent_en as en
from chalicelib.replies import consent_es as es
from chalicelib.replies import consent_zh as zh
from chalicelib.replies.candidates import Candidate, Doubt, Intent, Rule, Said
from chalicelib.replies.consent_objects import other_objects
from chalicelib.replies.lazy import Lazy
from chalicelib.replies.opt_ins import opt_ins
from chalicelib.replies.refusals import (
    denied_en,
    denied_zh,
    refused_before,
    says_no_en,
    says_no_es,
    says_no_zh,
)

_POLITE = (
    r"(?:just|nope|no thanks?(?: you)?|not interested|please|pls|plz|pl|kindly|thanks?(?:\s(?:you|u"
    r"|a lot|so much|very much))?|thx|tks|ty|now"
    r"|ok(?:ay)?|yes|sir|hi|hello|hey|dear|bro|lah?|lor|leh|sia|liao|already|already lah|immediately|at once"
    r"|谢谢(?:你|您|了|合作|配合|支持|理解)?|多谢|请|麻烦(?:你|您|了)?|吧|了|啊|啦|呀|哦|好的?|您好|你好|我要?(?:想|选)?|要"
    r"|申请|回复?|发送?|短信|立即|马上|一下|全部|所有"
    r"|url)"
)
_EDGE = r"[\s,.;!:~*#\"'()\[\]_/|-]*"
_POLITELY = rf"(?:{_POLITE}{_EDGE})*+"  # possessive: 我要我要我要 must not be tried in every way
_KEYWORD = re.compile(
    rf"{_EDGE}{_POLITELY}(?:(?:reply|replying|text|txt|send|sending)\s|i\s(?:want|wish|would like|wanna"
    rf"|need|like)\s(?:to|2)\s|i'd like to\s"
    rf"|let me\s)?"
    rf"(?:[a-hj-z]\s+(?=td|退订|stop"
    rf"|unsub))?(?:{STOP_WORDS})(?![a-z])(?:{_EDGE}(?:(?:{STOP_WORDS})(?![a-z])|{_POLITE}|me\b"
    r"|to\s(?:all|stop|end|quit|cancel|unsu\w*|opt[\s-]?out)\b|\d{4,8}(?!\d)|from me\b"
    rf"))*+{_EDGE}\Z"
)
# A slip of the finger, or a score beside it: TD5, 5TD, STOP2, 退订1.
_GLUED = Lazy(
    rf"{_EDGE}{_POLITELY}(?:\d{{1,3}}\s?(?:td|退订|stop|unsubscribe|拒收|取消订阅)[a-z]?"
    rf"|[a-z]?(?:td|退订|stop|unsubscribe|拒收|取消订阅)\s?\d{{1,3}}){_EDGE}\Z"
)
_SPACED = re.compile(r"(?:[a-z][\s._*-]+){2,}[a-z]\W*\Z")
_SPACED_KEYS = frozenset(("stop", "quit", "end", "cancel", "remove", "stopall", "td"))


def _in_spanish(words: str) -> str:
    before, after = rf"(?:(?:{es.COURTESY})\b{_EDGE})*+", rf"(?:{_EDGE}(?:{es.COURTESY}|{words})\b)*+"
    return rf"{_EDGE}{before}(?:{words})\b{after}{_EDGE}\Z"


_OPT_IN = Lazy(rf"{_EDGE}{_POLITELY}(?:{START_WORDS})(?:{_EDGE}(?:{_POLITE}|start|unstop|again))*+{_EDGE}\Z")
_KEYWORD_ES = Lazy(_in_spanish(es.KEYWORDS))
_OPT_IN_ES = Lazy(_in_spanish(es.YES_KEYWORDS))
_HELP = Lazy(
    rf"{_EDGE}(?:(?:{_POLITE}|me|需要){_EDGE})*+(?:{HELP_WORDS})"
    rf"(?:{_EDGE}(?:{_POLITE}|{HELP_WORDS}|me|menu|菜单))*+{_EDGE}\Z"
)
_HELPED = Lazy(r"谢[了啦]?(?:你们?|您)?的?帮助|\b(?:thanks|thank you|thx|tks|ty|no) help")
_FIRST = re.compile(rf"{_EDGE}{_POLITELY}(?:stop|unsubscribe|退订|取消订阅|td|拒收)(?=[,.!;\n])")
_LAST = re.compile(
    r"(?:^|[,.!?;\n]\s*|\bwrong (?:number|num|no|person)\W+)(?:please |pls |plz )?(?:stop|unsubscribe|退订"
    r"|取消订阅|td|拒收)\W*\Z"
)
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
_ONLY_SURVEYS = re.compile(r"\bsurveys?\b|\bquestionnaires?\b|\bfeedback\b|调查|问卷|回访|评价")
_ONLY_ADS = re.compile(
    r"\b(?:promos?|promotions?|promotional|marketing|ads|advert\w*|offers)\b|营销|推销|促销|广告"
)
_EVERYTHING = re.compile(r"\ball\b|\bany\b|\beverything\b|全部|所有|任何|一切")
# What a text holds that wishes anything: a character or word, or how a word begins.
_STEMS_ZH = re.compile(
    "[退订拒停发推传寄扰烦联信收删移剔踢出参]|消息|广告|调查|回访|拉黑|屏蔽|黑名单|垃圾|兴趣|恢复|重新|帮助"
    "|够了|撤回"
    "|(?<!特)别|不要|没完|不需要|通知|取消"
)
_HEADS = re.compile("([a-z]{1,3})[a-z]*")
_WISHING = """
    ads adv ale alo arr awa bie blo bot cal can cea con dis eno end hal har hel inf int lis los mar mes mor
    msg num off opt pes pho ple pls qui rem res rev sen sms sot spa st sta sto stp sub sur t tak td tex tui
    txt un uns unw yao dnc put qx sig tt
"""
_STEMS_EN = frozenset(_WISHING.split())
_HAN = re.compile("[\u4e00-\u9fff]")
_LATIN = re.compile("[a-z]{2}")


def candidates(text: str, answering_survey: bool) -> tuple[Candidate, ...]:
    """What a normalised text may wish about the texts, certain or not.

    `answering_survey` decides what "no more surveys" or "no more ads" says: the category that was answered,
    else everything.
    """
    if not _may_wish(text):
        return ()
    if whole := _whole(text, answering_survey):
        return (whole,)
    instructions = list(_INSTRUCTION.finditer(text)) if any(key in text for key in _KEYS) else []
    if not instructions:
        return (*_outs(text, answering_survey), *opt_ins(text))
    rest = text
    for found in instructions:
        rest = rest[: found.start()] + " " * len(found[0]) + rest[found.end() :]
    said = (*_outs(rest, answering_survey), *opt_ins(rest))
    return said or tuple(_instructed(found) for found in instructions)


def decide(found: Sequence[Candidate]) -> Candidate | None:
    """The one candidate that counts, with CONTRADICTED where a yes and a no stand in one text.

    Both together are never a yes: the no counts if the yes is only asked about, reported or denied.
    """
    outs = [one for one in found if one.kind is Intent.OPT_OUT and not one.doubts & _NONE]
    ins = [one for one in found if one.kind is Intent.OPT_IN and Doubt.OTHER_OBJECT not in one.doubts]
    if outs and ins:
        sure = next((one for one in outs if one.certain), None)
        if sure and not any(one.certain for one in ins):
            return sure
        return replace(outs[0], doubts=outs[0].doubts | {Doubt.CONTRADICTED})
    others = [one for one in found if one.kind not in (Intent.OPT_OUT, Intent.OPT_IN)]
    every = [*outs, *ins, *others]
    return next((one for one in every if one.certain), every[0] if every else None)


# What services write beside their texts: "Reply STOP to opt out", 退订回T, 回复START恢复接收.
_INSTRUCTION = Lazy(
    r"\b(?:reply|text|txt|send|respond)(?: with)? \"?(?:stop|start|help|yes|unstop|unsub\w*|quit|end|cancel"
    r"|[a-z]{1,2})\"?"
    r"(?: alone)?,? (?:to|for|at any ?time|any ?time)\b[^.!?\n,]*"
    r"|\b(?:stop|start|help|unstop|unsub\w*) (?:to|for|2) (?:opt|end|cancel|quit|unsub\w*|re-?sub\w*|help"
    r"|stop|info)\b[^.!?\n,]*"
    r"|(?:请|可|随时|直接)*(?:回复?|发送?|编辑|输入)\s?\"?(?:td|t|n|r|退订|拒收|start"
    r"|stop)\"?(?:至\d+)?(?:即可|可以|就能|可|则)?"
    r"(?:退订|拒收|恢复接收|恢复|取消|不再接收|退出|即可)(?:短信|信息)?"
    r"|(?:退订|拒收|取消|恢复)(?:接收|订阅)?,?\s?(?:请|可)*(?:随时)?(?:回复?|发送?)\s?\"?(?:td|t|n|r|退订"
    r"|拒收|start|stop)(?![a-z])\"?"
)
_KEYS = (
    "stop",
    "start",
    "unsub",
    "quit",
    "end",
    "cancel",
    "退订",
    "拒收",
    "取消",
    "恢复",
    "td",
    "回复",
    "回t",
)


def _instructed(found: re.Match[str]) -> Candidate:
    back = re.search("start|unstop|恢复|re-?sub", found[0]) and not re.search(
        "stop(?! to resub)|退订|td", found[0]
    )
    kind = Intent.OPT_IN if back else Intent.OPT_OUT
    said = None if back else Said.UNSAID
    return Candidate(kind, Rule.KEYWORD_AMONG_WORDS, found.span(), said, frozenset({Doubt.INSTRUCTION}))


# What makes a keyword in a sentence of its own certain: the rest speaks of texts that are sent.
_SENT_TO_ME = Lazy(
    r"\b(?:text(?:s|ing|ed)?|txt\w*|messag\w+|msgs?|sms|spam\w*) (?:me|us)\b|\b(?:texts|messages|msgs"
    r"|spam)\b|\b(?:sign\w* up|subscrib\w*) (?:for|to) (?:this|these|it|any)\b|\bmy number\b|发(?:短信|信息"
    r"|消息)|短信"
)
_OWN_SENTENCE = Lazy(
    r"(?:\A|[.!?,\n])\s*(?:please |pls |plz )?(?:stop|unsubscribe|退订|取消订阅|td|拒收)[.!\s]*\Z"
)


def _alone(text: str) -> tuple[Doubt, ...]:
    own = _OWN_SENTENCE.search(text)
    if own and _SENT_TO_ME.search(text[: own.start()]) and not other_objects(text, own.span()):
        return ()
    return (Doubt.AMONG_OTHER_WORDS,)


_NONE = frozenset({Doubt.OTHER_OBJECT})  # what is no opt-out at all, and nothing to ask about


def _whole(text: str, answering_survey: bool) -> Candidate | None:
    """A keyword that is all there is."""
    if len(text) >= 80:
        return None
    everything = (0, len(text))
    if _KEYWORD.match(text) or _spaced_keyword(text) or _KEYWORD_ES.match(text):
        return Candidate(Intent.OPT_OUT, Rule.KEYWORD, everything, _said(text, answering_survey))
    if _OPT_IN.match(text) or _OPT_IN_ES.match(text):
        return Candidate(Intent.OPT_IN, Rule.KEYWORD, everything)
    if _HELP.match(text) and not _HELPED.search(text):
        return Candidate(Intent.HELP, Rule.KEYWORD, everything)
    return None


def _outs(text: str, answering_survey: bool) -> Iterator[Candidate]:
    """The opt-out that a text holds, by the first rule that finds one."""
    han = not text.isascii() and _HAN.search(text) is not None
    latin = _LATIN.search(text) is not None

    def out(rule: Rule, span: tuple[int, int], *doubts: Doubt) -> Candidate:
        return Candidate(Intent.OPT_OUT, rule, span, _said(text, answering_survey), frozenset(doubts))

    everything = (0, len(text))
    text = text if "退订" not in text else zh.CANCELS_AN_OPT_OUT.sub("    ", text)
    if reported := refused_before(text):
        yield out(Rule.REPORTED_REFUSAL, reported, *other_objects(text, reported))
        return
    doubt = (denied_zh(text) if han else None) or (denied_en(text) if latin else None)
    if doubt:
        yield out(Rule.IN_WORDS, everything, doubt)
        return
    if len(text) < 60:
        rest, count = _A_NUMBER.subn(" ", text)
        if (count and _KEYWORD.match(rest)) or _GLUED.match(text):
            yield out(Rule.KEYWORD_WITH_NUMBER, everything, Doubt.WITH_NUMBER)
            return
    if said := (says_no_en(text) or says_no_es(text) if latin else None) or (
        says_no_zh(text) if han else None
    ):
        yield out(Rule.IN_WORDS, said, *other_objects(text, said))
        return
    if stands := _LAST.search(text) or _FIRST.match(text):
        yield out(Rule.KEYWORD_AMONG_WORDS, stands.span(), *_alone(text))
    elif len(text) < 60 and (told := _TOLD.search(text)):
        yield out(Rule.KEYWORD_AMONG_WORDS, told.span(), Doubt.AMONG_OTHER_WORDS)
    elif doing := _STOP_DOING.match(text):
        yield Candidate(
            Intent.SOMETHING_STOPS, Rule.IN_WORDS, doing.span(), None, frozenset({Doubt.OBJECT_UNCLEAR})
        )
    elif perhaps := (en.MAYBE.search(text) if latin else None) or (zh.MAYBE.search(text) if han else None):
        yield out(Rule.ANNOYED, perhaps.span(), Doubt.ANGER)


def _may_wish(text: str) -> bool:
    if not text.isascii() and _STEMS_ZH.search(text):
        return True
    heads = _HEADS.findall(text)
    return not _STEMS_EN.isdisjoint(heads) or not es.STEMS.isdisjoint(heads) or "no thank" in text


def _spaced_keyword(text: str) -> bool:
    return _SPACED.match(text) is not None and re.sub(r"[^a-z]", "", text) in _SPACED_KEYS


_KINDS_OF_TEXTS = Lazy(
    r"\b(?:birthday|renewal|usage|data) (?:texts?|messages?|msgs?|wishes|greetings?|reminders?|alerts?)\b"
    r"|(?:生日|续订|续约|到期|流量|用量)(?:祝福|提醒|短信|通知|信息|消息|问候)|这个(?:活动|提醒"
    r"|问候)的?(?:短信|信息|消息)"
)
_THIS_KIND = Lazy(
    r"\b(?:this|these) (?:kinds?|types?|sorts?) of\b|(?:此|这)(?:类|种|一类)(?:的)?(?:短信|信息|消息|通知)"
)


def _said(text: str, answering_survey: bool) -> Said:
    if _EVERYTHING.search(text):
        return Said.ALL
    if (_ONLY_SURVEYS.search(text) and answering_survey) or (_ONLY_ADS.search(text) and not answering_survey):
        return Said.CATEGORY
    if _KINDS_OF_TEXTS.search(text):
        return Said.ALL if answering_survey else Said.CAMPAIGN
    return Said.CATEGORY if _THIS_KIND.search(text) else Said.UNSAID
