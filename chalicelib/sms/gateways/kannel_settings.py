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
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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


def settings() -> Settings | None:
    """What is set, kept for some minutes; None where Kannel is not used."""
    global _known
    name = os.environ.get("RINGBACK_KANNEL_PARAMETER", "")
    if not name:
        return None
    if _known[1] is None or time.monotonic() - _known[0] > USED_FOR:
        import boto3

        client = boto3.client("ssm")
        try:
            found = client.get_parameter(Name=name, WithDecryption=True)
        except client.exceptions.ParameterNotFound:
            return None
        _known = (time.monotonic(), settings_from(json.loads(found["Parameter"]["Value"])))
    return _known[1]


def settings_from(raw: Mapping[str, Any]) -> Settings:
    """From the parameter's JSON. Raises ValueError that names what is missing."""
    missing = [name for name in ("urls", "username", "password", "callback", "keys") if not raw.get(name)]
    if missing:
        raise ValueError(f"the parameter for Kannel lacks {', '.join(missing)}")
    return Settings(
        urls=tuple(raw["urls"]),
        username=raw["username"],
        password=raw["password"],
        callback=raw["callback"].rstrip("/"),
        keys=tuple(raw["keys"]),
        boxes={name: tuple(secrets) for name, secrets in raw.get("boxes", {}).items()},
        sources=tuple(raw.get("sources", ())),
        country=str(raw.get("country", "")),
    )
