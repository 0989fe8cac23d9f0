"""`make drill`: a day with sample subscribers, then everything is lost and brought back.

    python -m local.drill [--subscribers 1000] [--seed 1]

Export, erase one person, wipe, restore, compare item by item, carry over, replay; at the end no table, queue
or file names that person. Exit code 1 when anything differs or a trace is left.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.demo import live_through, settled
from local.demo_day import make_day
from local.package import ROOT
from local.processes import free_ports
from local.stack import Options, Stack, running_stack


def main() -> int:
    """Run the drill; the exit code."""
    parser = argparse.ArgumentParser(description="export, wipe, restore, compare, forget again")
    parser.add_argument("--subscribers", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    emulator, console, handsets = free_ports(3)
    with tempfile.TemporaryDirectory(prefix="ringback-drill-") as scratch:
        folder = Path(scratch)
        options = Options(emulator, console, handsets, samples=0, folder=folder / "stack", schedules={})
        with running_stack(options, print) as stack:
            live_through(stack, make_day(arguments.subscribers, arguments.seed, datetime.now(UTC)))
            return drill(stack, folder)


def drill(stack: Stack, folder: Path) -> int:
    """Lose everything and bring it back; 1 when something differs or a trace is left."""
    then, now = str(folder / "then"), str(folder / "now")
    person = somebody(stack)
    ringback(stack, "tables", "export", then)
    print("erasing one person")
    ringback(stack, "subscribers", "forget", person["msisdn"], "--yes")
    settled(stack)
    ringback(stack, "tables", "export", now)
    ringback(stack, "tables", "wipe", "--stage", stack.options.stage)
    ringback(stack, "tables", "restore", then, "--stage", stack.options.stage)
    differ = ringback(stack, "tables", "compare", then)
    back = traces(stack, person)
    ringback(stack, "tables", "carry-over", now, "--stage", stack.options.stage)
    ringback(stack, "subscribers", "forget", "--replay", "--yes")
    left = traces(stack, person)
    print(f"every item as it was: {'no' if differ else 'yes'}")
    print(f"the restore brought the person back in {dict(back)}; after the replay in {dict(left)}")
    return 1 if differ or not back or left else 0


def somebody(stack: Stack) -> dict[str, str]:
    """The subscriber with the longest conversation."""
    table = stack.document["tables"]["conversations"]
    pages = stack.client("dynamodb").get_paginator("scan").paginate(TableName=table)
    rows = Counter(item["msisdn"]["S"] for page in pages for item in page["Items"])
    subscribers = stack.document["tables"]["subscribers"]
    for number, _ in rows.most_common():
        found = stack.client("dynamodb").query(
            TableName=subscribers,
            IndexName="by_msisdn",
            KeyConditionExpression="msisdn = :m",
            ExpressionAttributeValues={":m": {"S": number}},
        )["Items"]
        if found:
            return {"msisdn": number, "subscriber_id": found[0]["subscriber_id"]["S"]}
    raise RuntimeError("nobody has a conversation")


def ringback(stack: Stack, *arguments: str) -> int:
    """Run the command as an engineer would, its output shown; its exit code."""
    shown = ["•••" if one.startswith("+") else one for one in arguments]
    print(f"$ ringback {' '.join(shown)}", flush=True)
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "chalicelib.cli", *arguments],
        cwd=ROOT,
        env={**os.environ, "RINGBACK_STACK": str(stack.file)},
        check=False,
    )
    print(f"  exit code {done.returncode}, {time.monotonic() - begun:.1f} s", flush=True)
    if done.returncode not in (0, 1):
        raise RuntimeError("the drill ends here")
    return done.returncode


def traces(stack: Stack, person: dict[str, str]) -> Counter[str]:
    """In which tables, queues and files the person's digits or id still are, and how often."""
    digits = r"\D{0,3}".join(person["msisdn"].lstrip("+"))
    pattern = re.compile(rf"{digits}|(?<![\w-]){re.escape(person['subscriber_id'])}(?![\w-])")
    return Counter(where for where, text in everything(stack) if pattern.search(text))


def everything(stack: Stack) -> Iterator[tuple[str, str]]:
    """Every item of every table, every message of every queue, every version of every file, as text."""
    dynamodb, sqs, s3 = stack.client("dynamodb"), stack.client("sqs"), stack.client("s3")
    for name, real in stack.document["tables"].items():
        for page in dynamodb.get_paginator("scan").paginate(TableName=real, ConsistentRead=True):
            for item in page["Items"]:
                yield name, json.dumps(item, ensure_ascii=False, default=str)
    for name, url in stack.document["queues"].items():
        handles = []
        while got := sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=60, MessageAttributeNames=["All"]
        ).get("Messages"):
            for message in got:
                handles.append(message["ReceiptHandle"])
                yield name, message["Body"] + json.dumps(message.get("MessageAttributes", {}))
        for handle in handles:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    bucket = stack.document["drop_bucket"]
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for one in page.get("Versions", ()):
            which: Any = {} if one["VersionId"] == "null" else {"VersionId": one["VersionId"]}
            body = s3.get_object(Bucket=bucket, Key=one["Key"], **which)["Body"].read()
            yield "bucket", one["Key"] + body.decode("utf-8", "replace")


if __name__ == "__main__":
    sys.exit(main())
