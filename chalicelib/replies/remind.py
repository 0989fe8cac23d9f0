"""Surveys that nobody has answered yet: one reminder, then the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib import queues
from chalicelib.campaigns.campaign import INVITATION, REMINDER, Campaign
from chalicelib.campaigns.live import live
from chalicelib.clock import iso
from chalicelib.job import Job, mt_item
from chalicelib.store import catalogue, conversations
from chalicelib.store.wire import Row, Statement

NOT_YET = ("held", "sending", "in_doubt")  # the invitation may still get there
GOT_THERE = ("sent", "delivered")
LOOK_AGAIN = timedelta(hours=1)


def remind(now: datetime) -> int:
    """Remind those whose time has come, once, and close what is over; how many surveys were due."""
    campaigns = live(catalogue.control()).campaigns
    count = 0
    for lot in conversations.lots("survey"):
        keys = [conversations.key_of(row) for row in conversations.due(lot, iso(now)).rows]
        if not keys:
            continue
        surveys = conversations.rows_of(keys)
        invitations = conversations.rows_of(
            [conversations.key(*_invitation(row)) for row in surveys.values()]
        )
        statements: list[Statement] = []
        jobs: list[Job] = []
        for row in surveys.values():
            campaign = campaigns.get(row["campaign"])
            statement, job = next_step(row, invitations.get(_invitation(row)), campaign, now)
            statements.append(statement)
            jobs += [job] if job else []
        queues.send_jobs(jobs)
        conversations.write(statements)
        count += len(keys)
    return count


def _invitation(row: Row) -> tuple[str, str]:
    return row["msisdn"], mt_item(row["campaign"], row["subscriber"], row["occasion"], INVITATION)


def next_step(
    row: Row, invitation: Row | None, campaign: Campaign | None, now: datetime
) -> tuple[Statement, Job | None]:
    """What becomes of a due survey: the change, and the reminder to send with it.

    An invitation that never got there closes it; one that may still get there puts the reminder off.
    """
    status = invitation["status"] if invitation else "gone"
    if row["status"] != "open":
        return _change(row, {}, unpark=True), None
    if iso(now) >= row["expires_at"]:
        # Who gave a score and then fell silent has answered.
        return _change(row, {"status": "answered" if row["question"] else "expired"}, unpark=True), None
    if row["question"]:
        return _change(row, {"due": row["expires_at"]}), None
    if status in NOT_YET:
        return _change(row, {"due": min(iso(now + LOOK_AGAIN), row["expires_at"])}), None
    if status not in GOT_THERE or campaign is None:
        return _change(row, {"status": "closed", "reason": "not_delivered"}, unpark=True), None
    wait = {"due": row["expires_at"], "reminded_at": iso(now)}
    if "reminded_at" in row or REMINDER not in campaign.texts:
        return _change(row, wait), None
    job = Job(
        campaign=row["campaign"],
        subscriber=row["subscriber"],
        occasion=row["occasion"],
        step=REMINDER,
        lane="bulk",
        facts=row["facts"],
        valid_until=row["expires_at"],
    )
    return _change(row, wait), job


def _change(row: Row, values: dict[str, str], *, unpark: bool = False) -> Statement:
    return conversations.update(
        row,
        {**values, "revision": row["revision"] + 1},
        remove=["due_partition", "due"] if unpark else [],
        where='"revision" = ?',
        holding=[row["revision"]],
    )
