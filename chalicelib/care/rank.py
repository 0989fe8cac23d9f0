"""The sort key of the queue of cases: when a case was opened, less hours for a bad score, tier and urgency.

    rank = opened at - (score + tier + urgent + wording + level + overdue) hours

Smallest first. The hours are configuration; pages show each part with the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chalicelib.clock import iso

MOST_WORDS = 3  # phrases that count; more of them say no more


@dataclass(frozen=True, slots=True)
class RankRules:
    """How many hours each cause is worth."""

    worst_score: float = 24  # the worst score; less for better ones, in proportion, 0 for the best
    tier: Mapping[str, float] = field(default_factory=dict)
    urgent: float = 48
    wording: float = 8  # each urgent phrase, three at most
    level: float = 24  # each time the case was reopened
    overdue: float = 720  # a deadline has passed: before all that is in time


def bonus(
    rules: RankRules, *, badness: float, tier: str, urgent: bool, phrases: int, level: int, overdue: bool
) -> dict[str, float]:
    """The hours of each cause that applies: `score`, `tier`, `urgent`, `wording`, `level`, `overdue`.

    `badness` is 0.0 for the best score to 1.0 for the worst; `level` is 1 for a case never reopened.
    """
    parts = {
        "score": rules.worst_score * badness,
        "tier": rules.tier.get(tier, 0),
        "urgent": rules.urgent if urgent else 0,
        "wording": rules.wording * min(phrases, MOST_WORDS),
        "level": rules.level * (level - 1),
        "overdue": rules.overdue if overdue else 0,
    }
    return {name: round(hours, 2) for name, hours in parts.items() if hours}


def rank(opened_at: datetime, hours: Mapping[str, float], case_id: str) -> str:
    """The stored rank, `<ISO time>#<case id>`: texts that sort as the cases should be taken."""
    return f"{iso(opened_at - timedelta(hours=sum(hours.values())))}#{case_id}"
