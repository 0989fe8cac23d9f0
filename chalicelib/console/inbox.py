"""The inbox: every reply that came in, and what became of it; those that need a look can be dealt with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote

from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.live import live
from chalicelib.care import inbox as rules
from chalicelib.care.inbox import WAYS, Gone, Handled
from chalicelib.clock import iso
from chalicelib.console.care import table_file
from chalicelib.console.frame import CARE, File, NotHere, Page, Redirect, Route, Visit
from chalicelib.i18n.translations import N_
from chalicelib.store import audit, catalogue, inbox, subscribers
from chalicelib.store.inbox import ANY, Filter
from chalicelib.store.records import mask
from chalicelib.store.schema.conversations import Reply

KINDS = ("text", "ask", "opt_out", "opt_in", "not_me", "help", "rating", "choice", "machine")
DONE: Mapping[Handled, str] = {
    "case": N_("It is a case now."),
    "nothing": N_("Nothing to do: it is off the list."),
    "opt_out": N_("The stop is recorded; no more of these texts go out."),
}


_MOMENT = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])-\d\dT[\d:.]+Z")


def page(visit: Visit) -> Page | File:
    """Replies, the latest first: those that need a look, or all, by what they are and say."""
    every = visit.query.get("show") == "all"
    asked = visit.query.get("before", "")
    before = asked if _MOMENT.fullmatch(asked) else iso(visit.now + timedelta(days=1))
    wanted = _filter(visit)
    listed = (inbox.everything if every else inbox.unhandled)(before, keep=wanted)
    if visit.query.get("as") == "csv":
        return table_file(
            "inbox.csv", ("time", "number", "text", "read as", "handled"), map(_row, listed.replies)
        )
    current = live(catalogue.control())
    people = subscribers.get_many({one.subscriber for one in listed.replies if one.subscriber})
    unhandled = inbox.how_many_unhandled()
    data = {
        "replies": listed.replies,
        "names": {id: one.name for id, one in people.items()},
        "titles": {id: titled(one.title, visit.language) for id, one in current.campaigns.items()},
        "before": listed.before,
        "every": every,
        "unhandled": unhandled,
        "more": unhandled >= inbox.COUNTED,
        "kinds": KINDS,
        "filter": wanted,
        "filtered": wanted != ANY,
        "ways": WAYS,
    }
    return Page("inbox.html", N_("Inbox"), data)


def _filter(visit: Visit) -> Filter:
    kind = visit.query.get("kind", "")
    return Filter(
        kind=kind if kind in KINDS else "",
        campaign=visit.query.get("campaign", ""),
        words=visit.query.get("words", "").strip(),
        since=visit.query.get("since", ""),
    )


def _row(one: Reply) -> tuple[str, ...]:
    return (one.received_at, mask(one.msisdn), one.body, str(one.reading.get("kind", "")), one.handled)


def deal(visit: Visit) -> Redirect:
    """Deal with one reply. Somebody who was faster is said so; nothing is done twice."""
    how = visit.form.get("how", "")
    back = "/inbox" + (f"?show={quote(visit.form['show'])}" if visit.form.get("show") else "")
    chosen = next((one for one in WAYS if one == how), None)
    if chosen is None:
        raise NotHere
    try:
        reply = rules.find(visit.form.get("msisdn", ""), visit.form.get("reply", ""))
        case_id = rules.deal_with(reply, chosen, visit.who, visit.now)
    except Gone:
        return Redirect(back, N_("A colleague has dealt with it already."))
    audit.record(
        by=visit.who,
        role=visit.role,
        action="deal_with_reply",
        what=f"reply {reply.item.removeprefix(Reply.under)}",
        before={"handled": reply.handled},
        after={"handled": chosen, "case": case_id},
        at=iso(visit.now),
    )
    return Redirect(f"/cases/{case_id}" if case_id else back, DONE[chosen])


ROUTES = (
    Route("GET", "/inbox", CARE, page),
    Route("POST", "/inbox", CARE, deal),
)
