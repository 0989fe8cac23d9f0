"""Decides between the candidates of a reply, by a table of weights that is data (`lexicon/weights.yaml`)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from chalicelib.replies.candidates import Candidate, Intent, Rule
from chalicelib.replies.lexicon import weights

ABOUT_THE_TEXTS = frozenset((Intent.OPT_OUT, Intent.OPT_IN, Intent.HELP, Intent.SOMETHING_STOPS))
_BY_KEY = frozenset((Rule.LETTER, Rule.OPTION))
ANSWERS = frozenset((Intent.RATING, Intent.CHOICE))


class Weighed(NamedTuple):
    """The candidate that counts, and one that speaks against it so much that the reply is asked about."""

    candidate: Candidate
    against: Candidate | None = None

    @property
    def certain(self) -> bool:
        return self.candidate.certain and self.against is None


def decide(found: Iterable[Candidate], text: str) -> Weighed | None:
    """What the candidates of a normalised text come to; None where none of them weighs anything."""
    heavy = sorted(
        ((weight, one) for one in found if (weight := weigh(one, text))), key=lambda pair: -pair[0]
    )
    if not heavy:
        return None
    (most, first), *others = heavy
    near = [one for weight, one in others if most - weight < weights()["margin"] and _differs(one, first)]
    doubtful = next((one for one in (first, *near) if one.kind in ABOUT_THE_TEXTS and not one.certain), None)
    if doubtful is None:
        return Weighed(first, near[0] if near else None)
    if doubtful.kind is Intent.SOMETHING_STOPS and not any(one.kind in ANSWERS for _, one in heavy):
        return decide([one for _, one in heavy if one is not doubtful], text)
    return Weighed(doubtful)


def _differs(one: Candidate, other: Candidate) -> bool:
    """Whether they would be read differently; two in doubt are both asked about."""
    return one.certain is not other.certain or (one.certain and one.kind is not other.kind)


def weigh(candidate: Candidate, text: str) -> int:
    """How much a candidate weighs in a normalised text."""
    rules: dict[str, Sequence[int]] = weights()[candidate.kind]
    by_key = candidate.rule in _BY_KEY and len(text.strip(" .,!()")) == 1
    certain, in_doubt = rules.get("key" if by_key else candidate.rule, rules.get("any", (0, 0)))
    return certain if candidate.certain else in_doubt
