"""`ringback templates`: campaigns as files."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from chalicelib.commands.shared import _, language

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


if TYPE_CHECKING:
    from chalicelib.campaigns.sync import FileStanding
    from chalicelib.campaigns.yaml_files import FileProblem
    from chalicelib.store.schema.catalogue import Document


@click.group()
def templates() -> None:
    """Campaigns and their texts, as files."""


@templates.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path("templates"))
def check(folder: Path) -> None:
    """Look for problems in the campaigns of DIR (templates when left out; one campaign's folder is fine).

    Prints each as FILE:LINE: PROBLEM. Exit code 1 when there are any; warnings do not count.
    """
    _checked(folder)
    click.echo(_("%(folder)s: no problems.", folder=folder), err=True)


@templates.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path("templates"))
@click.option("--only", metavar="NAME", multiple=True, help="A document, such as campaign#usage-alert.")
def diff(folder: Path, only: tuple[str, ...]) -> None:
    """How the files of DIR and the catalogue differ, and who changed what there since the last pull.

    Exit code 1 when anything differs.
    """
    found = [one for one in _standings(folder, only) if one.state != "same"]
    for one in found:
        _tell(one)
    if found:
        sys.exit(1)
    click.echo(_("%(folder)s: the catalogue says the same.", folder=folder), err=True)


@templates.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path("templates"))
@click.option("--only", metavar="NAME", multiple=True, help="A document, such as campaign#usage-alert.")
@click.option("--by", default=getpass.getuser, help="Who the drafts are by.  [default: your user name]")
def push(folder: Path, only: tuple[str, ...], by: str) -> None:
    """Put what changed in the files of DIR into the catalogue, as drafts that somebody else approves.

    Refused, with the difference, when the catalogue moved on since the last pull.
    """
    from chalicelib import clock
    from chalicelib.campaigns import lifecycle, sync
    from chalicelib.i18n.problems import every
    from chalicelib.problems import BadDocument

    _checked(folder)
    found = _standings(folder, only)
    _refuse_both(found, "push")
    noted = sync.read_base(folder)
    count = 0
    for one in sorted(
        found, key=lambda each: each.name.startswith("campaign#")
    ):  # what they name comes first
        if one.state in ("changed_here", "new_here"):
            base = one.there.number if one.there else 0
            try:
                saved = lifecycle.save(one.name, one.here, lifecycle.Who(by, "files"), clock.now(), base=base)
            except BadDocument as bad:
                sync.write_base(folder, noted)
                raise click.ClickException(f"{one.name}: {every(bad.problems, language())}") from bad
            except lifecycle.VersionConflict as error:
                sync.write_base(folder, noted)
                raise click.ClickException(f"{one.name}: {error}") from error
            noted[one.name] = sync.Base(saved.number, sync.digest(one.here))
            click.echo(_("%(name)s: version %(number)s, a draft", name=one.name, number=saved.number))
            count += 1
        elif one.state == "same" and one.there:
            noted[one.name] = sync.Base(one.there.number, sync.digest(one.here))
        elif one.state in ("changed_there", "new_there"):
            words = _("%(name)s: %(version)s; pull brings it", name=one.name, version=_last(one.there))
            click.echo(words, err=True)
    sync.write_base(folder, noted)
    click.echo(_("drafts made: %(n)s", n=count), err=True)


@templates.command()
@click.argument("names", metavar="NAME...", nargs=-1)
@click.option("--settings", is_flag=True, help="Everything that was pushed and is no campaign.")
@click.option("--by", required=True, help="Who approves; nobody approves what they pushed.")
def approve(names: tuple[str, ...], settings: bool, by: str) -> None:
    """Approve the latest versions of NAMES (`policy`, `brand#skylark`, `campaign#usage-alert`), and put
    them live.

    For what the console has no page for, and for campaigns that an event starts. Whom a campaign of the
    calendar or of a person's goes to is counted in the console, so it is approved there.
    """
    from chalicelib import clock
    from chalicelib.campaigns import approval, lifecycle
    from chalicelib.commands.place import stack
    from chalicelib.i18n.problems import every
    from chalicelib.store import versions

    stack()
    wanted = [*names, *(one for one in versions.names() if settings and not one.startswith("campaign#"))]
    if not wanted:
        raise click.UsageError(_("name what to approve, or say --settings"))
    for name in sorted(
        dict.fromkeys(wanted), key=lambda one: (one != "policy", one.startswith("campaign#"), one)
    ):
        latest = versions.latest(name)
        if latest is None:
            raise click.ClickException(_("there is no %(name)s: `ringback templates push` first", name=name))
        if latest.status in ("live", "paused"):
            continue
        if latest.campaign and "event" not in (latest.document.get("trigger") or {}):
            raise click.ClickException(
                _("%(name)s goes to people who are counted first: approve it in the console", name=name)
            )
        author, approver = lifecycle.Who(latest.by, "files"), lifecycle.Who(by, "files")
        steps: dict[str, tuple[approval.ApprovalStep, ...]] = {
            "draft": ("submit", "approve", "go_live"),
            "in_review": ("approve", "go_live"),
        }
        try:
            for step in steps.get(latest.status, ("go_live",)):
                who = author if step == "submit" else approver  # pushing was handing in
                lifecycle.take(step, name, latest.number, who, clock.now())
        except approval.TransitionRefused as error:
            raise click.ClickException(f"{name}: {every(error.missing, language())}") from error
        click.echo(_("%(name)s: version %(number)s is live", name=name, number=latest.number))


@templates.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path("templates"))
@click.option("--only", metavar="NAME", multiple=True, help="A document, such as campaign#usage-alert.")
def pull(folder: Path, only: tuple[str, ...]) -> None:
    """Bring the files of DIR to the latest versions of the catalogue, and note which those are.

    Refused, with the difference, for what was changed in the files as well.
    """
    from chalicelib.campaigns import sync
    from chalicelib.campaigns.files import load_folder

    found = _standings(folder, only)
    _refuse_both(found, "pull")
    noted = sync.read_base(folder)
    for one in found:
        if one.there is None or one.state in ("changed_here", "gone_here"):
            continue
        if one.state != "same":
            for path in sync.write(folder, one.name, one.there.document, load_folder(folder)):
                click.echo(f"{path}: {_last(one.there)}")
        noted[one.name] = sync.Base(one.there.number, sync.digest(one.there.document))
    sync.write_base(folder, noted)


def _standings(folder: Path, only: Sequence[str]) -> list[FileStanding]:
    """How every document stands, or those that are asked for."""
    from chalicelib.campaigns import sync
    from chalicelib.campaigns.files import BadFiles, load_folder
    from chalicelib.commands.place import stack
    from chalicelib.store import versions

    stack()
    try:
        here, base = load_folder(folder), sync.read_base(folder)
    except BadFiles as bad:
        raise click.ClickException("\n".join(_line(one) for one in bad.problems)) from bad
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    names = sorted({*here, *versions.names()})
    if unknown := [one for one in only if one not in names]:
        words = _("there is no %(name)s: use %(choices)s", name=unknown[0], choices=", ".join(names))
        raise click.ClickException(words)
    found = []
    for name in only or names:
        found.append(sync.standing(name, here.get(name), base.get(name), versions.latest(name)))
    return found


def _refuse_both(found: Sequence[FileStanding], what: str) -> None:
    both = [one for one in found if one.state == "both"]
    for one in both:
        _tell(one)
    if both:
        raise click.ClickException(
            _(
                "%(names)s: changed here and in the catalogue. Put the file back to what it was, pull, make "
                "your change again, then %(what)s.",
                names=", ".join(one.name for one in both),
                what=what,
            )
        )


def _tell(one: FileStanding) -> None:
    """What differs, who did it there, line by line."""
    from chalicelib.campaigns import sync

    said = {
        "changed_here": _("changed here"),
        "new_here": _("new here"),
        "changed_there": _("changed in the catalogue"),
        "new_there": _("new in the catalogue"),
        "both": _("changed here and in the catalogue"),
        "gone_here": _("deleted here; the catalogue keeps it: end it in the console"),
    }
    title = _last(one.there)
    click.echo(f"{one.name}: {said[one.state]} ({title})")
    there = one.there.document if one.there else None
    for line in sync.difference(one.name, there, one.here, _("catalogue"), _("here")):
        click.echo(line)


def _last(version: Document | None) -> str:
    if version is None:
        return _("not there")
    from chalicelib.i18n.codes import named

    return _(
        "version %(number)s, %(status)s, by %(by)s at %(at)s",
        number=version.number,
        status=named("state", version.status, language()),
        by=version.by,
        at=version.at,
    )


def _checked(folder: Path) -> None:
    """Print every problem; exit code 1 when there are any that are more than warnings."""
    from chalicelib.campaigns.files import check_folder  # YAML and templates, only when asked for

    problems = check_folder(folder) + _policy(folder / "policy.yaml") + _care(folder / "care.yaml")
    for problem in problems:
        click.echo(_line(problem))
    for names in sorted({tuple(each) for each in map(_names_there_are, problems) if each}):
        click.echo(_("names that may be used there: %(names)s", names=", ".join(names)), err=True)
    bad = sum(not problem.warning for problem in problems)
    if bad:
        words = _("%(folder)s: %(n)s to correct, then check again.", folder=folder, n=bad)
        click.echo(words, err=True)
        sys.exit(1)


def _names_there_are(found: FileProblem) -> Sequence[str]:
    """The fields and variables that there are, where one is not known."""
    from chalicelib.campaigns.campaign_codes import CampaignCode

    choices = found.problem.values.get("choices", ())
    unknown = found.problem.code == CampaignCode.NOT_A_VARIABLE_HERE
    return list(choices) if unknown and isinstance(choices, list) else ()


def _line(found: FileProblem) -> str:
    """A problem as FILE:LINE: WORDS, in the reader's language."""
    from chalicelib.i18n.problems import placed

    mark = _("warning: ") if found.warning else ""
    return f"{found.file}:{found.line}: {mark}{placed(found.problem, language())}"


def _policy(path: Path) -> list[FileProblem]:
    """What delivery would not take of the policy."""
    from chalicelib.delivery.policy import policy_from

    return _document(path, policy_from)


def _care(path: Path) -> list[FileProblem]:
    """What care would not take of its settings."""
    from chalicelib.care.settings import care_from

    return _document(path, care_from)


def _document(path: Path, read: Callable[[Mapping[str, Any]], object]) -> list[FileProblem]:
    """What `read` refuses of a document, by line. Whether it is YAML was looked at before."""
    from chalicelib.campaigns.file_codes import FileCode
    from chalicelib.campaigns.yaml_files import FileProblem, read_yaml
    from chalicelib.problems import BadDocument, Problem

    source = read_yaml(path, []) if path.exists() else None
    if source is None:
        return []
    if not isinstance(source.content, dict):
        return [FileProblem(path, 1, Problem(FileCode.NO_FIELDS))]
    try:
        read(source.content)
    except BadDocument as refused:
        return [FileProblem(path, source.line(one.place), one) for one in refused.problems]
    return []
