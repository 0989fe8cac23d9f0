"""Checks of texts: each once, none lost, doubts by evidence, hours, caps, pauses, approved versions."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.delivery.receipt_events import UNDELIVERED
from chalicelib.delivery.states import ALLOWED, NEW
from tests.simulation import cast, oracle
from tests.simulation.history import BETWEEN, History, Life, Row, Text, drawn

DOUBT_WAIT = 15 * 60.0
FREEZE = 110.0  # a worker may stand still between reading the clock and writing what is due by it
ENDED = {"sent", "delivered", "undelivered", "suppressed", "expired", "failed"}


def once(history: History) -> Iterator[str]:
    """1. At most one text for each key, but for doubts that were ended with `resend`."""
    times: dict[str, list[Text]] = defaultdict(list)
    for text in history.texts:
        times[text.sent.item].append(text)
    both = Counter(item for _, item, _ in history.world.network.both)  # a refusal that was believed
    for item, texts in times.items():
        allowed = 1 + sum(_resends(history, life) for life in history.by_item.get(item, ())) + both[item]
        if len(texts) > allowed:
            when = ", ".join(f"{history.ago(one.at)} to {one.sent.to[-4:]}" for one in texts)
            yield f"{item} was accepted {len(texts)} times, {allowed} allowed: {when}"


def _resends(history: History, life: Life) -> int:
    return sum(
        before is not None
        and before["status"] == "in_doubt"
        and after["status"] == "held"
        and (after["reason"] == "resend" or not _refused(history, life, before, at))
        for at, before, after in life.steps()
    )


def _refused(history: History, life: Life, row: Row, moment: float) -> bool:
    """Whether the network had said by then that it did not take this hand-off."""
    told = history.world.network.refused.get((life.msisdn, life.item, row["token"]))
    return told is not None and told <= moment


def not_lost(history: History) -> Iterator[str]:
    """2. Everything that was asked for has its outcome, and exactly one."""
    for wanted in oracle.expected(history):
        lives = [life for item in wanted.items for life in history.by_item.get(item, ())]
        if not lives:
            yield f"{wanted.why}: nothing is recorded under {' or '.join(wanted.items)}"
    for life in history.of_kind("mt#"):
        if life.last["status"] not in ENDED and life.versions[-1][1] is not None:
            yield f"{life.item} of {life.msisdn[-4:]} ends as {life.last['status']}"
    for name, queue in history.world.queues.items():
        left = [one for one in queue.messages.values() if not name.endswith("-dead")]
        left += [
            one
            for one in queue.messages.values()
            if name.endswith("-dead") and "reason" not in one.attributes
        ]
        if left:
            yield f"{len(left)} messages are left in {name}: {left[0].body[:150]}"


def truly_sent(history: History) -> Iterator[str]:
    """2. What is recorded as sent or delivered was taken by the network: by its last hand-off, or by one that
    the row says this of."""
    taken = {(one.sent.to, one.sent.item, one.sent.token) for one in history.texts}
    for life in history.of_kind("mt#"):
        for at, before, after in life.steps():
            changed = before is None or before["status"] != after["status"]
            if (
                changed
                and after["status"] == "sent"
                and not any((life.msisdn, life.item, one) in taken for one in _standing(after))
            ):
                yield f"{life.item} was recorded as sent at {history.ago(at)}, and the network never had it"


def _only_in_part(history: History, payload: Mapping[str, Any]) -> bool:
    """Whether a receipt is that of the first part of a hand-off of which the network refused others."""
    about = payload["destinationPhoneNumber"], payload["context"]["item"], payload["context"]["token"]
    network = history.world.network
    return bool(payload.get("firstPart")) and about in network.refused and about not in network.both


def delivered_in_full(history: History) -> Iterator[str]:
    """2. What is recorded as delivered reached its phone, all parts of it."""
    had = {(one.sent.to, one.sent.item) for one in history.texts}
    for life in history.of_kind("mt#"):
        for at, _, after in life.steps():
            if after["status"] == "delivered" and (life.msisdn, life.item) not in had:
                yield f"{life.item} was delivered at {history.ago(at)}, and the phone never had it"


def _standing(row: Row) -> set[str]:
    """The hand-offs that a row counts on, by their tokens."""
    said = json.loads(row["said"]) if row["said"] else {}
    return {row["token"]} - said.keys() | {token for token, one in said.items() if one[0] == "taken"}


def whose_end(history: History) -> Iterator[str]:
    """3. A text ends as undelivered by a receipt of its last hand-off; by an earlier one's only once that was
    refused, or its doubt's time was over."""
    told: dict[tuple[str, str], list[tuple[float, str, str]]] = defaultdict(list)
    for at, payload in history.world.told:
        about = payload["destinationPhoneNumber"], payload["context"]["item"]
        told[about].append((at, payload["context"]["token"], payload["eventType"]))
    for life in history.of_kind("mt#"):
        since = 0.0
        for at, before, after in life.steps():
            if before is None or before["status"] != after["status"]:
                status, since_before, since = before["status"] if before else NEW, since, at
                if after["status"] != "undelivered" or status == "held":
                    continue
                last = before["token"] if before else ""
                said = [
                    (moment, token, kind)
                    for moment, token, kind in told[life.msisdn, life.item]
                    if moment <= at and token == last
                ]
                over = status == "in_doubt" and at - since_before > DOUBT_WAIT - FREEZE
                failed = any(kind in UNDELIVERED for _, _, kind in said)
                refused = any(kind == "TEXT_REFUSED" for _, _, kind in said)
                gave_up = status == "sending"  # the worker heard no from the gateway itself
                # An earlier one has stood in for it already, by its acknowledgement.
                closed = before is not None and last not in _standing(before)
                if not (failed or refused or over or gave_up or closed):
                    yield f"{life.item} was {status} by {last} when another hand-off's failure ended it"


