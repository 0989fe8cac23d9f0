"""Takes the service's own texts out of a reply, however they come back: quoted, forwarded, echoed, cut off.

The reply is aligned with the bodies that were really sent to its number, letters and digits only, so that
quotation marks, line breaks, width, case and punctuation make no difference. What matches is ours when it is
more than a person would repeat by chance: a long stretch, a whole sentence, the beginning with the signature,
or nearly all of what stands in quotation marks. A score, a label or a keyword of ours is none of these, so
who answers with our own words ("非常满意", "STOP") is still heard.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

SEED = 3  # letters that must agree before a stretch is looked at
LONG = 10.0  # weight of a stretch that nobody writes by chance: ten characters, seven words
SENTENCE = 4.0  # weight of a whole sentence of ours ("退订回T")
BEGINNING = 3.0  # weight of our beginning, signature included, or of a beginning or end at an ellipsis
IN_QUOTES = 7.0  # weight of what stands in quotation marks and is nearly all ours
WORD = 1.5  # weight of a Latin word; a Chinese character and a number weigh 1
SWAP = 4  # letters that may differ between two stretches of ours: a name, a character that was lost

Span = tuple[int, int]

_BREAK = re.compile(r"[。！？!?；;…\n】]|\.(?!\d)|(?<=\w):(?=\s)")
_QUOTED = re.compile('[“"「『„«]([^”"」』“»]{4,}?)[”"」』“»]')
_ELLIPSIS = re.compile(r"…|\.\.")
_BLANKS = " \t\r\n\u00a0\u2009\u200a\u200b\u200e\u200f\u202f\u3000\ufeff"
_BEFORE = "“\"'‘「『„«([（【<>|…*_~-—" + _BLANKS
_AFTER = "”\"'’」』“»)]）】>.。!！,，;；:：…*_~-—" + _BLANKS
_SIGNATURE = re.compile(r"[【\[][^【】\[\]\n]{1,16}[】\]]\s*\Z")


@dataclass(frozen=True, slots=True)
class Apart:
    """A reply apart from what is ours in it.

    `text` is what is left, lines and punctuation kept; `framed` the reply with `QUOTE` in the place of each
    stretch of ours; `spans` where those were; `weight` of all of them together, 0 for none.
    """

    text: str
    framed: str
    spans: tuple[Span, ...] = ()
    weight: float = 0.0


QUOTE = '"our own words"'


@dataclass(frozen=True, slots=True)
class _Letters:
    """A text as letters and digits alone: each one, where it stood, and whether a word begins there."""

    text: str
    places: tuple[int, ...]
    starts: tuple[bool, ...]

    def weight(self, start: int, end: int) -> float:
        return sum(_weight(self.text[at]) for at in range(start, end) if self.starts[at] or at == start)

    def at(self, place: int) -> int:
        """How many letters stand before a place of the raw text."""
        low, high = 0, len(self.places)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.places[middle] < place else (low, middle)
        return low


@dataclass(frozen=True, slots=True)
class _Body:
    letters: _Letters
    seeds: dict[str, tuple[int, ...]]
    sentences: frozenset[Span]  # in letters; those that begin with a key ("5 very satisfied") left out
    signed: int  # letters of the signature


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters `start` to `end` of the reply that stand in a body from `there` on."""

    start: int
    end: int
    body: _Body
    there: int

    @property
    def there_end(self) -> int:
        return self.there + self.end - self.start


def take_out(reply: str, bodies: Iterable[str]) -> Apart:
    """`reply` without what it holds of `bodies`, the texts that were sent. Pure; any texts will do."""
    sent = [_body(body) for body in dict.fromkeys(bodies) if body.strip()]
    if not sent:
        return Apart(reply, reply)
    if "&" in reply:
        from html import unescape  # its table is large, and hardly a text needs it

        reply = unescape(reply)
    letters = _letters(reply)
    runs = list(_runs(letters, sent, reply))
    spans = _joined(runs, _certain(runs, letters, reply), letters, reply)
    if not spans:
        return Apart(reply, reply)
    weight = sum(letters.weight(start, end) for start, end in spans)
    return Apart(*_without(reply, letters, spans), tuple(_raw(letters, span) for span in spans), weight)


