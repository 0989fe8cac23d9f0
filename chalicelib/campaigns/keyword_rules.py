"""Keywords that start a campaign when a subscriber writes one, and the words that nobody may take for that.

A keyword is all that was written, but for punctuation and courtesy. The words by which people end the texts,
have them again and ask for help mean the same in every campaign; `replies/wishes.py` reads them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.problems import Problem

STOP_WORDS: Final = (
    r"(?:stop|td|退订){2,}|stop\s?all|stop2end|st0p|stpo|stp|sotp|sopt|tsop|stopp|stop\s?(?:sms|text|texts|msg|msgs|messages?|messaging"
    r"|texting|it all|everything|all(?: messages| texts)?)?|un-?\s?su[bn]?s?c?r?i?b?s?c?r?i?b?e?d?|unsub"
    r"|cancel|end|quit|revoke|opt(?:ing)?[\s-]?out|remove|arret|dnc|do not contact|cease and desist"
    r"|退订|退定|退丁|推订|腿订|取消订阅|拒收|拒绝接收|停止|停发|td|t\s?d|t"
    r"|tuiding|tui ding|不订阅|退t|tt|qxdy|取消短信"
)
START_WORDS: Final = r"start|un-?stop"
HELP_WORDS: Final = r"help|info|帮助"
# N, R, 0, A and B are opt-outs in some places; YES and 恢复 are read as wishes beside others.
ALSO_TAKEN: Final = r"[nr]|yes|恢复|恢复接收|重新订阅|订阅|resubscribe|subscribe"
LONGEST: Final = 20  # characters: a keyword is typed on a phone

_TAKEN = re.compile(rf"(?:{STOP_WORDS}|{START_WORDS}|{HELP_WORDS}|{ALSO_TAKEN})\Z")
_AROUND = re.compile(r"\A[\W_]+|[\W_]+\Z")


def folded(text: str) -> str:
    """A keyword in one spelling: width and case folded, punctuation around it gone, blanks single."""
    return " ".join(_AROUND.sub("", unicodedata.normalize("NFKC", text).casefold()).split())


def is_taken(keyword: str) -> bool:
    """Whether the word ends the texts, brings them back or asks for help."""
    return _TAKEN.match(folded(keyword)) is not None


def keyword_problems(keywords: Iterable[str]) -> Iterator[Problem]:
    """What is wrong with the keywords of one campaign."""
    seen = set()
    for keyword in keywords:
        word = folded(keyword)
        if not word or len(word) > LONGEST:
            yield Problem(Code.NOT_A_KEYWORD, {"value": repr(keyword), "most": LONGEST}, "trigger.reply")
        elif is_taken(keyword):
            yield Problem(Code.KEYWORD_IS_TAKEN, {"value": repr(keyword)}, "trigger.reply")
        elif word in seen:
            yield Problem(Code.KEYWORD_TWICE, {"value": repr(keyword)}, "trigger.reply")
        seen.add(word)
