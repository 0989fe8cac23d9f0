"""The pages that write a campaign's next version: the form, what it would look like, and keeping it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from chalicelib.campaigns import audience, lifecycle, meter
from chalicelib.campaigns.audience_count import Estimate
from chalicelib.campaigns.campaign import CATEGORIES, DOUBT, LANES, Campaign
from chalicelib.campaigns.facts import titled, variables
from chalicelib.campaigns.grammar import BadSource
from chalicelib.campaigns.lifecycle import VersionConflict, Who
from chalicelib.campaigns.live import Live, live
from chalicelib.console import sentences
from chalicelib.console.campaign_fields import KINDS, field_of, rows_of
from chalicelib.console.campaign_form import written
from chalicelib.console.campaigns import called, estimate_of, read_of, version_of
from chalicelib.console.frame import MARKETING, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.preview import Sample, bare, cost_said, filled_in
from chalicelib.console.sentences import field_said
from chalicelib.i18n.codes import CODES, named
from chalicelib.i18n.problems import placed
from chalicelib.i18n.translations import N_, languages, own_name, said_as, say
from chalicelib.problems import BadDocument, Problem
from chalicelib.store import catalogue
from chalicelib.store.schema.catalogue import Document

SECTIONS = ("when", "whom", "what", "variants", "survey")
HEADS = {  # the section that a field is shown in, by how its name begins; texts are always in sight
    "trigger": "when",
    "thresholds": "when",
    "occasion": "when",
    "sample": "when",
    "rule": "whom",
    "audience": "whom",
    "brand": "whom",
    "variant": "variants",
    "survey": "survey",
    "title": "what",
    "category": "what",
    "lane": "what",
    "send_window": "what",
    "valid_for": "what",
    "when_in_doubt": "what",
    "priority": "what",
}


@dataclass(frozen=True, slots=True)
class FormProblem:
    """A problem as the form lists it: its words, and the field to jump to ("" for none)."""

    words: str
    field: str


def edit(visit: Visit) -> Page:
    """The form that writes the next version."""
    version, _ = version_of(visit)
    return _form(visit, version, [])


def _form(
    visit: Visit,
    version: Document,
    problems: list[Problem],
    theirs: Document | None = None,
    status: int = 200,
) -> Page:
    document, values, _ = written(version.document, visit.form, lifecycle.words())
    countries = lifecycle.to_register(document)
    values = {f"registration|{country}": "" for country in countries} | values
    read = read_of(document)
    bad = [one for one in problems if not one.warning]
    said = [FormProblem(placed(one, visit.language), field_of(one.place, values)) for one in bad]
    # At its field a mistake needs no place; the list above the form says it.
    errors = {
        one.field: placed(replace(problem, place=""), visit.language)
        for one, problem in zip(reversed(said), reversed(bad), strict=True)
    }
    opened = {HEADS.get(one.field.partition("|")[0], "") for one in said}
    opened |= {HEADS.get(name.partition("|")[0], "") for name in _touched(version.document, visit.form)}
    current = live(catalogue.control())
    found = _found(read, visit) if visit.form.get("what") == "preview" else None
    steps = _steps(document, values, _samples(read, visit))
    data = {
        "version": version,
        "document": document,
        "values": values,
        "errors": errors,
        "problems": said,
        "warnings": [placed(one, visit.language) for one in problems if one.warning],
        "opened": opened,
        "theirs": theirs,
        "steps": steps,
        "tabs": {step: _tab(step, list(languages), errors, visit) for step, languages in steps.items()},
        "step_names": sentences.step_names(steps, visit.language),
        "language_names": {one: own_name(one) for one in languages()},
        "sections": sentences.sections(read, visit.language) if read else {},
        "rules": rows_of("rule", values),
        "shares": rows_of("variant", values),
        "questions": rows_of("survey|question", values),
        "countries": countries,
        "variables": _variables(read),
        "found": found,
        "cost": cost_said(read, found.inside, found.people, visit) if read and found else "",
        "policy": policy_said(str(document.get("category", "")), current.policy, visit.language),
        "known": _known(current),
        **_choices(document, current, visit.language),
    }
    return Page(
        "campaign_edit.html", "Edit campaign %(id)s", data, status=status, name=called(version, visit)
    )


def _touched(document: Mapping[str, Any], form: Mapping[str, str]) -> list[str]:
    """The fields that somebody changed; a choice of an empty row is none."""
    before = written(document, {}, lifecycle.words())[1]
    rows = re.compile(r"(rule|survey\|question)\|\d+\|(op|when)\Z")
    return [
        name
        for name, value in form.items()
        if not rows.match(name) and value.replace("\r\n", "\n").strip() != before.get(name, "").strip()
    ]


def _choices(document: Mapping[str, Any], current: Live, language: str) -> dict[str, dict[str, str]]:
    """What the form's choices offer: value -> words."""

    def words(kind: str, codes: Iterable[str]) -> dict[str, str]:
        return {code: named(kind, code, language) for code in codes}

    words_known = lifecycle.words()
    known, own_fields = words_known.events, words_known.attributes
    kind = known.get(str((document.get("trigger") or {}).get("event", "")))
    since = kind.variables if kind else ()
    own = {str(document.get("category", ""))}
    return {
        "kinds": words("trigger", KINDS),
        "events": {one.name: titled(one.title, language) for one in known.values()},
        "moments": {"": say("the event itself", language)}
        | {one.name: one.name for one in since if "T" in str(one.example)},
        "days": {
            name: titled(one.field.title, language) or name
            for name, one in own_fields.items()
            if one.field.type == "day"
        },
        "fields": {"": "–"}
        | {name: field_said(name, language, own_fields) for name in audience.fields_of(own_fields)},
        "ops": words("operator", CODES["operator"]),
        "categories": words("category", [one for one in CATEGORIES if one != "reply" or one in own]),
        "lanes": words("lane", LANES),
        "doubts": words("doubt", reversed(DOUBT)),
        "brands": {"*": say("all brands", language)} | {one: one for one in current.brands},
    }


