"""`ringback care topics`, and what `ringback templates check` says of care's settings."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from click.testing import CliRunner

from chalicelib.cli import cli

ROOT = Path(__file__).resolve().parents[2]
RULES = str(ROOT / "templates/care.yaml")


def measured(tmp_path: Path, *lines: object) -> tuple[int, str, str]:
    labels = tmp_path / "labels.jsonl"
    labels.write_text("".join(json.dumps(line) + "\n" for line in lines))
    done = CliRunner().invoke(cli, ["care", "topics", "--labels", str(labels), "--rules", RULES])
    return done.exit_code, done.stdout, done.stderr


def test_mistakes_are_listed_and_counted(tmp_path: Path) -> None:
    code, out, err = measured(
        tmp_path,
        {"words": "宽带断网", "topic": "network"},
        {"words": "账单多收", "topic": "product"},
        {"words": "哼", "topic": "service"},
    )
    assert code == 0
    assert json.loads(out) == {"words": "账单多收", "topic": "product", "read_as": "billing"}
    assert err == "Of 3 labels: right 1 (33.3%), wrong 1 (33.3%), left to people 1.\n"


def test_no_labels_and_bad_labels_are_said(tmp_path: Path) -> None:
    assert "no labels yet" in measured(tmp_path)[2]
    assert (
        'line 2: needs "words" and "topic"'
        in measured(tmp_path, {"words": "宽带断网", "topic": "network"}, {"words": "宽带断网"})[2]
    )


def test_settings_are_checked_with_the_templates(tmp_path: Path) -> None:
    folder = tmp_path / "templates"
    shutil.copytree(ROOT / "templates", folder)
    settings = folder / "care.yaml"
    text = settings.read_text()
    settings.write_text(text.replace("warn_percent: 75", "warn_percent: 175"))
    done = CliRunner().invoke(cli, ["templates", "check", str(folder)])
    assert done.exit_code == 1
    line = text[: text.index("warn_percent")].count("\n") + 1
    assert f"care.yaml:{line}: deadlines.warn_percent: must be a whole number" in done.stdout
