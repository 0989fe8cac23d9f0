"""Campaigns as files: problems by file and line, and the command that prints them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from chalicelib.campaigns.campaign import campaign_from
from chalicelib.campaigns.files import BadFiles, check_folder, load_folder
from chalicelib.campaigns.matching import all_facts, match
from chalicelib.campaigns.wording import word
from chalicelib.commands.templates import templates
from tests.english import english
from tests.support.factories import BRANDS, EMILY, NOW, SKYLARK, TEMPLATES, Told, shipped


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of what ships, to break; without the long policy, to be quick."""
    ignore = shutil.ignore_patterns("policy.yaml", "prices.yaml")
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates", ignore=ignore))


def change(path: Path, old: str, new: str) -> None:
    words = path.read_text()
    assert old in words
    path.write_text(words.replace(old, new, 1))


def line_of(path: Path, words: str) -> int:
    return next(n for n, line in enumerate(path.read_text().splitlines(), 1) if words in line)


def test_what_ships_has_no_problems() -> None:
    assert check_folder(TEMPLATES) == []


def test_documents_are_json_by_their_catalogue_names() -> None:
    documents = shipped()
    assert {
        "campaign#usage-alert",
        "campaign#renewal-reminder",
        "campaign#birthday-greeting",
        "campaign#post-complaint-survey",
        "campaign#recheck-survey",
        "campaign#outage-notice",
        "campaign#automatic",
        "campaign#care",
        "brand#yuntong",
        "brand#skylark",
        "policy",
        "prices",
    } <= set(documents)
    assert json.loads(json.dumps(documents)) == documents
    survey = documents["campaign#post-complaint-survey"]
    assert set(survey["texts"]) == {"invitation", "reminder"}
    assert survey["survey"]["labels"]["zh-CN"]["5"] == "非常满意"
    assert set(documents["campaign#automatic"]["texts"]) == {
        "ask",
        "complaint",
        "corrected",
        "help",
        "late",
        "not_me",
        "opt_in",
        "opt_out",
        "repeat",
        "thanks",
        "unclear",
    }


# file, what is there, what is put there, where the problem stands, what it says
BREAKS = [
    ("usage-alert/campaign.yaml", "lane: urgent", "lane: fast", "lane: fast", "lane: 'fast'"),
    ("usage-alert/campaign.yaml", "audience:", "audiense:", "audiense", "Did you mean `audience`"),
    ("usage-alert/campaign.yaml", ">= threshold", ">= treshold", "trigger:", "Did you mean `threshold`"),
    ("usage-alert/campaign.yaml", "id: usage-alert", "id: usage-alarm", "id:", "must be the folder's name"),
    ("usage-alert/campaign.yaml", "unit: MB", "untit: MB", "untit", "Did you mean `unit`"),
    ("usage-alert/campaign.yaml", "lane: urgent", "lane: urgent\nlane: bulk", "lane: bulk", "a second time"),
    ("usage-alert/campaign.yaml", "lane: urgent", "lane: !!python/name:os.system x", "lane:", "is not YAML"),
    ("renewal-reminder/campaign.yaml", "days_before: [7", "days_before: [99", "trigger:", "from 0 to 60"),
    ("post-complaint-survey/campaign.yaml", "best: 5", "best: 4", "best: 4", "must be 1 or 5"),
    ("post-complaint-survey/campaign.yaml", "en: {5: very", "fr: {5: very", "labels:", "no words in en"),
    ("usage-alert/en.txt.j2", "cycle_ends_on", "cycle_end_on", "cycle_end_on", "`cycle_ends_on`"),
    ("usage-alert/en.txt.j2", "{{ remaining", "{{ 'a'*10**9 }}{{ remaining", "'a'*10", "for numbers"),
    ("automatic/help.en.txt.j2", "{{ brand_title", "{{ brand_titel", "brand_titel", "`brand_title`"),
    ("case-status/campaign.yaml", "STATUS, ", "退订, ", "trigger:", "choose another word"),
    ("brands.yaml", "counting: cn,", "counting: gsm,", "counting: gsm,", "one of network, cn"),
    ("plans.yaml", "thresholds: {data: [80,", "thresholds: {data: [8000,", "8000", "percentages"),
    ("plans.yaml", "brand: skylark", "brand: skylarc", "skylarc", "no such brand"),
    ("plans.yaml", "title:", "titel:", "titel", "Did you mean `title`"),
    ("brands.yaml", "care_number", "care_nubmer", "care_nubmer", "Did you mean `care_number`"),
]


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "said"), BREAKS, ids=[f"{b[0]}: {b[2].splitlines()[-1]}" for b in BREAKS]
)
def test_a_problem_has_its_file_and_line(
    folder: Path, file: str, old: str, new: str, at: str, said: str
) -> None:
    broken = folder / file
    change(broken, old, new)
    found = check_folder(folder)
    assert (broken, line_of(broken, at)) in {
        (one.file, one.line) for one in found if said in english(one.problem)
    }, found


