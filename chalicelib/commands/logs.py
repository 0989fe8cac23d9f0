"""`ringback logs FUNCTION`: a function's log lines, of the local run and of AWS alike (CloudWatch Logs)."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from chalicelib import clock
from chalicelib.commands.place import stack
from chalicelib.commands.shared import _

# Names of app.py -> names of log groups, which alarms and graphs use too.
FUNCTIONS = {
    "intake": "intake",
    "drop": "drop",
    "plan": "plan",
    "run": "run",
    "deliver_urgent": "deliver-urgent",
    "deliver_bulk": "deliver-bulk",
    "receipt": "receipt",
    "sweep": "sweep",
    "reply": "reply",
    "count": "count",
    "events_http": "events-http",
    "api_handler": "api-handler",
}
PAUSE = 2.0  # seconds between two looks of --follow


@click.command()
@click.argument("function")
@click.option("--minutes", type=click.IntRange(1), default=15, show_default=True, help="How far back.")
@click.option("--errors", is_flag=True, help="Only lines of level ERROR or WARN.")
@click.option("--follow", is_flag=True, help="Go on with what comes, until Ctrl-C.")
def logs(function: str, minutes: int, errors: bool, follow: bool) -> None:
    """Print the log lines of FUNCTION (a name of app.py, such as deliver_urgent), oldest first.

    Numbers in them are masked and texts never there. What Lambda itself writes about each call is left out.
    """
    name = FUNCTIONS.get(function.replace("-", "_"))
    if name is None:
        raise click.UsageError(
            _("there is no function %(name)s: %(names)s", name=function, names=", ".join(FUNCTIONS))
        )
    place = stack()
    import boto3

    client = boto3.client("logs")
    since = clock.now() - timedelta(minutes=minutes)
    group, seen = f"/ringback/{place.stage}/{name}", set[str]()
    while True:
        for at, identity, line in _read(client, group, since):
            if identity not in seen and said_by_us(line) and (not errors or is_trouble(line)):
                click.echo(f"{at:%H:%M:%S} {line}")
            seen.add(identity)
        if not follow:
            return
        time.sleep(PAUSE)


def _read(client: Any, group: str, since: datetime) -> Iterator[tuple[datetime, str, str]]:
    """When, which and what: the lines of a log group from `since` on, in the order of their times."""
    try:
        pages = client.get_paginator("filter_log_events").paginate(
            logGroupName=group, startTime=int(since.timestamp() * 1000)
        )
        events = [one for page in pages for one in page["events"]]
    except client.exceptions.ResourceNotFoundException:
        return
    for one in sorted(events, key=lambda event: event["timestamp"]):
        at = datetime.fromtimestamp(one["timestamp"] / 1000, UTC)
        for number, line in enumerate(one["message"].splitlines()):
            yield at, f"{one.get('eventId', at)}/{number}", line.rstrip()


def said_by_us(line: str) -> bool:
    """Whether it is a line of the service's own, and not one of Lambda's about a call's beginning and end."""
    return bool(line) and not line.startswith(("START ", "END ", "REPORT ", "INIT_START ", "XRAY "))


def is_trouble(line: str) -> bool:
    """Whether its level is an error or a warning; what is no JSON is a trace of something that broke."""
    try:
        found = json.loads(line)
    except ValueError:
        return True
    return not isinstance(found, dict) or str(found.get("level", "")).upper() in ("ERROR", "WARN", "WARNING")
