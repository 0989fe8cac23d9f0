"""`ringback replies`: what the reader makes of replies, and how well it does on labelled ones."""

from __future__ import annotations

import json
import sys
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import IO, Any

import click

from chalicelib.commands.shared import _, answer_lines, json_lines, language, text_field
from chalicelib.i18n.codes import read_by
from chalicelib.i18n.problems import placed
from chalicelib.problems import BadDocument
from chalicelib.replies.measure import Labelled, Measured, interval, labelled_from, measure
from chalicelib.replies.proposal import masked
from chalicelib.replies.reading import read
from chalicelib.replies.survey import Survey
from chalicelib.store.schema.cases import ReadingLabel

Surveys = Mapping[str, Survey]
EXTRA = ("said", "machine", "evidence")  # fields of a reading that not every reply has
CORRECTIONS = "corrections"  # the split of what staff said that replies mean

surveys_option = click.option(
    "--surveys",
    "surveys_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    required=True,
    help='JSON: {"name": survey block, ...}, the block as in campaign.yaml.',
)


@click.group()
def replies() -> None:
    """Reading of what subscribers write."""


@replies.command("read")
@surveys_option
def read_lines(surveys_file: Path) -> None:
    """Read replies: JSON lines {"survey", "text"} in, {"kind", "score", "choice", "scope", "why"} out,
    with `evidence` (the words that decided), `said` (how far the words say that an opt-out reaches) and
    `machine` (its kind) where there are any.

    Reads standard input and answers a line for a line. `survey` is a name in the surveys file; without it,
    or null, the text answers no survey. A line that cannot be read is answered with {"error", "line"}, and
    the exit code is 1 at the end.
    """
    surveys = _surveys(surveys_file)

    def answer(record: Mapping[str, Any]) -> dict[str, Any]:
        found = read(text_field(record, "text"), _survey(record, surveys))._asdict()
        return {name: value for name, value in found.items() if value or name not in EXTRA}

    answer_lines(sys.stdin.buffer, answer)


@replies.command("measure")
@surveys_option
@click.option("--split", default="", metavar="NAME", help="Only the lines of this split.")
@click.argument("labelled", type=click.File("rb"))
def measure_file(surveys_file: Path, split: str, labelled: IO[bytes]) -> None:
    """Measure the reader on LABELLED replies ("-" for standard input).

    JSON lines {"survey", "text", "kind" or "kinds", "scores"?, "split"?}: every kind, and for a rating every
    score, that is right. Prints accuracy, how many were wrongly decided (read as a rating, as opting out or
    in, or as somebody else), how many opt-outs were missed, both together as harm, and how many were asked
    though they said it, each with its interval; the same by kind and language; and every miss.
    """
    surveys = _surveys(surveys_file)
    rows: list[Labelled] = []
    for line in json_lines(labelled):
        try:
            if line.problem:
                raise ValueError(line.problem)
            if not split or line.record.get("split") == split:
                rows.append(labelled_from(line.record, _survey(line.record, surveys)))
        except ValueError as error:
            raise click.ClickException(_("line %(line)s: %(words)s", line=line.number, words=error)) from None
    if not rows:
        raise click.ClickException(_("there are no labelled replies in LABELLED"))
    _report(measure(rows))


