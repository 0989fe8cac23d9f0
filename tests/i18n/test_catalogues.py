"""The catalogues of words: nothing is missing, and what is not there shows in English."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.campaigns import approval
from chalicelib.campaigns.audience import FIELDS as AUDIENCE_FIELDS
from chalicelib.campaigns.campaign import CATEGORIES, DOUBT, LANES
from chalicelib.console.campaign_fields import KINDS
from chalicelib.delivery.states import REASONS
from chalicelib.i18n.codes import CODES, named
from chalicelib.i18n.translations import fitting, languages, own_name, say, say_many
from chalicelib.replies.reading import read
from local import messages
from tests.replies.corpus import replies

ON_THE_COMMAND_LINE = ("chalicelib/cli.py", "chalicelib/commands/", "click/", "ringback --help")
CHINESE = re.compile("[\u4e00-\u9fff]")
SAME_IN_CHINESE = {"CSV", "Ringback", "currency sign|USD", "currency sign|CNY"}


@pytest.mark.parametrize("language", messages.languages())
def test_nothing_is_missing_fuzzy_or_out_of_date(language: str) -> None:
    assert list(messages.faults(language)) == []


def test_no_message_could_be_taken_for_markup() -> None:
    words = [
        (messages.shown(one), text)
        for one in messages.read("zh-CN")
        if one.id and one.context != "problem"  # those are escaped like any value
        if not all(place.startswith(ON_THE_COMMAND_LINE) for place, _ in one.locations)
        for text in [one.id, one.string]
        for text in (text if isinstance(text, (tuple, list)) else [text])
    ]
    assert [name for name, text in words if text and re.search(r"[<>&\"]", text) and "code" not in name] == []


@pytest.mark.parametrize(
    ("kind", "codes"),
    {
        "campaign_state": approval.STATES,
        "step": approval.STEPS,
        "action": approval.STEPS,
        "reason": {reason for reasons in REASONS.values() for reason in reasons},
        "field": AUDIENCE_FIELDS,
        "operator": {op for ops in AUDIENCE_FIELDS.values() for op in ops},
        "category": CATEGORIES,
        "trigger": KINDS,
        "lane": LANES,
        "doubt": DOUBT,
        "text": ("text", "invitation", "reminder"),
    }.items(),
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_every_code_has_words(kind: str, codes: set[str]) -> None:
    assert set(codes) <= set(CODES[kind])


def test_every_rule_that_a_reply_is_read_by_has_words() -> None:
    parts = {part for one in replies() for part in read(one.text, one.survey).why.split(": ")}
    assert len(parts) > 40
    assert parts - set(CODES["rule"]) == set()


def test_a_code_reads_as_words() -> None:
    assert named("state", "in_progress", "en") == "in progress"
    assert named("state", "in_progress", "zh-CN") == "处理中"
    assert named("state", "some_day", "zh-CN") == "some day"


def test_a_number_chooses_the_plural() -> None:
    assert say_many("%(n)s day", "%(n)s days", 1, "en") == "1 day"
    assert say_many("%(n)s day", "%(n)s days", 2, "en") == "2 days"
    assert say_many("%(n)s day", "%(n)s days", 1, "zh-CN") == "1 天"


def test_a_language_without_a_catalogue_reads_english() -> None:
    assert say("Sign in", "fr") == "Sign in"


def test_languages_name_themselves() -> None:
    assert {one: own_name(one) for one in languages()} == {"zh-CN": "中文", "en": "English"}


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("zh-TW", "zh-CN"),
        ("zh_CN.UTF-8", "zh-CN"),
        ("ZH", "zh-CN"),
        ("en-GB", "en"),
        ("C.UTF-8", "en"),
        ("fr,de;q=0.7,zh;q=0.5", "zh-CN"),
        ("", "en"),
        ("de", "en"),
    ],
)
def test_the_first_language_that_there_is_a_catalogue_for_is_used(wanted: str, language: str) -> None:
    assert fitting(wanted) == language


def test_a_catalogue_is_compiled_when_it_changed(tmp_path: Path) -> None:
    messages.update(["fr"], tmp_path)
    path = messages.path_of("fr", tmp_path)
    messages.compile_all(tmp_path)
    before = path.with_suffix(".mo").read_bytes()
    path.write_text(
        path.read_text().replace('msgid "Sign in"\nmsgstr ""', 'msgid "Sign in"\nmsgstr "Connexion"')
    )
    path.with_suffix(".mo").touch()
    messages.compile_all(tmp_path)
    assert path.with_suffix(".mo").read_bytes() == before
    path.with_suffix(".mo").unlink()
    messages.compile_all(tmp_path)
    assert path.with_suffix(".mo").read_bytes() != before
    assert any("missing" in fault for fault in messages.faults("fr", tmp_path))
