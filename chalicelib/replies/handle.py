"""A reply: stored, read, applied; once.

    store (conditional on its id) -> what was asked of this number -> read -> apply -> mark as applied

Whoever dies on the way is followed by the same message again: a stored reply that is not marked is
applied anew, and every effect has a key of its own, so nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from chalicelib import queues
from chalicelib.campaigns.campaign import INVITATION
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso, parse
from chalicelib.delivery import consent
from chalicelib.delivery.change_consent import opt_in, opt_out
from chalicelib.delivery.drafting import policy_of
from chalicelib.job import Job, mt_item
from chalicelib.replies.answers import Answered, answer, asked_now, opted_out
from chalicelib.replies.inbound import Inbound, inbound_from
from chalicelib.replies.reading import Reading, read
from chalicelib.store import catalogue, conversations, relationship, subscribers
from chalicelib.store.conversations import RETENTION_DAYS, Statement
from chalicelib.store.records import mask
from chalicelib.store.schema.conversations import NumberState, Reply, Survey, Text, reply_key, text_key
from chalicelib.store.schema.subscribers import Subscriber

AUTOMATIC = "automatic"  # the campaign whose steps are the automatic answers
ANSWER_WITHIN = timedelta(hours=1)  # an automatic answer later than that would only confuse
STRANGER = "-"


@dataclass(frozen=True, slots=True)
class Talk:
    """What a reply is understood against."""

    state: NumberState
    surveys: Sequence[Survey]
    subscriber: Subscriber | None
    brand: str
    campaign: str  # of the text that was answered, "" when there is none
    category: str


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """A reply that was understood as far as it can be, for whoever follows it up."""

    inbound: Inbound
    reading: Reading
    person: bool  # somebody has to look at it
    survey: Survey | None  # as it was before the reply
    block: Mapping[str, Any]  # of the survey's campaign
    subscriber: Subscriber | None
    brand: str
    at: datetime  # when it was received


def handle(payload: Mapping[str, Any], now: datetime, follow_up: Callable[[ReplyContext], None]) -> None:
    """Store and apply one inbound text, and hand it to `follow_up` before it is marked as applied.

    Raises KeyError or TypeError when it is none; anything else that is raised means: bring it again.
    """
    inbound = inbound_from(payload)
    received = store(inbound, now)
    if received is None:
        return
    current = live(catalogue.control())
    known = relationship.open_with(inbound.msisdn)
    surveys = [one for one in known.surveys if one.asked_at > known.state.reassigned_at]
    asked = question(surveys, inbound)
    people = subscribers.by_msisdn(inbound.msisdn)
    subscriber = _whose(people, asked)
    talk = Talk(
        state=known.state,
        surveys=surveys,
        subscriber=subscriber,
        brand=_brand(asked, subscriber, inbound, current),
        campaign=asked.campaign if asked else "",
        category="survey" if asked else "",
    )
    block = _block(asked, current)
    expected = asked_now(block, asked.question) if asked and block else None
    reading = read(inbound.body, expected)
    answered = apply(inbound, reading, asked, talk, block, current, received)
    follow_up(ReplyContext(inbound, reading, answered.person, asked, block, subscriber, talk.brand, received))
    queues.announce([("reply.received", _event(inbound, reading, asked, talk, current, received))])
    conversations.write_surely([_applied(inbound, reading, asked, talk)])


def store(inbound: Inbound, now: datetime) -> datetime | None:
    """Keep the reply as it came, before anything is made of it.

    Returns when it was first received, so that whoever applies it anew does so with the same time;
    None when it was applied before.
    """
    reply = Reply(
        msisdn=inbound.msisdn,
        item=reply_key(inbound.msisdn, inbound.id).range,
        body=inbound.body,
        to=inbound.to,
        previous_message_id=inbound.previous,
        received_at=iso(now),
        expires=int((now + timedelta(days=RETENTION_DAYS)).timestamp()),
    )
    if conversations.write_surely([conversations.insert(reply)]) == ["ok"]:
        return parse(iso(now))
    known = conversations.find(Reply, [reply.key])[reply.key]
    return None if known.applied else parse(known.received_at)


def question(surveys: Sequence[Survey], inbound: Inbound) -> Survey | None:
    """The survey that is answered: the one whose text the network says was last, else the latest asked.

    Only open ones are answered; a survey that was just ended still explains a late reply, so it is
    returned when there is no open one.
    """
    asked = [one for one in surveys if one.status == "open"] or list(surveys)
    if not asked:
        return None
    if len(asked) > 1 and inbound.previous:
        invitations = {
            text_key(one.msisdn, mt_item(one.campaign, one.subscriber, one.occasion, INVITATION)): one
            for one in asked
        }
        found = conversations.find(Text, invitations)
        for key, survey in invitations.items():
            if key in found and found[key].message_id == inbound.previous:
                return survey
    return max(asked, key=lambda one: one.asked_at)


def _whose(people: Sequence[Subscriber], asked: Survey | None) -> Subscriber | None:
    """Two lines may share a number: the survey says which is meant, else the first by id."""
    if asked:
        for one in people:
            if one.subscriber_id == asked.subscriber:
                return one
    return min(people, key=lambda one: one.subscriber_id, default=None)


def _brand(asked: Survey | None, subscriber: Subscriber | None, inbound: Inbound, current: Live) -> str:
    """Whose number the subscriber wrote to; failing that, whose survey, whose customer."""
    for brand in current.brands.values():
        if any(one.identity == inbound.to for one in brand.originators):
            return brand.id
    if asked and asked.brand:
        return asked.brand
    return subscriber.brand if subscriber else next(iter(sorted(current.brands)), "")


def _block(asked: Survey | None, current: Live) -> Mapping[str, Any]:
    campaign = current.campaigns.get(asked.campaign) if asked else None
    return campaign.survey.raw if campaign and campaign.survey else {}


def apply(
    inbound: Inbound,
    reading: Reading,
    asked: Survey | None,
    talk: Talk,
    block: Mapping[str, Any],
    current: Live,
    now: datetime,
) -> Answered:
    """Do what the reply asks for: consent, the survey, and what is sent back."""
    answered = Answered()
    if reading.kind in ("opt_out", "opt_in"):
        answered = Answered(change_consent(inbound, reading, talk, current, now))
        if reading.kind == "opt_out":
            conversations.write_surely([opted_out(one) for one in talk.surveys if one.status == "open"])
    elif reading.kind == "help":
        answered = Answered("help")
    elif asked is not None and block:
        answered = answer(asked, reading, inbound, block, now)
    if answered.change and conversations.write([answered.change]) != ["ok"]:
        raise RuntimeError("another reply to the same survey was faster")
    jobs = []
    if answered.step:
        jobs.append(_automatic(answered.step, inbound, reading, block, asked, talk, current, now))
    if answered.question and asked is not None:
        jobs.append(_question(answered.question, inbound, asked, talk))
    queues.send_jobs(jobs)
    return answered


def _question(step: str, inbound: Inbound, asked: Survey, talk: Talk) -> Job:
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
        to=inbound.msisdn,
        brand=talk.brand,
        language=asked.language,
    )


def change_consent(inbound: Inbound, reading: Reading, talk: Talk, current: Live, now: datetime) -> str:
    """Change what the number may be texted. `now` is when the reply was received.

    Returns the step that confirms it, "" for a no that was said before.
    """
    brand = current.brands.get(talk.brand)
    kind: Any = reading.scope or (brand.opt_out_scope if brand else "all")
    if (kind == "category" and not talk.category) or (kind == "campaign" and not talk.campaign):
        kind = "all"
    whose = talk.brand or consent.EVERY_BRAND
    said: dict[str, Any] = {"at": now, "how": "sms", "words": inbound.body, "proof_id": inbound.id}
    policy = policy_of(current)
    if reading.kind == "opt_in":
        opt_in(inbound.msisdn, whose, policy=policy, **said)
        return "opt_in"
    scope = consent.scope_of(whose, kind, talk.category, talk.campaign)
    return "opt_out" if opt_out(inbound.msisdn, scope, policy=policy, **said) else ""


def _automatic(
    step: str,
    inbound: Inbound,
    reading: Reading,
    block: Mapping[str, Any],
    asked: Survey | None,
    talk: Talk,
    current: Live,
    now: datetime,
) -> Job:
    within = policy_of(current).confirm_within if step == "opt_out" else ANSWER_WITHIN
    low, high = block.get("scale", (1, 5))
    score = reading.score if reading.score is not None else asked.score if asked else None
    return Job(
        campaign=AUTOMATIC,
        subscriber=talk.subscriber.subscriber_id if talk.subscriber else STRANGER,
        occasion=inbound.id,
        step=step,
        lane="urgent",
        facts={
            "scope": reading.scope or "all",
            "low": low,
            "high": high,
            "best": block.get("best", high),
            "score": score if score is not None else "",
            "dissatisfied": score in block.get("dissatisfied", ()),
        },
        valid_until=iso(now + within),
        to=inbound.msisdn,
        brand=talk.brand,
        language=_language(inbound, asked, talk),
    )


def _language(inbound: Inbound, asked: Survey | None, talk: Talk) -> str:
    """The subscriber's; for a stranger the language they wrote in, as far as the script tells."""
    if asked and asked.language:
        return asked.language
    if talk.subscriber and talk.subscriber.language:
        return talk.subscriber.language
    if any("一" <= character <= "鿿" for character in inbound.body):
        return "zh-CN"
    return ""


