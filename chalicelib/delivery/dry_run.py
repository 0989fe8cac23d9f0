"""What a one-off campaign would do, without doing it: the same pages, drafts and decisions, nothing sent.

A dry run is a batch that is looked at, in parts (see `chalicelib.parts`), as if it were its hour.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib import parts
from chalicelib.campaigns import audience, batches
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso, parse
from chalicelib.delivery.decide import Expire, Hold, Send, Suppress, decide
from chalicelib.delivery.deliver import URGENT_SHARE
from chalicelib.delivery.drafting import Received, draft, policy_of
from chalicelib.sms.price import price
from chalicelib.store import catalogue, conversations
from chalicelib.store import part_rows as stored
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import Batch, Control, DryRun, DryRunPart, head_key, part_key
from chalicelib.store.schema.conversations import Text
from chalicelib.store.schema.subscribers import Subscriber

KEPT = timedelta(days=7)
PAGE = 500


def start(batch: Batch, document: Mapping[str, Any], now: datetime, id: str) -> str:
    """Begin a dry run of a batch with a campaign's document, live or not; the id to ask with."""
    head = DryRun(
        name=head_key(DryRun, id).hash,
        document=dict(document),
        batch=batch.plain(),
        at=iso(now),
        expires=int((now + KEPT).timestamp()),
    )
    stored.begin(head)
    parts.ask({"kind": "dry", "id": id, "part": part} for part in range(batch.parts))
    return id


