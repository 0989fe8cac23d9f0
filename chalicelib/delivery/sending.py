"""The hand-off to the gateway, and recording what it said."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from chalicelib import log
from chalicelib.campaigns.live import Live
from chalicelib.clock import iso, parse
from chalicelib.delivery.change_consent import Whose, opt_out
from chalicelib.delivery.claims import in_doubt
from chalicelib.delivery.consent import scope_of
from chalicelib.delivery.consent_check import give_up, give_up_claim
from chalicelib.delivery.drafting import Draft, parked, policy_of
from chalicelib.delivery.outcomes import (
    SPARED_FOR,
    STOPPED_FOR,
    GiveUp,
    InDoubt,
    Retry,
    StopLane,
    outcome_of,
)
from chalicelib.delivery.ports import Ports
from chalicelib.job import mt_parts
from chalicelib.sms.gateways import GatewayAnswer, NotSent, Outgoing, Queued, unknown
from chalicelib.store import catalogue, conversations
from chalicelib.store.conversations import Statement
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.conversations import Text, due_partition

LONGEST_LIFE = timedelta(hours=72)  # what the network may take for a text without `valid_until`
TRIES_IN_QUEUE = 6  # after so many refusals a text is parked instead, so that the queue never gives it up
ALL_OF = 3  # so many doubts and nothing else, or so many tries of one text, are more than bad luck
ACKNOWLEDGED_WITHIN = timedelta(minutes=5)  # then a text that a gateway has queued is in doubt


def hand_off(drafts: Sequence[Draft], current: Live, ports: Ports) -> list[tuple[Draft, int]]:
    """Send these concurrently and record each outcome; returns those to come back to, in how many seconds."""
    later: list[tuple[Draft, int]] = []
    records: list[Statement] = []
    recorded: list[tuple[Draft, bool]] = []  # in the same order: whose, and whether it surely did not leave
    refusing: list[Draft] = []
    by_gateway: dict[str, list[Draft]] = {}
    for one in drafts:
        by_gateway.setdefault(one.originator.gateway if one.originator else "aws", []).append(one)
    for gateway, mine in by_gateway.items():
        now = ports.now()
        answers = ports.send_all(ports.gateways.get(gateway, unknown), in_turn(mine, now))
        now = ports.now()
        for one, answer in zip(mine, answers, strict=True):
            statement, seconds = record(one, answer, now, ports)
            records.append(statement)
            recorded.append((one, surely_not(answer)))
            if seconds is not None:
                later.append((one, seconds))
        for identity in failing(mine, answers):
            log.warn(
                "originator keeps failing", originator=identity, then="its backup takes over for a while"
            )
            catalogue.spare(identity, iso(now + SPARED_FOR))
        for one, reason in stopped(mine, answers):
            log.warn("lane stopped", originator=one.text.originator, reason=reason, lane=one.job.lane)
            log.measure({"LaneStopped": 1}, campaign=one.job.campaign, lane=one.job.lane, at=now.timestamp())
        refusing += [one for one, answer in zip(mine, answers, strict=True) if refused_by_number(answer)]
    written = conversations.write_surely(records, ports.sleep)  # what is not recorded becomes a doubt
    given_up = [n for n, (_, came_to_nothing) in enumerate(recorded) if came_to_nothing]
    give_up(
        [(recorded[n][0].key, recorded[n][0].token) for n in given_up],
        [written[n] for n in given_up],
        ports.now(),
    )
    for one in refusing:
        _keep_out(one, current, ports.now())
    return later


def surely_not(answer: GatewayAnswer) -> bool:
    """Whether the gateway surely did not take the text."""
    return isinstance(answer, NotSent) and not isinstance(outcome_of(answer.code, answer.reason), InDoubt)


def refused_by_number(answer: GatewayAnswer) -> bool:
    """Whether the network says that the number has opted out there: a no that never came to us."""
    if not isinstance(answer, NotSent):
        return False
    return outcome_of(answer.code, answer.reason) == GiveUp("gateway_opted_out")


def _keep_out(one: Draft, current: Live, now: datetime) -> None:
    """The network's own opt-out becomes ours."""
    opt_out(
        one.ask.msisdn,
        scope_of(one.ask.brand, "all"),
        at=now,
        how="network",
        words="",
        proof_id=f"network-{one.token}",
        policy=policy_of(current),
        whose=Whose(one.job.subscriber if one.job.subscriber != "-" else "", region=one.ask.region),
    )


def failing(drafts: Sequence[Draft], answers: Sequence[GatewayAnswer]) -> list[str]:
    """The originators with a backup that should be spared: one that is unusable, one whose gateway says it is
    stuck, or a whole batch without an answer, of at least `ALL_OF` texts or tries of one."""
    found = []
    by_identity: dict[str, list[tuple[Draft, GatewayAnswer]]] = {}
    for one, answer in zip(drafts, answers, strict=True):
        if one.originator and one.originator.backup:
            by_identity.setdefault(one.originator.identity, []).append((one, answer))
    for identity, mine in by_identity.items():
        tries = max(len(mine), *(one.received.receives for one, _ in mine))
        nothing = all(_no_answer(answer) for _, answer in mine)
        if any(_unusable(answer) for _, answer in mine) or (nothing and tries >= ALL_OF):
            found.append(identity)
    return found


