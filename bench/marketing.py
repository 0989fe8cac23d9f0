"""Marketing's machinery with many people.

python -m bench.marketing count 300000      an exact count and an estimate, on DynamoDB Local
python -m bench.marketing send 20000        a one-off send on the running stack: dry run against what
                                            happened, paused at half, resumed
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
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
from chalicelib.store import catalogue, conversations, dynamodb, queries, results
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


def store(many: int) -> list[Subscriber]:
    """Write so many believable subscribers."""
    everybody = list(people(many, 1, date(2026, 11, 23)))
    items = [subscriber_changes.item_of(one) for one in everybody]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda at: queries.put_all(items[at : at + 500]), range(0, many, 500)))
    subscriber_changes.register_zones(everybody)
    return everybody


def count(many: int) -> None:
    """Time an estimate and an exact count, four parts at a time, and say what they read."""
    with tempfile.TemporaryDirectory() as folder, dynamodb_local(Path(folder), "2g") as endpoint:
        os.environ.update(environment(endpoint))
        begun = time.monotonic()
        everybody = store(many)
        print(f"{many} subscribers stored in {time.monotonic() - begun:.0f} s", flush=True)
        campaign = campaign_from(OFFER)
        current = live(catalogue.control())
        truth = sum(one.status == "active" and one.tier in ("gold", "diamond", "silver") for one in everybody)
        begun = time.monotonic()
        found = audience_count.estimate(campaign, current, clock.now(), random.Random(1))
        spent = time.monotonic() - begun
        print(
            f"estimate: {found.people} ({found.low} to {found.high}) from {found.looked_at}, "
            f"{found.units:.1f} read units, {spent * 1000:.0f} ms; truth {truth}"
        )
        with patch.object(queues, "send") as sent:
            audience_count.start_count(OFFER, "li.na", clock.now(), "c1")
        messages = sent.call_args.args[1]
        begun = time.monotonic()
        with ThreadPoolExecutor(4) as pool:
            list(
                pool.map(
                    lambda body: audience_count.count_part(json.loads(body), clock.now, lambda: True),
                    messages,
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
    {"count": count, "send": send}[sys.argv[1]](int(sys.argv[2]))
