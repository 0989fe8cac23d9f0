"""`ringback users`: who may sign in to the console, made and removed in the stack's user pool (Cognito)."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

import click

from chalicelib.commands.checkup import ROLES
from chalicelib.commands.place import stack
from chalicelib.commands.shared import _, emit

ROLE = click.option("--role", type=click.Choice(ROLES), required=True, help="What they may do.")
TYPED = click.option(
    "--password-stdin", is_flag=True, help="Read the password from stdin instead of making one."
)


@click.group()
def users() -> None:
    """Who may sign in to the console. Marketing needs two: nobody approves their own campaign."""


@users.command("list")
def list_users() -> None:
    """Every user as a JSON line: name, roles, whether enabled, and since when."""
    stack()
    from chalicelib.console import user_pool

    for one in user_pool.everybody(ROLES):
        emit({"user": one.name, "roles": one.groups, "enabled": one.enabled, "since": one.since})


@users.command()
@click.argument("name")
@ROLE
@TYPED
def add(name: str, role: str, password_stdin: bool) -> None:
    """Make the user NAME. The password is printed once; tell it them another way than by e-mail."""
    stack()
    cognito, pool = _pool()
    password = _password(password_stdin)
    try:
        cognito.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
    except cognito.exceptions.UsernameExistsException as error:
        raise click.ClickException(
            _("%(name)s is there already: `ringback users role` and `users password` change them", name=name)
        ) from error
    _set_password(cognito, pool, name, password)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=name, GroupName=role)
    emit({"user": name, "role": role} | ({} if password_stdin else {"password": password}))


@users.command()
@click.argument("name")
@ROLE
def role(name: str, role: str) -> None:
    """Give NAME this role in place of the ones they have."""
    stack()
    from chalicelib.console import user_pool

    before = tuple(one for one in ROLES if one != role)
    try:
        user_pool.move(name, before, role)
    except user_pool.Unknown as error:
        raise _nobody(name) from error
    emit({"user": name, "role": role})


@users.command()
@click.argument("name")
@TYPED
def password(name: str, password_stdin: bool) -> None:
    """Give NAME a new password and end their sessions."""
    stack()
    cognito, pool = _pool()
    fresh = _password(password_stdin)
    try:
        _set_password(cognito, pool, name, fresh)
        cognito.admin_user_global_sign_out(UserPoolId=pool, Username=name)
    except cognito.exceptions.UserNotFoundException as error:
        raise _nobody(name) from error
    emit({"user": name} | ({} if password_stdin else {"password": fresh}))


@users.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take NAME out of the pool. What they did stays in the audit trail."""
    stack()
    cognito, pool = _pool()
    try:
        cognito.admin_delete_user(UserPoolId=pool, Username=name)
    except cognito.exceptions.UserNotFoundException as error:
        raise _nobody(name) from error
    emit({"removed": name})


def _nobody(name: str) -> click.ClickException:
    return click.ClickException(_("there is no user %(name)s: `ringback users list`", name=name))


def _pool() -> tuple[Any, str]:
    import boto3

    return boto3.client("cognito-idp"), os.environ["RINGBACK_USER_POOL"]


def _password(typed: bool) -> str:
    """The password on stdin, or a new one that the pool's policy takes."""
    if typed:
        return sys.stdin.readline().rstrip("\r\n")
    return f"{secrets.token_urlsafe(12)}-Aa1"  # the ending has a capital, a small letter and a digit


def _set_password(cognito: Any, pool: str, name: str, password: str) -> None:
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=True)
    except cognito.exceptions.InvalidPasswordException as error:
        raise click.ClickException(_("the pool refuses that password: %(error)s", error=error)) from error
