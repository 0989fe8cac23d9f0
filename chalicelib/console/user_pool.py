"""The user pool (Cognito): who may sign in, and in which groups they are."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib import log
from chalicelib.console.session import role_of


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. `groups` are role names; `since` is ISO in UTC."""

    name: str
    groups: tuple[str, ...]
    enabled: bool
    status: str  # Cognito's: CONFIRMED, FORCE_CHANGE_PASSWORD ...
    since: str
    subject: str = ""  # the `sub` of their tokens


class Unknown(LookupError):
    """There is no such user."""


class IsThere(ValueError):
    """There is such a user already."""


@cache
def _pool() -> Any:
    import boto3

    return boto3.client("cognito-idp")


def _id() -> str:
    return os.environ["RINGBACK_USER_POOL"]


def everybody(groups: tuple[str, ...]) -> list[User]:
    """Every user with those of these groups that they are in, by name: a listing of the pool and of each
    group, however many users there are."""
    inside: dict[str, list[str]] = {}
    for group in groups:
        for one in _all("list_users_in_group", GroupName=group):
            inside.setdefault(one["Username"], []).append(group)
    return sorted(
        (
            User(
                one["Username"],
                tuple(inside.get(one["Username"], ())),
                bool(one.get("Enabled", True)),
                str(one.get("UserStatus", "")),
                one["UserCreateDate"].isoformat(),
                _attribute(one, "sub"),
            )
            for one in _all("list_users")
        ),
        key=lambda user: user.name,
    )


def _all(call: str, **wanted: str) -> list[dict[str, Any]]:
    pages = _pool().get_paginator(call).paginate(UserPoolId=_id(), **wanted)
    return [one for page in pages for one in page["Users"]]


def _attribute(user: dict[str, Any], wanted: str) -> str:
    return next((str(one["Value"]) for one in user.get("Attributes", ()) if one["Name"] == wanted), "")


def invite(address: str, *, again: bool = False) -> None:
    """Make a user of an e-mail address, to which Cognito sends a first password; with `again` it sends
    another one. Raises IsThere, Unknown."""
    pool = _pool()
    attributes = [{"Name": "email", "Value": address}, {"Name": "email_verified", "Value": "true"}]
    try:
        if again:
            pool.admin_create_user(UserPoolId=_id(), Username=address, MessageAction="RESEND")
        else:
            pool.admin_create_user(
                UserPoolId=_id(),
                Username=address,
                UserAttributes=attributes,
                DesiredDeliveryMediums=["EMAIL"],
            )
    except pool.exceptions.UsernameExistsException as error:
        raise IsThere(address) from error
    except (pool.exceptions.UserNotFoundException, pool.exceptions.UnsupportedUserStateException) as error:
        raise Unknown(address) from error


def let_in(name: str, yes: bool) -> None:
    """Let a user sign in again, or not any more. Raises Unknown."""
    pool = _pool()
    call = pool.admin_enable_user if yes else pool.admin_disable_user
    try:
        call(UserPoolId=_id(), Username=name)
    except pool.exceptions.UserNotFoundException as error:
        raise Unknown(name) from error


def remove(name: str) -> None:
    """Take a user out of the pool. Raises Unknown."""
    pool = _pool()
    try:
        pool.admin_delete_user(UserPoolId=_id(), Username=name)
    except pool.exceptions.UserNotFoundException as error:
        raise Unknown(name) from error


def subject_of(name: str) -> str:
    """The `sub` of a user's tokens, under which their sessions are kept. Raises Unknown."""
    pool = _pool()
    try:
        found = pool.admin_get_user(UserPoolId=_id(), Username=name)
    except pool.exceptions.UserNotFoundException as error:
        raise Unknown(name) from error
    return _attribute({"Attributes": found["UserAttributes"]}, "sub")


def second_factor(name: str) -> bool:
    """Whether a user has set up a second factor, which Cognito then asks for at each sign-in."""
    return bool(_pool().admin_get_user(UserPoolId=_id(), Username=name).get("UserMFASettingList"))


def new_factor(token: str) -> str:
    """The secret (base 32) for an authenticator app of the user whose access token it is. Raises Unknown for
    a token that has ended."""
    pool = _pool()
    try:
        return str(pool.associate_software_token(AccessToken=token)["SecretCode"])
    except (pool.exceptions.NotAuthorizedException, pool.exceptions.InvalidParameterException) as error:
        raise Unknown("token") from error


def confirm_factor(token: str, code: str) -> bool:
    """Whether `code` is what the app shows; from then on Cognito asks for it. Raises Unknown for a token that
    has ended."""
    pool = _pool()
    wrong = (
        pool.exceptions.EnableSoftwareTokenMFAException,
        pool.exceptions.CodeMismatchException,
        pool.exceptions.InvalidParameterException,
    )
    try:
        answer = pool.verify_software_token(AccessToken=token, UserCode=code)
        if answer["Status"] != "SUCCESS":
            return False
        settings = {"Enabled": True, "PreferredMfa": True}
        pool.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=settings)
    except wrong:
        return False
    except pool.exceptions.NotAuthorizedException as error:
        raise Unknown("token") from error
    return True


def move(name: str, before: tuple[str, ...], to: str) -> None:
    """Put a user into the group `to` and out of those `before`; "" is into none. Raises Unknown."""
    pool = _pool()
    try:
        if to:
            pool.admin_add_user_to_group(UserPoolId=_id(), Username=name, GroupName=to)
        for group in before:
            if group != to:
                pool.admin_remove_user_from_group(UserPoolId=_id(), Username=name, GroupName=group)
    except pool.exceptions.UserNotFoundException as error:
        raise Unknown(name) from error


def standing(subject: str, known: str) -> str | None:
    """The role that a user has now: "" for none, None for a user who is disabled or no more. It is `known`
    while the pool does not answer, and where there is no pool to ask."""
    if not os.environ.get("RINGBACK_USER_POOL"):
        return known
    from botocore.exceptions import BotoCoreError, ClientError

    pool = _pool()
    try:
        if not pool.admin_get_user(UserPoolId=_id(), Username=subject).get("Enabled", True):
            return None
        groups = pool.admin_list_groups_for_user(UserPoolId=_id(), Username=subject)["Groups"]
    except pool.exceptions.UserNotFoundException:
        return None
    except (ClientError, BotoCoreError) as error:
        log.failed("the user pool does not answer", error)
        return known
    return role_of([one["GroupName"] for one in groups]) or ""
