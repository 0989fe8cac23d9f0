"""Complaints by text: what opens a case and how urgent it is, what a person should see, what is chatter."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.care.complaints import Complaint, Verdict, complaint, is_not_better
from chalicelib.care.grievances import Sign
from chalicelib.care.phrases import plain
from chalicelib.care.settings import care_from

ROOT = Path(__file__).parents[2]
CARE = care_from(yaml.safe_load((ROOT / "templates/care.yaml").read_text(encoding="utf-8")))
SHARED = ROOT.parent / "shared" / "data"


def table(name: str) -> list[Any]:
    lines = yaml.safe_load((ROOT / f"tests/replies/{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(want, text, id=f"{want}: {text}") for want, text in lines]


def of(text: str) -> Complaint:
    return complaint(text, CARE.topics, CARE.urgent)


@pytest.mark.parametrize(
    ("want", "text"),
    [
        line
        for name in (
            "complaints",
            "complaints_second",
            "complaints_third",
            "complaints_fourth",
            "complaints_fifth",
            "complaints_sixth",
        )
        for line in table(name)
    ],
)
def test_a_complaint_opens_a_case_that_is_urgent_where_it_presses(want: str, text: str) -> None:
    found = of(text)
    assert found.verdict is Verdict.CASE, found
    assert found.urgent == (want == "urgent"), found


@pytest.mark.parametrize(("_want", "text"), table("no_complaints"))
def test_what_is_no_complaint_opens_no_case(_want: str, text: str) -> None:
    assert of(text).verdict is not Verdict.CASE, of(text)


def test_little_of_what_friends_write_opens_a_case() -> None:
    """Chatter that was written to sound like a complaint."""
    lines = (ROOT / "tests/replies/chatter.txt").read_text(encoding="utf-8").splitlines()
    cases = [text for text in lines if of(text).verdict is Verdict.CASE]
    assert len(cases) <= len(lines) // 20, cases


@pytest.mark.parametrize(
    ("text", "topic", "urgent_for"),
    [
        pytest.param(
            "我家宽带断了三天了，打10000没人管，我要投诉到工信部", "network", Sign.THREAT, id="regulator"
        ),
        pytest.param("no internet since Monday, please fix it", "network", Sign.DURATION, id="days without"),
        pytest.param("you overcharged me again, my lawyer will call", "billing", Sign.THREAT, id="lawyer"),
    ],
)
def test_a_complaint_has_its_topic_and_what_makes_it_urgent(text: str, topic: str, urgent_for: Sign) -> None:
    found = of(text)
    assert found.verdict is Verdict.CASE
    assert found.topic.guess == topic
    assert urgent_for in found.urgent_for


def test_evidence_stands_where_it_says() -> None:
    text = "You charged me TWICE and nobody calls back"
    for one in of(text).evidence:
        assert plain(text)[slice(*one.span)] == one.words


@pytest.mark.skipif(not SHARED.is_dir(), reason="the private texts are not here")
def test_chatter_opens_no_cases() -> None:
    lines = (SHARED / "nus_sms_public.jsonl").read_text(encoding="utf-8").splitlines()
    cases = [
        text for text in (json.loads(line)["text"] for line in lines) if of(text).verdict is Verdict.CASE
    ]
    assert len(lines) == 4_000
    assert len(cases) <= 4, cases


NOT_BETTER = yaml.safe_load((ROOT / "tests/replies/not_better.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", NOT_BETTER["not_better"])
def test_a_case_that_is_resolved_hears_that_it_is_not_better(text: str) -> None:
    assert is_not_better(text)


@pytest.mark.parametrize("text", NOT_BETTER["other"])
def test_what_else_is_said_of_a_resolved_case_reopens_nothing(text: str) -> None:
    assert not is_not_better(text)
