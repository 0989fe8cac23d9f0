"""Where the service is that a command talks to: the local run, a CloudFormation stack, or the environment.

`stack()` finds it, sets the variables that the service reads (RINGBACK_...), and says on stderr which it is.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from chalicelib.commands.shared import _

VARIABLE = "RINGBACK_STACK"
_STACK_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,127}")
_LOCAL = {
    "event_bus": "RINGBACK_BUS",
    "drop_bucket": "RINGBACK_DROP_BUCKET",
    "clock_file": "RINGBACK_CLOCK_FILE",
    "erasure_key_parameter": "RINGBACK_ERASURE_KEY_PARAMETER",
    "user_pool_id": "RINGBACK_USER_POOL",
    "stage": "RINGBACK_STAGE",
}
_SAME = {
    "user_pool_id": "UserPoolId",
    "inbound_topic_arn": "InboundTopicArn",
    "receipts_topic_arn": "ReceiptsTopicArn",
}
_OUTPUTS = {
    "EventBusName": "RINGBACK_BUS",
    "DropBucketName": "RINGBACK_DROP_BUCKET",
    "UserPoolId": "RINGBACK_USER_POOL",
    "UserPoolClientId": "RINGBACK_USER_POOL_CLIENT",
    "ConfigurationSetName": "RINGBACK_CONFIGURATION_SET",
    "StageName": "RINGBACK_STAGE",
}
_KEYS = ("erasure-key", "kannel")
TABLES = ("conversations", "subscribers", "cases", "catalogue", "results")


@dataclass(frozen=True, slots=True)
class Place:
    """A running service. `stack` is the CloudFormation stack's name, "" when only the environment says where
    it is; `local` is what `.local/stack.json` holds, None on AWS; `outputs` are the stack's, of a local run
    those that its file has too."""

    stack: str = ""
    stage: str = ""
    region: str = ""
    local: Mapping[str, Any] | None = None
    outputs: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        if self.local is not None:
            return _("the local run at %(endpoint)s", endpoint=self.local["aws_endpoint"])
        profile = os.environ.get("AWS_PROFILE", "default")
        where = _("%(region)s, profile %(profile)s", region=self.region or _("no region"), profile=profile)
        if self.stack:
            return _("stack %(name)s in %(where)s", name=self.stack, where=where)
        return _("what the RINGBACK_ variables name, in %(where)s", where=where)


def stack(named: str | None = None) -> Place:
    """The service to talk to, with the environment pointed at it.

    `named` is a CloudFormation stack that the caller is sure of. Else `--stack` decides, then RINGBACK_STACK
    (a stack's name, or the file of a local run; empty for the environment as it is), then `.local/stack.json`
    of this folder or one above it. Call it before anything that reads RINGBACK_ variables. Raises
    ClickException when what is named cannot be found or read.
    """
    context = click.get_current_context(silent=True)
    asked = named or (context.find_root().params.get("stack") if context else None)
    wanted = asked or os.environ.get(VARIABLE)
    if asked or (wanted and _STACK_NAME.fullmatch(wanted)):
        found = _deployed(str(wanted))
    else:
        path = Path(wanted) if wanted else None if wanted is not None else stack_file(Path.cwd())
        found = _local(path) if path else Place(region=_region(), stage=os.environ.get("RINGBACK_STAGE", ""))
    if context is not None and context.find_root().meta.setdefault("place", found) is found:
        click.echo(_("Talking to %(place)s", place=found), err=True)
    return found


def stack_file(start: Path) -> Path | None:
    """`.local/stack.json` in `start` or the nearest folder above it, which a local run wrote."""
    for folder in (start, *start.parents):
        path = folder / ".local" / "stack.json"
        if path.is_file():
            return path
    return None


def _local(path: Path) -> Place:
    """The local run whose file this is; credentials are made up when there are none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        environment = {"AWS_ENDPOINT_URL": found["aws_endpoint"], "AWS_DEFAULT_REGION": found["region"]}
        environment["AWS_REGION"] = found["region"]
        for prefix, names in (("RINGBACK_", found["tables"]), ("RINGBACK_QUEUE_", found.get("queues", {}))):
            for name, value in names.items():
                environment[prefix + _variable(name)] = value
        environment.update({setting: found[name] for name, setting in _LOCAL.items() if found.get(name)})
        os.environ.update(environment)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(
            _(
                "cannot use %(path)s: %(error)s. `make run` writes it anew.",
                path=path,
                error=f"{type(error).__name__}: {error}",
            )
        ) from error
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "local")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "local")
    name, stage = str(found.get("stack_name", "")), str(found.get("stage", "dev"))
    outputs = {key: str(found[one]) for one, key in _SAME.items() if found.get(one)}
    return Place(name, stage, str(found["region"]), found, outputs)


def _deployed(name: str) -> Place:
    """The stack of that name in the account and region that the AWS environment chooses."""
    import boto3
    from botocore.exceptions import ClientError

    try:
        (described,) = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if "does not exist" not in str(error):
            raise
        raise click.ClickException(
            _(
                "there is no stack %(name)s in %(region)s. `aws cloudformation list-stacks` has the names; "
                "AWS_PROFILE and AWS_DEFAULT_REGION choose where.",
                name=name,
                region=_region() or _("this region"),
            )
        ) from error
    outputs = {one["OutputKey"]: one["OutputValue"] for one in described.get("Outputs", ())}
    missing = [key for key in ("StageName", *map(_table_output, TABLES)) if key not in outputs]
    if missing:
        raise click.ClickException(
            _(
                "%(name)s is no stack of Ringback's: it lacks the output %(output)s",
                name=name,
                output=missing[0],
            )
        )
    os.environ.update(variables(outputs))
    return Place(name, outputs["StageName"], _region(), outputs=outputs)


def variables(outputs: Mapping[str, str]) -> dict[str, str]:
    """What a stack's functions have in their environment, as far as its `outputs` say."""
    found = {setting: outputs[key] for key, setting in _OUTPUTS.items() if outputs.get(key)}
    found |= {f"RINGBACK_{one.upper()}": outputs[_table_output(one)] for one in TABLES}
    for key, value in outputs.items():
        if key.endswith("QueueUrl"):
            words = re.findall(r"[A-Z][a-z]*", key.removesuffix("QueueUrl"))
            found[f"RINGBACK_QUEUE_{'_'.join(words).upper()}"] = value
    for key in _KEYS:
        found[f"RINGBACK_{_variable(key)}_PARAMETER"] = f"/ringback/{outputs['StageName']}/{key}"
    return found


def _table_output(table: str) -> str:
    return f"{table.capitalize()}TableName"


def _variable(name: str) -> str:
    return name.upper().replace("-", "_")


def _region() -> str:
    """The region that the AWS environment chooses, "" for none."""
    import botocore.session

    return str(botocore.session.get_session().get_config_variable("region") or "")
