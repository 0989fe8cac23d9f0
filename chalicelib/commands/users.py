"""`ringback users`: who may sign in to the console, made and removed in the stack's user pool (Cognito)."""

from __future__ import annotations

import os
import secrets
import sys
from typing import Any

import click

from chalicelib.commands.checkup import ROLES
from chalicelib.commands.place import stack
from chalicelib.commands.shared import _, emit, note

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
    """Make the user NAME. The first password is printed once, and changed when they first sign in; tell it
    them another way than by e-mail."""
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
    note("add_user", f"user#{name}", {"role": role})
    emit({"user": name, "role": role} | ({} if password_stdin else {"password": password}))


@users.command()
@click.argument("name")
@ROLE
def role(name: str, role: str) -> None:
    """Give NAME this role in place of the ones they have."""
    stack()
    from chalicelib.console import session, user_pool
    from chalicelib.store import access

    before = tuple(one for one in ROLES if one != role)
    subject = _subject(name)
    user_pool.move(name, before, role)
    access.end_all(subject, session.CHANGED, role)
    note("set_role", f"user#{name}", {"role": role})
    emit({"user": name, "role": role})


@users.command()
@click.argument("name")
@TYPED
def password(name: str, password_stdin: bool) -> None:
    """Give NAME a new first password, which they change when they sign in, and end their sessions."""
    stack()
    from chalicelib.console import session
    from chalicelib.store import access

    cognito, pool = _pool()
    fresh, subject = _password(password_stdin), _subject(name)
    _set_password(cognito, pool, name, fresh)
    cognito.admin_user_global_sign_out(UserPoolId=pool, Username=name)
    access.end_all(subject, session.EVERYWHERE)
    note("set_password", f"user#{name}")
    emit({"user": name} | ({} if password_stdin else {"password": fresh}))


@users.command()
@click.argument("name")
def remove(name: str) -> None:
    """Take NAME out of the pool and end their sessions. What they did stays in the audit trail."""
    stack()
    from chalicelib.console import session, user_pool
    from chalicelib.store import access

    subject = _subject(name)
    user_pool.remove(name)
    access.end_all(subject, session.REMOVED, "")
    note("remove_user", f"user#{name}")
    emit({"removed": name})


def _subject(name: str) -> str:
    """Under whom the sessions of NAME are kept."""
    from chalicelib.console import user_pool

    try:
        return user_pool.subject_of(name)
    except user_pool.Unknown as error:
        raise click.ClickException(
            _("there is no user %(name)s: `ringback users list`", name=name)
        ) from error


def _pool() -> tuple[Any, str]:
    import boto3

    return boto3.client("cognito-idp"), os.environ["RINGBACK_USER_POOL"]


def _password(typed: bool) -> str:
    """The password on stdin, or a new one that the pool's policy takes."""
    if typed:
        return sys.stdin.readline().rstrip("\r\n")
    return f"{secrets.token_urlsafe(12)}-Aa1"  # the ending has a capital, a small letter and a digit


def _set_password(cognito: Any, pool: str, name: str, password: str) -> None:
    """A password that is good for one sign-in, so that nobody but its owner knows the next one."""
    try:
        cognito.admin_set_user_password(UserPoolId=pool, Username=name, Password=password, Permanent=False)
    except cognito.exceptions.InvalidPasswordException as error:
        raise click.ClickException(_("the pool refuses that password: %(error)s", error=error)) from error
