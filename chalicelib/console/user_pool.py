"""The users of the console in the user pool (Cognito): who there is, and in which groups."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from typing import Any


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
