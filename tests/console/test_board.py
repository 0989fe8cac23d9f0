"""The board: which days it shows, who is first where people are unhappy, and the page of it."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from chalicelib import clock
from chalicelib.campaigns import tally
from chalicelib.care import figures
from chalicelib.care.deadlines import WorkingHours
from chalicelib.care.figures import BoardFigures
from chalicelib.care.settings import Team
from chalicelib.console.board import (
    BoardLine,
    Look,
    bar_of,
    best_ones,
    days_shown,
    leader,
    provinces,
    within,
    worst_first,
)
from chalicelib.console.score_scales import Scored
from chalicelib.store import catalogue, results, versions
from chalicelib.store.results import CountedChange
from tests.support.console import as_role, stage
from tests.support.factories import care_ready, shipped

__all__ = ["stage"]
EVENING = datetime(2026, 11, 28, 17, 30, tzinfo=UTC)  # the 29th in China, the 28th in London, Chicago and UTC


def team(zone: str) -> Team:
    return Team(id=zone, title={}, hours=WorkingHours(zone=zone))


@pytest.mark.parametrize(
    ("viewer", "teams", "last"),
    [
        pytest.param(
            "UTC", ["Asia/Shanghai"], "2026-11-29", id="the team's day has begun before the viewer's"
        ),
        pytest.param(
            "Asia/Shanghai", ["America/Chicago"], "2026-11-29", id="the viewer is ahead of the team"
        ),
        pytest.param("Europe/London", ["Europe/London"], "2026-11-28", id="both in one zone"),
        pytest.param(
            "UTC", ["America/Chicago", "Asia/Shanghai"], "2026-11-29", id="the team that is furthest ahead"
        ),
        pytest.param("UTC", [], "2026-11-28", id="no team yet"),
    ],
)
def test_the_last_day_is_the_latest_that_has_begun_for_the_viewer_or_a_team(
    viewer: str, teams: list[str], last: str
) -> None:
    assert days_shown(EVENING, viewer, [team(zone) for zone in teams], 7)[1] == last


def test_the_span_is_so_many_days_with_the_last() -> None:
    assert days_shown(EVENING, "UTC", [team("Asia/Shanghai")], 7) == ("2026-11-23", "2026-11-29")


def opened(**cases: int) -> dict[str, BoardFigures]:
    return {name: BoardFigures({"opened": n}) for name, n in cases.items()}


@pytest.mark.parametrize(
    ("values", "most"),
    [
        pytest.param(opened(network=3, billing=2), "network", id="one has the most"),
        pytest.param(opened(network=3, billing=3), "", id="two have as many"),
        pytest.param({"": BoardFigures({"opened": 9}), **opened(billing=2)}, "billing", id="most have none"),
        pytest.param(opened(network=0), "", id="no case"),
        pytest.param({}, "", id="nothing was counted"),
    ],
)
def test_the_value_with_the_most_cases_is_named_only_where_it_is_one(
    values: Mapping[str, BoardFigures], most: str
) -> None:
    assert leader(values) == most


def line(name: str, satisfied: int = 0, answers: int = 0, cases: int = 0) -> BoardLine:
    one = BoardFigures({"satisfied": satisfied, "answers": answers, "opened": cases})
    return BoardLine(name, name, "", one, tally.rate(satisfied, answers))


def test_the_least_satisfied_come_first_and_who_did_not_answer_last() -> None:
    lines = [
        line("no answer, few cases", cases=1),
        line("good", 90, 100),
        line("no answer, many cases", cases=9),
        line("one bad answer", 0, 1),
        line("bad", 50, 100),
        line("worst", 10, 100),
    ]
    assert [one.name for one in worst_first(lines)] == [
        "worst",
        "bad",
        "one bad answer",
        "good",
        "no answer, many cases",
        "no answer, few cases",
    ]


def test_cities_are_those_of_the_province_and_add_up_to_it() -> None:
    cities = opened(**{"湖南/长沙": 2, "湖南/株洲": 1, "浙江/杭州": 5, "湖南": 1})
    assert list(within(cities, "湖南")) == ["湖南/长沙", "湖南/株洲", "湖南"]
    assert within(cities, "") == cities
    assert {name: one["opened"] for name, one in provinces(cities).items()} == {"湖南": 4, "浙江": 5}


@pytest.mark.parametrize(
    ("good", "english", "chinese"),
    [
        ({5}, "5", "5"),
        ({4, 5}, "4 or 5", "4 或 5"),
        ({1, 2}, "1 or 2", "1 或 2"),
        ({7, 8, 9, 10}, "7 to 10", "7 到 10"),
        ({1, 3, 5}, "1, 3 or 5", "1、3、5"),
        (set(), "", ""),
        (None, "", ""),
    ],
)
def test_the_best_scores_in_words(good: set[int] | None, english: str, chinese: str) -> None:
    scored = [Scored((0, 10, 10), {5: 1}, None if good is None else frozenset(good))]
    assert [best_ones(scored, language) for language in ("en", "zh-CN")] == [english, chinese]
    assert best_ones(scored * 2, "en") == ""


def test_a_bar_is_of_scores_where_they_are_of_one_scale_and_else_of_two_halves() -> None:
    one = BoardFigures({"answers": 4, "satisfied": 3, "score_1": 1, "score_5": 3})
    usual, longer = Scored((1, 5, 5), one.scores), Scored((0, 10, 10), {9: 1})
    assert [(part.step, part.width) for part in bar_of(one, [usual])] == [(1, 25), (5, 75)]
    assert [part.step for part in bar_of(one, [longer])] == [1, 3]
    assert [(part.step, part.width) for part in bar_of(one, [usual, longer])] == [(1, 25), (5, 75)]
    assert bar_of(BoardFigures(), [usual]) == bar_of(BoardFigures(), []) == []


def test_a_value_that_is_none_has_a_name_and_leads_only_where_a_list_has_its_cases() -> None:
    look = Look("en", {"care-north": "Care North"}, {"tab": "any"})
    found = {name: (look.name(name, ""), look.cases(name, "")) for name in ("topic", "campaign", "region")}
    assert found == {
        "topic": ("No topic yet", "/queue?tab=any&topic=-"),
        "campaign": ("No campaign", "/queue?tab=any&campaign=-"),
        "region": ("No region", ""),
    }
    assert look.cases("team", "care-north") == "/queue?tab=any&team=care-north"
    assert look.cases("team", "closed-down") == ""


def count(**sums: Mapping[tuple[str, str], Mapping[str, float]]) -> None:
    results.add([CountedChange(name, 1, deltas) for name, deltas in sums.items()])


def answered(
    score: int, region: str = "湖南/长沙", *, ago: int = 0
) -> Mapping[tuple[str, str], Mapping[str, float]]:
    """An answer to the survey that ships, today in UTC or so many days ago."""
    about = {"campaign": "post-complaint-survey", "region": region, "team": "care-north", "tier": "gold"}
    return figures.answer(_today(ago), score, (1, 5), 5, satisfied=score > 2, brand="yuntong", **about)


def unhappy(topic: str, region: str) -> Mapping[tuple[str, str], Mapping[str, float]]:
    return {
        place: {"opened": 1} for place in figures.places(_today(), topic=topic, region=region, campaign="")
    }


def _today(ago: int = 0) -> str:
    return (clock.now() - timedelta(days=ago)).date().isoformat()


def words_of(body: Any, between: str = "") -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", between, str(body))).split())


def lead_of(language: str, query: str = "") -> str:
    body = str(as_role("care", language).open(f"/board{query}").body)
    return words_of(body.partition('<p class="lead">')[2].partition("</p>")[0])


def a_survey_is_live() -> None:
    care_ready()
    name = "campaign#post-complaint-survey"
    catalogue.go_live({name: versions.save(name, shipped()[name], by="t", at="", status="live")})


@pytest.mark.usefixtures("stage")
def test_the_sentence_is_right_for_nobody_one_and_many() -> None:
    a_survey_is_live()
    assert lead_of("en") == "In 30 days nobody gave a score. No case was opened."
    assert lead_of("zh-CN", "?days=7") == "7 天内没有人打分。没有新开工单。"
    about = {"campaign": "post-complaint-survey"}
    count(a=figures.asked(_today(), **about))
    assert "1 person was asked, and gave no score yet" in lead_of("en")
    count(b=answered(4), c=unhappy("network", "湖南/长沙"))
    assert lead_of("en") == "In 30 days one person gave a score: 4. One case was opened: Network, 湖南."
    assert lead_of("zh-CN").startswith("30 天内有 1 人打了分：4 分。新开 1 个工单：")
    count(d=answered(1), e=answered(5), f=answered(5, "浙江/杭州"), g=unhappy("network", "浙江/杭州"))
    many = "In 30 days 4 people gave a score; 75% said 3 to 5."
    assert lead_of("en") == f"{many} Unhappy people most often name Network."
    count(h=unhappy("billing", "浙江/杭州"), i=unhappy("network", "浙江/杭州"))
    assert lead_of("en").endswith("most often name Network, and most often live in 浙江.")
    assert "4 人打了分，75% 打 3 到 5 分。" in lead_of("zh-CN")


@pytest.mark.usefixtures("stage")
def test_figures_stand_beside_those_of_as_many_days_before_with_a_line_by_day() -> None:
    a_survey_is_live()
    now = {f"n{n}": answered(score, ago=n) for n, score in enumerate((5, 4, 1, 5))}
    count(**now, before=answered(1, ago=35), earlier=answered(3, ago=40), gone=answered(5, ago=70))
    assert "75% said 3 to 5. That is 25 points more than the month before." in lead_of("en")
    assert "比上个月高 25 个百分点。" in lead_of("zh-CN")
    body = str(as_role("care").open("/board").body)
    assert "2.00 the month before" in words_of(body), "1 and 3 of 5"
    label = "Average score by day: 5.00 at first, 5.00 at last, between 1.00 and 5.00"
    assert f'role="img" aria-label="{label}"' in body
    assert "before" not in words_of(as_role("care").open("/board?days=90").body).partition("What they")[0]
    assert 'class="spark"' not in str(as_role("care").open("/board?days=1").body)


@pytest.mark.usefixtures("stage")
def test_one_breakdown_at_a_time_the_rest_of_it_by_a_link() -> None:
    a_survey_is_live()
    regions = [f"省{n:02d}/市" for n in range(25)]
    answers = {f"r{n}": answered(1 if n == 7 else 5, region) for n, region in enumerate(regions)}
    count(**answers, more=answered(1, regions[7]), case=unhappy("", "湖南/长沙"))
    care = as_role("care")

    def rows(query: str) -> list[str]:
        body = str(care.open(f"/board{query}").body).partition('class="rows parts"')[2]
        return [
            words_of(one, " ")
            for one in body.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
        ]

    first = rows("")
    assert (len(first), first[0].startswith("省07 0%")) == (20, True)
    assert len(rows("?all=1")) == 26
    assert rows("?all=1")[-1].startswith("湖南 no answers 0")
    assert [one.split(" ")[0] for one in rows("?province=省07")] == ["省07/市"]
    assert [one.startswith("No campaign no answers") for one in rows("?by=campaign")] == [False, True]
    assert [one.split(" ")[0] for one in rows("?by=brand")] == ["云通"]
    page = words_of(care.open("/board").body)
    assert "No topic yet" in page
    assert "Show 6 more" in page
    csv = str(care.open("/board?as=csv").body)
    assert csv.count("region,省") == 25
