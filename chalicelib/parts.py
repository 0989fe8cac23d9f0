"""Long work in parts: each is a message on the queue `runs` and a stored `Part` that says how far it is.

A part that runs out of time leaves a message for whoever goes on, from where it was saved. A message that
comes twice goes on from there, too; a page that is done twice must do no harm.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from chalicelib import queues
from chalicelib.clock import iso
from chalicelib.store import part_rows as stored
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import Part

P = TypeVar("P", bound=Part)
QUEUE = "runs"


@dataclass(frozen=True, slots=True)
class Later:
    """A part that has to wait, in seconds."""

    seconds: int


def ask(works: Iterable[Mapping[str, Any]], delay: int = 0) -> None:
    """Leave a message for each piece of work, to be seen after so many seconds."""
    queues.send(QUEUE, [json.dumps(dict(one), ensure_ascii=False) for one in works], delay=delay)


def work_off(
    parts: Sequence[P],
    page: Callable[[P], P | Later],
    again: Callable[[Sequence[P], int], None],
    clock: Callable[[], datetime],
    time_left: Callable[[], bool],
) -> None:
    """Take the parts of one message on, and save each after every page.

    `page` does the next page of a part and returns the part as it is afterwards. A lone part goes on page by
    page while `time_left`; of several each gets one page, and those that have more a message of their own.
    `again` leaves a message for parts, to be seen after so many seconds.
    """
    waiting = [one for one in parts if not one.done]
    lone = len(parts) == 1
    while waiting:
        part = waiting.pop(0)
        after = page(part)
        if isinstance(after, Later):
            again([part], after.seconds)
            continue
        after = replace(after, at=iso(clock()))
        stored.save(after)
        left = time_left()
        if not after.done and lone and left:
            waiting.append(after)
        elif not after.done:
            again([after], 0)
        if not left:
            if waiting:
                again(waiting, 0)
            return
