"""One-off sends: to whom and when, what would happen, and how far one is. Nothing is planned before its dry
run was seen."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from chalicelib.campaigns import batches as sends
from chalicelib.campaigns import tally
from chalicelib.campaigns.approval import CONFIRM_FROM, digits
from chalicelib.campaigns.audience import rules_of
from chalicelib.campaigns.batches import BadBatch, new_batch
from chalicelib.campaigns.campaign import Campaign
from chalicelib.campaigns.fact_rules import fact_from
from chalicelib.campaigns.facts import carried_variables, titled
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.tally import Funnel
from chalicelib.clock import in_utc, iso, parse
from chalicelib.console import sentences
from chalicelib.console.frame import MARKETING, NotHere, Page, Redirect, Route, Visit
from chalicelib.delivery import dry_run
from chalicelib.i18n.codes import named
from chalicelib.i18n.problems import words
from chalicelib.i18n.translations import N_, say
from chalicelib.intake.vocabulary import Variable
from chalicelib.problems import BadValue
from chalicelib.store import catalogue
from chalicelib.store import results as counters
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.catalogue import Batch

SHOWN_BEFORE, SHOWN_AFTER = timedelta(days=90), timedelta(days=400)
APPROVE_FROM = 100  # people, where the policy says nothing else
OWN_CAUSE = frozenset({"recheck-survey"})  # manual, but started by care


def batches(visit: Visit) -> Page:
    """What was sent in the last three months, and what is planned."""
    found = sends.batches(iso(visit.now - SHOWN_BEFORE), iso(visit.now + SHOWN_AFTER))
    control = catalogue.control()
    current = live(control)
    lines = [(one, sends.progress(one), control.holds_back(one.campaign)) for one in found]
    return Page("batches.html", "One-off sends", {"lines": lines, "titles": _titles(current, visit)})


def _titles(current: Live, visit: Visit) -> dict[str, str]:
    return {id: titled(one.title, visit.language) or id for id, one in current.campaigns.items()}


def _choices(current: Live) -> list[Campaign]:
    return [
        one
        for one in current.by_priority()
        if one.trigger.manual and one.category != "reply" and one.id not in OWN_CAUSE
    ]


def _asked(campaign: Campaign) -> list[Variable]:
    return list(carried_variables(campaign))


def new(visit: Visit) -> Page:
    """The form for a send."""
    return _form(visit, {})


def _form(visit: Visit, errors: Mapping[str, str], status: int = 200) -> Page:
    current = live(catalogue.control())
    choices = _choices(current)
    wanted = visit.form.get("campaign") or visit.query.get("campaign", "")
    chosen = next((one for one in choices if one.id == wanted), None)
    data = {
        "choices": choices,
        "chosen": chosen,
        "asked": _asked(chosen) if chosen else [],
        "titles": _titles(current, visit),
        "errors": errors,
    }
    return Page("batch_new.html", "New one-off send", data, status)


def look(visit: Visit) -> Page | Redirect:
    """Take the form and begin the dry run; every mistake is said at its field."""
    current = live(catalogue.control())
    campaign = next((one for one in _choices(current) if one.id == visit.form.get("campaign")), None)
    if campaign is None:
        return _form(visit, {"campaign": say("Choose a campaign.", visit.language)}, 422)
    errors: dict[str, str] = {}
    try:
        at = _moment(visit.form.get("at", ""), visit)
    except ValueError as error:
        at, errors["at"] = visit.now, str(error)
    facts: dict[str, Any] = {}
    hosts = current.policy.get("link_hosts") or ()
    for one in _asked(campaign):
        typed = visit.form.get(f"fact|{one.name}", "").strip()
        if not typed and not one.optional:
            errors[f"fact|{one.name}"] = say("Say what it is this time.", visit.language)
        elif typed:
            try:
                facts[one.name] = fact_from(typed, one.example, hosts)
            except BadValue as error:
                errors[f"fact|{one.name}"] = words(error.problem, visit.language)
    id = f"{campaign.id}-{visit.now:%Y%m%d}-{uuid.uuid4().hex[:6]}"
    source = new_batch(id, campaign.id, iso(at), visit.who, facts=facts)
    if visit.form.get("source") == "list":
        found = list(sends.entries_of(visit.form.get("list", "").splitlines()))
        wrong = [str(one) for one in found if isinstance(one, int)]
        if wrong:
            errors["list"] = say(
                "Line %(lines)s: neither a number with + nor a subscriber's id.",
                visit.language,
                lines=", ".join(wrong[:10]),
            )
        elif not errors:
            try:
                parts = sends.save_list((str(one) for one in found), visit.who, visit.now, id)
                source = replace(source, source=id, parts=parts)
            except BadBatch as error:
                errors["list"] = words(error.problem, visit.language)
    if errors:
        return _form(visit, errors, 422)
    document = catalogue.documents(
        [(f"campaign#{campaign.id}", catalogue.control().live[f"campaign#{campaign.id}"])]
    )
    dry_run.start(source, document[f"campaign#{campaign.id}"], visit.now, id)
    return Redirect(f"/batches/dry/{id}")


def _moment(typed: str, visit: Visit) -> datetime:
    """A local time of the one who types, or now. Raises ValueError, said for the page."""
    if not typed.strip():
        return visit.now
    try:
        there = datetime.fromisoformat(typed.strip().replace(" ", "T"))
        at = in_utc(there if there.tzinfo else there.replace(tzinfo=ZoneInfo(visit.zone)))
    except ValueError:
        raise ValueError(
            say("Write a time as 2026-11-30 10:00, or leave it empty for now.", visit.language)
        ) from None
    if at < visit.now - timedelta(minutes=5):
        raise ValueError(say("This time is over: choose a later one.", visit.language))
    if at > visit.now + timedelta(days=365):
        raise ValueError(say("This is more than a year ahead.", visit.language))
    return at


def dry(visit: Visit) -> Page:
    """What the send would do, as far as it was looked at; and the form that plans it."""
    return _dry(visit)


def _dry(visit: Visit, error: str = "", status: int = 200) -> Page:
    id = visit.args["id"]
    found, batch = dry_run.forecast(id), dry_run.batch_of(id)
    if found is None or batch is None:
        raise NotHere
    current = live(catalogue.control())
    outside = [(_clause(clause, visit.language), count) for clause, count in found.outside.items()]
    data = {
        "batch": batch,
        "found": found,
        "outside": outside,
        "suppressed": [
            (named("reason", why, visit.language), count) for why, count in found.suppressed.items()
        ],
        "titles": _titles(current, visit),
        "confirm": found.texts >= _confirm_from(current),
        "error": error,
    }
    return Page("batch_dry.html", "What would happen", data, status)


def _clause(clause: str, language: str) -> str:
    rules = rules_of(clause)
    return "; ".join(sentences.rule_said(one, language) for one in rules) if rules else clause


def _confirm_from(current: Live) -> int:
    return int(current.policy.get("confirm_from", CONFIRM_FROM))


def plan(visit: Visit) -> Page | Redirect:
    """Plan what the dry run looked at. A large one wants its number typed."""
    id = visit.args["id"]
    found, batch = dry_run.forecast(id), dry_run.batch_of(id)
    if found is None or batch is None:
        raise NotHere
    if not found.done:
        return _dry(visit, say("Wait until everybody was looked at.", visit.language), 422)
    current = live(catalogue.control())
    if found.texts >= _confirm_from(current) and digits(visit.form.get("typed", "")) != str(found.texts):
        said = say("It goes to %(n)s people: type that number to confirm.", visit.language, n=found.texts)
        return _dry(visit, said, 422)
    waits = bool(batch.facts) and found.texts >= int(current.policy.get("approve_from", APPROVE_FROM))
    planned = replace(
        sends.moved(batch, max(batch.at, iso(visit.now))),
        by=visit.who,
        people=found.texts,
        status="asked" if waits else "planned",
    )
    if _find(id, visit) is None:
        try:
            sends.plan(
                planned, current.campaigns.get(batch.campaign), visit.role, visit.now, people=found.texts
            )
        except BadBatch as error:
            return _dry(visit, words(error.problem, visit.language), 422)
    said = N_("Planned.") if not waits else N_("It waits for a second person: what it says this time is new.")
    return Redirect(f"/batches/{id}", said)


def _find(id: str, visit: Visit) -> Batch | None:
    known = sends.batches(iso(visit.now - SHOWN_BEFORE), iso(visit.now + SHOWN_AFTER))
    return next((one for one in known if one.id == id), None)


@dataclass(frozen=True, slots=True)
class Pace:
    """What became of a send's texts so far. `a_minute` and `ends` are None while nobody can say."""

    funnel: Funnel
    handled: int
    reasons: list[tuple[str, int]]
    a_minute: float | None
    ends: datetime | None


