"""Makes of an outbox job the row of its text: subscriber found, decided, worded; nothing is written."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from chalicelib.campaigns.campaign import INVITATION, Campaign
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.language import Unrenderable
from chalicelib.campaigns.live import Live
from chalicelib.campaigns.matching import all_facts, in_audience, variant_for
from chalicelib.campaigns.variants import HOLDOUT
from chalicelib.campaigns.wording import word
from chalicelib.clock import iso
from chalicelib.delivery.decide import Ask, Decision, Expire, Hold, Send, Suppress, decide
from chalicelib.delivery.policy import Policy, policy_from
from chalicelib.job import Job
from chalicelib.problems import Problem
from chalicelib.sms.segments import count
from chalicelib.store.conversations import RETENTION_DAYS
from chalicelib.store.records import Originator
from chalicelib.store.schema.base import Key, replace
from chalicelib.store.schema.catalogue import Control
from chalicelib.store.schema.conversations import Text, due_partition
from chalicelib.store.schema.subscribers import Subscriber


@dataclass(frozen=True, slots=True)
class Received:
    """A job as it came off its lane. `id` is the queue's message id, `receives` counts from 1."""

    job: Job
    id: str
    receives: int = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """What is about to happen with one text.

    `text` holds everything but the claim (token, lease); its `status` is `sending` for a text that
    may go out, else what is to be recorded instead.
    """

    received: Received
    text: Text
    ask: Ask
    campaign: Campaign | None = None
    originator: Originator | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    numbers_before: tuple[str, ...] = ()  # that its subscriber had; none for a text to a stated number
    registration: str = ""  # of the campaign with the authority of the recipient's country

    def recording(self, text: Text) -> Draft:
        """The same with another `text`; `dataclasses.replace` would cost as much as deciding."""
        return Draft(
            self.received,
            text,
            self.ask,
            self.campaign,
            self.originator,
            self.facts,
            self.token,
            self.numbers_before,
            self.registration,
        )

    @property
    def job(self) -> Job:
        return self.received.job

    @property
    def key(self) -> Key:
        """Where the text is recorded."""
        return self.text.key

    @property
    def goes_out(self) -> bool:
        return self.text.status == "sending"

    @property
    def parts(self) -> int:
        """Message parts, which is what the originator's rate counts."""
        return self.text.segments or 1


