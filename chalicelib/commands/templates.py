"""`ringback templates`: campaigns as files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


if TYPE_CHECKING:
    from chalicelib.campaigns.files import FileProblem
    from chalicelib.care.settings import BadCare
    from chalicelib.delivery.policy import BadPolicy


@click.group()
def templates() -> None:
    """Campaigns and their texts, as files."""


@templates.command()
@click.argument("folder", metavar="[DIR]", type=FOLDER, default=Path("templates"))
def check(folder: Path) -> None:
    """Look for problems in the campaigns of DIR (templates when left out; one campaign's folder is fine).

    Prints each as FILE:LINE: PROBLEM. Exit code 1 when there are any; warnings do not count.
    """
    from chalicelib.campaigns.files import check_folder  # YAML and templates, only when asked for

    problems = check_folder(folder) + _policy(folder / "policy.yaml") + _care(folder / "care.yaml")
    for problem in problems:
        click.echo(str(problem))
    bad = sum(not problem.warning for problem in problems)
    if bad:
        click.echo(
            f"{bad} problem{'s' if bad > 1 else ''} in {folder}: correct them and check again.", err=True
        )
        sys.exit(1)
    click.echo(f"{folder}: no problems.", err=True)


def _policy(path: Path) -> list[FileProblem]:
    """What delivery would not take of the policy."""
    from chalicelib.delivery.policy import BadPolicy, policy_from

    return _document(path, policy_from, BadPolicy)


def _care(path: Path) -> list[FileProblem]:
    """What care would not take of its settings."""
    from chalicelib.care.settings import BadCare, care_from

    return _document(path, care_from, BadCare)


def _document(
    path: Path, read: Callable[[Mapping[str, Any]], object], bad: type[BadPolicy] | type[BadCare]
) -> list[FileProblem]:
    """What `read` refuses of a document, by line. Whether it is YAML was looked at before."""
    from chalicelib.campaigns.files import FileProblem, read_yaml

    source = read_yaml(path, []) if path.exists() else None
    if source is None:
        return []
    if not isinstance(source.content, dict):
        return [FileProblem(path, 1, "must hold fields")]
    try:
        read(source.content)
    except bad as refused:
        return [
            FileProblem(path, source.line(one.place), f"{one.place}: {one.error}") for one in refused.problems
        ]
    return []
