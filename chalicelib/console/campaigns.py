"""Marketing's pages: the campaigns, one campaign with its next step, and the form that writes a version."""

from __future__ import annotations

import random
import re
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.campaigns import approval, audience_count, lifecycle, tally
from chalicelib.campaigns.approval import TransitionRefused
from chalicelib.campaigns.audience import rules_of
from chalicelib.campaigns.audience_count import Estimate
from chalicelib.campaigns.campaign import Campaign, campaign_from
from chalicelib.campaigns.facts import titled
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.lifecycle import Who
from chalicelib.campaigns.live import Live, live
from chalicelib.campaigns.shape import in_shape
from chalicelib.campaigns.sync import beside
from chalicelib.care import reads
from chalicelib.care.reads import Load
from chalicelib.console import charts, sentences
from chalicelib.console.beside import words_beside
from chalicelib.console.frame import MARKETING, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.preview import cost_said, filled_in
from chalicelib.console.sorting import in_order
from chalicelib.i18n.codes import named
from chalicelib.i18n.problems import every, placed
from chalicelib.i18n.translations import languages, own_name, say
from chalicelib.problems import BadDocument
from chalicelib.store import catalogue, versions
from chalicelib.store import results as counters
from chalicelib.store.schema.base import replace as changed
from chalicelib.store.schema.catalogue import Control, Document

_ID = re.compile(r"[a-z][a-z0-9-]{1,39}\Z")
TYPED = ("note", "typed", "number", "code", "step", "language")  # on the page of a version
OWN = {"note": "send_back", "typed": "go_live"}  # of the step that takes it


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in the list: its latest version and the one that is live (0 for none)."""

    id: str
    title: str
    category: str
    latest: Document
    state: str
    live: int
    unread: bool = False  # what is live of it cannot be read


def campaigns(visit: Visit) -> Page:
    """Every campaign with where its latest version stands."""
    control = catalogue.control()
    current = live(control)
    lines = [_line(one, control, current, visit) for one in versions.latest_of("campaign#")]
    wanted, words = visit.query.get("state", ""), visit.query.get("q", "").strip().casefold()
    asked = [one for one in lines if words in f"{one.id} {one.title}".casefold()]
    shown = [one for one in asked if wanted in ("", one.state)]
    order = {state: at for at, state in enumerate(("in_review", "draft", "approved", "paused", "live"))}
    shown.sort(key=lambda one: (order.get(one.state, 9), one.title, one.id))
    keys: Mapping[str, Callable[[CampaignLine], Any]] = {
        "name": lambda one: one.title.casefold(),
        "state": lambda one: order.get(one.state, 9),
        "category": lambda one: named("category", one.category, visit.language),
        "changed": lambda one: one.latest.at,
    }
    shown = in_order(shown, visit.query.get("sort", ""), keys)
    data = {
        "load": _with_reviews(reads.load(), lines),
        "lines": shown,
        "states": approval.STATES,
        "counts": Counter(one.state for one in asked),
        "all": len(asked),
        "waiting": [
            one for one in lines if one.state == "in_review" and one.latest.submitted_by != visit.who
        ],
        "q": words,
    }
    return Page("campaigns.html", "Campaigns", data)


def _with_reviews(load: Load, lines: Iterable[CampaignLine]) -> Load:
    """What waits, with the campaigns that the list shows in review; where they were written down otherwise
    (whoever took a step died, or did so before it was written down), that is mended."""
    real = frozenset((one.id, one.latest.submitted_by) for one in lines if one.state == "in_review")
    others = frozenset(one for one in load.reviews if one[0] == counters.POLICY_REVIEW)
    for campaign, by in (load.reviews - others) ^ real:
        counters.note_review(campaign, by, (campaign, by) in real)
    return replace(load, reviews=real | others)


def _others(version: Document, visit: Visit) -> bool:
    """Whether a version was neither written nor submitted by who looks."""
    return visit.who not in (version.by, version.submitted_by)


def _line(latest: Document, control: Control, current: Live, visit: Visit) -> CampaignLine:
    state, number = _state(latest, control), control.live.get(latest.name, 0)
    category = str(latest.document.get("category", ""))
    unread = current.is_unread(latest.campaign)
    return CampaignLine(latest.campaign, called(latest, visit), category, latest, state, number, unread)


def _state(version: Document, control: Control) -> str:
    """The state of a version; the live one of a campaign whose brake is on is paused."""
    if version.status == "live" and version.campaign in control.paused:
        return "paused"
    return version.status


def campaign(visit: Visit) -> Page:
    """One version of a campaign: what it does in sentences, where it stands, what the next step lacks."""
    return campaign_page(visit)


def campaign_page(
    visit: Visit, said: list[str] | None = None, status: int = 200, *, code_asked: bool = False
) -> Page:
    """The page of a version, with what could not be done. `code_asked`: the tester's phone has a code."""
    version, past = version_of(visit)
    control = catalogue.control()
    state = _state(version, control)
    so_far = None
    if state in ("live", "paused"):
        whole = whole_of({version.campaign: past[0].number})
        so_far = tally.funnel(whole.get(version.campaign, {}))
    who = Who(visit.who, visit.role)
    reach = _reach(visit, version)
    steps = [
        (
            step,
            [placed(one, visit.language) for one in lifecycle.missing(version, step, who, people=reach)],
        )
        for step in approval.possible(version.status)
    ]
    read = read_of(version.document)
    number = visit.query.get("against", "")
    other = next((one for one in past if str(one.number) == number), None)
    return Page(
        "campaign.html",
        "Campaign %(id)s",
        {
            "version": version,
            "past": past,
            "state": state,
            "states": approval.STATES,
            "steps": steps,
            "reach": reach,
            "said_errors": said or [],
            "code_asked": code_asked,
            "phone_number": visit.form.get("number", ""),
            "sentences": sentences.sentences(read, visit.language) if read else [],
            "problems": [
                (placed(one, visit.language), one.warning)
                for one in lifecycle.problems_of(version.name, version.document)
            ],
            "texts": version.document.get("texts") or {},
            "first": read.first_step if read else "text",
            "other": other,
            "difference": beside(version.name, other.document, version.document) if other else {},
            "samples": filled_in(read, visit) if read else [],
            "step_words": {step: named("step", step, visit.language) for step, _ in steps},
            "live": control.live.get(version.name, 0),
            "so_far": so_far,
            "unsent": charts.steps(so_far, None)[1].losses if so_far else (),
            "step_names": sentences.step_names(version.document.get("texts") or {}, visit.language),
            "language_names": {one: own_name(one) for one in languages()},
        },
        status=status,
        name=called(version, visit),
    )


