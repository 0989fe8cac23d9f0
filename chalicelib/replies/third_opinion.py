"""Asks a language model about replies in the inbox that were read as `ask` or `text`, and notes what it says.

Off unless a model is named (`store/bedrock.py`). It runs beside everything else: a reply is in the inbox
before it is asked about, and nothing waits for the answer. The proposal is all that is written, on the reply,
and only while nobody has dealt with it; a call that fails is not made again for the reply.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso
from chalicelib.log import note
from chalicelib.replies.proposal import Proposal, checked, request
from chalicelib.store import bedrock, catalogue, inbox
from chalicelib.store.schema.conversations import Reply

AT_ONCE = 5  # replies a minute
LOOKS_BACK = timedelta(hours=1)
OPEN = ("ask", "text")

Converse = Callable[[Mapping[str, Any]], Any]


def propose(now: datetime, ask: Converse = bedrock.converse) -> int:
    """Ask about the replies of the last hour that wait and were not asked about; how many that were."""
    if not bedrock.model():
        return 0
    since = inbox.InboxFilter(since=iso(now - LOOKS_BACK))
    waiting = inbox.unhandled(iso(now + timedelta(days=1)), keep=since).replies
    current = live(catalogue.control())
    chosen = [one for one in waiting if one.reading.get("kind") in OPEN and not one.proposal][:AT_ONCE]
    asked = 0
    for one in chosen:
        if not bedrock.take_one(now.strftime("%Y-%m")):
            break
        inbox.propose(one, _as_written(_proposal(one, scale_of(one, current), ask)))
        asked += 1
    return asked


def scale_of(reply: Reply, current: Live) -> tuple[int, int] | None:
    """The scale of the survey that a reply answers; None where it answers none."""
    campaign = current.campaigns.get(reply.campaign) if reply.about else None
    return campaign.survey.scale if campaign and campaign.survey else None


def _proposal(reply: Reply, scale: tuple[int, int] | None, ask: Converse) -> Proposal | None:
    try:
        return checked(ask(request(reply.body, scale)), reply.body, scale)
    except Exception as error:  # whatever a model or its network does, the reply waits for a person as before
        note("no_proposal", error=type(error).__name__)
        return None


def _as_written(found: Proposal | None) -> dict[str, Any]:
    if found is None:
        return {"kind": "none"}
    return {name: value for name, value in found._asdict().items() if value is not None}
