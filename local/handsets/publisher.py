"""To SNS, in batches and in order, without keeping the network waiting."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

BATCH = 10  # the most that PublishBatch takes
LARGEST = 200_000  # bytes of a batch; SNS takes 256 kB in all
ATTEMPTS = 6
FIRST_PAUSE = 0.2  # seconds; doubles with each attempt

log = logging.getLogger(__name__)

PublishBatch = Callable[[str, Sequence[str]], Sequence[int]]
"""(topic, bodies) -> the indices of those that did not get through; raises when none did. Blocks."""


@dataclass(frozen=True, slots=True)
class _Item:
    topic: str
    body: str
    done: asyncio.Future[bool] | None


class Publisher:
    """A queue before a blocking `publish_batch`, emptied by one task. Only one loop uses it."""

    def __init__(
        self, publish_batch: PublishBatch, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> None:
        self._publish_batch = publish_batch
        self._pause = pause
        self._queue: asyncio.Queue[_Item] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self.published = 0
        self.lost = 0

    @property
    def waiting(self) -> int:
        """How many are still to be published."""
        return self._queue.qsize()

    def put(self, topic: str, body: str) -> None:
        """Publish `body` soon; when that fails for good it is counted as lost."""
        self._put(_Item(topic, body, None))

    async def publish(self, topic: str, body: str) -> bool:
        """Publish `body` after what is waiting already; whether it got through."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._put(_Item(topic, body, done))
        return await done

    async def drained(self) -> None:
        """Return when nothing is waiting any more."""
        while self._task and not self._task.done():
            await asyncio.wait([self._task])

    async def close(self) -> None:
        """Give up what is waiting."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def _put(self, item: _Item) -> None:
        self._queue.put_nowait(item)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        held: _Item | None = None
        while held is not None or not self._queue.empty():
            batch = [held or self._queue.get_nowait()]
            held = None
            size = len(batch[0].body.encode())
            while len(batch) < BATCH and not self._queue.empty():
                item = self._queue.get_nowait()
                size += len(item.body.encode())
                if item.topic != batch[0].topic or size > LARGEST:
                    held = item
                    break
                batch.append(item)
            await self._send(batch)

    async def _send(self, batch: list[_Item]) -> None:
        """Try until all got through; what did not is tried again in its order."""
        left = batch
        for attempt in range(ATTEMPTS):
            if attempt:
                await self._pause(FIRST_PAUSE * 2 ** (attempt - 1))
            try:
                failed = await asyncio.to_thread(
                    self._publish_batch, left[0].topic, [item.body for item in left]
                )
            except Exception as error:
                log.warning("publishing %d to %s failed: %s", len(left), left[0].topic, error)
                continue
            for index, item in enumerate(left):
                if index not in failed:
                    self._finish(item, got_through=True)
            left = [left[index] for index in sorted(failed)]
            if not left:
                return
        for item in left:
            self._finish(item, got_through=False)

    def _finish(self, item: _Item, *, got_through: bool) -> None:
        if got_through:
            self.published += 1
        else:
            self.lost += 1
        if item.done and not item.done.done():
            item.done.set_result(got_through)
