"""`ringback templates diff|push|pull`: a repository and the console never fight."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.campaigns import lifecycle
from chalicelib.campaigns.files import load_folder
from chalicelib.campaigns.lifecycle import Who
from chalicelib.campaigns.sync import Base, beside, digest, standing
from chalicelib.cli import cli
from chalicelib.console.campaign_fields import values_of
from chalicelib.console.campaign_form import written
from chalicelib.intake.vocabulary import shipped as shipped_words
from chalicelib.store import catalogue, versions
from chalicelib.store.schema.catalogue import Document, version_text
from tests.support.factories import TEMPLATES
from tests.support.service import Service

WORDS = shipped_words()

LI = Who("li.na", "marketing")
ALERT = "campaign#usage-alert"


@pytest.fixture
def folder(service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The templates in step with the catalogue, as after a first pull."""
    assert service
    monkeypatch.setenv("RINGBACK_STACK", "")
    made = tmp_path / "templates"
    shutil.copytree(TEMPLATES, made)
    assert run("pull", made).exit_code == 0
    return made


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(cli, ["templates", *map(str, arguments)])


def in_console(service: Service, **fields: Any) -> int:
    """Somebody saves a new version in the console."""
    found = versions.get(ALERT, versions.latest_number(ALERT))
    assert found
    return lifecycle.save(ALERT, {**found.document, **fields}, LI, service.now).number


def edit(folder: Path) -> None:
    path = folder / "usage-alert" / "campaign.yaml"
    changed = re.sub("priority: [0-9]+", "priority: 1", path.read_text(encoding="utf-8"))
    path.write_text(changed, encoding="utf-8")


def register(campaign: Path) -> None:
    path = campaign / "campaign.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "registrations: {CN: T-1}\n", encoding="utf-8")


