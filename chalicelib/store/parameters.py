"""Settings and secrets in the parameter store (SSM), kept for some minutes so that they can be changed."""

from __future__ import annotations

import os
import time

KEPT = 300.0  # seconds that a value is used before it is looked up again
_kept: dict[str, tuple[float, str]] = {}


def value(variable: str) -> str:
    """The value of the parameter whose name the environment variable `variable` holds; "" for none."""
    name = os.environ[variable]
    at, found = _kept.get(name, (0.0, ""))
    if not found or time.monotonic() - at > KEPT:
        found = _from_the_store(name)
        _kept[name] = (time.monotonic(), found)
    return found


def _from_the_store(name: str) -> str:
    import boto3  # a page for somebody who is signed in asks for none

    ssm = boto3.client("ssm")
    try:
        return str(ssm.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"])
    except ssm.exceptions.ParameterNotFound:
        return ""


def forget() -> None:
    """Look everything up again: a value has just been changed."""
    _kept.clear()
