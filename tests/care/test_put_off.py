"""Cases that are put off until a time, and what brings them back before it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.care import actions, arrivals, reads
from chalicelib.care.actions import CaseRefused
from chalicelib.care.sweep import sweep
from chalicelib.clock import iso
from chalicelib.store import cases as stored
from chalicelib.store.schema.cases import Case
from tests.support.factories import act, care_ready, complain, hours_on

pytestmark = pytest.mark.usefixtures("aws")
TEAMS = ["care-south", "care-north"]


def listed(tab: reads.Tab, who: str = "li.na") -> list[str]:
    return [case.case_id for case in reads.queue(tab, who, TEAMS).cases]


def put_off(hours: float = 5) -> Case:
    care_ready()
    return actions.snooze(complain().case_id, hours_on(hours), act(hours=1), note="等班组回电")


def test_it_is_in_a_list_of_its_own_until_its_time_and_then_back_as_something_new() -> None:
    case = put_off()
    assert (case.owner, case.state) == ("li.na", "open")
    assert [listed(tab) for tab in ("mine", "team", "unowned")] == [[], [], []]
    assert listed("snoozed") == [case.case_id]
    counts = reads.tab_counts(reads.load(), "li.na", TEAMS)
    assert (counts["mine"], counts["snoozed"]) == (0, 1)
    sweep(hours_on(4.9))
    assert listed("mine") == []
    sweep(hours_on(5))
    assert (listed("mine"), listed("snoozed")) == ([case.case_id], [])
    back = stored.get(case.case_id)
    assert back is not None
    assert back.unread
    entry = stored.whole(case.case_id).log[-1]
    assert (entry.what, entry.by, entry.at) == ("woken", "ringback", iso(hours_on(5)))
    assert reads.tab_counts(reads.load(), "li.na", TEAMS)["mine"] == 1


BACK: dict[str, Callable[[Case], object]] = {
    "the subscriber writes": lambda case: arrivals.add_words(case.case_id, "还是断", "in-9", hours_on(2)),
    "a deadline passes": lambda _: sweep(hours_on(200)),
    "somebody takes it up": lambda case: actions.wake(case.case_id, act(hours=2)),
    "it is answered": lambda case: actions.answer(case.case_id, "您好", act(hours=2)),
    "it is handed over": lambda case: actions.hand_over(case.case_id, "下班", act(hours=2), to="chen.jie"),
    "somebody calls": lambda case: actions.call(case.case_id, "no_answer", act(hours=2)),
}
ASLEEP: dict[str, Callable[[Case], object]] = {
    "a note": lambda case: actions.note(case.case_id, "稍等", act(hours=2)),
    "a topic": lambda case: actions.set_topic(case.case_id, "billing", act(hours=2)),
    "it is urgent": lambda case: actions.set_urgent(case.case_id, True, act(hours=2)),
}


@pytest.mark.parametrize("done", BACK.values(), ids=BACK.keys())
def test_what_brings_it_back(done: Callable[[Case], object]) -> None:
    case = put_off(300)
    done(case)
    found = stored.get(case.case_id)
    assert found is not None
    assert (found.group, found.snoozed_until, listed("snoozed")) == ("working", "", [])


@pytest.mark.parametrize("done", ASLEEP.values(), ids=ASLEEP.keys())
def test_what_leaves_it_where_it_is(done: Callable[[Case], object]) -> None:
    case = put_off()
    done(case)
    assert listed("snoozed") == [case.case_id]


@pytest.mark.parametrize("hours", [1, 0, 30 * 24 + 1.1], ids=["now", "past", "more than 30 days"])
def test_a_time_that_is_none_is_refused(hours: float) -> None:
    care_ready()
    case = complain()
    with pytest.raises(CaseRefused, match="snooze_without_time"):
        actions.snooze(case.case_id, hours_on(hours), act(hours=1))


def test_what_is_resolved_is_not_put_off_and_what_is_not_put_off_not_taken_up() -> None:
    care_ready()
    case = complain()
    with pytest.raises(CaseRefused, match="not_snoozed"):
        actions.wake(case.case_id, act())
    actions.resolve(case.case_id, "换了线", act())
    with pytest.raises(CaseRefused, match="not_in_this_state"):
        actions.snooze(case.case_id, hours_on(2), act())


def test_what_is_late_comes_before_all_that_is_in_time() -> None:
    care_ready()
    late = complain("5", score=4, inbound="in-1", complaint="C-1", tier="")
    sweep(hours_on(100))
    words = "立即处理，否则投诉到工信部"
    worse = complain(words, 1, "in-2", 99, complaint="C-2", tier="diamond")
    assert listed("all") == [late.case_id, worse.case_id]
