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
