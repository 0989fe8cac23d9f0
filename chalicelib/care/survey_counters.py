"""Stream consumer: CSAT counters of the board, surveys sent and scores received, from `conversations`."""

from __future__ import annotations

from chalicelib.care.current import Current
from chalicelib.care.figures import Counts, answer, asked
from chalicelib.clock import parse
from chalicelib.store.schema.conversations import Survey, Text

OUT = frozenset({"sent", "delivered", "undelivered"})


def text_counts(old: Text | None, new: Text, now: Current) -> Counts:
    """What a text's change adds: a survey's invitation is counted once, when it has gone out."""
    was_out = old is not None and old.status in OUT
    if new.category != "survey" or not new.item.endswith("/invitation"):
        return {}
    if was_out or new.status not in OUT:
        return {}
    return asked(_day(new.sent_at or new.claimed_at, new, now), **_dimensions(new, now))


def score_counts(old: Survey | None, new: Survey, text: Text, now: Current) -> Counts:
    """What a survey's change adds: its first score, on the day it came, in the places of its invitation
    `text`. A score that is corrected later stays counted as it came."""
    if new.score is None or (old is not None and old.score is not None):
        return {}
    campaign = now.live.campaigns.get(new.campaign)
    survey = campaign.survey if campaign else None
    scale, best = (survey.scale, survey.best) if survey else ((1, 5), 5)
    return answer(
        _day(new.scored_at, text, now),
        int(new.score),
        scale,
        best,
        satisfied=survey is None or new.score not in survey.dissatisfied,
        **_dimensions(text, now),
    )


def _day(moment: str, text: Text, now: Current) -> str:
    team = now.care.team(now.team_for(text.brand, text.region))
    return team.hours.local_day(parse(moment))


def _dimensions(text: Text, now: Current) -> dict[str, str]:
    return {
        "brand": text.brand,
        "campaign": text.campaign,
        "region": text.region,
        "tier": text.tier,
        "team": now.team_for(text.brand, text.region),
    }
