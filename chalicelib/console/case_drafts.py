"""What somebody types about a case, kept for them on the server until it is sent."""

from __future__ import annotations

import json
from datetime import timedelta

from chalicelib.care.changes import NotFound, get
from chalicelib.clock import iso
from chalicelib.console.frame import CARE, BadForm, File, NotHere, Redirect, Route, Visit
from chalicelib.i18n.translations import N_
from chalicelib.intake.intake_codes import IntakeCode
from chalicelib.store import cases
from chalicelib.store.schema.cases import CaseDraft

KINDS = ("answer", "note", "call", "resolve", "hand_over", "close", "reopen")  # forms with words of their own
BOX = ("answer", "note", "call", "reopen")  # those whose words stand in one form, each under its own name
KEPT = timedelta(days=7)
LONGEST = 5_000  # characters; more than any of these forms takes


def own_words(visit: Visit, kind: str) -> str:
    """The words in a form that are of this kind."""
    return visit.form.get(kind if kind in BOX else "text", visit.form.get("text", ""))


def keep_others(visit: Visit, but: str) -> None:
    """Keep what else stands in the box that a form came from, unless another browser kept something else."""
    for kind in BOX:
        text = visit.form.get(kind, "")[:LONGEST]
        if kind != but and text.strip():
            cases.keep_draft(_draft(visit, kind, text), visit.form.get(f"was-{kind}"))


def _draft(visit: Visit, kind: str, text: str) -> CaseDraft:
    return CaseDraft(
        case_id=visit.args["id"],
        part=cases.draft_part(visit.subject, kind),
        body=text,
        at=iso(visit.now),
        expires=int((visit.now + KEPT).timestamp()),
    )


def keep(visit: Visit) -> Redirect | File:
    """Keep what is typed, in place of what the page knew of (`was`); nothing typed throws it away. Where
    something else was kept meanwhile, from another browser, both stay: the page is told of it."""
    id, kind = visit.args["id"], visit.form.get("kind", "")
    if kind not in KINDS:
        raise NotHere
    text = own_words(visit, kind)
    if len(text) > LONGEST:
        raise BadForm(IntakeCode.TEXT_LONG, place="text", length=len(text), most=LONGEST)
    try:
        get(id)
    except NotFound:
        raise NotHere from None
    at, other = iso(visit.now), ""
    if not text.strip():
        at = ""
        cases.drop_draft(id, visit.subject, kind)
    else:
        theirs = cases.keep_draft(_draft(visit, kind, text), visit.form.get("was"))
        if theirs is not None:
            at, other = theirs.at, theirs.body
    if visit.form.get("as") == "json":
        told = json.dumps({"at": at, "other": other}, ensure_ascii=False)
        return File("draft.json", "application/json", told)
    keep_others(visit, kind)
    return Redirect(f"/cases/{id}?{visit.form.get('list', '')}".rstrip("?"), N_("Kept as a draft."))


ROUTES = (Route("POST", "/cases/{id}/draft", CARE, keep),)
