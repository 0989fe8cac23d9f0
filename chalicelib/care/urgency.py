"""Words that make a case urgent: a regulator, a lawyer, the press, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.care.phrases import find


@dataclass(frozen=True, slots=True)
class UrgentRules:
    """Phrases with their weights; from `at_least` on together they make a case urgent."""

    phrases: Mapping[str, float] = field(default_factory=dict)
    at_least: float = 2


@dataclass(frozen=True, slots=True)
class Urgency:
    """Whether words make a case urgent, and the phrases that say so."""

    urgent: bool
    phrases: tuple[str, ...]


def urgency_of(text: str, rules: UrgentRules) -> Urgency:
    """Whether what somebody wrote makes their case urgent."""
    found = find(text, rules.phrases)
    return Urgency(
        urgent=bool(found) and sum(one.weight for one in found) >= rules.at_least,
        phrases=tuple(one.phrase for one in found),
    )
