"""One run: a scenario played through the real entry points against the stand-ins."""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any
from unittest import mock

from botocore.client import BaseClient

from chalicelib import clock, retries
from chalicelib.campaigns import live
from chalicelib.clock import parse
from chalicelib.delivery.ports import Ports
from chalicelib.functions import intake, outbox, planning, receipts, reply_queue, runs, sweeping
from chalicelib.intake import subscriber_changes
from chalicelib.sms.gateways import GatewayAnswer, GatewaySend, Outgoing, answer_of, aws, kannel
from chalicelib.store import (
    catalogue,
    dynamodb,
    rate_limiter,
    subscribers,
    transactions,
)
from chalicelib.store.schema import conversations as schema
from chalicelib.store.schema import subscribers as subscribers_schema
from tests.simulation import cast, faults, lanes, staff
from tests.simulation.aws import Aws
from tests.simulation.clockwork import Clockwork, Killed
from tests.simulation.database import Database
from tests.simulation.expressions import Item
from tests.simulation.faults import Plan
from tests.simulation.kannel import KNOWN, Kannel
from tests.simulation.lanes import Message, Queue
from tests.simulation.network import Network
from tests.simulation.phones import Phones
from tests.simulation.scenario import Input, Scenario
from tests.simulation.setting import base, environment
from tests.simulation.tables import ROOT, Table

DAYS = 8  # how long is waited for everything to end
SHARDS = 2  # partitions of each index: fewer than in the real thing, so that more meet in one
DAY = 86400.0
TICKS_IN_VAIN = 40  # sweeps in a row that leave something due: it never ends
FED: Mapping[str, tuple[Callable[..., Any], str, int]] = {
    "intake": (intake.intake, "intake", 100),
    "runs": (runs.run, "run", 1),
    "outbox-urgent": (outbox.deliver_urgent, "deliver_urgent", 100),
    "outbox-bulk": (outbox.deliver_bulk, "deliver_bulk", 100),
    "receipts": (receipts.receipt, "receipt", 100),
    "replies": (reply_queue.reply, "reply", 10),
}


@dataclass(frozen=True)
class Failure:
    """A function that raised."""

    at: float
    function: str
    error: BaseException
    calm: bool


@dataclass(frozen=True)
class Handled:
    """A batch that a function carried through."""

    at: float
    queue: str
    bodies: Sequence[str]


@cache
def _lives() -> Mapping[str, float]:
    """Time-outs of the functions, in seconds, from .chalice/config.json."""
    config = json.loads((ROOT / ".chalice/config.json").read_text())
    return {name: float(one["lambda_timeout"]) for name, one in config["lambda_functions"].items()}


