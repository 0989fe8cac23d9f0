"""The administrator's page of who may sign in, and everybody's page about themselves.

With the stack's own user pool, people are invited, given roles, disabled and removed here. With another
issuer they are its own; here they are seen, and their sessions ended.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from chalicelib.console import session, user_pool
from chalicelib.console.beside import words_beside
from chalicelib.console.care import table_file
from chalicelib.console.frame import ADMIN, ANYONE, File, NotHere, Page, Redirect, Route, Visit
from chalicelib.console.trail import noted
from chalicelib.console.user_pool import User
from chalicelib.i18n.translations import N_, languages, say
from chalicelib.store import access
from chalicelib.store.schema.accounts import Person

_ADDRESS = re.compile(r"[^@\s\x00-\x20]{1,64}@[^@\s]{1,190}\.[^@\s.]{2,63}")
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody in the list: as the pool has them, and as they signed in; either may be missing."""

    subject: str
    name: str
    role: str
    enabled: bool
    status: str
    since: str
    person: Person | None


def people(visit: Visit) -> Page | File:
    """Everybody who may sign in, or did."""
    return _page(visit)


def _page(visit: Visit, error: str = "", status: int = 200, lines: Sequence[Line] = ()) -> Page | File:
    lines = lines or _lines()
    if visit.query.get("as") == "csv":
        heads = ("name", "role", "may_sign_in", "since", "last_sign_in", "second_factor")
        return table_file("people.csv", heads, map(_row, lines))
    wanted = visit.query.get("role", "")
    shown = [one for one in lines if wanted in ("", one.role or "none")]
    may = [one for one in lines if one.enabled and one.role]
    came = [one.person for one in may if one.person and one.person.last_at]
    figures = {
        "may": len(may),
        "never": len(may) - len(came),
        "without": sum(not one.second_factor for one in came),
    }
    data = {
        "people": shown,
        "figures": figures,
        "roles": session.ROLES,
        "wanted": wanted,
        "error": error,
        "own": _own_pool(),
    }
    return Page("people.html", "People", {**data, "typed": visit.form, "what": _asked(visit)[0]}, status)


def _row(one: Line) -> tuple[str, ...]:
    last = one.person.last_at if one.person else ""
    factor = "yes" if one.person and one.person.second_factor else "no"
    return (one.name, one.role, "yes" if one.enabled else "no", one.since, last, factor)


def _own_pool() -> bool:
    return bool(os.environ.get("RINGBACK_USER_POOL"))


def _lines() -> list[Line]:
    known = {one.subject: one for one in access.everybody()}
    if not _own_pool():
        seen = (Line(one.subject, one.who, one.role, True, "", "", one) for one in known.values())
        return sorted(seen, key=lambda line: line.name)
    return [_line(one, known.get(one.subject)) for one in user_pool.everybody(session.ROLES)]


def _line(one: User, person: Person | None) -> Line:
    role = session.role_of(list(one.groups)) or ""
    return Line(one.subject, one.name, role, one.enabled, one.status, one.since, person)


def change(visit: Visit) -> Page | File | Redirect:
    """Invite somebody, or change what one of them may do; it holds with their next click."""
    what, name = _asked(visit)
    if what == "invite":
        return _invite(visit)
    lines = _lines()
    if what == "keep":  # what Enter in a line does without scripts
        return Redirect(_here(visit), kept=_typed(visit, lines))
    one = next((line for line in lines if line.name == name), None)
    if one is None and what in DEEDS:
        gone = say("Nobody is called %(name)s any more: a colleague removed them.", visit.language, name=name)
        return _page(visit, gone, 409, lines)
    if one is None or what not in DEEDS or (what != "end" and not _own_pool()):
        raise NotHere
    if one.subject == visit.subject or one.name == visit.who:
        own = say("Nobody changes their own role: ask another administrator.", visit.language)
        return _page(visit, own, 422, lines)
    before, after = one.role, visit.form.get(f"role|{name}", "?") if what == "role" else ""
    if what == "role" and after not in ("", *session.ROLES):
        raise NotHere
    try:
        _carry_out(what, one, after)
    except user_pool.Unknown:
        raise NotHere from None
    _note(visit, DEEDS[what][0], one.name, before, after)
    others = [line for line in lines if line.name != name]
    return Redirect(_here(visit), DEEDS[what][1], _typed(visit, others))


