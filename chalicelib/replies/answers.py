"""What an answer does to the survey it answers: pure rules over the survey's row.

open -> answered      a rating or choice
open -> closed        not me; opted out
open -> open          asked back, once; a text without a score goes to a person
expired, answered     a late or second answer is kept and told so, and changes no score
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from chalicelib.campaigns.campaign import Campaign
from chalicelib.clock import iso
from chalicelib.replies.inbound import Inbound
from chalicelib.replies.reading import Reading
from chalicelib.store import conversations
from chalicelib.store.wire import Row, Statement


@dataclass(frozen=True, slots=True)
class Answered:
    """`step`: the automatic answer to send, "" for none; `change`: the write on the survey, if any."""

    step: str
    change: Statement | None
    dissatisfied: bool = False


def answer(
    survey: Row, reading: Reading, inbound: Inbound, campaign: Campaign | None, now: datetime
) -> Answered:
    """What `reading` does to `survey`."""
    if survey.get("answered_by") == inbound.id:  # brought again after a crash: same answer, no new change
        return Answered(str(survey.get("answer_step", "")), None)
    if survey["status"] in ("answered", "closed"):
        return Answered("", None)
    if survey["status"] == "expired" or iso(now) >= survey["expires_at"]:
        return Answered("late", None)
    if reading.kind == "rating":
        bad = campaign is not None and campaign.survey is not None
        dissatisfied = bad and reading.score in campaign.survey.raw.get("dissatisfied", ())  # type: ignore[union-attr]
        changes = {"status": "answered", "score": reading.score, "answered_at": iso(now)}
        return Answered("thanks", _change(survey, changes, inbound, "thanks"), dissatisfied)
    if reading.kind == "choice":
        changes = {"status": "answered", "choice": reading.choice, "answered_at": iso(now)}
        return Answered("thanks", _change(survey, changes, inbound, "thanks"))
    if reading.kind == "not_me":
        return Answered(
            "not_me", _change(survey, {"status": "closed", "reason": "not_me"}, inbound, "not_me")
        )
    if reading.kind == "ask" and not survey.get("asked_back"):
        return Answered("ask", _change(survey, {"asked_back": inbound.id}, inbound, "ask", unpark=False))
    return Answered("", None)


def _change(
    survey: Row, values: Mapping[str, object], inbound: Inbound, step: str, *, unpark: bool = True
) -> Statement:
    return conversations.update(
        survey,
        {**values, "answered_by": inbound.id, "answer_step": step, "revision": survey["revision"] + 1},
        remove=["lot", "due"] if unpark else [],
        where='"revision" = ?',
        holding=[survey["revision"]],
    )
