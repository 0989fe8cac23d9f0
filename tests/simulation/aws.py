"""Every AWS call of the code, answered by the stand-ins, with what may go wrong on the way.

One hook: `botocore.client.BaseClient._make_api_call`. Behind it the code is what ships.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from botocore import exceptions

from tests.simulation import faults
from tests.simulation.clockwork import Clockwork, Worker
from tests.simulation.database import Database
from tests.simulation.faults import Fault, Plan
from tests.simulation.lanes import Queue
from tests.simulation.network import Network
from tests.simulation.tables import refused

READS = {"GetItem", "Query", "Scan", "BatchGetItem"}
BATCHES = {
    "BatchExecuteStatement": "Statements",
    "BatchWriteItem": "",
    "SendMessageBatch": "Entries",
    "PutEvents": "Entries",
    "ChangeMessageVisibilityBatch": "Entries",
}
SEND = "SendTextMessage"
IDEMPOTENT = {"TransactWriteItems"}  # the SDK sends a token along, so its second call changes nothing
RARE = {"Query": 0.08, "GetItem": 0.4}  # a sweep asks a hundred times


class Aws:
    """DynamoDB, SQS, the bus and the gateway."""

    def __init__(
        self,
        clockwork: Clockwork,
        random: Random,
        plan: Plan,
        database: Database,
        queues: Mapping[str, Queue],
        network: Network,
    ) -> None:
        self.clockwork = clockwork
        self.random = random
        self.plan = plan
        self.database = database
        self.queues = queues
        self.network = network
        self.announced: list[tuple[str, dict[str, Any]]] = []
        self.calls = 0
        self.lag = 0.0  # how old what the read under way sees may be

    def call(self, service: str, operation: str, params: Mapping[str, Any]) -> Any:
        """One call, by a worker or by the simulation itself; the latter is always well served."""
        worker = self.clockwork.worker()
        if worker is None:
            return self.answer(service, operation, params)
        self.calls += 1
        if not worker.mortal:
            self.clockwork.wait(0.005)
            return self.answer(service, operation, params)
        if operation == SEND:
            return self._send(worker, params)
        kinds = self._kinds(operation)
        fault = self.plan.next(
            f"{worker.function}/{operation}",
            kinds,
            RARE.get(operation, 1.0) * (0.3 if worker.function == "run" else 1.0),
        )
        self.clockwork.wait(self.random.expovariate(120.0) + 0.001)
        if fault is None:
            return self.answer(service, operation, params)
        return self._troubled(worker, fault, service, operation, params)

    def _kinds(self, operation: str) -> Mapping[str, float]:
        if operation in READS:
            return faults.READ_BATCH if operation == "BatchGetItem" else faults.READ
        return faults.WRITE_BATCH if operation in BATCHES else faults.WRITE

    def _troubled(
        self, worker: Worker, fault: Fault, service: str, operation: str, params: Mapping[str, Any]
    ) -> Any:
        match fault.kind:
            case "killed before":
                worker.kill()
            case "fails" | "fails before":
                raise self._failure(fault, service, operation)
            case "slow" | "frozen":
                self._delay(fault)
            case "stale":
                self.lag = 3.0 * fault.amount
                try:
                    return self.answer(service, operation, params)
                finally:
                    self.lag = 0.0
            case "partly":
                return self.answer(service, operation, params, self._some(fault, params))
        if fault.kind == "half then fails":
            self.answer(service, operation, params, self._some(fault, params))
            raise self._failure(fault, service, operation)
        answer = self.answer(service, operation, params)
        match fault.kind:
            case "killed after":
                worker.kill()
            case "fails after":
                raise self._failure(fault, service, operation)
            case "answer lost" if operation not in IDEMPOTENT:
                self.clockwork.wait(0.1 + 5.0 * fault.amount)
                return self.answer(service, operation, params)
        return answer

    def _delay(self, fault: Fault) -> None:
        self.clockwork.wait(1 + 6 * fault.amount if fault.kind == "slow" else 10 + 100 * fault.amount)

    def _failure(self, fault: Fault, service: str, operation: str) -> Exception:
        """A call that failed for good: the SDK has tried as often as it may."""
        address = f"https://{service}.test"
        if fault.amount < 0.3:
            return exceptions.ReadTimeoutError(endpoint_url=address)
        if fault.amount < 0.6:
            return exceptions.EndpointConnectionError(endpoint_url=address)
        code = "ProvisionedThroughputExceededException" if service == "dynamodb" else "ThrottlingException"
        return refused(operation, code if fault.amount < 0.8 else "InternalServerError", "try again")

    def _some(self, fault: Fault, params: Mapping[str, Any]) -> frozenset[int]:
        """Positions of a batch that are left out: one at least."""
        size = 0
        for value in params.values():
            if isinstance(value, list):
                size = len(value)
            elif isinstance(value, dict):
                size = sum(
                    len(one.get("Keys", one) if isinstance(one, dict) else one) for one in value.values()
                )
        chosen = Random(fault.name)
        out = {n for n in range(size) if chosen.random() < 0.4}
        return frozenset(out or {chosen.randrange(size)})

    # The gateway

    def _send(self, worker: Worker, params: Mapping[str, Any]) -> Any:
        self.network.attempts += 1
        fault = self.plan.next(f"{worker.function}/{SEND}", faults.SEND, share=6.0)
        self.clockwork.wait(0.03 + self.random.expovariate(12.0))
        if fault is None:
            return self.network.accept(params)
        if fault.kind in ("slow", "frozen"):
            self._delay(fault)
            return self.network.accept(params)
        if fault.kind == "killed before":
            worker.kill()
        if fault.kind == "killed after" or fault.kind.endswith(" accepted"):
            self.network.accept(params, known=False)
        if fault.kind == "killed after":
            worker.kill()
        if fault.kind.startswith("silent"):
            self.clockwork.wait(5.0)
        raise self._send_error(fault.kind.removesuffix(" accepted").removesuffix(" refused"))

    def _send_error(self, kind: str) -> Exception:
        address = "https://sms-voice.test"
        match kind:
            case "silent":
                return exceptions.ReadTimeoutError(endpoint_url=address)
            case "closed":
                return exceptions.ConnectionClosedError(endpoint_url=address)
            case "server error":
                return refused(SEND, "InternalServerException", "internal")
            case "throttled":
                return refused(SEND, "ThrottlingException", "Rate exceeded")
            case "no connection":
                return exceptions.EndpointConnectionError(endpoint_url=address)
            case "opted out":
                reason = "DESTINATION_PHONE_NUMBER_OPTED_OUT"
                return refused(SEND, "ConflictException", "opted out", Reason=reason)
            case "spend limit":
                reason = "MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT"
                return refused(SEND, "ServiceQuotaExceededException", "limit", Reason=reason)
        raise AssertionError(kind)

    # Answers

    def answer(
        self, service: str, operation: str, params: Mapping[str, Any], skip: frozenset[int] = frozenset()
    ) -> Any:
        """What the service answers when nothing goes wrong but the batch positions in `skip`."""
        if service == "dynamodb":
            return self.database.call(operation, params, skip)
        known: Mapping[str, Callable[[Mapping[str, Any], frozenset[int]], Any]] = {
            "SendMessageBatch": self._send_messages,
            "ChangeMessageVisibilityBatch": self._change_visibility,
            "PutEvents": self._put_events,
            "GetQueueAttributes": self._depths,
        }
        return known[operation](params, skip)

    def _send_messages(self, params: Mapping[str, Any], skip: frozenset[int]) -> Any:
        queue = self.queues[params["QueueUrl"]]
        if not 1 <= len(params["Entries"]) <= 10:
            raise refused("SendMessageBatch", "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", "10")
        failed = []
        for position, entry in enumerate(params["Entries"]):
            if position in skip:
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                queue.send(entry["MessageBody"], entry.get("DelaySeconds", 0), entry.get("MessageAttributes"))
        return {"Failed": failed, "Successful": []}

    def _change_visibility(self, params: Mapping[str, Any], skip: frozenset[int]) -> Any:
        queue = self.queues[params["QueueUrl"]]
        failed = []
        for position, entry in enumerate(params["Entries"]):
            done = position not in skip and queue.change_visibility(
                entry["ReceiptHandle"], entry["VisibilityTimeout"]
            )
            if not done:
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
        return {"Failed": failed, "Successful": []}

    def _depths(self, params: Mapping[str, Any], skip: frozenset[int]) -> Any:
        del skip
        now, messages = self.clockwork.now, self.queues[params["QueueUrl"]].messages.values()
        waiting = sum(one.visible_at <= now for one in messages)
        figures = {"": waiting, "NotVisible": len(messages) - waiting, "Delayed": 0}
        return {"Attributes": {f"ApproximateNumberOfMessages{name}": str(n) for name, n in figures.items()}}

    def _put_events(self, params: Mapping[str, Any], skip: frozenset[int]) -> Any:
        answers: list[dict[str, str]] = []
        for position, entry in enumerate(params["Entries"]):
            if position in skip:
                answers.append({"ErrorCode": "InternalFailure", "ErrorMessage": "try again"})
            else:
                self.announced.append((entry["DetailType"], json.loads(entry["Detail"])))
                answers.append({"EventId": "e"})
        return {"FailedEntryCount": len(skip), "Entries": answers}
