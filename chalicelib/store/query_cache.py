"""The query cache of one page: what was read for it is not read again while it is made.

A page asks several modules, and each reads what it decides with, so that none has to be handed what another
has read. Any write empties the cache. What is done rather than shown goes without it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("query cache", default=None)


@contextmanager
def query_cache() -> Iterator[None]:
    """Within, an item or a query is read once. Threads that are begun within read for themselves."""
    before = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(before)


def kept() -> dict[Hashable, Any] | None:
    """What was read by now, to add to; None outside `query_cache`."""
    return _kept.get()


def once(key: Hashable, read: Callable[[], T], partition: Hashable = None) -> T:
    """What `read` gave for this key at first, else gives now. An item of a `partition` that was read whole is
    known; where it is not, it is None, as `read` would say."""
    cache = _kept.get()
    if cache is None:
        return read()
    if key not in cache:
        cache[key] = None if partition in cache else read()
    found: T = cache[key]
    return found


def read_whole(partition: Hashable, items: Mapping[Hashable, Any]) -> None:
    """A partition was read to its end: what is not among its items, by key, is not there."""
    cache = _kept.get()
    if cache is not None:
        cache.update({partition: True, **items})


def forget() -> None:
    """Something was written: whatever was read may be old."""
    if cache := _kept.get():
        cache.clear()
