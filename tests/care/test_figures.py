"""What is counted, and the board of it."""

from __future__ import annotations

import pytest

from chalicelib.care import actions, figures
from chalicelib.care.arrivals import recheck_answered
from chalicelib.care.figures import BoardFigures, answer, asked, board
from chalicelib.store import results as stored
from tests.support.dynamodb import Aws
from tests.support.factories import act, care_ready, complain, hours_on

DAY = "2026-11-23"


@pytest.mark.usefixtures("aws")
def test_the_board_of_a_day() -> None:
    care_ready()
    one = complain()
    two = complain("1 账单多收", 1, "in-2", complaint="C-2", region="北京/北京")
    three = complain("2 不行", 2, "in-3", complaint="C-3")
    actions.answer(one.case_id, "您好", act(hours=1))
    actions.resolve(one.case_id, "已修复", act(hours=2))
    recheck_answered(one.case_id, 5, True, "in-4", hours_on(3))
    actions.resolve(two.case_id, "已退费", act(hours=3))
    recheck_answered(two.case_id, 1, False, "in-5", hours_on(4))
    actions.set_topic(three.case_id, "service", act())
    found = board(DAY, DAY)
    total = found.total
    assert (total["opened"], total["closed"], total["confirmed"], total["reopened"]) == (3, 1, 1, 1)
    assert (total["first_answers"], total["first_answer_minutes"]) == (2, 60 + 180)
    assert total.share("confirmed", "closed") == 1
    assert total.share("satisfied", "answers") is None
    opened = {topic: one["opened"] for topic, one in found.by["topic"].items() if one["opened"]}
    assert opened == {"network": 1, "billing": 1, "service": 1}
    assert found.by["team"]["care-north"]["opened"] == 1
    assert found.by["team"]["care-lead"]["reopened"] == 1
    assert found.by["region"]["广东"]["opened"] == 2
    assert board(DAY, DAY, cities=True).by["region"]["广东/广州"]["opened"] == 2
    assert list(found.days) == [DAY]
    assert board("2026-11-24", "2026-11-30").total == BoardFigures()


@pytest.mark.usefixtures("aws")
def test_answers_are_counted_once_for_each_cause() -> None:
    deltas = answer(DAY, 4, (1, 5), 5, satisfied=True, campaign="post-complaint-survey", team="care-us")
    assert stored.add_once("batch-1", deltas, expires=4_000_000_000)
    assert not stored.add_once("batch-1", deltas, expires=4_000_000_000)
    more = answer(DAY, 1, (1, 5), 5, satisfied=False, campaign="post-complaint-survey", team="care-us")
    assert stored.add_once("batch-2", more, expires=4_000_000_000)
    assert stored.add_once("batch-3", asked(DAY, campaign="post-complaint-survey"), expires=4_000_000_000)
    total = board(DAY, DAY).total
    assert (total["answers"], total["points"], total.scores) == (2, 75, {1: 1, 4: 1})
    assert total.share("satisfied", "answers") == 0.5
    assert total.share("answers", "asked") == 2


def test_more_than_a_transaction_holds_is_added_once_too(aws: Aws) -> None:
    deltas = {("care#team", f"{DAY}#t{n}"): {"asked": 1} for n in range(250)}
    assert stored.add_once("batch-1", deltas, expires=4_000_000_000)
    assert not stored.add_once("batch-1", deltas, expires=4_000_000_000)
    rows = [row for row in aws.rows("results") if row["scope"] == "care#team"]
    assert (len(rows), {row["asked"] for row in rows}) == (250, {1})


def test_the_day_is_the_teams() -> None:
    from chalicelib.care.deadlines import WorkingHours

    late = hours_on(15)  # 01:00 of the next day in Shanghai
    assert WorkingHours("Asia/Shanghai").local_day(late) == "2026-11-24"
    assert WorkingHours("America/New_York").local_day(late) == DAY
    assert figures.places(DAY, team="care-us") == [
        ("care#all", f"{DAY}#"),
        ("care#team", f"{DAY}#care-us"),
    ]
