"""SQS and what feeds functions from it: visibility, receive counts, redrive, repeats, disorder.

A message that is seen is invisible for its queue's time; what is not deleted by then comes back. The event
source mapping takes whatever is visible in batches of any size and in any order, and deletes what the
function did not name as failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import Any

from local.template import resources
from tests.simulation.clockwork import Clockwork
from tests.simulation.tables import ROOT

Feed = Callable[["Queue", list["Message"]], None]


@dataclass
class Message:
    """One message and where it is in its life."""

    id: str
    body: str
    visible_at: float
    receives: int = 0
    handle: str = ""
    gone: bool = False
    attributes: Mapping[str, Any] = field(default_factory=dict)


@cache
def definitions() -> Mapping[str, Mapping[str, Any]]:
    """The queues of .chalice/resources, by their names in the design."""
    return {
        one["Properties"]["QueueName"]["Fn::Sub"].removeprefix("ringback-${Stage}-"): one["Properties"]
        for one in resources(ROOT).values()
        if one.get("Type") == "AWS::SQS::Queue"
    }


class Queue:
    """One queue; with `feed` its messages are handed to a function."""

    def __init__(
        self, name: str, clockwork: Clockwork, random: Random, feed: Feed | None, batch: int
    ) -> None:
        properties = definitions()[name]
        self.name = name
        self.clockwork = clockwork
        self.random = random
        self.feed = feed
        self.batch = batch
        self.visibility = float(properties.get("VisibilityTimeout", 30))
        self.most_receives = int(properties.get("RedrivePolicy", {}).get("maxReceiveCount", 0))
        self.messages: dict[str, Message] = {}
        self.dead: Queue | None = None
        self.busy = 0
        self.at_most = 4  # invocations at the same time
        self._count = 0

    def send(self, body: str, delay: float = 0.0, attributes: Mapping[str, Any] | None = None) -> Message:
        """Put a message in; it is seen after `delay`."""
        self._count += 1
        now = self.clockwork.now
        message = Message(f"{self.name}-{self._count}", body, now + delay, attributes=attributes or {})
        self.messages[message.id] = message
        self._look(message.visible_at)
        return message

    def _look(self, moment: float) -> None:
        if self.feed:
            self.clockwork.at(moment + self.random.uniform(0.005, 1.0), self._poll)

    def _poll(self) -> None:
        """Hand out what can be seen."""
        now = self.clockwork.now
        seen = [one for one in self.messages.values() if one.visible_at <= now]
        if not seen or self.feed is None:
            return
        if self.busy >= self.at_most:
            self._look(now)
            return
        self.random.shuffle(seen)
        batch = seen[: min(self.batch, self.random.choice((1, 2, 3, 5, 10, 100)))]
        if len(batch) < len(seen):
            self._look(now)
        taken = [one for one in batch if self._take(one)]
        if taken:
            self.busy += 1
            self.feed(self, taken)

    def _take(self, message: Message) -> bool:
        """Hand a message out once more; False when it went to the dead letters instead."""
        if self.most_receives and message.receives >= self.most_receives and self.dead:
            del self.messages[message.id]
            self.dead.send(message.body)
            return False
        message.receives += 1
        message.handle = f"{message.id}/{message.receives}"
        self.hide(message, self.visibility)
        return True

    def hide(self, message: Message, seconds: float) -> None:
        """Let nobody see the message for a while."""
        message.visible_at = self.clockwork.now + seconds
        self._look(message.visible_at)

    def delete(self, message: Message) -> None:
        """It is done."""
        self.messages.pop(message.id, None)

    def change_visibility(self, handle: str, seconds: float) -> bool:
        """False when the message is gone, or was handed to somebody else since."""
        message = self.messages.get(handle.rpartition("/")[0])
        if message is None or message.handle != handle:
            return False
        self.hide(message, seconds)
        return True


def event(messages: list[Message]) -> dict[str, Any]:
    """What a function is invoked with."""
    return {
        "Records": [
            {
                "messageId": one.id,
                "receiptHandle": one.handle,
                "body": one.body,
                "attributes": {"ApproximateReceiveCount": str(one.receives)},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "",
                "awsRegion": "us-east-1",
            }
            for one in messages
        ]
    }
