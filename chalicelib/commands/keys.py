"""`ringback keys`: the key of POST /events in the SSM parameter store, made and rotated."""

from __future__ import annotations

import os
import secrets
from typing import Any

import click

from chalicelib.commands.place import stack
from chalicelib.commands.shared import emit

WARNING = "Senders of POST /events need the new key within 5 minutes: the old one ends then."


@click.group()
def keys() -> None:
    """The key that senders of POST /events put into the header X-Api-Key.

    The erasure key is made with the first erasure and never changed: no other knows the hashes of who was
    erased.
    """


@keys.command()
def make() -> None:
    """Make the key when there is none; one that is there stays as it is."""
    stack()
    ssm, parameter = _ssm(), os.environ["RINGBACK_API_KEY_PARAMETER"]
    try:
        ssm.put_parameter(Name=parameter, Value=secrets.token_urlsafe(32), Type="SecureString")
        emit({"key": parameter, "made": True})
    except ssm.exceptions.ParameterAlreadyExists:
        emit({"key": parameter, "made": False})


@keys.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def rotate(yes: bool) -> None:
    """Put a new key in the place of the one that is there."""
    place = stack()
    if not yes:
        click.confirm(f"A new key for {place}. {WARNING} Go on?", abort=True, err=True)
    parameter, fresh = os.environ["RINGBACK_API_KEY_PARAMETER"], secrets.token_urlsafe(32)
    answer = _ssm().put_parameter(Name=parameter, Value=fresh, Type="SecureString", Overwrite=True)
    click.echo(WARNING, err=True)
    emit({"key": parameter, "version": answer["Version"]})


@keys.command()
def show() -> None:
    """Print the key."""
    stack()
    found = _ssm().get_parameter(Name=os.environ["RINGBACK_API_KEY_PARAMETER"], WithDecryption=True)
    click.echo(found["Parameter"]["Value"])


def _ssm() -> Any:
    import boto3

    return boto3.client("ssm")
