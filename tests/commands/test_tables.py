"""An export's lines: what is equal is written equally, and what differs is found."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.store import dump, results


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"N": "0.050"}, {"N": "0.05"}),
        ({"N": "100"}, {"N": "1E+2"}),
        ({"SS": ["b", "a"]}, {"SS": ["a", "b"]}),
        ({"L": [{"N": "1.0"}]}, {"L": [{"N": "1"}]}),
        ({"M": {"x": {"NS": ["2.0", "1"]}}}, {"M": {"x": {"NS": ["1", "2"]}}}),
    ],
)
def test_the_same_value_has_one_line(one: Any, other: Any) -> None:
    assert dump.line({"a": one}) == dump.line({"a": other})


@pytest.mark.parametrize("value", [{"S": "0.050"}, {"L": [{"N": "2"}, {"N": "1"}]}, {"BOOL": True}])
def test_a_line_comes_back_as_it_was(value: Any) -> None:
    assert dump.item_from(dump.line({"a": value})) == {"a": value}


def test_an_item_that_changed_is_gone_and_new() -> None:
    same, before, after = (dump.line({"k": {"S": key}, "v": {"N": n}}) for key, n in ("a1", "b1", "b2"))
    assert dump.differences([same, before], [same, after]) == (1, [before], [after])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"Item": 1}', "nonsense"])
def test_a_line_that_is_no_item_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one
        dump.item_from(text)


@pytest.mark.usefixtures("aws")
def test_what_the_sweep_sees_is_no_part_of_a_table_and_in_nobodys_way() -> None:
    results.note_queue("intake", {"waiting": 1.0}, waits=True, at=1)
    assert dump.any_key("results") is None
    assert [list(page) for page in dump.items("results")] == [[]]
    results.note_review("plan-offer", "li.na", waits=True)
    (page,) = dump.items("results")
    assert [one["counter"]["S"] for one in page] == ["review:plan-offer/li.na"]
    assert dump.wipe("results") == 1
    assert results.of_scope(results.NOW) == []
