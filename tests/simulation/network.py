"""The gateway and the phones behind it: what was accepted, and the receipts that follow."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.simulation.clockwork import Clockwork
from tests.simulation.faults import RECEIPT, UNKNOWN, Plan
from tests.simulation.tables import refused

FAILURES = ("TEXT_UNREACHABLE", "TEXT_CARRIER_BLOCKED", "TEXT_TTL_EXPIRED", "TEXT_INVALID")
OPERATION = "SendTextMessage"


@dataclass(frozen=True)
class Accepted:
    """A text that the gateway took: the phone gets it."""

    at: float
    to: str
    originator: str
    body: str
    item: str
    token: str
    message_id: str


class Network:
    """Takes texts, keeps to a rate, and reports on them as it likes."""

    def __init__(
        self,
        clockwork: Clockwork,
        random: Random,
        plan: Plan,
        report: Callable[[str], None],
        rates: Mapping[str, float],
    ) -> None:
        self.clockwork = clockwork
        self.random = random
        self.plan = plan
        self.report = report
        self.rates = rates
        self.attempts = 0
        self.accepted: list[Accepted] = []
        self.refused: dict[tuple[str, str, str], float] = {}  # number, item, token: told after it was queued
        self.both: set[tuple[str, str, str]] = set()  # of those what the network took all the same
        self.heard: Callable[[Accepted], None] = lambda _: None
        self._second: dict[str, list[float]] = {}

    def accept(self, params: Mapping[str, Any], known: bool = True) -> dict[str, str]:
        """SendTextMessage that succeeds, unless the request is wrong or comes too fast; `known`: whether its
        caller hears of it."""
        body, context = params["MessageBody"], params["Context"]
        if not 1 <= len(body) <= 1600 or len(context) > 5 or not 5 <= params["TimeToLive"] <= 259_200:
            raise refused(OPERATION, "ValidationException", "the request", Reason="FIELD_VALIDATION_FAILED")
        self.keep_to_rate(params["OriginationIdentity"])
        text = Accepted(
            at=self.clockwork.now,
            to=params["DestinationPhoneNumber"],
            originator=params["OriginationIdentity"],
            body=body,
            item=context.get("item", ""),
            token=context.get("token", ""),
            message_id=f"m-{len(self.accepted) + 1}",
        )
        self.accepted.append(text)
        self._report_on(text, context, known)
        self.heard(text)
        return {"MessageId": text.message_id}

    def keep_to_rate(self, originator: str) -> None:
        """Refuse what is more than the originator's messages per second, with some patience."""
        now = self.clockwork.now
        recent = [at for at in self._second.get(originator, ()) if at > now - 1.0]
        if len(recent) >= 2 * self.rates.get(originator, 10.0) + 1:
            raise refused(OPERATION, "ThrottlingException", "Rate exceeded")
        self._second[originator] = [*recent, now]

    def _report_on(self, text: Accepted, context: Mapping[str, str], known: bool) -> None:
        draw = self.random.random
        fault = None if known else self.plan.next("receipt of a doubt", UNKNOWN, share=30.0)
        fault = fault or self.plan.next("receipt", RECEIPT, share=4.0)
        kind = fault.kind if fault else ""
        final = "TEXT_DELIVERED" if draw() < 0.85 else self.random.choice(FAILURES)
        after = 0.3 + 8 * draw()
        if kind == "late":
            after = 60 + 2400 * draw()
        elif kind == "late failure":
            final, after = self.random.choice(FAILURES), 900 + 1800 * draw()
        elif kind == "very late":
            after = 3600 * (1 + 70 * draw())
        if kind == "early pending" or draw() < 0.3:
            self._say(text, context, "TEXT_PENDING", 0.1 + after * draw() * 1.2)
        if draw() < 0.1:
            self._say(text, context, "TEXT_SUCCESSFUL", after * draw() * 1.2)
        if kind != "lost":
            self._say(text, context, final, after)
        if kind == "twice":
            self._say(text, context, self.random.choice((final, *FAILURES)), after + 30 * draw())

    def _say(self, text: Accepted, context: Mapping[str, str], kind: str, after: float) -> None:
        payload = {
            "eventType": kind,
            "eventTimestamp": int((text.at + after) * 1000),
            "isFinal": kind not in ("TEXT_PENDING", "TEXT_SUCCESSFUL"),
            "originationPhoneNumber": text.originator,
            "destinationPhoneNumber": text.to,
            "messageId": text.message_id,
            "context": dict(context),
            "totalMessageParts": 1,
            "totalMessagePrice": 0.01,
        }
        self.clockwork.at(text.at + after, lambda: self.report(json.dumps(payload)))
