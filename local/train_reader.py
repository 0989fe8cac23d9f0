"""Train the second reader from the project's labelled replies: `python -m local.train_reader`.

made from it: a score before or behind what people write of the service, and counts, which are none.
made from it: a score before or behind what people write of the service, and counts, which give none.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Iterable, Iterator, Sequence

from chalicelib.replies.normalise import normalise
from chalicelib.replies.second_reader import BUCKETS, CLASSES, SCALE, WEIGHTS, buckets
from tests.replies.corpus import everything

SEED = 20261128
ROUNDS = 12
RATE = 1.2
SHRINK = 2e-5  # of each weight that is touched, at each step
MADE = 500  # counts with a unit, in each language

Labelled = tuple[str, frozenset[str]]  # a text, and the kinds that are right
Example = tuple[list[int], dict[int, float]]  # buckets; classes with their share of the label

RATING, NOTHING = frozenset({"rating"}), frozenset({"text", "ask"})
_BETWEEN = (
    " ",
    " ",
    ", ",
    ". ",
    " - ",
    "，",
    "。",
    "！",
    "分，",
    "分 ",
    "分。",
    "\n",
    ": ",
    "; ",
    "! ",
    "、",
)
_UNITS_ZH = """
    天 个月 个 次 遍 楼 层 小时 块钱 块 元 周 年 人 户 台 部 条 张 位 分钟 家 间 通 趟 回
    单 笔 号 点 栋 单元 G 兆 路 件 份 项
"""
_BEHIND_ZH = """
    没网了 没信号 没修好 没人管 来过了 扣错了 还没好 都断网 打不通 没人接 没收到 坏了 了
    还不来 才来 的账单 没解决 白等 投诉没用
"""
_BEFORE_ZH = ("", "等了", "都", "已经", "才", "打了")
_UNITS_EN = """
    days weeks months hours hrs mins minutes years times calls technicians trucks visits bills bars people
    floors phones lines messages emails agents dollars bucks weekends attempts
"""
_BEHIND_EN = (
    "without internet|and nothing|and still broken|later still nothing|of waiting|for this|wasted|on hold"
    "|came already|in a row|ago|wrong|and counting|to fix|no reply"
)
_BEFORE_EN = ("", "waited ", "its been ", "over ", "called ")


def scored(texts: Sequence[str], chance: random.Random) -> Iterator[Labelled]:
    """Each of the texts, which give no score, with one before it and now and then one behind it."""
    for text in texts:
        for _ in range(2):
            yield f"{chance.randint(1, 5)}{chance.choice(_BETWEEN)}{text}", RATING
        if chance.random() < 0.3:
            stop = chance.choice(
                (", ", ". ", " - ", "! ", ": ") if text.isascii() else ("，", "。", "！", " ")
            )
            yield f"{text}{stop}{chance.randint(1, 5)}{'' if text.isascii() else '分'}", RATING


def counted(chance: random.Random) -> Iterator[Labelled]:
    """Counts of days, calls, floors, ... in both languages."""
    zh, behind_zh = _UNITS_ZH.split(), _BEHIND_ZH.split()
    en, behind_en = _UNITS_EN.split(), _BEHIND_EN.split("|")
    for _ in range(MADE):
        blank, number = chance.choice(("", " ", "")), chance.randint(1, 9)
        yield (
            f"{chance.choice(_BEFORE_ZH)}{number}{blank}{chance.choice(zh)}{chance.choice(behind_zh)}",
            NOTHING,
        )
        number = chance.randint(1, 9)
        yield f"{chance.choice(_BEFORE_EN)}{number} {chance.choice(en)} {chance.choice(behind_en)}", NOTHING


def without_a_score(labelled: Iterable[Labelled]) -> list[str]:
    """The texts that say something of the service and hold nothing that could be a number."""
    return [
        text
        for text, kinds in labelled
        if kinds <= NOTHING
        and 3 < len(text) < 70
        and not any(one.isdigit() or one in "一二三四五?？" for one in text)
    ]


def examples(labelled: Iterable[Labelled]) -> list[Example]:
    """Labelled texts as buckets and shares: several kinds that are right share a label."""
    found = []
    for text, kinds in labelled:
        plain = normalise(text).text
        if plain:
            places = sorted({CLASSES.index(one) if one in CLASSES else len(CLASSES) - 1 for one in kinds})
            found.append((sorted(buckets(plain)), {one: 1 / len(places) for one in places}))
    return found


def train(given: Sequence[Example], seed: int = SEED) -> list[list[float]]:
    """Weights of a multinomial logistic model by stochastic gradient descent, one row a class."""
    rows = [[0.0] * BUCKETS for _ in CLASSES]
    chance = random.Random(seed)
    order = list(range(len(given)))
    for turn in range(ROUNDS):
        chance.shuffle(order)
        rate = RATE / (1 + turn)
        for place in order:
            found, wanted = given[place]
            share = 1 / math.sqrt(len(found))
            logits = [share * sum([row[one] for one in found]) for row in rows]
            top = max(logits)
            powers = [math.exp(one - top) for one in logits]
            whole = sum(powers)
            for number, row in enumerate(rows):
                step = rate * share * (wanted.get(number, 0.0) - powers[number] / whole)
                if abs(step) > 1e-4:
                    for one in found:
                        row[one] += step - SHRINK * row[one]
    return rows


def packed(rows: Sequence[Sequence[float]]) -> bytes:
    """Weights as signed bytes."""
    return b"".join(
        max(-127, min(127, round(one * SCALE))).to_bytes(1, "big", signed=True) for row in rows for one in row
    )


def main() -> int:
    """Train from all there is and write the weights."""
    chance = random.Random(SEED)
    labelled = list(everything(chance))
    labelled += [*scored(without_a_score(labelled), chance), *counted(chance)]
    found = examples(labelled)
    WEIGHTS.write_bytes(packed(train(found)))
    print(f"{len(found)} replies, {WEIGHTS.stat().st_size} bytes of weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
