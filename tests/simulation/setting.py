"""What every run begins with: environment, the catalogue, and clients that nobody else uses."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from chalicelib import queues
from chalicelib.campaigns import live
from chalicelib.sms.gateways import aws
from chalicelib.store import catalogue, dynamodb, subscribers, versions
from tests.simulation import cast, lanes
from tests.simulation.database import Database
from tests.simulation.expressions import Item


@cache
def environment() -> Mapping[str, str]:
    """What the functions find in their environment."""
    found = {f"RINGBACK_{name.upper()}": name for name in ("conversations", "subscribers", "cases")}
    found |= {"RINGBACK_CATALOGUE": "catalogue", "RINGBACK_RESULTS": "results", "RINGBACK_BUS": "bus"}
    found |= {f"RINGBACK_QUEUE_{name.upper().replace('-', '_')}": name for name in lanes.definitions()}
    return found | {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


@cache
def base() -> tuple[int, live.Live, list[Item]]:
    """The catalogue that every run begins with: its stamp, what it says, and its rows."""
    database = Database(lambda: 0.0)

    def call(client: Any, operation: str, params: Mapping[str, Any]) -> Any:
        del client
        return database.call(operation, params)

    live._kept = None
    with mock.patch.object(BaseClient, "_make_api_call", call), mock.patch.dict(os.environ, environment()):
        catalogue.go_live(
            {
                name: versions.save(name, document, by="t", at="", status="live")
                for name, document in cast.documents().items()
            }
        )
        control = catalogue.control()
        parsed = live.live(control)
    return control.stamp, parsed, [item for _, item in database.tables["catalogue"].items()]


@contextlib.contextmanager
def clients() -> Iterator[None]:
    """Fresh AWS clients for the runs inside; none of them is left to anybody else."""
    made = (dynamodb.dynamodb, queues.sqs, queues._bus, aws.client)
    for one in made:
        one.cache_clear()
    with mock.patch.dict(os.environ, environment()):
        for one in made:
            one()
        try:
            yield
        finally:
            for one in made:
                one.cache_clear()
            live._kept = None
            subscribers._zones_known.clear()