def _pace(batch: Batch, jobs: int, visit: Visit) -> Pace:
    """By the campaign's counters since the hour in which the send began."""
    versions = tally.by_dimension(counters.of_scope(tally.scope_of(batch.campaign)))
    figures: dict[str, float] = {}
    for found in versions.values():
        for name, amount in tally.since(found.get("hour", {}), batch.at[:13]).items():
            figures[name] = figures.get(name, 0) + amount
    came = tally.funnel(figures)
    handled = min(came.planned - came.waiting, jobs)
    minutes = max((visit.now - parse(batch.at)).total_seconds() / 60, 1 / 60)
    a_minute = handled / minutes if 0 < handled < jobs else None
    ends = visit.now + timedelta(minutes=(jobs - handled) / a_minute) if a_minute else None
    reasons = [*came.suppressed.items(), *came.held.items(), *came.failed.items()]
    said = [(named("reason", why, visit.language), count) for why, count in reasons]
    return Pace(came, handled, said, a_minute, ends)


def batch(visit: Visit) -> Page:
    """One send: how far it is, with the brake beside it."""
    return _batch(visit)


def _batch(visit: Visit, error: str = "") -> Page:
    found = _find(visit.args["id"], visit)
    if found is None:
        raise NotHere
    control = catalogue.control()
    far = sends.progress(found)
    data = {
        "batch": found,
        "progress": far,
        "pace": _pace(found, far.jobs, visit) if found.status == "started" else None,
        "titles": _titles(live(control), visit),
        "paused": control.holds_back(found.campaign),
        "version": control.live.get(f"campaign#{found.campaign}", 0),
        "due": parse(found.at) <= visit.now,
        "error": error,
    }
    return Page("batch.html", "One-off send %(id)s", data, 409 if error else 200)


