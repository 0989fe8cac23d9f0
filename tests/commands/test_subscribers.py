"""`ringback subscribers`: the commands against a DynamoDB in memory, and the made-up people."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from chalicelib.cli import cli
from chalicelib.intake import subscriber_changes as keeping
from chalicelib.intake.subscriber import FIELDS, subscriber_changes
from chalicelib.intake.zones import zone_of_number
from chalicelib.store import subscribers as store
from chalicelib.store.schema.subscribers import Subscriber, SubscriberItem
from local.believable import AMERICA, CHINA, COUNTRIES, FILLABLE, filler, people

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def no_stack(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RINGBACK_STACK", "")


def ringback(*arguments: str | Path) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def counts(result: Result) -> dict[str, int]:
    found = json.loads(result.stdout)
    del found["seconds"]
    return {name: n for name, n in found.items() if n and name not in ("without_number", "left_out")}


def sample(*arguments: str) -> str:
    result = ringback("subscribers", "sample", *arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


def workbook(rows: list[list[str | int]]) -> bytes:
    """The smallest xlsx file that holds these rows."""

    def cell(value: str | int) -> str:
        if isinstance(value, int):
            return f"<c><v>{value}</v></c>"
        return f'<c t="inlineStr"><is><t>{value}</t></is></c>'

    office = "http://schemas.openxmlformats.org"
    main = f"{office}/spreadsheetml/2006/main"
    documents = f"{office}/officeDocument/2006/relationships"
    relations = f"{office}/package/2006/relationships"
    lines = "".join(f"<row>{''.join(map(cell, row))}</row>" for row in rows)
    files = {
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" Target="xl/workbook.xml" '
        f'Type="{documents}/officeDocument"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{documents}"><sheets>'
        '<sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r1" '
        f'Target="worksheets/sheet1.xml" Type="{documents}/worksheet"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>',
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


@pytest.mark.usefixtures("tables")
class TestImport:
    def test_a_sample_goes_in_and_comes_back_as_it_was(self, tmp_path: Path) -> None:
        file = tmp_path / "people.csv"
        file.write_text(sample("120", "--today", "2026-11-23"), encoding="utf-8")
        first = ringback("subscribers", "import", file)
        assert (first.exit_code, counts(first)) == (0, {"added": 120})
        assert counts(ringback("subscribers", "import", file)) == {"unchanged": 120}
        expected = {one.subscriber_id: one for one in people(120, 1, TODAY)}
        assert store.get_many(expected) == expected
        assert {"Asia/Shanghai", "America/New_York"} <= set(store.zones())
        assert "120 of 120" in first.stderr

    def test_rejects_go_to_a_file_that_can_be_corrected_and_vanish_with_their_reason(
        self, tmp_path: Path
    ) -> None:
        file = tmp_path / "people.csv"
        file.write_text("subscriber_id,name,status\nA1,王小明,dead\nA2,ok,\n", encoding="utf-8")
        result = ringback("subscribers", "import", file)
        assert (result.exit_code, counts(result)) == (0, {"added": 1, "rejected": 1})
        rejected = tmp_path / "people.csv.rejected.csv"
        [row] = csv.DictReader(io.StringIO(rejected.read_text(encoding="utf-8-sig")))
        assert (row["line"], row["field"], row["name"]) == ("2", "status", "王小明")
        assert "use one of active, suspended, left" in row["reason"]
        assert str(rejected) in result.stderr
        file.write_text("subscriber_id,name,status\nA1,王小明,active\n", encoding="utf-8")
        assert counts(ringback("subscribers", "import", file)) == {"added": 1}
        assert not rejected.exists()

    def test_it_fails_when_every_row_is_rejected(self, tmp_path: Path) -> None:
        file = tmp_path / "people.csv"
        file.write_text("subscriber_id,status\nA1,dead\n", encoding="utf-8")
        result = ringback("subscribers", "import", file, "--rejects", tmp_path / "elsewhere.csv")
        assert (result.exit_code, counts(result)) == (1, {"rejected": 1})
        assert (tmp_path / "elsewhere.csv").exists()

    def test_a_header_without_rows_is_nothing_to_do(self, tmp_path: Path) -> None:
        file = tmp_path / "people.csv"
        file.write_text("subscriber_id,status\n", encoding="utf-8")
        result = ringback("subscribers", "import", file)
        assert (result.exit_code, counts(result)) == (0, {})

    def test_repeats_are_told(self, tmp_path: Path) -> None:
        file = tmp_path / "people.csv"
        file.write_text("subscriber_id,tier\nA1,gold\nA1,silver\n", encoding="utf-8")
        result = ringback("subscribers", "import", file)
        assert counts(result) == {"added": 1, "repeated": 1}
        assert "line 2: subscriber A1 comes again on line 3, which is the one that counts" in result.stderr

    def test_headings_in_capitals_and_chinese_are_mapped_shown_and_the_rest_named(
        self, tmp_path: Path
    ) -> None:
        file = tmp_path / "people.csv"
        file.write_text("用户编号,MSISDN,姓名,备注\nA1,+8613800138001,王芳,x\n", encoding="gb18030")
        result = ringback("subscribers", "import", file)
        assert counts(result) == {"added": 1}
        assert store.get_many(["A1"])["A1"].msisdn == "+8613800138001"
        assert "gb18030" in result.stderr
        assert "msisdn <- 'MSISDN', name <- '姓名'" in result.stderr
        assert "not understood and left alone: '备注'" in result.stderr
        assert "8001" in result.stderr
        assert "+8613800138001" not in result.stderr

    def test_fields_left_out_and_rows_without_a_number_are_counted_apart(self, tmp_path: Path) -> None:
        file = tmp_path / "people.csv"
        file.write_text("id,name,birthday\nA1,NULL,1900-01-01\nA2,Ann,08-15\n", encoding="utf-8")
        found = json.loads(ringback("subscribers", "import", file).stdout)
        assert (found["added"], found["left_out"], found["without_number"]) == (2, 2, 2)
        listed = (tmp_path / "people.csv.left-out.csv").read_text(encoding="utf-8-sig").splitlines()
        assert [line.split(",")[:3] for line in listed[1:]] == [["2", "A1", "name"], ["2", "A1", "birthday"]]

    def test_an_import_as_of_a_day_overwrites_nothing_newer(self, tmp_path: Path) -> None:
        file = tmp_path / "people.csv"
        for id_, stamp in (("A1", SubscriberItem.plan_at), ("A2", SubscriberItem.changed_at)):
            keeping.put_many([Subscriber(id_, plan_ends_on="2026-11-30", tier="gold")])
            keeping.change(
                id_, {"plan_ends_on": "2026-12-31"}, at="2026-11-20T00:00:00Z", stamp=stamp, create=False
            )
        file.write_text(
            "id,plan_ends_on,tier\nA1,2026-12-01,silver\nA2,2026-12-01,silver\n", encoding="utf-8"
        )
        before = json.loads(
            ringback("subscribers", "import", file, "--as-of", "2026-11-01T08:00+08:00").stdout
        )
        assert (before["changed"], before["older"]) == (1, 1)
        held = store.get_many(["A1", "A2"])
        assert [(held[one].plan_ends_on, held[one].tier) for one in ("A1", "A2")] == [
            ("2026-12-31", "silver"),
            ("2026-12-31", "gold"),
        ]
        after = json.loads(
            ringback("subscribers", "import", file, "--as-of", "2026-11-22T08:00+08:00").stdout
        )
        assert after["changed"] == 2

    def test_a_workbook_is_read(self, tmp_path: Path) -> None:
        file = tmp_path / "people.xlsx"
        file.write_bytes(workbook([["用户编号", "手机号", "生日"], ["A1", "+8613800138001", 33100]]))
        result = ringback("subscribers", "import", file)
        assert counts(result) == {"added": 1}
        held = store.get_many(["A1"])["A1"]
        assert (held.msisdn, held.birthday) == ("+8613800138001", "1990-08-15")

    @pytest.mark.parametrize(
        ("arguments", "error"),
        [
            (["--map", "name"], "write FIELD=COLUMN"),
            (["--map", "name=", "--map", "subscriber_id=id"], "write FIELD=COLUMN"),
            (["--map", "subscriber_id=id", "--map", "subscriber_id=Name"], "has subscriber_id twice"),
            (["--map", "subscriber_id=id", "--map", "shoe=Name"], "there is no field “shoe”"),
            (["--map", "subscriber_id=id", "--map", "name=name"], "Did you mean `Name`?"),
            (["--map", "name=Name"], "Or name it here: --map subscriber_id=COLUMN"),
            (["--map", "subscriber_id=id", "--fill", "consent"], "--fill cannot make up “consent”"),
            (["--map", "subscriber_id=id", "--default-country", "Narnia"], "write a calling code such as 86"),
        ],
    )
    def test_mistakes_are_told_before_anything_is_written(
        self, tmp_path: Path, arguments: list[str], error: str
    ) -> None:
        file = tmp_path / "people.csv"
        file.write_text("id,Name\nA1,Ann\n", encoding="utf-8")
        result = ringback("subscribers", "import", file, *arguments)
        assert result.exit_code == 1
        assert error in result.stderr
        assert list(store.everyone(0, 1)) == []


@pytest.mark.parametrize("brand", ["yuntong", "skylark", ""])
def test_people_are_valid_in_every_field_and_the_same_for_the_same_seed(brand: str) -> None:
    found = list(people(400, 7, TODAY, brand))
    assert len({one.subscriber_id for one in found}) == 400
    for one in found:
        given = {name: getattr(one, name) for name in FIELDS}
        assert subscriber_changes(given) == given
        born = one.birthday[:4]
        if one.birthday_calendar == "solar" and len(one.birthday) == 10:
            assert 15 <= TODAY.year - int(born) <= 94
            assert one.since > one.birthday
        assert one.since <= TODAY.isoformat()
        assert zone_of_number(one.msisdn) == ("Asia/Shanghai" if one.brand == "yuntong" else one.time_zone)
    assert list(people(400, 7, TODAY, brand)) == found
    assert list(people(400, 8, TODAY, brand)) != found
    assert list(people(50, 7, TODAY, brand)) == found[:50]


@pytest.mark.parametrize("country", COUNTRIES, ids=lambda country: country.brand)
def test_fifty_people_hold_every_case_worth_trying(country: Any) -> None:
    found = list(people(50, 1, TODAY, country.brand))
    assert {one.brand for one in found} == {country.brand}
    assert [one for one in found if one.birthday == "1992-02-29"]
    assert [one for one in found if one.birthday == "11-23"]
    assert [one for one in found if not one.birthday]
    assert [one for one in found if not one.plan_ends_on]
    ends = {(date.fromisoformat(one.plan_ends_on) - TODAY).days for one in found if one.plan_ends_on}
    assert {0, 1, 3, 7} <= ends
    assert [n for n in Counter(one.msisdn for one in found).values() if n == 2]
    lunar = [one for one in found if one.birthday_calendar == "lunar"]
    assert bool(lunar) == (country is CHINA)
    assert country is AMERICA or [one for one in lunar if one.birthday.endswith("12-30")]


def test_a_thousand_people_are_of_all_kinds() -> None:
    found = list(people(1000, 1, TODAY))
    assert {one.brand for one in found} == {"yuntong", "skylark"}
    assert {one.language for one in found if one.brand == "yuntong"} == {"zh-CN", "en"}
    assert {"Asia/Shanghai", "Asia/Urumqi", "America/New_York", "America/Los_Angeles"} <= {
        one.time_zone for one in found
    }
    assert {one.status for one in found} == {"active", "suspended", "left"}
    assert {one.tier for one in found} == {"standard", "silver", "gold", "diamond"}


def test_the_sample_is_csv_with_the_fields_as_columns() -> None:
    written = sample("3", "--seed", "5", "--brand", "yuntong", "--today", "2026-11-23")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert [row["subscriber_id"] for row in rows] == ["YT-000001", "YT-000002", "YT-000003"]
    assert tuple(rows[0]) == FIELDS
    assert sample("0") == ",".join(FIELDS) + "\n"


def test_the_plans_of_made_up_people_exist_in_both_languages() -> None:
    plans = {
        one["id"]: one
        for one in yaml.safe_load((ROOT / "templates" / "plans.yaml").read_text(encoding="utf-8"))
    }
    brands = {
        one["id"] for one in yaml.safe_load((ROOT / "templates" / "brands.yaml").read_text(encoding="utf-8"))
    }
    for country in COUNTRIES:
        assert country.brand in brands
        assert {plans[name]["brand"] for name in country.plans} == {country.brand}
    for plan in plans.values():
        assert plan["title"].keys() == {"zh-CN", "en"}
        assert plan["thresholds"].keys() | plan["allowances"].keys() <= {"data", "voice", "sms"}
        assert all(list(one) == sorted(one) for one in plan["thresholds"].values())


def test_fillings_follow_from_the_id_and_never_meet_each_other_or_a_sample() -> None:
    ids = [f"C-{n}" for n in range(5000)]
    filled = {one: filler(FILLABLE, CHINA, TODAY)({"subscriber_id": one}) for one in ids[:20]}
    fill = filler(FILLABLE, CHINA, TODAY)
    for one in ids[:20]:
        assert fill({"subscriber_id": one}) == filled[one]
    for country in COUNTRIES:
        fill = filler(["msisdn"], country, TODAY)
        numbers = [fill({"subscriber_id": one})["msisdn"] for one in ids]
        assert len(set(numbers)) == len(ids)
        assert not set(numbers) & {one.msisdn for one in people(5000, 1, TODAY)}


def test_fillings_are_valid_fit_the_row_and_leave_it_alone() -> None:
    fill = filler(FILLABLE, AMERICA, TODAY)
    for n in range(200):
        row = {"subscriber_id": f"C-{n}", "time_zone": "Pacific/Honolulu", "tier": "gold", "brand": "skylark"}
        made = fill(row)
        assert made.keys() == set(FILLABLE) - {"time_zone", "tier"}
        assert subscriber_changes(made) == made
        assert zone_of_number(made["msisdn"]) == "Pacific/Honolulu"
    assert fill({"subscriber_id": "x", "brand": "yuntong"})["msisdn"].startswith("+86169")
    assert fill({"subscriber_id": "y"})["brand"] == "skylark"
