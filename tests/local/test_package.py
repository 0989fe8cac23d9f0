"""What is in the package, what is not, and that the same input gives the same bytes."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from chalicelib.intake.regions import PACKED, SOURCE, places_of, region_of
from local import package
from local.template import TemplateError, files, finished, joined


def folder_with(root: Path, names: list[str]) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return root


SHIPS = [
    "jinja2/__init__.py",
    "jinja2-3.1.6.dist-info/licenses/LICENSE.txt",
    "six_like/a.py",
    "phonenumbers/data/region_CN.py",
    "phonenumbers/shortdata/__init__.py",
]
STAYS = [
    "boto3/session.py",
    "botocore/data/s3/service.json",
    "botocore-1.44.5.dist-info/METADATA",
    "python_dateutil-2.9.0.post0.dist-info/METADATA",
    "dateutil/tz.py",
    "six.py",
    "phonenumbers/shortdata/region_CN.py",
    "urllib3/util.py",
    "bin/jp.py",
    "jinja2/__pycache__/a.cpython-311.pyc",
    "jinja2-3.1.6.dist-info/RECORD",
    "jinja2-3.1.6.dist-info/INSTALLER",
]


def test_the_sdk_and_the_traces_of_pip_stay_out(tmp_path: Path) -> None:
    shipped = dict(package.shipped(folder_with(tmp_path, SHIPS + STAYS)))
    assert sorted(shipped) == sorted(SHIPS)
    assert shipped["jinja2/__init__.py"] == b"jinja2/__init__.py"


def test_the_zip_depends_on_its_contents_alone(tmp_path: Path) -> None:
    first, second = tmp_path / "1.zip", tmp_path / "2.zip"
    package.write_zip(first, {"b.py": b"2", "a/a.py": b"1"})
    package.write_zip(second, {"a/a.py": b"1", "b.py": b"2"})
    assert first.read_bytes() == second.read_bytes()
    package.write_zip(second, {"a/a.py": b"1", "b.py": b"3"})
    assert first.read_bytes() != second.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert archive.namelist() == ["a/a.py", "b.py"]
        assert {entry.external_attr >> 16 & 0o777 for entry in archive.infolist()} == {0o644}


def test_functions_take_their_code_from_the_parameters() -> None:
    template = {
        "Parameters": {"Stage": {"Type": "String", "Default": "dev"}},
        "Resources": {
            "Sweep": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "./deployment.zip"}},
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "ringback"}},
        },
    }
    done = finished(template, "prod", "ringback/abc.zip", {})
    code = done["Resources"]["Sweep"]["Properties"]["CodeUri"]
    assert code["Bucket"] == {"Ref": "CodeBucket"}
    number, place = code["Key"]["Fn::Select"]
    assert place[int(number)] == {"Ref": "CodeKey"}
    assert "CodeUri" not in done["Resources"]["Bus"]["Properties"]
    assert done["Parameters"]["CodeKey"]["Default"] == "ringback/abc.zip"
    assert "Default" not in done["Parameters"]["CodeBucket"], "every account has its own bucket"
    assert done["Parameters"]["Stage"]["Default"] == "prod"


def place(function: Mapping[str, object], **more: object) -> list[object]:
    """What SAM makes the version's name of, for one function of a template with `more` in it."""
    resources = {
        "Sweep": {"Type": "AWS::Serverless::Function", "Properties": function},
        "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": {"Ref": "Name"}, "Other": 1}},
    }
    parameters = {name: {"Type": "String", "Default": ""} for name in ("Name", "Set", "Number", "Unread")}
    done = finished({"Parameters": parameters, "Resources": resources, **more}, "prod", "abc.zip", {})
    found: list[object] = done["Resources"]["Sweep"]["Properties"]["CodeUri"]["Key"]["Fn::Select"][1]
    return found


