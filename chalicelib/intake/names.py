"""What a CRM holds as a name, as a name that a text can greet with; "" where it is none."""

from __future__ import annotations

import html
import re
import unicodedata

from chalicelib.intake.values import words

# What stands where nothing is known. Names that are also words are not here: somebody is called Null.
NOTHING = words(
    "n/a na n.a. #n/a null (null) nil none nan undefined unknown \\n tbd test tester testing xxx xx x "
    "无 空 未知 不详 暂无 没有 未填 未提供 无名 匿名 测试 测试用户 测试账号 null值 anonymous customer "
    "subscriber user 用户 客户 待定"
)
_TITLES = re.compile(
    r"^(?:mr|mrs|ms|miss|mx|dr|prof|professor|sir|madam|mme|herr|frau|sr|sra)\b\.?\s+(?=\S)", re.IGNORECASE
)
_TITLE_ALONE = re.compile(
    r"(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|先生|女士|小姐|太太|老师|经理|先生/女士|同志)\.?", re.IGNORECASE
)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f'’.\- ]+")
_LAST_FIRST = re.compile(r"([^,]+),\s*([^,]+)")
_SUFFIX = re.compile(r"(?:jr|sr|ii|iii|iv|phd|md|esq)\.?", re.IGNORECASE)
_QUOTES = re.compile(r'"([^"]*)"|(?<!\d)"')  # around words, or a stray one; 5" is five inches
_JOINERS = "\u200c\u200d"


LONGEST = max(map(len, NOTHING))


def is_nothing(written: str) -> bool:
    """Whether a cell that is not empty says that nothing is known: N/A, NULL, -, 无 ..."""
    if written[0].isdigit() or (len(written) > LONGEST and written[0].isalpha()):
        return False
    found = unicodedata.normalize("NFKC", written).strip().casefold()
    return found in NOTHING or not re.search(r"[^\s\-–—_./\\*?#]", found)


def name_of(written: str) -> str:
    """The name without titles, entities and invisible marks, the given name first, capitals only where names
    have them: `MR JOHN SMITH` and `Smith, John` are John Smith. "" for N/A, 测试, a title alone."""
    found = html.unescape(html.unescape(written))
    found = "".join(
        " " if unicodedata.category(one) in ("Cc", "Zl", "Zp") else one
        for one in found
        if unicodedata.category(one) != "Cf" or one in _JOINERS
    )
    found = re.sub(r"\s+", " ", _QUOTES.sub(r"\1", found)).strip(" ,;'")
    if not found or is_nothing(found) or _TITLE_ALONE.fullmatch(found):
        return ""
    order = _LAST_FIRST.fullmatch(found)
    if order and _LATIN.fullmatch(found.replace(",", "")) and not _SUFFIX.fullmatch(order[2].strip()):
        found = f"{order[2]} {order[1]}".strip()
    if _LATIN.fullmatch(found):
        while (bare := _TITLES.sub("", found)) != found:
            found = bare
        if found.isupper() and len(found) > 3:
            found = _capitals(found)
    return found


def _capitals(name: str) -> str:
    return re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), name)
