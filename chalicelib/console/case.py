"""One case on a page: its conversation, its subscriber, what may be done next, and its history."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.care import actions, callers, colours, reads, rechecks, work
from chalicelib.care.actions import Act, CaseRefused, Conflict
from chalicelib.care.changes import NotFound, get
from chalicelib.care.correct import correct
from chalicelib.care.current import Current, current
from chalicelib.care.reads import CasePage
from chalicelib.care.settings import CALL_OUTCOMES
from chalicelib.clock import in_utc, iso, parse
from chalicelib.console import case_drafts
from chalicelib.console.answering import preview
from chalicelib.console.care import COLLEAGUES, OWNERS, events_of, somebody_elses
from chalicelib.console.case_names import colleagues, names
from chalicelib.console.frame import (
    CARE,
    BadForm,
    File,
    Handler,
    NotHere,
    Page,
    Redirect,
    Route,
    Visit,
    needed,
    whole,
)
from chalicelib.console.history import called_by, recheck_of, told_of
from chalicelib.console.listing import clock_of
from chalicelib.console.rendering import exact
from chalicelib.console.subscriber_facts import attributes_shown
from chalicelib.console.talk import bubbles, event_lines, with_history
from chalicelib.console.workbench import beside
from chalicelib.delivery.consent import EVERY_BRAND
from chalicelib.i18n.codes import named
from chalicelib.i18n.problems import placed, words
from chalicelib.i18n.translations import N_, say
from chalicelib.store import cases, conversations, subscribers
from chalicelib.store.cases import of_subscriber
from chalicelib.store.records import mask
from chalicelib.store.relationship import proofs_of, relationship
from chalicelib.store.schema.base import of_kind
from chalicelib.store.schema.cases import Case, HistoryEntry
from chalicelib.store.schema.conversations import ConsentProof, NumberState, Reply
from chalicelib.store.schema.subscribers import Subscriber

SHOWN_FOR = timedelta(hours=1)  # how long a number that somebody asked for stays on their pages


def case(visit: Visit) -> Page:
    """One case."""
    return _case(visit)


def _seen(visit: Visit) -> CasePage:
    try:
        return reads.case_page(visit.args["id"], visit.who, visit.now, visit.subject)
    except NotFound:
        raise NotHere from None


def _case(visit: Visit, error: str = "", status: int = 200, told: Sequence[str] = ()) -> Page:
    """The page; after a form that was not taken with `error` at it and all that was typed."""
    now, seen = current(), _seen(visit)
    one = seen.case
    whole = relationship(one.msisdn) if one.msisdn else []  # first: what else is asked of the number is in it
    subscriber, state = _holder(one)
    shown = any(
        entry.what == "number_shown" and entry.by == visit.who and parse(entry.at) > visit.now - SHOWN_FOR
        for entry in seen.history
    )
    called = names(now, visit.language)
    colour, given = colours.of_number(one.msisdn)
    told_events = events_of([subscriber.subscriber_id] if subscriber else ())
    asked = rechecks.texts(one, now.care.recheck.campaign)
    proofs = list(of_kind(ConsentProof, whole))
    listed = beside(visit, now)
    told_history = [
        (entry, told_of(entry, called, visit) or recheck_of(entry, asked, visit)) for entry in seen.history
    ]
    talk = bubbles(whole, state.reassigned_at, told_events) if one.msisdn else []
    return Page(
        "case.html",
        "Case %(id)s",
        {
            "case": one,
            "clock_kind": clock_of(one, visit),
            "history": told_history[::-1],
            "beside": listed,
            "load": listed.load,
            "list": listed.address,
            "timeline": with_history(talk, told_history, lambda who: called_by(who, visit)),
            "here": seen.here,
            "replies": len(list(of_kind(Reply, whole))),
            "drafts": seen.drafts,
            "mention": seen.mention,
            "soon": soon_after(visit),
            "called_by": lambda who: called_by(who, visit),
            "next": next_step(one),
            "undo": undoable(one, seen.history),
            "subscriber": subscriber,
            "attributes": attributes_shown(
                subscriber, now.live.vocabulary.attributes, visit.language, personal=shown
            ),
            "there": subscriber.time_zone if subscriber else "",
            "number_text": one.msisdn if shown else mask(one.msisdn),
            "shown": shown,
            "undo_consent": callers.undoable(proofs, visit.who, visit.now) is not None,
            "words_said": callers.WHATS,
            "ways": callers.HOWS,
            "brands": {
                EVERY_BRAND: say("every brand", visit.language),
                **{id: called[id] for id in now.live.brands},
            },
            "scopes": {scope: _reach(scope, called, visit) for scope in callers.scopes(now)},
            "today": visit.now.date().isoformat(),
            "event_words": event_lines(now.live.vocabulary.events, visit.language),
            "optouts": sorted(state.optouts.items()),
            "unreachable": state.unreachable,
            "colour": colour,
            "colours": now.care.roster.colours,
            "given": given,
            "period": now.care.roster.period.days,
            "others": _others(one),
            "names": called,
            "colleagues": [who for who in colleagues(now) if who != one.owner],
            "teams": list(now.care.teams),
            "topics": list(now.care.topics.topics),
            "departments": {id: called[f"department|{id}"] for id in now.care.departments},
            "remedies": list(now.care.remedies),
            "canned": _canned(now, one, visit),
            "outcomes": CALL_OUTCOMES,
            "failed": visit.args.get("action", ""),
            "typed": visit.form,
            "error": error,
            "told": told,
            "once": uuid.uuid4().hex[:16],
            "longest": actions.LONGEST_ANSWER,
        },
        status=status,
    )


def _reach(scope: str, called: Mapping[str, str], visit: Visit) -> str:
    """How far a no reaches, in words: `category:marketing` is "this kind of texts: marketing"."""
    kind, _, detail = scope.partition(":")
    reach = named("scope", kind, visit.language)
    if not detail:
        return reach
    of = named("category", detail, visit.language) if kind == "category" else called.get(detail, detail)
    return f"{reach}: {of}"


def _holder(one: Case) -> tuple[Subscriber | None, NumberState]:
    """Who the case is of, as they are now, and the state of the number."""
    subscriber = subscribers.get(one.subscriber) if one.subscriber else None
    return subscriber, conversations.state(one.msisdn) if one.msisdn else NumberState()


def _others(one: Case) -> list[Case]:
    if not one.subscriber:
        return []
    return [other for other in of_subscriber(one.subscriber) if other.case_id != one.case_id]


def _canned(now: Current, one: Case, visit: Visit) -> list[tuple[str, str, str]]:
    """Ready answers for the case's topic: their shortcuts, titles for who looks, texts for the subscriber."""
    language = one.language or visit.language
    return [
        (answer.id, answer.title.get(visit.language, answer.id), answer.text[language])
        for answer in now.care.answers
        if (not answer.topics or one.topic in answer.topics) and answer.text.get(language)
    ]


