"""The user pool (Cognito) and the key of sessions (SSM): who may sign in, and in which groups they are."""

from __future__ import annotations

import base64
import json
import os
import time
from dataclasses import dataclass
from functools import cache
from typing import Any

from chalicelib.console.session import role_of

KEY_FOR = 300.0  # seconds a fetched key is used before it is looked up again
_key: tuple[float, str] = (0.0, "")


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


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who signed in, by the pool's own name for them, and in which role."""

    name: str
    role: str


def signed_in(username: str, password: str) -> SignedIn | None:
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
    return SignedIn(str(claims["cognito:username"]), role) if role else None


def session_key() -> str:
    """The key that sessions are signed with, from the parameter store; kept for some minutes."""
    global _key
    if time.monotonic() - _key[0] > KEY_FOR or not _key[1]:
        import boto3

        name = os.environ["RINGBACK_SESSION_KEY_PARAMETER"]
        found = boto3.client("ssm").get_parameter(Name=name, WithDecryption=True)
        _key = (time.monotonic(), found["Parameter"]["Value"])
    return _key[1]
