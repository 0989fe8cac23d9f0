"""Views of the list of cases under a name, one's own or a team's: saved, renamed, thrown away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from chalicelib.care.current import Current, current
from chalicelib.clock import iso
from chalicelib.console.case_names import filter_facts, names
from chalicelib.console.console_codes import ConsoleCode
from chalicelib.console.frame import CARE, BadForm, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.listing import FILTERS, SORTS, own_teams
from chalicelib.i18n.problems import words
from chalicelib.i18n.translations import N_, say
from chalicelib.intake.intake_codes import IntakeCode
from chalicelib.store import case_views
from chalicelib.store.case_views import Views

HERE = "/queue/views"
KEPT = ("tab", *FILTERS, "sort")  # of the address of a list
LONGEST = 40  # characters of a name
MOST = 20  # views of one person, and of one team


@dataclass(frozen=True, slots=True)
class View:
    """A saved view. `team` is whose it is, "" for one's own; `mine`: the visitor may change it."""

    id: str
    title: str
    query: Mapping[str, str]
    team: str
    by: str
    mine: bool

    @property
    def address(self) -> str:
        """The list that it opens."""
        return "/queue?" + urlencode(self.query)


def kept(query: Mapping[str, str]) -> dict[str, str]:
    """What a view keeps of the address of a list: tab, filters and order, not the page."""
    found = {name: query[name] for name in KEPT if query.get(name, "").isprintable() and query.get(name)}
    if found.get("sort", "").removeprefix("-") not in SORTS:
        found.pop("sort", None)
    return {"tab": "team"} | found


def views_of(visit: Visit, now: Current) -> list[View]:
    """The visitor's own views and those of their teams, each by title."""
    owners = {_owner(visit, team): team for team in ("", *own_teams(visit, now))}
    found = [
        View(id, str(one["title"]), one["query"], team, str(one["by"]), _may(visit, team, one))
        for owner, views in case_views.of_owners(owners).items()
        for team in (owners[owner],)
        for id, one in views.items()
    ]
    return sorted(found, key=lambda view: (view.team, view.title))


def _owner(visit: Visit, team: str) -> str:
    return f"team/{team}" if team else f"person/{visit.subject}"


def _may(visit: Visit, team: str, view: Mapping[str, Any]) -> bool:
    """Whoever saved a team's view changes it, and supervisors."""
    return not team or visit.role != "care" or view["by"] == visit.who


def _named(title: str, views: Views, but: str = "") -> str:
    """A name that a view of these may have. Raises BadForm."""
    title = " ".join(title.split())
    if not title:
        raise BadForm(ConsoleCode.VIEW_WITHOUT_NAME, place="title")
    if len(title) > LONGEST:
        raise BadForm(IntakeCode.TEXT_LONG, place="title", length=len(title), most=LONGEST)
    if any(id != but and one["title"] == title for id, one in views.items()):
        raise BadForm(ConsoleCode.VIEW_NAME_TAKEN, place="title", name=title)
    return title


def page(visit: Visit) -> Page:
    """All views that the visitor has, and a form that saves the list in the address."""
    return _page(visit, kept(visit.query))


def _page(visit: Visit, query: Mapping[str, str], error: str = "") -> Page:
    now = current()
    called = names(now, visit.language)
    views = views_of(visit, now)
    data = {
        "views": [(view, filter_facts(view.query, called)) for view in views],
        "query": urlencode(query),
        "facts": filter_facts(query, called),
        "tab": query["tab"],
        "sort": query.get("sort", ""),
        "names": called,
        "teams": own_teams(visit, now),
        "typed": visit.form,
        "error": error,
    }
    return Page("saved_views.html", N_("Saved views"), data, 422 if error else 200)


def save(visit: Visit) -> Page | Redirect:
    """Save the list that the form names, for oneself or a team."""
    team, query = visit.form.get("team", ""), kept(dict(parse_qsl(visit.form.get("list", ""))))
    if team and team not in own_teams(visit, current()):
        raise NotHere

    def added(views: Views) -> Views:
        if len(views) >= MOST:
            raise BadForm(ConsoleCode.VIEWS_TOO_MANY, most=MOST)
        title = _named(visit.form.get("title", ""), views)
        one = {"title": title, "query": query, "by": visit.who, "at": iso(visit.now)}
        return {**views, secrets.token_hex(4): one}

    try:
        case_views.change(_owner(visit, team), added)
    except BadForm as bad:
        return _page(visit, query, words(bad.problem, visit.language))
    return Redirect("/queue?" + urlencode(query), N_("The view is saved."))


def change(visit: Visit) -> Page | Redirect:
    """Rename a view, put the list that the form names in its place, or throw it away."""
    id, team, what = visit.args["id"], visit.form.get("of", ""), visit.form.get("what", "")
    query = kept(dict(parse_qsl(visit.form.get("list", ""))))
    if team and team not in own_teams(visit, current()):
        raise NotHere

    def changed(views: Views) -> Views:
        if id not in views or not _may(visit, team, views[id]):
            raise NotHere
        rest = {one: view for one, view in views.items() if one != id}
        match what:
            case "rename":
                return {**views, id: {**views[id], "title": _named(visit.form.get("title", ""), views, id)}}
            case "replace":
                return {**views, id: {**views[id], "query": query}}
            case "delete":
                return rest
        raise NotHere

    before = case_views.of_owners([_owner(visit, team)]).get(_owner(visit, team), {}).get(id)
    try:
        case_views.change(_owner(visit, team), changed)
    except BadForm as bad:
        return _page(visit, query, words(bad.problem, visit.language))
    if what == "delete" and before:  # its list stays open: saving it again takes this back
        said = say("Thrown away: %(name)s. Its list is still here.", visit.language, name=before["title"])
        return Redirect("/queue?" + urlencode(before["query"]), said)
    return Redirect(f"{HERE}?{urlencode(query)}", N_("The view is changed."))


def current_one(views: Sequence[View], query: Mapping[str, str]) -> View | None:
    """The view whose list an address shows."""
    return next((view for view in views if view.query == kept(query)), None)


ROUTES = (
    Route("GET", HERE, CARE, page),
    Route("POST", HERE, CARE, save),
    Route("POST", HERE + "/{id}", CARE, change),
)
