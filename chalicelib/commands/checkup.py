"""What `ringback doctor` thinks of what it saw: facts in, findings out. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["ok", "warn", "fail", "skip"]
Facts = Mapping[str, Any]

ROLES = ("admin", "care", "marketing", "supervisor")
INDEXES: Mapping[str, set[str]] = {
    "conversations": {"inbox", "parked"},
    "subscribers": {"by_msisdn", "by_birthday", "by_plan_end", "by_region"},
    "cases": {"by_team", "by_owner", "by_unowned", "by_subscriber", "by_due", "by_word"},
    "catalogue": set(),
    "results": {"by_subscriber"},
}
SKEW_OK, SKEW_BAD = 5.0, 60.0  # seconds; AWS refuses signatures that are five minutes off
WAITING_OK = 15 * 60.0  # seconds that the oldest message of a queue may be old


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: how it is, what was looked at, what was seen, and what to do when it is not well."""

    level: Level
    what: str
    saw: str
    do: str = ""


def table(name: str, facts: Facts | None) -> Iterator[Finding]:
    """`facts`: status, pitr, encrypted, protected, ttl (attribute or ""), indexes {name: status}, local."""
    what = f"table {name}"
    if facts is None:
        yield Finding("fail", what, "is not there", "deploy the stack, or set RINGBACK_" + name.upper())
        return
    if facts["status"] != "ACTIVE":
        yield Finding("fail", what, f"is {facts['status']}", "wait until it is ACTIVE")
    missing = INDEXES.get(name, set()) - set(facts["indexes"])
    building = sorted(index for index, status in facts["indexes"].items() if status != "ACTIVE")
    if missing:
        yield Finding(
            "fail", what, f"lacks the index {', '.join(sorted(missing))}", "deploy the template again"
        )
    if building:
        yield Finding("warn", what, f"is still building {', '.join(building)}", "wait; queries lack items")
    if not facts["local"]:  # the emulator makes none of these, and nobody there could change it
        yield from _kept_safe(what, facts)
    if facts["status"] == "ACTIVE" and not missing:
        yield Finding("ok", what, f"ACTIVE, {len(facts['indexes'])} indexes")


def _kept_safe(what: str, facts: Facts) -> Iterator[Finding]:
    if facts["ttl"] != "expires":
        yield Finding("fail", what, "has no TTL on `expires`", "deploy again: nothing expires as it is")
    if not facts["pitr"]:
        yield Finding("fail", what, "has no point-in-time recovery", "deploy again: it could not be restored")
    if not facts["encrypted"]:
        yield Finding("warn", what, "is encrypted with a key that AWS owns", "deploy again for a KMS key")
    if not facts["protected"]:
        yield Finding("warn", what, "may be deleted", "deploy with the parameter DeletionProtection=on")


def queue(name: str, facts: Facts | None, dead: Facts | None) -> Iterator[Finding]:
    """`facts`: waiting, in_flight (received and not done with), delayed, oldest (seconds, None where nobody
    says), redrive (ARN or "")."""
    what = f"queue {name}"
    if facts is None or dead is None:
        which = name if facts is None else f"{name}-dead"
        yield Finding("fail", what, f"{which} is not there", "deploy the stack")
        return
    if not facts["redrive"]:
        yield Finding("fail", what, "has no dead letters", "deploy again: failing messages would be lost")
    if dead["waiting"]:
        yield Finding(
            "warn", what, f"{dead['waiting']} dead letters", f"ringback dead list --queue {name}; then retry"
        )
    oldest = facts["oldest"]
    if oldest is not None and oldest > WAITING_OK:
        yield Finding(
            "warn",
            what,
            f"the oldest message is {oldest / 60:.0f} min old",
            "look at its function's errors and the originators' pace",
        )
    if facts["redrive"]:
        later = f", {facts['delayed']} for later" if facts["delayed"] else ""
        yield Finding("ok", what, f"{facts['waiting']} waiting, {facts['in_flight']} being worked on{later}")


def given_up(facts: Facts | None) -> Iterator[Finding]:
    """The queue of what `count` has given up; `facts` as for `queue`."""
    if facts is None:
        yield Finding("fail", "queue count-dead", "is not there", "deploy the stack")
    elif facts["waiting"]:
        lost = f"{facts['waiting']} parts of the stream were not counted"
        yield Finding("warn", "queue count-dead", lost, "docs/operations.md, What could not be counted")
    else:
        yield Finding("ok", "queue count-dead", "everything was counted")


