"""What a survey asks, as the reader needs it: scale and direction, labels, letters, options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from chalicelib.campaigns.survey_block import NOT_ME as NOT_ME
from chalicelib.campaigns.survey_block import SurveyBlock, options_of, survey_from
from chalicelib.document import Reader


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
    def asked_by(cls, block: SurveyBlock) -> Self:
        """What a campaign's survey asks first: the rating."""
        return cls(
            scale=block.scale,
            best=block.best,
            labels=tuple(
                (score, words) for scores in block.labels.values() for score, words in scores.items() if words
            ),
            letters=tuple(block.letters.items()),
            prefix=block.prefix,
            dissatisfied=block.dissatisfied,
            options=tuple(block.options.items()),
        )

    @classmethod
    def choice(cls, options: Mapping[str, str]) -> Self:
        """A question with options: key -> words."""
        return cls(scale=None, options=tuple(options.items()))

    @classmethod
    def from_dict(cls, document: Mapping[str, Any]) -> Self:
        """The survey of a block that stands alone, as `ringback replies` reads them: like that of a campaign,
        but with `options` in place of a scale, or beside it, and without what only a campaign needs.

        Raises BadDocument naming the fields.
        """
        scale = document.get("scale")
        if not scale and document.get("options"):
            reader = Reader(document)
            asked = cls.choice(options_of(reader))
        else:
            best = scale[-1] if isinstance(scale, list | tuple) and scale else None
            reader = Reader({"best": best, "dissatisfied": (), **document})
            asked = cls.asked_by(survey_from(reader, ()))
        reader.done()
        return asked

    @staticmethod
    def document(block: SurveyBlock) -> dict[str, Any]:
        """What `from_dict` makes the survey of a campaign's block of; it can be written as JSON."""
        return {
            "scale": list(block.scale),
            "best": block.best,
            "labels": {language: dict(words) for language, words in block.labels.items()},
            "letters": dict(block.letters),
            "prefix": block.prefix,
            "dissatisfied": sorted(block.dissatisfied),
            "options": dict(block.options),
        }

    def holds(self, score: int) -> bool:
        """Whether `score` is on the scale."""
        return self.scale is not None and self.scale[0] <= score <= self.scale[1]

    @property
    def worst(self) -> int:
        """The other end of the scale; `best` where there is no scale."""
        if self.scale is None:
            return self.best
        return self.scale[0] if self.best == self.scale[1] else self.scale[1]
