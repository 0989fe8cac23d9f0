"""What `ringback doctor` thinks of what it saw: facts in, findings out. Nothing is read here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from chalicelib.commands.shared import _, language
from chalicelib.i18n import formats
from chalicelib.i18n.problems import every
from chalicelib.problems import Problem
from chalicelib.store.schema.subscribers import DAY_INDEXES

Level = Literal["ok", "warn", "fail", "skip"]
SeenFacts = Mapping[str, Any]

ROLES = ("admin", "care", "marketing", "supervisor")
INDEXES: Mapping[str, set[str]] = {
    "conversations": {"inbox", "parked"},
    "subscribers": {"by_msisdn", "by_birthday", "by_plan_end", "by_region", *DAY_INDEXES},
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


def listed(names: Iterable[str]) -> str:
    """Names in their order, as the reader's language lists them."""
    return formats.listed(sorted(names), language())


def table(name: str, facts: SeenFacts | None) -> Iterator[Finding]:
    """`facts`: status, pitr, encrypted, protected, ttl (attribute or ""), indexes {name: status}, local."""
    what = _("table %(name)s", name=name)
    if facts is None:
        do = _("deploy the stack, or set %(variable)s", variable=f"RINGBACK_{name.upper()}")
        yield Finding("fail", what, _("is not there"), do)
        return
    if facts["status"] != "ACTIVE":
        saw = _("is %(status)s", status=facts["status"])
        yield Finding("fail", what, saw, _("wait until it is ACTIVE"))
    missing = INDEXES.get(name, set()) - set(facts["indexes"])
    building = sorted(index for index, status in facts["indexes"].items() if status != "ACTIVE")
    if missing:
        saw = _("lacks the index %(names)s", names=listed(missing))
        yield Finding("fail", what, saw, _("deploy the template again"))
    if building:
        saw = _("is still building %(names)s", names=listed(building))
        yield Finding("warn", what, saw, _("wait; queries lack items"))
    if not facts["local"]:  # the emulator makes none of these, and nobody there could change it
        yield from _kept_safe(what, facts)
    if facts["status"] == "ACTIVE" and not missing:
        yield Finding("ok", what, _("ACTIVE, indexes: %(n)s", n=len(facts["indexes"])))


def _kept_safe(what: str, facts: SeenFacts) -> Iterator[Finding]:
    if facts["ttl"] != "expires":
        yield Finding("fail", what, _("has no TTL on `expires`"), _("deploy again: nothing expires as it is"))
    if not facts["pitr"]:
        do = _("deploy again: it could not be restored")
        yield Finding("fail", what, _("has no point-in-time recovery"), do)
    if not facts["encrypted"]:
        saw = _("is encrypted with a key that AWS owns")
        yield Finding("warn", what, saw, _("deploy again for a KMS key"))
    if not facts["protected"]:
        do = _("deploy with the parameter DeletionProtection=on")
        yield Finding("warn", what, _("may be deleted"), do)


def queue(name: str, facts: SeenFacts | None, dead: SeenFacts | None) -> Iterator[Finding]:
    """`facts`: waiting, in_flight (received and not done with), delayed, oldest (seconds, None where nobody
    says), redrive (ARN or "")."""
    what = _("queue %(name)s", name=name)
    if facts is None or dead is None:
        which = name if facts is None else f"{name}-dead"
        yield Finding("fail", what, _("%(name)s is not there", name=which), _("deploy the stack"))
        return
    if not facts["redrive"]:
        do = _("deploy again: failing messages would be lost")
        yield Finding("fail", what, _("has no dead letters"), do)
    if dead["waiting"]:
        do = _("%(command)s; then retry", command=f"ringback dead list --queue {name}")
        yield Finding("warn", what, _("dead letters: %(n)s", n=dead["waiting"]), do)
    oldest = facts["oldest"]
    if oldest is not None and oldest > WAITING_OK:
        saw = _("the oldest message is %(minutes)s min old", minutes=f"{oldest / 60:.0f}")
        do = _("look at its function's errors and the originators' pace")
        yield Finding("warn", what, saw, do)
    if facts["redrive"]:
        saw = _("%(n)s waiting, %(busy)s being worked on", n=facts["waiting"], busy=facts["in_flight"])
        later = _(", %(n)s for later", n=facts["delayed"]) if facts["delayed"] else ""
        yield Finding("ok", what, saw + later)


def given_up(facts: SeenFacts | None) -> Iterator[Finding]:
    """The queue of what `count` has given up; `facts` as for `queue`."""
    what = _("queue %(name)s", name="count-dead")
    if facts is None:
        yield Finding("fail", what, _("is not there"), _("deploy the stack"))
    elif facts["waiting"]:
        lost = _("parts of the stream that were not counted: %(n)s", n=facts["waiting"])
        yield Finding("warn", what, lost, _("docs/operations.md, What could not be counted"))
    else:
        yield Finding("ok", what, _("everything was counted"))


