"""Where Kannel is and what it and the service know each other by: one secret parameter, as JSON.

    {"urls": ["http://10.0.1.7:13013/cgi-bin/sendsms"],      smsboxes, any of which takes a text
     "username": "ringback", "password": "...",              of Kannel's sendsms-user
     "callback": "https://texts.example.com/kannel",         where Kannel reaches the service
     "keys": ["newest", "the one before"],                   seal references; any of them opens one
     "boxes": {"one": ["newest", "the one before"]},         each Kannel's name and secrets for answers
     "sources": ["10.0.0.0/16"],                             addresses it calls from; none named: any
     "country": "86"}                                        calling code of numbers that come without one

A key or secret is changed by putting the new one in front and taking the old one away a few days later.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

USED_FOR = 300.0  # seconds that settings are used before they are looked up again


@dataclass(frozen=True, slots=True)
class Settings:
    """What the parameter says."""

    urls: tuple[str, ...]
    username: str
    password: str
    callback: str
    keys: tuple[str, ...]
    boxes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    country: str = ""


_known: tuple[float, Settings | None] = (0.0, None)
_looking: Future[Settings | None] | None = None
_lock = threading.Lock()


def settings() -> Settings | None:
    """What is set, kept for some minutes, and while it cannot be read again; None where Kannel is not used.
    The threads of a batch look it up once. Raises ValueError for a parameter that says nothing usable, and
    what AWS raises when there is nothing to go on with."""
    global _looking
    if not os.environ.get("RINGBACK_KANNEL_PARAMETER"):
        return None
    with _lock:
        if _fresh():
            return _known[1]
        first = _looking is None
        looking = _looking = _looking or Future()
    if first:
        try:
            looking.set_result(_read_again())
        except BaseException as error:  # whatever it is, the others must not wait for ever
            looking.set_exception(error)
        finally:
            with _lock:
                _looking = None
    return looking.result()


def _fresh() -> bool:
    return _known[1] is not None and time.monotonic() - _known[0] <= USED_FOR


def _read_again() -> Settings | None:
    global _known
    try:
        found = _looked_up(os.environ["RINGBACK_KANNEL_PARAMETER"])
    except Exception as error:
        if _known[1] is None:
            raise
        from chalicelib import log

        log.failed("settings of Kannel are not read anew", error)
        found = _known[1]
    _known = (time.monotonic(), found)
    return found


def _looked_up(name: str) -> Settings | None:
    import boto3
    from botocore.config import Config

    patience = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})
    client = boto3.client("ssm", config=patience)
    try:
        found = client.get_parameter(Name=name, WithDecryption=True)
    except client.exceptions.ParameterNotFound:
        return None
    return settings_from(json.loads(found["Parameter"]["Value"]))


def settings_from(raw: Any) -> Settings:
    """From the parameter's JSON. Raises ValueError that names what is missing or is not what it should be:
    one secret in the place of a list of them would be as many secrets as it has letters."""
    if not isinstance(raw, Mapping):
        raise ValueError("the parameter for Kannel is no JSON object")
    missing = [name for name in ("urls", "username", "password", "callback", "keys") if not raw.get(name)]
    if missing:
        raise ValueError(f"the parameter for Kannel lacks {', '.join(missing)}")
    wrong = [name for name, fits in _SHAPES.items() if name in raw and not fits(raw[name])]
    if wrong:
        raise ValueError(f"the parameter for Kannel has a wrong value of {', '.join(wrong)}")
    return Settings(
        urls=tuple(raw["urls"]),
        username=raw["username"],
        password=raw["password"],
        callback=raw["callback"].rstrip("/"),
        keys=tuple(raw["keys"]),
        boxes={name: tuple(secrets) for name, secrets in raw.get("boxes", {}).items()},
        sources=tuple(raw.get("sources", ())),
        country=str(raw.get("country", "")).removeprefix("+"),
    )


def _word(value: object) -> bool:
    """Whether it is a text that can stand in a header."""
    return isinstance(value, str) and re.fullmatch(r"[!-~\xa0-\xff]([ -~\xa0-\xff]*)", value) is not None


def _list_of(fits: Callable[[Any], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list | tuple) and all(map(fits, value))


def _address(value: object) -> bool:
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _range(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(ip_network(value, strict=False))
    except ValueError:
        return False


_secrets = _list_of(lambda one: isinstance(one, str) and one != "")
_SHAPES: Mapping[str, Callable[[Any], bool]] = {
    "urls": _list_of(_address),
    "username": _word,
    "password": _word,
    "callback": _address,
    "keys": _secrets,
    "boxes": lambda value: (
        isinstance(value, Mapping)
        and all(":" not in name and _secrets(secrets) for name, secrets in value.items())
    ),
    "sources": _list_of(_range),
    "country": lambda value: re.fullmatch(r"(\+?[1-9][0-9]{0,2})?", str(value)) is not None,
}
