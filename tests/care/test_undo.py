"""Taking the last change of a case back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.care import actions, reads
from chalicelib.care.actions import Act
from chalicelib.care.changes import Conflict
from chalicelib.care.steps import CaseRefused
from chalicelib.store.schema.cases import Case
from tests.english import refused
from tests.support.factories import NOW, act, care_ready, complain

pytestmark = pytest.mark.usefixtures("aws")
SAME = ("team", "owner", "state", "topic", "topic_by", "department", "remedy")
Change = Callable[[str, Act], Case]

UNDONE: dict[str, Change] = {
    "claim": actions.claim,
    "assign": lambda id, act: actions.assign(id, "chen.jie", act),
    "hand over to a person": lambda id, act: actions.hand_over(id, "下班", act, to="wang.qiang"),
    "hand over to a team": lambda id, act: actions.hand_over(id, "非本组", act, team="care-north"),
    "topic": lambda id, act: actions.set_topic(id, "billing", act),
    "department": lambda id, act: actions.set_department(id, "billing", act),
    "remedy": lambda id, act: actions.set_remedy(id, "credit", act),
}


def owned(case: Case) -> Case:
    return actions.claim(case.case_id, act(case))


@pytest.mark.parametrize("do", UNDONE.values(), ids=UNDONE.keys())
def test_what_was_done_last_is_as_it_was(do: Change) -> None:
    care_ready()
    before = complain()
    if do is not actions.claim and do is not UNDONE["assign"]:
        before = owned(before)
    changed = do(before.case_id, act(before))
    after = actions.undo(before.case_id, act(changed))
    assert {name: getattr(after, name) for name in SAME} == {name: getattr(before, name) for name in SAME}
    assert after.revision == changed.revision + 1
    assert reads.case_page(before.case_id, "li.na", NOW).history[-1].what == "undone"


LASTING: dict[str, Change] = {
    "a text": lambda id, act: actions.answer(id, "您好", act),
    "a call": lambda id, act: actions.call(id, "reached", act),
    "a resolution": lambda id, act: actions.resolve(id, "已修复", act),
    "what was taken back": lambda id, act_: actions.undo(id, act(actions.claim(id, act_))),
}


@pytest.mark.parametrize("do", LASTING.values(), ids=LASTING.keys())
def test_what_others_have_seen_of_it_stays(do: Change) -> None:
    care_ready()
    case = complain()
    changed = do(case.case_id, act(case))
    with refused(CaseRefused, "cannot be taken back"):
        actions.undo(case.case_id, act(changed))


def test_nobody_takes_back_what_somebody_else_built_on() -> None:
    care_ready()
    mine = owned(complain())
    actions.note(mine.case_id, "已联系", act(mine, "chen.jie"))
    with pytest.raises(Conflict):
        actions.undo(mine.case_id, act(mine))


def test_a_label_goes_with_the_topic_it_came_with() -> None:
    care_ready()
    case = complain("2 宽带还是断")
    first = actions.set_topic(case.case_id, "billing", act(case))
    assert [topic for _, topic in reads.labelled()] == ["billing"]
    second = actions.set_topic(case.case_id, "service", act(first))
    back = actions.undo(case.case_id, act(second))
    assert (back.topic, [topic for _, topic in reads.labelled()]) == ("billing", ["billing"])
    again = actions.set_topic(case.case_id, "service", act(back))
    actions.undo(case.case_id, act(again))
    other = complain("1 信号差", inbound="in-2", complaint="C-2")
    only = actions.set_topic(other.case_id, "billing", act(other))
    actions.undo(other.case_id, act(only))
    assert [topic for _, topic in reads.labelled()] == ["billing"]


def test_several_at_once_each_by_the_revision_it_had() -> None:
    care_ready()
    cases = [complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(2)]
    done = actions.assign_many([one.case_id for one in cases], "chen.jie", by="supervisor", now=NOW)
    seen = {one.case_id: one.case.revision for one in done if one.case}
    actions.note(cases[1].case_id, "已联系", Act("chen.jie", NOW))
    back = actions.undo_many(seen, by="supervisor", now=NOW)
    assert back[0].case is not None
    assert back[0].case.owner == ""
    assert back[1].problem is not None
    assert back[1].problem.code == "changed_meanwhile"
