"""The charts of results and board: steps and their losses, the edge of a funnel, scales and lines by day; and
the page that is drawn from them."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.campaigns import tally
from chalicelib.console import charts
from chalicelib.store import catalogue, results, versions
from chalicelib.store.results import CountedChange
from tests.support.console import as_role, stage
from tests.support.dynamodb import Aws
from tests.support.factories import care_ready, shipped

__all__ = ["stage"]
FIGURES = {
    "planned": 1_000,
    "suppressed:opted_out": 60,
    "suppressed:cap": 40,
    "failed:refused": 10,
    "expired": 5,
    "held:window": 30,
    "sending": 5,
    "sent": 850,
    "delivered": 700,
    "undelivered:unreachable": 50,
    "parts": 900,
    "cost": 40.5,
    "replies": 200,
    "opt_outs": 3,
    "scored": 150,
    "score_sum": 600,
    "score:1": 30,
    "score:5": 120,
}


def test_each_step_says_what_was_lost_and_what_waits() -> None:
    found = charts.steps(tally.funnel(FIGURES), 120)
    told = [(one.name, one.n, one.lost, one.waits) for one in found]
    assert told == [
        ("planned", 1_000, 0, 0),
        ("sent", 850, 115, 35),
        ("delivered", 700, 50, 100),
        ("scored", 150, 550, 0),
        ("satisfied", 120, 30, 0),
    ]
    assert [(loss.step, loss.reason, loss.n) for loss in found[1].losses] == [
        ("suppressed", "opted_out", 60),
        ("suppressed", "cap", 40),
        ("failed", "refused", 10),
        ("", "expired", 5),
    ]


def test_of_many_causes_the_smallest_are_one_line() -> None:
    many = tally.funnel({"planned": 100} | {f"failed:cause{n}": 10 - n for n in range(9)})
    losses = charts.steps(many, None)[1].losses
    assert [one.n for one in losses] == [10, 9, 8, 7, 6, 5 + 4 + 3 + 2]
    assert losses[-1].reason == "others"


COUNTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=5)


@given(COUNTS)
def test_the_edge_ends_at_the_right_and_no_step_leaves_the_drawing(numbers: list[int]) -> None:
    path = charts.shape(numbers)
    assert path.endswith(f"H{100 * len(numbers)}")
    depths = [float(one.split()[-1]) for one in re.findall(r"C[^HC]*", path)]
    assert all(0 <= one <= 100 for one in depths)


@given(st.lists(st.integers(0, 10**9), max_size=40))
def test_a_scale_holds_its_numbers_and_wastes_less_than_half(numbers: list[int]) -> None:
    top = charts.top_of(numbers)
    most = max(numbers, default=0)
    assert most <= top <= max(4, 2 * most)
    assert charts.ticks(top)[0] == top
    assert charts.ticks(top)[-1] == 0


@given(st.integers(1, 400))
def test_below_a_chart_stand_its_first_and_last_day(length: int) -> None:
    marks = charts.marks(length)
    assert (marks[0], marks[-1]) == (0, length - 1)
    assert len(marks) <= 5


def test_a_day_without_a_number_breaks_the_line() -> None:
    assert charts.line([0, 2, None, 4, 4], 4) == ["0.0,100.0 25.0,50.0", "75.0,0.0 100.0,0.0"]
    assert charts.line([1], 4) == []


def test_a_day_between_two_without_a_number_is_a_point_of_its_own() -> None:
    values = [0, None, 2, None, None, 4, 4]
    assert charts.lone(values, 4) == ["0.0,100.0 0.0,100.0", "33.33,50.0 33.33,50.0"]
    assert charts.lone([1, 2], 4) == []


DAYS = [f"2026-11-{day:02d}" for day in range(1, 31)]


@given(st.lists(st.none() | st.floats(0, 1), min_size=2, max_size=30))
def test_each_day_with_a_share_is_drawn_once_and_within_the_chart(shares: list[float | None]) -> None:
    chart = charts.share_chart(DAYS[: len(shares)], shares)
    known = [one for one in shares if one is not None]
    assert (chart is None) == (not known)
    if chart:
        points = [point for line in chart.lines for point in line.split()]
        assert len(points) + len(chart.lone) == len(known)
        assert all(0 <= float(point.split(",")[1]) <= 100 for point in points)
        assert (chart.least, chart.most) == pytest.approx((min(known), max(known)))
        assert chart.ticks[-1] == (50 if min(known) >= 0.5 else 0)


@given(st.lists(st.none() | st.floats(0, 1_000), max_size=90))
def test_a_small_line_stays_in_its_box_and_reaches_its_least_and_most(values: list[float | None]) -> None:
    known = [one for one in values if one is not None]
    found = charts.spark(values)
    assert (found is None) is (len(known) < 3)
    if found is not None:
        at = [float(point.partition(",")[2]) for line in found.lines for point in line.split()]
        assert len(at) == len(known)
        assert 0 < min(at) <= max(at) < 100
        assert (found.first, found.last, found.least, found.most) == (
            known[0], known[-1], min(known), max(known),
        )  # fmt: skip


def test_one_day_is_no_chart_and_each_day_of_a_week_is_named() -> None:
    assert charts.share_chart(DAYS[:1], [0.5]) is None
    week, month = (charts.share_chart(DAYS[:n], [0.5] * n) for n in (7, 30))
    assert week is not None
    assert month is not None
    assert week.days == DAYS[:7]
    assert month.days == [DAYS[n] for n in (0, 7, 14, 21, 29)]


@pytest.mark.usefixtures("stage")
@pytest.mark.parametrize(
    ("language", "lead", "lost"),
    [
        ("en", "We meant to send 1,000 texts; 700 arrived and 150 were answered with a score.", "− 115"),
        ("zh-CN", "计划发送 1,000 条，送达 700 条，150 条得到评分，其中 120 条满意。", "− 115"),
    ],
)
def test_the_page_begins_with_a_sentence_and_each_loss_leads_to_its_texts(
    language: str, lead: str, lost: str
) -> None:
    care_ready()
    scope = tally.scope_of("post-complaint-survey")
    name = "campaign#post-complaint-survey"
    catalogue.go_live({name: versions.save(name, shipped()[name], by="t", at="", status="live")})
    totals = {(scope, tally.counter_of(1, "total")): dict(FIGURES)}
    for region, part in (("湖南", 0.6), ("浙江", 0.04)):
        totals[scope, tally.counter_of(1, "region", region)] = {name: n * part for name, n in FIGURES.items()}
    results.add([CountedChange("x", 1, totals)])
    browser = as_role("marketing", language)
    page = html.unescape(str(browser.open("/results/post-complaint-survey?by=region").body))
    assert lead in re.sub(r"<[^>]+>", "", page)
    assert lost in page
    assert "/results/post-complaint-survey/texts?step=suppressed&reason=opted_out" in page
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0].split("<tr>")[1:]
    assert ["湖南" in rows[0], "浙江" in rows[1]] == [True, True]
    assert [' few"' in one for one in rows] == [False, True]
    campaign = str(browser.open("/campaigns/post-complaint-survey").body)
    why = campaign.partition('class="why"')[2].partition("</table>")[0]
    assert "/results/post-complaint-survey/texts?step=suppressed&amp;reason=opted_out" in why
    assert re.findall(r'width="([\d.]+)%"', why) == ["100.0", "66.7", "16.7", "8.3"]


def test_a_span_of_days_stands_beside_as_many_before(stage: Aws) -> None:
    del stage
    care_ready()
    scope, today = tally.scope_of("usage-alert"), clock.now()
    hours = {1: (100, 90), 3: (100, 80), 9: (50, 25), 40: (7, 7)}  # days ago -> sent, delivered
    deltas = {
        (scope, tally.counter_of(1, "hour", f"{today - timedelta(days=ago):%Y-%m-%dT%H}")): {
            "planned": sent, "sent": sent, "delivered": delivered,
        }
        for ago, (sent, delivered) in hours.items()
    }  # fmt: skip
    deltas[scope, tally.counter_of(1, "total")] = {"planned": 257, "sent": 257, "delivered": 202}
    results.add([CountedChange("x", 1, deltas)])
    browser = as_role("marketing")

    def lead(span: str) -> str:
        page = html.unescape(str(browser.open(f"/results/usage-alert{span}").body))
        return re.sub(r"<[^>]+>", "", page.partition('<p class="lead">')[2].partition("</p>")[0])

    week = lead("?span=7")
    assert week.startswith("The last 7 days. We meant to send 200 texts; 200 went out and 170 arrived.")
    assert week.endswith("Of what was sent 85% arrived; in the 7 days before it was 50%.")
    assert "The last 30 days. We meant to send 250 texts" in lead("?span=30")
    assert lead("?span=90").endswith("Nothing was sent in the 90 days before.")
    assert lead("?span=8") == lead("") == lead("?span=x")
    assert "257" in lead("")
    page = str(browser.open("/results/usage-alert?span=7").body)
    since = (today.astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(days=6)).date().isoformat()
    assert f"/texts?step=planned&amp;since={since}" in page
    assert "before: 50" in page
