"""Import and first client of every function, against Chalice and one boto3 client.

    python -m bench start

What is imported is the package that ships, unpacked as Lambda does: the SDK comes from outside it. Each time
in a fresh interpreter, of which a bare one's time is taken off: seconds of CPU, because a Lambda function's
start is CPU too.
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from bench import standin
from bench.figure import Figure
from local.package import Package, build

BARE = "pass"
FLOOR = """
import chalice
import boto3
app = chalice.Chalice(app_name="bare")
boto3.client("dynamodb")
"""
CLIENT = """
from chalicelib.store import dynamodb
dynamodb.dynamodb()
"""
SENDING = """
from chalicelib.sms.gateways import aws
aws.client()
"""
PAGES = """
import chalicelib.console.routes
"""
MEMORY = """
import resource
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
TARGET = 1.3


def modules(template: Mapping[str, object]) -> dict[str, str]:
    """What each function of a packaged template imports first, by its name there."""
    resources: Mapping[str, dict[str, dict[str, str]]] = template["Resources"]  # type: ignore[assignment]
    return {
        name: one["Properties"]["Handler"].rpartition(".")[0]
        for name, one in resources.items()
        if str(one["Type"]) == "AWS::Serverless::Function"
    }


def seconds(program: str, folder: Path) -> float:
    """CPU of one interpreter that runs the program where the package is unpacked."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=read_only(), check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def read_only() -> dict[str, str]:
    """An environment in which nothing is compiled for next time, as in a folder that cannot be written."""
    return os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}


def megabytes(program: str, folder: Path) -> float:
    """The most memory that an interpreter with the program took."""
    command = [sys.executable, "-c", program + MEMORY]
    done = subprocess.run(command, cwd=folder, env=read_only(), check=True, capture_output=True, text=True)
    return float(done.stdout)


def starts(package: Package, runs: int, most: int | None = None) -> list[Figure]:
    """The functions of a package (the first `most`), in turn with the floor; named as in the template."""
    programs = {
        name: f"import {module}{CLIENT}"
        for name, module in list(modules(json.loads(package.template.read_text())).items())[:most]
    }
    with tempfile.TemporaryDirectory(prefix="ringback-start-") as scratch:
        folder = Path(scratch)
        with zipfile.ZipFile(package.code) as archive:
            archive.extractall(folder)
        every = {"": BARE, "floor": FLOOR, **programs}
        for program in every.values():
            seconds(program, folder)  # files are in the cache from here on
        rows = [{name: seconds(program, folder) for name, program in every.items()} for _ in range(runs)]
        floor = 1000 * statistics.median(row["floor"] - row[""] for row in rows)
        return [
            Figure(
                f"start-{name.lower()}",
                f"import and first client of the function {name}",
                statistics.median(
                    ratios := [(row[name] - row[""]) / (row["floor"] - row[""]) for row in rows]
                ),
                TARGET,
                "x",
                floor=f"Chalice and one boto3 client, {floor:.0f} ms",
                low=min(ratios),
                high=max(ratios),
                notes=f"{1000 * statistics.median(row[name] - row[''] for row in rows):.0f} ms",
            )
            for name in programs
        ] + extras(folder, package, floor, min(3, runs))


def extras(folder: Path, package: Package, floor: float, runs: int) -> list[Figure]:
    """What comes on top of a start: the client that sends, and a first page of the console."""
    bare = min(seconds(BARE, folder) for _ in range(runs))
    said = []
    for what, module, more in (
        ("delivery with the client that sends", "chalicelib.functions.outbox", SENDING),
        ("the API with every page", "chalicelib.functions.api", PAGES),
    ):
        taken = 1000 * (min(seconds(f"import {module}{CLIENT}{more}", folder) for _ in range(runs)) - bare)
        said.append(f"{what}: {taken:.0f} ms ({taken / floor:.2f} x)")
    memory = megabytes(f"import chalicelib.functions.outbox{CLIENT}{SENDING}", folder)
    size = package.size / 1e6
    return [
        Figure(
            "start-zip",
            "the zip that ships",
            size,
            None,
            "MB",
            notes=f"{'; '.join(said)}; memory of delivery {memory:.0f} MB",
        )
    ]


def measure(tiny: bool = False) -> list[Figure]:
    """A figure for every function, and the zip's size."""
    standin.environment()
    return starts(build("dev"), 1, most=2) if tiny else starts(build("dev"), 9)
