"""The administrator's pages of who may do what, and of the policy that decides about texts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.live import live
from chalicelib.campaigns.sync import difference
from chalicelib.console import session, user_pool
from chalicelib.console.care import table_file
from chalicelib.console.frame import ADMIN, File, NotHere, Page, Redirect, Route, Visit
from chalicelib.i18n.translations import N_
from chalicelib.store import audit, catalogue

VERSIONS = 10


def people(visit: Visit) -> Page | File:
    """Everybody who may sign in, with their role."""
    found = user_pool.everybody(session.ROLES)
    if visit.query.get("as") == "csv":
        rows = [
            (one.name, session.role_of(list(one.groups)), "yes" if one.enabled else "no", one.since)
            for one in found
        ]
        return table_file("people.csv", ("name", "role", "may_sign_in", "since"), rows)
    wanted = visit.query.get("role", "")
    lines = [(one, session.role_of(list(one.groups)) or "") for one in found]
    shown = [line for line in lines if wanted in ("", line[1] or "none")]
    data = {"people": shown, "roles": session.ROLES, "wanted": wanted}
    return Page("people.html", "People", data)


def set_role(visit: Visit) -> Redirect:
    """Give somebody another role, or none; what they may do changes when they sign in next."""
    name, role = visit.form.get("name", ""), visit.form.get("role", "")
    if role not in ("", *session.ROLES):
        raise NotHere
    if name == visit.who:
        return Redirect("/people", N_("Nobody changes their own role: ask another administrator."))
    before = next((one.groups for one in user_pool.everybody(session.ROLES) if one.name == name), None)
    if before is None:
        raise NotHere
    user_pool.move(name, before, role)
    audit.record(
        by=visit.who,
        role=visit.role,
        action="set_role",
        what=f"user#{name}",
        before=", ".join(before),
        after=role,
        at=visit.now.isoformat(),
    )
    return Redirect("/people", N_("Changed: it holds when they sign in next."))


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


ROUTES = (
    Route("GET", "/people", ADMIN, people),
    Route("POST", "/people", ADMIN, set_role),
    Route("GET", "/policy", ADMIN, policy),
)
