"""The network: takes texts as the API does, brings them to the phones, sends receipts, takes answers back."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from chalicelib.sms.price import price
from chalicelib.sms.segments import count
from local.handsets import aws, network, payloads
from local.handsets.network import Condition, Fate
from local.handsets.publisher import Publisher
from local.handsets.traffic import Originator, Traffic
from local.handsets.wall import Answer, Text, Wall

EVERYONE = "*"
AWS_FAILING_NUMBER = "+14254147167"  # AWS's simulator number whose texts never arrive (FACTS)
US_CARRIER_FEE = 0.003  # a part, made up; other countries' carriers charge none here

Later = Callable[[float, Callable[[], None]], Any]
"""Run a function after so many seconds: the loop's `call_later`, or a test's own."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where receipts and answers go; an empty topic means nowhere yet."""

    aws_endpoint: str = "http://127.0.0.1:4566"
    region: str = "us-east-1"
    inbound_topic_arn: str = ""
    receipts_topic_arn: str = ""
    stage: str = "dev"  # the stage whose tag the originators carry

    def as_json(self) -> dict[str, str]:
        """The names that `POST /connect` takes."""
        return {
            "aws_endpoint": self.aws_endpoint,
            "region": self.region,
            "inbound_topic_arn": self.inbound_topic_arn,
            "receipts_topic_arn": self.receipts_topic_arn,
            "stage": self.stage,
        }


@dataclass(frozen=True, slots=True)
class Accepted:
    """The API said yes. With `answer_withheld` the caller must not hear of it, for so many seconds."""

    message_id: str
    answer_withheld: float | None = None


