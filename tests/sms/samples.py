"""Texts that are hard to count, made from a seed: the same ones on every run."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from chalicelib.sms.clusters import _TABLE

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡"
    "ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = "^{}\\[~]|€\f"

# Things a reader sees as one, which no segment boundary may cut.
WHOLES = (
    "👨‍👩‍👧‍👦",  # family
    "👩🏽‍🚀",  # skin tone and profession
    "👍🏽",
    "🇨🇳",
    "🇺🇸",
    "❤️",
    "1️⃣",
    "e\u0301",
    "o\u0323\u0302",
    "\u1112\u1161\u11ab",  # Hangul jamo
    "नि",
    "🎂",
)
LOOSE = (
    "a",
    "é",
    "€",
    "|",
    "中",
    "文",
    "，",
    "’",
    " ",
    "\r\n",
    "\n",
    "한",
    "🥰",
    "🧑🏽‍🤝‍🧑🏻",
    "\u200b",
    "ç",
)


def hard_texts(seed: int, number: int) -> Iterator[str]:
    """`number` texts around every boundary: all of GSM-7, escapes at 153, clusters at 67, halves of pairs."""
    pick = random.Random(seed)
    makers: tuple[Callable[[random.Random], str], ...] = (
        _gsm,
        _wholes,
        _one_kind,
        _mixed_kinds,
        _marks,
        _anything,
    )
    for turn in range(number):
        yield makers[turn % len(makers)](pick)


def _length(pick: random.Random) -> int:
    return pick.choice(
        (0, 1, 2, 23, 33, 34, 35, 66, 67, 68, 69, 70, 71, 133, 134, 135, 201, pick.randrange(300))
    )


def _gsm(pick: random.Random) -> str:
    def run(length: int) -> str:
        return "".join(pick.choice(BASIC) for _ in range(length))

    edge = pick.choice((150, 151, 152, 153, 158, 159, 160))
    return run(edge) + pick.choice(EXTENDED) * pick.randrange(4) + run(pick.randrange(320))


def _wholes(pick: random.Random) -> str:
    return "".join(pick.choice(WHOLES + LOOSE) for _ in range(_length(pick)))


def _of(pick: random.Random, kind: int) -> str:
    first, _, last = pick.choice(_TABLE[kind].split()).partition("-")
    return chr(pick.randint(int(first, 16), int(last or first, 16)))


def _one_kind(pick: random.Random) -> str:
    kind = pick.choice(list(_TABLE))
    return "中" * pick.randrange(80) + "".join(_of(pick, kind) for _ in range(_length(pick)))


def _mixed_kinds(pick: random.Random) -> str:
    kinds = pick.sample(list(_TABLE), 3)
    loose = pick.choice(LOOSE)
    return "".join(pick.choice((_of(pick, pick.choice(kinds)), loose)) for _ in range(_length(pick)))


def _marks(pick: random.Random) -> str:
    return (
        pick.choice(("", "x", "中")) * pick.randrange(72)
        + "e"
        + "\u0301" * pick.randrange(140)
        + pick.choice(LOOSE) * pick.randrange(90)
    )


def _anything(pick: random.Random) -> str:
    return "".join(chr(pick.randrange(0x110000)) for _ in range(_length(pick)))
