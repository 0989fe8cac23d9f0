"""Whole conversations by SMS: what a subscriber does, and all that comes of it.

`conversations.yaml` holds what happens; `conversations.golden` what came of it, as a transcript. After a
change that is meant, write it anew and read the difference:

    RINGBACK_GOLDEN=write .venv/bin/pytest tests/replies/test_conversations.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from chalicelib.care import actions, reads
from chalicelib.care.actions import Act
from chalicelib.document import duration
from chalicelib.store import catalogue, versions
from chalicelib.store.relationship import relationship
from chalicelib.store.schema.conversations import Reply, Survey, Text
from tests.support.factories import WANG
from tests.support.service import Service

HERE = Path(__file__).parent
GOLDEN = HERE / "conversations.golden"
TALKS: list[Mapping[str, Any]] = yaml.safe_load((HERE / "conversations.yaml").read_text())
WRITE = os.environ.get("RINGBACK_GOLDEN") == "write"


def golden() -> dict[str, str]:
    """Transcripts by the name of their conversation."""
    if not GOLDEN.exists():
        return {}
    parts = GOLDEN.read_text().split("\n=== ")
    return dict(part.removeprefix("=== ").split("\n", 1) for part in parts)


def transcript(service: Service, talk: Mapping[str, Any]) -> Iterator[str]:
    """Live through the conversation; a line for everything that is said, and how it ends."""
    if "questions" in talk:
        _ask_more(talk["questions"])
    shown = 0
    for number, step in enumerate(talk["steps"]):
        (what, value), *_ = step.items()
        match what:
            case "complaint":
                service.complain(str(value))
            case "wait":
                service.now += duration(value)
            case "resolve":
                (case,) = reads.open_of_subscriber(WANG.subscriber_id)
                actions.resolve(case.case_id, value, Act("li.na", service.now))
            case "reply":
                yield f"> {value}"
                service.write(value, f"in-{step.get('id', number)}")
                service.write(value, f"in-{step.get('id', number)}")
            case _:
                raise AssertionError(f"{talk['name']}: unknown step {what}")
        service.settle()
        for text in service.network.texts[shown:]:
            campaign, step_name = text.context["campaign"], text.context["item"].rsplit("/", 1)[1]
            yield f"< [{campaign} {step_name}] {text.body}"
        shown = len(service.network.texts)
        service.now += timedelta(minutes=1)
    yield from _ends(service)


def _ask_more(questions: list[dict[str, Any]]) -> None:
    """The survey with further questions, whose texts stand beside them."""
    live = catalogue.control().live
    name = "campaign#post-complaint-survey"
    document = catalogue.documents([(name, live[name])])[name]
    document["survey"]["questions"] = [
        {key: value for key, value in one.items() if key != "text"} for one in questions
    ]
    for one in questions:
        document["texts"][one["step"]] = {"zh-CN": one["text"], "en": one["text"]}
    version = versions.save(name, document, by="t", at="", status="live")
    catalogue.go_live({name: version})


def _ends(service: Service) -> Iterator[str]:
    for one in relationship(WANG.msisdn):
        match one:
            case Reply(body=body, reading=reading, handled=handled):
                told = " ".join(
                    f"{name}={reading[name]}" for name in ("score", "choice", "scope") if name in reading
                )
                yield f"read {body[:40]!r} as {reading['kind']} {told}".rstrip() + f": {handled}"
            case Text(status="suppressed" | "held") as text:
                yield f"{text.item.split('/', 2)[2].split('/', 1)[-1]} is {text.status}: {text.reason}"
            case Survey() as survey:
                answers = f" answers {survey.answers}" if survey.answers else ""
                score = "-" if survey.score is None else survey.score
                yield f"survey {survey.occasion}: {survey.status} score {score}{answers}"
    for row in sorted(service.aws.rows("cases"), key=str):
        if "state" in row:
            score, topic = row.get("score", "-"), row.get("topic", "-")
            yield f"case {row['complaint']}: {row['state']} score {score} topic {topic}"


@pytest.mark.parametrize("talk", TALKS, ids=[talk["name"] for talk in TALKS])
def test_a_conversation_goes_as_it_was_reviewed(talk: Mapping[str, Any], service: Service) -> None:
    got = "\n".join(transcript(service, talk))
    if WRITE:
        kept = golden() | {talk["name"]: got}
        GOLDEN.write_text(
            "\n".join(f"=== {one['name']}\n{kept[one['name']]}" for one in TALKS if one["name"] in kept)
        )
    assert got == golden()[talk["name"]].rstrip("\n")
