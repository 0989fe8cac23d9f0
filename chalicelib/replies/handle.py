"""A reply: stored, read in its conversation, applied; once.

    store (conditional on its id) -> understand, and keep that -> apply -> follow up -> mark as applied

Whoever dies on the way is followed by the same message again: a stored reply that is not marked is
applied anew as what it was understood as first, and every effect has a key of its own, so nothing happens
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib import queues
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.survey_block import SurveyBlock
from chalicelib.clock import iso, parse
from chalicelib.delivery import consent
from chalicelib.delivery.change_consent import opt_in, opt_out, whose_of
from chalicelib.delivery.drafting import policy_of
from chalicelib.delivery.refusal import RULES, meant, refused
from chalicelib.delivery.withdrawing import withdraw_what_is_over
from chalicelib.delivery.wrong_person import somebody_else
from chalicelib.job import mt_parts
from chalicelib.replies.answers import Answered, answer, only_score, opted_out
from chalicelib.replies.asked_block import block_of
from chalicelib.replies.conversation import Asked
from chalicelib.replies.first_reading import FirstReading, as_kept, kept, understand
from chalicelib.replies.inbound import Inbound, inbound_from
from chalicelib.replies.keywords import campaign_of
from chalicelib.replies.question import RE_ASK, Question, context
from chalicelib.replies.reading import Reading, said_by_them
from chalicelib.replies.send_back import STRANGER, Back, lets_out, send_back, told_today
from chalicelib.replies.understood import UNCLEAR, FollowUp, ReplyContext, Talk, is_wrong_person
from chalicelib.store import catalogue, conversations, relationship
from chalicelib.store.conversations import RETENTION_DAYS, Statement
from chalicelib.store.records import mask
from chalicelib.store.schema.conversations import NumberState, Reply, Survey, reply_key
from chalicelib.store.schema.subscribers import Subscriber


def handle(payload: Mapping[str, Any], now: datetime, follow_up: Callable[[ReplyContext], FollowUp]) -> None:
    """Store and apply one inbound text, and hand it to `follow_up` before it is marked as applied.

    Raises KeyError or TypeError when it is none; anything else that is raised means: bring it again.
    """
    inbound = inbound_from(payload)
    reply = store(inbound, now)
    if reply.applied:
        return
    received = parse(reply.received_at)
    current = live(catalogue.control())
    whole = relationship.conversation_with(inbound.msisdn)
    if whole.state.unreachable:  # something came from the number, so it is not invalid
        conversations.change_states(
            [inbound.msisdn],
            lambda state: (NumberState.unreachable.to(""),) if state.unreachable else (),
        )
    count_for = policy_of(current).answers_count_for
    if reply.reading:
        first = as_kept(reply, whole)
    else:
        first = understand(inbound, whole, current, received, count_for)
        _keep(reply, first)
    asked, subscriber, reading = first.question, first.subscriber, first.reading
    block = block_of(asked.survey, current)
    around = context(whole, asked, received, count_for)
    said = said_by_them(inbound.body, around)
    starts = reading.kind in ("text", "ask") and asked.asked is not Asked.AGENT_TEXT
    sent = [one.body for one in around.sent]
    talk = Talk(
        whole=whole,
        subscriber=subscriber,
        brand=first.brand,
        campaign=asked.text.campaign if asked.text else "",
        category=asked.text.category if asked.text else "",
        shown=asked.text.body if asked.text else "",
        language=_language(inbound, asked.survey, subscriber),
        keyed=campaign_of(inbound.body, sent, current.campaigns.values(), first.brand) if starts else None,
    )
    answered = apply(inbound, said, reading, asked, talk, block, current, received)
    withdraw_what_is_over(whole.texts, policy_of(current))
    asks_back = answered.step in (UNCLEAR, RE_ASK)
    asked_back = asks_back and lets_out(answered.step, inbound, talk, current, received)
    understood = ReplyContext(
        inbound=inbound,
        said=said,
        reading=reading,
        question=asked,
        person=answered.person or _unread_answer(asked, block, reading),
        doubt=(_is_doubt(reading, asked) or answered.step == RE_ASK) and not asked_back,
        wordy=not only_score(said),
        block=block,
        subscriber=subscriber,
        brand=talk.brand,
        language=talk.language,
        keyed=talk.keyed is not None,
        at=received,
    )
    followed = follow_up(understood)
    if not answered.question:  # who is asked on is answered by that
        # What reached a person as a complaint was understood: it is not asked back.
        heard = followed.answer if asks_back else ""
        answered = replace(answered, step=heard or answered.step or followed.answer)
    back = Back(inbound, reading, asked.survey, talk, block, followed.facts, received)
    step = send_back(back, answered, current)
    queues.announce([("reply.received", _event(inbound, reading, talk, asked.survey, current, received))])
    conversations.write_surely([_applied(reply, followed, step, received)])


def store(inbound: Inbound, now: datetime) -> Reply:
    """Keep the reply as it came, before anything is made of it. Returns what is kept: when it was received
    first, so that whoever applies it anew does so with the same time, and how far that got."""
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
        return reply
    return conversations.find(Reply, [reply.key])[reply.key]


def _keep(reply: Reply, first: FirstReading) -> None:
    """Keep what the reply is understood as. Raises RuntimeError when another worker was faster."""
    kept_now = conversations.update(reply.key, *kept(first), where=Reply.reading.missing())
    if conversations.write_surely([kept_now]) != ["ok"]:
        raise RuntimeError("another worker has understood the same reply")


def apply(
    inbound: Inbound,
    said: str,
    reading: Reading,
    asked: Question,
    talk: Talk,
    block: SurveyBlock | None,
    current: Live,
    now: datetime,
) -> Answered:
    """Do what the reply asks for: consent, whose number it is, the survey. `said` is what the person wrote
    of it. What is sent back is sent later."""
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
    elif talk.keyed:
        return answered  # the campaign's text is the answer; a survey goes on waiting
    elif asked.survey is not None and block and asked.asked is not Asked.AGENT_TEXT:
        answered = answer(asked.survey, reading, replace(inbound, body=said), block, now)
    if is_wrong_person(reading) and asked.asked is not Asked.AGENT_TEXT:  # an agent sees it and asks
        about = mt_parts(asked.text.item)[1] if asked.text else _whose_id(talk)
        if about not in ("", STRANGER):
            somebody_else(inbound.msisdn, about, f"{Reply.under}{inbound.id}")
        answered = replace(answered, step="not_me")
    left = _is_doubt(reading, asked) and not (answered.step or answered.person)
    if left and not told_today(UNCLEAR, talk, inbound.id, now):
        answered = replace(answered, step=UNCLEAR)
    if answered.change and conversations.write([answered.change]) != ["ok"]:
        raise RuntimeError("another reply to the same survey was faster")
    return answered


def _whose_id(talk: Talk) -> str:
    return talk.subscriber.subscriber_id if talk.subscriber else ""


def _is_doubt(reading: Reading, asked: Question) -> bool:
    """Whether a reply that answers no open survey cannot be read: it may be a wish about the texts."""
    asking = asked.survey is not None and asked.survey.status == "open"
    return reading.kind == "ask" and not asking and asked.asked is not Asked.AGENT_TEXT


def _unread_answer(asked: Question, block: SurveyBlock | None, reading: Reading) -> bool:
    """Whether a reply may answer an open survey of which nobody can read any more what it asked."""
    waits = asked.survey is not None and asked.survey.status == "open" and block is None
    return waits and reading.kind in ("text", "ask")


def change_consent(inbound: Inbound, reading: Reading, talk: Talk, current: Live, now: datetime) -> str:
    """Change what the number may be texted. `now` is when the reply was received.

    What a no reaches is in `refusal`; a yes is to one brand. Returns the step that confirms it, "" for a no
    that was said before.
    """
    policy = policy_of(current)
    own = current.brands.get(talk.brand)
    known = bool(talk.campaign) or (talk.subscriber is not None and talk.subscriber.brand == talk.brand)
    said: dict[str, Any] = {
        "at": now,
        "how": "sms",
        "words": inbound.body,
        "shown": talk.shown,
        "policy": policy,
        "whose": whose_of(talk.subscriber, own),
    }
    if reading.kind == "opt_in":
        opt_in(inbound.msisdn, talk.brand or consent.EVERY_BRAND, proof_id=inbound.id, **said)
        return "opt_in"
    unsaid = reading.said is not None and reading.said.value == "unsaid"
    everywhere = policy.holds_for_every_brand(inbound.msisdn, said["whose"].region, now)
    new = [
        opt_out(inbound.msisdn, scope, proof_id=proof_id, **said)
        for scope, proof_id in refused(
            inbound.id,
            ()
            if everywhere
            else meant(own if known else None, inbound.to, current.brands, current.some_brand_unread),
            None if unsaid else RULES[reading.scope or "all"],
            talk.category,
            talk.campaign,
        )
    ]
    return "opt_out" if any(new) else ""


def _language(inbound: Inbound, asked: Survey | None, subscriber: Subscriber | None) -> str:
    """The subscriber's; for a stranger the language they wrote in, as far as the script tells."""
    if asked and asked.language:
        return asked.language
    if subscriber and subscriber.language:
        return subscriber.language
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


def _applied(reply: Reply, followed: FollowUp, step: str, now: datetime) -> Statement:
    return conversations.update(
        reply.key,
        Reply.applied.to(True),
        Reply.automatic.to(step),
        Reply.handled.to(followed.ends),
        Reply.case_id.to(followed.case_id),
        Reply.inbox.to("unhandled" if followed.ends == "inbox" else f"handled#{iso(now)[:7]}"),
    )