def mappings(found: Sequence[SeenFacts], expected: int) -> Iterator[Finding]:
    """`found`: function, state, uuid of each event source mapping."""
    what = _("event source mappings")
    off = [one for one in found if one["state"] != "Enabled"]
    for one in off:
        do = f"aws lambda update-event-source-mapping --enabled --uuid {one['uuid']}"
        saw = _("%(function)s is %(state)s", function=one["function"], state=one["state"])
        yield Finding("fail", what, saw, do)
    if off:
        return
    if len(found) < expected:
        saw = _("%(n)s of %(all)s", n=len(found), all=expected)
        yield Finding("fail", what, saw, _("deploy the stack again"))
    else:
        yield Finding("ok", what, _("enabled: %(n)s", n=len(found)))


def clock_skew(seconds: float) -> Finding:
    """The local clock against the Date header of AWS's answer."""
    what, off = _("clock"), f"{abs(seconds):.0f}"
    saw = _("%(seconds)s s ahead of AWS", seconds=off)
    if seconds < 0:
        saw = _("%(seconds)s s behind AWS", seconds=off)
    if abs(seconds) > SKEW_BAD:
        return Finding("fail", what, saw, _("set this machine's clock: AWS refuses what is 5 minutes off"))
    if abs(seconds) > SKEW_OK:
        return Finding("warn", what, saw, _("set this machine's clock"))
    return Finding("ok", what, _("within 5 s of AWS"))


def users(groups: Mapping[str, int]) -> Iterator[Finding]:
    """`groups`: how many users each of the pool's groups has."""
    for role in ROLES:
        what = _("users with the role %(role)s", role=role)
        if role not in groups:
            yield Finding("fail", what, _("the group is missing"), _("deploy the stack again"))
        elif not groups[role]:
            level: Level = "fail" if role == "admin" else "warn"
            yield Finding(level, what, _("nobody"), f"ringback users add NAME --role {role}")
        elif role == "marketing" and groups[role] == 1:
            do = _("make a second: nobody approves their own campaign")
            yield Finding("warn", what, "1", do)
        else:
            yield Finding("ok", what, str(groups[role]))


def erasure_key(name: str, there: bool) -> Finding:
    """`there`: whether the SSM parameter of that name is."""
    saw = _("is there") if there else _("not made yet: the first erasure makes it")
    return Finding("ok", _("key %(name)s", name=name), saw)


def senders(keys: Mapping[str, str]) -> Iterator[Finding]:
    """`keys`: who may post events, and when each did last ("" for never)."""
    if not keys:
        do = _("%(command)s, for each system that posts events", command="ringback keys make SENDER")
        yield Finding("warn", _("keys of POST /events"), _("nobody has one"), do)
    for sender, used in sorted(keys.items()):
        saw = _("used last %(at)s", at=used) if used else _("not used yet")
        yield Finding("ok", _("key of %(sender)s", sender=sender), saw)


def published(live: Mapping[str, int], paused_all: bool) -> Iterator[Finding]:
    """`live`: the catalogue's live documents and their versions."""
    push = _("%(command)s, then approve it", command="ringback templates push")
    for name in ("policy", "plans", "care"):
        if name not in live:
            level: Level = "fail" if name == "policy" else "warn"
            yield Finding(level, name, _("nothing is live"), push)
    for what, kind in ((_("campaigns"), "campaign"), (_("brands"), "brand")):
        names = [one for one in live if one.startswith(f"{kind}#")]
        if names:
            yield Finding("ok", what, _("live: %(n)s", n=len(names)))
        else:
            yield Finding("fail", what, _("none is live"), push)
    if paused_all:
        yield Finding("warn", _("campaigns"), _("all are paused"), "ringback campaigns resume --all")


def readable(unread: Mapping[str, Sequence[Problem]]) -> Iterator[Finding]:
    """`unread`: the live documents that cannot be read, and what is wrong with each."""
    for name, problems in sorted(unread.items()):
        saw = _("is live and cannot be read: %(problems)s", problems=every(problems, language()))
        do = _("put a version live that can be, or end it; its texts wait until then")
        yield Finding("fail", name, saw, do)


def code(hashes: Iterable[str], package: str) -> Finding:
    """The deployed functions' CodeSha256 against that of the package made here ("" when there is none)."""
    seen = set(hashes)
    what = _("code")
    if len(seen) > 1:
        saw = _("functions run %(n)s different packages", n=len(seen))
        return Finding("warn", what, saw, _("deploy again"))
    if not package:
        saw = _("no package was made here: %(command)s", command="make package STAGE=...")
        return Finding("skip", what, saw)
    if seen != {package}:
        saw = _("what runs is not the package made here")
        return Finding("warn", what, saw, _("deploy it, or check it out"))
    return Finding("ok", what, _("what runs is the package made here"))
