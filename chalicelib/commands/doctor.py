"""`ringback doctor`: is this account, or the local stack, fit to send texts; what to do where it is not."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import click

from chalicelib import clock
from chalicelib.commands import checkup
from chalicelib.commands.checkup import Finding
from chalicelib.commands.doctor_issuer import issuer
from chalicelib.commands.doctor_kannel import kannel
from chalicelib.commands.doctor_sms import sms
from chalicelib.commands.place import Place, stack
from chalicelib.commands.releases import stage_of
from chalicelib.commands.shared import _
from chalicelib.job import QUEUES

MARKS = {"ok": "ok  ", "warn": "warn", "fail": "FAIL", "skip": "  - "}
MAPPINGS = len(QUEUES) + 1  # and the stream


@click.command()
@click.option("--stage", default="", help="The stack ringback-STAGE on AWS, whatever runs on this machine.")
@click.option("--quiet", is_flag=True, help="Only what is not well.")
def doctor(stage: str, quiet: bool) -> None:
    """Check the account or the local stack, a line for each thing: ok, warn or FAIL, and what to do.

    Exit code 1 when something fails. Nothing is changed, no text is sent. What cannot be looked at here is
    said as `- not checked here`, never as ok.
    """
    named = click.get_current_context().find_root().params.get("stack")
    place = stack(None if named or not stage else f"ringback-{stage}")
    if stage and place.stage != stage:
        words = _(
            "%(place)s is of the stage %(is)s, not of %(asked)s",
            place=place,
            asked=stage,
            **{"is": place.stage or "?"},
        )
        raise click.UsageError(words)
    if not place.stage:
        raise click.UsageError(_("name the stack with --stack, or run this where .local/stack.json is"))
    counts = dict.fromkeys(MARKS, 0)
    for one in _all(place):
        counts[one.level] += 1
        if quiet and one.level in ("ok", "skip"):
            continue
        click.echo(f"{MARKS[one.level]}  {one.what}: {one.saw}" + (f"  ->  {one.do}" if one.do else ""))
    words = _(
        "%(ok)s ok, %(warn)s to look at, %(fail)s failing",
        ok=counts["ok"],
        warn=counts["warn"],
        fail=counts["fail"],
    )
    click.echo(words, err=True)
    if counts["fail"]:
        raise SystemExit(1)


def _all(place: Place) -> Iterator[Finding]:
    import boto3

    stage, local = place.stage, place.local is not None

    def client(service: str) -> Any:
        sms = place.local["handsets_url"] if place.local and service == "pinpoint-sms-voice-v2" else None
        return boto3.client(service, endpoint_url=sms)  # type: ignore[call-overload]

    for what, check in (
        (_("clock"), lambda: _clock(client, local)),
        (_("tables"), lambda: _tables(client, stage, local)),
        (_("queues"), lambda: _queues(client, stage)),
        (_("functions"), lambda: _functions(client, stage)),
        (_("users"), lambda: _users(client, place)),
        (_("keys"), lambda: _keys(client, stage)),
        (_("catalogue"), _catalogue),
        (_("SMS service"), lambda: sms(client, place) if "InboundTopicArn" in place.outputs else iter(())),
        ("Kannel", lambda: kannel(client, place)),
    ):
        yield from _tried(what, check)


def _tried(what: str, check: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """A check's findings; one that may not look is a failure of its own and stops no other."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        return list(check())
    except (BotoCoreError, ClientError) as error:
        saw = _("could not be looked at: %(error)s", error=error)
        return [Finding("fail", what, saw, _("check credentials and region"))]


def _clock(client: Callable[[str], Any], local: bool) -> Iterator[Finding]:
    if local:
        yield Finding("skip", _("clock"), _("not checked here: the emulator has this machine's clock"))
        return
    before = clock.now()
    headers = client("sts").get_caller_identity()["ResponseMetadata"]["HTTPHeaders"]
    middle = before + (clock.now() - before) / 2
    theirs = parsedate_to_datetime(headers["date"]).astimezone(UTC)
    yield checkup.clock_skew((middle - theirs).total_seconds())


def _tables(client: Callable[[str], Any], stage: str, local: bool) -> Iterator[Finding]:
    dynamodb = client("dynamodb")
    for name in checkup.INDEXES:
        real = os.environ.setdefault(f"RINGBACK_{name.upper()}", f"ringback-{stage}-{name}")
        try:
            about = dynamodb.describe_table(TableName=real)["Table"]
        except dynamodb.exceptions.ResourceNotFoundException:
            yield from checkup.table(name, None)
            continue
        ttl = dynamodb.describe_time_to_live(TableName=real)["TimeToLiveDescription"]
        backups = dynamodb.describe_continuous_backups(TableName=real)["ContinuousBackupsDescription"]
        recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
        yield from checkup.table(
            name,
            {
                "status": about["TableStatus"],
                "pitr": recovery == "ENABLED",
                "encrypted": about.get("SSEDescription", {}).get("Status") == "ENABLED",
                "protected": bool(about.get("DeletionProtectionEnabled")),
                "ttl": ttl.get("AttributeName", "") if ttl["TimeToLiveStatus"].startswith("ENABL") else "",
                "indexes": {
                    one["IndexName"]: one.get("IndexStatus", "ACTIVE")
                    for one in about.get("GlobalSecondaryIndexes", ())
                },
                "local": local,
            },
        )


