"""The keyed hash that stands for a number or an id that was erased.

Its key lies in the parameter store, under the name that RINGBACK_ERASURE_KEY_PARAMETER holds, and is made
with the first erasure. Without the key a hash cannot be tried against all numbers there are. It is never
changed: a new one would not know the old hashes.
"""

from __future__ import annotations

import hmac
import os
import secrets
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


@cache
def ssm() -> SSMClient:
    """The parameter store's client of this process."""
    return boto3.client("ssm")


def _parameter() -> str:
    return os.environ["RINGBACK_ERASURE_KEY_PARAMETER"]


@cache
def _secret(parameter: str) -> bytes:
    found = ssm().get_parameter(Name=parameter, WithDecryption=True)["Parameter"]["Value"]
    return bytes.fromhex(found)


def make_key(*, erased_before: bool) -> None:
    """Make the key unless it is there. Raises RuntimeError when it is lost and was used before."""
    store = ssm()
    try:
        store.get_parameter(Name=_parameter(), WithDecryption=True)
    except store.exceptions.ParameterNotFound:
        if erased_before:
            raise RuntimeError(
                f"{_parameter()} is gone, and earlier erasures need it: restore that parameter"
            ) from None
        with suppress(store.exceptions.ParameterAlreadyExists):  # who was quicker made the key
            store.put_parameter(Name=_parameter(), Value=secrets.token_hex(32), Type="SecureString")


def digest_of(text: str) -> str:
    """The keyed hash (hex, SHA-256) of a number, or of a subscriber id written `subscriber#<id>`."""
    return hmac.new(_secret(_parameter()), text.encode(), "sha256").hexdigest()
