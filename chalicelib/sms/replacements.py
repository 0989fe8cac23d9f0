"""What can stand for a character that GSM-7 does not have, without saying anything else."""

from __future__ import annotations

import unicodedata

_TYPOGRAPHY = {
    "'": "‘’‚‛′ʼʹ`´",
    '"': "“”„‟″«»",
    "<": "‹",
    ">": "›",
    "-": "‐‑‒–—―−⁃",
    "*": "•‣∙●▪",
    "/": "∕⁄",
    " ": "\t\u1680\u2028\u2029",
    "": "\u00ad\u200b\u2060\ufeff\u200e\u200f",  # invisible: soft hyphen, zero width space, direction
}
_REPLACEMENTS = {ord(old): new for new, olds in _TYPOGRAPHY.items() for old in olds}
# How Unicode says that the compatible character is the same one in another dress. Superscripts and
# fractions are left out: 10² is not 102.
_SAME = ("<wide>", "<narrow>", "<noBreak>", "<compat>")


def replacement(cluster: str) -> str | None:
    """A text that says the same as `cluster` and more likely fits GSM-7, else None.

    >>> replacement("…"), replacement("Ａ"), replacement("e\u0301"), replacement("ç")
    ('...', 'A', 'é', None)
    """
    offered = unicodedata.normalize("NFC", "".join(map(_one, cluster)))
    return None if offered == cluster else offered


def _one(character: str) -> str:
    typographic = _REPLACEMENTS.get(ord(character))
    if typographic is not None:
        return typographic
    if unicodedata.decomposition(character).startswith(_SAME):
        return unicodedata.normalize("NFKC", character)
    return character
