"""Views of the list of cases under a name: whose they are, and what becomes of them."""

from __future__ import annotations

import html
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.store import case_views
from tests.support.console import Browser, as_role, identity, mark_of, stage
from tests.support.factories import care_document, care_live, care_ready

__all__ = ["stage"]
pytestmark = pytest.mark.usefixtures("stage")
LIST = "tab=all&topic=network&overdue=1&sort=-opened"


def send(browser: Browser, path: str, **form: str) -> tuple[int, str]:
    """The status, and where it leads or what the page says."""
    mark = mark_of(browser.open("/queue/views"))
    answer = browser.send(path, {"mark": mark, "list": LIST, **form})
    return answer.status_code, html.unescape(str(answer.headers.get("Location", "")) or str(answer.body))


def save(browser: Browser, title: str, team: str = "") -> tuple[int, str]:
    return send(browser, "/queue/views", title=title, team=team)


def shown(browser: Browser, address: str = "/queue") -> str:
    return html.unescape(str(browser.open(address).body))


def links(browser: Browser, title: str) -> list[str]:
    """Where the links of the queue called so lead."""
    found = shown(browser).split('class="chip" href="')[1:]
    return [one.partition('"')[0] for one in found if f">{title}" in one.partition("</a>")[0]]


def south_is(*members: str) -> None:
    """The team of the south has these members."""
    teams = [
        one | {"members": list(members)} for one in care_document()["teams"] if one["id"] == "care-south"
    ]
    care_live(teams=[*teams, *(one for one in care_document()["teams"] if one["id"] != "care-south")])


def ids(owner: str) -> list[str]:
    return list(case_views.of_owners([owner])[owner])


def test_ones_own_view_opens_the_list_in_every_browser_and_for_nobody_else() -> None:
    care_ready()
    assert save(as_role("care"), "  Network,  late ") == (303, f"/queue?{LIST}")
    (address,) = links(as_role("care", "zh-CN"), "Network, late")
    assert parse_qs(urlsplit(address).query) == parse_qs(LIST)
    assert 'aria-current="true">Network, late' in shown(as_role("care"), address)
    assert links(as_role("supervisor"), "Network, late") == []


def test_a_teams_view_is_its_members_and_its_makers_to_change() -> None:
    care_ready()
    browser = as_role("supervisor")
    assert save(browser, "Late in the south", "care-south")[0] == 303
    (id,) = ids("team/care-south")
    mine = as_role("care")
    south_is("care")
    assert len(links(mine, "Late in the south")) == 1
    assert send(mine, f"/queue/views/{id}", what="delete")[0] == 404
    assert save(mine, "My own in it", "care-south")[0] == 303
    other = next(one for one in ids("team/care-south") if one != id)
    assert send(mine, f"/queue/views/{other}", what="rename", **{f"title|{other}": "Ours"})[0] == 303
    assert send(browser, f"/queue/views/{other}", what="delete")[0] == 303
    assert ids("team/care-south") == [id]


def test_who_is_in_no_team_saves_for_none() -> None:
    south_is("li.na")
    assert save(as_role("care"), "Theirs", "care-south")[0] == 404


def test_a_view_is_renamed_given_another_list_and_thrown_away() -> None:
    care_ready()
    browser = as_role("care")
    save(browser, "One")
    owner = f"person/{identity('care').subject}"
    (id,) = ids(owner)
    send(browser, f"/queue/views/{id}", what="rename", **{f"title|{id}": "Two"})
    send(browser, f"/queue/views/{id}", what="replace", list="tab=mine&tier=gold&after=x&undo=K")
    (view,) = case_views.of_owners([owner])[owner].values()
    assert (view["title"], view["query"]) == ("Two", {"tab": "mine", "tier": "gold"})
    status, to = send(browser, f"/queue/views/{id}", what="delete")
    assert (status, to) == (303, "/queue?tab=mine&tier=gold")
    assert ids(owner) == []


@pytest.mark.parametrize(
    ("title", "en"),
    [
        (" ", "give the view a name"),
        ("One", "there is a view called “One”"),
        ("x" * 41, "41"),
    ],
    ids=["no name", "a name that there is", "too long"],
)
def test_a_name_that_cannot_be_is_said_at_its_field(title: str, en: str) -> None:
    care_ready()
    browser = as_role("care")
    save(browser, "One")
    status, page = save(browser, title)
    assert status == 422
    assert en in page.partition('class="err"')[2].partition("</p>")[0]
    assert f'value="{title}"' in page


def test_there_are_not_endlessly_many() -> None:
    care_ready()
    browser = as_role("care")
    assert {save(browser, f"View {n}")[0] for n in range(20)} == {303}
    status, page = save(browser, "One more")
    assert status == 422
    assert "20" in page.partition('class="err"')[2].partition("</p>")[0]


def test_two_who_save_at_once_lose_nothing() -> None:
    def slowly(views: case_views.Views) -> case_views.Views:
        if not views:
            case_views.change("team/a", lambda there: {**there, "b": {"title": "B"}})
        return {**views, "a": {"title": "A"}}

    case_views.change("team/a", slowly)
    assert sorted(case_views.of_owners(["team/a"])["team/a"]) == ["a", "b"]
