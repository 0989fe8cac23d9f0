"""The inbox: every reply that came in, what it was read as and what became of it; those that need a look are
decided on beside the list."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.live import live
from chalicelib.care import inbox_decisions as rules
from chalicelib.care import reads
from chalicelib.care.actions import LONGEST_ANSWER, CaseRefused
from chalicelib.care.inbox_decisions import Gone, Handled
from chalicelib.care.reply_counters import by_kind
from chalicelib.clock import iso, parse
from chalicelib.console import case_drafts
from chalicelib.console.care import table_file
from chalicelib.console.frame import CARE, File, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.menu import figures
from chalicelib.console.talk import Bubble, bubbles
from chalicelib.console.trail import noted
from chalicelib.i18n.formats import number
from chalicelib.i18n.problems import words
from chalicelib.i18n.translations import N_, say
from chalicelib.replies.proposal import WAYS as WAYS_PROPOSED
from chalicelib.store import catalogue, inbox, subscribers
from chalicelib.store.inbox import ANY, InboxFilter
from chalicelib.store.records import mask
from chalicelib.store.relationship import conversation_with
from chalicelib.store.schema.conversations import Reply

TABS: Mapping[str, str] = {  # by what replies were read as; "" for all
    "": N_("All"),
    "rating": N_("Scores"),
    "opt_out": N_("Stops"),
    "ask": N_("Unclear"),
    "not_me": N_("Wrong person"),
    "machine": N_("Machines"),
}
KINDS = ("text", "ask", "opt_out", "opt_in", "not_me", "help", "rating", "choice", "machine")
TONES: Mapping[str, str] = {"ask": "warn", "opt_out": "info", "opt_in": "info", "not_me": "info"}
DONE: Mapping[Handled, str] = {
    "case": N_("It is a case now."),
    "nothing": N_("Nothing to do: it is off the list."),
    "opt_out": N_("The stop is recorded; no more of these texts go out."),
    "right_person": N_("Texts to this number go out again."),
}
ANSWER = "answer"
KEPT = ("show", "kind", "campaign", "words", "since", "before")  # of the address, through a form and back
SHOWN = 6  # texts of the conversation before a reply
UNDO_FOR = timedelta(minutes=5)


_MOMENT = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])-\d\dT[\d:.]+Z")


def page(visit: Visit) -> Page | File:
    """Replies, the latest first: those that need a look, or all, by what they are and say."""
    return _page(visit)


def _page(visit: Visit, error: str = "", unsent: str = "") -> Page | File:
    """The page; after an answer that was not taken with `error` at it and what was typed, and with `unsent`
    what was typed for a reply that is off the list."""
    every = visit.query.get("show") == "all"
    wanted = _filter(visit)
    asked = visit.query.get("before", "")
    before = asked if _MOMENT.fullmatch(asked) else _from_now(visit)
    listed = (inbox.everything if every else inbox.unhandled)(before, keep=wanted)
    if visit.query.get("as") == "csv":
        return table_file(
            "inbox.csv", ("time", "number", "text", "read as", "handled"), map(_row, listed.replies)
        )
    current = live(catalogue.control())
    people = subscribers.get_many({one.subscriber for one in listed.replies if one.subscriber})
    counts = _counts(visit)
    chosen = _chosen(visit, listed.replies)
    data = {
        "replies": listed.replies,
        "names": {id: one.name for id, one in people.items()},
        "titles": {id: titled(one.title, visit.language) for id, one in current.campaigns.items()},
        "before": listed.before,
        "every": every,
        "badges": {"inbox": counts["inbox"]},
        "tabs": {kind: (title, counts[f"inbox-{kind}"]) for kind, title in TABS.items()},
        "newest": "" if asked else max((one.received_at for one in listed.replies), default=""),
        "kinds": KINDS,
        "filter": wanted,
        "filtered": wanted != ANY,
        "ways": rules.ways(chosen) if chosen else (),
        "proposed": WAYS_PROPOSED.get(str(chosen.proposal.get("kind", ""))) if chosen else None,
        "chosen": chosen,
        "talk": _talk(chosen) if chosen else [],
        "tones": {one.key: tone(one, current.campaigns.get(one.campaign)) for one in listed.replies},
        "out_of": {one.key: _out_of(current.campaigns.get(one.campaign)) for one in listed.replies},
        "id_of": _id_of,
        "kept": {name: visit.query[name] for name in KEPT if visit.query.get(name)},
        "undo": _just_done(visit) if visit.said else None,
        "error": error,
        "unsent": unsent,
        "typed": visit.form.get("text", "") if error else "",
        "how": visit.form.get("how", "") if error else "",
        "longest": LONGEST_ANSWER,
    }
    return Page("inbox.html", N_("Inbox"), data, status=422 if error else 409 if unsent else 200)


def _from_now(visit: Visit) -> str:
    return iso(visit.now + timedelta(days=1))


def _filter(visit: Visit) -> InboxFilter:
    kind = visit.query.get("kind", "")
    return InboxFilter(
        kind=kind if kind in KINDS else "",
        campaign=visit.query.get("campaign", ""),
        words=visit.query.get("words", "").strip(),
        since=visit.query.get("since", ""),
    )


def _id_of(one: Reply) -> str:
    return one.item.removeprefix(Reply.under)


def _counts(visit: Visit) -> dict[str, str]:
    """What stands on the tabs: replies that need a look, and all by what they were read as."""
    unhandled = inbox.how_many_unhandled()
    every = by_kind(_from_now(visit))
    shown = {f"inbox-{kind}": number(every[kind] if kind else sum(every.values())) for kind in TABS}
    return {"inbox": number(unhandled) + "+" * (unhandled >= inbox.COUNTED), **shown}


def _chosen(visit: Visit, replies: Sequence[Reply]) -> Reply | None:
    """The reply beside the list: the one that was asked for, else the first that needs a look."""
    wanted = visit.query.get("at") or visit.form.get("reply", "")
    for one in replies:
        if wanted and _id_of(one) == wanted:
            return one
    return next((one for one in replies if one.inbox == inbox.UNHANDLED), None)


def _talk(chosen: Reply) -> list[Bubble]:
    """The last texts up to a reply."""
    whole = conversation_with(chosen.msisdn)
    found = bubbles([*whole.texts, *whole.replies])
    return [one for one in found if one.at <= chosen.received_at][-SHOWN:]


def tone(one: Reply, campaign: Campaign | None) -> str:
    """How the tag of what a reply was read as is coloured; "" for quietly."""
    kind, score = str(one.reading.get("kind", "")), one.reading.get("score")
    if kind != "rating" or campaign is None or campaign.survey is None:
        return TONES.get(kind, "")
    return "bad" if score in campaign.survey.dissatisfied else "good"


def _out_of(campaign: Campaign | None) -> str:
    """What stands behind a score: the highest of its survey's scale."""
    return f" / {campaign.survey.scale[1]}" if campaign and campaign.survey else ""


