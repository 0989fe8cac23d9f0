"""Files and events as others' systems write them, from `../shared/cases`: expected against got, through the
drop bucket and the bus. What is expected was written before anything was run. Skipped without that folder.

    python -m pytest -s tests/functions/test_shared_files.py     prints the table
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chalicelib.functions import drops
from chalicelib.store import event_history, subscribers
from tests.functions.test_drops import BUCKET, s3
from tests.support.factories import USAGE
from tests.support.service import Service

CASES = Path(__file__).parents[3] / "shared" / "cases"
pytestmark = pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not here")
__all__ = ["s3"]
REFUSED: Mapping[str, str] = {"row": "refused"}
Row = Mapping[str, str]


def names(prefix: str, **by_row: str) -> dict[str, Row]:
    return {f"{prefix}-{n.removeprefix('n')}": {"name": name} for n, name in by_row.items()}


def each(prefix: str, field: str, *values: str | Row) -> dict[str, Row]:
    """Rows 0, 1, ... of a file: a field's value, or the whole row."""
    rows = ({field: one} if isinstance(one, str) else one for one in values)
    return {f"{prefix}-{n}": one for n, one in enumerate(rows)}


HAN = names("D2", n0="王芳", n1="李雷", n2="韩梅梅", n3="欧阳娜娜", n4="赵敏", n5="张三丰")
LUNAR = {"birthday": "08-15", "birthday_calendar": "lunar"}
# By file and subscriber: what is stored, `REFUSED`, or "a | b" where either is right.
EXPECTED: Mapping[str, Mapping[str, Row]] = {
    "d1_0": names("D1", n1="Renée Dupont"),
    "d1_1": names("D1", n2="María García"),
    "d1_4": names("D1", n5="François Noël"),
    "d2_utf8_one_bad_byte": {**HAN, "D2-9": REFUSED},
    "d2b_utf8_cut_in_a_character": {**HAN, "D2-8": REFUSED},
    "d3_header_case": {
        "D3-1": {"msisdn": "+8613900003001", "name": "王芳", "brand": "yuntong",
                 "time_zone": "Asia/Shanghai", "birthday": "08-15"},
    },
    "d4_numbers": each(
        "D4", "msisdn",
        "+8613800138001", "+8613800138002", REFUSED, REFUSED, REFUSED, "+8613800138003", "+8613800138004",
        "+447700900123", "+447700900123", "+8613800138005", "+8613800138006", REFUSED, REFUSED,
        "+8613800138008", "+8613800138009", "+8613800138010 | refused", "+8613800138011", "+8613800138012",
        "+8613800138013", "+8613800138014", "+8613800138015 | refused", REFUSED, REFUSED, "+8613800138017",
        "+13125550118 | refused", "+33612345678", "+61412345678", "+390612345678 | refused",
        "+4915123456789", REFUSED, "+819012345678",
    ),
    "d5_birthdays": each(
        "D5", "birthday",
        "", "", "", "", "1990-08-15", "1990-08-15", "1990-08-15", "08-15", "08-15", LUNAR, LUNAR,
        {"birthday": "06-15", "birthday_calendar": "lunar"},
        {"birthday": "1990-06-15", "birthday_calendar": "lunar"},
        "", "1990-08-15", "1990-08-15", "1990-08-15", "", "08-15", "", "", "", "", "08-15", "1990-08-05",
    ),
    "d6_fields": each(
        "D6", "plan_ends_on",
        "", "", "", "2026-11-30", "2026-11-30", "",
        *({"name": one} for one in ("", "", "Wang Fang", "王 芳 | 王芳", "O'Brien", "AT&T 王",
                                    "{{ 7*7 }} | ", "👨‍👩‍👧 | ", "芳王 | ", "John Smith", "John Smith",
                                    "Emily Carter", "", "")),
        *({"status": one} for one in ("active", "active", "suspended")), REFUSED, {"tier": "VIP1"},
        *({"language": one} for one in ("zh-CN", "", "zh-CN")),
        *({"time_zone": one} for one in ("Asia/Shanghai | ", "Asia/Shanghai | ", "Asia/Shanghai | ",
                                         "Asia/Shanghai | ")),
        *({"region": one} for one in ("广东/深圳", "广东/深圳", "湖南/长沙")),
        *({"birthday_calendar": "lunar"} for _ in range(2)),
    ),
    "d7a_sep_line": names("D7", n1="王芳"),
    "d7b_trailing_cells": names("D7", n2="王芳", n3="李雷", n4="赵敏"),
    "d7c_stray_quote": names("D7", n5="小明 王", n6="赵敏", n7='5" 屏'),
    "d7d_utf16_no_bom": names("D7", n8="王芳"),
    "d7e_cr_only": names("D7", n9="王芳"),
    "d7f_nul": {"D7-10": REFUSED, **names("D7", n11="赵敏")},
    "d7g_pipe": names("D7", n12="王芳"),
    "d7h_big5": {"D7-13": {"name": "陳大文", "msisdn": "+85291234567"}},
}  # fmt: skip
# Rows with a cell that is not stored as it stands: the report has a line for each.
SAID = {
    "d5_birthdays": (0, 1, 2, 3, 13, 17, 19, 20, 21, 22),
    "d6_fields": (6, 7, 18, 19, 25, 26, 27, 28, 29),
}