def approve(visit: Visit) -> Page | Redirect:
    """Approve what a colleague's send says this time."""
    found = _find(visit.args["id"], visit)
    if found is None:
        raise NotHere
    refused = {
        "own": N_("Who planned it cannot approve it: ask a colleague."),
        "moved_on": N_("It does not wait for approval any more."),
    }
    came = sends.approve(found, visit.who, visit.role, visit.now)
    if came in refused:
        return _batch(visit, say(refused[came], visit.language))
    return Redirect(f"/batches/{found.id}", N_("Approved: it goes out at its time."))


def cancel(visit: Visit) -> Page | Redirect:
    """Take a send back that has not begun."""
    found = _find(visit.args["id"], visit)
    if found is None:
        raise NotHere
    if not sends.cancel(found, visit.who, visit.role, visit.now):
        begun = N_("It has begun: pause the campaign to stop what is left.")
        return _batch(visit, say(begun, visit.language))
    return Redirect(f"/batches/{found.id}", N_("Cancelled: nobody gets it."))


ROUTES = (
    Route("GET", "/batches", MARKETING, batches),
    Route("GET", "/batches/new", MARKETING, new),
    Route("POST", "/batches/new", MARKETING, look),
    Route("GET", "/batches/dry/{id}", MARKETING, dry),
    Route("POST", "/batches/dry/{id}", MARKETING, plan),
    Route("GET", "/batches/{id}", MARKETING, batch),
    Route("POST", "/batches/{id}/approve", MARKETING, approve),
    Route("POST", "/batches/{id}/cancel", MARKETING, cancel),
)
