"""Results on disk, and what people read of them."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import SUBJECTS
from bench.figure import Figure
from bench.plot import plot

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "bench/results.json"
PAGE = ROOT / "docs/bench.md"
FOLDER = "BENCH_OUT"  # names the folder of what was measured in this run, a file for each subject
IMAGES = ROOT / "docs/images"
_GENERATED = re.compile(r"(<!-- measured -->\n).*?(<!-- /measured -->)", re.DOTALL)


def machine() -> str:
    """Cores, processor and Python of this machine, in words."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    model = platform.processor() or platform.machine()
    information = Path("/proc/cpuinfo")
    if information.exists():
        named = re.search(r"model name\s*:\s*(.+)", information.read_text())
        model = named.group(1).strip() if named else model
    return f"{cores} cores of {model}, Python {platform.python_version()}"


def committed() -> dict[str, Any]:
    """The results of the last commit; empty before the first."""
    command = ["git", "show", "HEAD:bench/results.json"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(shown.stdout) if shown.returncode == 0 else {}
    return found


def measured() -> dict[str, Figure]:
    """What was measured so far, in this run or in the one before: by name."""
    found = dict(kept())
    for path in Path(os.environ.get(FOLDER, os.devnull)).glob("*.json"):
        found |= {one["name"]: one for one in json.loads(path.read_text())}
    return {name: _figure(one) for name, one in found.items()}


def kept() -> dict[str, Any]:
    """The figures in the results' file, by name, as JSON has them."""
    found: dict[str, Any] = json.loads(RESULTS.read_text())["figures"] if RESULTS.exists() else {}
    return found


def keep(figures: Sequence[Figure]) -> None:
    """Write results, page and plots; figures of subjects that were not measured now stay as they were."""
    at = f"{datetime.now(UTC):%Y-%m-%d %H:%M}Z"
    fresh = {one.name: one.as_dict() | {"measured_at": at, "machine": machine()} for one in figures}
    again = {_subject(name) for name in fresh}
    whole = {name: one for name, one in kept().items() if _subject(name) not in again} | fresh
    whole = {name: whole[name] for name in sorted(whole, key=_place)}
    RESULTS.write_text(json.dumps({"figures": whole}, indent=1, ensure_ascii=False) + "\n")
    for one in figures:
        if one.growth:
            (IMAGES / f"bench-{one.name}.svg").write_text(plot(one.what, one.axes, one.growth))
    if PAGE.exists():
        text = PAGE.read_text()
        PAGE.write_text(_GENERATED.sub(lambda found: found[1] + page(whole) + found[2], text))


def _place(name: str) -> int:
    """Subjects in their order; their figures as they were measured."""
    return list(SUBJECTS).index(_subject(name))


def _subject(name: str) -> str:
    return name.partition("-")[0]


def _figure(raw: Mapping[str, Any]) -> Figure:
    return Figure.from_dict(
        {name: value for name, value in raw.items() if name not in ("measured_at", "machine")}
    )


def number(value: float | None) -> str:
    """Three digits that count, for a table."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if abs(value) >= 100 else f"{value:.2f}"


def table(figures: Sequence[Figure], before: Mapping[str, Any]) -> str:
    """Plain text, for the terminal; `before` is what was committed last."""
    known = before.get("figures", {})
    rows = [("figure", "measured", "target", "", "lowest", "highest", "before", "against")]
    for one in figures:
        then = known.get(one.name, {}).get("measured")
        rows.append(
            (
                one.what,
                f"{number(one.measured)} {one.unit}",
                f"<= {number(one.target)}" if one.target is not None else "",
                "" if one.target is None else "met" if one.met else "MISSED",
                number(one.low),
                number(one.high),
                number(then),
                one.floor,
            )
        )
    wide = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    lines = [
        "  ".join(cell.ljust(size) for cell, size in zip(row, wide, strict=True)).rstrip() for row in rows
    ]
    return "\n".join([machine(), *lines])


def page(whole: Mapping[str, Any]) -> str:
    """The same as Markdown, from the results' file."""
    lines = [
        "| figure | measured | target | spread | against | notes |",
        "|---|---|---|---|---|---|",
    ]
    for raw in whole.values():
        one = _figure(raw)
        spread = f"{number(one.low)} to {number(one.high)}" if one.low is not None else ""
        target = (
            f"≤ {number(one.target)}{'' if one.met else ', **missed**'}" if one.target is not None else ""
        )
        cells = (one.what, f"**{number(one.measured)}** {one.unit}", target, spread, one.floor, one.notes)
        lines.append(f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |")
    machines = dict.fromkeys(raw["machine"] for raw in whole.values())
    plots = [
        f"![{_figure(raw).what}](images/bench-{name}.svg)" for name, raw in whole.items() if raw["growth"]
    ]
    days = sorted({raw["measured_at"][:10] for raw in whole.values()})
    stated = (
        f"Measured {' and '.join(days)} on {'; '.join(machines)}. Spread: lowest and highest of the runs.\n"
    )
    return "\n".join([stated, *lines, "", *plots, ""])
