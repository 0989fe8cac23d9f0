"""An SMSC that speaks SMPP 3.4 in front of the phones: what Kannel binds to in `make run GATEWAY=kannel`.

It takes submit_sm, joins parts, sends receipts and what subscribers write as deliver_sm, and refuses,
throttles, delays and stays silent as the phones' network is set to. It answers on 127.0.0.1 only, to anyone.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import Callable
from typing import Any

import smpp34

from chalicelib.sms.segments import count
from local.handsets import gsm, network
from local.handsets.simulator import Simulator, counting
from local.handsets.wall import Answer, Text

HOST = "127.0.0.1"
THROTTLED, REFUSED = 0x58, 0x0B  # command_status
STATES = {"DELIVERED": "DELIVRD", "CARRIER_UNREACHABLE": "UNDELIV", "TTL_EXPIRED": "EXPIRED"}
ERRORS = {"UNDELIV": 27, "EXPIRED": 1}  # an SMSC's own numbers
LONGEST_LIFE = 72 * 3600.0  # smpp34 does not say a submit_sm's validity_period
RECEIPT = 0x04  # of esm_class

log = logging.getLogger(__name__)


class Smsc:
    """The server and those bound to it. Lives on the simulator's loop."""

    def __init__(self, simulator: Simulator, port: int) -> None:
        self._simulator = simulator
        self._port = port
        self._server: Any = None
        self._bound: dict[str, Any] = {}
        self._parts: dict[tuple[str, str, int, int], dict[int, Any]] = {}
        # After a restart ids go on where nobody has been, as an SMSC's do.
        self._ids = itertools.count(int(simulator.utcnow().timestamp()) << 8)
        self._references = itertools.count(1)
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen, and take whatever comes until `stop`."""
        self._server = smpp34.Server(host=HOST, port=self._port, system_id="phones")
        await self._server.start()
        self._simulator.link = self.written
        self._begin(self._serve())

    async def stop(self) -> None:
        """Let go of everybody."""
        for task in list(self._tasks):
            task.cancel()
        if self._server:
            await self._server.stop()

    async def _serve(self) -> None:
        while (event := await self._server.next()) is not None:
            if isinstance(event, smpp34.Esme):
                self._bound[event.session_id] = event
                log.info("bound: %s", event.system_id)
            elif isinstance(event, smpp34.SubmitSmEvent):
                self._submitted(event)
            elif session := getattr(event, "session_id", ""):
                self._bound.pop(session, None)

    def _begin(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- texts to phones

    def _submitted(self, event: Any) -> None:
        to = "+" + event.destination_addr.lstrip("+")
        set_to = self._simulator.condition_of(to)
        traffic = self._simulator.traffic
        if set_to.mode == network.ERROR:
            traffic.refused[set_to.error] += 1
            event.reject(REFUSED)
            return
        originator = traffic.originator(event.source_addr)
        if set_to.mode == network.THROTTLE or not traffic.admit(
            originator.identity, 1, self._simulator.steady()
        ):
            event.reject(THROTTLED)
            return
        message_id = f"{next(self._ids):X}"
        if set_to.mode == network.TIMEOUT:
            self._simulator.later(set_to.seconds, lambda: event.accept(message_id))
        else:
            event.accept(message_id)
        self._taken(event, to, message_id, network.fate(set_to, LONGEST_LIFE, self._simulator.latency))

    def _taken(self, event: Any, to: str, message_id: str, fate: network.Fate) -> None:
        part, body = gsm.joined_by(bytes(event.short_message), event.esm_class)
        if event.registered_delivery & 1:
            self._report(event, to, message_id, fate)
        if part is None:
            self._show(event, to, message_id, gsm.decoded(event.data_coding, body), [event], fate)
            return
        reference, total, number = part
        whole_of = (event.source_addr, to, reference, total)
        known = self._parts.setdefault(whole_of, {})
        known[number] = (event, message_id, body)
        if len(known) == total:
            del self._parts[whole_of]
            first = known[min(known)]
            whole = b"".join(known[n][2] for n in sorted(known))
            events = [known[n][0] for n in sorted(known)]
            self._show(event, to, first[1], gsm.decoded(event.data_coding, whole), events, fate)

    def _show(
        self, event: Any, to: str, message_id: str, body: str, events: list[Any], fate: network.Fate
    ) -> None:
        originator = self._simulator.traffic.originator(event.source_addr)
        text = Text(
            id=message_id,
            to=to,
            sender=event.source_addr,
            body=body,
            sent_at=self._simulator.utcnow(),
            segments=max(len(events), count(body, counting(originator, to)).segments),
            pdus=tuple(gsm.shown(one, 0) for one in events),
        )
        self._simulator.wall.add(text)
        self._simulator.settle_later(text, fate)

    def _report(self, event: Any, to: str, message_id: str, fate: network.Fate) -> None:
        for one in fate.receipts:
            if one.final:
                state = STATES[one.status]
                done = f"{self._simulator.utcnow():%y%m%d%H%M}"
                words = gsm.receipt(message_id, state, ERRORS.get(state, 0), done)
                self._simulator.after(
                    one.after, self._deliver_later(to, event.source_addr, words, 0, RECEIPT)
                )

    def _deliver_later(
        self, sender: str, to: str, words: bytes, data_coding: int, esm_class: int
    ) -> Callable[[], None]:
        def do() -> None:
            self._begin(self._deliver(sender, to, words, data_coding, esm_class))

        return do

    # --- answers from phones

    async def written(self, answer: Answer) -> bool:
        """Bring what a subscriber wrote to who is bound; whether it got through."""
        data_coding, esm_class, bodies = gsm.parts_of(answer.body, next(self._references))
        for _ in range(answer.copies):
            for body in bodies:
                if not await self._deliver(answer.sender, answer.to, body, data_coding, esm_class):
                    return False
        return True

    async def _deliver(self, sender: str, to: str, words: bytes, data_coding: int, esm_class: int) -> bool:
        """deliver_sm to somebody who is bound; tried for a minute, as a link may come back."""
        for _ in range(60):
            for session, esme in list(self._bound.items())[::-1]:
                try:
                    answer = await esme.deliver_sm(
                        source_addr=sender.lstrip("+"),
                        source_addr_ton=1,
                        source_addr_npi=1,
                        destination_addr=to.lstrip("+"),
                        dest_addr_ton=1 if to.startswith("+") else 0,
                        short_message=words,
                        data_coding=data_coding,
                        esm_class=esm_class,
                    )
                except Exception as error:
                    log.info("%s is gone: %s", session, type(error).__name__)
                    self._bound.pop(session, None)
                    continue
                if getattr(answer, "is_success", True):
                    return True
            await asyncio.sleep(1)
        return False