def _asked(visit: Visit) -> tuple[str, str]:
    """What is to be done, and with whom: `disable li.na`."""
    what, _, name = visit.form.get("what", "").partition(" ")
    return what, name


def _here(visit: Visit) -> str:
    """The list as it was filtered."""
    wanted = visit.query.get("role", "")
    return "/people?" + urlencode({"role": wanted}) if wanted else "/people"


def _typed(visit: Visit, lines: Iterable[Line], invited: bool = False) -> dict[str, str]:
    """What is typed or chosen on the page and not done: an invitation, the roles of these people."""
    chosen = {f"role|{one.name}": one.role for one in lines}
    found = {name: visit.form[name] for name, role in chosen.items() if visit.form.get(name, role) != role}
    return found | (
        {} if invited or not visit.form.get("email") else words_beside(visit.form, ("email", "role"))
    )


# What can be done with somebody: its name in the audit trail, and what is said.
DEEDS = {
    "role": ("set_role", N_("Changed: it holds from their next click on.")),
    "resend": ("resend_invitation", N_("The invitation is on its way again.")),
    "disable": ("disable_user", N_("They may not sign in any more, and are signed out.")),
    "enable": ("enable_user", N_("They may sign in again.")),
    "remove": ("remove_user", N_("Removed. What they did stays in the audit trail.")),
    "end": ("end_sessions", N_("They are signed out on every browser.")),
}


def _carry_out(what: str, one: Line, role: str) -> None:
    match what:
        case "role":
            user_pool.move(one.name, tuple(each for each in session.ROLES if each != role), role)
            access.end_all(one.subject, session.CHANGED, role)
        case "resend":
            user_pool.invite(one.name, again=True)
        case "disable":
            user_pool.let_in(one.name, False)
            access.end_all(one.subject, session.DISABLED)
        case "enable":
            user_pool.let_in(one.name, True)
        case "remove":
            user_pool.remove(one.name)
            access.end_all(one.subject, session.REMOVED, "")
        case "end":
            access.end_all(one.subject, session.EVERYWHERE)


def _invite(visit: Visit) -> Page | File | Redirect:
    address, role = visit.form.get("email", "").strip().lower(), visit.form.get("role", "")
    if not _own_pool() or role not in session.ROLES:
        raise NotHere
    if not _ADDRESS.fullmatch(address):
        return _page(
            visit, say("Write an e-mail address, such as lin@operator.example.", visit.language), 422
        )
    try:
        user_pool.invite(address)
    except user_pool.IsThere:
        return _page(visit, say("This person is in the list already.", visit.language), 422)
    user_pool.move(address, (), role)
    _note(visit, "invite_user", address, "", role)
    said = N_("Invited: the first password is in the mail, good for three days.")
    return Redirect(_here(visit), said, _typed(visit, _lines(), invited=True))


def _note(visit: Visit, action: str, name: str, before: str, after: str) -> None:
    noted(visit, action, f"user#{name}", before=before, after=after)


def me(visit: Visit) -> Page:
    """One's own page."""
    return _me(visit)


def _me(visit: Visit, error: str = "", status: int = 200) -> Page:
    person = access.person(visit.subject)
    if person is None:
        raise NotHere
    return Page("me.html", "You", {"person": person, "error": error, "languages": languages()}, status)


def change_me(visit: Visit) -> Page | Redirect:
    """Keep one's name and language, or sign out everywhere."""
    if visit.form.get("what") == "out":
        access.end_all(visit.subject, session.EVERYWHERE)
        _note(visit, "end_sessions", visit.who, "", "")
        return Redirect(f"/sign-in?why={session.EVERYWHERE}")
    shown, language = visit.form.get("shown", "").strip(), visit.form.get("language", "")
    if len(shown) > LONGEST_NAME or not shown.isprintable() or language not in ("", *languages()):
        error = say("A name has up to %(n)s characters that can be seen.", visit.language, n=LONGEST_NAME)
        return _me(visit, error, 422)
    access.choose(visit.subject, shown, language)
    return Redirect("/me", N_("Kept."))


ROUTES = (
    Route("GET", "/people", ADMIN, people),
    Route("POST", "/people", ADMIN, change),
    Route("GET", "/me", ANYONE, me),
    Route("POST", "/me", ANYONE, change_me),
)
