"""Deploy a package through CloudFormation: the same calls on AWS and on the emulator.

python -m local.deploy --stage prod --bucket my-deployments [--region R] [Parameter=Value ...]
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from local.package import STAGES, Package, PackageError, build, choices

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

DEADLINE_SECONDS = 300
ROLLOUT_SECONDS = 3600  # on AWS, where a rollout looks at its alarms before it goes on
OF_THE_PACKAGE = ("CodeBucket", "CodeKey")  # parameters that each package has of its own
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


def deploy(
    client: Any,
    package: Package,
    stack: str,
    bucket: str,
    parameters: Mapping[str, str],
    patience: float = DEADLINE_SECONDS,
) -> Deployed:
    """Create or update `stack` from `package`, whose files go to `bucket` (made when it is not there).

    `parameters` are the template's; CodeBucket is filled in. An update keeps what an earlier one was given
    and this one is not. The same package again changes nothing and says so in `changed`. Raises DeployError,
    also when CloudFormation is not done after `patience` seconds.
    """
    url = upload(client, package, bucket)
    cloudformation = client("cloudformation")
    there = exists(cloudformation, stack)
    kind = "UPDATE" if there else "CREATE"
    before = _parameters_of(cloudformation, stack) if there else {}
    known = json.loads(package.template.read_text(encoding="utf-8")).get("Parameters", {})
    kept = {one: value for one, value in before.items() if one in known and one not in OF_THE_PACKAGE}
    given = {**kept, "CodeBucket": bucket, **parameters}
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
        wait_for_stack(cloudformation, stack, patience)
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


def _parameters_of(cloudformation: CloudFormationClient, stack: str) -> dict[str, str]:
    """What the stack was given, masked values left out."""
    (described,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    found = {one["ParameterKey"]: one.get("ParameterValue", "") for one in described.get("Parameters", [])}
    return {key: value for key, value in found.items() if set(value) != {"*"}}


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


def wait_for_stack(cloudformation: CloudFormationClient, stack: str, patience: float) -> None:
    """Return when the stack is up; raise DeployError with each failed resource's reason otherwise."""
    for _ in until_deadline(patience):
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
    raise DeployError(f"{stack} was not up after {patience:.0f} s")


def until_deadline(patience: float = DEADLINE_SECONDS, pause: float = 0.2) -> Any:
    """Yield at once and then after each pause, until the patience is over."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        yield None
        time.sleep(pause)


def main() -> None:
    """`make deploy`: package, create or update the stack `ringback-<stage>`, print its outputs."""
    parser = argparse.ArgumentParser(description="create or update the stack ringback-<stage>")
    parser.add_argument("--stage", choices=STAGES, default="dev")
    parser.add_argument("--bucket", required=True, help="holds the package; made when it is not there")
    parser.add_argument("--region", default=os.environ.get("AWS_DEFAULT_REGION", ""))
    choices(parser)
    parser.add_argument("parameters", nargs="*", metavar="Name=Value", help="parameters of the template")
    arguments = parser.parse_args()
    if not arguments.region:
        parser.error("say --region, or set AWS_DEFAULT_REGION")
    given = dict(one.split("=", 1) for one in arguments.parameters if "=" in one)
    if len(given) != len(arguments.parameters):
        parser.error("parameters are written Name=Value")
    name = f"ringback-{arguments.stage}"
    try:
        package = build(
            arguments.stage,
            region=arguments.region,
            gateway=arguments.gateway,
            identity=arguments.identity,
        )
        client = client_for(None, arguments.region)
        done = deploy(client, package, name, arguments.bucket, given, ROLLOUT_SECONDS)
    except (PackageError, DeployError, ClientError) as error:
        raise SystemExit(f"deploy: {error}") from error
    print(f"{name}: {'deployed' if done.changed else 'nothing changed'} in {arguments.region}")
    for key, value in sorted(done.outputs.items()):
        print(f"  {key:24} {value}")


if __name__ == "__main__":
    main()
