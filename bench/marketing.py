"""Marketing's machinery with many people.

python -m bench.marketing count 300000      an exact count and an estimate, on DynamoDB Local
python -m bench.marketing columns 300000 FILE   the same over attributes: the columns of a churn table (CSV)
                                            with MonthlyCharges, Contract and tenure, its rows over and over
python -m bench.marketing send 20000        a one-off send on the running stack: dry run against what
                                            happened, paused at half, resumed
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import patch

from chalicelib import clock, queues
from chalicelib.campaigns import audience_count, batches, lifecycle
from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.lifecycle import Who
from chalicelib.campaigns.live import live
from chalicelib.campaigns.tally import by_dimension, funnel, scope_of
from chalicelib.clock import iso
from chalicelib.commands.place import stack
from chalicelib.delivery import dry_run
from chalicelib.intake import subscriber_changes
from chalicelib.intake.sheet import open_sheet
from chalicelib.intake.vocabulary import over_shipped
from chalicelib.store import catalogue, conversations, dynamodb, queries, results, versions
from chalicelib.store.schema.base import replace as with_fields
from chalicelib.store.schema.conversations import NumberState
from chalicelib.store.schema.subscribers import Subscriber
from local.believable import people
from local.processes import free_ports
from local.stack import Options, Stack, running_stack
from tests.support.dynamodb import dynamodb_local, environment

OFFER: dict[str, Any] = {
    "id": "plan-offer",
    "title": {"zh-CN": "新套餐", "en": "New plan"},
    "category": "service",  # so that it does not depend on the hour at which somebody tries this
    "trigger": {"manual": True},
    "audience": "status == 'active' and tier in ['gold', 'diamond', 'silver']",
    "variants": {"a": 45, "b": 45, "holdout": 10},
    "registrations": {"CN": "T-1"},
    "valid_for": "1d",
    "texts": {
        "text": {"zh-CN": "{{ name | greeting }}！新套餐已上线。", "en": "A new plan is here."},
        "text@b": {"zh-CN": "新套餐已上线，更多流量。", "en": "More data for less: a new plan is here."},
    },
}  # fmt: skip
LI, ZHAO = Who("li.na", "marketing"), Who("zhao.lei", "marketing")


IN_COLUMNS = "monthly_charges > 80 and contract == 'Month-to-month' and tenure < 12"


def store(many: int, rows: Sequence[Mapping[str, Any]] = ({},)) -> list[Subscriber]:
    """Write so many believable subscribers, with the attributes of these rows over and over."""
    everybody = [
        with_fields(one, own_fields=rows[number % len(rows)])
        for number, one in enumerate(people(many, 1, date(2026, 11, 23)))
    ]
    items = [subscriber_changes.item_of(one) for one in everybody]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda at: queries.put_all(items[at : at + 500]), range(0, many, 500)))
    subscriber_changes.register_zones(everybody)
    return everybody


def read_columns(file: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The attributes that the columns of a file are declared as, all but the first, and its rows as an import
    reads them. A column of numbers is a number, another a text."""
    sheet = open_sheet(io.BytesIO(Path(file).read_bytes()))
    cells = [dict(zip(sheet.header, row.cells, strict=True)) for row in sheet.rows()]
    declared: dict[str, Any] = {}
    for column in sheet.header[1:]:
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", column).lower()
        numeric = all(re.fullmatch(r"[0-9.]*", row[column].strip()) for row in cells)
        example = next(row[column] for row in cells if row[column].strip())
        declared[name] = {
            "type": "number" if numeric else "text",
            "title": {"en": column},
            "example": example,
        }
    known = over_shipped({"attributes": declared}).attributes
    names = dict(zip(sheet.header[1:], declared, strict=True))
    rows = [
        {
            name: known[name].field.read(name, row[column].strip())
            for column, name in names.items()
            if row[column].strip()
        }
        for row in cells
    ]
    return declared, rows


def count(many: int) -> None:
    """An audience over built-in fields."""
    with local_tables():
        everybody = timed_store(many)
        inside = sum(
            one.status == "active" and one.tier in ("gold", "diamond", "silver") for one in everybody
        )
        count_exactly(OFFER, many, inside)


def columns(many: int, file: str) -> None:
    """An audience over attributes: every column of a file."""
    declared, rows = read_columns(file)
    with local_tables():
        catalogue.go_live({"attributes": versions.save("attributes", declared, by="t", at="", status="live")})
        print(f"{len(declared)} attributes and the id: {', '.join(declared)}")
        everybody = timed_store(many, rows)
        inside = sum(
            one["monthly_charges"] > 80 and one["contract"] == "Month-to-month" and one["tenure"] < 12
            for one in (each.own_fields for each in everybody)
        )
        count_exactly({**OFFER, "audience": IN_COLUMNS}, many, inside)


@contextmanager
def local_tables() -> Iterator[None]:
    """Tables on DynamoDB Local, for the store's functions."""
    with tempfile.TemporaryDirectory() as folder, dynamodb_local(Path(folder), "2g") as endpoint:
        os.environ.update(environment(endpoint))
        yield


def timed_store(many: int, rows: Sequence[Mapping[str, Any]] = ({},)) -> list[Subscriber]:
    begun = time.monotonic()
    everybody = store(many, rows)
    print(f"{many} subscribers stored in {time.monotonic() - begun:.0f} s", flush=True)
    return everybody