def called(version: Document, visit: Visit) -> str:
    """The title of a version's campaign in the user's language; its id where it has none."""
    return titled(version.document.get("title") or version.campaign, visit.language)


def whole_of(latest: Mapping[str, int]) -> dict[str, dict[str, float]]:
    """Each campaign's figures, all versions together; campaigns that have no text yet are left out. `latest`
    has the number of each one's latest version."""
    scopes = {tally.scope_of(campaign): campaign for campaign in latest}
    wanted = {
        scope: [tally.counter_of(number, "total") for number in range(1, latest[campaign] + 1)]
        for scope, campaign in scopes.items()
    }
    whole: dict[str, dict[str, float]] = {}
    for scope, versions_of_it in counters.of_scopes(wanted).items():
        total = whole.setdefault(scopes[scope], {})
        for version in versions_of_it:
            for name, amount in version.figures.items():
                total[name] = total.get(name, 0) + amount
    return whole


def version_of(visit: Visit) -> tuple[Document, list[Document]]:
    """The version that the address names, the latest without; and all of them, each as it can be shown."""
    past = [_shown(one) for one in lifecycle.history(f"campaign#{visit.args['id']}")]
    number = visit.form.get("version") or visit.query.get("version", "")
    for one in past:
        if not number or str(one.number) == number:
            return one, past
    raise NotHere


def _shown(version: Document) -> Document:
    """A version as pages can take it apart, where it cannot be read."""
    try:
        campaign_from(version.document)
    except BadDocument:
        return changed(version, document=in_shape(version.document))
    return version


def read_of(document: Mapping[str, Any]) -> Campaign | None:
    try:
        return campaign_from(document, vocabulary=lifecycle.words())
    except BadDocument:
        return None


def _reach(visit: Visit, version: Document) -> int | None:
    """How many people an approved manual or daily campaign may go to; None when an event decides. It is
    looked up with every step: what a form says of it is nobody's number. The sample is the same each time."""
    read = read_of(version.document)
    if version.status != "approved" or read is None or not read.trigger.manual:
        return None
    return estimate_of(read, visit).people


def estimate_of(read: Campaign, visit: Visit) -> Estimate:
    return audience_count.estimate(read, live(catalogue.control()), visit.now, random.Random(read.id))  # noqa: S311 a sample, the same at each look