class World:
    """Everything there is in a run, and what was seen of it."""

    def __init__(self, scenario: Scenario, faults_kept: Any = None, gateway: str = "aws") -> None:
        self.scenario = scenario
        self.gateway = gateway
        self.start = scenario.start.timestamp()
        self.clockwork = Clockwork(scenario.start)
        self.random = Random(f"world {scenario.seed}")
        self.plan = Plan(scenario.seed, scenario.fault_rate, faults_kept)
        self.database = Database(
            lambda: self.clockwork.now, lambda: self.aws.lag, lambda key: 60.0 * (len(key[-1]) % 7)
        )
        self.queues = {name: self._queue(name) for name in lanes.definitions()}
        for name, queue in self.queues.items():
            queue.dead = self.queues.get(f"{name}-dead")
        rates = {
            one["identity"]: one["per_second"]
            for name, document in cast.documents().items()
            if name.startswith("brand#")
            for one in document["originators"]
        }
        self.network = Network(self.clockwork, self.random, self.plan, self._receipt, rates)
        self.phones = Phones(
            self.clockwork, Random(f"phones {scenario.seed}"), scenario.inputs, self.queues["replies"].send
        )
        self.network.heard = self.phones.heard
        self.kannel = Kannel(
            self.clockwork,
            self.random,
            self.plan,
            self.network,
            self._report,
        )
        self.aws = Aws(self.clockwork, self.random, self.plan, self.database, self.queues, self.network)
        self.failures: list[Failure] = []
        self.handled: list[Handled] = []
        self.told: list[tuple[float, Mapping[str, Any]]] = []  # what the network said of texts, and when
        self.invocations: Counter[str] = Counter()
        self.printed = io.StringIO()
        self.never_ends = False
        self.planned: list[float] = []  # when the planner went through unharmed
        self._tokens = 0
        self._ticks: set[int] = set()
        self._in_vain = 0

    def table(self, name: str) -> Table:
        """A table by its name in the design."""
        return self.database.tables[name]

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows of a table as they are now."""
        return [dynamodb.plain_from(item) for _, item in self.table(name).items()]

    # Functions

    def _queue(self, name: str) -> Queue:
        batch = FED[name][2] if name in FED else 0
        return Queue(name, self.clockwork, self.random, self._feed if name in FED else None, batch)

    def _feed(self, queue: Queue, messages: list[Message]) -> None:
        function, name, _ = FED[queue.name]
        event = lanes.event(messages)
        handles = [one.handle for one in messages]
        fault = self.plan.next(f"sqs/{queue.name}", faults.MESSAGE, share=0.3 if name == "run" else 3.0)
        if fault and fault.kind == "seen twice":
            again = messages[int(fault.amount * len(messages))]
            queue.hide(again, 20 * fault.amount)

        def done(result: Any) -> None:
            queue.busy -= 1
            if isinstance(result, BaseException):
                self._failed(name, result)
                return
            self.handled.append(Handled(self.clockwork.now, queue.name, [one.body for one in messages]))
            failed = {one["itemIdentifier"] for one in result["batchItemFailures"]}
            for message, handle in zip(messages, handles, strict=True):
                kept = fault is not None and fault.kind == "not deleted"
                if message.id not in failed and message.handle == handle and not kept:
                    queue.delete(message)

        life = _lives()[name]
        ends_at = self.clockwork.now + life
        context = SimpleNamespace(
            get_remaining_time_in_millis=lambda: int(1000 * (ends_at - self.clockwork.now))
        )
        self.invocations[name] += 1
        self.clockwork.work(name, life, lambda: function(event, context), done)

    def _failed(self, function: str, error: BaseException) -> None:
        if not isinstance(error, Killed):
            self.failures.append(Failure(self.clockwork.now, function, error, self.plan.calm))

    def _scheduled(self, name: str, function: Callable[..., Any]) -> None:
        blank = ("version", "account", "region", "detail-type", "source", "time", "id")
        event = {**dict.fromkeys(blank, ""), "detail": {}, "resources": []}
        self.invocations[name] += 1

        def done(result: Any) -> None:
            if isinstance(result, BaseException):
                self._failed(name, result)
            elif name == "plan":
                self.planned.append(begun)

        begun = self.clockwork.now
        self.clockwork.work(name, _lives()[name], lambda: function(event, None), done)

    # What waits in an index: a sweep every minute in which something is due. Others would change nothing.

    def _watch(self, item: Item) -> None:
        lot, due = item.get("due_partition"), item.get("due")
        if lot and due and not lot["S"].startswith("paused#"):
            self._tick_after(parse(due["S"]).timestamp())

    def _tick_after(self, moment: float) -> None:
        minute = int(max(moment, self.clockwork.now) // 60) + 1
        if minute not in self._ticks:
            self._ticks.add(minute)
            self.clockwork.at(minute * 60.0, lambda: self._tick(minute))

    def _tick(self, minute: int) -> None:
        self._ticks.discard(minute)
        fault = self.plan.next("schedule/sweep", faults.TICK, share=3.0)
        self._scheduled("sweep", sweeping.sweep)
        if fault and fault.kind == "ticks twice":
            self._scheduled("sweep", sweeping.sweep)
        self.clockwork.at(self.clockwork.now + 58, self._after_tick)

    def _after_tick(self) -> None:
        now = self.clockwork.now
        due = [
            item
            for name in ("conversations", "cases")
            for _, item in self.table(name).items()
            if "due_partition" in item
            and "due" in item
            and not item["due_partition"]["S"].startswith("paused#")
            and parse(item["due"]["S"]).timestamp() <= now - 58
        ]
        self._in_vain = self._in_vain + 1 if due else 0
        if self._in_vain > TICKS_IN_VAIN:
            self.never_ends = True
        elif due:
            self._tick_after(now)

    # What happens

    def _report(self, payload: Mapping[str, Any]) -> None:
        self.told.append((self.clockwork.now, payload))
        self._waits("receipts", payload)

    def _receipt(self, payload: str) -> None:
        self.told.append((self.clockwork.now, json.loads(payload)))
        self.queues["receipts"].send(json.dumps({"Type": "Notification", "Message": payload}))

    def _waits(self, queue: str, message: Mapping[str, Any]) -> None:
        self.queues[queue].send(json.dumps(message))

    def _happen(self, one: Input) -> None:
        data = one.data
        match one.kind:
            case "event":
                body = json.dumps({"detail-type": data["type"], "detail": data["detail"]}, ensure_ascii=False)
                for more in (0.0, *data["again"]):
                    self.clockwork.at(
                        self.clockwork.now + more, lambda: self.queues["intake"].send(body) and None
                    )
            case "reply":
                self.phones.write(one, 0.0, data["to"], "")
            case "robot":
                self.phones.switch_on(one)
            case "agent":
                self._operator(
                    lambda: staff.answer_one(self.rows("cases"), data["body"], self.clockwork.moment())
                )
            case "pause":
                self._operator(lambda: catalogue.pause(data["campaign"] or None))
            case "resume":
                self._operator(lambda: self._resume(data["campaign"]))
            case "publish":
                self._operator(lambda: staff.publish(f"campaign#{data['campaign']}"))
            case "arrives":
                self._operator(lambda: subscriber_changes.put_many([cast.person(data["who"], None, None)]))
            case "import":
                self._operator(lambda: staff.import_again(data["who"]))
            case "resolve":
                self._operator(lambda: staff.resolve_one(self.rows("cases"), self.clockwork.moment()))

    def _operator(self, what: Callable[[], Any]) -> None:
        """Somebody at the console or the command line; nothing goes wrong for them."""

        def done(result: Any) -> None:
            if isinstance(result, BaseException):
                self._failed("operator", result)

        self.clockwork.work("operator", 3600.0, what, done).mortal = False

    def _resume(self, campaign: str) -> None:
        catalogue.resume(campaign or None)
        self._tick_after(self.clockwork.now)

    def _resume_all(self) -> None:
        for campaign in [*catalogue.control().paused, ""]:
            self._resume(campaign)

    def _put_back_dead(self) -> None:
        """Somebody looks at the dead letters and puts back what only failed."""
        for name, queue in self.queues.items():
            for letter in list(queue.messages.values()) if name.endswith("-dead") else ():
                if "reason" not in letter.attributes:
                    queue.delete(letter)
                    self.queues[name.removesuffix("-dead")].send(letter.body)

    # A run

    def run(self) -> World:
        """Play the scenario, let faults stop, and wait until nothing is to happen any more."""
        with self._hooked():
            self._set_up()
            for one in self.scenario.inputs:
                if one.kind != "answer":
                    self.clockwork.at(self.start + one.at, lambda one=one: self._happen(one))  # type: ignore[misc]
            for at in self.scenario.plans:
                self.clockwork.at(self.start + at, lambda: self._scheduled("plan", planning.plan))
            self.clockwork.run(self.start + self.scenario.calm_at)
            self.plan.calm = True
            self._operator(self._resume_all)
            for hours in (4, 8, 30):
                self.clockwork.at(self.clockwork.now + hours * 3600, self._put_back_dead)
            self.clockwork.run(self.start + DAYS * DAY)
            self.clockwork.close()
        return self

    def _set_up(self) -> None:
        stamp, parsed, rows = base()
        live._kept = (stamp, parsed)
        subscribers._zones_known.clear()
        rate_limiter._last_seen.clear()
        for item in rows:
            table = self.table("catalogue")
            table.write(table.key(item), item)
        subscriber_changes.put_many(
            [
                cast.person(name, *dates)
                for name, dates in self.scenario.people.items()
                if name not in self.scenario.late
            ]
        )
        for name in ("conversations", "cases"):
            self.table(name).watch = self._watch

    def ports(self, now: Callable[[], datetime]) -> Ports:
        """What delivery uses of the world; `aws` is what the brands' originators say."""
        send: GatewaySend = kannel.send if self.gateway == "kannel" else aws.send
        return Ports(
            now=now,
            token=self._token,
            chance=self.random.random,
            sleep=self.clockwork.wait,
            gateways={"aws": send},
            send_all=self._send_all,
        )

    def _token(self) -> str:
        self._tokens += 1
        return f"t{self._tokens}"

    def _send_all(self, send: GatewaySend, texts: Sequence[Outgoing]) -> list[GatewayAnswer]:
        begun = self.clockwork.now
        answers: list[GatewayAnswer] = []
        for text in texts:
            if (ahead := begun + text.turn - self.clockwork.now) > 0:
                self.clockwork.wait(ahead)
            answers.append(answer_of(send, text))
        return answers

    def sleep(self, seconds: float) -> None:
        """`time.sleep` of the rooms that have no ports."""
        if self.clockwork.worker():
            self.clockwork.wait(seconds)

    @contextlib.contextmanager
    def _hooked(self) -> Iterator[None]:
        def call(client: Any, operation: str, params: Mapping[str, Any]) -> Any:
            return self.aws.call(client.meta.service_model.service_name, operation, params)

        logs = logging.StreamHandler(self.printed)
        root = logging.getLogger()
        stand_in = SimpleNamespace(
            sleep=self.sleep, uniform=self.random.uniform, randbelow=self.random.randrange
        )
        with contextlib.ExitStack() as stack:
            stack.enter_context(mock.patch.dict(os.environ, environment()))
            stack.enter_context(mock.patch.object(BaseClient, "_make_api_call", call))
            stack.enter_context(mock.patch.object(clock, "now", self.clockwork.moment))
            stack.enter_context(mock.patch.object(kannel, "pool", return_value=self.kannel))
            stack.enter_context(mock.patch.object(kannel, "settings", return_value=KNOWN))
            stack.enter_context(mock.patch.object(outbox, "Ports", self.ports))
            stack.enter_context(mock.patch.object(retries, "time", stand_in))
            stack.enter_context(mock.patch.object(subscribers, "secrets", stand_in))
            stack.enter_context(mock.patch.object(transactions, "random", stand_in))
            stack.enter_context(mock.patch.object(schema, "DUE_PARTITIONS", SHARDS))
            stack.enter_context(mock.patch.object(subscribers_schema, "SHARDS", SHARDS))
            stack.enter_context(contextlib.redirect_stdout(self.printed))
            root.addHandler(logs)
            stack.callback(root.removeHandler, logs)
            yield
