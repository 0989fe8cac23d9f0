"""Every form of every page: one that is not taken comes back with all that was typed and chosen, and nothing
stands on a page that does nothing without scripts."""

from __future__ import annotations

import pytest

from chalicelib.console.routes import match
from tests.functions.test_fuzz import Caller, busy, issuer, offers
from tests.support.console import stage
from tests.support.pages import Ask, Fields, asks_of, idle_controls

__all__ = ["busy", "issuer", "stage"]
TYPED = ("x" * 6_000, "")  # what is too long and in no form, and what is missing
HERE = ("/sign-out", "/choose", "/draft")
SHOWN = ("tab|", "canned")


def about(ask: Ask) -> tuple[object, ...]:
    """What makes a form another one than those of other rows."""
    route = match("POST", ask.path)
    means = [(name, value) for name, value in ask.fields if name in ("what", "kind")]
    return (route and route[0], ask.path.rpartition("/")[2] if ask.typed else "", *means, *sorted(ask.typed))


def lost(sent: Fields, ask: Ask, page: str) -> list[str]:
    """The names of what was typed or chosen in a form and stands in none of the page that answered it; words
    may stand under another name: the text of a campaign that becomes a survey is its invitation."""
    found = []
    own = [(name, value) for name, value in sent if name in ask.typed or name in ask.last]
    for fields in [one.fields for one in asks_of(page, ask.path) if one.method == "POST"]:
        words = {value for _, value in fields}
        found.append(
            [
                name
                for name, value in own
                if value not in words or (name in ask.last and (name, value) not in fields)
            ]
        )
    return min(found, key=len, default=[name for name, _ in own])


def without_looks(ask: Ask) -> Ask:
    """A form whose choices of what is shown or put in stay as they are: the answer is another page then."""
    last = {name: value for name, value in ask.last.items() if not name.startswith(SHOWN)}
    return Ask(ask.method, ask.path, ask.fields, ask.typed, last)


def refused(caller: Caller, ask: Ask, words: str) -> list[str] | None:
    """What was lost of a form that is sent with these words everywhere; None where it was taken."""
    sent = [(name, value) for name, value in ask.filled(words) if name != "mark"]
    answer = caller.send("admin", Ask("POST", ask.path, [*sent, ("mark", caller.marks["admin"])]))
    if answer["statusCode"] in (302, 303):
        if "/sign-in" in str(answer["headers"]):
            caller.begin("admin")
        return None
    return lost(sent, ask, answer["body"])


@pytest.mark.usefixtures("stage", "busy")
def test_a_form_that_is_refused_loses_nothing_and_nothing_on_a_page_is_idle_without_scripts() -> None:
    caller = Caller()
    pages: list[tuple[Ask, str]] = []
    offers(caller, pages)
    assert {page.path: found for page, body in pages if (found := idle_controls(body))} == {}
    forms = {
        about(ask): without_looks(ask)
        for page, body in pages
        for ask in asks_of(body, page.path)
        if ask.method == "POST" and (ask.typed or ask.last) and ask.path not in HERE
    }
    answers = {
        (ask.path, words[:1]): refused(caller, ask, words) for ask in forms.values() for words in TYPED
    }
    taken = [path for path, one in answers.items() if one is None]
    print(len(answers), "forms sent,", len(answers) - len(taken), "not taken")
    assert {path: names for path, names in answers.items() if names} == {}
    assert len(answers) - len(taken) > 30
