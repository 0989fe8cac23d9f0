"""In which encoding a file of lines is, by what its bytes say from beginning to end.

UTF-8 is a matter of proof: lines that hold more than ASCII and are valid UTF-8 stand against those that
are not, so that one bad byte does not turn a file into Chinese of another encoding. Between GB18030,
Big5 and Windows-1252 it is a matter of likelihood: common characters against what nobody writes.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

BLOCK = 1 << 20
JUDGED = 20_000  # lines with more than ASCII that the likelihood is taken from
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}

# Characters of names and headings, simplified and traditional, that speak for an encoding.
_COMMON = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟"
    "汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文欧阳小大明国华建军芳丽敏静"
    "强磊洋勇艳杰娟涛超秀兰霞平刚桂英伟娜省市区县套餐姓名号码手机生日男女北京上海广东南长沙深圳湖云通客户状态语言中文正常"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻餘鍾範譚鄒陸顧龍萬錢湯賴龔歐陽國華軍麗靜強艷傑濤蘭剛偉縣號碼廣東"
    "長灣臺港澳門雲戶狀態語電話號日期女士先生到期"
)


class Undecided(ValueError):
    """The bytes are no text in any encoding that is known here."""


@dataclass(frozen=True, slots=True)
class EncodingFound:
    """An encoding as Python names it, and how many lines cannot be read in it."""

    name: str
    bad_lines: int = 0


def encoding_of(stream: IO[bytes]) -> EncodingFound:
    """The encoding of a stream that can seek; it is read to its end once. Raises Undecided."""
    stream.seek(0)
    head = stream.read(BLOCK)
    if name := _UTF16.get(head[:2]) or _utf16_without_mark(head):
        return EncodingFound(name)
    if is_binary(head):
        raise Undecided
    utf8 = bad = 0
    judged: list[bytes] = []
    for line in lines_of(stream):
        if line.isascii():
            continue
        try:
            line.decode()
            utf8 += 1
        except UnicodeDecodeError:
            bad += 1
            if len(judged) < JUDGED:
                judged.append(line)
    if not bad or utf8 >= bad:
        return EncodingFound("utf-8-sig", bad)
    scores = {name: sum(map(score, judged)) for name, score in _SCORES.items()}
    return EncodingFound(max(scores, key=lambda name: scores[name]), 0)


def lines_of(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines of bytes from the beginning, ended by LF, CR or both, without their ends."""
    stream.seek(0)
    rest = b""
    while block := stream.read(BLOCK):
        if b"\r" in block or b"\r" in rest:
            *whole, rest = (rest + block).replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        else:
            *whole, rest = (rest + block).split(b"\n")
        yield from whole
    if rest:
        yield rest


def _utf16_without_mark(head: bytes) -> str:
    """The names and digits of a table have a zero in each second byte; which of the two says the order."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    pairs = max(len(head) // 2, 1)
    if odd > 0.2 * pairs and even <= 0.02 * pairs:
        return "utf-16-le"
    return "utf-16-be" if even > 0.2 * pairs and odd <= 0.02 * pairs else ""


def is_binary(head: bytes) -> bool:
    """Whether these first bytes are no text: control characters are more than one in fifty bytes, or NULs
    more than one in twenty. A few are a line's own trouble."""
    controls = len(head.translate(None, bytes(range(32, 256)) + b"\t\n\r\x0b\x0c\x1a\x1b\x00"))
    return controls > max(len(head) // 50, 64) or head.count(0) > max(len(head) // 20, 64)


def _pairs(line: bytes) -> Iterator[tuple[int, int]]:
    """Each byte above ASCII with the one after it, as double-byte encodings pair them; 0 at the end."""
    at = 0
    while at < len(line):
        lead = line[at]
        at += 1
        if lead >= 0x80:
            yield lead, line[at] if at < len(line) else 0
            at += 1


def _gb18030(line: bytes) -> float:
    score = 0.0
    for lead, trail in _pairs(line):
        if 0xB0 <= lead <= 0xD7 and trail >= 0xA1:  # the common characters of GB 2312
            score += 2 + _common(lead, trail, "gbk")
        elif (0xD8 <= lead <= 0xF7 and trail >= 0xA1) or (0xA1 <= lead <= 0xA3 and trail >= 0xA1):
            score += 0.5
        elif 0x81 <= lead <= 0xFE and trail >= 0x40 and trail != 0x7F:
            score -= 1.5
        else:
            score -= 8
    return score


def _big5(line: bytes) -> float:
    score = 0.0
    for lead, trail in _pairs(line):
        if not (0x40 <= trail <= 0x7E or 0xA1 <= trail <= 0xFE):
            score -= 8
        elif 0xA4 <= lead <= 0xC6:  # the common characters
            score += 1.8 + _common(lead, trail, "big5")
        elif 0xC9 <= lead <= 0xF9:
            score -= 0.5
        else:
            score += 0.2 if 0xA1 <= lead <= 0xA3 else -4
    return score


def _common(lead: int, trail: int, encoding: str) -> float:
    return 1.5 if bytes((lead, trail)).decode(encoding, "ignore") in _COMMON else 0.0


def _windows(line: bytes) -> float:
    score = 0.0
    for at, byte in enumerate(line):
        if byte < 0x80:
            continue
        beside = [line[n] for n in (at - 1, at + 1) if 0 <= n < len(line)]
        if byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D):
            score -= 8
        elif byte >= 0xC0 and byte not in (0xD7, 0xF7):
            lonely = all(one < 0x80 for one in beside)
            lettered = any(chr(one).isalpha() for one in beside if one < 0x80)
            score += 1.0 if lonely and lettered else -1.2
        else:
            score += 0.3 if byte in (0x92, 0x96, 0xA0, 0xAA, 0xBA, 0x8A, 0x9A, 0x8E, 0x9E) else -1.2
    return score


_SCORES = {"gb18030": _gb18030, "big5hkscs": _big5, "cp1252": _windows}


def unreadable(line: str) -> bool:
    """Whether a line holds a byte that its encoding does not have (they are read as lone surrogates)."""
    return (
        any("\udc80" <= one <= "\udcff" or one == "\ufffd" for one in line) if not line.isascii() else False
    )