@pytest.mark.parametrize(
    ("variable", "parameters"),
    [
        ("text", []),
        ({"Ref": "Number"}, ["Number"]),
        ({"Ref": "Table"}, ["Name"]),
        ({"Fn::GetAtt": ["Table", "Arn"]}, ["Name"]),
        ({"Fn::Sub": "${Table.Arn}/${Number}/${AWS::Region}"}, ["Name", "Number"]),
        ({"Fn::If": ["Given", {"Ref": "Number"}, "none"]}, ["Number", "Set"]),
    ],
    ids=["a text", "a parameter", "a resource", "its ARN", "both in a text", "a condition"],
)
def test_a_version_is_named_after_the_parameters_that_its_function_reads(
    variable: object, parameters: list[str]
) -> None:
    function = {"Environment": {"Variables": {"ONE": variable}}}
    conditions = {"Given": {"Fn::Equals": [{"Ref": "Set"}, "yes"]}}
    assert place(function, Conditions=conditions)[2:] == [{"Ref": one} for one in parameters]


def test_a_version_is_named_after_everything_the_template_says_of_its_function() -> None:
    before = place({"Timeout": 60})
    assert place({"Timeout": 60}) == before
    assert place({"Timeout": 61}) != before
    assert place({"Timeout": 60}, Globals={"Function": {"Tracing": "Active"}}) != before


def test_python_files_are_compiled_so_that_a_read_only_folder_needs_no_compiler() -> None:
    files = {"a/b.py": b"NAMES = {'x', 'y'}\n", "a/words.txt": b"no Python"}
    made = package.compiled(files)
    assert [Path(name).parent.as_posix() for name in made] == ["a/__pycache__"]
    assert package.compiled(files) == made
    (code,) = made.values()
    assert int.from_bytes(code[4:8], "little") == 1, "checked by nothing: the zip has no times"
    with pytest.raises(package.PackageError, match=r"broken\.py"):
        package.compiled({"broken.py": b"def"})


def test_a_stages_values_are_the_parameters_defaults() -> None:
    template = {"Parameters": {"Firewall": {"Type": "String", "Default": "off"}}, "Resources": {}}
    done = finished(template, "prod", "key", {"Firewall": "on"})
    assert done["Parameters"]["Firewall"]["Default"] == "on"
    assert template["Parameters"]["Firewall"]["Default"] == "off", "the argument stays as it was"
    with pytest.raises(TemplateError, match="Firewal,"):
        finished(template, "prod", "key", {"Firewal": "on"})


def test_parts_are_joined_and_none_may_name_what_another_names(tmp_path: Path) -> None:
    (tmp_path / "bus.json").write_text('{"Resources": {"Bus": {}}, "Outputs": {"BusName": {}}}')
    (tmp_path / "queues.yaml").write_text("Resources:\n  Lane: {}\n")
    (tmp_path / "README.md").write_text("no part")
    assert joined(files(tmp_path)) == {"Resources": {"Bus": {}, "Lane": {}}, "Outputs": {"BusName": {}}}
    (tmp_path / "tables.json").write_text('{"Resources": {"Bus": {}}}')
    with pytest.raises(TemplateError, match=r"Resources\.Bus is in bus\.json and in tables\.json"):
        joined(files(tmp_path))


@pytest.mark.parametrize(("name", "text"), [("tables.json", "{"), ("tables.yaml", "a: [")])
def test_a_part_that_cannot_be_read_is_named(name: str, text: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(TemplateError, match=rf"{name} is not"):
        files(tmp_path)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("!Ref Key", {"Ref": "Key"}),
        ("!GetAtt Key.Arn", {"Fn::GetAtt": ["Key", "Arn"]}),
        ("!GetAtt Made.Outputs.Name", {"Fn::GetAtt": ["Made", "Outputs.Name"]}),
        ("!Sub 'a-${Stage}'", {"Fn::Sub": "a-${Stage}"}),
        ("!If [Made, !Ref Key, 7]", {"Fn::If": ["Made", {"Ref": "Key"}, 7]}),
        ("!Not [!Condition Made]", {"Fn::Not": [{"Condition": "Made"}]}),
        ("[!Ref Key]", [{"Ref": "Key"}]),
    ],
)
def test_short_forms_become_what_cloudformation_reads(short: str, long: object, tmp_path: Path) -> None:
    (tmp_path / "part.yaml").write_text(f"Outputs: {{One: {short}}}")
    assert files(tmp_path)["part.yaml"] == {"Outputs": {"One": long}}


