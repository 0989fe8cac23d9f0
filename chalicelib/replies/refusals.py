"""Finds in plain words that the texts are to end: said, said before, denied or asked about.

Each function takes a normalised text and gives the span of the evidence, or what speaks against a no.
"""

from __future__ import annotations

import re

from chalicelib.replies import consent_en as en
from chalicelib.replies import consent_es as es
from chalicelib.replies import consent_zh as zh
from chalicelib.replies.candidates import Doubt
from chalicelib.replies.consent_objects import other_objects, sends_another_thing
from chalicelib.replies.lazy import Lazy

Span = tuple[int, int]

# "I texted STOP and you still send these": what was said before counts as said now.
_SAID_BEFORE_EN = (
    r"\b(?:i(?:'ve|'d| have| had)?|we(?:'ve)?|already)\s(?:(?:already|just|even|clearly|have|keep|kept|now"
    r"|literally)\s)*"
    r"(?:text(?:ed|ing)?|sent|send(?:ing)?|repl(?:ied|y|ying)|typed?|wrote|said|say(?:ing)?|answered|put"
    r"|requested"
    r"|(?:told|asked|begged|telling|asking) (?:you|u|y'?all|them|ya|skylark)(?: guys| people)?(?: to)?"
    r"|opted|unsubscribed)\b"
)
_THE_NO_EN = (
    r"[^.!?\n]{0,24}?\b(?:stop(?! (?:the|my|charging|billing|calling|it from|auto)(?! (?:texts?|msgs?"
    r"|messages?|sms)))"
    r"|unsub\w*|opt(?:ed)?[\s-]?out|td|退订)\b"
)
_STILL_EN = (
    r".{0,60}?\b(?:still|again|keep|kept|continue|why|every time|yet|anyways?|another|more|won'?t stop"
    r"|ignor\w*|nothing happens"
    r"|(?:doesn'?t|didn'?t|don'?t) work)\b"
)
_TEXTS_GO_ON = Lazy(
    rf"\b(?:{en.TEXTS}|sen[dt]\w*|ge?t(?:ting)?(?! (?:charg|bill|debit))|got(?! (?:charg|bill|debit))"
    rf"|receiv\w*|these|this|spam\w*|contact\w*|bother\w*|opt me|subscrib\w*"
    r"|re-?subscrib\w*|coming|keep|kept|ignor\w*|work|happens)\b|still\W*\Z|again\W*\Z"
)
_REPORTED_EN = Lazy(f"{_SAID_BEFORE_EN}(?:{_THE_NO_EN}|(?<=opted)[\\s-]out\\b|(?<=unsubscribed)){_STILL_EN}")
_AFTER_IT_EN = Lazy(
    rf"\bstill\b.{{0,40}}\b(?:after|even though|though|although|when"
    rf"|since)\b.{{0,12}}(?:{_SAID_BEFORE_EN}{_THE_NO_EN}|\b(?:texting|sending|replying"
    rf"|saying|typing)\b{_THE_NO_EN}|\b(?:unsubscrib\w+|opting out))"
)
_ALREADY_SAID = Lazy(
    r"\b(?:i(?:'ve| have)?|we)\s(?:already|just)\s(?:\w+\s){0,3}?"
    r"(?:texted|sent|replied|typed|said|answered|put|wrote)\s(?:\w+\s){0,2}?"
    r"\"?(?:stop(?:all)?|unsub\w*|td|退订)\"?(?:\s(?:once|twice|\w+ times|before|already|yesterday))?\W*\Z"
    r"|\bfor the (?:\w+ )?time\W+(?:i (?:said|say) )?(?:stop|unsub\w*)\W*\Z"
)
_REPORTED_ZH = Lazy(
    r"(?:回复?|发送?|按|打|输入?|选)(?:了|过)*(?:好?几?[一二三四五六七八九十两\d多]*[次遍回条个])?(?:了"
    r"|过)?\W{0,2}"
    r"(?:td|t|退订|stop|n|拒收|取消)(?![a-z])\W{0,2}(?:[^,.!?;]{0,6}?[次遍回]|了|过)*[^?]{0,14}?"
    r"(?:还(?!是[nr\d])|又|怎么|为什么|为啥|仍|照样|继续|依然|没用|没有用|不管用|没反应|不停).{0,8}?(?:发"
    r"|收|来|推|骚扰|用|应|停|有|烦|\Z)"
)


