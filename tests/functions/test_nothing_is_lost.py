"""Nothing typed is ever lost: words are typed everywhere on a page, a button is pressed in a browser without
scripts, and every word stands in the answer or on the page that it was typed on, whatever went wrong."""

from __future__ import annotations

import html
from collections.abc import Mapping
from itertools import count
from urllib.parse import urlencode

import pytest

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.lifecycle import Who
from chalicelib.console.http_answers import Answer
from chalicelib.store import access, case_views
from tests.functions.test_batches import OFFER
from tests.functions.test_fuzz import Caller, busy, issuer, offers
from tests.functions.test_refused_forms import about
from tests.support.console import Browser, as_role, identity, mark_of, stage
from tests.support.pages import Ask, asks_of
from tests.support.service import Service

__all__ = ["busy", "issuer", "stage"]
SEEN = ("base", "revision", "version")  # which state of a thing a form was made from
LEAVES = ("/sign-out", "/choose", "/draft")  # who presses these means to leave, or has a page about it
ENDS = (("/me", "out"), ("/imports/look", "drop"))  # of the session, of the file that it is about
Lists = dict[str, list[str]]


@pytest.fixture
def crowded(busy: Service) -> Service:
    """Besides, what waits for a second person: a campaign in review, an approved one, a policy; and views."""
    li, zhao = Who("li.na", "marketing"), Who("zhao.lei", "marketing")
    for id in ("spring", "summer"):
        lifecycle.save(f"campaign#{id}", {**OFFER, "id": id}, li, busy.now)
        lifecycle.take("submit", f"campaign#{id}", 1, li, busy.now)
    lifecycle.take("approve", "campaign#summer", 1, zhao, busy.now)
    latest = lifecycle.history("policy")[0]
    lifecycle.take("submit", "policy", latest.number, Who("li.na", "admin"), busy.now)
    view = {"query": {"tab": "all"}, "by": "admin", "at": ""}
    kept = {id: {**view, "title": title} for id, title in (("1a2b3c4d", "One"), ("2a2b3c4d", "Two"))}
    case_views.change("person/admin", lambda views: {**views, **kept})
    return busy


def address(page: Ask) -> str:
    return page.path + ("?" + urlencode(page.fields) if page.fields else "")


def opened(browser: Browser, page: Ask) -> tuple[str, list[Ask]]:
    """A page, and the forms on it whose words count."""
    answer = browser.open(address(page))
    body = str(answer.body) if answer.status_code == 200 else ""
    return body, forms_of(body, page)


def forms_of(body: str, page: Ask) -> list[Ask]:
    return [one for one in asks_of(body, page.path) if one.method == "POST" and one.path not in LEAVES]


def typed_in(ask: Ask, words: Mapping[str, str]) -> Lists:
    """A form as it is sent with these words in its fields."""
    lists: Lists = {}
    for name, value in ask.fields:
        lists.setdefault(name, []).append(words.get(name, value) if name in ask.typed else value)
    return lists


def answered(browser: Browser, answer: Answer, page: Ask) -> str:
    """What there is to read afterwards: the answer, or where it leads, and the page that was typed on."""
    bodies = [str(answer.body)]
    if answer.status_code in (302, 303):
        there = str(answer.headers["Location"])
        if there.startswith("/sign-in"):
            browser.sign_in(identity("admin"))
            there = "/draft"
        bodies.append(str(browser.open(there).body))
        bodies.append(str(browser.open(address(page)).body))
    return html.unescape("\n".join(bodies)).casefold()


# What goes wrong. Of the first nothing is done, whatever the button: one of each page is enough.
ANYWHERE = (
    "an invisible character was pasted in",
    "somebody signed in anew in another tab",
    "the session was over",
)
TWICE = "it is pressed twice"
BY_BUTTON = ("the thing is gone", "a colleague saved something meanwhile", "nothing", TWICE)


def sent_with(went: str, lists: Lists, path: str) -> str:
    """Make a form one with which this goes wrong; the address that it is sent to."""
    match went:
        case "an invisible character was pasted in":
            lists["x"] = ["a\x0bb"]
        case "somebody signed in anew in another tab":
            lists["mark"] = ["0" * 64]
        case "the session was over":
            access.end_all("admin", "idle", "admin")
        case "a colleague saved something meanwhile":
            lists.update({name: ["0"] for name in SEEN if name in lists})
        case "the thing is gone":
            parts = path.split("/")
            return "/".join([*parts[:2], "gone", *parts[3:]]) if len(parts) > 2 else path
    return path


def words_for(forms: list[Ask]) -> dict[str, str]:
    """A word for each field of a page that somebody can type in."""
    numbers = count(1)
    return {name: f"wort{next(numbers)}x" for one in forms for name in sorted(one.typed)}


def lost_of(page: Ask, forms: list[Ask], pressed: Ask, went: str) -> list[str]:
    """The names of what was typed on a page, and is nowhere after one of its buttons was pressed."""
    browser = as_role("admin")
    typed = words_for(forms)
    lists = typed_in(pressed, typed) | {"mark": [mark_of(browser.open("/me"))]}
    path = sent_with(went, lists, pressed.path)
    answer = browser.send_lists(path, lists)
    if went == TWICE:
        answer = browser.send_lists(path, lists)
    assert answer.status_code < 500
    done = answer.status_code in (302, 303) and went != "the session was over"
    read = answered(browser, answer, page)
    mine = set(pressed.own) if done else set()
    if done:  # nor what the page has no place for any more: a case that is resolved is not put off
        mine |= set(typed).difference(*(one.typed for one in opened(browser, page)[1]))
    return [name for name, word in typed.items() if word not in read and name not in mine]


def buttons(pages: list[tuple[Ask, str]]) -> dict[object, list[tuple[Ask, Ask]]]:
    """Each button of each kind of page, with the page: by what may be typed there."""
    found: dict[object, dict[object, tuple[Ask, Ask]]] = {}
    for page, body in pages:
        forms = forms_of(body, page)
        beside = frozenset(name for one in forms for name in one.typed)
        for form in forms:
            if beside and (form.path, dict(form.fields).get("what", "")) not in ENDS:
                found.setdefault(beside, {}).setdefault(about(form), (page, form))
    return {beside: list(asks.values()) for beside, asks in found.items()}


@pytest.mark.usefixtures("stage", "crowded")
def test_whatever_is_pressed_every_word_on_the_page_stands_somewhere() -> None:
    pages: list[tuple[Ask, str]] = []
    offers(Caller(), pages)
    kinds = buttons(pages).values()
    each = [(went, ask) for went in ANYWHERE for asks in kinds for ask in asks[:1]]
    each += [(went, ask) for went in BY_BUTTON for asks in kinds for ask in asks]
    found: list[str] = []
    tried = 0
    for went, (page, form) in each:
        forms = opened(as_role("admin"), page)[1]
        pressed = next((one for one in forms if about(one) == about(form)), None)
        if pressed is None:  # what was done before took it away
            continue
        tried += 1
        if lost := lost_of(page, forms, pressed, went):
            found.append(f"{address(page)} {form.path}, {went}: {lost}")
    print(tried, "forms pressed")
    assert found == []
    assert tried > 200