@dataclass(slots=True)
class Simulator:
    """Everything that the network knows. Lives on one event loop; `utcnow` and `steady` are its clocks."""

    later: Later
    utcnow: Callable[[], datetime]
    steady: Callable[[], float]  # seconds, for paces
    receipts: Publisher
    inbound: Publisher
    latency: float = 0.15  # seconds to a phone on a good day
    prices: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # templates/prices.yaml
    connection: Connection = field(default_factory=Connection)
    wall: Wall = field(default_factory=Wall)
    traffic: Traffic = field(default_factory=Traffic)
    conditions: dict[str, Condition] = field(default_factory=dict)  # "*" or a number
    configuration_sets: set[str] = field(default_factory=lambda: {"ringback"})
    link: Callable[[Answer], Awaitable[bool]] | None = None  # takes answers in SNS's place, such as an SMSC's
    _life: int = 0  # what was on its way when the phones were reset never arrives

    # --- texts to phones

    def send(self, request: aws.Send) -> Accepted:
        """Take a text, or raise aws.Refusal; what follows happens by itself."""
        set_to = self.condition_of(request.to)
        if set_to.mode == network.ERROR:
            raise self._refuse(set_to.error)
        message_id = str(uuid.uuid4())
        if request.dry_run:
            return Accepted(message_id)
        originator = self.traffic.originator(request.originator)
        if request.configuration_set:
            self.configuration_sets.add(request.configuration_set.rpartition("/")[2])
        if set_to.mode == network.THROTTLE:
            originator.throttled += 1
            self.traffic.refused["ThrottlingException"] += 1
            raise aws.throttled(request.originator, originator.rate)
        parts = count(request.body, counting(originator, request.to)).segments
        if not self.traffic.admit(request.originator, parts, self.steady()):
            raise aws.throttled(request.originator, originator.rate)
        text = Text(
            id=message_id,
            to=request.to,
            sender=request.originator,
            body=request.body,
            sent_at=self.utcnow(),
            segments=parts,
            context=request.context,
        )
        self.wall.add(text)
        fate = network.fate(set_to, request.seconds_to_live, self.latency)
        self._carry_out(text, fate)
        return Accepted(message_id, fate.answer_withheld)

    def condition_of(self, msisdn: str) -> Condition:
        """What the network of this phone is set to: its own setting, else that of all phones."""
        own = self.conditions.get(msisdn)
        if own is None and msisdn == AWS_FAILING_NUMBER:
            return Condition(network.FAIL)
        return own or self.conditions.get(EVERYONE) or Condition()

    def set_condition(self, to: str, set_to: Condition | None) -> None:
        """Set the network of a phone, or of all without a setting of their own; None removes it."""
        if set_to is None:
            self.conditions.pop(to, None)
        else:
            self.conditions[to] = set_to
        if to != EVERYONE:
            self.wall.touch(to)

    def _carry_out(self, text: Text, fate: Fate) -> None:
        self.settle_later(text, fate)
        for receipt in fate.receipts:
            self.after(receipt.after, self._receipt(text, receipt))

    def settle_later(self, text: Text, fate: Fate) -> None:
        """Let the text arrive, or not, when its time has come."""

        def settle() -> None:
            self.wall.settle(text.id, state=fate.state, settled_at=self.utcnow())
            self.traffic.counts[fate.state] += 1

        self.after(fate.settles_after, settle)

    def _receipt(self, text: Text, receipt: network.Receipt) -> Callable[[], None]:
        def publish() -> None:
            if self.connection.receipts_topic_arn:
                self.receipts.put(self.connection.receipts_topic_arn, body)

        cost = price(text.to, text.segments, self.prices)
        body = payloads.delivery_event(
            message_id=text.id,
            to=text.to,
            originator=text.sender,
            status=receipt.status,
            final=receipt.final,
            at=text.sent_at + timedelta(seconds=receipt.stamped),
            parts=text.segments,
            price=float(cost.amount) if cost else 0.0,
            carrier_fee=US_CARRIER_FEE * text.segments if text.to.startswith("+1") else 0.0,
            context=text.context,
        )
        return publish

    def after(self, seconds: float, do: Callable[[], None]) -> None:
        """Do this in so many seconds, unless the phones are reset before."""
        life = self._life

        def unless_reset() -> None:
            if life == self._life:
                do()

        if seconds > 0:
            self.later(seconds, unless_reset)
        else:
            unless_reset()

    def _refuse(self, error: str) -> aws.Refusal:
        code, message = network.ERRORS[error]
        self.traffic.refused[error] += 1
        return aws.Refusal(code, message, **({} if error == code else {"Reason": error}))

    # --- answers from phones

    async def reply(
        self, sender: str, originator: str, body: str, in_reply_to: str | None, times: int, *, new_ids: bool
    ) -> list[Answer]:
        """A subscriber writes; returns what was written, with `state` published or failed.

        `in_reply_to` None means: the newest text from that originator, as the network guesses it too.
        `times`: how often the network delivers it, each time with the same id unless `new_ids`.
        """
        if in_reply_to is None:
            last = self.wall.last_text(sender, originator)
            in_reply_to = last.id if last else ""
        answers = [
            Answer(
                id=str(uuid.uuid4()),
                sender=sender,
                to=originator,
                body=body,
                sent_at=self.utcnow(),
                copies=1 if new_ids else times,
                in_reply_to=in_reply_to,
            )
            for _ in range(times if new_ids else 1)
        ]
        for answer in answers:
            self.wall.add(answer)
            self.traffic.counts["answers"] += 1
        return [await self._publish(answer) for answer in answers]

    async def _publish(self, answer: Answer) -> Answer:
        if self.link is not None:
            done = replace(answer, state="published" if await self.link(answer) else "failed")
            self.wall.settle(answer.id, state=done.state)
            return done
        body = payloads.inbound(
            sender=answer.sender,
            originator=answer.to,
            body=answer.body,
            inbound_id=answer.id,
            previous=answer.in_reply_to,
        )
        topic = self.connection.inbound_topic_arn
        for _ in range(answer.copies - 1):
            self.inbound.put(topic, body)
        done = replace(answer, state="published" if await self.inbound.publish(topic, body) else "failed")
        self.wall.settle(answer.id, state=done.state)
        return done

    # --- the whole

    def know(self, brands: Sequence[Mapping[str, Any]]) -> None:
        """Take originators' names, paces and counting modes from brand documents (brands.yaml)."""
        for brand in brands:
            for one in brand.get("originators", ()):
                originator = self.traffic.originator(str(one["identity"]))
                self.traffic.set_rate(originator.identity, float(one.get("per_second", originator.rate)))
                originator.counting = str(one.get("counting", ""))
                title = brand.get("title")
                originator.title = {str(k): str(v) for k, v in title.items()} if title else None

    def reset(self) -> None:
        """Empty phones, whole networks, no counts; names, paces and the connection stay."""
        self._life += 1
        self.conditions.clear()
        self.traffic.clear()
        self.wall.clear()


def counting(originator: Originator, to: str) -> str:
    """How the parts of a text are counted: as the originator's brand says, else as the country does."""
    return originator.counting or ("cn" if to.startswith("+86") else "network")