def next_step(one: Case) -> str:
    """What a case waits for: claim, answer, resolve, the subscriber (wait), or nothing (reopen)."""
    if one.state == "closed":
        return "reopen"
    if not one.working:
        return "wait"
    if not one.owner:
        return "claim"
    return "resolve" if one.answered_at else "answer"


def undoable(one: Case, history: Sequence[HistoryEntry]) -> str:
    """What the last change was, if it can be taken back; else ""."""
    last = next((entry for entry in reversed(history) if entry.what != "number_shown"), None)
    fits = last and last.revision == one.revision and last.what in work.UNDOABLE and one.working
    return last.what if last and fits else ""


def _do(visit: Visit, form: Mapping[str, str], act: Act) -> str:
    """Carry out what a case's form asks for, and what to say then."""
    id, text = visit.args["id"], case_drafts.own_words(visit, visit.args["action"]).strip()
    item = form.get("item", "")
    deeds: dict[str, tuple[Callable[[], Any], str]] = {
        "claim": (lambda: actions.claim(id, act), N_("The case is yours.")),
        "hand_over": (
            lambda: actions.hand_over(id, text, act, to=form.get("to", ""), team=form.get("team", "")),
            N_("Handed over."),
        ),
        "note": (lambda: actions.note(id, text, act), N_("Noted.")),
        "call": (
            lambda: actions.call(id, form.get("outcome", ""), act, note=text),
            N_("The call is recorded."),
        ),
        "snooze": (
            lambda: actions.snooze(id, _until(form, visit), act, note=text),
            N_("Put off: it comes back at its time."),
        ),
        "wake": (lambda: actions.wake(id, act), N_("Back in the queue.")),
        "seen": (lambda: cases.seen(id, visit.who), N_("Seen.")),
        "answer": (lambda: actions.answer(id, text, act), N_("The text is on its way.")),
        "topic": (lambda: actions.set_topic(id, needed(form, "topic"), act), N_("The topic is set.")),
        "department": (
            lambda: actions.set_department(id, needed(form, "department"), act),
            N_("The department is set."),
        ),
        "remedy": (
            lambda: actions.set_remedy(id, needed(form, "remedy"), act, note=text),
            N_("The remedy is recorded."),
        ),
        "urgent": (lambda: actions.set_urgent(id, form.get("urgent") == "1", act), N_("Changed.")),
        "roster": (lambda: _colour(id, form.get("colour", ""), text, act), N_("The roster is changed.")),
        "resolve": (
            lambda: actions.resolve(id, text, act),
            N_("Resolved: the subscriber will be asked whether it got better."),
        ),
        "close": (lambda: actions.close(id, text, act), N_("Closed.")),
        "reopen": (lambda: actions.reopen(id, text, act), N_("Open again.")),
        "join": (lambda: actions.join(id, text.upper(), act), N_("Joined to the other case.")),
        "undo": (lambda: actions.undo(id, act), N_("Taken back.")),
        "correct": (
            lambda: correct(id, item, *_meaning(form.get(f"meaning {item}", "")), act),
            N_("Noted: that is what it means."),
        ),
        "consent": (
            lambda: callers.record(get(id), {**form, "text": text}, act, visit.role),
            N_("Recorded, with proof."),
        ),
        "consent_undo": (
            lambda: _consent_undone(get(id), act, visit.role),
            N_("Taken back; the proof says so."),
        ),
        "number": (lambda: actions.number_shown(id, by=visit.who, now=visit.now), ""),
    }
    if visit.args["action"] not in deeds:
        raise NotHere
    deed, said = deeds[visit.args["action"]]
    deed()
    return said


