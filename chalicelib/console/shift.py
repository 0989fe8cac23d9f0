"""The end of a shift: all that somebody has goes to a colleague or a team, with a note."""

from __future__ import annotations

from chalicelib.care import actions, reads
from chalicelib.care.current import current
from chalicelib.console.case_names import colleagues, names
from chalicelib.console.frame import CARE, Page, Redirect, Route, Visit
from chalicelib.console.listing import lines
from chalicelib.i18n.problems import words
from chalicelib.i18n.translations import N_, say

MOST = 200  # cases that are handed over at once


def page(visit: Visit) -> Page:
    """What somebody has, and to whom it may go."""
    return _page(visit)


def _page(visit: Visit, error: str = "") -> Page:
    now = current()
    found = reads.queue("mine", visit.who, [], limit=MOST)
    mine = found.cases
    data = {
        "cases": lines(mine, visit),
        "more": bool(found.cursor),
        "names": names(now, visit.language),
        "colleagues": [one for one in colleagues(now) if one != visit.who],
        "teams": list(now.care.teams),
        "chosen": visit.lists.get("case", []) if visit.form else [one.case_id for one in mine],
        "typed": visit.form,
        "error": error,
    }
    return Page("shift.html", N_("Hand over my shift"), data, 422 if error else 200)


def hand_over(visit: Visit) -> Page | Redirect:
    """Hand over what is chosen, or say why not and lose nothing that was typed."""
    ids = [one for one in dict.fromkeys(visit.lists.get("case", [])) if one]
    if not ids:
        return _page(visit, say("Choose some cases first.", visit.language))
    to, team, note = (visit.form.get(name, "") for name in ("to", "team", "text"))
    own = {case.case_id for case in reads.queue("mine", visit.who, [], limit=MOST).cases}
    done = actions.hand_over_many([one for one in ids if one in own], to, team, note, visit.who, visit.now)
    bad = [one for one in done if one.problem]
    if bad and len(bad) == len(done) and bad[0].problem:
        return _page(visit, words(bad[0].problem, visit.language))
    said = say("Handed over: %(n)s.", visit.language, n=len(done) - len(bad))
    if bad:
        told = [f"{one.case_id}: {words(one.problem, visit.language)}" for one in bad if one.problem]
        said = f"{said} {say('Not changed:', visit.language)} {'; '.join(told)}"
    return Redirect("/queue?tab=mine", said)


ROUTES = (Route("GET", "/shift", CARE, page), Route("POST", "/shift", CARE, hand_over))
