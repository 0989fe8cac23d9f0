"""The figures beside the entries of the menu: what is late, what waits for a look or a second person, what
could not be handled. They are of counters that are kept anyway, read with one query."""

from __future__ import annotations

from chalicelib.care import current
from chalicelib.care.reads import Load
from chalicelib.console.frame import Visit
from chalicelib.i18n.formats import number
from chalicelib.store.results import POLICY_REVIEW


def figures(visit: Visit, load: Load) -> dict[str, str]:
    """Each figure in digits, by the name that pages know it by, for who looks: of an agent their own teams'
    cases are late, of supervisors all; a campaign or a policy waits for everybody but who submitted it."""
    waits = {what for what, by in load.reviews if by != visit.who}
    return {
        "late": number(_late(visit, load)),
        "inbox": number(load.inbox),
        "review": number(len(waits - {POLICY_REVIEW})),
        "policy": number(len(waits & {POLICY_REVIEW})),
        "dead": number(sum(one.get("dead", 0) for one in load.queues.values())),
    }


def _late(visit: Visit, load: Load) -> int:
    """Cases past a deadline in the list that the queue opens with."""
    mine = load.teams
    if visit.role == "care":
        teams = current.known().care.teams
        mine = {name: one for name, one in mine.items() if name in teams and visit.who in teams[name].members}
    return sum(one.get("overdue", 0) for one in mine.values())
