"""Rules on the packaged template that neither cfn-lint nor the emulator knows: what would fail, or lose or
stop something, on a real account. `make template` and the tests apply them.

    python -m local.template_rules          # says what is wrong; --release records the tables as released
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local.package import ROOT, STAGES, PackageError, build
from local.template import Template

RELEASED = ROOT / ".chalice" / "released-tables.json"
RECEIVES = 6  # Lambda's guideline: a message is hidden for six times its function's timeout
HOLDS_DATA = ("AWS::Cognito::UserPool", "AWS::DynamoDB::Table", "AWS::KMS::Key", "AWS::S3::Bucket")
NAMES = {
    "AWS::Budgets::Budget": "Budget.BudgetName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::CloudWatch::Dashboard": "DashboardName",
    "AWS::Cognito::UserPool": "UserPoolName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Events::EventBus": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::KMS::Alias": "AliasName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SMSVOICE::ConfigurationSet": "ConfigurationSetName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::WAFv2::WebACL": "Name",
}
"""Type -> the property that is its name; a name that is left out is made by CloudFormation and free."""
ONE_IN_ALL_REGIONS = (
    "AWS::Budgets::Budget",
    "AWS::CloudWatch::Dashboard",
    "AWS::IAM::Role",
    "AWS::S3::Bucket",
)
CHOSEN = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")  # what a restore or an import brings under another name

Resources = Mapping[str, Mapping[str, Any]]


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Logical id -> properties of the resources of one type."""
    found = template["Resources"].items()
    return {name: one.get("Properties", {}) for name, one in found if one.get("Type") == kind}