def _just_done(visit: Visit) -> Reply | None:
    """The reply that who looks has just taken off the list, if that can be taken back."""
    id = visit.query.get("done", "")
    for one in inbox.everything(_from_now(visit), limit=200).replies if id else ():
        if _id_of(one) == id and one.handled_by == visit.who and one.handled == "nothing":
            return one if parse(one.handled_at) > visit.now - UNDO_FOR else None
    return None


def _row(one: Reply) -> tuple[str, ...]:
    return (one.received_at, mask(one.msisdn), one.body, str(one.reading.get("kind", "")), one.handled)


def deal(visit: Visit) -> Page | File | Redirect:
    """Deal with one reply. When somebody was faster the page says so; what was typed is never lost."""
    how, text = visit.form.get("how", ""), visit.form.get("text", "")
    kept = {name: visit.form[name] for name in KEPT if visit.form.get(name)}
    try:
        reply = rules.find(visit.form.get("msisdn", ""), visit.form.get("reply", ""))
        if how == ANSWER:
            case_id = rules.answer(reply, text, visit.who, visit.now)
            said, to = N_("The text is on its way, and the case is yours."), _address(kept)
        else:
            chosen = next((one for one in rules.ways(reply) if one == how), None)
            if chosen is None:
                raise NotHere
            if text.strip() and chosen != "case":
                both = say("You typed an answer, too: choose to send it, or empty it.", visit.language)
                return _page(replace(visit, query=kept), both)
            case_id = rules.deal_with(reply, chosen, visit.who, visit.now)
            done = {"done": _id_of(reply)} if chosen == "nothing" else {}
            said, to = DONE[chosen], f"/cases/{case_id}" if case_id else _address(kept | done)
            if text.strip():
                case_drafts.keep_for(visit, case_id, text)
                said = N_("It is a case now, and what you typed is in its box.")
    except Gone:
        if text.strip() and not _became_mine(visit):
            return _page(replace(visit, query=kept), unsent=text)
        return Redirect(_address(kept), N_("A colleague has dealt with it already."))
    except CaseRefused as refused:
        return _page(replace(visit, query=kept), words(refused.problem, visit.language))
    _record(visit, reply, how, case_id)
    return Redirect(to, said)


def _became_mine(visit: Visit) -> bool:
    """Whether who sends the form made a case of its reply before: the form came twice."""
    try:
        reply = rules.find(visit.form.get("msisdn", ""), visit.form.get("reply", ""))
    except Gone:
        return False
    return (reply.handled, reply.handled_by) == ("case", visit.who)


def _record(visit: Visit, reply: Reply, how: str, case_id: str) -> None:
    noted(
        visit,
        "deal_with_reply",
        f"reply {_id_of(reply)}",
        before={"handled": reply.handled},
        after={"handled": how, "case": case_id},
    )


def _address(query: Mapping[str, str]) -> str:
    return "/inbox" + (f"?{urlencode(query)}" if query else "")


def undo(visit: Visit) -> Redirect:
    """Put a reply back that who asks has taken off the list."""
    try:
        reply = rules.find(visit.form.get("msisdn", ""), visit.form.get("reply", ""))
    except Gone:
        raise NotHere from None
    if reply.handled != "nothing" or not inbox.put_back(reply, visit.who):
        return Redirect("/inbox", N_("A colleague has dealt with it already."))
    _record(visit, reply, "inbox", "")
    return Redirect(_address({"at": _id_of(reply)}), N_("It is on the list again."))


def news(visit: Visit) -> File:
    """How many replies need a look, and how many came since the page was made: for a page that stays open."""
    since = visit.query.get("since", "")
    listed = inbox.everything if visit.query.get("show") == "all" else inbox.unhandled
    found = (
        listed(_from_now(visit), keep=InboxFilter(since=since)).replies if _MOMENT.fullmatch(since) else []
    )
    n = sum(one.received_at > since for one in found)
    told = say("%(n)s new: show", visit.language, n=n) if n else ""
    counts = {**figures(visit, reads.load()), **_counts(visit)}
    told_now = {"counts": counts, "n": n, "newer": told}
    return File("inbox.json", "application/json", json.dumps(told_now))


ROUTES = (
    Route("GET", "/inbox", CARE, page),
    Route("GET", "/inbox/news", CARE, news),
    Route("POST", "/inbox", CARE, deal),
    Route("POST", "/inbox/undo", CARE, undo),
)
