"""What runs beside Lambda: the configuration that is written there, and the units."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from local.kannel import FOLDER, configuration

BIND = {
    "EAST_HOST": "smsc.example",
    "EAST_PORT": "2775",
    "EAST_SYSTEM_ID": "ringback",
    "EAST_SYSTEM_PASSWORD": 'p&ss\\wo|rd\\\\"',  # whatever it holds, it is kept
}
GIVEN = {
    "USERNAME": "ringback",
    "PASSWORD": "a",
    "SERVICE_ADDRESSES": "10.0.*.*",
    "POST_URL": "https://east:secret@texts.example/kannel/mo?id=%I",
    "ADMIN_PASSWORD": "b",
    "STATUS_PASSWORD": "c",
    "BINDS": "east",
    **BIND,
}


def configure(folder: Path, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run configure.sh with an environment of its own."""
    return subprocess.run(
        ["/bin/sh", str(FOLDER / "configure.sh"), str(folder / "kannel.conf")],
        env={"PATH": "/usr/bin:/bin", **given},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_environment_becomes_the_configuration_that_the_local_run_tries(tmp_path: Path) -> None:
    assert configure(tmp_path, GIVEN).returncode == 0
    file = tmp_path / "kannel.conf"
    assert file.read_text() == configuration(
        {
            **GIVEN,
            "ADMIN_PORT": 13000,
            "ADMIN_INTERFACE": "127.0.0.1",
            "BOX_PORT": 13001,
            "SPOOL": "/var/spool/kannel",
            "DLR_STORAGE": "internal",
            "SENDSMS_PORT": 13013,
            "CALLS_AT_ONCE": 50,
            "SENDSMS_INTERFACE": "0.0.0.0",  # noqa: S104 - inside the container
        },
        {
            "BIND": "east",
            **{name.removeprefix("EAST_"): value for name, value in BIND.items()},
            "SYSTEM_TYPE": "",
            "TLS": "false",
            "THROUGHPUT": 50,
            "PENDING": 10,
        },
    )
    assert 'smsc-password = "p&ss\\\\wo|rd\\\\\\\\\\""' in file.read_text()  # as Kannel 1.4.5 reads it back
    assert file.stat().st_mode & 0o077 == 0, "others may read the passwords"


def test_two_binds_and_redis_are_a_group_each(tmp_path: Path) -> None:
    west = {name.replace("EAST", "WEST"): value for name, value in BIND.items()}
    given = {**GIVEN, **west, "BINDS": "east west", "WEST_TLS": "true", "REDIS_HOST": "redis.example"}
    assert configure(tmp_path, given).returncode == 0
    written = (tmp_path / "kannel.conf").read_text()
    assert written.count("group = smsc\n") == 2
    assert "smsc-id = west" in written
    assert written.count("use-ssl = true") == 1
    assert "dlr-storage = redis" in written
    assert "host = redis.example" in written


@pytest.mark.parametrize("missing", ["PASSWORD", "POST_URL", "BINDS", "EAST_HOST"])
def test_what_is_missing_is_named_and_nothing_is_written(tmp_path: Path, missing: str) -> None:
    found = configure(tmp_path, {name: value for name, value in GIVEN.items() if name != missing})
    assert found.returncode != 0
    assert missing in found.stderr
    assert not (tmp_path / "kannel.conf").exists()


@pytest.mark.parametrize("name", ["PASSWORD", "EAST_SYSTEM_PASSWORD", "POST_URL"])
def test_nothing_of_several_lines_is_written(tmp_path: Path, name: str) -> None:
    found = configure(tmp_path, GIVEN | {name: 'x"\ngroup = smsc'})
    assert found.returncode != 0
    assert "line break" in found.stderr
    assert not (tmp_path / "kannel.conf").exists()


LINES = {  # as Kannel 1.4.5 writes them -> as they are logged
    "ERROR: Couldn't fetch <https://east:s3cret@texts.example/kannel/mo?id=7>": (
        "ERROR: Couldn't fetch <https://***@texts.example/kannel/mo?id=7>"
    ),
    "WARNING: GET /status.txt?password=s3cret&x=1 from 10.0.0.1": (
        "WARNING: GET /status.txt?password=***&x=1 from 10.0.0.1"
    ),
    "2026-11-29 11:30:09 [4194303] [0] WARNING: message ''+8613900000001' '1069012300' 'east' '9'": (
        "2026-11-29 11:30:09 [4194303] [0] WARNING: message ''***01' '***00' 'east' '9'"
    ),
    "Duplicate message part 1, ref 8, from +8613900000001, to 1069012300. Discarded!": (
        "Duplicate message part 1, ref 8, from ***01, to ***00. Discarded!"
    ),
    "DLR[internal]: DLR from SMSC<east> for DST<8613900000001> not found.": (
        "DLR[internal]: DLR from SMSC<east> for DST<***01> not found."
    ),
    "13900000001,13900000002 +13900000003": "***01,***02 ***03",
    "SMPP[east]: SMSC returned error code 0x00000058": "SMPP[east]: SMSC returned error code 0x00000058",
    "WARNING: no address, a@b, http://texts.example/a@b": "WARNING: no address, a@b, http://texts.example/a@b",
}


def test_no_secret_and_no_number_is_logged() -> None:
    program = 'printf "%s\n" "$@" >&2; echo $$; exit 7'
    with subprocess.Popen(
        ["/bin/sh", str(FOLDER / "masked.sh"), "/bin/sh", "-c", program, "-", *LINES],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        out, said = started.communicate(timeout=20)
    assert started.returncode == 7
    assert out == ""  # both of its streams are the log
    assert sorted(said.splitlines()) == sorted([*LINES.values(), str(started.pid)])


def test_kannel_runs_masked_wherever_it_is_started() -> None:
    starts = [
        line
        for path in (FOLDER / "run.sh", *(FOLDER / "systemd").iterdir())
        for line in path.read_text("utf-8").splitlines()
        if re.search(r"\b(bearerbox|smsbox) -v", line)
    ]
    assert len(starts) == 4
    assert [one for one in starts if "masked" not in one] == []


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path) -> None:
    root = tmp_path / "root"
    units = root / "etc/systemd/system"
    shutil.copytree(FOLDER / "systemd", units)
    for program in (
        "usr/sbin/bearerbox",
        "usr/sbin/smsbox",
        "opt/ringback/configure.sh",
        "opt/ringback/masked.sh",
        "bin/kill",
        "bin/sleep",
    ):
        path = root / program
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
    for target in ("network-online", "multi-user", "sysinit", "basic", "shutdown"):
        (units / f"{target}.target").write_text("[Unit]\nDescription=stands in\n")
    names = sorted(path.name for path in (FOLDER / "systemd").iterdir())
    command = ["systemd-analyze", "verify", "--man=no", "--root", str(root), *names]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
