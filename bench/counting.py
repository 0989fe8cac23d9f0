"""Counts AWS calls and DynamoDB units at botocore's own hooks, not by reading code."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from chalicelib import queues
from chalicelib.store import wire

# The operations of DynamoDB that say what they cost when asked.
_COSTED = (
    "GetItem",
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "Query",
    "Scan",
    "BatchGetItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "TransactGetItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
)
_READS = frozenset({"GetItem", "Query", "Scan", "BatchGetItem", "TransactGetItems"})
_SELECT = re.compile(r"\s*(SELECT|EXISTS)\b", re.IGNORECASE)


@dataclass
class Counted:
    """What was called: `calls` by service and operation, capacity units read and written."""

    calls: Counter[str] = field(default_factory=Counter)
    read: float = 0.0
    written: float = 0.0
    _reads: bool = False
    _statements: int = 0

    def ask(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        """before-parameter-build: have the units said."""
        params["ReturnConsumedCapacity"] = "TOTAL"
        statements = params.get("Statements") or [params]
        self._statements = len(statements) if "Statements" in params else 0
        first = str(statements[0].get("Statement", ""))
        self._reads = model.name in _READS or bool(_SELECT.match(first))

    def note(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        """after-call: one call, and its units."""
        self.calls[f"{model.service_model.service_name}.{model.name}"] += 1
        used = parsed.get("ConsumedCapacity") or []
        units = sum(one["CapacityUnits"] for one in (used if isinstance(used, list) else [used]))
        if model.name == "BatchExecuteStatement" and not units:
            units = self._statements  # DynamoDB Local does not say; a row of ours is below 1 KB: a unit each
        if self._reads:
            self.read += units
        else:
            self.written += units


@contextmanager
def counted() -> Iterator[Counted]:
    """Counts what the block calls through the service's own clients."""
    found = Counted()
    clients: list[Any] = [wire.dynamodb(), queues.sqs(), queues._bus()]
    hooks: list[tuple[Any, str, Any]] = [
        (clients[0], f"before-parameter-build.dynamodb.{name}", found.ask) for name in _COSTED
    ]
    hooks += [(client, "after-call", found.note) for client in clients]
    for client, event, hook in hooks:
        client.meta.events.register_first(event, hook)
    try:
        yield found
    finally:
        for client, event, hook in hooks:
            client.meta.events.unregister(event, hook)
