"""What a survey asks, as the reader needs it: scale and direction, labels, letters, options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

NOT_ME = "not_me"


@dataclass(frozen=True, slots=True)
class Survey:
    """The survey block of a campaign, hashable, so that what is compiled for it is compiled once.

    `scale` is (lowest, highest), None for a choice question without one; `best` the score that is best
    (the lowest, where one is best). `labels` are (score, words) of all languages; `letters` are
    (letter, score or "not_me"); `options` are (key, words) of a choice question.
    """

    scale: tuple[int, int] | None
    best: int = 0
    labels: tuple[tuple[int, str], ...] = ()
    letters: tuple[tuple[str, int | str], ...] = ()
    prefix: str = ""
    dissatisfied: frozenset[int] = frozenset()
    options: tuple[tuple[str, str], ...] = ()
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = (self.labels, self.letters, self.prefix, self.options)
        object.__setattr__(self, "_hash", hash((self.scale, self.best, self.dissatisfied, *words)))

    def __hash__(self) -> int:
        return self._hash  # every reply looks up what was compiled for its survey

    @classmethod
    def from_dict(cls, block: Mapping[str, Any]) -> Self:
        """The survey of a block as campaign.yaml and the catalogue hold it; keys may be numbers or texts.

        Raises ValueError, naming the field, when the block cannot be understood.
        """
        scale = _scale(block.get("scale"))
        options = _table(block, "options")
        if scale is None and not options:
            raise ValueError("survey: it has neither `scale` nor `options`; give it one of them")
        best = _whole(block.get("best", scale[1]), "best") if scale else 0
        if scale and best not in scale:
            raise ValueError(f"survey: `best` is {best}, expected one end of the scale {list(scale)}")
        letters: list[tuple[str, int | str]] = []
        for letter, meaning in _table(block, "letters").items():
            letters.append(
                (str(letter), NOT_ME if meaning == NOT_ME else _whole(meaning, f"letters.{letter}"))
            )
        return cls(
            scale=scale,
            best=best,
            labels=tuple(_labels(_table(block, "labels"))),
            letters=tuple(letters),
            prefix=str(block.get("prefix") or ""),
            dissatisfied=frozenset(
                _whole(score, "dissatisfied") for score in block.get("dissatisfied") or ()
            ),
            options=tuple((str(key), _words(words)) for key, words in options.items()),
        )

    def holds(self, score: int) -> bool:
        """Whether `score` is on the scale."""
        return self.scale is not None and self.scale[0] <= score <= self.scale[1]

    @property
    def worst(self) -> int:
        """The other end of the scale; `best` where there is no scale."""
        if self.scale is None:
            return self.best
        return self.scale[0] if self.best == self.scale[1] else self.scale[1]


def _scale(value: Any) -> tuple[int, int] | None:
    if value is None or value == [] or value == ():
        return None
    try:
        low, high = value
    except (TypeError, ValueError):
        raise ValueError(f"survey: `scale` is {value!r}, expected [lowest, highest]") from None
    low, high = _whole(low, "scale"), _whole(high, "scale")
    if low >= high:
        raise ValueError(f"survey: `scale` is {value!r}, expected the lowest score first")
    return low, high


def _whole(value: Any, name: str) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise ValueError(f"survey: `{name}` is {value!r}, expected a whole number") from None
    if number != float(value):
        raise ValueError(f"survey: `{name}` is {value!r}, expected a whole number")
    return number


def _table(block: Mapping[str, Any], name: str) -> Mapping[Any, Any]:
    value = block.get(name) or {}
    if not isinstance(value, Mapping):
        raise ValueError(f"survey: `{name}` is {value!r}, expected a table")
    return value


def _labels(languages: Mapping[Any, Any]) -> list[tuple[int, str]]:
    found = []
    for language, scores in languages.items():
        if not isinstance(scores, Mapping):
            raise ValueError(f"survey: `labels.{language}` is {scores!r}, expected a table of score: words")
        found += [
            (_whole(score, f"labels.{language}"), str(words)) for score, words in scores.items() if words
        ]
    return found


def _words(value: Any) -> str:
    """An option's words; several languages are told apart by `|`."""
    return "|".join(str(words) for words in value.values()) if isinstance(value, Mapping) else str(value)
