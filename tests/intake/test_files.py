"""Three hundred files as CRMs and Excel write them, each from its seed: what is stored is right, the rest
refused for the right reason."""

from __future__ import annotations

import gzip
import io
import random
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest

from chalicelib.intake.cells import CellRules
from chalicelib.intake.imports import Options, Reject, Repeat, positions, profile, wanted
from chalicelib.intake.sheet import open_sheet
from local.msisdns import msisdn

TODAY = date(2026, 11, 23)
NAMES = {
    "zh": ["王芳", "李雷", "韩梅梅", "欧阳娜娜", "赵敏", "张三丰", "陈伟", "刘洋"],
    "hant": ["陳大文", "黃小明", "張國榮", "劉德華", "李麗珍"],
    "latin": ["Renée Dupont", "José García", "François Noël", "Zoë Müller", "Anaïs Lefèvre"],
}
ENCODINGS = {
    "utf-8": "zh", "utf-8-sig": "zh", "utf-16": "zh", "utf-16-le": "zh", "utf-16-be": "zh", "gb18030": "zh",
    "big5": "hant", "cp1252": "latin",
}  # fmt: skip
HEADINGS = {
    "subscriber_id": ["subscriber_id", "Subscriber ID", "CUSTOMER_ID", "用户编号", "客户号"],
    "msisdn": ["msisdn", "MSISDN", "Mobile Number", "手机号", "手机号码"],
    "name": ["name", "NAME", "Customer Name", "姓名", "客户姓名"],
    "birthday": ["birthday", "Date of Birth", "DOB", "生日", "出生日期"],
    "plan_ends_on": ["plan_ends_on", "Plan End", "Expiry Date", "套餐到期日", "到期日期"],
}
DATES = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y%m%d",
    "%Y年%m月%d日",
    "%d.%m.%Y",
    "%m/%d/%Y",
    "%Y-%m-%d 00:00:00",
    "serial",
]
NUMBERS = ["+86{}", "+86 {}", "0086{}", "{}", "0{}", "86-{}", '="{}"', "'{}", "{}.0", "+86 0{}"]
BAD_NUMBERS = {
    "8.61380E+12": "msisdn.rounded",
    "13800138000/13900139000": "msisdn.several",
    "1380013801": "msisdn.no_mobile",
    "+85212345": "msisdn.not_in_use",
    "call me": "msisdn.not_digits",
}


@dataclass
class Case:
    """One file, and what has to come of each of its lines."""

    raw: bytes
    said: str
    stored: dict[str, dict[str, str]] = field(default_factory=dict)
    refused: dict[int, str] = field(default_factory=dict)


def written(day: date, form: str) -> str:
    if form == "serial":
        return str((day - date(1899, 12, 30)).days)
    text = day.strftime(form)
    return text.replace("年0", "年").replace("月0", "月") if "年" in form else text


def case(seed: int) -> Case:
    """A file whose every choice follows from its seed."""
    dice = random.Random(seed)
    encoding = list(ENCODINGS)[seed % len(ENCODINGS)]
    separator = dice.choice([",", ";", "\t", "|"])
    end = dice.choice(["\n", "\r\n", "\r"])
    form = dice.choice(DATES)
    fields = dice.sample(list(HEADINGS), 5)
    western = encoding == "cp1252"
    allowed = slice(0, 3) if western or encoding == "big5" else slice(0, 5)
    header = [dice.choice(HEADINGS[name][allowed]) for name in fields] + ["Remark"]
    if western:
        form = form.replace("年", "-").replace("月", "-").replace("日", "")
    made = Case(b"", "")
    lines = []
    first_line = 2
    for n in range(12):
        id_ = f"F{seed}-{n}"
        # days over 12 in the first rows are the evidence for those that could be read both ways
        born = date(
            1950 + dice.randrange(50), 1 + dice.randrange(12), 13 + n if n < 10 else 1 + dice.randrange(12)
        )
        ends = TODAY + timedelta(days=dice.randrange(400))
        ends = ends.replace(day=13 + n if n < 10 else 1 + dice.randrange(12))
        national = msisdn(dice.randrange(10**8)).removeprefix("+86")
        expected = {
            "msisdn": f"+86{national}",
            "name": dice.choice(NAMES[ENCODINGS[encoding]]),
            "birthday": born.isoformat(),
            "plan_ends_on": ends.isoformat(),
        }
        cells = {
            "subscriber_id": id_,
            "msisdn": dice.choice(NUMBERS).format(national),
            "name": expected["name"],
            "birthday": written(born, form),
            "plan_ends_on": written(ends, form),
        }
        if n == 11:
            cells["msisdn"], code = dice.choice(list(BAD_NUMBERS.items()))
            made.refused[first_line + n] = code
        else:
            if n == 10:
                cells["birthday"] = dice.choice(["N/A", "0000-00-00", "1900-01-01", "unknown"])
                del expected["birthday"]
            made.stored[id_] = expected
        lines.append([cells[name] for name in fields] + [dice.choice(["", "x"])])
    text = end.join(
        separator.join(f'"{cell}"' if separator in cell else cell for cell in row) for row in [header, *lines]
    )
    made.raw = (text + dice.choice(["", end])).encode(encoding)
    if dice.random() < 0.2:
        made.raw = gzip.compress(made.raw)
    made.said = {"utf-8": "utf-8-sig", "utf-16": "utf-16-le", "big5": "big5hkscs"}.get(encoding, encoding)
    return made


