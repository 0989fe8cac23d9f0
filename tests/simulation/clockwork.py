"""A virtual clock, and workers that take turns on it.

Everything that happens is an entry in one heap, ordered by its moment. A worker is a greenlet: it runs
until it waits, and every AWS call waits a little, so that workers interleave at their calls and nowhere
else. The same seed gives the same history.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from greenlet import getcurrent, greenlet


class Killed(KeyboardInterrupt):
    """The worker's process is gone. Nothing that is written for errors may catch it, however bad
    they are."""


class Worker:
    """One invocation of a function: it ends, raises, is killed, or reaches its time-out."""

    def __init__(self, clockwork: Clockwork, function: str, life: float, mortal: bool = True) -> None:
        self.clockwork = clockwork
        self.function = function
        self.ends_at = clockwork.now + life
        self.mortal = mortal
        self.dead = False

    def kill(self) -> None:
        """End the process at this call."""
        self.dead = True
        raise Killed


class Clockwork:
    """The moment, what is to happen, and who is at work."""

    def __init__(self, start: datetime) -> None:
        self.now = start.timestamp()
        self._heap: list[tuple[float, int, Callable[[], Any]]] = []
        self._count = 0
        self._hub = getcurrent()
        self.workers: dict[greenlet, Worker] = {}

    def moment(self) -> datetime:
        """Now, as the handlers see it."""
        return datetime.fromtimestamp(self.now, UTC)

    def at(self, moment: float, what: Callable[[], Any]) -> None:
        """Let `what` happen then; at once, when that has passed."""
        self._count += 1
        heapq.heappush(self._heap, (max(moment, self.now), self._count, what))

    def run(self, until: float) -> None:
        """Let everything happen that is due by then."""
        while self._heap and self._heap[0][0] <= until:
            self.now, _, what = heapq.heappop(self._heap)
            what()
        self.now = max(self.now, until)

    @property
    def idle(self) -> bool:
        """Nothing is to happen any more."""
        return not self._heap

    def work(self, function: str, life: float, what: Callable[[], Any], done: Callable[[Any], Any]) -> Worker:
        """Start a worker now. `done` gets what it returned, or the exception that ended it."""
        worker = Worker(self, function, life)

        def live() -> None:
            try:
                result = what()
            except Killed as killed:
                result = killed
            except Exception as error:
                result = error
            finally:
                self.workers.pop(process, None)
            if not worker.dead or isinstance(result, Killed):
                done(result)

        process = greenlet(live, self._hub)
        self.workers[process] = worker
        self.at(self.now, process.switch)
        return worker

    def worker(self) -> Worker | None:
        """Who is running; None while the simulation itself is."""
        return self.workers.get(getcurrent())

    def wait(self, seconds: float) -> None:
        """Let the running worker wait; others get on. Raises Killed at its time-out."""
        worker = self.workers[getcurrent()]
        if worker.dead:
            raise Killed
        until = self.now + seconds
        expires = worker.mortal and until > worker.ends_at
        if expires:
            until = max(self.now, worker.ends_at)
        if self._heap and self._heap[0][0] <= until:
            self.at(until, getcurrent().switch)
            self._hub.switch()
        else:
            self.now = until
        if expires:
            worker.kill()

    def close(self) -> None:
        """Forget everybody who is still at work."""
        for process, worker in list(self.workers.items()):
            worker.dead = True
            if process:
                process.throw(Killed)
        self.workers.clear()
        self._heap.clear()