def not_again_after_a_word(history: History) -> Iterator[str]:
    """3. What the network was known to have, or to have had, is not handed off again."""
    heard: dict[tuple[str, str], list[tuple[float, str, str]]] = defaultdict(list)
    for handled in history.world.handled:
        if handled.queue == "receipts":
            for payload in oracle.receipts(handled.bodies):
                about = payload["destinationPhoneNumber"], payload["context"]["item"]
                kind, token = payload["eventType"], payload["context"]["token"]
                if _only_in_part(history, payload):
                    continue
                if kind == "TEXT_ACCEPTED" or payload["isFinal"]:
                    heard[about].append((handled.at, token, kind))
    for text in history.texts:
        for at, token, kind in heard[text.sent.to, text.sent.item]:
            if at <= text.claimed_at and token != text.sent.token:
                yield f"{text.sent.item} was claimed at {history.ago(text.claimed_at)}, after {kind} at {at}"


def nothing_unwanted(history: History) -> Iterator[str]:
    """2. No text that nobody asked for."""
    allowed = oracle.allowed_items(history)
    for text in history.texts:
        if text.campaign in oracle.FORESEEN and text.sent.item not in allowed:
            yield f"{text.sent.item} was sent at {history.ago(text.at)}, and nothing asked for it"


def doubt(history: History) -> Iterator[str]:
    """3. A doubt is ended by evidence, or after its wait as the campaign says."""
    documents = cast.documents()
    resends = {
        item: sum(_resends(history, one) for one in lives) for item, lives in history.by_item.items()
    }  # under all numbers that the text had
    for life in history.of_kind("mt#"):
        since = 0.0
        for at, before, after in life.steps():
            if (
                before is not None
                and before["status"] == "in_doubt"
                and after["status"] in ("held", "failed")
                and not _refused(history, life, before, at)
            ):
                if at - since < DOUBT_WAIT - FREEZE:
                    yield f"{life.item}: the doubt of {history.ago(since)} was ended at {history.ago(at)}"
                rule = documents[f"campaign#{after['campaign']}"]["when_in_doubt"]
                if after["status"] == "held" and rule != "resend":
                    yield f"{life.item}: sent again in doubt, but the campaign says {rule}"
                if after["status"] == "failed" and rule == "resend" and not resends[life.item]:
                    yield f"{life.item}: dropped in doubt, but the campaign says {rule}"
            if after["status"] == "in_doubt" and (before is None or before["status"] != "in_doubt"):
                since = at


