"""The local run itself: what `stack.json` promises, and the emulator's manners that the service needs."""

from __future__ import annotations

import json
import os
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from local.deploy import DeployError, deploy
from local.package import Package
from local.processes import LocalRunError, free_ports, is_free
from local.schedules import scheduled_event
from local.stack import CODE_BUCKET, Options, Stack, running_stack
from tests.stack import handsets, until
from tests.support.browser import chromium_started

pytestmark = pytest.mark.emulator

PROMISED = {
    "aws_endpoint",
    "region",
    "console_url",
    "handsets_url",
    "event_bus",
    "drop_bucket",
    "inbound_topic_arn",
    "receipts_topic_arn",
    "queues",
    "tables",
    "api_key",
    "users",
}


def test_stack_json_holds_what_is_promised(stack: Stack) -> None:
    document = json.loads(stack.file.read_text(encoding="utf-8"))
    assert document.keys() >= PROMISED
    assert all(document[name] for name in PROMISED)
    assert {user["role"] for user in document["users"]} == {"marketing", "care", "supervisor", "admin"}
    dynamodb = stack.client("dynamodb")
    for name in ("conversations", "subscribers", "cases", "catalogue", "results"):
        assert dynamodb.describe_table(TableName=document["tables"][name])["Table"]["TableStatus"] == "ACTIVE"


def test_the_console_answers_a_plain_client(stack: Stack) -> None:
    """Python's client sends `Host: 127.0.0.1:<port>`, as a browser does."""
    with urllib.request.urlopen(stack.document["console_url"], timeout=30) as answer:  # noqa: S310
        assert answer.status == 200
        assert answer.url.startswith(stack.document["console_url"]), "redirects stay on the address"


@pytest.mark.browser
def test_the_console_answers_a_browser(stack: Stack) -> None:
    with chromium_started() as browser:
        page = browser.new_page()
        answer = page.goto(stack.document["console_url"])
        assert answer is not None
        assert answer.ok
        assert page.url.startswith(stack.document["console_url"])
        assert "Ringback" in page.title()


def test_each_user_has_their_role(stack: Stack) -> None:
    cognito = stack.client("cognito-idp")
    for user in stack.document["users"]:
        groups = cognito.admin_list_groups_for_user(
            UserPoolId=stack.document["user_pool_id"], Username=user["username"]
        )["Groups"]
        assert [group["GroupName"] for group in groups] == [user["role"]]


def test_every_function_imports_without_the_sdk_in_the_package(stack: Stack) -> None:
    """The zip has no boto3; the runtime's is used. A function that cannot be imported fails here by name."""
    for function in stack.deployed.of_type("AWS::Lambda::Function").values():
        answer = stack.client("lambda").invoke(FunctionName=function, Payload=b"{}")
        said = answer["Payload"].read().decode()
        assert "ImportModuleError" not in said, said
        assert "No module named" not in said, said


def test_a_second_deploy_of_the_same_package_changes_nothing(stack: Stack, dev_package: Package) -> None:
    again = deploy(stack.client, dev_package, stack.deployed.stack, CODE_BUCKET, {})
    assert not again.changed
    assert again.outputs == stack.deployed.outputs


def test_schedules_come_round(stack: Stack) -> None:
    """The sweep answers when EventBridge's own event is put to it."""
    assert stack.invoke("sweep", scheduled_event()) is not None


def test_only_this_machine_can_connect(stack: Stack) -> None:
    ports = {f"{port:04X}" for port in stack.options.ports.values()}
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    ours = [address for address in listening if address.rpartition(":")[2] in ports]
    if not ours:
        pytest.skip("no /proc/net/tcp on this system")
    assert len(ours) == len(ports)
    assert {address.rpartition(":")[0] for address in ours} == {"0100007F"}, "127.0.0.1 and nothing else"


def test_a_second_run_of_the_folder_is_refused(stack: Stack) -> None:
    with pytest.raises(LocalRunError, match=f"process {os.getpid()}"), running_stack(stack.options):
        pass
    assert stack.file.exists(), "the first run goes on"


def test_a_port_in_use_is_named_by_its_variable(stack: Stack, tmp_path: Path) -> None:
    free = free_ports(2)
    options = Options(
        port_emulator=stack.options.port_emulator,
        port_console=free[0],
        port_handsets=free[1],
        folder=tmp_path,
    )
    with pytest.raises(LocalRunError, match="PORT_EMULATOR="), running_stack(options):
        pass


def test_a_start_that_fails_leaves_nothing_running(tmp_path: Path, dev_package: Package) -> None:
    """The package is broken: the emulator, started before it is needed, is gone afterwards."""
    emulator, console, phones = free_ports(3)
    broken = replace(dev_package, template=tmp_path / "template.json")
    broken.template.write_text('{"Resources": {"Odd": {"Type": "AWS::No::Such"}}}')
    options = Options(emulator, console, phones, folder=tmp_path / "run", package=broken)
    with pytest.raises((DeployError, ClientError)), running_stack(options):
        pass
    assert all(is_free(port) for port in options.ports.values())
    assert not (options.folder / "stack.json").exists()


def test_the_handsets_are_connected(stack: Stack) -> None:
    assert until(lambda: isinstance(handsets(stack, "messages")["messages"], list), "the simulator's answer")