def _queues(client: Callable[[str], Any], stage: str) -> Iterator[Finding]:
    sqs = client("sqs")

    def look(name: str) -> dict[str, Any] | None:
        variable = f"RINGBACK_QUEUE_{name.upper().replace('-', '_')}"
        try:
            url = (
                os.environ.get(variable)
                or sqs.get_queue_url(QueueName=f"ringback-{stage}-{name}")["QueueUrl"]
            )
        except sqs.exceptions.QueueDoesNotExist:
            return None
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return {
            "waiting": int(found["ApproximateNumberOfMessages"]),
            "in_flight": int(found["ApproximateNumberOfMessagesNotVisible"]),
            "delayed": int(found["ApproximateNumberOfMessagesDelayed"]),
            "redrive": found.get("RedrivePolicy", ""),
            "oldest": _oldest(client, f"ringback-{stage}-{name}"),
        }

    for name in QUEUES:
        yield from checkup.queue(name, look(name), look(f"{name}-dead"))
    yield from checkup.given_up(look("count-dead"))


def _oldest(client: Callable[[str], Any], queue: str) -> float | None:
    """The age of a queue's oldest message in seconds, as CloudWatch last saw it, if it did."""
    from datetime import timedelta

    from botocore.exceptions import BotoCoreError, ClientError

    now = clock.now()
    try:
        points = client("cloudwatch").get_metric_statistics(
            Namespace="AWS/SQS",
            MetricName="ApproximateAgeOfOldestMessage",
            Dimensions=[{"Name": "QueueName", "Value": queue}],
            StartTime=now - timedelta(minutes=15),
            EndTime=now,
            Period=60,
            Statistics=["Maximum"],
        )["Datapoints"]
    except (BotoCoreError, ClientError):
        return None
    last = max(points, key=lambda one: one["Timestamp"], default=None)
    return float(last["Maximum"]) if last else None


def _functions(client: Callable[[str], Any], stage: str) -> Iterator[Finding]:
    functions = [
        one
        for page in client("lambda").get_paginator("list_functions").paginate()
        for one in page["Functions"]
        if stage_of(one) == stage
    ]
    names = {one["FunctionArn"]: one["FunctionName"] for one in functions}
    found = [
        {
            "function": names[_unqualified(one["FunctionArn"])],
            "state": one["State"],
            "uuid": one["UUID"],
        }
        for page in client("lambda").get_paginator("list_event_source_mappings").paginate()
        for one in page["EventSourceMappings"]
        if _unqualified(one.get("FunctionArn", "")) in names
    ]
    yield from checkup.mappings(found, MAPPINGS)
    made = Path(".local/package") / stage / "ringback.zip"
    digest = base64.b64encode(hashlib.sha256(made.read_bytes()).digest()).decode() if made.is_file() else ""
    yield checkup.code([one["CodeSha256"] for one in functions], digest)


def _unqualified(function: str) -> str:
    """The ARN of a function without the alias or version of it that is meant."""
    return ":".join(function.split(":")[:7])


def _users(client: Callable[[str], Any], place: Place) -> Iterator[Finding]:
    pool = place.outputs.get("UserPoolId")
    if not pool:
        yield from issuer(client, place.stage)
        return
    cognito = client("cognito-idp")
    groups = {}
    for group in cognito.list_groups(UserPoolId=pool)["Groups"]:
        members = cognito.list_users_in_group(UserPoolId=pool, GroupName=group["GroupName"], Limit=60)
        groups[group["GroupName"]] = sum(1 for one in members["Users"] if one.get("Enabled", True))
    yield from checkup.users(groups)


def _keys(client: Callable[[str], Any], stage: str) -> Iterator[Finding]:
    from chalicelib.store import api_keys

    name = f"/ringback/{stage}/erasure-key"
    yield checkup.erasure_key(name, bool(client("ssm").get_parameters(Names=[name])["Parameters"]))
    yield from checkup.senders({one.label: one.last_used for one in api_keys.all_keys() if not one.until})


def _catalogue() -> Iterator[Finding]:
    from chalicelib.campaigns.live import live_from
    from chalicelib.care.current import unread
    from chalicelib.store import catalogue

    control = catalogue.control()
    yield from checkup.published(control.live, control.paused_all)
    read = live_from(catalogue.documents(control.live.items()), control.live)
    yield from checkup.readable(unread(read))