def evidence(history: History) -> Iterator[str]:
    """3. A final receipt that was handled has ended its text, and is not answered by sending again."""
    for handled in history.world.handled:
        if handled.queue != "receipts":
            continue
        for payload in oracle.receipts(handled.bodies):
            life = history.lives.get((payload["destinationPhoneNumber"], payload["context"]["item"]))
            row = life.at(handled.at) if life else None
            if (
                row is not None
                and payload["isFinal"]
                and row["status"] in ("sending", "handed_over", "sent", "in_doubt", "held")
                and (payload["eventType"] not in UNDELIVERED or payload["context"]["token"] in _standing(row))
                and not (payload.get("firstPart") and row["status"] != "held")  # noted
                and not _only_in_part(history, payload)
            ):
                kind = payload["eventType"]
                yield f"{row['item']} is {row['status']} after its {kind} at {history.ago(handled.at)}"


def steps(history: History) -> Iterator[str]:
    """Every change of a text's status is one of docs/states.md; a final one never changes."""
    for life in history.of_kind("mt#"):
        for at, before, after in life.steps():
            old = before["status"] if before else NEW
            if old != after["status"] and after["status"] not in ALLOWED[old]:
                yield f"{life.item} went from {old} to {after['status']} at {history.ago(at)}"


def decent_hours(history: History) -> Iterator[str]:
    """5. A text is claimed inside its window, where the recipient is, and handed off right after."""
    for text in history.texts:
        if not text.row:
            continue
        who = text.sent.item.split("/")[1]
        windows = oracle.windows(who, text.sent.to, text.campaign, text.row["category"])
        late = timedelta(seconds=max(1.0, text.at - text.claimed_at))
        for zone in map(ZoneInfo, oracle.zones(who, text.sent.to)):
            claimed = datetime.fromtimestamp(text.claimed_at, UTC).astimezone(zone)
            handed = datetime.fromtimestamp(text.at, UTC).astimezone(zone)
            if not (
                oracle.inside(windows, claimed)
                and (oracle.inside(windows, handed) or oracle.inside(windows, handed - late))
            ):
                when = f"{handed:%a %d %b %H:%M:%S} of {zone.key}, claimed {claimed:%H:%M:%S}"
                yield f"{text.sent.item} was handed off at {when}"


def caps(history: History) -> Iterator[str]:
    """6. No number gets more than a cap within its span."""
    by_number: dict[str, list[Text]] = defaultdict(list)
    for text in history.texts:
        if text.row and text.row["category"] in ("marketing", "survey"):
            by_number[text.sent.to].append(text)
    for msisdn, texts in by_number.items():
        lines = list(drawn(history, msisdn))
        for of, at_most, hours in oracle.CAPS:
            span = hours * 3600 - 2 * BETWEEN
            counted = [one for one in texts if one.row["category"] in of]
            for last in counted:
                within = {
                    one.sent.item
                    for one in counted
                    if last.at - span < one.at <= last.at
                    and not any(one.at <= line <= last.at for line in lines)
                }
                if len(within) > at_most:
                    said = f"{len(within)} of {'+'.join(of)} within {hours} h"
                    yield f"{msisdn[-4:]} got {said}: {sorted(within)}"


def paused(history: History) -> Iterator[str]:
    """Nothing of a paused campaign is claimed and handed off."""
    for text in history.texts:
        if not text.row:
            continue
        for moment in (text.claimed_at, text.at):
            control = history.controls.at(moment, before=True) or {}
            if not (control.get("paused_all") or text.campaign in control.get("paused", ())):
                break
        else:
            yield f"{text.sent.item} was claimed at {history.ago(text.claimed_at)} during a pause"


def approved(history: History) -> Iterator[str]:
    """10. A text is of a version that was live when its batch began or later."""
    for text in history.texts:
        if text.row:
            name = f"campaign#{text.campaign}"
            live = {
                (history.controls.at(at) or {}).get("live", {}).get(name)
                for at in (text.claimed_at - 120, text.claimed_at - 5, text.claimed_at, history.start)
            }
            live |= {
                row["live"].get(name)
                for at, _, row in history.controls.steps()
                if abs(at - text.claimed_at) < 120
            }
            if text.row["version"] not in live:
                yield f"{text.sent.item} went out as version {text.row['version']}, live was {live}"


CHECKS = (
    once, not_lost, truly_sent, delivered_in_full, whose_end, not_again_after_a_word, nothing_unwanted, doubt,
    evidence, steps, decent_hours, caps, paused, approved,
)  # fmt: skip
