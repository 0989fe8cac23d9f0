"""The user pool (Cognito): who may sign in, and in which groups they are."""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib import log
from chalicelib.console.session import Identity, role_of


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. `groups` are role names; `since` is ISO in UTC."""

    name: str
    groups: tuple[str, ...]
    enabled: bool
    status: str  # Cognito's: CONFIRMED, FORCE_CHANGE_PASSWORD ...
    since: str


class Unknown(LookupError):
    """There is no such user."""


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
            )
            for one in _all("list_users")
        ),
        key=lambda user: user.name,
    )


def _all(call: str, **wanted: str) -> list[dict[str, Any]]:
    pages = _pool().get_paginator(call).paginate(UserPoolId=_id(), **wanted)
    return [one for page in pages for one in page["Users"]]


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
    if "RINGBACK_USER_POOL" not in os.environ:
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


def signed_in(username: str, password: str) -> Identity | None:
    """The user whose password it is (Cognito InitiateAuth, USER_PASSWORD_AUTH); None for a wrong one, a first
    password that has to be changed, and users without a role.

    The token comes from Cognito itself over TLS, so its claims are read without checking its signature.
    """
    pool = _pool()
    if not username or not password:
        return None
    try:
        reply = pool.initiate_auth(
            ClientId=os.environ["RINGBACK_USER_POOL_CLIENT"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
    except (
        pool.exceptions.NotAuthorizedException,
        pool.exceptions.UserNotFoundException,
        pool.exceptions.PasswordResetRequiredException,
        pool.exceptions.TooManyRequestsException,
    ):
        return None
    token = reply.get("AuthenticationResult", {}).get("IdToken", "")
    if not token:
        return None
    body = token.split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    role = role_of(claims.get("cognito:groups", []))
    if not role:
        return None
    return Identity(str(claims["sub"]), str(claims["cognito:username"]), role, str(claims.get("email", "")))