def count_exactly(offer: Mapping[str, Any], many: int, truth: int) -> None:
    """Time an estimate and an exact count, four parts at a time, and say what they read."""
    current = live(catalogue.control())
    campaign = campaign_from(offer, vocabulary=current.vocabulary)
    begun = time.monotonic()
    # DynamoDB Local counts a table's items one by one when it is asked, which AWS does beforehand.
    with patch.object(dynamodb, "about_how_many", lambda _: many):
        found = audience_count.estimate(campaign, current, clock.now(), random.Random(1))
    spent = time.monotonic() - begun
    print(
        f"estimate: {found.people} ({found.low} to {found.high}) from {found.looked_at}, "
        f"{found.units:.1f} read units, {spent * 1000:.0f} ms; truth {truth}"
    )
    with patch.object(queues, "send") as sent:
        audience_count.start_count(offer, "li.na", clock.now(), "c1")
    messages = sent.call_args.args[1]
    begun = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        list(
            pool.map(
                lambda body: audience_count.count_part(json.loads(body), clock.now, lambda: True), messages
            )
        )
    done = audience_count.counted("c1")
    assert done is not None
    assert (done.done, done.people) == (True, truth)
    print(
        f"exact: {done.people} of {done.read}, {done.units:.1f} read units, "
        f"{time.monotonic() - begun:.1f} s with four at a time"
    )


@contextmanager
def up() -> Iterator[Stack]:
    """The packaged service on the emulator, in a folder of its own."""
    emulator, console, handsets = free_ports(3)
    with tempfile.TemporaryDirectory() as folder:
        options = Options(emulator, console, handsets, samples=0, folder=Path(folder))
        with running_stack(options, print) as running:
            os.environ["RINGBACK_STACK"] = str(running.file)
            assert stack().local
            yield running


def until(look: Callable[[], Any], what: str, patience: float = 1800) -> Any:
    """What `look` returns as soon as it is truthy."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, what
        time.sleep(0.5)
    return found


def totals(version: int = 1) -> Any:
    """The campaign's results as they are counted."""
    counters = results.of_scope(scope_of("plan-offer"))
    return funnel(by_dimension(counters).get(version, {}).get("total", {}).get("", {}))


def send(many: int) -> None:
    """A one-off send to the audience among so many, with opt-outs, paused at half and resumed."""
    with up():
        everybody = store(many)
        stopped = [one for one in everybody if one.msisdn][:200]
        optout = {"at": "", "how": "sms", "words": "T"}
        unique = {one.msisdn: one for one in stopped}.values()
        conversations.write(
            [
                conversations.change_state(
                    NumberState(msisdn=one.msisdn), NumberState.optouts.to({f"{one.brand}|all": optout})
                )
                for one in unique
            ]
        )
        name, now = "campaign#plan-offer", clock.now()
        lifecycle.save(name, OFFER, LI, now)
        lifecycle.take("submit", name, 1, LI, now)
        lifecycle.take("approve", name, 1, ZHAO, now)
        lifecycle.take("go_live", name, 1, LI, now)
        batch = batches.new_batch("b1", "plan-offer", iso(clock.now()), "li.na")
        begun = time.monotonic()
        dry_run.start(batch, OFFER, clock.now(), "d1")
        said = until(lambda: found if (found := dry_run.forecast("d1")) and found.done else None, "dry run")
        print(f"dry run in {time.monotonic() - begun:.0f} s: {replace(said, outside={})}")
        begun = time.monotonic()
        batches.plan(batch, live(catalogue.control()).campaigns["plan-offer"], "marketing", clock.now())
        until(lambda: totals().sent >= said.texts / 2, "half")
        lifecycle.take("pause", name, 1, LI, clock.now())
        time.sleep(15)
        first = totals().sent
        time.sleep(15)
        print(
            f"paused after {first} at {time.monotonic() - begun:.0f} s; 15 s later {totals().sent}",
            flush=True,
        )
        lifecycle.take("resume", name, 1, LI, clock.now())
        until(lambda: totals().delivered + sum(totals().undelivered.values()) >= said.texts, "all")
        time.sleep(5)
        print(f"all in {time.monotonic() - begun:.0f} s; counted: {totals()}")
        kinds = Counter[str]()
        for page in (
            dynamodb.dynamodb().get_paginator("scan").paginate(TableName=dynamodb.table("conversations"))
        ):
            for item in page["Items"]:
                row = dynamodb.plain_from(item)
                if row["item"].startswith("mt#plan-offer/"):
                    kinds[f"{row['status']}:{row.get('reason', '')}"] += 1
        print(f"rows: {dict(kinds)}")
        print(f"batch: {batches.progress(batch)}")
        went_out = kinds["delivered:"] + sum(n for kind, n in kinds.items() if kind.startswith("undeliv"))
        assert went_out == said.texts, (went_out, said.texts)
        suppressed = {kind.partition(":")[2]: n for kind, n in kinds.items() if kind.startswith("suppressed")}
        assert suppressed == dict(said.suppressed), (suppressed, said.suppressed)
        assert totals().sent == said.texts
        assert dict(totals().suppressed) == suppressed
        print("the dry run, the rows and the counters agree")


if __name__ == "__main__":
    if sys.argv[1] == "columns":
        columns(int(sys.argv[2]), sys.argv[3])
    else:
        {"count": count, "send": send}[sys.argv[1]](int(sys.argv[2]))
