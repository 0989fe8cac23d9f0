"""A person says what a reply means: the case, the reply, the label and the opt-out follow."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from chalicelib.care.changes import Conflict
from chalicelib.care.correct import correct
from chalicelib.care.reads import case_page
from chalicelib.care.steps import CaseRefused
from chalicelib.cli import cli
from chalicelib.store import cases, catalogue, conversations, versions
from chalicelib.store.schema.conversations import CONVERSATIONS, Reply
from tests.english import refused
from tests.support.factories import NOW, WANG_GOLD, act, care_ready, complain, shipped

REPLY = "mo#in-1"
pytestmark = pytest.mark.usefixtures("aws")


def case_with_a_reply(body: str, **reading: Any) -> Any:
    """A case that was opened by a score of 1, whose reply said `body`."""
    care_ready()
    case = complain(score=1)
    wrote = Reply(msisdn=WANG_GOLD.msisdn, item=REPLY, body=body, reading=reading)
    conversations.write_surely([conversations.insert(wrote)])
    return case


def reply() -> Any:
    key = CONVERSATIONS.key(WANG_GOLD.msisdn, REPLY)
    return conversations.find(Reply, [key])[key]


def test_a_score_that_was_read_wrongly_becomes_the_cases() -> None:
    case = case_with_a_reply("不是一般的好", kind="rating", score=1, why="label")
    after = correct(case.case_id, REPLY, "rating", 5, act(case, "li.na"))
    assert (case.score, after.score) == (1, 5)
    assert reply().reading == {
        "kind": "rating",
        "score": 5,
        "why": "said by li.na",
        "was": {"kind": "rating", "score": 1, "why": "label"},
    }
    said = [(one.what, one.by, one.note) for one in case_page(case.case_id, "li.na", NOW).history]
    assert ("corrected", "li.na", "rating 1 → rating 5") in said
    (label,) = cases.readings()
    assert (label.body, label.kind, label.score) == ("不是一般的好", "rating", 5)


def test_words_that_were_taken_for_a_score_leave_the_case_without_one() -> None:
    case = case_with_a_reply("我有1个问题", kind="rating", score=1)
    assert correct(case.case_id, REPLY, "text", None, act(case)).score is None


def test_a_no_that_was_not_seen_holds_from_now_on() -> None:
    case = case_with_a_reply("别再发了好吗", kind="text")
    after = correct(case.case_id, REPLY, "opt_out", None, act(case))
    state = conversations.state(WANG_GOLD.msisdn)
    assert [scope.split("|")[0] for scope in state.optouts] == ["yuntong"]
    assert after.score == case.score  # another reply gave it
    correct(case.case_id, REPLY, "rating", 2, act(after))
    assert conversations.state(WANG_GOLD.msisdn).optouts == state.optouts  # only an explicit yes lifts a no


WRONG = {
    "a score off the scale": (REPLY, "rating", 6, "the score must be from 1 to 5"),
    "no score": (REPLY, "rating", None, "the score must be from 1 to 5"),
    "no meaning": (REPLY, "poem", None, "'poem' is no meaning"),
    "a reply that is not there": ("mo#in-2", "text", None, "not kept"),
    "a text of ours": ("mt#x", "text", None, "not kept"),
}


@pytest.mark.parametrize(("item", "kind", "score", "error"), WRONG.values(), ids=WRONG.keys())
def test_what_cannot_be_changes_nothing(item: str, kind: str, score: int | None, error: str) -> None:
    case = case_with_a_reply("1", kind="rating", score=1)
    with refused(CaseRefused, error):
        correct(case.case_id, item, kind, score, act(case))
    assert cases.readings() == []
    assert reply().reading == {"kind": "rating", "score": 1}


def test_the_second_of_two_people_is_told() -> None:
    case = case_with_a_reply("2？", kind="ask")
    correct(case.case_id, REPLY, "rating", 2, act(case, "li.na"))
    with pytest.raises(Conflict):
        correct(case.case_id, REPLY, "rating", 3, act(case, "wang.wei"))
    assert reply().reading["score"] == 2


def test_what_staff_said_is_a_split_that_the_reader_is_measured_by(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exported without numbers, and then measured: a score that was read wrongly is a wrong decision."""
    monkeypatch.setenv("RINGBACK_STACK", "")
    monkeypatch.setenv("RINGBACK_STAGE", "test")
    case = case_with_a_reply("I have 1 question, ring 13800138000", kind="rating", score=1)
    name = f"campaign#{case.campaign}"
    at = "2026-11-01T00:00:00.000Z"
    catalogue.go_live({name: versions.save(name, shipped()[name], by="test", at=at, status="live")})
    correct(case.case_id, REPLY, "rating", 2, act(case))
    made = CliRunner().invoke(cli, ["replies", "corrections", str(tmp_path)])
    assert made.exit_code == 0, made.output
    (line,) = map(json.loads, (tmp_path / "corrections.jsonl").read_text(encoding="utf-8").splitlines())
    assert line["text"] == "I have 1 question, ring ###########"
    assert (line["split"], line["kind"], line["scores"]) == ("corrections", "rating", [2])
    assert line["survey"] in json.loads((tmp_path / "surveys.json").read_text(encoding="utf-8"))
    other = json.dumps({"survey": None, "text": "STOP", "kind": "opt_out", "split": "seen"})
    everything = tmp_path / "all.jsonl"
    everything.write_text(f"{other}\n{json.dumps(line)}\n", encoding="utf-8")
    surveys = ["--surveys", str(tmp_path / "surveys.json")]
    split = CliRunner().invoke(
        cli, ["replies", "measure", *surveys, "--split", "corrections", str(everything)]
    )
    assert "right            0 of 1" in split.stdout
    assert (
        "right            1 of 2"
        in CliRunner().invoke(cli, ["replies", "measure", *surveys, str(everything)]).stdout
    )
