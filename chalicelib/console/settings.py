"""The supervisor's pages: who works in which team, and how long they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.lifecycle import VersionConflict, Who
from chalicelib.care import reads
from chalicelib.care.current import current
from chalicelib.care.settings import Team, care_from
from chalicelib.care.share import share_out
from chalicelib.console.case_names import names
from chalicelib.console.frame import SUPERVISOR, NotHere, Page, Redirect, Route, Visit, whole
from chalicelib.console.rendering import exact
from chalicelib.console.trail import noted
from chalicelib.i18n.problems import every, words
from chalicelib.i18n.translations import N_, say
from chalicelib.problems import BadDocument
from chalicelib.store import catalogue
from chalicelib.store.schema.catalogue import Document

NAME = "care"  # of the document
SPANS = ("answer", "resolve", "urgent")  # of deadlines, each by tier
HOURS = ("worst_score", "urgent", "wording", "level", "overdue")  # of rank
LOADS = ("working", "unowned", "overdue", "waiting")


def put_in_force(visit: Visit, document: Mapping[str, Any], base: int) -> Document:
    """The document `care` as its next version, in force at once, with its line in the audit trail.

    `base` is the version it was made from. Raises BadDocument with every wrong field, VersionConflict.
    """
    care_from(document)
    made = lifecycle.save(NAME, document, Who(visit.who, visit.role), visit.now, base=base)
    before = catalogue.control().live.get(NAME, 0)
    catalogue.go_live({NAME: made.number})
    noted(visit, "go_live", NAME, before=before, after=made.number)
    return made


def moved_on(moved: VersionConflict, visit: Visit) -> str:
    """What to say when somebody saved another version meanwhile."""
    return say(
        "%(who)s saved version %(n)s at %(time)s: look at it first.",
        visit.language,
        who=moved.latest.by,
        n=moved.latest.number,
        time=exact(moved.latest.at, visit),
    )


def kept_below(moved: VersionConflict, visit: Visit) -> str:
    """`moved_on`, of a form that goes on top of the other version when it is sent again."""
    on_top = say("What you typed is kept below; if you save now, it goes on top.", visit.language)
    return f"{moved_on(moved, visit)} {on_top}"


def on_top(visit: Visit, fields: Callable[[Mapping[str, Any]], Mapping[str, str]]) -> Visit:
    """A form whose document somebody else has saved meanwhile, as if it were made from theirs: what was
    changed in it stays, all else is as they left it. `fields` are those of the form of a document."""
    made_from = lifecycle.get(NAME, base_of(visit))
    then: Mapping[str, str] = {}
    with suppress(BadDocument):  # a version of before may not be readable any more: then all counts as typed
        then = fields(made_from.document) if made_from else {}
    form = {**visit.form, "base": str(latest())}
    for name, text in fields(current().live.care).items():
        if name not in form or form[name].split() == then.get(name, "").split():
            form[name] = text
    return replace(visit, form=form)


def latest() -> int:
    """The number of the latest version, 0 for none."""
    return max((one.number for one in lifecycle.history(NAME)), default=0)


def base_of(visit: Visit) -> int:
    """The version that a form was made from."""
    return whole(visit.form.get("base", "")) or 0


def teams(visit: Visit) -> Page:
    """Every team with its people, its hours and what it has to do now."""
    return _teams(visit, {})


def _teams(visit: Visit, errors: Mapping[str, str], status: int = 200) -> Page:
    now, load = current(), reads.load()
    raw = {str(one.get("id", "")): one for one in now.live.care.get("teams", ())}
    return Page(
        "teams.html",
        "Teams",
        {
            "teams": [
                (team, _hours(raw.get(name, {}).get("hours", "any")), load.teams.get(name, {}))
                for name, team in now.care.teams.items()
            ],
            "load": load,
            "owners": load.owners,
            "loads": LOADS,
            "names": names(now, visit.language),
            "fields": {**_fields(now.care.teams.values()), **visit.form},
            "opened": {*errors, *_typed_of(visit, now.care.teams.values())},
            "errors": errors,
            "base": base_of(visit) or latest(),
        },
        status=status,
    )


def _hours(raw: Any) -> list[tuple[str, str]]:
    """Working hours as the document has them, by day: ("", …) for every day alike."""
    return (
        [("", str(raw))] if isinstance(raw, str) else [(str(day), str(hours)) for day, hours in raw.items()]
    )


def team_fields(team: Team) -> dict[str, str]:
    """What may be changed of a team as the form has it, by the names of its fields."""
    most = str(team.assign_most) if team.assign_most else ""
    fields = {"members": ", ".join(team.members), "lead": team.lead, "assign_most": most}
    return {f"{name}|{team.id}": value for name, value in fields.items()}


def _fields(teams: Iterable[Team]) -> dict[str, str]:
    return {name: text for team in teams for name, text in team_fields(team).items()}


def _typed_of(visit: Visit, teams: Iterable[Team]) -> list[str]:
    """The teams of which something else is typed than holds."""
    return [
        team.id
        for team in teams
        if any(visit.form.get(name, text).split() != text.split() for name, text in team_fields(team).items())
    ]


def _share_out(visit: Visit, teams: Mapping[str, Team]) -> Page | Redirect:
    """Give what nobody has to the people of a team, who are first saved as they are typed."""
    team = teams.get(visit.form["share"])
    if team is None:
        raise NotHere
    if typed := _typed_of(visit, teams.values()):
        error = say("You changed this here: save it before cases are given out.", visit.language)
        return _teams(visit, dict.fromkeys(typed, error), 422)
    n = share_out(team, visit.now)
    if not n:
        return Redirect("/teams", N_("Nothing was given: the team is closed, or everybody has enough."))
    return Redirect("/teams", say("Cases given to the team's people: %(n)s.", visit.language, n=n))


def save_teams(visit: Visit) -> Page | Redirect:
    """Who is in the teams, who leads them, and whether cases are given to their people: of all whose fields
    the form has, so that nothing typed is left behind."""
    now = current()
    if visit.form.get("share"):
        return _share_out(visit, now.care.teams)
    found = [dict(one) for one in now.live.care.get("teams", ())]
    places = {str(one.get("id", "")): n for n, one in enumerate(found)}
    errors: dict[str, str] = {}
    for name, n in places.items():
        if f"members|{name}" not in visit.form:
            continue
        _put_typed(found[n], visit.form, name)
        if not found[n]["members"]:
            none = N_("Name at least one person: cases of a team without people wait for ever.")
            errors[name] = say(none, visit.language)
    if errors:
        return _teams(visit, errors, 422)
    try:
        put_in_force(visit, {**now.live.care, "teams": found}, base_of(visit))
    except BadDocument as bad:
        for name, n in places.items():
            own = [one for one in bad.problems if one.place.startswith(f"teams[{n}]")]
            errors |= {name: " ".join(words(one, visit.language) for one in own)} if own else {}
        return _teams(visit, errors or {"": every(bad.problems, visit.language)}, 422)
    except VersionConflict as moved:
        visit = on_top(visit, lambda document: _fields(care_from(document).teams.values()))
        typed = _typed_of(visit, current().care.teams.values())
        return _teams(visit, dict.fromkeys(typed or [""], kept_below(moved, visit)), 409)
    return Redirect("/teams", N_("Saved. It holds from now on."))


def _put_typed(team: dict[str, Any], form: Mapping[str, str], name: str) -> None:
    """What a form says of a team."""
    members = form.get(f"members|{name}", "").replace("，", ",").replace("\n", ",").split(",")
    team["members"] = list(dict.fromkeys(one.strip() for one in members if one.strip()))
    for optional in ("lead", "assign_most"):
        team.pop(optional, None)
    if lead := form.get(f"lead|{name}", "").strip():
        team["lead"] = lead
    if most := form.get(f"assign_most|{name}", "").strip():
        team["assign_most"] = most if whole(most) is None else whole(most)


def fields_of(document: Mapping[str, Any]) -> dict[str, str]:
    """Times and weights as a form has them: `deadlines.answer.gold` -> `12h`, `rank.urgent` -> `48`."""
    limits, weights = document.get("deadlines", {}), document.get("rank", {})
    tiers = tiers_of(document)
    found = {
        f"deadlines.{span}.{tier}": str(limits.get(span, {}).get(tier, ""))
        for span in SPANS
        for tier in tiers
    }
    found["deadlines.warn_percent"] = str(limits.get("warn_percent", 75))
    found |= {f"rank.{name}": _plain(weights.get(name, "")) for name in HOURS}
    found |= {f"rank.tier.{tier}": _plain(weights.get("tier", {}).get(tier, "")) for tier in tiers}
    found["recheck.silence"] = str(document.get("recheck", {}).get("silence", "96h"))
    return found


def tiers_of(document: Mapping[str, Any]) -> list[str]:
    """Every tier that the times name, the one for all others first."""
    limits, weights = document.get("deadlines", {}), document.get("rank", {})
    found = [tier for span in SPANS for tier in limits.get(span, {})] + list(weights.get("tier", {}))
    return list(dict.fromkeys(["standard", *found]))


def _plain(value: Any) -> str:
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def with_fields(document: Mapping[str, Any], typed: Mapping[str, str]) -> dict[str, Any]:
    """The document with what the form says; an empty field leaves its tier out."""
    after: dict[str, Any] = {**document, "deadlines": {}, "rank": {}}
    after["recheck"] = {**document.get("recheck", {})}
    for place, text in typed.items():
        if not text.strip():
            continue
        *way, last = place.split(".")
        inside = after
        for part in way:
            inside = inside.setdefault(part, {})
        counted = way[0] == "rank" or last == "warn_percent"
        inside[last] = _number(text.strip()) if counted else text.strip()
    return after


def _number(text: str) -> float | str:
    """A number as the document holds it; what is none stays text, and is refused with its place."""
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() else value


def deadlines(visit: Visit) -> Page:
    """How long a case may take, by tier, and what makes it come first."""
    return _deadlines(visit, fields_of(current().live.care), {})


def _deadlines(visit: Visit, fields: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Page:
    document = current().live.care
    data = {
        "fields": fields,
        "errors": errors,
        "tiers": tiers_of(document),
        "spans": SPANS,
        "hours": HOURS,
        "base": base_of(visit) or latest(),
    }
    return Page("deadlines.html", "Deadlines", data, status=status)


def save_deadlines(visit: Visit) -> Page | Redirect:
    """Other times and weights, for deadlines that begin from now on."""
    document = current().live.care
    typed = {place: visit.form.get(place, "") for place in fields_of(document)}
    try:
        put_in_force(visit, with_fields(document, typed), base_of(visit))
    except BadDocument as bad:
        errors = {one.place: words(one, visit.language) for one in bad.problems}
        return _deadlines(visit, typed, errors, 422)
    except VersionConflict as moved:
        visit = on_top(visit, fields_of)
        typed = {place: visit.form[place] for place in fields_of(current().live.care)}
        return _deadlines(visit, typed, {"": kept_below(moved, visit)}, 409)
    return Redirect("/deadlines", N_("Saved. It holds for deadlines that begin from now on."))


ROUTES = (
    Route("GET", "/teams", SUPERVISOR, teams),
    Route("POST", "/teams", SUPERVISOR, save_teams),
    Route("GET", "/deadlines", SUPERVISOR, deadlines),
    Route("POST", "/deadlines", SUPERVISOR, save_deadlines),
)
