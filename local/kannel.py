"""Debian's Kannel between the service and the SMSC simulator, for the local run and tests.

`make .kannel/.ready` takes the package apart in `.kannel`; nothing of it is installed, so none of its
services starts. The configuration is the one of deploy/kannel.
"""

from __future__ import annotations

import contextlib
import json
import secrets
import shutil
import signal
import time
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any

from local.package import ROOT
from local.processes import Child, LocalRunError, free_ports, running, wait_for

FOLDER = ROOT / "deploy" / "kannel"
UNPACKED = ROOT / ".kannel" / "usr" / "sbin"
BOX = "local"
ONLINE_WITHIN = 20.0  # seconds until the bind to the SMSC stands


@dataclass(frozen=True)
class Kannel:
    """Bearerbox and smsbox that are up; `settings` is what the service's parameter says of them."""

    bearerbox: Child
    smsbox: Child
    settings: Mapping[str, Any]
    admin: str  # address of its status

    def status(self) -> str:
        """What bearerbox says of itself."""
        with urllib.request.urlopen(self.admin, timeout=10) as answer:  # noqa: S310
            return str(answer.read().decode())


def programs() -> Path:
    """Where bearerbox and smsbox are. Raises LocalRunError when they are not installed."""
    if (UNPACKED / "bearerbox").exists():
        return UNPACKED
    if found := shutil.which("bearerbox", path="/usr/sbin:/usr/local/sbin:/usr/bin"):
        return Path(found).parent
    raise LocalRunError("Kannel is not installed: run `make .kannel/.ready` (Debian or Ubuntu, with apt)")


def configuration(values: Mapping[str, object], bind: Mapping[str, object]) -> str:
    """Kannel's configuration with one bind."""
    texts = [(FOLDER / name).read_text("utf-8") for name in ("kannel.conf.in", "binds.conf.in")]
    return "".join(
        Template(text).substitute({name: _quoted(str(value)) for name, value in given.items()})
        for text, given in zip(texts, (values, bind), strict=True)
    )


def _quoted(value: str) -> str:
    """As it stands in quotes in Kannel's configuration."""
    return value.replace("\\", "\\\\").replace('"', '\\"')


@contextlib.contextmanager
def kannel(folder: Path, smsc_port: int, callback: str, *, keep: bool = False) -> Iterator[Kannel]:
    """Kannel is up and bound to the SMSC at `smsc_port` while the block runs; it calls back at `callback`,
    an http address that ends in `/kannel`. `keep`: what it had queued in `folder` goes on."""
    box, sendsms, admin = free_ports(3)
    password, key, secret = (secrets.token_hex(16) for _ in range(3))
    spool = folder / "spool"
    if not keep:
        shutil.rmtree(spool, ignore_errors=True)
    spool.mkdir(parents=True, exist_ok=True)
    written = configuration(
        {
            "ADMIN_PORT": admin,
            "ADMIN_INTERFACE": "127.0.0.1",
            "ADMIN_PASSWORD": password,
            "STATUS_PASSWORD": password,
            "BOX_PORT": box,
            "SPOOL": spool.resolve(),
            "DLR_STORAGE": "internal",
            "SENDSMS_PORT": sendsms,
            "SENDSMS_INTERFACE": "127.0.0.1",
            "USERNAME": "ringback",
            "PASSWORD": password,
            "SERVICE_ADDRESSES": "127.0.0.1",
            "CALLS_AT_ONCE": 4,
            "POST_URL": callback.replace("://", f"://{BOX}:{secret}@", 1) + "/mo?id=%I",
        },
        {
            "BIND": "phones",
            "HOST": "127.0.0.1",
            "PORT": smsc_port,
            "TLS": "false",
            "SYSTEM_ID": "ringback",
            "SYSTEM_PASSWORD": "local",
            "SYSTEM_TYPE": "",
            "THROUGHPUT": 100,
            "PENDING": 10,
        },
    )
    file = folder / "kannel.conf"
    file.write_text(written, "utf-8")
    at = f"http://127.0.0.1:{admin}/status.txt?password={password}"
    environment = {"PATH": "/usr/bin:/bin"}
    with contextlib.ExitStack() as held:
        children = []
        for name, url in (("bearerbox", at), ("smsbox", f"http://127.0.0.1:{sendsms}/")):
            command = [str(FOLDER / "masked.sh"), str(programs() / name), "-v", "2", str(file.resolve())]
            child = held.enter_context(running(name, command, folder / f"{name}.log", environment, folder))
            wait_for(child, url)
            children.append(child)
        held.callback(_let_go, children[0])
        found = Kannel(
            children[0],
            children[1],
            {
                "urls": [f"http://127.0.0.1:{sendsms}/cgi-bin/sendsms"],
                "username": "ringback",
                "password": password,
                "callback": callback,
                "keys": [key],
                "boxes": {BOX: [secret]},
                "sources": ["127.0.0.0/8"],
                "country": "86",
            },
            at,
        )
        _wait_until_bound(found)
        yield found


def _wait_until_bound(found: Kannel) -> None:
    end = time.monotonic() + ONLINE_WITHIN
    while "(online" not in found.status():
        if time.monotonic() > end:
            raise LocalRunError(f"Kannel is not bound to the SMSC. Log: {found.bearerbox.log}")
        time.sleep(0.1)


def _let_go(bearerbox: Child) -> None:
    """Bearerbox takes a first SIGTERM as a wish to empty its queues and a second one as meant."""
    for _ in range(50):
        if bearerbox.process.poll() is not None:
            return
        bearerbox.process.send_signal(signal.SIGTERM)
        time.sleep(0.1)


def put_settings(client: Any, name: str, settings: Mapping[str, Any]) -> None:
    """Write what the service knows Kannel by into its parameter."""
    client("ssm").put_parameter(Name=name, Value=json.dumps(settings), Type="SecureString", Overwrite=True)
