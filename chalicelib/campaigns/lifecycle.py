"""Saving versions and taking them through their lives, with a line in the audit trail for each step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.campaigns import approval
from chalicelib.campaigns.approval import CONFIRM_FROM, STEPS, ApprovalStep, TransitionRefused
from chalicelib.campaigns.brand_rules import check_brand, check_shared
from chalicelib.campaigns.campaign_codes import CampaignCode as Code
from chalicelib.campaigns.check import check
from chalicelib.campaigns.declarations import check_attributes, check_event_type
from chalicelib.campaigns.declared_uses import broken_by
from chalicelib.campaigns.live import live
from chalicelib.clock import iso
from chalicelib.intake.vocabulary import ATTRIBUTES, EVENT, Vocabulary, over_shipped
from chalicelib.problems import BadDocument, Coded, Problem
from chalicelib.store import access, audit, catalogue, results, versions
from chalicelib.store.records import Brand
from chalicelib.store.schema.base import Change, replace
from chalicelib.store.schema.catalogue import AuditEntry, Control, Document


class VersionConflict(Exception):
    """Somebody saved another version meanwhile; nothing was written. `latest` is theirs."""

    def __init__(self, latest: Document) -> None:
        self.latest = latest
        super().__init__(
            f"{latest.by} saved version {latest.number} of {latest.name} at {latest.at}: look at it first"
        )


@dataclass(frozen=True, slots=True)
class Who:
    """Who does something: their name and the role they do it in, as the audit trail shows it."""

    name: str
    role: str


def get(name: str, number: int) -> Document | None:
    """One version, as it is now."""
    return versions.get(name, number)


def history(name: str) -> list[Document]:
    """Every version of a document, the latest first: who wrote, submitted and approved each, and when."""
    return versions.all_of(name)


def brands() -> list[Brand]:
    """The brands that are live, as far as they can be read."""
    return list(live(catalogue.control()).brands.values())


def problems_of(
    name: str,
    document: Mapping[str, Any],
    known: list[Brand] | None = None,
    vocabulary: Vocabulary | None = None,
) -> list[Problem]:
    """What `check` finds in a document of this name; nothing for kinds that it does not know. It is held to
    the brands `known`, else the live ones, and to `vocabulary`, else to `words`, drafts included."""
    if name.startswith(EVENT) or name == ATTRIBUTES:
        return _word_problems(name, document, vocabulary)
    if name.startswith("campaign#"):
        trigger = document.get("trigger")
        started_by = f"{EVENT}{trigger.get('event', '')}" if isinstance(trigger, Mapping) else ""
        found = check(document, brands() if known is None else known, vocabulary or words(started_by))
        wanted = name.partition("#")[2]
        if document.get("id") != wanted:
            found.append(Problem(Code.ID_IS_KEPT, {"value": repr(wanted)}, "id"))
        return found
    if not name.startswith("brand#"):
        return []
    bad = check_brand(document)
    return bad or list(check_shared(Brand.from_dict(document), brands() if known is None else known))


def words(about: str = "") -> Vocabulary:
    """The events and attributes that a draft may name: what is live, and over it the drafts of what is not
    yet, of the attributes, and of the document `about` (an event type): what belongs together is pushed
    together."""
    control = catalogue.control()
    known = [name for name in versions.names() if name == ATTRIBUTES or name.startswith(EVENT)]
    later = [name for name in known if name not in control.live or name in (ATTRIBUTES, about)]
    drafts = {one.name: one for one in map(versions.latest, later) if one}
    if all(one.number == control.live.get(name) for name, one in drafts.items()):
        return live(control).vocabulary
    found = catalogue.documents((name, control.live[name]) for name in known if name in control.live)
    return over_shipped(found | {name: one.document for name, one in drafts.items()})


def _word_problems(name: str, document: Mapping[str, Any], vocabulary: Vocabulary | None) -> list[Problem]:
    """What is wrong with an event type or the attributes."""
    if name == ATTRIBUTES:
        return check_attributes(document)
    return check_event_type(name.removeprefix(EVENT), document, (vocabulary or words()).attributes)


def copied(document: Mapping[str, Any], id: str, title: Mapping[str, str]) -> dict[str, Any]:
    """A new campaign's document from an existing one's: another id and title; what was registered for the
    old words is left behind."""
    kept = {name: value for name, value in document.items() if name != "registrations"}
    return {**kept, "id": id, "title": dict(title)}


def save(
    name: str, document: Mapping[str, Any], who: Who, now: datetime, *, base: int | None = None
) -> Document:
    """Keep a document as the next version, a draft.

    `base` is the version it was made from (0 for none): when there is a later one, VersionConflict is raised
    and nothing is written; None means whatever is the latest. Raises BadDocument when it is not fit.
    """
    bad = [one for one in problems_of(name, document) if not one.warning]
    if bad:
        raise BadDocument(bad)
    known = versions.latest(name)
    if base is not None and known is not None and known.number != base:
        raise VersionConflict(known)
    at = iso(now)

    def entry(made: Document) -> AuditEntry:
        return audit.entry(
            by=who.name,
            role=who.role,
            action="save",
            what=f"{name} v{made.number}",
            before=known.document if known else None,
            after=document,
            at=at,
        )

    made = versions.add(name, document, by=who.name, at=at, base=known.number if known else 0, audit=entry)
    if base is not None and made.number != base + 1:
        # Two saved at the same moment: both are kept, and who was second is told whose came between.
        between = get(name, made.number - 1)
        if between is not None and between.number != base:
            raise VersionConflict(between)
    if known is not None and known.status == "in_review":
        _note_review(known, known.submitted_by, False)  # what is newer is looked at instead
    return made


def _note_review(version: Document, by: str, waits: bool) -> None:
    """Write down whether a campaign or a policy that `by` submitted waits for a second person, for the menu.
    It is of the latest version, as the list of campaigns is, which mends what a death here left."""
    if what := version.campaign or {"policy": results.POLICY_REVIEW}.get(version.name):
        results.note_review(what, by, waits)


def missing(
    version: Document, step: ApprovalStep, who: Who, *, people: int | None = None, typed: str = ""
) -> list[Problem]:
    """What is missing for a step of this version, with what is live now; see `approval.missing`."""
    policy, known, control = _policy(), brands(), catalogue.control()
    vocabulary = live(control).vocabulary if step == "go_live" else None
    problems = problems_of(version.name, version.document, known, vocabulary)
    if step == "go_live" and (version.name == ATTRIBUTES or version.name.startswith(EVENT)):
        problems += broken_by(version.name, version.document, catalogue.documents(control.live.items()))
    return approval.missing(
        version,
        step,
        who.name,
        problems=problems,
        countries=approval.countries_to_register(version.document, known, policy) if version.campaign else (),
        people=people,
        typed=typed,
        confirm_from=int(policy.get("confirm_from", CONFIRM_FROM)),
        also=access.names_of(who.name) if step == "approve" else (),
    )


def to_register(document: Mapping[str, Any]) -> list[str]:
    """The countries in which a campaign's texts have to be registered before it goes live."""
    return approval.countries_to_register(document, brands(), _policy())