def test_the_line_is_exact_in_a_text(folder: Path) -> None:
    change(folder / "usage-alert/en.txt.j2", "{{ remaining", "\n\n{{ remianing")
    assert [(one.line, "`remaining`" in english(one.problem)) for one in check_folder(folder)] == [(6, True)]


@pytest.mark.parametrize(
    ("file", "words", "said"),
    [
        ("usage-alert/english.txt", b"a", "is not a text's name"),
        ("post-complaint-survey/reminder.fr.txt.j2", b"a", "texts.invitation: has no text in fr"),
        ("usage-alert/fr.txt.j2", b"a\n\xff", "UTF-8"),
        ("usage-alert/text.en.txt.j2", b"a", "second text"),
        ("usage-alert/en.txt.j2", b" \n", "is empty"),
        ("new/campaign.yaml", b"- a", "must hold fields"),
        ("new/campaign.yaml", b"", "must hold fields"),
        ("new/campaign.yaml", b"id: new\n", "trigger"),
        ("plans.yaml", b"a: [", "is not YAML"),
        ("brands.yaml", b"- {title: x}", "needs an id"),
        ("brands.yaml", b"yuntong: {title: x}", "must be a list"),
        ("plans.yaml", b"- {id: a, thresholds: [80]}", "must be a mapping of resources"),
    ],
)
def test_files_that_are_not_right(folder: Path, file: str, words: bytes, said: str) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_bytes(words)
    assert [one for one in check_folder(folder) if said in english(one.problem)]


SHARED_NUMBER = [
    ("", "", ["say what a no to it means", "say what a no to it means"]),
    ("answered", "answered", []),
    ("all", "all", []),
    ("answered", "", ["say what a no to it means"]),
    ("answered", "all", ["give both the same", "give both the same"]),
    ("all", "both", ["one of answered, all"]),
]


@pytest.mark.parametrize(("ours", "theirs", "expected"), SHARED_NUMBER)
def test_brands_that_text_from_one_number_need_a_rule(
    folder: Path, ours: str, theirs: str, expected: list[str]
) -> None:
    brands = yaml.safe_load((folder / "brands.yaml").read_text("utf-8"))
    beside = {**brands[0], "id": "jiatong", "originators": brands[0]["originators"][:1]}
    for brand, rule in ((brands[0], ours), (beside, theirs)):
        if rule:
            brand["shared_originators"] = rule
    words = yaml.safe_dump([*brands, beside], allow_unicode=True, sort_keys=False)
    (folder / "brands.yaml").write_text(words, "utf-8")
    found = [english(one.problem) for one in check_folder(folder)]
    assert len(found) == len(expected), found
    assert all(any(part in one for one in found) for part in expected), found


def test_a_missing_language_is_a_problem(folder: Path) -> None:
    (folder / "usage-alert/en.txt.j2").unlink()
    (found,) = check_folder(folder)
    assert "has no text in en" in english(found.problem)


def test_a_folder_without_campaigns_is_a_problem(tmp_path: Path) -> None:
    assert "holds no campaign" in english(check_folder(tmp_path)[0].problem)


def test_one_campaign_folder_can_be_checked_alone(folder: Path) -> None:
    change(folder / "usage-alert/campaign.yaml", "lane: urgent", "lane: fast")
    assert check_folder(folder / "birthday-greeting") == []
    assert len(check_folder(folder / "usage-alert")) == 1


def test_loading_stops_at_what_cannot_be_read(folder: Path) -> None:
    change(folder / "usage-alert/campaign.yaml", "lane: urgent", "lane: [urgent")
    with pytest.raises(BadFiles, match="usage-alert"):
        load_folder(folder)


def test_times_and_dates_stay_text(folder: Path) -> None:
    """YAML's own reading of 10:00 is the number 600."""
    change(folder / "renewal-reminder/campaign.yaml", '"10:00"', "10:00")
    change(folder / "renewal-reminder/campaign.yaml", '"2026-11-30"', "2026-11-30")
    assert check_folder(folder) == []
    assert load_folder(folder)["campaign#renewal-reminder"]["trigger"]["at"] == "10:00"


def test_the_command_prints_problems_and_fails(folder: Path) -> None:
    assert CliRunner().invoke(templates, ["check", str(folder)]).exit_code == 0
    change(folder / "usage-alert/en.txt.j2", "percent_used >=", "percent_usd >=")
    result = CliRunner().invoke(templates, ["check", str(folder)])
    assert result.exit_code == 1
    assert f"{folder}/usage-alert/en.txt.j2:1: `percent_usd` is not a variable" in result.output
    assert "1 to correct" in result.output


