"""`ringback doctor` on the running stack: well as it is, and it notices what is broken."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from local.package import ROOT
from local.stack import Stack

pytestmark = pytest.mark.emulator


def doctor(stack: Stack) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "chalicelib.cli", "doctor"],
        cwd=ROOT,
        env={**os.environ, "RINGBACK_STACK": str(stack.file)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_local_stack_is_well_and_what_it_lacks_is_said(stack: Stack) -> None:
    done = doctor(stack)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "FAIL" not in done.stdout
    assert "warn" not in done.stdout, "it warns of what its reader can mend"
    assert "ok    originator 72527" in done.stdout, "the simulated network answers for numbers and tags"
    assert "ok    configuration set" in done.stdout
    assert "ok    users with the role admin" in done.stdout
    assert "ok    table conversations" in done.stdout


def test_a_mapping_that_is_switched_off_fails(stack: Stack) -> None:
    client = stack.client("lambda")
    (mapping,) = client.list_event_source_mappings(FunctionName=stack.function("drop"))["EventSourceMappings"]
    client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        done = doctor(stack)
        assert done.returncode == 1
        assert "FAIL  event source mappings" in done.stdout
    finally:
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)
