"""Import and first client of the delivery function, against Chalice and one boto3 client.

    python -m bench start

Each time in a fresh interpreter, of which a bare one's time is taken off: seconds of CPU, because a Lambda
function's start is CPU too.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence

from bench import standin
from bench.figure import Figure
from bench.report import ROOT

BARE = "pass"
FLOOR = """
import chalice
import boto3
app = chalice.Chalice(app_name="bare")
boto3.client("dynamodb")
"""
OURS = """
import app
from chalicelib.store import wire
wire.dynamodb()
"""
SENDING = """
from chalicelib.sms.gateways import aws
aws.client()
"""
MEMORY = """
import resource
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def seconds(program: str) -> float:
    """CPU of one interpreter that runs the program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)


def megabytes(program: str) -> float:
    """The most memory that an interpreter with the program took."""
    command = [sys.executable, "-c", program + MEMORY]
    return float(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def in_turn(programs: Sequence[str], runs: int) -> list[list[float]]:
    """The programs' times, run in turn."""
    for program in programs:
        seconds(program)  # byte code and files are in the cache from here on
    return [[seconds(program) for program in programs] for _ in range(runs)]


def measure(tiny: bool = False) -> list[Figure]:
    """The ratio, with what the second client, for sending, adds in the notes."""
    standin.environment()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # the package that ships is compiled once, too
    rows = in_turn((BARE, FLOOR, OURS, OURS + SENDING), 1 if tiny else 9)
    ratios = [(ours - bare) / (floor - bare) for bare, floor, ours, _ in rows]
    floor, ours, both = (1000 * statistics.median(row[n] - row[0] for row in rows) for n in (1, 2, 3))
    return [
        Figure(
            "start-cold",
            "import and first client of the delivery function",
            statistics.median(ratios),
            1.3,
            "x",
            floor=f"Chalice and one boto3 client, {floor:.0f} ms",
            low=min(ratios),
            high=max(ratios),
            notes=f"{ours:.0f} ms; with the client that sends {both:.0f} ms; "
            f"memory {megabytes(OURS + SENDING):.0f} MB",
            facts={"ms": ours, "both_ms": both},
        )
    ]
