"""Machines by kind, and people who sound like them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from chalicelib.replies.candidates import MachineKind
from chalicelib.replies.reading import MACHINE, read
from tests.replies.corpus import surveys

CSAT = surveys()["csat"]
TEXTS = yaml.safe_load((Path(__file__).parent / "machines.yaml").read_text(encoding="utf-8"))


def rows(*kinds: str) -> list[pytest.param]:  # type: ignore[valid-type]
    return [pytest.param(kind, text, id=f"{kind}: {text}") for kind in kinds for text in TEXTS[kind]]


@pytest.mark.parametrize(("kind", "text"), rows("reaction", "auto_reply", "network", "service"))
def test_a_machine_is_known_by_its_kind(kind: str, text: str) -> None:
    for survey in (None, CSAT):
        reading = read(text, survey)
        assert (reading.kind, reading.machine) == (MACHINE, MachineKind(kind)), reading


@pytest.mark.parametrize(("_kind", "text"), rows("person"))
def test_who_says_more_than_a_machine_is_a_person(_kind: str, text: str) -> None:
    for survey in (None, CSAT):
        assert read(text, survey).kind != MACHINE


@pytest.mark.parametrize(
    "text", ["Your order has shipped. Please STOP texting me", "感谢您的来电，我们已下班。别再发短信了"]
)
def test_a_machines_words_with_a_clear_no_are_for_a_person(text: str) -> None:
    assert read(text, None).kind in ("ask", "opt_out")
