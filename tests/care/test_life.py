"""Cases from their first day to their last, in a real table."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.care import actions, reads
from chalicelib.care.arrivals import add_words, recheck_answered
from chalicelib.care.changes import Conflict, NotFound, get
from chalicelib.care.current import current
from chalicelib.care.reads import load
from chalicelib.care.steps import CaseRefused
from chalicelib.care.sweep import sweep
from chalicelib.care.topics import measure
from chalicelib.clock import iso
from chalicelib.store.schema.cases import Case
from tests.support.dynamodb import Aws
from tests.support.factories import NOW, act, care_live, care_ready, complain, hours_on


@pytest.fixture(autouse=True)
def settled(aws: Aws) -> Iterator[None]:
    """Every test begins with settings and a subscriber, and ends with nothing left undone."""
    care_ready()
    yield
    assert not [row for row in aws.rows("cases") if "effects" in row]


def kinds(aws: Aws) -> list[str]:
    return [kind for kind, _ in aws.announced()]


def history(case: Case) -> list[str]:
    return [entry.what for entry in reads.case_page(case.case_id, "test", NOW).history]


def test_from_a_bad_answer_to_a_good_re_check(aws: Aws) -> None:
    case = complain()
    assert (case.state, case.topic, case.team, case.department) == (
        "open", "network", "care-south", "network-operations",
    )  # fmt: skip
    ((kind, event),) = aws.announced()
    assert kind == "case.opened"
    assert event["id"] == f"case/{case.case_id}/1"
    assert event["msisdn"] == "+86 138 •••• 0001"
    case = actions.claim(case.case_id, act(case))
    case = actions.answer(case.case_id, "您好，师傅今天下午上门检查。", act(case, hours=1))
    assert (case.state, case.owner, case.answered_at) == ("in_progress", "li.na", iso(hours_on(1)))
    (job,) = aws.jobs("urgent")
    assert (job.campaign, job.occasion, job.step) == ("care", f"{case.case_id}/1", "answer")
    assert job.facts["text"] == "您好，师傅今天下午上门检查。"
    case = actions.set_remedy(case.case_id, "visit", act(case, hours=2))
    case = actions.resolve(case.case_id, "换了光猫", act(case, hours=5))
    assert (case.state, case.recheck_at) == ("recheck_sent", iso(hours_on(5)))
    (job,) = aws.jobs("bulk")
    assert (job.campaign, job.subscriber, job.occasion, job.step) == (
        "recheck-survey", "s-1", f"{case.case_id}/1", "invitation",
    )  # fmt: skip
    case = recheck_answered(case.case_id, 5, True, "in-2", hours_on(20))
    assert (case.state, case.outcome, case.recheck_score) == ("closed", "confirmed", 5)
    ((kind, event),) = aws.announced()
    assert (kind, event["outcome"], event["recheck_score"]) == ("case.closed", "confirmed", 5)
    assert history(case) == [
        "opened", "claimed", "answered", "remedy", "resolved", "recheck_sent", "recheck_good",
    ]  # fmt: skip


def test_a_bad_re_check_takes_it_one_level_up(aws: Aws) -> None:
    case = complain()
    case = actions.resolve(case.case_id, "重启了光猫", act(case, hours=1))
    aws.announced()
    case = recheck_answered(case.case_id, 1, False, "in-2", hours_on(20), words="1，还是断")
    assert (case.state, case.level, case.team, case.owner) == ("reopened", 2, "care-lead", "")
    assert (case.answered_at, case.resolved_at, case.recheck_score) == ("", "", 1)
    assert case.since == iso(hours_on(20))
    assert kinds(aws) == ["case.reopened"]
    case = actions.resolve(case.case_id, "换了线路", act(case, "supervisor", hours=30))
    assert [job.occasion for job in aws.jobs("bulk")] == [f"{case.case_id}/1", f"{case.case_id}/2"]
    assert recheck_answered(case.case_id, 4, True, "in-3", hours_on(50)).outcome == "confirmed"


def test_silence_closes_it_unconfirmed_and_a_late_answer_still_counts(aws: Aws) -> None:
    case = complain()
    case = actions.resolve(case.case_id, "已处理", act(case, hours=1))
    assert sweep(hours_on(1 + 95)) == 0
    assert sweep(hours_on(1 + 96)) == 1
    case = get(case.case_id)
    assert (case.state, case.outcome) == ("closed", "unconfirmed")
    assert kinds(aws) == ["case.opened", "case.closed"]
    assert recheck_answered(case.case_id, 5, True, "in-2", hours_on(120)).outcome == "confirmed"
    assert recheck_answered(case.case_id, 2, False, "in-3", hours_on(121)).state == "reopened"


def test_one_case_for_a_complaint_however_often_it_is_said(aws: Aws) -> None:
    first = complain()
    again = complain(hours=1)  # the same reply, delivered twice
    assert again == first
    second = complain("1 你们再不修我就投诉到工信部", 1, "in-2", hours=2)
    assert (second.case_id, second.revision) == (first.case_id, 2)
    assert (second.score, second.urgent, second.unread) == (1, True, True)
    assert second.rank < first.rank
    assert second.resolve_due < first.resolve_due
    assert second.opened_at == first.opened_at
    other = complain(inbound="in-3", complaint="C-2")
    assert other.case_id != first.case_id
    assert len([row for row in aws.rows("cases") if row["part"] == "case"]) == 2
    assert kinds(aws) == ["case.opened", "case.opened"]


def test_a_milder_second_answer_does_not_hide_the_worse_one() -> None:
    complain(score=1)
    assert complain("", 2, "in-2").score == 1


def test_answers_at_the_same_moment_open_one_case(aws: Aws) -> None:
    opened: list[Case] = []
    threads = [
        threading.Thread(target=lambda n=n: opened.append(complain(inbound=f"in-{n}"))) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (row,) = [row for row in aws.rows("cases") if row["part"] == "case"]
    assert row["revision"] == 4
    assert sorted(case.revision for case in opened) == [1, 2, 3, 4]
    assert load().teams["care-south"]["working"] == 1


def test_two_people_the_second_is_told() -> None:
    seen = complain()
    actions.claim(seen.case_id, act(seen, "li.na", hours=1))
    with pytest.raises(Conflict) as told:
        actions.note(seen.case_id, "我来处理", act(seen, "chen.jie", hours=2))
    assert (told.value.by, told.value.what, told.value.at) == ("li.na", "claimed", iso(hours_on(1)))
    assert told.value.case.owner == "li.na"
    assert history(seen) == ["opened", "claimed"]


def test_two_people_at_the_same_moment_one_is_told() -> None:
    seen = complain()
    came: dict[str, Any] = {}

    def claim(who: str) -> None:
        try:
            came[who] = actions.claim(seen.case_id, act(seen, who))
        except Conflict as conflict:
            came[who] = conflict

    threads = [threading.Thread(target=claim, args=(who,)) for who in ("li.na", "chen.jie", "wang.qiang")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [who for who, result in came.items() if isinstance(result, Case)]
    assert len(winners) == 1
    assert {result.by for result in came.values() if isinstance(result, Conflict)} == set(winners)
    assert get(seen.case_id).owner == winners[0]


def test_a_form_that_is_sent_twice_counts_once(aws: Aws) -> None:
    case = complain()
    first = actions.answer(case.case_id, "您好", act(case, once="form-1"))
    assert actions.answer(case.case_id, "您好", act(case, once="form-1")) == first
    assert len(aws.jobs("urgent")) == 1


def test_the_first_owner_keeps_it_until_it_is_handed_over_with_a_note() -> None:
    case = actions.claim(complain().case_id, act())
    with pytest.raises(CaseRefused) as refused:
        actions.claim(case.case_id, act(case, "chen.jie"))
    assert refused.value.problem.code == "owned"
    with pytest.raises(CaseRefused) as refused:
        actions.hand_over(case.case_id, " ", act(case), to="chen.jie")
    assert refused.value.problem.code == "hand_over_without_note"
    case = actions.hand_over(case.case_id, "约了明天上门", act(case), to="chen.jie")
    assert (case.owner, case.state) == ("chen.jie", "claimed")
    case = actions.hand_over(case.case_id, "要北方组查", act(case, "chen.jie"), team="care-north")
    assert (case.owner, case.team, case.state) == ("", "care-north", "open")
    assert load().teams == {"care-north": {"working": 1, "unowned": 1}}


@pytest.mark.parametrize(
    ("outcome", "answered"),
    [("reached", True), ("no_answer", False), ("wrong_number", False)],
)
def test_a_call_answers_when_it_reached_them(outcome: str, answered: bool) -> None:
    case = actions.call(complain().case_id, outcome, act(), note="约了上门")
    assert bool(case.answered_at) == answered
    assert (case.state, case.owner) == ("in_progress", "li.na")
    with pytest.raises(CaseRefused):
        actions.call(case.case_id, "maybe", act())


def test_words_that_come_later_join_and_may_change_what_it_is_about() -> None:
    case = complain("2")
    assert case.topic == ""
    case = add_words(case.case_id, "账单多收了50元", "in-2", hours_on(1))
    assert (case.topic, case.words, case.unread) == ("billing", "账单多收了50元", True)
    case = actions.set_topic(case.case_id, "service", act(case))
    assert (case.department, case.unread) == ("service-quality", False)
    assert add_words(case.case_id, "宽带断网", "in-3", hours_on(2)).topic == "service"
    assert add_words(case.case_id, "宽带断网", "in-3", hours_on(3)).revision == 4


def test_words_after_the_resolution_wait_unless_they_press() -> None:
    case = actions.resolve(complain().case_id, "已修复", act())
    case = add_words(case.case_id, "好的谢谢", "in-2", hours_on(1))
    assert (case.state, case.unread) == ("recheck_sent", True)
    case = add_words(case.case_id, "根本没修好，我找律师起诉你们", "in-3", hours_on(2))
    assert (case.state, case.level, case.urgent) == ("reopened", 2, True)


def test_what_staff_say_about_topics_measures_the_rules() -> None:
    one = complain("2 不行")
    actions.set_topic(one.case_id, "service", act())
    two = complain("2 宽带断网", inbound="in-2", complaint="C-2")
    actions.set_topic(two.case_id, "product", act())
    three = complain("2 账单多收", inbound="in-3", complaint="C-3")
    actions.set_topic(three.case_id, "billing", act())
    found = measure(reads.labelled(), current().care.topics)
    assert (found.right, found.wrong, found.left_to_people) == (1, 1, 1)
    assert found.mistakes == (("2 宽带断网", "product", "network"),)


def test_duplicates_close_together_and_later_words_go_to_the_one_that_stays() -> None:
    first, second = complain(), complain(inbound="in-2", complaint="C-2")
    gone = actions.join(second.case_id, first.case_id, act(second))
    assert (gone.state, gone.outcome, gone.joined_to) == ("closed", "duplicate", first.case_id)
    assert history(first) == ["opened", "duplicates"]
    assert complain("1", 1, "in-3", complaint="C-2").case_id == first.case_id
    assert load().teams == {"care-south": {"working": 1, "unowned": 1}}
    other = complain(inbound="in-4", subscriber_id="s-2", msisdn="+8613800000002")
    with pytest.raises(CaseRefused):
        actions.join(other.case_id, first.case_id, act(other))


def test_many_at_once_each_with_its_answer() -> None:
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(3)]
    actions.close(cases[1].case_id, "试用", act(cases[1]))
    done = actions.assign_many(
        [*(case.case_id for case in cases), "K-NONE"], "li.na", by="supervisor", now=NOW
    )
    assert [(one.problem and one.problem.code, one.case.owner if one.case else "") for one in done] == [
        (None, "li.na"), ("not_in_this_state", ""), (None, "li.na"), ("no_such_case", ""),
    ]  # fmt: skip
    assert load().owners == {"li.na": {"working": 2}}


def test_closing_and_reopening_by_a_person_need_a_reason() -> None:
    case = complain()
    with pytest.raises(CaseRefused):
        actions.close(case.case_id, "", act(case))
    case = actions.close(case.case_id, "客户已离网", act(case))
    assert (case.outcome, case.deadline) == ("by_person", "")
    with pytest.raises(CaseRefused):
        actions.reopen(case.case_id, " ", act(case))
    case = actions.reopen(case.case_id, "客户来电", act(case))
    assert (case.state, case.level, case.outcome, case.closed_at) == ("reopened", 2, "", "")
    with pytest.raises(NotFound):
        actions.note("K-NONE", "有人吗", act())


def test_who_saw_the_number_is_in_the_log() -> None:
    case = complain()
    assert actions.number_shown(case.case_id, by="li.na", now=hours_on(1)) == case
    page = reads.case_page(case.case_id, "chen.jie", hours_on(1))
    assert [(entry.what, entry.by) for entry in page.history] == [
        ("opened", "subscriber"), ("number_shown", "li.na"),
    ]  # fmt: skip
    assert reads.case_page(case.case_id, "li.na", hours_on(1)).here == ["chen.jie"]
    assert reads.case_page(case.case_id, "li.na", hours_on(2)).here == []


# The roster


def test_settings_that_change_hold_from_the_next_change_on() -> None:
    complain()
    care_live(teams=[], rank={"worst_score": 0}, roster={"rules": []})
    case = complain(inbound="in-2", complaint="C-2", tier="")
    assert (case.team, case.bonus, case.roster) == ("care", {}, "green")
