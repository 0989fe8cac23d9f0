"""Views of the list of cases under a name, one's own or a team's: saved, renamed, thrown away."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from chalicelib.care.current import Current, current
from chalicelib.clock import iso
from chalicelib.console.beside import words_beside
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
    typed = _typed(visit)
    if visit.form.get("what") == "keep":  # what Enter in a line does without scripts
        return Redirect(_here(query), kept=typed)
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
    beside = {name: text for name, text in typed.items() if name.startswith("title|")}
    return Redirect(
        _here(query) if beside else "/queue?" + urlencode(query), N_("The view is saved."), beside
    )


def change(visit: Visit) -> Page | Redirect:
    """Rename a view, put the list that the form names in its place, or throw it away."""
    id, what = visit.args["id"], visit.form.get("what", "")
    query = kept(dict(parse_qsl(visit.form.get("list", ""))))
    before = next((one for one in views_of(visit, current()) if one.id == id), None)
    if before is None:
        raise NotHere
    owner = _owner(visit, before.team)

    def changed(views: Views) -> Views:
        if id not in views or not _may(visit, before.team, views[id]):
            raise NotHere
        rest = {one: view for one, view in views.items() if one != id}
        match what:
            case "rename":
                title = _named(visit.form.get(f"title|{id}", ""), views, id)
                return {**views, id: {**views[id], "title": title}}
            case "replace":
                return {**views, id: {**views[id], "query": query}}
            case "delete":
                return rest
        raise NotHere

    try:
        case_views.change(owner, changed)
    except BadForm as bad:
        return _page(visit, query, words(bad.problem, visit.language))
    typed = _typed(visit)
    if what == "rename" or what == "delete":
        typed.pop(f"title|{id}", None)
    if what == "delete":  # its list stays open: saving it again takes this back
        said = say("Thrown away: %(name)s. Its list is still here.", visit.language, name=before.title)
        return Redirect(_here(before.query) if typed else before.address, said, typed)
    return Redirect(_here(query), N_("The view is changed."), typed)


def _here(query: Mapping[str, str]) -> str:
    return f"{HERE}?{urlencode(query)}"


def _typed(visit: Visit) -> dict[str, str]:
    """What is typed on the page and not saved: a new view's name and whose it is, other names of views."""
    titles = {f"title|{one.id}": one.title for one in views_of(visit, current())}
    found = words_beside(visit.form, ("title", *titles))
    found = {name: text for name, text in found.items() if text.strip() != titles.get(name)}
    return found | (words_beside(visit.form, ("team",)) if "title" in found else {})


def current_one(views: Sequence[View], query: Mapping[str, str]) -> View | None:
    """The view whose list an address shows."""
    return next((view for view in views if view.query == kept(query)), None)


ROUTES = (
    Route("GET", HERE, CARE, page),
    Route("POST", HERE, CARE, save),
    Route("POST", HERE + "/{id}", CARE, change),
)