def refused_before(text: str) -> Span | None:
    """Where somebody says that they said no before and the texts went on."""
    for pattern in (_REPORTED_EN, _AFTER_IT_EN):
        found = pattern.search(text)
        if found and (pattern is _AFTER_IT_EN or _TEXTS_GO_ON.search(text, found.start())):
            return None if _NOT_SAID.search(text[: found.start()]) else found.span()
    found = _ALREADY_SAID.search(text) if text.isascii() else _REPORTED_ZH.search(text)
    return found.span() if found else None


_NOT_SAID = re.compile(r"\b(?:if|never|should|when)\s\Z")


def denied_zh(text: str) -> Doubt | None:
    """Why a Chinese opt-out in the text is none for certain."""
    if (
        "退订" not in text
        and "订阅" not in text
        and "停" not in text
        and "取消" not in text
        and "拒收" not in text
    ):
        return None
    if zh.NOT_OUT.search(text):
        return Doubt.NEGATED
    asked = zh.ASKED.search(text)
    if asked is None or zh.UNSUB_STILL.search(text):
        return None
    others = other_objects(text, asked.span())
    return Doubt.OTHER_OBJECT if Doubt.OTHER_OBJECT in others else Doubt.QUESTION


def denied_en(text: str) -> Doubt | None:
    """Why an English opt-out in the text is none for certain."""
    denied = en.NOT_OUT.search(text)
    if denied and not en.SUBJECT.search(text[: denied.start()]):
        rest = denied["rest"].strip(" .,!?")
        of_texts = rest in ("", "me", "it", "please", "pls", "them", "now", "this") or en.ABOUT_TEXTS.search(
            rest
        )
        return Doubt.NEGATED if of_texts else Doubt.OTHER_OBJECT
    return Doubt.QUESTION if en.ASKED.search(text) else None


def says_no_en(text: str) -> Span | None:
    """Where a text says in English that the texts are to end."""
    if en.REPORTED.search(text):
        return None
    for pattern in (en.DONT_WANT, en.NO_MORE, en.NO_MORE_OF_THEM, en.REMOVE, en.CEASE_AND_DESIST, en.PINYIN):
        if found := pattern.search(text):
            return found.span()
    if found := en.DONT_AT_ALL.match(text):
        return found.span()
    for found in en.CEASE.finditer(text):
        if _ceases(found, text):
            return found.span()
    for found in en.DONT.finditer(text):
        if not en.ON_CONDITION.match(text, found.end()) and not sends_another_thing(text[found.start() :]):
            return found.span()
    return None


def says_no_es(text: str) -> Span | None:
    """Where a text says in Spanish that the texts are to end."""
    found = es.SAYS_NO.search(text)
    return found.span() if found else None


def _ceases(found: re.Match[str], text: str) -> bool:
    before = text[: found.start()]
    if en.HALTED_SUBJECT.search(before) and not en.ASKING.search(before):
        return False  # "my texts stop ..."
    if found["what"] and not found["texts"]:
        following = en.SENT_HERE.match(found["what"].strip())
        if following is None or (following["word"] and following["word"] not in en.AFTERWORDS):
            return False  # "stop sending me wrong bills", "stop sending me to voicemail"
        if sends_another_thing(text[found.start() :]):
            return False  # "stop sending me the wrong bill"
    if found["tail"] and found["tail"].strip() not in en.AFTERWORDS:
        return False  # "stop text delays"
    return found["verb"] != "end" or en.END_THEM.match(found[0]) is not None


_BY_A_SERVICE = re.compile("[向给为对]您")  # 我们不再向您发送短信: who asks for it says 我


def says_no_zh(text: str) -> Span | None:
    """Where a text says in Chinese that the texts are to end."""
    found = zh.DONT.search(text)
    if found and not zh.OTHER_STOP.match(found[0]) and not zh.EXPECTED.search(found[0]):
        before = text[max(0, found.start() - 4) : found.start()]
        if not zh.NO_WISH.search(before) and not _BY_A_SERVICE.search(found[0]):
            return found.span()
    for pattern in (zh.UNSUB_STILL, zh.BARE, zh.UNSUB):
        found = pattern.search(text)
        if found and not _BY_A_SERVICE.search(text, max(0, found.start() - 2), found.end()):
            return found.span()
    return None