def tree(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def test_a_first_pull_touches_nothing_and_notes_every_version(folder: Path) -> None:
    noted = json.loads((folder / ".ringback-base.json").read_text())
    assert noted[ALERT]["version"] == 1
    after = tree(folder)
    del after[".ringback-base.json"]
    assert after == tree(TEMPLATES)
    assert run("diff", folder).exit_code == 0


def test_what_changed_here_is_pushed_as_a_draft_with_its_base(folder: Path) -> None:
    edit(folder)
    said = run("diff", folder)
    assert said.exit_code == 1
    assert "+priority: 1" in said.output
    assert run("push", folder, "--by", "zhao.lei").exit_code == 0
    row = versions.get(ALERT, 2)
    assert row
    assert (row.status, row.by, row.base) == ("draft", "zhao.lei", 1)
    assert catalogue.control().live[ALERT] == 1
    assert run("diff", folder).exit_code == 0
    assert "drafts made: 0" in run("push", folder).output


def test_what_changed_there_is_pulled_into_that_file_alone(folder: Path, service: Service) -> None:
    before = tree(folder)
    texts = load_folder(folder)[ALERT]["texts"]
    changed = {"text": {**texts["text"], "en": "{{ percent_used | percent }} of your data is used."}}
    in_console(service, texts=changed)
    said = run("diff", folder)
    assert "changed in the catalogue (version 2, draft, by li.na" in said.output
    assert run("pull", folder).exit_code == 0
    after = tree(folder)
    assert {name for name in after if after[name] != before.get(name)} == {
        "usage-alert/en.txt.j2",
        ".ringback-base.json",
    }
    assert run("diff", folder).exit_code == 0


def test_a_push_over_somebody_elses_change_is_refused_with_the_difference(
    folder: Path, service: Service
) -> None:
    in_console(service, priority=77)
    edit(folder)
    before = tree(folder)
    for command in ("push", "pull"):
        said = run(command, folder)
        assert said.exit_code == 1
        assert "-priority: 77" in said.output
        assert "li.na" in said.output
        assert "changed here and in the catalogue" in said.output
    assert versions.latest_number(ALERT) == 2
    assert tree(folder) == before
    assert run("push", folder, "--force").exit_code == 2


def test_a_new_folder_is_a_draft_and_a_bad_one_is_refused(folder: Path) -> None:
    shutil.copytree(folder / "usage-alert", folder / "usage-again")
    path = folder / "usage-again" / "campaign.yaml"
    assert "must be the folder's name" in run("push", folder).output
    path.write_text(path.read_text(encoding="utf-8").replace("id: usage-alert", "id: usage-again"))
    assert "campaign#usage-again: version 1, a draft" in run("push", folder).output


def test_a_campaign_from_the_console_comes_as_a_folder_that_reads_the_same(
    folder: Path, service: Service
) -> None:
    document = {**load_folder(folder)["campaign#post-complaint-survey"], "id": "another-survey"}
    lifecycle.save("campaign#another-survey", document, LI, service.now)
    assert run("pull", folder).exit_code == 0
    assert load_folder(folder)["campaign#another-survey"] == document
    assert run("diff", folder).exit_code == 0


def test_a_brand_changed_there_comes_into_the_list(folder: Path, service: Service) -> None:
    brand = {**load_folder(folder)["brand#skylark"], "care_number": "999"}
    lifecycle.save("brand#skylark", brand, LI, service.now)
    assert run("pull", folder).exit_code == 0
    assert load_folder(folder)["brand#skylark"] == brand
    assert run("diff", folder).exit_code == 0


DOCUMENT = {"id": "x"}


@pytest.mark.parametrize(
    ("here", "base", "there", "expected"),
    [
        (None, None, None, "same"),
        (DOCUMENT, None, None, "new_here"),
        (None, None, 1, "new_there"),
        (DOCUMENT, None, 1, "both"),
        (DOCUMENT, 1, 1, "changed_here"),
        (None, 1, 1, "gone_here"),
        (None, 1, 2, "new_there"),
        (DOCUMENT, 1, 2, "both"),
    ],
    ids=["nothing", "new here", "new there", "never pulled", "here", "gone", "gone but changed", "both"],
)
def test_state_of_a_document_by_what_changed_where(
    here: Any, base: int | None, there: int | None, expected: str
) -> None:
    old = {"id": "x", "priority": 1}
    version = None
    if there:
        version = Document(
            name="x", version=version_text(there), document={**old, "at": there}, status="draft"
        )
    assert standing("x", here, Base(base, digest(old)) if base else None, version).state == expected


FORMS: dict[str, dict[str, str]] = {
    "another trigger": {"trigger|kind": "birthday", "trigger|at": "09:30", "audience|rest": ""},
    "an event": {"trigger|kind": "event", "trigger|event": "complaint.resolved", "trigger|after": "30m"},
    "rules": {"rule|2|field": "tier", "rule|2|op": "none_of", "rule|2|values": "gold, true, 10:00, 5"},
    "odd words": {"title|en": "yes: # no", "registration|CN": "007", "occasion": "{{ ends_on }}"},
    "a split": {
        "variant|1|name": "y",
        "variant|1|percent": "90",
        "variant|holdout": "10",
        "text|text@y|en": "Y",
        "text|text@y|zh-CN": "新",
    },
    "a survey": {"survey|on": "yes", "survey|letters": "A: 5", "survey|options": "1: yes\n2: 1e3"},
    "a survey with a reminder": {
        "survey|on": "yes",
        "survey|remind_after": "24h",
        "survey|question|1|step": "why",
        "text|reminder|en": "?",
        "text|reminder|zh-CN": "？",
        "text|why|en": "Why?",
        "text|why|zh-CN": "为何",
    },
    "how it is sent": {"lane": "urgent", "when_in_doubt": "drop", "send_window": "", "valid_for": "45m"},
    "a text of many lines": {"text|text|en": "\r\nDear  \r\n\r\nyou \t{% if name %}x{% endif %}\r\n\r\n"},
}
WORDED = {"text|text|zh-CN": "您好", "text|text|en": "Hello"}


@pytest.mark.parametrize("fields", FORMS.values(), ids=FORMS.keys())
def test_what_the_form_writes_is_pulled_checked_and_pushed_without_a_difference(
    folder: Path, service: Service, fields: dict[str, str]
) -> None:
    name = "campaign#renewal-reminder"
    before = lifecycle.history(name)[0].document
    document, _, problems = written(
        before, {**values_of(before), **WORDED, "audience|rest": "", **fields}, WORDS
    )
    assert problems == []
    lifecycle.save(name, document, LI, service.now)
    assert run("pull", folder).exit_code == 0
    checked = run("check", folder)
    assert checked.exit_code == 0, checked.output
    assert run("diff", folder).exit_code == 0
    assert "drafts made: 0" in run("push", folder).output
    read = load_folder(folder)[name]
    assert digest(read) == digest(document)
    assert written(read, values_of(read), WORDS)[0] == read


def test_two_versions_stand_side_by_side() -> None:
    old = {"id": "offer", "priority": 1, "texts": {"text": {"en": "One\nTwo\n"}}}
    new = {"id": "offer", "priority": 2, "texts": {"text": {"en": "One\nTwo\nThree\n", "zh-CN": "三"}}}
    assert beside("campaign#offer", old, new) == {
        "offer/campaign.yaml": [("id: offer", "id: offer"), ("priority: 1", "priority: 2")],
        "offer/en.txt.j2": [("One", "One"), ("Two", "Two"), ("", "Three")],
        "offer/zh-CN.txt.j2": [("", "三")],
    }
    assert beside("campaign#offer", old, old) == {}


def test_what_was_pushed_is_approved_by_somebody_else_and_then_live(folder: Path) -> None:
    register(folder / "usage-alert")
    brands = folder / "brands.yaml"
    brands.write_text(brands.read_text(encoding="utf-8").replace('"10000"', '"10001"'), encoding="utf-8")
    assert run("push", folder, "--by", "li.na").exit_code == 0
    own = run("approve", ALERT, "--by", "li.na")
    assert (own.exit_code, "ask a colleague" in own.output) == (1, True)
    done = run("approve", "--settings", ALERT, "--by", "wu.di")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == ["brand#yuntong: version 2 is live", f"{ALERT}: version 2 is live"]
    live = catalogue.control().live
    assert (live["brand#yuntong"], live[ALERT], live["brand#skylark"]) == (2, 2, 1)
    kept = versions.get(ALERT, 2)
    assert kept is not None
    assert (kept.by, kept.submitted_by, kept.approved_by, kept.live_by) == (
        "li.na",
        "li.na",
        "wu.di",
        "wu.di",
    )
    assert run("approve", "--settings", "--by", "wu.di").stdout == ""


def test_a_campaign_whose_people_are_counted_is_approved_in_the_console(folder: Path) -> None:
    register(folder / "birthday-greeting")
    assert run("push", folder, "--by", "li.na").exit_code == 0
    refused = run("approve", "campaign#birthday-greeting", "--by", "wu.di")
    assert (refused.exit_code, "approve it in the console" in refused.output) == (1, True)


def test_attributes_an_event_type_and_a_campaign_on_them_are_pushed_and_approved_together(
    folder: Path,
) -> None:
    with (folder / "attributes.yaml").open("a", encoding="utf-8") as file:
        file.write("loan_left: {type: number, example: 1990}\n")
    title = "title: {zh-CN: 分期, en: Loan}\n"
    (folder / "events" / "loan.due.yaml").write_text(
        f"{title}fields:\n  left: {{type: number, example: 1990}}\nsets: {{loan_left: left}}\n",
        encoding="utf-8",
    )
    loan = folder / "a-loan"  # before `event#...` by its name
    loan.mkdir()
    (loan / "campaign.yaml").write_text(
        f"id: a-loan\n{title}category: service\ntrigger: {{event: loan.due}}\n"
        "occasion: '{{ event_id }}'\n"
        "audience: loan_left > 0\nsample: {left: 1990}\nregistrations: {CN: T-1}\n",
        encoding="utf-8",
    )
    for language in ("zh-CN", "en"):
        (loan / f"{language}.txt.j2").write_text("{{ left | number }}", encoding="utf-8")
    pushed = run("push", folder, "--by", "li.na")
    assert pushed.exit_code == 0, pushed.output
    early = run("approve", "campaign#a-loan", "--by", "wu.di")
    assert early.exit_code == 1
    assert "loan" in early.output, "what it names is not live yet"
    done = run("approve", "campaign#a-loan", "event#loan.due", "attributes", "--by", "wu.di")
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines() == [
        "attributes: version 2 is live",
        "event#loan.due: version 1 is live",
        "campaign#a-loan: version 1 is live",
    ]
