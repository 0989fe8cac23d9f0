"""`ringback rollback`: the functions' alias `live` back to the code of the release before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from chalicelib.commands.place import Place, stack
from chalicelib.commands.shared import _, emit

ALIAS = "live"  # what everything calls; see decisions/template-rules.md


@dataclass(frozen=True, slots=True)
class Version:
    """A published version of a function: its number and the digest of its code."""

    number: int
    code: str


def before(versions: Iterable[Version], current: int) -> Version | None:
    """The newest version of those older than `current` that has another code; None when there is none.

    Every release of new code publishes a version of each function, so the functions that go back by this rule
    go back to one release.
    """
    known = sorted(versions, key=lambda one: one.number)
    code = next((one.code for one in known if one.number == current), "")
    return next((one for one in reversed(known) if one.number < current and one.code != code), None)


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def rollback(yes: bool) -> None:
    """Let every function run the code of the release before, at once.

    They get the environment that they had then. Tables, queues and parameters stay as they are now. The next
    deploy goes forward again. Nothing is changed when a function has no version to go back to.
    """
    place = stack()
    client = _lambda()
    moves = {}
    for function in functions_of(client, place):
        alias = client.get_alias(FunctionName=function, Name=ALIAS)
        current = int(alias["FunctionVersion"])
        target = before(_versions(client, function), current)
        if target is None:
            raise click.ClickException(
                _(
                    "%(function)s runs version %(version)s and has no older code: nothing was done",
                    function=function,
                    version=current,
                )
            )
        moves[function] = (current, target)
    if not moves:
        raise click.ClickException(_("%(place)s has no functions", place=place))
    for function, (current, target) in moves.items():
        click.echo(f"{function}: {current} -> {target.number}", err=True)
    if not yes:
        asked = _("Move %(n)s functions of %(place)s back?", n=len(moves), place=place)
        click.confirm(asked, abort=True, err=True)
    for function, (_before, target) in moves.items():
        client.update_alias(
            FunctionName=function,
            Name=ALIAS,
            FunctionVersion=str(target.number),
            RoutingConfig={"AdditionalVersionWeights": {}},  # of a rollout that had not ended
        )
    emit({"functions": len(moves), "code": sorted({target.code for _before, target in moves.values()})})


def functions_of(client: Any, place: Place) -> list[str]:
    """The names of the stack's functions, by the stage in their environment."""
    return sorted(
        str(one["FunctionName"])
        for page in client.get_paginator("list_functions").paginate()
        for one in page["Functions"]
        if stage_of(one) == place.stage
    )


def stage_of(function: Mapping[str, Any]) -> str:
    """The stage in a function's environment, "" for a function that is none of ours."""
    return str(function.get("Environment", {}).get("Variables", {}).get("RINGBACK_STAGE", ""))


def _versions(client: Any, function: str) -> Sequence[Version]:
    return [
        Version(int(one["Version"]), one["CodeSha256"])
        for page in client.get_paginator("list_versions_by_function").paginate(FunctionName=function)
        for one in page["Versions"]
        if one["Version"] != "$LATEST"
    ]


def _lambda() -> Any:
    import boto3

    return boto3.client("lambda")
