"""`ringback templates`: campaigns as files."""

from __future__ import annotations

import sys
from pathlib import Path

import click

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


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

    problems = check_folder(folder)
    for problem in problems:
        click.echo(str(problem))
    bad = sum(not problem.warning for problem in problems)
    if bad:
        click.echo(
            f"{bad} problem{'s' if bad > 1 else ''} in {folder}: correct them and check again.", err=True
        )
        sys.exit(1)
    click.echo(f"{folder}: no problems.", err=True)