def step(visit: Visit) -> Page | Redirect:
    """Take a version one step on, or say what is missing."""
    version, _ = version_of(visit)
    taken = visit.args["step"]
    here = f"/campaigns/{version.campaign}?version={version.number}"
    if taken == "keep":  # what Enter in a line does without scripts
        return Redirect(here, kept=words_beside(visit.form, TYPED))
    known = next((one for one in approval.STEPS if one == taken), None)
    if known is None:
        raise NotHere
    note = visit.form.get("note", "").strip()
    if known == "send_back" and not note:
        why = say("Say why it is sent back: whoever wrote it reads that.", visit.language)
        return campaign_page(visit, [why], status=422)
    try:
        lifecycle.take(
            known,
            version.name,
            version.number,
            Who(visit.who, visit.role),
            visit.now,
            people=_reach(visit, version),
            typed=visit.form.get("typed", ""),
            note=note,
        )
    except TransitionRefused as error:
        said = [placed(one, visit.language) for one in error.missing]
        return campaign_page(visit, said, status=422)
    words = say("Done: %(step)s.", visit.language, step=named("step", known, visit.language))
    return Redirect(here, words, words_beside(visit.form, [one for one in TYPED if OWN.get(one) != known]))


def new(visit: Visit) -> Page:
    """The form for a campaign from an existing one."""
    return _new(visit, {})


def _new(visit: Visit, errors: Mapping[str, str], status: int = 200) -> Page:
    known = [name.partition("#")[2] for name in versions.names("campaign#")]
    data = {"known": known, "errors": errors, "typed": {**visit.query, **visit.form}}
    return Page("campaign_new.html", "New campaign", data, status=status)


def create(visit: Visit) -> Page | Redirect:
    """Make a campaign's first draft from an existing campaign."""
    id, base = visit.form.get("id", "").strip(), visit.form.get("base", "")
    titles = {language: visit.form.get(f"title_{language}", "").strip() for language in languages()}
    errors: dict[str, str] = {}
    if not _ID.match(id):
        errors["id"] = say("2 to 40 small letters, digits and hyphens, such as spring-offer", visit.language)
    elif lifecycle.history(f"campaign#{id}"):
        errors["id"] = say("There is a campaign of this name: choose another.", visit.language)
    past = lifecycle.history(f"campaign#{base}") if base else []
    if not past:
        errors["base"] = say("Choose the campaign to begin from.", visit.language)
    for language, title in titles.items():
        if not title:
            errors[f"title_{language}"] = say("Say what it is called.", visit.language)
    if errors:
        return _new(visit, errors, 422)
    document = lifecycle.copied(past[0].document, id, titles)
    try:
        lifecycle.save(f"campaign#{id}", document, Who(visit.who, visit.role), visit.now, base=0)
    except BadDocument as error:
        return _new(visit, {"base": every(error.problems, visit.language)}, 422)
    return Redirect(f"/campaigns/{id}/edit", say("The draft is made: now its words.", visit.language))


def audience(visit: Visit) -> Page:
    """Whom a version goes to: an estimate at once, the exact count as it goes, who is in and who is not."""
    version, _ = version_of(visit)
    read = read_of(version.document)
    if read is None:
        raise NotHere
    try:
        found = estimate_of(read, visit)
    except BadSource as error:
        return campaign_page(visit, [placed(error.problem, visit.language)], 422)
    counted = audience_count.counted(visit.query["count"]) if visit.query.get("count") else None
    outside = [(one, sentences_of(clause, visit.language)) for one, clause in found.outside]
    data = {"version": version, "found": found, "counted": counted, "outside": outside}
    data["cost"] = cost_said(read, found.inside, found.people, visit)
    return Page("audience.html", "Audience of %(id)s", data, name=called(version, visit))


def sentences_of(clause: str, language: str) -> str:
    """A clause that is not true of somebody, in words where it is a rule."""
    rules = rules_of(clause)
    return "; ".join(sentences.rule_said(one, language) for one in rules) if rules else clause


def count(visit: Visit) -> Redirect:
    """Begin the exact count."""
    version, _ = version_of(visit)
    id = audience_count.start_count(version.document, visit.who, visit.now, uuid.uuid4().hex)
    return Redirect(f"/campaigns/{version.campaign}/audience?version={version.number}&count={id}")


ROUTES = (
    Route("GET", "/campaigns", MARKETING, campaigns),
    Route("GET", "/campaigns/new", MARKETING, new),
    Route("POST", "/campaigns/new", MARKETING, create),
    Route("GET", "/campaigns/{id}", MARKETING, campaign),
    Route("GET", "/campaigns/{id}/audience", MARKETING, audience),
    Route("POST", "/campaigns/{id}/audience", MARKETING, count),
    Route("POST", "/campaigns/{id}/step/{step}", MARKETING, step),
)
