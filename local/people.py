"""The people of a local run: one user per role with a password of the day, and the key for POST /events."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from local.deploy import Deployed

# One user for each role, and a second in marketing, since nobody approves their own campaign.
NAMES = (
    ("marketing.second", "marketing"),
    ("marketing", "marketing"),
    ("care", "care"),
    ("supervisor", "supervisor"),
    ("admin", "admin"),
)


def make(client: Callable[[str], Any], deployed: Deployed, catalogue: str) -> dict[str, Any]:
    """Make the users and the key of POST /events ; what `stack.json` says of them."""
    cognito = client("cognito-idp")
    pool = deployed.outputs["UserPoolId"]
    return {
        "users": [make_user(cognito, pool, name, role) for name, role in NAMES],
        "api_key": make_api_key(client("dynamodb"), catalogue),
    }


def make_user(cognito: Any, pool: str, username: str, role: str) -> dict[str, str]:
    """A user in the stack's group of that name, with a fresh password. Repeatable."""
    password = f"{secrets.token_urlsafe(9)}-Aa1"  # the ending satisfies the pool's password policy
    with contextlib.suppress(cognito.exceptions.UsernameExistsException):  # of a kept run
        cognito.admin_create_user(UserPoolId=pool, Username=username, MessageAction="SUPPRESS")
    cognito.admin_set_user_password(UserPoolId=pool, Username=username, Password=password, Permanent=True)
    cognito.admin_add_user_to_group(UserPoolId=pool, Username=username, GroupName=role)
    return {"role": role, "username": username, "password": password}


def make_api_key(dynamodb: Any, table: str) -> str:
    """A fresh key for POST /events, in place of nothing: a kept run's goes on."""
    key = secrets.token_urlsafe(24)
    values = {
        "name": "api-keys",
        "version": hashlib.sha256(key.encode()).hexdigest(),
        "label": "local",
        "made_by": "make run",
        "made_at": datetime.now(UTC).isoformat(),
    }
    dynamodb.put_item(TableName=table, Item={name: {"S": value} for name, value in values.items()})
    return key
