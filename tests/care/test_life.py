"""Cases from their first day to their last, in a real table."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib import queues
from chalicelib.care import actions, colours, reads
from chalicelib.care.arrivals import add_words, open_or_join, recheck_answered
from chalicelib.care.changes import Conflict, NotFound, change, get, settle
from chalicelib.care.current import current
from chalicelib.care.reads import load
from chalicelib.care.steps import CaseRefused
from chalicelib.care.sweep import sweep
from chalicelib.care.topics import measure
from chalicelib.clock import iso
from chalicelib.store import cases as stored
from chalicelib.store import conversations
from chalicelib.store.schema.base import replace
from chalicelib.store.schema.cases import Case
from chalicelib.store.schema.conversations import NumberState
from tests.care.world import NOW, WANG, act, at, complain, go_live, settle_in
from tests.support.dynamodb import Aws


@pytest.fixture(autouse=True)
def settled(aws: Aws) -> Iterator[None]:
    """Every test begins with settings and a subscriber, and ends with nothing left undone."""
    settle_in()
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
    assert (case.state, case.owner, case.answered_at) == ("in_progress", "li.na", iso(at(1)))
    (job,) = aws.jobs("urgent")
    assert (job.campaign, job.occasion, job.step) == ("care", f"{case.case_id}/1", "answer")
    assert job.facts["text"] == "您好，师傅今天下午上门检查。"
    case = actions.set_remedy(case.case_id, "visit", act(case, hours=2))
    case = actions.resolve(case.case_id, "换了光猫", act(case, hours=5))
    assert (case.state, case.recheck_at) == ("recheck_sent", iso(at(5)))
    (job,) = aws.jobs("bulk")
    assert (job.campaign, job.subscriber, job.occasion, job.step) == (
        "recheck-survey", "s-1", f"{case.case_id}/1", "invitation",
    )  # fmt: skip
    case = recheck_answered(case.case_id, 5, True, "in-2", at(20))
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
    case = recheck_answered(case.case_id, 1, False, "in-2", at(20), words="1，还是断")
    assert (case.state, case.level, case.team, case.owner) == ("reopened", 2, "care-lead", "")
    assert (case.answered_at, case.resolved_at, case.recheck_score) == ("", "", 1)
    assert case.since == iso(at(20))
    assert kinds(aws) == ["case.reopened"]
    case = actions.resolve(case.case_id, "换了线路", act(case, "supervisor", hours=30))
    assert [job.occasion for job in aws.jobs("bulk")] == [f"{case.case_id}/1", f"{case.case_id}/2"]
    assert recheck_answered(case.case_id, 4, True, "in-3", at(50)).outcome == "confirmed"


def test_silence_closes_it_unconfirmed_and_a_late_answer_still_counts(aws: Aws) -> None:
    case = complain()
    case = actions.resolve(case.case_id, "已处理", act(case, hours=1))
    assert sweep(at(1 + 95)) == 0
    assert sweep(at(1 + 96)) == 1
    case = get(case.case_id)
    assert (case.state, case.outcome) == ("closed", "unconfirmed")
    assert kinds(aws) == ["case.opened", "case.closed"]
    assert recheck_answered(case.case_id, 5, True, "in-2", at(120)).outcome == "confirmed"
    assert recheck_answered(case.case_id, 2, False, "in-3", at(121)).state == "reopened"


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
    assert (told.value.by, told.value.what, told.value.at) == ("li.na", "claimed", iso(at(1)))
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
    case = add_words(case.case_id, "账单多收了50元", "in-2", at(1))
    assert (case.topic, case.words, case.unread) == ("billing", "账单多收了50元", True)
    case = actions.set_topic(case.case_id, "service", act(case))
    assert (case.department, case.unread) == ("service-quality", False)
    assert add_words(case.case_id, "宽带断网", "in-3", at(2)).topic == "service"
    assert add_words(case.case_id, "宽带断网", "in-3", at(3)).revision == 4


def test_words_after_the_resolution_wait_unless_they_press() -> None:
    case = actions.resolve(complain().case_id, "已修复", act())
    case = add_words(case.case_id, "好的谢谢", "in-2", at(1))
    assert (case.state, case.unread) == ("recheck_sent", True)
    case = add_words(case.case_id, "根本没修好，我找律师起诉你们", "in-3", at(2))
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


def test_warned_then_overdue_then_said_once(aws: Aws) -> None:
    case = (
        complain()
    )  # gold: answered within 12 h of working time, and it is 10:00; the team works until 22:00
    assert (case.answer_warn, case.answer_due) == (iso(at(9)), iso(at(12)))
    assert case.deadline == case.answer_due
    assert sweep(at(8.9)) == 0
    assert sweep(at(9)) == 1
    assert (get(case.case_id).changed_what, get(case.case_id).overdue) == ("warned", "")
    assert sweep(at(12)) == 1
    case = get(case.case_id)
    assert (case.overdue, case.escalated_to) == ("yes", "supervisor")
    assert load().teams["care-south"] == {"working": 1, "unowned": 1, "overdue": 1}
    found = aws.announced()
    assert [(kind, event.get("which")) for kind, event in found] == [
        ("case.opened", None),
        ("case.overdue", ["answer"]),
    ]
    assert sweep(at(13)) == 0
    case = actions.answer(case.case_id, "抱歉久等", act(case, hours=25))
    assert (case.overdue, case.deadline) == ("", case.resolve_due)


def test_whoever_dies_between_leaves_the_rest_to_the_sweeper(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def died(_: object) -> None:
        raise RuntimeError("the bus is down")

    with monkeypatch.context() as patch:
        patch.setattr(queues, "announce", died)
        case = complain()
    assert aws.announced() == []
    assert load().teams == {}
    assert sweep(at(0.01)) == 0  # somebody may still be at it
    assert sweep(at(0.1)) == 1
    assert kinds(aws) == ["case.opened"]
    assert load().teams == {"care-south": {"working": 1, "unowned": 1}}
    assert sweep(at(0.2)) == 0
    assert get(case.case_id) == case


@pytest.mark.parametrize("effect", ["announce", "send_jobs"])
def test_a_failure_in_effects_is_logged_without_the_number_or_what_was_written(
    effect: str,
    aws: Aws,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    del aws
    words = "2，宽带还是断"

    def fails(given: object) -> None:
        raise RuntimeError(f"cannot send {given} of {WANG.msisdn}: {words}")

    with monkeypatch.context() as patch:
        patch.setattr(queues, effect, fails)
        case = complain(words)
        assert sweep(at(0.1)) == 0
    printed = "".join(capfd.readouterr())
    logged = printed + caplog.text
    assert WANG.msisdn not in logged
    assert WANG.msisdn.removeprefix("+86") not in logged
    assert words not in logged
    lines = [json.loads(line) for line in printed.splitlines()]
    assert [(line["event"], line["case"], line["type"]) for line in lines] == [
        ("effects of a case are left to the sweeper", case.case_id, "RuntimeError"),
        ("case will be tried again", case.case_id, "RuntimeError"),
    ]
    assert sweep(at(0.1)) == 1


def test_one_that_fails_does_not_hold_up_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(6)]

    def failing(case_id: str, *given: Any, **named: Any) -> Case:
        if case_id == cases[2].case_id:
            raise RuntimeError("this one")
        return change(case_id, *given, **named)

    with monkeypatch.context() as patch:
        patch.setattr("chalicelib.care.sweep.change", failing)
        assert sweep(at(9)) == 5
    assert sweep(at(9)) == 1


def test_a_re_check_that_was_not_sent_is_sent_by_the_sweeper(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = complain()

    def died(_: object) -> None:
        raise RuntimeError("the queue is down")

    with monkeypatch.context() as patch:
        patch.setattr(queues, "send_jobs", died)
        case = actions.resolve(case.case_id, "已修复", act(case))
    assert case.state == "resolved"
    sweep(at(1))
    assert get(case.case_id).state == "recheck_sent"
    assert len(aws.jobs("bulk")) == 1


def test_effects_done_twice_are_counted_once() -> None:
    case = complain()
    entry = stored.log_entry(case.case_id, 1)
    assert entry
    assert entry.effects == ""
    effects = '{"jobs": [], "events": [], "counts": [["care#now", "team:care-south", {"working": 1}]]}'
    settle(replace(entry, effects=effects), at(1))
    assert load().teams["care-south"]["working"] == 1


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
    assert actions.number_shown(case.case_id, by="li.na", now=at(1)) == case
    page = reads.case_page(case.case_id, "chen.jie", at(1))
    assert [(entry.what, entry.by) for entry in page.history] == [
        ("opened", "subscriber"), ("number_shown", "li.na"),
    ]  # fmt: skip
    assert reads.case_page(case.case_id, "li.na", at(1)).here == ["chen.jie"]
    assert reads.case_page(case.case_id, "li.na", at(2)).here == []


# The roster


def colour() -> tuple[str, str]:
    found, _ = colours.of_number(WANG.msisdn)
    return found.colour, found.why


def test_the_roster_follows_cases_and_a_good_re_check_repairs_it() -> None:
    assert colour() == ("green", "")
    case = complain()
    assert (case.roster, colour()) == ("yellow", ("yellow", "complaints"))
    case = complain("1 找律师", 1, "in-2")
    assert (case.roster, colour()) == ("red", ("red", "urgent"))
    assert conversations.state(WANG.msisdn).roster == "red"
    case = actions.resolve(case.case_id, "已修复", act())
    assert colour() == ("red", "urgent")
    case = recheck_answered(case.case_id, 5, True, "in-3", at(20))
    assert (case.roster, colour()) == ("green", ("green", ""))


def test_a_person_gives_a_colour_and_open_cases_show_it() -> None:
    case = complain()
    actions.set_roster(WANG.msisdn, "red", "辱骂客服", "supervisor", at(1))
    assert colour() == ("red", "person")
    assert get(case.case_id).roster == "red"
    actions.set_roster(WANG.msisdn, "green", "误会", "supervisor", at(2))
    assert (colour(), get(case.case_id).roster) == (("green", "person"), "green")
    assert complain(inbound="in-2", complaint="C-2", hours=3).roster == "yellow"
    with pytest.raises(CaseRefused):
        actions.set_roster(WANG.msisdn, "blue", "?", "supervisor", at(3))


def test_a_number_that_changed_hands_is_not_marked_for_its_former_holder() -> None:
    case = complain()
    state = conversations.state(WANG.msisdn)
    changed = NumberState.reassigned_at.to(iso(at(1))), NumberState.roster.to("green")
    conversations.write([conversations.change_state(state, *changed)])
    complain("1 找律师", 1, "in-2", hours=2)
    assert conversations.state(WANG.msisdn).roster == "green"
    assert get(case.case_id).roster == "red"


def test_a_number_that_nobody_has() -> None:
    case = open_or_join(
        subscriber_id="", msisdn="+8613900000009", brand="yuntong", complaint="in-9", inbound_id="in-9",
        words="你们是谁", now=NOW,
    )  # fmt: skip
    assert (case.subscriber, case.score, case.team) == ("", None, "care-north")
    assert case.roster == "yellow"


def test_settings_that_change_hold_from_the_next_change_on() -> None:
    complain()
    go_live(teams=[], rank={"worst_score": 0}, roster={"rules": []})
    case = complain(inbound="in-2", complaint="C-2", tier="")
    assert (case.team, case.bonus, case.roster) == ("care", {}, "green")
