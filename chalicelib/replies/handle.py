"""A reply: stored, read in its conversation, applied; once.

    store (conditional on its id) -> which text it answers -> read -> apply -> follow up -> mark as applied

Whoever dies on the way is followed by the same message again: a stored reply that is not marked is
applied anew, and every effect has a key of its own, so nothing happens twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from chalicelib import queues
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso, parse
from chalicelib.delivery import consent
from chalicelib.delivery.change_consent import Whose, opt_in, opt_out
from chalicelib.delivery.drafting import policy_of
from chalicelib.delivery.withdrawing import withdraw_what_is_over
from chalicelib.job import Job
from chalicelib.replies.answers import Answered, answer, asked_now, only_score, opted_out
from chalicelib.replies.brake import may_answer
from chalicelib.replies.conversation import Asked
from chalicelib.replies.inbound import Inbound, inbound_from
from chalicelib.replies.question import AUTOMATIC, RE_ASK, Question, context, question
from chalicelib.replies.reading import Reading, read_in_context, said_by_them
from chalicelib.store import catalogue, conversations, relationship, subscribers
from chalicelib.store.conversations import RETENTION_DAYS, Statement
from chalicelib.store.records import Brand, mask
from chalicelib.store.relationship import Conversation
from chalicelib.store.schema.conversations import NumberState, Reply, Survey, reply_key
from chalicelib.store.schema.subscribers import Subscriber

ANSWER_WITHIN = timedelta(hours=1)  # an automatic answer later than that would only confuse
STRANGER = "-"
UNCLEAR = "unclear"  # the automatic answer to a doubt outside a survey
COMPLAINT = "complaint"  # the automatic answer to a complaint: what happens next

Ends = Literal["rule", "case", "inbox"]
"""Where a reply ends (invariant 12): applied by a stated rule, in a case, or in the inbox."""


@dataclass(frozen=True, slots=True)
class ReplyContext:
    """A reply that was understood as far as it can be, for whoever follows it up."""

    inbound: Inbound
    said: str  # what the person wrote, without our own words
    reading: Reading
    question: Question
    person: bool  # a survey's answer that somebody has to look at
    doubt: bool  # it could not be read, and was asked back before or cannot be
    wordy: bool  # it says more than what it was read as
    block: Mapping[str, Any]  # of the survey's campaign
    subscriber: Subscriber | None
    brand: str
    at: datetime  # when it was received

    @property
    def survey(self) -> Survey | None:
        """The survey that it answers, as it was before the reply."""
        return self.question.survey


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What became of a reply that a person may have to see. `answer` is the automatic answer that tells the
    subscriber so, "" for none."""

    ends: Ends = "rule"
    case_id: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Talk:
    """What a reply is understood against."""

    whole: Conversation
    subscriber: Subscriber | None
    brand: str
    campaign: str  # of the text that is answered, "" when there is none
    category: str
    shown: str  # its words