def mappings(found: Sequence[Facts], expected: int) -> Iterator[Finding]:
    """`found`: function, state, uuid of each event source mapping."""
    what = "event source mappings"
    off = [one for one in found if one["state"] != "Enabled"]
    for one in off:
        do = f"aws lambda update-event-source-mapping --enabled --uuid {one['uuid']}"
        yield Finding("fail", what, f"{one['function']} is {one['state']}", do)
    if off:
        return
    if len(found) < expected:
        yield Finding("fail", what, f"{len(found)} of {expected}", "deploy the stack again")
    else:
        yield Finding("ok", what, f"{len(found)} enabled")


def clock_skew(seconds: float) -> Finding:
    """The local clock against the Date header of AWS's answer."""
    saw = f"{abs(seconds):.0f} s {'ahead of' if seconds > 0 else 'behind'} AWS"
    if abs(seconds) > SKEW_BAD:
        return Finding("fail", "clock", saw, "set this machine's clock: AWS refuses what is 5 minutes off")
    if abs(seconds) > SKEW_OK:
        return Finding("warn", "clock", saw, "set this machine's clock")
    return Finding("ok", "clock", "within 5 s of AWS")


def users(groups: Mapping[str, int] | None) -> Iterator[Finding]:
    """`groups`: how many users each of the pool's groups has."""
    if groups is None:
        yield Finding("fail", "users", "there is no user pool", "deploy the stack")
        return
    for role in ROLES:
        if role not in groups:
            yield Finding("fail", f"users {role}", "the group is missing", "deploy the stack again")
        elif not groups[role]:
            yield Finding(
                "fail" if role == "admin" else "warn",
                f"users {role}",
                "nobody has this role",
                f"ringback users add NAME --role {role}",
            )
        else:
            yield Finding("ok", f"users {role}", f"{groups[role]} of them")
    if groups.get("marketing") == 1:
        yield Finding(
            "warn", "users marketing", "one alone", "make a second: nobody approves their own campaign"
        )


def erasure_key(name: str, there: bool) -> Finding:
    """`there`: whether the SSM parameter of that name is."""
    return Finding("ok", f"key {name}", "is there" if there else "not made yet: the first erasure makes it")


def senders(keys: Mapping[str, str]) -> Iterator[Finding]:
    """`keys`: who may post events, and when each did last ("" for never)."""
    if not keys:
        advice = "ringback keys make SENDER, for each system that posts events"
        yield Finding("warn", "keys of POST /events", "nobody has one", advice)
    for sender, used in sorted(keys.items()):
        yield Finding("ok", f"key of {sender}", f"used last {used}" if used else "not used yet")


def published(live: Mapping[str, int], paused_all: bool) -> Iterator[Finding]:
    """`live`: the catalogue's live documents and their versions."""
    kinds = {kind: [one for one in live if one.startswith(f"{kind}#")] for kind in ("campaign", "brand")}
    for name in ("policy", "plans", "care"):
        if name not in live:
            level: Level = "fail" if name == "policy" else "warn"
            yield Finding(level, name, "nothing is live", "ringback templates push, then approve it")
    for kind, names in kinds.items():
        if names:
            yield Finding("ok", f"{kind}s", f"{len(names)} live")
        else:
            yield Finding("fail", f"{kind}s", "none is live", "ringback templates push, then approve them")
    if paused_all:
        yield Finding("warn", "campaigns", "all are paused", "ringback campaigns resume --all")


def code(hashes: Iterable[str], package: str) -> Finding:
    """The deployed functions' CodeSha256 against that of the package made here ("" when there is none)."""
    seen = set(hashes)
    if len(seen) > 1:
        return Finding("warn", "code", f"functions run {len(seen)} different packages", "deploy again")
    if not package:
        return Finding("skip", "code", "no package was made here: make package STAGE=...")
    if seen != {package}:
        return Finding("warn", "code", "what runs is not the package made here", "deploy it, or check it out")
    return Finding("ok", "code", "what runs is the package made here")