def _weight(letter: str) -> float:
    return WORD if letter.isalpha() and not _ideograph(letter) else 1.0


def _ideograph(letter: str) -> bool:
    return "\u3040" <= letter <= "\u9fff" or "\uac00" <= letter <= "\ud7ff" or letter >= "\U00020000"


@lru_cache(maxsize=256)
def _body(text: str) -> _Body:
    letters = _letters(text)
    seeds: dict[str, list[int]] = {}
    for at in range(len(letters.text) - SEED + 1):
        seeds.setdefault(letters.text[at : at + SEED], []).append(at)
    edges = [0, *(letters.at(found.end()) for found in _BREAK.finditer(text)), len(letters.text)]
    signature = re.match(r"\s*(?:【[^】\n]{1,16}】|\[[^\]\n]{1,16}\]|[^\n:：。.,，]{1,20}[:：](?=\s))", text)
    signed = letters.at(signature.end()) if signature else 0
    sentences = {
        (start, end)
        for start in {*edges, signed}
        for end in edges
        if start < end and letters.weight(start, end) >= SENTENCE and not _keyed(letters, start)
        if not any(start < edge < end for edge in edges)
    }
    return _Body(letters, {key: tuple(at) for key, at in seeds.items()}, frozenset(sentences), signed)


def _keyed(letters: _Letters, start: int) -> bool:
    """Whether a score or a letter to answer with stands there: "5非常满意", "A. very good"."""
    first = letters.text[start]
    alone = start + 1 < len(letters.text) and letters.starts[start + 1]
    return first.isdigit() or (first.isascii() and alone and first not in "ai")


def _letters(text: str) -> _Letters:
    found: list[str] = []
    places: list[int] = []
    starts: list[bool] = []
    apart = True  # whether the letter before, if any, is of another word
    for place, raw in enumerate(text):
        for letter in raw.lower() if raw.isascii() else unicodedata.normalize("NFKC", raw).casefold():
            if not letter.isalnum():
                apart = apart or (
                    letter not in "'’‘`\u200b\u00ad\ufffd" and not unicodedata.combining(letter)
                )
                continue
            before = found[-1] if found else " "
            kin = before.isdigit() == letter.isdigit() and not _ideograph(before) and not _ideograph(letter)
            found.append(letter)
            places.append(place)
            starts.append(apart or not kin)
            apart = False
    return _Letters("".join(found), tuple(places), tuple(starts))


def _runs(letters: _Letters, sent: Sequence[_Body], reply: str) -> Iterator[_Run]:
    """The longest stretches that the reply shares with a body, from left to right, whole words only."""
    at = 0
    while at + SEED <= len(letters.text):
        best = _longest(letters, at, sent) if _may_begin(letters, at, reply) else None
        if best is None or best.end <= at:
            at += 1
            continue
        yield best
        at = best.end


def _may_begin(letters: _Letters, at: int, reply: str) -> bool:
    place = letters.places[at]
    return letters.starts[at] or at == 0 or (place > 0 and reply[place - 1] in '…“"')


def _longest(letters: _Letters, at: int, sent: Sequence[_Body]) -> _Run | None:
    best: _Run | None = None
    text = letters.text
    for body in sent:
        theirs = body.letters.text
        for there in body.seeds.get(text[at : at + SEED], ()):
            end, other = at + SEED, there + SEED
            while end < len(text) and other < len(theirs) and text[end] == theirs[other]:
                end, other = end + 1, other + 1
            while at < end < len(text) and not letters.starts[end]:
                end -= 1  # "texting" is not our "text"
            if best is None or end > best.end:
                best = _Run(at, end, body, there)
    return best


def _certain(runs: Sequence[_Run], letters: _Letters, reply: str) -> list[bool]:
    """Which stretches are ours by themselves."""
    quoted = [(letters.at(found.start(1)), letters.at(found.end(1))) for found in _QUOTED.finditer(reply)]
    certain = [_by_itself(run, letters, reply) for run in runs]
    for start, end in quoted:
        inside = [at for at, run in enumerate(runs) if start <= run.start and run.end <= end]
        held = sum(runs[at].end - runs[at].start for at in inside)
        if inside and held >= 0.8 * (end - start) and letters.weight(start, end) >= IN_QUOTES:
            for at in inside:
                certain[at] = True
    return certain


