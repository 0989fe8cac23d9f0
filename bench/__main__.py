"""Measure, compare with the last committed results, and write down.

    python -m bench                 everything
    python -m bench delivery calls  some subjects, or single figures such as delivery-cpu
    python -m bench --tiny ...      whether it runs at all; nothing is kept

Results go to bench/results.json, the table to the generated part of docs/bench.md, plots beside it.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import SUBJECTS, report
from bench.figure import Figure


class Unmeasured(Exception):
    """A subject's process ended with an error, which it has printed."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="What a text costs, against the floor."
    )
    parser.add_argument("only", nargs="*", help=f"subjects ({', '.join(SUBJECTS)}) or names of figures")
    parser.add_argument("--tiny", action="store_true", help="see whether it runs; nothing is kept")
    parser.add_argument("--alone", metavar="SUBJECT", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.alone:
        alone(given.alone, given.tiny)
        return 0
    unknown = [one for one in given.only if subject_of(one) is None]
    if unknown:
        parser.error(f"no figure {', '.join(unknown)}; there are the subjects {', '.join(SUBJECTS)}")
    wanted = {subject_of(one) for one in given.only} or set(SUBJECTS)
    before = report.committed()
    found: list[Figure] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for subject in SUBJECTS:
            if subject not in wanted:
                continue
            begun = time.monotonic()
            print(f"{subject} ...", end=" ", flush=True, file=sys.stderr)
            try:
                found += apart(subject, given.tiny, Path(folder))
            except Unmeasured:
                failed.append(subject)  # the others are worth having
            print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)
    print(report.table(found, before))
    if not given.tiny:
        report.keep(found)
    if failed:
        print(f"could not be measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def subject_of(name: str) -> str | None:
    """The subject that a subject's or figure's name belongs to: `delivery-cpu` to `delivery`."""
    subject = name.partition("-")[0]
    return subject if subject in SUBJECTS else None


def apart(subject: str, tiny: bool, folder: Path) -> list[Figure]:
    """Measure in a process of its own: what one subject imported or warmed up is no help to another.
    Raises Unmeasured."""
    command = [sys.executable, "-m", "bench", "--alone", subject, *(["--tiny"] if tiny else [])]
    done = subprocess.run(
        command,
        cwd=report.ROOT,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONHASHSEED": "0", report.FOLDER: str(folder)},
    )
    if done.returncode:
        sys.stdout.buffer.write(done.stdout)
        raise Unmeasured(subject)
    return [Figure.from_dict(one) for one in json.loads((folder / f"{subject}.json").read_text())]


def alone(subject: str, tiny: bool) -> None:
    """In that process: measure and leave the figures in a file."""
    found = importlib.import_module(SUBJECTS[subject]).measure(tiny)
    path = Path(os.environ[report.FOLDER]) / f"{subject}.json"
    path.write_text(json.dumps([one.as_dict() for one in found]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
