"""`ringback care`: how well the rules of care do."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from chalicelib.commands.shared import _, complaint, emit, json_lines

if TYPE_CHECKING:
    from chalicelib.care.topics import TopicRules


@click.group()
def care() -> None:
    """Cases and the rules they are sorted by."""


@care.command()
@click.option(
    "--labels", type=click.File("rb"), help='JSON lines {"words", "topic"} instead of the stored ones.'
)
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A care.yaml to try instead of the live settings.",
)
@click.option("--since", default="0", metavar="DATE", help="Only what staff said since this ISO date.")
def topics(labels: BinaryIO | None, rules: Path | None, since: str) -> None:
    """Measure the topic rules against what staff said complaints are about.

    Prints each mistake as a JSON line {"words", "topic", "read_as"}, and the counts on stderr: right,
    wrong, and left to people because the rules were not sure.
    """
    from chalicelib.care.topics import measure

    labelled = _from_file(labels) if labels else _stored(since)
    if not labelled:
        raise click.ClickException(
            _("no labels yet: they come with every topic that staff choose for a case")
        )
    found = measure(labelled, _rules(rules))
    for words, topic, read_as in found.mistakes:
        emit({"words": words, "topic": topic, "read_as": read_as})
    click.echo(
        _(
            "Of %(total)s labels: right %(right)s (%(right_share)s), wrong %(wrong)s (%(wrong_share)s), "
            "left to people %(left)s.",
            total=found.total,
            right=found.right,
            right_share=f"{found.right / found.total:.1%}",
            wrong=found.wrong,
            wrong_share=f"{found.wrong / found.total:.1%}",
            left=found.left_to_people,
        ),
        err=True,
    )


def _from_file(stream: BinaryIO) -> list[tuple[str, str]]:
    found = []
    for line in json_lines(stream):
        words, topic = line.record.get("words"), line.record.get("topic")
        if line.problem:
            raise click.ClickException(complaint(line))
        if not isinstance(words, str) or not isinstance(topic, str):
            raise click.ClickException(
                _('line %(line)s: needs "words" and "topic", both text', line=line.number)
            )
        found.append((words, topic))
    return found


def _stored(since: str) -> list[tuple[str, str]]:
    from chalicelib.care.reads import labelled
    from chalicelib.commands.place import stack

    stack()
    return labelled(since)


def _rules(path: Path | None) -> TopicRules:
    from chalicelib.care.settings import care_from
    from chalicelib.commands.shared import language
    from chalicelib.i18n.problems import every
    from chalicelib.problems import BadDocument

    if path is None:
        from chalicelib.care.current import current
        from chalicelib.commands.place import stack

        stack()
        return current().care.topics
    import yaml

    try:
        return care_from(yaml.safe_load(path.read_text(encoding="utf-8"))).topics
    except BadDocument as bad:
        raise click.ClickException(f"{path}: {every(bad.problems, language())}") from bad
    except yaml.YAMLError as error:
        raise click.ClickException(f"{path}: {error}") from error