def _by_itself(run: _Run, letters: _Letters, reply: str) -> bool:
    weight = letters.weight(run.start, run.end)
    if weight >= LONG:
        return True
    if any(run.there <= start and end <= run.there_end for start, end in run.body.sentences):
        return True
    if weight < BEGINNING:
        return False
    raw_start, raw_end = _raw(letters, (run.start, run.end))
    begins = run.there == 0 and run.there_end > run.body.signed > 0
    cut_behind = run.there in (0, run.body.signed) and _ELLIPSIS.match(reply[raw_end:].lstrip(" ,.，"))
    ends = run.there_end == len(run.body.letters.text)
    cut_before = ends and _ELLIPSIS.search(reply[max(0, raw_start - 3) : raw_start])
    return begins or bool(cut_behind) or bool(cut_before)


def _joined(runs: Sequence[_Run], certain: list[bool], letters: _Letters, reply: str) -> list[Span]:
    """The stretches that are ours, neighbours that go on in the same body joined, in letters."""
    for order in (range(1, len(runs)), range(len(runs) - 1, 0, -1)):
        for at in order:
            if certain[at - 1] != certain[at] and _goes_on(runs[at - 1], runs[at], letters, reply):
                certain[at - 1] = certain[at] = True
    spans: list[Span] = []
    last: _Run | None = None
    for run, ours in zip(runs, certain, strict=True):
        if not ours:
            continue
        if last is not None and spans and _goes_on(last, run, letters, reply):
            spans[-1] = (spans[-1][0], run.end)
        else:
            spans.append((run.start, run.end))
        last = run
    ends = {run.end: run for run, ours in zip(runs, certain, strict=True) if ours}
    given_back = [(start, _answer_at(ends[end], letters, reply)) for start, end in spans]
    return [(start, end) for start, end in given_back if start < end]


def _goes_on(one: _Run, other: _Run, letters: _Letters, reply: str) -> bool:
    """Whether `other` continues `one` in the same body, with nothing but a swap between them."""
    if one.body is not other.body or not one.there_end <= other.there:
        return False
    between, there = other.start - one.end, other.there - one.there_end
    if between == there == 0:
        return True
    gap = reply[letters.places[one.end - 1] + 1 : letters.places[other.start]]
    return between <= SWAP and 0 < there <= 3 * SWAP and "\n" not in gap


def _answer_at(run: _Run, letters: _Letters, reply: str) -> int:
    """Where a stretch of ours ends: before the line in which it ends, if ours was cut off before and hardly a
    word there is the same by chance ("... reply 1 to 5\\n5", where our text reads "1 to 5, 5 is best")."""
    if run.there_end == len(run.body.letters.text):
        return run.end
    line = reply.rfind("\n", 0, letters.places[run.end - 1]) + 1
    first = letters.at(line)
    if (
        line
        and run.start < first < run.end
        and letters.weight(first, run.end) <= 2
        and reply[line] not in ">|"
    ):
        return first
    return run.end


def _raw(letters: _Letters, span: Span) -> Span:
    return letters.places[span[0]], letters.places[span[1] - 1] + 1


def _without(reply: str, letters: _Letters, spans: Sequence[Span]) -> tuple[str, str]:
    left: list[str] = []
    framed: list[str] = []
    at = 0
    for span in spans:
        start, end = _raw(letters, span)
        before = reply[at:start].rstrip(_BEFORE)
        before = _SIGNATURE.sub("", before).rstrip(_BEFORE) if before[-1:] in "】]" else before
        while end < len(reply) and reply[end] in _AFTER:
            end += 1
        left.append(before)
        framed += (before, QUOTE)
        at = end
    left.append(reply[at:])
    framed.append(reply[at:])
    return "\n".join(one for one in left if one.strip()), " ".join(framed)
