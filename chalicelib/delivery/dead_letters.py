"""What a person does with dead letters, on the command line and in the console: look, put back, give up.

Whoever looks hides the letters from others for a while, so that of two people at once only one has each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from chalicelib import queues
from chalicelib.campaigns.live import Live, live
from chalicelib.delivery.fail_dead_letter import fail_dead_letter
from chalicelib.job import Job
from chalicelib.queues import Letter
from chalicelib.store import catalogue


def look(names: Iterable[str], *, hold: int = 60) -> list[Letter]:
    """The dead letters of these queues that nobody else looks at, hidden from others for `hold` seconds."""
    return [one for name in names for one in queues.letters(name, hold=hold)]


def release(letters: Iterable[Letter]) -> None:
    """Let others see these again at once."""
    by_queue: dict[str, list[tuple[str, int]]] = {}
    for one in letters:
        by_queue.setdefault(f"{one.queue}-dead", []).append((one.handle, 0))
    for name, handles in by_queue.items():
        queues.put_back(name, handles)


def retry(letters: Sequence[Letter]) -> None:
    """Put letters that are held back on the queues they came from."""
    for one in letters:
        queues.send(one.queue, [one.body])
        queues.delete_dead_letter(
            one
        )  # after it is back: who dies in between has it twice, and a repeat does no harm


def drop(letters: Sequence[Letter], now: datetime) -> int:
    """Give letters that are held up for good. How many texts among them are recorded as failed by that."""
    texts = 0
    current = live(catalogue.control())
    for one in letters:
        if one.queue.startswith("outbox-"):
            texts += _written_off(one.body, current, now)
        queues.delete_dead_letter(one)
    return texts


def _written_off(body: str, current: Live, now: datetime) -> bool:
    try:
        job = Job.loads(body)
    except ValueError:
        return False  # it never was a text
    return fail_dead_letter(job, current, now)


def about(letter: Letter) -> str:
    """What a letter is about: the type of its event or the campaign of its text; "" when it says neither."""
    try:
        whole = json.loads(letter.body)
        return str(whole.get("detail-type") or whole.get("campaign") or "")
    except (ValueError, AttributeError):
        return ""
