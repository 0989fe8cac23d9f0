"""Deploy a package through CloudFormation: the same calls on AWS and on the emulator."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.package import Package

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DEADLINE_SECONDS = 300
_NOTHING_NEW = ("didn't contain changes", "No updates are to be performed")


class DeployError(Exception):
    """CloudFormation did not get there; the text names the resources and their reasons."""


@dataclass(frozen=True)
class Deployed:
    """A stack that is up. `outputs` by output key; `resources`: logical id -> (type, physical id)."""

    stack: str
    changed: bool
    outputs: Mapping[str, str]
    resources: Mapping[str, tuple[str, str]]

    def of_type(self, kind: str) -> dict[str, str]:
        """Logical id -> physical id of the stack's own resources of one CloudFormation type."""
        return {name: physical for name, (type_, physical) in self.resources.items() if type_ == kind}


def client_for(endpoint: str | None, region: str) -> Any:
    """A function from service name to boto3 client, at the emulator `endpoint` or on AWS (None)."""
    session = boto3.session.Session(
        region_name=region,
        aws_access_key_id="test" if endpoint else None,
        aws_secret_access_key="test" if endpoint else None,
    )
    config = Config(retries={"total_max_attempts": 3}, connect_timeout=5, read_timeout=120)
    return lambda service: session.client(service, endpoint_url=endpoint, config=config)


def deploy(client: Any, package: Package, stack: str, bucket: str, parameters: Mapping[str, str]) -> Deployed:
    """Create or update `stack` from `package`, whose files go to `bucket` (made when it is not there).

    `parameters` are the template's; CodeBucket is filled in. The same package again changes nothing
    and says so in `changed`. Raises DeployError.
    """
    url = upload(client, package, bucket)
    cloudformation = client("cloudformation")
    given = {"CodeBucket": bucket, **parameters}
    kind = "UPDATE" if exists(cloudformation, stack) else "CREATE"
    change_set = f"{stack}-{secrets.token_hex(4)}-{kind}"  # an executed one keeps its name
    cloudformation.create_change_set(
        StackName=stack,
        ChangeSetName=change_set,
        ChangeSetType=kind,
        TemplateURL=url,
        Parameters=[{"ParameterKey": k, "ParameterValue": v} for k, v in given.items()],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    changed = wait_for_change_set(cloudformation, stack, change_set)
    if changed:
        cloudformation.execute_change_set(StackName=stack, ChangeSetName=change_set)
        wait_for_stack(cloudformation, stack)
    else:
        cloudformation.delete_change_set(StackName=stack, ChangeSetName=change_set)
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return Deployed(
        stack=stack,
        changed=changed,
        outputs={o["OutputKey"]: o["OutputValue"] for o in described.get("Outputs", [])},
        resources={
            r["LogicalResourceId"]: (r["ResourceType"], r["PhysicalResourceId"])
            for r in cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
            if r.get("PhysicalResourceId")
        },
    )


def upload(client: Any, package: Package, bucket: str) -> str:
    """Put the zip and the template into `bucket`; the template's URL. Their keys hold a hash of them."""
    s3 = client("s3")
    region = s3.meta.region_name
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError:
        elsewhere = {} if region == "us-east-1" else {"LocationConstraint": region}
        s3.create_bucket(Bucket=bucket, **({"CreateBucketConfiguration": elsewhere} if elsewhere else {}))
    s3.upload_file(str(package.code), bucket, package.key)
    body = package.template.read_bytes()
    key = f"ringback/{hashlib.sha256(body).hexdigest()[:20]}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    return f"{s3.meta.endpoint_url}/{bucket}/{key}"


def exists(cloudformation: CloudFormationClient, stack: str) -> bool:
    """Whether the stack is there; one that only has an unexecuted change set counts as not."""
    try:
        found = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    except ClientError as error:
        if "does not exist" in str(error):
            return False
        raise
    return bool(found) and found[0]["StackStatus"] != "REVIEW_IN_PROGRESS"


def wait_for_change_set(cloudformation: CloudFormationClient, stack: str, name: str) -> bool:
    """True when the change set can be executed, False when it changes nothing."""
    for _ in until_deadline():
        answer = cloudformation.describe_change_set(StackName=stack, ChangeSetName=name)
        if answer["Status"] == "CREATE_COMPLETE":
            return True
        if answer["Status"] == "FAILED":
            reason = answer.get("StatusReason", "")
            if any(words in reason for words in _NOTHING_NEW):
                return False
            raise DeployError(f"the change set of {stack} failed: {reason}")
    raise DeployError(f"the change set of {stack} was not ready after {DEADLINE_SECONDS} s")


def wait_for_stack(cloudformation: CloudFormationClient, stack: str) -> None:
    """Return when the stack is up; raise DeployError with each failed resource's reason otherwise."""
    for _ in until_deadline():
        status = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return
        if not status.endswith("_IN_PROGRESS"):
            events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
            reasons = [
                f"  {e.get('LogicalResourceId')}: {e.get('ResourceStatusReason')}"
                for e in events
                if e.get("ResourceStatus", "").endswith("_FAILED") and e.get("ResourceStatusReason")
            ]
            raise DeployError(f"{stack} ended as {status}:\n" + "\n".join(reasons))
    raise DeployError(f"{stack} was not up after {DEADLINE_SECONDS} s")


def until_deadline(pause: float = 0.2) -> Any:
    """Yield at once and then after each pause, until the deadline is over."""
    end = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < end:
        yield None
        time.sleep(pause)
