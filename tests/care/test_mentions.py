"""Who is named in a note, and the list that they find it in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.care import actions, reads
from chalicelib.care.current import current
from chalicelib.care.mentions import mentioned
from chalicelib.store import cases as stored
from tests.support.factories import act, care_ready, complain

PEOPLE = ("li.na", "li", "chen.jie", "Ana_2", "王芳")


@pytest.mark.parametrize(
    ("note", "who"),
    {
        "in a sentence": ("please look, @li.na.", ["li.na"]),
        "before Chinese": ("@li.na看一下这条线路", ["li.na"]),
        "full width": ("＠chen.jie 请回电", ["chen.jie"]),
        "two, one of them twice": ("@chen.jie @li.na @chen.jie", ["chen.jie", "li.na"]),
        "the longer of two names": ("@li.na", ["li.na"]),
        "the shorter, with a full stop": ("ask @li. Thanks", ["li"]),
        "another case": ("@ANA_2?", ["Ana_2"]),
        "a Chinese name": ("请@王芳处理", ["王芳"]),
        "an address": ("write to me@li.na", []),
        "a longer name that nobody has": ("@lina and @li_na", []),
        "nobody": ("@ 3 pm", []),
    }.values(),
)
def test_who_is_named(note: str, who: list[str]) -> None:
    assert mentioned(note, PEOPLE) == who


@given(st.text(max_size=40))
def test_any_text_names_only_people(note: str) -> None:
    assert set(mentioned(note, PEOPLE)) <= set(PEOPLE)
    assert mentioned(note, ()) == []


@pytest.mark.usefixtures("aws")
def test_a_note_puts_the_case_into_the_list_of_who_is_named_until_they_have_seen_it() -> None:
    care_ready()
    first, second = (complain(inbound=f"in-{n}", complaint=f"C-{n}") for n in range(2))
    (member,) = [one for one in current().care.people() if one == "chen.jie"]
    for hours, case in enumerate((first, second)):
        actions.note(case.case_id, f"@{member} 请看一下", act(by="li.na", hours=hours))
    latest = [second.case_id, first.case_id]
    assert [one.case_id for one in reads.queue("mentioned", member, []).cases] == latest
    page = reads.queue("mentioned", member, [], limit=1)
    after = reads.queue("mentioned", member, [], limit=1, after=page.cursor)
    assert [one.case_id for one in (*page.cases, *after.cases)] == latest
    assert len(stored.mentioned(member, limit=50)[0]) == 2
    assert reads.queue("mentioned", "li.na", []).cases == []
    stored.seen(first.case_id, member)
    assert len(stored.mentioned(member, limit=50)[0]) == 1
    assert stored.whole(first.case_id).log[-1].data == {"mentions": [member]}
