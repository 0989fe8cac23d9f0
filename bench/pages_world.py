"""What a console looks at, in two sizes: cases in every state, texts with their counters, and what is beside
them, which does not grow."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from chalicelib.campaigns import batches, tally
from chalicelib.campaigns.files import load_folder
from chalicelib.campaigns.live import live
from chalicelib.care import figures
from chalicelib.care.current import current
from chalicelib.care.figures import Counts
from chalicelib.clock import iso
from chalicelib.delivery import dry_run
from chalicelib.intake import subscriber_changes
from chalicelib.job import mt_item
from chalicelib.store import audit, catalogue, conversations, part_rows, queries, versions
from chalicelib.store import results as stored_results
from chalicelib.store.dynamodb import chunks
from chalicelib.store.schema import base
from chalicelib.store.schema.base import Record
from chalicelib.store.schema.cases import (
    Case,
    LogEntry,
    SearchWord,
    TopicLabel,
    case_item,
    log_part,
    search_words,
    topic_label,
)
from chalicelib.store.schema.catalogue import CATALOGUE, DryRunPart, part_key
from chalicelib.store.schema.conversations import Text
from chalicelib.store.schema.subscribers import Subscriber
from local.msisdns import msisdn
from tests.support.rows import put_many

TEMPLATES = Path(__file__).parents[1] / "templates"
NOW = datetime.now(UTC).replace(microsecond=0)
TEAMS = ("care-north", "care-south")
PROVINCES = [f"省{n:02d}" for n in range(31)]
CITIES = 11  # of each province
TIERS = ("diamond", "gold", "silver", "green")
TOPICS = ("network", "billing", "service", "product", "")
DAYS = 30
AT_ONCE = 2_500  # rows made before they are written
COMBINED = 20_000  # different texts that 1,000,000 are made of, for their counters
CAMPAIGN = "birthday-greeting"
BATCH = "b1"


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is: `cases` in each of the queue's states; all `texts` counted, `rows` stored."""

    cases: int
    texts: int
    rows: int
    subscribers: int
    audit: int
    labels: int


@dataclass(frozen=True, slots=True)
class Shown:
    """The case that is opened and whose it is, the same in both sizes."""

    case_id: str = "K-0000000000"
    subscriber: str = "s-000000000"
    number: str = msisdn(0)


OPEN = Shown()


def fill(size: Size) -> None:
    """Write a world of this size into the tables in use."""
    documents = load_folder(TEMPLATES)
    catalogue.go_live(
        {
            name: versions.save(name, one, by="bench", at=iso(NOW), status="live")
            for name, one in documents.items()
        }
    )
    everybody = [_subscriber(n) for n in range(size.subscribers)]
    queries.put_all([subscriber_changes.item_of(one) for one in everybody])
    subscriber_changes.register_zones(everybody[:1])
    _cases(size)
    _texts(size)
    _beside(size)


def _write(table: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """As an import does, several calls at a time."""
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: put_many(table, part), _parts(rows)))


def _write_records(records: Iterable[Record]) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(queries.put_all, chunks(list(records), AT_ONCE)))


