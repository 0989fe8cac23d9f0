"""`ringback` in the reader's language: whatever help and click say is in the catalogues."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from chalicelib.cli import cli
from chalicelib.i18n import translations
from tests.i18n import pseudo

CHINESE = re.compile("[\u4e00-\u9fff]")
CUT_OFF = re.compile(r"⟦[^⟦⟧\n]*$", re.MULTILINE)  # the first words of a command's help in a list


def commands(
    command: click.Command, path: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from commands(inner, (*path, name))


ALL = dict(commands(cli))


def names_of(command: click.Command) -> set[str]:
    """Words that a command line is written with, in every language: options, their values, commands."""
    found = {"required"}  # click says that in English only
    for one in command.params:
        options = [*one.opts, *one.secondary_opts, one.name or "", one.metavar or "", one.type.name]
        choices = list(one.type.choices) if isinstance(one.type, click.Choice) else []
        choices += one.type.formats if isinstance(one.type, click.DateTime) else []
        found.update(pseudo.WORD.findall(" ".join(map(str, [*options, *choices, one.default]))))
    return found


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogues")
    pseudo.write(folder)
    return folder


@pytest.fixture
def in_brackets(catalogues: Path) -> Iterator[None]:
    before = translations.folder()
    translations.use(catalogues)
    yield
    translations.use(before)


def outside(text: str) -> list[str]:
    """The words of a text that are no message, without names in capitals such as FILE."""
    left = pseudo.WORD.findall(CUT_OFF.sub("", pseudo.bare(text)))
    return [word for word in left if not word.isupper()]


@pytest.mark.usefixtures("in_brackets")
@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "ringback")
def test_no_word_of_help_is_outside_the_catalogue(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, [*path, "--help"], env={"LANGUAGE": pseudo.LANGUAGE})
    assert shown.exit_code == 0
    names = {"cli", "help", *path, *names_of(ALL[path])}
    names |= {one[-1] for one in ALL if one[:-1] == path and one}
    known = {one.strip("-.") for one in names}
    assert [word for word in outside(shown.output) if word.strip("-.") not in known] == []


@pytest.mark.parametrize("path", ALL, ids=lambda path: " ".join(path) or "ringback")
def test_help_is_in_chinese_when_it_is_asked_for(path: tuple[str, ...]) -> None:
    shown = CliRunner().invoke(cli, ["--language", "zh-CN", *path, "--help"])
    assert shown.output.startswith("用法：")
    assert "显示本说明后退出" in shown.output
    assert CHINESE.search(shown.output.splitlines()[2])


@pytest.mark.usefixtures("in_brackets")
@pytest.mark.parametrize(
    "line",
    ["nosuch", "dead", "dead show", "dead list --queue nosuch", "campaigns list extra", "sms count --mode"],
)
def test_a_wrong_command_line_is_said_in_the_language(line: str) -> None:
    shown = CliRunner().invoke(cli, line.split(), env={"LANGUAGE": pseudo.LANGUAGE})
    said = [word for word in outside(shown.output) if word not in ("cli", "help", "h") and word not in line]
    assert said == [] or line == "dead"


def test_the_language_of_one_run_is_not_that_of_the_next() -> None:
    assert CliRunner().invoke(cli, ["--language=zh-CN", "--help"]).output.startswith("用法：")
    assert CliRunner().invoke(cli, ["--help"], env={"LANGUAGE": "en"}).output.startswith("Usage:")
    assert (
        CliRunner()
        .invoke(cli, ["--help"], env={"LANGUAGE": "", "LANG": "zh_CN.UTF-8"})
        .output.startswith("用法：")
    )


# Still in English only; no other file may join them.
NOT_YET = {"checkup.py", "doctor.py", "keys.py", "logs.py", "place.py", "releases.py", "replies.py"}
NOT_YET |= {"templates.py", "users.py"}
TELLS = {"echo", "ClickException", "UsageError", "confirm", "prompt"}
FOLDER = Path(__file__).resolve().parents[2] / "chalicelib" / "commands"


def told_outside(code: str) -> list[int]:
    """Lines that tell somebody words which no catalogue has, such as `click.echo("done")`."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in TELLS and node.args:
            parts = node.args[0].values if isinstance(node.args[0], ast.JoinedStr) else [node.args[0]]
            texts = [one.value for one in parts if isinstance(one, ast.Constant)]
            if any(re.search("[A-Za-z]{2}", str(text)) for text in texts):
                found.append(node.lineno)
    return found


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        ('click.echo("done", err=True)', [1]),
        ('raise click.ClickException(f"no {name} here")', [1]),
        ('click.echo(_("done"))', []),
        ('click.echo(f"{file}: {words}")', []),
        ("click.echo(words)", []),
    ],
)
def test_words_that_no_catalogue_has_are_seen(code: str, lines: list[int]) -> None:
    assert told_outside(code) == lines


def test_what_commands_tell_is_in_the_catalogues() -> None:
    found = {path.name: told_outside(path.read_text()) for path in FOLDER.glob("*.py")}
    assert {name: lines for name, lines in found.items() if lines and name not in NOT_YET} == {}
