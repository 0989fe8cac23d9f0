"""The survey beside an invitation: opened when its text goes out, looked at before it is reminded of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from chalicelib.campaigns.campaign import REMINDER
from chalicelib.clock import iso
from chalicelib.delivery.drafting import Draft
from chalicelib.delivery.ports import Ports
from chalicelib.store import conversations
from chalicelib.store.conversations import Seen
from chalicelib.store.schema.base import Key
from chalicelib.store.schema.conversations import Survey, due_partition, survey_key


def key_of(one: Draft) -> Key:
    """Where the survey is that a text belongs to."""
    job = one.job
    return survey_key(one.text.msisdn, job.campaign, job.subscriber, job.occasion)


def reminds(one: Draft) -> bool:
    """Whether the text reminds of a survey."""
    return one.campaign is not None and one.campaign.survey is not None and one.job.step == REMINDER


def over(one: Draft, seen: Seen) -> bool:
    """Whether a reminder comes too late: the survey has an answer, or an end, or never began here."""
    if not reminds(one):
        return False
    survey = seen.records.get(key_of(one))
    return not isinstance(survey, Survey) or survey.status != "open" or bool(survey.question)


def open_beside(going_out: Sequence[Draft], ports: Ports) -> None:
    """Open the surveys that these texts invite to, before they can be answered.

    Not earlier: an invitation that waits for its hour or its place has asked nobody anything. One that
    goes out for the second time (a doubt, a refusal) begins its survey anew, unless it was answered.
    """
    now = ports.now()
    surveys = [survey for one in going_out if (survey := opened_by(one, now))]
    answers = conversations.write_surely([conversations.insert(one) for one in surveys], ports.sleep)
    again = [
        conversations.update(
            one.key,
            Survey.asked_at.to(one.asked_at),
            Survey.expires_at.to(one.expires_at),
            Survey.due_partition.to(one.due_partition),
            Survey.due.to(one.due),
            Survey.expires.to(one.expires),
            where=Survey.revision.equals(1),
        )
        for one, answer in zip(surveys, answers, strict=True)
        if answer != "ok"
    ]
    conversations.write_surely(again, ports.sleep)


def opened_by(one: Draft, now: datetime) -> Survey | None:
    """The survey that an invitation opens; None for every other text. It is parked until its reminder."""
    campaign = one.campaign
    if campaign is None or campaign.survey is None or one.job.step != campaign.first_step:
        return None
    survey = campaign.survey
    key = key_of(one)
    first = survey.remind_after or survey.expires_after
    return Survey(
        msisdn=key.hash,
        item=key.range,
        status="open",
        campaign=campaign.id,
        version=campaign.version,
        subscriber=one.job.subscriber,
        occasion=one.job.occasion,
        brand=one.ask.brand,
        language=one.text.language,
        facts=dict(one.job.facts),
        asked_at=iso(now),
        revision=1,
        expires_at=iso(now + survey.expires_after),
        due_partition=due_partition("survey", key.range),
        due=iso(now + first),
        expires=one.text.expires,
    )
