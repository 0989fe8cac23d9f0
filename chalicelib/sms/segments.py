"""A text as the network sees it: encoding, segments, and what makes it expensive.

Rules: 3GPP TS 23.038 (GSM 7-bit default alphabet and its extension table) and TS 23.040 9.2.3.24 (a
concatenated segment gives up 6 of its 140 octets for its header). Texts of one segment and texts
without clusters, nearly all of them, are counted by arithmetic; see `_is_plain`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€\f"  # each is sent as an escape and a character, two septets
_is_basic = re.compile(f"[{re.escape(_BASIC)}]*").fullmatch
_is_gsm = re.compile(f"[{re.escape(_BASIC + _EXTENDED)}]*").fullmatch
_extended = re.compile(f"[{re.escape(_EXTENDED)}]")
# Characters of the basic plane that never stick to their neighbours, so that every cluster is one UTF-16
# unit: Latin, Greek, punctuation, Han, Kana, Hangul syllables... Coarse; the exact table is clusters.py.
_is_plain = re.compile(
    "[\x00-\u02ff\u0370-\u0482\u1e00-\u200b\u200e-\u20cf\u2100-\u2cee\u2e00-\u3029\u3030-\u3098"
    "\u309b-\ua66e\uac00-\ud7a3\uf900-\ufb1d\ufe30-\uff9d\uffa0-\uffff]*"
).fullmatch
_has_half = re.compile("[\ud800-\udfff]").search

GSM_ALONE, GSM_JOINED = 160, 153
UCS_ALONE, UCS_JOINED = 70, 67
_ESCAPE = "\x1b"


@dataclass(frozen=True, slots=True)
class Counted:
    """What a text costs. `units` are septets (GSM-7), UTF-16 units (UCS-2) or characters (mode cn)."""

    encoding: str  # "GSM-7" | "UCS-2"
    segments: int  # at least 1: an empty text is sent as one
    units: int


@dataclass(frozen=True, slots=True)
class Offender:
    """A character (a whole cluster) that GSM-7 does not have, and what could stand for it, if anything."""

    index: int  # in code points, from 0
    character: str
    replacement: str | None  # says the same and is all GSM-7; "" when it is invisible


def count(text: str, mode: str = "network") -> Counted:
    """Encoding, segments and units of `text`.

    `network`: GSM-7 160 septets, 153 each when joined, an escaped pair never split; UCS-2 70 UTF-16
    units, 67 when joined, surrogate pairs and grapheme clusters never split.
    `cn`: mainland China bills by characters (code points), each counts one whatever it is, 70, then 67;
    the encoding still says what is in the text. Pure arithmetic, as the bill is.
    Raises ValueError for another mode.
    """
    if mode == "cn":
        units = len(text)
        return Counted(
            "GSM-7" if _is_gsm(text) else "UCS-2", _arithmetic(units, UCS_ALONE, UCS_JOINED), units
        )
    if mode != "network":
        raise ValueError(f'counting mode {mode!r}: expected "network" or "cn"')
    if _is_basic(text):
        units = len(text)
        return Counted("GSM-7", _arithmetic(units, GSM_ALONE, GSM_JOINED), units)
    if _is_gsm(text):
        units = len(text) + len(_extended.findall(text))
        return Counted("GSM-7", 1 if units <= GSM_ALONE else len(_split_gsm(text)), units)
    if _is_plain(text):
        units = len(text)
        return Counted("UCS-2", _arithmetic(units, UCS_ALONE, UCS_JOINED), units)
    units = _utf16_units(text)
    return Counted("UCS-2", 1 if units <= UCS_ALONE else len(_split_ucs(text)), units)


def split(text: str, mode: str = "network") -> list[str]:
    """The bodies of the segments that `count` counts; together they are `text`.

    A cluster longer than a segment (dozens of marks on one letter) is not cut: it makes a body that is
    too long, after an empty one when it comes first, which is how calculators count it.
    In mode `cn` clusters may be cut. Raises ValueError for another mode than `count` knows.
    """
    counted = count(text, mode)
    if counted.segments == 1:
        return [text]
    if mode == "cn":
        return [text[start : start + UCS_JOINED] for start in range(0, len(text), UCS_JOINED)]
    return _split_gsm(text) if counted.encoding == "GSM-7" else _split_ucs(text)


def why_ucs2(text: str) -> list[Offender]:
    """The characters that make `text` UCS-2, in order, repeats included; empty when it is GSM-7.

    A replacement is offered only where nothing is lost: typographic quotes, dashes and spaces, full
    width forms, ligatures, a letter and its mark that GSM-7 has as one. An accent is never dropped.
    """
    if _is_gsm(text):
        return []
    from chalicelib.sms.clusters import clusters
    from chalicelib.sms.replacements import replacement

    found, index = [], 0
    for cluster in clusters(text):
        if not _is_gsm(cluster):
            offered = replacement(cluster)
            safe = offered is not None and _is_gsm(offered)
            found.append(Offender(index, cluster, offered if safe else None))
        index += len(cluster)
    return found


def _arithmetic(units: int, alone: int, joined: int) -> int:
    return 1 if units <= alone else -(-units // joined)


def _utf16_units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _split_gsm(text: str) -> list[str]:
    """Cut after 153 septets, or after 152 where that would part an escape from its character."""
    septets = _extended.sub(lambda found: _ESCAPE + found[0], text)
    bodies, start = [], 0
    while start < len(septets):
        end = start + GSM_JOINED
        if septets[end - 1 : end] == _ESCAPE:
            end -= 1
        bodies.append(septets[start:end].replace(_ESCAPE, ""))
        start = end
    return bodies


def _split_ucs(text: str) -> list[str]:
    """Cut between clusters, 67 units at most; `text` is known to be longer than one segment."""
    if _is_plain(text):
        return [text[start : start + UCS_JOINED] for start in range(0, len(text), UCS_JOINED)]
    import chalicelib.sms.clusters as reader  # only here: few texts need it

    if _has_half(text):  # two halves that stand side by side are one character to the network
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
    if reader.has_crowd(text):
        return _pack((cluster, _utf16_units(cluster)) for cluster in reader.clusters(text))

    # Every cluster is a small part of a segment, so that bodies can be cut one after the other, and clusters
    # need looking at only where a cut would fall.
    bodies, start = [], 0
    while start < len(text):
        end = min(start + UCS_JOINED, len(text))
        units = _utf16_units(text[start:end])
        while units > UCS_JOINED:
            end -= 1
            units -= 2 if text[end] > "\uffff" else 1
        if end < len(text) and reader.sociable.search(text, end - 1, end + 1):
            whole = end
            while whole > start and reader.sociable.search(text, whole - 1, whole + 1):
                whole -= 1
            for cluster in reader.clusters(text[whole : end + 1]):
                if whole + len(cluster) > end:
                    break
                whole += len(cluster)
            end = whole
        bodies.append(text[start:end])
        start = end
    return bodies


def _pack(pieces: Iterable[tuple[str, int]]) -> list[str]:
    """Fill bodies with pieces of (text, units). The first is filled as if it were the only one; when a
    second is needed, what the header then takes the place of moves there."""
    bodies: list[str] = []
    body: list[tuple[str, int]] = []
    used, limit = 0, UCS_ALONE
    for piece, units in pieces:
        if used + units > limit:
            moved: list[tuple[str, int]] = []
            while not bodies and used > UCS_JOINED:
                moved.insert(0, body.pop())
                used -= moved[0][1]
            bodies.append("".join(text for text, _ in body))
            body, used, limit = moved, sum(size for _, size in moved), UCS_JOINED
        body.append((piece, units))
        used += units
    return [*bodies, "".join(text for text, _ in body)]