def take(service: Service, s3: Any, key: str, body: bytes, **metadata: str) -> Mapping[str, Any]:
    """Drop a file of subscribers; the report on it."""
    s3.put_object(Bucket=BUCKET, Key=key, Body=body, Metadata=metadata)
    service.feed(drops.drop, [json.dumps({"detail": {"bucket": {"name": BUCKET}, "object": {"key": key}}})])
    found: Mapping[str, Any] = json.loads(
        s3.get_object(Bucket=BUCKET, Key=f"reports/{key}.json")["Body"].read()
    )
    return found


def got(id_: str, expected: Row) -> str:
    """What is stored of what is expected, in the same words."""
    found = subscribers.get(id_)
    if found is None:
        return "refused"
    return ", ".join(getattr(found, name) for name in expected if name != "row")


def test_every_row_of_every_file_is_as_expected(service: Service, s3: Any) -> None:
    wrong = []
    for file in sorted(CASES.glob("d*.csv")):
        report = take(service, s3, f"subscribers/{file.name}", file.read_bytes())
        said = {one["line"] for one in (*report["left_out"], *report["rejected"])}
        rows = EXPECTED[file.stem]
        print(f"\n{file.name}: {report['encoding']}, {report['counts']}")
        for id_, expected in rows.items():
            found, right = got(id_, expected), ", ".join(expected.values())
            well = found in [one.strip() for one in right.split("|")] if "|" in right else found == right
            print(f"  {'    ' if well else 'NOT '}{id_:6} expected {right!r:42} got {found!r}")
            wrong += [] if well else [f"{file.name} {id_}: {right!r}, got {found!r}"]
        lines = dict(zip(rows, _lines(file), strict=False))
        for n in SAID.get(file.stem, ()):
            line = lines[list(rows)[n]]
            wrong += [] if line in said else [f"{file.name} line {line} is not in the report"]
    assert wrong == []


def _lines(file: Path) -> list[int]:
    """The line that each row begins on."""
    lines = file.read_bytes().decode("utf-8", "replace").splitlines()
    return [n for n, one in enumerate(lines, 1) if re.match(r"D\d", one)]


def usage(service: Service, n: int, used: float, **fields: Any) -> None:
    service.happen("usage.reported", **{**USAGE, "used": used, **fields}, id=f"u-{n}")
    service.deliver()


def steps(name: str) -> list[Mapping[str, Any]]:
    (file,) = CASES.glob(f"{name}_*.json")
    found: list[Mapping[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["steps"]
    return found


@pytest.mark.parametrize(("case", "texts"), [("c17", 3), ("c18", 2), ("c19", 0)])
def test_usage_is_told_as_often_as_expected(service: Service, case: str, texts: int) -> None:
    for n, step in enumerate(steps(case)):
        given = {name: value for name, value in step.items() if name not in ("event", "time")}
        usage(service, n, **given)
    assert len(service.network.texts) == texts
    if case == "c19":
        (found,) = event_history.of_event("u-0")
        assert found.misses["usage-alert"] == "cycle_over"


def test_no_end_has_no_end(service: Service, s3: Any) -> None:
    first, more = steps("c24")
    for n, ends_on in enumerate((first["ends_on"], *more["variants"])):
        service.happen("plan.changed", id=f"p-{n}a", plan="5g-128", ends_on="2026-11-25", reason="changed")
        service.happen("plan.changed", id=f"p-{n}b", plan="5g-128", ends_on=ends_on, reason="changed")
        found = subscribers.get("s-1")
        assert found is not None
        assert found.plan_ends_on == ""
        take(service, s3, f"subscribers/{n}.csv", b"subscriber_id,plan_ends_on\nn-1,2026-11-25\n")
        take(service, s3, f"subscribers/{n}b.csv", f"subscriber_id,plan_ends_on\nn-1,{ends_on}\n".encode())
        assert subscribers.get("n-1").plan_ends_on == ""  # type: ignore[union-attr]
    service.plan()
    service.deliver("bulk")
    assert [one.body for one in service.network.texts if "套餐" in one.body] == [], "no end is reminded of"
    assert service.aws.messages("intake-dead") == []


def test_an_old_dump_brings_no_old_end_back(service: Service, s3: Any) -> None:
    event, dump, _ = steps("c27")
    service.happen("plan.changed", plan="5g-128", ends_on=event["ends_on"], reason="renewed")
    head, row = dump["import"].removesuffix(" (dump from before)").split(" / ")
    take(service, s3, "subscribers/old.csv", f"{head}\n{row}\n".encode(),
         **{"as-of": "2026-11-20T00:00:00+08:00"})  # fmt: skip
    assert subscribers.get("s-1").plan_ends_on == event["ends_on"]  # type: ignore[union-attr]


def test_every_file_has_its_expectation() -> None:
    assert {one.stem for one in CASES.glob("d*.csv")} == set(EXPECTED)