@pytest.mark.parametrize("block", range(10))
def test_of_three_hundred_files_nothing_is_stored_wrong(block: int) -> None:
    for seed in range(30 * block, 30 * block + 30):
        made = case(seed)
        sheet = open_sheet(io.BytesIO(made.raw))
        assert sheet.encoding == made.said, seed
        options = Options(positions(sheet.header, {}), CellRules(country="86", today=TODAY))
        found = profile(sheet, options)
        stored, refused = {}, {}
        for one in wanted(sheet, options, found):
            assert not isinstance(one, Repeat)
            if isinstance(one, Reject):
                refused[one.line] = one.problem.code
            else:
                stored[one.subscriber_id] = {
                    k: v for k, v in one.read.changes.items() if k != "subscriber_id"
                }
        assert (seed, stored) == (seed, made.stored)
        assert (seed, refused) == (seed, made.refused)


def sheet_of(raw: bytes) -> tuple[str, list[tuple[str, ...]]]:
    sheet = open_sheet(io.BytesIO(raw))
    return sheet.encoding, [row.cells if not row.problem else (row.problem,) for row in sheet.rows()]


ZH = "\n".join(["id,name", *(f"A{n},{name}" for n, name in enumerate(NAMES["zh"]))])


@pytest.mark.parametrize(
    ("raw", "encoding", "last"),
    [
        pytest.param(ZH.encode() + b"\nB,Ren\xe9e\n", "utf-8-sig", ("row.encoding",), id="one Windows byte"),
        pytest.param(ZH.encode() + "\nB,欧".encode()[:-1], "utf-8-sig", ("row.encoding",), id="cut"),
        pytest.param(ZH.encode("gb18030") + b"\nB,\xff\n", "gb18030", ("row.encoding",), id="GB, one byte"),
        pytest.param(b"id,name\nB,Caf\xe9\n", "cp1252", ("B", "Café"), id="accent at the end"),
        pytest.param(b"id,name\nB,\xc1ngel \xd1u\xf1ez\n", "cp1252", ("B", "Ángel Ñuñez"), id="accents"),
        pytest.param("id,name\nB,王\n".encode("gb18030"), "gb18030", ("B", "王"), id="one character of GB"),
        pytest.param("id,name\nB,黃國華\n".encode("big5"), "big5hkscs", ("B", "黃國華"), id="Big5"),
        pytest.param("id,name\nB,王\n".encode("utf-16-be"), "utf-16-be", ("B", "王"), id="UTF-16 BE"),
        pytest.param(b"id,name\nB,a\0b\n", "utf-8-sig", ("row.nul",), id="NUL"),
        pytest.param(b'id,name\nA,"open\nB,x\n', "utf-8-sig", ("B", "x"), id="a quote that stays open"),
        pytest.param(b'id,name\nB,"a\nb"\n', "utf-8-sig", ("B", "a\nb"), id="a line break"),
        pytest.param(b"SEP=|\nid|name\nB|x\n", "utf-8-sig", ("B", "x"), id="sep line"),
        pytest.param(b"id,name,,\nB,x,,\n", "utf-8-sig", ("B", "x"), id="empty columns at the end"),
        pytest.param(b"id,name\nB\n", "utf-8-sig", ("B", ""), id="cells missing at the end"),
        pytest.param(b"id,name\nB,x,y\n", "utf-8-sig", ("row.wide",), id="a cell too many"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_line_costs_that_line(raw: bytes, encoding: str, last: tuple[str, ...]) -> None:
    found, rows = sheet_of(raw)
    assert (found, rows[-1]) == (encoding, last)
    assert all(not row[0].startswith("row.") for row in rows[:-1])


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (["13.2.2026", "5.3.2026"], ["2026-02-13", "2026-03-05"]),
        (["2/13/2026", "5/3/2026"], ["2026-02-13", "2026-05-03"]),
        (["5/3/2026", "6/3/2026"], [None, None]),
        (["13/2/2026", "2/13/2026", "5/3/2026"], ["2026-02-13", "2026-02-13", None]),
        (["3/3/2026", "1/2/26"], ["2026-03-03", None]),
        (["46356", "20261130", "30 Nov 2026"], ["2026-11-30"] * 3),
        (["长期有效", "9999-12-31", "2026-02-30"], ["", "", None]),
    ],
)
def test_a_whole_column_says_which_part_is_the_day(column: list[str], expected: list[str | None]) -> None:
    raw = "id,plan_ends_on\n" + "".join(f"A{n},{cell}\n" for n, cell in enumerate(column))
    sheet = open_sheet(io.BytesIO(raw.encode()))
    options = Options(positions(sheet.header, {}), CellRules(today=TODAY))
    rows = list(wanted(sheet, options, profile(sheet, options)))
    assert [one.read.changes.get("plan_ends_on") for one in rows] == expected  # type: ignore[union-attr]