def test_a_stages_own_setting_goes_before_the_projects() -> None:
    config = {
        "lambda_architecture": "arm64",
        "stages": {"dev": {"lambda_architecture": "x86_64"}, "prod": {}},
    }
    assert package.setting(config, "dev", "lambda_architecture", "-") == "x86_64"
    assert package.setting(config, "prod", "lambda_architecture", "-") == "arm64"
    assert package.setting(config, "prod", "memory", "512") == "512"
    with pytest.raises(package.PackageError, match=r"'test'.*dev, prod"):
        package.setting(config, "test", "memory", "512")


def test_an_unknown_architecture_is_named(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("")
    with pytest.raises(package.PackageError, match="'sparc'"):
        package.install_dependencies(tmp_path / "requirements.txt", "sparc", tmp_path)


def test_chalice_sees_a_clean_copy(tmp_path: Path) -> None:
    """No compiled files, no earlier packages, no dependencies; the vendor link's target is copied."""
    root = folder_with(
        tmp_path / "root",
        [
            "app.py",
            "requirements.txt",
            "chalicelib/a.py",
            "chalicelib/__pycache__/a.pyc",
            ".chalice/config.json",
            ".chalice/deployments/old.zip",
            "templates/birthday/campaign.yaml",
        ],
    )
    (root / "vendor").mkdir()
    (root / "vendor" / "templates").symlink_to(Path("..") / "templates")
    project = package.stage_project(root, tmp_path / "project")
    found = sorted(str(path.relative_to(project)) for path in project.rglob("*") if path.is_file())
    assert found == [
        ".chalice/config.json",
        "app.py",
        "chalicelib/a.py",
        "requirements.txt",
        "vendor/templates/birthday/campaign.yaml",
    ]
    assert (project / "requirements.txt").read_text() == ""


@pytest.mark.emulator
def test_the_project_packages_to_the_same_bytes_twice(tmp_path: Path) -> None:
    first = package.build("prod", out=tmp_path / "first")
    second = package.build("prod", out=tmp_path / "second")
    assert first.code.read_bytes() == second.code.read_bytes()
    assert first.template.read_bytes() == second.template.read_bytes()
    assert first.key == second.key
    with zipfile.ZipFile(first.code) as archive:
        names = archive.namelist()
    assert "app.py" in names
    assert "templates/usage-alert/campaign.yaml" in names
    assert not [name for name in names if name.startswith(("boto", "tests/", "local/"))]
    assert {name for name in names if name.startswith("chalicelib/store/__pycache__/dynamodb.cpython-3")}
    template = json.loads(first.template.read_text())
    assert template["Parameters"]["Stage"]["Default"] == "prod"


def test_the_operators_regions_are_in_the_package_as_intake_reads_them(tmp_path: Path) -> None:
    assert package.regions(tmp_path) == {}
    (tmp_path / "templates").mkdir()
    (tmp_path / SOURCE).write_text("浙江: {杭州: {also: [Hangzhou], counties: {西湖: [Xihu]}}, 宁波:}\n")
    (name, packed), *none = package.regions(tmp_path).items()
    assert (name, none) == (PACKED, [])
    place = tmp_path / "task" / PACKED
    place.parent.mkdir(parents=True)
    place.write_bytes(packed)
    own = places_of(tmp_path / "task")
    assert region_of("Hangzhou/Xihu", own).name == "浙江/杭州/西湖"
    assert region_of("Zhejiang/Hangzhou/Xihu", own) == region_of("浙江省杭州市西湖区", places_of(tmp_path))
    assert region_of("宁波市", own).name == "浙江/宁波"


@pytest.mark.parametrize(
    "bad", ["- 浙江\n", "浙江: [\n", "浙江: {杭州: {nosuch: 1}}\n"], ids=["list", "no YAML", "field"]
)
def test_regions_that_intake_could_not_read_are_no_package(tmp_path: Path, bad: str) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / SOURCE).write_text(bad)
    with pytest.raises(package.PackageError, match=r"templates/regions\.yaml: "):
        package.regions(tmp_path)
