"""The administrator's page of the policy that decides about texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.live import live
from chalicelib.campaigns.sync import difference
from chalicelib.console.frame import ADMIN, Page, Route, Visit
from chalicelib.store import catalogue

VERSIONS = 10


def policy(visit: Visit) -> Page:
    """The policy in force, as tables, with its versions and what each changed."""
    current = live(catalogue.control())
    history = sorted(lifecycle.history("policy"), key=lambda one: -one.number)[:VERSIONS]
    asked = visit.query.get("version", "")
    chosen = next((one for one in history if str(one.number) == asked), None)
    earlier = next((one for one in history if chosen and one.number < chosen.number), None)
    document: Mapping[str, Any] = current.policy
    return Page(
        "policy.html",
        "Policy",
        {
            "document": document,
            "windows": [
                (group.get("for", ()), place, _by_day(hours))
                for group in document.get("windows", ())
                for place, hours in group.get("hours", {}).items()
            ],
            "history": history,
            "live": catalogue.control().live.get("policy", 0),
            "chosen": chosen,
            "difference": list(
                difference(
                    "policy",
                    earlier.document if earlier else {},
                    chosen.document,
                    f"v{earlier.number}" if earlier else "",
                    f"v{chosen.number}",
                )
            )
            if chosen
            else [],
        },
    )


def _by_day(hours: Any) -> list[tuple[str, str]]:
    """Hours of a place as pairs of day ("" for all others) and hours."""
    days = hours if isinstance(hours, Mapping) else {"hours": hours}
    return [("" if day == "hours" else str(day), str(when)) for day, when in days.items()]


ROUTES = (Route("GET", "/policy", ADMIN, policy),)