def _unusable(answer: GatewayAnswer) -> bool:
    if isinstance(answer, NotSent):
        return isinstance(outcome_of(answer.code, answer.reason), StopLane)
    return isinstance(answer, Queued) and answer.stuck


def _no_answer(answer: GatewayAnswer) -> bool:
    if not isinstance(answer, NotSent):
        return False
    match outcome_of(answer.code, answer.reason):
        case InDoubt() | Retry(silent=True):
            return True
    return False


def stopped(drafts: Sequence[Draft], answers: Sequence[GatewayAnswer]) -> list[tuple[Draft, str]]:
    """The originators that take nothing any more and have no backup: one of each one's texts, and why."""
    found: dict[tuple[str, str], Draft] = {}
    for one, answer in zip(drafts, answers, strict=True):
        if isinstance(answer, NotSent) and not (one.originator and one.originator.backup):
            outcome = outcome_of(answer.code, answer.reason)
            if isinstance(outcome, StopLane):
                found.setdefault((one.text.originator, outcome.reason), one)
    return [(one, reason) for (_, reason), one in found.items()]


def in_turn(drafts: Sequence[Draft], now: datetime) -> list[Outgoing]:
    """The texts, spread over the time that their parts take: a burst would leave the urgent lane nothing
    of the originator's second."""
    taken: dict[str, float] = {}
    texts = []
    for one in drafts:
        turn = taken.get(one.text.originator, 0.0)
        texts.append(outgoing(one, now, turn))
        taken[one.text.originator] = turn + one.parts / (one.originator.per_second if one.originator else 1)
    return texts


def outgoing(one: Draft, now: datetime, turn: float = 0.0) -> Outgoing:
    """The text as the gateway gets it; the context finds the row again when a receipt comes."""
    life = parse(one.ask.valid_until) - now if one.ask.valid_until else LONGEST_LIFE
    return Outgoing(
        to=one.ask.msisdn,
        originator=one.text.originator,
        body=one.text.body,
        promotional=is_promotional(one),
        seconds_to_live=int(life.total_seconds()),
        turn=turn,
        context=context_of(one),
        registration=one.registration,
        counting=one.originator.counting if one.originator else "network",
        urgent=one.job.lane == "urgent",
    )


def is_promotional(one: Draft) -> bool:
    """The kind of text, as the gateway is told: what the originator is registered for, else by category."""
    if one.originator and one.originator.message_type:
        return one.originator.message_type == "promotional"
    return one.ask.category == "marketing"


def context_of(one: Draft) -> Mapping[str, str]:
    """`item` and `token`, and the partition where that is not the number itself."""
    campaign, *_ = mt_parts(one.ask.item)
    return {"item": one.ask.item, "token": one.token, "campaign": campaign}


# A lease that ran out meanwhile made it a doubt; the gateway's answer is the evidence that ends it.
_AWAITED = Text.status.one_of(("sending", "in_doubt"))


def record(one: Draft, answer: GatewayAnswer, now: datetime, ports: Ports) -> tuple[Statement, int | None]:
    """The write that keeps the outcome, and when the job must be seen again (None: it is done)."""
    if isinstance(answer, str):
        accepted = conversations.update(
            one.key,
            Text.status.to("sent"),
            Text.message_id.to(answer),
            Text.sent_at.to(iso(now)),
            remove=(Text.lease_until, Text.due_partition, Text.due, Text.job, Text.reason),
            where=Text.token.equals(one.token) & _AWAITED,
        )
        return accepted, None
    if isinstance(answer, Queued):
        return handed_over(one, now), None
    match outcome_of(answer.code, answer.reason, one.received.receives - 1, ports.chance()):
        case InDoubt(reason):
            return in_doubt(replace(one.text, token=one.token), one.job, now, reason), None
        case GiveUp(reason):
            failed = replace(one.text, status="failed", reason=reason, error=str(answer)[:200])
            return _instead(one, failed), None
        case StopLane() if (
            one.originator and one.originator.backup and one.received.receives <= TRIES_IN_QUEUE
        ):
            return _instead(
                one, _back_in_queue(one)
            ), 1  # by the backup, then, unless that is of no use either
        case StopLane():
            return _instead(one, parked(one.text, one.job, now + STOPPED_FOR, "throttled", now)), None
        case Retry(seconds):
            if one.received.receives > TRIES_IN_QUEUE:
                until = now + timedelta(seconds=seconds)
                return _instead(one, parked(one.text, one.job, until, "throttled", now)), None
            return _instead(one, _back_in_queue(one)), max(1, round(seconds))


def handed_over(one: Draft, now: datetime) -> Statement:
    """Record that the gateway has queued the text: until the network takes or refuses it, or says nothing."""
    kept = dataclasses.replace(one.job, parked=True, snapshot=None, snapshot_at="")
    return conversations.update(
        one.key,
        Text.status.to("handed_over"),
        Text.job.to(kept.dumps()),
        Text.due_partition.to(due_partition("handed", one.text.item)),
        Text.due.to(iso(now + ACKNOWLEDGED_WITHIN)),
        remove=(Text.lease_until,),
        where=Text.token.equals(one.token) & Text.status.equals("sending"),
    )


def _back_in_queue(one: Draft) -> Text:
    return replace(one.text, status="held", reason="throttled")


def _instead(one: Draft, text: Text) -> Statement:
    return give_up_claim(dataclasses.replace(one, text=text), one.token)
