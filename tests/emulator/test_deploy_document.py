"""docs/deploy.md, word for word: from an empty account on the emulator to a text on a phone."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.deploy import client_for
from local.package import ROOT
from local.processes import free_ports, running, wait_for
from local.stack import (
    EMULATOR_PYTHON,
    REGION,
    Options,
    connect_handsets,
    emulator_command,
    emulator_environment,
    handsets_command,
    plain_environment,
    prepare,
)
from tests.stack import handsets_at, until

pytestmark = pytest.mark.emulator
BLOCK = re.compile(r"^```sh([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
AWS = re.compile(r"\baws [a-z]")
PHONE = "+14254147755"


def blocks(kind: str) -> list[str]:
    """The blocks of the document that are marked `sh <kind>`."""
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    return [code for mark, code in BLOCK.findall(text) if mark.strip() == kind]


def test_every_block_is_run_by_this_test_or_needs_what_only_aws_has() -> None:
    text = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    assert {mark.strip() for mark, _ in BLOCK.findall(text)} == {"", "yours", "aws"}
    assert not any(AWS.search(code) for code in blocks("")), "a block that runs here uses no command of AWS's"
    assert all(AWS.search(code) for code in blocks("aws"))


def test_the_steps_as_they_stand_lead_to_a_text_on_a_phone(tmp_path: Path) -> None:
    if not EMULATOR_PYTHON.exists():
        pytest.skip("no .emulator here: make setup")
    emulator, console, port = free_ports(3)
    options = Options(emulator, console, port, folder=tmp_path / "state")
    options.folder.mkdir()
    prepare(options)
    endpoint, phones = f"http://127.0.0.1:{emulator}", f"http://127.0.0.1:{port}/"
    logs = options.folder
    with (
        running(
            "the emulator", emulator_command(options), logs / "e.log", emulator_environment(options), ROOT
        ) as one,
        running("handsets", handsets_command(options), logs / "h.log", plain_environment(), ROOT) as other,
    ):
        wait_for(one, f"{endpoint}/_ministack/health")
        wait_for(other, phones)
        folder = checkout(tmp_path / "checkout")
        yours = {"BUCKET": "my-deployments", "EMAIL": "you@example.com", "BRAND": "skylark", "PHONE": PHONE}
        environment = plain_environment() | yours
        environment |= {"AWS_ENDPOINT_URL": endpoint, "AWS_DEFAULT_REGION": REGION}
        environment |= {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "PYTHONPATH": str(ROOT)}
        assert set(yours) <= set(re.findall(r"(\w+)=", "".join(blocks("yours"))))
        *steps, sending = blocks("")
        run(folder, environment, "\n".join(steps))
        (stack,) = client_for(endpoint, REGION)("cloudformation").describe_stacks(StackName="ringback-prod")[
            "Stacks"
        ]
        outputs = {out["OutputKey"]: out["OutputValue"] for out in stack["Outputs"]}
        connect_handsets(
            {
                "aws_endpoint": endpoint,
                "region": REGION,
                "inbound_topic_arn": outputs["InboundTopicArn"],
                "receipts_topic_arn": outputs["ReceiptsTopicArn"],
                "stage": "prod",
                "handsets_url": phones,
            }
        )
        said = run(folder, environment | {"RINGBACK_STACK": "ringback-prod"}, sending)
        assert "Talking to stack ringback-prod" in said
        (text,) = until(lambda: handsets_at(phones, "messages", to=PHONE)["messages"], "the first text")
        assert "90%" in text["body"]


def checkout(folder: Path) -> Path:
    """A folder with what the steps use of the project, so that they leave nothing in it."""
    folder.mkdir()
    for name in ("Makefile", "chalicelib", "local", "app.py", ".chalice", "vendor", "pyproject.toml"):
        (folder / name).symlink_to(ROOT / name)
    for path in (*ROOT.glob("requirements*.txt"), ROOT / ".venv", ROOT / ".emulator"):
        (folder / path.name).symlink_to(path)
    shutil.copytree(ROOT / "templates", folder / "templates")
    return folder


def run(folder: Path, environment: dict[str, str], script: str) -> str:
    """What a shell says that runs `script` in `folder`; the test fails when a step does."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout + done.stderr
