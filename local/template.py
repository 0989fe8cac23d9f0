"""The template: its parts, joined before Chalice merges them with what app.py needs, and what packaging adds.

A part is a CloudFormation template that holds one subject. What is one of its kind is a file of
`.chalice/resources/`, in YAML with CloudFormation's short forms (`!Ref`, `!Sub` ...) or in JSON; what comes
in series is made from the tables of `local/resources/`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from local import resources as tables

Template = dict[str, Any]

CODE = {
    "CodeBucket": {"Type": "String", "Description": "The S3 bucket that holds the package"},
    "CodeKey": {"Type": "String", "Description": "The package's key in CodeBucket"},
}


class TemplateError(Exception):
    """The parts do not fit together; the text names the file and what to change."""


class _ShortForms(yaml.SafeLoader):
    """YAML in which `!Name value` is CloudFormation's `{"Fn::Name": value}`."""


def _long_form(loader: _ShortForms, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if name == "GetAtt":
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_ShortForms.add_multi_constructor("!", _long_form)


def read(path: Path) -> Template:
    """One part from its file. Raises TemplateError when it is no YAML or JSON."""
    text = path.read_text(encoding="utf-8")
    try:
        found: Template = json.loads(text) if path.suffix == ".json" else yaml.load(text, _ShortForms)  # noqa: S506
    except (ValueError, yaml.YAMLError) as error:
        kind = "JSON" if path.suffix == ".json" else "YAML"
        raise TemplateError(f"{path.name} is not {kind}: {error}") from error
    return found


def files(folder: Path) -> dict[str, Template]:
    """The parts that are files of `folder`, by the file's name."""
    return {path.name: read(path) for path in sorted(folder.iterdir()) if path.suffix in (".json", ".yaml")}


def joined(parts: Mapping[str, Template]) -> Template:
    """All `parts` as one template. Raises TemplateError when two of them name the same thing."""
    whole: Template = {}
    said_by: dict[tuple[str, str], str] = {}
    for part, content in parts.items():
        for section, entries in content.items():
            for name, value in entries.items():
                other = said_by.setdefault((section, name), part)
                if other != part:
                    raise TemplateError(f"{section}.{name} is in {other} and in {part}: keep one of them")
                whole.setdefault(section, {})[name] = value
    return whole


def whole(root: Path) -> Template:
    """All parts of the project at `root` as one template, without what Chalice makes."""
    return joined(files(root / ".chalice" / "resources") | tables.parts())


def resources(root: Path) -> dict[str, Any]:
    """The resources of the project at `root` that are not made by Chalice, by logical id."""
    found: dict[str, Any] = whole(root)["Resources"]
    return found


def stage_values(root: Path) -> dict[str, dict[str, Any]]:
    """For each stage the parameters' values that differ from the parts' defaults."""
    found: dict[str, dict[str, Any]] = json.loads((root / ".chalice" / "stages.json").read_text())
    return found


def finished(template: Template, stage: str, key: str, values: dict[str, Any]) -> Template:
    """`template` with the stage's `values` as the parameters' defaults, and every function's code taken from
    the parameters `CodeBucket` and `CodeKey`.

    `key` is the default of `CodeKey`. It holds a hash of the zip, so new code is a change that
    CloudFormation sees and the same code is none. Raises TemplateError for a value of no parameter.
    """
    declared = CODE | template.get("Parameters", {})
    parameters = {name: dict(value) for name, value in declared.items()}
    for name, value in {"CodeKey": key, **values}.items():
        if name not in parameters:
            raise TemplateError(f"stages.json gives {stage} a value for {name}, which is no parameter")
        parameters[name]["Default"] = value
    if "Stage" in parameters:
        parameters["Stage"]["Default"] = stage
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": {"Ref": "CodeBucket"}, "Key": {"Ref": "CodeKey"}}
    return {**template, "Parameters": parameters}
