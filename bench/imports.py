"""One large subscriber file through `ringback subscribers import`: time, peak memory, rows a second.

    python -m bench.imports 1000000               a CSV file of so many rows, into DynamoDB Local
    python -m bench.imports 20000 --xlsx          a workbook
    python -m bench.imports 1000000 --stand-in    into a stand-in that takes every write: the command alone

Not among the subjects of `python -m bench`: it takes long. The command runs in a process of its own, whose
peak memory is the system's figure (resident set).
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.commands.test_subscribers import workbook
from tests.support.dynamodb import dynamodb_local, environment

HEAD = ("用户编号", "手机号", "姓名", "品牌", "地区", "套餐", "套餐到期日", "生日")
HEAP = "3g"  # of DynamoDB Local, which keeps all in memory
STAND_IN = """
from bench import standin
standin.environment()
standin.tables([])
from chalicelib.store.dynamodb import dynamodb
for operation in ("GetItem", "PutItem", "Query"):
    standin.answer(dynamodb(), "dynamodb", operation, lambda _: b'{"Items": []}')
from chalicelib.cli import main
main()
"""
PREFIXES = ("139", "138", "150", "188")


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """Believable rows, each with a number of its own; one in a thousand cannot be used."""
    for n in range(count):
        number = f"{PREFIXES[n % 4]}{n // 4:08d}" if n % 1000 else "12345"
        day = f"{1950 + n % 50}/{n % 12 + 1}/{n % 28 + 1}"
        yield f"B{n:07d}", number, "王芳", "yuntong", "湖南省长沙市", "5g-128", "2027-01-31", day


def write(path: Path, count: int) -> None:
    """The file, by its ending."""
    if path.suffix == ".xlsx":
        path.write_bytes(workbook([list(row) for row in (HEAD, *rows(count))]))
        return
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerow(HEAD)
        csv.writer(file).writerows(rows(count))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("rows", type=int)
    parser.add_argument("--xlsx", action="store_true")
    parser.add_argument("--stand-in", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        path = Path(folder) / ("people.xlsx" if given.xlsx else "people.csv")
        # In a process that ends: what this one holds would count for the command, which begins as its copy.
        writer = multiprocessing.Process(target=write, args=(path, given.rows))
        writer.start()
        writer.join()
        start = ["-c", STAND_IN] if given.stand_in else ["-m", "chalicelib.cli"]
        command = [sys.executable, *start, "subscribers", "import", str(path)]
        command += ["--yes", "--default-country", "86"]
        named = {}
        if not given.stand_in:
            named = environment(stack.enter_context(dynamodb_local(Path(folder), HEAP)))
        began = time.monotonic()
        running = subprocess.Popen(command, env={**os.environ, **named, "RINGBACK_STACK": ""})
        _, status, used = os.wait4(running.pid, 0)
        running.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.monotonic() - began
    found = {"rows": given.rows, "seconds": round(seconds), "rows_a_second": round(given.rows / seconds)}
    print(json.dumps({**found, "peak_mb": used.ru_maxrss // 1024, "exit": running.returncode}))


if __name__ == "__main__":
    main()
