"""What somebody types about a case, kept for them on the server until it is sent."""

from __future__ import annotations

import json
from datetime import timedelta

from chalicelib.care.changes import NotFound, get
from chalicelib.clock import iso
from chalicelib.console.beside import words_beside
from chalicelib.console.frame import CARE, BadForm, File, NotHere, Redirect, Route, Visit
from chalicelib.i18n.translations import N_
from chalicelib.intake.intake_codes import IntakeCode
from chalicelib.store import cases
from chalicelib.store.schema.cases import CaseDraft

KINDS = (
    "answer",
    "note",
    "call",
    "resolve",
    "hand_over",
    "close",
    "reopen",
    "snooze",
    "remedy",
    "roster",
    "consent",
    "join",
)  # what has words of its own; all stand in one form, each under its own name
CHOICES = {"until": "snooze", "at": "snooze", "outcome": "call", "to": "hand_over", "team": "hand_over"}
CHOICES |= dict.fromkeys(
    ("what", "scope", "brand", "how", "said_on"), "consent"
)  # beside words, of whose deed
KEPT = timedelta(days=7)
LONGEST = 20_000  # characters; several times what any of these forms takes


def own_words(visit: Visit, kind: str) -> str:
    """The words in the form of a case that are of this kind."""
    return visit.form.get(f"text-{kind}", visit.form.get("text", ""))


def keep_others(visit: Visit, but: str = "") -> None:
    """Keep what else is typed on the page, unless another browser kept something else; what was kept and is
    not there any more goes."""
    for kind in KINDS:
        text, was = visit.form.get(f"text-{kind}"), visit.form.get(f"was-{kind}")
        if kind == but or text is None:
            continue
        if text.strip():
            cases.keep_draft(_draft(visit, visit.args["id"], kind, text[:LONGEST]), was)
        elif was:
            cases.drop_draft(visit.args["id"], visit.subject, kind, was)


def choices_beside(visit: Visit, done: str = "") -> dict[str, str]:
    """What else is chosen on the page, but what belongs to what was done: it comes along to the page."""
    return words_beside(visit.form, [name for name, deed in CHOICES.items() if deed != done])


def keep_for(visit: Visit, case_id: str, text: str) -> None:
    """Keep an answer that was typed before there was its case, unless one is kept there already."""
    cases.keep_draft(_draft(visit, case_id, "answer", text[:LONGEST]), "")


def _draft(visit: Visit, case_id: str, kind: str, text: str) -> CaseDraft:
    return CaseDraft(
        case_id=case_id,
        part=cases.draft_part(visit.subject, kind),
        body=text,
        at=iso(visit.now),
        expires=int((visit.now + KEPT).timestamp()),
    )


def keep(visit: Visit) -> Redirect | File:
    """Keep what is typed: all of it for a button of the page, one kind for a script (`as`)."""
    try:
        get(visit.args["id"])
    except NotFound:
        raise NotHere from None
    if visit.form.get("as") == "json":
        told = json.dumps(_keep_one(visit), ensure_ascii=False)
        return File("draft.json", "application/json", told)
    keep_others(visit)
    to = f"/cases/{visit.args['id']}?{visit.form.get('list', '')}".rstrip("?")
    return Redirect(to, N_("Kept as a draft."), choices_beside(visit))


def _keep_one(visit: Visit) -> dict[str, str]:
    """Keep the words of one kind, in place of what the page knew of (`was`); nothing typed throws it away.
    Where something else was kept meanwhile, from another browser, both stay: the page is told of it."""
    kind, text = visit.form.get("kind", ""), visit.form.get("text", "")
    if kind not in KINDS:
        raise NotHere
    if len(text) > LONGEST:
        raise BadForm(IntakeCode.TEXT_LONG, place="text", length=len(text), most=LONGEST)
    if not text.strip():
        cases.drop_draft(visit.args["id"], visit.subject, kind)
        return {"at": "", "other": ""}
    theirs = cases.keep_draft(_draft(visit, visit.args["id"], kind, text), visit.form.get("was"))
    return {"at": theirs.at, "other": theirs.body} if theirs else {"at": iso(visit.now), "other": ""}


ROUTES = (Route("POST", "/cases/{id}/draft", CARE, keep),)