def refers_to(value: Any) -> Iterator[str]:
    """The logical ids and parameters that `value` names, in `Ref`, `Fn::GetAtt` and `Fn::Sub`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "Ref":
                yield str(inner).removesuffix(".Alias")
            elif key == "Fn::GetAtt":
                yield str(inner[0])
            else:
                if key == "Fn::Sub":
                    yield from re.findall(r"\$\{([\w:]+)[.}]", json.dumps(inner))
                yield from refers_to(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refers_to(inner)


def one_stage(template: Template) -> Iterator[str]:
    """SAM adds a stage called `Stage`, which nothing of ours protects, unless this is set."""
    if template.get("Globals", {}).get("Api", {}).get("OpenApiVersion") != "2.0":
        yield "Globals.Api needs OpenApiVersion '2.0', or SAM makes a second stage"


def a_failed_create_leaves_nothing(template: Template) -> Iterator[str]:
    """What outlives its stack must not outlive a creation that failed: the next one would find it there."""
    for name, one in template["Resources"].items():
        policy, replaced = one.get("DeletionPolicy"), one.get("UpdateReplacePolicy")
        if policy == "Retain":
            yield f"{name}: DeletionPolicy RetainExceptOnCreate instead of Retain"
        if one.get("Type") in HOLDS_DATA and (policy, replaced) != ("RetainExceptOnCreate", "Retain"):
            yield f"{name} holds data: DeletionPolicy RetainExceptOnCreate, UpdateReplacePolicy Retain"


def protection_comes_later(template: Template) -> Iterator[str]:
    """A protected table cannot be taken back when the first deploy fails."""
    if template["Parameters"].get("DeletionProtection", {}).get("Default") != "off":
        yield "DeletionProtection must be off by default: a first deploy has to be able to go back"
    for kind, name in (
        ("AWS::DynamoDB::Table", "DeletionProtectionEnabled"),
        ("AWS::Cognito::UserPool", "DeletionProtection"),
    ):
        for table, properties in of_type(template, kind).items():
            if properties.get(name, {}).get("Fn::If", [""])[0] != "Protected":
                yield f"{table}: {name} must follow the condition Protected"


def what_is_kept_keeps_what_it_needs(template: Template) -> Iterator[str]:
    """A kept table without its key, or a kept setting without its role, is worth nothing."""
    kept = {
        name
        for name, one in template["Resources"].items()
        if str(one.get("DeletionPolicy", "")).startswith("Retain")
    }
    for name in sorted(kept):
        for other in sorted(set(refers_to(template["Resources"][name].get("Properties", {})))):
            if other in template["Resources"] and other not in kept:
                yield f"{name} is kept and needs {other}, which is not"


def names_leave_room_for_others(template: Template) -> Iterator[str]:
    """A second stage, a second region and a restored table each need names of their own."""
    for name, one in template["Resources"].items():
        kind = one.get("Type", "")
        value: Any = one.get("Properties", {})
        for key in NAMES.get(kind, "").split("."):
            value = value.get(key) if isinstance(value, Mapping) else None
        if value is None:
            continue
        named = set(refers_to(value))
        if "Stage" not in named:
            yield f"{name}: its name must hold ${{Stage}}"
        if kind in ONE_IN_ALL_REGIONS and "AWS::Region" not in named:
            yield f"{name}: its name must hold ${{AWS::Region}}, for it is one name in all regions"
        if kind in CHOSEN and f"{name}Name" not in named:
            yield f"{name}: its name must be open to choice by the parameter {name}Name"


def messages_stay_hidden_long_enough(template: Template) -> Iterator[str]:
    """A message must not be seen again while its function may still be working on it or is throttled."""
    queues = of_type(template, "AWS::SQS::Queue")
    for function, properties in of_type(template, "AWS::Serverless::Function").items():
        for event in properties.get("Events", {}).values():
            if event["Type"] != "SQS":
                continue
            for queue in set(refers_to(event["Properties"]["Queue"])) & set(queues):
                hidden, timeout = queues[queue].get("VisibilityTimeout", 30), properties["Timeout"]
                if hidden < RECEIVES * timeout:
                    yield f"{queue} hides for {hidden} s; {function} needs {RECEIVES} x {timeout} s"


def what_a_stream_gives_up_is_kept(template: Template) -> Iterator[str]:
    """A record that fails until it is too old is gone without a trace otherwise."""
    for function, properties in of_type(template, "AWS::Serverless::Function").items():
        for name, event in properties.get("Events", {}).items():
            given = event["Properties"]
            if event["Type"] != "DynamoDB":
                continue
            if not given.get("DestinationConfig", {}).get("OnFailure"):
                yield f"{function}.{name} needs a destination on failure"
            if not 0 < given.get("MaximumRecordAgeInSeconds", 0) < 86400:
                yield f"{function}.{name} must give up before the stream's 24 hours are over"


def a_burst_of_events_leaves_the_pages_alone(template: Template) -> Iterator[str]:
    """POST /events has a function, which it shares with what Kannel calls, and limits of its own."""
    for api, properties in of_type(template, "AWS::Serverless::Api").items():
        called: dict[str, set[str]] = {}
        for path, methods in properties["DefinitionBody"]["paths"].items():
            for method in methods.values():
                uri = method["x-amazon-apigateway-integration"]["uri"]
                called.setdefault(path, set()).update(
                    set(refers_to(uri)) & set(of_type(template, "AWS::Serverless::Function"))
                )
        events = called.pop("/events", set())
        for path in [one for one in called if one.startswith("/kannel/")]:
            if called.pop(path) != events:
                yield f"{api}: {path} belongs to the function of /events"
        pages = set().union(*called.values()) if called else set()
        if not events or events & pages:
            yield f"{api}: /events needs a function of its own"
        for function in sorted(events | pages):
            limit = template["Resources"][function]["Properties"].get("ReservedConcurrentExecutions")
            if not limit:
                yield f"{function} answers people or billing and needs ReservedConcurrentExecutions"
        settings = {
            (one["HttpMethod"], one["ResourcePath"]): one for one in properties.get("MethodSettings", ())
        }
        if not settings.get(("POST", "/~1events"), {}).get("ThrottlingRateLimit"):
            yield f"{api}: POST /~1events needs a throttle of its own in MethodSettings"


def a_new_version_can_go_back(template: Template) -> Iterator[str]:
    """Functions are called by an alias, which moves to a new version while the function's alarms look on."""
    shared = template.get("Globals", {}).get("Function", {})
    if not shared.get("AutoPublishAlias") or not shared.get("DeploymentPreference", {}).get("Type"):
        yield "Globals.Function needs AutoPublishAlias and a DeploymentPreference"
    if shared.get("RuntimeManagementConfig") != {"UpdateRuntimeOn": "FunctionUpdate"}:
        yield "Globals.Function: RuntimeManagementConfig FunctionUpdate, or the SDK changes without a deploy"
    alarms = of_type(template, "AWS::CloudWatch::Alarm")
    for function, properties in of_type(template, "AWS::Serverless::Function").items():
        looking = set(refers_to(properties.get("DeploymentPreference", {}).get("Alarms", [])))
        if f"{function}Alarm" not in looking or not looking <= set(alarms):
            yield f"{function}: its DeploymentPreference must look at {function}Alarm"
    for api, properties in of_type(template, "AWS::Serverless::Api").items():
        if re.search(r"\$\{\w+\.Arn\}/invocations", json.dumps(properties)):
            yield f"{api} calls a function past its alias"
    for name, properties in of_type(template, "AWS::Lambda::Permission").items():
        if not str(properties["FunctionName"].get("Ref", "")).endswith(".Alias"):
            yield f"{name} must let the alias be called"


