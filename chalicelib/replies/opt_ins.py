"""Finds the wish to have the texts again, with what speaks against it.

A yes has to be certain, so only a clause that says nothing but the wish is one; a question how, what the
service is said to have done, another object, a condition or a denial make a doubt of it. So do words that are
not known: nobody is texted again because of a guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from chalicelib.replies.candidates import Candidate, Doubt, Intent, Rule
from chalicelib.replies.consent_en import SUCH, TEXTS
from chalicelib.replies.lazy import Lazy

_SPOKEN_OF = Lazy(
    r"\bre-?subscrib\w*|\bopt(?:ing|ed)?\s?(?:me\s|us\s)?(?:back\s)?-?in\b"
    r"|\bstart (?:texting|sending|messaging) (?:me )?.{0,12}again|\bresume (?:the |my |your )?(?:texts"
    r"|messages|sms)"
    r"|\bun-?stop\b|\b(?:sign|put|add) me (?:back|up again)"
    r"|恢复(?:订阅|接收|短信|推送|发送|发短信)|重新(?:订阅|接收)|(?:取消|撤销|撤回)退订"
)
_CANCELS = Lazy("(?:取消|撤销|撤回)退订")
_WISH_EN = Lazy(
    r"\s*(?:(?:yes|ok|okay|please|pls|plz|hi|hello|kindly|actually|now|and|so|just|you can|u can)[\s,]+)*"
    r"(?:i(?:'d| would)?\s(?:want|wish|like|wanna|need)\s(?:to|2)?\s?|let me\s|can you (?:please )?"
    r"|could you (?:please )?)?"
    r"(?:(?:be )?re-?subscribed?|opt(?:ing)?\s?(?:me\s|us\s)?(?:back\s)?-?in|un-?stop|(?:sign|put"
    r"|add) me (?:back|up again)(?: (?:in|on|up))?"
    r"|(?:start|resume)(?: (?:texting|sending|messaging|to text|the|my|your))*)"
    rf"(?:\s(?:me|us|to|for|from|on|in|again|back|please|pls|thanks|thank you|thx|now|you|your|it|list|them"
    rf"|{SUCH.rstrip('*')}{TEXTS}|{TEXTS}))*\W*\Z"
)
_WISH_ZH = Lazy(
    r"(?:好的?|您好|你好|请|麻烦(?:你们?|您)?|帮(?:我|忙)|给我|我(?:想|要|还是)*(?:要|想)?|可以|现在|现"
    r"|同意|申请)*"
    r"(?:(?:恢复|重新)(?:开始)?(?:订阅|接收|发送|推送|短信|给我|发)+|(?:取消|撤销|撤回)(?:之前的?)?退订)"
    r"(?:你们?的?|贵司的?|的|短信|信息|消息|推送|通知|服务)*(?:吧|了|一下|谢谢|啊|哈|呀)*"
)
_QUESTION = Lazy(
    r"\?|\b(?:how|what|when|where|who|why|which|can i|could i|may i|do i|does|did|will i|should i|is there"
    r"|is it)\b"
    r"|怎么|怎样|如何|为什么|为啥|谁|吗|么(?:$|\W)|呢|多少|什么|能不能|能否|是否|是不是|可不可以|请问|几时"
)
_CONDITION = Lazy(
    r"\b(?:if|might|maybe|perhaps|when|unless|until|would have|may|later|someday|next (?:week|month|year)"
    r"|thinking (?:of|about)|consider\w*)\b"
    r"|如果|要是|假如|可能|也许|以后|将来|等.{0,8}再|考虑|下个?月|万一"
)
_REPORTED = Lazy(
    r"\b(?:you|u|they|he|she|somebody|someone|who|wife|husband|son|daughter|mother|father|mom|dad|friend"
    r"|it)\s?(?:'ve|'s|'d)?\s(?:\w+\s){0,3}?"
    r"(?:re-?subscrib|opt|put|sign|add)|\b(?:got|was|been|were|being)\s(?:\w+\s)?(?:re-?subscribed|opted)"
    r"|(?:你们|他们|谁|系统|客服|自动|又|擅自|私自|莫名)\S{0,6}(?:恢复|重新|取消退订)|被\S{0,4}(?:恢复|重新)"
)
_DENIED = Lazy(r"\b(?:don'?t|do not|not|never|no|didn'?t|won'?t|without)\b|不|别|没|勿|拒绝|无需")
_OTHER_OBJECT = Lazy(
    rf"\bre-?subscrib\w*\s(?:me\s)?(?:to|for)\s(?!{SUCH}(?:{TEXTS}|you|them|this|these|it|your)\b)\w"
    rf"|\b(?:netflix|plan|pack|package|fee|cost|price)\b"
    r"|(?:恢复|重新)(?:订阅|接收|短信|推送)\S{0,4}(?:功能|流量|套餐|包|业务|会员|视频|验证码|权益|服务费"
    r"|彩铃)|验证码|收不到|收费|要钱|功能"
)
_STEMS = ("subscri", "opt", "start", "resume", "stop", "me back", "me up", "恢复", "重新", "退订")
_SENTENCE = Lazy(r"[^.!?\n]+[.!?\n]*")


def opt_ins(text: str) -> Iterator[Candidate]:
    """The wishes of a normalised text to have the texts again."""
    if not any(stem in text for stem in _STEMS):
        return
    for found in _SPOKEN_OF.finditer(text):
        sentence = next(one for one in _SENTENCE.finditer(text) if one.start() <= found.start() < one.end())
        clause = _clause(text, found)
        doubts = {
            doubt
            for doubt, pattern, where in (
                (Doubt.QUESTION, _QUESTION, sentence[0]),
                (Doubt.CONDITION, _CONDITION, sentence[0]),
                (Doubt.REPORTED, _REPORTED, sentence[0]),
                (Doubt.NEGATED, _DENIED, text),
                (Doubt.OTHER_OBJECT, _OTHER_OBJECT, sentence[0]),
            )
            if pattern.search(where)
        }
        if not doubts and not (_WISH_EN.fullmatch(clause) or _WISH_ZH.fullmatch(clause)):
            doubts = {Doubt.AMONG_OTHER_WORDS}
        rule = Rule.CANCELS_AN_OPT_OUT if _CANCELS.match(found[0]) else Rule.IN_WORDS
        yield Candidate(Intent.OPT_IN, rule, found.span(), None, frozenset(doubts))


def _clause(text: str, found: re.Match[str]) -> str:
    start = max((edge.end() for edge in re.finditer(r"[,.!?;\n]", text[: found.start()])), default=0)
    edge = re.search(r"[,.!?;\n]", text[found.end() :])
    return text[start : found.end() + edge.start() if edge else len(text)].strip()
