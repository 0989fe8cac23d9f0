"""The survey beside an invitation: opened when its text goes out, looked at before it is reminded of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.campaigns.campaign import REMINDER
from chalicelib.clock import iso
from chalicelib.delivery.drafting import Draft
from chalicelib.delivery.edge import Edge
from chalicelib.store import conversations
from chalicelib.store.conversations import Seen
from chalicelib.store.wire import Row


def survey_of(one: Draft) -> dict[str, str]:
    """The key of the survey that a text belongs to."""
    job = one.job
    return conversations.key(one.row["msisdn"], f"survey#{job.campaign}/{job.subscriber}/{job.occasion}")


def reminds(one: Draft) -> bool:
    """Whether the text reminds of a survey."""
    return one.campaign is not None and one.campaign.survey is not None and one.job.step == REMINDER


def over(one: Draft, seen: Seen) -> bool:
    """Whether a reminder comes too late: the survey has an answer, or an end, or never began here."""
    if not reminds(one):
        return False
    key = survey_of(one)
    row = seen.rows.get((key["msisdn"], key["item"]))
    return row is None or row["status"] != "open" or bool(row["question"])


def open_beside(going_out: Sequence[Draft], edge: Edge) -> None:
    """Open the surveys that these texts invite to, before they can be answered.

    Not earlier: an invitation that waits for its hour or its place has asked nobody anything. One that
    goes out for the second time (a doubt, a refusal) begins its survey anew, unless it was answered.
    """
    now = edge.now()
    rows = [row for one in going_out if (row := survey_row(one, now))]
    answers = conversations.write_surely([conversations.insert(row) for row in rows], edge.sleep)
    again = [
        conversations.update(
            row,
            {name: row[name] for name in ("asked_at", "expires_at", "due_partition", "due", "expires")},
            where='"revision" = ?',
            holding=[1],
        )
        for row, answer in zip(rows, answers, strict=True)
        if answer != "ok"
    ]
    conversations.write_surely(again, edge.sleep)


def survey_row(one: Draft, now: datetime) -> Row | None:
    """The survey that an invitation opens; None for every other text. It is parked until its reminder."""
    campaign = one.campaign
    if campaign is None or campaign.survey is None or one.job.step != campaign.first_step:
        return None
    survey = campaign.survey
    key = survey_of(one)
    first = survey.remind_after or survey.expires_after
    return {
        **key,
        "status": "open",
        "campaign": campaign.id,
        "version": campaign.version,
        "subscriber": one.job.subscriber,
        "occasion": one.job.occasion,
        "brand": one.ask.brand,
        "language": one.row.get("language", ""),
        "facts": dict(one.job.facts),
        "asked_at": iso(now),
        "question": 0,
        "revision": 1,
        "expires_at": iso(now + survey.expires_after),
        "due_partition": conversations.lot("survey", key["item"]),
        "due": iso(now + first),
        "expires": one.row["expires"],
    }
