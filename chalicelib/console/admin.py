"""Pages of the administrator: what changed and by whom, what could not be handled, how the service is."""

from __future__ import annotations

from chalicelib import queues
from chalicelib.care import reads
from chalicelib.console.frame import ADMIN, Page, Redirect, Route, Visit
from chalicelib.store import audit, catalogue

QUEUES = ("intake", "drops", "runs", "outbox-urgent", "outbox-bulk", "receipts", "replies")


def audit_page(visit: Visit) -> Page:
    """The audit trail of one day, the latest first."""
    day = visit.query.get("day") or visit.now.date().isoformat()
    page = audit.of_day(day)
    return Page("audit.html", "Audit", {"day": day, "rows": page.rows})


def dead_letters(_: Visit) -> Page:
    """What waits in the dead-letter queues, with its reason."""
    waiting = {name: queues.letters(name, hold=30) for name in QUEUES}
    for name, letters in waiting.items():
        queues.put_back(f"{name}-dead", [(letter.handle, 0) for letter in letters])
    return Page("dead_letters.html", "Dead letters", {"waiting": waiting})


def health(_: Visit) -> Page:
    """What is live and what is paused, with the switch for everything at once."""
    control = catalogue.control()
    return Page("health.html", "Health", {"control": control, "load": reads.load()})


def switch(visit: Visit) -> Redirect:
    """Pause or resume every campaign."""
    pause = visit.form.get("what") == "pause"
    before = catalogue.control().paused_all
    (catalogue.pause if pause else catalogue.resume)(None)
    audit.record(
        by=visit.who,
        role=visit.role,
        action="pause_all" if pause else "resume_all",
        what="control",
        before=before,
        after=pause,
        at=visit.now.isoformat(),
    )
    return Redirect("/service", "Everything is paused." if pause else "Everything goes on.")


ROUTES = (
    Route("GET", "/audit", ADMIN, audit_page),
    Route("GET", "/dead-letters", ADMIN, dead_letters),
    Route("GET", "/service", ADMIN, health),
    Route("POST", "/service", ADMIN, switch),
)
