"""Who was erased: of a number only a keyed hash is kept, with the opt-outs that must outlive it.

table           key                          what
conversations   forgotten#<hash>, proof      `at` (ISO), `optouts` {scope: {at, how, brand}}, `subscribers`
                                             (hashes of ids), `returned` once somebody came in with the number
catalogue       forgotten, <hash>            the same again: restoring one of the tables loses neither

The key of the hash lies in the parameter store, under the name that RINGBACK_ERASURE_KEY_PARAMETER holds,
and is made with the first erasure. Without the key a hash cannot be tried against all numbers there are.
It is never changed: a new one would not know the old hashes.
"""

from __future__ import annotations

import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import boto3

from chalicelib.store import catalogue, conversations, wire
from chalicelib.store.schema.conversations import NumberState
from chalicelib.store.wire import Row

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

PREFIX = "forgotten#"
PARTITION = "forgotten"
_ITEM = "proof"
_KEPT = ("at", "how", "brand", "but")  # of an opt-out: not the words
OptOuts = Mapping[str, Mapping[str, str]]


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


def make_key() -> None:
    """Make the key unless it is there. Raises RuntimeError when erasures made with a lost one are known."""
    store = ssm()
    try:
        store.get_parameter(Name=_parameter(), WithDecryption=True)
    except store.exceptions.ParameterNotFound:
        if somebody():
            raise RuntimeError(
                f"{_parameter()} is gone, and earlier erasures need it: restore that parameter"
            ) from None
        with suppress(store.exceptions.ParameterAlreadyExists):  # who was quicker made the key
            store.put_parameter(Name=_parameter(), Value=secrets.token_hex(32), Type="SecureString")


def digest(text: str) -> str:
    """The keyed hash (hex, SHA-256) of a number, or of a subscriber id written `subscriber#<id>`."""
    return hmac.new(_secret(_parameter()), text.encode(), "sha256").hexdigest()


def place(mark: str) -> dict[str, str]:
    """The key of an erasure in `conversations`."""
    return {"msisdn": PREFIX + mark, "item": _ITEM}


def somebody() -> bool:
    """Whether anybody was ever erased: until then nothing here costs more than this one read."""
    return bool(wire.query(catalogue.TABLE, "name", PARTITION, limit=1, consistent=True).rows)


def of(msisdn: str) -> Row | None:
    """What is kept of a number that was erased."""
    return wire.read_one(conversations.TABLE, place(digest(msisdn)), consistent=True) if somebody() else None


def everybody() -> dict[str, Row]:
    """All erasures, by hash, out of both copies: what one of them lacks, or has as it was, is put right."""
    copies = [
        (row["version"], row) for row in wire.query_all(catalogue.TABLE, "name", PARTITION, consistent=True)
    ]
    pages = (
        wire.dynamodb()
        .get_paginator("scan")
        .paginate(
            TableName=wire.table(conversations.TABLE),
            FilterExpression="begins_with(#m, :p)",
            ExpressionAttributeNames={"#m": "msisdn"},
            ExpressionAttributeValues={":p": {"S": PREFIX}},
            ConsistentRead=True,
        )
    )
    for page in pages:
        for row in map(wire.row_from, page["Items"]):
            copies.append((row["msisdn"].removeprefix(PREFIX), row))
    found: dict[str, Row] = {}
    for mark, row in copies:
        known = found.get(mark)
        if known is None or (row["at"], row["returned"]) > (known["at"], known["returned"]):
            found[mark] = row
    for mark, row in found.items():
        keep(mark, row)
    return found


def remember(msisdn: str, optouts: OptOuts, ids: Iterable[str], at: str) -> list[str]:
    """Keep that a number was erased at `at` (ISO) and which opt-outs it had; the scopes that are kept.

    Those of an earlier erasure still hold, unless somebody came back with the number or lifted them since.
    """
    mark = digest(msisdn)
    before = of(msisdn)
    known = standing(msisdn, before) if before and not before.get("returned") else {}
    kept = {
        scope: {name: said[name] for name in _KEPT if name in said}
        for scope, said in {**known, **optouts}.items()
    }
    marks = {digest(f"subscriber#{one}") for one in ids} | set((before or {}).get("subscribers", ()))
    keep(mark, {"at": at, "optouts": kept, "subscribers": sorted(marks), "returned": False})
    return sorted(kept)


def keep(mark: str, values: Mapping[str, Any]) -> None:
    """Write one erasure, in both places."""
    about = {name: values[name] for name in ("at", "optouts", "subscribers", "returned")}
    wire.put(conversations.TABLE, {**place(mark), **about})
    wire.put(catalogue.TABLE, {"name": PARTITION, "version": mark, **about})


def standing(msisdn: str, proof: Row) -> dict[str, dict[str, str]]:
    """The opt-outs of an erasure that nothing lifted since: no explicit opt-in from the number, and no new
    holder of it."""
    if conversations.state(msisdn).reassigned_at > proof["at"]:
        return {}
    said = wire.query_all(
        conversations.TABLE, "msisdn", msisdn, range_name="item", begins="consent#", consistent=True
    )
    welcome = {
        row["scope"].partition("|")[0]
        for row in said
        if row.get("what") == "opt_in" and row["at"] > proof["at"]
    }
    left: dict[str, dict[str, str]] = {}
    for scope, no in proof["optouts"].items():
        brand = scope.partition("|")[0]
        if scope.endswith("|redlist") or not welcome:
            left[scope] = dict(no)
        elif brand == "*" and "*" not in welcome:
            left[scope] = {**no, "but": " ".join(sorted({*no.get("but", "").split(), *welcome}))}
        elif brand not in welcome and "*" not in welcome:
            left[scope] = dict(no)
    return left


def welcome_back(msisdns: Iterable[str]) -> None:
    """Before subscribers with these numbers are stored: who was erased starts with the opt-outs of then.

    Once for each erasure: an opt-in that comes later is not undone by the next import.
    """
    numbers = sorted({one for one in msisdns if one})
    if not numbers or not somebody():
        return
    by_mark = {digest(one): one for one in numbers}
    keys = [place(mark) for mark in by_mark]
    for row in wire.read({conversations.TABLE: keys}, consistent=(conversations.TABLE,))[conversations.TABLE]:
        if row.get("returned"):
            continue
        mark = row["msisdn"].removeprefix(PREFIX)
        _start_with(by_mark[mark], standing(by_mark[mark], row))
        keep(mark, {**row, "returned": True})


def _start_with(msisdn: str, optouts: OptOuts) -> None:
    while True:
        state = conversations.state(msisdn)
        missing = {
            scope: {"words": "", **said} for scope, said in optouts.items() if scope not in state.optouts
        }
        if not missing:
            return
        after = {**state.optouts, **missing}
        if conversations.write([conversations.change_state(state, NumberState.optouts.to(after))]) == ["ok"]:
            return