def dry_part(work: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Look at one part, page by page from where it was left."""
    key = part_key(DryRunPart, work["id"], work["part"])
    head, saved, control = stored.look(DryRun, head_key(DryRun, work["id"]), DryRunPart, key)
    if head is None or saved.done:
        return
    batch = Batch.load(head.batch)
    current = live(control)
    prices = _prices(control)
    of_now = current.campaigns.get(batch.campaign)
    campaign = campaign_from(head.document, of_now.version if of_now else 0, current.vocabulary)
    when = max(clock(), parse(batch.at))

    def page(part: DryRunPart) -> DryRunPart:
        read = batches.page_of(batch, work["part"], part.cursor, PAGE)
        found = Counter[str](part.found)
        found.update({"read": len(read.people), "unknown": read.unknown})
        found.update(look_at(read.people, batch, campaign, current, prices, when))
        done = read.cursor is None
        return replace(part, found=dict(found), cursor=read.cursor, done=done, expires=head.expires)

    parts.work_off([saved], page, lambda _, delay: parts.ask([work], delay), clock, time_left)


def look_at(
    people: Sequence[Subscriber],
    batch: Batch,
    campaign: Campaign,
    current: Live,
    prices: Mapping[str, Any],
    when: datetime,
) -> Counter[str]:
    """What would become of a batch's text to each of these at `when`; their states are read strongly.

    `audience:<clause>` for those outside, `texts`, `segments:<n>`, `held:<reason>`,
    `suppressed:<reason>`, `failed`, `expired`, `variant:<name>`; `parts:<originator>`, and
    `cost:<currency>` in hundred-thousandths, of those that go out now or later.
    """
    unread = {name: one for name, one in current.unread.items() if name != f"campaign#{campaign.id}"}
    trial = changed(current, campaigns={**current.campaigns, campaign.id: campaign}, unread=unread)
    asked = audience.membership_of(campaign)
    found = Counter[str]()
    inside: list[Subscriber] = []
    for one in people:
        clause = audience.fails(asked.closed, audience.facts_of(campaign, one, current, when))
        if clause:
            found[f"audience:{clause}"] += 1
        else:
            inside.append(one)
    states = conversations.look(one.msisdn for one in inside if one.msisdn) if inside else None
    for one in inside:
        received = Received(batches.job_of(batch, campaign, one), "dry")
        drafted = draft(received, one, trial, Control(), when)
        waits = ""
        if drafted.text.status == "held":
            # What it will say and cost is known when it comes to be worded.
            waits = drafted.text.reason
            drafted = draft(received, one, trial, Control(), parse(drafted.text.due))
        text = drafted.text
        if text.status != "sending":
            found[f"suppressed:{text.reason}" if text.status == "suppressed" else text.status] += 1
            continue
        state = states.state(drafted.ask.msisdn) if states else None
        match decide(drafted.ask, state, policy_of(current), parse(text.at)):
            case Suppress(reason):
                found[f"suppressed:{reason}"] += 1
                continue
            case Hold(_, why):
                waits = waits or why
            case Expire():
                found["expired"] += 1
                continue
            case Send():
                pass
        if waits:
            found[f"held:{waits}"] += 1
        found["texts"] += 1
        if text.variant:
            found[f"variant:{text.variant}"] += 1
        if text.segments and drafted.originator is not None:
            _worded(found, text, drafted.originator.identity, prices)
    return found


def _worded(found: Counter[str], text: Text, originator: str, prices: Mapping[str, Any]) -> None:
    found[f"segments:{text.segments}"] += 1
    found[f"parts:{originator}"] += text.segments
    cost = price(text.msisdn, text.segments, prices)
    if cost is None:
        found["unpriced"] += 1
    else:
        found[f"cost:{cost.currency}"] += int(cost.amount * 100_000)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a dry run found so far; final when `done`. Money is by currency, parts by originator."""

    done: bool
    read: int
    texts: int
    outside: Mapping[str, int]  # clause -> people
    suppressed: Mapping[str, int]
    held: Mapping[str, int]  # of `texts`: they go out later
    failed: int
    expired: int
    unknown: int  # entries of a list that are nobody
    segments: Mapping[int, int]  # segments -> texts
    parts: Mapping[str, int]
    cost: Mapping[str, Decimal]
    unpriced: int
    variants: Mapping[str, int]
    finishes_at: datetime | None = field(default=None)  # of what is not held, at the originators' pace
    share: float = 0.0  # of the parts that are done


def forecast(id: str) -> Forecast | None:
    """How far a dry run is and what it found, None when there is none of that id."""
    head = stored.head_of(DryRun, head_key(DryRun, id))
    if head is None:
        return None
    begun = stored.of(DryRunPart, id)
    whole = Counter[str]()
    for one in begun:
        whole.update(one.found)
    batch = Batch.load(head.batch)
    begins = max(parse(head.at), parse(batch.at))
    share = sum(one.done for one in begun) / batch.parts
    return changed(summed(whole, share >= 1, begins, live(catalogue.control())), share=share)


def batch_of(id: str) -> Batch | None:
    """The batch that a dry run looks at, None when there is none of that id."""
    head = stored.head_of(DryRun, head_key(DryRun, id))
    return Batch.load(head.batch) if head else None


def summed(found: Mapping[str, int], done: bool, begins: datetime, current: Live) -> Forecast:
    """The forecast from what `look_at` counted; `begins` is when the batch would start."""

    def by(prefix: str) -> dict[str, int]:
        chosen = {
            name.partition(":")[2]: count for name, count in found.items() if name.startswith(f"{prefix}:")
        }
        return dict(sorted(chosen.items(), key=lambda pair: (-pair[1], pair[0])))

    of_originator = by("parts")
    pace = {
        originator.identity: originator.per_second * (1 - URGENT_SHARE)
        for brand in current.brands.values()
        for originator in brand.originators
    }
    seconds = max((count / pace[one] for one, count in of_originator.items() if one in pace), default=0.0)
    return Forecast(
        done=done,
        read=found.get("read", 0),
        texts=found.get("texts", 0),
        outside=by("audience"),
        suppressed=by("suppressed"),
        held=by("held"),
        failed=found.get("failed", 0),
        expired=found.get("expired", 0),
        unknown=found.get("unknown", 0),
        segments={int(name): count for name, count in sorted(by("segments").items())},
        parts=of_originator,
        cost={name: Decimal(count) / 100_000 for name, count in by("cost").items()},
        unpriced=found.get("unpriced", 0),
        variants=by("variant"),
        finishes_at=begins + timedelta(seconds=seconds) if of_originator else None,
    )


def _prices(control: Control) -> Mapping[str, Any]:
    if "prices" not in control.live:
        return {}
    return catalogue.documents([("prices", control.live["prices"])])["prices"]
