"""What must hold on the running stack, tried on it: `python -m bench.trials`, or some: `... kill caps`.

Each trial starts the packaged service on free ports, puts texts in the outbox, does something unkind,
waits until everything is settled, and compares the phones with the input. Exit code 1 when one fails.

    kill     kill -9 the workers in the middle of 2,000 jobs: each phone got its text once
    optouts  200 opt-outs in the middle of a bulk run: no text whose claim came after its opt-out
    caps     three marketing campaigns for the same people at the same moment, cap 1 a day: one text
    kannel   2,000 texts through a real Kannel while the workers and its programs are killed
    failover an originator's backup on AWS takes over from Kannel, and gives back
    update   the stack is updated in place from the package before the last change of the template while
             events and complaints come in: each phone got its text once, each complaint is one case
"""

from __future__ import annotations

import json
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench import kannel_stack
from bench.trial_stack import (
    ORIGINATOR,
    after_resends,
    bulk,
    http,
    noon,
    own_stack,
    people,
    rate,
    send,
    statuses,
    store,
    texts,
    until,
    waiting,
    workers,
)
from bench.watching import note_stored
from chalicelib.clock import iso, parse
from chalicelib.store.schema.subscribers import Subscriber
from local.deploy import deploy
from local.earlier import before_the_last_change
from local.package import build
from local.schedules import scheduled_event
from local.stack import CODE_BUCKET, Stack


def main(names: list[str]) -> int:
    """Run the trials named, or all; the exit code."""
    failed = []
    for name in names or list(TRIALS):
        with stack_for(name) as stack:
            print(f"== {name}", flush=True)
            if not TRIALS[name](stack):
                failed.append(name)
    print("all trials passed" if not failed else f"FAILED: {', '.join(failed)}")
    return 1 if failed else 0


@contextmanager
def stack_for(trial: str) -> Iterator[Stack]:
    """The stack that a trial begins with: of an earlier package for the one that updates it."""
    if trial != "update":
        with own_stack(gateway="kannel" if trial in THROUGH_KANNEL else "aws") as stack:
            yield stack
        return
    with tempfile.TemporaryDirectory(prefix="ringback-before-") as folder:
        package = before_the_last_change(Path(folder))
        if package is None:
            raise RuntimeError("this checkout's history does not go back to before the last change")
        with own_stack(package) as stack:
            yield stack


