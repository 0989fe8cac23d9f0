"""A second opinion on a reply: how probable the kind is that the rules read, from characters and words alone.

A multinomial logistic model, trained from the project's own labelled replies (`python -m local.train_reader`)
and never from subscribers'. It may only doubt: where it finds the rules' decision improbable, the reply is
asked back or shown to a person, never the other way round. The weights lie in `second_reader.bin`, one signed
byte for each class and hashed feature.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from zlib import crc32

CLASSES = ("rating", "opt_out", "opt_in", "not_me", "other")
BUCKETS = 1 << 14
WEIGHTS = Path(__file__).with_name("second_reader.bin")
SCALE = 24.0  # a weight of 1 as a signed byte
LONGEST = 160  # characters that are looked at: what decides stands at the beginning

_PIECES = re.compile(r"\d+|[a-z']+|[一-鿿]+|[^\sa-z\d一-鿿]")
_HAN_NUMERAL = re.compile("[一二三四五六七八九十两]+(?=[分星颗个天次年月块小])")


def _pieces(text: str) -> list[str]:
    """The words of a text, each Chinese character and each mark apart."""
    pieces: list[str] = []
    for piece in _PIECES.findall(_HAN_NUMERAL.sub("0", text[:LONGEST])):
        if piece[0].isdigit():
            pieces.append("#" if len(piece) < 3 else "##")
        elif "一" <= piece[0] <= "鿿":
            pieces += piece
        else:
            pieces.append(piece)
    return pieces


def features(text: str) -> Iterator[str]:
    """What the model looks at in a normalised text: words, pairs of words, and pairs and triples of Chinese
    characters; every number is `#`, so that no score is learnt."""
    inside = _pieces(text)
    pieces = ["^", *inside, "$"]
    yield f"n{min(len(pieces), 40) // 4}"
    yield from inside
    for pair in pairwise(pieces):
        yield " ".join(pair)
    for triple in zip(pieces, pieces[1:], pieces[2:], strict=False):
        yield " ".join(triple)


DECISIONS = frozenset(CLASSES) - {"other"}
# What a decision must at least be worth. A no that is asked about keeps texts coming, so it is doubted last.
LEAST = {"rating": 0.12, "opt_in": 0.12, "not_me": 0.12, "opt_out": 0.02}
SHORT = 4  # pieces of a text; so short a one says too little to be doubted
REFUSAL = 0.95  # from which probability on a text that the rules do not understand is asked about


def doubts(text: str, kind: str) -> bool:
    """Whether the rules' reading of a normalised text as `kind` is improbable: a decision that the words do
    not bear out, or words of a refusal that the rules read as nothing."""
    if len(_pieces(text)) <= SHORT:
        return False
    if kind in DECISIONS:
        return probabilities(text)[kind] < LEAST[kind]
    return kind == "text" and probabilities(text)["opt_out"] > REFUSAL


def buckets(text: str) -> set[int]:
    """Where the weights of a text's features are."""
    return {crc32(one.encode()) % BUCKETS for one in features(text)}


def probabilities(text: str) -> Mapping[str, float]:
    """How probable each of CLASSES is for a normalised text; together 1."""
    weights = _weights()
    found = buckets(text)
    share = 1 / SCALE / math.sqrt(len(found))
    logits = [share * sum(row[one] for one in found) for row in weights]
    top = max(logits)
    powers = [math.exp(one - top) for one in logits]
    whole = sum(powers)
    return dict(zip(CLASSES, (one / whole for one in powers), strict=True))


@cache
def _weights() -> tuple[memoryview, ...]:
    """One row of signed bytes for each class, read when the first reply needs it."""
    held = memoryview(WEIGHTS.read_bytes()).cast("b")
    return tuple(held[place * BUCKETS : (place + 1) * BUCKETS] for place in range(len(CLASSES)))
