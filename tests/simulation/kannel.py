"""Kannel and the SMSC behind it: what is queued, taken, refused or lost, and the reports on it.

The package's own gateway module talks to it, at the place of its HTTP connections, and its reports come in
through the package's own reading of them (`kannel_receipts`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from urllib3.exceptions import NewConnectionError, ProtocolError, ReadTimeoutError

from chalicelib.sms import sealed
from chalicelib.sms.gateways import kannel_receipts
from chalicelib.sms.gateways.kannel_settings import Settings
from chalicelib.sms.segments import count
from tests.simulation.clockwork import Clockwork
from tests.simulation.faults import REPORTS, SENDSMS, Plan
from tests.simulation.network import Accepted, Network

KNOWN = Settings(
    urls=("http://kannel.test/cgi-bin/sendsms",),
    username="ringback",
    password="test",
    callback="https://texts.test/kannel",
    keys=("new key", "old key"),
)
# command_status of the SMSC: throttled, queue full, invalid destination, and one nobody knows.
REFUSALS = ("0x00000058", "0x00000014", "0x0000000b", "0x00000400")
UNDELIVERED = ("UNDELIV", "EXPIRED", "REJECTD")


@dataclass(frozen=True)
class Answered:
    """What smsbox answers."""

    status: int
    data: bytes


class Kannel:
    """Answers for urllib3's pool: `request` is what the gateway module calls."""

    def __init__(
        self,
        clockwork: Clockwork,
        random: Random,
        plan: Plan,
        network: Network,
        receipt: Callable[[Mapping[str, Any]], None],
    ) -> None:
        self.clockwork = clockwork
        self.random = random
        self.plan = plan
        self.network = network
        self.receipt = receipt
        self.not_ours = 0  # reports that the service turned away
        self._ids = 0

    def request(self, method: str, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answered:
        """A call of sendsms, with what may go wrong on the way to Kannel and back."""
        worker = self.clockwork.worker()
        assert worker is not None
        assert (method, url) == ("POST", KNOWN.urls[0])
        self.network.attempts += 1
        fault = self.plan.next(f"{worker.function}/sendsms", SENDSMS, share=6.0)
        self.clockwork.wait(0.003 + self.random.expovariate(100.0))
        kind = fault.kind if fault else ""
        if fault and kind in ("slow", "frozen"):
            self.clockwork.wait(1 + 3 * fault.amount if kind == "slow" else 10 + 100 * fault.amount)
        if kind == "killed before":
            worker.kill()
        if kind.endswith("refused") or kind in ("busy", "no connection"):
            return self._fail(kind.removesuffix(" refused"))
        self._queued(body.decode(), headers, early=kind == "report first")
        if kind == "report first":
            self.clockwork.wait(0.2 + 3 * (fault.amount if fault else 0))
        if kind == "killed after":
            worker.kill()
        if kind.endswith(" accepted"):
            return self._fail(kind.removesuffix(" accepted"))
        return Answered(202, b"3: Queued for later delivery" if kind == "stuck" else b"0: Accepted")

    def _fail(self, kind: str) -> Answered:
        match kind:
            case "silent":
                self.clockwork.wait(5.0)
                raise ReadTimeoutError(None, KNOWN.urls[0], "no answer")  # type: ignore[arg-type]
            case "closed":
                raise ProtocolError("closed")
            case "no connection":
                raise NewConnectionError(None, "refused")  # type: ignore[arg-type]
            case "busy":
                return Answered(503, b"")
        raise AssertionError(kind)

    def _queued(self, body: str, headers: Mapping[str, str], *, early: bool) -> None:
        """Kannel has the text: it goes on to the SMSC, which takes it, refuses it, or never sees it."""
        fault = self.plan.next("smsc", REPORTS, share=12.0)
        kind = fault.kind if fault else ""
        if kind == "lost":
            return
        after = 0.0 if early else 0.05 + self.random.expovariate(2.0)
        if kind == "slow":
            after += 60 * (fault.amount if fault else 0)
        url = headers["X-Kannel-DLR-URL"]
        if kind in ("refused", "taken though refused", "refused in part"):
            amount = fault.amount if fault else 0
            status = self.random.choice(REFUSALS if kind == "refused" else REFUSALS[:2])
            words = "NACK/" if kind == "refused in part" else f"NACK/{status}/"
            told = after + (0 if kind == "refused" else 20 * amount)
            self._report(url, 16, "", words, told)
            if amount < 0.4:  # Kannel missed the answer, and says it again
                self._report(url, 16, "", words, told + amount)
            if kind == "refused in part":  # as of a text in parts: the phone says that it has the first
                first = after + 0.5 + 8 * self.random.random()
                several = url.replace("&t=", "&p=1&t=")
                self._report(several, 1, f"part-{told:.3f}", "id:1 stat:DELIVRD err:000", first)
            to, token, item = _named(url)
            self.network.refused[to, item, token] = self.clockwork.now + told
            if kind != "taken though refused":
                return
            self.network.both.add((to, item, token))
        self.clockwork.at(self.clockwork.now + after, lambda: self._taken(body, headers, kind))

    def _taken(self, body: str, headers: Mapping[str, str], kind: str) -> None:
        """The SMSC takes the text: the phone gets it, and reports follow."""
        url = headers["X-Kannel-DLR-URL"]
        reference = dict(parse_qsl(urlsplit(url).query))["r"]
        to, token, item = _named(url)
        self._ids += 1
        text = Accepted(
            self.clockwork.now, to, headers["X-Kannel-From"], body, item, token, f"smsc-{self._ids}"
        )
        self.network.accepted.append(text)
        self.network.heard(text)
        draw = self.random.random
        done = self.random.choice(UNDELIVERED) if draw() < 0.15 else "DELIVRD"
        final = (1 if done == "DELIVRD" else 2, text.message_id, f"id:{text.message_id} stat:{done} err:000")
        acknowledged, delivered = 0.01 + 0.1 * draw(), 0.5 + 8 * draw()
        parts = count(body).segments
        match kind:
            case "without key":  # as from a Kannel that lost what it was given: only the address is left
                self._report(url.replace(reference, ""), 8, text.message_id, "ACK/", acknowledged)
                self._report(url.replace(reference, "x" * len(reference)), *final, delivered)
                return
            case "no acknowledgement":
                acknowledged = -1.0
            case "out of order":  # each part has reports of its own, and the last ones come first
                acknowledged, delivered = delivered + 30 * draw(), acknowledged
                for part in range(2, parts + 1):
                    self._report(url, 8, f"{text.message_id}-{part}", "ACK/", 40 * draw())
            case "no receipt":
                delivered = -1.0
            case "twice":
                self._report(url, 8, text.message_id, "ACK/", acknowledged + 20 * draw())
                self._report(url, *final, delivered + 20 * draw())
            case "late":
                delivered += 3600 * 20 * draw()
            case "late words":  # the acknowledgement, too, if it comes at all
                acknowledged = 3600 * draw() if draw() < 0.6 else -1.0
                delivered += 300 + 3300 * draw()
            case "taken though refused":
                acknowledged += 60 * draw()
                delivered += 60 + 1800 * draw()
        if acknowledged >= 0:
            self._report(url, 8, text.message_id, "ACK/", acknowledged)
        if delivered >= 0:
            self._report(url, *final, delivered)

    def _report(self, url: str, kind: int, message_id: str, words: str, after: float) -> None:
        """Kannel calls the service back, by the address that it was given."""
        said = (*words.split(), *[""] * 9)[:9]
        query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
        query |= {"t": str(kind), "id": message_id, "w": " ".join(said).rstrip()}

        def call() -> None:
            try:
                event = kannel_receipts.receipt_from(query, KNOWN, self.clockwork.moment())
            except ValueError:
                self.not_ours += 1
                return
            self.receipt(event)

        self.clockwork.at(self.clockwork.now + after, call)


def _named(url: str) -> list[str]:
    """Number, token and item of the text that an address for reports is of."""
    reference = dict(parse_qsl(urlsplit(url).query))["r"]
    return sealed.opened(KNOWN.keys, reference).decode().split("\n", 2)