def _event(
    inbound: Inbound, reading: Reading, asked: Survey | None, talk: Talk, current: Live, now: datetime
) -> dict[str, Any]:
    brand = current.brands.get(talk.brand)
    shown = inbound.msisdn if brand and brand.show_msisdn_in_events else mask(inbound.msisdn)
    return {
        "id": f"reply/{inbound.id}",
        "time": iso(now),
        "subscriber_id": talk.subscriber.subscriber_id if talk.subscriber else None,
        "msisdn": shown,
        "kind": reading.kind,
        "score": reading.score,
        "choice": reading.choice,
        "campaign": asked.campaign if asked else None,
        "occasion": asked.occasion if asked else None,
    }


def _applied(inbound: Inbound, reading: Reading, asked: Survey | None, talk: Talk) -> Statement:
    found = {
        "kind": reading.kind,
        "score": reading.score,
        "choice": reading.choice,
        "scope": reading.scope,
        "why": reading.why,
    }
    return conversations.update(
        reply_key(inbound.msisdn, inbound.id),
        Reply.applied.to(True),
        Reply.reading.to({name: value for name, value in found.items() if value is not None}),
        Reply.about.to(asked.item if asked else ""),
        Reply.subscriber.to(talk.subscriber.subscriber_id if talk.subscriber else ""),
    )
