"""Tell the simulator whose phones they are, so that the wall shows names."""

from __future__ import annotations

import csv
import json
import urllib.request
from collections.abc import Iterable, Mapping
from pathlib import Path

FIELDS = ("subscriber_id", "msisdn", "name", "language", "brand")


def people(rows: Iterable[Mapping[str, str]]) -> list[dict[str, str]]:
    """What `POST /people` takes, from rows in the fields of INTERFACES; numberless ones stay out."""
    return [{field: row.get(field) or "" for field in FIELDS} for row in rows if row.get("msisdn")]


def introduce(subscribers: Path, handsets_url: str) -> int:
    """Show the people of a CSV in the subscriber fields on the wall; returns how many. Raises OSError."""
    with subscribers.open(encoding="utf-8-sig", newline="") as file:
        found = people(csv.DictReader(file))
    request = urllib.request.Request(  # noqa: S310 - our own http address
        f"{handsets_url.rstrip('/')}/people", json.dumps(found).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10):  # noqa: S310
        return len(found)