def handle(payload: Mapping[str, Any], now: datetime, follow_up: Callable[[ReplyContext], FollowUp]) -> None:
    """Store and apply one inbound text, and hand it to `follow_up` before it is marked as applied.

    Raises KeyError or TypeError when it is none; anything else that is raised means: bring it again.
    """
    inbound = inbound_from(payload)
    received = store(inbound, now)
    if received is None:
        return
    current = live(catalogue.control())
    whole = relationship.conversation_with(inbound.msisdn)
    if whole.state.unreachable:  # something came from the number, so it is not invalid
        conversations.change_states(
            [inbound.msisdn],
            lambda state: (NumberState.unreachable.to(""),) if state.unreachable else (),
        )
    asked = question(whole, inbound.previous, received)
    subscriber = _whose(subscribers.by_msisdn(inbound.msisdn), asked.survey)
    talk = Talk(
        whole=whole,
        subscriber=subscriber,
        brand=brand_of(asked, subscriber, inbound, current),
        campaign=asked.text.campaign if asked.text else "",
        category=asked.text.category if asked.text else "",
        shown=asked.text.body if asked.text else "",
    )
    block = _block(asked.survey, current)
    expected = asked_now(block, asked.survey.question) if asked.survey and block else None
    around = context(whole, asked, received)
    reading = read_in_context(inbound.body, expected, around)
    said = said_by_them(inbound.body, around)
    answered = apply(inbound, reading, asked, talk, block, current, received)
    withdraw_what_is_over(whole.texts, policy_of(current))
    asks_back = answered.step in (UNCLEAR, RE_ASK)
    asked_back = asks_back and _may_answer(answered.step, inbound, whole, current, received)
    understood = ReplyContext(
        inbound=inbound,
        said=said,
        reading=reading,
        question=asked,
        person=answered.person,
        doubt=(_is_doubt(reading, asked) or answered.step == RE_ASK) and not asked_back,
        wordy=not only_score(said),
        block=block,
        subscriber=subscriber,
        brand=talk.brand,
        at=received,
    )
    followed = follow_up(understood)
    answered = replace(answered, step=answered.step or followed.answer)
    step = _send(answered, inbound, reading, asked, talk, block, current, received)
    queues.announce([("reply.received", _event(inbound, reading, talk, asked.survey, current, received))])
    conversations.write_surely([_applied(inbound, reading, asked, talk, followed, step, received)])


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


def _whose(people: Sequence[Subscriber], asked: Survey | None) -> Subscriber | None:
    """Two lines may share a number: the survey says which is meant, else the first by id."""
    if asked:
        for one in people:
            if one.subscriber_id == asked.subscriber:
                return one
    return min(people, key=lambda one: one.subscriber_id, default=None)


def brand_of(asked: Question, subscriber: Subscriber | None, inbound: Inbound, current: Live) -> str:
    """Whose text was answered; failing that, whose number the subscriber wrote to. Brands may share a number:
    then it is the subscriber's own brand, if it is among them."""
    if asked.text and asked.text.brand:
        return asked.text.brand
    there = [brand.id for brand in current.brands.values() if inbound.to.lstrip("+") in _identities(brand)]
    if subscriber and (subscriber.brand in there or not there):
        return subscriber.brand
    return next(iter(there or sorted(current.brands)), "")


def _identities(brand: Brand) -> set[str]:
    """Originators without their +, which networks put before short codes and leave out before numbers."""
    return {one.identity.lstrip("+") for one in brand.originators}


def _block(asked: Survey | None, current: Live) -> Mapping[str, Any]:
    campaign = current.campaigns.get(asked.campaign) if asked else None
    return campaign.survey.raw if campaign and campaign.survey else {}


def apply(
    inbound: Inbound,
    reading: Reading,
    asked: Question,
    talk: Talk,
    block: Mapping[str, Any],
    current: Live,
    now: datetime,
) -> Answered:
    """Do what the reply asks for: consent and the survey. What is sent back is sent later."""
    answered = Answered()
    if reading.kind in ("opt_out", "opt_in"):
        answered = Answered(change_consent(inbound, reading, talk, current, now))
        if reading.kind == "opt_out":
            open_ones = [one for one in talk.whole.surveys if one.status == "open"]
            conversations.write_surely([opted_out(one) for one in open_ones])
    elif reading.kind == "help":
        answered = Answered("help")
    elif reading.kind == "machine":
        return answered
    elif asked.survey is not None and block and asked.asked is not Asked.AGENT_TEXT:
        answered = answer(asked.survey, reading, inbound, block, now)
    left = _is_doubt(reading, asked) and not (answered.step or answered.person)
    if left and not _asked_back(talk.whole, inbound, now):
        answered = replace(answered, step=UNCLEAR)
    if answered.change and conversations.write([answered.change]) != ["ok"]:
        raise RuntimeError("another reply to the same survey was faster")
    return answered


def _is_doubt(reading: Reading, asked: Question) -> bool:
    """Whether a reply that answers no open survey cannot be read: it may be a wish about the texts."""
    asking = asked.survey is not None and asked.survey.status == "open"
    return reading.kind == "ask" and not asking and asked.asked is not Asked.AGENT_TEXT


