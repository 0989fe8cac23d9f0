"""What a one-off campaign would do, without doing it: the same pages, drafts and decisions, nothing sent.

A dry run is a batch that is looked at as if it were its hour. Its head is `dry#<id>`, `-` in the
catalogue, its parts (`dry#<id>`, `0007`) are messages on the `runs` queue and hold what they found.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from chalicelib import queues
from chalicelib.campaigns import audience, batches
from chalicelib.campaigns.batches import Batch
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.live import Live, live
from chalicelib.clock import iso, parse
from chalicelib.delivery.decide import Expire, Hold, Send, Suppress, decide
from chalicelib.delivery.deliver import URGENT_SHARE
from chalicelib.delivery.drafting import Received, draft, policy_of
from chalicelib.sms.price import price
from chalicelib.store import catalogue, conversations, wire
from chalicelib.store.catalogue import Control
from chalicelib.store.schema.conversations import Text
from chalicelib.store.schema.subscribers import Subscriber
from chalicelib.store.wire import Row

KEPT = timedelta(days=7)
PAGE = 500


def start(batch: Batch, document: Mapping[str, Any], now: datetime, id: str) -> str:
    """Begin a dry run of a batch with a campaign's document, live or not; the id to ask with."""
    head: Row = {
        "name": f"dry#{id}",
        "version": "-",
        "document": dict(document),
        "batch": asdict(batch) | {"facts": dict(batch.facts)},
        "at": iso(now),
        "expires": int((now + KEPT).timestamp()),
    }
    wire.write_one(wire.insert(catalogue.TABLE, head))
    parts = [json.dumps({"kind": "dry", "id": id, "part": part}) for part in range(batch.parts)]
    queues.send("runs", parts)
    return id


def dry_part(work: Mapping[str, Any], clock: Callable[[], datetime], time_left: Callable[[], bool]) -> None:
    """Look at one part, page by page from where it was left."""
    key = {"name": f"dry#{work['id']}", "version": f"{work['part']:04d}"}
    head = wire.read_one(catalogue.TABLE, {"name": key["name"], "version": "-"}, consistent=True)
    saved = wire.read_one(catalogue.TABLE, key, consistent=True) or {
        "cursor": None,
        "found": {},
        "done": False,
    }
    if head is None or saved["done"]:
        return
    batch = Batch(**head["batch"])
    control = catalogue.control()
    current = live(control)
    prices = _prices(control)
    of_now = current.campaigns.get(batch.campaign)
    campaign = campaign_from(head["document"], of_now.version if of_now else 0)
    when = max(clock(), parse(batch.at))
    found = Counter[str](saved["found"])
    cursor = saved["cursor"]
    while True:
        page = batches.page_of(batch, work["part"], cursor, PAGE)
        found.update({"read": len(page.people), "unknown": page.unknown})
        found.update(look_at(page.people, batch, campaign, current, prices, when))
        cursor = page.cursor
        row = {**key, "cursor": cursor, "found": dict(found), "done": cursor is None}
        wire.put(catalogue.TABLE, {**row, "at": iso(clock()), "expires": head["expires"]})
        if cursor is None:
            return
        if not time_left():
            queues.send("runs", [json.dumps(dict(work))])
            return


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
    trial = replace(current, campaigns={**current.campaigns, campaign.id: campaign})
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
    rows = list(wire.query_all(catalogue.TABLE, "name", f"dry#{id}", consistent=True))
    head = next((row for row in rows if row["version"] == "-"), None)
    if head is None:
        return None
    parts = [row for row in rows if row["version"] != "-"]
    whole = Counter[str]()
    for row in parts:
        whole.update(row["found"])
    batch = Batch(**head["batch"])
    begins = max(parse(head["at"]), parse(batch.at))
    share = sum(row["done"] for row in parts) / batch.parts
    return replace(summed(whole, share >= 1, begins, live(catalogue.control())), share=share)


def batch_of(id: str) -> Batch | None:
    """The batch that a dry run looks at, None when there is none of that id."""
    head = wire.read_one(catalogue.TABLE, {"name": f"dry#{id}", "version": "-"}, consistent=True)
    return Batch(**head["batch"]) if head else None


def summed(found: Mapping[str, int], done: bool, begins: datetime, current: Live) -> Forecast:
    """The forecast from what `look_at` counted; `begins` is when the batch would start."""

    def by(prefix: str) -> dict[str, int]:
        chosen = {
            name.partition(":")[2]: count for name, count in found.items() if name.startswith(f"{prefix}:")
        }
        return dict(sorted(chosen.items(), key=lambda pair: (-pair[1], pair[0])))

    parts = by("parts")
    pace = {
        originator.identity: originator.per_second * (1 - URGENT_SHARE)
        for brand in current.brands.values()
        for originator in brand.originators
    }
    seconds = max((count / pace[one] for one, count in parts.items() if one in pace), default=0.0)
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
        parts=parts,
        cost={name: Decimal(count) / 100_000 for name, count in by("cost").items()},
        unpriced=found.get("unpriced", 0),
        variants=by("variant"),
        finishes_at=begins + timedelta(seconds=seconds) if parts else None,
    )


def _prices(control: Control) -> Mapping[str, Any]:
    if "prices" not in control.live:
        return {}
    return catalogue.documents([("prices", control.live["prices"])])["prices"]