def _known(current: Live) -> dict[str, str]:
    """Values that rules are often about, with what they are: value -> field."""
    spoken = dict.fromkeys(languages(), "language")
    states = dict.fromkeys(("active", "suspended", "left"), "status")
    tiers = dict.fromkeys(("diamond", "gold", "silver", "standard"), "tier")
    plans = dict.fromkeys(current.plans, "plan")
    return states | tiers | spoken | dict.fromkeys(current.brands, "brand") | plans


def policy_said(category: str, policy: Mapping[str, Any], language: str) -> list[str]:
    """What the policy asks of a category everywhere: its hours and its caps, as sentences."""
    found = []
    for one in policy.get("windows") or ():
        hours = (one.get("hours") or {}).get("*") if category in (one.get("for") or ()) else None
        if isinstance(hours, str):
            found.append(say("Only %(hours)s where the subscriber is.", language, hours=hours))
    for cap in (policy.get("caps") or {}).get("*", ()):
        if category in cap["of"]:
            of = [named("category", one, language) for one in cap["of"]]
            words = N_("At most %(n)s a %(per)s: %(of)s.")
            if len(of) > 1:
                words = N_("At most %(n)s a %(per)s: %(of)s together.")
            per = named("per", cap["per"], language)
            plus = said_as("between categories that share a cap", " + ", language)
            found.append(say(words, language, n=cap["at_most"], per=per, of=plus.join(of)))
    return found


def _samples(read: Campaign | None, visit: Visit) -> list[Sample]:
    return filled_in(read, visit) if read else []


def _steps(
    document: Mapping[str, Any], values: Mapping[str, str], samples: list[Sample]
) -> dict[str, dict[str, Sample]]:
    """Every text that the form offers, by step and language, with what it looks like."""
    known = {(one.step, one.language): one for one in samples}
    found: dict[str, dict[str, Sample]] = {}
    for name, source in values.items():
        head, _, rest = name.partition("|")
        if head == "text":
            step, _, language = rest.partition("|")
            sample = known.get((step, language)) or bare(step, language, source)
            found.setdefault(step, {})[language] = sample
    order = list(document.get("texts") or {})
    return dict(sorted(found.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order)))


def _tab(step: str, languages: list[str], errors: Mapping[str, str], visit: Visit) -> str:
    """The language of a text that is in sight: one with an error, the one before, the viewer's."""
    wrong = [one for one in languages if f"text|{step}|{one}" in errors]
    wishes = [visit.form.get(f"tab|{step}", ""), visit.query.get("tab", ""), visit.language]
    if wrong:
        return next((one for one in wishes if one in wrong), wrong[0])
    return next((one for one in wishes if one in languages), languages[0])


def _found(read: Campaign | None, visit: Visit) -> Estimate | None:
    """Who would be in the audience as it is typed, by a sample."""
    try:
        return estimate_of(read, visit) if read else None
    except BadSource:
        return None


def _variables(read: Campaign | None) -> list[tuple[str, str]]:
    """What a text may name, each with an example."""
    if read is None:
        return []
    return [(one.name, str(one.example)) for one in variables(read).values()]


def save(visit: Visit) -> Page | Redirect:
    """Keep what the form says as the next version; or show it filled, or with GSM-7 letters, first."""
    version, _ = version_of(visit)
    if visit.form.get("what") == "look":
        return _look(visit, version)
    document, _, unfit = written(version.document, visit.form, lifecycle.words())
    if visit.form.get("what") == "replace":
        return _form(_replaced(visit, document), version, [])
    found = unfit or lifecycle.problems_of(version.name, document)
    if visit.form.get("what", "save") != "save":
        return _form(visit, version, found)
    try:
        if unfit:
            raise BadDocument(unfit)
        saved = lifecycle.save(
            version.name, document, Who(visit.who, visit.role), visit.now, base=version.number
        )
    except BadDocument as error:
        return _form(visit, version, error.problems, status=422)
    except VersionConflict as error:
        return _form(visit, error.latest, [], error.latest, 409)
    return Redirect(
        f"/campaigns/{version.campaign}",
        say("Kept as version %(n)s, a draft.", visit.language, n=saved.number),
    )


def _replaced(visit: Visit, document: Mapping[str, Any]) -> Visit:
    """The visit as if the texts had been typed without what makes them dearer."""
    cheap = {
        f"text|{step}|{language}": meter.replaced(source)
        for step, sources in document["texts"].items()
        for language, source in sources.items()
    }
    return replace(visit, form={**visit.form, **cheap})


def _look(visit: Visit, version: Document) -> Page:
    """One text as it is being typed: its marks and its phone, without a page around."""
    box = visit.form.get("box", "")
    head, _, rest = box.partition("|")
    step, _, language = rest.partition("|")
    document, values, _ = written(version.document, visit.form, lifecycle.words())
    if head != "text" or box not in values:
        raise NotHere
    read = read_of(document)
    found = filled_in(read, visit, (step, language)) if read else []
    sample = found[0] if found else bare(step, language, values[box])
    problems = [
        placed(one, visit.language)
        for one in lifecycle.problems_of(version.name, document)
        if one.place == f"texts.{step}.{language}" and not one.warning
    ]
    return Page("look.html", "Preview", {"one": sample, "said": problems})


ROUTES = (
    Route("GET", "/campaigns/{id}/edit", MARKETING, edit),
    Route("POST", "/campaigns/{id}/edit", MARKETING, save),
)