def _until(form: Mapping[str, str], visit: Visit) -> datetime:
    """When a case is to come back: a time on the visitor's clock (`2026-11-30T09:00`) if one is typed, else
    the choice. What is no time is one that is over, and is refused as such."""
    try:
        if at := form.get("at", "").strip():
            return in_utc(datetime.fromisoformat(at).replace(tzinfo=ZoneInfo(visit.zone)))
        return parse(form.get("until", ""))
    except ValueError:
        return visit.now


MORNING = time(9)  # on the visitor's clock


def soon_after(visit: Visit) -> list[tuple[str, str]]:
    """Times to put a case off until: ISO, and in words."""
    local = visit.now.astimezone(ZoneInfo(visit.zone))
    tomorrow = datetime.combine(local.date() + timedelta(days=1), MORNING, local.tzinfo)
    monday = tomorrow + timedelta(days=(7 - tomorrow.weekday()) % 7)
    found = [
        (visit.now + timedelta(hours=1), N_("in an hour")),
        (visit.now + timedelta(hours=3), N_("in three hours")),
        (tomorrow, N_("tomorrow at 9")),
        (monday, N_("on Monday at 9")),
    ]
    return [(iso(at), say(words, visit.language)) for at, words in found]


def _meaning(chosen: str) -> tuple[str, int | None]:
    """What the form of a reply says that it means: `3`, `text` or `opt_out`."""
    return ("rating", whole(chosen)) if whole(chosen) is not None else (chosen, None)