def _parts(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    part: list[dict[str, Any]] = []
    for row in rows:
        part.append(dict(row))
        if len(part) == AT_ONCE:
            yield part
            part = []
    yield part


def _region(n: int) -> str:
    province = PROVINCES[n % len(PROVINCES)]
    return f"{province}/市{n // len(PROVINCES) % CITIES:02d}"


def _subscriber(n: int) -> Subscriber:
    return Subscriber(
        f"s-{n:09d}",
        msisdn=msisdn(n),
        name="王芳",
        language="zh-CN",
        time_zone="Asia/Shanghai",
        brand="yuntong",
        region=_region(n),
        tier=TIERS[n % len(TIERS)],
    )


# Cases


STATES: Sequence[Mapping[str, str]] = (
    {"state": "open"},
    {"state": "in_progress", "owner": "li.na"},
    {"state": "recheck_sent", "owner": "zhao.lei"},
    {"state": "closed", "owner": "zhao.lei", "outcome": "confirmed"},
)


def _case(n: int) -> Case:
    """A case; the higher its number, the longer ago it was opened. In turn of each state, for both teams."""
    opened = iso(NOW - timedelta(minutes=n))
    state = STATES[n % len(STATES)]
    found = Case(
        case_id=f"K-{n:010d}",
        complaint=f"C-{n}",
        opened_at=opened,
        subscriber=f"s-{n:09d}",
        msisdn=msisdn(n),
        name="王芳",
        brand="yuntong",
        region=_region(n),
        words="2，宽带还是断，晚上基本上不了网，打了三次电话都没有人来。",
        score=2,
        topic=TOPICS[n // len(STATES) % len(TOPICS)],
        tier="diamond" if n // len(STATES) % 100 == 0 else "gold",
        team=TEAMS[n // len(STATES) % len(TEAMS)],
        deadline=iso(NOW - timedelta(minutes=n)),
        rank=f"{opened}#K-{n:010d}",
        closed_at=opened if state["state"] == "closed" else "",
        revision=3,
    )
    return base.replace(found, **state)  # type: ignore[arg-type]


def _cases(size: Size) -> None:
    many = size.cases * len(STATES)
    _write_records(case_item(_case(n)) for n in range(many))
    _write_records(word for n in range(many) for word in _found_by(_case(n)))
    _write_records(
        LogEntry(
            case_id=OPEN.case_id,
            part=log_part(revision),
            what="opened",
            by="ringback",
            at=iso(NOW - timedelta(hours=4 - revision)),
            revision=revision,
        )
        for revision in (1, 2, 3)
    )
    _write_records(_label(n) for n in range(size.labels))


def _opened(many: int) -> Iterator[Counts]:
    """What the cases add to the counters."""
    care = current().care
    return (figures.counts(None, _case(n), "opened", care, NOW) for n in range(many))


def _label(n: int) -> TopicLabel:
    """What somebody said that a case is about."""
    at = iso(NOW - timedelta(minutes=n))
    words = _case(n).words
    return topic_label(f"K-{n:010d}", words=words, guessed="billing", topic="network", by="li.na", at=at)


def _found_by(one: Case) -> list[SearchWord]:
    """By its subscriber's name, which all share; by its number only the one case that is looked for."""
    words = search_words(one)
    return [word for word in words if word.word_group.startswith("name") or one.case_id == OPEN.case_id]


# Texts


def _text(n: int, texts: int) -> dict[str, Any]:
    """A text of the last month, in the hours that marketing may use."""
    sent = iso(NOW - timedelta(days=n % DAYS, hours=NOW.hour - n // DAYS % 10, minutes=n % 50))
    return {
        "msisdn": msisdn(n % texts),
        "item": mt_item(CAMPAIGN, f"s-{n:09d}", "solar-2026", "text"),
        "status": "delivered" if n % 20 else "undelivered",
        "campaign": CAMPAIGN,
        "version": 1,
        "category": "marketing",
        "brand": "yuntong",
        "at": sent,
        "sent_at": sent,
        "claimed_at": sent,
        "region": _region(n),
        "tier": TIERS[n % len(TIERS)],
        "language": "zh-CN" if n % 10 else "en",
        "body": "【云通】王芳，生日快乐！今天为您送上1GB流量，当日有效。回T退订",
        "parts": 1,
        "price": 0.05,
    }


def _texts(size: Size) -> None:
    _write(conversations.TABLE, (_text(n, size.texts) for n in range(1, size.rows)))
    talk = [_text(n, 1) for n in range(8)]
    talk += [
        {"msisdn": OPEN.number, "item": f"mo#in-{n}", "received_at": iso(NOW), "body": "2 宽带还是断"}
        for n in range(3)
    ]
    _write(conversations.TABLE, [*talk, {"msisdn": OPEN.number, "item": "state", "version": 1}])
    # A million texts are 20,000 different ones, each as often as it takes.
    chosen = random.Random(1)
    different = min(size.texts, COMBINED)
    times = size.texts // different
    picked = [chosen.randrange(10_000_000) for _ in range(different)]
    counted: Counts = {}
    _add(counted, _opened(size.cases * len(STATES)))
    _add(counted, (tally.text_deltas(None, Text.load(_text(n, size.texts))) for n in picked), times)
    _add(counted, (deltas for n in picked for deltas in _asked(n)), times)
    rows = ({"scope": scope, "counter": counter, **sums} for (scope, counter), sums in counted.items())
    _write(stored_results.TABLE, rows)


def _asked(n: int) -> Iterator[Counts]:
    """The board's part of a survey that went out: asked, and three in ten answered."""
    day = (NOW - timedelta(days=n % DAYS)).date().isoformat()
    about = {"brand": "yuntong", "campaign": "post-complaint-survey", "region": _region(n)}
    about |= {"tier": TIERS[n % len(TIERS)], "team": TEAMS[n % len(TEAMS)]}
    yield figures.asked(day, **about)
    if n % 10 < 3:
        yield figures.answer(day, n % 5 + 1, (1, 5), 5, satisfied=n % 5 > 2, **about)


def _add(
    whole: Counts, many: Iterable[Mapping[tuple[str, str], Mapping[str, float]]], times: int = 1
) -> None:
    """Add up what the service's functions say that each adds, so many times."""
    for deltas in many:
        for place, amounts in deltas.items():
            into = whole.setdefault(place, {})
            for name, amount in amounts.items():
                into[name] = into.get(name, 0) + amount * times


# What is the same in both, or as much as a page shows


def _beside(size: Size) -> None:
    changes = [
        audit.entry(
            by="li.na", role="marketing", action="approve", what=f"campaign#{CAMPAIGN} v{n}",
            before=None, after={"n": n}, at=iso(NOW), id=f"{n:06d}",
        )
        for n in range(size.audit)
    ]  # fmt: skip
    _write(CATALOGUE.name, (one.plain() for one in changes))
    campaign = live(catalogue.control()).campaigns[CAMPAIGN]
    campaign = replace(campaign, trigger=replace(campaign.trigger, manual=True))
    document = catalogue.documents([(f"campaign#{CAMPAIGN}", 1)])[f"campaign#{CAMPAIGN}"]
    batch = batches.new_batch(BATCH, CAMPAIGN, iso(NOW), "li.na", facts={"calendar": "solar", "year": 2026})
    batches.plan(batch, campaign, "marketing", NOW, people=size.subscribers)
    dry_run.start(batch, document, NOW, BATCH)
    for part in range(batch.parts):
        found = {"texts": 10, "parts:1069012300": 10}
        key = part_key(DryRunPart, BATCH, part)
        part_rows.save(DryRunPart(name=key.hash, version=key.range, found=found, done=True))
