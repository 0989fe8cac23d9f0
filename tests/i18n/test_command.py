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


TRANSLATED = {"_", "N_", "say", "say_many", "said_as"}
DECLARED = {"option", "argument", "command", "group"}  # their help is looked at above, as it is shown
SENTENCE = re.compile(r"[A-Za-z]{2,}\W* \W*[A-Za-z{]|[a-z]{2}:? $|^ [a-z]{2}")
COMMAND_LINE = re.compile(r"(aws|ringback|smsbox) |update-(pool|phone-number) | ?(--|tag-|set-)|[A-Z_]+ $")
NOT_OURS = {"does not exist"}  # how CloudFormation says that there is no such stack; it has no code for it
FOLDER = Path(__file__).resolve().parents[2] / "chalicelib" / "commands"


def untranslated(text: str) -> bool:
    return bool(SENTENCE.search(text)) and not COMMAND_LINE.match(text) and text not in NOT_OURS


def told_outside(code: str) -> list[str]:
    """Texts of two words or more that no catalogue has: neither in a call that translates them, nor help of
    a command, nor a docstring, nor a command line to type."""
    found: list[str] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.Call):
            called = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if called in TRANSLATED | DECLARED:
                return
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and untranslated(node.value):
            found.append(node.value)
        for inner in ast.iter_child_nodes(node):
            look(inner)

    look(ast.parse(code))
    return found


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ('click.echo("all done", err=True)', ["all done"]),
        ('raise click.ClickException(f"no {name} here")', ["no ", " here"]),
        ('Finding("fail", what, saw, "deploy it again")', ["deploy it again"]),
        ('saw = f"{n} are waiting"', [" are waiting"]),
        ('click.echo(_("all done"))', []),
        ('click.echo(f"{file}: {words}")', []),
        ('do = f"ringback users add NAME --role {role}"', []),
        ('def made() -> None:\n    """Make it so."""', []),
        ('@click.option("--yes", help="Do not ask.")\ndef drop() -> None: ...', []),
    ],
)
def test_texts_that_no_catalogue_has_are_seen(code: str, texts: list[str]) -> None:
    assert told_outside(code) == texts


def test_what_commands_tell_is_in_the_catalogues() -> None:
    found = {path.name: told_outside(path.read_text()) for path in FOLDER.glob("*.py")}
    assert {name: texts for name, texts in found.items() if texts} == {}
