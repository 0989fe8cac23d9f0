"""Puts what is sent back to a reply in the outbox: an automatic answer, a survey's next question, or the text
of the campaign that a keyword starts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib import queues
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.live import Live
from chalicelib.campaigns.matching import occasion_of
from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.clock import iso
from chalicelib.delivery.drafting import policy_of
from chalicelib.delivery.refusal import identities
from chalicelib.job import Job
from chalicelib.replies.answers import Answered
from chalicelib.replies.brake import may_answer
from chalicelib.replies.inbound import Inbound
from chalicelib.replies.keywords import AS_KEYWORD, keyword_of
from chalicelib.replies.question import AUTOMATIC
from chalicelib.replies.reading import Reading
from chalicelib.replies.understood import COMPLAINT, UNCLEAR, Talk
from chalicelib.store.schema.conversations import Reply, Survey

ANSWER_WITHIN = timedelta(hours=1)  # an automatic answer later than that would only confuse
ONCE_A_DAY = frozenset({UNCLEAR, COMPLAINT})  # whatever the policy allows of others
STRANGER = "-"


@dataclass(frozen=True, slots=True)
class Back:
    """A reply that is answered, and what with. `facts` are what whoever followed it up adds."""

    inbound: Inbound
    reading: Reading
    survey: Survey | None
    talk: Talk
    block: SurveyBlock | None
    facts: Mapping[str, Any]
    at: datetime  # when the reply was received


def send_back(back: Back, answered: Answered, current: Live) -> str:
    """Put it in the outbox; the kind of the automatic answer, "" for none. Safe to repeat: the same reply
    gives the same jobs, whose keys collide."""
    jobs = []
    keyed = back.talk.keyed
    kind = f"{AS_KEYWORD}{keyed.id}" if keyed else answered.step
    if kind and not lets_out(kind, back.inbound, back.talk, current, back.at):
        kind = ""
    if kind:
        jobs.append(_by_keyword(keyed, back) if keyed else _automatic(kind, back, current))
    if answered.question and back.survey is not None:
        jobs.append(_question(answered.question, back, back.survey))
    queues.send_jobs(jobs)
    return kind


def told_today(kind: str, talk: Talk, inbound_id: str, now: datetime) -> bool:
    """Whether an earlier reply of the last 24 hours got this automatic answer."""
    since = iso(now - timedelta(days=1))
    return any(
        one.automatic == kind and one.received_at > since and one.item != f"{Reply.under}{inbound_id}"
        for one in talk.whole.replies
    )


def lets_out(kind: str, inbound: Inbound, talk: Talk, current: Live, now: datetime) -> bool:
    """Whether the brake lets an automatic answer of this kind go out."""
    if kind in ONCE_A_DAY and told_today(kind, talk, inbound.id, now):
        return False
    ours = {one for brand in current.brands.values() for one in identities(brand)}
    brake = policy_of(current).brake
    return may_answer(kind, inbound.msisdn, inbound.body, inbound.id, talk.whole.replies, ours, brake, now)


def _whose(talk: Talk) -> str:
    return talk.subscriber.subscriber_id if talk.subscriber else STRANGER


def _by_keyword(campaign: Campaign, back: Back) -> Job:
    """The campaign's text; about the reply itself, unless the campaign says what it is about."""
    facts = {
        "reply_id": back.inbound.id,
        "reply_time": iso(back.at),
        "keyword": keyword_of(back.inbound.body, campaign),
        **back.facts,
    }
    return Job(
        campaign=campaign.id,
        subscriber=_whose(back.talk),
        occasion=occasion_of(campaign, facts) if campaign.occasion else back.inbound.id,
        step=campaign.first_step,
        lane=campaign.lane,
        facts=facts,
        valid_until=iso(back.at + campaign.valid_for),
        to=back.inbound.msisdn,
        brand=back.talk.brand,
        language=back.talk.language,
    )


def _question(step: str, back: Back, asked: Survey) -> Job:
    """The next question of a survey, to somebody who has just answered one."""
    return Job(
        campaign=asked.campaign,
        subscriber=asked.subscriber,
        occasion=asked.occasion,
        step=step,
        lane="urgent",
        category="reply",
        facts=asked.facts,
        valid_until=asked.expires_at,
        to=back.inbound.msisdn,
        brand=back.talk.brand,
        language=asked.language,
    )


def _automatic(step: str, back: Back, current: Live) -> Job:
    within = policy_of(current).confirm_within if step == "opt_out" else ANSWER_WITHIN
    low, high = back.block.scale if back.block else (1, 5)
    score = back.reading.score
    if score is None and back.survey:
        score = back.survey.score
    return Job(
        campaign=AUTOMATIC,
        subscriber=_whose(back.talk),
        occasion=back.inbound.id,
        step=step,
        lane="urgent",
        facts={
            "scope": back.reading.scope or "all",
            "low": low,
            "high": high,
            "best": back.block.best if back.block else high,
            "score": score if score is not None else "",
            "dissatisfied": back.block is not None and score in back.block.dissatisfied,
            "answer_by": back.facts.get("answer_by", ""),
        },
        valid_until=iso(back.at + within),
        to=back.inbound.msisdn,
        brand=back.talk.brand,
        language=back.talk.language,
    )
