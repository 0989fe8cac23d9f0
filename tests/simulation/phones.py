"""The phones: who means to answer a text does, and machines answer all of them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from tests.simulation.clockwork import Clockwork
from tests.simulation.network import Accepted
from tests.simulation.scenario import Input

MOST_BY_ROBOT = 40  # texts; a run of two machines that never ends would take for ever


class Phones:
    """Texts that are heard, and what is written: `replies`, each once, with what they mean."""

    def __init__(
        self, clockwork: Clockwork, random: Random, inputs: Sequence[Input], bring: Callable[[str], object]
    ) -> None:
        self.clockwork = clockwork
        self.random = random
        self.bring = bring
        self.replies: list[dict[str, Any]] = []
        self.meant: dict[str, str] = {}  # inbound id -> kind of `writing`
        self._waiting = [one for one in inputs if one.kind == "answer"]
        self._robots: list[tuple[Input, float]] = []
        self._texts_to: Counter[tuple[str, str]] = Counter()
        self._by_robots: Counter[str] = Counter()

    def switch_on(self, robot: Input) -> None:
        """From now on a machine answers every text to a number, for a while."""
        self._robots.append((robot, self.clockwork.now + robot.data["lasts"]))

    def heard(self, text: Accepted) -> None:
        """Somebody's phone shows a text: those who mean to answer it do."""
        campaign = text.item.removeprefix("mt#").split("/")[0]
        for about in ("", campaign):
            self._texts_to[text.to, about] += 1
        for one in self._waiting:
            data = one.data
            about = data["campaign"]
            right = about in ("", campaign) and data["phone"] == text.to
            if right and self._texts_to[text.to, about] == data["nth"]:
                previous = text.message_id if data["known"] else ""
                self.write(one, data["after"], text.originator, previous, text.body)
        for one, until in self._robots:
            if one.data["phone"] == text.to and self.clockwork.now < until:
                self._by_robots[one.name] += 1
                if self._by_robots[one.name] <= MOST_BY_ROBOT:
                    after = self.random.choice((0.5, 2.0, 20.0))
                    previous = text.message_id if one.data["known"] else ""
                    self.write(one, after, text.originator, previous, text.body, self._by_robots[one.name])

    def write(
        self, one: Input, after: float, to: str, previous: str, shown: str = "", number: int = 0
    ) -> None:
        """Somebody writes, `after` seconds from now; what is brought twice has the same inbound id."""
        reply = {
            "originationNumber": one.data["phone"],
            "destinationNumber": to,
            "messageKeyword": "",
            "messageBody": one.data["body"].replace("{text}", shown),
            "inboundMessageId": f"in-{one.name}" + (f"-{number}" if number else ""),
            "previousPublishedMessageId": previous,
        }
        body = json.dumps({"Type": "Notification", "Message": json.dumps(reply)})
        self.replies.append(reply)
        self.meant[reply["inboundMessageId"]] = one.data["means"]
        for more in (0.0, *one.data["again"]):
            self.clockwork.at(self.clockwork.now + after + more + 0.1, lambda: self.bring(body) and None)
