"""Policies for tests: the shipped one, and the shipped one with parts replaced."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from chalicelib.delivery.policy import Policy, policy_from

SHIPPED = Path(__file__).parents[2] / "templates" / "policy.yaml"


def document(**changes: Any) -> dict[str, Any]:
    """The shipped policy as the catalogue would hold it, with whole sections replaced."""
    raw: dict[str, Any] = json.loads(_text())
    return {**raw, **changes}


@lru_cache(maxsize=1)
def _text() -> str:
    return json.dumps(yaml.safe_load(SHIPPED.read_text("utf-8")))


def policy(**changes: Any) -> Policy:
    return policy_from(document(**changes))


@lru_cache(maxsize=1)
def shipped() -> Policy:
    return policy()


def at(text: str) -> datetime:
    """`2026-11-26 03:00` in UTC, or with the offset written behind: `2026-11-26 03:00 -06:00`."""
    moment = datetime.fromisoformat(text.replace(" -", "-").replace(" +", "+"))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