def _colour(id: str, colour: str, why: str, act: Act) -> None:
    """Give the case's number a colour."""
    actions.set_roster(get(id).msisdn, colour, why, act.by, act.now)


def _consent_undone(one: Case, act: Act, role: str) -> None:
    """Take back what this person recorded a moment ago."""
    callers.undo(one, proofs_of(one.msisdn), act, role)


def act_on(visit: Visit) -> Page | Redirect | File:
    """A form of the case page. What somebody else changed meanwhile is shown, and nothing typed is lost."""
    if visit.args["action"] == "answer" and visit.form.get("canned"):
        return try_answer(visit)  # a ready answer is looked at before it is sent
    once = f"{visit.form['once']}-{visit.args['action']}" if visit.form.get("once") else ""
    act = Act(visit.who, visit.now, whole(visit.form.get("revision", "")), once)
    if visit.args["action"] in OWNERS and (owner := somebody_elses(visit, [visit.args["id"]])):
        error = say(COLLEAGUES, visit.language, who=called_by(owner, visit))
        return _case(visit, error, 403)
    try:
        said = _do(visit, visit.form, act)
    except NotFound:
        if visit.args["action"] != "join":
            raise NotHere from None
        return _case(visit, say("There is no such case.", visit.language), 422)
    except Conflict as other:
        error = say(
            "%(who)s changed this case at %(time)s. Look at it, then send again what you typed.",
            visit.language,
            who=called_by(other.by, visit),
            time=exact(other.at, visit),
        )
        return _case(visit, error, 409)
    except CaseRefused as refused:
        return _case(visit, words(refused.problem, visit.language), 422)
    except BadForm as bad:
        return _case(visit, placed(bad.problem, visit.language), 422)
    case_drafts.keep_others(visit, visit.args["action"])
    if visit.form.get("mentioned") == "1":
        cases.seen(visit.args["id"], visit.who)
    if visit.args["action"] in case_drafts.KINDS:
        cases.drop_draft(visit.args["id"], visit.subject, visit.args["action"])
    return Redirect(_onward(visit), said, case_drafts.choices_beside(visit, visit.args["action"]))


def _onward(visit: Visit) -> str:
    """Where a form of the case leads: back to it, or to the next one of the list where that is asked."""
    id = visit.args["id"]
    if "list" not in visit.form:
        return f"/cases/{id}"
    listed = beside(visit, current())
    if visit.form.get(f"next-{visit.args['action']}") == "1":
        id = next((case.case_id for case, _ in listed.cases if case.case_id != id), id)
    return f"/cases/{id}" + (f"?{listed.address}" if listed.address else "")


def try_answer(visit: Visit) -> Page | File:
    """What the answer that is being typed would become, with the ready answer that was chosen put in: on the
    page, or as JSON for a script on it."""
    text = case_drafts.own_words(visit, "answer")
    if ready := visit.form.get("canned"):
        text = "\n".join(filter(None, (text.rstrip(), ready)))
    visit = replace(
        visit,
        args={"id": visit.args["id"], "action": "answer"},
        form={**visit.form, "text-answer": text, "canned": ""},
    )
    try:
        one = get(visit.args["id"])
    except NotFound:
        raise NotHere from None
    subscriber, state = _holder(one)
    said: list[str] = []
    error = ""
    try:
        told = preview(one, text, visit.who, subscriber, state, current(), visit.now)
        said = told.said(visit)
    except CaseRefused as refused:
        error = words(refused.problem, visit.language)
    if visit.form.get("as") == "json":
        return File("preview.json", "application/json", json.dumps({"said": said}, ensure_ascii=False))
    return _case(visit, error, 422 if error else 200, said)


def _route(method: str, path: str, handler: Handler) -> Route:
    return Route(method, path, CARE, handler)


ROUTES = (
    _route("GET", "/cases/{id}", case),
    _route("POST", "/cases/{id}/preview", try_answer),
    _route("POST", "/cases/{id}/{action}", act_on),
)
