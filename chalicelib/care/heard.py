"""What the satisfaction board counts of surveys: each that went out, and each score that came back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.care.current import Current
from chalicelib.care.figures import Counts, answer, asked
from chalicelib.clock import parse
from chalicelib.store.wire import Row

OUT = frozenset({"sent", "delivered", "undelivered"})


def text_counts(old: Row | None, new: Row, now: Current) -> Counts:
    """What a text's change adds: a survey's invitation is counted once, when it has gone out."""
    was_out = bool(old) and (old or {}).get("status") in OUT
    if new.get("category") != "survey" or not new["item"].endswith("/invitation"):
        return {}
    if was_out or new.get("status") not in OUT:
        return {}
    return asked(_day(new.get("sent_at") or new["claimed_at"], new, now), **_dimensions(new, now))


def score_counts(old: Row | None, new: Row, text: Row, now: Current) -> Counts:
    """What a survey's change adds: its first score, on the day it came, in the places of its invitation
    `text`. A score that is corrected later stays counted as it came."""
    score = new.get("score")
    if score is None or (old or {}).get("score") is not None:
        return {}
    campaign = now.live.campaigns.get(str(new["campaign"]))
    block: Mapping[str, Any] = campaign.survey.raw if campaign and campaign.survey else {}
    low, high = block.get("scale", (1, 5))
    best = int(block.get("best", high))
    return answer(
        _day(new["scored_at"], text, now),
        int(score),
        (int(low), int(high)),
        best,
        satisfied=score not in block.get("dissatisfied", ()),
        **_dimensions(text, now),
    )


def _day(moment: str, text: Row, now: Current) -> str:
    team = now.care.team(_team(text, now))
    return team.hours.local_day(parse(moment))


def _team(text: Row, now: Current) -> str:
    return now.team_for(str(text.get("brand", "")), str(text.get("region", "")))


def _dimensions(text: Row, now: Current) -> dict[str, str]:
    found = {name: str(text.get(name, "")) for name in ("brand", "campaign", "region", "tier")}
    return found | {"team": _team(text, now)}