def _policy() -> Mapping[str, Any]:
    known = catalogue.control().live
    return catalogue.documents([("policy", known["policy"])])["policy"] if "policy" in known else {}


def take(
    step: ApprovalStep,
    name: str,
    number: int,
    who: Who,
    now: datetime,
    *,
    people: int | None = None,
    typed: str = "",
    note: str = "",
) -> Document:
    """Take a version one step on; the version afterwards.

    `people` is how many it may go to (None when an event decides) and `typed` what was typed to confirm
    it; `note` says why it is sent back. Raises TransitionRefused with what is missing, LookupError when there
    is no such version, transactions.Contention.
    """
    version = get(name, number)
    if version is None:
        raise LookupError(f"{name} has no version {number}")
    found = missing(version, step, who, people=people, typed=typed)
    if found:
        raise TransitionRefused(found)
    at = iso(now)
    changes = (Document.status.to(STEPS[step][1]), *_noted(step, who.name, at, note))
    moved = versions.move(
        name,
        number,
        before=version.status,
        changes=changes,
        audit=audit.entry(
            by=who.name,
            role=who.role,
            action=step,
            what=f"{name} v{number}",
            before=dict([Document.status.to(version.status)]),
            after=dict(changes) | ({"people": people} if people is not None else {}),
            at=at,
        ),
        control=lambda known: _control(known, step, version),
    )
    changed = get(name, number)
    if changed is None:
        raise LookupError(f"{name} has no version {number}")
    if not moved:
        raise TransitionRefused(
            [Problem(Code.STATE_MOVED_ON, {"state": Coded("campaign_state", changed.status)})]
        )
    if "in_review" in (version.status, changed.status) and versions.latest_number(name) == number:
        _note_review(changed, changed.submitted_by, changed.status == "in_review")
    return changed


def _noted(step: ApprovalStep, by: str, at: str, note: str) -> tuple[Change, ...]:
    match step:
        case "submit":
            return Document.submitted_by.to(by), Document.submitted_at.to(at), Document.note.to("")
        case "approve":
            return Document.approved_by.to(by), Document.approved_at.to(at)
        case "send_back":
            return Document.note.to(note), Document.approved_by.to(""), Document.approved_at.to("")
        case "go_live":
            return Document.live_by.to(by), Document.live_at.to(at)
        case "end":
            return (Document.ended_at.to(at),)
        case _:
            return ()


def _control(known: Control, step: ApprovalStep, version: Document) -> Control:
    """What a step changes of what is live and paused. Only the live version's end takes it out of service."""
    go_on = catalogue.with_paused(known, version.campaign, False)
    match step:
        case "go_live":
            return replace(go_on, live={**known.live, version.name: version.number})
        case "pause":
            return catalogue.with_paused(known, version.campaign, True)
        case "resume":
            return go_on
        case "end" if known.live.get(version.name) == version.number:
            return replace(
                go_on, live={name: one for name, one in known.live.items() if name != version.name}
            )
        case _:
            return known