@replies.command("corrections")
@click.option("--since", default="0", metavar="DATE", help="Only what staff said since this ISO date.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def corrections(since: str, folder: Path) -> None:
    """Export what staff said that replies mean into FOLDER, for `measure`.

    corrections.jsonl has the replies, as the split `corrections`, with every number of five digits or more
    as #; surveys.json the surveys of the live campaigns that they answer. A score whose survey is no longer
    live is left out.
    """
    from chalicelib.care.current import current
    from chalicelib.commands.place import stack
    from chalicelib.store.cases import readings

    stack()
    asked = {name: one.survey for name, one in current().live.campaigns.items() if one.survey}
    said = readings(since)
    known = [one for one in said if one.kind != "rating" or one.campaign in asked]
    if not known:
        raise click.ClickException(_("no corrections yet: staff make them under a reply on a case's page"))
    folder.mkdir(parents=True, exist_ok=True)
    surveys = {
        name: Survey.document(asked[name]) for name in sorted({one.campaign for one in known} & {*asked})
    }
    lines = [json.dumps(_correction(one, asked), ensure_ascii=False) for one in known]
    (folder / "corrections.jsonl").write_text("".join(f"{one}\n" for one in lines), encoding="utf-8")
    (folder / "surveys.json").write_text(json.dumps(surveys, ensure_ascii=False), encoding="utf-8")
    click.echo(
        _(
            "%(n)s replies in %(folder)s, %(left)s left out.",
            n=len(known),
            folder=folder,
            left=len(said) - len(known),
        )
    )


def _correction(said: ReadingLabel, asked: Collection[str]) -> dict[str, Any]:
    record: dict[str, Any] = {
        "survey": said.campaign if said.campaign in asked else None,
        "text": masked(said.body),
        "kind": said.kind,
        "date": said.at[:10],
        "split": CORRECTIONS,
    }
    return record if said.score is None else {**record, "scores": [said.score]}


def _report(found: Measured) -> None:
    numbers = (
        (_("right"), found.right),
        (_("wrongly decided"), found.wrongly_decided),
        (_("missed opt-outs"), found.missed_opt_outs),
        (_("harm"), found.harmful),
        (_("asked needlessly"), found.asked_needlessly),
    )
    for what, number in numbers:
        low, high = interval(number, found.count)
        of = _("%(n)s of %(all)s", n=number, all=found.count)
        share = _(
            "(%(share)s)  95 %%: %(low)s to %(high)s",
            share=f"{number / found.count:.2%}",
            low=f"{low:.1%}",
            high=f"{high:.1%}",
        )
        click.echo(f"{what:16} {of}  {share}")
    for (kind, tag), group in found.groups().items():
        words = _(
            "right %(right)s of %(all)s, wrongly decided %(wrong)s, missed opt-outs %(missed)s, asked "
            "needlessly %(asked)s",
            right=group.right,
            all=group.count,
            wrong=group.wrongly_decided,
            missed=group.missed_opt_outs,
            asked=group.asked_needlessly,
        )
        click.echo(f"{kind:8} {tag}  {words}")
    for miss in found.misses:
        score = "" if miss.reading.score is None else f" {miss.reading.score}"
        mark = "!" if miss.decided or miss.missed_opt_out else " "
        words = _(
            "expected %(kind)s (%(why)s)",
            kind=miss.labelled.expected,
            why=read_by(miss.reading.why, language()),
        )
        text = json.dumps(miss.labelled.text, ensure_ascii=False)
        click.echo(f"{mark} {text}: {miss.reading.kind}{score}, {words}")


def _surveys(path: Path) -> Surveys:
    """The surveys of a file, by name. Raises ClickException naming the file and the survey."""
    try:
        blocks = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise click.ClickException(
            _("%(file)s: not JSON that can be read: %(error)s", file=path, error=error)
        ) from error
    if not isinstance(blocks, dict):
        words = _('%(file)s: expected {"name": survey block, ...}', file=path)
        raise click.ClickException(words)
    found = {}
    for name, block in blocks.items():
        if not isinstance(block, dict):
            words = _('%(file)s: survey "%(name)s" is not a survey block', file=path, name=name)
            raise click.ClickException(words)
        try:
            found[name] = Survey.from_dict(block)
        except BadDocument as error:
            said = [f'{path}: "{name}": {placed(one, language())}' for one in error.problems]
            raise click.ClickException("\n".join(said)) from None
    return found


def _survey(record: Mapping[str, Any], surveys: Surveys) -> Survey | None:
    """The survey a line names. Raises ValueError, with the names there are, for another one."""
    name = record.get("survey")
    if name is None:
        return None
    if not isinstance(name, str) or name not in surveys:
        known = ", ".join(sorted(surveys)) or _("none")
        asked = json.dumps(name, ensure_ascii=False)
        words = _("no survey %(name)s in the surveys file; it has %(names)s", name=asked, names=known)
        raise ValueError(words)
    return surveys[name]
