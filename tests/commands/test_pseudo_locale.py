"""Every command run to its result in a language that nobody speaks: what it tells a person is translated."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import boto3
import click
import pytest
from click.testing import CliRunner

from chalicelib import queues
from chalicelib.cli import cli
from chalicelib.intake.subscriber import FIELDS
from chalicelib.problems import Problem
from chalicelib.replies.reading import KINDS
from tests.commands.test_account import released
from tests.commands.test_forget import _forget_clients
from tests.i18n.pseudo import LANGUAGE, WORD, bare, spoken, words_of
from tests.i18n.test_command import ALL, names_of
from tests.support.console import stage
from tests.support.factories import TEMPLATES, WANG, shipped
from tests.support.service import Service

__all__ = ["stage"]

# Each line is a command that ends well or says what is wrong; FILES are in the current folder.
LINES = f"""
campaigns list
campaigns pause usage-alert
campaigns pause nosuch
campaigns resume usage-alert
campaigns pause --all
campaigns resume --all
care topics --labels labels.jsonl --rules care.yaml
care topics
consent opt-out {WANG.msisdn} --words no
consent opt-in {WANG.msisdn} --words yes
consent show {WANG.msisdn}
consent show 12
consent red-list numbers.txt
dead list
dead list --queue intake
dead show nosuch
dead show FIRST
dead retry --all
dead drop --all --yes
doctor
events send events.jsonl
events send bad.jsonl
events show e-1
keys make billing
keys list
keys end billing
keys end nosuch
logs plan
logs nosuch
plan run renewal-reminder
plan run nosuch
plan status
replies corrections said
replies measure --surveys surveys.json labelled.jsonl
replies measure --surveys wrong.json labelled.jsonl
replies read --surveys surveys.json
results usage-alert
results usage-alert --by region
results usage-alert --by nosuch
results nosuch
rollback --yes
sms count
sms count --mode unicode
subscribers sample 2
subscribers export {WANG.msisdn}
subscribers export 12
subscribers import people.csv --yes
subscribers import people.csv --yes --default-country 86
subscribers regions
subscribers forget {WANG.msisdn} --yes
tables export dump
tables compare dump
tables restore dump
tables carry-over dump
tables wipe
templates check templates
templates check broken
templates pull templates
templates diff templates
templates push templates
templates approve --by li.na
templates approve usage-alert --by li.na
users list
users add li --role care
users add li --role care
users role li --role admin
users password li
users remove li
users remove li
"""
MASKED = re.compile(r"\bs-\d")  # ids
# Values of a line of JSON that are for people; the others are codes, names, numbers and what somebody wrote.
SAID = ("reason", "problem", "problems", "why", "what", "saw", "do", "error", "note")


def said(output: str) -> str:
    """What of an output is for people to read: of lines of JSON the fields that say something."""
    told = []
    for line in output.splitlines():
        if line.startswith(("⟦Usage:⟧", "⟦Try ")):  # `test_command` has these
            continue
        try:
            found = json.loads(line)
        except ValueError:
            told.append(line)
            continue
        told += [str(found[name]) for name in SAID if isinstance(found, dict) and name in found]
    return "\n".join(told)


def data() -> frozenset[str]:
    """Words that are no message: of the documents that ship, and the names of commands and their options."""
    found = set(words_of(shipped()))
    for path, command in ALL.items():
        found |= {*path, *names_of(command)}
    return frozenset(found | {"ok", "warn", "FAIL", "campaign.yaml", *KINDS, *FIELDS})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What commands read and write, as the current folder."""
    made = tmp_path / "work"
    made.mkdir()
    shutil.copytree(TEMPLATES, made / "templates")
    (made / "broken").mkdir()
    (made / "broken" / "alert").mkdir()
    (made / "broken" / "alert" / "campaign.yaml").write_text("id: alert\ntrigger: 5\ncolour: red\n")
    (made / "care.yaml").write_text((TEMPLATES / "care.yaml").read_text())
    (made / "labels.jsonl").write_text('{"words": "宽带断网", "topic": "billing"}\n')
    (made / "numbers.txt").write_text(f"{WANG.msisdn}\n12\n")
    event = {"type": "usage.reported", "id": "e-1", "time": "2026-11-24T04:00:00Z", "subscriber_id": "s-1"}
    (made / "events.jsonl").write_text(json.dumps(event) + "\n")
    (made / "bad.jsonl").write_text('{"type": "nosuch"}\n{"type": "usage.reported"}\nnonsense\n')
    survey = {"scale": [1, 5], "best": 5}
    (made / "surveys.json").write_text(json.dumps({"csat": survey}))
    (made / "wrong.json").write_text(json.dumps({"csat": {"scale": [5, 1]}}))
    rows = [{"survey": "csat", "text": "5", "kind": "rating", "scores": [4]}]
    (made / "labelled.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    (made / "people.csv").write_text("subscriber_id,msisdn,birthday\ns-7,13900000007,1990-02-31\ns-8,12,\n")
    monkeypatch.chdir(made)
    monkeypatch.setenv("RINGBACK_STACK", "")
    monkeypatch.setenv("RINGBACK_STAGE", "prod")
    monkeypatch.setenv("RINGBACK_ERASURE_KEY_PARAMETER", "/ringback/prod/erasure-key")
    _forget_clients()
    with spoken(tmp_path / "catalogues"):
        yield made
    _forget_clients()


@pytest.mark.usefixtures("stage", "folder")
def test_no_command_says_a_word_that_is_not_translated(service: Service) -> None:
    service.usage(85, subscriber_id="s-2")
    queues.dead_letter("intake", [("{}", Problem("failed_each_time"))])
    released("plan", "1", "2")
    boto3.client("logs").create_log_group(logGroupName="/ringback/prod/plan")
    known, left, first = data(), {}, ""
    typed = {"replies read": '{"survey": "csat", "text": "5"}\n', "sms count": '{"text": "hi"}\n{}\n'}
    for line in LINES.strip().splitlines():
        arguments = shlex.split(line.replace("FIRST", first))
        text = typed.get(" ".join(arguments[:2]), "")
        done = CliRunner().invoke(cli, arguments, input=text, env={"LANGUAGE": LANGUAGE})
        assert isinstance(done.exception, SystemExit | None), (line, done.exception)
        if line == "dead list":
            first = json.loads(done.stdout.splitlines()[0])["id"]
        told = [said(done.stderr), "" if line.startswith("subscribers sample") else said(done.stdout)]
        words = WORD.findall(MASKED.sub("", bare("\n".join(told))))
        outside = [one for one in words if one.strip("-.") not in known and one not in line]
        if outside:
            left[line] = (outside, done.output)
    assert left == {}, "\n".join(f"{line}: {words}\n{output}" for line, (words, output) in left.items())


def test_every_command_is_run() -> None:
    run = {tuple(line.split()[: len(path)]) for line in LINES.split("\n") for path in ALL}
    alone = [path for path, one in ALL.items() if not isinstance(one, click.Group)]
    assert [" ".join(path) for path in alone if path not in run] == []