def test_a_warning_does_not_fail_the_command(folder: Path) -> None:
    change(folder / "birthday-greeting/en.txt.j2", "Thank", "It’s you. Thank")
    result = CliRunner().invoke(templates, ["check", str(folder)])
    assert result.exit_code == 0
    assert "warning: '’' makes it UCS-2" in result.output


def test_the_command_looks_at_the_policy(folder: Path) -> None:
    shutil.copy(TEMPLATES / "policy.yaml", folder)
    change(folder / "policy.yaml", "confirm_within_minutes: 5", "confirm_within_minutes: 50")
    result = CliRunner().invoke(templates, ["check", str(folder)])
    assert result.exit_code == 1
    line = line_of(folder / "policy.yaml", "confirm_within_minutes")
    assert f"policy.yaml:{line}: confirm_within_minutes" in result.output


def test_a_fifth_campaign_is_a_folder_and_no_python(folder: Path) -> None:
    new = folder / "welcome-back"
    new.mkdir()
    (new / "campaign.yaml").write_text(
        """
id: welcome-back
title: {zh-CN: 续订感谢, en: Thanks for renewing}
category: service
trigger: {event: plan.changed, when: "reason == 'renewed' and ends_on"}
occasion: "{{ plan }}/{{ ends_on }}"
sample: {plan: 5g-128, ends_on: "2027-11-30", reason: renewed}
"""
    )
    (new / "zh-CN.txt.j2").write_text(
        "感谢续订{% if ends_on %}，新的到期日是{{ ends_on | long_date }}{% endif %}。\n"
    )
    (new / "en.txt.j2").write_text(
        "Thanks for renewing.{% if ends_on %} It now runs until {{ ends_on | long_date }}.{% endif %}\n"
    )
    assert check_folder(folder) == []

    campaign = campaign_from(load_folder(folder)["campaign#welcome-back"])
    renewed = Told("plan.changed", {"plan": "5g-128", "ends_on": "2027-11-30", "reason": "renewed"})
    (job,) = match(renewed, EMILY, [campaign], {}, BRANDS, NOW).jobs
    facts = all_facts(job, EMILY, campaign, None, SKYLARK, NOW)
    assert word(campaign, job.step, SKYLARK, "en", facts).body == (
        "Skylark: Thanks for renewing. It now runs until Nov 30, 2027."
    )
    other = Told("plan.changed", {**renewed.fields, "reason": "changed"})
    found = match(other, EMILY, [campaign], {}, BRANDS, NOW)
    assert (found.jobs, found.misses) == ([], {"welcome-back": "condition"})


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("renewal-reminder/campaign.yaml", "days_before: [7, 3, 1, 0]", "days_before: [7, 3, 7, 0]"),
        ("renewal-reminder/campaign.yaml", "days_before: [7, 3, 1, 0]", 'days_before: [7, "7", 1, 0]'),
        ("contract-end/campaign.yaml", "days_before: [30, 7]", "days_before: [30, 7, 30]"),
        ("usage-alert/campaign.yaml", "thresholds: {", "thresholds: {roaming: [80, 80.0], "),
        ("plans.yaml", "data: [80, 90, 100]", "data: [80, 90, 90]"),
        ("brands.yaml", 'countries: ["86"]', 'countries: ["86", "86"]'),
        ("care.yaml", "members: [care, li.na,", "members: [care, Care, li.na,"),
        ("care.yaml", "regions: [上海, 江苏,", "regions: [上海, 江苏, 上海,"),
        ("attributes.yaml", "choices: [prepaid, postpaid]", "choices: [prepaid, ＰＲＥＰＡＩＤ, postpaid]"),
        ("events/usage.reported.yaml", "choices: [national, local,", "choices: [national, Local, local,"),
    ],
    ids=lambda one: one if "yaml" in one or "]" in one else "",
)
def test_what_stands_twice_in_a_list_is_said(folder: Path, file: str, old: str, new: str) -> None:
    change(folder / file, old, new)
    found = [one for one in check_folder(folder) if one.file == folder / file and not one.problem.warning]
    assert [one.line for one in found] == [line_of(folder / file, new)]


@pytest.mark.parametrize("name", ["care", "brands", "plans", "attributes"])
def test_a_file_that_is_no_yaml_is_said_whatever_it_is_about(folder: Path, name: str) -> None:
    (folder / f"{name}.yaml").write_text("a: [b\n", encoding="utf-8")
    assert folder / f"{name}.yaml" in {one.file for one in check_folder(folder) if not one.problem.warning}
