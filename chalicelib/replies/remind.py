"""Surveys that nobody has answered yet: one reminder, then the end."""

from __future__ import annotations

from datetime import datetime, timedelta

from chalicelib import queues
from chalicelib.campaigns.campaign import INVITATION, REMINDER, Campaign
from chalicelib.campaigns.live import live
from chalicelib.clock import iso
from chalicelib.job import Job, mt_item
from chalicelib.store import catalogue, conversations, relationship
from chalicelib.store.conversations import Statement, change_survey
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import Survey, Text, due_partitions, text_key

NOT_YET = ("held", "sending", "handed_over", "in_doubt")  # the invitation may still get there
GOT_THERE = ("sent", "delivered")
LOOK_AGAIN = timedelta(hours=1)


def remind(now: datetime) -> int:
    """Remind those whose time has come, once, and close what is over; how many surveys were due."""
    current = live(catalogue.control())
    count = 0
    for partition in due_partitions("survey"):
        waiting, _ = relationship.due(partition, iso(now))
        if not waiting:
            continue
        surveys = conversations.find(Survey, [one.key for one in waiting]).values()
        invitations = conversations.find(Text, map(_invitation, surveys))
        statements: list[Statement] = []
        jobs: list[Job] = []
        for survey in surveys:
            campaign, unread = current.campaigns.get(survey.campaign), current.is_unread(survey.campaign)
            statement, job = next_step(survey, invitations.get(_invitation(survey)), campaign, now, unread)
            statements.append(statement)
            jobs += [job] if job else []
        queues.send_jobs(jobs)
        conversations.write(statements)
        count += len(waiting)
    return count


def _invitation(survey: Survey) -> Key:
    return text_key(survey.msisdn, mt_item(survey.campaign, survey.subscriber, survey.occasion, INVITATION))


def next_step(
    survey: Survey, invitation: Text | None, campaign: Campaign | None, now: datetime, unread: bool = False
) -> tuple[Statement, Job | None]:
    """What becomes of a due survey: the change, and the reminder to send with it.

    An invitation that never got there closes it; one that may still get there puts the reminder off, and so
    does a campaign that is `unread`.
    """
    status = invitation.status if invitation else "gone"
    if survey.status != "open":
        return change_survey(survey, ends=True), None
    if iso(now) >= survey.expires_at:
        # Who gave a score and then fell silent has answered.
        return change_survey(
            survey, Survey.status.to("answered" if survey.question else "expired"), ends=True
        ), None
    if survey.question:
        return change_survey(survey, Survey.due.to(survey.expires_at)), None
    if status in NOT_YET or (unread and status in GOT_THERE):
        return change_survey(survey, Survey.due.to(min(iso(now + LOOK_AGAIN), survey.expires_at))), None
    if status not in GOT_THERE or campaign is None:
        return change_survey(
            survey, Survey.status.to("closed"), Survey.reason.to("not_delivered"), ends=True
        ), None
    reminded = change_survey(survey, Survey.due.to(survey.expires_at), Survey.reminded_at.to(iso(now)))
    if survey.reminded_at or REMINDER not in campaign.texts:
        return reminded, None
    job = Job(
        campaign=survey.campaign,
        subscriber=survey.subscriber,
        occasion=survey.occasion,
        step=REMINDER,
        lane="bulk",
        facts=survey.facts,
        valid_until=survey.expires_at,
    )
    return reminded, job
