"""The packaged template through CloudFormation: both stages, an update that keeps data, one of nothing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.deploy import Deployed, client_for, deploy
from local.earlier import before_the_last_change
from local.package import ROOT, Package, build
from local.processes import free_ports, running, wait_for
from local.stack import (
    CODE_BUCKET,
    EMULATOR_PYTHON,
    REGION,
    Options,
    emulator_command,
    emulator_environment,
    prepare,
)

pytestmark = [pytest.mark.emulator, pytest.mark.xdist_group("update")]

OPTIONAL = {
    "AlarmEmail": "alarms@operator.example",
    "MonthlyBudget": "500",
    "UrgentConcurrency": "2",
    "DeletionProtection": "on",
    "SenderAccounts": "111122223333,444455556666",
    "SenderOrganization": "o-operator01",
    "Domain": "care.operator.example",
}
Client = Callable[[str], Any]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """An emulator with nothing deployed."""
    if not EMULATOR_PYTHON.exists():
        pytest.skip("no .emulator here: make setup")
    emulator, console, handsets = free_ports(3)
    options = Options(emulator, console, handsets, folder=tmp_path_factory.mktemp("update"))
    prepare(options)
    log = options.folder / "emulator.log"
    command, environment = emulator_command(options), emulator_environment(options)
    with running("the emulator", command, log, environment, ROOT) as process:
        endpoint = f"http://127.0.0.1:{emulator}"
        wait_for(process, f"{endpoint}/_ministack/health")
        yield client_for(endpoint, REGION)


def items(client: Client, deployed: Deployed) -> dict[str, Any]:
    """All items of all tables, by table."""
    tables = deployed.of_type("AWS::DynamoDB::Table").values()
    return {table: client("dynamodb").scan(TableName=table)["Items"] for table in tables}


def put_one_in_each(client: Client, deployed: Deployed) -> None:
    for table in deployed.of_type("AWS::DynamoDB::Table").values():
        keys = client("dynamodb").describe_table(TableName=table)["Table"]["KeySchema"]
        item = {key["AttributeName"]: {"S": "kept"} for key in keys}
        client("dynamodb").put_item(TableName=table, Item=item | {"note": {"S": "from before"}})


def test_an_update_from_the_template_before_keeps_the_data(
    client: Client, tmp_path: Path, dev_package: Package
) -> None:
    before = before_the_last_change(tmp_path)
    if before is None:
        pytest.skip("the history of this checkout does not go back to before the last change")
    first = deploy(client, before, "ringback-dev", CODE_BUCKET, {})
    put_one_in_each(client, first)
    queue = first.outputs["IntakeDeadQueueUrl"]  # nothing reads it, so what is in it stays
    client("sqs").send_message(QueueUrl=queue, MessageBody="from before")
    pool = first.outputs["UserPoolId"]
    client("cognito-idp").admin_create_user(UserPoolId=pool, Username="care", MessageAction="SUPPRESS")
    kept = items(client, first)
    assert all(kept.values())

    now = deploy(client, dev_package, "ringback-dev", CODE_BUCKET, {})
    assert items(client, now) == kept
    assert now.outputs["UserPoolId"] == pool
    assert now.outputs["ConsoleUrl"] == now.outputs["ApiUrl"], (
        "no domain: the API's own address, with its stage"
    )
    assert client("cognito-idp").admin_get_user(UserPoolId=pool, Username="care")["Username"] == "care"
    (message,) = client("sqs").receive_message(QueueUrl=now.outputs["IntakeDeadQueueUrl"])["Messages"]
    assert message["Body"] == "from before"

    again = deploy(client, dev_package, "ringback-dev", CODE_BUCKET, {})
    assert not again.changed


def test_prod_deploys_beside_dev_with_all_that_is_optional(client: Client, tmp_path: Path) -> None:
    package = build("prod", out=tmp_path)
    zone = client("route53").create_hosted_zone(Name="operator.example", CallerReference="here")
    optional = OPTIONAL | {"HostedZone": zone["HostedZone"]["Id"].removeprefix("/hostedzone/")}
    prod = deploy(client, package, "ringback-prod", CODE_BUCKET, optional)
    assert prod.outputs["ConsoleUrl"] == "https://care.operator.example/"
    assert prod.outputs["ApiUrl"].endswith("/console/")
    made = {kind for kind, _ in prod.resources.values()}
    assert {"AWS::WAFv2::WebACL", "AWS::WAFv2::WebACLAssociation", "AWS::Budgets::Budget"} <= made
    assert {"AWS::SMSVOICE::ConfigurationSet", "AWS::KMS::Key", "AWS::CloudWatch::Dashboard"} <= made
    assert prod.outputs["ConfigurationSetName"] == "ringback-prod"
    policy = client("s3").get_bucket_policy(Bucket=prod.outputs["DropBucketName"])["Policy"]
    statements = {one["Sid"]: one for one in json.loads(policy)["Statement"]}
    assert statements["SenderAccounts"]["Principal"]["AWS"] == ["111122223333", "444455556666"]
    assert (
        statements["SenderOrganization"]["Condition"]["StringEquals"]["aws:PrincipalOrgID"] == "o-operator01"
    )
    assert "AWS::Events::EventBusPolicy" in made
    assert {"AWS::ApiGateway::BasePathMapping", "AWS::Route53::RecordSet"} <= made
    for table in prod.of_type("AWS::DynamoDB::Table").values():
        assert client("dynamodb").describe_table(TableName=table)["Table"]["DeletionProtectionEnabled"]
    assert not deploy(client, package, "ringback-prod", CODE_BUCKET, optional).changed
