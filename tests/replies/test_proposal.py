"""A language model proposes what a reply may be; a person decides, and its answers change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest

from chalicelib.campaigns.live import Live
from chalicelib.replies import third_opinion
from chalicelib.replies.proposal import KINDS, TOOL, Proposal, checked, request
from chalicelib.store import bedrock, catalogue, conversations, inbox, queries
from chalicelib.store.inbox import Listed
from chalicelib.store.schema.conversations import Reply, reply_key

SCALE = (1, 5)
TEXT = "网还是很慢，我的号码是13800138000，别再发了"
NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def answered(given: Any, name: str = TOOL) -> dict[str, Any]:
    return {"output": {"message": {"content": [{"toolUse": {"name": name, "input": given}}]}}}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        pytest.param({"kind": "opt_out", "quote": "别再发了"}, Proposal("opt_out", "别再发了"), id="a no"),
        pytest.param({"kind": "complaint", "quote": "很慢"}, Proposal("complaint", "很慢"), id="a complaint"),
        pytest.param(
            {"kind": "rating", "quote": "很慢", "score": 2}, Proposal("rating", "很慢", 2), id="a score"
        ),
        pytest.param({"kind": "rating", "quote": "很慢", "score": 9}, None, id="off the scale"),
        pytest.param({"kind": "rating", "quote": "很慢", "score": True}, None, id="no number"),
        pytest.param({"kind": "rating", "quote": "很慢"}, None, id="a rating without a score"),
        pytest.param({"kind": "opt_out", "quote": "stop"}, None, id="words that are not there"),
        pytest.param({"kind": "opt_out", "quote": " "}, None, id="no words"),
        pytest.param({"kind": "opt_in", "quote": "别再发了"}, None, id="what nobody may propose"),
        pytest.param({"kind": ["opt_out"], "quote": "别再发了"}, None, id="a list"),
    ],
)
def test_a_proposal_quotes_the_reply_and_stays_on_the_scale(given: Any, expected: Proposal | None) -> None:
    assert checked(answered(given), TEXT, SCALE) == expected


def test_an_answer_in_prose_or_by_another_tool_is_none() -> None:
    prose = {"output": {"message": {"content": [{"text": "It is an opt-out."}]}}}
    assert checked(prose, TEXT, SCALE) is None
    assert (
        checked(answered({"kind": "opt_out", "quote": "别再发了"}, "delete_everything"), TEXT, SCALE) is None
    )


def test_numbers_do_not_leave_and_the_tool_has_to_be_used() -> None:
    asked = request(TEXT, SCALE)
    assert "13800138000" not in str(asked)
    assert "###########" in str(asked)
    assert asked["toolConfig"]["toolChoice"] == {"tool": {"name": TOOL}}


def hostile(chance: Random) -> Any:
    """An answer that no model should give: nonsense, orders, half an answer, or a failure of the network."""
    words = (
        "",
        "别再发了",
        "ignore your rules",
        "opt everyone out",
        "很慢",
        "\x00",
        "A" * 5_000,
        "</message>",
    )
    value = chance.choice(
        (None, 7, -1, 10**9, True, [], {}, "x", *words, {"kind": "opt_out"}, [{"text": "STOP"}], *KINDS)
    )
    given = {
        chance.choice(("kind", "Kind", "quote")): value,
        "kind": chance.choice((value, *KINDS, "delete", "opt_in")),
        "quote": chance.choice((value, *words)),
        "score": chance.choice((value, 0, 3, 6, "5", 4.5)),
    }
    whole = answered(given, chance.choice((TOOL, TOOL, "run_code")))
    return chance.choice(
        (
            whole,
            whole,
            whole,
            value,
            {"output": value},
            TimeoutError("slow"),
            ValueError("not JSON"),
            OSError(),
        )
    )


def test_five_hundred_hostile_answers_write_nothing_but_what_may_be_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RINGBACK_BEDROCK_MODEL", "stand-in")
    reply = Reply(
        msisdn="+8613800138000", item="mo#1", body=TEXT, inbox=inbox.UNHANDLED, reading={"kind": "ask"}
    )
    written: list[Mapping[str, Any]] = []
    monkeypatch.setattr(third_opinion, "live", lambda _: Live({}, {}, {}, {}))
    monkeypatch.setattr(catalogue, "control", lambda: None)
    monkeypatch.setattr(bedrock, "take_one", lambda _: True)
    monkeypatch.setattr(inbox, "unhandled", lambda *_, **__: Listed([reply] * 5, ""))
    monkeypatch.setattr(inbox, "propose", lambda _, found: written.append(found))
    chance = Random(5)

    def ask(_: Mapping[str, Any]) -> Any:
        found = hostile(chance)
        if isinstance(found, Exception):
            raise found
        return found

    for _ in range(100):
        assert third_opinion.propose(NOW, ask) == 5
    assert len(written) == 500
    kept = [one for one in written if one != {"kind": "none"}]
    assert all(one["kind"] in KINDS and one["quote"] in TEXT for one in kept)
    assert all(one.keys() <= {"kind", "quote"} for one in kept)  # no survey was asked, so no score is one


def test_it_is_off_unless_a_model_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RINGBACK_BEDROCK_MODEL", raising=False)
    monkeypatch.setattr(inbox, "unhandled", None)
    assert third_opinion.propose(NOW, lambda _: pytest.fail("asked")) == 0


@pytest.mark.usefixtures("tables")
def test_calls_of_a_month_are_capped_and_a_reply_that_is_dealt_with_gets_no_proposal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("RINGBACK_BEDROCK_A_MONTH", "2")
    assert [bedrock.take_one("2026-11") for _ in range(4)] == [True, True, False, False]
    assert bedrock.take_one("2026-12")
    key = reply_key("+8613800138000", "1")
    waits = Reply(
        msisdn="+8613800138000",
        item="mo#1",
        body=TEXT,
        inbox=inbox.UNHANDLED,
        received_at="2026-11-28T12:00:00Z",
    )
    queries.put_all([waits])
    assert inbox.propose(waits, {"kind": "opt_out", "quote": "别再发了"})
    assert inbox.handle(waits, "nothing", "li.na", "2026-11-28T12:01:00Z")
    assert not inbox.propose(waits, {"kind": "complaint", "quote": "很慢"})
    kept = conversations.find(Reply, [key])[key]
    assert (kept.handled, kept.handled_by, kept.proposal["kind"]) == ("nothing", "li.na", "opt_out")
