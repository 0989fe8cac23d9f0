"""Cases that are given to the people of a team, and what somebody has at the end of their shift."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.care import actions, reads
from chalicelib.care.current import current
from chalicelib.care.settings import care_from
from chalicelib.care.share import loads, next_owner, share_out
from chalicelib.care.sweep import sweep
from chalicelib.intake import subscriber_changes
from tests.support.factories import WANG_GOLD, act, care_document, care_live, complain, hours_on

TEAM = "care-south"


def teams(**changes: Any) -> list[dict[str, Any]]:
    """The teams that ship, the one of WANG_GOLD's province with changes."""
    return [one | changes if one["id"] == TEAM else one for one in care_document()["teams"]]


def settle(**changes: Any) -> None:
    care_live(teams=teams(**changes))
    subscriber_changes.put_many([WANG_GOLD])


@pytest.mark.parametrize(
    ("most", "has", "hours", "who"),
    {
        "the fewest": (10, {"a": 3, "b": 1, "c": 2}, 0, "b"),
        "nobody has any: the first": (10, {}, 0, "a"),
        "the same: the first of them": (10, {"a": 2, "b": 1, "c": 1}, 0, "b"),
        "not who has enough": (3, {"a": 3, "b": 3, "c": 2}, 0, "c"),
        "everybody has enough": (3, {"a": 3, "b": 4, "c": 3}, 0, ""),
        "the team is closed": (10, {}, 13, ""),  # 23:00 in Shanghai
        "the team opens": (10, {}, 22, "a"),  # 08:00
        "the team does not want it": (0, {}, 0, ""),
    }.values(),
)
def test_who_is_next(most: int, has: dict[str, int], hours: float, who: str) -> None:
    care = care_from(care_document() | {"teams": teams(members=["a", "b", "c"], assign_most=most)})
    assert next_owner(care.team(TEAM), has, hours_on(hours)) == who


@pytest.mark.parametrize("wrong", [-1, "many", 1001])
def test_a_number_that_is_none_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="assign_most"):
        care_from(care_document() | {"teams": teams(assign_most=wrong)})


@pytest.mark.usefixtures("aws")
def test_new_cases_go_round_and_the_history_says_so() -> None:
    settle(members=["a", "b"], assign_most=2)
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(5)]
    assert [one.owner for one in cases] == ["a", "b", "a", "b", ""]
    page = reads.case_page(cases[0].case_id, "a", hours_on())
    assert [(one.what, one.by) for one in page.history] == [
        ("opened", "subscriber"),
        ("assigned", "ringback"),
    ]
    assert loads() == {"a": 2, "b": 2}
    again = complain(inbound="in-0", complaint="C-0")  # the same answer once more
    assert again.owner == "a"


@pytest.mark.usefixtures("aws")
def test_what_nobody_has_is_given_out_at_once() -> None:
    settle(members=["a", "b"])
    for n in range(5):
        complain(inbound=f"in-{n}", complaint=f"C-{n}", hours=-n)
    care_live(teams=teams(members=["a", "b"], assign_most=2))
    assert share_out(current().care.team(TEAM), hours_on()) == 4
    left = reads.queue("unowned", "", [TEAM]).cases
    assert [one.complaint for one in left] == ["C-0"]  # who has waited least
    sweep(hours_on(0.1))
    assert share_out(current().care.team(TEAM), hours_on()) == 0


@pytest.mark.usefixtures("aws")
def test_a_shift_is_handed_over_with_one_note() -> None:
    settle()
    ids = [complain(inbound=f"in-{n}", complaint=f"C-{n}").case_id for n in range(3)]
    actions.assign_many(ids, "chen.jie", by="supervisor", now=hours_on())
    actions.close(ids[2], "误会", act(hours=1))
    done = actions.hand_over_many(ids, "li.na", "", "明早回电", "chen.jie", hours_on(2))
    assert [one.problem is None for one in done] == [True, True, False]
    assert [one.case_id for one in reads.queue("mine", "chen.jie", []).cases] == []
    found = reads.queue("mine", "li.na", []).cases
    assert {one.case_id for one in found} == set(ids[:2])
    assert reads.case_page(ids[0], "li.na", hours_on(2)).history[-1].note == "明早回电"
