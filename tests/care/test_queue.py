"""Queue pages, counts and search, in a real table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.care import actions, reads
from chalicelib.care.reads import Tab, queue
from chalicelib.clock import iso
from chalicelib.store import cases as stored
from chalicelib.store import queries
from chalicelib.store.cases import CaseFilter, QueuePage
from chalicelib.store.dynamodb import dynamodb
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import Case, case_item
from tests.support.dynamodb import Aws
from tests.support.factories import NOW, act, care_ready, complain, hours_on

TEAMS = ["care-north", "care-south"]


def made(number: int, **fields: Any) -> Case:
    """A case opened `number` minutes ago, in one of two teams by turns."""
    opened = iso(hours_on(-number / 60))
    case = Case(
        case_id=f"K-{number:010d}",
        complaint=f"C-{number}",
        opened_at=opened,
        subscriber=f"s-{number}",
        team=TEAMS[number % 2],
        topic=("network", "billing", "")[number % 3],
        tier="diamond" if number % 100 == 0 else "gold",
        deadline=iso(hours_on(1 - number / 60)),
        rank=f"{opened}#K-{number:010d}",
        revision=1,
    )
    return replace(case, **fields)


def store(cases: list[Case]) -> list[Case]:
    queries.put_all([case_item(case) for case in cases])
    return cases


def pages(tab: Tab, teams: list[str], limit: int = 10, **filters: Any) -> Iterator[QueuePage]:
    after = ""
    while True:
        page = queue(tab, "li.na", teams, keep=CaseFilter(**filters), after=after, limit=limit)
        yield page
        if not page.cursor:
            return
        assert page.cursor > after or tab == "closed"
        after = page.cursor


def ids(cases: list[Case]) -> list[str]:
    return [case.case_id for case in cases]


@pytest.fixture
def scanned(aws: Aws) -> list[int]:
    """How many rows each query reads, as it happens."""
    del aws
    found: list[int] = []

    def look(parsed: dict[str, Any], **_: object) -> None:
        found.append(parsed.get("ScannedCount", 0))

    dynamodb().meta.events.register("after-call.dynamodb.Query", look)
    return found


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("limit", [1, 7, 60, 100])
def test_pages_of_several_teams_are_one_list_by_rank(limit: int) -> None:
    everything = store([made(n) for n in range(1, 61)])
    found = [case for page in pages("all", TEAMS, limit) for case in page.cases]
    assert ids(found) == ids(sorted(everything, key=lambda case: case.rank))
    assert found[0] == made(60)


@pytest.mark.usefixtures("aws")
def test_a_page_that_ends_with_the_queue_has_no_next() -> None:
    store([made(n) for n in range(1, 11)])
    assert queue("all", "", TEAMS, limit=10).cursor == ""
    assert queue("all", "", TEAMS, limit=9).cursor != ""


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        pytest.param({"topic": "billing"}, lambda n: n % 3 == 1, id="topic"),
        pytest.param({"topic": ""}, lambda n: n % 3 == 2, id="no topic yet"),
        pytest.param({"tier": "diamond"}, lambda n: n % 100 == 0, id="tier"),
        pytest.param({"deadline_before": iso(NOW)}, lambda n: n > 60, id="overdue"),
        pytest.param({"urgent": True}, lambda n: n == 7, id="urgent"),
        pytest.param({"tier": "gold", "topic": "network"}, lambda n: n % 3 == 0 and n % 100, id="both"),
    ],
)
def test_filters_keep_what_they_say(filters: dict[str, Any], kept: Any) -> None:
    store([made(n, urgent=n == 7) for n in range(1, 301)])
    found = [case for page in pages("all", TEAMS, **filters) for case in page.cases]
    assert ids(found) == ids([made(n) for n in range(300, 0, -1) if kept(n)])


@pytest.mark.usefixtures("aws")
def test_behind_a_figure_are_the_cases_of_every_state() -> None:
    care_ready()
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}", hours=n, score=1 + n % 2) for n in range(4)]
    actions.resolve(cases[1].case_id, "已修复", act(cases[1], "chen.jie"))
    actions.close(cases[2].case_id, "误投", act(cases[2]))

    def behind(**filters: Any) -> set[str]:
        return set(ids(queue("any", "", TEAMS, keep=CaseFilter(**filters)).cases))

    assert behind() == set(ids(cases))
    assert behind(score=1) == {cases[0].case_id, cases[2].case_id}
    assert behind(region="广东") == set(ids(cases))
    assert behind(region="湖南") == set()
    assert behind(opened_since=cases[2].opened_at) == set(ids(cases[2:]))
    assert behind(opened_before=cases[2].opened_at, campaign=cases[0].campaign) == set(ids(cases[:2]))


def test_a_page_reads_what_it_shows_however_long_the_queue(scanned: list[int]) -> None:
    store([made(n) for n in range(1, 61)])
    queue("all", "", TEAMS, limit=20)
    short = sum(scanned)
    store([made(n) for n in range(61, 2500)])
    scanned.clear()
    queue("all", "", TEAMS, limit=20)
    assert sum(scanned) == short <= 3 * 20
    scanned.clear()
    page = queue("all", "", TEAMS, limit=20, keep=CaseFilter(tier="none"))
    assert page.cases == []
    assert sum(scanned) < 2 * stored.ROWS_A_PAGE


@pytest.mark.usefixtures("aws")
def test_a_filter_that_little_passes_goes_on_from_a_cursor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "ROWS_A_PAGE", 40)
    store([made(n, topic="other" if n in (1, 199) else "network") for n in range(1, 201)])
    found = list(pages("all", TEAMS, topic="other"))
    assert [ids(page.cases) for page in found if page.cases] == [ids([made(199)]), ids([made(1)])]
    assert len(found) > 2


@pytest.mark.usefixtures("aws")
def test_tabs_and_their_counts() -> None:
    care_ready()
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}", hours=n) for n in range(4)]
    mine = actions.claim(cases[0].case_id, act(cases[0]))
    actions.resolve(cases[1].case_id, "已修复", act(cases[1], "chen.jie"))
    gone = actions.close(cases[2].case_id, "误投", act(cases[2]))
    far = complain(inbound="in-9", complaint="C-9", region="北京/北京")

    def shown(tab: Tab, *teams: str) -> list[str]:
        return ids(queue(tab, "li.na", teams).cases)

    assert shown("mine") == [mine.case_id]
    assert shown("team", "care-south") == ids([mine, cases[3]])
    assert shown("unowned", "care-south") == [cases[3].case_id]
    assert set(shown("all", *TEAMS)) == {mine.case_id, cases[3].case_id, far.case_id}
    assert shown("waiting", "care-south") == [cases[1].case_id]
    assert shown("closed", "care-south") == [gone.case_id]
    assert reads.tab_counts(reads.load(), "li.na", ["care-south"]) == {
        "mine": 1, "team": 2, "unowned": 1, "all": 3, "snoozed": 0, "waiting": 1,
    }  # fmt: skip


@pytest.mark.usefixtures("aws")
def test_the_latest_closed_come_first() -> None:
    store([made(n, state="closed", closed_at=iso(hours_on(n))) for n in range(1, 31)])
    found = [case for page in pages("closed", TEAMS, 7) for case in page.cases]
    assert ids(found) == ids([made(n) for n in range(30, 0, -1)])


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("+8613800000001", "王", id="number"),
        pytest.param("138 0000 0001", "王", id="number as people write it"),
        pytest.param("0001", "王", id="last four digits"),
        pytest.param("王芳", "王", id="name"),
        pytest.param("王", "王", id="beginning of a name"),
        pytest.param("smith", "Smith", id="a word of a name"),
        pytest.param("ALICE s", "Smith", id="name, not its case"),
        pytest.param("0002", "Smith", id="last four digits of another"),
        pytest.param("李", "", id="nobody"),
        pytest.param("", "", id="nothing"),
        pytest.param("K-0000000000", "", id="no such case"),
    ],
)
def test_a_case_is_found_by_number_or_name(text: str, found: str) -> None:
    care_ready()
    complain()
    complain(inbound="in-2", subscriber_id="s-2", msisdn="+13125550002", name="Alice Smith")
    assert [case.name for case in reads.search(text)] == [
        name for name in ("王芳", "Alice Smith") if found and found in name
    ]


@pytest.mark.usefixtures("aws")
def test_search_by_case_id_and_cases_of_a_subscriber() -> None:
    care_ready()
    one, two = complain(), complain(inbound="in-2", complaint="C-2", hours=1)
    assert reads.search(one.case_id.lower()) == [one]
    assert ids(stored.of_subscriber("s-1")) == [two.case_id, one.case_id]
    actions.close(one.case_id, "误投", act(one))
    assert ids(reads.open_of_subscriber("s-1")) == [two.case_id]