RULES: tuple[Callable[[Template], Iterator[str]], ...] = (
    one_stage,
    a_failed_create_leaves_nothing,
    protection_comes_later,
    what_is_kept_keeps_what_it_needs,
    names_leave_room_for_others,
    messages_stay_hidden_long_enough,
    what_a_stream_gives_up_is_kept,
    a_burst_of_events_leaves_the_pages_alone,
    a_new_version_can_go_back,
)

Indexes = dict[str, dict[str, Any]]
"""Table's logical id -> index name -> its keys and projection."""


def indexes(template: Template) -> Indexes:
    """The indexes of every table of `template`."""
    return {
        table: {
            one["IndexName"]: {"KeySchema": one["KeySchema"], "Projection": one["Projection"]}
            for one in properties.get("GlobalSecondaryIndexes", ())
        }
        for table, properties in of_type(template, "AWS::DynamoDB::Table").items()
    }


def index_changes(released: Indexes, now: Indexes) -> Iterator[str]:
    """What DynamoDB would refuse: more than one index made or dropped in one update of a table, or one that
    is changed in place."""
    for table in sorted(released.keys() & now.keys()):
        before, after = released[table], now[table]
        changed = sorted(name for name in before.keys() & after.keys() if before[name] != after[name])
        if changed:
            yield f"{table}: {', '.join(changed)} changed in place; make one of another name and drop the old"
        moved = sorted(before.keys() ^ after.keys())
        if len(moved) > 1:
            yield f"{table}: {', '.join(moved)} made or dropped; DynamoDB takes one such change in a release"


def problems(template: Template, released: Indexes) -> list[str]:
    """Every breach of a rule in a packaged `template`, a line each; `released`: the tables out there."""
    found = [line for rule in RULES for line in rule(template)]
    return [*found, *index_changes(released, indexes(template))]


def released_tables() -> Indexes:
    """The indexes as the last release made them; none before the first release."""
    found: Indexes = json.loads(RELEASED.read_text(encoding="utf-8"))
    return found


def main() -> None:
    """Say what is wrong, or record the tables as released."""
    parser = argparse.ArgumentParser(description="rules on the packaged template")
    parser.add_argument("--release", action="store_true", help="record the tables' indexes as released")
    arguments = parser.parse_args()
    try:
        templates = [json.loads(build(stage).template.read_text(encoding="utf-8")) for stage in STAGES]
    except PackageError as error:
        raise SystemExit(f"template: {error}") from error
    if arguments.release:
        RELEASED.write_text(json.dumps(indexes(templates[0]), indent=1) + "\n", encoding="utf-8")
        return
    if found := [line for one in templates for line in problems(one, released_tables())]:
        raise SystemExit("\n".join(sorted(set(found))))


if __name__ == "__main__":
    main()