def draft(
    received: Received,
    subscriber: Subscriber | None,
    live: Live,
    control: Control,
    now: datetime,
    read_at: str = "",
    token: str = "",
) -> Draft:
    """Resolve, decide and word one job. What cannot go out becomes a text that says why.

    `read_at` is when the subscriber was read (ISO), "" for only just; `token` is what it is claimed with.
    """
    job = received.job
    campaign = live.campaigns.get(job.campaign)
    sold_as = job.brand or (subscriber.brand if subscriber else "")
    brand, unread = live.brands.get(sold_as), live.is_unread(job.campaign, sold_as)
    msisdn = job.to or (subscriber.msisdn if subscriber else "")
    category = job.category or (campaign.category if campaign else "service")
    originator = None
    if brand and msisdn:
        spared, promotional = control.spared(iso(now)), category == "marketing"
        originator = brand.originator_for(msisdn, spared, promotional=promotional)
    facts: Mapping[str, Any] = {}
    problem: Problem | None = None
    wanted, variant, place = True, "", "audience"
    to_ask: Mapping[str, Any] = {}
    if campaign and brand and (subscriber or job.to):
        plan = live.plans.get(subscriber.plan) if subscriber else None
        facts = all_facts(job, subscriber, campaign, plan, brand, now)
        try:
            wanted = in_audience(campaign, facts) if subscriber else True
            to_ask = facts if wanted else {}
        except (Unrenderable, BadSource) as error:
            problem = error.problem
    if campaign:
        try:
            variant = variant_for(campaign, job.subscriber, to_ask)
        except (Unrenderable, BadSource) as error:
            problem, place = error.problem, "variants_when"
    ask = Ask(
        item=job.item,
        category=category,
        campaign=job.campaign,
        brand=brand.id if brand else "",
        msisdn=msisdn,
        region=subscriber.region if subscriber else "",
        zone=subscriber.time_zone if subscriber else "",
        window=campaign.window if campaign else None,
        valid_until=job.valid_until,
        not_before=job.not_before,
        read_at=read_at,
        live=campaign is not None or unread,
        unread=unread,
        paused=control.holds_back(job.campaign),
        originator=originator is not None,
        wanted=wanted,
        holdout=variant == HOLDOUT,
        not_asked_within=campaign.survey.not_asked_within
        if campaign and campaign.survey and job.step == INVITATION
        else timedelta(0),
        subscriber="" if job.to else job.subscriber,
    )
    text = Text(
        msisdn=msisdn or f"subscriber#{job.subscriber}",
        item=job.item,
        status="sending",
        campaign=job.campaign,
        lane=job.lane,
        version=campaign.version if campaign else 0,
        category=ask.category,
        brand=ask.brand,
        at=iso(now),
        valid_until=job.valid_until,
        expires=int((now + timedelta(days=RETENTION_DAYS)).timestamp()),
        variant=variant,
        region=subscriber.region if subscriber else "",
        tier=subscriber.tier if subscriber else "",
        dimensions=live.vocabulary.dimensions_of(subscriber.own_fields) if subscriber else {},
    )
    before = subscriber.previous_msisdns if subscriber and not job.to else ()
    drafted = Draft(
        received, text, ask, campaign, originator, facts, token, before, _registration(campaign, ask, live)
    )
    decision = decide(ask, None, policy_of(live), now)
    if not isinstance(decision, Send):
        return instead(drafted, decision, now)
    if campaign is None or brand is None or originator is None:
        raise AssertionError("decide lets nothing go out without them")
    try:
        if problem:
            raise Unrenderable(place, problem, problem.line)
        step = campaign.worded_as(job.step, variant)
        worded = word(campaign, step, brand, job.language or str(facts.get("language", "")), facts)
    except (Unrenderable, BadSource) as error:
        failed = replace(text, status="failed", reason="unrenderable", error=str(error)[:200])
        return drafted.recording(failed)
    worded_text = replace(
        text,
        body=worded.body,
        language=worded.language,
        segments=count(worded.body, originator.counting).segments,
        originator=originator.identity,
    )
    return drafted.recording(worded_text)


def _registration(campaign: Campaign | None, ask: Ask, live: Live) -> str:
    if campaign is None or not campaign.registrations:
        return ""
    country, _ = policy_of(live).place(ask.msisdn, ask.region)
    return campaign.registrations.get(country, "")


def instead(drafted: Draft, decision: Decision, now: datetime) -> Draft:
    """The draft with what is recorded in place of sending."""
    text = drafted.text
    match decision:
        case Suppress(reason, scope):
            text = replace(text, status="suppressed", reason=reason, scope=scope or "")
        case Expire():
            text = replace(text, status="expired", reason="valid_until")
        case Hold(until, why):
            text = parked(text, drafted.job, until, why, now)
        case Send():
            return drafted
    return drafted.recording(text)


def parked(text: Text, job: Job, until: datetime | None, reason: str, now: datetime) -> Text:
    """A text that is held in the index `parked`: until a moment, or until what is paused is resumed."""
    kind = "time" if until else f"paused#{job.campaign}"
    again = dataclasses.replace(job, parked=True, snapshot=None, snapshot_at="")
    return replace(
        text,
        status="held",
        reason=reason,
        due_partition=due_partition(kind, job.item),
        due=iso(until or now),
        job=again.dumps(),
    )


def superseded(drafted: Draft) -> list[Text]:
    """What is recorded for the occasions that this text stands in for."""
    job, text = drafted.job, drafted.text
    return [
        Text(
            msisdn=text.msisdn,
            item=dataclasses.replace(job, occasion=occasion, supersedes=()).item,
            status="suppressed",
            reason="superseded",
            campaign=text.campaign,
            lane=text.lane,
            version=text.version,
            category=text.category,
            brand=text.brand,
            at=text.at,
            valid_until=text.valid_until,
            expires=text.expires,
            variant=text.variant,
            region=text.region,
            tier=text.tier,
            dimensions=text.dimensions,
        )
        for occasion in job.supersedes
    ]


_policy: tuple[Mapping[str, Any], Policy] | None = None


def policy_of(live: Live) -> Policy:
    """The policy of a set of live documents, parsed once for each."""
    global _policy
    if _policy is None or _policy[0] is not live.policy:
        _policy = (live.policy, policy_from(live.policy))
    return _policy[1]
