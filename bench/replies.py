"""Reading one reply, against one `unicodedata.normalize` and one compiled regular expression on it.

    python -m bench replies

Every reply is read as if for the first time: what the reader remembers of texts is forgotten before each.
"""

from __future__ import annotations

import re
import statistics
import sys
import unicodedata
from collections.abc import Callable

from bench.figure import Compared, Figure, compare, repeated
from chalicelib.campaigns.files import load_folder
from chalicelib.replies.reading import read
from chalicelib.replies.survey import Survey
from tests.support.factories import TEMPLATES

# As people write them: scores, words, reasons, wishes, questions.
REPLIES = (
    "9",
    "10分",
    "１０",
    "8分，师傅很准时",
    "满意",
    "不太满意，打了三次电话都没有人来",
    "给你们打5分吧，网还是断",
    "退订",
    "STOP",
    "Please stop texting me",
    "Thanks, 9",
    "I'd say 7 out of 10, the technician was late but friendly",
    "what is this about?",
    "宽带什么时候能修好？",
    "B",
)
SCORE = re.compile(r"(?<!\d)(10|[1-9])(?:分|/10)?(?!\d)")
TIMES = 300
BY_TEXT = 1024  # a cache of the reader that holds more than this is keyed by texts, not by surveys


def text_caches() -> list[Callable[[], None]]:
    """What empties the reader's caches of texts."""
    found = {}
    for name, module in list(sys.modules.items()):
        if name.startswith("chalicelib.replies"):
            for one in vars(module).values():
                if hasattr(one, "cache_parameters") and (one.cache_parameters()["maxsize"] or 0) > BY_TEXT:
                    found[id(one)] = one.cache_clear
    return list(found.values())


def measure(tiny: bool = False) -> list[Figure]:
    """The median over the replies above, under the shipped survey."""
    times, runs = (2, 1) if tiny else (TIMES, 9)
    raw = load_folder(TEMPLATES)["campaign#post-complaint-survey"]
    survey = Survey.from_dict(raw["survey"])
    found: dict[str, Compared] = {}
    forget = text_caches()
    for text in REPLIES:

        def ours(text: str = text) -> object:
            for one in forget:
                one()
            return read(text, survey)

        def floor(text: str = text) -> object:
            return SCORE.search(unicodedata.normalize("NFKC", text))

        found[text] = compare(repeated(ours, times), repeated(floor, times), runs)
    ours_us = statistics.median(one.ours for one in found.values()) / times * 1e6
    floor_us = statistics.median(one.floor for one in found.values()) / times * 1e6
    return [
        Figure(
            "replies-read",
            "reading one reply",
            statistics.median(one.ratio for one in found.values()),
            10,
            "x",
            floor=f"one NFKC and one regular expression, {floor_us:.2f} us",
            low=min(one.ratio for one in found.values()),
            high=max(one.ratio for one in found.values()),
            notes=f"{ours_us:.0f} us; spread over {len(REPLIES)} replies from a bare score to a sentence",
        )
    ]
