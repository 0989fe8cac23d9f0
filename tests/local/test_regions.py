"""What each region lacks: the table against cfn-lint's schemas, and the template without that."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from local.check_template import cfn_lint
from local.package import ROOT, PackageError, lacking, only_for_others, replaced
from local.regions import LACKING, alike
from local.template import Template, TemplateError, files, joined, whole
from tests.support.packages import packaged

pytestmark = pytest.mark.xdist_group("templates")  # what is packaged once is of use to all

MADE_BY_SAM = {
    "AWS::ApiGateway::Deployment",
    "AWS::ApiGateway::RestApi",
    "AWS::ApiGateway::Stage",
    "AWS::CodeDeploy::Application",
    "AWS::CodeDeploy::DeploymentGroup",
    "AWS::Lambda::Alias",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::Version",
}


def types(template: Template) -> set[str]:
    """The types of resources that CloudFormation sees when SAM is done."""
    found = {one["Type"] for one in template["Resources"].values() if "Type" in one}
    return {kind for kind in found if not kind.startswith("AWS::Serverless")} | MADE_BY_SAM


def without(parts: tuple[str, ...]) -> Template:
    """The template as it is packaged without some parts."""
    return packaged("prod", parts)


@pytest.mark.parametrize("region", LACKING)
def test_a_region_has_every_type_that_its_template_needs(region: str) -> None:
    known = set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region))
    assert types(whole(ROOT, lacking(region))) <= known


@pytest.mark.parametrize("region", LACKING)
def test_a_region_does_without_nothing_that_it_has(region: str) -> None:
    known = set(PROVIDER_SCHEMA_MANAGER.get_resource_types(region))
    parts = files(ROOT / ".chalice" / "resources")
    for part in LACKING[region]:
        needed = {one["Type"] for one in parts[f"{part}.yaml"]["Resources"].values()}
        assert not needed <= known, f"{region} has what {part} needs"


@pytest.mark.parametrize("parts", alike())
def test_nothing_names_what_was_left_out(parts: tuple[str, ...]) -> None:
    text = json.dumps(without(parts))
    for part in parts:
        for name in files(ROOT / ".chalice" / "resources")[f"{part}.yaml"]["Resources"]:
            for form in (f'{{"Ref": "{name}"}}', f'{{"Fn::GetAtt": ["{name}"', f"${{{name}}}", f"${{{name}."):
                assert form not in text, f"{form} without {part}"


def test_without_configuration_sets_one_has_to_be_named() -> None:
    template = without(("budget", "sms-events"))
    assert "Default" not in template["Parameters"]["ConfigurationSet"]
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["RINGBACK_CONFIGURATION_SET"] == {"Ref": "ConfigurationSet"}


def test_with_another_issuer_nothing_is_left_of_a_user_pool() -> None:
    template = without(replaced("eu-west-1", "oidc"))
    assert not re.search("cognito|UserPool|USER_POOL", json.dumps(template), re.IGNORECASE)
    assert "Default" not in template["Parameters"]["SignInDiscovery"]
    assert template["Resources"]["SignIn"]["Type"] == "AWS::SSM::Parameter"
    assert "cognito-idp:" in json.dumps(without(()))


def test_a_region_without_user_pools_has_another_issuer_whatever_is_said() -> None:
    assert replaced("cn-north-1", "") == replaced("cn-north-1", "cognito") == replaced("cn-north-1", "oidc")


def test_for_another_gateway_nothing_names_the_sms_service() -> None:
    parts = whole(ROOT, replaced("cn-north-1", "oidc"), only_for_others("kannel"))
    assert not re.search("sms-voice|SMSVOICE", json.dumps(parts))
    key = json.dumps(whole(ROOT)["Resources"]["Key"])
    assert "sms-voice.amazonaws.com" in key
    assert json.dumps(parts["Resources"]["Key"]).count('"Sid"') == key.count('"Sid"') - 1


# The other regions, and the other stage, which differs in values alone, are `make template`'s.
@pytest.mark.emulator
@pytest.mark.parametrize("region", ["us-east-1", "eu-north-1"], ids=["with everything", "lacking something"])
def test_cfn_lint_finds_nothing(region: str, tmp_path: Path) -> None:
    path = tmp_path / "template.json"
    path.write_text(json.dumps(without(lacking(region))))
    assert cfn_lint(path, [region]) == []


def test_a_region_that_is_not_offered_is_named() -> None:
    with pytest.raises(PackageError, match=r"'moon-1'.*us-east-1"):
        lacking("moon-1")


def test_settings_of_several_subjects_are_joined_one_by_one() -> None:
    first = {"Globals": {"Function": {"Environment": {"Variables": {"ONE": {"Ref": "One"}}}}}}
    second = {"Globals": {"Function": {"Environment": {"Variables": {"TWO": "2"}}, "Timeout": 3}}}
    settings = joined({"a": first, "b": second})["Globals"]["Function"]
    assert settings == {"Environment": {"Variables": {"ONE": {"Ref": "One"}, "TWO": "2"}}, "Timeout": 3}
    with pytest.raises(
        TemplateError, match=r"Globals\.Function\.Environment\.Variables\.ONE is in a and in b"
    ):
        joined({"a": first, "b": first})


def test_a_part_adds_to_a_list_of_another() -> None:
    key = {"Resources": {"Key": {"Properties": {"Statement": [{"Sid": "one"}]}}}}
    added = {"Additions": {"Key.Properties.Statement": [{"Sid": "two"}]}}
    found = joined({"a": added, "b": key})
    assert found == {"Resources": {"Key": {"Properties": {"Statement": [{"Sid": "one"}, {"Sid": "two"}]}}}}
    assert json.dumps(key).count("Sid") == 1  # what a part says itself stays as it is
    for path in ("Key.Properties.Other", "Queue.Properties.Statement", "Key.Properties"):
        with pytest.raises(TemplateError, match=rf"a adds to {path}"):
            joined({"a": {"Additions": {path: []}}, "b": key})


def test_what_stands_in_for_a_part_is_used_without_it(tmp_path: Path) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "bus.yaml").write_text("Resources: {Bus: {}}")
    (tmp_path / "key.yaml").write_text("Resources: {Key: {}}")
    (tmp_path / "without" / "bus.yaml").write_text("Parameters: {Bus: {}}")
    assert joined(files(tmp_path, ["bus", "key"])) == {"Parameters": {"Bus": {}}}
    assert joined(files(tmp_path)) == {"Resources": {"Bus": {}, "Key": {}}}