def _asked_back(whole: Conversation, inbound: Inbound, now: datetime) -> bool:
    """Whether the number was told within a day that it was not understood."""
    since = iso(now - timedelta(days=1))
    return any(
        one.automatic == UNCLEAR and one.received_at > since and one.item != f"{Reply.under}{inbound.id}"
        for one in whole.replies
    )


def change_consent(inbound: Inbound, reading: Reading, talk: Talk, current: Live, now: datetime) -> str:
    """Change what the number may be texted. `now` is when the reply was received.

    A no reaches as far as its words say, else as far as the brand's rule says; a rule about the category or
    the campaign needs a text that is answered. Returns the step that confirms it, "" for a no that was said
    before.
    """
    brand = current.brands.get(talk.brand)
    unsaid = reading.said is not None and reading.said.value == "unsaid"
    kind: Any = brand.opt_out_scope if unsaid and brand else reading.scope or "all"
    if (kind == "category" and not talk.category) or (kind == "campaign" and not talk.campaign):
        kind = "all"
    whose = talk.brand or consent.EVERY_BRAND
    said: dict[str, Any] = {
        "at": now,
        "how": "sms",
        "words": inbound.body,
        "proof_id": inbound.id,
        "shown": talk.shown,
        "whose": Whose(
            talk.subscriber.subscriber_id if talk.subscriber else "",
            bool(brand and brand.show_msisdn_in_events),
        ),
    }
    policy = policy_of(current)
    if reading.kind == "opt_in":
        opt_in(inbound.msisdn, whose, policy=policy, **said)
        return "opt_in"
    scope = consent.scope_of(whose, kind, talk.category, talk.campaign)
    return "opt_out" if opt_out(inbound.msisdn, scope, policy=policy, **said) else ""


def _send(
    answered: Answered,
    inbound: Inbound,
    reading: Reading,
    asked: Question,
    talk: Talk,
    block: Mapping[str, Any],
    current: Live,
    now: datetime,
) -> str:
    """Put what is sent back in the outbox; the step of the automatic answer, "" for none."""
    jobs = []
    step = answered.step
    if step and not _may_answer(step, inbound, talk.whole, current, now):
        step = ""
    if step:
        jobs.append(_automatic(step, inbound, reading, block, asked.survey, talk, current, now))
    if answered.question and asked.survey is not None:
        jobs.append(_question(answered.question, inbound, asked.survey, talk))
    queues.send_jobs(jobs)
    return step


def _may_answer(step: str, inbound: Inbound, whole: Conversation, current: Live, now: datetime) -> bool:
    """Whether the brake lets an automatic answer go out."""
    ours = {one for brand in current.brands.values() for one in _identities(brand)}
    return may_answer(step, inbound.msisdn, inbound.body, inbound.id, whole.replies, ours, now)


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
    inbound: Inbound, reading: Reading, talk: Talk, asked: Survey | None, current: Live, now: datetime
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
        "campaign": talk.campaign or None,
        "occasion": asked.occasion if asked else None,
    }


def _applied(
    inbound: Inbound,
    reading: Reading,
    asked: Question,
    talk: Talk,
    followed: FollowUp,
    step: str,
    now: datetime,
) -> Statement:
    found = {
        "kind": reading.kind,
        "score": reading.score,
        "choice": reading.choice,
        "scope": reading.scope,
        "why": reading.why,
        "machine": reading.machine.value if reading.machine else None,
    }
    return conversations.update(
        reply_key(inbound.msisdn, inbound.id),
        Reply.applied.to(True),
        Reply.reading.to({name: value for name, value in found.items() if value is not None}),
        Reply.about.to(asked.survey.item if asked.survey else ""),
        Reply.answers_item.to(asked.text.item if asked.text else ""),
        Reply.campaign.to(talk.campaign),
        Reply.brand.to(talk.brand),
        Reply.subscriber.to(talk.subscriber.subscriber_id if talk.subscriber else ""),
        Reply.automatic.to(step),
        Reply.handled.to(followed.ends),
        Reply.case_id.to(followed.case_id),
        Reply.inbox.to("unhandled" if followed.ends == "inbox" else f"handled#{iso(now)[:7]}"),
    )