def kill(stack: Stack) -> bool:
    count = 2000
    at = noon(stack)
    everybody = people(count)
    store(everybody)
    rate(stack, 200)
    url = stack.document["queues"]["outbox-bulk"]
    # What takes four minutes on AWS need not take that here.
    stack.client("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "20"})
    send(bulk(everybody, at))
    killed = 0
    for share in (0.25, 0.5):
        until(lambda share=share: len(texts(stack)) >= count * share, "texts")  # type: ignore[misc]
        for pid in workers():
            os.kill(pid, signal.SIGKILL)
            killed += 1
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    before = statuses(everybody)
    got = Counter(text["to"] for text in texts(stack))
    # The doubt's wait, in a moment: those whose receipt never came are ended as the campaign says.
    stack.shift_clock((at - datetime.now(UTC)).total_seconds() + 3600)
    stack.invoke("sweep", scheduled_event())
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    stack.invoke("sweep", scheduled_event())
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    after = statuses(everybody)
    phones = Counter(text["to"] for text in texts(stack))
    print(f"{count} jobs, {killed} workers killed with -9 at a quarter and at half")
    print(f"texts: phones before the doubts' wait {dict(Counter(got.values()))}; rows {dict(before)}")
    print(f"texts: phones after the doubts' wait  {dict(Counter(phones.values()))}; rows {dict(after)}")
    resent = after_resends(everybody)
    print(f"doubts ended with a resend, as the campaign says: {resent}")
    twice = sum(number - 1 for number in phones.values())
    return max(got.values()) == 1 and len(phones) == count and twice <= resent


def optouts(stack: Stack) -> bool:
    count, refusing = 3000, 200
    at = noon(stack)
    ahead = at - datetime.now(UTC)
    everybody = people(count)
    store(everybody)
    rate(stack, 20)  # so slow that opt-outs come before the claims of most texts
    send(bulk(everybody, at))
    until(lambda: len(texts(stack)) > 100, "texts")
    url = f"{stack.document['handsets_url']}reply"
    refusers = [one.msisdn for one in everybody[:: count // refusing]]
    for refuser in refusers:
        http(url, {"from": refuser, "to": ORIGINATOR, "body": "退订"})
    seen: dict[str, str] = {}
    until(lambda: note_stored(seen, refusers, ahead), "the opt-outs to be stored")
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    from chalicelib.store import conversations
    from chalicelib.store.schema.conversations import Text, text_key

    late = stopped = before = meanwhile = 0
    for one, job in zip(everybody, bulk(everybody, at), strict=True):
        if one not in everybody[:: count // refusing]:
            continue
        key = text_key(one.msisdn, job.item)
        text = conversations.find(Text, [key])[key]
        said = min(entry["at"] for entry in conversations.state(one.msisdn).optouts.values())
        if text.status == "suppressed":
            stopped += 1
        elif text.claimed_at > seen[one.msisdn]:
            late += 1
        elif text.claimed_at > said:
            meanwhile += 1
        else:
            before += 1
    waits = []
    for one, job in list(zip(everybody, bulk(everybody, at), strict=True))[::3]:
        key = text_key(one.msisdn, job.item)
        text = conversations.find(Text, [key])[key]
        if text.sent_at:
            waits.append((parse(text.sent_at) - parse(text.claimed_at)).total_seconds())
    print(f"{refusing} opt-outs in the middle of {count} texts at 20 a second")
    print(
        f"text claimed before the opt-out was received: {before}, suppressed: {stopped}, claimed while "
        f"it was being stored: {meanwhile}, claimed after it was stored and sent: {late}"
    )
    print(
        f"claim to recorded hand-off of {len(waits)} texts: "
        f"median {median(waits):.3f} s, longest {max(waits):.3f} s"
    )
    return late == 0 and stopped > 0


def caps(stack: Stack) -> bool:
    from chalicelib.store import catalogue, versions

    count = 300
    at = noon(stack)
    everybody = people(count)
    store(everybody)
    rate(stack, 400)
    control = catalogue.control()
    birthday = catalogue.documents(
        [("campaign#birthday-greeting", control.live["campaign#birthday-greeting"])]
    )
    names = ["birthday-greeting", "offer-one", "offer-two"]
    live = {}
    for name in names[1:]:
        document = {**birthday["campaign#birthday-greeting"], "id": name}
        live[f"campaign#{name}"] = versions.save(f"campaign#{name}", document, by="t", at="", status="live")
    catalogue.go_live(live)
    jobs = [
        replace(job, campaign=name, occasion="solar-2099", facts={"calendar": "solar", "year": 2099})
        for one in everybody
        for name in names
        for job in bulk([one], at)
    ]
    send([*jobs, *jobs])
    until(lambda: waiting(stack) == 0, "the queues to be empty")
    got = Counter(text["to"] for text in texts(stack))
    print(
        f"{count} people, three marketing campaigns, each job twice, cap 1 a day; "
        f"texts: phones {dict(Counter(got.values()))}"
    )
    return set(got.values()) == {1} and len(got) == count


COMPLAINT = "我家宽带断了三天了，打10000没人管，我要投诉到工信部"


def update(stack: Stack) -> bool:
    at = noon(stack)
    everybody = people(400)
    store(everybody)
    rate(stack, 200)
    url = f"{stack.document['handsets_url']}reply"
    told: list[str] = []
    complained: list[str] = []
    over = threading.Event()

    def go_on() -> None:
        for n, one in enumerate(everybody):
            if over.is_set():
                return
            usage_event(stack, one, at)
            told.append(one.msisdn)
            if n % 10 == 0:
                http(url, {"from": one.msisdn, "to": ORIGINATOR, "body": COMPLAINT})
                complained.append(one.msisdn)
            over.wait(0.15)

    traffic = threading.Thread(target=go_on)
    traffic.start()
    until(lambda: len(told) >= 20, "the first events")
    with tempfile.TemporaryDirectory(prefix="ringback-now-") as folder:
        package = build("dev", out=Path(folder))
        begun, before = time.monotonic(), len(told)
        deployed = deploy(stack.client, package, stack.deployed.stack, CODE_BUCKET, {})
        took, meanwhile = time.monotonic() - begun, len(told) - before
    until(lambda: len(told) >= before + meanwhile + 20 or not traffic.is_alive(), "events after it")
    over.set()
    traffic.join()
    lanes = ("intake", "replies", "outbox-urgent", "outbox-bulk", "receipts")
    until(lambda: waiting(stack, lanes) == 0, "the queues to be empty")
    alerts = Counter(one["to"] for one in texts(stack) if "usage-alert" in one["context"]["item"])
    pages = (
        stack.client("dynamodb").get_paginator("scan").paginate(TableName=stack.document["tables"]["cases"])
    )
    rows = [row for page in pages for row in page["Items"] if row["part"]["S"] == "case"]
    cases = Counter(row["msisdn"]["S"] for row in rows)
    print(
        f"updated in place in {took:.1f} s (changed: {deployed.changed}); {meanwhile} events came meanwhile"
    )
    print(f"{len(told)} events in all; alerts: phones {dict(Counter(alerts.values()))}")
    print(f"{len(complained)} complaints; cases a number {dict(Counter(cases.values()))}")
    once = set(alerts.values()) == {1} and set(cases.values()) == {1}
    return once and deployed.changed and set(alerts) == set(told) and set(cases) == set(complained)


def usage_event(stack: Stack, one: Subscriber, at: datetime) -> None:
    """Somebody has used 85 % of their data, as the bus is told."""
    detail = {
        "id": f"e-{one.subscriber_id}",
        "time": iso(at),
        "subscriber_id": one.subscriber_id,
        "resource": "data",
        "used": 85,
        "allowance": 100,
        "unit": "MB",
        "cycle": "2099-01",
        "cycle_ends_on": "2099-01-31",
    }
    entry = {"Source": "operator.billing", "DetailType": "usage.reported", "Detail": json.dumps(detail)}
    bus = stack.document["event_bus"]
    answer = stack.client("events").put_events(Entries=[entry | {"EventBusName": bus}])
    if answer["FailedEntryCount"]:
        raise RuntimeError("the bus took no event")


THROUGH_KANNEL: Mapping[str, Callable[[Stack], bool]] = {
    "kannel": kannel_stack.kills,
    "failover": kannel_stack.failover,
}
TRIALS: Mapping[str, Callable[[Stack], bool]] = {
    "kill": kill,
    "optouts": optouts,
    "caps": caps,
    **THROUGH_KANNEL,
    "update": update,
}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
