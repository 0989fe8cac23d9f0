"""One deadline for a whole exchange over HTTP: connecting, sending, and every byte of the answer.

What urllib3 and botocore call a timeout is how long one read may take: whoever sends a byte every few seconds
holds its caller for as long as it likes. Here the sockets themselves know until when the caller waits:

    pools = PoolManager(...); pools.pool_classes_by_scheme = keeping(pools.pool_classes_by_scheme)
    with within(7.0):
        pools.request(...)           # urllib3's own exceptions, as if one read had timed out
"""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from urllib3.exceptions import ConnectTimeoutError

from chalicelib import log

# Of each thread, and of each of those that take turns in one thread, its own.
_until: ContextVar[float | None] = ContextVar("until", default=None)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """What this thread exchanges while the block runs has to be over in so many seconds, or in those of a
    block around this one."""
    before, until = _until.get(), time.monotonic() + seconds
    token = _until.set(until if before is None else min(before, until))
    try:
        yield
    finally:
        _until.reset(token)


def keeping(pools: Mapping[str, type[Any]]) -> dict[str, type[Any]]:
    """The same classes of urllib3's pools, by scheme, with connections that keep to the deadline."""
    return {
        scheme: type(pool.__name__, (pool,), {"ConnectionCls": timely(pool.ConnectionCls)})
        for scheme, pool in pools.items()
    }


def timely(connection: type[Any]) -> Any:
    """The same class of `http.client`'s connections, keeping to the deadline."""
    return type(connection.__name__, (_Timely, connection), {})


def keep(client: Any) -> None:
    """Let a client of botocore keep to the deadline. Botocore has no setting for it, and Lambda's runtime
    brings its own: where that is built another way, each read has its own timeout, as before."""
    try:
        session = client._endpoint.http_session
        session._pool_classes_by_scheme = keeping(session._pool_classes_by_scheme)  # of proxies, too
        session._manager.pool_classes_by_scheme = session._pool_classes_by_scheme
    except AttributeError as error:
        log.warn("no deadline for exchanges with AWS", why=str(error))


def _left() -> float | None:
    until = _until.get()
    return None if until is None else until - time.monotonic()


class _Timely:
    """Of a connection: connecting is part of the exchange, and its socket is one that looks at the clock."""

    sock: Any
    timeout: Any

    def connect(self) -> None:
        left = self._in_time()
        if left is not None and isinstance(self.timeout, int | float):
            self.timeout = min(self.timeout, left)
        super().connect()  # type: ignore[misc]
        self.sock = _Socket(self.sock)
        self._in_time()  # looking the name up has no timeout of its own, and nothing was sent yet

    def _in_time(self) -> float | None:
        left = _left()
        if left is not None and left <= 0:
            raise ConnectTimeoutError(self, "no connection in time")
        return left


class _Socket:
    """A socket whose reads and writes end with the deadline. Raises TimeoutError."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def sendall(self, data: Any) -> None:
        _bound(self._sock)
        self._sock.sendall(data)

    def makefile(self, _mode: str, buffering: int = -1) -> Any:
        """As `http.client` asks for it: for reading bytes."""
        arriving = _Arriving(self._sock)
        return arriving if buffering == 0 else io.BufferedReader(arriving)


class _Arriving(io.RawIOBase):
    """What arrives on a socket, in time."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._io: io.RawIOBase = sock.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> Any:
        _bound(self._sock)
        return self._io.readinto(buffer)

    def close(self) -> None:
        self._io.close()
        super().close()


def _bound(sock: Any) -> None:
    left = _left()
    if left is None:
        return
    if left <= 0:
        raise TimeoutError("the whole exchange took too long")
    timeout = sock.gettimeout()
    sock.settimeout(left if timeout is None else min(timeout, left))
