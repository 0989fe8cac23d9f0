"""How well replies are read, against labelled ones."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from chalicelib.replies.reading import ASK, CHOICE, KINDS, OPT_IN, OPT_OUT, RATING, Reading, read
from chalicelib.replies.survey import NOT_ME, Survey

DECIDED = frozenset((RATING, OPT_OUT, OPT_IN, NOT_ME))  # what nobody looks at again


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and every reading of it that is right: kinds, and the scores of a rating (none: any)."""

    text: str
    survey: Survey | None
    kinds: frozenset[str]
    scores: frozenset[int] = frozenset()
    choice: str | None = None

    def accepts(self, reading: Reading) -> bool:
        """Whether `reading` is right."""
        if reading.kind not in self.kinds:
            return False
        if reading.kind == RATING:
            return not self.scores or reading.score in self.scores
        return reading.kind != CHOICE or self.choice in (None, reading.choice)

    @property
    def group(self) -> tuple[str, str]:
        """What kind of reply it is, the first of KINDS that is right, and its language: `zh` or `en`."""
        kind = next(one for one in KINDS if one in self.kinds)
        return kind, "zh" if any("\u4e00" <= one <= "\u9fff" for one in self.text) else "en"

    @property
    def expected(self) -> str:
        """What is right, for people."""
        kinds = " or ".join(sorted(self.kinds))
        return f"{kinds} {'/'.join(map(str, sorted(self.scores)))}".strip()


@dataclass(frozen=True, slots=True)
class Miss:
    """A text that was read wrongly; `decided`, when nobody would have looked at it again."""

    labelled: Labelled
    reading: Reading
    decided: bool

    @property
    def asked(self) -> bool:
        """Whether the person is asked although the reply says what it is."""
        return self.reading.kind == ASK

    @property
    def missed_opt_out(self) -> bool:
        """Whether it is a no, and nothing else, that was not read as one: the texts go on."""
        return self.labelled.kinds == {OPT_OUT} and self.reading.kind != OPT_OUT


@dataclass(frozen=True, slots=True)
class Measured:
    """Of `count` texts, `right` were read rightly; `misses` are the others. `sizes`: how many texts each
    group has."""

    count: int
    misses: tuple[Miss, ...]
    sizes: Mapping[tuple[str, str], int]

    @property
    def right(self) -> int:
        return self.count - len(self.misses)

    @property
    def wrongly_decided(self) -> int:
        return sum(miss.decided for miss in self.misses)

    @property
    def missed_opt_outs(self) -> int:
        return sum(miss.missed_opt_out for miss in self.misses)

    @property
    def asked_needlessly(self) -> int:
        return sum(miss.asked for miss in self.misses)

    def groups(self) -> dict[tuple[str, str], Measured]:
        """The same for each kind and language."""
        return {
            group: Measured(
                size, tuple(miss for miss in self.misses if miss.labelled.group == group), {group: size}
            )
            for group, size in sorted(self.sizes.items())
        }

    @property
    def harmful(self) -> int:
        """Wrongly decided, or a no that was missed; a text is counted once."""
        return sum(miss.decided or miss.missed_opt_out for miss in self.misses)


def labelled_from(record: Mapping[str, Any], survey: Survey | None) -> Labelled:
    """A label of `{"text", "kind" or "kinds", "scores"?, "choice"?}`. Raises ValueError naming the field."""
    text = record.get("text")
    if not isinstance(text, str):
        raise ValueError('field "text" is missing: expected a string')
    kinds = record.get("kinds") or [record.get("kind")]
    wrong = [kind for kind in kinds if kind not in KINDS]
    if wrong:
        raise ValueError(f'field "kind" is {wrong[0]!r}: expected one of {", ".join(KINDS)}')
    scores = record.get("scores") or ()
    if not all(isinstance(score, int) for score in scores):
        raise ValueError(f'field "scores" is {scores!r}: expected whole numbers')
    choice = record.get("choice")
    return Labelled(
        text, survey, frozenset(kinds), frozenset(scores), None if choice is None else str(choice)
    )


def measure(rows: Iterable[Labelled]) -> Measured:
    """Read every text and compare."""
    return compared((row, read(row.text, row.survey)) for row in rows)


def compared(readings: Iterable[tuple[Labelled, Reading]]) -> Measured:
    """What was read against what is right."""
    sizes: Counter[tuple[str, str]] = Counter()
    misses = []
    for row, reading in readings:
        sizes[row.group] += 1
        if not row.accepts(reading):
            misses.append(Miss(row, reading, reading.kind in DECIDED))
    return Measured(sizes.total(), tuple(misses), sizes)


def interval(part: int, whole: int) -> tuple[float, float]:
    """Between which shares `part` of `whole` lies with 95 % (Wilson's interval)."""
    z, share = 1.96, part / whole
    middle = share + z * z / (2 * whole)
    reach = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole))
    scale = 1 + z * z / whole
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)
