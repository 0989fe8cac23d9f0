"""`ringback consent`: staff record what subscribers say; the red list."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from chalicelib.cli import cli
from chalicelib.store import audit, conversations
from tests.support.factories import WANG
from tests.support.service import Service


@pytest.fixture(autouse=True)
def no_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_STACK", "")


def consent(*arguments: str) -> Result:
    return CliRunner().invoke(cli, ["consent", *arguments])


REFUSED = [
    (("opt-out", "--brand", "yuntnog"), "no brand"),
    (("opt-in", "--brand", "yuntnog"), "no brand"),
    (("opt-out", "--category", "marketting"), "no category that a no stops: use service, survey, marketing"),
    (("opt-out", "--category", "mandatory"), "no category that a no stops"),
    (("opt-out", "--campaign", "birthday"), "no live campaign: "),
    (("opt-out", "--campaign", "care"), "which no opt-out stops"),
]


def shown() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(consent("show", WANG.msisdn).stdout)
    return found


def test_a_no_on_the_phone_stops_texts_of_its_scope_and_keeps_the_words(service: Service) -> None:
    words = "told Li on the hotline"
    result = consent("opt-out", WANG.msisdn, "--category", "marketing", "--words", words, "--by", "li")
    assert (result.exit_code, json.loads(result.stdout)) == (
        0,
        {"scope": "*|category:marketing", "new": True, "by": "li"},
    )
    service.plan()
    service.usage(85)
    service.deliver("bulk")
    service.deliver("urgent")
    sent = {text.context["campaign"] for text in service.network.texts}
    assert sent == {"renewal-reminder", "usage-alert"}
    assert [(proof["words"], proof["by"]) for proof in shown()["proofs"]] == [(words, "li")]
    (noted,) = (
        one for one in audit.of_day(service.now.date().isoformat()).records if one.action == "consent"
    )
    assert (noted.by, noted.after) == ("li", {"what": "opt_out", "scope": "*|category:marketing"})
    assert WANG.msisdn not in noted.what


def test_what_would_stop_nothing_is_refused(service: Service) -> None:
    for (command, *options), said in REFUSED:
        result = consent(command, WANG.msisdn, *options, "--words", "no")
        assert result.exit_code == 2
        assert said in " ".join(result.stderr.replace("│", " ").split())
    assert conversations.state(WANG.msisdn).version == 0
    assert service.aws.announced() == []


def test_an_explicit_yes_restores(service: Service) -> None:
    consent("opt-out", WANG.msisdn, "--words", "no")
    service.now += timedelta(minutes=1)
    assert consent("opt-in", WANG.msisdn, "--words", "yes, again").exit_code == 0
    assert shown()["optouts"] == {}
    assert [proof["what"] for proof in shown()["proofs"]] == ["opt_out", "opt_in"]
    service.usage(85)
    service.deliver()
    assert len(service.network.texts) == 1


def test_the_red_list_bars_marketing_and_start_does_not_lift_it(service: Service, tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    file.write_text(f"{WANG.msisdn}\n\n+8613900000002\n")
    assert json.loads(consent("red-list", str(file)).stdout)["numbers"] == 2
    service.write("START")
    service.plan()
    service.deliver("bulk")
    text = next(text for about, text in service.texts().items() if about.startswith("solar-"))
    assert (text.status, text.reason) == ("suppressed", "red_list")


@pytest.mark.usefixtures("service")
def test_a_line_that_is_no_number_changes_nothing_and_is_named(tmp_path: Path) -> None:
    file = tmp_path / "numbers"
    file.write_text(f"{WANG.msisdn}\nnonsense\n")
    result = consent("red-list", str(file))
    assert result.exit_code == 1
    assert "line 2" in result.stderr
    assert conversations.state(WANG.msisdn).optouts == {}


@pytest.mark.usefixtures("service")
def test_a_no_has_one_scope() -> None:
    arguments = ("--category", "marketing", "--campaign", "birthday-greeting", "--words", "no")
    assert consent("opt-out", WANG.msisdn, *arguments).exit_code == 2
