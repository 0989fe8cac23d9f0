"""What a person does with dead letters, on the command line and in the console: look, put back, give up.

Whoever looks hides the letters from others for a while, so that of two people at once only one has each.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from datetime import datetime
from typing import Any

from chalicelib import queues
from chalicelib.campaigns.live import Live, live
from chalicelib.delivery.fail_dead_letter import fail_dead_letter
from chalicelib.intake.field_types import HIDDEN
from chalicelib.job import Job
from chalicelib.queues import Letter
from chalicelib.store import catalogue
from chalicelib.store.dynamodb import chunks
from chalicelib.store.records import masked_in

AT_A_TIME = 100  # letters between two steps of a progress


def look(
    names: Iterable[str],
    *,
    hold: int = 60,
    most: int = sys.maxsize,
    at_once: int = 1,
    told: Callable[[int], None] = lambda _: None,
) -> list[Letter]:
    """The dead letters of these queues that nobody else looks at, hidden from others for `hold` seconds; of
    each queue about `most`. `at_once` calls are made at a time, `told` hears how many more were read."""
    return [
        one
        for name in names
        for one in queues.letters(name, hold=hold, most=most, at_once=at_once, told=told)
    ]


def find(ids: Mapping[str, Sequence[str]], *, hold: int, most: int) -> list[Letter]:
    """These letters, by queue, and others that were met on the way; of each queue about `most` are read."""
    return [
        one
        for name, wanted in ids.items()
        if wanted
        for one in queues.letters(name, hold=hold, most=most, until=wanted)
    ]


def masked_body(letter: Letter, personal: Set[str]) -> str:
    """What stands in a letter, numbers masked and the values of `personal` fields (`Vocabulary.personal`)
    hidden, however deep they are."""
    try:
        body = json.loads(letter.body)
    except ValueError:
        return masked_in(letter.body)
    hidden = _without(body, personal)
    return masked_in(letter.body if hidden == body else json.dumps(hidden, ensure_ascii=False))


def _without(value: Any, personal: Set[str]) -> Any:
    if isinstance(value, list):
        return [_without(one, personal) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: HIDDEN if name in personal and one not in (None, "") else _without(one, personal)
        for name, one in value.items()
    }


def waiting(names: Iterable[str]) -> dict[str, int]:
    """About how many dead letters each of these queues has."""
    return {name: queues.depth(f"{name}-dead") for name in names}


def release(letters: Iterable[Letter]) -> None:
    """Let others see these again at once."""
    for name, some in _by_queue(letters).items():
        queues.put_back(f"{name}-dead", [(one.handle, 0) for one in some])


def retry(letters: Sequence[Letter], told: Callable[[int], None] = lambda _: None) -> None:
    """Put letters that are held back on the queues they came from."""
    for name, some in _by_queue(letters).items():
        for chunk in chunks(some, AT_A_TIME):
            queues.send(name, [one.body for one in chunk])
            # After they are back: who dies in between has them twice, and a repeat does no harm.
            queues.delete_dead_letters(chunk)
            told(len(chunk))


def drop(letters: Sequence[Letter], now: datetime, told: Callable[[int], None] = lambda _: None) -> int:
    """Give letters that are held up for good. How many texts among them are recorded as failed by that."""
    texts = 0
    current = live(catalogue.control())
    for name, some in _by_queue(letters).items():
        for chunk in chunks(some, AT_A_TIME):
            if name.startswith("outbox-"):
                texts += sum(_written_off(one.body, current, now) for one in chunk)
            queues.delete_dead_letters(chunk)
            told(len(chunk))
    return texts


def _by_queue(letters: Iterable[Letter]) -> dict[str, list[Letter]]:
    found: dict[str, list[Letter]] = {}
    for one in letters:
        found.setdefault(one.queue, []).append(one)
    return found


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
