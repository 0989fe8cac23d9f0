"""What a reply is understood as: decided once, and kept with it before anything is done about it.

A worker that dies while it applies a reply is followed by another that gets the same message. By then the
number may be another subscriber's, and the survey may ask something else: the reply stays what it was first
read as.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from chalicelib.campaigns.live import Live
from chalicelib.delivery.refusal import identities
from chalicelib.job import mt_parts
from chalicelib.replies.answers import asked_now
from chalicelib.replies.asked_block import block_of
from chalicelib.replies.candidates import MachineKind, Said
from chalicelib.replies.conversation import Asked
from chalicelib.replies.inbound import Inbound
from chalicelib.replies.question import Question, context, question
from chalicelib.replies.reading import Reading, read_in_context
from chalicelib.store import subscribers
from chalicelib.store.relationship import Conversation
from chalicelib.store.schema.base import Change
from chalicelib.store.schema.conversations import Reply, Survey
from chalicelib.store.schema.subscribers import Subscriber


@dataclass(frozen=True, slots=True)
class FirstReading:
    """What a reply is, what it answers, and whose it is."""

    reading: Reading
    question: Question
    subscriber: Subscriber | None
    brand: str


def understand(
    inbound: Inbound, whole: Conversation, current: Live, at: datetime, count_for: timedelta
) -> FirstReading:
    """Read a reply that came at `at` in the conversation with its number. For `count_for` after its end a
    survey still takes an answer."""
    asked = question(whole, inbound.previous, at, count_for)
    subscriber = _whose(subscribers.by_msisdn(inbound.msisdn), asked.survey)
    block = block_of(asked.survey, current)
    expected = asked_now(block, asked.survey.question) if asked.survey and block else None
    reading = read_in_context(inbound.body, expected, context(whole, asked, at, count_for))
    return FirstReading(reading, asked, subscriber, brand_of(asked, subscriber, inbound, current))


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
    there = [brand.id for brand in current.brands.values() if inbound.to.lstrip("+") in identities(brand)]
    if subscriber and (subscriber.brand in there or not there):
        return subscriber.brand
    return next(iter(there or sorted(current.brands)), "")


def kept(first: FirstReading) -> tuple[Change, ...]:
    """What a reply's row holds of it."""
    asked, reading = first.question, first.reading
    found = {
        "kind": reading.kind,
        "score": reading.score,
        "choice": reading.choice,
        "scope": reading.scope,
        "why": reading.why,
        "said": reading.said.value if reading.said else None,
        "machine": reading.machine.value if reading.machine else None,
        "evidence": reading.evidence or None,
    }
    return (
        Reply.reading.to({name: value for name, value in found.items() if value is not None}),
        Reply.asked.to(asked.asked.value),
        Reply.about.to(asked.survey.item if asked.survey else ""),
        Reply.answers_item.to(asked.text.item if asked.text else ""),
        Reply.campaign.to(asked.text.campaign if asked.text else ""),
        Reply.brand.to(first.brand),
        Reply.subscriber.to(first.subscriber.subscriber_id if first.subscriber else ""),
    )


def as_kept(reply: Reply, whole: Conversation) -> FirstReading:
    """What the row holds; texts, surveys and people that are gone since are left out."""
    held = reply.reading
    reading = Reading(
        kind=held["kind"],
        score=held.get("score"),
        choice=held.get("choice"),
        scope=held.get("scope"),
        why=held.get("why", ""),
        said=Said(held["said"]) if "said" in held else None,
        machine=MachineKind(held["machine"]) if "machine" in held else None,
        evidence=held.get("evidence", ""),
    )
    asked = Asked(reply.asked)
    answered = (one for one in (*whole.texts, *whole.texts_before) if one.item == reply.answers_item)
    found = Question(
        asked,
        next(answered, None),
        next((one for one in whole.surveys if one.item == reply.about), None),
        mt_parts(reply.answers_item)[2].split("/")[0] if asked is Asked.AGENT_TEXT else "",
    )
    whose = subscribers.get(reply.subscriber) if reply.subscriber else None
    return FirstReading(reading, found, whose, reply.brand)
